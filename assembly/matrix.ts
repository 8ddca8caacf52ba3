/**
 * Matrix kernels on doubles in memory, two at a time: addresses and steps are in bytes. Each adds in exactly the order of its counterpart in
 * src/numeric/kernels/matrix.ts: depth in fours from left to right, the remainder last; running sums in two interleaved halves.
 */

/** Depth and columns of the panel of the right factor that stays in the first-level cache while all rows pass over it. */
const PANEL_DEPTH: i32 = 32;
const PANEL_COLUMNS: i32 = 128;

// @ts-ignore: decorator
@inline
function zeroRows(c: usize, rows: i32, columns: i32, cRow: usize): void {
  for (let i = 0; i < rows; i++, c += cRow) memory.fill(c, 0, <usize>columns << 3);
}

// @ts-ignore: decorator
@inline
function add(a: v128, b: v128): v128 { return f64x2.add(a, b); }
// @ts-ignore: decorator
@inline
function mul(a: v128, b: v128): v128 { return f64x2.mul(a, b); }

/** Two rows of c, four deep. */
// @ts-ignore: decorator
@inline
function twoRowsByFour(c0: usize, c1: usize, a0: usize, a1: usize, aColumn: usize, b0: usize, bRow: usize, columns: i32): void {
  const a00 = v128.load64_splat(a0), a01 = v128.load64_splat(a0 + aColumn), a02 = v128.load64_splat(a0 + 2 * aColumn), a03 = v128.load64_splat(a0 + 3 * aColumn);
  const a10 = v128.load64_splat(a1), a11 = v128.load64_splat(a1 + aColumn), a12 = v128.load64_splat(a1 + 2 * aColumn), a13 = v128.load64_splat(a1 + 3 * aColumn);
  let b1 = b0 + bRow, b2 = b1 + bRow, b3 = b2 + bRow;
  const shift = c1 - c0;
  const end = c0 + (<usize>(columns >> 1) << 4);
  b1 -= b0; b2 -= b0; b3 -= b0;
  for (; c0 < end; c0 += 16, b0 += 16) {
    const x0 = v128.load(b0), x1 = v128.load(b0 + b1), x2 = v128.load(b0 + b2), x3 = v128.load(b0 + b3);
    v128.store(c0, add(v128.load(c0), add(add(add(mul(a00, x0), mul(a01, x1)), mul(a02, x2)), mul(a03, x3))));
    v128.store(c0 + shift, add(v128.load(c0 + shift), add(add(add(mul(a10, x0), mul(a11, x1)), mul(a12, x2)), mul(a13, x3))));
  }
  if (columns & 1) {
    const x0 = load<f64>(b0), x1 = load<f64>(b0 + b1), x2 = load<f64>(b0 + b2), x3 = load<f64>(b0 + b3);
    store<f64>(c0, load<f64>(c0) + (load<f64>(a0) * x0 + load<f64>(a0 + aColumn) * x1 + load<f64>(a0 + 2 * aColumn) * x2 + load<f64>(a0 + 3 * aColumn) * x3));
    store<f64>(c0 + shift, load<f64>(c0 + shift) + (load<f64>(a1) * x0 + load<f64>(a1 + aColumn) * x1 + load<f64>(a1 + 2 * aColumn) * x2 + load<f64>(a1 + 3 * aColumn) * x3));
  }
}

/** One row of c, four deep. */
// @ts-ignore: decorator
@inline
function oneRowByFour(c: usize, a: usize, aColumn: usize, b0: usize, bRow: usize, columns: i32): void {
  const a0 = v128.load64_splat(a), a1 = v128.load64_splat(a + aColumn), a2 = v128.load64_splat(a + 2 * aColumn), a3 = v128.load64_splat(a + 3 * aColumn);
  const b1 = bRow, b2 = 2 * bRow, b3 = 3 * bRow;
  const end = c + (<usize>(columns >> 1) << 4);
  for (; c < end; c += 16, b0 += 16) {
    v128.store(c, add(v128.load(c), add(add(add(mul(a0, v128.load(b0)), mul(a1, v128.load(b0 + b1))), mul(a2, v128.load(b0 + b2))), mul(a3, v128.load(b0 + b3)))));
  }
  if (columns & 1) {
    store<f64>(c, load<f64>(c) + (load<f64>(a) * load<f64>(b0) + load<f64>(a + aColumn) * load<f64>(b0 + b1) + load<f64>(a + 2 * aColumn) * load<f64>(b0 + b2) + load<f64>(a + 3 * aColumn) * load<f64>(b0 + b3)));
  }
}

