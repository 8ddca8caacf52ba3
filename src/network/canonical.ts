/**
 * Canonical labelling of a net: equal products get equal nets, whatever order they were built in.
 *
 * Bound slots are coloured by refinement; where colours do not separate them, the smallest cell is individualised and every choice is tried.
 * Each individualisation makes one more cell a singleton, so the search ends; its size is bounded by a budget that ends in `BudgetError`.
 */

import { BudgetError } from '../errors.js';
import { digest } from './digest.js';
import { type Rational, rationalKey } from './rational.js';
import type { InternedHead, Net } from './tensor.js';
import type { Whole } from './whole.js';

export interface RawLeaf {
  readonly head: InternedHead;
  readonly slots: readonly number[];
  readonly power: Rational;
}

const SEARCH_BUDGET = 4000;

interface Graph {
  readonly free: number;
  readonly dims: readonly Whole[];
  readonly leaves: readonly RawLeaf[];
  readonly labels: readonly string[];
}

/** Nodes 0 … free−1 are the free slots in order; the others are bound, in any order. */
export function canonicalNet(dims: readonly Whole[], free: number, leaves: readonly RawLeaf[]): Net {
  const bound = dims.length - free;
  const graph: Graph = { free, dims, leaves, labels: leaves.map((leaf) => `${leaf.head.digest}^${rationalKey(leaf.power)}`) };
  if (bound === 0)
    return arrange(
      graph,
      dims.map((_, node) => node),
    ).net;
  const colours = dims.map((dim, node) => (node < free ? `f${node}` : `b${dim.key}`));
  const budget = { left: SEARCH_BUDGET };
  return search(graph, refine(graph, colours), budget).net;
}

/** What tells the free axes of a net apart, whatever order they come in: one text for each, alike where nothing does. */
export function axisColours({ dims, leaves }: Net, free: number): readonly string[] {
  const graph: Graph = { free: 0, dims, leaves, labels: leaves.map((leaf) => `${leaf.head.digest}^${rationalKey(leaf.power)}`) };
  const colours = dims.map((dim, node) => `${node < free ? 'f' : 'b'}${dim.key}`);
  return refine(graph, colours).slice(0, free);
}

function refine(graph: Graph, start: readonly string[]): readonly string[] {
  let colours = start;
  let cells = new Set(colours).size;
  // Each round either splits a cell or is the last; there are at most as many cells as nodes.
  for (;;) {
    const signatures: string[][] = colours.map((colour) => [colour]);
    graph.leaves.forEach((leaf, index) => {
      const around = leaf.slots.map((slot) => colours[slot] ?? '');
      const seen = leaf.head.symmetric ? [...around].sort().join(' ') : around.join(' ');
      leaf.slots.forEach((slot, position) => {
        signatures[slot]?.push(`${graph.labels[index]}@${leaf.head.symmetric ? '*' : position}:${seen}`);
      });
    });
    const next = signatures.map(([own = '', ...rest], node) => (node < graph.free ? own : digest(`${own}|${rest.sort().join('|')}`)));
    const count = new Set(next).size;
    if (count === cells) return colours;
    colours = next;
    cells = count;
  }
}

function search(graph: Graph, colours: readonly string[], budget: { left: number }): { net: Net; key: string } {
  const cells = new Map<string, number[]>();
  for (let node = graph.free; node < colours.length; node += 1) {
    const colour = colours[node] ?? '';
    const cell = cells.get(colour);
    if (cell === undefined) cells.set(colour, [node]);
    else cell.push(node);
  }
  const open = [...cells].filter(([, cell]) => cell.length > 1).sort(([a, x], [b, y]) => x.length - y.length || (a < b ? -1 : 1))[0];
  if (open === undefined) {
    const order = [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell[0] ?? 0);
    const position: number[] = Array.from({ length: colours.length }, (_, node) => node);
    order.forEach((node, rank) => {
      position[node] = graph.free + rank;
    });
    return arrange(graph, position);
  }
  let best: { net: Net; key: string } | undefined;
  for (const node of open[1]) {
    budget.left -= 1;
    if (budget.left < 0) throw new BudgetError('A product has too many interchangeable indices to be put into canonical order.');
    const individualised = colours.map((colour, other) => (other === node ? `!${colour}` : colour));
    const found = search(graph, refine(graph, individualised), budget);
    if (best === undefined || found.key < best.key) best = found;
  }
  return best as { net: Net; key: string };
}

function arrange(graph: Graph, position: readonly number[]): { net: Net; key: string } {
  const dims: Whole[] = [...graph.dims];
  position.forEach((place, node) => {
    const dim = graph.dims[node];
    if (dim !== undefined) dims[place] = dim;
  });
  const rows = graph.leaves.map((leaf, index) => {
    const slots = leaf.slots.map((slot) => position[slot] ?? slot);
    if (leaf.head.symmetric) slots.sort((a, b) => a - b);
    return {
      leaf: { head: leaf.head, slots, power: leaf.power },
      key: `${graph.labels[index]}(${slots.map((slot) => String(slot).padStart(3, '0')).join(',')})`,
    };
  });
  rows.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { net: { dims, leaves: rows.map((row) => row.leaf) }, key: rows.map((row) => row.key).join(';') };
}
