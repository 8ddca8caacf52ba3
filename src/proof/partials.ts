/**
 * Partials kept as symbols, resolved by forward steps: immediate ones and those within a step entirely, total ones down to the states of a loop.
 *
 * A step leads to names one equation closer to what is differentiated by; a partial that cannot be other than zero is zero, so resolving ends.
 */

import { partialEquation } from '../calculus/index.js';
import type { Model } from '../model/model.js';
import {
  type Quantity,
  quantityKey,
  shiftWhole,
  subtractWhole,
  type Tensor,
  type ValueReference,
  type Whole,
  wholeLetter,
  wholeValue,
} from '../network/index.js';
import { Causes, distanceOf } from './causes.js';

export type Partial = Extract<Quantity, { readonly kind: 'partial' }>;

/** Steps that one resolving may take. */
const MOST_ROUNDS = 24;
/** Total partials at most so many steps apart are resolved to the end. */
const FARTHEST = 4;

export class Partials {
  readonly #equations = new Map<string, Tensor>();
  readonly #causes = new Map<Model, Causes>();

  /** `model` has every name; partials between names of `sheet` mean its equations. */
  constructor(
    readonly model: Model,
    readonly sheet: Model,
    readonly states: ReadonlySet<string>,
  ) {}

  #modelOf({ numerator, denominator }: Partial): Model {
    return this.sheet.declarations.has(numerator.name) && this.sheet.declarations.has(denominator.name) ? this.sheet : this.model;
  }

  #causesOf(model: Model): Causes {
    const known = this.#causes.get(model) ?? new Causes(model);
    this.#causes.set(model, known);
    return known;
  }

  /** Every partial that ends within a bounded number of steps written out; total partials of states that run on stay. */
  resolve(tensor: Tensor): Tensor {
    const { workspace } = this.model;
    let current = tensor;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const next = workspace.replace(current, (quantity) => (quantity.kind === 'partial' ? this.#resolved(quantity) : undefined));
      if (next === current) return current;
      current = next;
    }
    return current;
  }

  #resolved(partial: Partial): Tensor | undefined {
    const { numerator, denominator, reach } = partial;
    const distance = distanceOf(numerator, denominator);
    if (numerator.name === denominator.name && (distance === 0 || numerator.indices.length === 0)) return this.#identity(numerator.name);
    if (this.#causesOf(this.#modelOf(partial)).vanishes(numerator, denominator)) return this.model.workspace.zero(this.#dims(partial));
    const ends = reach !== 'total' || (distance !== undefined && Math.abs(distance) <= FARTHEST) || !this.states.has(numerator.name);
    return ends ? this.step(partial) : undefined;
  }

  /** The total partials that stay: of states, by parameters or by far steps. */
  left(tensor: Tensor): readonly Partial[] {
    return this.model.workspace.quantities(tensor).flatMap(({ quantity }) => (quantity.kind === 'partial' ? [quantity] : []));
  }

  /** One forward step of a partial. */
  step(partial: Partial): Tensor {
    const { workspace } = this.model;
    const model = this.#modelOf(partial);
    const { numerator, denominator, reach } = partial;
    const letters = numerator.indices.map((_, axis) => `¤${axis}`);
    const isPattern = distanceOf(numerator, denominator) !== undefined || denominator.indices.length === 0;
    if (!isPattern || !hasGeneralEquation(model, numerator)) return this.#equation(model, partial);
    // The same equation serves every step: what is left of the indices is the distance.
    const at = letters.map(wholeLetter);
    const by = denominator.indices.map((index, axis) => shiftWhole(at[axis] as Whole, wholeValue(subtractWhole(index, numerator.indices[axis] as Whole)) ?? 0));
    const pattern: Partial = { kind: 'partial', numerator: { name: numerator.name, indices: at }, denominator: { name: denominator.name, indices: by }, reach };
    const made = this.#equation(model, pattern);
    return workspace.substituteLetters(made, new Map(letters.map((letter, axis) => [letter, numerator.indices[axis] as Whole])));
  }

  #equation(model: Model, partial: Partial): Tensor {
    const key = quantityKey(partial);
    const made = this.#equations.get(key) ?? model.workspace.expand(partialEquation(model, partial.numerator, partial.denominator, partial.reach));
    this.#equations.set(key, made);
    return made;
  }

  #identity(name: string): Tensor {
    const { workspace, declarations } = this.model;
    const dims = declarations.get(name)?.dims ?? [];
    return workspace.contract(
      [...dims.map((_, axis) => `a${axis}`), ...dims.map((_, axis) => `b${axis}`)],
      dims.map((dim, axis) => ({ tensor: workspace.identity(dim), labels: [`a${axis}`, `b${axis}`] })),
    );
  }

  #dims({ numerator, denominator }: Partial): readonly Whole[] {
    const of = (reference: ValueReference): readonly Whole[] => this.model.declarations.get(reference.name)?.dims ?? [];
    return [...of(numerator), ...of(denominator)];
  }
}

function hasGeneralEquation(model: Model, { name, indices }: ValueReference): boolean {
  const own = model.equations.filter((equation) => equation.name === name);
  const fixed = own.filter((equation) => equation.ranges.length < equation.indices.length);
  const isFixed = fixed.some((equation) => equation.indices.every((index, at) => wholeValue(subtractWhole(index, indices[at] as Whole)) === 0));
  return !isFixed && own.some((equation) => equation.ranges.length === equation.indices.length);
}
