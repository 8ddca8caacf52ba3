/** How whole-number expressions are written: indices, sizes, lengths. */

import { addWhole, multiplyWhole, type Whole, wholeLetter, wholeNumber } from '../network/whole.js';
import { spellingOfKey } from './key-spelling.js';
import type { Medium } from './typesetting.js';

/** A letter or size name inside an index: `t`, `n_h`, `alpha`. */
function indexLetter(name: string, medium: Medium): string {
  const { latex, text, subscript } = spellingOfKey(name);
  const base = medium === 'latex' ? latex : text;
  if (subscript === undefined) return base;
  return medium === 'latex' ? `${base}_{${subscript.latex}}` : `${base}_${[...subscript.text].length === 1 ? subscript.text : `{${subscript.text}}`}`;
}

/** t − 1, T + t − i, 2n + d, (k − 1)m + 1: letters with positive coefficients first, the constant last. */
export function printWhole(whole: Whole, medium: Medium): string {
  const shared = sharedFactor(whole);
  const parts = (shared === undefined ? whole.monomials : whole.monomials.filter(({ letters }) => letters.length === 0)).map(({ coefficient, letters }) => {
    const size = Math.abs(coefficient);
    const symbols = letters.map((name) => indexLetter(name, medium)).join(' ');
    const gap = /^\p{L}$/u.test(symbols) || symbols.startsWith('\\') ? '' : ' ';
    return {
      negative: coefficient < 0,
      constant: letters.length === 0,
      printed: symbols === '' ? `${size}` : size === 1 ? symbols : `${size}${gap}${symbols}`,
    };
  });
  if (shared !== undefined)
    parts.unshift({ negative: false, constant: false, printed: `(${printWhole(shared.quotient, medium)}) ${indexLetter(shared.letter, medium)}` });
  if (parts.length === 0) return '0';
  const led = parts.some((part) => !part.constant && !part.negative);
  const rank = (part: (typeof parts)[number]): number => (part.constant ? (led || part.negative ? 3 : 0) : part.negative ? 2 : 1);
  parts.sort((a, b) => rank(a) - rank(b));
  return parts.map(({ negative, printed }, i) => (i === 0 ? (negative ? `-${printed}` : printed) : `${negative ? '-' : '+'}${printed}`)).join('');
}

/** The m of k m − m: a letter in every monomial but the constant, when there are several. */
function sharedFactor(whole: Whole): { readonly letter: string; readonly quotient: Whole } | undefined {
  const lettered = whole.monomials.filter(({ letters }) => letters.length > 0);
  if (lettered.length < 2) return undefined;
  const letter = lettered[0]?.letters.find((each) => lettered.every(({ letters }) => letters.includes(each)));
  if (letter === undefined) return undefined;
  const quotient = lettered.reduce((sum, { coefficient, letters }) => {
    const rest = [...letters];
    rest.splice(rest.indexOf(letter), 1);
    return addWhole(
      sum,
      rest.reduce((product, each) => multiplyWhole(product, wholeLetter(each)), wholeNumber(coefficient)),
    );
  }, wholeNumber(0));
  return { letter, quotient };
}

/** Whether it is written as a sum, so that a product around it needs brackets. */
export const isSumOfWholes = (whole: Whole): boolean => whole.monomials.length > 1 || (whole.monomials[0]?.coefficient ?? 0) < 0;
