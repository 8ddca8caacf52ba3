/** `moments` blocks: the closed forms of a scaled dot product, equations for the scale, samples, refusals. */

import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.js';
import { block, solved } from './sheet.js';

const DECLARED = ['q, k, \\mu \\in \\mathbb{R}^d', 'q, k \\sim \\mathcal{N}(\\mu, \\sigma^2 I)', '\\sigma > 0'];
const asked = async (...lines: readonly string[]): Promise<string> => (await solved(block('moments', ...DECLARED, ...lines))).text;

describe('closed forms of qᵀk', () => {
  it.each([
    ['E[q^\\top k]', 'E[qᵀ k] = ‖μ‖²'],
    ['Var(q^\\top k)', 'Var(qᵀ k) = d σ⁴ + 2 σ² ‖μ‖²'],
    ['Var(q^\\top k / s) where s = \\sqrt{d}', 'Var(qᵀ k/s) = σ⁴ + 2 σ² ‖μ‖²/d'],
    ['Var(q^\\top k), hold q', 'Var(qᵀ k) = σ² ‖q‖²'],
    ['E[q^\\top k] where k = q', 'E[qᵀ k] = d σ² + ‖μ‖²'],
    ['Cov(q^\\top k, q^\\top q)', 'Cov(qᵀ k, qᵀ q) = 2 σ² ‖μ‖²'],
    ['std(q^\\top k)', 'std(qᵀ k) = sqrt(d σ⁴ + 2 σ² ‖μ‖²)'],
    ['E[q]', 'E[q] = μ'],
    ['E[(q^\\top k)^2] - E[q^\\top k]^2', '= d σ⁴ + 2 σ² ‖μ‖²'],
  ])('%s', async (question, wanted) => expect(await asked(question)).toContain(wanted));

  it('says what independence is worth', async () => expect(await asked('Var(q^\\top k)')).toContain('it would be 2 d σ⁴ + 4 σ² ‖μ‖² instead'));
  it('shows every pairing of a square once', async () => {
    const text = await asked('Var(q^\\top k)');
    for (const pairing of ['E[qᵢ] E[kᵢ] E[qⱼ] E[kⱼ]', 'Cov(qᵢ, qⱼ) E[kᵢ] E[kⱼ]', 'Cov(kᵢ, kⱼ) E[qᵢ] E[qⱼ]', 'Cov(qᵢ, qⱼ) Cov(kᵢ, kⱼ)'])
      expect(text).toContain(pairing);
  });
});

describe('equations for the scale', () => {
  it.each([
    ['solve E[q^\\top k / s] = d for s', 's = ‖μ‖²/d', 'Where ‖μ‖² = 0 no s solves it. σ does not enter.'],
    ['solve Var(q^\\top k / s) = 1 for s', 's = sqrt(d σ⁴ + 2 σ² ‖μ‖²)', 'both sides are 1'],
    ['solve Var(q^\\top k / s) = 1 for s where \\mu = 0', 's = sqrt(d) σ²', 'both sides are 1'],
    ['solve Var(q^\\top k / s) = 1 for s where \\mu = 0, \\sigma = 1', 's = sqrt(d)', 'both sides are 1'],
    ['solve Var(q^\\top k / s) = d for s', 's = sqrt(σ⁴ + 2 σ² ‖μ‖²/d)', 'both sides are'],
    ['solve E[q^\\top k / s] = 1 for s', 's = ‖μ‖²', 'both sides are 1'],
    ['solve E[(q^\\top k / s)^2] = 1 for s', 's = sqrt(d σ⁴ + 2 σ² ‖μ‖² + ‖μ‖⁴)', 'both sides are 1'],
    ['solve E[q^\\top k / s] = d for s where \\mu = 0', 'No s solves it', '0 = d'],
  ])('%s', async (question, value, more) => {
    const text = await asked(question);
    expect(text).toContain(value);
    expect(text).toContain(more);
  });

  it('takes the root with the plus of a quadratic', async () =>
    expect(await asked('solve E[q^\\top q] + s^2 = 2 s for s where \\mu = 0, \\sigma = 1, d = 1')).toContain('s = 1'));
  it('refuses an unknown inside a function', async () => {
    await expect(asked('solve E[q^\\top k] = \\exp(s) for s')).rejects.toThrow(InputError);
  });
});

describe('samples', () => {
  it('agree with every closed form, and are counted', async () => {
    const { document, text } = await solved(block('moments', ...DECLARED, 'E[q^\\top k]', 'Var(q^\\top k)', 'Cov(q^\\top k, q^\\top q)', 'std(q^\\top k)'));
    expect(text).not.toContain('disagrees');
    expect(document.totals.checked).toBe(4);
  });
  it('estimate what has no closed form', async () => {
    const text = await asked('K : 16 x d', 'K \\sim \\mathcal{N}(0, 1)', 'E[\\max(\\operatorname{softmax}(K q))] where d = 16, \\mu = 0, \\sigma = 1');
    expect(text).toMatch(/none 0\.6[789]/);
  });
  it('are drawn again at another seed', async () => {
    const at = async (seed: number): Promise<string> => (await solved(block('moments', ...DECLARED, 'E[q^\\top k]'), { seed })).text;
    expect(await at(1)).toBe(await at(1));
    expect(await at(1)).not.toBe(await at(2));
  });
});

describe('mean and variance only', () => {
  it('settle what holds no entry more than twice', async () => {
    expect((await solved(block('moments', 'x, y ~ (0, 1)', 'E[x^2 y^2]'))).text).toContain('E[x² y²] = 1');
    expect((await solved(block('moments', 'a, b : n', 'a, b ~ (m, v)', 'Var(a^\\top b)'))).text).toContain('Var(aᵀ b) = n v² + 2 v ‖m‖²');
  });
  it('do not settle the rest', async () => {
    await expect(solved(block('moments', 'a : n', 'a ~ (m, v)', 'E[(a^\\top a)^2]'))).rejects.toThrow('Mean and variance alone do not settle this');
  });
});

describe('figures', () => {
  it('need a value for every name', async () => {
    await expect(asked('plot Var(q^\\top k) against d = 1..9 where \\mu = 0')).rejects.toThrow('A figure needs a value for sigma');
  });
  it('run against a size or a scalar', async () => {
    expect(await asked('plot Var(q^\\top k) against d = 1..512 where \\mu = 0, \\sigma = 1')).toContain('the values go from 1 to 512');
    expect(await asked('plot [Var(q^\\top k), E[q^\\top k]] against \\sigma = 0..2 where d = 16, \\mu = \\mathbf{1}')).toContain('goes from 0 to 384');
  });
});

describe('text that is not understood', () => {
  it.each([
    ['q \\sim U(0, 1)', 'The distribution U is not known.'],
    ['solve E[q] = 1', 'An equation is solved for one name.'],
    ['q = k = 1', 'This line asks nothing.'],
    ['E[q^\\top k], keep q', 'does not go with moments'],
  ])('%s', async (line, message) => {
    await expect(asked(line)).rejects.toThrow(message);
  });
});
