/** Entries of names whose step stands in brackets, and small letters for the entries of labelled matrices, as slides write them. */

import { describe, expect, it } from 'vitest';
import { buildModel } from '../../src/model/index.js';
import type { Equation } from '../../src/model/model.js';
import { Presenter } from '../../src/solution/presenter.js';

const DECLARED = [
  'x_t \\in \\mathbb{R}^d',
  'h^{(1)}_t, h_t \\in \\mathbb{R}^n',
  'U^{(1)} \\in \\mathbb{R}^{n \\times d}',
  'W \\in \\mathbb{R}^{n \\times n}',
  'b^{(1)} \\in \\mathbb{R}^n',
];

describe('entries', () => {
  for (const [written, plain] of [
    ['h_i(t) = \\tanh(h_i(t-1))', 'h_t = \\tanh(h_{t-1})'],
    ['h_i^{(1)}(t) = \\sum_j w_{ij} h_j^{(1)}(t-1)', 'h^{(1)}_t = W h^{(1)}_{t-1}'],
    ['h_i^{(1)}(t) = \\sum_j u_{ij}^{(1)} x_j(t) + b_i^{(1)}', 'h^{(1)}_t = U^{(1)} x_t + b^{(1)}'],
  ] as const)
    it(`${written} is ${plain}`, () => {
      const [entries, matrices] = [written, plain].map((line) => {
        const model = buildModel([...DECLARED, line].join('\n'));
        return new Presenter(model).tensor((model.equations[0] as Equation).value).text;
      });
      expect(entries).toBe(matrices);
    });
  it('a product of a state and a bracket stays one', () => {
    const model = buildModel('x_t, h_t, c : 1\nh_t = h_{t-1}(c - 1) + x_t');
    expect(model.equations[0]?.ranges.map(({ letter }) => letter)).toEqual(['t']);
  });
});
