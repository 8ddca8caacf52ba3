/** Arrays of numbers as the evaluator sees them: sizes and row-major data; and the places of a model, a name with numbers for its indices. */

import { InputError } from '../errors.js';
import { evaluateWhole, type Whole } from '../network/whole.js';

export interface NumericArray {
  readonly dims: readonly number[];
  /** Row-major. */
  readonly data: Float64Array;
}

/** A name at numbers: h at [3]. */
export interface Place {
  readonly name: string;
  readonly indices: readonly number[];
}

/** One text for each place: `h[3]`, `alpha[2,5]`, `W`. */
export const placeKey = (name: string, indices: readonly number[]): string => (indices.length === 0 ? name : `${name}[${indices.join(',')}]`);

/** Number of entries; 1 for a scalar. */
export function entryCount(dims: readonly number[]): number {
  let count = 1;
  for (const dim of dims) count *= dim;
  return count;
}

/** An array beyond this (half a gigabyte) is refused. */
export const MOST_ENTRIES = 2 ** 26;

/** An array of zeros. Throws an InputError when it would be too large. */
export function zeroArray(dims: readonly number[]): Float64Array {
  const count = entryCount(dims);
  if (count > MOST_ENTRIES)
    throw new InputError({ ruleId: 'too-large', message: `An array of ${dims.join(' × ')} numbers would be needed.`, fix: 'Use smaller sizes.' });
  return new Float64Array(count);
}

/** Distance in the data between neighbours along each axis. */
export function rowMajorStrides(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length);
  let stride = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= dims[axis] as number;
  }
  return strides;
}

/** Numbers for sizes and letters. */
export type Scope = ReadonlyMap<string, number>;

/** The number a whole expression stands for. Throws an InputError that names the expression when a letter has no value. */
export function numberOf(whole: Whole, scope: Scope): number {
  const value = evaluateWhole(whole, scope);
  if (value === undefined) {
    const missing = whole.monomials.flatMap(({ letters }) => letters).filter((letter) => !scope.has(letter));
    throw new InputError({
      ruleId: 'missing-size',
      message: `No number is known for ${[...new Set(missing)].join(', ')}.`,
      why: `It is needed for ${whole.key}.`,
      fix: `Give it, for instance with --sizes ${missing[0] ?? 'n'}=3.`,
    });
  }
  return value;
}

/** Sizes of axes as numbers. Throws an InputError for negative ones. */
export function numbersOf(dims: readonly Whole[], scope: Scope): number[] {
  return dims.map((dim) => {
    const value = numberOf(dim, scope);
    if (value < 0)
      throw new InputError({
        ruleId: 'negative-size',
        message: `The size ${dim.key} would be ${value}.`,
        fix: 'Give sizes for which all axes have at least one entry.',
      });
    return value;
  });
}

/** The 1-based position of an entry of the row-major data. */
export function entryPosition(offset: number, dims: readonly number[]): number[] {
  let rest = offset;
  return rowMajorStrides(dims).map((stride) => {
    const position = Math.floor(rest / stride);
    rest -= position * stride;
    return position + 1;
  });
}
