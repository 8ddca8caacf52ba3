/**
 * The order of a plan: which definitions run for all values of their letters at once, and which go round a loop together.
 *
 * Definitions that need each other at other places of a letter are put into a loop over it, in the direction in which every reading lies behind;
 * within one round, readings at the same place decide. What is on no such cycle stays outside all loops and is computed for the whole range.
 * Each loop fixes one more letter of its definitions, so the nesting ends.
 */

import { substituteWhole, type Whole, wholeName, wholeNumber, wholeValue } from '../../network/index.js';
import { type BoundLetter, type Definition, indexInterval, type Letter, NotPlannable, type Read } from './definitions.js';

export type Scheduled =
  | { readonly kind: 'define'; readonly definition: Definition; readonly loops: ReadonlyMap<string, number> }
  | { readonly kind: 'loop'; readonly loop: number; readonly low: number; readonly high: number; readonly step: 1 | -1; readonly body: readonly Scheduled[] };

interface Node {
  readonly definition: Definition;
  readonly reads: readonly Read[];
  /** Letters already run by loops, and the loop of each. */
  readonly loops: Map<string, number>;
}

/** Reading i of node a concerns node b, at positions `from` … `to` relative to the looped letters; undefined where that is not known. */
interface Edge {
  readonly to: Node;
  readonly read: Read;
}

export interface Schedule {
  readonly items: readonly Scheduled[];
  readonly loops: number;
}

/** Orders the definitions. Throws NotPlannable where no loop order serves all readings. */
export function schedule(definitions: readonly Definition[], readsOf: (definition: Definition) => readonly Read[]): Schedule {
  const scheduler = new Scheduler();
  const nodes = definitions.map((definition): Node => ({ definition, reads: readsOf(definition), loops: new Map() }));
  const byName = new Map<string, Node[]>();
  for (const node of nodes) byName.set(node.definition.name, [...(byName.get(node.definition.name) ?? []), node]);
  const edges = new Map<Node, Edge[]>(
    nodes.map((node) => [
      node,
      node.reads.flatMap((read) => (byName.get(read.name) ?? []).filter((to) => canMeet(node, read, to)).map((to) => ({ to, read }))),
    ]),
  );
  return { items: scheduler.order(nodes, edges), loops: scheduler.loops };
}

const rangeMap = (letters: readonly Letter[], bound: readonly BoundLetter[]): Map<string, { low: number; high: number }> =>
  new Map([...letters, ...bound].map(({ letter, low, high }) => [letter, { low, high }]));

/** Whether the read can fall on a place that the definition sets. */
function canMeet(node: Node, read: Read, to: Node): boolean {
  const ranges = rangeMap(node.definition.letters, read.bound);
  return to.definition.indices.every((index, axis) => {
    const at = indexInterval(read.indices[axis] as Whole, ranges);
    const set = indexInterval(index, rangeMap(to.definition.letters, []));
    return at.low <= set.high && at.high >= set.low;
  });
}

class Scheduler {
  loops = 0;

  order(nodes: readonly Node[], edges: ReadonlyMap<Node, readonly Edge[]>): Scheduled[] {
    const groups = stronglyConnected(nodes, edges);
    return sequence(groups, edges).flatMap((group): Scheduled[] => {
      const [only] = group;
      const cyclic = group.length > 1 || (only !== undefined && (edges.get(only) ?? []).some(({ to }) => to === only));
      if (!cyclic && only !== undefined) return [{ kind: 'define', definition: only.definition, loops: new Map(only.loops) }];
      return this.#loop(group, edges);
    });
  }

