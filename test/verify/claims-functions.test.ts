/**
 * Claims about σ, tanh, softmax and the like, as a stranger would write them. Each is evaluated besides by plain arithmetic: what is proved must
 * hold at every number tried, and a counterexample must break the claim when it is worked out again by hand.
 */

import { describe, expect, it } from 'vitest';
import { close, judged, modelOf, Numbers, sigmoid, softmax, type Verdict } from './claims.js';

const MODEL = modelOf('x, y : 1\nu, v : n\nW : n x n\ns : 1\ns = x');

interface Values {
  readonly x: number;
  readonly y: number;
  readonly u: readonly number[];
  readonly v: readonly number[];
}

/** Whether the claim holds at these numbers (where its premise does). */
type Check = (values: Values) => boolean;
type Row = readonly [claim: string, verdict: Verdict, check: Check];

const { tanh, exp, log, log1p, sin, cos, cosh, abs, max, min, hypot } = Math;
const softplus = (x: number): number => log1p(exp(-abs(x))) + max(x, 0);
const relu = (x: number): number => max(x, 0);
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, k) => sum + value * (b[k] ?? 0), 0);
const plus = (a: readonly number[], b: readonly number[]): number[] => a.map((value, k) => value + (b[k] ?? 0));
const times = (a: readonly number[], by: number): number[] => a.map((value) => value * by);
const same = (a: readonly number[], b: readonly number[]): boolean => a.every((value, k) => close(value, b[k] ?? Number.NaN));
const slack = 1e-12;

