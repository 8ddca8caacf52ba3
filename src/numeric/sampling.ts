/**
 * Sampling: the mean and the variance of a scalar over random draws of some of a run's given values.
 *
 * Draws are seeded and bit-identical everywhere: normal deviates by Marsaglia's polar method on the project's own logarithm.
 */

import type { Tensor } from '../network/tensor.js';
import { log } from './kernels/elementary.js';
import { Random } from './random.js';
import type { Run } from './run.js';

/** Independent entries of a given value: their means, and one standard deviation. */
export interface Sampled {
  readonly name: string;
  readonly mean: ArrayLike<number>;
  readonly deviation: number;
  /** Otherwise uniform deviates of the same mean and variance. */
  readonly gaussian: boolean;
}

export interface SampleStatistics {
  readonly draws: number;
  readonly mean: number;
  /** With draws − 1 in the denominator. */
  readonly variance: number;
  /** Fourth cumulant of the sample, for a standard error where no exact one is known. */
  readonly fourth: number;
}

/** Normal deviates, two at a time. */
export class Normal {
  #spare: number | undefined;
  constructor(readonly random: Random) {}

  next(): number {
    if (this.#spare !== undefined) {
      const value = this.#spare;
      this.#spare = undefined;
      return value;
    }
    // A point of the square lies in the disc with probability π/4, so the loop ends.
    for (;;) {
      const x = 2 * this.random.unit() - 1;
      const y = 2 * this.random.unit() - 1;
      const radius = x * x + y * y;
      if (radius >= 1 || radius === 0) continue;
      const scale = Math.sqrt((-2 * log(radius)) / radius);
      this.#spare = y * scale;
      return x * scale;
    }
  }
}

/** So many independent standard normal numbers. */
export function standardNormal(random: Random, count: number): Float64Array {
  const normal = new Normal(random);
  return Float64Array.from({ length: count }, () => normal.next());
}

/** Draws the named given values again and again and takes the statistics of a tensor; of a vector, its largest entry. */
export function sampleScalar(run: Run, tensor: Tensor, sampled: readonly Sampled[], draws: number, seed: number, stream: string): SampleStatistics {
  const random = new Random(seed, stream);
  const normal = new Normal(random);
  const targets = sampled.map((one) => ({ ...one, data: run.givenAt(one.name, [])?.data ?? new Float64Array(0) }));
  const instance = run.machine.evaluation(tensor, new Map());
  const program = run.machine.program([instance]);
  const values = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    for (const { data, mean, deviation, gaussian } of targets) {
      if (gaussian) for (let k = 0; k < data.length; k++) data[k] = (mean[k] as number) + deviation * normal.next();
      else for (let k = 0; k < data.length; k++) data[k] = (mean[k] as number) + deviation * Math.sqrt(12) * (random.unit() - 0.5);
    }
    program.run();
    values[draw] = instance.data.reduce((largest, entry) => (entry > largest ? entry : largest));
  }
  return statistics(values);
}

/** Moments of a sample, about its mean. */
export function statistics(values: Float64Array): SampleStatistics {
  const draws = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  let [second, fourth] = [0, 0];
  for (const value of values) {
    const square = (value - mean) ** 2;
    second += square;
    fourth += square * square;
  }
  const moment = second / draws;
  return { draws, mean, variance: second / (draws - 1), fourth: fourth / draws - 3 * moment * moment };
}
