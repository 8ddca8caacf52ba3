/**
 * Expansion: products over sums, factors free of the letter out of range sums, lower bounds moved to 1.
 * After it, equal expressions of this language are one object: this is how equality is proved.
 *
 * Each rewriting strictly lowers the nesting of sums or moves a factor outwards, so it ends; the number of terms is bounded.
 */

import { BudgetError } from '../errors.js';
import type { NetworkWorkspace } from './engine.js';
import { RawNet } from './normalise.js';
import { isOne, isWholeNumber, ONE, type Rational } from './rational.js';
import { rebuild } from './rebuild.js';
import type { Head, Leaf, Tensor, Term } from './tensor.js';
import { addWhole, lettersOf, shiftWhole, subtractWhole, WHOLE_ONE, type Whole, wholeLetter, wholeName, wholeValue } from './whole.js';

const TERM_BUDGET = 20_000;
const LARGEST_POWER = 12n;

export function expand(workspace: NetworkWorkspace, tensor: Tensor): Tensor {
  const known = workspace.expanded.get(tensor.id);
  if (known !== undefined) return known;
  const inside = expandHeads(workspace, tensor);
  const terms = inside.terms.flatMap((term) => distribute(workspace, inside.dims.length, term));
  const made = workspace.collect(inside.dims, terms);
  workspace.expanded.set(tensor.id, made);
  workspace.expanded.set(made.id, made);
  return made;
}

/** Expands the arguments of all heads, and range sums term by term. */
function expandHeads(workspace: NetworkWorkspace, tensor: Tensor): Tensor {
  const head = (given: Head): Tensor | undefined => {
    switch (given.kind) {
      case 'apply':
        return workspace.apply(given.operator, ...given.args.map((arg) => expand(workspace, arg)));
      case 'unspecified':
        return workspace.unspecified(
          given.name,
          given.indices,
          given.entrywise,
          given.dims,
          given.args.map((arg) => expand(workspace, arg)),
          given.wrt,
        );
      case 'softmax':
        return workspace.softmax(expand(workspace, given.of));
      case 'held':
        return workspace.held(expand(workspace, given.of));
      case 'power':
        return workspace.matrixPower(expand(workspace, given.of), given.exponent);
      case 'product':
        return expandProduct(workspace, given);
      case 'sum':
        return expandComponent(workspace, given.of);
      case 'rangeSum':
        return expandRangeSum(workspace, given);
      case 'symbol':
      case 'delta':
      case 'whole':
      case 'indicator':
      case 'inclusion':
      case 'order':
        return undefined;
    }
  };
  return rebuild(workspace, tensor, { head });
}

/** A closed component is its own only leaf: expand what is inside its net, not the leaf again. */
function expandComponent(workspace: NetworkWorkspace, of: Tensor): Tensor {
  const [term] = of.terms;
  if (of.terms.length !== 1 || of.dims.length !== 0 || term === undefined || term.net.dims.length === 0) return expand(workspace, of);
  const known = workspace.expanded.get(of.id);
  if (known !== undefined) return known;
  const inner = expandHeads(workspace, of);
  const flat = workspace.collect(
    [],
    inner.terms.flatMap((part) => openAndDistribute(workspace, part)),
  );
  workspace.expanded.set(of.id, flat);
  return flat;
}

/** Distributes sums inside a closed component, whose bound slots are opened for it. */
function openAndDistribute(workspace: NetworkWorkspace, term: Term): Term[] {
  const parts = term.net.leaves.map((leaf) => {
    const component = leaf.head.head.kind === 'sum' && leaf.slots.length === 0 ? leaf.head.head.of : undefined;
    const [only] = component?.terms ?? [];
    return component !== undefined && component.terms.length === 1 && only !== undefined && only.net.dims.length > 0 && isPositiveWhole(leaf.power)
      ? { leaf, open: workspace.collect([], distribute(workspace, 0, only)) }
      : { leaf, open: undefined };
  });
  if (parts.every(({ leaf, open }) => open === undefined || (open.terms.length === 1 && open.terms[0]?.net.leaves[0]?.head === leaf.head)))
    return distribute(workspace, 0, term);
  const raw = new RawNet();
  raw.scale(term.coefficient);
  const factors: { tensor: Tensor; power: Rational }[] = [];
  for (const { leaf, open } of parts) {
    if (open === undefined) raw.add(leaf.head, [], leaf.power);
    else factors.push({ tensor: open, power: leaf.power });
  }
  let product = workspace.fromRaw(raw);
  for (const { tensor, power } of factors) for (let k = 0n; k < power.numerator; k += 1n) product = multiplyScalars(workspace, product, tensor);
  return [...product.terms];
}