const EQUALITIES: readonly Row[] = [
  ['\\sigma(-x) = 1 - \\sigma(x)', 'proved', ({ x }) => close(sigmoid(-x), 1 - sigmoid(x))],
  ['\\sigma(x) + \\sigma(-x) = 1', 'proved', ({ x }) => close(sigmoid(x) + sigmoid(-x), 1)],
  ['\\tanh(x) = 2\\sigma(2x) - 1', 'proved', ({ x }) => close(tanh(x), 2 * sigmoid(2 * x) - 1)],
  ['\\tanh(x) = 2\\sigma(x) - 1', 'refuted', ({ x }) => close(tanh(x), 2 * sigmoid(x) - 1)],
  ['\\sigma(x) = \\frac{1}{2}(1 + \\tanh(x/2))', 'proved', ({ x }) => close(sigmoid(x), (1 + tanh(x / 2)) / 2)],
  ['\\sigma(x) = \\frac{1 + \\tanh(x)}{2}', 'refuted', ({ x }) => close(sigmoid(x), (1 + tanh(x)) / 2)],
  ['\\tanh(-x) = -\\tanh(x)', 'proved', ({ x }) => close(tanh(-x), -tanh(x))],
  ['\\tanh(-x) = \\tanh(x)', 'refuted', ({ x }) => close(tanh(-x), tanh(x))],
  [
    '\\tanh(x+y) = \\frac{\\tanh x + \\tanh y}{1 + \\tanh x \\tanh y}',
    'proved',
    ({ x, y }) => close(tanh(x + y), (tanh(x) + tanh(y)) / (1 + tanh(x) * tanh(y))),
  ],
  ['\\tanh(x+y) = \\tanh(x) + \\tanh(y)', 'refuted', ({ x, y }) => close(tanh(x + y), tanh(x) + tanh(y))],
  ['\\tanh(2x) = \\frac{2 \\tanh x}{1 + \\tanh^2 x}', 'proved', ({ x }) => close(tanh(2 * x), (2 * tanh(x)) / (1 + tanh(x) ** 2))],
  ['1 - \\tanh^2 x = \\operatorname{sech}^2 x', 'proved', ({ x }) => close(1 - tanh(x) ** 2, cosh(x) ** -2)],
  ['\\exp(x+y) = \\exp(x)\\exp(y)', 'proved', ({ x, y }) => close(exp(x + y), exp(x) * exp(y))],
  ['\\exp(x y) = \\exp(x)\\exp(y)', 'refuted', ({ x, y }) => close(exp(x * y), exp(x) * exp(y))],
  ['\\log(\\exp(x)) = x', 'proved', ({ x }) => close(log(exp(x)), x)],
  ['\\sigma(x) = \\frac{\\exp(x)}{1 + \\exp(x)}', 'proved', ({ x }) => close(sigmoid(x), exp(x) / (1 + exp(x)))],
  ['\\sigma(x) = \\frac{1}{1 + \\exp(x)}', 'refuted', ({ x }) => close(sigmoid(x), 1 / (1 + exp(x)))],
  ['\\operatorname{softplus}(x) - \\operatorname{softplus}(-x) = x', 'proved', ({ x }) => close(softplus(x) - softplus(-x), x)],
  ['\\operatorname{softplus}(x) = -\\log \\sigma(-x)', 'agrees', ({ x }) => close(softplus(x), -log(sigmoid(-x)))],
  ['\\operatorname{relu}(x) - \\operatorname{relu}(-x) = x', 'proved', ({ x }) => close(relu(x) - relu(-x), x)],
  ['\\operatorname{relu}(x) + \\operatorname{relu}(-x) = |x|', 'proved', ({ x }) => close(relu(x) + relu(-x), abs(x))],
  ['\\operatorname{relu}(x) = x', 'refuted', ({ x }) => close(relu(x), x)],
  ['\\max(x, y) + \\min(x, y) = x + y', 'proved', ({ x, y }) => close(max(x, y) + min(x, y), x + y)],
  ['\\max(x, y) = \\frac{x + y + |x - y|}{2}', 'proved', ({ x, y }) => close(max(x, y), (x + y + abs(x - y)) / 2)],
  ['|x y| = |x| |y|', 'proved', ({ x, y }) => close(abs(x * y), abs(x) * abs(y))],
  ['|x + y| = |x| + |y|', 'refuted', ({ x, y }) => close(abs(x + y), abs(x) + abs(y))],
  ['\\sin^2 x + \\cos^2 x = 1', 'proved', ({ x }) => close(sin(x) ** 2 + cos(x) ** 2, 1)],
  ['\\cos(2x) = 1 - 2\\sin^2 x', 'proved', ({ x }) => close(cos(2 * x), 1 - 2 * sin(x) ** 2)],
  ['\\sin(x+y) = \\sin x \\cos y + \\cos x \\sin y', 'proved', ({ x, y }) => close(sin(x + y), sin(x) * cos(y) + cos(x) * sin(y))],
  ['\\sin(2x) = 2 \\sin x', 'refuted', ({ x }) => close(sin(2 * x), 2 * sin(x))],
  ['\\operatorname{sum}(\\operatorname{softmax}(u)) = 1', 'proved', ({ u }) => close(dot(softmax(u), times(u, 0).fill(1)), 1)],
  ['\\operatorname{softmax}(u + x \\mathbf{1}) = \\operatorname{softmax}(u)', 'proved', ({ x, u }) => same(softmax(u.map((value) => value + x)), softmax(u))],
  ['\\operatorname{softmax}(2u) = \\operatorname{softmax}(u)', 'refuted', ({ u }) => same(softmax(times(u, 2)), softmax(u))],
  [
    '\\operatorname{softmax}(u + v) = \\operatorname{softmax}(u) \\odot \\operatorname{softmax}(v)',
    'refuted',
    ({ u, v }) =>
      same(
        softmax(plus(u, v)),
        softmax(u).map((value, k) => value * (softmax(v)[k] ?? 0)),
      ),
  ],
  [
    '\\operatorname{softmax}(u) = \\exp(u)/\\operatorname{sum}(\\exp(u))',
    'proved',
    ({ u }) => same(softmax(u), times(u.map(exp), 1 / u.map(exp).reduce((a, b) => a + b, 0))),
  ],
  ['\\|u\\|^2 = u^\\top u', 'proved', ({ u }) => close(hypot(...u) ** 2, dot(u, u))],
  ['u^\\top v = v^\\top u', 'proved', ({ u, v }) => close(dot(u, v), dot(v, u))],
  ['u v^\\top = v u^\\top', 'refuted', ({ u, v }) => u.every((a, i) => v.every((b, j) => close(a * b, (v[i] ?? 0) * (u[j] ?? 0))))],
];

