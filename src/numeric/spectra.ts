/**
 * Singular values and eigenvalues of small dense matrices.
 *
 * Singular values by one-sided Jacobi rotations (Hestenes): columns are turned until they are orthogonal, their lengths are the values; small ones
 * come out with full relative accuracy. Eigenvalues by the QR algorithm with Wilkinson's shifts on a complex Hessenberg matrix. Both bound their sweeps.
 */

import { BudgetError } from '../errors.js';
import type { NumericArray } from './array.js';

export interface Complex {
  readonly re: number;
  readonly im: number;
}

const MOST_SWEEPS = 60;
const MOST_STEPS = 60;
const SMALL = 1e-15;

/** Singular values of an m × n matrix, largest first; a vector is a matrix of one column, a scalar one of one entry. */
export function singularValues({ data, dims }: NumericArray): readonly number[] {
  const [rows, columns] = [dims[0] ?? 1, dims[1] ?? 1];
  const tall = rows >= columns;
  const [m, n] = tall ? [rows, columns] : [columns, rows];
  const columnsOf = Array.from({ length: n }, (_, j) => Float64Array.from({ length: m }, (_, i) => data[tall ? i * columns + j : j * columns + i] ?? 0));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let turned = false;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) if (turn(columnsOf[p] as Float64Array, columnsOf[q] as Float64Array)) turned = true;
    if (!turned) break;
  }
  return columnsOf.map((column) => Math.hypot(...column)).sort((a, b) => b - a);
}

/** Turns two columns in their plane so that they are orthogonal; false where they are so already. */
function turn(a: Float64Array, b: Float64Array): boolean {
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  if (!(Math.abs(ab) > SMALL * Math.sqrt(aa * bb))) return false;
  const half = (bb - aa) / (2 * ab);
  const tangent = (half >= 0 ? 1 : -1) / (Math.abs(half) + Math.hypot(1, half));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = cosine * tangent;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    a[i] = cosine * x - sine * y;
    b[i] = sine * x + cosine * y;
  }
  return true;
}

/** The spectral norm: the largest singular value. */
export const spectralNorm = (matrix: NumericArray): number => singularValues(matrix)[0] ?? 0;

const complex = (re: number, im = 0): Complex => ({ re, im });
const add = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im });
const subtract = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im });
const multiply = (a: Complex, b: Complex): Complex => ({ re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re });
const conjugate = (a: Complex): Complex => ({ re: a.re, im: -a.im });
const scale = (a: Complex, by: number): Complex => ({ re: a.re * by, im: a.im * by });
export const modulus = ({ re, im }: Complex): number => Math.hypot(re, im);

function squareRoot({ re, im }: Complex): Complex {
  const size = Math.hypot(re, im);
  const root = Math.sqrt((size + Math.abs(re)) / 2);
  if (root === 0) return complex(0);
  const other = im / (2 * root);
  return re >= 0 ? complex(root, other) : complex(Math.abs(other), im < 0 ? -root : root);
}

/** Eigenvalues of a square matrix, largest modulus first, those with positive imaginary part before their conjugates. Throws a BudgetError where the iteration does not settle. */
export function eigenvalues({ data, dims }: NumericArray): readonly Complex[] {
  const n = dims[0] ?? 1;
  const h = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => complex(data[i * n + j] ?? 0)));
  toHessenberg(h);
  const size = Math.max(...Array.from(data, Math.abs), Number.MIN_VALUE);
  const found: Complex[] = [];
  let last = n - 1;
  for (let step = 0; last >= 0; ) {
    const start = activeStart(h, last, size);
    if (start === last) {
      found.push(at(h, last, last));
      last -= 1;
      step = 0;
      continue;
    }
    if (++step > MOST_STEPS) throw new BudgetError('The eigenvalues did not settle.');
    // An odd shift now and then leaves circles in which the ordinary one is caught.
    qrStep(h, start, last, step % 11 === 10 ? complex(modulus(at(h, last, last - 1)), modulus(at(h, last, last))) : wilkinson(h, last));
  }
  const clean = found.map(({ re, im }) => complex(re, Math.abs(im) <= 1e-12 * Math.max(size, Math.abs(re)) ? 0 : im));
  return clean.sort((a, b) => modulus(b) - modulus(a) || b.re - a.re || b.im - a.im);
}

