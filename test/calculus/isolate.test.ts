/** Equations solved for a scalar: by putting the solution in, and with nerdamer as a second opinion. */

import nerdamer from 'nerdamer';
import 'nerdamer/Algebra.js';
import 'nerdamer/Calculus.js';
import 'nerdamer/Solve.js';
import { describe, expect, it } from 'vitest';
import { isolate } from '../../src/calculus/index.js';
import { createWorkspace, type Tensor } from '../../src/network/index.js';
import { evaluateTensor } from '../../src/numeric/index.js';

const workspace = createWorkspace();
const name = (key: string): Tensor => workspace.value(key, [], []);
const times = (...factors: readonly Tensor[]): Tensor =>
  workspace.contract(
    [],
    factors.map((tensor) => ({ tensor, labels: [] })),
  );
const power = (of: Tensor, exponent: number): Tensor => workspace.power(of, exponent);
const number = (value: number): Tensor => workspace.number(value);
const [s, a, b, d] = [name('s'), name('a'), name('b'), name('d')];
const AT: Readonly<Record<string, number>> = { a: 1.7, b: 0.6, d: 5 };

function valueAt(tensor: Tensor, values: Readonly<Record<string, number>>): number {
  const definitions: Parameters<typeof evaluateTensor>[1]['definitions'] = (quantity) => ({
    kind: 'given',
    data: Float64Array.of(quantity.kind === 'value' ? (values[quantity.name] ?? Number.NaN) : Number.NaN),
  });
  return evaluateTensor(tensor, { sizes: new Map(), definitions }).data[0] ?? Number.NaN;
}

/** What its types leave out. */
interface Solver {
  solveEquations(equation: string, variable: string): readonly { toString(): string }[];
}

/** nerdamer's solutions at the numbers. */
function theirs(equation: string): number[] {
  const solutions = (nerdamer as unknown as Solver).solveEquations(equation, 's');
  const subs = Object.fromEntries(Object.entries(AT).map(([key, value]) => [key, String(value)]));
  return solutions.map((solution) => Number(nerdamer(solution.toString(), subs).evaluate().text('decimals')));
}

describe('solved for s', () => {
  it.each([
    ['a/s = d', times(a, power(s, -1)), d],
    ['(2*b^2*a+d*b^4)/s^2 = 1', times(workspace.add(times(number(2), power(b, 2), a), times(d, power(b, 4))), power(s, -2)), number(1)],
    ['a/s^2 = d', times(a, power(s, -2)), d],
    ['s^2-3*a*s = b', workspace.add(power(s, 2), times(number(-3), a, s)), b],
  ])('%s', (equation, left, right) => {
    const solved = isolate(workspace, left, right, 's', new Set(['a', 'b', 'd']));
    expect(solved.kind).toBe('solved');
    if (solved.kind !== 'solved') return;
    const value = valueAt(solved.value, AT);
    expect(valueAt(left, { ...AT, s: value })).toBeCloseTo(valueAt(right, AT), 10);
    expect(Math.min(...theirs(equation).map((other) => Math.abs(other - value)))).toBeLessThan(1e-9);
  });
  it('says where nothing solves it, and where everything does', () => {
    expect(isolate(workspace, number(0), number(1), 's').kind).toBe('none');
    expect(isolate(workspace, times(a, s), times(s, a), 's').kind).toBe('all');
  });
  it('refuses three powers without a formula', () => {
    const left = workspace.add(power(s, 5), s, a);
    expect(() => isolate(workspace, left, number(0), 's')).toThrow('no formula is known');
  });
});
