/** `evaluate` blocks: runs and single steps at given numbers, lengths, lists of one, and derivatives worked out. */

import { describe, expect, it } from 'vitest';
import { solveSheet } from '../../src/solution/solve.js';

const LINEAR = ['u_t, h_t, y : 1', 'w : 1', 'h_t = w (u_t + h_{t-1})', 'y = h_T'];
const FREE = ['h_t \\in \\mathbb{R}^n', 'W \\in \\mathbb{R}^{n \\times n}, constant', 'h_0 \\in \\mathbb{R}^n', 'h_t = W h_{t-1}'];

/** Left side and right side of every line of numbers. */
function numbers(model: readonly string[], lines: readonly string[]): readonly string[] {
  const text = ['```model', ...model, '```', '', '```evaluate', ...lines, '```'].join('\n');
  const section = solveSheet(text, 'sheet.md', { seed: 0 }).document.sections.find(({ kind }) => kind === 'evaluate');
  return (section?.blocks ?? []).flatMap((block) =>
    block.type === 'equations' ? block.lines.map((line) => `${line.left?.text ?? ''} = ${line.right.text}`) : [],
  );
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
  it('refuses a size that the model does not have', () => {
    expect(() => numbers(FREE, ['W = [[2]]', 'h_0 = [1]', 'T = 0', 'h_1'])).toThrow(/whole number/);
  });
});
