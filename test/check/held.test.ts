/** What a step holds where the model has no recurrence: names of the same index follow, as in the calculus. */

import { expect, it } from 'vitest';
import { jacobian } from '../../src/calculus/index.js';
import { checkTargets } from '../../src/check/index.js';
import { buildModel } from '../../src/model/index.js';
import { wholeLetter } from '../../src/network/index.js';
import { randomPoint } from '../../src/numeric/index.js';

it('lets the softmax of a step follow its scores', () => {
  const model = buildModel(String.raw`
o_t, p_t \in \mathbb{R}^m
y_t \in \mathbb{R}^m, input
p_t = \operatorname{softmax}(o_t)
L_t = -\sum_k y_{t,k} \log p_{t,k}
L = \sum_{t=1}^{T} L_t`);
  const at = [wholeLetter('t')];
  const [numerator, by] = [
    { name: 'L_t', indices: at },
    { name: 'o', indices: at },
  ];
  const formula = jacobian(model, numerator, by, 'step');
  const { run } = randomPoint(model, 0);
  const { ok } = checkTargets(run, [
    { target: '∂L_t/∂o_t', of: { kind: 'value', ...numerator }, by, reach: 'step', ranges: model.declarations.get('o')?.indices ?? [], formula },
  ]);
  expect(ok).toBe(true);
});
