/** Softmax along the last axis, shifted by the largest entry so that nothing overflows. */

import { exp } from '../operators/index.js';

/** out = softmax of each row of `columns` entries. A row that holds NaN, or +∞ twice, gives NaN; −∞ entries (masks) give 0. */
export function softmaxRows(out: Float64Array, argument: Float64Array, columns: number): void {
  for (let start = 0; start + columns <= out.length && columns > 0; start += columns) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < columns; j++) largest = Math.max(largest, argument[start + j] as number);
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const weight = exp.evaluate((argument[start + j] as number) - largest, 0);
      out[start + j] = weight;
      sum += weight;
    }
    for (let j = 0; j < columns; j++) out[start + j] = (out[start + j] as number) / sum;
  }
}
