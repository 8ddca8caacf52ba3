/** Options of `derive` lines: truncated backpropagation, conditions. */

import { describe, expect, it } from 'vitest';
import { block, solved } from './sheet.js';

const RNN = [
  'x_t \\in \\mathbb{R}^d',
  'h_t, b \\in \\mathbb{R}^n',
  'W \\in \\mathbb{R}^{n \\times n}',
  'U \\in \\mathbb{R}^{n \\times d}',
  'h_0 \\in \\mathbb{R}^n',
  'h_t = \\tanh(W h_{t-1} + U x_t + b)',
  'J = \\sum_{t=1}^{T} \\ell_t(h_t)',
];
const asked = (...lines: readonly string[]) => solved(block('model', ...RNN) + block('derive', ...lines));
const askedOf = (model: string, ...lines: readonly string[]) => solved(block(`derive ${model}`, ...lines));

describe('truncated after', () => {
  it.each([0, 1, 3])('%d steps: agrees with differences in which only so many steps move', async (steps) => {
    const { text, document } = await asked(`\\frac{\\partial J}{\\partial W}, truncated after ${steps}`);
    expect(text).toContain(`∂J^{(${steps})}/∂W = Σ_{t=1}^{T} (∂J^{(${steps})}/∂hₜ ⊙ (1 − hₜ²)) hₜ₋₁ᵀ`);
    expect(text).toContain('∂J^{(0)}/∂hₜ = ∂ℓₜ/∂hₜ');
    expect(text).toMatch(/∂J\^\{\(\d\)\}\/∂W +n × n +\d+ +\S+ +\S+ agrees/);
    expect(document.totals.checked).toBe(1);
  });
  it('runs level by level', async () => {
    const { text } = await asked('\\frac{\\partial J}{\\partial U}, truncated after k');
    expect(text).toContain('∂J^{(j)}/∂hₜ = ∂ℓₜ/∂hₜ + Wᵀ (∂J^{(j-1)}/∂hₜ₊₁ ⊙ (1 − hₜ₊₁²))');
    expect(text).toContain('for j = 1, …, k');
  });
  it('counts what is left out', async () => {
    expect((await asked('dJ/dW, truncated after 2')).text).toContain('6 of the 21 pairs');
  });
  it.each(['lstm', 'gru', 'lstm-peephole'])('agrees for the cell %s', async (cell) => {
    const { text, document } = await askedOf(cell, '\\frac{\\partial J}{\\partial U_z}, truncated after 1'.replace('U_z', cell === 'gru' ? 'U_z' : 'U_f'));
    expect(text).toContain('agrees');
    expect(text).not.toContain('wrong');
    expect(document.totals.checked).toBe(1);
  });
  it('agrees for a state and for its start', async () => {
    const { text } = await asked('\\frac{\\partial J}{\\partial h_t}, truncated after 1', '\\frac{\\partial J}{\\partial h_0}, truncated after 2');
    expect(text.match(/agrees/g)).toHaveLength(3);
  });
  it('is refused where there is no single loop, and for what is no gradient', async () => {
    const two = block(
      'model',
      'x_t, h_t : 1, \\quad t = 1, \\dots, M',
      's_i : 1, \\quad i = 1, \\dots, N',
      'w, v : 1',
      'h_t = w h_{t-1} + x_t',
      's_0 = h_M',
      's_i = v s_{i-1}',
      'J = \\sum_{i=1}^{N} \\ell_i(s_i)',
    );
    await expect(solved(two + block('derive', 'dJ/dw, truncated after 1'))).rejects.toThrow(/one loop/);
    await expect(asked('\\frac{\\partial h_T}{\\partial h_t}, truncated after 1')).rejects.toThrow(/gradient of a scalar/);
    await expect(asked('dJ/dW, truncated after 99')).rejects.toThrow(/from 0 to 6/);
  });
});

describe('where', () => {
  it.each([
    ['\\frac{\\partial c_t}{\\partial c_{t-1}}, total where f_t = 1, i_t = 0', '∂cₜ/∂cₜ₋₁ = I'],
    ['\\frac{\\partial h_t}{\\partial c_t} where o_t = 1', '∂hₜ/∂cₜ = I − diag(hₜ²)'],
    ['\\frac{\\partial c_t}{\\partial h_{t-1}} where i_t = 0, U_f = 0', '∂cₜ/∂hₜ₋₁ = 0'],
  ])('%s', async (line, wanted) => {
    const { text, document } = await askedOf('lstm', line);
    expect(text).toContain(wanted);
    expect(document.totals.checked).toBe(1);
  });
  it('puts formulas in the place of names', async () => {
    expect((await asked('\\frac{\\partial h_t}{\\partial h_{t-1}} where b = 2 h_0')).text).toContain('where b = 2 h₀');
  });
  it('refuses other shapes, and names in terms of themselves', async () => {
    await expect(asked('dJ/dW where b = x_t')).rejects.toThrow(/another shape/);
    await expect(asked('dJ/dW where b = 2 b')).rejects.toThrow(/in terms of itself/);
    await expect(asked('dJ/dW where J = 0')).rejects.toThrow(/gives a value/);
  });
});

describe('a linear recurrence of a scalar', () => {
  const scalar = (...lines: readonly string[]) =>
    solved(block('model', 'u_t, h_t, y : 1', 'w : 1', 'h_t = w (u_t + h_{t-1})', 'y = h_T') + block('derive', ...lines));
  it('has its gradients in closed form, checked', async () => {
    const { text, document } = await scalar('dy/dw', 'dy/du_1');
    expect(text).toContain('∂y/∂w = Σ_{k=1}^{T} uₖ (1 + T − k) w^{T-k}');
    expect(text).toContain('∂y/∂u₁ = w^T');
    expect(document.totals.checked).toBe(4);
  });
  it('written out, in inputs alone', async () => {
    const { text } = await scalar('dy/dw, T = 3', 'dy/dw, T = 2');
    expect(text).toMatch(/= (u₃|2 u₂ w|3 u₁ w²) \+ (u₃|2 u₂ w|3 u₁ w²) \+ (u₃|2 u₂ w|3 u₁ w²) ⟵ the states put in/);
    expect(text).toMatch(/= (u₂ \+ 2 u₁ w|2 u₁ w \+ u₂) ⟵ the states put in/);
  });
  it('with a start of its own', async () => {
    const model = block('model', 'x_t, s_t, y : 1', 'a : 1', 's_0 : 1', 's_t = a s_{t-1} + x_t', 'y = s_T');
    const { text, document } = await solved(model + block('derive', 'dy/da', '\\frac{dy}{ds_0}'));
    expect(text).toContain('∂y/∂s₀ = a^T');
    expect(document.totals.checked).toBe(4);
  });
});
