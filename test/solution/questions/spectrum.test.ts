/** `spectrum` blocks: closed forms with their induction, bounds of Jacobian products, eigenvalues and singular values, norms as figures. */

import { describe, expect, it } from 'vitest';
import { block, solved } from './sheet.js';

const textOf = async (...blocks: readonly string[]): Promise<string> => (await solved(blocks.join('\n'))).text;

const DECOMPOSED = block(
  'model',
  'h_t \\in \\mathbb{R}^n',
  'W, Q, \\Lambda \\in \\mathbb{R}^{n \\times n}, constant',
  'h_0 \\in \\mathbb{R}^n',
  'W = Q \\Lambda Q^\\top',
  'Q^\\top Q = I',
  '\\Lambda = \\operatorname{diag}(\\lambda)',
  'h_t = W^\\top h_{t-1}',
);
const RNN = block('model', 'x_t : d', 'h_t : n', 'W : n x n', 'U : n x d', 'h_0 : n', 'h_t = \\tanh(W h_{t-1} + U x_t)', 'L = \\ell(h_T)');

describe('closed forms', () => {
  it('split a power by an orthogonal matrix, and say why', async () => {
    const { document, text } = await solved(DECOMPOSED + block('spectrum', 'closed h_t'));
    expect(text).toContain('hₜ = Q Λᵗ Qᵀ h₀');
    expect(text).toContain('= Q Λ Qᵀ Q Λᵗ⁻¹ Qᵀ h₀');
    expect(text).toContain('Qᵀ Q = I');
    expect(text).toContain('Λ is diagonal');
    expect(document.totals).toMatchObject({ proved: 1, checked: 1 });
  });
  it.each([
    ['of a matrix that is transposed', ['h_t, h_0 : n', 'W : n x n', 'h_t = W^\\top h_{t-1}'], 'hₜ = (Wᵗ)ᵀ h₀'],
    ['with an input', ['h_t, h_0 : n', 'x_t : d', 'W : n x n', 'U : n x d', 'h_t = W h_{t-1} + U x_t'], 'hₜ = Wᵗ h₀ + Σ_{k=1}^{t} Wᵗ⁻ᵏ U xₖ'],
    ['of a number', ['u_t, h_t : 1', 'w : 1', 'h_t = w (u_t + h_{t-1})'], 'hₜ = Σ_{k=1}^{t} uₖ wᵗ⁻ᵏ⁺¹'],
    ['of rows', ['h_t, h_0 : 1 x n', 'W : n x n', 'h_t = h_{t-1} W'], 'hₜ = h₀ Wᵗ'],
    ['with a factor that changes', ['h_t, h_0, f_t : n', 'f_t : n, input', 'h_t = f_t * h_{t-1}'], 'hₜ = (Π_{k=t}^{1} diag(fₖ)) h₀'],
  ])('%s', async (_, lines, wanted) => {
    const { document, text } = await solved(block('model', ...lines) + block('spectrum', 'closed h_t'));
    expect(text).toContain(wanted);
    expect(document.totals).toMatchObject({ proved: 1, checked: 1 });
  });
  it('take a decomposition from the question, the inverse cancelled', async () => {
    const model = block('model', 'W, P, \\Lambda : n x n, constant', 'h_t, h_0 : n', 'h_t = W^\\top h_{t-1}');
    const { document, text } = await solved(model + block('spectrum', 'closed h_t where W = P \\Lambda P^{-1}'));
    expect(text).toContain('hₜ = (P⁻¹)ᵀ (Λᵀ)ᵗ Pᵀ h₀');
    expect(document.totals).toMatchObject({ proved: 1, checked: 1 });
  });
  it('refuse a decomposition whose ends do not cancel', async () => {
    const model = block('model', 'W, Q, \\Lambda : n x n, constant', 'h_t, h_0 : n', 'h_t = W h_{t-1}');
    await expect(textOf(model, block('spectrum', 'closed h_t where W = Q \\Lambda Q^\\top'))).rejects.toThrow('does not undo the first');
  });
  it('are refused where the recurrence is not linear', async () => {
    await expect(textOf(RNN, block('spectrum', 'closed h_t'))).rejects.toThrow('h has no closed form here');
  });
});

describe('Jacobian products', () => {
  it('of equal factors are powers', async () => {
    const text = await textOf(DECOMPOSED, block('spectrum', '\\frac{\\partial h_T}{\\partial h_t}'));
    expect(text).toContain('= Q ΛT⁻ᵗ Qᵀ'.replace('ΛT⁻ᵗ', 'Λ^{T-t}'));
  });
});

