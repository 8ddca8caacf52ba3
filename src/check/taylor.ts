/**
 * The Taylor test, a second opinion that knows no scale: J(w + hv) − J(w) − h⟨g, v⟩ must fall with the square of the step h. With a wrong gradient it falls
 * with h alone, however small the loss or the mistake. Beside it, for the picture, the error of central differences, which falls with h² until rounding
 * takes over.
 */

import { lettersIn, numberOf, Random, type Run } from '../numeric/index.js';
import type { CheckTarget } from './check.js';
import { UNIT_ROUNDOFF } from './verdict.js';

export interface TaylorStep {
  readonly step: number;
  /** |J(w + hv) − J(w) − h⟨g, v⟩|. */
  readonly remainder: number;
  /** |(J(w + hv) − J(w − hv)) / 2h − ⟨g, v⟩|, relative to the sum of its absolute terms. */
  readonly difference: number;
}

export interface Taylor {
  /** Power of the step with which the remainder falls: 2 for a right gradient, 1 for a wrong one; null where the remainder is rounding throughout. */
  readonly rate: number | null;
  readonly steps: readonly TaylorStep[];
}

const STEPS = 34;
/** Remainders of fewer roundings than this count as noise. */
const NOISE = 1e3;

/**
 * Moves all that the targets differentiate the loss by, along one random direction. Targets of other values, and by computed names, are left out;
 * undefined where none remains or the loss is not finite. The run's numbers are the same afterwards.
 */
export function taylorTest(run: Run, targets: readonly CheckTarget[], seed: number): Taylor | undefined {
  const random = new Random(seed, 'direction');
  const moved: { readonly data: Float64Array; readonly before: Float64Array; readonly direction: Float64Array }[] = [];
  let [slope, size] = [0, 0];
  for (const target of targets) {
    if (target.of !== undefined) continue;
    for (const letters of lettersIn(target.ranges, run.sizes)) {
      const scope = new Map([...run.sizes, ...letters]);
      const given = run.givenAt(
        target.by.name,
        target.by.indices.map((index) => numberOf(index, scope)),
      );
      if (given === undefined) continue;
      const direction = Float64Array.from({ length: given.data.length }, () => random.signed(0.5, 1));
      const gradient = run.evaluate(target.formula, letters).data;
      gradient.forEach((entry, i) => {
        slope += entry * (direction[i] as number);
        size += Math.abs(entry * (direction[i] as number));
      });
      moved.push({ data: given.data, before: Float64Array.from(given.data), direction });
    }
  }
  if (moved.length === 0) return undefined;
  const program = run.machine.program([run.loss()]);
  const lossAt = (step: number): number => {
    for (const { data, before, direction } of moved) for (let i = 0; i < data.length; i++) data[i] = (before[i] as number) + step * (direction[i] as number);
    program.run();
    return run.loss().data[0] as number;
  };
  const centre = lossAt(0);
  const steps = Array.from({ length: STEPS }, (_, k): TaylorStep => {
    const step = 2 ** -(k + 1);
    const [above, below] = [lossAt(step), lossAt(-step)];
    return { step, remainder: Math.abs(above - centre - step * slope), difference: Math.abs((above - below) / (2 * step) - slope) / size };
  });
  lossAt(0);
  run.refresh();
  if (!Number.isFinite(centre) || !Number.isFinite(slope)) return undefined;
  return { rate: rateOf(steps, NOISE * UNIT_ROUNDOFF * (Math.abs(centre) + size)), steps };
}

/** The rate over the smallest steps whose remainder is well above the noise, where it has settled. */
function rateOf(steps: readonly TaylorStep[], noise: number): number | null {
  const clear = steps.filter(({ remainder }) => remainder > noise);
  const [coarse, fine] = [clear.at(-3), clear.at(-1)];
  if (coarse === undefined || fine === undefined) return null;
  return Math.log(coarse.remainder / fine.remainder) / Math.log(coarse.step / fine.step);
}
