/** Moments by Wick's rule: known closed forms, and random polynomials against exact enumeration is left to Monte Carlo elsewhere. */
import { describe, expect, it } from 'vitest';
import { expectation, variance } from '../../src/calculus/index.js';
import { createWorkspace, type Tensor, wholeLetter } from '../../src/network/index.js';

describe('moments of a dot product', () => {
  const w = createWorkspace();
  const d = wholeLetter('d');
  const mu = w.value('mu', [], [d]);
  const sigma = w.value('sigma', [], []);
  const distribution = { mean: mu, variance: w.power(sigma, 2), gaussian: true };
  const random = new Map([
    ['q', distribution],
    ['k', distribution],
  ]);
  const dot = (a: Tensor, b: Tensor): Tensor =>
    w.contract(
      [],
      [
        { tensor: a, labels: ['i'] },
        { tensor: b, labels: ['i'] },
      ],
    );
  const [q, k] = [w.value('q', [], [d]), w.value('k', [], [d])];
  const mumu = dot(mu, mu);
  const times = (...factors: Tensor[]): Tensor =>
    w.contract(
      [],
      factors.map((tensor) => ({ tensor, labels: [] })),
    );

  it('E[qᵀk] = μᵀμ', () => expect(expectation(w, dot(q, k), random).value).toBe(mumu));
  it('Var(qᵀk) = dσ⁴ + 2σ²μᵀμ', () => {
    const expected = w.add(times(w.whole(d), w.power(sigma, 4)), w.scale(times(w.power(sigma, 2), mumu), 2));
    expect(variance(w, dot(q, k), random).value).toBe(w.expand(expected));
  });
  it('E[qᵀq] = μᵀμ + dσ², Var(qᵀq) = 2dσ⁴ + 4σ²μᵀμ', () => {
    expect(expectation(w, dot(q, q), random).value).toBe(w.expand(w.add(mumu, times(w.whole(d), w.power(sigma, 2)))));
    expect(variance(w, dot(q, q), random).value).toBe(
      w.expand(w.add(w.scale(times(w.whole(d), w.power(sigma, 4)), 2), w.scale(times(w.power(sigma, 2), mumu), 4))),
    );
  });
});
