/** softmax_j(e_{ij}): along an index, as attention weights are often written. */

import { describe, expect, it } from 'vitest';
import { checkGradients } from '../../src/check/index.js';
import { InputError } from '../../src/errors.js';
import { buildModel } from '../../src/model/index.js';
import { evaluateModel } from '../../src/numeric/index.js';

const attention = (weights: string) =>
  buildModel(`x_j \\in \\mathbb{R}^n, j = 1, \\dots, M
q_i \\in \\mathbb{R}^n, i = 1, \\dots, N
W \\in \\mathbb{R}^{n \\times n}
e_{i,j} = q_i^\\top W x_j
\\alpha_{i,j} = ${weights}
c_i = \\sum_{j=1}^{M} \\alpha_{i,j} x_j
J = \\sum_{i=1}^{N} \\|c_i\\|^2`);

const WRITTEN_OUT = '\\frac{\\exp(e_{i,j})}{\\sum_{k=1}^{M} \\exp(e_{i,k})}';
const point = {
  sizes: {},
  values: {
    x: [
      [1, 0.5],
      [-0.3, 2],
      [0.7, -1],
    ],
    q: [
      [0.2, 1],
      [-1, 0.4],
    ],
    W: [
      [1, 0.3],
      [-0.5, 0.8],
    ],
  },
};

describe('softmax along an index', () => {
  it.each(['\\operatorname{softmax}_j(e_{i,j})', '\\mathrm{softmax}_{j}(e_{i,j})', 'softmax_j(e_{i,j})'])('%s', (weights) => {
    const ours = evaluateModel(attention(weights), point, ['W']);
    const expected = evaluateModel(attention(WRITTEN_OUT), point, ['W']);
    expect(ours).toEqual(expected);
    expect(checkGradients(attention(weights), {}).ok).toBe(true);
  });

  it('one score without a letter is no softmax', () => {
    expect(() => attention('softmax(e_{i,j})')).toThrow(InputError);
  });
});
