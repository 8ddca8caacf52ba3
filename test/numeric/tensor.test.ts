/** Values of tensors: random contractions against plain loops, every head against closed forms or mathjs. */

import * as fc from 'fast-check';
import { add, inv, matrix, multiply, pow } from 'mathjs';
import { describe, expect, it } from 'vitest';
import {
  createWorkspace,
  type InternedHead,
  type Net,
  ONE,
  type Rational,
  rational,
  rationalToNumber,
  type Tensor,
  wholeLetter,
  wholeNumber,
} from '../../src/network/index.js';
import { evaluateTensor } from '../../src/numeric/tensor.js';
import { fixed, operator } from './support.js';

const sizes = new Map([
  ['n', 3],
  ['d', 4],
  ['T', 5],
]);
const n = wholeLetter('n');
const d = wholeLetter('d');
const numbers = (count: number, start = 0): number[] => Array.from({ length: count }, (_, k) => Math.sin(1.7 * (k + start) + 0.3) + 0.1 * k);

/** Tensor by hand, without the normalising constructor: a net of symbols with the given slots. */
function rawTensor(slotSizes: readonly number[], rank: number, factors: readonly { slots: readonly number[]; power: Rational }[]): Tensor {
  const dims = slotSizes.map(wholeNumber);
  const leaves = factors.map(({ slots, power }, k) => {
    const own = slots.map((slot) => dims[slot]!);
    const head = { id: k, head: { kind: 'symbol', quantity: { kind: 'value', name: `v${k}`, indices: [] }, dims: own }, dims: own } as unknown as InternedHead;
    return { head, slots, power };
  });
  const net: Net = { dims, leaves };
  return { id: 0, dims: dims.slice(0, rank), terms: [{ coefficient: rational(3, 2), net }] } as unknown as Tensor;
}

/** The definition itself: one loop per slot. */
function byDefinition(
  slotSizes: readonly number[],
  rank: number,
  factors: readonly { slots: readonly number[]; power: Rational }[],
  values: readonly (readonly number[])[],
): number[] {
  const count = (list: readonly number[]): number => list.reduce((product, size) => product * size, 1);
  const out = new Array<number>(count(slotSizes.slice(0, rank))).fill(0);
  for (let at = 0; at < count(slotSizes); at++) {
    let rest = at;
    const position = new Array<number>(slotSizes.length);
    for (let slot = slotSizes.length - 1; slot >= 0; slot--) {
      position[slot] = rest % slotSizes[slot]!;
      rest = Math.floor(rest / slotSizes[slot]!);
    }
    let product = 1.5;
    factors.forEach(({ slots, power }, k) => {
      const offset = slots.reduce((sum, slot) => sum * slotSizes[slot]! + position[slot]!, 0);
      product *= values[k]![offset]! ** rationalToNumber(power);
    });
    const target = position.slice(0, rank).reduce((sum, p, slot) => sum * slotSizes[slot]! + p, 0);
    out[target] = out[target]! + product;
  }
  return out;
}

