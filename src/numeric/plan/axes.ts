/** The axes of pointwise operations: axes of length 1 go, neighbouring axes that every operand walks without a gap become one. */

import type { Operation } from './operations.js';

export type PointwiseOperation = Extract<Operation, { readonly kind: 'pointwise' }>;

export interface Walk {
  readonly axes: readonly number[];
  /** Per operand, per axis. */
  readonly strides: readonly (readonly number[])[];
}

/** At least one axis remains. The order in which points are visited does not matter to pointwise code. */
export function mergedWalk(operation: PointwiseOperation): Walk {
  const axes: number[] = [];
  const strides: number[][] = operation.operands.map(() => []);
  operation.axes.forEach((extent, axis) => {
    if (extent === 1) return;
    const gapless = axes.length > 0 && operation.operands.every((operand, k) => strides[k]?.at(-1) === (operand.strides[axis] as number) * extent);
    if (gapless) axes[axes.length - 1] = (axes.at(-1) as number) * extent;
    else axes.push(extent);
    operation.operands.forEach((operand, k) => {
      const own = strides[k] as number[];
      if (gapless) own[own.length - 1] = operand.strides[axis] as number;
      else own.push(operand.strides[axis] as number);
    });
  });
  if (axes.length === 0) return { axes: [1], strides: operation.operands.map(() => [0]) };
  return { axes, strides };
}
