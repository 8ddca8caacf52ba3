/** Where a claim may be tried: declared and assumed values, places that exist, saturation that is none. */

import { describe, expect, it } from 'vitest';
import { judged, modelOf } from './claims.js';

const MEMORY = modelOf(
  [
    'M \\in \\mathbb{R}^{N \\times m}, input',
    'k \\in \\mathbb{R}^N, input',
    'p \\in \\mathbb{R}^N, input',
    'y \\in \\{0, 1\\}^N, input',
    'S \\in \\mathbb{R}^{m \\times m}',
    '0 \\le M \\le 1',
    '\\operatorname{sum}(p) = 1',
    'S = S^\\top',
    'w = \\operatorname{softmax}(k)',
    'r = M^\\top w',
  ].join('\n'),
);

describe('what is declared holds at every number tried', () => {
  it.each([
    ['0 \\le r \\le 1', 'proved'],
    ['r > 0', 'refuted'],
    ['r < 1', 'refuted'],
    ['M \\le 1', 'proved'],
    ['M < 1', 'refuted'],
    ['M \\le 1/2', 'refuted'],
    ['\\operatorname{sum}(p) = 1', 'proved'],
    ['p \\ge 0', 'refuted'],
    ['y^\\top y = 1', 'proved'],
    ['y \\odot y = y', 'proved'],
    ['y_1 = 1', 'refuted'],
    ['S r = S^\\top r', 'proved'],
    ['S = 0', 'refuted'],
  ] as const)('%s is %s', (claim, verdict) => {
    expect(judged(MEMORY, claim).verdict).toBe(verdict);
  });

  it('counterexamples obey the declarations', () => {
    for (const claim of ['M \\le 1/2', 'p \\ge 0', 'y_1 = 1', 'S = 0']) {
      const given = judged(MEMORY, claim).counterexample?.given ?? [];
      for (const { name, data, dims } of given) {
        if (name === 'M') expect(data.every((value) => value >= 0 && value <= 1)).toBe(true);
        if (name === 'p' || name === 'y') expect(data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
        if (name === 'y') expect(data.every((value) => value === 0 || value === 1)).toBe(true);
        const side = dims[0] ?? 1;
        if (name === 'S') data.forEach((value, at) => expect(value).toBe(data[(at % side) * side + Math.floor(at / side)]));
      }
    }
  });
});

const STEPS = modelOf('x_t : d\nh_t : n\nW : n x n\nU : n x d\nh_t = \\tanh(W h_{t-1} + U x_t)');

describe('places', () => {
  it.each([
    ['h_{t+1} = \\tanh(W h_t + U x_{t+1})', 'proved'],
    ['t = 1 => h_t = \\tanh(U x_t)', 'proved'],
    ['h_1 = \\tanh(U x_1)', 'proved'],
    ['|h_t| < 1, t = 2', 'proved'],
    ['|h_t| < 1 \\text{ for } t \\ge 2', 'proved'],
    ['h_0 = 0', 'proved'],
    ['h_1 = 0', 'refuted'],
    ['h_t = h_{t-1} \\text{ for } t < T', 'refuted'],
  ] as const)('%s is %s', (claim, verdict) => {
    expect(judged(STEPS, claim).verdict).toBe(verdict);
  });

  it('a condition that may leave more values than there are is refused', () => {
    expect(() => judged(STEPS, 't < n => |h_t| < 1')).toThrow(/cannot be told/);
  });
});

describe('what doubles cannot tell apart', () => {
  it('a function that comes close to its bound does not reach it', () => {
    // exp(exp(2)) drives tanh to 1 in double precision.
    for (const claim of ['\\tanh(\\exp(\\exp(x))) + \\tanh(y) - \\tanh(y) < 1', '\\sigma(x)^2 \\sigma(y) < 1', '\\sigma(40 x) < 1'])
      expect(judged(modelOf('x, y : 1\ns : 1\ns = x'), claim).verdict, claim).not.toBe('refuted');
  });
});

describe('sides that are equal at one point only', () => {
  it.each(['(x - 1)^2 > 0', 'x^2 + 1 > 2 x', '|x - 2| > 0', 'x \\ne 1'])('%s is refuted', (claim) => {
    expect(judged(modelOf('x, y : 1\ns : 1\ns = x'), claim).verdict).toBe('refuted');
  });
});

describe('induction', () => {
  const product = modelOf(
    [
      'a_k \\in \\mathbb{R}, \\quad k = 2, \\dots, K',
      'p_k \\in \\mathbb{R}, \\quad k = 1, \\dots, K',
      'p_1 = 1',
      'a_k = 1 - \\frac{1}{k^2}',
      'p_k = a_k p_{k-1}',
    ].join('\n'),
  );
  const counter = modelOf('c_t : n\nx_t : n\nc_t = c_{t-1} + \\tanh(x_t)');
  it.each([
    ['p_k = \\frac{k+1}{2k} > \\frac{1}{2}', 'proved', product],
    ['p_k = \\frac{k+2}{3k}', 'refuted', product],
    ['p_k \\le 1', 'proved', product],
    ['p_k \\le 1/2', 'refuted', product],
    ['|c_t| \\le t', 'proved', counter],
    ['|c_t| \\le 1', 'refuted', counter],
  ] as const)('%s is %s', (claim, verdict, model) => {
    expect(judged(model, claim).verdict).toBe(verdict);
  });
});
