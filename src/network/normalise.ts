/**
 * The one normalising constructor: a raw product of leaves becomes canonical terms.
 *
 * Every rewriting below removes a leaf or a slot, or replaces a leaf by smaller ones, so the loop ends.
 */

import { Fault, InputError } from '../errors.js';
import { canonicalNet, type RawLeaf } from './canonical.js';
import { addRational, isWholeNumber, isZero, multiplyRational, negateRational, ONE, powerRational, type Rational, rational, rationalKey } from './rational.js';
import type { Head, InternedHead, Net, Tensor, Term } from './tensor.js';
import {
  addWhole,
  equalWhole,
  lettersOf,
  multiplyWhole,
  scaleWhole,
  subtractWhole,
  WHOLE_ZERO,
  type Whole,
  wholeLetter,
  wholeNumber,
  wholeValue,
} from './whole.js';

/** What the constructor needs of its workspace. */
export interface NormaliserContext {
  head(head: Head, dims: readonly Whole[]): InternedHead;
  tensor(dims: readonly Whole[], terms: readonly Term[]): Tensor;
  /** Like terms collected, in canonical order. */
  collect(dims: readonly Whole[], terms: readonly Term[]): Tensor;
  /** A sum as one factor: the leaf, its slots, and the number pulled out. */
  sumLeaf(sum: Tensor, slots: readonly number[], power: Rational): { leaf: RawLeaf; coefficient: Rational; conditions: readonly RawLeaf[] };
  /** Head of Σ exp(a) along the last axis, for recognising a softmax. */
  exponentialSum(argument: Tensor): InternedHead;
  softmaxHead(argument: Tensor): InternedHead;
  isSumToOne(head: InternedHead): boolean;
  isOrthogonal(head: InternedHead): boolean;
  used(head: InternedHead, fact: string): void;
  /** The diagonal of a sum all of whose terms are diagonal in two of its axes. */
  diagonalOf(sum: Tensor): { readonly axes: readonly [number, number]; readonly rest: Tensor } | undefined;
}

/** A product under construction; nodes are merged by union–find. */
export class RawNet {
  coefficient: Rational = ONE;
  readonly dims: Whole[] = [];
  readonly #parent: number[] = [];
  leaves: RawLeaf[] = [];
  free: number[] = [];

  node(dim: Whole): number {
    this.dims.push(dim);
    this.#parent.push(this.dims.length - 1);
    return this.dims.length - 1;
  }

