/** Sides of claims as formulas: their shapes made one, and parts of them changed. */

import { InputError, type Region } from '../../errors.js';
import type { Context, Model } from '../../model/index.js';
import type { Tensor, ValueReference, Whole } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';

/** Both sides take the same shape; a number stands for every entry. */
export function conform(left: Formula, right: Formula, context: Context, region: Region): void {
  const [a, b] = [left.shape.dims, right.shape.dims];
  if (a.length === 0 || b.length === 0) return;
  const same = a.length === b.length && a.every((dim, k) => context.solver.unify(dim, b[k] as Whole));
  if (!same)
    throw new InputError({
      ruleId: 'shape-mismatch',
      message: 'The two sides of this claim have different shapes.',
      why: `One has ${a.length} ${a.length === 1 ? 'axis' : 'axes'} (${a.map((dim) => context.solver.resolve(dim).key).join(' × ')}), the other ${b.length} (${b.map((dim) => context.solver.resolve(dim).key).join(' × ')}).`,
      region,
    });
}

/** A number or a smaller tensor in every entry; the leading `letters` axes stay. */
export function stretched(tensor: Tensor, dims: readonly Whole[], model: Model, letters = 0): Tensor {
  if (tensor.dims.length === dims.length) return tensor;
  const labels = dims.map((_, axis) => `${axis}`);
  return model.workspace.contract(
    labels,
    [{ tensor, labels: labels.slice(0, tensor.dims.length === letters ? letters : tensor.dims.length) }],
    new Map(labels.map((label, axis) => [label, dims[axis] as Whole])),
  );
}

export function referenceOf(formula: Formula): ValueReference | undefined {
  const plain = formula.kind === 'transpose' && formula.shape.dims.length < 2 ? formula.of : formula;
  return plain.kind === 'name' && plain.quantity.kind === 'value' ? { name: plain.quantity.name, indices: plain.quantity.indices } : undefined;
}

/** The same formula with each part of it replaced. */
export function mapChildren(formula: Formula, change: (child: Formula) => Formula): Formula {
  switch (formula.kind) {
    case 'sum':
      return { ...formula, terms: formula.terms.map((term) => ({ ...term, formula: change(term.formula) })) };
    case 'product':
      return { ...formula, factors: formula.factors.map(change) };
    case 'inner':
      return { ...formula, left: change(formula.left), right: change(formula.right) };
    case 'quotient':
      return { ...formula, numerator: change(formula.numerator), denominator: change(formula.denominator) };
    case 'power':
      return { ...formula, base: change(formula.base), exponent: change(formula.exponent) };
    case 'apply':
      return { ...formula, args: formula.args.map(change) };
    case 'transpose':
    case 'diagonal':
    case 'reduce':
    case 'entry':
    case 'squareRoot':
      return { ...formula, of: change(formula.of) };
    default:
      return formula;
  }
}
