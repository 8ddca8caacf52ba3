/**
 * Facts that hold of what occurs in an inequality: a function that grows keeps the order of its arguments, exp lies above its tangent, a dot
 * product is at most the product of the norms.
 */

import { HALF, ONE, type Rational, rational } from '../../network/index.js';
import type { Operator } from '../../operators/row.js';
import { type Fact, type Hypothesis, proveSignQuickly } from '../inequalities.js';
import {
  addPolynomials,
  constantPolynomial,
  multiplyPolynomials,
  type Polynomial,
  type PolynomialReader,
  scalePolynomial,
  unknownPolynomial,
  unknownsOf,
} from '../polynomial.js';

/** At most so many functions are compared with each other. */
const MOST_FUNCTIONS = 8;

/** What is known besides what is assumed; every one is true wherever the hypotheses are. */
export function lemmas(reader: PolynomialReader, hypotheses: readonly Hypothesis[]): readonly Hypothesis[] {
  return [...orders(reader, hypotheses), ...tangents(reader, hypotheses), ...products(reader), ...sums(reader)];
}

const minus = (a: Polynomial, b: Polynomial): Polynomial => addPolynomials(a, scalePolynomial(b, rational(-1)));

/** f(a) ≤ f(b) where a ≤ b can be shown, and f(a) ≥ f(0) where a ≥ 0. */
function orders(reader: PolynomialReader, hypotheses: readonly Hypothesis[]): readonly Hypothesis[] {
  const applied = reader.applied().slice(0, MOST_FUNCTIONS);
  return applied.flatMap(({ unknown, operator, argument }): Hypothesis[] => {
    if (operator.monotone === undefined) return [];
    const image = unknownPolynomial(unknown);
    const others = applied.flatMap((other) =>
      other.unknown !== unknown && other.operator === operator
        ? inOrder(operator, minus(other.argument, argument), minus(unknownPolynomial(other.unknown), image), hypotheses)
        : [],
    );
    if (operator.atZero === undefined) return others;
    const zero = constantPolynomial(exactly(operator.atZero));
    const negative = scalePolynomial(argument, rational(-1));
    return [...others, ...inOrder(operator, argument, minus(image, zero), hypotheses), ...inOrder(operator, negative, minus(zero, image), hypotheses)];
  });
}

/** The difference of the images has the sign of the difference of the arguments, or the other one where the function falls. */
function inOrder(operator: Operator, difference: Polynomial, images: Polynomial, hypotheses: readonly Hypothesis[]): Hypothesis[] {
  const strict = operator.branch === undefined && proveSignQuickly(difference, true, hypotheses) !== undefined;
  if (!strict && proveSignQuickly(difference, false, hypotheses) === undefined) return [];
  return [{ polynomial: operator.monotone === 'increasing' ? images : scalePolynomial(images, rational(-1)), strict, fact: { kind: 'order', operator } }];
}

const exactly = (value: number): Rational => rational(BigInt(Math.round(value * 4096)), 4096n);

/** exp(a) ≥ 1 + a, log(a) ≤ a − 1, softplus(a) > a; tanh(a), sin(a) ≤ a where a ≥ 0. */
function tangents(reader: PolynomialReader, hypotheses: readonly Hypothesis[]): readonly Hypothesis[] {
  return reader
    .applied()
    .slice(0, MOST_FUNCTIONS)
    .flatMap(({ unknown, operator, argument }): Hypothesis[] => {
      const { name } = operator;
      const fact: Fact = { kind: 'tangent', operator };
      const image = unknownPolynomial(unknown);
      const one = constantPolynomial(ONE);
      if (name === 'exp') return [{ polynomial: minus(image, addPolynomials(one, argument)), strict: false, fact }];
      if (name === 'log') return [{ polynomial: minus(minus(argument, one), image), strict: false, fact }];
      if (name === 'softplus') return [{ polynomial: minus(image, argument), strict: true, fact }];
      if (name !== 'tanh' && name !== 'sin') return [];
      const negative = scalePolynomial(argument, rational(-1));
      return [...onSide(argument, minus(argument, image), hypotheses, fact), ...onSide(negative, minus(image, argument), hypotheses, fact)];
    });
}

/** What holds where something is not negative. */
function onSide(side: Polynomial, polynomial: Polynomial, hypotheses: readonly Hypothesis[], fact: Fact): Hypothesis[] {
  const strict = proveSignQuickly(side, true, hypotheses) !== undefined;
  return strict || proveSignQuickly(side, false, hypotheses) !== undefined ? [{ polynomial, strict, fact }] : [];
}

/** −‖a‖‖b‖ ≤ aᵀb ≤ ‖a‖‖b‖. */
function products(reader: PolynomialReader): readonly Hypothesis[] {
  return reader.dots().flatMap(({ unknown, squares }): Hypothesis[] => {
    const [first, second] = squares.map(rootOfUnknown);
    if (first === undefined || second === undefined) return [];
    const most = multiplyPolynomials(first, second);
    const dot = unknownPolynomial(unknown);
    return [
      { polynomial: minus(most, dot), strict: false, fact: { kind: 'dot' } },
      { polynomial: addPolynomials(most, dot), strict: false, fact: { kind: 'dot' } },
    ];
  });
}

function rootOfUnknown(polynomial: Polynomial): Polynomial | undefined {
  const [unknown, ...more] = unknownsOf(polynomial);
  return unknown === undefined || more.length > 0 || polynomial.size !== 1 ? undefined : unknownPolynomial(unknown, HALF);
}

/** A sum of k values between a and b lies between ka and kb. */
function sums(reader: PolynomialReader): readonly Hypothesis[] {
  return reader.sums().flatMap(({ unknown, count, summand: { low, high, lowOpen, highOpen } }): Hypothesis[] => {
    const sum = unknownPolynomial(unknown);
    const times = (value: number): Polynomial => scalePolynomial(count, exactly(value));
    return [
      ...(isShort(low) && low !== 0 ? [{ polynomial: minus(sum, times(low)), strict: lowOpen, fact: { kind: 'sum' } as const }] : []),
      ...(isShort(high) && high !== 0 ? [{ polynomial: minus(times(high), sum), strict: highOpen, fact: { kind: 'sum' } as const }] : []),
    ];
  });
}

/** A short binary fraction, which is exact as a rational. */
const isShort = (value: number): boolean => Number.isFinite(value) && Number.isInteger(value * 4096);
