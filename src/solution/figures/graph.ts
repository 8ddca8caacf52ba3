/**
 * A computation graph as a scene: time from left to right, inputs at the bottom, outputs and the loss at the top, recurrences across.
 *
 * Order of decisions: rows and places within a step, ways of the edges, lanes of the gutters, places across, tracks of the gaps, heights.
 * A picture wider than the page is made smaller as a whole.
 */

import { InputError } from '../../errors.js';
import type { Ink, Scene, SceneItem } from '../document.js';
import type { GraphDescription, GraphEdge, GraphNode, GraphNodeKind, GraphOptions } from './description.js';
import { isRecurrent } from './description.js';
import { mathematicsWidth } from './labels.js';
import { familyEdges, type Layers, layerGraph } from './layers.js';
import { familyWidths, placeSlots, slotKey } from './places.js';
import { assignTracks, corners, gapIntervals, gapOrder, untravelled, type Wire } from './routes.js';
import { scaled } from './scaling.js';
import { type Across, assignLanes, portsOf, type SeatedNode, type WiredEdge, wayOf, wireOf } from './wiring.js';

const fontSize = 9.5;
const boxHeight = 21;
const trackGap = 5;
const mostNodes = 400;

const nodeInks: Readonly<Record<GraphNodeKind, Ink>> = {
  input: 'input',
  state: 'state',
  gate: 'gate',
  operation: 'operation',
  output: 'operation',
  loss: 'loss',
};

/** Lays a graph out and draws it. Throws InputError for repeated keys, edges between unknown nodes, and graphs too large to be read. */
export function graphScene(description: GraphDescription, options: GraphOptions = {}): Scene {
  const graph = withDots(checked(description));
  const layers = layerGraph(graph);
  const seats = seatNodes(graph, layers);
  const edges = wireEdges(graph, layers, seats);
  const across = placeAcross(graph, layers, seats, edges);
  const wires = wiresOf(edges, across.across);
  const heights = settleHeights(layers.rows.length, [...wires.values()]);
  return scaled(draw(graph, seats, edges, wires, across, heights, options), options.width ?? 430);
}

function checked(graph: GraphDescription): GraphDescription {
  const keys = new Set(graph.nodes.map((node) => node.key));
  if (keys.size < graph.nodes.length) throw new InputError({ ruleId: 'repeated-node', message: 'Two nodes of the graph have the same key.' });
  if (graph.nodes.length > mostNodes || graph.edges.length > 4 * mostNodes)
    throw new InputError({
      ruleId: 'graph-too-large',
      message: `A picture of ${graph.nodes.length} nodes cannot be read.`,
      fix: 'Show fewer steps or fewer names.',
    });
  return graph;
}

/** Dots stand for the step before the first and after the last, wherever a recurrence would come from or go to. */
function withDots(graph: GraphDescription): GraphDescription {
  if (graph.continues === undefined) return graph;
  const nodes = new Map(graph.nodes.map((node) => [node.key, node]));
  const last = Math.max(0, ...graph.nodes.map((node) => node.column ?? 0));
  const copy = (family: string, column: number): GraphNode | undefined => graph.nodes.find((node) => node.family === family && node.column === column);
  const dots = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  for (const edge of graph.edges) {
    const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
    if (from?.column === undefined || to?.column === undefined || !isRecurrent(edge, from, to)) continue;
    const forward = to.column > from.column;
    for (const side of [-1, 1] as const) {
      if (graph.continues === (side === -1 ? 'after' : 'before')) continue;
      const column = side === -1 ? -1 : last + 1;
      const entering = forward === (side === -1);
      const inside = copy(entering ? to.family : from.family, side === -1 ? 0 : last);
      if (inside === undefined) continue;
      const key = `${from.family}${dotsMark}${column}`;
      dots.set(key, { key, family: from.family, kind: 'operation', column, math: { latex: '\\cdots', text: '⋯' } });
      const joined = entering ? { from: key, to: inside.key } : { from: inside.key, to: key };
      edges.set(`${joined.from} ${joined.to}`, { ...joined, recurrent: true });
    }
  }
  return { nodes: [...graph.nodes, ...dots.values()], edges: [...graph.edges, ...edges.values()] };
}

const dotsMark = '\u0001';
const isDots = (node: GraphNode): boolean => node.key.includes(dotsMark);

function boxWidth(node: GraphNode): number {
  return isDots(node) ? 12 : Math.max(23, mathematicsWidth(node.math, fontSize) + 9);
}