type Matrix = Complex[][];
const at = (h: Matrix, i: number, j: number): Complex => h[i]?.[j] ?? complex(0);
const put = (h: Matrix, i: number, j: number, value: Complex): void => {
  (h[i] as Complex[])[j] = value;
};

/** Zeros below the subdiagonal by plane rotations from both sides. */
function toHessenberg(h: Matrix): void {
  const n = h.length;
  for (let column = 0; column < n - 2; column++) {
    for (let row = n - 1; row > column + 1; row--) {
      const rotation = rotationFor(at(h, row - 1, column), at(h, row, column));
      rotateRows(h, row - 1, row, rotation, 0);
      rotateColumns(h, row - 1, row, rotation, n - 1);
    }
  }
}

interface Rotation {
  readonly cosine: number;
  readonly sine: Complex;
}

/** Turns (a, b) into (r, 0). */
function rotationFor(a: Complex, b: Complex): Rotation {
  const [x, y] = [modulus(a), modulus(b)];
  const length = Math.hypot(x, y);
  if (y === 0 || length === 0) return { cosine: 1, sine: complex(0) };
  if (x === 0) return { cosine: 0, sine: scale(conjugate(b), 1 / y) };
  return { cosine: x / length, sine: scale(multiply(a, conjugate(b)), 1 / (x * length)) };
}

function rotateRows(h: Matrix, p: number, q: number, { cosine, sine }: Rotation, from: number): void {
  for (let j = from; j < h.length; j++) {
    const [a, b] = [at(h, p, j), at(h, q, j)];
    put(h, p, j, add(scale(a, cosine), multiply(sine, b)));
    put(h, q, j, subtract(scale(b, cosine), multiply(conjugate(sine), a)));
  }
}

function rotateColumns(h: Matrix, p: number, q: number, { cosine, sine }: Rotation, to: number): void {
  for (let i = 0; i <= to; i++) {
    const [a, b] = [at(h, i, p), at(h, i, q)];
    put(h, i, p, add(scale(a, cosine), multiply(conjugate(sine), b)));
    put(h, i, q, subtract(scale(b, cosine), multiply(sine, a)));
  }
}

/** First row of the block that ends at `last` and does not fall apart. */
function activeStart(h: Matrix, last: number, size: number): number {
  let start = last;
  while (start > 0) {
    const near = modulus(at(h, start, start)) + modulus(at(h, start - 1, start - 1));
    if (modulus(at(h, start, start - 1)) <= SMALL * (near === 0 ? size : near)) {
      put(h, start, start - 1, complex(0));
      break;
    }
    start -= 1;
  }
  return start;
}

/** The eigenvalue of the last 2 × 2 block that is nearer to its corner. */
function wilkinson(h: Matrix, last: number): Complex {
  const [a, b, c, d] = [at(h, last - 1, last - 1), at(h, last - 1, last), at(h, last, last - 1), at(h, last, last)];
  const half = scale(subtract(a, d), 0.5);
  const root = squareRoot(add(multiply(half, half), multiply(b, c)));
  const [plus, minus] = [add(half, root), subtract(half, root)];
  return add(d, modulus(plus) < modulus(minus) ? plus : minus);
}

function qrStep(h: Matrix, start: number, last: number, shift: Complex): void {
  for (let k = start; k <= last; k++) put(h, k, k, subtract(at(h, k, k), shift));
  const rotations: Rotation[] = [];
  for (let k = start; k < last; k++) {
    const rotation = rotationFor(at(h, k, k), at(h, k + 1, k));
    rotateRows(h, k, k + 1, rotation, k);
    rotations.push(rotation);
  }
  rotations.forEach((rotation, offset) => {
    rotateColumns(h, start + offset, start + offset + 1, rotation, Math.min(last, start + offset + 2));
  });
  for (let k = start; k <= last; k++) put(h, k, k, add(at(h, k, k), shift));
}
