/**
 * Proofs of equality, for every size and every length: a − b expands to nothing.
 *
 * Levels, each stronger than the one before: identity (as written), names (the model's equations folded and unfolded), chain rule (adjoints of
 * names that carry no state put in), recursion (adjoints of states unrolled a bounded number of steps), induction (base and step of a closed form).
 * What none of them settles is not proved: the caller goes on with numbers, never with a guess.
 */

import {
  AdjointSystem,
  adjointsIn,
  distinctFacts,
  Elimination,
  type Facts,
  factsOf,
  keptNames,
  provablyNonNegative,
  simplifyConditions,
  stateNames,
} from '../calculus/index.js';
import type { IndexRange, Model } from '../model/model.js';
import {
  type Head,
  lettersOf,
  type Quantity,
  quantityKey,
  shiftWhole,
  substituteWhole,
  subtractWhole,
  type Tensor,
  type ValueReference,
  type Whole,
  wholeLetter,
  wholeValue,
} from '../network/index.js';
import { ClosedForms } from './closed.js';
import { Folding } from './fold.js';
import { openGradients } from './gradients.js';
import { isClosedForm } from './linear.js';
import { Partials } from './partials.js';
import { Products } from './products.js';
import { completeSums } from './sums.js';

export type ProofLevel = 'identity' | 'names' | 'chain rule' | 'recursion' | 'induction';

export interface Proof {
  readonly level: ProofLevel;
  /** Side conditions the proof used: `y: sums to one`. */
  readonly assumes: readonly string[];
}

/** States written out one at a time. */
const MOST_UNFOLDED = 4;
/** Rounds of unrolling at the recursion level. */
const ROUNDS = 4;
/** A difference that has grown beyond this is not about to vanish. */
const MOST_TERMS = 500;

export class Prover {
  readonly folding: Folding;
  readonly partials: Partials;
  readonly products: Products;
  readonly #closed: ClosedForms;
  readonly #systems = new Map<string, { system: AdjointSystem; elimination: Elimination }>();
  readonly #outside = new Map<string, boolean>();

  /** `sheet` is the model as its author wrote it, where `model` has more names: partials between the author's names mean the author's equations. */
  constructor(
    readonly model: Model,
    readonly sheet: Model = model,
  ) {
    this.folding = new Folding(model);
    this.partials = new Partials(model, sheet, new Set(stateNames(model)));
    this.products = new Products(model);
    this.#closed = new ClosedForms(model, this.partials, () => this.system()?.elimination);
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
    const proof = this.#proveHere(left, right, ranges);
    if (proof !== undefined) return proof;
    const opened = openGradients(this.model, left, right);
    return opened === undefined ? undefined : new Prover(opened.model, this.sheet).#proveHere(opened.left, opened.right, ranges);
  }

