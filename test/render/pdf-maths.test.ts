/** Mathematics on its way to Typst: everything that documents may contain is set, and what is not known is refused, never lost. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { typstToPdf } from '../../src/render/pdf/compile.js';
import { hasGlyph, packagedFonts } from '../../src/render/pdf/fonts.js';
import { mathsSetter } from '../../src/render/pdf/maths.js';
import { printMathsLatex } from '../../src/solution/maths-print.js';
import { readMaths } from '../../src/solution/maths-tree.js';

const set = (latex: string): string => mathsSetter().markup(latex);

/** LaTeX and the Typst it becomes: each construct once, so that a change of KaTeX's tree shows. */
const constructs: readonly (readonly [string, string])[] = [
  ['x_t', 'attach(x,b:t)'],
  ["W'_f", 'attach(W,t:′,b:f)'],
  ['h^{(t)}', 'attach(h,t:\\(t\\))'],
  ['\\frac{a}{b}', 'frac(a,b)'],
  ['\\tfrac12', 'inline(frac(1,2))'],
  ['\\sqrt[3]{x}', 'root(3,x)'],
  ['\\sum_{t=1}^{T} x', 'attach(∑,t:T,b:t\\=1)x'],
  ['\\lim_{x\\to 0} f', 'attach(op("lim",limits:#true),b:x → 0)f'],
  ['\\tanh(x)', 'op("tanh")\\(x\\)'],
  ['\\operatorname{softmax}(x)', 'op("softmax")\\(x\\)'],
  ['\\operatorname*{arg\\,max}_x', 'attach(op("arg\u2009max",limits:#true),b:x)'],
  ['\\tilde{C}', 'accent(C,\u0303,size:#0%)'],
  ['\\overrightarrow{h}', 'accent(h,\u20d7)'],
  ['\\mathbb{R}', 'bb(R)'],
  ['\\mathcal{M}', 'cal(M)'],
  ['\\mathcal{Mx}', 'cal(M)x'],
  ['\\mathbf{W}', 'upright(bold(W))'],
  ['\\boldsymbol{x}', 'bold(x)'],
  ['\\mathrm{erased}', 'upright("erased")'],
  ['\\text{if } x', '"if "x'],
  ['\\left(\\frac{a}{b}\\right]', 'lr(\\(frac(a,b)\\])'],
  ['\\left.a\\right|', 'lr(""a\\|)'],
  ['\\bigl(x\\bigr)', 'class("opening",stretch(\\(,size:#1.2em))x class("closing",stretch(\\),size:#1.2em))'],
  ['\\|x\\|', 'class("normal",‖)x class("normal",‖)'],
  ['\\begin{bmatrix}a&b\\\\c&d\\end{bmatrix}', 'lr(\\[mat(delim:#none,row-gap:#0.35em,column-gap:#0.9em,inline(a),inline(b);inline(c),inline(d))\\])'],
  ['\\begin{cases}a&\\text{if }b\\\\c\\end{cases}', 'lr(\\{mat(delim:#none,row-gap:#0.42em,column-gap:#0.9em,&inline(a),&inline("if "b);&inline(c),&"")"")'],
  ['\\underbrace{a+b}_{c}', 'underbrace(a + b,c)'.replace(' + ', '\\+')],
  ['a \\neq b', 'a class("relation",≠)b'],
  ['a \\not= b', 'a class("relation",≠)b'],
  ['x\\,y\\quad z', 'x#h(0.1667em)y#h(1em)z'],
  ['0.5x', '0.5x'.replace('x', ' x')],
  ['\\stackrel{a}{=}', 'class("relation",attach(limits(\\=),t:a))'],
  ['\\boxed{a}', '#box(stroke:0.5pt,inset:3pt,baseline:3pt)[$inline(inline(display(a)))$]'],
];

describe('one construct at a time', () => {
  for (const [latex, typst] of constructs) it(latex, () => expect(set(latex)).toBe(typst));

  it('cuts at signs outside brackets, and within the outer brackets of a factor', () => {
    const pieces = mathsSetter().pieces('a + b \\circ c - (d + e) \\circ \\left(f + (g - h)\\right)^\\top');
    expect(pieces.map((factors) => factors.map((factor) => factor.whole))).toEqual([
      ['a'],
      ['\\+b', '∘ c'],
      ['−\\(d\\+e\\)', '∘ attach(lr(\\(f\\+\\(g − h\\)\\)),t:⊤)'],
    ]);
    expect(pieces[2]?.[0]?.parts).toEqual(['−\\(d', '\\+e\\)']);
    expect(pieces[2]?.[1]?.parts).toEqual([
      '∘ class("opening",stretch(\\(,size:#1.2em))f',
      '\\+\\(g',
      '− h\\)attach(class("closing",stretch(\\),size:#1.2em)),t:⊤)',
    ]);
  });
});

describe('what is not known is refused by name', () => {
  for (const latex of [
    'a\\tag{1}',
    '\\raisebox{1em}{a}',
    '\\rule{1em}{1em}',
    '\\href{https://a.b}{c}',
    '\\includegraphics{a}',
    '\\begin{CD}A@>>>B\\end{CD}',
    '\\utilde{a}',
    '\\left\\lgroup a\\right\\rgroup',
    '\\begin{array}{|c|}a\\end{array}',
  ]) {
    it(latex, () => expect(() => set(latex)).toThrow(InputError));
  }
  it('LaTeX that KaTeX does not read, or that is too long or too deep', () => {
    for (const latex of ['\\frac{a', '\\unknowncommand', 'a'.repeat(30_000), '{'.repeat(500) + '}'.repeat(500)]) expect(() => set(latex)).toThrow(InputError);
  });
});

