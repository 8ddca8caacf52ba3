/**
 * Lines of a scene as drawing commands, the same for every format: straight or smooth shafts and arrow heads as filled triangles.
 *
 * Heads are drawn, not left to each format's own arrow tips, so that a figure looks alike in SVG, TikZ and Typst.
 */

import type { SceneItem } from '../../solution/document.js';

export type Point = readonly [number, number];

export type PathCommand =
  | { readonly type: 'move' | 'line'; readonly to: Point }
  | { readonly type: 'curve'; readonly first: Point; readonly second: Point; readonly to: Point };

export interface DrawnLine {
  readonly commands: readonly PathCommand[];
  /** Corners of the arrow head; absent without an arrow. */
  readonly head?: readonly [Point, Point, Point];
}

type LineItem = Extract<SceneItem, { type: 'line' }>;

/** Coordinates with at most two decimals and no negative zero, as every format prints them. */
export function coordinate(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return String(rounded === 0 ? 0 : rounded);
}

/** Turns a line of a scene into commands; the shaft of an arrow ends inside its head. Lines of fewer than two points draw nothing. */
export function drawLine(line: LineItem): DrawnLine {
  const points = withoutRepeats(line.points);
  const tip = points.at(-1);
  const start = points[0];
  if (tip === undefined || start === undefined || points.length < 2) return { commands: [] };
  const before = points.at(-2) as Point;
  if (line.arrow !== true) return { commands: shaft(points, line.curved === true) };
  const length = 4.2 + 1.4 * line.width;
  const direction = unit(before, tip);
  const base: Point = [tip[0] - direction[0] * length, tip[1] - direction[1] * length];
  const half = length * 0.36;
  const head = [tip, [base[0] - direction[1] * half, base[1] + direction[0] * half], [base[0] + direction[1] * half, base[1] - direction[0] * half]] as const;
  const shortened: Point = [tip[0] - direction[0] * length * 0.8, tip[1] - direction[1] * length * 0.8];
  return { commands: shaft([...points.slice(0, -1), shortened], line.curved === true), head };
}

function withoutRepeats(points: readonly Point[]): readonly Point[] {
  return points.filter((point, index) => {
    const previous = points[index - 1];
    return previous === undefined || Math.hypot(point[0] - previous[0], point[1] - previous[1]) > 1e-6;
  });
}

function unit(from: Point, to: Point): Point {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  return [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
}

function shaft(points: readonly Point[], curved: boolean): readonly PathCommand[] {
  const [start, ...rest] = points as readonly [Point, ...Point[]];
  if (!curved || points.length === 2) return [{ type: 'move', to: start }, ...rest.map((to) => ({ type: 'line' as const, to }))];
  return [{ type: 'move', to: start }, ...rest.map((to, index) => segment(points, index, to))];
}

/** One piece of the Catmull–Rom spline through the points, as a cubic Bézier curve. */
function segment(points: readonly Point[], index: number, to: Point): PathCommand {
  const from = points[index] as Point;
  const before = points[index - 1] ?? from;
  const after = points[index + 2] ?? to;
  const first: Point = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6];
  const second: Point = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6];
  return { type: 'curve', first, second, to };
}
