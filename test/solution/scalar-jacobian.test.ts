/** ∂h_T/∂h_t of a state that is a number: there are no matrices to multiply, so the recursion gives it. */

import { describe, expect, it } from 'vitest';
import { solveSheet } from '../../src/solution/solve.js';

const MODEL = ['x_t, h_t : 1', 'w : 1', 'h_0 : 1', 'h_t = \\tanh(w h_{t-1} + x_t)', 'L = \\ell(h_T)'];

describe('the Jacobian of a scalar state over many steps', () => {
  it('is derived by the recursion and agrees with the numbers', () => {
    const sheet = ['```model', ...MODEL, '```', '', '```derive', '\\frac{\\partial h_T}{\\partial h_0}', '\\frac{\\partial h_T}{\\partial h_t}', '```'].join(
      '\n',
    );
    const { document, ok } = solveSheet(sheet, 'sheet.md', { seed: 0 });
    expect(ok).toBe(true);
    expect(document.totals.checked).toBe(2);
    expect(JSON.stringify(document)).not.toContain('Several names');
  });
  it('is worked out at numbers', () => {
    const sheet = [
      '```model',
      ...MODEL,
      '```',
      '',
      '```evaluate',
      'w = 0.5',
      'x = [0, 0, 0]',
      'h_0 = 0',
      '\\frac{\\partial h_T}{\\partial h_0}, digits = 3',
      '```',
    ].join('\n');
    expect(JSON.stringify(solveSheet(sheet, 'sheet.md', { seed: 0 }).document)).toContain('0.125');
  });
});
