/**
 * Claims about steps of networks: substitutions, ranges, limits, derivatives, other models. Each is evaluated besides by a step written out here in
 * plain arithmetic, with two units and dense weights.
 */

import { describe, expect, it } from 'vitest';
import { close, judged, modelOf, Numbers, sigmoid, type Verdict } from './claims.js';

type Vector = readonly number[];
type Matrix = readonly Vector[];

const N = 2;
const { tanh, abs, max, min } = Math;
const product = (m: Matrix, v: Vector): number[] => m.map((row) => row.reduce((sum, value, k) => sum + value * (v[k] as number), 0));
const add = (...vectors: readonly Vector[]): number[] => (vectors[0] as Vector).map((_, k) => vectors.reduce((sum, vector) => sum + (vector[k] as number), 0));
const both = (a: Vector, b: Vector, f: (x: number, y: number) => number): number[] => a.map((value, k) => f(value, b[k] as number));
const times = (a: Vector, b: Vector): number[] => both(a, b, (x, y) => x * y);
const same = (a: Vector, b: Vector): boolean => a.every((value, k) => close(value, b[k] as number));
const all = (a: Vector, b: Vector, f: (x: number, y: number) => boolean): boolean => a.every((value, k) => f(value, b[k] as number));
const zero = [0, 0];

class Draw {
  readonly #numbers: Numbers;
  constructor(seed: number) {
    this.#numbers = new Numbers(seed);
  }
  vector(): number[] {
    return this.#numbers.list(N);
  }
  matrix(): number[][] {
    return [this.vector(), this.vector()];
  }
}

/** What a claim gives in place of an equation. */
interface Fixed {
  readonly f?: Vector;
  readonly i?: Vector;
  readonly o?: Vector;
  readonly candidate?: Vector;
  readonly z?: Vector;
  readonly r?: Vector;
  readonly x?: Vector;
  readonly h?: Vector;
  readonly c?: Vector;
  readonly bias?: Vector;
}

/** Drawn always, so that what is fixed moves no other number. */
const gate = (draw: Draw, x: Vector, h: Vector, activation: (a: number) => number, bias?: Vector): number[] =>
  add(product(draw.matrix(), x), product(draw.matrix(), h), bias ?? draw.vector()).map(activation);

function lstm(seed: number, fixed: Fixed = {}) {
  const draw = new Draw(seed);
  const drawn = { x: draw.vector(), h: draw.vector(), c: draw.vector() };
  const { x, h, c } = { ...drawn, ...fixed };
  const gates = { f: gate(draw, x, h, sigmoid), i: gate(draw, x, h, sigmoid), o: gate(draw, x, h, sigmoid), candidate: gate(draw, x, h, tanh, fixed.bias) };
  const { f, i, o, candidate } = { ...gates, ...fixed };
  const cell = add(times(f, c), times(i, candidate));
  return { x, h, c, f, i, o, candidate, cell, out: times(o, cell.map(tanh)) };
}

function gru(seed: number, fixed: Fixed = {}) {
  const draw = new Draw(seed);
  const drawn = { x: draw.vector(), h: draw.vector() };
  const { x, h } = { ...drawn, ...fixed };
  const gates = { z: gate(draw, x, h, sigmoid), r: gate(draw, x, h, sigmoid) };
  const { z, r } = { ...gates, ...fixed };
  const [W, U, b] = [draw.matrix(), draw.matrix(), draw.vector()];
  const candidate = add(product(W, x), product(U, times(r, h)), b).map(tanh);
  return {
    x,
    h,
    z,
    r,
    W,
    U,
    b,
    candidate,
    out: both(
      times(z, candidate),
      times(
        z.map((value) => 1 - value),
        h,
      ),
      (p, q) => p + q,
    ),
  };
}

type Row = readonly [claim: string, verdict: Verdict, holds: (seed: number) => boolean];
const one = [1, 1];