function seatNodes(graph: GraphDescription, layers: Layers): ReadonlyMap<string, SeatedNode> {
  const boxed = graph.nodes.filter((node) => !isDots(node));
  const widths = familyWidths(boxed, boxWidth);
  const entering = (node: GraphNode): number => graph.edges.filter((edge) => edge.to === node.key).length;
  const width = (node: GraphNode): number => {
    if (isDots(node)) return boxWidth(node);
    const label = widths.get(node.family) ?? boxWidth(node);
    // What belongs to no step has room on both sides, so that all its wires can enter apart.
    return node.column === undefined ? Math.max(label, Math.min(120, 7 * entering(node) + 6)) : label;
  };
  return new Map(graph.nodes.map((node) => [node.key, { node, row: layers.rowOf.get(node.family) ?? 0, column: node.column, width: width(node) }]));
}

function wireEdges(graph: GraphDescription, layers: Layers, seats: ReadonlyMap<string, SeatedNode>): readonly WiredEdge[] {
  const places = new Map(layers.rows.flatMap((row, rowNumber) => row.map((slot, place) => [slotKey(slot.family, rowNumber), place] as const)));
  const placeOf = (seat: SeatedNode): number => places.get(slotKey(seat.node.family, seat.row)) ?? 0;
  const outermost = (seat: SeatedNode, direction: 1 | -1): boolean =>
    ![...seats.values()].some(
      (other) => other !== seat && other.row === seat.row && other.column === seat.column && (placeOf(other) - placeOf(seat)) * direction > 0,
    );
  const sides = timelessRows(seats, graph.edges);
  const beside = (node: SeatedNode, other: SeatedNode): 1 | -1 | undefined => {
    const side = sides.find((row) => row.includes(node)) ?? [];
    const [at, otherAt] = [side.indexOf(node), side.indexOf(other)];
    return at < 0 || otherAt < 0 || Math.abs(at - otherAt) !== 1 ? undefined : otherAt > at ? 1 : -1;
  };
  return graph.edges.map((edge) => {
    const [from, to] = [seats.get(edge.from) as SeatedNode, seats.get(edge.to) as SeatedNode];
    return { edge, from, to, way: wayOf(edge, from, to, outermost, beside) };
  });
}

interface PlacesAcross {
  readonly across: Across;
  readonly width: number;
}

function placeAcross(graph: GraphDescription, layers: Layers, seats: ReadonlyMap<string, SeatedNode>, edges: readonly WiredEdge[]): PlacesAcross {
  const stepped = graph.nodes.filter((node) => node.column !== undefined && !isDots(node));
  const widths = familyWidths(stepped, boxWidth);
  const template = placeSlots(
    layers,
    familyEdges(graph, new Map(graph.nodes.map((node) => [node.key, node]))),
    new Set(stepped.map((node) => node.family)),
    (family) => widths.get(family) ?? 24,
  );
  const lanes = assignLanes(edges);
  const halves = (column: number): number => sparseColumns(graph, edges).get(column) ?? template.half;
  const narrow = columnMiddles(graph, halves, lanes, 14);
  // A picture with room to spare has wider gutters: 300 pt is pleasant, and no gutter is wider than 44.
  const spare = (300 - narrow.width) / Math.max(1, narrow.middles.size - 1);
  const { middles, gutters, width } = spare > 0 ? columnMiddles(graph, halves, lanes, Math.min(44, 14 + spare)) : narrow;
  const timeless = timelessMiddles(timelessRows(seats, graph.edges), graph.edges, width / 2);
  const sparse = sparseColumns(graph, edges);
  const slot = (seat: SeatedNode, row: number): number =>
    (sparse.has(seat.column ?? 0) ? 0 : (template.middles.get(slotKey(seat.node.family, row)) ?? 0)) + (middles.get(seat.column ?? 0) ?? 0);
  const middle = (seat: SeatedNode): number => (seat.column === undefined ? (timeless.get(seat.node.key) ?? width / 2) : slot(seat, seat.row));
  const passage = (seat: SeatedNode, row: number): number => (seat.column === undefined ? middle(seat) : slot(seat, row));
  const lane = (gutter: number, net: string): number => (gutters.get(gutter) ?? 0) + 7 + (lanes.get(gutter)?.get(net) ?? 0) * trackGap;
  return { across: { middle, passage, lane }, width };
}