  #loop(group: readonly Node[], edges: ReadonlyMap<Node, readonly Edge[]>): Scheduled[] {
    const first = group[0] as Node;
    const inside = new Set(group);
    const inner = new Map(group.map((node) => [node, (edges.get(node) ?? []).filter(({ to }) => inside.has(to))]));
    for (const { letter } of first.definition.letters) {
      if (first.loops.has(letter)) continue;
      const letters = align(first, letter, inner);
      const step = letters === undefined ? undefined : direction(letters, inner);
      if (letters !== undefined && step !== undefined) return this.#emit(group, inner, letters, step);
    }
    throw new NotPlannable(`${group.map(({ definition }) => definition.name).join(', ')} need each other in no fixed order`);
  }

  /** One loop for each stretch over which the same definitions are alive. */
  #emit(group: readonly Node[], edges: ReadonlyMap<Node, readonly Edge[]>, letters: ReadonlyMap<Node, string>, step: 1 | -1): Scheduled[] {
    const range = (node: Node): Letter => node.definition.letters.find(({ letter }) => letter === letters.get(node)) as Letter;
    const cuts = [...new Set(group.flatMap((node) => [range(node).low, range(node).high + 1]))].sort((a, b) => a - b);
    const stretches = cuts.slice(0, -1).map((low, k) => ({ low, high: (cuts[k + 1] as number) - 1 }));
    if (step < 0) stretches.reverse();
    return stretches.flatMap(({ low, high }): Scheduled[] => {
      const alive = group.filter((node) => range(node).low <= low && range(node).high >= high);
      if (alive.length === 0) return [];
      const loop = this.loops++;
      const copies = new Map(alive.map((node) => [node, { ...node, loops: new Map([...node.loops, [letters.get(node) as string, loop]]) }]));
      const remaining = new Map(
        alive.map((node) => [
          copies.get(node) as Node,
          (edges.get(node) ?? []).flatMap(({ to, read }) => {
            const copy = copies.get(to);
            const offset = offsetOf(node, letters.get(node) as string, read, to, letters.get(to) as string);
            return copy === undefined || offset === undefined || offset.low > 0 || offset.high < 0 ? [] : [{ to: copy, read }];
          }),
        ]),
      );
      return [{ kind: 'loop', loop, low, high, step, body: this.order([...copies.values()], remaining) }];
    });
  }
}

/** The letter of each definition that runs with `letter` of the first; undefined when readings disagree. */
function align(first: Node, letter: string, edges: ReadonlyMap<Node, readonly Edge[]>): Map<Node, string> | undefined {
  const letters = new Map([[first, letter]]);
  const queue = [first];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    const own = letters.get(node) as string;
    for (const { to, read } of edges.get(node) ?? []) {
      const candidates = to.definition.indices.flatMap((index, axis) => {
        const name = wholeName(index);
        if (name === undefined || to.loops.has(name)) return [];
        return offsetOf(node, own, read, to, name) !== undefined && dependsOnLetter(read, axis, own) ? [name] : [];
      });
      const known = letters.get(to);
      if (known !== undefined ? !candidates.includes(known) && offsetOf(node, own, read, to, known) === undefined : candidates.length === 0) return undefined;
      if (known === undefined) {
        letters.set(to, candidates[0] as string);
        queue.push(to);
      }
    }
  }
  return letters;
}

/** Directly, or through a bound of the letter that is summed there. */
function dependsOnLetter(read: Read, axis: number, letter: string): boolean {
  const has = (whole: Whole | undefined): boolean => whole?.monomials.some(({ letters }) => letters.includes(letter)) === true;
  const index = read.indices[axis];
  return (
    has(index) ||
    read.bound.some((bound) => (has(bound.from) || has(bound.to)) && index?.monomials.some(({ letters }) => letters.includes(bound.letter)) === true)
  );
}

/** Interval of (position read) − (own position) along the looped letters; undefined when it depends on anything else. */
function offsetOf(node: Node, letter: string, read: Read, to: Node, other: string): { low: number; high: number } | undefined {
  const axis = to.definition.indices.findIndex((index) => wholeName(index) === other);
  const index = read.indices[axis];
  if (index === undefined) return undefined;
  const bound = read.bound.find((candidate) => index.monomials.some(({ letters }) => letters.includes(candidate.letter)));
  const ends =
    bound === undefined
      ? [index, index]
      : [substituteWhole(index, new Map([[bound.letter, bound.from]])), substituteWhole(index, new Map([[bound.letter, bound.to]]))];
  const range = node.definition.letters.find((candidate) => candidate.letter === letter) as Letter;
  const at = (end: Whole, position: number): number | undefined => wholeValue(substituteWhole(end, new Map([[letter, wholeNumber(position)]])));
  const offsets = ends.flatMap((end) =>
    [range.low, range.high].map((position) => {
      const value = at(end, position);
      return value === undefined ? undefined : value - position;
    }),
  );
  const known = offsets.filter((offset) => offset !== undefined);
  return known.length < offsets.length ? undefined : { low: Math.min(...known), high: Math.max(...known) };
}