const LSTM: readonly Row[] = [
  ['0 < f_t < 1', 'proved', (seed) => lstm(seed).f.every((f) => f > 0 && f < 1)],
  ['f_t + i_t = 1', 'refuted', (seed) => same(add(lstm(seed).f, lstm(seed).i), one)],
  ['|h_t| < 1', 'proved', (seed) => lstm(seed).out.every((h) => abs(h) < 1)],
  ['|h_{t-1}| < 1', 'refuted', (seed) => lstm(seed).h.every((h) => abs(h) < 1)],
  ['|c_t| < |c_{t-1}| + 1', 'proved', (seed) => all(lstm(seed).cell, lstm(seed).c, (next, last) => abs(next) < abs(last) + 1)],
  ['|c_t| \\le |c_{t-1}|', 'refuted', (seed) => all(lstm(seed).cell, lstm(seed).c, (next, last) => abs(next) <= abs(last))],
  ['f_t = 1, i_t = 0 => c_t = c_{t-1}', 'proved', (seed) => same(lstm(seed, { f: one, i: zero }).cell, lstm(seed).c)],
  ['f_t = 1 => c_t = c_{t-1}', 'refuted', (seed) => same(lstm(seed, { f: one }).cell, lstm(seed).c)],
  ['f_t = 0, i_t = 0 => h_t = 0', 'proved', (seed) => same(lstm(seed, { f: zero, i: zero }).out, zero)],
  ['o_t = 0 => h_t = 0', 'proved', (seed) => same(lstm(seed, { o: zero }).out, zero)],
  ['x_t = 0 => h_t = h_{t-1}', 'refuted', (seed) => same(lstm(seed, { x: zero }).out, lstm(seed, { x: zero }).h)],
  ['x_t = 0, h_{t-1} = 0, c_{t-1} = 0, b_c = 0 => h_t = 0', 'proved', (seed) => same(lstm(seed, { x: zero, h: zero, c: zero, bias: zero }).out, zero)],
  ['x_t = 0, h_{t-1} = 0, c_{t-1} = 0 => h_t = 0', 'refuted', (seed) => same(lstm(seed, { x: zero, h: zero, c: zero }).out, zero)],
  [
    '\\tilde{c}_t = 0 => |c_t| \\le |c_{t-1}|',
    'proved',
    (seed) => all(lstm(seed, { candidate: zero }).cell, lstm(seed).c, (next, last) => abs(next) <= abs(last)),
  ],
  ['c_t \\ge 0', 'refuted', (seed) => lstm(seed).cell.every((c) => c >= 0)],
  [
    'c_{t-1} \\ge 0, \\tilde{c}_t \\ge 0 => c_t \\ge 0',
    'proved',
    (seed) => add(times(lstm(seed).f, lstm(seed).c.map(abs)), times(lstm(seed).i, lstm(seed).candidate.map(abs))).every((c) => c >= 0),
  ],
  [
    'c_t - f_t \\odot c_{t-1} = i_t \\odot \\tilde{c}_t',
    'proved',
    (seed) =>
      same(
        both(lstm(seed).cell, times(lstm(seed).f, lstm(seed).c), (p, q) => p - q),
        times(lstm(seed).i, lstm(seed).candidate),
      ),
  ],
  [
    '\\tanh(c_t) = h_t / o_t',
    'proved',
    (seed) =>
      same(
        lstm(seed).cell.map(tanh),
        both(lstm(seed).out, lstm(seed).o, (p, q) => p / q),
      ),
  ],
  ['\\sum_k f_{t,k} < n', 'proved', (seed) => lstm(seed).f.reduce((p, q) => p + q) < N],
  [
    '\\sum_k f_{t,k} = 1',
    'refuted',
    (seed) =>
      close(
        lstm(seed).f.reduce((p, q) => p + q),
        1,
      ),
  ],
  ['\\|h_t\\|^2 \\le n', 'proved', (seed) => lstm(seed).out.reduce((sum, h) => sum + h * h, 0) <= N],
  [
    'f_t -> 1, i_t -> 0 => c_t -> c_{t-1}',
    'proved',
    (seed) => all(lstm(seed, { f: [1 - 1e-9, 1 - 1e-9], i: [1e-9, 1e-9] }).cell, lstm(seed).c, (p, q) => abs(p - q) < 1e-7),
  ],
  ['f_t -> 1 => c_t -> c_{t-1}', 'refuted', (seed) => all(lstm(seed, { f: [1 - 1e-9, 1 - 1e-9] }).cell, lstm(seed).c, (p, q) => abs(p - q) < 1e-7)],
  ['o_t -> 0 => h_t -> 0', 'proved', (seed) => lstm(seed, { o: [1e-9, 1e-9] }).out.every((h) => abs(h) < 1e-7)],
];

