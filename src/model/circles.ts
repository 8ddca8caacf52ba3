/**
 * Values that need each other in a circle, forwards or backwards: found before anything is computed, and printed.
 *
 * Names are nodes, readings are edges with the shift of the index along which a recurrence could run (h reads h_{t−1}: −1). A group of names
 * that read each other can be computed when, for some choice of one index each, every circle has a negative sum (forwards in time) or every
 * one a positive sum (backwards). The groups are finite and each choice is tried once.
 */

import { InputError, type Region } from '../errors.js';
import { lettersOf, subtractWhole, type Whole, wholeLetter, wholeValue } from '../network/whole.js';
import type { IndexRange } from './model.js';
import type { Read } from './reads.js';
import { wholeText } from './shapes.js';

/** One equation as a node: general ones are named by their key, those for one place by key and place. */
export interface CircleEquation {
  readonly name: string;
  readonly indices: readonly Whole[];
  readonly ranges: readonly IndexRange[];
  readonly reads: readonly Read[];
  readonly region: Region | undefined;
  /** The name with indices, for print. */
  readonly spelled: (indices: readonly Whole[]) => string;
}

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly read: Read;
  /** Shift between position p of the reader and position q of what is read: lowest and highest. */
  readonly shift: (p: number | undefined, q: number | undefined) => readonly [number, number];
}

const ANY: readonly [number, number] = [-Infinity, Infinity];

/** Shift of an index against a letter of the reader: fixed, or an interval where a sum runs over it. */
function shiftOf(index: Whole | undefined, letter: string | undefined, bound: Read['bound']): readonly [number, number] {
  if (index === undefined || letter === undefined) return ANY;
  const fixed = wholeValue(subtractWhole(index, wholeLetter(letter)));
  if (fixed !== undefined) return [fixed, fixed];
  for (const each of lettersOf(index)) {
    const range = bound.get(each);
    const rest = wholeValue(subtractWhole(index, wholeLetter(each)));
    if (range === undefined || rest === undefined) continue;
    const low = wholeValue(subtractWhole(range.from, wholeLetter(letter)));
    const high = wholeValue(subtractWhole(range.to, wholeLetter(letter)));
    return [low === undefined ? -Infinity : low + rest, high === undefined ? Infinity : high + rest];
  }
  return ANY;
}

/** Whether an equation covers the indices that are read: a number can only be at that place. */
function mayBe(equation: CircleEquation, read: Read): boolean {
  return equation.indices.every((own, k) => {
    const wanted = read.indices[k];
    if (wanted === undefined) return true;
    const range = equation.ranges.find(({ letter }) => lettersOf(own).has(letter));
    if (range === undefined) return wholeValue(subtractWhole(own, wanted)) === undefined ? lettersOf(wanted).size > 0 : own.key === wanted.key;
    const below = wholeValue(subtractWhole(wanted, range.from));
    const above = wholeValue(subtractWhole(range.to, wanted));
    return (below === undefined || below >= 0) && (above === undefined || above >= 0);
  });
}

function edgesOf(equations: readonly CircleEquation[]): readonly Edge[] {
  return equations.flatMap((reader, from) =>
    reader.reads.flatMap((read): Edge[] =>
      equations.flatMap((other, to): Edge[] => {
        if (other.name !== read.name || !mayBe(other, read)) return [];
        const shift: Edge['shift'] = (p, q) => {
          const own = p === undefined ? undefined : reader.indices[p];
          const letter = own === undefined ? undefined : [...lettersOf(own)].find((each) => reader.ranges.some((range) => range.letter === each));
          return read.differentiated ? ANY : shiftOf(q === undefined ? undefined : read.indices[q], letter, read.bound);
        };
        return [{ from, to, read, shift }];
      }),
    ),
  );
}

/** Strongly connected components, by two passes of depth-first search without recursion limits that matter here. */
function components(count: number, edges: readonly Edge[]): readonly (readonly number[])[] {
  const outgoing: number[][] = Array.from({ length: count }, () => []);
  const incoming: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of edges) {
    outgoing[from]?.push(to);
    incoming[to]?.push(from);
  }
  const order: number[] = [];
  const seen = new Set<number>();
  for (let root = 0; root < count; root += 1) {
    const stack: [number, number][] = seen.has(root) ? [] : [[root, 0]];
    seen.add(root);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top === undefined) break;
      const next = outgoing[top[0]]?.[top[1]];
      top[1] += 1;
      if (next === undefined) {
        order.push(top[0]);
        stack.pop();
      } else if (!seen.has(next)) {
        seen.add(next);
        stack.push([next, 0]);
      }
    }
  }
  const groups: number[][] = [];
  const placed = new Set<number>();
  for (const root of order.reverse()) {
    if (placed.has(root)) continue;
    const group: number[] = [];
    const stack = [root];
    placed.add(root);
    while (stack.length > 0) {
      const node = stack.pop();
      if (node === undefined) break;
      group.push(node);
      for (const next of incoming[node] ?? [])
        if (!placed.has(next)) {
          placed.add(next);
          stack.push(next);
        }
    }
    groups.push(group);
  }
  return groups;
}

