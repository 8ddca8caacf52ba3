/** How the time of forward and backward passes grows with the multiply-adds that the plan counts: rows for the table, and a plot. */

import { sceneToSvg } from '../../src/render/scene/svg.js';
import type { Inline } from '../../src/solution/document.js';
import { plotScene } from '../../src/solution/figures/plot.js';
import type { Measure } from './evaluation.js';
import { filledRun, planOf } from './plans.js';
import { leastTime } from './timing.js';

interface Setting {
  readonly n: number;
  readonly d: number;
  readonly batch: number;
  readonly T: number;
}

interface Point extends Setting {
  readonly multiplyAdds: number;
  /** Milliseconds. */
  readonly time: number;
}

const MIDDLE: Setting = { n: 64, d: 64, batch: 16, T: 50 };

/** One letter at a time leaves the middle. */
const WALKS: Readonly<Record<keyof Setting, readonly number[]>> = {
  n: [16, 32, 128, 256],
  d: [16, 32, 128, 256],
  batch: [4, 8, 32, 64],
  T: [10, 25, 100, 200],
};

const keys = Object.keys(WALKS) as (keyof Setting)[];

function measured(setting: Setting): Point {
  const { n, d, T, batch } = setting;
  const plan = planOf('lstm', { n, d, T }, batch);
  const run = filledRun(plan);
  const time = leastTime(() => {
    run.forward();
    run.backward();
  }, 0.3);
  return { ...setting, multiplyAdds: plan.multiplyAdds.forward + plan.multiplyAdds.backward, time };
}

const nanoseconds = ({ time, multiplyAdds }: Point): number => (1e6 * time) / multiplyAdds;
const nameOf = ({ n, d, batch, T }: Setting): string => `n=${n}, d=${d}, batch ${batch}, T=${T}`;

/** Nanoseconds a counted multiply-add, against those of the middle: about 1 where time grows as counted. Each point measured is kept in `points`. */
export function growth(points: Map<keyof Setting, Point[]>): Measure[] {
  let middle: Point | undefined;
  return keys.flatMap((key) =>
    WALKS[key].map((value): Measure => {
      const work = `cost a counted multiply-add, LSTM ${nameOf({ ...MIDDLE, [key]: value })}`;
      return {
        work,
        run: () => {
          middle ??= measured(MIDDLE);
          const point = measured({ ...MIDDLE, [key]: value });
          points.set(key, [...(points.get(key) ?? [middle]), point]);
          const [ours, theirs] = [nanoseconds(point), nanoseconds(middle)];
          return Promise.resolve({ work, ours, theirs, peer: nameOf(MIDDLE), ratio: theirs / ours, unit: 'ns' });
        },
      };
    }),
  );
}

const letter = (name: string): Inline => (name.length === 1 ? { type: 'math', math: { latex: name, text: name } } : { type: 'text', text: name });

/** Time against counted multiply-adds, both logarithmic: lines of slope 1 where time grows as counted. */
export function growthPlot(points: ReadonlyMap<keyof Setting, readonly Point[]>): string {
  const scene = plotScene({
    x: { label: { type: 'text', text: 'multiply-adds' }, scale: 'logarithmic' },
    y: { label: { type: 'text', text: 'milliseconds' }, scale: 'logarithmic' },
    series: [...points].map(([key, own]) => ({
      label: letter(key),
      points: own.map(({ multiplyAdds, time }) => [multiplyAdds, time] as const).sort(([a], [b]) => a - b),
      dots: true,
    })),
  });
  return sceneToSvg(scene, { title: 'Time of forward and backward passes of an LSTM against counted multiply-adds' });
}
