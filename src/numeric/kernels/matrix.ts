/**
 * Matrix kernels on Float64Array, portable tier: places and steps count elements of one memory. The order of every sum is fixed (along
 * the depth from left to right; sums over neighbours in two interleaved halves) and is that of assembly/matrix.ts, so both tiers agree to the last bit.
 */

const PANEL_DEPTH = 32;
const PANEL_COLUMNS = 128;

function zeroRows(m: Float64Array, c: number, rows: number, columns: number, cRow: number): void {
  for (let i = 0; i < rows; i++, c += cRow) m.fill(0, c, c + columns);
}

/** Four rows of c, four deep: each element of b is read once for four products. */
function fourRowsByFour(m: Float64Array, c: number, cRow: number, a: number, aRow: number, aColumn: number, b: number, bRow: number, columns: number): void {
  const at = (i: number, k: number): number => m[a + i * aRow + k * aColumn] as number;
  const a00 = at(0, 0),
    a01 = at(0, 1),
    a02 = at(0, 2),
    a03 = at(0, 3);
  const a10 = at(1, 0),
    a11 = at(1, 1),
    a12 = at(1, 2),
    a13 = at(1, 3);
  const a20 = at(2, 0),
    a21 = at(2, 1),
    a22 = at(2, 2),
    a23 = at(2, 3);
  const a30 = at(3, 0),
    a31 = at(3, 1),
    a32 = at(3, 2),
    a33 = at(3, 3);
  let c0 = c,
    c1 = c + cRow,
    c2 = c1 + cRow,
    c3 = c2 + cRow;
  let b0 = b,
    b1 = b + bRow,
    b2 = b1 + bRow,
    b3 = b2 + bRow;
  for (let j = 0; j < columns; j++) {
    const x0 = m[b0++] as number,
      x1 = m[b1++] as number,
      x2 = m[b2++] as number,
      x3 = m[b3++] as number;
    m[c0] = (m[c0] as number) + a00 * x0 + a01 * x1 + a02 * x2 + a03 * x3;
    c0++;
    m[c1] = (m[c1] as number) + a10 * x0 + a11 * x1 + a12 * x2 + a13 * x3;
    c1++;
    m[c2] = (m[c2] as number) + a20 * x0 + a21 * x1 + a22 * x2 + a23 * x3;
    c2++;
    m[c3] = (m[c3] as number) + a30 * x0 + a31 * x1 + a32 * x2 + a33 * x3;
    c3++;
  }
}

function oneRowByFour(m: Float64Array, c: number, a: number, aColumn: number, b: number, bRow: number, columns: number): void {
  const a0 = m[a] as number,
    a1 = m[a + aColumn] as number,
    a2 = m[a + 2 * aColumn] as number,
    a3 = m[a + 3 * aColumn] as number;
  let b0 = b,
    b1 = b + bRow,
    b2 = b1 + bRow,
    b3 = b2 + bRow;
  for (const end = c + columns; c < end; c++) {
    m[c] = (m[c] as number) + a0 * (m[b0++] as number) + a1 * (m[b1++] as number) + a2 * (m[b2++] as number) + a3 * (m[b3++] as number);
  }
}

function oneRowByOne(m: Float64Array, c: number, a: number, b: number, columns: number): void {
  const factor = m[a] as number;
  for (const end = c + columns; c < end; c++) m[c] = (m[c] as number) + factor * (m[b++] as number);
}

function multiplyPanel(
  m: Float64Array,
  c: number,
  a: number,
  b: number,
  rows: number,
  depth: number,
  columns: number,
  cRow: number,
  aRow: number,
  aColumn: number,
  bRow: number,
): void {
  const fours = depth - (depth % 4);
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    for (let k = 0; k < fours; k += 4) fourRowsByFour(m, c + i * cRow, cRow, a + i * aRow + k * aColumn, aRow, aColumn, b + k * bRow, bRow, columns);
    for (let k = fours; k < depth; k++) for (let r = i; r < i + 4; r++) oneRowByOne(m, c + r * cRow, a + r * aRow + k * aColumn, b + k * bRow, columns);
  }
  for (; i < rows; i++) {
    for (let k = 0; k < fours; k += 4) oneRowByFour(m, c + i * cRow, a + i * aRow + k * aColumn, aColumn, b + k * bRow, bRow, columns);
    for (let k = fours; k < depth; k++) oneRowByOne(m, c + i * cRow, a + i * aRow + k * aColumn, b + k * bRow, columns);
  }
}

