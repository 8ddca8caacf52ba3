/**
 * Proofs of equality, for every size and every length: a − b expands to nothing.
 *
 * Levels, each stronger than the one before: identity (as written), names (the model's equations folded and unfolded), chain rule (adjoints of
 * names that carry no state put in), recursion (adjoints of states unrolled a bounded number of steps), induction (base and step of a closed form).
 * What none of them settles is not proved: the caller goes on with numbers, never with a guess.
 */

import { AdjointSystem, adjointsIn, distinctFacts, Elimination, type Facts, factsOf, keptNames, provablyNonNegative, simplifyConditions } from '../calculus/index.js';
import type { IndexRange, Model } from '../model/model.js';
import { type Head, quantityKey, type Quantity, shiftWhole, substituteWhole, subtractWhole, type Tensor, type ValueReference, type Whole, wholeLetter, wholeValue } from '../network/index.js';
import { Folding } from './fold.js';

export type ProofLevel = 'identity' | 'names' | 'chain rule' | 'recursion' | 'induction';

export interface Proof {
  readonly level: ProofLevel;
  /** Side conditions the proof used: `y: sums to one`. */
  readonly assumes: readonly string[];
}

/** Rounds of unrolling at the recursion level. */
const ROUNDS = 6;

export class Prover {
  readonly folding: Folding;
  readonly #systems = new Map<string, { system: AdjointSystem; elimination: Elimination }>();

  constructor(readonly model: Model) {
    this.folding = new Folding(model);
  }

  /** The adjoints of the loss, or of another value. */
  system(target?: ValueReference): { readonly system: AdjointSystem; readonly elimination: Elimination } | undefined {
    const of = target ?? (this.model.loss === undefined ? undefined : { name: this.model.loss, indices: [] });
    if (of === undefined) return undefined;
    const key = `${target === undefined ? '' : 'named '}${of.name}[${of.indices.map((index) => index.key).join()}]`;
    let known = this.#systems.get(key);
    if (known === undefined) {
      const system = new AdjointSystem(this.model, of, target !== undefined);
      known = { system, elimination: new Elimination(system, keptNames(this.model)) };
      this.#systems.set(key, known);
    }
    return known;
  }

  /** Proves left = right for all values of the letters in their ranges; undefined where no proof was found. Throws BudgetError past the bounds. */
  prove(left: Tensor, right: Tensor, ranges: readonly IndexRange[]): Proof | undefined {
    const { workspace } = this.model;
    workspace.takeUsedFacts();
    const facts = this.facts(ranges);
    const done = (level: ProofLevel): Proof => ({ level, assumes: workspace.takeUsedFacts() });
    const difference = workspace.add(left, workspace.scale(right, -1));
    if (workspace.expand(difference).terms.length === 0) return done('identity');
    let current = this.normal(difference, facts);
    if (current.terms.length === 0) return done('names');
    current = this.eliminate(current, facts);
    if (current.terms.length === 0) return done('chain rule');
    for (let round = 0; round < ROUNDS; round += 1) {
      const next = this.unrollEarliest(current, facts);
      if (next === undefined) break;
      current = next;
      if (current.terms.length === 0) return done('recursion');
    }
    return this.induction(left, right, ranges) ? done('induction') : undefined;
  }

  facts(ranges: readonly IndexRange[]): Facts {
    const lengths = [...this.model.letters.values(), ...[...this.model.declarations.values()].flatMap((declaration) => declaration.indices)];
    return distinctFacts([...factsOf(ranges), ...lengths.map(({ from, to }) => subtractWhole(to, from))]);
  }

  /** Names folded, conditions simplified, values and adjoints outside their range 0. */
  normal(tensor: Tensor, facts: Facts): Tensor {
    const { workspace } = this.model;
    const inside = this.dropOutside(tensor, facts);
    return workspace.expand(this.dropOutside(simplifyConditions(workspace, this.folding.normal(inside), facts), facts));
  }

  /** Adjoints of names that carry no state replaced by their equations. */
  eliminate(tensor: Tensor, facts: Facts): Tensor {
    let current = tensor;
    for (const target of this.#targetsIn(tensor)) {
      const found = this.system(target);
      if (found !== undefined) current = found.elimination.apply(current, facts);
    }
    return this.normal(current, facts);
  }

