/**
 * Expectations of polynomials in random entries by Wick's rule (Isserlis 1918): sum over all ways of taking each random factor alone
 * (its mean) or in a pair with another of the same name (its variance, on equal indices).
 *
 * For Gaussian entries that is exact. Where only mean and variance are given it is exact as long as no entry can occur more than twice;
 * otherwise higher cumulants enter and the question is refused. Pairings of k factors are at most the involutions of k, so the sum is finite and bounded.
 */

import { BudgetError, InputError } from '../errors.js';
import {
  equalWhole,
  type Head,
  isWholeNumber,
  type Leaf,
  quantityKey,
  type Rational,
  type Tensor,
  type Term,
  type ValueReference,
  type Whole,
  type Workspace,
} from '../network/index.js';

/** Distribution of a random name: independent entries with this mean (the name's dims) and this variance (a scalar). */
export interface Distribution {
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly gaussian: boolean;
}

/** One random entry in a product: a value at letters that number the axes of the product it stands in. */
export interface RandomFactor {
  readonly reference: ValueReference;
  /** Equal numbers are one index. */
  readonly axes: readonly number[];
}

/** One way of pairing: the factors that stand alone, those that are paired, and the value of the term. */
export interface Pairing {
  readonly alone: readonly RandomFactor[];
  readonly pairs: readonly (readonly [RandomFactor, RandomFactor])[];
  readonly value: Tensor;
}

/** A product of the multiplied-out inside, as its factors stand: for showing it entry by entry. */
export interface RandomProduct {
  readonly coefficient: Rational;
  /** The factor that is not random; undefined where it has axes that are summed over. */
  readonly fixed: Tensor | undefined;
  readonly random: readonly RandomFactor[];
  /** Sizes of the axes that the factors' letters number. */
  readonly dims: readonly Whole[];
}

export interface Expectation {
  readonly value: Tensor;
  readonly products: readonly RandomProduct[];
  /** All pairings of all terms, as they were summed, with equal ones counted. */
  readonly pairings: readonly { readonly pairing: Pairing; readonly times: number }[];
}

const MOST_FACTORS = 10;

/** A product with its closed components opened, so that every random factor stands by itself. */
interface FlatNet {
  readonly coefficient: Rational;
  readonly dims: Whole[];
  readonly fixed: { readonly tensor: Tensor; readonly nodes: readonly number[]; readonly power: Rational }[];
  readonly random: { readonly name: string; readonly key: string; readonly reference: ValueReference; readonly nodes: readonly number[] }[];
}

/** E[tensor] for a tensor of any rank. Throws InputError where a random name stands in something that is no polynomial. */
export function expectation(workspace: Workspace, tensor: Tensor, random: ReadonlyMap<string, Distribution>): Expectation {
  const expanded = workspace.expand(tensor);
  const found = new Map<string, { pairing: Pairing; times: number }>();
  const products: RandomProduct[] = [];
  const values: Tensor[] = [workspace.zero(expanded.dims)];
  for (const term of expanded.terms) {
    const flat = flatten(workspace, term, random);
    if (flat.random.length > MOST_FACTORS) throw new BudgetError(`A product of ${flat.random.length} random factors has too many pairings.`);
    products.push(productOf(workspace, flat));
    for (const { alone, pairs } of pairings(flat.random.map(({ key }) => key))) {
      const value = pairingValue(workspace, expanded.dims.length, flat, alone, pairs, random);
      if (value.terms.length === 0) continue;
      values.push(value);
      const factor = (at: number): RandomFactor[] => flat.random.slice(at, at + 1).map(({ reference, nodes }) => ({ reference, axes: nodes }));
      const pairing: Pairing = {
        alone: alone.flatMap(factor),
        pairs: pairs.flatMap(([a, b]) => factor(a).flatMap((x) => factor(b).map((y) => [x, y] as const))),
        value,
      };
      const named = (at: number): string => flat.random[at]?.key ?? '';
      const key = `${alone.map(named).join()}|${pairs.map(([a]) => named(a)).join()}|${value.id}`;
      const known = found.get(key);
      found.set(key, { pairing, times: (known?.times ?? 0) + 1 });
    }
  }
  return { value: workspace.expand(workspace.add(...values)), products, pairings: [...found.values()] };
}