/** Steps with one node a row at most and no wires that pass rows need only the width of their boxes: half of it, by step. */
function sparseColumns(graph: GraphDescription, edges: readonly WiredEdge[]): ReadonlyMap<number, number> {
  const counts = new Map<number, GraphNode[]>();
  for (const node of graph.nodes) if (node.column !== undefined) counts.set(node.column, [...(counts.get(node.column) ?? []), node]);
  const fullest = Math.max(0, ...[...counts.values()].map((nodes) => nodes.length));
  const passes = (column: number): boolean => edges.some(({ from, to, way }) => from.column === column && way.kind === 'up' && to.row - from.row > 1);
  const rows = new Map(edges.flatMap(({ from, to }) => [from, to]).map((seat) => [seat.node.key, seat.row]));
  const single = (nodes: readonly GraphNode[]): boolean => new Set(nodes.map((node) => rows.get(node.key))).size === nodes.length;
  const sparse = [...counts].filter(([column, nodes]) => nodes.length < 0.6 * fullest && single(nodes) && !passes(column));
  return new Map(sparse.map(([column, nodes]) => [column, Math.max(...nodes.map(boxWidth)) / 2]));
}

/** Steps side by side, each gutter as wide as its lanes need. Gutters are known by the step on their right. */
function columnMiddles(
  graph: GraphDescription,
  halfOf: (column: number) => number,
  lanes: ReadonlyMap<number, ReadonlyMap<string, number>>,
  gutter: number,
): { readonly middles: ReadonlyMap<number, number>; readonly gutters: ReadonlyMap<number, number>; readonly width: number } {
  const columns = graph.nodes.flatMap((node) => (node.column === undefined ? [] : [node.column]));
  const [first, last] = [Math.min(0, ...columns), Math.max(0, ...columns)];
  const middles = new Map<number, number>();
  const gutters = new Map<number, number>();
  let x = 1;
  for (let column = first; column <= last + 1; column += 1) {
    gutters.set(column, x);
    const count = 1 + Math.max(-1, ...(lanes.get(column)?.values() ?? []));
    if (count > 0 || (column > first && column <= last)) x += gutter + Math.max(0, count - 1) * trackGap;
    if (column > last) break;
    const half = halfOf(column);
    middles.set(column, x + half);
    x += 2 * half;
  }
  return { middles, gutters, width: x + 1 };
}

/** What belongs to no step stands side by side in the middle of the picture, with room for an arrow where one reads the next. */
function timelessMiddles(rows: readonly (readonly SeatedNode[])[], edges: readonly GraphEdge[], centre: number): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const side of rows) {
    const gaps = side.slice(1).map((seat, index) => (joined(side[index] as SeatedNode, seat, edges) ? 24 : 12));
    const total = side.reduce((sum, seat) => sum + seat.width, 0) + gaps.reduce((sum, gap) => sum + gap, 0);
    let x = centre - total / 2;
    for (const [index, seat] of side.entries()) {
      places.set(seat.node.key, x + seat.width / 2);
      x += seat.width + (gaps[index] ?? 0);
    }
  }
  return places;
}

const joined = (one: SeatedNode, other: SeatedNode, edges: readonly GraphEdge[]): boolean =>
  edges.some(({ from, to }) => (from === one.node.key && to === other.node.key) || (from === other.node.key && to === one.node.key));

/** More nodes in a row than this keep their order, since all orders are tried. */
const mostOrdered = 6;

/** The nodes of each row that belong to no step, those that read each other beside each other. */
function timelessRows(seats: ReadonlyMap<string, SeatedNode>, edges: readonly GraphEdge[]): readonly (readonly SeatedNode[])[] {
  const timeless = [...seats.values()].filter((seat) => seat.column === undefined);
  return [...new Set(timeless.map((seat) => seat.row))].map((row) =>
    nearestOrder(
      timeless.filter((seat) => seat.row === row),
      edges,
    ),
  );
}

function nearestOrder(side: readonly SeatedNode[], edges: readonly GraphEdge[]): readonly SeatedNode[] {
  const within = edges.filter(({ from, to }) => side.some(({ node }) => node.key === from) && side.some(({ node }) => node.key === to));
  if (within.length === 0 || side.length > mostOrdered) return side;
  const length = (order: readonly SeatedNode[]): number => {
    const place = new Map(order.map(({ node }, index) => [node.key, index]));
    return within.reduce((sum, { from, to }) => sum + Math.abs((place.get(from) ?? 0) - (place.get(to) ?? 0)), 0);
  };
  return orders(side).reduce((best, order) => (length(order) < length(best) ? order : best), side);
}

