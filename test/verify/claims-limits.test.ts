/** Limits in claims, on both sides of the verdict, with the values nearby worked out in plain arithmetic. */

import { describe, expect, it } from 'vitest';
import { judged, modelOf, sigmoid, type Verdict } from './claims.js';

const SCALAR = modelOf('g : 1\ns : 1\ns = g');

/** What the expression is at this g. */
type At = (g: number) => number;
type Row = readonly [claim: string, verdict: Verdict, at: At, limit: number, nearby: readonly number[]];

const FAR = [20, 30, 40];
const CLOSE = [1e-4, -1e-4, 1e-5, -1e-5];

const ROWS: readonly Row[] = [
  ['g -> \\infty => \\tanh(g) -> 1', 'proved', Math.tanh, 1, FAR],
  ['g -> -\\infty => \\tanh(g) -> -1', 'proved', Math.tanh, -1, FAR.map((g) => -g)],
  ['g -> -\\infty => \\tanh(g) -> 1', 'refuted', Math.tanh, 1, FAR.map((g) => -g)],
  ['g -> \\infty => \\sigma(g) -> 1', 'proved', sigmoid, 1, FAR],
  ['g -> -\\infty => \\sigma(g) -> 0', 'proved', sigmoid, 0, FAR.map((g) => -g)],
  ['g -> \\infty => \\sigma(g) -> 0', 'refuted', sigmoid, 0, FAR],
  ['g -> \\infty => \\exp(-g) -> 0', 'proved', (g) => Math.exp(-g), 0, FAR],
  ['g -> \\infty => \\tanh(-2g) -> -1', 'proved', (g) => Math.tanh(-2 * g), -1, FAR],
  ['g -> \\infty => 1/g -> 0', 'proved', (g) => 1 / g, 0, [1e4, 1e5]],
  ['g -> 0 => \\sigma(g) -> 1/2', 'proved', sigmoid, 0.5, CLOSE],
  ['g -> 2 => 1/g -> 1/2', 'proved', (g) => 1 / g, 0.5, [2 + 1e-5, 2 - 1e-5]],
  ['g -> 0 => \\frac{|g|}{g} -> 1', 'refuted', (g) => Math.abs(g) / g, 1, CLOSE],
  ['g -> 0 => \\operatorname{sign}(g)^2 -> 1', 'agrees', (g) => Math.sign(g) ** 2, 1, CLOSE],
  ['g -> 0 => \\frac{\\sin g}{g} -> 1', 'agrees', (g) => Math.sin(g) / g, 1, CLOSE],
  ['g -> \\infty => g \\exp(-g) -> 0', 'agrees', (g) => g * Math.exp(-g), 0, FAR],
  ['g -> 0 => \\log g -> 0', 'undecided', Math.log, 0, [1e-4, 1e-5]],
];

describe('limits of functions', () => {
  it.each(ROWS)('%s is %s', (claim, verdict, at, limit, nearby) => {
    expect(judged(SCALAR, claim).verdict).toBe(verdict);
    const tends = nearby.every((g) => Math.abs(at(g) - limit) < 1e-3);
    expect(tends).toBe(verdict === 'proved' || verdict === 'agrees');
  });
});

const LEAKY = modelOf(
  [
    'x_t : d',
    'h_t : n',
    'W : n x n',
    'U : n x d',
    '\\gamma : n',
    'h_0 \\in \\mathbb{R}^n',
    'q_t = x_t / \\operatorname{sum}(\\gamma)',
    'h_t = (1 - 1/\\gamma) \\odot h_{t-1} + 1/\\gamma \\odot \\tanh(W h_{t-1} + U x_t)',
  ].join('\n'),
);

describe('limits of steps', () => {
  it.each([
    ['\\gamma -> \\infty => h_t -> h_{t-1}', 'proved', LEAKY],
    ['\\gamma -> -\\infty => h_t -> h_{t-1}', 'proved', LEAKY],
    ['\\gamma -> \\infty => h_t -> 0', 'refuted', LEAKY],
    ['\\gamma -> 1 => h_t -> \\tanh(W h_{t-1} + U x_t)', 'proved', LEAKY],
    ['b_f -> \\infty => f_t -> 1', 'proved', modelOf('lstm')],
    ['b_f -> -\\infty => f_t -> 0', 'proved', modelOf('lstm')],
    ['b_f -> -\\infty => f_t -> 1', 'refuted', modelOf('lstm')],
    ['b_o -> -\\infty => h_t -> 0', 'proved', modelOf('lstm')],
    ['b_z -> -\\infty => h_t -> h_{t-1}', 'proved', modelOf('gru')],
    ['z_t -> 1, r_t -> 0 => h_t -> \\tanh(W_h x_t + b_h)', 'proved', modelOf('gru')],
    ['z_t -> 1 => h_t -> h_{t-1}', 'refuted', modelOf('gru')],
  ] as const)('%s is %s', (claim, verdict, model) => {
    expect(judged(model, claim).verdict).toBe(verdict);
  });

  it('what other equations make of the limit is not passed over', () => {
    // q_t grows beyond all bounds where γ goes to 0: 0 · q_t is not 0.
    const verdict = judged(LEAKY, '\\gamma -> 0 => \\gamma_1 q_t -> 0').verdict;
    expect(verdict).not.toBe('proved');
  });
});
