/** Formulas as people type them: LaTeX of several hands, Unicode, plain text, lines of code, and the documents around them. */

import { InputError } from '../../src/errors.js';
import type { IndexRange, Spelling } from '../../src/model/model.js';
import type { Formula } from '../../src/notation/formula.js';
import { printLatex } from '../../src/notation/print-latex.js';
import { printNumpy } from '../../src/notation/print-numpy.js';
import { printText } from '../../src/notation/print-text.js';
import type { Names } from '../../src/notation/spelling.js';
import type { Choices } from './random.js';

export interface Line {
  readonly left: Formula;
  readonly sign: '=' | ':=';
  readonly right: Formula;
  /** A right link of the chain before the right side: left = before = right. */
  readonly before?: Formula;
  /** The steps that the line speaks of. */
  readonly ranges?: readonly IndexRange[];
}

export interface Spelled {
  readonly text: string;
  readonly style: string;
}

/** Lines in one hand, in one kind of document. `plainDeltas`: a derivative may be written as a δ with a label, without saying what it stands for. */
export function spelled(lines: readonly Line[], names: Names, choices: Choices, plainDeltas: boolean): Spelled {
  const hands = HANDS.filter((hand) => plainDeltas || hand.name !== 'LaTeX with deltas');
  for (;;) {
    const hand = choices.of(hands);
    const written = lines.map((line) => hand.write(line, names, choices));
    if (written.some((line) => line === undefined)) continue;
    return framed(written as string[], hand, choices);
  }
}

function framed(written: readonly string[], hand: Hand, choices: Choices): Spelled {
  if (hand.dialect !== undefined) return { text: `---\ndialect: ${hand.dialect}\n---\n${written.join('\n')}\n`, style: hand.name };
  if (!hand.latex) return { text: choices.chance(0.2) ? `So the gradient is\n\n${fenced(written)}\n` : `${written.join('\n')}\n`, style: hand.name };
  const frame = choices.of(FRAMES);
  const text = frame.around(written, choices);
  return { text: `${hand.head ?? ''}${text}`, style: `${hand.name}, ${frame.name}` };
}

const fenced = (lines: readonly string[]): string => `\`\`\`\n${lines.join('\n')}\n\`\`\``;

interface Hand {
  readonly name: string;
  readonly latex: boolean;
  /** Said in front of the lines. */
  readonly dialect?: 'numpy';
  /** What stands before the document. */
  readonly head?: string;
  /** Undefined where this hand has no way to write the line. */
  write(line: Line, names: Names, choices: Choices): string | undefined;
}

type Print = (formula: Formula) => string;

const joined = ({ left, sign, right, before }: Line, print: Print): string =>
  before === undefined ? `${print(left)} ${sign} ${print(right)}` : `${print(left)} = ${print(before)} = ${print(right)}`;

const latexLine = (line: Line, names: Names, options: Parameters<typeof printLatex>[2]): string =>
  joined(line, (formula) => printLatex(formula, names, options));
const textLine = (line: Line, names: Names, options: Parameters<typeof printText>[2] = {}): string =>
  joined(line, (formula) => printText(formula, names, options));

/** Names with their letters set in another face. */
const inFace = (names: Names, face: string): Names => ({
  ...names,
  spelling: (name) => styled(names.spelling(name), face),
  isTaken: (word) => names.isTaken(word),
  functionSpelling: (name) => names.functionSpelling(name),
});

const styled = (spelling: Spelling | undefined, face: string): Spelling | undefined =>
  spelling === undefined || !/^[A-Za-z]$/.test(spelling.latex) ? spelling : { ...spelling, latex: `${face}{${spelling.latex}}` };

/** \\bar{h}_t for ∂J/∂h_t. */
const barred = (text: string): string =>
  text.replace(DERIVATIVE, (whole, _, by: string) => {
    const [, base, rest] = /^([A-Za-z]|\\[a-z]+\{[^{}]*\}|\\overrightarrow\{[^{}]*\}|\\overleftarrow\{[^{}]*\})(.*)$/.exec(by) ?? [];
    return base === undefined ? whole : `\\bar{${base}}${rest}`;
  });

/** \\delta^h_t for ∂J/∂h_t; nothing where another derivative stays. */
function withDeltas(text: string): string | undefined {
  const written = text.replace(
    /\\frac\{\\partial [A-Z]\}\{\\partial ([hsc])_(t|\{t[+-]1\})\}/g,
    (_, base: string, index: string) => `\\delta^${base}_${index}`,
  );
  return written === text ? undefined : written;
}

