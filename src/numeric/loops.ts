/**
 * Plain kernels: out (+)= scale · Σ left · right over strided loops, and entrywise products.
 *
 * A contraction of two arrays is a list of loops, each with its step in the output and in both arrays. Loops are merged where memory allows it,
 * the two innermost run in one of a few tight forms, the others count like an odometer. The order of summation depends on the loops alone, never on the data.
 */

/** One loop: its length and the step it makes in each array (0 where the array does not have the axis). */
export interface Loop {
  readonly size: number;
  readonly out: number;
  readonly left: number;
  readonly right: number;
}

/** out = scale · …, or out += scale · … when `add`. */
export type Kernel = (out: Float64Array, left: Float64Array, right: Float64Array, scale: number, add: boolean) => void;

/** Joins neighbouring loops that walk memory without a gap in all three arrays, and drops loops of length 1. */
export function mergeLoops(loops: readonly Loop[]): Loop[] {
  const merged: Loop[] = [];
  for (const loop of loops) {
    if (loop.size === 1) continue;
    const outer = merged.at(-1);
    if (outer !== undefined && outer.out === loop.out * loop.size && outer.left === loop.left * loop.size && outer.right === loop.right * loop.size) {
      merged[merged.length - 1] = { ...loop, size: outer.size * loop.size };
    } else merged.push(loop);
  }
  return merged;
}

type Inner = (out: Float64Array, o: number, left: Float64Array, l: number, right: Float64Array, r: number, scale: number, add: boolean) => void;

/** out[i, j] (+)= scale · left · right, nothing summed. */
function productInner(rows: Loop, columns: Loop): Inner {
  if (columns.out === 1 && columns.left === 0 && columns.right === 1) return outerInner(rows, columns.size);
  const { size: m, out: oi, left: li, right: ri } = rows;
  const { size: n, out: oj, left: lj, right: rj } = columns;
  return (out, o, left, l, right, r, scale, add) => {
    for (let i = 0; i < m; i++) {
      let p = o + i * oi;
      let a = l + i * li;
      let b = r + i * ri;
      for (let j = 0; j < n; j++) {
        const product = scale * (left[a] as number) * (right[b] as number);
        out[p] = add ? (out[p] as number) + product : product;
        p += oj;
        a += lj;
        b += rj;
      }
    }
  };
}

/** out[i, j] (+)= (scale · left[i]) · right[j] with j contiguous: the rows of an outer product. */
function outerInner({ size: m, out: oi, left: li, right: ri }: Loop, n: number): Inner {
  return (out, o, left, l, right, r, scale, add) => {
    for (let i = 0; i < m; i++) {
      const factor = scale * (left[l + i * li] as number);
      const p = o + i * oi;
      const b = r + i * ri;
      if (add) for (let j = 0; j < n; j++) out[p + j] = (out[p + j] as number) + factor * (right[b + j] as number);
      else for (let j = 0; j < n; j++) out[p + j] = factor * (right[b + j] as number);
    }
  };
}

/** out[i] (+)= scale · Σ_k left · right: four dot products at a time, each from left to right. */
function dotInner(rows: Loop, summed: Loop): Inner {
  const { size: m, out: oi, left: li, right: ri } = rows;
  const { size: n, left: lk, right: rk } = summed;
  return (out, o, left, l, right, r, scale, add) => {
    let i = 0;
    for (; i + 4 <= m; i += 4) {
      let a = l + i * li;
      let b = r + i * ri;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let k = 0; k < n; k++) {
        s0 += (left[a] as number) * (right[b] as number);
        s1 += (left[a + li] as number) * (right[b + ri] as number);
        s2 += (left[a + 2 * li] as number) * (right[b + 2 * ri] as number);
        s3 += (left[a + 3 * li] as number) * (right[b + 3 * ri] as number);
        a += lk;
        b += rk;
      }
      const p = o + i * oi;
      if (!add) out[p] = out[p + oi] = out[p + 2 * oi] = out[p + 3 * oi] = 0;
      out[p] = (out[p] as number) + scale * s0;
      out[p + oi] = (out[p + oi] as number) + scale * s1;
      out[p + 2 * oi] = (out[p + 2 * oi] as number) + scale * s2;
      out[p + 3 * oi] = (out[p + 3 * oi] as number) + scale * s3;
    }
    for (; i < m; i++) {
      let a = l + i * li;
      let b = r + i * ri;
      let sum = 0;
      for (let k = 0; k < n; k++) {
        sum += (left[a] as number) * (right[b] as number);
        a += lk;
        b += rk;
      }
      const p = o + i * oi;
      out[p] = add ? (out[p] as number) + scale * sum : scale * sum;
    }
  };
}

/** out[i] += (scale · right[k]) · left[k, i] with i contiguous: whole rows are added, four at a time, which is the fast way through a transposed matrix. */
function axpyInner(row: Loop, summed: Loop): Inner {
  const n = row.size;
  const { size: m, left: lk, right: rk } = summed;
  return (out, o, left, l, right, r, scale, add) => {
    if (!add) out.fill(0, o, o + n);
    let k = 0;
    for (; k + 4 <= m; k += 4) {
      const b = r + k * rk;
      const f0 = scale * (right[b] as number);
      const f1 = scale * (right[b + rk] as number);
      const f2 = scale * (right[b + 2 * rk] as number);
      const f3 = scale * (right[b + 3 * rk] as number);
      let a0 = l + k * lk;
      let a1 = a0 + lk;
      let a2 = a1 + lk;
      let a3 = a2 + lk;
      for (let i = o; i < o + n; i++) {
        out[i] = (out[i] as number) + f0 * (left[a0++] as number) + f1 * (left[a1++] as number) + f2 * (left[a2++] as number) + f3 * (left[a3++] as number);
      }
    }
    for (; k < m; k++) {
      const factor = scale * (right[r + k * rk] as number);
      const a = l + k * lk;
      for (let i = 0; i < n; i++) out[o + i] = (out[o + i] as number) + factor * (left[a + i] as number);
    }
  };
}