function productOf(workspace: Workspace, { coefficient, fixed, random, dims }: FlatNet): RandomProduct {
  const plain = fixed.every(({ nodes }) => nodes.length === 0);
  const factors = fixed.map(({ tensor, power }) => ({ tensor: workspace.power(tensor, power), labels: [] }));
  return {
    coefficient,
    fixed: plain ? workspace.contract([], factors) : undefined,
    random: random.map(({ reference, nodes }) => ({ reference, axes: nodes })),
    dims,
  };
}

/** Var = E[X²] − E[X]² of a scalar. */
export function variance(
  workspace: Workspace,
  tensor: Tensor,
  random: ReadonlyMap<string, Distribution>,
): { readonly mean: Expectation; readonly secondMoment: Expectation; readonly value: Tensor } {
  const square = workspace.power(tensor, 2);
  const mean = expectation(workspace, tensor, random);
  const secondMoment = expectation(workspace, square, random);
  return { mean, secondMoment, value: workspace.expand(workspace.add(secondMoment.value, workspace.scale(workspace.power(mean.value, 2), -1))) };
}

/** E[X], and the second and fourth cumulant of a scalar: what the standard errors of a sample's mean and variance are made of. */
export function cumulants(
  workspace: Workspace,
  tensor: Tensor,
  random: ReadonlyMap<string, Distribution>,
): { readonly mean: Tensor; readonly second: Tensor; readonly fourth: Tensor } {
  const raw = (order: number): Tensor => expectation(workspace, workspace.power(tensor, order), random).value;
  const [m1, m2, m3, m4] = [raw(1), raw(2), raw(3), raw(4)];
  const product = (coefficient: number, ...factors: readonly Tensor[]): Tensor =>
    workspace.scale(
      workspace.contract(
        [],
        factors.map((factor) => ({ tensor: factor, labels: [] })),
      ),
      coefficient,
    );
  const second = workspace.expand(workspace.add(m2, product(-1, m1, m1)));
  const fourth = workspace.add(m4, product(-4, m3, m1), product(-3, m2, m2), product(12, m2, m1, m1), product(-6, m1, m1, m1, m1));
  return { mean: m1, second, fourth: workspace.expand(fourth) };
}

const isRandomLeaf = (leaf: Leaf, random: ReadonlyMap<string, Distribution>): string | undefined => {
  const { head } = leaf.head;
  return head.kind === 'symbol' && head.quantity.kind === 'value' && random.has(head.quantity.name) ? head.quantity.name : undefined;
};

function mentions(workspace: Workspace, head: Head, random: ReadonlyMap<string, Distribution>): boolean {
  const children = head.kind === 'apply' || head.kind === 'unspecified' ? head.args : 'of' in head && head.kind !== 'indicator' ? [head.of] : [];
  return children.some((child) => workspace.quantities(child).some(({ quantity }) => quantity.kind === 'value' && random.has(quantity.name)));
}

function flatten(workspace: Workspace, term: Term, random: ReadonlyMap<string, Distribution>): FlatNet {
  const flat: FlatNet = { coefficient: term.coefficient, dims: [...term.net.dims], fixed: [], random: [] };
  const add = (leaves: readonly Leaf[], nodes: readonly number[]): void => {
    for (const leaf of leaves) {
      const at = leaf.slots.map((slot) => nodes[slot] ?? 0);
      const name = isRandomLeaf(leaf, random);
      const { head } = leaf.head;
      const whole = isWholeNumber(leaf.power) && leaf.power.numerator > 0n && leaf.power.numerator <= BigInt(MOST_FACTORS);
      if (name !== undefined && whole) {
        const key = head.kind === 'symbol' ? quantityKey(head.quantity) : name;
        const reference = head.kind === 'symbol' && head.quantity.kind === 'value' ? head.quantity : { name, indices: [] };
        for (let copy = 0n; copy < leaf.power.numerator; copy += 1n) flat.random.push({ name, key, reference, nodes: at });
      } else if (name === undefined && !mentions(workspace, head, random)) {
        flat.fixed.push({ tensor: leafTensor(workspace, leaf), nodes: at, power: leaf.power });
      } else if (head.kind === 'sum' && whole && head.of.terms.length === 1) {
        const [inner] = head.of.terms;
        for (let copy = 0n; inner !== undefined && copy < leaf.power.numerator; copy += 1n) {
          const inside = inner.net.dims.map((dim, slot) => (slot < head.of.dims.length ? (at[slot] ?? 0) : flat.dims.push(dim) - 1));
          add(inner.net.leaves, inside);
        }
      } else {
        throw new InputError({
          ruleId: 'not-polynomial',
          message: 'A random vector stands inside something that is no polynomial in its entries.',
          fix: 'Moments are worked out for sums, products and whole powers.',
        });
      }
    }
  };
  add(
    term.net.leaves,
    term.net.dims.map((_, node) => node),
  );
  return flat;
}