describe('bounds', () => {
  it('name each inequality, and hold in every case drawn', async () => {
    const { document, text } = await solved(RNN + block('spectrum', 'bound \\|\\partial h_T / \\partial h_t\\|'));
    expect(text).toContain('the norm of a product is at most the product of the norms');
    expect(text).toContain('entries of 1 − hₖ² are at most 1');
    expect(text).toContain('(σ_max(W))^(T-t)');
    expect(text).toContain('If σ_max(W) < 1');
    expect(text).toContain('σ_max(W) > 1 is necessary. It is not sufficient');
    expect(text).toContain('none exceeds the bound');
    expect(document.totals.checked).toBe(1);
  });
  it('know that the logistic function is at most a quarter as steep', async () => {
    const model = block('model', 'h_t, h_0 : n', 'W : n x n', 'h_t = \\sigma(W h_{t-1})', 'L = \\ell(h_T)');
    expect(await textOf(model, block('spectrum', 'bound \\|\\partial h_T / \\partial h_t\\|'))).toContain('(1/4 σ_max(W))^(T-t)');
  });
  it('of gates alone do not speak of vanishing', async () => {
    const text = await textOf(block('spectrum lstm', 'bound \\|\\partial c_T / \\partial c_t\\|, immediate'));
    expect(text).toContain('≤ 1');
    expect(text).toContain('is 0.5005, and longer products stay above one half');
  });
  it('of several terms use the triangle inequality', async () => {
    const text = await textOf(block('spectrum gru', 'bound \\|\\partial h_T / \\partial h_t\\|'));
    expect(text).toContain('triangle inequality');
    expect(text).toContain('none exceeds the bound');
  });
  it('are refused where state passes elsewhere', async () => {
    await expect(textOf(block('spectrum lstm', 'bound \\|\\partial h_T / \\partial h_t\\|'))).rejects.toThrow('Several names carry state');
  });
});

describe('what a bound is worth', () => {
  it('is said: tight for a symmetric matrix alone', async () => {
    const text = await textOf(
      block('model', 'h_t, h_0 : n', 'W : n x n', 'W = W^\\top', 'h_t = W h_{t-1}'),
      block('spectrum', 'bound \\|\\partial h_T / \\partial h_t\\|'),
    );
    expect(text).toContain('it is tight: the norm reaches it in every case');
  });
  it('settings print as decimals, whole results without a point', async () => {
    const text = await textOf(DECOMPOSED, block('spectrum', 'W^2 where W = [[0.5, -2.7], [0, 1/3]]', 'W^3 where W = [[0, 1], [1, 1]]'));
    expect(text).toContain('W = [0.5, −2.7; 0, 1/3]');
    expect(text).toContain('[[1, 2], [2, 3]]');
  });
});

describe('numbers', () => {
  it.each([
    ['\\Lambda^{10} where \\lambda = [(1-\\sqrt{5})/2, (1+\\sqrt{5})/2]', 'Λ¹⁰ = [[0.008131, 0.000000], [0.000000, 122.991869]]', 'diagonal is 123.000000'],
    ['\\Lambda^{10} where \\lambda = [-0.6180, 1.6180], digits = 4', '122.9660', '0.0081'],
    ['eigenvalues [[0, 1], [1, 1]]', 'λ = (1 ± √5)/2', 'λ₁ = 1.618034'],
    ['eigenvalues [[2.7, 1.1], [-4, -1.45]], digits = 3', 'the spectral radius, is 0.696', ' i'],
    ['singular values [[2.7, 1.1], [-4, -1.45]], digits = 3', 'σ₁ = 5.157', 'spectral norm'],
    ['singular values W where W = [[0, 10], [0, 0]]', 'σ₁ = 10 ', 'σ₂ = 0 '],
    ['[[0,1],[1,1]]^{10}, digits = 1', '[[34.0, 55.0], [55.0, 89.0]]', '123.0'],
  ])('%s', async (line, ...wanted) => {
    const text = await textOf(DECOMPOSED, block('spectrum', line));
    for (const one of wanted) expect(text).toContain(one);
  });
  it('are refused without a value, and where the matrix is not square', async () => {
    await expect(textOf(RNN, block('spectrum', 'eigenvalues W'))).rejects.toThrow('W has no value here');
    await expect(textOf(RNN, block('spectrum', 'eigenvalues [[1, 2]]'))).rejects.toThrow('Only square matrices have eigenvalues');
  });
});

describe('figures', () => {
  it('run against the distance, a line for each model', async () => {
    const text = await textOf(block('spectrum lstm rnn', 'plot \\|\\partial h_T / \\partial h_t\\| against T - t = 0..20'));
    expect(text).toMatch(/against T-t from 0 to 20: \S+ goes from 1 to [\d.e-]+; \S+ goes from 1 to/);
  });
  it('run against a length, at given numbers', async () => {
    const model = block('model', 'u_t, h_t, y : 1', 'w : 1', 'h_t = w (u_t + h_{t-1})', 'y = h_T');
    const text = await textOf(model, block('spectrum', 'plot [dy/du_1, dy/dw] against T = 1..20 where w = 0.5, u_t = 1'));
    expect(text).toContain('dy/du₁ goes from 0.5 to 9.537e-7; dy/dw goes from 1 to 4');
  });
  it('stand in blocks of other kinds too', async () => {
    const model = block('model', 'u_t, h_t, y : 1', 'w : 1', 'h_t = w (u_t + h_{t-1})', 'y = h_T');
    const text = await textOf(model, block('derive', 'dy/dw', 'plot dy/dw against T = 1..20 where w = 0.5, u_t = 1'));
    expect(text).toContain('The gradient');
    expect(text).toContain('the values go from 1 to 4');
  });
  it('are refused for what is no number', async () => {
    await expect(textOf(RNN, block('spectrum', 'plot h_T against T = 1..5'))).rejects.toThrow('Only scalars and norms are plotted');
  });
});
