/**
 * Both textbook styles from one pass: adjoints of names that are not kept are replaced by their adjoint equations.
 *
 * Names on a cycle of reads must be kept, or the replacement would not end; `keptNames` adds them.
 */

import type { IndexRange, Model } from '../model/model.js';
import { quantityKey, referenceKey, shiftWhole, subtractWhole, type Tensor, type ValueReference, type Whole, wholeValue } from '../network/index.js';
import type { AdjointEquation, AdjointSystem } from './adjoints.js';
import { cyclesOutside, stateNames } from './dependence.js';
import { type Facts, factsOf, provablyNonNegative, simplifyConditions } from './facts.js';

/** Names whose adjoints stay: the asked ones (by default those another step reads), and what is needed to cut every cycle. */
export function keptNames(model: Model, asked?: readonly string[]): ReadonlySet<string> {
  const states = stateNames(model);
  const kept = new Set(asked ?? states);
  for (const name of states) if (cyclesOutside(model, kept).has(name)) kept.add(name);
  for (const name of cyclesOutside(model, kept)) kept.add(name);
  return kept;
}

/** The elimination of a system that keeps these names; one object for equal questions. */
export function eliminationOf(system: AdjointSystem, kept: ReadonlySet<string>): Elimination {
  const key = [...kept].sort().join('|');
  const known = system.eliminations.get(key);
  if (known !== undefined) return known;
  const made = new Elimination(system, kept);
  system.eliminations.set(key, made);
  return made;
}

export class Elimination {
  readonly #values = new Map<string, Tensor>();
  readonly #equations = new Map<string, Tensor>();
  readonly #parts = new Map<string, readonly Tensor[]>();

  constructor(
    readonly system: AdjointSystem,
    readonly kept: ReadonlySet<string>,
  ) {}

  /** The tensor with every adjoint of this system that is not kept replaced. */
  apply(tensor: Tensor, facts: Facts): Tensor {
    const { workspace } = this.system.model;
    const replaced = workspace.replace(tensor, (quantity) => {
      if (quantity.kind !== 'adjoint' || this.kept.has(quantity.name)) return undefined;
      if (quantityKey(quantity) !== quantityKey(this.system.quantity(quantity.name, quantity.indices))) return undefined;
      return this.#valueAt(quantity, facts);
    });
    return simplifyConditions(workspace, replaced, facts);
  }

  /** An adjoint equation in terms of kept adjoints. */
  equation(name: string, indices?: readonly Whole[]): Tensor {
    const equation = this.system.of(name, indices);
    const key = referenceKey(equation);
    const known = this.#equations.get(key);
    if (known !== undefined) return known;
    const made = this.apply(equation.value, this.factsFor(equation));
    this.#equations.set(key, made);
    return made;
  }

  /** The same, one part a path: what comes directly first, then reader by reader. Their sum is `equation`. */
  parts(equation: AdjointEquation): readonly Tensor[] {
    const key = referenceKey(equation);
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const facts = this.factsFor(equation);
    const all = [...(equation.seed === undefined ? [] : [equation.seed]), ...equation.contributions.map((contribution) => contribution.tensor)];
    const eliminated = all.map((tensor) => this.apply(tensor, facts)).filter((tensor) => tensor.terms.length > 0);
    const direct = eliminated.filter((tensor) => !containsAdjoint(this.system.model, tensor));
    const parts = [...direct, ...eliminated.filter((tensor) => !direct.includes(tensor))];
    const made = parts.length === 0 ? [this.system.model.workspace.zero(equation.value.dims)] : parts;
    this.#parts.set(key, made);
    return made;
  }

  factsFor(equation: AdjointEquation): Facts {
    return [...factsOf(equation.ranges), ...this.system.lengthFacts()];
  }

  #valueAt(reference: ValueReference, facts: Facts): Tensor {
    const { model } = this.system;
    const { workspace } = model;
    const declaration = model.declarations.get(reference.name);
    const ownPlace = [
      ...model.boundaries.filter((boundary) => boundary.name === reference.name).map((boundary) => boundary.indices),
      ...model.equations
        .filter((equation) => equation.name === reference.name && equation.ranges.length < equation.indices.length)
        .map((equation) => equation.indices),
    ].find(
      (indices) =>
        indices.length === reference.indices.length && indices.every((index, at) => wholeValue(subtractWhole(index, reference.indices[at] as Whole)) === 0),
    );
    const key = `${reference.name}[${ownPlace?.map((index) => index.key).join() ?? ''}]`;
    let value = this.#values.get(key);
    if (value === undefined) {
      value = this.equation(reference.name, ownPlace);
      this.#values.set(key, value);
    }
    if (ownPlace !== undefined || declaration === undefined) return value;
    if (this.#isOutside(reference, declaration.indices, facts)) return workspace.zero(value.dims);
    const letters = new Map(this.system.lettersOf(reference.name).map((letter, at) => [letter, reference.indices[at] as Whole]));
    const placed = workspace.substituteLetters(value, letters);
    // What remains without any adjoint, also inside a factor, does not vanish by itself outside the range.
    const direct = workspace.replace(placed, (quantity, dims) => (quantity.kind === 'adjoint' ? workspace.zero(dims) : undefined)).terms.length > 0;
    if (!direct) return placed;
    const conditions = declaration.indices.flatMap((range, at) => {
      const index = reference.indices[at] as Whole;
      return [subtractWhole(index, range.from), subtractWhole(range.to, index)].filter((of) => !provablyNonNegative(of, facts));
    });
    const labels = placed.dims.map((_, axis) => `${axis}`);
    return workspace.contract(
      labels,
      [{ tensor: placed, labels }, ...conditions.map((of) => ({ tensor: workspace.indicator(of, 'nonnegative'), labels: [] }))],
      new Map(labels.map((label, axis) => [label, placed.dims[axis] as Whole])),
    );
  }

  /** Provably outside the range of its name: nothing reads a value that no equation computes. */
  #isOutside({ indices }: ValueReference, ranges: readonly IndexRange[], facts: Facts): boolean {
    return ranges.some(({ from, to }, at) => {
      const index = indices[at] as Whole;
      return [subtractWhole(from, index), subtractWhole(index, to)].some((beyond) => provablyNonNegative(shiftWhole(beyond, -1), facts));
    });
  }
}

function containsAdjoint(model: Model, tensor: Tensor): boolean {
  return model.workspace.quantities(tensor).some(({ quantity }) => quantity.kind === 'adjoint');
}
