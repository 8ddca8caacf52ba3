/** The backward pass of a model as a list of equations, and runs in which some of them are somebody else's. */

import { AdjointSystem, Elimination, keptNames } from '../calculus/index.js';
import { InputError } from '../errors.js';
import type { Model } from '../model/model.js';
import { type Tensor, type ValueReference, wholeLetter } from '../network/index.js';
import type { DerivativeResolver } from '../numeric/index.js';
import type { BackwardEquation } from './localise.js';
import type { GradientStyle } from './targets.js';

export interface BackwardPass {
  readonly equations: readonly BackwardEquation[];
  readonly elimination: Elimination | undefined;
  /** Names whose adjoints the equations read. */
  readonly kept: ReadonlySet<string>;
}

/** Equations for the adjoints of all kept names, and for what is given: parameters, inputs and freed boundary values. Throws an InputError without a loss. */
export function backwardPass(model: Model, style: GradientStyle = 'eliminated'): BackwardPass {
  if (model.loss === undefined) throw new InputError({ ruleId: 'no-loss', message: 'The model has no loss to differentiate.' });
  const system = new AdjointSystem(model, { name: model.loss, indices: [] }, false);
  const computed = [...model.declarations.values()].filter(({ role, name }) => role === 'computed' && name !== model.loss).map(({ name }) => name);
  const kept = style === 'eliminated' ? keptNames(model) : new Set(computed);
  const elimination = style === 'eliminated' ? new Elimination(system, kept) : undefined;
  const equation = ({ name, indices }: ValueReference, general: boolean): BackwardEquation => ({
    by: { name, indices },
    ranges: general ? (model.declarations.get(name)?.indices ?? []) : [],
    formula: elimination?.equation(name, general ? undefined : indices) ?? system.of(name, general ? undefined : indices).value,
  });
  const general = [...model.declarations.values()].filter(({ role, name }) => role !== 'constant' && (role !== 'computed' || kept.has(name)));
  return {
    equations: [
      ...general.map(({ name, indices }) => equation({ name, indices: indices.map(({ letter }) => wholeLetter(letter)) }, true)),
      ...model.boundaries.filter(({ kind }) => kind === 'freed').map((boundary) => equation(boundary, false)),
    ],
    elimination,
    kept,
  };
}

/** Adjoints as the resolver has them, but for names whose general equation is replaced. */
export function replacingResolver(model: Model, resolver: DerivativeResolver, replaced: ReadonlyMap<string, Tensor>): DerivativeResolver {
  return (quantity) => {
    const found = resolver(quantity);
    const formula = quantity.kind === 'adjoint' && quantity.target === undefined ? replaced.get(quantity.name) : undefined;
    const letters = quantity.kind === 'adjoint' ? (model.declarations.get(quantity.name)?.indices ?? []) : [];
    if (found === undefined || formula === undefined || !letters.every(({ letter }) => found.letters.has(letter))) return found;
    return { value: formula, letters: found.letters };
  };
}