function leafTensor(workspace: Workspace, leaf: Leaf): Tensor {
  const { dims } = leaf.head;
  return workspace.fromTerms(dims, [
    {
      coefficient: { numerator: 1n, denominator: 1n },
      net: { dims, leaves: [{ head: leaf.head, slots: dims.map((_, axis) => axis), power: { numerator: 1n, denominator: 1n } }] },
    },
  ]);
}

/** All ways of leaving factors alone or pairing equal ones. */
function pairings(keys: readonly string[]): { alone: readonly number[]; pairs: readonly (readonly [number, number])[] }[] {
  const result: { alone: number[]; pairs: [number, number][] }[] = [];
  const choose = (left: readonly number[], alone: number[], pairs: [number, number][]): void => {
    const [first, ...rest] = left;
    if (first === undefined) {
      result.push({ alone, pairs });
      return;
    }
    choose(rest, [...alone, first], pairs);
    rest.forEach((other, at) => {
      if (keys[other] === keys[first])
        choose(
          rest.filter((_, k) => k !== at),
          alone,
          [...pairs, [first, other]],
        );
    });
  };
  choose(
    keys.map((_, at) => at),
    [],
    [],
  );
  return result;
}

function pairingValue(
  workspace: Workspace,
  rank: number,
  flat: FlatNet,
  alone: readonly number[],
  pairs: readonly (readonly [number, number])[],
  random: ReadonlyMap<string, Distribution>,
): Tensor {
  const label = (node: number): string => `${node}`;
  const sizes = new Map(flat.dims.map((dim, node) => [label(node), dim]));
  const free = Array.from({ length: rank }, (_, node) => label(node));
  const factors = flat.fixed.map(({ tensor, nodes, power }) => ({ tensor: workspace.power(tensor, power), labels: nodes.map(label) }));
  for (const at of alone) {
    const factor = flat.random[at];
    const distribution = random.get(factor?.name ?? '');
    if (factor !== undefined && distribution !== undefined) factors.push({ tensor: distribution.mean, labels: factor.nodes.map(label) });
  }
  for (const [a, b] of pairs) {
    const [x, y] = [flat.random[a], flat.random[b]];
    const distribution = random.get(x?.name ?? '');
    if (x === undefined || y === undefined || distribution === undefined) continue;
    factors.push({ tensor: distribution.variance, labels: [] });
    x.nodes.forEach((node, axis) => {
      const other = y.nodes[axis] ?? node;
      const dim = flat.dims[node] as Whole;
      if (node !== other && equalWhole(dim, flat.dims[other] as Whole)) factors.push({ tensor: workspace.identity(dim), labels: [label(node), label(other)] });
    });
  }
  const used = new Set(factors.flatMap((factor) => factor.labels));
  const untouched = flat.dims.flatMap((dim, node) => (node >= rank && !used.has(label(node)) ? [{ tensor: workspace.whole(dim), labels: [] }] : []));
  return workspace.scale(workspace.contract(free, [...factors, ...untouched], sizes), flat.coefficient);
}

/** Whether an entry may occur more than twice in a product of the tensor: then mean and variance alone do not settle its expectation. */
export function needsHigherCumulants(workspace: Workspace, tensor: Tensor, random: ReadonlyMap<string, Distribution>): boolean {
  return workspace.expand(tensor).terms.some((term) => {
    const factors = flatten(workspace, term, random).random;
    return factors.some(({ name, key }) => random.get(name)?.gaussian === false && factors.filter((other) => other.key === key).length > 2);
  });
}
