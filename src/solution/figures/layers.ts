/**
 * Rows of a computation graph and the order within them, decided once for the families, so that all steps look alike.
 *
 * Every family that is read within a step (or by a step of another loop) lies in a row below its readers; edges that pass rows get an
 * invisible place in each of them. All loops run over finite lists; recurrences take no part, and a circle that is left is cut at its last edge.
 */

import { InputError } from '../../errors.js';
import { type GraphDescription, type GraphNode, isRecurrent } from './description.js';

/** A place in a row: a family, or the way of a family's edges through the row. */
export interface Slot {
  readonly family: string;
  readonly row: number;
  readonly passing: boolean;
}

export interface Layers {
  /** Slots of each row from the lowest up, left to right; families without a step stand in rows of their own. */
  readonly rows: readonly (readonly Slot[])[];
  /** Row of each family. */
  readonly rowOf: ReadonlyMap<string, number>;
}

export interface FamilyEdge {
  readonly from: string;
  readonly to: string;
}

/** The edges between families that order the rows, without repeats. */
export function familyEdges(graph: GraphDescription, nodes: ReadonlyMap<string, GraphNode>): readonly FamilyEdge[] {
  const seen = new Map<string, FamilyEdge>();
  for (const edge of graph.edges) {
    const from = nodes.get(edge.from);
    const to = nodes.get(edge.to);
    if (from === undefined || to === undefined)
      throw new InputError({ ruleId: 'unknown-node', message: `The graph has an edge between ${edge.from} and ${edge.to}, but not both nodes.` });
    if (from.family === to.family || isRecurrent(edge, from, to)) continue;
    seen.set(`${from.family}\u0000${to.family}`, { from: from.family, to: to.family });
  }
  return [...seen.values()];
}

/** Rows by longest path, then places by fewest crossings. */
export function layerGraph(graph: GraphDescription): Layers {
  const nodes = new Map(graph.nodes.map((node) => [node.key, node]));
  const families = [...new Set(graph.nodes.map((node) => node.family))];
  const edges = withoutCircles(familyEdges(graph, nodes), families);
  const ranks = apart(families, edges, carriedOn(graph, nodes));
  const timeless = new Set(graph.nodes.filter((node) => node.column === undefined).map((node) => node.family));
  const rowOf = besideReaders(outside(ranks, edges, timeless), edges, new Set([...timeless, ...carriedOn(graph, nodes)]));
  const rows = slots(families, edges, rowOf, timeless);
  return { rows: fewestCrossings(rows, edges), rowOf };
}

function withoutCircles(edges: readonly FamilyEdge[], families: readonly string[]): readonly FamilyEdge[] {
  const kept: FamilyEdge[] = [];
  for (const edge of edges) if (!reaches(kept, edge.to, edge.from, families.length)) kept.push(edge);
  return kept;
}

function reaches(edges: readonly FamilyEdge[], from: string, to: string, bound: number): boolean {
  let frontier = new Set([from]);
  for (let step = 0; step <= bound; step += 1) {
    if (frontier.has(to)) return true;
    frontier = new Set([...frontier, ...edges.filter((edge) => frontier.has(edge.from)).map((edge) => edge.to)]);
  }
  return false;
}

/** Families that read themselves at another step: their arrows want a row of their own. */
function carriedOn(graph: GraphDescription, nodes: ReadonlyMap<string, GraphNode>): ReadonlySet<string> {
  const own = graph.edges.map((edge) => [nodes.get(edge.from)?.family, nodes.get(edge.to)?.family] as const).filter(([from, to]) => from === to);
  return new Set(own.flatMap(([family]) => (family === undefined ? [] : [family])));
}

/** Longest paths in which no two of the given families share a row. Each round lifts one family above another for good, so it ends. */
function apart(families: readonly string[], edges: readonly FamilyEdge[], lone: ReadonlySet<string>): ReadonlyMap<string, number> {
  let all = edges;
  for (let round = 0; round < families.length ** 2; round += 1) {
    const rows = longestPaths(families, all);
    const pair = [...lone].flatMap((from, index) =>
      [...lone]
        .slice(index + 1)
        .filter((to) => rows.get(to) === rows.get(from))
        .map((to) => ({ from, to })),
    )[0];
    if (pair === undefined) return rows;
    all = [...all, pair];
  }
  return longestPaths(families, edges);
}

function longestPaths(families: readonly string[], edges: readonly FamilyEdge[]): ReadonlyMap<string, number> {
  const rowOf = new Map(families.map((family) => [family, 0]));
  // As many rounds as there are families are enough, since no path is longer.
  for (let round = 0; round < families.length; round += 1) {
    for (const { from, to } of edges) rowOf.set(to, Math.max(rowOf.get(to) ?? 0, (rowOf.get(from) ?? 0) + 1));
  }
  return rowOf;
}

/**
 * What belongs to no step stands above all steps when it reads any of them, and below all of them otherwise; between two loops only
 * where its row is its own.
 */
