/** Gradients inside a model that are taken of something which reads another gradient: each is settled after those it needs. */

import { describe, expect, it } from 'vitest';
import { block, solved } from '../solution/questions/sheet.js';

const penalty = (...more: readonly string[]): string =>
  block(
    'model',
    'x_t, y_t, h_t, g_t : d',
    'W, G : d x d',
    'h_t = \\tanh(W h_{t-1} + x_t)',
    'L = \\frac{1}{2} \\sum_{t=1}^{T} \\| h_t - y_t \\|^2',
    'g_t = \\nabla_{h_t} L',
    'R = \\sum_{t=1}^{T} \\| W g_t \\|^2',
    ...more,
  );
const NUMBERS = ['x = [[1, 0], [0.5, 1]]', 'y = [[0.5, -0.5], [0.2, 0.7]]', 'W = [[0.9, -0.4], [0.6, 0.5]]'];

describe('a gradient of what reads a gradient', () => {
  it('is the one that is derived outside the model', async () => {
    const { text } = await solved(penalty('G = \\nabla_W R') + block('evaluate', ...NUMBERS, 'G, \\frac{\\partial R}{\\partial W}, digits = 9'));
    const numbers = text.match(/\[\[[^\]]*\], \[[^\]]*\]\]/g) ?? [];
    expect(numbers).toHaveLength(2);
    expect(numbers[0]).toBe(numbers[1]);
  });
  it('that needs itself is an error', async () => {
    const circle = block('model', 'h, W, x, a : 1', 'W : 1, parameter', 'x : 1, input', 'a = \\nabla_W L', 'h = W x + a', 'L = h^2');
    await expect(solved(circle + block('evaluate', 'W = 1', 'x = 2', 'h'))).rejects.toThrow('need each other in a circle');
  });
});
