/** Square matrices: product, power by repeated squaring, inverse by Gaussian elimination with partial pivoting. Row-major, n × n. */

/** out = a · b for m × k and k × n; `out` must be neither a nor b. */
export function multiplyMatrices(out: Float64Array, a: Float64Array, b: Float64Array, m: number, k: number, n: number): void {
  out.fill(0);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const factor = a[i * k + p] as number;
      for (let j = 0; j < n; j++) out[i * n + j] = (out[i * n + j] as number) + factor * (b[p * n + j] as number);
    }
  }
}

export function setIdentity(out: Float64Array, n: number): void {
  out.fill(0);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
}

function swapRows(matrix: Float64Array, n: number, a: number, b: number): void {
  if (a === b) return;
  for (let j = 0; j < n; j++) {
    const kept = matrix[a * n + j] as number;
    matrix[a * n + j] = matrix[b * n + j] as number;
    matrix[b * n + j] = kept;
  }
}

function pivotRow(work: Float64Array, n: number, column: number): number {
  let best = column;
  for (let i = column + 1; i < n; i++) if (Math.abs(work[i * n + column] as number) > Math.abs(work[best * n + column] as number)) best = i;
  return best;
}

/** out = matrix⁻¹. Entries are infinite or NaN when the matrix is singular. */
export function invertMatrix(out: Float64Array, matrix: Float64Array, n: number): void {
  const work = Float64Array.from(matrix);
  setIdentity(out, n);
  for (let column = 0; column < n; column++) {
    const pivot = pivotRow(work, n, column);
    swapRows(work, n, column, pivot);
    swapRows(out, n, column, pivot);
    const scale = work[column * n + column] as number;
    for (let j = 0; j < n; j++) {
      work[column * n + j] = (work[column * n + j] as number) / scale;
      out[column * n + j] = (out[column * n + j] as number) / scale;
    }
    for (let i = 0; i < n; i++) {
      const factor = work[i * n + column] as number;
      if (i === column || factor === 0) continue;
      for (let j = 0; j < n; j++) {
        work[i * n + j] = (work[i * n + j] as number) - factor * (work[column * n + j] as number);
        out[i * n + j] = (out[i * n + j] as number) - factor * (out[column * n + j] as number);
      }
    }
  }
}

/** out = matrix^exponent for a whole exponent; a negative one is a power of the inverse. */
export function powerMatrix(out: Float64Array, matrix: Float64Array, n: number, exponent: number): void {
  let base = Float64Array.from(matrix);
  if (exponent < 0) invertMatrix(base, matrix, n);
  setIdentity(out, n);
  let scratch = new Float64Array(n * n);
  for (let rest = Math.abs(exponent); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      multiplyMatrices(scratch, out, base, n, n, n);
      out.set(scratch);
    }
    if (rest > 1) {
      multiplyMatrices(scratch, base, base, n, n, n);
      [base, scratch] = [scratch, base];
    }
  }
}

/** base^exponent: whole exponents by repeated squaring, halves through the square root, others by the platform's power. */
export function powerNumber(base: number, exponent: number): number {
  if (exponent === 0.5) return Math.sqrt(base);
  if (exponent === -0.5) return 1 / Math.sqrt(base);
  if (!Number.isInteger(exponent)) return base ** exponent;
  let result = 1;
  let square = base;
  for (let rest = Math.abs(exponent); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return exponent < 0 ? 1 / result : result;
}
