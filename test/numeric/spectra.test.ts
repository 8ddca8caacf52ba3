/** Singular values and eigenvalues: against mathjs, and by what they must satisfy. */

import fc from 'fast-check';
import { eigs, type MathCollection, multiply, transpose } from 'mathjs';
import { describe, expect, it } from 'vitest';
import { eigenvalues, modulus, singularValues } from '../../src/numeric/spectra.js';

const array = (rows: readonly (readonly number[])[]) => ({ dims: [rows.length, rows[0]?.length ?? 0], data: Float64Array.from(rows.flat()) });
const matrix = (n: number, m: number) =>
  fc.array(
    fc.array(
      fc.integer({ min: -40, max: 40 }).map((k) => k / 8),
      { minLength: m, maxLength: m },
    ),
    { minLength: n, maxLength: n },
  );
const anyMatrix = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([n, m]) => matrix(n, m));
const square = fc.integer({ min: 1, max: 6 }).chain((n) => matrix(n, n));
const listOf = (values: MathCollection): number[] => (values as number[]).map(Number);

describe('singular values', () => {
  it('are the roots of the eigenvalues of AᵀA', () => {
    fc.assert(
      fc.property(anyMatrix, (rows) => {
        const own = singularValues(array(rows));
        const theirs = listOf(eigs(multiply(transpose(rows as number[][]), rows as number[][])).values)
          .map((value) => Math.sqrt(Math.max(0, value)))
          .sort((a, b) => b - a);
        own.forEach((value, k) => {
          expect(Math.abs(value - (theirs[k] ?? 0))).toBeLessThan(1e-6 * (1 + (theirs[0] ?? 0)));
        });
        const squares = rows.flat().reduce((sum, x) => sum + x * x, 0);
        expect(own.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(squares, 8);
      }),
    );
  });
  it('of a nilpotent matrix need not be small', () =>
    expect(
      singularValues(
        array([
          [0, 10],
          [0, 0],
        ]),
      ),
    ).toEqual([10, 0]));
});

describe('eigenvalues', () => {
  it('have the trace as their sum, and the trace of A³ as the sum of their cubes', () => {
    fc.assert(
      fc.property(square, (rows) => {
        const own = eigenvalues(array(rows));
        const cube = multiply(multiply(rows as number[][], rows as number[][]), rows as number[][]) as number[][];
        const trace = (of: readonly (readonly number[])[]): number => of.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
        const size = 1 + Math.max(...rows.flat().map(Math.abs)) * rows.length;
        expect(Math.abs(own.reduce((sum, { re }) => sum + re, 0) - trace(rows))).toBeLessThan(1e-9 * size);
        expect(Math.abs(own.reduce((sum, { im }) => sum + im, 0))).toBeLessThan(1e-6 * size);
        expect(Math.abs(own.reduce((sum, { re, im }) => sum + re ** 3 - 3 * re * im ** 2, 0) - trace(cube))).toBeLessThan(1e-8 * size ** 3);
      }),
    );
  });
  it.each([
    [
      [
        [0, 1],
        [1, 1],
      ],
      [(1 + Math.sqrt(5)) / 2, (1 - Math.sqrt(5)) / 2],
    ],
    [
      [
        [2.7, 1.1],
        [-4, -1.45],
      ],
      undefined,
    ],
    [
      [
        [0, 10],
        [0, 0],
      ],
      [0, 0],
    ],
    [
      [
        [0, 0, 1],
        [1, 0, 0],
        [0, 1, 0],
      ],
      undefined,
    ],
  ])('%j', (rows, wanted) => {
    const own = eigenvalues(array(rows));
    if (wanted !== undefined) own.forEach(({ re }, k) => expect(re).toBeCloseTo(wanted[k] ?? Number.NaN, 12));
    else expect(Math.max(...own.map(modulus))).toBeCloseTo(rows.length === 2 ? Math.sqrt(2.7 * -1.45 + 4.4) : 1, 10);
  });
});
