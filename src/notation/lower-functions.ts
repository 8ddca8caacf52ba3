/** Functions and reductions as index networks: arguments are aligned, derivatives of operators are taken from their rows. */

import { HALF, MINUS_ONE } from '../network/rational.js';
import type { Tensor } from '../network/tensor.js';
import type { Whole } from '../network/whole.js';
import type { Formula } from './formula.js';
import { type Axes, type Lowered, labelled, type Node, own, rankOf, unsupported } from './lower-axes.js';

function aligned(args: readonly Formula[], axes: Axes, dims: readonly Whole[]): { readonly tensors: readonly Tensor[]; readonly letters: readonly string[] } {
  const parts = args.map((arg) => axes.lower(arg));
  const letters = axes.union(parts);
  const tensors = parts.map((part, k) => {
    const rank = rankOf(args[k] ?? (args[0] as Formula));
    return part.letters.length === 0 && rank === 0 ? part.tensor : axes.stretch(part, letters, own(dims.length), dims, own(rank));
  });
  return { tensors, letters };
}

export function lowerApply(formula: Node<'apply'>, axes: Axes): Lowered {
  const { tensors, letters } = aligned(formula.args, axes, formula.shape.dims);
  return { tensor: axes.workspace.apply(formula.operator, ...tensors), letters };
}

/** f⁽ⁿ⁾(a): f of a stand-in is differentiated, the diagonal of the result is taken, and a is put in. */
export function lowerOperatorDerivative(formula: Node<'operatorDerivative'>, axes: Axes): Lowered {
  const { workspace } = axes;
  const of = axes.lower(formula.of);
  const { dims } = of.tensor;
  const labels = own(dims.length);
  let value = workspace.apply(formula.operator, workspace.value(STAND_IN, [], dims));
  for (let order = 0; order < formula.order; order += 1) {
    value = workspace.contract(labels, [{ tensor: workspace.differentiate(value, STAND_IN, [], dims), labels: [...labels, ...labels] }]);
  }
  return { ...of, tensor: workspace.replace(value, (quantity) => (quantity.kind === 'value' && quantity.name === STAND_IN ? of.tensor : undefined)) };
}

const STAND_IN = '\u2022';

export function lowerUnspecified(formula: Node<'unspecified'>, axes: Axes): Lowered {
  const { name, indices, entrywise, wrt } = formula;
  if (entrywise) {
    const { tensors, letters } = aligned(formula.args, axes, formula.shape.dims);
    const dims = tensors[0]?.dims ?? formula.shape.dims;
    return { tensor: axes.workspace.unspecified(name, indices, true, dims, tensors, wrt), letters };
  }
  const parts = formula.args.map((arg) => axes.lower(arg));
  if (parts.some(({ letters }) => letters.length > 0)) return unsupported('An unspecified function of single entries is not read.', formula.region);
  const taken = wrt.reduce((sum, k) => sum + rankOf(formula.args[k] ?? formula), 0);
  const dims = formula.shape.dims.slice(0, formula.shape.dims.length - taken);
  return {
    tensor: axes.workspace.unspecified(
      name,
      indices,
      false,
      dims,
      parts.map(({ tensor }) => tensor),
      wrt,
    ),
    letters: [],
  };
}

export function lowerSoftmax(formula: Node<'softmax'>, axes: Axes): Lowered {
  const of = axes.lower(formula.of);
  const first = of.letters.length;
  const rank = of.tensor.dims.length;
  const order = [...Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== first + formula.axis), first + formula.axis];
  const back = Array.from({ length: rank }, (_, axis) => order.indexOf(axis));
  return { ...of, tensor: axes.workspace.permute(axes.workspace.softmax(axes.workspace.permute(of.tensor, order)), back) };
}

export function lowerReduce(formula: Node<'reduce'>, axes: Axes): Lowered {
  const { workspace } = axes;
  const of = axes.lower(formula.of);
  const rank = rankOf(formula.of);
  const labels = own(rank);
  const total = (value: Lowered): Lowered => axes.contract([], [labelled(value, labels)]);
  const perEntry = formula.of.shape.dims.map((dim) => ({ tensor: workspace.power(workspace.whole(dim), MINUS_ONE), labels: [] }));
  const mean = (value: Lowered): Lowered => axes.contract([], [labelled(value, labels), ...perEntry]);
  const squared = (value: Lowered): Lowered => ({ ...value, tensor: workspace.power(value.tensor, 2) });
  switch (formula.by) {
    case 'sum':
      return total(of);
    case 'rowsum':
      return axes.contract(['0'], [labelled(of, labels)]);
    case 'colsum':
      return axes.contract(['1'], [labelled(of, labels)]);
    case 'mean':
      return mean(of);
    case 'var': {
      const centre = axes.stretch(mean(of), of.letters, labels, formula.of.shape.dims, []);
      return mean(squared({ ...of, tensor: workspace.add(of.tensor, workspace.scale(centre, -1)) }));
    }
    case 'trace':
      return rank === 2 ? axes.contract([], [labelled(of, ['0', '0'])]) : of;
    case 'normSquared':
    case 'frobeniusSquared':
      return total(squared(of));
    case 'norm':
    case 'frobenius': {
      const square = total(squared(of));
      return { ...square, tensor: workspace.power(square.tensor, HALF) };
    }
    case 'spectral':
      return unsupported('The spectral norm of a matrix has no formula here; it is bounded and drawn in `spectrum` blocks.', formula.region);
  }
}

export function lowerDiagonal(formula: Node<'diagonal'>, axes: Axes): Lowered {
  const of = axes.lower(formula.of);
  const [dim] = formula.of.shape.dims;
  if (rankOf(formula.of) === 2 || dim === undefined) return axes.contract(['0'], [labelled(of, ['0', '0'])]);
  return axes.contract(['0', '1'], [labelled(of, ['0']), { tensor: axes.workspace.identity(dim), labels: ['0', '1'] }]);
}