/** c (+)= a · b for rows × depth and depth × columns: c and b have neighbouring columns, a any steps (so it may be a transpose). c overlaps neither. */
export function multiply(
  m: Float64Array,
  c: number,
  a: number,
  b: number,
  rows: number,
  depth: number,
  columns: number,
  cRow: number,
  aRow: number,
  aColumn: number,
  bRow: number,
  accumulate: boolean,
): void {
  if (!accumulate) zeroRows(m, c, rows, columns, cRow);
  for (let j = 0; j < columns; j += PANEL_COLUMNS) {
    const width = Math.min(PANEL_COLUMNS, columns - j);
    for (let k = 0; k < depth; k += PANEL_DEPTH) {
      multiplyPanel(m, c + j, a + k * aColumn, b + k * bRow + j, rows, Math.min(PANEL_DEPTH, depth - k), width, cRow, aRow, aColumn, bRow);
    }
  }
}

/** One running sum in two interleaved halves, the odd last product at the end. */
function dot(m: Float64Array, a: number, x: number, depth: number): number {
  const pairs = depth - (depth % 2);
  let even = 0;
  let odd = 0;
  for (let k = 0; k < pairs; k += 2) {
    even += (m[a + k] as number) * (m[x + k] as number);
    odd += (m[a + k + 1] as number) * (m[x + k + 1] as number);
  }
  const total = even + odd;
  return pairs < depth ? total + (m[a + pairs] as number) * (m[x + pairs] as number) : total;
}

/** c_i (+)= Σ_k a_{ik} x_k with neighbours along k in both. */
export function dotRows(m: Float64Array, c: number, a: number, x: number, rows: number, depth: number, cRow: number, aRow: number, accumulate: boolean): void {
  for (let i = 0; i < rows; i++, c += cRow, a += aRow) {
    const total = dot(m, a, x, depth);
    m[c] = accumulate ? (m[c] as number) + total : total;
  }
}

/** c_j (+)= Σ_k a_{kj} b_{kj}: neighbours along j. */
export function multiplyLanes(
  m: Float64Array,
  c: number,
  a: number,
  b: number,
  depth: number,
  columns: number,
  aRow: number,
  bRow: number,
  accumulate: boolean,
): void {
  if (!accumulate) m.fill(0, c, c + columns);
  for (let k = 0; k < depth; k++, a += aRow, b += bRow) {
    for (let j = 0; j < columns; j++) m[c + j] = (m[c + j] as number) + (m[a + j] as number) * (m[b + j] as number);
  }
}

/** c_j (+)= Σ_k a_{kj}: neighbours along j. */
export function sumRows(m: Float64Array, c: number, a: number, depth: number, columns: number, aRow: number, accumulate: boolean): void {
  if (!accumulate) m.fill(0, c, c + columns);
  for (let k = 0; k < depth; k++, a += aRow) {
    for (let j = 0; j < columns; j++) m[c + j] = (m[c + j] as number) + (m[a + j] as number);
  }
}

/** c (+)= Σ_k a_k with neighbours along k, in two interleaved halves. */
export function sumRun(m: Float64Array, c: number, a: number, depth: number, accumulate: boolean): void {
  const pairs = depth - (depth % 2);
  let even = 0;
  let odd = 0;
  for (let k = 0; k < pairs; k += 2) {
    even += m[a + k] as number;
    odd += m[a + k + 1] as number;
  }
  let total = even + odd;
  if (pairs < depth) total += m[a + pairs] as number;
  m[c] = accumulate ? (m[c] as number) + total : total;
}

/** c_j = max_k a_{kj}: neighbours along j; NaN if one of them is. */
export function maxRows(m: Float64Array, c: number, a: number, depth: number, columns: number, aRow: number): void {
  for (let j = 0; j < columns; j++) {
    let best = m[a + j] as number;
    for (let k = 1, p = a + j + aRow; k < depth; k++, p += aRow) {
      const value = m[p] as number;
      if (!(value <= best)) best = best === best ? value : best;
    }
    m[c + j] = best;
  }
}

/** c_{ij} = a_{ij} with any steps in both. */
export function copy(m: Float64Array, c: number, a: number, rows: number, columns: number, cRow: number, cColumn: number, aRow: number, aColumn: number): void {
  for (let i = 0; i < rows; i++, c += cRow, a += aRow) {
    for (let j = 0, p = c, q = a; j < columns; j++, p += cColumn, q += aColumn) m[p] = m[q] as number;
  }
}
