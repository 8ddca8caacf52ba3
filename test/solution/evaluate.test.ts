/** `evaluate` blocks: runs and single steps at given numbers, lengths, lists of one, and derivatives worked out. */

import { describe, expect, it } from 'vitest';
import { solveSheet } from '../../src/solution/solve.js';

const LINEAR = ['u_t, h_t, y : 1', 'w : 1', 'h_t = w (u_t + h_{t-1})', 'y = h_T'];
const FREE = ['h_t \\in \\mathbb{R}^n', 'W \\in \\mathbb{R}^{n \\times n}, constant', 'h_0 \\in \\mathbb{R}^n', 'h_t = W h_{t-1}'];

/** Left side and right side of every line of numbers: of what is worked out, or of what is given. */
function numbers(model: readonly string[], lines: readonly string[], part: 'given' | 'worked out' = 'worked out'): readonly string[] {
  const text = ['```model', ...model, '```', '', '```evaluate', ...lines, '```'].join('\n');
  const section = solveSheet(text, 'sheet.md', { seed: 0 }).document.sections.find(({ kind }) => kind === 'evaluate');
  const parts = (section?.blocks ?? []).flatMap((block) => (block.type === 'equations' ? [block.lines] : []));
  const shown = part === 'given' ? parts[0] : parts.at(-1);
  return (shown ?? []).map((line) => `${line.left?.text ?? ''} = ${line.right.text}`);
}

describe('evaluate', () => {
  it('takes a whole run of a name with an index and works derivatives out', () => {
    const lines = numbers(LINEAR, ['w = 0.5', 'u = [1, 2, 3]', 'y, \\frac{dy}{dw}, \\frac{dy}{du_1}, digits = 3']);
    expect(lines).toContain(' = 2.125');
    expect(lines.at(-1)).toBe(' = 0.125');
    expect(lines.some((line) => line === ' = 5.750')).toBe(true);
  });
  it('runs as far as the numbers asked for where nothing else says how far', () => {
    const lines = numbers(FREE, ['W = [[0, 10], [0, 0]]', 'h_0 = [1, -1]', 'h_2, digits = 1']);
    expect(lines).toEqual(['h₂ = W h₁', ' = (0.0, 0.0)']);
  });
  it('takes a length', () => {
    expect(numbers(FREE, ['W = [[2]]', 'h_0 = [1]', 'T = 4', 'h_t, digits = 1']).filter((line) => line.startsWith('h'))).toHaveLength(4);
  });
  it('reads lists of one number', () => {
    expect(numbers(FREE, ['W = [[-2]]', 'h_0 = [3]', 'h_1, digits = 1'])).toContain(' = (−6.0)');
  });
  it('shows what is given, equal values of a whole run once', () => {
    expect(numbers(LINEAR, ['w = 0.5', 'u = [1, 2, 3]', 'y'], 'given')).toEqual(['w = 0.5', 'u₁, …, u₃ = 1, 2, 3']);
    expect(numbers(LINEAR, ['w = 2', 'u = [7, 7]', 'y'], 'given')).toEqual(['w = 2', 'uₜ = 7']);
  });
  it('puts a value set by hand in the place of an equation', () => {
    const gate = ['x_t, z_t, h_t : 1', 'v : 1', 'z_t = \\sigma(v h_{t-1})', 'h_t = z_t h_{t-1} + (1 - z_t) x_t', 'h_0 : 1'];
    const given = ['v = 1', 'x_t = 4', 'h_{t-1} = 2', 'z_t = 0.25', 'h_t, \\frac{\\partial h_t}{\\partial h_{t-1}}, digits = 2'];
    const lines = numbers(gate, given);
    expect(lines[1]).toBe(' = 3.50');
    expect(lines.at(-1)).toBe(' = 0.25');
  });
  it('shows the argument of a function of a matrix the right way round', () => {
    const model = ['X \\in \\mathbb{R}^{2 \\times 2}, input', 'V, Z \\in \\mathbb{R}^{2 \\times 2}', 'Z = \\tanh(X^\\top V^\\top)'];
    const lines = numbers(model, ['X = [[1, 2], [3, 4]]', 'V = [[0, 1], [0, 0]]', 'Z, digits = 1']);
    expect(lines).toEqual(['Z = tanh(Xᵀ Vᵀ)', ' = tanh([[3.0, 0.0], [4.0, 0.0]])', ' = [[1.0, 0.0], [1.0, 0.0]]']);
  });
  it('refuses a computed value at one step of a run', () => {
    expect(() => numbers(LINEAR, ['w = 2', 'u = [1, 1]', 'h_2 = 3', 'y'])).toThrow(/computed at every step/);
  });
  it('works expressions out', () => {
    expect(numbers(LINEAR, ['w = 2', 'u = [1, 1]', '\\sum_{t=1}^{T} h_t, digits = 1'])).toEqual(['Σ_{t=1}^{T} hₜ = 8.0']);
  });
  it('prints what is too small for its digits with a power of ten', () => {
    expect(numbers(LINEAR, ['w = 0.001', 'u = [0, 0, 0, 0]', '\\frac{dy}{du_1}, digits = 4']).at(-1)).toBe(' = 1.000e-12');
  });
  it('refuses a size that the model does not have', () => {
    expect(() => numbers(FREE, ['W = [[2]]', 'h_0 = [1]', 'T = 0', 'h_1'])).toThrow(/whole number/);
  });
});
