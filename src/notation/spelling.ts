/**
 * How names and whole-number expressions are written, in LaTeX and in Unicode text.
 *
 * Indices go where the name's spelling puts them; in text, sub- and superscripts use real characters where all of them exist and
 * `_{…}`, `^{…}` otherwise, which the parser reads just as well.
 */

import type { Model, Spelling } from '../model/model.js';
import type { Whole } from '../network/whole.js';
import { printWhole } from './print-whole.js';
import type { Medium } from './typesetting.js';

export { spellingOfKey } from './key-spelling.js';
export { printWhole } from './print-whole.js';
export type { Medium } from './typesetting.js';

/** What a printer knows of the names in a formula. */
export interface Names {
  /** Of a declared value; undefined names are printed as they are keyed. */
  spelling(name: string): Spelling | undefined;
  /** Of an unspecified function. */
  functionSpelling(name: string): Spelling | undefined;
  /** Key of the scalar that adjoints differentiate; J when the model has none. */
  readonly loss?: string;
  /** Whether a declared name is written so: a built-in function of that spelling then needs another. */
  isTaken(spelled: string): boolean;
}

/** The names of a model, as its author spells them. */
export function namesOf(model: Pick<Model, 'declarations' | 'functions' | 'loss'>): Names {
  const taken = new Set<string>();
  for (const { spelling } of [...model.declarations.values(), ...model.functions.values()]) {
    if (spelling.subscript === undefined && spelling.superscript === undefined) taken.add(spelling.latex).add(spelling.text);
  }
  return {
    spelling: (name) => model.declarations.get(name)?.spelling,
    functionSpelling: (name) => model.functions.get(name)?.spelling,
    isTaken: (spelled) => taken.has(spelled),
    ...(model.loss === undefined ? {} : { loss: model.loss }),
  };
}

/** Names as they are keyed: for formulas outside any model. */
export const PLAIN_NAMES: Names = { spelling: () => undefined, functionSpelling: () => undefined, isTaken: () => false };

// ---------------------------------------------------------------- sub- and superscripts in text

const SUBSCRIPTS: Readonly<Record<string, string>> = {
  0: '₀',
  1: '₁',
  2: '₂',
  3: '₃',
  4: '₄',
  5: '₅',
  6: '₆',
  7: '₇',
  8: '₈',
  9: '₉',
  '+': '₊',
  '-': '₋',
  '=': '₌',
  '(': '₍',
  ')': '₎',
  a: 'ₐ',
  e: 'ₑ',
  h: 'ₕ',
  i: 'ᵢ',
  j: 'ⱼ',
  k: 'ₖ',
  l: 'ₗ',
  m: 'ₘ',
  n: 'ₙ',
  o: 'ₒ',
  p: 'ₚ',
  r: 'ᵣ',
  s: 'ₛ',
  t: 'ₜ',
  u: 'ᵤ',
  v: 'ᵥ',
  x: 'ₓ',
};
const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  0: '⁰',
  1: '¹',
  2: '²',
  3: '³',
  4: '⁴',
  5: '⁵',
  6: '⁶',
  7: '⁷',
  8: '⁸',
  9: '⁹',
  '+': '⁺',
  '-': '⁻',
  n: 'ⁿ',
  k: 'ᵏ',
  m: 'ᵐ',
  t: 'ᵗ',
  i: 'ⁱ',
  j: 'ʲ',
};

function raised(table: Readonly<Record<string, string>>, text: string): string | undefined {
  let result = '';
  for (const character of text) {
    const found = table[character];
    if (found === undefined) return undefined;
    result += found;
  }
  return result;
}

const braced = (text: string): string => ([...text].length === 1 ? text : `{${text}}`);

export const textSubscript = (text: string): string => (text === '' ? '' : (raised(SUBSCRIPTS, text) ?? `_${braced(text)}`));
export const textSuperscript = (text: string): string => (text === '' ? '' : (raised(SUPERSCRIPTS, text) ?? `^${braced(text)}`));

// ---------------------------------------------------------------- names with their indices

/** A name as it stands in a formula: `after` tells whether a superscript can still be put on it as it is. */
export interface SpelledName {
  readonly printed: string;
  /** It already carries a superscript (an index or a label up there): powers and transposes need brackets. */
  readonly superscripted: boolean;
  /** It ends in a prime on the letter, which TeX counts as a superscript: braces are enough. */
  readonly primed: boolean;
}

/** A name with its own indices and then the positions of an entry: h_{t−1}, W_Q^{(k)}, \mathcal{M}_t^{erased}, h_{t,i}. */
export function spellName(spelling: Spelling, indices: readonly Whole[], positions: readonly Whole[], medium: Medium): SpelledName {
  const base = medium === 'latex' ? spelling.latex : spelling.text;
  const index = indices.map((whole) => printWhole(whole, medium)).join(',');
  const entry = positions.map((whole) => printWhole(whole, medium)).join(',');
  const subs = [spelling.subscript?.[medium] ?? '', spelling.indexPlace === 'subscript' ? index : '', entry];
  const supers = [spelling.superscript?.[medium] ?? '', index === '' ? '' : superscriptIndex(spelling, index)];
  const subscript = subs.filter((part) => part !== '').join(',');
  const superscript = supers.filter((part) => part !== '').join(medium === 'latex' ? '\\,' : ',');
  const argument = spelling.indexPlace === 'argument' && index !== '' ? `(${index})` : '';
  const primed = superscript === '' && argument === '' && /['′]$/u.test(base);
  const printed =
    medium === 'latex'
      ? `${attachedLatex(base, superscript)}${subscript === '' ? '' : `_{${subscript}}`}${superscript === '' ? '' : `^{${superscript}}`}${argument}`
      : `${base}${textSubscript(subscript)}${textSuperscript(superscript)}${argument}`;
  return { printed: tightened(printed, medium), superscripted: superscript !== '' || argument !== '', primed };
}

/** A prime on the letter and a superscript would be a double superscript in TeX. */
const attachedLatex = (base: string, superscript: string): string => (superscript !== '' && base.endsWith("'") ? `{${base}}` : base);

/** h_{t} is written h_t. */
const tightened = (printed: string, medium: Medium): string => (medium === 'latex' ? printed.replaceAll(/([_^])\{([A-Za-z0-9])\}/g, '$1$2') : printed);

function superscriptIndex(spelling: Spelling, index: string): string {
  switch (spelling.indexPlace) {
    case 'superscript':
      return index;
    case 'parenthesised superscript':
      return `(${index})`;
    case 'angle superscript':
      return `<${index}>`;
    case 'subscript':
    case 'argument':
      return '';
  }
}
