/** Entrywise arithmetic of tensors of one shape: what operators' rows are read with. Scalars are stretched. */

import type { Operator, ScalarAlgebra } from '../operators/row.js';
import type { NetworkWorkspace } from './engine.js';
import type { Rational } from './rational.js';
import type { Tensor } from './tensor.js';
import type { Whole } from './whole.js';

export function tensorAlgebra(workspace: NetworkWorkspace, shape: readonly Whole[]): ScalarAlgebra<Tensor> {
  const labels = shape.map((_, axis) => `${axis}`);
  const sizes = new Map(labels.map((label, axis) => [label, shape[axis] as Whole]));
  const multiply = (...factors: readonly Tensor[]): Tensor =>
    workspace.contract(
      labels,
      factors.map((tensor) => ({ tensor, labels: tensor.dims.length === 0 ? [] : labels })),
      sizes,
    );
  const add = (...terms: readonly Tensor[]): Tensor => workspace.add(...terms.map((term) => multiply(term)));
  return {
    number: (value: Rational | number) => workspace.scale(workspace.ones(shape), value),
    add,
    subtract: (a, b) => add(a, workspace.scale(b, -1)),
    multiply,
    divide: (a, b) => multiply(a, workspace.power(b, -1)),
    power: (base, exponent) => workspace.power(base, exponent),
    apply: (operator: Operator, ...args: readonly Tensor[]) => workspace.apply(operator, ...args),
  };
}