/** One row of c, one deep: the remainder. */
// @ts-ignore: decorator
@inline
function oneRowByOne(c: usize, a: usize, b: usize, columns: i32): void {
  const factor = v128.load64_splat(a);
  const end = c + (<usize>(columns >> 1) << 4);
  for (; c < end; c += 16, b += 16) v128.store(c, add(v128.load(c), mul(factor, v128.load(b))));
  if (columns & 1) store<f64>(c, load<f64>(c) + load<f64>(a) * load<f64>(b));
}

function multiplyPanel(c: usize, a: usize, b: usize, rows: i32, depth: i32, columns: i32, cRow: usize, aRow: usize, aColumn: usize, bRow: usize): void {
  let i = 0;
  const fours = depth & ~3;
  for (; i + 2 <= rows; i += 2) {
    const c0 = c + <usize>i * cRow;
    const a0 = a + <usize>i * aRow;
    let k = 0;
    for (; k < fours; k += 4) {
      const at = a0 + <usize>k * aColumn;
      twoRowsByFour(c0, c0 + cRow, at, at + aRow, aColumn, b + <usize>k * bRow, bRow, columns);
    }
    for (; k < depth; k++) {
      oneRowByOne(c0, a0 + <usize>k * aColumn, b + <usize>k * bRow, columns);
      oneRowByOne(c0 + cRow, a0 + aRow + <usize>k * aColumn, b + <usize>k * bRow, columns);
    }
  }
  if (i < rows) {
    const c0 = c + <usize>i * cRow;
    const a0 = a + <usize>i * aRow;
    let k = 0;
    for (; k < fours; k += 4) oneRowByFour(c0, a0 + <usize>k * aColumn, aColumn, b + <usize>k * bRow, bRow, columns);
    for (; k < depth; k++) oneRowByOne(c0, a0 + <usize>k * aColumn, b + <usize>k * bRow, columns);
  }
}

/** c (+)= a · b: c and b have neighbouring columns, a any steps (so it may be a transpose). */
export function multiply(c: usize, a: usize, b: usize, rows: i32, depth: i32, columns: i32, cRow: usize, aRow: usize, aColumn: usize, bRow: usize, accumulate: i32): void {
  if (!accumulate) zeroRows(c, rows, columns, cRow);
  if (depth <= PANEL_DEPTH && columns <= PANEL_COLUMNS) {
    multiplyPanel(c, a, b, rows, depth, columns, cRow, aRow, aColumn, bRow);
    return;
  }
  for (let j = 0; j < columns; j += PANEL_COLUMNS) {
    const width = min(PANEL_COLUMNS, columns - j);
    for (let k = 0; k < depth; k += PANEL_DEPTH) {
      multiplyPanel(c + (<usize>j << 3), a + <usize>k * aColumn, b + <usize>k * bRow + (<usize>j << 3), rows, min(PANEL_DEPTH, depth - k), width, cRow, aRow, aColumn, bRow);
    }
  }
}