const INEQUALITIES: readonly Row[] = [
  ['0 < \\sigma(x) < 1', 'proved', ({ x }) => sigmoid(x) > 0 && sigmoid(x) < 1],
  ['\\sigma(x) \\le 1/2', 'refuted', ({ x }) => sigmoid(x) <= 0.5],
  ['0 < \\sigma(x)(1-\\sigma(x)) \\le 1/4', 'proved', ({ x }) => sigmoid(x) * (1 - sigmoid(x)) > 0 && sigmoid(x) * (1 - sigmoid(x)) <= 0.25],
  ['\\sigma(x)(1-\\sigma(x)) < 1/4', 'refuted', ({ x }) => sigmoid(x) * (1 - sigmoid(x)) < 0.25],
  ['0 < 1 - \\tanh^2(x) \\le 1', 'proved', ({ x }) => tanh(x) ** 2 < 1 && tanh(x) ** 2 >= 0],
  ['1 - \\tanh^2(x) < 1', 'refuted', ({ x }) => 1 - tanh(x) ** 2 < 1],
  ['|\\tanh(x)| \\le |x|', 'proved', ({ x }) => abs(tanh(x)) <= abs(x)],
  ['|\\tanh(x)| \\le 1/2', 'refuted', ({ x }) => abs(tanh(x)) <= 0.5],
  ['\\tanh(x) \\le x', 'refuted', ({ x }) => tanh(x) <= x],
  ['x > 0 => \\tanh(x) < x', 'proved', ({ x }) => x <= 0 || tanh(x) < x],
  ['x > 0 => \\sigma(x) > 1/2', 'proved', ({ x }) => x <= 0 || sigmoid(x) > 0.5],
  ['x > 0 => \\sigma(x) > 3/4', 'refuted', ({ x }) => x <= 0 || sigmoid(x) > 0.75],
  ['x \\ge 0 => \\sigma(x) \\le 1/2 + x/4', 'proved', ({ x }) => x < 0 || sigmoid(x) <= 0.5 + x / 4],
  ['\\sigma(x) \\le 1/2 + x/4', 'refuted', ({ x }) => sigmoid(x) <= 0.5 + x / 4],
  ['\\exp(x) \\ge 1 + x', 'proved', ({ x }) => exp(x) >= 1 + x],
  ['\\exp(x) > x', 'proved', ({ x }) => exp(x) > x],
  ['\\exp(x) \\ge 1', 'refuted', ({ x }) => exp(x) >= 1],
  ['x \\ge 0 => \\exp(x) \\ge 1 + x + x^2/2', 'proved', ({ x }) => x < 0 || exp(x) + slack >= 1 + x + x ** 2 / 2],
  ['x > 0 => \\log(1 + x) < x', 'proved', ({ x }) => x <= 0 || log1p(x) < x],
  ['\\cos(x) \\ge 1 - x^2/2', 'proved', ({ x }) => cos(x) + slack >= 1 - x ** 2 / 2],
  ['\\operatorname{softplus}(x) > \\operatorname{relu}(x)', 'proved', ({ x }) => softplus(x) > relu(x)],
  ['\\operatorname{relu}(x) \\ge x', 'proved', ({ x }) => relu(x) >= x],
  ['\\operatorname{relu}(x) > 0', 'refuted', ({ x }) => relu(x) > 0],
  ['x \\le y => \\sigma(x) \\le \\sigma(y)', 'proved', ({ x, y }) => x > y || sigmoid(x) <= sigmoid(y)],
  ['x < y => \\tanh(x) < \\tanh(y)', 'proved', ({ x, y }) => x >= y || tanh(x) < tanh(y)],
  ['x < y => \\tanh(x) > \\tanh(y)', 'refuted', ({ x, y }) => x >= y || tanh(x) > tanh(y)],
  ['x \\ge y => \\operatorname{relu}(x) \\ge \\operatorname{relu}(y)', 'proved', ({ x, y }) => x < y || relu(x) >= relu(y)],
  ['|x + y| \\le |x| + |y|', 'proved', ({ x, y }) => abs(x + y) <= abs(x) + abs(y) + slack],
  ['|x - y| \\ge |x| - |y|', 'proved', ({ x, y }) => abs(x - y) + slack >= abs(x) - abs(y)],
  ['x^2 + y^2 \\ge 2 x y', 'proved', ({ x, y }) => x ** 2 + y ** 2 + slack >= 2 * x * y],
  ['x^2 > 0', 'refuted', ({ x }) => x ** 2 > 0],
  ['0 \\le x \\le 1 => x(1-x) \\le 1/4', 'proved', ({ x }) => x < 0 || x > 1 || x * (1 - x) <= 0.25],
  ['0 \\le x \\le 1 => x^3 \\le x', 'proved', ({ x }) => x < 0 || x > 1 || x ** 3 <= x],
  ['x^3 \\le x', 'refuted', ({ x }) => x ** 3 <= x],
  ['0 \\le x \\le 1, 0 \\le y \\le 1 => x y \\le \\min(x,y)', 'proved', ({ x, y }) => min(x, y) < 0 || max(x, y) > 1 || x * y <= min(x, y)],
  ['u^\\top u \\ge 0', 'proved', ({ u }) => dot(u, u) >= 0],
  ['u^\\top v \\ge 0', 'refuted', ({ u, v }) => dot(u, v) >= 0],
  ['|u^\\top v| \\le \\|u\\| \\|v\\|', 'proved', ({ u, v }) => abs(dot(u, v)) <= hypot(...u) * hypot(...v) + slack],
  ['\\|u + v\\| \\le \\|u\\| + \\|v\\|', 'proved', ({ u, v }) => hypot(...plus(u, v)) <= hypot(...u) + hypot(...v) + slack],
  ['\\|u + v\\| \\ge \\|u\\|', 'refuted', ({ u, v }) => hypot(...plus(u, v)) >= hypot(...u)],
  ['\\operatorname{softmax}(u) > 0', 'proved', ({ u }) => softmax(u).every((value) => value > 0)],
  ['\\operatorname{softmax}(u) \\le 1', 'proved', ({ u }) => softmax(u).every((value) => value <= 1)],
  ['\\operatorname{softmax}(u) < 1', 'refuted', ({ u }) => softmax(u).every((value) => value < 1)],
];

