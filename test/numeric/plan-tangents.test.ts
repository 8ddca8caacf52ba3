/** Forward tangents in lanes against the derived gradients, for every entry of every parameter. */

import { describe, expect, it } from 'vitest';
import { buildModel, builtInModel, CELLS } from '../../src/model/index.js';
import type { Model } from '../../src/model/model.js';
import { derivativeResolver, randomPoint } from '../../src/numeric/index.js';
import { compilePlan } from '../../src/numeric/plan/compile.js';
import { createLaneCheck } from '../../src/numeric/plan/lane-check.js';
import { createPlanRun } from '../../src/numeric/plan/run.js';
import { fill } from './plan-support.js';

const hasParameters = (model: Model): boolean => [...model.declarations.values()].some(({ role }) => role === 'parameter');

const models: readonly (readonly [string, () => Model])[] = [
  ...CELLS.filter(({ name }) => hasParameters(builtInModel(name) as Model)).map(({ name }) => [name, () => builtInModel(name) as Model] as const),
  [
    'two layers with relu',
    () =>
      buildModel(
        'x_t \\in \\mathbb{R}^d\nh^1_t, h^2_t \\in \\mathbb{R}^n\nh^1_t = \\operatorname{relu}(W h^1_{t-1} + U x_t)\nh^2_t = \\tanh(A h^2_{t-1} + B h^1_t)\nL = \\sum_{t=1}^{T} \\ell_t(h^2_t)',
      ),
  ],
  [
    'attention over rows',
    () =>
      buildModel(
        'X \\in \\mathbb{R}^{T \\times d}, input\nW_Q, W_K, W_V \\in \\mathbb{R}^{d \\times m}\nQ = X W_Q\nK = X W_K\nV = X W_V\nA = \\operatorname{softmax}(Q K^\\top / \\sqrt{m})\nO = A V\nJ = \\ell(O)',
      ),
  ],
];

describe('tangents', () => {
  for (const [name, build] of models) {
    it(`${name}: every entry agrees with the derived gradient`, () => {
      const model = build();
      const { sizes } = randomPoint(model, 5);
      const point = randomPoint(model, 5, { sizes, derivatives: derivativeResolver(model, sizes) });
      point.run.refresh();
      const parameters = [...model.declarations.values()].filter(({ role }) => role === 'parameter').map((declaration) => declaration.name);
      const plan = compilePlan({ model, sizes, values: [model.loss as string], gradients: parameters, tangents: parameters });
      if ('refused' in plan) throw new Error(plan.refused);
      for (const tier of [undefined, 'portable'] as const) {
        const run = createPlanRun(plan, tier);
        fill(run, point, model, 0);
        run.forward();
        run.backward();
        run.tangents();
        const change = run.tangentAt(model.loss as string);
        for (const [parameter, { first, places, dims }] of plan.lanes) {
          const entries = dims.reduce((size, dim) => size * dim, 1);
          const all = places.reduce<number[][]>(
            (known, { low, count }) => known.flatMap((place) => Array.from({ length: count }, (_, k) => [...place, low + k])),
            [[]],
          );
          all.forEach((place, at) => {
            run.gradientAt(parameter, ...place).forEach((entry, k) => {
              expect(Math.abs(entry - (change[first + at * entries + k] as number)), `${parameter} ${place} ${k}`).toBeLessThan(1e-11 * (1 + Math.abs(entry)));
            });
          });
        }
      }
    });
  }

  it('compares all entries in one call, and a NaN agrees with nothing', () => {
    const model = builtInModel('gru') as Model;
    const { sizes } = randomPoint(model, 5);
    const point = randomPoint(model, 5, { sizes, derivatives: derivativeResolver(model, sizes) });
    point.run.refresh();
    const check = createLaneCheck(model, sizes, ['W_z', 'U_h']);
    if ('refused' in check) throw new Error(check.refused);
    fill(check.run, point, model, 0);
    for (const { maxRelError } of check.compare()) expect(maxRelError).toBeLessThan(1e-12);
    check.run.at('W_z')[0] = Number.NaN;
    expect(check.compare()[0]?.maxRelError).toBeNaN();
  });
});
