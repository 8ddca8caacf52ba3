/** Formulas inside the words of a diagnosis come back as mathematics; code stays code. */

import katex from 'katex';
import { describe, expect, it } from 'vitest';
import { diagnosisWords, printedMathematics } from '../../src/solution/printed-mathematics.js';

describe('printed formulas', () => {
  it.each([
    ['∇_{hₜ} L = W diag(1 − hₜ₊₁²) (∇_{hₜ₊₁} L) + V (∇_{oₜ} L)', 'h_{t+1}^2'],
    ['∂J/∂zₜ = −∂J/∂hₜ ⊙ (hₜ₋₁ − h̃ₜ)', '\\tilde{h}_t'],
    ['Σ_{t=1}^{T} (∂J/∂hₜ ⊙ (1 − hₜ²)) xₜᵀ', '\\sum_{t=1}^T'],
    ['Π_{k=T}^{t+1} diag(1 − hₖ²) Wₕₕ', '\\prod_{k=T}^{t+1}'],
    ['V^\\top', 'V^{\\top}'],
    ['Wᵀ', '\\top'],
    ['W', 'W'],
  ])('%s', (printed, part) => {
    const read = printedMathematics(printed);
    expect(read?.latex).toContain(part);
    expect(() => katex.renderToString(read?.latex ?? '', { strict: 'error', throwOnError: true })).not.toThrow();
  });

  it.each(['np.dot(W.T, dh)', 'dh[t] * z[t]', 'W.T @ dh', 'two words'])('%s stays code', (written) => {
    expect(printedMathematics(written)).toBeUndefined();
  });

  it('in words', () => {
    const kinds = diagnosisWords('A transpose is missing: `Wᵀ` belongs in the place of `W`. Right is hₜ = Wᵀ hₜ₋₁.').map(({ type }) => type);
    expect(kinds).toEqual(['text', 'math', 'text', 'math', 'text', 'math', 'text']);
  });
});