describe('contractions', () => {
  it('agree with plain loops over all slots', () => {
    const net = fc
      .record({ sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 0, maxLength: 5 }), seed: fc.nat(1000) })
      .chain(({ sizes: slotSizes, seed }) =>
        fc.record({
          slotSizes: fc.constant(slotSizes),
          seed: fc.constant(seed),
          rank: fc.integer({ min: 0, max: Math.min(3, slotSizes.length) }),
          factors: fc.array(
            fc.record({
              slots: slotSizes.length === 0 ? fc.constant<number[]>([]) : fc.array(fc.nat(slotSizes.length - 1), { maxLength: 3 }),
              power: fc.constantFrom(ONE, ONE, ONE, rational(2), rational(-1), rational(3), rational(1, 2)),
            }),
            { maxLength: 6 },
          ),
        }),
      );
    fc.assert(
      fc.property(net, ({ slotSizes, rank, factors, seed }) => {
        const values = factors.map(({ slots }, k) =>
          numbers(
            slots.reduce((product, slot) => product * slotSizes[slot]!, 1),
            seed + 7 * k,
          ).map((x) => Math.abs(x) + 0.2),
        );
        const expected = byDefinition(slotSizes, rank, factors, values);
        const { data } = evaluateTensor(rawTensor(slotSizes, rank, factors), {
          sizes,
          definitions: fixed(Object.fromEntries(values.map((value, k) => [`v${k}`, value]))),
        });
        expect(data.length).toBe(expected.length);
        data.forEach((value, k) => expect(Math.abs(value - expected[k]!)).toBeLessThanOrEqual(1e-12 * Math.abs(expected[k]!)));
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS || 400), seed: 3 },
    );
  });

  it('sum a chain of matrices without ever building a large one', () => {
    const workspace = createWorkspace();
    const [u, A, B, v] = [workspace.value('u', [], [n]), workspace.value('A', [], [n, d]), workspace.value('B', [], [d, n]), workspace.value('v', [], [n])];
    const tensor = workspace.contract(
      [],
      [
        { tensor: u, labels: ['i'] },
        { tensor: A, labels: ['i', 'j'] },
        { tensor: B, labels: ['j', 'k'] },
        { tensor: v, labels: ['k'] },
      ],
    );
    const large = new Map([
      ['n', 1500],
      ['d', 1400],
    ]);
    const values = { u: numbers(1500), A: numbers(1500 * 1400), B: numbers(1400 * 1500), v: numbers(1500) };
    const { data } = evaluateTensor(tensor, { sizes: large, definitions: fixed(values) });
    const Bv = Array.from({ length: 1400 }, (_, j) => values.v.reduce((sum, x, k) => sum + x * values.B[j * 1500 + k]!, 0));
    const expected = values.u.reduce((sum, x, i) => sum + x * Bv.reduce((inner, y, j) => inner + y * values.A[i * 1400 + j]!, 0), 0);
    expect(data[0]! / expected).toBeCloseTo(1, 9);
  });
});

