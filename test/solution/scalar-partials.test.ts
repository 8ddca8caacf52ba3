/** Answers about a model of numbers: ∂s_t/∂u may be the immediate partial there too, as in the Leibniz form over paths. */

import { describe, expect, it } from 'vitest';
import { solveSheet } from '../../src/solution/solve.js';

const MODEL = ['x_t, s_t, h_t : 1', 'u, w : 1, parameter', 's_t = u x_t + w h_{t-1}', 'h_t = \\tanh(s_t)', 'E = \\sum_{t=1}^{T} \\ell_t(h_t)'];

function judged(...lines: readonly string[]): string {
  return JSON.stringify(
    solveSheet(['```model', ...MODEL, '```', '', '```answer', ...lines, '```'].join('\n'), 'sheet.md', { seed: 0 }).document.sections.at(-1),
  );
}

describe('partials of numbers in answers', () => {
  it('takes the immediate one where that makes the line right', () => {
    expect(judged('\\frac{\\partial s_t}{\\partial u} = x_t')).not.toContain('refuted');
    expect(judged('\\frac{\\partial s_2}{\\partial u} = x_2')).not.toContain('refuted');
  });
  it('refutes what no reading makes right', () => {
    expect(judged('\\frac{\\partial s_t}{\\partial u} = 2 x_t')).toContain('refuted');
    expect(judged('\\frac{d s_t}{d u} = x_t')).toContain('refuted');
  });
});
