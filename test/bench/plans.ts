/** Plans of built-in models with random numbers in them. */

import { builtInModel } from '../../src/model/index.js';
import type { Model } from '../../src/model/model.js';
import { loadSimdTier } from '../../src/numeric/kernels/simd.js';
import { type CompiledPlan, compilePlan } from '../../src/numeric/plan/compile.js';
import { createPlanRun, type PlanRun } from '../../src/numeric/plan/run.js';

export function builtIn(name: string): Model {
  const model = builtInModel(name);
  if (model === undefined) throw new Error(`${name} is not a built-in model`);
  return model;
}

export function planOf(name: string, sizes: Readonly<Record<string, number>>, batch = 1, values: readonly string[] = ['h']): CompiledPlan {
  const model = builtIn(name);
  const parameters = [...model.declarations.values()].filter(({ role }) => role === 'parameter').map((declaration) => declaration.name);
  const plan = compilePlan({ model, sizes: new Map(Object.entries(sizes)), values: [...values], gradients: parameters, batch });
  if ('refused' in plan) throw new Error(plan.refused);
  return plan;
}

/** A run with numbers in it. */
export function filledRun(plan: CompiledPlan, tier?: 'portable'): PlanRun {
  const run = createPlanRun(plan, tier ?? loadSimdTier());
  fillRandomly(run);
  return run;
}

/** Numbers between −0.1 and 0.1 wherever something is given. */
export function fillRandomly(run: PlanRun): void {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 0.2 * (state / 2 ** 32 - 0.5);
  };
  for (const [name, { places }] of run.plan.buffers) {
    if (name.startsWith('#') || name.startsWith('K') || name.startsWith('∂') || name.startsWith('˙')) continue;
    const visit = (indices: readonly number[]): void => {
      const place = places[indices.length];
      if (place === undefined) run.at(name, ...indices).set(run.at(name, ...indices).map(next));
      else for (let k = 0; k < place.count; k++) visit([...indices, place.low + k]);
    };
    visit([]);
  }
}
