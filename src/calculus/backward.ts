/**
 * The backward pass as a model of its own: adjoints become computed values with a recurrence that runs the other way.
 *
 * Second orders through time, and derivatives that stand inside a model, are then the same pass again.
 */

import { InputError } from '../errors.js';
import type { Declaration, Equation, Model, Spelling } from '../model/model.js';
import { type Quantity, type Tensor, type ValueReference, wholeLetter } from '../network/index.js';
import { spellName } from '../notation/spelling.js';
import { AdjointSystem } from './adjoints.js';
import { influences } from './dependence.js';
import { Elimination, keptNames } from './eliminate.js';
import { adjointsIn } from './gradients.js';
import { jacobian } from './jacobians.js';

/** Key of an adjoint as a value: `∂J/∂h`. */
export const adjointName = (target: string, name: string): string => `∂${target}/∂${name}`;

/** The target and name behind such a key. */
export function adjointOfName(key: string): { target: string; name: string } | undefined {
  const match = /^∂(.+?)\/∂(.+)$/.exec(key);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { target: match[1], name: match[2] };
}

/** Adjoint symbols of the given target (the loss, where a symbol names none) as values. */
export function adjointsToValues(model: Model, tensor: Tensor, loss: string | undefined): Tensor {
  return model.workspace.replace(tensor, (quantity, dims) => {
    if (quantity.kind !== 'adjoint') return undefined;
    const target = quantity.target?.name ?? loss;
    return target === undefined ? undefined : model.workspace.value(adjointName(target, quantity.name), quantity.indices, dims);
  });
}

/** The model with the adjoints of `target` (kept names, and those asked for) as further equations. */
export function withBackward(model: Model, target: string, asked: readonly ValueReference[]): Model {
  const system = new AdjointSystem(model, { name: target, indices: [] }, false);
  const kept = keptNames(model, [...keptNames(model)]);
  const reached = influences(model, target);
  const elimination = new Elimination(
    system,
    new Set([...kept, ...asked.map((reference) => reference.name).filter((name) => model.equations.some((equation) => equation.name === name))]),
  );
  const declarations = new Map(model.declarations);
  const equations: Equation[] = [...model.equations];
  const queue = [...new Set(asked.map((reference) => reference.name))];
  const done = new Set<string>();
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (done.has(name) || !reached.has(name)) continue;
    done.add(name);
    const declaration = model.declarations.get(name) as Declaration;
    const value = elimination.equation(name);
    declarations.set(adjointName(target, name), {
      ...declaration,
      name: adjointName(target, name),
      spelling: adjointSpelling(model, target, declaration),
      role: 'computed',
      assumptions: {},
    });
    equations.push(adjointEquation(model, declaration, target, value));
    for (const boundary of boundaryPlaces(model, name)) {
      equations.push({ ...adjointEquation(model, declaration, target, elimination.equation(name, boundary.indices)), indices: boundary.indices, ranges: [] });
    }
    queue.push(...adjointsIn(system, value).map((reference) => reference.name));
  }
  return { ...model, declarations, equations };
}

/** ∇_W L, and (∇_h L)_t where the name has indices. */
function adjointSpelling(model: Model, target: string, declaration: Declaration): Spelling {
  const own = (key: string, medium: 'latex' | 'text'): string => {
    const spelling = model.declarations.get(key)?.spelling;
    return spelling === undefined ? key : spellName(spelling, [], [], medium).printed;
  };
  const latex = `\\nabla_{${own(declaration.name, 'latex')}} ${own(target, 'latex')}`;
  const text = `∇${own(declaration.name, 'text')} ${own(target, 'text')}`;
  return declaration.indices.length === 0 ? { latex, text, indexPlace: 'subscript' } : { latex: `(${latex})`, text: `(${text})`, indexPlace: 'subscript' };
}

const boundaryPlaces = (model: Model, name: string): readonly ValueReference[] =>
  model.boundaries.filter((boundary) => boundary.name === name && boundary.kind !== 'zero').map((boundary) => ({ name, indices: boundary.indices }));

