/** Compares a compiled plan with the general evaluator, value by value, at random points. */

import { resolveDerivatives } from '../../src/calculus/index.js';
import type { Model } from '../../src/model/model.js';
import { wholeNumber } from '../../src/network/index.js';
import type { Head } from '../../src/network/tensor.js';
import { derivativeResolver, type NumericArray, type Point, randomPoint } from '../../src/numeric/index.js';
import { type CompiledPlan, compilePlan } from '../../src/numeric/plan/compile.js';
import { createPlanRun, type PlanRun } from '../../src/numeric/plan/run.js';

type Unspecified = Extract<Head, { kind: 'unspecified' }>;

/** The unspecified functions of a model as they stand in its equations. */
function functionsIn(model: Model): Unspecified[] {
  const found: Unspecified[] = [];
  for (const { value } of model.equations) {
    model.workspace.rebuild(value, {
      head: (head) => {
        if (head.kind === 'unspecified') found.push(head);
        return undefined;
      },
    });
  }
  return found;
}

/** Every place a buffer holds, within the bounds given. */
function placesOf(plan: CompiledPlan, name: string): number[][] {
  return (plan.buffers.get(name)?.places ?? []).reduce<number[][]>(
    (all, { low, count }) => all.flatMap((place) => Array.from({ length: count }, (_, k) => [...place, low + k])),
    [[]],
  );
}

/** Puts sample `sample` of a batch into the run. */
export function fill(run: PlanRun, point: Point, model: Model, sample: number): void {
  const put = (name: string, indices: readonly number[], data: ArrayLike<number>): void => {
    if (!run.plan.buffers.has(name)) return;
    const target = run.at(name, ...indices);
    const samples = target.length / data.length;
    for (let k = 0; k < data.length; k++) target[k * samples + (samples > 1 ? sample : 0)] = data[k] as number;
  };
  for (const given of point.run.given) put(given.name, given.indices, given.data);
  for (const head of functionsIn(model)) {
    for (const name of run.plan.buffers.keys()) {
      if (name !== head.name && !name.startsWith(`${head.name}'`)) continue;
      const wrt =
        name === head.name
          ? []
          : name
              .slice(head.name.length + 1)
              .split(',')
              .map(Number);
      const value = model.workspace.unspecified(head.name, head.indices, false, head.dims, head.args, wrt);
      const letters = [...model.workspace.letters(value)].filter((letter) => !point.sizes.has(letter));
      for (const place of placesOf(run.plan, name)) {
        const scope = new Map(letters.map((letter, k) => [letter, place[k] as number]));
        try {
          put(name, place, point.run.evaluate(value, scope).data);
        } catch {
          // Places beyond the function's range are read as zero.
        }
      }
    }
  }
}

export interface Comparison {
  readonly plan: CompiledPlan;
  readonly runs: readonly PlanRun[];
  readonly worst: number;
}

/** Largest deviation from the general evaluator over all values and gradients, relative to the largest entry of each. */
export function compareWithEvaluator(
  written: Model,
  seed: number,
  batch: number,
  sizes?: ReadonlyMap<string, number>,
): Comparison | { readonly refused: string } {
  const model = resolveDerivatives(written);
  const chosen = sizes ?? randomPoint(model, seed).sizes;
  const points = Array.from({ length: batch }, (_, k) => randomPoint(model, seed + 100 * k, { sizes: chosen, derivatives: derivativeResolver(model, chosen) }));
  const first = points[0] as Point;
  const shared = new Set([...model.declarations.values()].filter(({ role }) => role === 'parameter' || role === 'constant').map(({ name }) => name));
  for (const point of points)
    for (const given of point.run.given) if (shared.has(given.name)) given.data.set(first.run.givenAt(given.name, given.indices)?.data as Float64Array);
  for (const point of points) point.run.refresh();
  const names = [...new Set(first.run.given.map(({ name }) => name))];
  const values = [...new Set(model.equations.map(({ name }) => name))];
  const plan = compilePlan({ model, sizes: chosen, values, gradients: names, batch });
  if ('refused' in plan) return plan;
  const runs = [createPlanRun(plan), createPlanRun(plan, 'portable')];
  for (const run of runs) {
    points.forEach((point, sample) => fill(run, point, model, sample));
    run.forward();
    run.backward();
  }
  let worst = 0;
  const compare = (actual: Float64Array, expected: readonly NumericArray[], sums: boolean): void => {
    const scale = Math.max(1e-3, ...expected.flatMap(({ data }) => [...data].map(Math.abs)));
    const entries = expected[0]?.data.length ?? 0;
    for (let k = 0; k < entries; k++) {
      const each = expected.map(({ data }) => data[k] as number);
      const samples = actual.length / entries;
      if (sums) worst = Math.max(worst, Math.abs((actual[k] as number) - each.reduce((a, b) => a + b, 0)) / scale);
      else for (let s = 0; s < samples; s++) worst = Math.max(worst, Math.abs((actual[k * samples + s] as number) - (each[s] as number)) / scale);
    }
  };
  const [run] = runs as [PlanRun];
  for (const instance of first.run.computed()) {
    if (instance.quantity?.kind !== 'value') continue;
    const { name, indices } = instance.quantity;
    compare(
      run.at(name, ...indices),
      points.map((point) => point.run.value(name, indices)),
      false,
    );
  }
  for (const { name, indices, dims } of first.run.given) {
    const symbol = model.workspace.symbol({ kind: 'adjoint', name, indices: indices.map(wholeNumber) }, dims.map(wholeNumber));
    compare(
      run.gradientAt(name, ...indices),
      points.map((point) => point.run.evaluate(symbol)),
      shared.has(name),
    );
  }
  return { plan, runs, worst };
}

/** The comparison, or an error that says why the model could not be planned. */
export function compileChecked(comparison: Comparison | { readonly refused: string }): Comparison {
  if ('refused' in comparison) throw new Error(`refused: ${comparison.refused}`);
  return comparison;
}
