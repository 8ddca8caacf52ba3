/**
 * Folding and unfolding the model's own equations: tanh(W h_{t−1} + U x_t + b) is h_t wherever it occurs, at whatever step.
 *
 * Unfolding replaces names that carry no state, which lie on no cycle, so it ends; folding replaces a head by a name, so it ends too.
 */

import { cyclesOutside, stateNames } from '../calculus/index.js';
import type { Equation, Model } from '../model/model.js';
import {
  type Head,
  type InternedHead,
  isOne,
  type Leaf,
  type Quantity,
  quantityKey,
  subtractWhole,
  type Tensor,
  type Whole,
  wholeLetter,
  wholeName,
} from '../network/index.js';

interface FoldRule {
  readonly equation: Equation;
  readonly leaf: Leaf;
  /** Axes of the right side. */
  readonly dims: readonly Whole[];
}

const FOLDABLE: ReadonlySet<Head['kind']> = new Set(['apply', 'softmax', 'unspecified']);

export class Folding {
  readonly #rules: FoldRule[] = [];
  /** States whose right side is no single function of something: folded where they stand as a whole argument of a function. */
  readonly #mixed: readonly { readonly equation: Equation; readonly written: Tensor }[];
  /** Names whose right side is no single function of something: they are written out. */
  readonly transparent: ReadonlySet<string>;

