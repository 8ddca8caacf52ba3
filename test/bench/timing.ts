/** Least times of two contestants, measured in turns, so that a busy machine slows both. */

export interface Row {
  readonly work: string;
  /** Least time, or whatever `unit` says. */
  readonly ours: number;
  readonly theirs: number;
  readonly peer: string;
  /** theirs / ours: how many times faster ours is. */
  readonly ratio: number;
  readonly unit: string;
}

/** Least time of one call in milliseconds over about `seconds`. */
export function leastTime(run: () => void, seconds: number): number {
  for (let k = 0; k < 3; k++) run();
  const end = performance.now() + 1e3 * seconds;
  let calls = 1;
  let best = Number.POSITIVE_INFINITY;
  while (performance.now() < end) {
    const start = performance.now();
    for (let k = 0; k < calls; k++) run();
    const spent = performance.now() - start;
    best = Math.min(best, spent / calls);
    if (spent < 0.2) calls *= 2;
  }
  return best;
}

export const ROUNDS = 3;

/** Both in turns, `seconds` each a round. */
export async function duel(work: string, peer: string, ours: () => void, theirs: (seconds: number) => number | Promise<number>, seconds = 0.3): Promise<Row> {
  let [mine, others] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round++) {
    mine = Math.min(mine, leastTime(ours, seconds));
    others = Math.min(others, await theirs(seconds));
  }
  return { work, ours: mine, theirs: others, peer, ratio: others / mine, unit: 'ms' };
}