const between = (value: number, a: number, b: number): boolean => value >= min(a, b) - 1e-12 && value <= max(a, b) + 1e-12;

const GRU: readonly Row[] = [
  ['z_t = 0 => h_t = h_{t-1}', 'proved', (seed) => same(gru(seed, { z: zero }).out, gru(seed).h)],
  ['z_t = 1 => h_t = \\tilde{h}_t', 'proved', (seed) => same(gru(seed, { z: one }).out, gru(seed).candidate)],
  ['z_t = 1 => h_t = h_{t-1}', 'refuted', (seed) => same(gru(seed, { z: one }).out, gru(seed).h)],
  [
    'z_t = 1/2 => h_t = \\frac{h_{t-1} + \\tilde{h}_t}{2}',
    'proved',
    (seed) =>
      same(
        gru(seed, { z: [0.5, 0.5] }).out,
        add(gru(seed).h, gru(seed).candidate).map((v) => v / 2),
      ),
  ],
  ['z_t -> 0 => h_t -> h_{t-1}', 'proved', (seed) => all(gru(seed, { z: [1e-9, 1e-9] }).out, gru(seed).h, (p, q) => abs(p - q) < 1e-7)],
  [
    'r_t = 0 => \\tilde{h}_t = \\tanh(W_h x_t + b_h)',
    'proved',
    (seed) => same(gru(seed, { r: zero }).candidate, add(product(gru(seed, { r: zero }).W, gru(seed).x), gru(seed, { r: zero }).b).map(tanh)),
  ],
  [
    'r_t = 0 => h_t = \\tanh(W_h x_t + b_h)',
    'refuted',
    (seed) => same(gru(seed, { r: zero }).out, add(product(gru(seed, { r: zero }).W, gru(seed).x), gru(seed, { r: zero }).b).map(tanh)),
  ],
  [
    'h_t - h_{t-1} = z_t \\odot (\\tilde{h}_t - h_{t-1})',
    'proved',
    (seed) =>
      same(
        both(gru(seed).out, gru(seed).h, (p, q) => p - q),
        times(
          gru(seed).z,
          both(gru(seed).candidate, gru(seed).h, (p, q) => p - q),
        ),
      ),
  ],
  [
    '|h_t - h_{t-1}| \\le z_t \\odot (1 + |h_{t-1}|)',
    'proved',
    (seed) => gru(seed).out.every((h, k) => abs(h - (gru(seed).h[k] as number)) <= (gru(seed).z[k] as number) * (1 + abs(gru(seed).h[k] as number)) + 1e-12),
  ],
  [
    '\\min(h_{t-1}, \\tilde{h}_t) \\le h_t \\le \\max(h_{t-1}, \\tilde{h}_t)',
    'proved',
    (seed) => gru(seed).out.every((h, k) => between(h, gru(seed).h[k] as number, gru(seed).candidate[k] as number)),
  ],
  ['|h_t| \\le \\max(|h_{t-1}|, 1)', 'proved', (seed) => all(gru(seed).out, gru(seed).h, (p, q) => abs(p) <= max(abs(q), 1))],
  ['|h_t| \\le 1', 'refuted', (seed) => gru(seed).out.every((h) => abs(h) <= 1)],
  [
    '-1 \\le h_{t-1} \\le 1 => -1 \\le h_t \\le 1',
    'proved',
    (seed) => gru(seed, { h: new Numbers(seed + 7).list(N).map((v) => v / 3) }).out.every((h) => abs(h) <= 1),
  ],
  ['|h_{t-1}| < 1 => |h_t| < 1', 'proved', (seed) => gru(seed, { h: new Numbers(seed + 9).list(N).map((v) => v / 3.1) }).out.every((h) => abs(h) < 1)],
];

