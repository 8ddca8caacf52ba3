/** Exact rational numbers: the coefficients and powers of index networks. Always in lowest terms with a positive denominator. */

import { InputError } from '../errors.js';

export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** numerator / denominator in lowest terms. Throws an InputError when the denominator is zero. */
export function rational(numerator: bigint | number, denominator: bigint | number = 1n): Rational {
  const n = BigInt(numerator);
  const d = BigInt(denominator);
  if (d === 0n) throw new InputError({ ruleId: 'division-by-zero', message: 'A number is divided by zero.' });
  if (d === 1n) return { numerator: n, denominator: 1n };
  const divisor = greatestCommonDivisor(n, d) * (d < 0n ? -1n : 1n);
  return { numerator: n / divisor, denominator: d / divisor };
}

export const ZERO: Rational = rational(0);
export const ONE: Rational = rational(1);
export const MINUS_ONE: Rational = rational(-1);
export const HALF: Rational = rational(1, 2);

export const addRational = (a: Rational, b: Rational): Rational =>
  a.denominator === 1n && b.denominator === 1n
    ? { numerator: a.numerator + b.numerator, denominator: 1n }
    : rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
export const multiplyRational = (a: Rational, b: Rational): Rational =>
  a.denominator === 1n && b.denominator === 1n
    ? { numerator: a.numerator * b.numerator, denominator: 1n }
    : rational(a.numerator * b.numerator, a.denominator * b.denominator);
export const negateRational = (a: Rational): Rational => ({ numerator: -a.numerator, denominator: a.denominator });
export const invertRational = (a: Rational): Rational => rational(a.denominator, a.numerator);
export const isZero = (a: Rational): boolean => a.numerator === 0n;
export const isOne = (a: Rational): boolean => a.numerator === 1n && a.denominator === 1n;
export const isWholeNumber = (a: Rational): boolean => a.denominator === 1n;
export const isNegative = (a: Rational): boolean => a.numerator < 0n;
export const equalRational = (a: Rational, b: Rational): boolean => a.numerator === b.numerator && a.denominator === b.denominator;
export const rationalKey = (a: Rational): string => (a.denominator === 1n ? `${a.numerator}` : `${a.numerator}/${a.denominator}`);

/** The nearest double. */
export function rationalToNumber(a: Rational): number {
  const n = Number(a.numerator);
  const d = Number(a.denominator);
  if (Number.isFinite(n) && Number.isFinite(d)) return n / d;
  const shift = BigInt(Math.max(0, a.denominator.toString(2).length - 60));
  return Number(a.numerator >> shift) / Number(a.denominator >> shift);
}

/** a^exponent for a whole exponent; a negative exponent of zero throws an InputError. */
export function powerRational(a: Rational, exponent: number): Rational {
  if (exponent < 0) return powerRational(invertRational(a), -exponent);
  return rational(a.numerator ** BigInt(exponent), a.denominator ** BigInt(exponent));
}

/** Reads `12`, `0.25`, `1e-3` exactly; undefined when the text is no such number. */
export function rationalFromDecimal(text: string): Rational | undefined {
  const match = /^(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (match === null || ((match[1] ?? '') === '' && (match[2] ?? '') === '')) return undefined;
  const fraction = match[2] ?? '';
  const exponent = Number(match[3] ?? '0') - fraction.length;
  const digits = BigInt(`${match[1] ?? ''}${fraction}`);
  return exponent >= 0 ? rational(digits * 10n ** BigInt(exponent)) : rational(digits, 10n ** BigInt(-exponent));
}