function multiplyScalars(workspace: NetworkWorkspace, a: Tensor, b: Tensor): Tensor {
  const parts = a.terms.flatMap((x) =>
    b.terms.map((y) => {
      const raw = new RawNet();
      raw.scale(x.coefficient);
      raw.scale(y.coefficient);
      raw.plug(x.net, []);
      raw.plug(y.net, []);
      return workspace.fromRaw(raw);
    }),
  );
  return parts.length === 0 ? workspace.zero([]) : workspace.add(...parts);
}

const isPositiveWhole = (power: Rational): boolean => isWholeNumber(power) && power.numerator > 0n && power.numerator <= LARGEST_POWER;

/** One product of sums becomes a sum of products. */
function distribute(workspace: NetworkWorkspace, rank: number, term: Term): Term[] {
  let partial: { coefficient: Rational; leaves: { leaf: Leaf | undefined; term: Term | undefined; slots: readonly number[] }[] }[] = [
    { coefficient: term.coefficient, leaves: [] },
  ];
  let changed = false;
  for (const leaf of term.net.leaves) {
    const { head } = leaf.head;
    const sum =
      head.kind === 'sum' && head.of.terms.length > 1 && isPositiveWhole(leaf.power)
        ? head.of
        : head.kind === 'whole' && isPositiveWhole(leaf.power)
          ? expandWhole(workspace, head.value)
          : undefined;
    if (sum === undefined || sum.terms.length < 2) {
      for (const part of partial) part.leaves.push({ leaf, term: undefined, slots: leaf.slots });
      continue;
    }
    changed = true;
    for (let k = 0n; k < leaf.power.numerator; k += 1n) {
      partial = partial.flatMap((part) =>
        sum.terms.map((choice) => ({ coefficient: part.coefficient, leaves: [...part.leaves, { leaf: undefined, term: choice, slots: leaf.slots }] })),
      );
      if (partial.length > TERM_BUDGET) throw new BudgetError(`Multiplying out gives more than ${TERM_BUDGET} terms.`);
    }
  }
  if (!changed) return [term];
  return partial.flatMap((part) => {
    const raw = new RawNet();
    const nodes = term.net.dims.map((dim) => raw.node(dim));
    raw.free = nodes.slice(0, rank);
    raw.scale(part.coefficient);
    for (const { leaf, term: choice, slots } of part.leaves) {
      const places = slots.map((slot) => nodes[slot] ?? 0);
      if (leaf !== undefined) raw.add(leaf.head, places, leaf.power);
      else if (choice !== undefined) {
        raw.scale(choice.coefficient);
        raw.plug(choice.net, places);
      }
    }
    const product = workspace.fromRaw(raw);
    return product.terms.flatMap((again) => distribute(workspace, rank, again));
  });
}

function expandWhole(workspace: NetworkWorkspace, value: Whole): Tensor | undefined {
  if (value.monomials.length < 2) return undefined;
  const parts = value.monomials.map((monomial) => {
    const product = workspace.contract(
      [],
      monomial.letters.map((letter) => ({ tensor: workspace.whole(wholeLetter(letter)), labels: [] })),
    );
    return workspace.scale(product, monomial.coefficient);
  });
  return workspace.add(...parts);
}

/** Σ_t (a_t + b_t) = Σ_t a_t + Σ_t b_t; t-free factors go outside; bounds begin at 1, or at a bare letter; triangles are summed inner index first. */
function expandRangeSum(workspace: NetworkWorkspace, head: Extract<Head, { kind: 'rangeSum' }>): Tensor {
  const { letter, body: opened } = workspace.open(head);
  const constant = head.from.monomials.find((monomial) => monomial.letters.length === 0)?.coefficient ?? 0;
  const start = head.from.monomials.every((monomial) => monomial.letters.length === 0) ? WHOLE_ONE : shiftWhole(head.from, -constant);
  const shift = subtractWhole(start, head.from);
  const moved = expand(
    workspace,
    wholeValue(shift) === 0 ? opened : workspace.substituteLetters(opened, new Map([[letter, subtractWhole(wholeLetter(letter), shift)]])),
  );
  const to = addWhole(head.to, shift);
  const parts = moved.terms.map(
    (term) => swapTriangle(workspace, letter, start, to, moved.dims, term) ?? pullOut(workspace, letter, start, to, moved.dims.length, term),
  );
  return parts.length === 0 ? workspace.zero(moved.dims) : workspace.add(...parts);
}

