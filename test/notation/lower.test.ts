/** Lowering by numbers: what a line of text means as an index network, against the same thing computed by hand in plain arrays. */

import { describe, expect, it } from 'vitest';
import { buildModel, type Settings } from '../../src/model/index.js';
import { type Environment, type Numbers, tensorNumbers } from './naive.js';

type Vector = readonly number[];
type Matrix = readonly Vector[];

const times = (a: Matrix, b: Matrix): number[][] =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, value, k) => sum + value * (b[k]?.[j] ?? 0), 0)));
const act = (a: Matrix, v: Vector): number[] => a.map((row) => dot(row, v));
const dot = (u: Vector, v: Vector): number => u.reduce((sum, value, k) => sum + value * (v[k] ?? 0), 0);
const turn = (a: Matrix): number[][] => (a[0] ?? []).map((_, j) => a.map((row) => row[j] ?? 0));
const softmax = (v: Vector): number[] => {
  const e = v.map(Math.exp);
  const total = e.reduce((a, b) => a + b, 0);
  return e.map((x) => x / total);
};

const A: Matrix = [
  [0.3, -1.1, 0.7],
  [0.5, 0.2, -0.4],
];
const B: Matrix = [
  [1.2, 0.1],
  [-0.6, 0.9],
  [0.4, -0.8],
];
const S: Matrix = [
  [0.6, -0.3],
  [0.2, 1.1],
];
const u: Vector = [0.4, -0.7];
const v: Vector = [1.3, 0.6];
const w: Vector = [0.9, -0.2, 0.5];

const environment: Environment = {
  sizes: new Map([
    ['n', 2],
    ['m', 3],
    ['T', 3],
    ['N', 3],
  ]),
  values: new Map<string, Numbers>([
    ['A', A],
    ['B', B],
    ['S', S],
    ['u', u],
    ['v', v],
    ['w', w],
    ['s', 0.8],
    ['pi', Math.PI],
    ['x_1', [0.1, 0.2]],
    ['x_2', [-0.5, 0.3]],
    ['x_3', [0.7, -0.9]],
    ['x_0', [0, 0]],
    ['a_1', 0.3],
    ['a_2', -1.2],
    ['a_3', 0.8],
    [
      'D_1',
      [
        [0.5, 0.1],
        [0.2, -0.3],
      ],
    ],
    [
      'D_2',
      [
        [1.5, -0.1],
        [0.4, 0.3],
      ],
    ],
    [
      'D_3',
      [
        [0.7, 0.6],
        [-0.2, 0.9],
      ],
    ],
  ]),
};

const DECLARED = String.raw`
A \in \mathbb{R}^{n \times m}
B \in \mathbb{R}^{m \times n}
S \in \mathbb{R}^{n \times n}
u, v \in \mathbb{R}^n
w \in \mathbb{R}^m
s \in \mathbb{R}
x_t \in \mathbb{R}^n
a_t \in \mathbb{R}
D_t \in \mathbb{R}^{n \times n}
k = 1, \dots, N
`;

function value(right: string, left = 'Z', settings: Partial<Settings> = {}): Numbers {
  const model = buildModel(`${DECLARED}\n${left} = ${right}`, { settings });
  const equation = model.equations[0];
  if (equation === undefined) throw new Error('no equation');
  return tensorNumbers(equation.value, environment);
}

function close(actual: Numbers, expected: Numbers): void {
  if (typeof actual === 'number' && typeof expected === 'number') expect(actual).toBeCloseTo(expected, 12);
  else if (typeof actual === 'number' || typeof expected === 'number') expect(actual).toEqual(expected);
  else {
    expect(actual.length).toBe(expected.length);
    actual.forEach((one, k) => close(one, expected[k] ?? Number.NaN));
  }
}

const X: Matrix = [
  [0.1, 0.2],
  [-0.5, 0.3],
  [0.7, -0.9],
];
const map = (a: Matrix, f: (x: number, i: number, j: number) => number): number[][] => a.map((row, i) => row.map((x, j) => f(x, i, j)));
const D = (t: number): Matrix => environment.values.get(`D_${t}`) as Matrix;

