/** Cases that ask about values: their numbers, at the edge too, and their gradients. */

import { describe, expect, it } from 'vitest';
import { checkGradients } from '../../src/check/index.js';
import { InputError } from '../../src/errors.js';
import { buildModel } from '../../src/model/index.js';
import { evaluateModel } from '../../src/numeric/index.js';

const model = (equations: string) =>
  buildModel(
    `x_t \\in \\mathbb{R}^n\na_t, h_t \\in \\mathbb{R}^n\nW \\in \\mathbb{R}^{n \\times n}\na_t = W x_t + h_{t-1}\n${equations}\nJ = \\sum_{t=1}^{T} \\|h_t\\|^2`,
  );

const rows = (...lines: string[]): string => `\\begin{cases} ${lines.join(' \\\\ ')} \\end{cases}`;

const elu = (x: number): number => (x > 0 ? x : Math.exp(x) - 1);

describe('cases of a value', () => {
  it.each<[string, string, (x: number) => number]>([
    ['leaky, with otherwise', `h_t = ${rows('a_t & \\text{if } a_t > 0', '0.1 a_t & \\text{otherwise}')}`, (x) => (x > 0 ? x : 0.1 * x)],
    ['both conditions written', `h_t = ${rows('a_t & a_t \\ge 0', '0.1 a_t & a_t < 0')}`, (x) => (x >= 0 ? x : 0.1 * x)],
    ['a function of its own', `g(x) = ${rows('x & x > 0', 'e^x - 1 & x \\le 0')}\nh_t = g(a_t)`, elu],
    ['a jump belongs to the side that says so', `h_t = ${rows('1 & a_t > 0', '0 & a_t \\le 0')}`, (x) => (x > 0 ? 1 : 0)],
    ['the other side', `h_t = ${rows('1 & a_t \\ge 0', '0 & a_t < 0')}`, (x) => (x >= 0 ? 1 : 0)],
    ['three pieces, a chain', `h_t = ${rows('-1 & a_t < -1', 'a_t & -1 \\le a_t \\le 1', '1 & a_t > 1')}`, (x) => Math.max(-1, Math.min(1, x))],
  ])('%s', (_, equation, expected) => {
    const made = model(equation);
    for (const at of [-2, -1, -0.25, 0, 0.5, 1, 3]) {
      const { values } = evaluateModel(
        made,
        {
          sizes: {},
          values: {
            x: [[at, 2]],
            W: [
              [1, 0],
              [0, 1],
            ],
          },
        },
        [],
      );
      expect(values['h']).toEqual([[expected(at), expected(2)]]);
    }
  });

  it('gradients are checked like all others', () => {
    const made = model(`h_t = ${rows('\\tanh(a_t) & a_t > 0.1', '0.5 a_t & \\text{otherwise}')}`);
    expect(checkGradients(made, {}).ok).toBe(true);
  });

  it('indices and values in one set of cases', () => {
    const made = model(`h_t = ${rows('a_t & t = 1', '2 a_t & t > 1')}`);
    const { values } = evaluateModel(
      made,
      {
        sizes: {},
        values: {
          x: [
            [1, 2],
            [3, 4],
          ],
          W: [
            [1, 0],
            [0, 1],
          ],
        },
      },
      [],
    );
    expect(values['h']).toEqual([
      [1, 2],
      [8, 12],
    ]);
  });

  it('names that nothing declares are asked for', () => {
    expect(() => model(`h_t = ${rows('a_t & q_t > 0', '0 & \\text{otherwise}')}`)).toThrow(InputError);
  });
});
