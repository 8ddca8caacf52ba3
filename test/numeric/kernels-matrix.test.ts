/** Matrix kernels: right against the definition, and both tiers equal to the last bit. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as portable from '../../src/numeric/kernels/matrix.js';
import { simdBench } from './kernels-support.js';

const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const seed = fc.integer();

function fillRandomly(memory: Float64Array, seedNumber: number): void {
  let state = seedNumber >>> 0;
  for (let k = 0; k < memory.length; k++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    memory[k] = (state / 2 ** 31 - 1) * 2 ** (((state >>> 5) % 20) - 10);
  }
}

const ELEMENTS = 120_000;
const bench = simdBench(ELEMENTS);
const byte = (element: number): number => bench.base + 8 * element;

/** Runs both tiers on the same random memory and demands equal memories; hands the portable one and the memory before back. */
function bothTiers(seedNumber: number, inPortable: (m: Float64Array) => void, inSimd: () => void): { before: Float64Array; after: Float64Array } {
  const before = new Float64Array(ELEMENTS);
  fillRandomly(before, seedNumber);
  const after = before.slice();
  bench.memory.set(before);
  inPortable(after);
  inSimd();
  for (let k = 0; k < ELEMENTS; k++) if (!Object.is(after[k], bench.memory[k])) throw new Error(`element ${k}: ${after[k]} and ${bench.memory[k]}`);
  return { before, after };
}

describe('matrix kernels', () => {
  it('multiply: c (+)= a·b, plain and transposed', () => {
    fc.assert(
      fc.property(size(9), size(70), size(140), fc.boolean(), fc.boolean(), seed, (rows, depth, columns, transposed, accumulate, s) => {
        const [a, b, c] = [0, 20_000, 60_000];
        const cRow = columns + (s & 1);
        const [aRow, aColumn] = transposed ? [1, rows] : [depth + 1, 1];
        const bRow = columns + ((s >> 1) & 1);
        const { before, after } = bothTiers(
          s,
          (m) => portable.multiply(m, c, a, b, rows, depth, columns, cRow, aRow, aColumn, bRow, accumulate),
          () => bench.kernels['multiply']?.(byte(c), byte(a), byte(b), rows, depth, columns, 8 * cRow, 8 * aRow, 8 * aColumn, 8 * bRow, accumulate ? 1 : 0),
        );
        for (const [i, j] of [
          [0, 0],
          [rows - 1, columns - 1],
          [rows >> 1, columns >> 1],
        ] as const) {
          let sum = accumulate ? (before[c + i * cRow + j] as number) : 0;
          let scale = Math.abs(sum);
          for (let k = 0; k < depth; k++) {
            const product = (before[a + i * aRow + k * aColumn] as number) * (before[b + k * bRow + j] as number);
            sum += product;
            scale += Math.abs(product);
          }
          expect(Math.abs((after[c + i * cRow + j] as number) - sum)).toBeLessThanOrEqual(2e-14 * scale);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('dotRows: c_i (+)= Σ_k a_ik x_k', () => {
    fc.assert(
      fc.property(size(21), size(65), size(3), fc.boolean(), seed, (rows, depth, cRow, accumulate, s) => {
        const [a, x, c] = [0, 20_000, 30_000];
        const aRow = depth + (s & 3);
        const { before, after } = bothTiers(
          s,
          (m) => portable.dotRows(m, c, a, x, rows, depth, cRow, aRow, accumulate),
          () => bench.kernels['dotRows']?.(byte(c), byte(a), byte(x), rows, depth, 8 * cRow, 8 * aRow, accumulate ? 1 : 0),
        );
        for (let i = 0; i < rows; i++) {
          let sum = accumulate ? (before[c + i * cRow] as number) : 0;
          let scale = Math.abs(sum);
          for (let k = 0; k < depth; k++) {
            const product = (before[a + i * aRow + k] as number) * (before[x + k] as number);
            sum += product;
            scale += Math.abs(product);
          }
          expect(Math.abs((after[c + i * cRow] as number) - sum)).toBeLessThanOrEqual(2e-14 * scale);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('multiplyLanes, sumRows, sumRun, maxRows and copy', () => {
    fc.assert(
      fc.property(size(20), size(33), fc.boolean(), seed, (depth, columns, accumulate, s) => {
        const [a, b, c] = [0, 20_000, 30_000];
        const row = columns + (s & 1);
        const flag = accumulate ? 1 : 0;
        const { kernels } = bench;
        const lanes = bothTiers(
          s,
          (m) => portable.multiplyLanes(m, c, a, b, depth, columns, row, row, accumulate),
          () => kernels['multiplyLanes']?.(byte(c), byte(a), byte(b), depth, columns, 8 * row, 8 * row, flag),
        );
        const sums = bothTiers(
          s,
          (m) => portable.sumRows(m, c, a, depth, columns, row, accumulate),
          () => kernels['sumRows']?.(byte(c), byte(a), depth, columns, 8 * row, flag),
        );
        const run = bothTiers(
          s,
          (m) => portable.sumRun(m, c, a, depth, accumulate),
          () => kernels['sumRun']?.(byte(c), byte(a), depth, flag),
        );
        const maxima = bothTiers(
          s,
          (m) => portable.maxRows(m, c, a, depth, columns, row),
          () => kernels['maxRows']?.(byte(c), byte(a), depth, columns, 8 * row),
        );
        const copied = bothTiers(
          s,
          (m) => portable.copy(m, c, a, depth, columns, 1, depth, row, 1),
          () => kernels['copy']?.(byte(c), byte(a), depth, columns, 8, 8 * depth, 8 * row, 8),
        );
        const column = (from: number, j: number): number[] => Array.from({ length: depth }, (_, k) => lanes.before[from + k * row + j] as number);
        const old = accumulate ? (lanes.before[c] as number) : 0;
        const near = (value: number, terms: readonly number[]): void =>
          expect(Math.abs(value - terms.reduce((x, y) => x + y, 0))).toBeLessThanOrEqual(2e-14 * terms.reduce((x, y) => x + Math.abs(y), 0));
        near(lanes.after[c] as number, [old, ...column(a, 0).map((x, k) => x * (column(b, 0)[k] as number))]);
        near(sums.after[c] as number, [old, ...column(a, 0)]);
        near(run.after[c] as number, [old, ...lanes.before.slice(a, a + depth)]);
        expect(maxima.after[c + columns - 1]).toBe(Math.max(...column(a, columns - 1)));
        expect(copied.after[c + (columns - 1) * depth + depth - 1]).toBe(lanes.before[a + (depth - 1) * row + columns - 1]);
      }),
      { numRuns: 60 },
    );
  });

  it('maxRows says NaN when an entry is NaN', () => {
    const m = Float64Array.from([1, Number.NaN, 3, 0]);
    portable.maxRows(m, 3, 0, 3, 1, 1);
    expect(m[3]).toBeNaN();
  });
});
