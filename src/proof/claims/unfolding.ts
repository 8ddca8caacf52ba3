/**
 * A statement with what is given put in, then equation by equation, the outermost names first: names of one step lie on no cycle, so that ends.
 */

import { equationAt, type Facts, provablyNonNegative, readsOf, simplifyConditions } from '../../calculus/index.js';
import type { Model } from '../../model/model.js';
import { type Quantity, quantityKey, referenceKey, subtractWhole, type Tensor, type ValueReference, type Whole } from '../../network/index.js';
import { type Asymptote, type Claim, type ClaimReason, type ClaimStatement, type ClaimStep, modelUnder } from './claim.js';
import { type Vanishing, vanishingOf } from './limits.js';
import { partialFormula } from './partials.js';
import { factsOfClaim } from './ranges.js';

export class Unfolding {
  readonly model: Model;
  readonly facts: Facts;
  readonly #given: ReadonlyMap<string, Tensor>;
  readonly #vanishing: Vanishing | undefined;
  /** Letters with a single value. */
  readonly #pinned: ReadonlyMap<string, Whole>;
  /** Boundary values that nothing frees or sets. */
  readonly #zeros: ReadonlySet<string>;

  constructor(readonly claim: Claim) {
    this.model = modelUnder(claim);
    this.#vanishing = vanishingOf(claim, this.model.workspace);
    this.#pinned = new Map(claim.ranges.flatMap(({ letter, from, to }) => (from.key === to.key ? [[letter, from] as const] : [])));
    this.facts = factsOfClaim(claim);
    this.#zeros = new Set(this.model.boundaries.flatMap(({ kind, name, indices }) => (kind === 'zero' ? [referenceKey({ name, indices })] : [])));
    this.#given = new Map(
      claim.givens.flatMap(({ reference, value, computed }) => (value === undefined || computed ? [] : [[referenceKey(reference), value] as const])),
    );
  }

  /** Partials become their formulas. */
  worked(tensor: Tensor): Tensor {
    return this.model.workspace.replace(tensor, (quantity) => {
      if (quantity.kind === 'partial') return partialFormula(this.model, quantity.numerator, quantity.denominator, quantity.reach, this.facts);
      const held = quantity.kind === 'value' ? this.claim.partials.get(quantity.name) : undefined;
      return held === undefined ? undefined : partialFormula(this.model, held.numerator, held.denominator, 'total', this.facts, held.held);
    });
  }

  /** The same with what is given put in. */
  start(tensor: Tensor): Tensor {
    return this.#settled(this.worked(tensor));
  }

  /** What functions were said to tend to. */
  get asymptotes(): readonly Asymptote[] {
    return this.#vanishing?.used ?? [];
  }

  /** Given values in place of the names, conditions between letters settled. */
  #settled(tensor: Tensor): Tensor {
    const { workspace } = this.model;
    const pinned = workspace.substituteLetters(tensor, this.#pinned);
    let current = this.#vanishing?.limit(pinned) ?? pinned;
    // A given value may mention a name given later; each round removes one of them.
    for (let round = 0; round <= this.claim.givens.length + this.claim.known.length; round += 1) {
      const next = workspace.replace(current, (quantity) => this.#givenValue(quantity));
      if (next === current) break;
      current = next;
    }
    return simplifyConditions(workspace, current, this.facts);
  }

  #givenValue(quantity: Quantity): Tensor | undefined {
    if (quantity.kind !== 'value') return undefined;
    const equal = this.claim.known.find(({ name }) => name === quantity.name);
    if (equal !== undefined) return this.model.workspace.value(equal.as, quantity.indices, this.model.declarations.get(quantity.name)?.dims ?? []);
    if (this.#zeros.has(referenceKey(quantity))) return this.model.workspace.zero(this.model.declarations.get(quantity.name)?.dims ?? []);
    const plain = this.#given.get(referenceKey(quantity));
    if (plain !== undefined) return plain;
    return this.claim.givens.find(({ reference, value, computed }) => computed && value !== undefined && referenceKey(reference) === referenceKey(quantity))
      ?.value;
  }

  /** The outermost names of the latest step replaced by their right sides; undefined where none is left. */
  next(
    tensors: readonly Tensor[],
  ): { readonly written: readonly Tensor[]; readonly tensors: readonly Tensor[]; readonly references: readonly ValueReference[] } | undefined {
    const { workspace } = this.model;
    const present = new Map<string, Extract<Quantity, { kind: 'value' }>>();
    for (const tensor of tensors)
      for (const { quantity } of workspace.quantities(tensor))
        if (quantity.kind === 'value' && this.#hasEquation(quantity)) present.set(quantityKey(quantity), quantity);
    const references = this.#outermost([...present.values()]);
    if (references.length === 0) return undefined;
    const chosen = new Map(references.map((reference) => [referenceKey(reference), reference]));
    const put = (tensor: Tensor): Tensor =>
      workspace.replace(tensor, (quantity) => (quantity.kind === 'value' && chosen.has(referenceKey(quantity)) ? this.#rightSide(quantity) : undefined));
    const written = tensors.map(put);
    return { written, tensors: written.map((tensor) => this.#settled(tensor)), references };
  }

  #rightSide(reference: ValueReference): Tensor | undefined {
    const at = equationAt(this.model, reference);
    return at === undefined ? undefined : this.model.workspace.substituteLetters(at.equation.value, at.letters);
  }

  /** Computed at this place whatever the letters are: inside the range, and not at a step before that of the claim. */
  #hasEquation(reference: ValueReference): boolean {
    const at = equationAt(this.model, reference);
    if (at === undefined) return false;
    const { equation } = at;
    if (equation.ranges.length < equation.indices.length) return true;
    return equation.ranges.every((range) => {
      const place = at.letters.get(range.letter);
      return (
        place !== undefined &&
        provablyNonNegative(subtractWhole(place, range.from), this.facts) &&
        provablyNonNegative(subtractWhole(range.to, place), this.facts)
      );
    });
  }

  #outermost(present: readonly ValueReference[]): readonly ValueReference[] {
    const reached = new Set(present.flatMap((reference) => this.#inside(reference)));
    const top = present.filter((reference) => !reached.has(referenceKey(reference)));
    return top.length > 0 ? top : present;
  }

  /** Everything of the same step that a name's value is made of. */
  #inside(reference: ValueReference): readonly string[] {
    const seen = new Set<string>();
    const queue: ValueReference[] = [reference];
    for (let current = queue.pop(); current !== undefined; current = queue.pop()) {
      const at = equationAt(this.model, current);
      if (at === undefined) continue;
      const value = this.model.workspace.substituteLetters(at.equation.value, at.letters);
      for (const read of readsOf(this.model, { ...at.equation, value })) {
        const key = referenceKey(read);
        if (seen.has(key) || seen.size > 200) continue;
        seen.add(key);
        if (this.#hasEquation(read)) queue.push(read);
      }
    }
    return [...seen];
  }
}

const ROUNDS = 12;

/** The two sides written, with what is given put in, then equation by equation. */
export function unfoldings(claim: Claim, statement: ClaimStatement): readonly ClaimStep[] {
  const unfolding = new Unfolding(claim);
  const steps: ClaimStep[] = [{ left: statement.left, right: statement.right, reason: { kind: 'written' } }];
  const push = (left: Tensor, right: Tensor, reason: ClaimReason): void => {
    const last = steps.at(-1);
    if (last?.left !== left || last.right !== right) steps.push({ left, right, reason });
  };
  push(unfolding.worked(statement.left), unfolding.worked(statement.right), { kind: 'derivative' });
  push(unfolding.start(statement.left), unfolding.start(statement.right), { kind: 'given', asymptotes: unfolding.asymptotes });
  for (let round = 0; round < ROUNDS; round += 1) {
    const last = steps.at(-1) as ClaimStep;
    const next = unfolding.next([last.left, last.right]);
    if (next === undefined) break;
    push(next.written[0] as Tensor, next.written[1] as Tensor, { kind: 'equations', references: next.references });
    push(next.tensors[0] as Tensor, next.tensors[1] as Tensor, { kind: 'given', asymptotes: unfolding.asymptotes });
  }
  return steps;
}
