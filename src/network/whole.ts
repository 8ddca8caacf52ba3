/**
 * Whole-number expressions: index terms (t − 1, T + t − i), sizes (n + d, 4n) and offsets of blocks ((k − 1)·m) alike.
 *
 * A polynomial with whole coefficients in letters and size names, in one canonical order, so that equal expressions have equal keys.
 */

export interface Whole {
  /** Monomials in canonical order; each a whole coefficient and the sorted letters it multiplies (empty for the constant). */
  readonly monomials: readonly { readonly coefficient: number; readonly letters: readonly string[] }[];
  /** Canonical text; equal keys mean equal expressions. */
  readonly key: string;
}

const SEPARATOR = '·';

function fromTable(table: ReadonlyMap<string, number>): Whole {
  const entries = [...table].filter(([, coefficient]) => coefficient !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    monomials: entries.map(([key, coefficient]) => ({ coefficient, letters: key === '' ? [] : key.split(SEPARATOR) })),
    key:
      entries.length === 0
        ? '0'
        : entries.map(([key, coefficient]) => (key === '' ? `${coefficient}` : coefficient === 1 ? key : `${coefficient}${SEPARATOR}${key}`)).join('+'),
  };
}

function table(...parts: readonly (readonly [Whole, number])[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [whole, factor] of parts) {
    for (const { coefficient, letters } of whole.monomials) {
      const key = letters.join(SEPARATOR);
      sums.set(key, (sums.get(key) ?? 0) + factor * coefficient);
    }
  }
  return sums;
}

export const wholeNumber = (value: number): Whole => fromTable(new Map([['', value]]));
export const wholeLetter = (name: string): Whole => fromTable(new Map([[name, 1]]));
export const addWhole = (a: Whole, b: Whole): Whole => fromTable(table([a, 1], [b, 1]));
export const subtractWhole = (a: Whole, b: Whole): Whole => fromTable(table([a, 1], [b, -1]));
export const shiftWhole = (a: Whole, by: number): Whole => (by === 0 ? a : addWhole(a, wholeNumber(by)));
export const scaleWhole = (a: Whole, by: number): Whole => fromTable(table([a, by]));
export const equalWhole = (a: Whole, b: Whole): boolean => a.key === b.key;
export const WHOLE_ZERO = wholeNumber(0);
export const WHOLE_ONE = wholeNumber(1);

export function multiplyWhole(a: Whole, b: Whole): Whole {
  const sums = new Map<string, number>();
  for (const x of a.monomials) {
    for (const y of b.monomials) {
      const key = [...x.letters, ...y.letters].sort().join(SEPARATOR);
      sums.set(key, (sums.get(key) ?? 0) + x.coefficient * y.coefficient);
    }
  }
  return fromTable(sums);
}

/** The number it is, or undefined when a letter occurs. */
export function wholeValue(a: Whole): number | undefined {
  if (a.monomials.length === 0) return 0;
  const only = a.monomials[0];
  return a.monomials.length === 1 && only !== undefined && only.letters.length === 0 ? only.coefficient : undefined;
}

/** The letter it is, when it is exactly one letter with coefficient 1. */
export function wholeName(a: Whole): string | undefined {
  const only = a.monomials[0];
  return a.monomials.length === 1 && only?.coefficient === 1 && only.letters.length === 1 ? only.letters[0] : undefined;
}

export function lettersOf(a: Whole): Set<string> {
  return new Set(a.monomials.flatMap(({ letters }) => letters));
}

/** Simultaneous substitution of letters. */
export function substituteWhole(a: Whole, letters: ReadonlyMap<string, Whole>): Whole {
  if (!a.monomials.some((monomial) => monomial.letters.some((letter) => letters.has(letter)))) return a;
  let sum = WHOLE_ZERO;
  for (const { coefficient, letters: factors } of a.monomials) {
    let product = wholeNumber(coefficient);
    for (const letter of factors) product = multiplyWhole(product, letters.get(letter) ?? wholeLetter(letter));
    sum = addWhole(sum, product);
  }
  return sum;
}

/** Its value at numbers for all its letters; undefined when one is missing. */
export function evaluateWhole(a: Whole, values: ReadonlyMap<string, number>): number | undefined {
  let sum = 0;
  for (const { coefficient, letters } of a.monomials) {
    let product = coefficient;
    for (const letter of letters) {
      const value = values.get(letter);
      if (value === undefined) return undefined;
      product *= value;
    }
    sum += product;
  }
  return sum;
}

/** Solves a = 0 for a letter that occurs once, alone, with coefficient ±1; undefined otherwise. */
export function solveWhole(a: Whole, letter: string): Whole | undefined {
  const holders = a.monomials.filter(({ letters }) => letters.includes(letter));
  const holder = holders[0];
  if (holders.length !== 1 || holder === undefined || holder.letters.length !== 1 || Math.abs(holder.coefficient) !== 1) return undefined;
  const rest = subtractWhole(a, scaleWhole(wholeLetter(letter), holder.coefficient));
  return scaleWhole(rest, -holder.coefficient);
}
