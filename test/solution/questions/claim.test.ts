/** `claim` blocks as they are printed: verdicts, the numbers of counterexamples, the steps and facts of proofs. */

import { describe, expect, it } from 'vitest';
import { block, solved } from './sheet.js';

const MODEL = block(
  'model',
  'x_t \\in \\mathbb{R}^d',
  'h_t, z_t, \\hat{h}_t \\in \\mathbb{R}^n',
  'W, U \\in \\mathbb{R}^{n \\times d}',
  'R, S \\in \\mathbb{R}^{n \\times n}',
  'g : 1',
  'h_0 \\in \\mathbb{R}^n',
  'z_t = \\sigma(W x_t + R h_{t-1})',
  '\\hat{h}_t = \\tanh(U x_t + S h_{t-1})',
  'h_t = (1 - z_t) \\odot h_{t-1} + z_t \\odot \\hat{h}_t',
);

const said = async (...lines: readonly string[]): Promise<string> => (await solved(MODEL + block('claim', ...lines))).text;

describe('claims in a solution', () => {
  it('a line that begins with a number stands for itself', async () => {
    const text = await said('h_t - h_{t-1}', '  = z_t \\odot (\\hat{h}_t', '  - h_{t-1})', '-1 \\le h_{t-1} \\le 1 => -1 \\le h_t \\le 1', '-1 < \\hat{h}_t');
    expect(text.match(/A true claim/g)).toHaveLength(3);
    expect(text).toContain('By assumption, hₜ₋₁ ∈ [−1, 1].');
  });

  it('a counterexample shows the numbers on the way', async () => {
    const text = await said('x_t = 0 => h_t = h_{t-1}');
    expect(text).toContain('A false claim');
    expect(text).toContain('n = 1 and t = 1 with h₀ = 1');
    expect(text).toContain('z₁ = 0.5');
    expect(text).toContain('0.5 ≠ 1');
  });

  it('limits say what functions tend to, and how close a counterexample came', async () => {
    const text = await said('g -> -\\infty => \\tanh(g) -> -1', 'g -> 0 => \\frac{|g|}{g} -> 1');
    expect(text).toContain('g → −∞ ⇒ tanh(g) → −1');
    expect(text).toContain('Let g = −1/ε; then ε → 0 from above.');
    expect(text).toContain('tanh(a) → 1 as a → ∞');
    expect(text).toContain('(close to the limit)');
  });

  it('facts about functions are named', async () => {
    const text = await said('x > 0 => \\tanh(x) < x', 'x \\le y => \\sigma(x) \\le \\sigma(y)');
    expect(text).toContain('tanh(a) lies between 0 and a.');
    expect(text).toContain('σ grows with its argument.');
  });

  it('which steps are meant is printed, and that no path leads there', async () => {
    const text = await said('\\frac{d h_t}{d x_s} = 0 \\text{ for } s > t', '\\frac{d h_t}{d x_s} = 0 \\text{ for } s < t');
    expect(text).toContain('s = t+1, …, T');
    expect(text).toContain('no path leads from one to the other');
    expect(text).toMatch(/t = 2 and s = 1/);
  });

  it('what is neither proved nor refuted is said to be neither', async () => {
    const text = await said('g -> 0 => \\frac{\\sin g}{g} -> 1', 'g -> 0 => \\log g -> 0');
    expect(text).toContain('This is no proof.');
    expect(text).toContain('Neither a proof nor a counterexample was found.');
  });

  it('counts what was proved and what was refuted', async () => {
    const { document } = await solved(MODEL + block('claim', '0 < z_t < 1', 'z_t = 1'));
    expect(document.totals).toMatchObject({ proved: 1 });
  });
});