  constructor(readonly model: Model) {
    const states = new Set(stateNames(model));
    const cyclic = cyclesOutside(model, states);
    const general = model.equations.filter((equation) => equation.ranges.length === equation.indices.length);
    this.transparent = new Set(
      general
        .filter(
          (equation) => loneLeaf(equation.value) === undefined && !states.has(equation.name) && !cyclic.has(equation.name) && equation.name !== model.loss,
        )
        .map((equation) => equation.name),
    );
    const mixed: { equation: Equation; written: Tensor }[] = [];
    for (const equation of general) {
      const written = model.workspace.expand(this.#writeOut(equation.value));
      const leaf = loneLeaf(written);
      if (leaf !== undefined) this.#rules.push({ equation, leaf, dims: written.dims });
      else if (states.has(equation.name) && equation.ranges.length > 0) mixed.push({ equation, written });
    }
    this.#mixed = mixed;
  }

  /** Names without a function of their own written out, functions folded back to names, everything multiplied out. */
  normal(tensor: Tensor): Tensor {
    const { workspace } = this.model;
    let current = workspace.expand(this.#writeOut(tensor));
    // Every pass that changes something removes at least one head in favour of a name.
    for (;;) {
      const folded = workspace.expand(this.#writeOut(this.#foldOnce(current)));
      if (folded === current) return current;
      current = folded;
    }
  }

  /** One step of the recursion: each computed name's right side in its place. */
  unfoldNames(tensor: Tensor, names: ReadonlySet<string>): Tensor {
    return this.model.workspace.replace(tensor, (quantity) => (quantity.kind === 'value' && names.has(quantity.name) ? this.rightSide(quantity) : undefined));
  }

  /** Whether a name is a state that is no single function of something: c_t of an LSTM, h_t of a GRU. */
  isMixed(name: string): boolean {
    return this.#mixed.some(({ equation }) => equation.name === name);
  }

  #writeOut(tensor: Tensor): Tensor {
    const { workspace } = this.model;
    let current = tensor;
    // Transparent names lie on no cycle: at most as many rounds as there are of them.
    for (let round = 0; round <= this.transparent.size; round += 1) {
      const next = workspace.replace(current, (quantity) =>
        quantity.kind === 'value' && this.transparent.has(quantity.name) ? this.rightSide(quantity) : undefined,
      );
      if (next === current) break;
      current = next;
    }
    return current;
  }

  /** What a computed value is, by its own equation. */
  rightSide(quantity: Extract<Quantity, { kind: 'value' }>): Tensor | undefined {
    const { workspace } = this.model;
    const equation = this.model.equations.find((candidate) => candidate.name === quantity.name && candidate.ranges.length === candidate.indices.length);
    if (equation === undefined) return undefined;
    const letters = new Map<string, Whole>();
    equation.indices.forEach((index, at) => {
      const letter = wholeName(index);
      const place = quantity.indices[at];
      if (letter !== undefined && place !== undefined) letters.set(letter, place);
    });
    return workspace.substituteLetters(equation.value, letters);
  }

  #foldOnce(tensor: Tensor): Tensor {
    return this.model.workspace.rebuild(tensor, { head: (head) => this.#fold(head) });
  }

  /** c_t for f_t ⊙ c_{t−1} + i_t ⊙ c̃_t inside a function. */
  #foldArguments(head: Head): Tensor | undefined {
    const { workspace } = this.model;
    const folded = childrenOf(head).map((child) => this.#stateOf(child));
    if (folded.every((child) => child === undefined)) return undefined;
    const children = childrenOf(head).map((child, at) => folded[at] ?? child);
    switch (head.kind) {
      case 'apply':
        return workspace.apply(head.operator, ...children);
      case 'softmax':
        return workspace.softmax(children[0] as Tensor);
      case 'unspecified':
        return workspace.unspecified(head.name, head.indices, head.entrywise, head.dims, children, head.wrt);
      default:
        return undefined;
    }
  }

  /** The state whose right side a tensor is. */
  #stateOf(tensor: Tensor): Tensor | undefined {
    const { workspace } = this.model;
    for (const { equation, written } of this.#mixed) {
      if (written.terms.length !== tensor.terms.length || written.dims.length !== tensor.dims.length) continue;
      for (const letters of this.#matches(equation, valuesOf(this.model, written), valuesOf(this.model, tensor))) {
        if (workspace.expand(this.#writeOut(workspace.substituteLetters(written, letters))) !== workspace.expand(tensor)) continue;
        return workspace.value(
          equation.name,
          equation.indices.map((index) => letters.get(wholeName(index) ?? '') ?? index),
          tensor.dims,
        );
      }
    }
    return undefined;
  }

  #fold(head: Head): Tensor | undefined {
    if (!FOLDABLE.has(head.kind)) return undefined;
    const inside = this.#foldArguments(head);
    if (inside !== undefined) return inside;
    for (const rule of this.#rules) {
      if (!sameOperation(rule.leaf.head.head, head)) continue;
      for (const letters of this.#places(rule, head)) {
        const placed = this.model.workspace.substituteLetters(
          this.model.workspace.fromTerms(rule.dims, [{ coefficient: { numerator: 1n, denominator: 1n }, net: { dims: rule.dims, leaves: [rule.leaf] } }]),
          letters,
        );
        const leaf = loneLeaf(placed);
        if (leaf === undefined || leaf.head.head !== head) continue;
        const symbol = this.model.workspace.value(
          rule.equation.name,
          rule.equation.indices.map((index) => letters.get(wholeName(index) ?? '') ?? index),
          placed.dims,
        );
        return this.model.workspace.permute(symbol, leaf.slots);
      }
    }
    return undefined;
  }

  /** Values of the rule's letters under which it might be this head: read off names that occur in both. */
  #places(rule: FoldRule, head: Head): readonly ReadonlyMap<string, Whole>[] {
    return this.#matches(rule.equation, valuesIn(this.model, rule.leaf.head), valuesInHead(this.model, head));
  }

  #matches(equation: Equation, own: readonly ValueQuantity[], others: readonly ValueQuantity[]): readonly ReadonlyMap<string, Whole>[] {
    const letters = equation.ranges.map((range) => range.letter);
    if (letters.length === 0) return [new Map()];
    const candidates = letters.map((letter) => {
      const found = new Map<string, Whole>();
      for (const mine of own) {
        for (const theirs of others) {
          if (mine.name !== theirs.name || mine.indices.length !== theirs.indices.length) continue;
          mine.indices.forEach((index, at) => {
            const shift = subtractWhole(index, wholeLetter(letter));
            if (shift.monomials.some((monomial) => monomial.letters.length > 0)) return;
            const place = subtractWhole(theirs.indices[at] as Whole, shift);
            found.set(place.key, place);
          });
        }
      }
      return [...found.values()].slice(0, 4);
    });
    return candidates
      .reduce<ReadonlyMap<string, Whole>[]>(
        (all, places, at) => all.flatMap((one) => places.map((place) => new Map([...one, [letters[at] ?? '', place]]))),
        [new Map()],
      )
      .slice(0, 16);
  }
}

function loneLeaf(tensor: Tensor): Leaf | undefined {
  const [term] = tensor.terms;
  const [leaf] = term?.net.leaves ?? [];
  if (tensor.terms.length !== 1 || term === undefined || leaf === undefined || term.net.leaves.length !== 1) return undefined;
  const whole = leaf.slots.length === tensor.dims.length && new Set(leaf.slots).size === leaf.slots.length;
  return whole && isOne(term.coefficient) && isOne(leaf.power) && FOLDABLE.has(leaf.head.head.kind) ? leaf : undefined;
}

function sameOperation(a: Head, b: Head): boolean {
  if (a.kind === 'apply' && b.kind === 'apply') return a.operator === b.operator;
  if (a.kind === 'unspecified' && b.kind === 'unspecified') return a.name === b.name && a.wrt.join() === b.wrt.join();
  return a.kind === b.kind;
}

const childrenOf = (head: Head): readonly Tensor[] =>
  head.kind === 'apply' || head.kind === 'unspecified' ? head.args : head.kind === 'softmax' ? [head.of] : [];
type ValueQuantity = Extract<Quantity, { kind: 'value' }>;
const valuesAmong = (quantities: readonly { readonly quantity: Quantity }[]): readonly ValueQuantity[] =>
  [...new Map(quantities.map(({ quantity }) => [quantityKey(quantity), quantity])).values()].filter(
    (quantity): quantity is ValueQuantity => quantity.kind === 'value',
  );
const valuesOf = (model: Model, tensor: Tensor): readonly ValueQuantity[] => valuesAmong(model.workspace.quantities(tensor));
const valuesInHead = (model: Model, head: Head): readonly ValueQuantity[] =>
  valuesAmong(childrenOf(head).flatMap((child) => model.workspace.quantities(child)));
const valuesIn = (model: Model, head: InternedHead): readonly ValueQuantity[] => valuesInHead(model, head.head);
