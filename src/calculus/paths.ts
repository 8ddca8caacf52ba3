/**
 * The Leibniz form: a derivative as the sum over paths of products of named partials, then factored along common prefixes.
 *
 * The graph is that of the unrolled model at given lengths: nodes are values at numeric indices, edges immediate partials. It is acyclic
 * (a model whose values need themselves is refused when it is read), so both the count and the enumeration end; the count comes first.
 */

import { InputError } from '../errors.js';
import type { Equation, Model } from '../model/model.js';
import { evaluateWhole, type Head, type Tensor, type ValueReference, type Whole, wholeNumber } from '../network/index.js';

/** A value at numeric indices. */
export interface Instance {
  readonly name: string;
  readonly indices: readonly number[];
}

export interface PathEdge {
  readonly from: Instance;
  readonly to: Instance;
}

/** Sum over the uses: each edge to a node, followed by that node's own tree; a leaf is the value differentiated by. */
export interface PathTree {
  readonly node: Instance;
  readonly branches: readonly { readonly edge: PathEdge; readonly rest: PathTree }[];
}

export interface Paths {
  readonly target: Instance;
  readonly by: Instance;
  /** Number of products in the fully expanded sum. */
  readonly count: number;
  /** Number of edges of the shared graph: what the recursion costs instead. */
  readonly edges: number;
  /** Expanded: one list of edges a product, outermost first. */
  readonly products: readonly (readonly PathEdge[])[];
  /** The same with common prefixes factored. */
  readonly tree: PathTree;
}

export const instanceKey = (instance: Instance): string => `${instance.name}[${instance.indices.join(',')}]`;
export const instanceReference = (instance: Instance): ValueReference => ({ name: instance.name, indices: instance.indices.map(wholeNumber) });

/** What an instance reads, at numeric indices: sums over letters are written out. */
function readsAt(tensor: Tensor, letters: ReadonlyMap<string, number>): readonly Instance[] {
  const found = new Map<string, Instance>();
  const number = (value: Whole, inner: ReadonlyMap<string, number>): number => {
    const result = evaluateWhole(value, inner);
    if (result === undefined)
      throw new InputError({
        ruleId: 'length-missing',
        message: `The paths need a number for ${[...value.monomials.flatMap((monomial) => monomial.letters)].filter((letter) => !inner.has(letter)).join(', ')}.`,
        fix: 'Write the lengths after the question: `, T = 2`.',
      });
    return result;
  };
  const visit = (current: Tensor, inner: ReadonlyMap<string, number>): void => {
    for (const term of current.terms) for (const leaf of term.net.leaves) visitHead(leaf.head.head, inner);
  };
  const visitHead = (head: Head, inner: ReadonlyMap<string, number>): void => {
    if (head.kind === 'symbol') {
      if (head.quantity.kind !== 'value') return;
      const instance = { name: head.quantity.name, indices: head.quantity.indices.map((index) => number(index, inner)) };
      found.set(instanceKey(instance), instance);
    } else if (head.kind === 'rangeSum') {
      for (let at = number(head.from, inner); at <= number(head.to, inner); at += 1) visit(head.of, new Map([...inner, [head.letter, at]]));
    } else if (head.kind === 'apply' || head.kind === 'unspecified') head.args.forEach((arg) => visit(arg, inner));
    else if (head.kind === 'softmax' || head.kind === 'sum' || head.kind === 'power' || head.kind === 'product') visit(head.of, inner);
  };
  visit(tensor, letters);
  return [...found.values()];
}

/** The equation of an instance at these lengths, if it is computed there. */
function equationOf(
  model: Model,
  instance: Instance,
  lengths: ReadonlyMap<string, number>,
): { equation: Equation; letters: ReadonlyMap<string, number> } | undefined {
  const fitting = model.equations.flatMap((equation) => {
    if (equation.name !== instance.name) return [];
    const letters = new Map(lengths);
    const fits = equation.indices.every((index, at) => {
      const range = equation.ranges.find((candidate) => candidate.letter === index.key);
      const value = instance.indices[at] ?? 0;
      if (range === undefined) return evaluateWhole(index, lengths) === value;
      letters.set(range.letter, value);
      return value >= (evaluateWhole(range.from, lengths) ?? -Infinity) && value <= (evaluateWhole(range.to, lengths) ?? Infinity);
    });
    return fits ? [{ equation, letters }] : [];
  });
  return fitting.sort((a, b) => a.equation.ranges.length - b.equation.ranges.length)[0];
}