  /** The adjoints nearest to the start of the recursion replaced by one step of it; undefined when there is none. */
  unrollEarliest(tensor: Tensor, facts: Facts): Tensor | undefined {
    const { workspace } = this.model;
    for (const target of this.#targetsIn(tensor)) {
      const found = this.system(target);
      if (found === undefined) continue;
      const all = adjointsIn(found.system, tensor).filter((reference) => reference.indices.length > 0 || this.#isParameterLike(reference.name));
      const earliest = all.filter((reference) => !all.some((other) => this.#isBefore(found.elimination, other, reference)));
      const keys = new Set(earliest.map((reference) => quantityKey(found.system.quantity(reference.name, reference.indices))));
      if (keys.size === 0) continue;
      const replaced = workspace.replace(tensor, (quantity) => (quantity.kind === 'adjoint' && keys.has(quantityKey(quantity)) ? this.#step(found.elimination, quantity) : undefined));
      return this.normal(replaced, facts);
    }
    return undefined;
  }

  #isParameterLike(name: string): boolean {
    return this.model.equations.every((equation) => equation.name !== name);
  }

  /** One step of an adjoint's own recursion at its indices. */
  #step(elimination: Elimination, reference: ValueReference): Tensor {
    const declaration = this.model.declarations.get(reference.name);
    const boundary = this.model.boundaries.find((candidate) => candidate.name === reference.name && candidate.indices.every((index, at) => wholeValue(subtractWhole(index, reference.indices[at] as Whole)) === 0));
    if (boundary !== undefined) return elimination.equation(reference.name, boundary.indices);
    const letters = new Map((declaration?.indices ?? []).map((range, at) => [range.letter, reference.indices[at] as Whole]));
    return this.model.workspace.substituteLetters(elimination.equation(reference.name), letters);
  }

  /** Whether a's recursion leads to b (same letters, a number of steps away in the direction in which it runs). */
  #isBefore(elimination: Elimination, a: ValueReference, b: ValueReference): boolean {
    if (a.indices.length !== b.indices.length || a.indices.length === 0) return false;
    const steps = a.indices.map((index, at) => wholeValue(subtractWhole(b.indices[at] as Whole, index)));
    if (steps.some((step) => step === undefined)) return false;
    const forward = this.#direction(elimination, a.name);
    const sign = steps.reduce<number>((sum, step) => sum + (step ?? 0), 0) * forward;
    return sign > 0;
  }

  /** +1 where adjoints read later steps, −1 where they read earlier ones. */
  #direction(elimination: Elimination, name: string): number {
    const declaration = this.model.declarations.get(name);
    for (const reference of adjointsIn(elimination.system, elimination.equation(name))) {
      for (const [at, range] of (declaration?.indices ?? []).entries()) {
        const index = reference.indices[at];
        const shift = index === undefined ? undefined : wholeValue(subtractWhole(index, wholeLetter(range.letter)));
        if (shift !== undefined && shift !== 0) return Math.sign(shift);
      }
    }
    return 1;
  }

  #targetsIn(tensor: Tensor): readonly (ValueReference | undefined)[] {
    const targets = new Map<string, ValueReference | undefined>();
    for (const { quantity } of this.model.workspace.quantities(tensor)) {
      if (quantity.kind === 'adjoint') targets.set(quantity.target === undefined ? '' : `${quantity.target.name}[${quantity.target.indices.map((index) => index.key).join()}]`, quantity.target);
    }
    return [...targets.values()];
  }