const cases: readonly (readonly [string, Numbers])[] = [
  // products
  [String.raw`A B`, times(A, B)],
  [String.raw`A B u`, act(times(A, B), u)],
  [String.raw`u^\top A w`, dot(u, act(A, w))],
  [String.raw`u v^\top`, u.map((x) => v.map((y) => x * y))],
  [String.raw`u \otimes w`, u.map((x) => w.map((y) => x * y))],
  [String.raw`u^\top v S`, map(S, (x) => x * dot(u, v))],
  [String.raw`u v^\top u`, u.map((x) => x * dot(v, u))],
  [String.raw`u \cdot v`, dot(u, v)],
  [String.raw`\langle A, B^\top \rangle`, A.reduce((sum, row, i) => sum + row.reduce((t, x, j) => t + x * (B[j]?.[i] ?? 0), 0), 0)],
  [String.raw`u \circ S \cdot v`, act(S, v).map((x, i) => x * (u[i] ?? 0))],
  [String.raw`u * v`, u.map((x, i) => x * (v[i] ?? 0))],
  [String.raw`A * w`, act(A, w)],
  [String.raw`2 A w / s`, act(A, w).map((x) => (2 * x) / 0.8)],
  // sums and broadcasting
  [String.raw`1 - u`, u.map((x) => 1 - x)],
  [String.raw`A + u`, map(A, (x, i) => x + (u[i] ?? 0))],
  [String.raw`A - w`, map(A, (x, _, j) => x - (w[j] ?? 0))],
  [String.raw`A + s`, map(A, (x) => x + 0.8)],
  [String.raw`S + u \mathbf{1}^\top`, map(S, (x, i) => x + (u[i] ?? 0))],
  [String.raw`S + \mathbf{1} u^\top`, map(S, (x, _, j) => x + (u[j] ?? 0))],
  [String.raw`\mathbf{1} - u`, u.map((x) => 1 - x)],
  [String.raw`S + I`, map(S, (x, i, j) => x + Number(i === j))],
  // powers and quotients
  [String.raw`S^2`, times(S, S)],
  [String.raw`S^{\circ 2}`, map(S, (x) => x * x)],
  [String.raw`u^2`, u.map((x) => x * x)],
  [String.raw`A^2`, map(A, (x) => x * x)],
  [String.raw`\frac{u}{v}`, u.map((x, i) => x / (v[i] ?? 1))],
  [String.raw`\frac{1}{1 + e^{-u}}`, u.map((x) => 1 / (1 + Math.exp(-x)))],
  [String.raw`s^{1/2}`, Math.sqrt(0.8)],
  [String.raw`\sqrt[3]{s}`, Math.cbrt(0.8)],
  [String.raw`s^T`, 0.8 ** 3],
  [String.raw`2^s`, 2 ** 0.8],
  // functions
  [String.raw`\tanh S u`, act(S, u).map(Math.tanh)],
  [String.raw`\tanh^2(u)`, u.map((x) => Math.tanh(x) ** 2)],
  [String.raw`\tanh'(u)`, u.map((x) => 1 - Math.tanh(x) ** 2)],
  [String.raw`\tanh''(u)`, u.map((x) => -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2))],
  [String.raw`\operatorname{softmax}(w)`, softmax(w)],
  [String.raw`\operatorname{softmax}(A)`, A.map(softmax)],
  [String.raw`max(u, v)`, u.map((x, i) => Math.max(x, v[i] ?? 0))],
  [String.raw`max(0, u)`, u.map((x) => Math.max(0, x))],
  [String.raw`mean(w)`, w.reduce((a, b) => a + b, 0) / 3],
  [String.raw`var(w)`, w.reduce((sum, x) => sum + (x - 0.4) ** 2, 0) / 3],
  [String.raw`\operatorname{tr}(S)`, 1.7],
  [String.raw`diag(u) S`, map(S, (x, i) => x * (u[i] ?? 0))],
  [String.raw`diag(S)`, [0.6, 1.1]],
  [String.raw`\|u\|`, Math.hypot(0.4, 0.7)],
  [String.raw`\|u\|_2^2`, dot(u, u)],
  [String.raw`\|A\|_F^2`, A.flat().reduce((sum, x) => sum + x * x, 0)],
  [String.raw`rowsum(A)`, A.map((row) => row.reduce((a, b) => a + b, 0))],
  [String.raw`sum(A)`, A.flat().reduce((a, b) => a + b, 0)],
  [String.raw`\cos(\pi s)`, Math.cos(Math.PI * 0.8)],
  [String.raw`|u|`, u.map(Math.abs)],
  // entries and letters
  [String.raw`A_{1,3} + w_2`, 0.7 - 0.2],
  [String.raw`[S u]_2`, act(S, u)[1] ?? 0],
  [String.raw`\sum_{i,j} S_{ij} u_i v_j`, dot(u, act(S, v))],
  [String.raw`\sum_{i \ne j} S_{ij}`, -0.1],
  [String.raw`\sum_{i} \sum_{j \le i} S_{ij}`, 0.6 + 0.2 + 1.1],
  [String.raw`\sum_i \sum_j \delta_{ij} S_{ij}`, 1.7],
  [String.raw`\sum_i i u_i`, 0.4 - 1.4],
  [String.raw`\sum_{i=2}^{m} w_i`, 0.3],
  [String.raw`\sum_i u_i S_i`, act(turn(S), u)],
  // sums over indices
  [String.raw`\sum_t x_t`, [0.3, -0.4]],
  [String.raw`\sum_{t=1}^{T} a_t x_t`, act(turn(X), [0.3, -1.2, 0.8])],
  [String.raw`\sum_{t=1}^{T} w_t x_t`, act(turn(X), w)],
  [String.raw`\sum_{t \ne 2} a_t`, 1.1],
  [String.raw`\sum_{1 \le t < T} a_t`, -0.9],
  [String.raw`\frac{1}{T} \sum_{t=1}^{T} t a_t`, (0.3 - 2.4 + 2.4) / 3],
  [String.raw`\sum_{t=1}^{T} \mathbf{1}[t = 2] a_t`, -1.2],
  [String.raw`\prod_{t=1}^{T} a_t`, 0.3 * -1.2 * 0.8],
  [String.raw`\prod_{t=1}^{T} x_t`, [0.1 * -0.5 * 0.7, 0.2 * 0.3 * -0.9]],
  [String.raw`\prod_{t=T}^{1} D_t`, times(D(3), times(D(2), D(1)))],
  [String.raw`\prod_{t=1}^{T} D_t`, times(D(3), times(D(2), D(1)))],
  [String.raw`D_T \cdots D_1`, times(D(3), times(D(2), D(1)))],
  // stacks and blocks
  [String.raw`[u, w]`, [...u, ...w]],
  [String.raw`[u; w]`, [...u, ...w]],
  [String.raw`[u, s, w]`, [...u, 0.8, ...w]],
  [String.raw`[A, S]`, A.map((row, i) => [...row, ...(S[i] ?? [])])],
  [String.raw`[B; S]`, [...B, ...S]],
  [
    String.raw`\begin{bmatrix} S & A \\ B & I \end{bmatrix}`,
    [...A.map((row, i) => [...(S[i] ?? []), ...row]), ...B.map((row, i) => [...row, ...[0, 1, 2].map((j) => Number(i === j))])],
  ],
  [String.raw`[x_1, \dots, x_T]`, turn(X)],
  [String.raw`[x_1^\top; \dots; x_T^\top]`, X],
  [String.raw`[D_1, \dots, D_T]`, [0, 1].map((i) => [1, 2, 3].flatMap((t) => D(t)[i] ?? []))],
  [String.raw`[a_1, \dots, a_T]`, [0.3, -1.2, 0.8]],
  [String.raw`[1, 2; 3, 4] [5, 6]`, [17, 39]],
  [String.raw`[[1, 2], [3, 4]] [5, 6]`, [17, 39]],
  [String.raw`stopgrad(u) \odot u`, u.map((x) => x * x)],
];