// @ts-ignore: decorator
@inline
function halves(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

// @ts-ignore: decorator
@inline
function finish(c: usize, sum: v128, a: usize, x: usize, rest: i32, accumulate: i32): void {
  let total = halves(sum);
  if (rest) total += load<f64>(a) * load<f64>(x);
  store<f64>(c, accumulate ? load<f64>(c) + total : total);
}

/** c_i (+)= Σ_k a_{ik} x_k with neighbours along k in both. */
export function dotRows(c: usize, a: usize, x: usize, rows: i32, depth: i32, cRow: usize, aRow: usize, accumulate: i32): void {
  const rest = depth & 1;
  const length = <usize>(depth >> 1) << 4;
  const end = x + length;
  let i = 0;
  for (; i + 8 <= rows; i += 8) {
    let s0 = i64x2.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    const aEnd = a + length;
    let p = x;
    let a4 = a + 4 * aRow;
    for (let q = a; q < aEnd; q += 16, p += 16, a4 += 16) {
      const v = v128.load(p);
      s0 = add(s0, mul(v128.load(q), v));
      s1 = add(s1, mul(v128.load(q + aRow), v));
      s2 = add(s2, mul(v128.load(q + 2 * aRow), v));
      s3 = add(s3, mul(v128.load(q + 3 * aRow), v));
      s4 = add(s4, mul(v128.load(a4), v));
      s5 = add(s5, mul(v128.load(a4 + aRow), v));
      s6 = add(s6, mul(v128.load(a4 + 2 * aRow), v));
      s7 = add(s7, mul(v128.load(a4 + 3 * aRow), v));
    }
    finish(c, s0, aEnd, end, rest, accumulate);
    finish(c + cRow, s1, aEnd + aRow, end, rest, accumulate);
    finish(c + 2 * cRow, s2, aEnd + 2 * aRow, end, rest, accumulate);
    finish(c + 3 * cRow, s3, aEnd + 3 * aRow, end, rest, accumulate);
    finish(c + 4 * cRow, s4, aEnd + 4 * aRow, end, rest, accumulate);
    finish(c + 5 * cRow, s5, aEnd + 5 * aRow, end, rest, accumulate);
    finish(c + 6 * cRow, s6, aEnd + 6 * aRow, end, rest, accumulate);
    finish(c + 7 * cRow, s7, aEnd + 7 * aRow, end, rest, accumulate);
    c += 8 * cRow;
    a += 8 * aRow;
  }
  for (; i + 4 <= rows; i += 4) {
    let s0 = i64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
    const aEnd = a + length;
    let p = x;
    for (let q = a; q < aEnd; q += 16, p += 16) {
      const v = v128.load(p);
      s0 = add(s0, mul(v128.load(q), v));
      s1 = add(s1, mul(v128.load(q + aRow), v));
      s2 = add(s2, mul(v128.load(q + 2 * aRow), v));
      s3 = add(s3, mul(v128.load(q + 3 * aRow), v));
    }
    finish(c, s0, aEnd, end, rest, accumulate);
    finish(c + cRow, s1, aEnd + aRow, end, rest, accumulate);
    finish(c + 2 * cRow, s2, aEnd + 2 * aRow, end, rest, accumulate);
    finish(c + 3 * cRow, s3, aEnd + 3 * aRow, end, rest, accumulate);
    c += 4 * cRow;
    a += 4 * aRow;
  }
  for (; i < rows; i++) {
    let sum = i64x2.splat(0);
    const aEnd = a + length;
    let p = x;
    for (let q = a; q < aEnd; q += 16, p += 16) sum = add(sum, mul(v128.load(q), v128.load(p)));
    finish(c, sum, aEnd, end, rest, accumulate);
    c += cRow;
    a += aRow;
  }
}

/** c_j (+)= Σ_k a_{kj} b_{kj}: neighbours along j. */
export function multiplyLanes(c: usize, a: usize, b: usize, depth: i32, columns: i32, aRow: usize, bRow: usize, accumulate: i32): void {
  if (!accumulate) zeroRows(c, 1, columns, 0);
  const end = c + (<usize>(columns >> 1) << 4);
  for (; c < end; c += 16, a += 16, b += 16) {
    let sum = v128.load(c);
    let p = a, q = b;
    for (let k = 0; k < depth; k++, p += aRow, q += bRow) sum = add(sum, mul(v128.load(p), v128.load(q)));
    v128.store(c, sum);
  }
  if (columns & 1) {
    let sum = load<f64>(c);
    for (let k = 0; k < depth; k++, a += aRow, b += bRow) sum += load<f64>(a) * load<f64>(b);
    store<f64>(c, sum);
  }
}

/** c_j (+)= Σ_k a_{kj}: neighbours along j. */
export function sumRows(c: usize, a: usize, depth: i32, columns: i32, aRow: usize, accumulate: i32): void {
  if (!accumulate) zeroRows(c, 1, columns, 0);
  const end = c + (<usize>(columns >> 1) << 4);
  for (; c < end; c += 16, a += 16) {
    let sum = v128.load(c);
    let p = a;
    for (let k = 0; k < depth; k++, p += aRow) sum = add(sum, v128.load(p));
    v128.store(c, sum);
  }
  if (columns & 1) {
    let sum = load<f64>(c);
    for (let k = 0; k < depth; k++, a += aRow) sum += load<f64>(a);
    store<f64>(c, sum);
  }
}

/** c (+)= Σ_k a_k with neighbours along k, in two interleaved halves. */
export function sumRun(c: usize, a: usize, depth: i32, accumulate: i32): void {
  let sum = i64x2.splat(0);
  const end = a + (<usize>(depth >> 1) << 4);
  for (; a < end; a += 16) sum = add(sum, v128.load(a));
  let total = halves(sum);
  if (depth & 1) total += load<f64>(a);
  store<f64>(c, accumulate ? load<f64>(c) + total : total);
}

/** c_j = max_k a_{kj}; NaN if one of them is. */
export function maxRows(c: usize, a: usize, depth: i32, columns: i32, aRow: usize): void {
  for (let j = 0; j < columns; j++, c += 8, a += 8) {
    let best = load<f64>(a);
    for (let k = 1, p = a + aRow; k < depth; k++, p += aRow) {
      const value = load<f64>(p);
      if (!(value <= best)) best = best == best ? value : best;
    }
    store<f64>(c, best);
  }
}

/** c_{ij} = a_{ij} with any steps in both. */
export function copy(c: usize, a: usize, rows: i32, columns: i32, cRow: usize, cColumn: usize, aRow: usize, aColumn: usize): void {
  for (let i = 0; i < rows; i++, c += cRow, a += aRow) {
    for (let j = 0, p = c, q = a; j < columns; j++, p += cColumn, q += aColumn) store<f64>(p, load<f64>(q));
  }
}