/** The way round in which no reading lies ahead. */
function direction(letters: ReadonlyMap<Node, string>, edges: ReadonlyMap<Node, readonly Edge[]>): 1 | -1 | undefined {
  let [low, high] = [0, 0];
  let carried = false;
  for (const [node, own] of edges) {
    for (const { to, read } of own) {
      const offset = offsetOf(node, letters.get(node) as string, read, to, letters.get(to) as string);
      if (offset === undefined) return undefined;
      low = Math.min(low, offset.low);
      high = Math.max(high, offset.high);
      carried ||= offset.low > 0 || offset.high < 0;
    }
  }
  if (!carried) return undefined;
  return high <= 0 ? 1 : low >= 0 ? -1 : undefined;
}

/** Strongly connected components (Tarjan), without recursion. */
function stronglyConnected(nodes: readonly Node[], edges: ReadonlyMap<Node, readonly Edge[]>): Node[][] {
  const order = new Map<Node, number>();
  const lowest = new Map<Node, number>();
  const onStack = new Set<Node>();
  const stack: Node[] = [];
  const groups: Node[][] = [];
  const enter = (node: Node): { node: Node; next: number } => {
    order.set(node, order.size);
    lowest.set(node, order.size - 1);
    stack.push(node);
    onStack.add(node);
    return { node, next: 0 };
  };
  for (const root of nodes) {
    if (order.has(root)) continue;
    const path = [enter(root)];
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const { node } = frame;
      const target = (edges.get(node) ?? [])[frame.next++]?.to;
      if (target === undefined) {
        path.pop();
        const above = path.at(-1)?.node;
        if (above !== undefined) lowest.set(above, Math.min(lowest.get(above) as number, lowest.get(node) as number));
        if (lowest.get(node) === order.get(node)) {
          const group = stack.splice(stack.indexOf(node));
          for (const member of group) onStack.delete(member);
          groups.push(group);
        }
      } else if (!order.has(target)) path.push(enter(target));
      else if (onStack.has(target)) lowest.set(node, Math.min(lowest.get(node) as number, order.get(target) as number));
    }
  }
  return groups;
}

/** Groups in an order that respects the readings, pointwise definitions side by side where possible, so that they can be fused. */
function sequence(groups: readonly Node[][], edges: ReadonlyMap<Node, readonly Edge[]>): Node[][] {
  const groupOf = new Map(groups.flatMap((group) => group.map((node) => [node, group] as const)));
  const waiting = new Map(
    groups.map((group) => [
      group,
      new Set(
        group.flatMap((node) => (edges.get(node) ?? []).map(({ to }) => groupOf.get(to) as Node[])).filter((other) => other !== undefined && other !== group),
      ),
    ]),
  );
  const kind = (group: Node[]): string => (group.length === 1 ? `${group[0]?.definition.form.kind} ${shapeKey(group[0] as Node)}` : 'loop');
  const sorted: Node[][] = [];
  const remaining = new Set(groups);
  let last = '';
  // Every round moves one group, and a graph without cycles always has one that waits for nothing.
  while (remaining.size > 0) {
    const ready = [...remaining].filter((group) => (waiting.get(group) as Set<Node[]>).size === 0);
    const next = ready.find((group) => kind(group) === last) ?? ready.find((group) => !kind(group).startsWith('pointwise')) ?? ready[0];
    if (next === undefined) throw new NotPlannable('circular definitions');
    last = kind(next);
    remaining.delete(next);
    sorted.push(next);
    for (const others of waiting.values()) others.delete(next);
  }
  return sorted;
}

const shapeKey = ({ definition, loops }: Node): string =>
  `${definition.letters
    .filter(({ letter }) => !loops.has(letter))
    .map(({ low, high }) => `${low}..${high}`)
    .join()}|${definition.dims.join()}`;