describe('heads', () => {
  const workspace = createWorkspace();
  const value = (name: string, dims = [n]) => workspace.value(name, [], dims);
  const values = {
    a: numbers(3),
    b: numbers(3, 9),
    A: numbers(9, 2),
    y: [2.5],
    'p[1]': numbers(9, 1),
    'p[2]': numbers(9, 4),
    'p[3]': numbers(9, 6),
    's[2]': [7],
    's[3]': [11],
    's[4]': [13],
  };
  const evaluate = (tensor: Tensor, letters: Record<string, number> = {}) =>
    evaluateTensor(tensor, { sizes, letters: new Map(Object.entries(letters)), definitions: fixed(values) });
  const close = (actual: ArrayLike<number>, expected: readonly number[]) => {
    expect(actual.length).toBe(expected.length);
    Array.from(actual).forEach((entry, k) => expect(Math.abs(entry - expected[k]!)).toBeLessThan(1e-12 * (1 + Math.abs(expected[k]!))));
  };
  const square = (flat: readonly number[]) => matrix([0, 1, 2].map((i) => flat.slice(3 * i, 3 * i + 3)));
  const flat = (m: unknown): number[] => (m as { toArray(): number[][] }).toArray().flat();

  it('applies operators entrywise and stretches scalars', () => {
    close(evaluate(workspace.apply(operator('tanh'), value('a'))).data, values.a.map(Math.tanh));
    close(
      evaluate(workspace.apply(operator('max'), value('a'), value('y', []))).data,
      values.a.map((x) => Math.max(x, 2.5)),
    );
  });

  it('adds terms with coefficients', () => {
    close(
      evaluate(workspace.add(workspace.ones([n]), workspace.scale(workspace.power(value('a'), 2), -1))).data,
      values.a.map((x) => 1 - x * x),
    );
  });

  it('softmax along the last axis, far from overflow', () => {
    const shifted = workspace.softmax(workspace.scale(value('A', [n, n]), 1000));
    const { data } = evaluate(shifted);
    for (let i = 0; i < 3; i++) expect(data.subarray(3 * i, 3 * i + 3).reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 12);
    const weights = values.a.map(Math.exp);
    close(
      evaluate(workspace.softmax(value('a'))).data,
      weights.map((x) => x / weights.reduce((sum, w) => sum + w, 0)),
    );
  });

  it('range sums, also empty ones and with a letter in the limits', () => {
    const t = wholeLetter('t');
    const s = workspace.rangeSum('k', wholeNumber(2), t, workspace.value('s', [wholeLetter('k')], []));
    close(evaluate(s, { t: 4 }).data, [31]);
    close(evaluate(s, { t: 2 }).data, [7]);
    close(evaluate(s, { t: 1 }).data, [0]);
  });

  it('ordered products in both directions, the empty one the identity', () => {
    const factor = workspace.value('p', [wholeLetter('k')], [n, n]);
    const [p1, p2, p3] = [square(values['p[1]']), square(values['p[2]']), square(values['p[3]'])];
    const falling = workspace.product('k', wholeLetter('t'), wholeNumber(1), -1, factor);
    close(evaluate(falling, { t: 3 }).data, flat(multiply(multiply(p3, p2), p1)));
    close(evaluate(workspace.product('k', wholeNumber(1), wholeLetter('t'), 1, factor), { t: 3 }).data, flat(multiply(multiply(p1, p2), p3)));
    close(evaluate(falling, { t: 0 }).data, [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });

  it('powers of matrices: repeated, none, inverse', () => {
    const A = square(values.A);
    const power = workspace.matrixPower(value('A', [n, n]), wholeLetter('t'));
    close(evaluate(power, { t: 5 }).data, flat(pow(A, 5)));
    close(evaluate(power, { t: 0 }).data, [1, 0, 0, 0, 1, 0, 0, 0, 1]);
    const inverse = inv(A);
    close(evaluate(power, { t: -2 }).data, flat(multiply(inverse, inverse)));
    close(evaluate(workspace.matrixPower(value('y', []), wholeLetter('t')), { t: -2 }).data, [1 / 6.25]);
  });

  it('whole numbers, masks and places in a stack', () => {
    close(evaluate(workspace.whole(wholeLetter('n'))).data, [3]);
    close(evaluate(workspace.order(n, n, wholeNumber(0))).data, [1, 0, 0, 1, 1, 0, 1, 1, 1]);
    const stack = workspace.add(
      workspace.contract(
        ['k'],
        [
          { tensor: workspace.inclusion(wholeNumber(0), n, wholeNumber(6)), labels: ['k', 'i'] },
          { tensor: value('a'), labels: ['i'] },
        ],
      ),
      workspace.contract(
        ['k'],
        [
          { tensor: workspace.inclusion(n, n, wholeNumber(6)), labels: ['k', 'i'] },
          { tensor: value('b'), labels: ['i'] },
        ],
      ),
    );
    close(evaluate(stack).data, [...values.a, ...values.b]);
  });

  it('indicators choose terms, and what a vanishing term reads is never asked for', () => {
    const t = wholeLetter('t');
    const tensor = workspace.add(
      workspace.contract(
        ['i'],
        [
          { tensor: workspace.indicator(t, 'zero'), labels: [] },
          { tensor: value('a'), labels: ['i'] },
        ],
      ),
      workspace.contract(
        ['i'],
        [
          { tensor: workspace.indicator(workspace.letters(workspace.whole(t)).has('t') ? t : n, 'nonnegative'), labels: [] },
          { tensor: value('b'), labels: ['i'] },
        ],
      ),
    );
    close(
      evaluate(tensor, { t: 0 }).data,
      values.a.map((x, k) => x + values.b[k]!),
    );
    close(evaluate(tensor, { t: 1 }).data, values.b);
    const asked: string[] = [];
    const { data } = evaluateTensor(tensor, {
      sizes,
      letters: new Map([['t', -1]]),
      definitions: (quantity) => {
        asked.push(quantity.kind === 'value' ? quantity.name : '');
        return { kind: 'zero' };
      },
    });
    close(data, [0, 0, 0]);
    expect(asked).toEqual([]);
  });

  it('a held value is the value', () =>
    close(
      evaluate(workspace.held(workspace.power(value('a'), 2))).data,
      values.a.map((x) => x * x),
    ));

  it('a sum of a sum agrees with mathjs', () => {
    const A = value('A', [n, n]);
    const tensor = workspace.contract(
      ['i', 'k'],
      [
        { tensor: workspace.add(A, workspace.permute(A, [1, 0])), labels: ['i', 'j'] },
        { tensor: A, labels: ['j', 'k'] },
      ],
    );
    const M = square(values.A);
    close(
      evaluate(tensor).data,
      flat(multiply(add(M, matrix((M.toArray() as number[][])[0]!.map((_, j) => (M.toArray() as number[][]).map((row) => row[j]!)))), M)),
    );
  });

  it('a letter without a number is a pointed error', () => {
    expect(() => evaluate(workspace.value('s', [wholeLetter('q')], []))).toThrow(/No number is known for q/);
  });
});
