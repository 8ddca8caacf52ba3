/**
 * Polynomials in sizes and letters with exact rational coefficients, and their sums over a range in closed form (Faulhaber):
 * what counting needs beyond whole-number expressions, since Σ_{t=1}^{T} t is T²/2 + T/2.
 */

import {
  addRational,
  equalRational,
  invertRational,
  isZero,
  multiplyRational,
  negateRational,
  ONE,
  type Rational,
  rational,
  type Whole,
} from '../network/index.js';

export interface SizeTerm {
  readonly coefficient: Rational;
  /** Sorted, a letter once for each power. */
  readonly letters: readonly string[];
}

/** A sum of terms with different letters, none of them zero, in an order of its own. */
export type Polynomial = readonly SizeTerm[];

const keyOf = (letters: readonly string[]): string => letters.join('·');

function collect(terms: Iterable<SizeTerm>): Polynomial {
  const found = new Map<string, SizeTerm>();
  for (const { coefficient, letters } of terms) {
    const sorted = [...letters].sort();
    const known = found.get(keyOf(sorted));
    found.set(keyOf(sorted), { coefficient: known === undefined ? coefficient : addRational(known.coefficient, coefficient), letters: sorted });
  }
  return [...found.values()]
    .filter(({ coefficient }) => !isZero(coefficient))
    .sort((a, b) => b.letters.length - a.letters.length || (keyOf(a.letters) < keyOf(b.letters) ? -1 : 1));
}

export const constantPolynomial = (value: Rational | number): Polynomial =>
  collect([{ coefficient: typeof value === 'number' ? rational(value) : value, letters: [] }]);
export const polynomialOf = (whole: Whole): Polynomial =>
  collect(whole.monomials.map(({ coefficient, letters }) => ({ coefficient: rational(coefficient), letters })));
export const addPolynomials = (...all: readonly Polynomial[]): Polynomial => collect(all.flat());
export const scalePolynomial = (a: Polynomial, by: Rational): Polynomial =>
  collect(a.map(({ coefficient, letters }) => ({ coefficient: multiplyRational(coefficient, by), letters })));

export function multiplyPolynomials(...all: readonly Polynomial[]): Polynomial {
  return all.reduce<Polynomial>(
    (product, next) =>
      collect(
        product.flatMap((a) => next.map((b) => ({ coefficient: multiplyRational(a.coefficient, b.coefficient), letters: [...a.letters, ...b.letters] }))),
      ),
    constantPolynomial(1),
  );
}

const powerOf = (a: Polynomial, exponent: number): Polynomial => multiplyPolynomials(...Array.from({ length: exponent }, () => a));

/** Letters replaced by polynomials, all at once. */
export function substitutePolynomial(a: Polynomial, values: ReadonlyMap<string, Polynomial>): Polynomial {
  return addPolynomials(
    ...a.map(({ coefficient, letters }) =>
      multiplyPolynomials(constantPolynomial(coefficient), ...letters.map((letter) => values.get(letter) ?? [{ coefficient: ONE, letters: [letter] }])),
    ),
  );
}

/** The letters that occur. */
export const lettersIn = (a: Polynomial): ReadonlySet<string> => new Set(a.flatMap(({ letters }) => letters));

/** Σ over a letter from `from` to `to`, the empty sum being 0 where to = from − 1. */
export function sumPolynomial(a: Polynomial, letter: string, from: Polynomial, to: Polynomial): Polynomial {
  const below = addPolynomials(from, constantPolynomial(-1));
  const parts = a.map(({ coefficient, letters }) => {
    const power = letters.filter((each) => each === letter).length;
    const rest: Polynomial = [{ coefficient, letters: letters.filter((each) => each !== letter) }];
    const difference = addPolynomials(powerSum(power, to), scalePolynomial(powerSum(power, below), rational(-1)));
    return multiplyPolynomials(rest, difference);
  });
  return addPolynomials(...parts);
}

/** 1^k + … + n^k, from (n+1)^{k+1} − 1 = Σ_j C(k+1, j) S_j(n): each sum is found from those of lower powers, so it ends. */
function powerSum(k: number, n: Polynomial): Polynomial {
  const sums: Polynomial[] = [];
  for (let power = 0; power <= k; power++) {
    let rest = addPolynomials(powerOf(addPolynomials(n, constantPolynomial(1)), power + 1), constantPolynomial(-1));
    sums.forEach((lower, j) => {
      rest = addPolynomials(rest, scalePolynomial(lower, rational(-binomial(power + 1, j))));
    });
    sums.push(scalePolynomial(rest, rational(1, power + 1)));
  }
  return sums[k] ?? [];
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let j = 0; j < k; j++) value = (value * (n - j)) / (j + 1);
  return Math.round(value);
}

/** The polynomial with numbers for some of its letters; a constant where all have one. */
export function polynomialAt(a: Polynomial, values: ReadonlyMap<string, number>): Polynomial {
  return substitutePolynomial(a, new Map([...values].map(([letter, value]) => [letter, constantPolynomial(value)])));
}

/** The number a polynomial without letters is. */
export function polynomialValue(a: Polynomial): Rational | undefined {
  const [only] = a;
  if (only === undefined) return rational(0);
  return a.length === 1 && only.letters.length === 0 ? only.coefficient : undefined;
}

/** a / b where that is one number for all values of the letters. */
export function polynomialRatio(a: Polynomial, b: Polynomial): Rational | undefined {
  const [x, y] = [a[0], b[0]];
  if (x === undefined || y === undefined) return undefined;
  const ratio = multiplyRational(x.coefficient, invertRational(y.coefficient));
  const difference = addPolynomials(a, scalePolynomial(b, negateRational(ratio)));
  return difference.length === 0 && !equalRational(ratio, rational(0)) ? ratio : undefined;
}
