/** Random numbers, random functions and random points: reproducible, exact in their derivatives, obedient to what is assumed. */

import { describe, expect, it } from 'vitest';
import { wholeNumber } from '../../src/network/index.js';
import { Random, randomFunctions, randomPoint, randomSizes } from '../../src/numeric/index.js';
import { lstm, ModelBuilder, operator } from './support.js';

describe('the generator', () => {
  it('repeats itself for a seed, and differs between seeds and streams', () => {
    const draw = (random: Random): number[] => Array.from({ length: 5 }, () => random.unit());
    expect(draw(new Random(3))).toEqual(draw(new Random(3)));
    expect(draw(new Random(3))).not.toEqual(draw(new Random(4)));
    expect(draw(new Random(3).fork('a'))).not.toEqual(draw(new Random(3).fork('b')));
  });

  it('is uniform: mean, variance and every tenth within four standard errors', () => {
    const random = new Random(7);
    const count = 100_000;
    const tenths = new Array<number>(10).fill(0);
    let sum = 0;
    let squares = 0;
    for (let k = 0; k < count; k++) {
      const x = random.unit();
      sum += x;
      squares += x * x;
      tenths[Math.floor(10 * x)]!++;
    }
    expect(Math.abs(sum / count - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(squares / count - 1 / 3)).toBeLessThan(4 * Math.sqrt(4 / 45 / count));
    for (const found of tenths) expect(Math.abs(found - count / 10)).toBeLessThan(4 * Math.sqrt(0.09 * count));
  });
});

describe('random functions', () => {
  const step = 1e-5;

  it.each([0, 1, 2, 3, 4])('entrywise: derivative %d is the slope of the one before', (order) => {
    const f = randomFunctions(2)({ name: 'f', indices: [], entrywise: true, dims: [4], argumentDims: [[4]] });
    const at = (x: readonly number[], m: number): Float64Array => {
      const out = new Float64Array(4);
      f.evaluate([Float64Array.from(x)], new Array<number>(m).fill(0), out);
      return out;
    };
    const x = [-1.2, -0.1, 0.4, 1.5];
    const [upper, lower, exact] = [
      at(
        x.map((v) => v + step),
        order,
      ),
      at(
        x.map((v) => v - step),
        order,
      ),
      at(x, order + 1),
    ];
    for (const [k, value] of exact.entries()) expect(Math.abs((upper[k]! - lower[k]!) / (2 * step) - value)).toBeLessThan(2e-8);
  });

  it.each([[[]], [[0]], [[1, 0]], [[0, 1, 1]]])('of several arguments: one more derivative than %j is the slope', (wrt) => {
    const argumentDims = [[2], [2, 2]];
    const phi = randomFunctions(2)({ name: 'φ', indices: [1], entrywise: false, dims: [3], argumentDims });
    const args = [Float64Array.of(0.3, -0.8), Float64Array.of(0.5, 0.1, -0.4, 0.9)];
    const sizeOf = (list: readonly number[]): number => list.reduce((size, k) => size * args[k]!.length, 3);
    const value = (list: readonly number[]): Float64Array => {
      const out = new Float64Array(sizeOf(list));
      phi.evaluate(args, list, out);
      return out;
    };
    for (const argument of [0, 1]) {
      const exact = value([...wrt, argument]);
      const entries = args[argument]!.length;
      for (let j = 0; j < entries; j++) {
        const centre = args[argument]![j]!;
        args[argument]![j] = centre + step;
        const upper = value(wrt);
        args[argument]![j] = centre - step;
        const lower = value(wrt);
        args[argument]![j] = centre;
        for (const [i, high] of upper.entries()) expect(Math.abs((high - lower[i]!) / (2 * step) - exact[i * entries + j]!)).toBeLessThan(1e-8);
      }
    }
  });

  it('of different steps are different', () => {
    const [first, second] = [1, 2].map((index) => {
      const out = new Float64Array(1);
      randomFunctions(0)({ name: 'ℓ', indices: [index], entrywise: false, dims: [], argumentDims: [[2]] }).evaluate([Float64Array.of(1, 2)], [], out);
      return out[0]!;
    });
    expect(first).not.toBe(second);
  });
});

describe('points', () => {
  const model = lstm().build('J', ['n', 'd', 'T']);

  it.each(Array.from({ length: 25 }, (_, seed) => seed))('sizes hide nothing (seed %d)', (seed) => {
    const sizes = randomSizes(model, seed);
    expect(new Set(sizes.values()).size).toBe(3);
    expect(sizes.get('T')).toBeGreaterThanOrEqual(3);
    expect(Math.min(...sizes.values())).toBeGreaterThanOrEqual(2);
  });

  it('keeps the sizes it is given and avoids them for the others', () => {
    for (let seed = 0; seed < 10; seed++) {
      const sizes = randomSizes(model, seed, new Map([['n', 4]]));
      expect(sizes.get('n')).toBe(4);
      expect(new Set(sizes.values()).size).toBe(3);
    }
  });

  it('the same seed gives the same point', () => {
    const [a, b] = [randomPoint(model, 9), randomPoint(model, 9)];
    expect([...a.values].map(([key, data]) => [key, [...data]])).toEqual([...b.values].map(([key, data]) => [key, [...data]]));
    expect(a.run.value('J').data[0]).toBe(b.run.value('J').data[0]);
  });

  it('pre-activations and states have the size at which mistakes show', () => {
    let largest = 0;
    let sum = 0;
    let count = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { run, values, sizes } = randomPoint(model, seed);
      expect([...values.get('h[0]')!].every((x) => Math.abs(x) > 0.1)).toBe(true);
      for (let step = 1; step <= sizes.get('T')!; step++) {
        for (const gate of run.value('g', [step]).data) {
          const preactivation = Math.abs(Math.atanh(gate));
          largest = Math.max(largest, preactivation);
          sum += preactivation;
          count++;
        }
      }
    }
    expect(sum / count).toBeGreaterThan(0.5);
    expect(sum / count).toBeLessThan(2);
    expect(largest).toBeLessThan(8);
  });

  it('obeys assumptions', () => {
    const build = new ModelBuilder()
      .declare('Q', 'parameter', ['n', 'n'], [], { orthogonal: true })
      .declare('S', 'constant', ['n', 'n'], [], { symmetric: true })
      .declare('R', 'constant', ['n', 'n'], [], { symmetric: true, orthogonal: true })
      .declare('D', 'parameter', ['n', 'n'], [], { diagonal: true })
      .overTime('y', 'input', ['m'], { oneHot: true, sumsToOne: true })
      .overTime('p', 'input', ['m'], { sumsToOne: true })
      .declare('g', 'parameter', [], [], { low: 0, high: 1 })
      .declare('s', 'parameter', ['m'], [], { low: 0 });
    const { values, sizes } = randomPoint(build.build(undefined, ['n', 'm', 'T']), 4);
    const n = sizes.get('n')!;
    const entry = (name: string, i: number, j: number): number => values.get(name)![i * n + j]!;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (const name of ['Q', 'R']) {
          let dot = 0;
          for (let k = 0; k < n; k++) dot += entry(name, k, i) * entry(name, k, j);
          expect(dot).toBeCloseTo(i === j ? 1 : 0, 12);
        }
        expect(entry('S', i, j)).toBe(entry('S', j, i));
        expect(entry('R', i, j)).toBeCloseTo(entry('R', j, i), 14);
        if (i !== j) expect(entry('D', i, j)).toBe(0);
        if (i < j) expect(Math.abs(entry('Q', i, j) - entry('Q', j, i))).toBeGreaterThan(1e-3);
      }
    }
    for (let step = 1; step <= sizes.get('T')!; step++) {
      expect([...values.get(`y[${step}]`)!].sort().at(-1)).toBe(1);
      expect(values.get(`y[${step}]`)!.reduce((sum, x) => sum + x, 0)).toBe(1);
      expect(values.get(`p[${step}]`)!.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 14);
    }
    expect(values.get('g')![0]).toBeGreaterThan(0);
    expect(values.get('g')![0]).toBeLessThan(1);
    expect(Math.min(...values.get('s')!)).toBeGreaterThan(0);
  });

  it('draws again until a logarithm is defined', () => {
    const build = new ModelBuilder().declare('v', 'input', ['n']).declare('J', 'computed', []);
    build.equation('J', build.contract('', [build.workspace.apply(operator('log'), build.value('v')), 'i'])).free('v', wholeNumber(0));
    const model = { ...build.build('J', ['n']), boundaries: [] };
    for (let seed = 0; seed < 8; seed++) expect(Number.isFinite(randomPoint(model, seed).run.value('J').data[0])).toBe(true);
  });
});
