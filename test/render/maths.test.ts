/** Formulas of documents: what is let through, printed anew, and legal in KaTeX's strict mode. */

import fc from 'fast-check';
import katex from 'katex';
import { describe, expect, test } from 'vitest';
import { relationTree, settable } from '../../src/render/maths.js';
import { breakableTerms, finerPieces } from '../../src/render/maths-break.js';
import { mathsWidth } from '../../src/render/maths-width.js';
import { printMathsLatex, printMathsText } from '../../src/solution/maths-print.js';
import { readMaths } from '../../src/solution/maths-tree.js';
import { mathematicsOf } from './documents.js';
import { sampleDocument } from './sample-document.js';

const FORMULAS = [
  ...mathematicsOf(sampleDocument).map((math) => math.latex),
  '\\mathbb{R}^{n \\times d}',
  '\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}',
  'f(x) = \\begin{cases} 1 & \\text{if } x > 0 \\\\ 0 \\end{cases}',
  '\\left.\\frac{dy}{dx}\\right|_{x=0}',
  '\\|W\\|_2 \\le 1, \\quad \\{a, b\\} \\subset \\mathcal{M}',
  "f''(a)^2 + \\sqrt[3]{x}",
  '\\overrightarrow{h}_t, \\hat y_t, \\boldsymbol{\\theta}, \\operatorname{softmax}(o_t)',
  '\\underbrace{A_T \\cdots A_{t+1}}_{T - t}',
  '\\prod_{k=T}^{t+1} \\bigl(\\operatorname{diag}(f_k)\\bigr)',
  'σ(∂x) ≤ ∑_{i} α_i',
];

const strict = (latex: string): string => katex.renderToString(latex, { strict: 'error', throwOnError: true, trust: false });

describe('what is let through', () => {
  test.each(FORMULAS)('%s is printed as legal LaTeX, and reading that gives the same', (latex) => {
    const tree = readMaths(latex);
    expect(tree).toBeDefined();
    const printed = printMathsLatex(tree ?? []);
    expect(() => strict(printed)).not.toThrow();
    expect(readMaths(printed)).toEqual(tree);
    expect(settable({ latex, text: '' })?.latex).toBe(printed);
  });

  test.each([
    ['\\frac{\\partial J}{\\partial W_g} = \\sum_{t=1}^{T} x_t^\\top (\\delta_t \\circ i_t)', '∂J/∂W_g = Σ_{t=1}^{T} xₜᵀ (δₜ ∘ iₜ)'],
    ['\\hat{y}_t - y_t', 'ŷₜ − yₜ'],
    ['\\frac{\\partial^2 J}{\\partial W \\partial U}', '∂²J/∂W∂U'],
    ['10^{-12} \\cdot \\sqrt{d_k}', '10⁻¹² · √dₖ'],
    ['\\frac{a + b}{c}', '(a + b)/c'],
    ['\\tanh(W h) \\in \\mathbb{R}^n', 'tanh(Wh) ∈ ℝⁿ'],
  ])('%s reads %s in a terminal', (latex, text) => {
    expect(printMathsText(readMaths(latex) ?? [])).toBe(text.normalize('NFD'));
  });
});

describe('what is not', () => {
  test.each([
    '\\input{/etc/passwd}',
    '\\write18{ls}',
    '\\href{javascript:alert(1)}{x}',
    '\\url{x}',
    '\\includegraphics{x}',
    '\\csname input\\endcsname',
    '\\def\\a{b}',
    '\\catcode`\\%=12',
    '\\let\\a\\b',
    '\\newcommand{\\a}{b}',
    '\\htmlClass{a}{b}',
    '\\text{\\input{x}}',
    '\\begin{verbatim}x\\end{verbatim}',
    'a % b',
    '$x$',
    'a # b',
    '^^5cinput',
    '{',
    '}',
    '\\left( x',
    '\\right)',
    '\\end{matrix}',
    'x_',
    '\\frac{a}',
    '\\',
    'a & b',
    'a \\\\ b',
    'é',
    '\u0000',
  ])('%s is refused', (latex) => {
    expect(settable({ latex, text: '' })).toBeUndefined();
  });

  test('too long and too deep formulas are refused, quickly', () => {
    expect(readMaths('x'.repeat(20_001))).toBeUndefined();
    expect(readMaths('{'.repeat(9000) + '}'.repeat(9000))).toBeUndefined();
    expect(readMaths(`${'\\sqrt'.repeat(3000)}x`)).toBeUndefined();
    expect(readMaths('x^'.repeat(5000))).toBeUndefined();
  });

  test('no text is ever thrown at, and what is printed holds only what is let through', () => {
    const pieces = fc.constantFrom(
      '\\frac',
      '\\input',
      '\\left(',
      '\\right)',
      '{',
      '}',
      '^',
      '_',
      "'",
      '&',
      '\\\\',
      'x',
      '\\sum',
      ' ',
      '\\begin{matrix}',
      '\\end{matrix}',
      '\\text{a b}',
      '\\sqrt[',
      ']',
      '\\big',
      '|',
      '%',
      '\\def',
      '2',
      '+',
      '\\hat',
      '𝔼',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 25 }), (parts) => {
        const tree = readMaths(parts.join(''));
        if (tree === undefined) return;
        const printed = printMathsLatex(tree);
        expect(printed).not.toMatch(/\\(?:input|def)|%/);
        expect(printMathsLatex(readMaths(printed) ?? [])).toBe(printed);
        expect(typeof printMathsText(tree)).toBe('string');
      }),
    );
  });
});

describe('breaking', () => {
  test('terms are cut before outer signs only', () => {
    const terms = (latex: string): string[] => breakableTerms(readMaths(latex) ?? []).map((term) => printMathsLatex(term));
    expect(terms('-a + (b - c)^2 - d')).toEqual(['- a', '+ (b - c)^2', '- d']);
    expect(terms('a \\cdot -b')).toEqual(['a \\cdot - b']);
    expect(terms('a = b = c')).toEqual(['a', '= b', '= c']);
  });

  test('a wide term is cut inside its brackets, and nothing is lost', () => {
    const tree = readMaths('\\sum_t \\left(a + b - c\\right) W \\circ d') ?? [];
    const pieces = finerPieces(tree, 3).map((piece) => printMathsLatex(piece));
    expect(pieces).toEqual(['\\sum_t\\biggl(a', '+ b', '- c\\biggr)\\,W', '\\circ d']);
  });

  test('a longer formula is wider', () => {
    const width = (latex: string): number => mathsWidth(readMaths(latex) ?? []);
    expect(width('a + b')).toBeGreaterThan(width('a'));
    expect(width('x_{t+1}')).toBeLessThan(width('x t + 1'));
  });

  test('relations are signs in either spelling', () => {
    for (const sign of ['=', '\\approx', '≤', '\\sim', ':=']) expect(relationTree(sign)).toBeDefined();
    for (const sign of ['\\input{x}', '<script>', 'aaaaaa']) expect(relationTree(sign)).toBeUndefined();
  });
});