const NO_LOOP: Loop = { size: 1, out: 0, left: 0, right: 0 };
const swap = ({ size, out, left, right }: Loop): Loop => ({ size, out, left: right, right: left });

/** Runs the inner kernel at every position of the outer loops, last loop fastest. */
function odometer(outer: readonly Loop[], inner: Inner): Kernel {
  if (outer.length === 0) return (out, left, right, scale, add) => inner(out, 0, left, 0, right, 0, scale, add);
  const count = outer.reduce((product, loop) => product * loop.size, 1);
  return (out, left, right, scale, add) => {
    const position = new Int32Array(outer.length);
    let o = 0;
    let l = 0;
    let r = 0;
    for (let done = 0; done < count; done++) {
      inner(out, o, left, l, right, r, scale, add);
      for (let axis = outer.length - 1; axis >= 0; axis--) {
        const loop = outer[axis] as Loop;
        const next = (position[axis] as number) + 1;
        if (next < loop.size) {
          position[axis] = next;
          o += loop.out;
          l += loop.left;
          r += loop.right;
          break;
        }
        position[axis] = 0;
        o -= loop.out * (loop.size - 1);
        l -= loop.left * (loop.size - 1);
        r -= loop.right * (loop.size - 1);
      }
    }
  };
}

const isRow = (loop: Loop): boolean => loop.size >= 4 && loop.out === 1 && loop.left === 1 && loop.right === 0;

/** Kernel for loops over the output's axes (they cover it exactly once) and loops that are summed. */
export function contractionKernel(outputLoops: readonly Loop[], summedLoops: readonly Loop[]): Kernel {
  const free = mergeLoops(outputLoops);
  const summed = mergeLoops(summedLoops);
  if (summed.length === 0) {
    const columns = free.at(-1) ?? NO_LOOP;
    const rows = free.at(-2) ?? NO_LOOP;
    const mirrored = columns.out === 1 && columns.left === 1 && columns.right === 0;
    if (!mirrored) return odometer(free.slice(0, -2), productInner(rows, columns));
    const kernel = odometer(free.slice(0, -2).map(swap), productInner(swap(rows), swap(columns)));
    return (out, left, right, scale, add) => kernel(out, right, left, scale, add);
  }
  const last = summed.at(-1) ?? NO_LOOP;
  const outerSums = summed.slice(0, -1);
  const kernel = withInnerSum(free, last, outerSums);
  if (outerSums.length === 0) return kernel;
  return (out, left, right, scale, add) => {
    if (!add) out.fill(0);
    kernel(out, left, right, scale, true);
  };
}

function withInnerSum(free: readonly Loop[], summed: Loop, outerSums: readonly Loop[]): Kernel {
  const row = free.find(isRow);
  if (row !== undefined) return odometer([...free.filter((loop) => loop !== row), ...outerSums], axpyInner(row, summed));
  const mirrored = free.find((loop) => isRow(swap(loop)));
  if (mirrored !== undefined) {
    const kernel = odometer([...free.filter((loop) => loop !== mirrored), ...outerSums].map(swap), axpyInner(swap(mirrored), swap(summed)));
    return (out, left, right, scale, add) => kernel(out, right, left, scale, add);
  }
  const rows = free.at(-1) ?? NO_LOOP;
  return odometer([...free.slice(0, -1), ...outerSums], dotInner(rows, summed));
}

/** out[i] (+)= scale · Π numerators[i] / Π denominators[i] over whole arrays of one length. */
export function entrywiseProduct(
  out: Float64Array,
  numerators: readonly Float64Array[],
  denominators: readonly Float64Array[],
  scale: number,
  add: boolean,
): void {
  const n = out.length;
  const first = numerators[0];
  const second = numerators[1];
  if (denominators.length === 0 && numerators.length === 2 && first !== undefined && second !== undefined) {
    for (let i = 0; i < n; i++) {
      const product = scale * (first[i] as number) * (second[i] as number);
      out[i] = add ? (out[i] as number) + product : product;
    }
    return;
  }
  for (let i = 0; i < n; i++) {
    let product = scale;
    for (let k = 0; k < numerators.length; k++) product *= (numerators[k] as Float64Array)[i] as number;
    for (let k = 0; k < denominators.length; k++) product /= (denominators[k] as Float64Array)[i] as number;
    out[i] = add ? (out[i] as number) + product : product;
  }
}

/** out[i] (+)= scale · source[i]. */
export function scaledCopy(out: Float64Array, source: Float64Array, scale: number, add: boolean): void {
  const n = out.length;
  if (add) for (let i = 0; i < n; i++) out[i] = (out[i] as number) + scale * (source[i] as number);
  else for (let i = 0; i < n; i++) out[i] = scale * (source[i] as number);
}
