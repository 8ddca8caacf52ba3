/** One step of an LSTM, forward and backward, as users of mathjs and of ml-matrix write it. */

import { all, create, type FactoryFunctionMap, type Matrix as MathMatrix } from 'mathjs';
import { Matrix } from 'ml-matrix';

const entries = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => Math.sin(3 * i + 5 * j) / 10));
const GATES = ['f', 'i', 'o', 'c'] as const;

export function mathjsStep(n: number, d: number): () => void {
  const math = create(all as FactoryFunctionMap, {});
  const matrix = (rows: number, columns: number): MathMatrix => math.matrix(entries(rows, columns));
  const weights = GATES.map((gate) => ({ gate, W: matrix(n, d), U: matrix(n, n), b: matrix(n, 1) }));
  const [x, h, c, seed] = [matrix(d, 1), matrix(n, 1), matrix(n, 1), matrix(n, 1)];
  const sum = (a: MathMatrix, b: MathMatrix): MathMatrix => math.add(a, b);
  const product = (a: MathMatrix, b: MathMatrix): MathMatrix => math.multiply(a, b);
  const times = (...all: MathMatrix[]): MathMatrix => all.reduce((a, b) => math.dotMultiply(a, b) as MathMatrix);
  const each = (a: MathMatrix, f: (value: number) => number): MathMatrix => math.map(a, f as never) as MathMatrix;
  const turned = (a: MathMatrix): MathMatrix => math.transpose(a);
  return () => {
    const [f, i, o, g] = weights.map(({ gate, W, U, b }) =>
      each(sum(sum(product(W, x), product(U, h)), b), (value) => (gate === 'c' ? Math.tanh(value) : 1 / (1 + Math.exp(-value)))),
    ) as [MathMatrix, MathMatrix, MathMatrix, MathMatrix];
    const cell = sum(times(f, c), times(i, g));
    const squashed = each(cell, Math.tanh);
    const dCell = times(
      seed,
      o,
      each(squashed, (value) => 1 - value * value),
    );
    const slope = (gate: MathMatrix): MathMatrix => each(gate, (value) => value * (1 - value));
    const deltas = [
      times(dCell, c, slope(f)),
      times(dCell, g, slope(i)),
      times(seed, squashed, slope(o)),
      times(
        dCell,
        i,
        each(g, (value) => 1 - value * value),
      ),
    ];
    deltas.map((delta) => ({ W: product(delta, turned(x)), U: product(delta, turned(h)), b: delta }));
    times(o, squashed);
  };
}

export function mlMatrixStep(n: number, d: number): () => void {
  const matrix = (rows: number, columns: number): Matrix => new Matrix(entries(rows, columns));
  const weights = GATES.map((gate) => ({ gate, W: matrix(n, d), U: matrix(n, n), b: matrix(n, 1) }));
  const [x, h, c, seed] = [matrix(d, 1), matrix(n, 1), matrix(n, 1), matrix(n, 1)];
  const each = (a: Matrix, f: (value: number) => number): Matrix =>
    a.clone().apply(function apply(this: Matrix, i: number, j: number) {
      this.set(i, j, f(this.get(i, j)));
    } as never) as Matrix;
  const times = (...all: Matrix[]): Matrix => all.reduce((a, b) => Matrix.mul(a, b));
  return () => {
    const [f, i, o, g] = weights.map(({ gate, W, U, b }) =>
      each(W.mmul(x).add(U.mmul(h)).add(b), (value) => (gate === 'c' ? Math.tanh(value) : 1 / (1 + Math.exp(-value)))),
    ) as [Matrix, Matrix, Matrix, Matrix];
    const cell = times(f, c).add(times(i, g));
    const squashed = each(cell, Math.tanh);
    const dCell = times(
      seed,
      o,
      each(squashed, (value) => 1 - value * value),
    );
    const slope = (gate: Matrix): Matrix => each(gate, (value) => value * (1 - value));
    const deltas = [
      times(dCell, c, slope(f)),
      times(dCell, g, slope(i)),
      times(seed, squashed, slope(o)),
      times(
        dCell,
        i,
        each(g, (value) => 1 - value * value),
      ),
    ];
    deltas.map((delta) => ({ W: delta.mmul(x.transpose()), U: delta.mmul(h.transpose()), b: delta }));
    times(o, squashed);
  };
}

export function mlMatrixProduct(n: number): () => void {
  const [a, b] = [new Matrix(entries(n, n)), new Matrix(entries(n, n))];
  return () => {
    a.mmul(b);
  };
}
