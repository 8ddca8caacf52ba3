/** Decides which way each edge takes, and in which lane and at which port: from placed nodes to wires. */

import { type GraphEdge, type GraphNode, isRecurrent } from './description.js';
import { spread } from './places.js';
import { assignTracks, type Interval, type Stop, type Wire } from './routes.js';

/** A node with its row and step. */
export interface SeatedNode {
  readonly node: GraphNode;
  readonly row: number;
  readonly column: number | undefined;
  readonly width: number;
}

/** How an edge goes: up through the rows, straight across, or out through a gutter and up into its reader from below. */
export type Way =
  | { readonly kind: 'up' }
  | { readonly kind: 'across'; readonly direction: 1 | -1 }
  | { readonly kind: 'around'; readonly direction: 1 | -1; readonly exit: 'side' | 'top'; readonly gutter: number };

export interface WiredEdge {
  readonly edge: GraphEdge;
  readonly from: SeatedNode;
  readonly to: SeatedNode;
  readonly way: Way;
}

/** Tells whether a node is the last of its row and step on a side. */
export type Outermost = (node: SeatedNode, direction: 1 | -1) => boolean;

/** Tells on which side of a node another one stands right beside it, where both belong to no step. */
export type Beside = (node: SeatedNode, other: SeatedNode) => 1 | -1 | undefined;

export function wayOf(edge: GraphEdge, from: SeatedNode, to: SeatedNode, outermost: Outermost, beside: Beside): Way {
  const side = beside(from, to);
  if (side !== undefined) return { kind: 'across', direction: side };
  const recurrent = isRecurrent(edge, from.node, to.node);
  if (!recurrent && from.row < to.row) return { kind: 'up' };
  const shift = (to.column ?? 0) - (from.column ?? 0);
  const direction = shift < 0 ? -1 : 1;
  if (from.row === to.row && Math.abs(shift) === 1 && outermost(from, direction) && outermost(to, direction === 1 ? -1 : 1))
    return { kind: 'across', direction };
  const gutter = (from.column ?? 0) + (direction === 1 ? 1 : 0);
  return { kind: 'around', direction, exit: outermost(from, direction) ? 'side' : 'top', gutter };
}

/** Lanes of each gutter: net → lane number, and how many lanes each has. Heights count rows as whole numbers and gaps as halves between. */
export function assignLanes(edges: readonly WiredEdge[]): ReadonlyMap<number, ReadonlyMap<string, number>> {
  const gutters = new Map<number, Interval[]>();
  for (const { edge, from, to, way } of edges) {
    if (way.kind !== 'around' || !needsLane(from, to, way)) continue;
    const start = way.exit === 'side' ? from.row : from.row + 0.5;
    gutters.set(way.gutter, [...(gutters.get(way.gutter) ?? []), { net: edge.from, from: start, to: to.row - 0.5 }]);
  }
  return new Map([...gutters].map(([gutter, intervals]) => [gutter, assignTracks(intervals, [], 0.1)]));
}

function needsLane(from: SeatedNode, to: SeatedNode, way: Extract<Way, { kind: 'around' }>): boolean {
  return way.exit === 'side' || from.row !== to.row - 1;
}

export interface Across {
  /** Middle of a node across. */
  readonly middle: (node: SeatedNode) => number;
  /** Where wires of a node's family pass a row in the node's own step. */
  readonly passage: (node: SeatedNode, row: number) => number;
  /** Middle of a net's lane in a gutter. */
  readonly lane: (gutter: number, net: string) => number;
}

/** The wire of an edge; `port` is where it enters its reader from below. */
export function wireOf({ edge, from, to, way }: WiredEdge, across: Across, port: number): Wire {
  const net = edge.from;
  const entry: Stop = { at: 'row', row: to.row, x: port };
  switch (way.kind) {
    case 'across': {
      const side = (node: SeatedNode, sign: number): Stop => ({ at: 'side', row: node.row, x: across.middle(node) + (sign * node.width) / 2 });
      return { net, stops: [side(from, way.direction), side(to, -way.direction)], gaps: [undefined] };
    }
    case 'up': {
      const passages = Array.from({ length: to.row - from.row - 1 }, (_, index) => from.row + 1 + index).map(
        (row): Stop => ({ at: 'row', row, x: across.passage(from, row) }),
      );
      const stops: Stop[] = [{ at: 'row', row: from.row, x: across.middle(from) }, ...passages, entry];
      return { net, stops, gaps: stops.slice(1).map((_, index) => from.row + index) };
    }
    case 'around': {
      const start: Stop =
        way.exit === 'side'
          ? { at: 'side', row: from.row, x: across.middle(from) + (way.direction * from.width) / 2 }
          : { at: 'row', row: from.row, x: across.middle(from) };
      if (!needsLane(from, to, way)) return { net, stops: [start, entry], gaps: [from.row] };
      const lane: Stop = { at: 'lane', x: across.lane(way.gutter, net) };
      return { net, stops: [start, lane, entry], gaps: [way.exit === 'side' ? undefined : from.row, to.row - 1] };
    }
  }
}

/** Where a wire comes from when it turns up into its reader. */
export function approach({ edge, from, to, way }: WiredEdge, across: Across): number {
  if (way.kind === 'up') return to.row - from.row === 1 ? across.middle(from) : across.passage(from, to.row - 1);
  if (way.kind === 'around' && needsLane(from, to, way)) return across.lane(way.gutter, edge.from);
  return across.middle(from);
}

/** Places along the bottom of a reader for the wires that enter it, in the order they come from and as straight below as the box allows. */
export function portsOf(reader: SeatedNode, entering: readonly WiredEdge[], across: Across): ReadonlyMap<WiredEdge, number> {
  const middle = across.middle(reader);
  const reach = reader.width / 2 - 4;
  const order = [...entering].sort((a, b) => approach(a, across) - approach(b, across));
  const step = Math.min(8, (2 * reach) / Math.max(1, order.length - 1));
  const within = (edge: WiredEdge): boolean => Math.abs(approach(edge, across) - middle) <= reach;
  const even = (index: number): number => middle + (index - (order.length - 1) / 2) * step;
  const straight = spread(
    order.map((edge, index) => (within(edge) ? approach(edge, across) : even(index))),
    order.map(() => step),
  );
  const fits = straight.every((x) => Math.abs(x - middle) <= reach + 0.01);
  return new Map(order.map((edge, index) => [edge, fits ? (straight[index] as number) : even(index)]));
}
