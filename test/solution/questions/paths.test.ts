/** `paths` blocks: one product a path and how many there are; partials that are given, and what they do not determine. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { block, solved } from './sheet.js';

const SCALAR = block('model', 'x_t, h_t : 1', 'u, w : 1', 'f : \\mathbb{R} \\to \\mathbb{R}', 'h_t = f(u x_t + w h_{t-1})', 'E = \\sum_{t=1}^{T} E_t(h_t)');

describe('paths', () => {
  it('gives one product a path, and says how their number grows', async () => {
    const { text } = await solved(SCALAR + block('paths', 'dE/du, T = 2'));
    expect(text).toContain('There are 3 paths from E back to u');
    expect(text).toContain('for T = 1, 2, 3, 4, 5, 6 they are 1, 3, 6, 10, 15, 21');
  });
  it('refuses a length that is missing', async () => {
    await expect(solved(SCALAR + block('paths', 'dE/du'))).rejects.toThrow(/need a number/);
  });
});

describe('the eight partials of Lab 11', () => {
  const sheet = readFileSync(new URL('../../../derivations/lab-11/4-lstm-gradient.md', import.meta.url), 'utf8');
  const [model = '', using = ''] = ['model', 'paths'].map((kind) => sheet.match(new RegExp(`\`\`\`${kind}\\n[\\s\\S]*?\`\`\`\\n`))?.[0] ?? '');
  it('do not suffice, by a witness; with one more there are two true forms, proved', async () => {
    const { text, document } = await solved(`---\nconvention: row\n---\n${model}${using}`);
    expect(text).toContain('The partials do not determine ∂J/∂W_g');
    expect(text).toContain('∂J/∂W_g = 0.1865');
    expect(text).toContain('∂J/∂W_g = 0.2727');
    expect(text).toContain('With ∂hₜ/∂Cₜ added');
    expect(text.match(/✓ proved/g)).toHaveLength(2);
    expect(text).toMatch(/paths from h_T 1 6 30 145/);
    expect(document.totals).toMatchObject({ slips: 1, proved: 2 });
  }, 120_000);
});
