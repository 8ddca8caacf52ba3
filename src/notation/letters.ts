/** Which letter a bound index takes when a formula is written: the one whose declared range fits, else the next free one. */

import { equalWhole, subtractWhole, type Whole, wholeValue } from '../network/whole.js';

export interface LetterRange {
  readonly letter: string;
  readonly from: Whole;
  readonly to: Whole;
}

/** In the order in which they are tried. */
const LETTERS = ['k', 'j', 'i', 'l', 's', 'r', 'q', 'p', 'a', 'b', 'c'];
const AXES = ['i', 'j', 'k', 'l', 'p', 'q', 'r', 's', 'a', 'b', 'c'];

/**
 * A letter that is not taken. With a range: first the letters declared for it, then those that end or begin like it;
 * without one (an axis): i, j, k, …
 */
export function freshLetter(from: Whole | undefined, to: Whole | undefined, taken: ReadonlySet<string>, declared: readonly LetterRange[] = []): string {
  const fits = (range: LetterRange): number =>
    from !== undefined && to !== undefined ? Number(equalWhole(range.from, from)) + 2 * Number(equalWhole(range.to, to)) : 0;
  const preferred =
    from === undefined
      ? []
      : declared
          .filter((range) => fits(range) > 0)
          .sort((a, b) => fits(b) - fits(a))
          .map(({ letter }) => letter);
  const reserved = new Set(declared.map(({ letter }) => letter));
  const plain = from === undefined ? AXES : LETTERS;
  const candidates = [...preferred, ...plain.filter((letter) => !reserved.has(letter)), ...plain];
  const found = candidates.find((letter) => !taken.has(letter));
  if (found !== undefined) return found;
  for (let number = 1; ; number += 1) if (!taken.has(`k_${number}`)) return `k_${number}`;
}

/** Whether limits of a product look as if they fall: T … t+1, t … k+1, 3 … 1. Rising ones are read in the order of the chain rule. */
export function limitsFall(from: Whole, to: Whole): boolean {
  const difference = wholeValue(subtractWhole(to, from));
  if (difference !== undefined) return difference < -1;
  const constant = (whole: Whole): number => whole.monomials.find(({ letters }) => letters.length === 0)?.coefficient ?? 0;
  const hasLength = (whole: Whole): boolean => whole.monomials.some(({ letters }) => letters.some((letter) => /^[A-Z]/.test(letter)));
  if (wholeValue(from) !== undefined) return false;
  // k + 1 … 3 rises, t … 1 falls.
  if (wholeValue(to) !== undefined) return constant(from) <= 0;
  return hasLength(from) === hasLength(to) ? constant(to) > constant(from) : hasLength(from);
}
