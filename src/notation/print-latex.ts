/** Formula → LaTeX that KaTeX's strict mode and a plain pdflatex with amsmath both accept. */

import type { ValueReference } from '../network/tensor.js';
import type { Whole } from '../network/whole.js';
import type { Formula } from './formula.js';
import { Printer } from './print.js';
import type { PrintOptions } from './print-names.js';
import { type Names, printWhole, spellingOfKey, spellName } from './spelling.js';
import type { Typesetting } from './typesetting.js';

export interface LatexOptions extends PrintOptions {
  /** The sign of the entrywise product; `\odot` unless given. */
  readonly hadamard?: 'odot' | 'circ';
}

/** `x_{t}` is written `x_t`. */
const script = (mark: string, text: string): string => (/^[A-Za-z0-9]$/.test(text) ? `${mark}${text}` : `${mark}{${text}}`);
const growing =
  (left: string, right: string, tall: boolean) =>
  (inner: string): string =>
    tall ? `\\left${left} ${inner} \\right${right}` : `${left}${inner}${right}`;
/** TeX's own function names; every other word is an operatorname. */
const BUILT_IN_WORDS = new Set(['max', 'min', 'exp', 'log', 'sin', 'cos', 'tanh', 'sinh', 'cosh']);

const typesetting = (hadamard: string): Typesetting => ({
  medium: 'latex',
  hadamard,
  minus: '-',
  dots: '\\cdots',
  pi: '\\pi',
  partial: '\\partial',
  differential: '\\mathrm{d}',
  nabla: '\\nabla',
  sum: '\\sum',
  product: '\\prod',
  transposed: '^\\top',
  signs: { '=': '=', '≠': '\\ne', '<': '<', '≤': '\\le', '>': '>', '≥': '\\ge' },
  bracket: (inner, tall) => growing('(', ')', tall)(inner),
  squareBracket: (inner, tall) => growing('[', ']', tall)(inner),
  stackedFractions: true,
  fraction: (numerator, denominator) => `\\frac{${numerator}}{${denominator}}`,
  subscript: (text) => script('_', text),
  superscript: (text) => script('^', text),
  word: (name) => (BUILT_IN_WORDS.has(name) ? `\\${name}` : `\\operatorname{${name}}`),
  squareRoot: (inner) => `\\sqrt{${inner}}`,
  norm: (inner, tall) => growing('\\|', '\\|', tall)(tall ? inner : ` ${inner} `).replace('\\|  ', '\\| '),
  angles: (left, right, tall) => growing('\\langle', '\\rangle', tall)(tall ? `${left}, ${right}` : ` ${left}, ${right} `),
  limits: (sign, below, above) => `${sign}_{${below}}${above === undefined ? '' : `^{${above}}`}`,
  constant: (kind, sizes) =>
    `${kind === 'ones' ? '\\mathbf{1}' : kind === 'zeros' ? '\\mathbf{0}' : 'I'}${sizes.length === 0 ? '' : script('_', sizes.join(' \\times '))}`,
  blocks: (rows) => `\\begin{bmatrix} ${rows.map((row) => row.join(' & ')).join(' \\\\ ')} \\end{bmatrix}`,
  cases: (branches) =>
    `\\begin{cases} ${branches.map(({ value, condition }) => `${value} & ${condition === undefined ? '\\text{otherwise}' : `\\text{if } ${condition}`}`).join(' \\\\ ')} \\end{cases}`,
  entrywisePower: (base, exponent) => `${base}^{\\circ ${exponent}}`,
  held: (inner, names) => `\\left. ${inner} \\right|_{${names}}`,
  indicator: (condition) => `\\mathbb{1}[${condition}]`,
});

/**
 * LaTeX of a formula in maths mode, without delimiters. `names` spells the declared names; indices go in their place.
 * Brackets are minimal for the contract's precedence and grow only around tall contents.
 */
export function printLatex(formula: Formula, names: Names, options: LatexOptions = {}): string {
  return new Printer(typesetting(options.hadamard === 'circ' ? '\\circ' : '\\odot'), names, options).print(formula);
}

/** LaTeX of a name with its indices: `\overrightarrow{h}_{t-1}`. */
export function latexOfReference({ name, indices }: ValueReference, names: Names): string {
  return spellName(names.spelling(name) ?? spellingOfKey(name), indices, [], 'latex').printed;
}

/** LaTeX of a size, a length or an index: `T-t+1`. */
export const latexOfWhole = (whole: Whole): string => printWhole(whole, 'latex');