/** What every instance of the unrolled model reads at these lengths. */
export function unrolledReads(model: Model, lengths: ReadonlyMap<string, number>): (instance: Instance) => readonly Instance[] {
  const known = new Map<string, readonly Instance[]>();
  return (instance) => {
    const key = instanceKey(instance);
    let reads = known.get(key);
    if (reads === undefined) {
      const at = equationOf(model, instance, lengths);
      reads = at === undefined ? [] : readsAt(at.equation.value, at.letters);
      known.set(key, reads);
    }
    return reads;
  };
}

/** How many paths lead from `target` back to `by`, without writing any of them out. */
export function countPaths(model: Model, target: Instance, by: Instance, lengths: ReadonlyMap<string, number>): number {
  const counts = new Map<string, number>();
  count(target, instanceKey(by), unrolledReads(model, lengths), counts);
  return counts.get(instanceKey(target)) ?? 0;
}

/** Most products that are written out; more are refused with their number. */
export const MOST_PRODUCTS = 60;

/**
 * Paths from `target` back to `by` at the given lengths.
 * Throws InputError where a length is missing, or where there are more products than a page holds (the message names the count).
 */
export function leibnizPaths(model: Model, target: Instance, by: Instance, lengths: ReadonlyMap<string, number>, most: number = MOST_PRODUCTS): Paths {
  const goal = instanceKey(by);
  const counts = new Map<string, number>();
  const next = new Map<string, readonly Instance[]>();
  const readers = (instance: Instance): readonly Instance[] => {
    const key = instanceKey(instance);
    const known = next.get(key);
    if (known !== undefined) return known;
    const at = key === goal ? undefined : equationOf(model, instance, lengths);
    const made = at === undefined ? [] : readsAt(at.equation.value, at.letters);
    next.set(key, made);
    return made;
  };
  count(target, goal, readers, counts);
  const total = counts.get(instanceKey(target)) ?? 0;
  const live = (instance: Instance): boolean => (counts.get(instanceKey(instance)) ?? 0) > 0;
  const edges = [...next].filter(([key]) => (counts.get(key) ?? 0) > 0).reduce((sum, [, reads]) => sum + reads.filter(live).length, 0);
  if (total > most) {
    throw new InputError({
      ruleId: 'too-many-paths',
      message: `Written out, the sum has ${total} products; at most ${most} are printed.`,
      why: `The recursion over the ${edges} partials of the unrolled graph gives the same value.`,
      fix: 'Ask for a shorter sequence, or for the recursion with `derive`.',
    });
  }
  const grow = (instance: Instance): PathTree => ({
    node: instance,
    branches: readers(instance)
      .filter(live)
      .map((read) => ({ edge: { from: instance, to: read }, rest: grow(read) })),
  });
  const tree = grow(target);
  const products: PathEdge[][] = [];
  const walk = (branch: PathTree, prefix: readonly PathEdge[]): void => {
    if (instanceKey(branch.node) === goal) products.push([...prefix]);
    else for (const { edge, rest } of branch.branches) walk(rest, [...prefix, edge]);
  };
  walk(tree, []);
  return { target, by, count: total, edges, products, tree };
}

/** Number of paths to the goal from every instance, by an explicit stack: sequences may be long. */
function count(start: Instance, goal: string, readers: (instance: Instance) => readonly Instance[], counts: Map<string, number>): void {
  const stack: { instance: Instance; opened: boolean }[] = [{ instance: start, opened: false }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const key = instanceKey(top.instance);
    if (counts.has(key)) continue;
    if (key === goal) {
      counts.set(key, 1);
      continue;
    }
    const reads = readers(top.instance);
    if (top.opened)
      counts.set(
        key,
        reads.reduce((sum, read) => sum + (counts.get(instanceKey(read)) ?? 0), 0),
      );
    else {
      stack.push({ instance: top.instance, opened: true });
      for (const read of reads) if (!counts.has(instanceKey(read))) stack.push({ instance: read, opened: false });
    }
  }
}
