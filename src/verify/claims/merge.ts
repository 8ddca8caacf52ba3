/**
 * Several models as one, so that a step of one can be compared with a step of another: computed names are kept apart (`full.f`), while names of
 * other steps, inputs and parameters that several have are one and the same, and given.
 */

import { InputError } from '../../errors.js';
import { type Declaration, type Equation, type Model, rewrite } from '../../model/index.js';
import { createWorkspace, type Quantity, shiftWhole, subtractWhole, type Tensor, type Whole, type Workspace, wholeValue } from '../../network/index.js';
import { lower } from '../../notation/lower.js';

/** How far beyond a loop's range the shared values of other steps are given. */
const BEYOND = 3;

/** Throws an InputError where a name that they share has other axes in one than in another. */
export function mergeModels(models: readonly Model[]): Model {
  const [first] = models;
  if (first === undefined) throw new InputError({ ruleId: 'no-model', message: 'There is no model to compare.' });
  const workspace = createWorkspace();
  const declarations = new Map<string, Declaration>();
  for (const model of models) for (const declaration of model.declarations.values()) declare(declarations, model, declaration);
  const shared: Model = {
    ...first,
    name: '',
    workspace,
    declarations,
    functions: new Map(models.flatMap((model) => [...model.functions])),
    boundaries: [],
    sizes: [...new Set(models.flatMap((model) => model.sizes))],
    letters: new Map(models.flatMap((model) => [...model.letters])),
    loss: undefined,
    inferred: [],
    equations: [],
  };
  for (const [name, { assumptions }] of declarations) {
    const { sumsToOne, symmetric, orthogonal } = assumptions;
    if (sumsToOne === true || symmetric === true || orthogonal === true)
      workspace.assume(name, {
        ...(sumsToOne === true ? { sumsToOne } : {}),
        ...(symmetric === true ? { symmetric } : {}),
        ...(orthogonal === true ? { orthogonal } : {}),
      });
  }
  return { ...shared, equations: models.flatMap((model) => model.equations.flatMap((equation) => moved(model, equation, shared))) };
}

function declare(declarations: Map<string, Declaration>, model: Model, declaration: Declaration): void {
  const { name, spelling, indices } = declaration;
  const computed = model.equations.some((equation) => equation.name === name);
  if (computed) {
    const prefix = model.name === '' ? {} : { latex: `\\mathrm{${model.name}}.${spelling.latex}`, text: `${model.name}.${spelling.text}` };
    declarations.set(ownKey(model, name), { ...declaration, name: ownKey(model, name), spelling: { ...spelling, ...prefix } });
  }
  const known = declarations.get(name);
  if (known !== undefined && known.dims.map((dim) => dim.key).join() !== declaration.dims.map((dim) => dim.key).join()) {
    throw new InputError({
      ruleId: 'shape-mismatch',
      message: `${name} has other axes in the model ${model.name || 'without a name'} than in another that it is compared with.`,
      fix: 'Give it the same shape, or another name.',
    });
  }
  if (known !== undefined) return;
  const wider = computed ? indices.map((range) => ({ ...range, from: shiftWhole(range.from, -BEYOND), to: shiftWhole(range.to, BEYOND) })) : indices;
  declarations.set(name, { ...declaration, indices: wider, role: computed ? 'input' : declaration.role, assumptions: declaration.assumptions });
}

/** Key in the merged model of a computed name of a model: names of the unnamed one are set apart by a blank. */
export const ownKey = (model: Model, name: string): string => (model.name === '' ? ` ${name}` : `${model.name}.${name}`);

/** An equation over the merged names: what it reads of its own step stays the model's own, what it reads of other steps is shared. */
function moved(model: Model, equation: Equation, merged: Model): readonly Equation[] {
  if (equation.ranges.length !== equation.indices.length) return [];
  const computed = new Set(model.equations.map(({ name }) => name));
  // Only what lies a number of steps away is of another step; families and names that are computed once belong to the model.
  const isOwnStep = (indices: readonly Whole[]): boolean =>
    indices.every((index, at) => {
      const own = equation.indices[at];
      return own === undefined || (wholeValue(subtractWhole(index, own)) ?? 0) === 0;
    });
  const renamed = (quantity: Quantity): Quantity =>
    quantity.kind === 'value' && computed.has(quantity.name) && isOwnStep(quantity.indices) ? { ...quantity, name: ownKey(model, quantity.name) } : quantity;
  const source = rewrite(equation.source, { quantity: renamed });
  const value = tensorOf(source, equation, merged.declarations.get(equation.name)?.dims ?? equation.value.dims, merged.workspace);
  return value === undefined ? [] : [{ ...equation, name: ownKey(model, equation.name), source, value }];
}

/** The loss of a model may have no meaning here; it is left out. */
function tensorOf(source: Equation['source'], equation: Equation, dims: readonly Whole[], workspace: Workspace): Tensor | undefined {
  try {
    const axes = new Map((equation.axes ?? []).map((letter, axis): [string, Whole] => [letter, dims[axis] as Whole]));
    const tensor = lower(source, workspace, { axes });
    if (tensor.dims.length === dims.length) return tensor;
    const labels = dims.map((_, axis) => `${axis}`);
    return workspace.contract(labels, [{ tensor, labels: [] }], new Map(labels.map((label, axis) => [label, dims[axis] as Whole])));
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
