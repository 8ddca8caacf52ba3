/** The checker on an LSTM: right formulas agree far below the tolerance, wrong ones are found, and so are the kinds of derivatives. */

import { describe, expect, it } from 'vitest';
import { type CheckTarget, checkTargets, richardsonDifferences } from '../../src/check/index.js';
import { rational, shiftWhole, wholeLetter } from '../../src/network/index.js';
import { randomPoint, randomSizes } from '../../src/numeric/index.js';
import { lstm, resolver } from '../numeric/support.js';

const t = wholeLetter('t');

function setUp(seed: number) {
  const build = lstm();
  const model = build.build('J', ['n', 'd', 'T']);
  const sizes = randomSizes(model, seed);
  const { backward, derivatives } = resolver(model, () => sizes);
  const { run } = randomPoint(model, seed, { derivatives, sizes });
  const targets: CheckTarget[] = [...model.declarations.values()]
    .filter(({ name }) => name !== 'J')
    .map(({ name, indices }) => ({
      target: `∂J/∂${name}`,
      by: { name, indices: indices.map(({ letter }) => wholeLetter(letter)) },
      ranges: indices,
      formula: backward.of(name),
    }));
  return { build, model, run, targets };
}

describe('gradients of an LSTM', () => {
  it.each([1, 2, 3])('agree for every parameter, input and computed name (seed %d)', (seed) => {
    const { run, targets } = setUp(seed);
    const result = checkTargets(run, targets, { seed });
    for (const target of result.targets) {
      expect(target.verdicts, target.target).toEqual({ agree: target.entries });
      expect(target.maxRelError, target.target).toBeLessThan(1e-10);
    }
    expect(result.ok).toBe(true);
  });

  it('refuses a gradient with one term changed by a part in a million', () => {
    const { run, targets, model } = setUp(4);
    const wrong = targets.map((target) => ({ ...target, formula: model.workspace.scale(target.formula, rational(1_000_001, 1_000_000)) }));
    const result = checkTargets(run, wrong);
    expect(result.ok).toBe(false);
    for (const { verdicts, worst, entries } of result.targets) {
      expect((verdicts.wrong ?? 0) / entries).toBeGreaterThan(0);
      expect(worst!.formula / worst!.numeric).toBeCloseTo(1.000001, 9);
    }
  });

  it('leaves the values as they were and says what was not checked within the budget', () => {
    const { run, targets } = setUp(5);
    const before = run.value('J').data[0];
    const result = checkTargets(run, targets, { budget: 100 });
    expect(run.value('J').data[0]).toBe(before);
    expect(result.ok).toBe(false);
    expect(result.targets.at(-1)!.verdicts['not checked']).toBe(result.targets.at(-1)!.entries);
  });
});

describe('how far a derivative reaches', () => {
  const { build, run, model } = setUp(6);
  const { workspace } = model;
  const n = wholeLetter('n');
  const cell = model.equations.find(({ name }) => name === 'c')!;
  const immediate = workspace.differentiate(cell.value, 'c', [shiftWhole(t, -1)], [n]);
  const ranges = [{ ...cell.ranges[0]!, from: shiftWhole(cell.ranges[0]!.from, 1) }];
  const target = (reach: 'immediate' | 'step' | 'total'): CheckTarget => ({
    target: '∂c/∂c',
    of: { kind: 'value', name: 'c', indices: [t] },
    by: { name: 'c', indices: [shiftWhole(t, -1)] },
    reach,
    ranges,
    formula: immediate,
  });

  it('diag(f) is the immediate Jacobian and the step one, since only h of the step before depends on c', () => {
    expect(checkTargets(run, [target('immediate'), target('step')]).ok).toBe(true);
  });

  it('but not the total one: the gates see c through h', () => {
    const { ok, targets } = checkTargets(run, [target('total')]);
    expect(ok).toBe(false);
    expect(targets[0]!.maxRelError).toBeGreaterThan(1e-3);
  });

  it('step lets the gates of the step follow', () => {
    const hidden = (reach: 'immediate' | 'step') => ({
      ...target(reach),
      of: { kind: 'value' as const, name: 'c', indices: [t] },
      by: { name: 'h', indices: [shiftWhole(t, -1)] },
    });
    const gates = ['f', 'i', 'g'] as const;
    const chain = gates.map((gate) => {
      const through = workspace.differentiate(cell.value, gate, [t], [n]);
      const inner = workspace.differentiate(model.equations.find(({ name }) => name === gate)!.value, 'h', [shiftWhole(t, -1)], [n]);
      return build.contract('ik', [through, 'ij'], [inner, 'jk']);
    });
    const step = workspace.add(...chain);
    expect(
      checkTargets(run, [
        { ...hidden('step'), formula: step },
        { ...hidden('immediate'), formula: workspace.zero([n, n]) },
      ]).ok,
    ).toBe(true);
  });
});

describe('the differences', () => {
  const derivative = (f: (x: number) => number, at: number) => {
    const variable = Float64Array.of(at);
    return richardsonDifferences().differentiate({ variable, evaluate: () => Float64Array.of(f(variable[0]!)) });
  };

  it.each([
    ['exp', Math.exp, 1.3, Math.exp(1.3)],
    ['a steep tanh', (x: number) => Math.tanh(20 * x), 0.03, 20 / Math.cosh(0.6) ** 2],
    ['near a pole', (x: number) => 1 / x, 0.02, -2500],
    ['beside a kink', (x: number) => Math.abs(x) * x + Math.max(x, 0), 0.004, 0.008 + 1],
    ['a small loss', (x: number) => 1e-5 * Math.tanh(x), 0.7, 1e-5 / Math.cosh(0.7) ** 2],
  ])('%s: right, and inside the error bar', (_, f, at, expected) => {
    const { derivative: found, error } = derivative(f, at);
    expect(Math.abs(found[0]! - expected)).toBeLessThan(1e-9 * Math.abs(expected));
    expect(Math.abs(found[0]! - expected)).toBeLessThanOrEqual(4 * error[0]!);
  });

  it('a kink exactly at the point has a wide bar or a value that agrees with neither side', () => {
    const { derivative: found } = derivative(Math.abs, 0);
    expect(Math.abs(found[0]!)).toBeLessThan(0.5);
  });

  it('NaN stays NaN', () => expect(derivative(Math.log, -1).derivative[0]).toBeNaN());
});
