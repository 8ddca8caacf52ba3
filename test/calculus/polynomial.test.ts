/** Polynomials in sizes: sums in closed form against sums run through, ratios, values. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addPolynomials,
  constantPolynomial,
  multiplyPolynomials,
  type Polynomial,
  polynomialAt,
  polynomialOf,
  polynomialRatio,
  polynomialValue,
  scalePolynomial,
  sumPolynomial,
} from '../../src/calculus/polynomial.js';
import { rational, rationalToNumber, wholeLetter, wholeNumber } from '../../src/network/index.js';

const letter = (name: string): Polynomial => polynomialOf(wholeLetter(name));
const value = (a: Polynomial, at: Record<string, number> = {}): number =>
  rationalToNumber(polynomialValue(polynomialAt(a, new Map(Object.entries(at)))) ?? rational(-999));

describe('sums over a range', () => {
  it('are what adding up gives, for every polynomial, start and end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: -3, max: 4 }),
        fc.integer({ min: 0, max: 7 }),
        (coefficients, from, steps) => {
          const t = letter('t');
          const polynomial = addPolynomials(
            ...coefficients.map((coefficient, power) => multiplyPolynomials(constantPolynomial(coefficient), ...Array.from({ length: power }, () => t))),
          );
          const to = from + steps - 1;
          let sum = 0;
          for (let at = from; at <= to; at++) sum += value(polynomial, { t: at });
          expect(value(sumPolynomial(polynomial, 't', polynomialOf(wholeNumber(from)), letter('T')), { T: to })).toBe(sum);
        },
      ),
    );
  });
  it('know Gauss', () =>
    expect(sumPolynomial(letter('t'), 't', constantPolynomial(1), letter('T'))).toEqual(
      scalePolynomial(addPolynomials(multiplyPolynomials(letter('T'), letter('T')), letter('T')), rational(1, 2)),
    ));
});

describe('ratios', () => {
  const n = letter('n');
  const d = letter('d');
  const unit = addPolynomials(multiplyPolynomials(n, n), multiplyPolynomials(n, d), n);
  it('are found where there is one', () =>
    expect(polynomialRatio(scalePolynomial(unit, rational(3)), scalePolynomial(unit, rational(4)))).toEqual(rational(3, 4)));
  it('are not made up', () => expect(polynomialRatio(unit, addPolynomials(unit, n))).toBeUndefined());
});