  /** Adjoints, and values that nothing frees or sets, are 0 outside their range (contract §3). */
  dropOutside(tensor: Tensor, facts: Facts): Tensor {
    const { workspace } = this.model;
    return workspace.replace(tensor, (quantity, dims) => (quantity.kind !== 'partial' && this.#isOutside(quantity, facts) ? workspace.zero(dims) : undefined));
  }

  #isOutside(quantity: Extract<Quantity, { kind: 'value' | 'adjoint' }>, facts: Facts): boolean {
    const declaration = this.model.declarations.get(quantity.name);
    if (declaration === undefined || declaration.indices.length !== quantity.indices.length) return false;
    const outside = declaration.indices.some((range, at) => {
      const index = quantity.indices[at] as Whole;
      return provablyNonNegative(shiftWhole(subtractWhole(index, range.to), -1), facts) || provablyNonNegative(shiftWhole(subtractWhole(range.from, index), -1), facts);
    });
    if (!outside) return false;
    const same = (indices: readonly Whole[]): boolean => indices.every((index, at) => wholeValue(subtractWhole(index, quantity.indices[at] as Whole)) === 0);
    const exists = this.model.boundaries.some((boundary) => boundary.name === quantity.name && boundary.kind !== 'zero' && same(boundary.indices)) || this.model.equations.some((equation) => equation.name === quantity.name && equation.ranges.length < equation.indices.length && same(equation.indices));
    return !exists;
  }

  // ── induction ──

  /** adjoint_t = R(t): R obeys the adjoint's recursion (its first terms and factors peeled), and agrees with it at the end. */
  induction(left: Tensor, right: Tensor, ranges: readonly IndexRange[]): boolean {
    const { workspace } = this.model;
    const lone = loneAdjoint(left);
    const range = lone === undefined ? undefined : ranges.find((candidate) => lone.indices.some((index) => index.key === candidate.letter));
    if (lone === undefined || range === undefined || lone.indices.length !== 1) return false;
    const found = this.system(lone.target);
    if (found === undefined || !found.elimination.kept.has(lone.name)) return false;
    const facts = this.facts(ranges);
    const recursion = workspace.substituteLetters(found.elimination.equation(lone.name), new Map([[this.model.declarations.get(lone.name)?.indices[0]?.letter ?? '', wholeLetter(range.letter)]]));
    const others = adjointsIn(found.system, recursion).filter((reference) => reference.name !== lone.name);
    if (others.length > 0) return false;
    const claimAt = (index: Whole): Tensor => workspace.substituteLetters(right, new Map([[range.letter, index]]));
    const stepped = workspace.replace(recursion, (quantity) => (quantity.kind === 'adjoint' && quantity.name === lone.name ? claimAt(quantity.indices[0] as Whole) : undefined));
    const insideFacts = [...facts, shiftWhole(subtractWhole(range.to, wholeLetter(range.letter)), -1)];
    const peeled = peel(this.model, right, range.letter);
    const step = this.normal(workspace.add(stepped, workspace.scale(peeled, -1)), insideFacts);
    if (step.terms.length > 0) return false;
    const last = new Map([[range.letter, range.to]]);
    const base = workspace.add(workspace.substituteLetters(recursion, last), workspace.scale(workspace.substituteLetters(right, last), -1));
    return this.normal(base, facts.map((fact) => substituteWhole(fact, last))).terms.length === 0;
  }
}

function loneAdjoint(tensor: Tensor): Extract<Quantity, { kind: 'adjoint' }> | undefined {
  const head = tensor.terms[0]?.net.leaves[0]?.head.head;
  return tensor.terms.length === 1 && tensor.terms[0]?.net.leaves.length === 1 && head?.kind === 'symbol' && head.quantity.kind === 'adjoint' ? head.quantity : undefined;
}

/** Sums and products that begin at t + c give up their first term or factor; those that end there their last. */
export function peel(model: Model, tensor: Tensor, letter: string): Tensor {
  const { workspace } = model;
  const startsAt = (bound: Whole): boolean => wholeValue(subtractWhole(bound, wholeLetter(letter))) !== undefined;
  return workspace.rebuild(tensor, {
    head: (head: Head) => {
      if (head.kind === 'rangeSum' && startsAt(head.from)) {
        const { letter: own, body } = workspace.open(head);
        const inner = peel(model, body, letter);
        return workspace.add(peel(model, workspace.substituteLetters(body, new Map([[own, head.from]])), letter), workspace.rangeSum(own, shiftWhole(head.from, 1), head.to, inner));
      }
      if (head.kind === 'product' && (startsAt(head.to) || startsAt(head.from))) {
        const { letter: own, body } = workspace.open(head);
        const end = startsAt(head.to) ? head.to : head.from;
        const one = workspace.substituteLetters(body, new Map([[own, end]]));
        const rest = startsAt(head.to) ? workspace.product(own, head.from, shiftWhole(head.to, -head.step), head.step, body) : workspace.product(own, shiftWhole(head.from, head.step), head.to, head.step, body);
        const order = startsAt(head.to) ? [rest, one] : [one, rest];
        return workspace.contract(['a', 'c'], [{ tensor: order[0] as Tensor, labels: ['a', 'b'] }, { tensor: order[1] as Tensor, labels: ['b', 'c'] }]);
      }
      return undefined;
    },
  });
}