/** One line of NumPy: a sum over the steps as `+=`. */
function codeLine({ left, sign, right, before, ranges = [] }: Line, letter: string | undefined): string | undefined {
  // In code dy is the error of the output under a short name.
  if (before !== undefined || sign === ':=' || (left.kind === 'name' && left.quantity.kind === 'adjoint' && left.quantity.name === 'y')) return undefined;
  try {
    const code = (formula: Formula): string => printNumpy(formula, letter, new Set());
    const steps = right.kind === 'rangeSum' && right.letter === 't' && right.from.key === '1' && right.to.key === 'T';
    if (right.kind === 'rangeSum' && !steps) return undefined;
    const line = steps ? `${code(left)} += ${code(right.body)}` : `${code(left)} = ${code(right)}`;
    return /\bsum\(| for |over(right|left)arrow|mathcal|prime/.test(line) || (ranges.length > 0 && ranges[0]?.letter !== 't') ? undefined : line;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

const DERIVATIVE = /\\frac\{\\partial ([A-Z])\}\{\\partial ((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}/g;

/** Names of one step carry their index as a superscript: h^{(t-1)}. Not where a power stands beside it. */
function superscripts(text: string, open: string, close: string): string {
  if (/_(?:t|\{t[+-]\d\})\^/.test(text) || /_\{[a-z]+,? ?t/.test(text)) return text;
  return text.replace(/(?<!\\sum|\\prod)_(?:t(?![A-Za-z])|\{(t[+-]\d)\})/g, (_, shifted: string | undefined) => `^{${open}${shifted ?? 't'}${close}}`);
}

const HANDS: readonly Hand[] = [
  { name: 'LaTeX', latex: true, write: (line, names) => latexLine(line, names, {}) },
  { name: 'LaTeX with nabla', latex: true, write: (line, names) => latexLine(line, names, { adjoint: 'nabla' }) },
  { name: 'LaTeX with circ and ^T', latex: true, write: (line, names) => latexLine(line, names, { hadamard: 'circ' }).replaceAll('^\\top', '^T') },
  {
    name: 'LaTeX with dfrac',
    latex: true,
    write: (line, names) => latexLine(line, names, {}).replaceAll('\\frac', '\\dfrac').replaceAll('\\operatorname{diag}', '\\mathrm{diag}'),
  },
  {
    name: 'LaTeX with d',
    latex: true,
    write: (line, names) => latexLine(line, names, {}).replace(DERIVATIVE, (_, of: string, by: string) => `\\frac{\\mathrm{d} ${of}}{\\mathrm{d} ${by}}`),
  },
  {
    name: 'LaTeX with inline fractions',
    latex: true,
    write: (line, names) => latexLine(line, names, {}).replace(DERIVATIVE, (_, of: string, by: string) => `(\\partial ${of}/\\partial ${by})`),
  },
  {
    name: 'LaTeX with loose spaces',
    latex: true,
    write: (line, names) => latexLine(line, names, {}).replaceAll(' ', '\\, ').replaceAll('\\left(', '\\bigl(').replaceAll('\\right)', '\\bigr)'),
  },
  { name: 'LaTeX with (t)', latex: true, write: (line, names) => superscripts(latexLine(line, names, {}), '(', ')') },
  { name: 'LaTeX with <t>', latex: true, write: (line, names) => superscripts(latexLine(line, names, {}), '<', '>') },
  { name: 'LaTeX in bold', latex: true, write: (line, names) => latexLine(line, inFace(names, '\\mathbf'), {}) },
  { name: 'LaTeX in boldsymbol', latex: true, write: (line, names) => latexLine(line, inFace(names, '\\boldsymbol'), {}) },
  { name: 'LaTeX with bars', latex: true, write: (line, names) => barred(latexLine(line, names, {})) },
  { name: 'LaTeX with deltas', latex: true, write: (line, names) => withDeltas(latexLine(line, names, {})) },
  {
    name: 'LaTeX with macros',
    latex: true,
    head: '\\newcommand{\\pd}[2]{\\frac{\\partial #1}{\\partial #2}}\n\\newcommand{\\had}{\\odot}\n\n',
    write: (line, names) =>
      latexLine(line, names, {})
        .replace(DERIVATIVE, (_, of: string, by: string) => `\\pd{${of}}{${by}}`)
        .replaceAll('\\odot', '\\had'),
  },
  {
    name: 'LaTeX with sizes below',
    latex: true,
    write: (line, names) => {
      const text = latexLine(line, names, {});
      const shape = line.left.shape.dims.map(({ key }) => key);
      if (shape.length !== 2 || shape.some((key) => !/^[A-Za-z]$/.test(key)) || line.right.kind !== 'rangeSum') return undefined;
      return text.replace(/^(\\frac\{.*?\}\}|\\frac\{[^=]*\}) =/, (_, left: string) => `\\underset{${shape.join('\\times ')}}{${left}} =`);
    },
  },
  { name: 'LaTeX with \\sum_t', latex: true, write: (line, names) => latexLine(line, names, {}).replaceAll('\\sum_{t=1}^{T}', '\\sum_t') },
  { name: 'Unicode', latex: false, write: (line, names) => textLine(line, names) },
  { name: 'Unicode with nabla', latex: false, write: (line, names) => textLine(line, names, { adjoint: 'nabla' }) },
  { name: 'ASCII', latex: false, write: (line, names) => ascii(textLine(line, names)) },
  { name: 'ASCII with brackets', latex: false, write: (line, names) => bracketed(ascii(textLine(line, names))) },
  {
    name: 'ASCII with .T',
    latex: false,
    write: (line, names) => bracketed(ascii(textLine(line, names))).replace(/(?<=[A-Za-z\])}])\^T(?![A-Za-z])/g, '.T'),
  },
  { name: 'NumPy', latex: false, dialect: 'numpy', write: (line) => codeLine(line, 't') },
  { name: 'NumPy with brackets', latex: false, dialect: 'numpy', write: (line) => codeLine(line, undefined) },
];

const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ';
const PLAIN = '0123456789+-aehijklmnoprstuvx';

function ascii(text: string): string {
  return text
    .replace(new RegExp(`[${SUBSCRIPTS}]+`, 'g'), (run) => {
      const plain = [...run].map((character) => PLAIN[[...SUBSCRIPTS].indexOf(character)]).join('');
      return plain.length === 1 ? `_${plain}` : `_{${plain}}`;
    })
    .replaceAll('∂', 'd')
    .replaceAll('⊙', '.*')
    .replaceAll('ᵀ', '^T')
    .replaceAll('²', '^2')
    .replaceAll('−', '-')
    .replaceAll('σ', 'sigmoid')
    .replaceAll('Σ', '\\sum')
    .replaceAll('ℓ', '\\ell')
    .replaceAll('′', "'")
    .replace(/([a-zA-Z])\u0303/gu, '\\tilde{$1}')
    .replace(/([a-zA-Z])\u0302/gu, '\\hat{$1}')
    .replaceAll('ŷ', '\\hat{y}');
}

/** h_{t-1} as h[t-1]. */
const bracketed = (text: string): string =>
  text.replace(
    /(?<!\\sum|[a-zA-Z]_[a-z])_(?:(t)(?![A-Za-z0-9])|\{(t[+-]\d)\})(?!\^)/g,
    (_, plain: string | undefined, shifted: string | undefined) => `[${plain ?? shifted}]`,
  );

interface Frame {
  readonly name: string;
  around(lines: readonly string[], choices: Choices): string;
}

const aligned = (line: string): string => line.replace(/ (:?=) /, ' &$1 ');

/** The links of a chain below each other. */
function linked(line: string): string {
  const links: string[] = [];
  let [depth, from] = [0, 0];
  for (let at = 0; at < line.length; at += 1) {
    if ('{[('.includes(line[at] as string)) depth += 1;
    else if ('}])'.includes(line[at] as string)) depth -= 1;
    else if (depth === 0 && line.startsWith(' = ', at)) {
      links.push(line.slice(from, at));
      from = at + 3;
    }
  }
  const [first = '', ...rest] = [...links, line.slice(from)];
  return rest.length < 2 ? aligned(line) : `${first} &= ${rest.join(' \\\\\n &= ')}`;
}

const FRAMES: readonly Frame[] = [
  { name: 'bare', around: (lines) => `${lines.join('\n')}\n` },
  { name: 'display', around: (lines) => `We get\n${lines.map((line) => `\\[ ${line} \\]`).join('\n')}\nas wanted.\n` },
  { name: 'Markdown', around: (lines) => `The answer:\n\n${lines.map((line) => `$$\n${line}\n$$`).join('\n\n')}\n` },
  { name: 'Markdown, inline', around: (lines) => `${lines.map((line, k) => `${k + 1}. We have $${line}$.`).join('\n')}\n` },
  { name: 'align', around: (lines) => `\\begin{align*}\n${lines.map(linked).join(' \\\\\n')}\n\\end{align*}\n` },
  {
    name: 'equation',
    around: (lines) => lines.map((line, k) => `\\begin{equation}\\label{eq:${k}}\n${line}.\n\\end{equation}\n`).join('and\n'),
  },
  {
    name: 'document',
    around: (lines) =>
      `\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\nBy the chain rule,\n\\begin{align}\n${lines.map((line, k) => `${linked(line)} \\tag{${k + 1}}`).join(' \\\\\n')}\n\\end{align}\nwhich was to be shown.\n\\end{document}\n`,
  },
];