function outside(ranks: ReadonlyMap<string, number>, edges: readonly FamilyEdge[], all: ReadonlySet<string>): ReadonlyMap<string, number> {
  const timeless = new Set([...all].filter((family) => !standsBetween(family, ranks, edges)));
  const reads = (family: string): boolean => edges.some((edge) => edge.to === family);
  const lower = [...timeless].some((family) => !reads(family)) ? 1 : 0;
  const stepped = [...ranks].filter(([family]) => !timeless.has(family)).map(([, row]) => row);
  const top = Math.max(-1, ...stepped) + 1 + lower;
  return new Map([...ranks].map(([family, row]) => [family, timeless.has(family) ? (reads(family) ? top : 0) : row + lower]));
}

/** Whether a family reads what lies below and is read right above, in a row that nothing else stands in or passes. */
function standsBetween(family: string, ranks: ReadonlyMap<string, number>, edges: readonly FamilyEdge[]): boolean {
  const row = ranks.get(family) ?? 0;
  const readersOf = (other: string): readonly number[] => edges.filter((edge) => edge.from === other).map((edge) => ranks.get(edge.to) ?? 0);
  const readers = readersOf(family);
  // What reads nothing will move up beside what it is read with.
  const comesTo = (other: string): number => {
    const read = edges.some((edge) => edge.to === other) ? [] : readersOf(other);
    return read.length === 0 ? (ranks.get(other) ?? 0) : Math.min(...read) - 1;
  };
  const alone = [...ranks.keys()].every((other) => other === family || comesTo(other) !== row);
  const passed = edges.some(({ from, to }) => comesTo(from) < row && (ranks.get(to) ?? 0) > row);
  return edges.some((edge) => edge.to === family) && readers.length > 0 && readers.every((reader) => reader === row + 1) && alone && !passed;
}

/** What reads nothing stands right below the lowest of its readers, however high that is: targets beside predictions. */
function besideReaders(rowOf: ReadonlyMap<string, number>, edges: readonly FamilyEdge[], fixed: ReadonlySet<string>): ReadonlyMap<string, number> {
  const moved = ([family, row]: readonly [string, number]): readonly [string, number] => {
    const readers = edges.filter((edge) => edge.from === family).map((edge) => rowOf.get(edge.to) ?? 0);
    const free = !fixed.has(family) && readers.length > 0 && !edges.some((edge) => edge.to === family);
    return [family, free ? Math.max(row, Math.min(...readers) - 1) : row];
  };
  return new Map([...rowOf].map(moved));
}

function slots(families: readonly string[], edges: readonly FamilyEdge[], rowOf: ReadonlyMap<string, number>, timeless: ReadonlySet<string>): Slot[][] {
  const height = 1 + Math.max(0, ...rowOf.values());
  const rows: Slot[][] = Array.from({ length: height }, () => []);
  for (const family of families) rows[rowOf.get(family) ?? 0]?.push({ family, row: rowOf.get(family) ?? 0, passing: false });
  for (const family of families) {
    if (timeless.has(family)) continue;
    const start = rowOf.get(family) ?? 0;
    const end = Math.max(start, ...edges.filter((edge) => edge.from === family).map((edge) => rowOf.get(edge.to) ?? 0));
    for (let row = start + 1; row < end; row += 1) rows[row]?.push({ family, row, passing: true });
  }
  return rows;
}

// ── fewest crossings ─────────────────────────────────────────────────────────────────────────────────────────────────

/** The slots that a family edge joins in two neighbouring rows. */
function joins(lower: Slot, upper: Slot, edges: readonly FamilyEdge[]): boolean {
  if (upper.passing) return lower.family === upper.family;
  return edges.some((edge) => edge.from === lower.family && edge.to === upper.family);
}

function crossings(lower: readonly Slot[], upper: readonly Slot[], edges: readonly FamilyEdge[]): number {
  const lines = lower.flatMap((from, a) => upper.flatMap((to, b) => (joins(from, to, edges) ? [[a, b] as const] : [])));
  let count = 0;
  lines.forEach(([a, b], index) => {
    for (const [c, d] of lines.slice(index + 1)) if ((a - c) * (b - d) < 0) count += 1;
  });
  return count;
}

/** Four sweeps up and down, each row put by exchanges of neighbours into an order that crosses least with its neighbours. */
function fewestCrossings(rows: Slot[][], edges: readonly FamilyEdge[]): readonly (readonly Slot[])[] {
  for (let sweep = 0; sweep < 4; sweep += 1) {
    const order = rows.map((_, row) => (sweep % 2 === 0 ? row : rows.length - 1 - row));
    for (const row of order) rows[row] = exchanged(rows, row, edges);
  }
  return rows;
}

function exchanged(rows: readonly Slot[][], row: number, edges: readonly FamilyEdge[]): Slot[] {
  const cost = (slots: readonly Slot[]): number => crossings(rows[row - 1] ?? [], slots, edges) + crossings(slots, rows[row + 1] ?? [], edges);
  let best = rows[row] ?? [];
  // Every exchange that is kept lowers the cost, a whole number that is never negative.
  for (let improved = true; improved; ) {
    improved = false;
    for (let left = 0; left < best.length; left += 1) {
      for (let right = left + 1; right < best.length; right += 1) {
        const tried = best.map((slot, place) => (place === left ? best[right] : place === right ? best[left] : slot) as Slot);
        if (cost(tried) < cost(best)) {
          best = tried;
          improved = true;
        }
      }
    }
  }
  return best;
}
