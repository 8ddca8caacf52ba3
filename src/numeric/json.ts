/** Numbers in JSON: shortest digits that read back the same, words for what JSON has no number for; arrays as nested lists. */

import { entryCount } from './array.js';

export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity';
export type JsonArray = JsonNumber | readonly JsonArray[];

export function jsonNumber(value: number): JsonNumber {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  if (value === Number.NEGATIVE_INFINITY) return '-Infinity';
  return Object.is(value, -0) ? 0 : value;
}

/** The number that a JSON value stands for; undefined when it is none. */
export function numberFromJson(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  return value === '-Infinity' ? Number.NEGATIVE_INFINITY : undefined;
}

/** Row-major data as nested lists; a scalar is a bare number. */
export function jsonArray(dims: readonly number[], data: ArrayLike<number>, offset = 0): JsonArray {
  const [length, ...rest] = dims;
  if (length === undefined) return jsonNumber(data[offset] as number);
  const stride = entryCount(rest);
  return Array.from({ length }, (_, k) => jsonArray(rest, data, offset + k * stride));
}
