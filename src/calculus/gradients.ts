/**
 * Gradients as a lecturer derives them: the sum over uses, the adjoints of the names in between, the result, and the recursions it rests on.
 *
 * The explanation is the engine's own run: every part below is what the result was computed from.
 */

import type { Model } from '../model/model.js';
import { referenceKey, substituteWhole, subtractWhole, type Tensor, type ValueReference, type Whole, wholeName } from '../network/index.js';
import { type AdjointEquation, AdjointSystem } from './adjoints.js';
import { type Elimination, eliminationOf, keptNames } from './eliminate.js';
import { type Facts, factsOf, provablyNonNegative } from './facts.js';

/** One adjoint equation with what it becomes when the names not kept are eliminated. */
export interface Recursion {
  readonly equation: AdjointEquation;
  readonly result: Tensor;
  /** The result path by path; its sum. */
  readonly parts: readonly Tensor[];
  /** Adjoints read outside their range, which are 0: ∂J/∂h_{T+1}. */
  readonly zeroBoundaries: readonly ValueReference[];
}

export interface GradientDerivation {
  readonly system: AdjointSystem;
  readonly elimination: Elimination;
  readonly reference: ValueReference;
  /** The sum over uses, in the adjoints of the readers. */
  readonly uses: AdjointEquation;
  /** Adjoint equations of the names eliminated on the way, in the order they are needed. */
  readonly intermediate: readonly AdjointEquation[];
  /** In kept adjoints. */
  readonly result: Tensor;
  /** The result use by use; its sum. */
  readonly parts: readonly Tensor[];
  /** Adjoint recursions of the kept names that occur in the result or in one another. */
  readonly recursions: readonly Recursion[];
}

/** The system of adjoints of the model's loss. */
export function lossSystem(model: Model): AdjointSystem | undefined {
  return model.loss === undefined ? undefined : new AdjointSystem(model, { name: model.loss, indices: [] }, false);
}

/** Gradient of the system's target with respect to a value; `keep` names adjoints that stay (default: those another step reads). */
export function gradient(system: AdjointSystem, reference: ValueReference, keep?: readonly string[]): GradientDerivation {
  const elimination = eliminationOf(system, keep?.includes('all') === true ? new Set(system.model.declarations.keys()) : keptNames(system.model, keep));
  const declaration = system.model.declarations.get(reference.name);
  const general =
    declaration !== undefined &&
    reference.indices.length === declaration.indices.length &&
    reference.indices.every((index, at) => wholeName(index) === system.lettersOf(reference.name)[at]);
  const uses = system.of(reference.name, general ? undefined : reference.indices);
  const facts = elimination.factsFor(uses);
  const result = elimination.apply(uses.value, facts);
  const recursions = recursionsOf(elimination, result);
  return {
    system,
    elimination,
    reference,
    uses,
    intermediate: intermediates(elimination, [uses, ...recursions.map((recursion) => recursion.equation)]),
    result,
    parts: elimination.parts(uses),
    recursions,
  };
}

/** Adjoints of this system that a tensor holds. */
export function adjointsIn(system: AdjointSystem, tensor: Tensor): readonly ValueReference[] {
  const target = system.named ? referenceKey(system.target) : undefined;
  return system.model.workspace
    .quantities(tensor)
    .flatMap(({ quantity }) =>
      quantity.kind === 'adjoint' && (quantity.target === undefined ? undefined : referenceKey(quantity.target)) === target
        ? [{ name: quantity.name, indices: quantity.indices }]
        : [],
    );
}

/** Kept adjoints that the result needs, transitively, in the order of declaration reversed: the last computed name first. */
function recursionsOf(elimination: Elimination, result: Tensor): readonly Recursion[] {
  const { system } = elimination;
  const found = new Map<string, Recursion>();
  const queue = [...new Set(adjointsIn(system, result).map((reference) => reference.name))];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (found.has(name)) continue;
    const equation = system.of(name);
    const eliminated = elimination.equation(name);
    found.set(name, { equation, result: eliminated, parts: elimination.parts(equation), zeroBoundaries: zeroBoundaries(elimination, equation, eliminated) });
    queue.push(...adjointsIn(system, eliminated).map((reference) => reference.name));
  }
  const order = [...system.model.declarations.keys()].reverse();
  return [...found.values()].sort((a, b) => order.indexOf(a.equation.name) - order.indexOf(b.equation.name));
}

/** Names replaced on the way from the equations to their results, each once, the readers first. */
function intermediates(elimination: Elimination, equations: readonly AdjointEquation[]): readonly AdjointEquation[] {
  const { system, kept } = elimination;
  const seen = new Map<string, AdjointEquation>();
  const queue = equations.map((equation) => equation.value);
  for (let tensor = queue.shift(); tensor !== undefined; tensor = queue.shift()) {
    for (const { name } of adjointsIn(system, tensor)) {
      if (kept.has(name) || seen.has(name)) continue;
      const equation = system.of(name);
      seen.set(name, equation);
      queue.push(equation.value);
    }
  }
  return [...seen.values()];
}

/** Adjoints just outside the range that the recursion reads at its ends. */
function zeroBoundaries(elimination: Elimination, equation: AdjointEquation, result: Tensor): readonly ValueReference[] {
  const { system } = elimination;
  const facts: Facts = [...factsOf(equation.ranges), ...system.lengthFacts()];
  return adjointsIn(system, result).flatMap((reference) => {
    const declaration = system.model.declarations.get(reference.name);
    if (declaration === undefined) return [];
    let outside = false;
    const indices: Whole[] = reference.indices.map((index, at) => {
      const range = declaration.indices[at];
      const own = equation.ranges.find((candidate) => index.monomials.some((monomial) => monomial.letters.includes(candidate.letter)));
      if (range === undefined || own === undefined) return index;
      const letters = new Map([[own.letter, own.to]]);
      const lowest = new Map([[own.letter, own.from]]);
      if (!provablyNonNegative(subtractWhole(range.to, index), facts)) {
        outside = true;
        return substituteWhole(index, letters);
      }
      if (!provablyNonNegative(subtractWhole(index, range.from), facts)) {
        outside = true;
        return substituteWhole(index, lowest);
      }
      return index;
    });
    return outside && !indices.some((index) => index.monomials.some((monomial) => monomial.letters.some((letter) => /^[§¤]/.test(letter))))
      ? [{ name: reference.name, indices }]
      : [];
  });
}