/** A central difference: good to eight digits here. */
const slope = (f: (x: number) => number, x: number): number => (f(x + 1e-5) - f(x - 1e-5)) / 2e-5;
const near = (a: number, b: number): boolean => abs(a - b) < 1e-6;

const DERIVATIVES: readonly Row[] = [
  ['\\frac{d}{dx} \\tanh(x) = 1 - \\tanh^2(x)', 'proved', ({ x }) => near(slope(tanh, x), 1 - tanh(x) ** 2)],
  ["\\sigma'(x) = \\sigma(x)(1 - \\sigma(x))", 'proved', ({ x }) => near(slope(sigmoid, x), sigmoid(x) * (1 - sigmoid(x)))],
  ["\\sigma'(x) = 1 - \\sigma(x)^2", 'refuted', ({ x }) => near(slope(sigmoid, x), 1 - sigmoid(x) ** 2)],
  ["\\sigma'(x) \\le 1/4", 'proved', ({ x }) => slope(sigmoid, x) <= 0.25 + 1e-9],
  ["\\sigma'(x) < 1/4", 'refuted', ({ x }) => slope(sigmoid, x) < 0.25 - 1e-9],
  ["\\sigma'(x) > 0", 'proved', ({ x }) => slope(sigmoid, x) > 0],
  ["\\tanh'(x) \\le 1", 'proved', ({ x }) => slope(tanh, x) <= 1 + 1e-9],
  ["\\tanh'(x) = 4 \\sigma'(2x)", 'proved', ({ x }) => near(slope(tanh, x), 4 * slope(sigmoid, 2 * x))],
  ["\\operatorname{softplus}'(x) = \\sigma(x)", 'proved', ({ x }) => near(slope(softplus, x), sigmoid(x))],
  [
    "\\sigma''(x) = \\sigma(x)(1-\\sigma(x))(1-2\\sigma(x))",
    'proved',
    ({ x }) =>
      near(
        slope((z) => sigmoid(z) * (1 - sigmoid(z)), x),
        sigmoid(x) * (1 - sigmoid(x)) * (1 - 2 * sigmoid(x)),
      ),
  ],
  ["\\sigma'(0) = 1/4", 'proved', () => near(slope(sigmoid, 0), 0.25)],
  ["\\sigma'(0) = 1/2", 'refuted', () => near(slope(sigmoid, 0), 0.5)],
  ['\\frac{\\partial \\sigma(x)}{\\partial x} = \\sigma(x)(1-\\sigma(x))', 'proved', ({ x }) => near(slope(sigmoid, x), sigmoid(x) * (1 - sigmoid(x)))],
];

const POINTS: readonly Values[] = [
  ...[0, 1, -1, 0.5, 2].map((x) => ({ x, y: x === 0 ? 1 : x, u: [x, 0], v: [0, 1] })),
  ...Array.from({ length: 300 }, (_, k) => {
    const numbers = new Numbers(k + 1);
    return { x: numbers.next(), y: numbers.next(), u: numbers.list(3), v: numbers.list(3) };
  }),
  { x: 0, y: 0, u: [2], v: [-1] },
];

describe.each([
  ['equalities', EQUALITIES],
  ['inequalities', INEQUALITIES],
  ['derivatives', DERIVATIVES],
] as const)('%s', (_, rows) => {
  it.each(rows)('%s is %s', (claim, verdict, check) => {
    const found = judged(MODEL, claim);
    expect(found.verdict).toBe(verdict);
    const failing = POINTS.filter((values) => !check(values));
    if (verdict === 'refuted') expect(failing).not.toEqual([]);
    else expect(failing).toEqual([]);
    if (found.counterexample === undefined) return;
    const given = (name: string): readonly number[] => [...(found.counterexample?.given.find((one) => one.name === name)?.data ?? [0])];
    const [x, y] = ['x', 'y'].map((name) => given(name)[0] ?? 0) as [number, number];
    expect(check({ x, y, u: given('u'), v: given('v') })).toBe(false);
  });
});
