/** What the checker says where there is no simple right or wrong: kinks, numbers that are none, cancellation, too little work allowed. */

import { describe, expect, it } from 'vitest';
import { type CheckTarget, checkTargets, gradientPoint, gradientTargets, type TargetResult } from '../../src/check/index.js';
import { buildModel } from '../../src/model/index.js';
import type { Tensor } from '../../src/network/index.js';
import { OPERATORS } from '../../src/operators/index.js';
import { COMPLEX, complexStep } from './complex.js';
import { MASKS } from './mutations.js';

interface Asked {
  readonly values?: Readonly<Record<string, number>>;
  readonly sizes?: Readonly<Record<string, number>>;
  readonly entries?: number | 'all';
}

/** Checks all gradients of a model at a point in which some values are set. */
function checked(text: string, { values = {}, sizes = {}, entries }: Asked = {}): Map<string, TargetResult> & { readonly first: string | undefined } {
  const model = buildModel(text);
  const { targets, elimination } = gradientTargets(model);
  const { run } = gradientPoint(model, 1, new Map(Object.entries(sizes)), elimination);
  for (const given of run.given) if (values[given.name] !== undefined) given.data.fill(values[given.name] as number);
  const result = checkTargets(run, targets, { ...(entries === undefined ? {} : { entries }), second: 2 });
  const named = result.targets.map((target, k) => [targets[k]?.by.name ?? '', target] as const);
  return Object.assign(new Map(named), { first: result.firstNonFinite });
}

describe('kinks', () => {
  const text = (body: string): string => `x_t, h_t, b : 1\nh_t = ${body}\nJ = \\sum_{t=1}^{T} (h_t + h_t^2)`;

  it.each([
    ['relu', 'relu(b x_t)'],
    ['abs', 'abs(b x_t)'],
    ['max', 'max(b x_t, 2 b x_t)'],
    ['sign', 'b + sign(b x_t)'],
  ])('%s with its argument at the corner', (_, body) => {
    const found = checked(text(body), { values: { b: 0 } });
    expect(found.get('b')?.verdicts).toEqual({ kink: 1 });
  });

  it('are none where the argument does not move, and where both sides move alike', () => {
    expect(checked(text('relu(b x_t) + max(b, b) + relu(relu(-x_t^2 - b^2))'), { values: { b: 0.5 } }).get('b')?.verdicts).toEqual({ agree: 1 });
  });
});

describe('numbers that are none', () => {
  it('the first of them is named, and none of them agrees', () => {
    const found = checked('x_t, g_t, h_t, b : 1\ng_t = -b^2 x_t^2\nh_t = b log(g_t)\nJ = \\sum_{t=1}^{T} h_t');
    expect(found.get('b')?.verdicts).toEqual({ 'non-finite': 1 });
    expect(found.get('b')?.firstNonFinite).toBe('∂J/∂b');
    expect(found.first).toBe('h[1]');
  });

  it('an operator whose definition overflows is compared by differences', () => {
    const found = checked('x_t, b : 1\nJ = \\sum_{t=1}^{T} softplus(b x_t)', { values: { x: 1, b: 900 } });
    expect(found.get('b')?.verdicts).toEqual({ agree: 1 });
  });
});

describe('cancellation', () => {
  it('a gradient of which only rounding is left is neither right nor wrong', () => {
    const text = 'b, c : 1\nJ = 100000000 (b^2 c - b^2 (c + 1) + b^2)';
    expect(Object.keys(checked(text).get('b')?.verdicts ?? {}).every((verdict) => verdict === 'agree' || verdict === 'ill-conditioned')).toBe(true);
  });
});

describe('a gradient with too many entries', () => {
  const text = 'x_t \\in \\mathbb{R}^d\nh_t \\in \\mathbb{R}^n\nW \\in \\mathbb{R}^{n \\times d}\nh_t = \\tanh(W x_t)\nJ = \\sum_{t=1}^{T} \\ell_t(h_t)';
  const sizes = { n: 40, d: 25, T: 3 };

  it('is compared in signed sums, and all of it counts', () => {
    const found = checked(text, { sizes, entries: 10 }).get('W');
    expect(found?.verdicts).toEqual({ agree: 1000 });
    expect(found?.coverage).toEqual({ oneByOne: 10, projected: 990, missProbability: 2 ** -32 });
  });

  it('ten entries of a thousand zeroed are found through them, each one', () => {
    const model = buildModel(text);
    const { targets, elimination } = gradientTargets(model);
    const { run } = gradientPoint(model, 1, new Map(Object.entries(sizes)), elimination);
    const target = targets.find(({ by }) => by.name === 'W') as CheckTarget;
    const mask = MASKS.find(({ wrong }) => wrong === 10) as (typeof MASKS)[number];
    const formula = mask.change(target.formula, { model, workspace: model.workspace }) as Tensor;
    const [result] = checkTargets(run, [{ ...target, formula }], { entries: 5, second: 0 }).targets;
    expect(result?.verdicts).toEqual({ agree: 990, wrong: 10 });
  });
});

describe('the reference definitions', () => {
  for (const operator of OPERATORS) {
    if (operator.branch !== undefined) continue;
    it(`${operator.name}: the derivative of the row is that of the definition, by a complex step`, () => {
      for (const [x, y] of operator.samples) {
        for (let k = 0; k < operator.arity; k++) {
          const args = [x, y].slice(0, operator.arity);
          const output = COMPLEX.number(operator.evaluate(x, y));
          const derivative = operator.derivative(
            COMPLEX,
            output,
            args.map((value) => COMPLEX.number(value)),
            k,
          ).re;
          const step = complexStep(operator, args, k);
          expect(step.value).toBeCloseTo(operator.evaluate(x, y), 13);
          expect(Math.abs(step.slope - derivative)).toBeLessThan(2e-14 * (1 + Math.abs(derivative)));
        }
      }
    });
  }
});
