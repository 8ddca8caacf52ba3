/** The largest modulus that the entries of a vector can have, whatever the step: polynomials of degree two in one output exactly, else by ranges. */

import { equationAt } from '../../calculus/index.js';
import type { Model } from '../../model/index.js';
import {
  addRational,
  isWholeNumber,
  multiplyRational,
  type Quantity,
  quantityKey,
  type Rational,
  rational,
  rationalToNumber,
  type Tensor,
  ZERO,
} from '../../network/index.js';
import { type Interval, intervalOf } from '../../proof/index.js';

/** sup |v_i|; undefined where there is none, or it is no fraction that is plainly seen. */
export function supremumOf(model: Model, vector: Tensor): Rational | undefined {
  return ofPolynomial(model, vector) ?? ofRange(rangeOf(model, vector, 0));
}

/** Where the entries of a tensor lie: names by their declaration, or by the equation that gives them. */
function rangeOf(model: Model, tensor: Tensor, depth: number): Interval {
  return intervalOf(tensor, (quantity) => (quantity.kind === 'value' ? rangeOfName(model, quantity, depth) : undefined));
}

/** Equations are followed through a few names only. */
const DEEPEST = 4;

function rangeOfName(model: Model, quantity: Extract<Quantity, { kind: 'value' }>, depth: number): Interval | undefined {
  const assumed = model.declarations.get(quantity.name)?.assumptions;
  if (assumed?.low !== undefined || assumed?.high !== undefined) {
    return {
      low: assumed.low ?? Number.NEGATIVE_INFINITY,
      high: assumed.high ?? Number.POSITIVE_INFINITY,
      lowOpen: assumed.lowOpen ?? false,
      highOpen: assumed.highOpen ?? false,
    };
  }
  const at = depth >= DEEPEST ? undefined : equationAt(model, quantity);
  return at === undefined ? undefined : rangeOf(model, at.equation.value, depth + 1);
}

function ofRange({ low, high }: Interval): Rational | undefined {
  const size = Math.max(Math.abs(low), Math.abs(high));
  return Number.isFinite(size) && Number.isInteger(size * 64) ? rational(size * 64, 64) : undefined;
}

/** c + b y + a y² with y between known ends: the largest of |·| at the ends and at the vertex. */
function ofPolynomial(model: Model, vector: Tensor): Rational | undefined {
  const coefficients: Rational[] = [ZERO, ZERO, ZERO];
  let symbol: Extract<Quantity, { kind: 'value' }> | undefined;
  for (const { coefficient, net } of model.workspace.expand(vector).terms) {
    const [leaf, more] = net.leaves;
    const degree = leaf === undefined || leaf.head.head.kind !== 'symbol' ? 0 : Number(leaf.power.numerator);
    if (more !== undefined || (leaf !== undefined && (leaf.head.head.kind !== 'symbol' || !isWholeNumber(leaf.power) || degree < 1 || degree > 2)))
      return undefined;
    if (leaf?.head.head.kind === 'symbol') {
      const { quantity } = leaf.head.head;
      if (quantity.kind !== 'value' || (symbol !== undefined && quantityKey(symbol) !== quantityKey(quantity))) return undefined;
      symbol = quantity;
    }
    coefficients[degree] = addRational(coefficients[degree] ?? ZERO, coefficient);
  }
  const range = symbol === undefined ? { low: 0, high: 0 } : rangeOfName(model, symbol, 0);
  if (range === undefined || !Number.isInteger(range.low) || !Number.isInteger(range.high)) return undefined;
  return largest(coefficients, rational(range.low), rational(range.high));
}

function largest([c = ZERO, b = ZERO, a = ZERO]: readonly Rational[], low: Rational, high: Rational): Rational {
  const at = (y: Rational): Rational => addRational(c, addRational(multiplyRational(b, y), multiplyRational(a, multiplyRational(y, y))));
  const vertex = a.numerator === 0n ? low : multiplyRational(b, rational(-a.denominator, 2n * a.numerator));
  const inside = rationalToNumber(vertex) >= rationalToNumber(low) && rationalToNumber(vertex) <= rationalToNumber(high);
  const sizes = [low, high, ...(inside ? [vertex] : [])].map(at).map((value) => (value.numerator < 0n ? { ...value, numerator: -value.numerator } : value));
  return sizes.reduce((most, value) => (rationalToNumber(value) > rationalToNumber(most) ? value : most));
}