const symbols =
  'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell partial nabla infty hbar imath jmath emptyset varnothing forall exists neg lnot top bot Re Im aleph ldots dots dotsc dotsb cdots vdots ddots checkmark square blacksquare angle triangle prime sum prod coprod int iint oint bigoplus bigotimes bigodot bigcup bigcap bigvee bigwedge circ odot otimes oplus ominus oslash times cdot div pm mp ast star wedge land vee lor cap cup setminus bullet dagger le leq ge geq lt gt ne neq approx equiv sim simeq cong propto to rightarrow leftarrow gets leftrightarrow Rightarrow Leftarrow Leftrightarrow iff implies mapsto longrightarrow longleftarrow Longrightarrow uparrow downarrow in notin ni subset subseteq supset supseteq ll gg mid parallel perp prec succ triangleq doteq vdash models lesssim gtrsim colon coloneqq leadsto langle rangle lvert rvert lVert rVert lfloor rfloor lceil rceil lbrace rbrace lbrack rbrack arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log max min Pr sec sin sinh sup tan tanh bmod Vert vert quad qquad thinspace';

const forms = (
  'hat{x} tilde{x} bar{x} vec{x} dot{x} ddot{x} check{x} breve{x} acute{x} grave{x} mathring{x} widehat{xy} widetilde{xy} overline{x} underline{x} overrightarrow{x} overleftarrow{x} overbrace{x} underbrace{x} ' +
  'mathbb{R} mathbf{x} mathcal{M} mathrm{x} mathit{x} mathsf{x} mathtt{x} mathfrak{g} boldsymbol{\\alpha} boxed{x} operatorname{diag} operatorname*{argmax}_x pmod{n} overset{a}{b} underset{a}{b} stackrel{a}{=} frac{a}{b} tfrac{a}{b} dfrac{a}{b} binom{a}{b} sqrt{x} sqrt[3]{x} ' +
  'big( Big( bigg( Bigg( bigl( bigr) bigm| displaystyle{}x textstyle{}x scriptstyle{}x scriptscriptstyle{}x text{words} textbf{words} textit{words} texttt{words} sum\\limits_a^b sum\\nolimits_a^b'
)
  .split(' ')
  .map((form) => `\\${form}`);
const environments = 'matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix cases aligned gathered split'
  .split(' ')
  .map((name) => `\\begin{${name}}a\\\\b\\end{${name}}`);

describe('everything that a document may contain', () => {
  const all = [...symbols.split(' ').map((name) => `\\${name}{}`), ...forms, ...environments].flatMap((latex) => {
    const tree = readMaths(latex);
    return tree === undefined ? [] : [printMathsLatex(tree)];
  });

  it('is known to the setter', () => {
    expect(all.length).toBeGreaterThan(250);
    const setter = mathsSetter();
    const refused = all.filter((latex) => {
      try {
        setter.markup(latex);
        return false;
      } catch {
        return true;
      }
    });
    expect(refused).toEqual([]);
  });

  it('has glyphs in the fonts', () => {
    const fonts = packagedFonts();
    const setter = mathsSetter();
    const missing = all.filter((latex) =>
      [...setter.markup(latex)].some((character) => character > '\u007f' && !fonts.some((font) => hasGlyph(font, character.codePointAt(0) ?? 0))),
    );
    expect(missing).toEqual([]);
  });

  it('has the styled letters that alphabets turn characters into', () => {
    const math = packagedFonts()[0] as Uint8Array;
    const ranges = [
      [0x1d400, 0x1d433],
      [0x1d468, 0x1d49b],
      [0x1d4d0, 0x1d4e9],
      [0x1d56c, 0x1d59f],
      [0x1d5a0, 0x1d5d3],
      [0x1d670, 0x1d6a3],
      [0x1d6a8, 0x1d6e1],
      [0x1d71c, 0x1d755],
      [0x1d7ce, 0x1d7ff],
    ] as const;
    for (const [from, to] of ranges) for (let point = from; point <= to; point += 1) expect(hasGlyph(math, point), point.toString(16)).toBe(true);
  });

  it('is taken by the engine', async () => {
    const setter = mathsSetter();
    const pdf = await typstToPdf(
      `#set text(font:"Latin Modern Roman")\n#show math.equation: set text(font:"Latin Modern Math")\n${all.map((latex) => `$${setter.markup(latex)}$`).join('\n\n')}`,
    );
    expect(pdf.length).toBeGreaterThan(10_000);
  });
});

describe('hostile mathematics', () => {
  it('becomes nothing but calls, strings and characters, whatever the words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 30 }), (words) => {
        const safe = words.replace(/[\\{}$%&#^_~]/g, (sign) => (sign === '\\' ? '\\textbackslash{}' : `\\${sign}{}`));
        let markup: string;
        try {
          markup = set(`\\text{${safe}}`);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          return;
        }
        // Outside strings there is no letter, no hash and no dollar: the words can only be text.
        const outside = markup.replace(/"(?:[^"\\]|\\.)*"/g, '');
        expect(outside).not.toMatch(/[#$]/);
      }),
    );
  });

  it('cannot leave a formula through its characters', () => {
    expect(set('a \\# \\$ \\& \\_ ] [ ; : / @ ! ?')).toBe('a\\#\\$\\&\\_\\]\\[\\;class("relation",\\:)\\/\\@class("closing",\\!)class("closing",\\?)');
  });
});
