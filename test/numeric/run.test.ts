/** Whole models: the LSTM against a loop written by hand, long recurrences, boundary values, circles. */

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { shiftWhole, type Tensor, wholeLetter, wholeNumber } from '../../src/network/index.js';
import { createRun, randomFunctions, randomPoint } from '../../src/numeric/index.js';
import { lstm, ModelBuilder, operator, resolver } from './support.js';

const t = wholeLetter('t');
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe('an LSTM', () => {
  it('agrees with a loop written by hand', () => {
    const model = lstm().build('J', ['n', 'd', 'T']);
    const { run, values, sizes } = randomPoint(model, 5);
    const [n, d, T] = ['n', 'd', 'T'].map((size) => sizes.get(size)!) as [number, number, number];
    const value = (key: string) => values.get(key)!;
    let h = value('h[0]');
    let c = value('c[0]');
    let loss = 0;
    for (let step = 1; step <= T; step++) {
      const gate = (name: string): Float64Array =>
        Float64Array.from({ length: n }, (_, i) => {
          let sum = value(`b_${name}`)[i]!;
          for (let j = 0; j < d; j++) sum += value(`W_${name}`)[i * d + j]! * value(`x[${step}]`)[j]!;
          for (let j = 0; j < n; j++) sum += value(`U_${name}`)[i * n + j]! * h[j]!;
          return sum;
        });
      const [f, i, o, g] = [gate('f').map(sigmoid), gate('i').map(sigmoid), gate('o').map(sigmoid), gate('c').map(Math.tanh)];
      c = c.map((old, k) => f[k]! * old + i[k]! * g[k]!);
      h = c.map((cell, k) => o[k]! * Math.tanh(cell));
      const out = new Float64Array(1);
      randomFunctions(5)({ name: 'ℓ', indices: [step], entrywise: false, dims: [], argumentDims: [[n]] }).evaluate([h], [], out);
      loss += out[0]!;
      run.value('h', [step]).data.forEach((entry, k) => expect(entry).toBeCloseTo(h[k]!, 13));
    }
    expect(run.value('J').data[0]).toBeCloseTo(loss, 12);
  });

  it('runs forward and backward for every parameter in well under a millisecond', () => {
    const model = lstm().build('J', ['n', 'd', 'T']);
    const sizes = new Map([
      ['n', 4],
      ['d', 3],
      ['T', 5],
    ]);
    const { backward, derivatives } = resolver(model, () => sizes);
    const { run } = randomPoint(model, 1, { sizes, derivatives });
    const parameters = [...model.declarations.values()].filter(({ role }) => role === 'parameter');
    const program = run.machine.program([run.loss(), ...parameters.map(({ name }) => run.machine.evaluation(backward.of(name), new Map()))]);
    for (let k = 0; k < 300; k++) program.run();
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 20; round++) {
      const start = performance.now();
      for (let k = 0; k < 20; k++) program.run();
      best = Math.min(best, (performance.now() - start) / 20);
    }

    expect(best).toBeLessThan(1);
  });
});

describe('places', () => {
  const chain = (): ModelBuilder => new ModelBuilder().declare('a', 'parameter', []).overTime('s', 'computed', []).overTime('u', 'input', []);

  it('runs ten thousand steps forwards and backwards without deep recursion', () => {
    const build = chain().overTime('r', 'computed', []).declare('J', 'computed', []);
    const { workspace } = build;
    const times = (a: Tensor, b: Tensor): Tensor => build.contract('', [a, ''], [b, '']);
    build.step('s', workspace.add(times(build.value('a'), build.at('s', -1)), build.at('u')));
    build.step('r', workspace.add(times(build.value('a'), build.at('r', 1)), build.at('s')));
    build.equation('J', build.value('r', wholeNumber(1)));
    const T = 10_000;
    const run = createRun(build.build('J', ['T']), new Map([['T', T]]));
    const u = Array.from({ length: T }, (_, k) => Math.cos(k));
    run.set(new Map<string, number[]>([['a', [0.9]], ...u.map((value, k) => [`u[${k + 1}]`, [value]] as [string, number[]])]));
    const s: number[] = [];
    for (let k = 0; k < T; k++) s.push(0.9 * (s[k - 1] ?? 0) + u[k]!);
    const r = s.reduceRight((sum, value) => 0.9 * sum + value, 0);
    expect(run.value('J').data[0]).toBeCloseTo(r, 10);
  });

  it('an equation at one place goes before the general one; what nothing sets is zero', () => {
    const build = chain();
    build.step('s', build.workspace.add(build.at('s', -2), build.at('u')));
    build.equation('s', build.workspace.number(7), [wholeNumber(2)]);
    const run = createRun(build.build(undefined, ['T']), new Map([['T', 5]]));
    run.forward(new Map([['a', [1]], ...[1, 2, 3, 4, 5].map((k) => [`u[${k}]`, [k]] as [string, number[]])]));
    expect([1, 2, 3, 4, 5].map((k) => run.value('s', [k]).data[0])).toEqual([1, 7, 4, 11, 9]);
  });

  it('an equation for t + 1 is matched by solving for t', () => {
    const build = chain().free('s', wholeNumber(0));
    build.equation(
      's',
      build.workspace.add(build.at('s'), build.workspace.whole(t)),
      [shiftWhole(t, 1)],
      [{ letter: 't', from: wholeNumber(0), to: wholeNumber(3) }],
    );
    const run = createRun(build.build(undefined, ['T']), new Map([['T', 4]]));
    run.forward(new Map([['a', [1]], ['s[0]', [100]], ...[1, 2, 3, 4].map((k) => [`u[${k}]`, [k]] as [string, number[]])]));
    expect(run.value('s', [4]).data[0]).toBe(106);
  });

  it('prints the circle of values that need each other', () => {
    const build = chain().overTime('r', 'computed', []);
    build.step('s', build.at('r'));
    build.step('r', build.workspace.apply(operator('tanh'), build.at('s')));
    const run = createRun(build.build(undefined, ['T']), new Map([['T', 3]]));
    expect(() => run.value('s', [2])).toThrow('s[2] needs itself: s[2] → r[2] → s[2].');
  });

  it('lists everything that was not given', () => {
    const run = createRun(chain().build(undefined, ['T']), new Map([['T', 3]]));
    expect(() => run.set(new Map([['u[2]', [1]]]))).toThrow('Values are missing or of the wrong size: a (a number), u[1] (a number), u[3] (a number).');
  });

  it('names the first value that is not finite', () => {
    const build = chain();
    build.step('s', build.workspace.apply(operator('log'), build.at('u')));
    const run = createRun(build.build(undefined, ['T']), new Map([['T', 3]]));
    run.forward(
      new Map([
        ['a', [1]],
        ['u[1]', [1]],
        ['u[2]', [-1]],
        ['u[3]', [0]],
      ]),
    );
    expect(run.firstNonFinite()?.label).toBe('s[2]');
  });
});

describe('sizes nobody can mean', () => {
  it.each([
    ['T', 1e9],
    ['n', 1e6],
  ])('%s = %d is refused at once', (name, value) => {
    const model = lstm().build('J', ['n', 'd', 'T']);
    const sizes = new Map([
      ['n', 2],
      ['d', 3],
      ['T', 4],
      [name, value],
    ]);
    const start = performance.now();
    expect(() => createRun(model, sizes)).toThrow(InputError);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
