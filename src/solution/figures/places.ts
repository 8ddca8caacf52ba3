/**
 * Where the nodes of a layered graph stand: one template of places for all steps, drawn towards their neighbours in other rows without
 * ever coming closer than the gap. Coordinates across are settled here; heights follow from the routes.
 */

import type { GraphNode } from './description.js';
import type { FamilyEdge, Layers, Slot } from './layers.js';

/** Places within one step, measured from its middle. */
export interface Template {
  /** Middle of each slot, by its key. */
  readonly middles: ReadonlyMap<string, number>;
  /** Half the width of a step. */
  readonly half: number;
}

export const slotKey = (family: string, row: number): string => `${row}\u0000${family}`;

const gap = 6;
const passingWidth = 6;

/** Finds the template for the families that occur in steps; `widthOf` is the width of a family's boxes. */
export function placeSlots(layers: Layers, edges: readonly FamilyEdge[], inSteps: ReadonlySet<string>, widthOf: (family: string) => number): Template {
  const rows = layers.rows.map((row) => row.filter((slot) => inSteps.has(slot.family)));
  const width = (slot: Slot): number => (slot.passing ? passingWidth : widthOf(slot.family));
  const middles = new Map<string, number>();
  const distances = (row: readonly Slot[]): readonly number[] =>
    row.map((slot, index) => (index === 0 ? 0 : width(row[index - 1] as Slot) / 2 + gap + width(slot) / 2));
  for (const row of rows)
    spread(
      row.map(() => 0),
      distances(row),
    ).forEach((x, index) => middles.set(keyOf(row[index] as Slot), x));
  // Eight sweeps settle every graph that fits on a page; more would move places by fractions of a point.
  for (let sweep = 0; sweep < 8; sweep += 1) {
    for (const row of sweep % 2 === 0 ? rows : [...rows].reverse()) {
      const wished = row.map((slot) => middleOf(neighbours(slot, rows, edges), middles) ?? middles.get(keyOf(slot)) ?? 0);
      spread(wished, distances(row)).forEach((x, index) => middles.set(keyOf(row[index] as Slot), x));
    }
  }
  for (const sign of [-1, 1] as const) straighten(rows, middles, sign);
  return centred(rows.flat(), middles, width);
}

/** Ways past several rows that are outermost in all of them run straight, as far out as the widest row makes them. */
function straighten(rows: readonly (readonly Slot[])[], middles: Map<string, number>, sign: 1 | -1): void {
  const outer = rows.flatMap((row) => (sign === 1 ? row.at(-1) : row[0]) ?? []).filter((slot) => slot.passing);
  for (const family of new Set(outer.map((slot) => slot.family))) {
    const chain = rows.flat().filter((slot) => slot.passing && slot.family === family);
    if (!chain.every((slot) => outer.includes(slot))) continue;
    const x = Math.max(...chain.map((slot) => sign * (middles.get(keyOf(slot)) ?? 0)));
    for (const slot of chain) middles.set(keyOf(slot), sign * x);
  }
}

const keyOf = (slot: Slot): string => slotKey(slot.family, slot.row);

function neighbours(slot: Slot, rows: readonly (readonly Slot[])[], edges: readonly FamilyEdge[]): readonly Slot[] {
  const below = (rows[slot.row - 1] ?? []).filter((other) =>
    slot.passing ? other.family === slot.family : edges.some((edge) => edge.from === other.family && edge.to === slot.family),
  );
  const above = (rows[slot.row + 1] ?? []).filter((other) =>
    other.passing ? other.family === slot.family : edges.some((edge) => edge.from === slot.family && edge.to === other.family),
  );
  return [...below, ...above];
}

function middleOf(slots: readonly Slot[], middles: ReadonlyMap<string, number>): number | undefined {
  if (slots.length === 0) return undefined;
  return slots.reduce((sum, slot) => sum + (middles.get(keyOf(slot)) ?? 0), 0) / slots.length;
}

/**
 * Places in order that keep their distances (to the place before) and are as near as can be, in least squares, to where they are wished:
 * neighbours that would come too close are pooled and move together. Each pooling makes one block fewer, so it ends.
 */
export function spread(wished: readonly number[], distances: readonly number[]): readonly number[] {
  const offsets: number[] = [];
  for (const [index, distance] of distances.entries()) offsets.push(index === 0 ? 0 : (offsets[index - 1] as number) + distance);
  const blocks: { sum: number; count: number }[] = [];
  wished.forEach((wish, index) => {
    let block = { sum: wish - (offsets[index] as number), count: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.sum / last.count >= block.sum / block.count; last = blocks.at(-1)) {
      block = { sum: last.sum + block.sum, count: last.count + block.count };
      blocks.pop();
    }
    blocks.push(block);
  });
  return blocks.flatMap((block) => Array.from({ length: block.count }, () => block.sum / block.count)).map((base, index) => base + (offsets[index] as number));
}

function centred(slots: readonly Slot[], middles: ReadonlyMap<string, number>, width: (slot: Slot) => number): Template {
  const left = Math.min(0, ...slots.map((slot) => (middles.get(keyOf(slot)) ?? 0) - width(slot) / 2));
  const right = Math.max(0, ...slots.map((slot) => (middles.get(keyOf(slot)) ?? 0) + width(slot) / 2));
  const shift = (left + right) / 2;
  return { middles: new Map([...middles].map(([key, x]) => [key, x - shift])), half: (right - left) / 2 };
}

/** Widest box of each family. */
export function familyWidths(nodes: readonly GraphNode[], widthOf: (node: GraphNode) => number): ReadonlyMap<string, number> {
  const widths = new Map<string, number>();
  for (const node of nodes) widths.set(node.family, Math.max(widths.get(node.family) ?? 0, widthOf(node)));
  return widths;
}
