/** What a model holds is held by the differences too: gradients through stopgrad agree with a forward run in which it keeps its value. */

import { describe, expect, it } from 'vitest';
import { checkGradients } from '../../src/check/index.js';
import { buildModel } from '../../src/model/index.js';

const CHUNKS = [
  'x_t, z_t, h_t, g_t : n, \\quad t = 1, \\dots, T',
  'W : n x n',
  'h_0 : n',
  'h_t = tanh(W h_{t-1} + x_t)',
  'g_0 = stopgrad(h_T)',
  'g_t = tanh(W g_{t-1} + z_t)',
  'J = \\sum_{t=1}^{T} \\ell_t(h_t) + \\sum_{t=1}^{T} \\ell_t(g_t)',
];
const GATE = [
  'x_t, h_t, z_t : n',
  'W, V : n x n',
  'z_t = sigmoid(V h_{t-1})',
  'h_t = stopgrad(z_t) .* tanh(W h_{t-1} + x_t) + z_t',
  'J = \\sum_{t=1}^{T} \\ell_t(h_t)',
];

describe('a model that holds', () => {
  for (const [name, lines] of [
    ['the state between chunks', CHUNKS],
    ['a gate in one of its uses', GATE],
  ] as const)
    it(name, () => {
      const { ok, targets } = checkGradients(buildModel(lines.join('\n')));
      expect(targets.map(({ target, verdicts, entries }) => ({ target, right: verdicts.agree === entries }))).toEqual(
        targets.map(({ target }) => ({ target, right: true })),
      );
      expect(ok).toBe(true);
    });
});
