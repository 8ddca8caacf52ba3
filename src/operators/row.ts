/**
 * What an entrywise operator is: one row of the table in `operators/table.ts`.
 *
 * A row is data and small pure functions over the interfaces of this file; heads of networks and nodes of formulas carry their row,
 * so nothing here imports upwards. A new operator is one row; its tests come from a loop over the table.
 */

import type { Rational } from '../network/rational.js';

/** Arithmetic that a row's formulas are written in: tensors, numbers, dual numbers and complex numbers all provide it. */
export interface ScalarAlgebra<X> {
  number(value: Rational | number): X;
  add(...terms: readonly X[]): X;
  subtract(a: X, b: X): X;
  multiply(...factors: readonly X[]): X;
  divide(a: X, b: X): X;
  /** Entrywise power with an exact exponent. */
  power(base: X, exponent: Rational | number): X;
  /** Another row applied to arguments. */
  apply(operator: Operator, ...args: readonly X[]): X;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
}

/** An entrywise function of one or two real arguments. */
export interface Operator {
  /** The field's standard name; unique. */
  readonly name: string;
  readonly arity: 1 | 2;
  /** How it is typed in plain text and Unicode (`sigmoid`, `σ`); the first is printed in text. */
  readonly plain: readonly string[];
  /** How it is typed in LaTeX (`\tanh`, `\operatorname{relu}`); the first is printed. */
  readonly latex: readonly string[];
  /** Partial derivative with respect to argument k, in terms of the operator's own output where that is possible. */
  derivative<X>(algebra: ScalarAlgebra<X>, output: X, args: readonly X[], k: number): X;
  /** Value in double precision. */
  evaluate(x: number, y: number): number;
  /**
   * Independent definition in + × ÷ exp log sin cos √ only, for the oracles; `undefined` marks the elementary functions themselves.
   * Never used by the calculus, so that a wrong derivative cannot confirm itself.
   */
  readonly reference?: <X>(algebra: ScalarAlgebra<X>, args: readonly X[]) => X;
  /** All values it can take. */
  readonly range: Interval;
  /** Monotone in its (first) argument everywhere on its domain: interval arithmetic may use the ends. */
  readonly monotone?: 'increasing' | 'decreasing';
  /** f(−x) = f(x), f(−x) = −f(x). */
  readonly parity?: 'even' | 'odd';
  /** f(−x) in terms of y = f(x): lets the normalising constructor choose one sign of the argument. */
  readonly reflection?: <X>(algebra: ScalarAlgebra<X>, output: X) => X;
  /** f(x)² in terms of other operators, where that is the simpler form (sech² = 1 − tanh²). */
  readonly square?: <X>(algebra: ScalarAlgebra<X>, args: readonly X[]) => X;
  /** Name of the operator that undoes it: f(g(x)) = x. */
  readonly undoes?: string;
  /** Its exact value at 0, where that is rational. */
  readonly atZero?: number;
  /** Number of the smooth branch that the arguments lie on; kinks are where it changes. */
  readonly branch?: (x: number, y: number) => number;
  /** Written around its argument instead of in front of it: |x|. */
  readonly fences?: { readonly latex: readonly [open: string, close: string]; readonly plain: readonly [open: string, close: string] };
  /** The largest (`upper`) or smallest (`lower`) of these, where it is that: |x| is the larger of x and −x. */
  readonly envelope?: { readonly side: 'upper' | 'lower'; pieces<X>(algebra: ScalarAlgebra<X>, args: readonly X[]): readonly X[] };
  /** Where it is defined (the whole line unless given). */
  readonly domain?: Interval;
  /** Arguments at which the generated tests try the row (inside the domain, away from kinks). */
  readonly samples: readonly (readonly [number, number])[];
}
