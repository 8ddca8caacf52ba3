/**
 * The ways of a graph's edges: up from the top of a node through the gaps between rows, or sideways through the gutters between steps,
 * always in straight pieces, never through a node. Edges out of one node share their way as far as they can.
 *
 * Gaps hold horizontal tracks, gutters hold vertical lanes; two nets share one only where they do not meet. Loops run over finite lists.
 */

/** A place on a wire: where it is across, and at which row or in which gap it is. */
export type Stop =
  /** Top (leaving) or bottom (entering) of a node in a row, or a passage through the row. */
  | { readonly at: 'row'; readonly row: number; readonly x: number }
  /** A side of a node. */
  | { readonly at: 'side'; readonly row: number; readonly x: number }
  /** A lane of the gutter left of step `gutter`. */
  | { readonly at: 'lane'; readonly x: number };

/** One edge's way: its stops, and the gap (above row `gap`) of every horizontal piece between two stops. */
export interface Wire {
  /** Key of the node that it leaves: wires of one net may run on top of each other. */
  readonly net: string;
  readonly stops: readonly Stop[];
  /** For each pair of neighbouring stops: the gap it crosses in, or undefined when they are joined directly. */
  readonly gaps: readonly (number | undefined)[];
}

export interface Interval {
  readonly net: string;
  readonly from: number;
  readonly to: number;
}

/** Gives each net a track, the lowest that is free all along it; nets in `below` come under those they are listed with. */
export function assignTracks(intervals: readonly Interval[], below: readonly (readonly [string, string])[], margin: number): ReadonlyMap<string, number> {
  const merged = mergeNets(intervals);
  const order = topological(
    merged.map((interval) => interval.net),
    below,
  );
  const tracks = new Map<string, number>();
  const placed: (Interval & { track: number })[] = [];
  for (const net of order) {
    const interval = merged.find((candidate) => candidate.net === net) as Interval;
    const lowest = Math.max(0, ...below.filter(([, upper]) => upper === net).map(([lower]) => (tracks.get(lower) ?? -1) + 1));
    const meets = (track: number): boolean =>
      placed.some((other) => other.track === track && interval.from < other.to + margin && other.from < interval.to + margin);
    let track = lowest;
    while (meets(track)) track += 1;
    tracks.set(net, track);
    placed.push({ ...interval, track });
  }
  return tracks;
}

function mergeNets(intervals: readonly Interval[]): readonly Interval[] {
  const nets = new Map<string, Interval>();
  for (const { net, from, to } of intervals) {
    const known = nets.get(net);
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    nets.set(net, known === undefined ? { net, from: low, to: high } : { net, from: Math.min(known.from, low), to: Math.max(known.to, high) });
  }
  return [...nets.values()].sort((a, b) => a.to - a.from - (b.to - b.from) || (a.net < b.net ? -1 : 1));
}

/** Nets so that those below come first; a circle of wishes is cut at its first net. */
function topological(nets: readonly string[], below: readonly (readonly [string, string])[]): readonly string[] {
  const order: string[] = [];
  const left = new Set(nets);
  while (left.size > 0) {
    const free = [...left].find((net) => !below.some(([lower, upper]) => upper === net && left.has(lower) && lower !== net)) ?? ([...left][0] as string);
    order.push(free);
    left.delete(free);
  }
  return order;
}

/** Horizontal pieces of all wires in one gap. */
export function gapIntervals(wires: readonly Wire[], gap: number): readonly Interval[] {
  return wires.flatMap((wire) =>
    pieces(wire).flatMap((piece) =>
      piece.gap === gap && Math.abs(piece.from.x - piece.to.x) > 0.5 ? [{ net: wire.net, from: piece.from.x, to: piece.to.x }] : [],
    ),
  );
}

/** Pairs of nets of one gap where the first must run below the second: it comes from below where the other leaves upwards. */
export function gapOrder(wires: readonly Wire[], gap: number): readonly (readonly [string, string])[] {
  const entering = ends(wires, gap, 'from');
  const leaving = ends(wires, gap, 'to');
  return entering.flatMap((low) => leaving.flatMap((high) => (low.net !== high.net && Math.abs(low.x - high.x) < 2.5 ? [[low.net, high.net] as const] : [])));
}

