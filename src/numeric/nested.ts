/** Nested lists of numbers with a known depth: their sizes and entries, or what is wrong with them. */

import { numberFromJson } from './json.js';

export interface Nested {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

/** Reads a list of lists of `depth` levels (0: a bare number). A text says what is wrong. */
export function readNested(value: unknown, depth: number): Nested | string {
  if (depth === 0) {
    const number = numberFromJson(value);
    return number === undefined ? `${describe(value)} stands where a number is needed` : { dims: [], data: [number] };
  }
  if (!Array.isArray(value)) return `${describe(value)} stands where a list${depth > 1 ? ' of lists' : ''} is needed`;
  const data: number[] = [];
  let dims: readonly number[] | undefined;
  for (const item of value) {
    const inner = readNested(item, depth - 1);
    if (typeof inner === 'string') return inner;
    if (dims !== undefined && dims.join() !== inner.dims.join()) return 'its rows have different lengths';
    dims = inner.dims;
    for (const entry of inner.data) data.push(entry);
  }
  return { dims: [value.length, ...(dims ?? new Array<number>(depth - 1).fill(0))], data };
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null || value === undefined) return 'nothing';
  return typeof value === 'string' ? `the text "${value.slice(0, 20)}"` : typeof value === 'object' ? 'an object' : `${typeof value}`;
}
