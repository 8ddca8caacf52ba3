/** Derivatives at given numbers, for `evaluate` blocks: each is derived as in a `derive` block, and its formula is worked out on the run. */

import type { Target } from '../../calculus/target.js';
import { substituteWhole, type ValueReference, wholeNumber } from '../../network/index.js';
import { createRun, derivativeResolver, lettersIn, type NumericArray, type Run, type Scope, type Values } from '../../numeric/index.js';
import { deriveTarget } from '../derive.js';
import type { EquationLine, Mathematics } from '../document.js';
import type { PresentedModel } from './question.js';

/** The formula of a derivative, then its numbers: one line for each value of its letters, or the one of a single step. Throws an InputError for what cannot be derived. */
export function derivativeLines(
  presented: PresentedModel,
  { model, sizes }: Run,
  values: Values,
  target: Target,
  print: (value: NumericArray) => Mathematics,
  step?: string,
): readonly EquationLine[] {
  const derived = deriveTarget({ ...presented, model, shown: new Set() }, target);
  const run = createRun(derived.model, sizes, { derivatives: derivativeResolver(derived.model, sizes, derived.elimination) });
  run.forward(values);
  const lines: EquationLine[] = [{ left: derived.target, relation: '=', right: derived.right }];
  const places: Iterable<Scope> = step === undefined ? lettersIn(derived.check.ranges, sizes) : [new Map([[step, 1]])];
  for (const letters of places) {
    const numbers = print(run.evaluate(derived.result, letters));
    const left = letters.size === 0 || step !== undefined ? undefined : leftAt(presented, target, letters);
    lines.push({ ...(left === undefined ? {} : { left }), relation: '=', right: numbers });
  }
  return lines;
}

/** ∂L/∂h_2 for ∂L/∂h_t at t = 2. */
function leftAt({ presenter }: PresentedModel, target: Target, letters: Scope): Mathematics | undefined {
  const numbers = new Map([...letters].map(([letter, at]) => [letter, wholeNumber(at)]));
  const at = ({ name, indices }: ValueReference): ValueReference => ({ name, indices: indices.map((index) => substituteWhole(index, numbers)) });
  if (target.kind === 'gradient')
    return presenter.quantity({ kind: 'adjoint', ...at(target.by), ...(target.of === undefined ? {} : { target: at(target.of) }) });
  if (target.kind === 'jacobian')
    return presenter.quantity({ kind: 'partial', numerator: at(target.numerator), denominator: at(target.denominator), reach: target.reach });
  return undefined;
}
