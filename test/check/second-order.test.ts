/** Second orders and the Taylor test. */

import { describe, expect, it } from 'vitest';
import { backwardPass, checkHessianProducts, gradientPoint, gradientTargets, taylorTest } from '../../src/check/index.js';
import { buildModel, builtInModel } from '../../src/model/index.js';
import type { Model } from '../../src/model/model.js';
import { rational, type Tensor } from '../../src/network/index.js';
import { scaledModel } from './mutations.js';

describe('Hessian–vector products', () => {
  for (const name of ['rnn', 'lstm', 'gru'])
    it(`${name}: differentiated backwards twice, against the tangent of the gradient`, () => {
      const { ok, targets } = checkHessianProducts(builtInModel(name) as Model, { seed: 1, sizes: new Map([['T', 3]]) });
      for (const { target, verdicts, entries, maxUnits, worst } of targets) {
        expect(verdicts, `${target} ${maxUnits} ${JSON.stringify(worst)}`).toEqual({ agree: entries });
        expect(Math.abs(worst?.formula ?? 0)).toBeGreaterThan(0);
      }
      expect(ok).toBe(true);
    });

  it('are the second derivative of a parabola', () => {
    const { targets } = checkHessianProducts(buildModel('w, J : 1\nJ = 3 w^2'), { seed: 0 });
    expect(Math.abs(targets[0]?.worst?.formula ?? 0)).toBeGreaterThanOrEqual(3);
    expect(targets[0]?.verdicts).toEqual({ agree: 1 });
  });
});

describe('the Taylor test', () => {
  const rates = (model: Model, change: (formula: Tensor) => Tensor): number | null | undefined => {
    const { targets, elimination } = gradientTargets(model);
    const { run } = gradientPoint(model, 2, undefined, elimination);
    run.refresh();
    const before = run.value(model.loss as string).data[0];
    const changed = targets.map((target) => ({ ...target, formula: change(target.formula) }));
    const rate = taylorTest(run, changed, 0)?.rate;
    expect(run.value(model.loss as string).data[0]).toBe(before);
    return rate;
  };

  it.each(['1e-8', '1', '1e8'] as const)('falls with the square of the step for a right gradient and with the step for a wrong one, loss × %s', (scale) => {
    const model = scaledModel('gru', scale);
    expect(rates(model, (formula) => formula)).toBeCloseTo(2, 1);
    expect(rates(model, (formula) => model.workspace.scale(formula, rational(10009, 10000)))).toBeCloseTo(1, 1);
    expect(rates(model, (formula) => model.workspace.zero(formula.dims))).toBeCloseTo(1, 1);
  });

  it('has nothing to say where the loss is linear', () => {
    const model = buildModel('x_t, w, h_t : 1\nh_t = w x_t\nJ = \\sum_{t=1}^{T} h_t');
    const { targets } = gradientTargets(model, 'eliminated', [{ name: 'w', indices: [] }]);
    const { run } = gradientPoint(model, 0);
    expect(taylorTest(run, targets, 0)?.rate).toBeNull();
    expect(backwardPass(model).equations.length).toBeGreaterThan(1);
  });
});