describe.each([
  ['lstm', LSTM],
  ['gru', GRU],
] as const)('a step of %s', (name, rows) => {
  const model = modelOf(name);
  it.each(rows)('%s is %s', (claim, verdict, holds) => {
    const found = judged(model, claim);
    expect(found.verdict).toBe(verdict);
    const failing = Array.from({ length: 60 }, (_, seed) => seed).filter((seed) => !holds(seed));
    if (verdict === 'refuted') expect(failing).not.toEqual([]);
    else expect(failing).toEqual([]);
    if (found.counterexample !== undefined) {
      const { left, right } = found.counterexample;
      expect(broken(found.counterexample.statement.relation, left, right)).toBe(true);
    }
  });
});

function broken(relation: string, left: number, right: number): boolean {
  switch (relation) {
    case '=':
    case '→':
      return abs(left - right) > 1e-6;
    case '<':
      return left >= right;
    case '≤':
      return left > right;
    case '>':
      return left <= right;
    default:
      return left < right;
  }
}

describe('derivatives within a step and across steps', () => {
  it.each([
    ['lstm', '\\frac{\\partial c_t}{\\partial f_t} = \\operatorname{diag}(c_{t-1})', 'proved'],
    ['lstm', '\\frac{\\partial h_t}{\\partial c_t} = \\operatorname{diag}(o_t \\odot (1 - \\tanh^2(c_t)))', 'proved'],
    ['lstm', '\\frac{\\partial h_t}{\\partial c_t} = \\operatorname{diag}(o_t)', 'refuted'],
    ['lstm', '\\frac{\\partial c_t}{\\partial c_{t-1}} = \\operatorname{diag}(f_t)', 'proved'],
    ['lstm', '\\left.\\frac{\\partial c_t}{\\partial c_{t-1}}\\right|_{h_{t-1}} = \\operatorname{diag}(f_t)', 'proved'],
    ['lstm-peephole', '\\left.\\frac{\\partial c_t}{\\partial c_{t-1}}\\right|_{h_{t-1}} = \\operatorname{diag}(f_t)', 'refuted'],
    ['lstm', '\\frac{\\partial h_t}{\\partial h_{t-1}} = 0', 'refuted'],
    ['gru', 'z_t = 0 => \\frac{\\partial h_t}{\\partial h_{t-1}} = I', 'proved'],
    ['gru', 'r_t = 0 => \\frac{\\partial h_t}{\\partial h_{t-1}} = 0', 'refuted'],
    ['gru', 'z_t = 1, r_t = 0 => \\frac{\\partial h_t}{\\partial h_{t-1}} = 0', 'proved'],
    ['rnn', '\\frac{\\partial h_t}{\\partial h_{t-1}} = \\operatorname{diag}(1 - h_t^2) W', 'proved'],
    ['rnn', '\\frac{\\partial h_t}{\\partial h_{t-1}} = W \\operatorname{diag}(1 - h_t^2)', 'refuted'],
    ['rnn', '\\frac{\\partial J}{\\partial o_t} = \\hat{y}_t - y_t', 'proved'],
    ['rnn', '\\frac{\\partial J}{\\partial o_t} = y_t - \\hat{y}_t', 'refuted'],
    ['rnn', '\\frac{\\partial J}{\\partial c} = \\sum_{t=1}^T (\\hat{y}_t - y_t)', 'proved'],
  ] as const)('%s: %s is %s', (name, claim, verdict) => {
    expect(judged(modelOf(name), claim).verdict).toBe(verdict);
  });
});