/** All choices of one index position for each node, at most `MOST_CHOICES`. */
const MOST_CHOICES = 256;

function choices(group: readonly number[], equations: readonly CircleEquation[]): readonly ReadonlyMap<number, number | undefined>[] {
  let all: ReadonlyMap<number, number | undefined>[] = [new Map()];
  for (const node of group) {
    const equation = equations[node];
    const positions =
      equation === undefined ? [] : equation.indices.flatMap((index, k) => (equation.ranges.some(({ letter }) => lettersOf(index).has(letter)) ? [k] : []));
    const options: readonly (number | undefined)[] = positions.length === 0 ? [undefined] : positions;
    all = all.flatMap((choice) => options.map((position) => new Map([...choice, [node, position]]))).slice(0, MOST_CHOICES);
  }
  return all;
}

/** Whether no circle of a group can reach a sum of zero or more, by longest paths (at most n rounds). */
function descends(group: readonly number[], weights: readonly (readonly [number, number, number])[]): boolean {
  const distance = new Map(group.map((node) => [node, 0]));
  for (let round = 0; round <= group.length; round += 1) {
    let changed = false;
    for (const [from, to, weight] of weights) {
      if (weight === Infinity) return false;
      // Every step costs a little, so that a circle of sum zero still grows.
      const reach = (distance.get(from) ?? 0) + weight + 1 / (group.length + 1);
      if (reach > (distance.get(to) ?? 0)) {
        distance.set(to, reach);
        changed = true;
      }
    }
    if (!changed) return true;
  }
  return false;
}

function computable(group: readonly number[], edges: readonly Edge[], equations: readonly CircleEquation[]): boolean {
  return choices(group, equations).some((choice) => {
    const shifts = edges.map((edge) => [edge.from, edge.to, edge.shift(choice.get(edge.from), choice.get(edge.to))] as const);
    return (
      descends(
        group,
        shifts.map(([from, to, [, high]]) => [from, to, high]),
      ) ||
      descends(
        group,
        shifts.map(([from, to, [low]]) => [from, to, -low]),
      )
    );
  });
}

/** A circle to print: the shortest path along readings that comes back to where it began, preferably at the same index. */
function circleIn(group: readonly number[], edges: readonly Edge[], equations: readonly CircleEquation[]): string {
  interface Step {
    readonly node: number;
    readonly shift: number | undefined;
    readonly path: readonly string[];
  }
  let fallback: readonly string[] | undefined;
  for (const start of group) {
    const first = equations[start];
    if (first === undefined) continue;
    const queue: Step[] = [{ node: start, shift: 0, path: [first.spelled(first.indices)] }];
    const seen = new Set<string>();
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      for (const edge of edges.filter(({ from }) => from === step.node)) {
        const own = equations[edge.to];
        const reader = equations[edge.from];
        if (own === undefined || reader === undefined) continue;
        const [low, high] = edge.shift(0, 0);
        const shift = step.shift === undefined || low !== high ? undefined : step.shift + low;
        const path = [...step.path, label(own, edge, step.shift)];
        if (edge.to === start && (shift === 0 || shift === undefined)) return (shift === 0 ? [...path.slice(0, -1), path[0]] : path).join(' → ');
        if (edge.to === start) fallback ??= path;
        const state = `${edge.to}@${shift}`;
        if (seen.has(state) || path.length > group.length * 3 + 3 || (shift !== undefined && Math.abs(shift) > 4)) continue;
        seen.add(state);
        queue.push({ node: edge.to, shift, path });
      }
    }
  }
  return (fallback ?? group.map((node) => equations[node]?.name ?? '')).join(' → ');
}

function label(own: CircleEquation, edge: Edge, shift: number | undefined): string {
  const moved = edge.read.indices.map((index) => (shift === undefined || shift === 0 || wholeValue(index) !== undefined ? index : shifted(index, shift)));
  return own.spelled(moved);
}

const shifted = (index: Whole, by: number): Whole => subtractWhole(index, { monomials: [{ coefficient: -by, letters: [] }], key: '' });

/** Spells a name with indices in plain text: h_{t-1}. */
export function spelledWith(text: string, indices: readonly Whole[]): string {
  if (indices.length === 0) return text;
  const inside = indices.map(wholeText).join(',');
  return [...inside].length === 1 ? `${text}_${inside}` : `${text}_{${inside}}`;
}

/** Throws an InputError that prints the circle where values need each other. */
export function refuseCircles(equations: readonly CircleEquation[]): void {
  const edges = edgesOf(equations);
  for (const group of components(equations.length, edges)) {
    const members = new Set(group);
    const inside = edges.filter(({ from, to }) => members.has(from) && members.has(to));
    if (inside.length === 0 || computable(group, inside, equations)) continue;
    const circle = circleIn(
      [...group].sort((a, b) => a - b),
      inside,
      equations,
    );
    const region = equations[Math.min(...group)]?.region;
    throw new InputError({
      ruleId: 'circular',
      message: `These values need each other in a circle: ${circle}.`,
      why: 'A value can be computed only from values that do not need it.',
      fix: 'Let one of them read a value of another step (h_{t-1}), or give one of them by an equation of its own.',
      ...(region === undefined ? {} : { region }),
    });
  }
}