function ends(wires: readonly Wire[], gap: number, end: 'from' | 'to'): readonly { readonly net: string; readonly x: number }[] {
  return wires.flatMap((wire) => pieces(wire).flatMap((piece) => (piece.gap === gap && piece[end].at === 'row' ? [{ net: wire.net, x: piece[end].x }] : [])));
}

export interface WirePiece {
  readonly from: Stop;
  readonly to: Stop;
  readonly gap: number | undefined;
}

export function pieces(wire: Wire): readonly WirePiece[] {
  return wire.gaps.map((gap, index) => ({ from: wire.stops[index] as Stop, to: wire.stops[index + 1] as Stop, gap }));
}

/** The corners of a wire, given the heights of things: `bottomOf` and `topOf` a row, `middleOf` a row, `trackOf` a net in a gap. */
export function corners(
  wire: Wire,
  heights: {
    readonly topOf: (row: number) => number;
    readonly bottomOf: (row: number) => number;
    readonly middleOf: (row: number) => number;
    readonly trackOf: (gap: number, net: string) => number;
  },
): readonly (readonly [number, number])[] {
  const first = wire.stops[0] as Stop;
  const last = wire.stops.at(-1) as Stop;
  const line: [number, number][] = [[first.x, first.at === 'side' ? heights.middleOf(first.row) : heights.topOf(first.at === 'row' ? first.row : 0)]];
  for (const { from, to, gap } of pieces(wire)) {
    if (gap === undefined) {
      const y = line.at(-1)?.[1] ?? 0;
      line.push([to.x, y]);
    } else {
      const y = heights.trackOf(gap, wire.net);
      line.push([from.x, y], [to.x, y]);
    }
  }
  if (last.at === 'row') line.push([last.x, heights.bottomOf(last.row)]);
  return withoutMiddles(line);
}

function withoutMiddles(line: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const distinct = line.filter(
    (point, index) => index === 0 || Math.hypot(point[0] - (line[index - 1]?.[0] ?? 0), point[1] - (line[index - 1]?.[1] ?? 0)) > 0.01,
  );
  return distinct.filter((point, index) => {
    const [before, after] = [distinct[index - 1], distinct[index + 1]];
    if (before === undefined || after === undefined) return true;
    return !(
      (Math.abs(before[0] - point[0]) < 0.01 && Math.abs(after[0] - point[0]) < 0.01) ||
      (Math.abs(before[1] - point[1]) < 0.01 && Math.abs(after[1] - point[1]) < 0.01)
    );
  });
}

type Corner = readonly [number, number];

/** The rest of a way after what it shares from the start with a way that is drawn already, so that shared lines are not drawn twice. */
export function untravelled(way: readonly Corner[], drawn: readonly (readonly Corner[])[]): readonly Corner[] {
  return drawn.map((other) => afterShared(way, other)).reduce((best, rest) => (lengthOf(rest) < lengthOf(best) ? rest : best), way);
}

function afterShared(way: readonly Corner[], other: readonly Corner[]): readonly Corner[] {
  for (let index = 0; index + 1 < way.length; index += 1) {
    const [start, end] = [way[index] as Corner, way[index + 1] as Corner];
    const [otherStart, otherEnd] = [other[index], other[index + 1]];
    const last = index + 2 === way.length;
    if (otherStart === undefined || otherEnd === undefined || distance(start, otherStart) > 0.01 || !sameDirection(start, end, otherEnd))
      return way.slice(index);
    if (distance(end, otherEnd) < 0.01 && !last) continue;
    // The ways part within this piece; the last piece is drawn whole, since its arrow belongs to it.
    if (last) return way.slice(index);
    return distance(start, end) < distance(start, otherEnd) ? way.slice(index + 1) : [otherEnd, ...way.slice(index + 1)];
  }
  return way;
}

const distance = (a: Corner, b: Corner): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
const lengthOf = (way: readonly Corner[]): number => way.slice(1).reduce((sum, corner, index) => sum + distance(way[index] as Corner, corner), 0);

function sameDirection(from: Corner, a: Corner, b: Corner): boolean {
  const [ax, ay, bx, by] = [a[0] - from[0], a[1] - from[1], b[0] - from[0], b[1] - from[1]];
  return Math.abs(ax * by - ay * bx) < 0.01 && ax * bx + ay * by > 0;
}
