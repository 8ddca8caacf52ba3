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
    expect(numbers.length).toBeGreaterThan(1);
    expect(numbers.at(-2)).toBe(numbers.at(-1));
  });
  it('that needs itself is an error', async () => {
    const circle = block('model', 'h, W, x, a : 1', 'W : 1, parameter', 'x : 1, input', 'a = \\nabla_W L', 'h = W x + a', 'L = h^2');
    await expect(solved(circle + block('evaluate', 'W = 1', 'x = 2', 'h'))).rejects.toThrow('need each other in a circle');
  });
  it('is proved equal to the gradient that an answer writes', async () => {
    const update = block('model', 'x_t, h_t : n', 'W, S : n x n', 'h_t = \\tanh(W h_{t-1} + x_t)', 'L = \\sum_{t=1}^{T} \\ell_t(h_t)', 'S = W - \\nabla_W L');
    const { document } = await solved(update + block('answer', 'S = W - \\nabla_W L'));
    expect(document.totals).toMatchObject({ proved: 1, slips: 0 });
  });
  it('is followed where it is differentiated again', async () => {
    const { document } = await solved(penalty() + block('answer', '\\nabla_W R = 2 \\sum_{t=1}^{T} W g_t g_t^\\top'));
    expect(document.totals).toMatchObject({ proved: 0, slips: 1 });
  });
});

describe('closed forms in answers', () => {
  const model = block(
    'model',
    'h_t, h_0 : n',
    'W, Q, \\Lambda : n x n, constant',
    'Q^\\top Q = I',
    '\\Lambda = diag(l)',
    'W = Q \\Lambda Q^\\top',
    'h_t = W^\\top h_{t-1}',
  );
  it.each([
    ['(W^t)^\\top h_0', true],
    ['Q \\Lambda^t Q^\\top h_0', true],
    ['Q^\\top \\Lambda^t Q h_0', false],
    ['Q \\Lambda^{t-1} Q^\\top h_0', false],
  ])('%s', async (form, isRight) => {
    const { document } = await solved(model + block('answer', `h_t = ${form}`));
    expect(document.totals).toMatchObject(isRight ? { proved: 1, slips: 0 } : { proved: 0, slips: 1 });
  });
});