  #proveHere(left: Tensor, right: Tensor, ranges: readonly IndexRange[]): Proof | undefined {
    const { workspace } = this.model;
    workspace.takeUsedFacts();
    const facts = this.facts(ranges);
    const done = (level: ProofLevel): Proof => ({ level, assumes: workspace.takeUsedFacts() });
    const difference = workspace.add(left, workspace.scale(right, -1));
    if (workspace.expand(difference).terms.length === 0) return done('identity');
    const named = this.normal(difference, facts);
    if (named.terms.length === 0) return done('names');
    let current = this.chainRule(named, facts);
    if (this.isNothing(current, facts)) return done('chain rule');
    const first = current;
    for (let round = 0; round < ROUNDS && current.terms.length <= MOST_TERMS; round += 1) {
      const next = this.unrollEarliest(current, facts) ?? this.unrollPartials(current, facts);
      if (next === undefined) break;
      current = next;
      if (this.isNothing(current, facts)) return done('recursion');
      if (round === 0 && this.#vanishesUnfolded(current, facts)) return done('recursion');
    }
    if (this.#vanishesUnfolded(first, facts)) return done('chain rule');
    const closed = this.#closed.apply(first, facts);
    if (closed !== undefined && this.isNothing(this.normal(closed, facts), facts)) return done('induction');
    if (this.induction(left, right, ranges) || this.inductionForward(left, right, ranges)) return done('induction');
    if (isClosedForm(this.model, left, right, ranges)) return done('induction');
    return undefined;
  }

  /** Whether a normal tensor is zero, at the latest when all its sums run over whole ranges. */
  isNothing(tensor: Tensor, facts: Facts): boolean {
    if (tensor.terms.length === 0) return true;
    const completed = completeSums(this.model.workspace, tensor, facts);
    return completed !== tensor && this.normal(completed, facts).terms.length === 0;
  }

  /** Partials within a step and adjoints of names that carry no state written out. */
  chainRule(tensor: Tensor, facts: Facts): Tensor {
    const resolved = this.resolvePartials(tensor, facts);
    return this.eliminate(this.#asForward(resolved, facts), facts);
  }

  /** Derivatives of other values than the loss as partials, and every partial that ends written out. */
  resolvePartials(tensor: Tensor, facts: Facts): Tensor {
    const { workspace } = this.model;
    const asPartials = workspace.replace(tensor, (quantity, dims) => {
      if (quantity.kind !== 'adjoint' || quantity.target === undefined) return undefined;
      const denominator = { name: quantity.name, indices: quantity.indices };
      return workspace.symbol({ kind: 'partial', numerator: quantity.target, denominator, reach: 'total' }, dims);
    });
    const resolved = this.partials.resolve(asPartials);
    return resolved === tensor ? tensor : this.normal(resolved, facts);
  }

  /** Where total partials by a parameter stay, the loss's gradient by it is put in its forward form too. */
  #asForward(tensor: Tensor, facts: Facts): Tensor {
    const { workspace, loss } = this.model;
    const by = new Set(this.partials.left(tensor).flatMap(({ denominator }) => (denominator.indices.length === 0 ? [referenceText(denominator)] : [])));
    if (by.size === 0 || loss === undefined) return tensor;
    const replaced = workspace.replace(tensor, (quantity, dims) => {
      if (quantity.kind !== 'adjoint' || quantity.target !== undefined || !by.has(referenceText(quantity))) return undefined;
      const denominator = { name: quantity.name, indices: quantity.indices };
      return workspace.symbol({ kind: 'partial', numerator: { name: loss, indices: [] }, denominator, reach: 'total' }, dims);
    });
    return replaced === tensor ? tensor : this.resolvePartials(replaced, facts);
  }

  /** The latest total partials of states replaced by one forward step; undefined when there is none. */
  unrollPartials(tensor: Tensor, facts: Facts): Tensor | undefined {
    const left = this.partials.left(tensor);
    if (left.length === 0) return undefined;
    const isLater = (a: ValueReference, b: ValueReference): boolean =>
      a.indices.length === b.indices.length && a.indices.every((index, at) => (wholeValue(subtractWhole(index, b.indices[at] as Whole)) ?? -1) > 0);
    const latest = left.filter(({ numerator }) => !left.some((other) => isLater(other.numerator, numerator)));
    const keys = new Set(latest.map(quantityKey));
    const replaced = this.model.workspace.replace(tensor, (quantity) =>
      quantity.kind === 'partial' && keys.has(quantityKey(quantity)) ? this.partials.step(quantity) : undefined,
    );
    return this.resolvePartials(this.normal(replaced, facts), facts);
  }

  facts(ranges: readonly IndexRange[]): Facts {
    const lengths = [...this.model.letters.values(), ...[...this.model.declarations.values()].flatMap((declaration) => declaration.indices)];
    return distinctFacts([...factsOf(ranges), ...lengths.map(({ from, to }) => subtractWhole(to, from))]);
  }

  /** Names folded, conditions simplified, values and adjoints outside their range 0. */
  normal(tensor: Tensor, facts: Facts): Tensor {
    const { workspace } = this.model;
    const inside = this.dropOutside(tensor, facts);
    const folded = simplifyConditions(workspace, this.folding.normal(inside), facts);
    const turned = this.products.normal(folded, (body) => workspace.expand(this.folding.normal(body)));
    return workspace.expand(this.dropOutside(turned, facts));
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
    for (const target of this.#targetsIn(tensor)) {
      const found = this.system(target);
      if (found === undefined) continue;
      const all = adjointsIn(found.system, tensor).filter((reference) => reference.indices.length > 0 || this.#isParameterLike(reference.name));
      // Letters bound in different sums have different names, and others again while a sum is open: they are compared as one.
      const places = [...new Map(all.map((reference) => this.#atOneLetter(reference)).map((reference) => [referenceText(reference), reference])).values()];
      const earliest = new Set(places.filter((reference) => !places.some((other) => this.#isBefore(found.elimination, other, reference))).map(referenceText));
      if (earliest.size === 0) continue;
      const replaced = this.#replaceInside(tensor, facts, (quantity) =>
        quantity.kind === 'adjoint' && sameTarget(quantity.target, target) && earliest.has(referenceText(this.#atOneLetter(quantity)))
          ? this.#step(found.elimination, quantity)
          : undefined,
      );
      if (replaced !== tensor) return this.normal(replaced, facts);
    }
    return undefined;
  }

  /** The reference with every index letter that is no size written alike. */
  #atOneLetter({ name, indices }: ValueReference): ValueReference {
    const sizes = this.model.sizes;
    const alike = (index: Whole): Whole =>
      substituteWhole(index, new Map([...lettersOf(index)].filter((letter) => !sizes.includes(letter)).map((letter) => [letter, wholeLetter('•')])));
    return { name, indices: indices.map(alike) };
  }

  /** Quantities replaced, with what is known of the letters around them; under a bound letter only where their place is inside the range of their name. */
  #replaceInside(tensor: Tensor, facts: Facts, by: (quantity: Quantity, facts: Facts) => Tensor | undefined, bound: ReadonlySet<string> = new Set()): Tensor {
    const { workspace } = this.model;
    const isBound = ({ indices }: ValueReference): boolean => indices.some((index) => [...lettersOf(index)].some((letter) => bound.has(letter)));
    return workspace.rebuild(tensor, {
      symbol: (quantity) => (quantity.kind !== 'partial' && isBound(quantity) && !this.#isInside(quantity, facts) ? undefined : by(quantity, facts)),
      head: (head) => {
        if (head.kind !== 'rangeSum') return undefined;
        const { letter, body } = workspace.open(head);
        const known = [...facts, subtractWhole(wholeLetter(letter), head.from), subtractWhole(head.to, wholeLetter(letter))];
        return workspace.rangeSum(letter, head.from, head.to, this.#replaceInside(body, known, by, new Set([...bound, letter])));
      },
    });
  }

  /** Whether a place is provably inside the range of its name. */
  #isInside({ name, indices }: ValueReference, facts: Facts): boolean {
    const ranges = this.model.declarations.get(name)?.indices ?? [];
    return (
      ranges.length === indices.length &&
      ranges.every(
        ({ from, to }, at) =>
          this.#isNonNegative(subtractWhole(indices[at] as Whole, from), facts) && this.#isNonNegative(subtractWhole(to, indices[at] as Whole), facts),
      )
    );
  }

  /** A difference with a state that is a sum written out at one of its places, where that makes it vanish. */
  #vanishesUnfolded(tensor: Tensor, facts: Facts): boolean {
    const { workspace } = this.model;
    if (tensor.terms.length === 0 || tensor.terms.length > MOST_TERMS) return false;
    const places = new Map(
      workspace
        .quantities(tensor)
        .flatMap(({ quantity }) =>
          quantity.kind === 'value' && this.folding.isMixed(quantity.name) ? [[referenceText(this.#atOneLetter(quantity)), quantity] as const] : [],
        ),
    );
    return [...places.keys()].slice(0, MOST_UNFOLDED).some((place) => {
      const unfolded = this.#replaceInside(tensor, facts, (quantity, known) =>
        quantity.kind === 'value' &&
        this.folding.isMixed(quantity.name) &&
        referenceText(this.#atOneLetter(quantity)) === place &&
        this.#isInside(quantity, known)
          ? this.folding.rightSide(quantity)
          : undefined,
      );
      return unfolded !== tensor && this.isNothing(this.normal(unfolded, facts), facts);
    });
  }

  #isParameterLike(name: string): boolean {
    return this.model.equations.every((equation) => equation.name !== name);
  }

  /** One step of an adjoint's own recursion at its indices. */
  #step(elimination: Elimination, reference: ValueReference): Tensor {
    const declaration = this.model.declarations.get(reference.name);
    const boundary = this.model.boundaries.find(
      (candidate) =>
        candidate.name === reference.name && candidate.indices.every((index, at) => wholeValue(subtractWhole(index, reference.indices[at] as Whole)) === 0),
    );
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
    if (steps.every((step) => step === 0)) return this.#readsAtOnce(elimination, a, b.name) && !this.#readsAtOnce(elimination, b, a.name);
    return sign > 0;
  }

  /** Whether the recursion of a's adjoint reads the adjoint of a name of the same step. */
  #readsAtOnce(elimination: Elimination, a: ValueReference, name: string): boolean {
    if (
      a.name === name ||
      this.model.boundaries.some(
        (boundary) => boundary.name === a.name && boundary.indices.every((index, at) => wholeValue(subtractWhole(index, a.indices[at] as Whole)) === 0),
      )
    )
      return false;
    const letters = this.model.declarations.get(a.name)?.indices ?? [];
    return adjointsIn(elimination.system, elimination.equation(a.name)).some(
      (read) => read.name === name && read.indices.every((index, at) => index.key === letters[at]?.letter),
    );
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
      if (quantity.kind === 'adjoint')
        targets.set(
          quantity.target === undefined ? '' : `${quantity.target.name}[${quantity.target.indices.map((index) => index.key).join()}]`,
          quantity.target,
        );
    }
    return [...targets.values()];
  }

  /** Adjoints, and values that nothing frees or sets, are 0 outside their range (contract §3). */
  dropOutside(tensor: Tensor, facts: Facts): Tensor {
    const { workspace } = this.model;
    const outside = new Set(workspace.quantities(tensor).flatMap(({ quantity }) => (this.#isGone(quantity, facts) ? [quantityKey(quantity)] : [])));
    if (outside.size === 0) return tensor;
    return workspace.replace(tensor, (quantity, dims) => (outside.has(quantityKey(quantity)) ? workspace.zero(dims) : undefined));
  }

  #isGone(quantity: Quantity, facts: Facts): boolean {
    // What is given at a boundary depends on nothing but itself.
    if (quantity.kind === 'partial')
      return referenceText(quantity.numerator) !== referenceText(quantity.denominator) && this.#isBeyond({ kind: 'value', ...quantity.numerator }, facts);
    return this.#isOutside(quantity, facts);
  }

  #isBeyond(quantity: Extract<Quantity, { kind: 'value' | 'adjoint' }>, facts: Facts): boolean {
    const declaration = this.model.declarations.get(quantity.name);
    if (declaration === undefined || declaration.indices.length !== quantity.indices.length) return false;
    return declaration.indices.some((range, at) => {
      const index = quantity.indices[at] as Whole;
      return (
        this.#isNonNegative(shiftWhole(subtractWhole(index, range.to), -1), facts) ||
        this.#isNonNegative(shiftWhole(subtractWhole(range.from, index), -1), facts)
      );
    });
  }

  #isNonNegative(of: Whole, facts: Facts): boolean {
    const plain = wholeValue(of);
    if (plain !== undefined) return plain >= 0;
    const key = `${of.key}|${facts.map((fact) => fact.key).join()}`;
    const known = this.#outside.get(key) ?? provablyNonNegative(of, facts);
    this.#outside.set(key, known);
    return known;
  }

  #isOutside(quantity: Extract<Quantity, { kind: 'value' | 'adjoint' }>, facts: Facts): boolean {
    if (quantity.kind === 'adjoint' && this.#isTooLate(quantity, facts)) return true;
    const declaration = this.model.declarations.get(quantity.name);
    if (declaration === undefined || declaration.indices.length !== quantity.indices.length) return false;
    const outside = this.#isBeyond(quantity, facts);
    if (!outside) return false;
    const same = (indices: readonly Whole[]): boolean => indices.every((index, at) => wholeValue(subtractWhole(index, quantity.indices[at] as Whole)) === 0);
    const exists =
      this.model.boundaries.some((boundary) => boundary.name === quantity.name && boundary.kind !== 'zero' && same(boundary.indices)) ||
      this.model.equations.some((equation) => equation.name === quantity.name && equation.ranges.length < equation.indices.length && same(equation.indices));
    return !exists;
  }

  /** A value of a later step than the target has no way to it, where every equation reads its own step and earlier ones only. */
  #isTooLate(quantity: Extract<Quantity, { kind: 'adjoint' }>, facts: Facts): boolean {
    const [index] = quantity.indices;
    const [end] = quantity.target?.indices ?? [];
    if (index === undefined || end === undefined || quantity.indices.length !== 1 || quantity.target?.indices.length !== 1) return false;
    return provablyNonNegative(shiftWhole(subtractWhole(index, end), -1), facts) && this.#readsBackOnly();
  }

  #readsBackOnly(): boolean {
    const { workspace } = this.model;
    return workspace.remember(this, 'reads back only', () =>
      this.model.equations.every((equation) =>
        workspace.quantities(equation.value).every(({ quantity }) => {
          const [own] = equation.indices;
          const [read] = quantity.kind === 'value' ? quantity.indices : [];
          if (own === undefined || read === undefined) return quantity.kind === 'value' && (read === undefined || equation.ranges.length === 0);
          return (wholeValue(subtractWhole(read, own)) ?? 1) <= 0;
        }),
      ),
    );
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
    const recursion = workspace.substituteLetters(
      found.elimination.equation(lone.name),
      new Map([[this.model.declarations.get(lone.name)?.indices[0]?.letter ?? '', wholeLetter(range.letter)]]),
    );
    const others = adjointsIn(found.system, recursion).filter((reference) => reference.name !== lone.name);
    if (others.length > 0) return false;
    const claimAt = (index: Whole): Tensor => workspace.substituteLetters(right, new Map([[range.letter, index]]));
    const stepped = workspace.replace(recursion, (quantity) =>
      quantity.kind === 'adjoint' && quantity.name === lone.name ? claimAt(quantity.indices[0] as Whole) : undefined,
    );
    const insideFacts = [...facts, shiftWhole(subtractWhole(range.to, wholeLetter(range.letter)), -1)];
    const peeled = peel(this.model, right, range.letter);
    const step = this.normal(workspace.add(stepped, workspace.scale(peeled, -1)), insideFacts);
    if (step.terms.length > 0) return false;
    const last = new Map([[range.letter, range.to]]);
    const base = workspace.add(workspace.substituteLetters(recursion, last), workspace.scale(workspace.substituteLetters(right, last), -1));
    return (
      this.normal(
        base,
        facts.map((fact) => substituteWhole(fact, last)),
      ).terms.length === 0
    );
  }

  /** ∂h_t/∂W = R(t): R obeys the forward recursion (its last terms and factors peeled), and agrees with it at the start. */
  inductionForward(left: Tensor, right: Tensor, ranges: readonly IndexRange[]): boolean {
    const { workspace } = this.model;
    const lone = lonePartial(left);
    const index = lone?.numerator.indices[0];
    const range = index === undefined ? undefined : ranges.find(({ letter }) => index.key === letter);
    if (lone === undefined || range === undefined || lone.reach !== 'total') return false;
    const facts = this.facts(ranges);
    const recursion = this.resolvePartials(this.partials.step(lone), facts);
    const later = this.partials.left(recursion);
    if (
      later.length === 0 ||
      later.some(({ numerator, denominator }) => numerator.name !== lone.numerator.name || referenceText(denominator) !== referenceText(lone.denominator))
    )
      return false;
    const claimAt = (place: Whole): Tensor => workspace.substituteLetters(right, new Map([[range.letter, place]]));
    const stepped = workspace.replace(recursion, (quantity) =>
      quantity.kind === 'partial' && quantity.numerator.name === lone.numerator.name ? claimAt(quantity.numerator.indices[0] as Whole) : undefined,
    );
    const peeled = peel(this.model, right, range.letter);
    const inside = [...facts, shiftWhole(subtractWhole(wholeLetter(range.letter), range.from), -1)];
    if (!this.isNothing(this.chainRule(this.normal(workspace.add(stepped, workspace.scale(peeled, -1)), inside), inside), inside)) return false;
    const first = new Map([[range.letter, range.from]]);
    const base = workspace.add(workspace.substituteLetters(recursion, first), workspace.scale(workspace.substituteLetters(right, first), -1));
    const facts0 = facts.map((fact) => substituteWhole(fact, first));
    return this.isNothing(this.chainRule(this.normal(base, facts0), facts0), facts0);
  }
}

const referenceText = ({ name, indices }: ValueReference): string => `${name}[${indices.map((index) => index.key).join()}]`;

const sameTarget = (a: ValueReference | undefined, b: ValueReference | undefined): boolean =>
  a === undefined || b === undefined ? a === b : referenceText(a) === referenceText(b);

function loneAdjoint(tensor: Tensor): Extract<Quantity, { kind: 'adjoint' }> | undefined {
  const head = tensor.terms[0]?.net.leaves[0]?.head.head;
  return tensor.terms.length === 1 && tensor.terms[0]?.net.leaves.length === 1 && head?.kind === 'symbol' && head.quantity.kind === 'adjoint'
    ? head.quantity
    : undefined;
}

function lonePartial(tensor: Tensor): Extract<Quantity, { kind: 'partial' }> | undefined {
  const head = tensor.terms[0]?.net.leaves[0]?.head.head;
  return tensor.terms.length === 1 && tensor.terms[0]?.net.leaves.length === 1 && head?.kind === 'symbol' && head.quantity.kind === 'partial'
    ? head.quantity
    : undefined;
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
        return workspace.add(
          peel(model, workspace.substituteLetters(body, new Map([[own, head.from]])), letter),
          workspace.rangeSum(own, shiftWhole(head.from, 1), head.to, inner),
        );
      }
      if (head.kind === 'product' && (startsAt(head.to) || startsAt(head.from))) {
        const { letter: own, body } = workspace.open(head);
        const end = startsAt(head.to) ? head.to : head.from;
        const one = workspace.substituteLetters(body, new Map([[own, end]]));
        const rest = startsAt(head.to)
          ? workspace.product(own, head.from, shiftWhole(head.to, -head.step), head.step, body)
          : workspace.product(own, shiftWhole(head.from, head.step), head.to, head.step, body);
        const order = startsAt(head.to) ? [rest, one] : [one, rest];
        return workspace.contract(
          ['a', 'c'],
          [
            { tensor: order[0] as Tensor, labels: ['a', 'b'] },
            { tensor: order[1] as Tensor, labels: ['b', 'c'] },
          ],
        );
      }
      return undefined;
    },
  });
}
