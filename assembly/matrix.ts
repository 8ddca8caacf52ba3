/**
 * Matrix kernels on doubles in memory, two at a time: addresses and steps are in bytes. Each adds in exactly the order of its counterpart in
 * src/numeric/kernels/matrix.ts: along the depth from left to right; sums over neighbours in two interleaved halves.
 */

/** Eight columns of the right factor, this deep, are copied side by side into scratch memory when many rows pass over them. */
const PANEL_DEPTH: i32 = 256;
const MANY_ROWS: i32 = 16;
/** In the reserved first bytes of memory, behind the tables. */
const SCRATCH: usize = 32768;

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

/** c[2 × 8] += a[2 × depth] · b[depth × 8]: eight running sums in registers. */
// @ts-ignore: decorator
@inline
function tileTwoByEight(c: usize, cRow: usize, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, depth: i32): void {
  const c1 = c + cRow;
  let a1 = a + aRow;
  let s0 = v128.load(c), s1 = v128.load(c, 16), s2 = v128.load(c, 32), s3 = v128.load(c, 48);
  let t0 = v128.load(c1), t1 = v128.load(c1, 16), t2 = v128.load(c1, 32), t3 = v128.load(c1, 48);
  for (let k = depth; k > 0; k--) {
    const f = v128.load64_splat(a), g = v128.load64_splat(a1);
    let x = v128.load(b);
    s0 = add(s0, mul(f, x)); t0 = add(t0, mul(g, x));
    x = v128.load(b, 16);
    s1 = add(s1, mul(f, x)); t1 = add(t1, mul(g, x));
    x = v128.load(b, 32);
    s2 = add(s2, mul(f, x)); t2 = add(t2, mul(g, x));
    x = v128.load(b, 48);
    s3 = add(s3, mul(f, x)); t3 = add(t3, mul(g, x));
    a += aColumn; a1 += aColumn; b += bRow;
  }
  v128.store(c, s0); v128.store(c, s1, 16); v128.store(c, s2, 32); v128.store(c, s3, 48);
  v128.store(c1, t0); v128.store(c1, t1, 16); v128.store(c1, t2, 32); v128.store(c1, t3, 48);
}

/** One row of c, eight deep at a time: c stays in the cache, and eight rows of b stream by. */
function oneRow(c: usize, a: usize, aColumn: usize, b: usize, bRow: usize, depth: i32, columns: i32): void {
  const end = c + (<usize>(columns >> 1) << 4);
  const twice = 2 * bRow, thrice = 3 * bRow, fourfold = 4 * bRow;
  for (; depth >= 8; depth -= 8, a += 8 * aColumn, b += 8 * bRow) {
    const half = a + 4 * aColumn;
    const a0 = v128.load64_splat(a), a1 = v128.load64_splat(a + aColumn), a2 = v128.load64_splat(a + 2 * aColumn), a3 = v128.load64_splat(a + 3 * aColumn);
    const a4 = v128.load64_splat(half), a5 = v128.load64_splat(half + aColumn), a6 = v128.load64_splat(half + 2 * aColumn), a7 = v128.load64_splat(half + 3 * aColumn);
    let q = b, r = b + fourfold, p = c;
    for (; p < end; p += 16, q += 16, r += 16) {
      let s = add(v128.load(p), mul(a0, v128.load(q)));
      s = add(add(add(s, mul(a1, v128.load(q + bRow))), mul(a2, v128.load(q + twice))), mul(a3, v128.load(q + thrice)));
      s = add(add(add(add(s, mul(a4, v128.load(r))), mul(a5, v128.load(r + bRow))), mul(a6, v128.load(r + twice))), mul(a7, v128.load(r + thrice)));
      v128.store(p, s);
    }
    if (columns & 1) addProducts(p, a, aColumn, q, bRow, 8);
  }
  for (; depth >= 2; depth -= 2, a += 2 * aColumn, b += 2 * bRow) {
    const a0 = v128.load64_splat(a), a1 = v128.load64_splat(a + aColumn);
    let q = b, p = c;
    for (; p < end; p += 16, q += 16) v128.store(p, add(add(v128.load(p), mul(a0, v128.load(q))), mul(a1, v128.load(q + bRow))));
    if (columns & 1) addProducts(p, a, aColumn, q, bRow, 2);
  }
  if (depth > 0) {
    const a0 = v128.load64_splat(a);
    let q = b, p = c;
    for (; p < end; p += 16, q += 16) v128.store(p, add(v128.load(p), mul(a0, v128.load(q))));
    if (columns & 1) addProducts(p, a, aColumn, q, bRow, 1);
  }
}

/** One element of c. */
function addProducts(c: usize, a: usize, aColumn: usize, b: usize, bRow: usize, depth: i32): void {
  let s = load<f64>(c);
  for (; depth > 0; depth--, a += aColumn, b += bRow) s += load<f64>(a) * load<f64>(b);
  store<f64>(c, s);
}

/** c[1 × 8] += a[1 × depth] · b[depth × 8]. */
function rowByEight(c: usize, a: usize, aColumn: usize, b: usize, bRow: usize, depth: i32): void {
  let s0 = v128.load(c), s1 = v128.load(c, 16), s2 = v128.load(c, 32), s3 = v128.load(c, 48);
  for (let k = depth; k > 0; k--) {
    const f = v128.load64_splat(a);
    s0 = add(s0, mul(f, v128.load(b))); s1 = add(s1, mul(f, v128.load(b, 16)));
    s2 = add(s2, mul(f, v128.load(b, 32))); s3 = add(s3, mul(f, v128.load(b, 48)));
    a += aColumn; b += bRow;
  }
  v128.store(c, s0); v128.store(c, s1, 16); v128.store(c, s2, 32); v128.store(c, s3, 48);
}