function adjointEquation(model: Model, declaration: Declaration, target: string, value: Tensor): Equation {
  const source = model.equations[0]?.source;
  if (source === undefined) throw new InputError({ ruleId: 'no-equations', message: 'The model has no equations.' });
  return {
    name: adjointName(target, declaration.name),
    indices: declaration.indices.map((range) => wholeLetter(range.letter)),
    ranges: declaration.indices,
    source,
    value: adjointsToValues(model, value, target),
  };
}

/** Resolves derivatives that stand inside a model's equations: partials become their formulas, adjoints further equations. */
export function resolveDerivatives(model: Model): Model {
  const uses = model.equations.flatMap((equation) => model.workspace.quantities(equation.value).map(({ quantity }) => quantity));
  const partials = uses.filter((quantity) => quantity.kind === 'partial');
  const adjoints = uses.filter((quantity): quantity is Extract<Quantity, { kind: 'adjoint' }> => quantity.kind === 'adjoint');
  if (partials.length === 0 && adjoints.length === 0) return model;
  const plain: Model = {
    ...model,
    equations: model.equations.map((equation) => ({
      ...equation,
      value: model.workspace.replace(equation.value, (quantity) =>
        quantity.kind === 'partial' ? jacobian(model, quantity.numerator, quantity.denominator, quantity.reach) : undefined,
      ),
    })),
  };
  const targets = new Map<string, ValueReference[]>();
  for (const quantity of adjoints) {
    const target = quantity.target?.name;
    if (target === undefined)
      throw new InputError({ ruleId: 'loss-missing', message: `The gradient with respect to ${quantity.name} inside the model does not say of what.` });
    targets.set(target, [...(targets.get(target) ?? []), quantity]);
  }
  let extended = plain;
  const waiting = new Set(targets.keys());
  // Every round settles one target: those first whose equations read no gradient that is still open.
  while (waiting.size > 0) {
    const target = [...waiting].find((candidate) => !readsOpenGradients(extended, candidate));
    if (target === undefined) throw circleOfGradients([...waiting]);
    waiting.delete(target);
    const forward = { ...extended, equations: extended.equations.filter((equation) => !dependsOnAdjoints(extended, equation)) };
    const backward = withBackward(forward, target, targets.get(target) ?? []);
    const added = backward.equations.filter((equation) => !forward.equations.includes(equation));
    const equations = extended.equations.map((equation) => ({ ...equation, value: adjointsOfToValues(extended, equation.value, target) }));
    extended = { ...extended, declarations: backward.declarations, equations: [...equations, ...added] };
  }
  return extended;
}

/** Adjoints of one target as values; those of others stay. */
const adjointsOfToValues = (model: Model, tensor: Tensor, target: string): Tensor =>
  model.workspace.replace(tensor, (quantity, dims) =>
    quantity.kind === 'adjoint' && quantity.target?.name === target
      ? model.workspace.value(adjointName(target, quantity.name), quantity.indices, dims)
      : undefined,
  );

/** Whether some equation that the target is computed from still holds a gradient. */
function readsOpenGradients(model: Model, target: string): boolean {
  const reached = influences(model, target);
  return model.equations.some((equation) => (equation.name === target || reached.has(equation.name)) && dependsOnAdjoints(model, equation));
}

function circleOfGradients(targets: readonly string[]): InputError {
  return new InputError({
    ruleId: 'circle',
    message: `A gradient needs itself: of ${targets.join(', of ')}.`,
    why: 'What a gradient inside the model is taken of must not be computed from that gradient.',
    fix: 'Hold the gradient where it is read, with stopgrad(…), or take the gradient of something else.',
  });
}

const dependsOnAdjoints = (model: Model, equation: Equation): boolean =>
  model.workspace.quantities(equation.value).some(({ quantity }) => quantity.kind === 'adjoint');

/**
 * Second derivatives ∂²target/∂first∂second: first's axes, then second's, with the adjoint system they are written in.
 * Rank 3 and more has no matrix form and prints as index notation.
 */
export function hessianSystem(model: Model, target: string, first: ValueReference): { model: Model; system: AdjointSystem; gradient: string } {
  const extended = withBackward(model, target, [first]);
  const gradient = adjointName(target, first.name);
  const forward = { ...extended, loss: undefined };
  return { model: forward, system: new AdjointSystem(forward, { name: gradient, indices: first.indices }, true), gradient };
}
