/** Formula → Unicode text for terminals, alt texts and Markdown, in the plain spelling that the parser reads again. */

import type { ValueReference } from '../network/tensor.js';
import type { Whole } from '../network/whole.js';
import type { Formula } from './formula.js';
import { Printer } from './print.js';
import type { PrintOptions } from './print-names.js';
import { type Names, printWhole, spellingOfKey, spellName, textSubscript, textSuperscript } from './spelling.js';
import type { Typesetting } from './typesetting.js';

export interface TextOptions extends PrintOptions {
  /** The sign of the entrywise product; ⊙ unless given. */
  readonly hadamard?: 'odot' | 'circ';
}

const typesetting = (hadamard: string): Typesetting => ({
  medium: 'text',
  hadamard,
  minus: '−',
  dots: '⋯',
  pi: 'π',
  partial: '∂',
  differential: 'd',
  nabla: '∇',
  sum: 'Σ',
  product: 'Π',
  transposed: 'ᵀ',
  signs: { '=': '=', '≠': '≠', '<': '<', '≤': '≤', '>': '>', '≥': '≥' },
  bracket: (inner) => `(${inner})`,
  squareBracket: (inner) => `[${inner}]`,
  stackedFractions: false,
  fraction: (numerator, denominator) => `${numerator}/${denominator}`,
  subscript: textSubscript,
  superscript: textSuperscript,
  word: (name) => name,
  squareRoot: (inner) => `sqrt(${inner})`,
  norm: (inner) => `‖${inner}‖`,
  angles: (left, right) => `⟨${left}, ${right}⟩`,
  limits: (sign, below, above) => `${sign}_{${below}}${above === undefined ? '' : `^{${above}}`}`,
  constant: (kind, sizes) =>
    kind === 'identity' ? `I${textSubscript(sizes[0] ?? '')}` : sizes.length === 0 ? (kind === 'ones' ? '\\mathbf{1}' : '0') : `${kind}(${sizes.join(', ')})`,
  blocks: (rows) => `[${rows.map((row) => row.join(', ')).join('; ')}]`,
  cases: (branches) => `{ ${branches.map(({ value, condition }) => `${value} ${condition === undefined ? 'otherwise' : `if ${condition}`}`).join('; ')} }`,
  entrywisePower: (base, exponent) => `${base}.^${exponent.length === 1 ? exponent : `(${exponent})`}`,
  held: (inner, names) => `(${inner})|_{${names}}`,
  indicator: (condition) => `𝟙[${condition}]`,
});

/** Unicode text of a formula. `names` spells the declared names; real sub- and superscripts are used where all characters exist. */
export function printText(formula: Formula, names: Names, options: TextOptions = {}): string {
  return new Printer(typesetting(options.hadamard === 'circ' ? '∘' : '⊙'), names, options).print(formula);
}

/** Text of a name with its indices: `hₜ₋₁`, `W^(hh)`. */
export function textOfReference({ name, indices }: ValueReference, names: Names): string {
  return spellName(names.spelling(name) ?? spellingOfKey(name), indices, [], 'text').printed;
}

/** Text of a size, a length or an index: `T-t+1`. */
export const textOfWhole = (whole: Whole): string => printWhole(whole, 'text');
