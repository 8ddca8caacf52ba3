/** Second derivatives as solution steps: the backward pass is a model, and its gradient is taken once more. */

import { gradient, hessianSystem } from '../../calculus/index.js';
import type { Target } from '../../calculus/target.js';
import { InputError } from '../../errors.js';
import type { Model } from '../../model/model.js';
import type { ValueReference } from '../../network/index.js';
import type { Block } from '../document.js';
import { Presenter, sentence } from '../presenter.js';
import { type DeriveContext, type Derived, printed, type Step, step } from './derived.js';
import { recursionBlocks, recursionParts } from './recursions.js';

export function deriveHigher(context: DeriveContext, target: Extract<Target, { kind: 'higher' }>): Derived {
  const [first, second] = target.by;
  const { model } = context;
  const loss = target.of?.name ?? model.loss;
  if (loss === undefined)
    throw new InputError({
      ruleId: 'no-loss',
      message: 'The model has no loss to differentiate twice.',
      fix: 'Add one, or name it with `loss:` in the front matter.',
    });
  if (first === undefined || second === undefined || target.by.length > 2)
    throw new InputError({ ruleId: 'order', message: 'Derivatives through time are worked out up to the second order.', fix: 'Ask for ∂²J/∂W∂V.' });
  for (const reference of target.by) refuseFixed(model, reference, context.presenter);
  const extended = hessianSystem(model, loss, first);
  const presenter = new Presenter({ ...extended.model, loss }, context.presenter.options);
  const derivation = gradient(extended.system, second);
  const [a, b] = [presenter.reference(first), presenter.reference(second)];
  const of = presenter.reference({ name: loss, indices: [] });
  const same = a.latex === b.latex;
  const left = {
    latex: same ? `\\frac{\\partial^2 ${of.latex}}{\\partial ${a.latex}^2}` : `\\frac{\\partial^2 ${of.latex}}{\\partial ${a.latex} \\, \\partial ${b.latex}}`,
    text: same ? `∂²${of.text}/∂${a.text}²` : `∂²${of.text}/∂${a.text}∂${b.text}`,
  };
  const inner: DeriveContext = { ...context, presenter, model: extended.model };
  const both = printed(presenter, left, derivation.parts, second);
  const steps: Step[] = [];
  const recursions = derivation.recursions.map((recursion) => recursionParts(inner, extended.system, recursion));
  const blocks: Block[] = [
    {
      type: 'paragraph',
      content: sentence(
        'The backward pass is a model of its own: the adjoints are computed by a recurrence that runs from the last step to the first. Its gradient with respect to ',
        b,
        ' is the second derivative.',
      ),
    },
    { type: 'result', lines: [{ left: both.left, relation: '=', right: both.right, shape: presenter.shape(derivation.result.dims) }] },
    ...derivation.recursions.flatMap((recursion) => recursionBlocks(inner, derivation, recursion, steps)),
  ];
  steps.push(step('second', left, both.right));
  return {
    target: both.left,
    right: both.right,
    result: derivation.result,
    steps,
    recursions,
    blocks,
    check: { target: left.text, of: { kind: 'value', name: extended.gradient, indices: first.indices }, by: second, ranges: [], formula: derivation.result },
    model: extended.model,
    elimination: derivation.elimination,
  };
}

/** A boundary value that nothing frees is fixed at 0, so the backward pass has no equation for it. */
function refuseFixed(model: Model, reference: ValueReference, presenter: Presenter): void {
  const fixed = model.boundaries.find(
    (place) => place.kind === 'zero' && place.name === reference.name && place.indices.every((index, at) => index.key === reference.indices[at]?.key),
  );
  if (fixed === undefined) return;
  const name = presenter.reference(reference).text;
  throw new InputError({
    ruleId: 'fixed-value',
    message: `${name} is fixed at 0.`,
    fix: `Free it with a line of its own, such as \`h_0 \\in \\mathbb{R}^n\`.`,
  });
}
