/**
 * Every entry of every gradient against forward tangents, all in one run: the derived backward pass on one side, on the other the forward equations,
 * the operators' reference definitions and nothing of the calculus.
 */

import { adjointName } from '../../calculus/index.js';
import { InputError } from '../../errors.js';
import type { Model } from '../../model/model.js';
import type { SimdTier } from '../kernels/simd.js';
import { compilePlan } from './compile.js';
import { createPlanRun, type PlanRun } from './run.js';

/** How one parameter's gradient compares. Entries count from 0, row-major. */
export interface LaneComparison {
  readonly name: string;
  readonly indices: readonly number[];
  readonly entries: number;
  /** Largest difference, relative to the largest entry of either side. NaN where either side has a NaN. */
  readonly maxRelError: number;
  readonly worst: { readonly entry: number; readonly formula: number; readonly numeric: number };
}

export interface LaneCheck {
  /** Holds all numbers: set inputs, parameters and the gradients of unspecified losses here (`run.at`). */
  readonly run: PlanRun;
  /** Runs everything at the numbers as they stand. */
  compare(): readonly LaneComparison[];
}

/**
 * Prepares the check of a model's gradients with respect to the parameters named, at sizes; it may then run at any number of points.
 * Says why when the model cannot be planned; throws an InputError when it has no loss or would need too much memory.
 */
export function createLaneCheck(
  model: Model,
  sizes: ReadonlyMap<string, number>,
  parameters: readonly string[],
  tier?: SimdTier | 'portable',
): LaneCheck | { readonly refused: string } {
  const { loss } = model;
  if (loss === undefined)
    throw new InputError({ ruleId: 'no-loss', message: 'The model has no loss.', fix: 'Write an equation for a capitalised scalar, such as J.' });
  const plan = compilePlan({ model, sizes, values: [loss], gradients: parameters, tangents: parameters });
  if ('refused' in plan) return plan;
  const run = createPlanRun(plan, tier);
  return {
    run,
    compare() {
      run.forward();
      run.backward();
      run.tangents();
      // Where nothing depends on the parameters, neither side exists and both are zero.
      const tangent = plan.buffers.has(`˙${loss}`) ? run.tangentAt(loss) : new Float64Array(plan.batch);
      return [...plan.lanes].flatMap(([name, { first, places, dims }]) => {
        const entries = dims.reduce((size, dim) => size * dim, 1);
        return indicesOf(places).map((indices, k) => {
          const gradient = plan.buffers.has(adjointName(loss, name)) ? run.gradientAt(name, ...indices) : new Float64Array(entries);
          return compareEntries(name, indices, gradient, tangent.subarray(first + k * entries, first + (k + 1) * entries));
        });
      });
    },
  };
}

/** All indices, the last fastest. */
const indicesOf = (places: readonly { readonly low: number; readonly count: number }[]): number[][] =>
  places.reduce<number[][]>((all, { low, count }) => all.flatMap((indices) => Array.from({ length: count }, (_, k) => [...indices, low + k])), [[]]);

function compareEntries(name: string, indices: readonly number[], formula: Float64Array, numeric: Float64Array): LaneComparison {
  let [scale, largest, entry] = [0, -1, 0];
  for (let k = 0; k < formula.length; k++) scale = Math.max(scale, Math.abs(formula[k] as number), Math.abs(numeric[k] as number));
  for (let k = 0; k < formula.length; k++) {
    const difference = Math.abs((formula[k] as number) - (numeric[k] as number));
    // Also true for NaN, which then stays.
    if (!(difference <= largest) && largest === largest) [largest, entry] = [difference, k];
  }
  const maxRelError = largest <= 0 ? 0 : largest / scale;
  return { name, indices, entries: formula.length, maxRelError, worst: { entry, formula: formula[entry] as number, numeric: numeric[entry] as number } };
}
