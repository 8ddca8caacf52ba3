/** Values written out: equations put in step by step, then multiplied out. */

import { equationAt } from '../../calculus/index.js';
import type { Target } from '../../calculus/target.js';
import type { IndexRange, Model } from '../../model/model.js';
import { subtractWhole, type Tensor, type Whole, wholeValue } from '../../network/index.js';
import { CAPTIONS } from '../captions.js';
import type { Block, EquationLine } from '../document.js';
import { text } from '../presenter.js';
import { type DeriveContext, type Derived, printed, type Step, step } from './derived.js';

export function deriveUnrolled(context: DeriveContext, target: Extract<Target, { kind: 'value' }>): Derived {
  const { presenter, model } = context;
  const { workspace } = model;
  const left = presenter.reference(target.of);
  const lines: EquationLine[] = [];
  const steps: Step[] = [];
  let current = workspace.value(target.of.name, target.of.indices, model.declarations.get(target.of.name)?.dims ?? []);
  // Each round puts in the equations of the values at the latest step; indices are numbers, so it ends at the boundary.
  for (let round = 0; round < 24; round += 1) {
    const cleaned = equationsPutIn(model, current);
    if (cleaned === current) break;
    current = cleaned;
    const right = presenter.tensor(current);
    lines.push(lines.length === 0 ? { left, relation: '=', right, reason: [text(CAPTIONS.unroll)] } : { relation: '=', right });
  }
  const result = workspace.expand(current);
  const right = result.dims.length === 0 ? printed(presenter, left, termsOf(model, result), target.of).right : presenter.tensor(result);
  if (lines.at(-1)?.right.latex !== right.latex)
    lines.push({ ...(lines.length === 0 ? { left } : {}), relation: '=', right, reason: [text('multiplied out')] });
  steps.push(step('unroll', left, right));
  const blocks: Block[] = [
    { type: 'equations', lines: lines.slice(0, -1) },
    { type: 'result', lines: [{ left, relation: '=', right }] },
  ];
  return {
    target: left,
    right,
    result,
    steps,
    recursions: [],
    blocks: lines.length <= 1 ? blocks.slice(1) : blocks,
    check: { target: left.text, by: target.of, ranges: [], formula: result },
    value: target.of,
    model,
    elimination: undefined,
  };
}

/** The terms of a sum, each by itself: printed so they stay multiplied out. */
export function termsOf({ workspace }: Model, tensor: Tensor): readonly Tensor[] {
  return tensor.terms.length <= 1 ? [tensor] : tensor.terms.map((term) => workspace.fromTerms(tensor.dims, [term]));
}

/** Every computed value at a numbered step replaced by its equation, once; initial values that are 0 left out. */
export function equationsPutIn(model: Model, tensor: Tensor): Tensor {
  const { workspace } = model;
  const next = workspace.replace(tensor, (quantity) => {
    if (quantity.kind !== 'value') return undefined;
    const at = equationAt(model, quantity);
    if (at === undefined || quantity.indices.some((index, k) => beyond(index, at.equation.ranges[k]))) return undefined;
    return workspace.substituteLetters(at.equation.value, at.letters);
  });
  return dropZeroBoundaries(model, next);
}

function beyond(index: Whole, range: IndexRange | undefined): boolean {
  const [at, from] = [wholeValue(index), range === undefined ? undefined : wholeValue(range.from)];
  return at !== undefined && from !== undefined && at < from;
}

function dropZeroBoundaries(model: Model, tensor: Tensor): Tensor {
  return model.workspace.replace(tensor, (quantity, dims) => {
    if (quantity.kind !== 'value') return undefined;
    const zero = model.boundaries.some(
      (place) =>
        place.name === quantity.name &&
        place.kind === 'zero' &&
        place.indices.every((index, at) => wholeValue(subtractWhole(index, quantity.indices[at] as Whole)) === 0),
    );
    return zero ? model.workspace.zero(dims) : undefined;
  });
}