describe('a right side means', () => {
  it.each(cases)('%s', (right, expected) => close(value(right), expected));
});

describe('entry by entry', () => {
  it.each<readonly [string, string, Numbers]>([
    [String.raw`C_{ij}`, String.raw`\sum_k A_{ik} B_{kj}`, times(A, B)],
    [String.raw`C_{i,j}`, String.raw`u_i v_j`, u.map((x) => v.map((y) => x * y))],
    [
      String.raw`C_{i,j}`,
      String.raw`\delta_{ij} u_i`,
      [
        [0.4, 0],
        [0, -0.7],
      ],
    ],
    [String.raw`P_{i,j}`, String.raw`\exp(S_{ij}) / \sum_k \exp(S_{ik})`, S.map(softmax)],
    [String.raw`P_{i,j}`, String.raw`\exp(S_{ij}) / \sum_{k \le i} \exp(S_{ik}), j \le i`, [[1, 0], softmax(S[1] ?? [])]],
    [
      String.raw`C_{i,j}`,
      String.raw`\begin{cases} S_{ij} & i < j \\ 0 & \text{otherwise} \end{cases}`,
      [
        [0, -0.3],
        [0, 0],
      ],
    ],
  ])('%s = %s', (left, right, expected) => close(value(right, left), expected));
});

describe('rows', () => {
  const row = { convention: 'row' } as const;
  it.each<readonly [string, Numbers]>([
    [String.raw`u A`, act(turn(A), u)],
    [String.raw`u v^\top`, dot(u, v)],
    [String.raw`u^\top v`, u.map((x) => v.map((y) => x * y))],
    [String.raw`[u, w]`, [...u, ...w]],
    [String.raw`[x_1; \dots; x_T]`, X],
  ])('%s', (right, expected) => close(value(right, 'Z', row), expected));
});

describe('NumPy', () => {
  const numpy = { dialect: 'numpy' } as const;
  it.each<readonly [string, Numbers]>([
    ['A @ w', act(A, w)],
    ['u @ A', act(turn(A), u)],
    ['u @ v', dot(u, v)],
    ['S * S', map(S, (x) => x * x)],
    ['A.T @ u', act(turn(A), u)],
    ['np.outer(u, w)', u.map((x) => w.map((y) => x * y))],
  ])('%s', (right, expected) => close(value(right, 'Z', numpy), expected));
});