const TWO_WAYS = modelOf(
  [
    'x_t \\in \\mathbb{R}^d',
    'g_t, h_t \\in \\mathbb{R}^n',
    'W, U \\in \\mathbb{R}^{n \\times n}',
    'V, R \\in \\mathbb{R}^{n \\times d}',
    'g_t = \\tanh(W g_{t-1} + V x_t)',
    'h_t = \\tanh(U h_{t+1} + R x_t)',
    'y_t = g_t + h_t',
  ].join('\n'),
);

const SEQUENCES = modelOf(
  [
    'f : \\mathbb{R} \\to \\mathbb{R}',
    'x_t \\in \\mathbb{R}^d, \\quad t = 1, \\dots, M',
    'h_t \\in \\mathbb{R}^n, \\quad t = 1, \\dots, M',
    's_i \\in \\mathbb{R}^n, \\quad i = 1, \\dots, N',
    'y_i \\in \\mathbb{R}^m, \\quad i = 1, \\dots, N',
    'W, R \\in \\mathbb{R}^{n \\times n}',
    'U \\in \\mathbb{R}^{n \\times d}',
    'V \\in \\mathbb{R}^{m \\times n}',
    'h_t = f(W h_{t-1} + U x_t)',
    's_0 = h_M',
    's_i = f(R s_{i-1})',
    'y_i = \\operatorname{softmax}(V s_i)',
  ].join('\n'),
);

describe('which values depend on which', () => {
  it.each([
    ['\\frac{d g_t}{d x_s} = 0', 'refuted'],
    ['\\frac{d g_t}{d x_s} = 0 \\text{ for } s > t', 'proved'],
    ['s > t => \\frac{d g_t}{d x_s} = 0', 'proved'],
    ['\\frac{d h_t}{d x_s} = 0 \\text{ for } s < t', 'proved'],
    ['\\frac{d h_t}{d x_s} = 0 \\text{ for } s > t', 'refuted'],
    ['\\frac{d y_t}{d x_s} = 0 \\text{ for } s > t', 'refuted'],
    ['\\frac{d y_t}{d x_s} = 0 \\text{ for } s < t', 'refuted'],
    ['\\frac{d y_1}{d x_T} = 0', 'refuted'],
    ['\\frac{d g_1}{d x_2} = 0', 'proved'],
    ['\\frac{d g_t}{d x_{t+1}} = 0', 'proved'],
    ['\\frac{d y_t}{d x_{t+1}} = 0', 'refuted'],
  ] as const)('two directions: %s is %s', (claim, verdict) => {
    expect(judged(TWO_WAYS, claim).verdict).toBe(verdict);
  });
  it.each([
    ['\\frac{d y_i}{d x_t} = 0', 'refuted'],
    ['\\left. \\frac{\\partial y_i}{\\partial x_t} \\right|_{h_M} = 0', 'proved'],
    ['\\frac{d y_i}{d y_{i-1}} = 0', 'proved'],
  ] as const)('from sequence to sequence: %s is %s', (claim, verdict) => {
    expect(judged(SEQUENCES, claim).verdict).toBe(verdict);
  });
});

describe('other models', () => {
  const others = new Map(['gru', 'gru-reset-after', 'lstm', 'lstm-coupled'].map((name) => [name, modelOf(name)]));
  it.each([
    ['gru', 'h_t = gru-reset-after.h_t', 'refuted'],
    ['gru', 'z_t = gru-reset-after.z_t', 'proved'],
    ['gru', 'U_h = I => \\tilde{h}_t = gru-reset-after.\\tilde{h}_t', 'proved'],
    ['lstm', 'i_t = lstm-coupled.i_t', 'refuted'],
    ['lstm', 'f_t = lstm-coupled.f_t', 'proved'],
  ] as const)('%s: %s is %s', (name, claim, verdict) => {
    expect(judged(modelOf(name), claim, others).verdict).toBe(verdict);
  });
});
