/** Plain loops for companions: chain rules over lanes, and the same for squares. */

import type { Bound } from '../binding.js';
import { invertMatrix, multiplyMatrices, powerNumber, setIdentity } from '../linear.js';

export const clear = (data: Float64Array): void => {
  data.fill(0);
};

export function transfer(out: Float64Array, from: Float64Array, add: boolean): void {
  if (!add) out.set(from);
  else for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + (from[i] as number);
}

/** out (+)= value². */
export function addSquares(out: Float64Array, value: Float64Array, add: boolean): void {
  for (let i = 0; i < out.length; i++) out[i] = (add ? (out[i] as number) : 0) + (value[i] as number) * (value[i] as number);
}

/** out[i, l] += slope[i] · moved[i · step, l]. A slope of 0 stops what is not finite. */
export function addSlopes(out: Float64Array, slope: Float64Array, moved: Float64Array, step: number, lanes: number, squared: boolean): void {
  for (let i = 0; i < slope.length; i++) {
    const own = slope[i] as number;
    if (own === 0) continue;
    const factor = squared ? own * own : own;
    const from = i * step * lanes;
    for (let l = 0; l < lanes; l++) out[i * lanes + l] = (out[i * lanes + l] as number) + factor * (moved[from + l] as number);
  }
}

/** out[i, l] += Σ_j slope[i, j] · moved[j, l]. */
export function contractSlopes(out: Float64Array, slope: Float64Array, moved: Float64Array, lanes: number, squared: boolean): void {
  const rows = out.length / lanes;
  const columns = moved.length / lanes;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const own = slope[i * columns + j] as number;
      const factor = squared ? own * own : own;
      for (let l = 0; l < lanes; l++) out[i * lanes + l] = (out[i * lanes + l] as number) + factor * (moved[j * lanes + l] as number);
    }
  }
}

/** s ∘ (ȧ − Σ s ȧ), the quotient rule of exp(a)/Σ exp(a); for squares also the rounding of the shifted argument and of the quotient. */
export function softmaxCompanion(
  out: Float64Array,
  value: Float64Array,
  argument: Float64Array,
  moved: Float64Array | undefined,
  columns: number,
  lanes: number,
  squared: boolean,
): void {
  for (let start = 0; start + columns <= value.length && columns > 0; start += columns) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < columns; j++) largest = Math.max(largest, argument[start + j] as number);
    const own = (j: number, l: number): number => {
      const change = moved === undefined ? 0 : (moved[(start + j) * lanes + l] as number);
      const shift = (argument[start + j] as number) - largest;
      return squared && Number.isFinite(shift) ? change + shift * shift : change;
    };
    for (let l = 0; l < lanes; l++) {
      let mean = 0;
      for (let j = 0; j < columns; j++) {
        const s = value[start + j] as number;
        if (s !== 0) mean += (squared ? s * s : s) * own(j, l);
      }
      for (let i = 0; i < columns; i++) {
        const s = value[start + i] as number;
        const at = (start + i) * lanes + l;
        if (s === 0) out[at] = 0;
        else out[at] = squared ? s * s * (1 + own(i, l) + mean) : s * (own(i, l) - mean);
      }
    }
  }
}

interface ProductArrays {
  readonly out: Float64Array;
  readonly product: Float64Array;
  readonly factor: Float64Array;
  readonly moved: Float64Array;
  readonly scratch: Float64Array;
}

/** Companion of F₁F₂…: (PF)˙ = Ṗ F + P Ḟ, factor by factor. */
export function orderedProduct(arrays: ProductArrays, values: readonly Bound[], bodies: readonly Bound[], n: number, lanes: number, squared: boolean): void {
  const { out, product, factor, moved, scratch } = arrays;
  setIdentity(product, n);
  clear(out);
  values.forEach((value, k) => {
    value.run(factor);
    bodies[k]?.run(moved);
    productStep(scratch, product, out, factor, moved, n, lanes, squared);
    out.set(scratch);
    const before = Float64Array.from(product);
    multiplyMatrices(product, before, factor, n, n, n);
  });
}

/** out[i, j, l] = Σ_k ȧ[i, k, l] b[k, j] + a[i, k] ḃ[k, j, l]; squares throughout, with the rounding of the product, where asked. */
function productStep(
  out: Float64Array,
  a: Float64Array,
  movedA: Float64Array,
  b: Float64Array,
  movedB: Float64Array,
  n: number,
  lanes: number,
  squared: boolean,
): void {
  const as = (x: number): number => (squared ? x * x : x);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let l = 0; l < lanes; l++) {
        let [sum, magnitude] = [0, 0];
        for (let k = 0; k < n; k++) {
          const [x, y] = [a[i * n + k] as number, b[k * n + j] as number];
          sum += (movedA[(i * n + k) * lanes + l] as number) * as(y) + as(x) * (movedB[(k * n + j) * lanes + l] as number);
          magnitude += Math.abs(x * y);
        }
        out[(i * n + j) * lanes + l] = squared ? sum + magnitude * magnitude : sum;
      }
    }
  }
}

/** Companion of a scalar or a square matrix to a whole power. */
export function powerCompanion(
  out: Float64Array,
  base: Float64Array,
  moved: Float64Array | undefined,
  n: number | undefined,
  exponent: number,
  lanes: number,
  squared: boolean,
): void {
  clear(out);
  if (n === undefined) {
    const slope = exponent === 0 ? 0 : exponent * powerNumber(base[0] as number, exponent - 1);
    for (let l = 0; l < lanes; l++) out[l] = (squared ? slope * slope : slope) * (moved?.[l] ?? 0);
    if (squared) out[0] = (out[0] as number) + powerNumber(base[0] as number, exponent) ** 2;
    return;
  }
  const change = moved ?? new Float64Array(base.length * lanes);
  const [value, own] = exponent < 0 ? inverted(base, change, n, lanes, squared) : [base, change];
  const [product, scratch] = [new Float64Array(n * n), new Float64Array(out.length)];
  setIdentity(product, n);
  for (let k = 0; k < Math.abs(exponent); k++) {
    productStep(scratch, product, out, value, own, n, lanes, squared);
    out.set(scratch);
    multiplyMatrices(product, Float64Array.from(product), value, n, n, n);
  }
}

/** The inverse and its companion: (A⁻¹)˙ = −A⁻¹ Ȧ A⁻¹. */
function inverted(base: Float64Array, moved: Float64Array, n: number, lanes: number, squared: boolean): [Float64Array, Float64Array] {
  const inverse = new Float64Array(n * n);
  invertMatrix(inverse, base, n);
  const none = new Float64Array(moved.length);
  const [half, whole] = [new Float64Array(moved.length), new Float64Array(moved.length)];
  productStep(half, inverse, none, base, moved, n, lanes, squared);
  productStep(whole, base, half, inverse, none, n, lanes, squared);
  if (!squared) for (let i = 0; i < whole.length; i++) whole[i] = -(whole[i] as number);
  return [inverse, whole];
}