/** Σ_{t=1}^{T} a_t Σ_{s=t}^{S} b_{s,t} = Σ_{s=1}^{S} Σ_{t=1}^{s} a_t b_{s,t} where S ≤ T. The inner sum no longer begins at a letter, so this happens once a pair. */
function swapTriangle(workspace: NetworkWorkspace, letter: string, from: Whole, to: Whole, dims: readonly Whole[], term: Term): Tensor | undefined {
  if (wholeValue(from) !== 1) return undefined;
  for (const leaf of term.net.leaves) {
    const { head } = leaf.head;
    if (head.kind !== 'rangeSum' || !isOne(leaf.power) || wholeName(head.from) !== letter || lettersOf(head.to).has(letter)) continue;
    const room = wholeValue(subtractWhole(to, head.to));
    if (room === undefined || room < 0) continue;
    const inner = workspace.open(head);
    const own = `${inner.letter}'`;
    const body = workspace.substituteLetters(inner.body, new Map([[inner.letter, wholeLetter(own)]]));
    const raw = new RawNet();
    const nodes = term.net.dims.map((dim) => raw.node(dim));
    raw.free = nodes.slice(0, dims.length);
    raw.scale(term.coefficient);
    for (const other of term.net.leaves)
      if (other !== leaf)
        raw.add(
          other.head,
          other.slots.map((slot) => nodes[slot] ?? 0),
          other.power,
        );
    workspace.plug(
      raw,
      body,
      leaf.slots.map((slot) => nodes[slot] ?? 0),
      ONE,
    );
    const product = workspace.fromRaw(raw);
    return expand(workspace, workspace.rangeSum(own, WHOLE_ONE, head.to, workspace.rangeSum(letter, WHOLE_ONE, wholeLetter(own), product)));
  }
  return undefined;
}

function expandProduct(workspace: NetworkWorkspace, head: Extract<Head, { kind: 'product' }>): Tensor {
  const { letter, body } = workspace.open(head);
  return workspace.product(letter, head.from, head.to, head.step, expand(workspace, body));
}

function pullOut(workspace: NetworkWorkspace, letter: string, from: Whole, to: Whole, rank: number, term: Term): Tensor {
  const inside = term.net.leaves.filter((leaf) => leaf.head.letters.has(letter));
  const outside = term.net.leaves.filter((leaf) => !leaf.head.letters.has(letter));
  const outsideSlots = new Set(outside.flatMap((leaf) => leaf.slots));
  const shared = [...new Set(inside.flatMap((leaf) => leaf.slots))].filter((slot) => slot < rank || outsideSlots.has(slot)).sort((a, b) => a - b);
  const raw = new RawNet();
  const nodes = term.net.dims.map((dim) => raw.node(dim));
  raw.free = shared.map((slot) => nodes[slot] ?? 0);
  for (const leaf of inside)
    raw.add(
      leaf.head,
      leaf.slots.map((slot) => nodes[slot] ?? 0),
      leaf.power,
    );
  const touched = new Set(inside.flatMap((leaf) => leaf.slots));
  dropUntouched(raw, term, touched, nodes);
  const body = workspace.fromRaw(raw);
  const sum = inside.length === 0 ? workspace.whole(addWhole(subtractWhole(to, from), WHOLE_ONE)) : workspace.rangeSum(letter, from, to, body);
  const result = new RawNet();
  const places = term.net.dims.map((dim) => result.node(dim));
  result.free = places.slice(0, rank);
  result.scale(term.coefficient);
  for (const leaf of outside)
    result.add(
      leaf.head,
      leaf.slots.map((slot) => places[slot] ?? 0),
      leaf.power,
    );
  // Slots summed inside the range sum must not count as untouched outside it.
  touched.forEach((slot) => {
    if (!shared.includes(slot)) result.dims[places[slot] ?? 0] = WHOLE_ONE;
  });
  workspace.plug(result, sum, inside.length === 0 ? [] : shared.map((slot) => places[slot] ?? 0), ONE);
  return workspace.fromRaw(result);
}

/** Slots that no inside leaf touches belong to the outside: they count nothing in here. */
function dropUntouched(raw: RawNet, term: Term, touched: ReadonlySet<number>, nodes: readonly number[]): void {
  term.net.dims.forEach((_, slot) => {
    const node = nodes[slot] ?? 0;
    if (!touched.has(slot)) raw.dims[node] = WHOLE_ONE;
  });
}
