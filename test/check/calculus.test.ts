/** What the calculus derives, checked in numbers: every name's adjoint and the eliminated ones, gradients, Jacobians and second derivatives. */

import { describe, expect, it } from 'vitest';
import { AdjointSystem, Elimination, hessianSystem, jacobian, keptNames } from '../../src/calculus/index.js';
import { type CheckTarget, checkTargets } from '../../src/check/index.js';
import type { Model } from '../../src/model/model.js';
import { shiftWhole, wholeLetter, wholeNumber } from '../../src/network/index.js';
import { derivativeResolver, randomPoint, randomSizes } from '../../src/numeric/index.js';
import { lstm } from '../numeric/support.js';

const t = wholeLetter('t');

/** A target for every declared name but the loss, and for every boundary value that is freed. */
function allTargets(model: Model, formula: (name: string, indices?: CheckTarget['by']['indices']) => CheckTarget['formula']): CheckTarget[] {
  const own = [...model.declarations.values()]
    .filter(({ name }) => name !== model.loss)
    .map(
      ({ name, indices }): CheckTarget => ({
        target: `∂J/∂${name}`,
        by: { name, indices: indices.map(({ letter }) => wholeLetter(letter)) },
        ranges: indices,
        formula: formula(name),
      }),
    );
  const freed = model.boundaries
    .filter(({ kind }) => kind === 'freed')
    .map(({ name, indices }): CheckTarget => ({ target: `∂J/∂${name} at its boundary`, by: { name, indices }, ranges: [], formula: formula(name, indices) }));
  return [...own, ...freed];
}

describe('an LSTM', () => {
  const model = lstm().build('J', ['n', 'd', 'T']);
  const system = new AdjointSystem(model, { name: 'J', indices: [] }, false);
  const elimination = new Elimination(system, keptNames(model));

  it.each([
    ['every name', undefined],
    ['gates eliminated', elimination],
  ] as const)('gradients agree: %s', (_, style) => {
    const sizes = randomSizes(model, 11);
    const { run } = randomPoint(model, 11, { sizes, derivatives: derivativeResolver(model, sizes, style) });
    const targets = allTargets(model, (name, indices) =>
      (style ?? { equation: (at: string, place?: CheckTarget['by']['indices']) => system.of(at, place).value }).equation(name, indices),
    );
    const result = checkTargets(run, targets);
    for (const { target, verdicts, entries, maxRelError } of result.targets) {
      expect(verdicts, target).toEqual({ agree: entries });
      expect(maxRelError, target).toBeLessThan(1e-10);
    }
  });

  it('Jacobians agree in all three readings', () => {
    const sizes = randomSizes(model, 12);
    const { run } = randomPoint(model, 12, { sizes, derivatives: derivativeResolver(model, sizes) });
    const [range] = model.declarations.get('h')!.indices;
    const pairs = [
      ['h', 'h'],
      ['c', 'c'],
      ['c', 'h'],
      ['h', 'c'],
    ] as const;
    const targets = pairs.flatMap(([of, by]) =>
      (['immediate', 'step', 'total'] as const).map((reach): CheckTarget => {
        const [numerator, denominator] = [
          { name: of, indices: [t] },
          { name: by, indices: [shiftWhole(t, -1)] },
        ];
        return {
          target: `∂${of}/∂${by} ${reach}`,
          of: { kind: 'value', ...numerator },
          by: denominator,
          reach,
          ranges: [{ ...range!, from: wholeNumber(2) }],
          formula: jacobian(model, numerator, denominator, reach),
        };
      }),
    );
    for (const { target, verdicts, entries } of checkTargets(run, targets).targets) expect(verdicts, target).toEqual({ agree: entries });
  });

  it('a gradient differentiated numerically is symmetric with its counterpart: mixed second derivatives commute', () => {
    const sizes = randomSizes(model, 13);
    const { run } = randomPoint(model, 13, { sizes, derivatives: derivativeResolver(model, sizes) });
    const n = wholeLetter('n');
    const zero = model.workspace.zero([n, n]);
    const second = (a: string, b: string) =>
      checkTargets(run, [
        { target: `∂²J/∂${a}∂${b}`, of: { kind: 'tensor', tensor: system.of(a).value }, by: { name: b, indices: [] }, ranges: [], formula: zero },
      ]).targets[0]!.worst!.numeric;
    expect(second('b_f', 'b_f')).not.toBe(0);
    expect(Math.abs(second('b_f', 'b_o') - second('b_o', 'b_f'))).toBeLessThan(1e-9 * Math.abs(second('b_f', 'b_o')));
  });
});

describe('second derivatives through time', () => {
  const model = lstm().build('J', ['n', 'd', 'T']);

  it.each([
    ['b_f', 'b_f'],
    ['b_o', 'U_c'],
    ['W_i', 'b_c'],
  ])('∂²J/∂%s∂%s: the backward pass differentiated once more, against differences of the gradient', (first, second) => {
    const { model: extended, system, gradient } = hessianSystem(model, 'J', { name: first, indices: [] });
    const sizes = randomSizes(model, 21);
    const { run } = randomPoint(extended, 21, { sizes, derivatives: derivativeResolver(extended, sizes) });
    const target: CheckTarget = {
      target: `∂²J/∂${first}∂${second}`,
      of: { kind: 'value', name: gradient, indices: [] },
      by: { name: second, indices: [] },
      ranges: [],
      formula: system.of(second).value,
    };
    const [result] = checkTargets(run, [target]).targets;
    expect(result!.verdicts, JSON.stringify(result!.worst)).toEqual({ agree: result!.entries });
    expect(result!.maxRelError).toBeLessThan(1e-9);
    expect(Math.abs(result!.worst!.formula)).toBeGreaterThan(0);
  });
});