/** Up to seven columns: four rows at a time, two columns, then one. */
function narrow(c: usize, cRow: usize, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, rows: i32, depth: i32, columns: i32): void {
  for (; columns >= 2; columns -= 2, c += 16, b += 16) {
    let ci = c, ai = a, i = rows;
    for (; i >= 4; i -= 4) {
      const c1 = ci + cRow, c2 = c1 + cRow, c3 = c2 + cRow;
      let s0 = v128.load(ci), s1 = v128.load(c1), s2 = v128.load(c2), s3 = v128.load(c3);
      let p0 = ai, p1 = ai + aRow, p2 = p1 + aRow, p3 = p2 + aRow, q = b;
      for (let k = depth; k > 0; k--) {
        const x = v128.load(q);
        s0 = add(s0, mul(v128.load64_splat(p0), x)); s1 = add(s1, mul(v128.load64_splat(p1), x));
        s2 = add(s2, mul(v128.load64_splat(p2), x)); s3 = add(s3, mul(v128.load64_splat(p3), x));
        p0 += aColumn; p1 += aColumn; p2 += aColumn; p3 += aColumn; q += bRow;
      }
      v128.store(ci, s0); v128.store(c1, s1); v128.store(c2, s2); v128.store(c3, s3);
      ci += 4 * cRow; ai += 4 * aRow;
    }
    for (; i > 0; i--, ci += cRow, ai += aRow) {
      let s = v128.load(ci);
      for (let k = depth, p = ai, q = b; k > 0; k--, p += aColumn, q += bRow) s = add(s, mul(v128.load64_splat(p), v128.load(q)));
      v128.store(ci, s);
    }
  }
  if (columns == 0) return;
  for (let i = rows; i > 0; i--, c += cRow, a += aRow) addProducts(c, a, aColumn, b, bRow, depth);
}

/** Eight columns of all rows; b's rows are `bRow` apart. */
// @ts-ignore: decorator
@inline
function eightColumns(c: usize, cRow: usize, a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, rows: i32, depth: i32): void {
  let i = rows;
  for (; i >= 2; i -= 2, c += 2 * cRow, a += 2 * aRow) tileTwoByEight(c, cRow, a, aRow, aColumn, b, bRow, depth);
  if (i > 0) rowByEight(c, a, aColumn, b, bRow, depth);
}

function copyPanel(b: usize, bRow: usize, depth: i32): void {
  let p: usize = SCRATCH;
  for (let k = depth; k > 0; k--, b += bRow, p += 64) {
    v128.store(p, v128.load(b)); v128.store(p, v128.load(b, 16), 16);
    v128.store(p, v128.load(b, 32), 32); v128.store(p, v128.load(b, 48), 48);
  }
}

function manyRows(c: usize, a: usize, b: usize, rows: i32, depth: i32, columns: i32, cRow: usize, aRow: usize, aColumn: usize, bRow: usize): void {
  for (let k = 0; k < depth; k += PANEL_DEPTH) {
    const part = min(PANEL_DEPTH, depth - k);
    const ak = a + <usize>k * aColumn;
    let bj = b + <usize>k * bRow, cj = c, j = columns;
    for (; j >= 8; j -= 8, bj += 64, cj += 64) {
      copyPanel(bj, bRow, part);
      eightColumns(cj, cRow, ak, aRow, aColumn, SCRATCH, 64, rows, part);
    }
    if (j > 0) narrow(cj, cRow, ak, aRow, aColumn, bj, bRow, rows, part, j);
  }
}

/** c (+)= a · b: c and b have neighbouring columns, a any steps (so it may be a transpose). Each sum runs along the depth from left to right. */
export function multiply(c: usize, a: usize, b: usize, rows: i32, depth: i32, columns: i32, cRow: usize, aRow: usize, aColumn: usize, bRow: usize, accumulate: i32): void {
  if (!accumulate) zeroRows(c, rows, columns, cRow);
  if (rows == 1) {
    oneRow(c, a, aColumn, b, bRow, depth, columns);
    return;
  }
  if (rows >= MANY_ROWS) {
    manyRows(c, a, b, rows, depth, columns, cRow, aRow, aColumn, bRow);
    return;
  }
  for (; columns >= 8; columns -= 8, c += 64, b += 64) eightColumns(c, cRow, a, aRow, aColumn, b, bRow, rows, depth);
  if (columns > 0) narrow(c, cRow, a, aRow, aColumn, b, bRow, rows, depth, columns);
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

/** Columns that a transposing copy takes at a time: as many doubles as a line of the cache holds. */
const COPY_COLUMNS: i32 = 8;

/** c_{ij} = a_{ij} with any steps in both. */
export function copy(c: usize, a: usize, rows: i32, columns: i32, cRow: usize, cColumn: usize, aRow: usize, aColumn: usize): void {
  for (let j = 0; j < columns; j += COPY_COLUMNS, c += COPY_COLUMNS * cColumn, a += COPY_COLUMNS * aColumn) {
    const width = min(COPY_COLUMNS, columns - j);
    for (let i = 0, ci = c, ai = a; i < rows; i++, ci += cRow, ai += aRow) {
      for (let k = 0, p = ci, q = ai; k < width; k++, p += cColumn, q += aColumn) store<f64>(p, load<f64>(q));
    }
  }
}
