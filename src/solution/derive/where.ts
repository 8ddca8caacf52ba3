/** `where b = 0, z_t = 1`: a model in which names have the values given, in the place of their equations where they are computed. */

import type { Condition } from '../../calculus/target.js';
import { InputError } from '../../errors.js';
import type { Model } from '../../model/model.js';
import { type Tensor, type ValueReference, type Whole, wholeName } from '../../network/index.js';
import { lower } from '../../notation/lower.js';

/** The model with every read of these names replaced. Throws an InputError for values of another shape and for names put in place of themselves. */
export function specialised(model: Model, conditions: readonly Condition[]): Model {
  return conditions.reduce((current, condition) => withCondition(current, condition), model);
}

function withCondition(model: Model, { name, value, region }: Condition): Model {
  const { workspace } = model;
  const declaration = model.declarations.get(name.name);
  const letters = name.indices.map((index) => wholeName(index));
  const at = region === undefined ? {} : { region };
  if (declaration === undefined || letters.some((letter) => letter === undefined) || name.name === model.loss)
    throw new InputError({ ruleId: 'bad-condition', message: 'A condition gives a value to a name at every step.', fix: 'Write where z_t = 0.', ...at });
  const lowered = lower(value, workspace, model.loss === undefined ? {} : { loss: model.loss });
  const put = fitted(model, lowered, declaration.dims);
  if (put === undefined)
    throw new InputError({
      ruleId: 'bad-condition',
      message: `What stands for ${name.name} has another shape.`,
      fix: 'A number, or a value of its own shape.',
      ...at,
    });
  if (workspace.quantities(put).some(({ quantity }) => quantity.kind === 'value' && quantity.name === name.name))
    throw new InputError({ ruleId: 'bad-condition', message: `${name.name} cannot be given in terms of itself.`, ...at });
  const replaced = (tensor: Tensor): Tensor =>
    workspace.replace(tensor, (quantity) => {
      if (quantity.kind !== 'value' || quantity.name !== name.name || isBoundary(model, quantity)) return undefined;
      const places = new Map(letters.map((letter, axis) => [letter as string, quantity.indices[axis] as Whole]));
      return places.size === 0 ? put : workspace.substituteLetters(put, places);
    });
  const equations = model.equations
    .filter((equation) => equation.name !== name.name || isBoundary(model, equation))
    .map((equation) => ({ ...equation, value: replaced(equation.value) }));
  return { ...model, equations };
}

/** h_0 is not what h_t = … speaks of. */
function isBoundary(model: Model, { name, indices }: ValueReference): boolean {
  return model.boundaries.some((place) => place.name === name && place.indices.every((index, axis) => index.key === indices[axis]?.key));
}

/** The tensor at these dims: as it is, or a number in every entry. */
function fitted(model: Model, tensor: Tensor, dims: readonly Whole[]): Tensor | undefined {
  const { workspace } = model;
  if (tensor.dims.length === dims.length) return tensor.dims.every((dim, axis) => dim.key === dims[axis]?.key) ? tensor : undefined;
  if (tensor.dims.length > 0) return undefined;
  const labels = dims.map((_, axis) => `${axis}`);
  return workspace.contract(labels, [
    { tensor: workspace.ones(dims), labels },
    { tensor, labels: [] },
  ]);
}
