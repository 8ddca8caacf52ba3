/** Which numbers a search may give to a name: what is declared of it, and what the claim assumes. */

import type { Assumptions } from '../../model/index.js';
import type { GivenInstance } from '../../numeric/index.js';
import { EVERYTHING, type Interval, intersection } from '../../proof/index.js';

export interface Admissible {
  readonly instance: GivenInstance;
  /** Simple numbers that fit, plainest first; never empty. */
  readonly simple: readonly number[];
  fits(value: number): boolean;
  /** Makes entries obey what ties them together (rows that sum to one, symmetry); false where they then leave their range. */
  settle(): boolean;
}

const SIMPLE = [0, 1, -1, 0.5, -0.5, 2, -2] as const;

/** Undefined for names whose values are drawn and not chosen: orthogonal matrices. */
export function admissible(instance: GivenInstance, assumptions: Assumptions, assumed: Interval): Admissible | undefined {
  if (assumptions.orthogonal === true) return undefined;
  const range = intersection(declaredInterval(assumptions), assumed);
  const fits = (value: number): boolean =>
    (value > range.low || (value === range.low && !range.lowOpen)) && (value < range.high || (value === range.high && !range.highOpen));
  const simple = [...SIMPLE, ...insideOf(range)].filter(fits);
  return simple.length === 0 ? undefined : { instance, simple, fits, settle: () => tie(instance, assumptions) && instance.data.every(fits) };
}

function declaredInterval({ low, high, lowOpen, highOpen, oneHot }: Assumptions): Interval {
  if (oneHot === true) return { low: 0, high: 1, lowOpen: false, highOpen: false };
  if (low === undefined && high === undefined) return EVERYTHING;
  return { low: low ?? -Infinity, high: high ?? Infinity, lowOpen: lowOpen ?? low === undefined, highOpen: highOpen ?? high === undefined };
}

/** Ends, the middle, and whole steps away from an end. */
function insideOf({ low, high }: Interval): readonly number[] {
  const middle = Number.isFinite(low) && Number.isFinite(high) ? [(low + high) / 2, (3 * low + high) / 4, (low + 3 * high) / 4] : [];
  return [low, high, ...middle, low + 1, high - 1, low + 0.5, high - 0.5].filter(Number.isFinite);
}

function tie({ data, dims }: GivenInstance, { sumsToOne, oneHot, symmetric, diagonal }: Assumptions): boolean {
  const columns = dims.at(-1) ?? 1;
  if (oneHot === true || sumsToOne === true)
    for (let start = 0; start < data.length; start += columns) {
      const row = data.subarray(start, start + columns);
      if (oneHot === true) single(row);
      else row[columns - 1] = 1 - row.subarray(0, columns - 1).reduce((sum, value) => sum + value, 0);
    }
  const rows = dims[0] ?? 1;
  if (dims.length !== 2 || rows !== columns) return true;
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) {
      if (diagonal === true && i !== j) data[i * columns + j] = 0;
      if (symmetric === true && j < i) data[i * columns + j] = data[j * columns + i] as number;
    }
  return true;
}

/** 1 at the largest entry, 0 elsewhere. */
function single(row: Float64Array): void {
  const largest = row.indexOf(Math.max(...row));
  row.fill(0);
  row[Math.max(0, largest)] = 1;
}
