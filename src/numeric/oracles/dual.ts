/**
 * Dual numbers: what the oracles differentiate with.
 *
 * Operators are written out in their reference definitions, so that only + − × ÷, powers, exp, log, sin, cos and the branches of max, abs and the like
 * are differentiated here; no operator's own derivative is read. References are trees of finite depth, so writing out ends.
 */

import { Fault } from '../../errors.js';
import { type Rational, rationalToNumber } from '../../network/rational.js';
import type { Operator, ScalarAlgebra } from '../../operators/row.js';
import { powerNumber } from '../linear.js';

/** A number and how fast it changes. */
export interface Dual {
  readonly value: number;
  readonly slope: number;
}

const dual = (value: number, slope: number): Dual => ({ value, slope });
const numeric = (value: Rational | number): number => (typeof value === 'number' ? value : rationalToNumber(value));
const times = (a: Dual, b: Dual): Dual => dual(a.value * b.value, a.slope * b.value + a.value * b.slope);

/** Arithmetic of dual numbers, for the formulas of the operators' rows. */
export const DUAL: ScalarAlgebra<Dual> = {
  number: (value) => dual(numeric(value), 0),
  add: (...terms) => terms.reduce((a, b) => dual(a.value + b.value, a.slope + b.slope)),
  subtract: (a, b) => dual(a.value - b.value, a.slope - b.slope),
  multiply: (...factors) => factors.reduce(times),
  divide(a, b) {
    const value = a.value / b.value;
    return dual(value, (a.slope - value * b.slope) / b.value);
  },
  power(base, exponent) {
    const p = numeric(exponent);
    if (p === 0) return dual(1, 0);
    return dual(powerNumber(base.value, p), base.slope === 0 ? 0 : p * powerNumber(base.value, p - 1) * base.slope);
  },
  apply: (operator, ...args) => applied(operator, args),
};

/**
 * An operator at dual arguments: its value as it is computed everywhere, its slope by the reference. Where it has a mirror image the side is taken on
 * which exponentials do not grow.
 */
function applied(operator: Operator, args: readonly Dual[]): Dual {
  const [x, y] = args as [Dual, Dual?];
  const { reference, reflection } = operator;
  if (reference === undefined) return elementary(operator, args);
  const mirrored = reflection !== undefined && operator.arity === 1 && x.value > 0;
  const { slope } = mirrored ? reflection(DUAL, reference(DUAL, [dual(-x.value, -x.slope)])) : reference(DUAL, args);
  return dual(operator.evaluate(x.value, y?.value ?? 0), slope);
}

/** The functions that references are written in, and those with branches. */
function elementary(operator: Operator, args: readonly Dual[]): Dual {
  const [x, y = dual(0, 0)] = args as [Dual, Dual?];
  const value = operator.evaluate(x.value, y.value);
  const along = (slope: number): Dual => dual(value, x.slope === 0 ? 0 : slope * x.slope);
  switch (operator.name) {
    case 'exp':
      return along(value);
    case 'log':
      return along(1 / x.value);
    case 'sin':
      return along(Math.cos(x.value));
    case 'cos':
      return along(-Math.sin(x.value));
    case 'abs':
      return along(Math.sign(x.value));
    case 'relu':
      return along(x.value > 0 ? 1 : x.value < 0 ? 0 : 0.5);
    case 'sign':
    case 'step':
      return along(0);
    case 'max':
    case 'min': {
      const first = operator.name === 'max' ? x.value > y.value : x.value < y.value;
      return dual(value, x.value === y.value ? (x.slope + y.slope) / 2 : first ? x.slope : y.slope);
    }
    default:
      throw new Fault(`${operator.name} has no reference definition`);
  }
}

/** ∂operator/∂argument k at these arguments, through the reference. */
export function referenceSlope(operator: Operator, x: number, y: number, k: number): number {
  return applied(operator, [dual(x, k === 0 ? 1 : 0), dual(y, k === 1 ? 1 : 0)].slice(0, operator.arity)).slope;
}