  find(node: number): number {
    let root = node;
    while (this.#parent[root] !== root) root = this.#parent[root] ?? root;
    this.#parent[node] = root;
    return root;
  }

  union(a: number, b: number): void {
    const x = this.find(a);
    const y = this.find(b);
    if (x === y) return;
    const dx = this.dims[x] as Whole;
    const dy = this.dims[y] as Whole;
    if (!equalWhole(dx, dy)) throw new Fault(`axes of sizes ${dx.key} and ${dy.key} are identified`);
    this.#parent[Math.max(x, y)] = Math.min(x, y);
  }

  scale(by: Rational): void {
    this.coefficient = multiplyRational(this.coefficient, by);
  }

  add(head: InternedHead, slots: readonly number[], power: Rational = ONE): void {
    this.leaves.push({ head, slots, power });
  }

  /** Plugs a net in; its free slots are the given nodes. */
  plug(net: Net, free: readonly number[]): void {
    const nodes = net.dims.map((dim, slot) => free[slot] ?? this.node(dim));
    for (const leaf of net.leaves) this.leaves.push({ head: leaf.head, slots: leaf.slots.map((slot) => nodes[slot] ?? 0), power: leaf.power });
  }
}

const resolve = (raw: RawNet): void => {
  raw.leaves = raw.leaves.map((leaf) => ({ ...leaf, slots: leaf.slots.map((slot) => raw.find(slot)) }));
};

const IDEMPOTENT: ReadonlySet<Head['kind']> = new Set(['delta', 'indicator', 'inclusion', 'order']);

function divisionByZero(): never {
  throw new InputError({ ruleId: 'division-by-zero', message: 'Something that is always zero is divided by.' });
}

/** Collects equal leaves by adding powers. */
function mergeEqual(raw: RawNet): void {
  const merged = new Map<string, RawLeaf>();
  for (const leaf of raw.leaves) {
    const slots = leaf.head.symmetric ? [...leaf.slots].sort((a, b) => a - b) : leaf.slots;
    const key = `${leaf.head.id}(${slots.join(',')})`;
    const known = merged.get(key);
    if (known === undefined) merged.set(key, leaf);
    else if (!IDEMPOTENT.has(leaf.head.head.kind)) merged.set(key, { ...known, power: addRational(known.power, leaf.power) });
  }
  raw.leaves = [...merged.values()].filter((leaf) => !isZero(leaf.power));
}

/** Deltas by union–find; numbers into the coefficient; constant indicators. Returns false when the product is zero. */
function absorbSimple(raw: RawNet, context: NormaliserContext): boolean {
  const kept: RawLeaf[] = [];
  for (const leaf of raw.leaves) {
    const { head } = leaf.head;
    if (head.kind === 'delta' || (head.kind === 'inclusion' && equalWhole(head.part, head.total))) {
      raw.union(leaf.slots[0] ?? 0, leaf.slots[1] ?? 0);
    } else if (head.kind === 'whole') {
      if (!absorbWhole(raw, head.value, leaf.power, kept, context)) return false;
    } else if (head.kind === 'indicator') {
      const value = wholeValue(head.of);
      const holds = value === undefined ? undefined : head.relation === 'zero' ? value === 0 : value >= 0;
      if (holds === false) return false;
      if (holds === undefined) kept.push(canonicalIndicator(leaf, context));
    } else if (head.kind === 'sum' && head.of.dims.length > 1 && rationalKey(leaf.power) === '1') absorbDiagonal(raw, leaf, head.of, kept, context);
    else kept.push(leaf);
  }
  raw.leaves = kept;
  return true;
}

/** diag(a) + diag(b) as a factor is diag(a + b): the delta is pulled out of the sum. */
function absorbDiagonal(raw: RawNet, leaf: RawLeaf, sum: Tensor, kept: RawLeaf[], context: NormaliserContext): void {
  const diagonal = context.diagonalOf(sum);
  if (diagonal === undefined) {
    kept.push(leaf);
    return;
  }
  const [first, second] = diagonal.axes;
  raw.union(leaf.slots[first] ?? 0, leaf.slots[second] ?? 0);
  const inner = context.sumLeaf(
    diagonal.rest,
    leaf.slots.filter((_, axis) => axis !== second),
    ONE,
  );
  raw.scale(inner.coefficient);
  kept.push(inner.leaf, ...inner.conditions);
}

function canonicalIndicator(leaf: RawLeaf, context: NormaliserContext): RawLeaf {
  const { head } = leaf.head;
  if (head.kind !== 'indicator' || head.relation !== 'zero') return leaf;
  const sign = head.of.monomials.find((monomial) => monomial.letters.length > 0)?.coefficient ?? 1;
  return sign > 0 ? leaf : { ...leaf, head: context.head({ ...head, of: scaleWhole(head.of, -1) }, []), power: ONE };
}

function absorbWhole(raw: RawNet, value: Whole, power: Rational, kept: RawLeaf[], context: NormaliserContext): boolean {
  const number = wholeValue(value);
  if (number === 0) return isZero(power) || (power.numerator > 0n ? false : divisionByZero());
  if (number !== undefined && (isWholeNumber(power) || number === 1)) {
    raw.scale(powerRational(rational(number), Number(power.numerator)));
    return true;
  }
  const [only, ...more] = value.monomials;
  if (only !== undefined && more.length === 0 && only.letters.length + (only.coefficient === 1 ? 0 : 1) > 1) {
    // n·d and 2n are split, so that equal factors meet; sizes are positive, hence any power may be split.
    if (only.coefficient !== 1) absorbWhole(raw, wholeNumber(only.coefficient), power, kept, context);
    for (const letter of only.letters) kept.push({ head: context.head({ kind: 'whole', value: wholeLetter(letter) }, []), slots: [], power });
    return true;
  }
  kept.push({ head: context.head({ kind: 'whole', value }, []), slots: [], power });
  return true;
}

/** How often each node occurs in leaves. */
function touches(raw: RawNet): Map<number, RawLeaf[]> {
  const at = new Map<number, RawLeaf[]>();
  for (const leaf of raw.leaves) {
    for (const slot of new Set(leaf.slots)) {
      const list = at.get(slot);
      if (list === undefined) at.set(slot, [leaf]);
      else list.push(leaf);
    }
  }
  return at;
}

/** Two inclusions on one axis: the same block, disjoint blocks, or neither known. Returns false when the product is zero. */
function mergeInclusions(raw: RawNet, context: NormaliserContext): { zero: boolean; changed: boolean } {
  const onPart = new Map<string, RawLeaf>();
  for (const leaf of raw.leaves) {
    if (leaf.head.head.kind !== 'inclusion') continue;
    const key = `${leaf.head.id}@${leaf.slots[1]}`;
    const other = onPart.get(key);
    if (other !== undefined) {
      // One position of a block lies at one place of the axis.
      raw.union(other.slots[0] ?? 0, leaf.slots[0] ?? 0);
      raw.leaves = raw.leaves.filter((candidate) => candidate !== leaf);
      return { zero: false, changed: true };
    }
    onPart.set(key, leaf);
  }
  const onAxis = new Map<number, RawLeaf>();
  for (const leaf of raw.leaves) {
    if (leaf.head.head.kind !== 'inclusion') continue;
    const axis = leaf.slots[0] ?? 0;
    const other = onAxis.get(axis);
    if (other === undefined) {
      onAxis.set(axis, leaf);
      continue;
    }
    const a = other.head.head;
    const b = leaf.head.head;
    if (a.kind !== 'inclusion' || b.kind !== 'inclusion') continue;
    const distance = subtractWhole(b.offset, a.offset);
    if (equalWhole(a.part, b.part) && equalWhole(distance, WHOLE_ZERO)) {
      raw.union(other.slots[1] ?? 0, leaf.slots[1] ?? 0);
      raw.leaves = raw.leaves.filter((candidate) => candidate !== leaf);
      return { zero: false, changed: true };
    }
    if (atLeast(distance, a.part, a.total) || atLeast(scaleWhole(distance, -1), b.part, a.total)) return { zero: true, changed: false };
    const steps = equalWhole(a.part, b.part) ? quotientBy(distance, a.part) : undefined;
    if (steps !== undefined) {
      // Blocks number k and k' of equal size: the same iff k = k'.
      raw.union(other.slots[1] ?? 0, leaf.slots[1] ?? 0);
      raw.leaves = raw.leaves.filter((candidate) => candidate !== leaf);
      raw.add(context.head({ kind: 'indicator', of: steps, relation: 'zero' }, []), []);
      return { zero: false, changed: true };
    }
  }
  return { zero: false, changed: false };
}

/** a ≥ b for all positive sizes, provably: the difference has no negative coefficient and no letter but sizes, which are at least 1. */
function atLeast(a: Whole, b: Whole, total: Whole): boolean {
  const sizes = new Set([...lettersOf(total), ...lettersOf(b)]);
  return subtractWhole(a, b).monomials.every((monomial) => monomial.coefficient >= 0 && monomial.letters.every((letter) => sizes.has(letter)));
}

/** value / by when `by` is a single monomial that divides every monomial of `value`. */
function quotientBy(value: Whole, by: Whole): Whole | undefined {
  const [factor, ...more] = by.monomials;
  if (factor === undefined || more.length > 0) return undefined;
  let quotient = WHOLE_ZERO;
  for (const monomial of value.monomials) {
    const rest = [...monomial.letters];
    for (const letter of factor.letters) {
      const at = rest.indexOf(letter);
      if (at < 0) return undefined;
      rest.splice(at, 1);
    }
    if (monomial.coefficient % factor.coefficient !== 0) return undefined;
    const product = rest.reduce((sum, letter) => multiplyWhole(sum, wholeLetter(letter)), wholeNumber(monomial.coefficient / factor.coefficient));
    quotient = addWhole(quotient, product);
  }
  return quotient;
}

/** Bound axes that sum away: an untouched one is a factor *size*; one that only a sum-to-one axis touches is 1; QᵀQ = I. */
function sumAxes(raw: RawNet, context: NormaliserContext): boolean {
  const free = new Set(raw.free);
  const at = touches(raw);
  for (let node = 0; node < raw.dims.length; node += 1) {
    if (raw.find(node) !== node || free.has(node)) continue;
    const leaves = at.get(node) ?? [];
    const [only, second] = leaves;
    if (only !== undefined && second === undefined && sumsToOneAt(only, node, context)) {
      raw.leaves = raw.leaves.filter((leaf) => leaf !== only);
      raw.dims[node] = wholeNumber(1);
      context.used(only.head, 'sums to one');
      return true;
    }
    if (only !== undefined && second === undefined && isBlockSum(only, node)) {
      raw.leaves = raw.leaves.filter((leaf) => leaf !== only);
      raw.dims[node] = wholeNumber(1);
      return true;
    }
    if (only !== undefined && second !== undefined && leaves.length === 2 && contractOrthogonal(raw, node, only, second, context)) return true;
  }
  return false;
}

function sumsToOneAt(leaf: RawLeaf, node: number, context: NormaliserContext): boolean {
  const last = leaf.slots[leaf.slots.length - 1];
  return last === node && leaf.slots.indexOf(node) === leaf.slots.length - 1 && rationalKey(leaf.power) === '1' && context.isSumToOne(leaf.head);
}

/** Σ over the large axis of an inclusion is 1 for each position of the block. */
const isBlockSum = (leaf: RawLeaf, node: number): boolean => leaf.head.head.kind === 'inclusion' && leaf.slots[0] === node && leaf.slots[1] !== node;

function contractOrthogonal(raw: RawNet, node: number, a: RawLeaf, b: RawLeaf, context: NormaliserContext): boolean {
  if (a.head !== b.head || !context.isOrthogonal(a.head) || rationalKey(a.power) !== '1' || rationalKey(b.power) !== '1') return false;
  const side = a.slots.indexOf(node);
  if (side !== b.slots.indexOf(node) || a.slots[0] === a.slots[1] || b.slots[0] === b.slots[1]) return false;
  raw.union(a.slots[1 - side] ?? 0, b.slots[1 - side] ?? 0);
  raw.leaves = raw.leaves.filter((leaf) => leaf !== a && leaf !== b);
  raw.dims[node] = wholeNumber(1);
  context.used(a.head, 'orthogonal');
  return true;
}

/** Connected parts without a free slot become one scalar leaf each, so that equal ones meet and cancel. */
function closeComponents(raw: RawNet, context: NormaliserContext): void {
  const free = new Set(raw.free);
  const owner = new Map<number, number>();
  const parent = raw.leaves.map((_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while (parent[at] !== at) at = parent[at] ?? at;
    return at;
  };
  raw.leaves.forEach((leaf, index) => {
    for (const slot of leaf.slots) {
      const first = owner.get(slot);
      if (first === undefined) owner.set(slot, index);
      else parent[root(index)] = root(first);
    }
  });
  const groups = new Map<number, RawLeaf[]>();
  raw.leaves.forEach((leaf, index) => {
    const group = groups.get(root(index));
    if (group === undefined) groups.set(root(index), [leaf]);
    else group.push(leaf);
  });
  const result: RawLeaf[] = [];
  for (const group of groups.values()) {
    const closed = group.some((leaf) => leaf.slots.length > 0) && !group.some((leaf) => leaf.slots.some((slot) => free.has(slot)));
    if (!closed) result.push(...group);
    else {
      const { leaf, coefficient, conditions = [] } = closeComponent(raw, group, context);
      result.push(...conditions);
      // The component has summed its axes: they must not count again out here.
      for (const closedLeaf of group) for (const slot of closedLeaf.slots) raw.dims[slot] = wholeNumber(1);
      raw.scale(coefficient);
      if (leaf !== undefined) result.push(leaf);
    }
  }
  raw.leaves = result;
}

function closeComponent(
  raw: RawNet,
  group: readonly RawLeaf[],
  context: NormaliserContext,
): { leaf: RawLeaf | undefined; coefficient: Rational; conditions?: readonly RawLeaf[] } {
  const nodes = [...new Set(group.flatMap((leaf) => leaf.slots))];
  const place = new Map(nodes.map((node, index) => [node, index]));
  const leaves = group.map((leaf) => ({ ...leaf, slots: leaf.slots.map((slot) => place.get(slot) ?? 0) }));
  const dims = nodes.map((node) => raw.dims[node] as Whole);
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined && only.head.head.kind === 'sum' && rationalKey(only.power) === '1' && only.head.head.of.terms.length > 1) {
    const terms = only.head.head.of.terms.flatMap((term) => {
      const part = new RawNet();
      for (const dim of dims) part.node(dim);
      part.scale(term.coefficient);
      part.plug(term.net, only.slots);
      return normalise(part, context);
    });
    const sum = context.collect([], terms);
    if (sum.terms.length === 0) return { leaf: undefined, coefficient: rational(0) };
    if (sum.terms.length === 1) {
      const [term] = sum.terms;
      const [single] = term?.net.leaves ?? [];
      if (term !== undefined && term.net.leaves.length === 0) return { leaf: undefined, coefficient: term.coefficient };
      if (term !== undefined && term.net.leaves.length === 1 && single !== undefined) return { leaf: single, coefficient: term.coefficient };
    }
    return context.sumLeaf(sum, [], ONE);
  }
  const net = canonicalNet(dims, 0, leaves);
  const component = context.tensor([], [{ coefficient: ONE, net }]);
  return { leaf: { head: context.head({ kind: 'sum', of: component }, []), slots: [], power: ONE }, coefficient: ONE };
}

/** exp(a)/Σ exp(a) is softmax(a). */
function recogniseSoftmax(raw: RawNet, context: NormaliserContext): boolean {
  if (!raw.leaves.some((leaf) => leaf.power.numerator < 0n)) return false;
  for (const leaf of raw.leaves) {
    const { head } = leaf.head;
    if (head.kind !== 'apply' || head.operator.name !== 'exp' || leaf.slots.length === 0 || leaf.power.numerator <= 0n || !isWholeNumber(leaf.power)) continue;
    const [argument] = head.args;
    if (argument === undefined || argument.dims.length !== leaf.slots.length) continue;
    const total = context.exponentialSum(argument);
    const rest = leaf.slots.slice(0, -1);
    const divisor = raw.leaves.find(
      (other) => other.head === total && other.power.numerator < 0n && isWholeNumber(other.power) && other.slots.join() === rest.join(),
    );
    if (divisor === undefined) continue;
    const common = leaf.power.numerator < -divisor.power.numerator ? leaf.power : negateRational(divisor.power);
    raw.leaves = raw.leaves.filter((other) => other !== leaf && other !== divisor);
    const left = addRational(leaf.power, negateRational(common));
    if (!isZero(left)) raw.add(leaf.head, leaf.slots, left);
    const rightLeft = addRational(divisor.power, common);
    if (!isZero(rightLeft)) raw.add(divisor.head, divisor.slots, rightLeft);
    raw.add(context.softmaxHead(argument), leaf.slots, common);
    return true;
  }
  return false;
}

/** Canonical terms of the product; none when it is zero. */
export function normalise(raw: RawNet, context: NormaliserContext): Term[] {
  for (;;) {
    if (!absorbSimple(raw, context)) return [];
    resolve(raw);
    raw.free = raw.free.map((node) => raw.find(node));
    mergeEqual(raw);
    const merged = mergeInclusions(raw, context);
    if (merged.zero) return [];
    if (merged.changed) continue;
    if (sumAxes(raw, context)) continue;
    countUntouched(raw, context);
    closeComponents(raw, context);
    mergeEqual(raw);
    if (isZero(raw.coefficient)) return [];
    if (recogniseSoftmax(raw, context)) continue;
    if (!raw.leaves.some((leaf) => leaf.head.head.kind === 'whole' || leaf.head.head.kind === 'delta')) break;
    if (raw.leaves.every((leaf) => leaf.head.head.kind !== 'whole' || wholeValue(leaf.head.head.value) === undefined || !isWholeNumber(leaf.power))) break;
  }
  return isZero(raw.coefficient) ? [] : finish(raw, context);
}

function countUntouched(raw: RawNet, context: NormaliserContext): void {
  const free = new Set(raw.free);
  const at = touches(raw);
  for (let node = 0; node < raw.dims.length; node += 1) {
    if (raw.find(node) !== node || free.has(node) || at.has(node)) continue;
    const dim = raw.dims[node] as Whole;
    raw.dims[node] = wholeNumber(1);
    const value = wholeValue(dim);
    if (value !== undefined) raw.scale(rational(value));
    else {
      const kept: RawLeaf[] = [];
      absorbWhole(raw, dim, ONE, kept, context);
      raw.leaves.push(...kept);
    }
  }
}

/** Numbers the slots, keeps a delta where two free slots became one, and flattens a lone sum. */
function finish(raw: RawNet, context: NormaliserContext): Term[] {
  const [only] = raw.leaves;
  if (raw.leaves.length === 1 && only !== undefined && only.head.head.kind === 'sum' && rationalKey(only.power) === '1' && only.head.head.of.terms.length > 1) {
    return only.head.head.of.terms.flatMap((term) => {
      const part = new RawNet();
      for (const dim of raw.dims) part.node(dim);
      for (let node = 0; node < raw.dims.length; node += 1) if (raw.find(node) !== node) part.union(node, raw.find(node));
      part.free = [...raw.free];
      part.scale(multiplyRational(raw.coefficient, term.coefficient));
      part.plug(term.net, only.slots);
      return normalise(part, context);
    });
  }
  const place = new Map<number, number>();
  const dims: Whole[] = [];
  const leaves: RawLeaf[] = [];
  raw.free.forEach((node, slot) => {
    const dim = raw.dims[node] as Whole;
    dims.push(dim);
    const first = place.get(node);
    if (first === undefined) place.set(node, slot);
    else leaves.push({ head: context.head({ kind: 'delta', dim }, [dim, dim]), slots: [first, slot], power: ONE });
  });
  for (const leaf of raw.leaves) {
    const slots = leaf.slots.map((node) => {
      let slot = place.get(node);
      if (slot === undefined) {
        slot = dims.length;
        place.set(node, slot);
        dims.push(raw.dims[node] as Whole);
      }
      return slot;
    });
    leaves.push({ head: leaf.head, slots, power: leaf.power });
  }
  return [{ coefficient: raw.coefficient, net: canonicalNet(dims, raw.free.length, leaves) }];
}
