/**
 * Gradients that stand inside a model, for proofs: as the adjoints they are, so that one recursion serves them and those of an answer.
 *
 * As values of the model they can be differentiated again; as adjoints they cannot. So they are opened only where nothing asked for leads through them.
 */

import { adjointOfName, influences } from '../calculus/index.js';
import type { Equation, Model } from '../model/model.js';
import { type Quantity, type Tensor, wholeName } from '../network/index.js';

export interface OpenedGradients {
  readonly model: Model;
  readonly left: Tensor;
  readonly right: Tensor;
}

/** The model and two sides with its inner gradients as adjoints; undefined where it has none, or a derivative would have to follow them. */
export function openGradients(model: Model, left: Tensor, right: Tensor): OpenedGradients | undefined {
  const gradients = new Set(model.equations.map(({ name }) => name).filter((name) => adjointOfName(name) !== undefined));
  if (gradients.size === 0) return undefined;
  const equations = model.equations.filter(({ name }) => !gradients.has(name)).map((equation) => ({ ...equation, value: opened(model, equation.value) }));
  const readers = model.equations.filter(
    ({ name, value }) => !gradients.has(name) && model.workspace.quantities(value).some(({ quantity }) => isIn(gradients, quantity)),
  );
  const open = (side: Tensor): Tensor => opened(model, putIn(model, side, readers));
  const sides = { left: open(left), right: open(right) };
  const followed = new Set([...targetsOf(model, sides.left), ...targetsOf(model, sides.right), ...equations.flatMap(({ value }) => targetsOf(model, value))]);
  const leadsThrough = [...followed].some((target) => [...influences(model, target)].some((name) => gradients.has(name)));
  return leadsThrough ? undefined : { model: { ...model, equations }, ...sides };
}

const isIn = (names: ReadonlySet<string>, quantity: Quantity): boolean => quantity.kind === 'value' && names.has(quantity.name);

/** Names whose equations read a gradient, by these equations. */
function putIn(model: Model, side: Tensor, readers: readonly Equation[]): Tensor {
  return model.workspace.replace(side, (quantity) => {
    if (quantity.kind !== 'value') return undefined;
    const equation = readers.find(({ name, ranges, indices }) => name === quantity.name && ranges.length === indices.length);
    if (equation === undefined) return undefined;
    const letters = new Map(equation.indices.map((index, at) => [wholeName(index) ?? '', quantity.indices[at] ?? index]));
    return model.workspace.substituteLetters(equation.value, letters);
  });
}

function opened(model: Model, tensor: Tensor): Tensor {
  const { workspace, loss } = model;
  return workspace.replace(tensor, (quantity, dims) => {
    const of = quantity.kind === 'value' ? adjointOfName(quantity.name) : undefined;
    if (of === undefined || quantity.kind !== 'value') return undefined;
    const target = of.target === loss ? {} : { target: { name: of.target, indices: [] } };
    return workspace.symbol({ kind: 'adjoint', name: of.name, indices: quantity.indices, ...target }, dims);
  });
}

/** What the derivatives of an expression are taken of. */
function targetsOf(model: Model, tensor: Tensor): readonly string[] {
  return model.workspace.quantities(tensor).flatMap(({ quantity }) => {
    switch (quantity.kind) {
      case 'adjoint':
        return quantity.target === undefined ? (model.loss === undefined ? [] : [model.loss]) : [quantity.target.name];
      case 'partial':
        return [quantity.numerator.name];
      default:
        return [];
    }
  });
}
