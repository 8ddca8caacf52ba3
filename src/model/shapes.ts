/**
 * Shapes of formulas: how a vector stands in a product, what two shapes give together, and how a shape is said in words.
 * Sizes are compared through the solver, so that a shape that was left out is determined by the place it stands in.
 */

import { WHOLE_ONE, type Whole, wholeLetter } from '../network/whole.js';
import type { Formula, Orientation, Shape } from '../notation/formula.js';
import type { SizeSolver } from './sizes.js';

export const SCALAR: Shape = { dims: [] };
export const vectorShape = (dim: Whole, orientation: Orientation | undefined): Shape =>
  orientation === undefined ? { dims: [dim] } : { dims: [dim], orientation };
export const matrixShape = (rows: Whole, columns: Whole): Shape => ({ dims: [rows, columns] });
export const rankOf = (shape: Shape): number => shape.dims.length;
export const isScalar = (formula: { readonly shape: Shape }): boolean => formula.shape.dims.length === 0;

export const turned = (orientation: Orientation | undefined): Orientation | undefined =>
  orientation === undefined ? undefined : orientation === 'row' ? 'column' : 'row';

/** Rows and columns as a factor of a matrix product: a column is n × 1, a row 1 × n. Vectors of code lines lie as their side of the product wants. */
export function asMatrix(shape: Shape, side: 'left' | 'right'): readonly [Whole, Whole] {
  const [first, second] = shape.dims;
  if (first === undefined) return [WHOLE_ONE, WHOLE_ONE];
  if (second !== undefined) return [first, second];
  const row = shape.orientation === undefined ? side === 'left' : shape.orientation === 'row';
  return row ? [WHOLE_ONE, first] : [first, WHOLE_ONE];
}

/** A size or index as people write it: `n+d`, `2n`, `t−1`; positive monomials first, letters before numbers. */
export function wholeText(whole: Whole): string {
  const ordered = [...whole.monomials].sort((a, b) => b.letters.length - a.letters.length || Number(b.coefficient > 0) - Number(a.coefficient > 0));
  const parts = ordered.map(({ coefficient, letters }, index) => {
    const size = Math.abs(coefficient);
    const body = letters.length === 0 ? String(size) : `${size === 1 ? '' : size}${letters.join('·')}`;
    return `${coefficient < 0 ? '−' : index > 0 ? '+' : ''}${body}`;
  });
  return parts.length === 0 ? '0' : parts.join('');
}

const UNKNOWN_SIZE = wholeLetter('…');

/** `a row of length n (1 × n)`, `an n × d matrix`, `a scalar`. */
export function describeShape(shape: Shape, solver?: SizeSolver): string {
  const sizes = shape.dims.map((dim) => {
    const resolved = solver === undefined ? dim : solver.resolve(dim);
    return wholeText(solver !== undefined && solver.unknownsOf(dim).length > 0 ? UNKNOWN_SIZE : resolved);
  });
  switch (sizes.length) {
    case 0:
      return 'a scalar';
    case 1:
      if (shape.orientation === undefined) return `a vector of length ${sizes[0]}`;
      return shape.orientation === 'row' ? `a row (1 × ${sizes[0]})` : `a column (${sizes[0]} × 1)`;
    default:
      return `${/^[aefhilmnorsx8]$/.test(sizes[0]?.[0] ?? '') ? 'an' : 'a'} ${sizes.join(' × ')} ${sizes.length === 2 ? 'matrix' : 'array'}`;
  }
}

/** Makes two shapes equal, sizes and orientation; false when they cannot be. Bindings of a failed attempt are undone. */
export function unifyShapes(a: Shape, b: Shape, solver: SizeSolver): boolean {
  if (a.dims.length !== b.dims.length) return false;
  if (a.dims.length === 1 && a.orientation !== undefined && b.orientation !== undefined && a.orientation !== b.orientation) return false;
  return unifyDims(a.dims, b.dims, solver);
}

export function unifyDims(a: readonly Whole[], b: readonly Whole[], solver: SizeSolver): boolean {
  if (a.length !== b.length) return false;
  const mark = solver.mark();
  const conform = a.every((dim, k) => solver.unify(dim, b[k] ?? dim));
  if (!conform) solver.undo(mark);
  return conform;
}

/** The shape with everything put in that the solver knows. */
export function resolveShape(shape: Shape, solver: SizeSolver): Shape {
  return { ...shape, dims: shape.dims.map((dim) => solver.resolve(dim)) };
}

/** A formula stands for ones, zeros or an identity whose size the place it stands in must give. */
export const takesAnyShape = (formula: Formula): boolean => formula.kind === 'ones' || formula.kind === 'zeros';
