/** Indicators of index expressions as conditions: [t = k], [t < T]. */

import { ONE, rational } from '../network/rational.js';
import { addWhole, scaleWhole, WHOLE_ZERO, type Whole, wholeNumber } from '../network/whole.js';
import type { Expression } from './expression.js';
import type { Condition, Formula, Shape } from './formula.js';

const numberFormula = (value: typeof ONE): Formula => ({ kind: 'number', value, shape: { dims: [] } });

/** [t = k], [t < T] as cases of one and zero: negative monomials go to the left side. */
export function indicatorFormula({ of, relation }: Extract<Expression, { kind: 'indicator' }>): Formula {
  const shape: Shape = { dims: [] };
  return {
    kind: 'cases',
    branches: [
      { value: numberFormula(ONE), condition: conditionOf(of, relation) },
      { value: numberFormula(rational(0)), condition: undefined },
    ],
    shape,
  };
}

/** of = 0 or of ≥ 0 as a relation between sides without minus signs. */
export function conditionOf(of: Whole, relation: 'zero' | 'nonnegative'): Condition {
  const side = (sign: 1 | -1): Whole =>
    of.monomials
      .filter(({ coefficient, letters }) => letters.length > 0 && coefficient * sign > 0)
      .reduce((sum, monomial) => addWhole(sum, scaleWhole({ monomials: [monomial], key: '' }, sign)), WHOLE_ZERO);
  const constant = of.monomials.find(({ letters }) => letters.length === 0)?.coefficient ?? 0;
  const left = side(-1);
  const right = side(1);
  if (relation === 'nonnegative' && constant === -1) return { relations: [{ left, sign: '<', right }] };
  const shiftedRight = constant > 0 ? addWhole(right, wholeNumber(constant)) : right;
  const shiftedLeft = constant < 0 ? addWhole(left, wholeNumber(-constant)) : left;
  return { relations: [{ left: shiftedLeft, sign: relation === 'zero' ? '=' : '≤', right: shiftedRight }] };
}