function orders<X>(items: readonly X[]): readonly (readonly X[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((first, index) => orders(items.filter((_, other) => other !== index)).map((rest) => [first, ...rest]));
}

function wiresOf(edges: readonly WiredEdge[], across: Across): ReadonlyMap<WiredEdge, Wire> {
  const wires = new Map<WiredEdge, Wire>();
  for (const reader of new Set(edges.map((edge) => edge.to))) {
    const entering = edges.filter((edge) => edge.to === reader);
    const ports = portsOf(
      reader,
      entering.filter((edge) => edge.way.kind !== 'across'),
      across,
    );
    for (const edge of entering) wires.set(edge, wireOf(edge, across, ports.get(edge) ?? across.middle(reader)));
  }
  return wires;
}

interface Heights {
  readonly topOf: (row: number) => number;
  readonly bottomOf: (row: number) => number;
  readonly middleOf: (row: number) => number;
  readonly trackOf: (gap: number, net: string) => number;
  readonly total: number;
}

/** Rows from the top of the picture down; gap −1 lies under the lowest row. */
function settleHeights(rows: number, wires: readonly Wire[]): Heights {
  const gaps = Array.from({ length: rows }, (_, index) => index - 1).map((gap) => ({
    gap,
    tracks: assignTracks(gapIntervals(wires, gap), gapOrder(wires, gap), 4),
  }));
  const counts = gaps.map(({ tracks }) => 1 + Math.max(-1, ...tracks.values()));
  const room = counts.map((count, index) => (index === 0 ? (count === 0 ? 0 : 12 + count * trackGap) : 20 + Math.max(0, count - 1) * trackGap));
  const total = 2 + rows * boxHeight + room.reduce((sum, height) => sum + height, 0);
  const bottomOf = (row: number): number => total - 1 - row * boxHeight - room.slice(0, row + 1).reduce((sum, height) => sum + height, 0);
  const topOf = (row: number): number => bottomOf(row) - boxHeight;
  const trackOf = (gap: number, net: string): number => {
    const track = gaps[gap + 1]?.tracks.get(net) ?? 0;
    const floor = gap < 0 ? total - 1 : topOf(gap);
    return floor - (gap < 0 ? 3 : 7) - track * trackGap;
  };
  return { topOf, bottomOf, middleOf: (row) => bottomOf(row) - boxHeight / 2, trackOf, total };
}

// ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function draw(
  graph: GraphDescription,
  seats: ReadonlyMap<string, SeatedNode>,
  edges: readonly WiredEdge[],
  wires: ReadonlyMap<WiredEdge, Wire>,
  { across, width }: PlacesAcross,
  heights: Heights,
  options: GraphOptions,
): Scene {
  const shown = new Set((options.highlight ?? []).flatMap((path) => path.slice(1).map((key, index) => `${path[index]}\u0000${key}`)));
  const onPath = new Set((options.highlight ?? []).flat());
  const stands = (edge: WiredEdge): boolean => shown.has(`${edge.edge.from}\u0000${edge.edge.to}`);
  const ways = new Map<string, (readonly (readonly [number, number])[])[]>();
  const lines = [...edges]
    .sort((a, b) => Number(stands(a)) - Number(stands(b)))
    .map((edge): SceneItem => {
      const stroke: Ink = stands(edge) ? 'highlight' : isRecurrent(edge.edge, edge.from.node, edge.to.node) ? 'state' : 'ink';
      const way = corners(wires.get(edge) as Wire, heights);
      const key = `${edge.edge.from}\u0000${stroke}`;
      const drawn = ways.get(key) ?? [];
      ways.set(key, [...drawn, way]);
      return { type: 'line', points: untravelled(way, drawn), stroke, width: stands(edge) ? 1.5 : 0.7, arrow: true };
    });
  const boxes = graph.nodes.flatMap((node) => drawNode(seats.get(node.key) as SeatedNode, across, heights, onPath.has(node.key)));
  return { width, height: heights.total, items: [...lines, ...boxes] };
}

function drawNode(seat: SeatedNode, across: Across, heights: Heights, stands: boolean): readonly SceneItem[] {
  const x = across.middle(seat);
  const y = heights.middleOf(seat.row);
  const label: SceneItem = {
    type: 'label',
    x,
    y,
    anchor: 'middle',
    content: { type: 'math', math: seat.node.math },
    size: fontSize,
    ink: isDots(seat.node) ? 'muted' : 'ink',
  };
  if (isDots(seat.node)) return [label];
  const stroke = stands ? 'highlight' : 'ink';
  return [
    { type: 'rectangle', x: x - seat.width / 2, y: y - boxHeight / 2, width: seat.width, height: boxHeight, radius: 4, stroke, fill: nodeInks[seat.node.kind] },
    label,
  ];
}
