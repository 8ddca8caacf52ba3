/**
 * Signed random projections: what is compared where a derivative has too many entries to take one by one.
 *
 * Σ sᵢ aᵢ against the tangent in the direction s, signs drawn anew for each of k projections. Whatever the errors e are, flipping the sign of the largest
 * moves Σ sᵢ eᵢ by twice its size, so at most half of all signs give a sum smaller than it: an error above the tolerance of a projection is missed by all k
 * with probability at most 2⁻ᵏ. A projection that disagrees is taken apart: the entries are split into groups, each with projections of its own, and only
 * groups that disagree are split again, so the search ends at single entries.
 */

import { type Instance, Random, type TangentRunner } from '../numeric/index.js';
import { type LaneQuestion, weightedLanes } from './lanes.js';
import { toleranceOf, UNIT_ROUNDOFF } from './verdict.js';

export const PROJECTIONS = 32;
/** Groups of one round of the search, projections of each, and the size at which entries are taken one by one. */
const GROUPS = 16;
const GROUP_PROJECTIONS = 6;
const SMALL = 16;
/** Wrong entries that are looked for; the rest of what disagrees is left unchecked. */
const MOST_FOUND = 64;

export interface Projected {
  /** Entries in groups whose projections agree. */
  readonly agreeing: number;
  /** Entries to take one by one: they lie in groups that disagree. */
  readonly suspects: readonly number[];
  /** Entries in groups that disagree and were not taken apart. */
  readonly left: number;
  readonly evaluations: number;
}

interface Projection {
  readonly formula: Float64Array;
  readonly spread: Float64Array;
}

/** Projects all entries of a scalar's derivative, and searches where that disagrees. */
export function project(runner: TangentRunner, question: LaneQuestion, { formula, spread }: Projection, seed: number): Projected {
  const random = new Random(seed, `projections/${question.moved.label}`);
  const all = Array.from(formula.keys());
  let evaluations = 0;
  const disagreeing = (groups: readonly (readonly number[])[], times: number): boolean[] => {
    const signs = Int8Array.from({ length: times * formula.length }, () => (random.between(0, 1) < 0.5 ? 1 : -1));
    const member = new Int32Array(formula.length).fill(-1);
    groups.forEach((group, g) => {
      for (const entry of group) member[entry] = g;
    });
    const sign = (k: number, entry: number): number => signs[k * formula.length + entry] as number;
    const count = groups.length * times;
    evaluations += count;
    const { columns } = runner.run({
      ...taskOf(question),
      directions: weightedLanes(question.moved, count, (lane, entry) => (member[entry] === Math.floor(lane / times) ? sign(lane % times, entry) : 0)),
    });
    const numeric = columns[0] as Float64Array;
    return groups.map((group, g) =>
      Array.from({ length: times }, (_, k) => k).some((k) => {
        const { sum, tolerance } = projected(group, formula, spread, (entry) => sign(k, entry));
        return !(Math.abs(sum - (numeric[g * times + k] as number)) <= tolerance);
      }),
    );
  };
  const [bad] = disagreeing([all], PROJECTIONS);
  if (bad !== true) return { agreeing: all.length, suspects: [], left: 0, evaluations };
  const suspects: number[] = [];
  let agreeing = 0;
  let left = 0;
  // Each round makes the group at the head of the queue smaller or empties it.
  const queue: (readonly number[])[] = [all];
  for (let group = queue.shift(); group !== undefined; group = queue.shift()) {
    if (group.length <= SMALL) suspects.push(...group);
    else if (suspects.length + queue.length * SMALL >= MOST_FOUND * SMALL) left += group.length;
    else {
      const parts = split(group);
      const failing = disagreeing(parts, GROUP_PROJECTIONS);
      parts.forEach((part, k) => {
        if (failing[k] === true) queue.push(part);
        else agreeing += part.length;
      });
    }
  }
  return { agreeing, suspects, left, evaluations };
}

const taskOf = ({ program, watched, isHeld }: LaneQuestion) => ({
  program,
  watched: [watched] as readonly Instance[],
  ...(isHeld === undefined ? {} : { isHeld }),
});

function split(group: readonly number[]): number[][] {
  const size = Math.ceil(group.length / GROUPS);
  const parts: number[][] = [];
  for (let from = 0; from < group.length; from += size) parts.push(group.slice(from, from + size));
  return parts;
}

/** Σ sᵢ aᵢ with compensation, and how far two right values may be apart: independent errors in quadrature, and the rounding of the sum itself. */
function projected(group: readonly number[], formula: Float64Array, spread: Float64Array, sign: (entry: number) => number): { sum: number; tolerance: number } {
  let [sum, lost, squares, sizes] = [0, 0, 0, 0];
  for (const entry of group) {
    const value = sign(entry) * (formula[entry] as number) - lost;
    const next = sum + value;
    lost = next - sum - value;
    sum = next;
    squares += (spread[entry] as number) ** 2;
    sizes += (formula[entry] as number) ** 2;
  }
  return { sum, tolerance: toleranceOf(Math.sqrt(squares)) + 8 * UNIT_ROUNDOFF * Math.sqrt(sizes * group.length) };
}
