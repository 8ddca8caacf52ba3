/**
 * Formula → Tensor: what a typed formula means as an index network, with true ranks. Row and column disappear here; axis letters become slots.
 */

import { Fault, InputError } from '../errors.js';
import { HALF, MINUS_ONE, type Rational, rational } from '../network/rational.js';
import type { Reach, Tensor, ValueReference } from '../network/tensor.js';
import { addWhole, lettersOf, multiplyWhole, subtractWhole, WHOLE_ONE, WHOLE_ZERO, type Whole, wholeNumber, wholeValue } from '../network/whole.js';
import type { Factor, Workspace } from '../network/workspace.js';
import type { Operator } from '../operators/row.js';
import { OPERATORS } from '../operators/table.js';
import type { Formula } from './formula.js';
import { Axes, type Lowered, type LowerScope, labelled, type Node, own, rankOf, sizesOf, unsupported } from './lower-axes.js';
import { lowerBlockOf, lowerBlocks, lowerRangeBlocks } from './lower-blocks.js';
import { lowerApply, lowerDiagonal, lowerOperatorDerivative, lowerReduce, lowerSoftmax, lowerUnspecified } from './lower-functions.js';
import { lowerAxisSum, lowerCases, lowerEntry, lowerRangeProduct, lowerRangeSum, lowerWhole } from './lower-letters.js';

export type { LowerScope } from './lower-axes.js';

/** Name of the constant π in index networks: a value without indices. */
export const PI = 'pi';

function operatorNamed(name: string): Operator {
  const found = OPERATORS.find((row) => row.name === name);
  if (found === undefined) throw new Fault(`no operator ${name}`);
  return found;
}

// ---------------------------------------------------------------- sums and products

function lowerSum(formula: Node<'sum'>, axes: Axes): Lowered {
  const { dims } = formula.shape;
  const parts = formula.terms.map(({ sign, formula: term }) => ({ sign, term, lowered: axes.lower(term) }));
  const letters = axes.union(parts.map(({ lowered }) => lowered));
  const tensors = parts.map(({ sign, term, lowered }) =>
    axes.workspace.scale(axes.stretch(lowered, letters, own(dims.length), dims, broadcastLabels(term, formula)), sign),
  );
  return { tensor: tensors.length === 0 ? axes.workspace.zero(dims) : axes.workspace.add(...tensors), letters };
}

/** A vector among matrices is added along the axis whose size it has, the last one first. */
function broadcastLabels(term: Formula, sum: Formula): readonly string[] {
  const { dims } = sum.shape;
  if (rankOf(term) !== 1 || dims.length !== 2) return own(rankOf(term));
  const columns = term.shape.dims[0]?.key === dims[1]?.key && !(term.shape.orientation === 'column' && term.shape.dims[0]?.key === dims[0]?.key);
  return [columns ? '1' : '0'];
}

const misfit = (): InputError => new InputError({ ruleId: 'ill-shaped', message: 'The factors of this product do not fit each other.' });

/** A chain of matrices, rows and columns: neighbours share a label, the open ends stay. */
function lowerChain({ factors, shape }: Node<'product'>, axes: Axes): Lowered {
  const parts: Factor[] = [];
  const ends: string[] = [];
  // In code a product that is a vector has no orientation, whatever is put into it.
  const isCode = shape.dims.length === 1 && shape.orientation === undefined;
  let open: string | undefined;
  let [openDim, endDim]: (Whole | undefined)[] = [];
  factors.forEach((factor, k) => {
    const lowered = axes.lower(factor);
    const rank = rankOf(factor);
    const own = isCode ? undefined : factor.shape.orientation;
    // Without an orientation a vector takes the axis that is open, and what is left of the product is a vector again, with its only axis open.
    const lies = own ?? (open === undefined ? 'row' : 'column');
    const left = rank === 2 || (rank === 1 && lies === 'column') ? (open ?? `l${k}`) : undefined;
    const right = rank === 2 || (rank === 1 && lies === 'row') ? `r${k}` : undefined;
    if (left !== undefined && left !== open) ends.push(left);
    else if (left !== undefined && factor.shape.dims[0]?.key !== openDim?.key) throw misfit();
    parts.push(
      labelled(
        lowered,
        [left, right].filter((label) => label !== undefined),
      ),
    );
    if (rank > 0) open = right ?? (rank === 1 && own === undefined && k < factors.length - 1 ? ends.pop() : undefined);
    if (right !== undefined) openDim = factor.shape.dims.at(-1);
    else if (open !== undefined && rank > 0) openDim = endDim;
    if (left !== undefined && ends.at(-1) === left) endDim = factor.shape.dims[0];
  });
  if (open !== undefined) ends.push(open);
  if (ends.length !== shape.dims.length) throw misfit();
  return axes.contract(ends, parts);
}

function lowerProduct(formula: Node<'product'>, axes: Axes): Lowered {
  if (formula.style === 'matrix') return lowerChain(formula, axes);
  return axes.contract(
    own(rankOf(formula)),
    formula.factors.map((factor) => labelled(axes.lower(factor), own(rankOf(factor)))),
    sizesOf(formula),
  );
}

function lowerQuotient(formula: Node<'quotient'>, axes: Axes): Lowered {
  const [top, bottom] = [axes.lower(formula.numerator), axes.lower(formula.denominator)];
  const inverse: Lowered = { ...bottom, tensor: axes.workspace.power(bottom.tensor, MINUS_ONE) };
  return axes.contract(
    own(rankOf(formula)),
    [labelled(top, own(rankOf(formula.numerator))), labelled(inverse, own(rankOf(formula.denominator)))],
    sizesOf(formula),
  );
}

// ---------------------------------------------------------------- powers

/** The exact number that an exponent is. */
function rationalOf(formula: Formula): Rational | undefined {
  switch (formula.kind) {
    case 'number':
      return formula.value;
    case 'whole': {
      const value = wholeValue(formula.value);
      return value === undefined ? undefined : rational(value);
    }
    case 'sum': {
      let sum = rational(0);
      for (const { sign, formula: term } of formula.terms) {
        const value = rationalOf(term);
        if (value === undefined) return undefined;
        sum = rational(sum.numerator * value.denominator + BigInt(sign) * value.numerator * sum.denominator, sum.denominator * value.denominator);
      }
      return sum;
    }
    case 'quotient': {
      const [top, bottom] = [rationalOf(formula.numerator), rationalOf(formula.denominator)];
      return top === undefined || bottom === undefined ? undefined : rational(top.numerator * bottom.denominator, top.denominator * bottom.numerator);
    }
    default:
      return undefined;
  }
}

/** The whole-number expression that an exponent is: T − t, k. */
function wholeOf(formula: Formula): Whole | undefined {
  switch (formula.kind) {
    case 'whole':
      return formula.value;
    case 'number':
      return formula.value.denominator === 1n ? wholeNumber(Number(formula.value.numerator)) : undefined;
    case 'sum': {
      let sum = WHOLE_ZERO;
      for (const { sign, formula: term } of formula.terms) {
        const value = wholeOf(term);
        if (value === undefined) return undefined;
        sum = sign === 1 ? addWhole(sum, value) : subtractWhole(sum, value);
      }
      return sum;
    }
    case 'product':
      return formula.factors
        .map(wholeOf)
        .reduce((product, factor) => (product === undefined || factor === undefined ? undefined : multiplyWhole(product, factor)), WHOLE_ONE);
    default:
      return undefined;
  }
}

function lowerPower(formula: Node<'power'>, axes: Axes): Lowered {
  const base = axes.lower(formula.base);
  const exact = rationalOf(formula.exponent);
  if (formula.style !== 'matrix' && exact !== undefined) return { ...base, tensor: axes.workspace.power(base.tensor, exact) };
  const whole = wholeOf(formula.exponent);
  const mentionsAxis = whole !== undefined && [...lettersOf(whole)].some((letter) => axes.sizeOf(letter) !== undefined);
  if (whole !== undefined && base.letters.length === 0 && !mentionsAxis && formula.style !== 'entrywise')
    return { ...base, tensor: axes.workspace.matrixPower(base.tensor, whole) };
  if (formula.style === 'matrix') return unsupported('The exponent of a matrix is a whole number.', formula.region);
  // a^p = exp(p log a), where the exponent is neither an exact number nor a length.
  const log: Lowered = { ...base, tensor: axes.workspace.apply(operatorNamed('log'), base.tensor) };
  const scaled = axes.contract(own(rankOf(formula)), [labelled(log, own(rankOf(formula.base))), labelled(axes.lower(formula.exponent), [])], sizesOf(formula));
  return { ...scaled, tensor: axes.workspace.apply(operatorNamed('exp'), scaled.tensor) };
}

// ---------------------------------------------------------------- derivatives

function referenceOf(formula: Formula): ValueReference | undefined {
  if (formula.kind === 'transpose') return referenceOf(formula.of);
  return formula.kind === 'name' && formula.quantity.kind === 'value' ? { name: formula.quantity.name, indices: formula.quantity.indices } : undefined;
}

/** Between neighbouring steps a partial reaches over one step, between others over all (contract §3). */
function defaultReach(of: ValueReference, by: ValueReference): Reach {
  if (by.indices.length === 0 || of.indices.length === 0) return 'total';
  const near = of.indices.every((index, k) => {
    const other = by.indices[k];
    const difference = other === undefined ? undefined : wholeValue(subtractWhole(index, other));
    return difference !== undefined && Math.abs(difference) <= 1;
  });
  return near ? 'step' : 'total';
}

function lowerDerivative(formula: Node<'derivative'>, axes: Axes): Lowered {
  const { workspace } = axes;
  const of = referenceOf(formula.of);
  const by = formula.by.map(referenceOf);
  const [first] = by;
  const dims = formula.by[0]?.shape.dims ?? [];
  if (first === undefined || by.includes(undefined)) return unsupported('A derivative is taken with respect to a declared name here.', formula.region);
  if (of !== undefined && by.length === 1) {
    if (rankOf(formula.of) === 0 && (formula.reach === undefined || formula.reach === 'total') && formula.holding === undefined) {
      const target = of.name === axes.scope.loss && of.indices.length === 0 ? {} : { target: of };
      return { tensor: workspace.symbol({ kind: 'adjoint', ...target, ...first }, dims), letters: [] };
    }
    if (formula.holding === undefined) {
      const reach = formula.reach ?? defaultReach(of, first);
      return { tensor: workspace.symbol({ kind: 'partial', numerator: of, denominator: first, reach }, [...formula.of.shape.dims, ...dims]), letters: [] };
    }
  }
  if (formula.holding !== undefined || of !== undefined) return unsupported('This derivative has no meaning inside an equation.', formula.region);
  let value = axes.lower(formula.of).tensor;
  by.forEach((reference, k) => {
    if (reference !== undefined) value = workspace.differentiate(value, reference.name, reference.indices, formula.by[k]?.shape.dims ?? []);
  });
  return { tensor: value, letters: [] };
}

// ---------------------------------------------------------------- all nodes

/** A formula inside a scope of axis letters. */
function lowerIn(formula: Formula, axes: Axes): Lowered {
  const { workspace } = axes;
  const plain = (tensor: Tensor): Lowered => ({ tensor, letters: [] });
  const { dims } = formula.shape;
  switch (formula.kind) {
    case 'number':
      return plain(workspace.number(formula.value));
    case 'constant':
      return plain(workspace.value(PI, [], []));
    case 'whole':
      return lowerWhole(formula.value, axes);
    case 'name':
      return plain(workspace.symbol(formula.quantity, dims));
    case 'sum':
      return lowerSum(formula, axes);
    case 'product':
      return lowerProduct(formula, axes);
    case 'inner':
      return axes.contract(
        [],
        [labelled(axes.lower(formula.left), own(rankOf(formula.left))), labelled(axes.lower(formula.right), own(rankOf(formula.right)))],
      );
    case 'quotient':
      return lowerQuotient(formula, axes);
    case 'power':
      return lowerPower(formula, axes);
    case 'squareRoot': {
      const of = axes.lower(formula.of);
      return { ...of, tensor: workspace.power(of.tensor, HALF) };
    }
    case 'transpose':
      return rankOf(formula) < 2 ? axes.lower(formula.of) : axes.contract(['0', '1'], [labelled(axes.lower(formula.of), ['1', '0'])]);
    case 'diagonal':
      return lowerDiagonal(formula, axes);
    case 'apply':
      return lowerApply(formula, axes);
    case 'operatorDerivative':
      return lowerOperatorDerivative(formula, axes);
    case 'unspecified':
      return lowerUnspecified(formula, axes);
    case 'softmax':
      return lowerSoftmax(formula, axes);
    case 'reduce':
      return lowerReduce(formula, axes);
    case 'rangeSum':
      return lowerRangeSum(formula, axes);
    case 'axisSum':
      return lowerAxisSum(formula, axes);
    case 'rangeProduct':
      return lowerRangeProduct(formula, axes);
    case 'ones':
      return plain(workspace.ones(dims));
    case 'zeros':
      return plain(workspace.zero(dims));
    case 'identity':
      return plain(workspace.identity(dims[0] ?? WHOLE_ONE));
    case 'blocks':
      return lowerBlocks(formula, axes);
    case 'rangeBlocks':
      return lowerRangeBlocks(formula, axes);
    case 'blockOf':
      return lowerBlockOf(formula, axes);
    case 'entry':
      return lowerEntry(formula, axes);
    case 'kronecker':
      return axes.contract([], [axes.equal(formula.left, formula.right)]);
    case 'cases':
      return lowerCases(formula, axes);
    case 'held': {
      const of = axes.lower(formula.of);
      return { ...of, tensor: workspace.held(of.tensor) };
    }
    case 'derivative':
      return lowerDerivative(formula, axes);
  }
}

/**
 * The index network that a formula means. Slots: the axis letters of `scope.axes` in their order, then the formula's own axes.
 * Throws an InputError where a formula has no meaning as a network (a spectral norm, a product over single entries).
 */
export function lower(formula: Formula, workspace: Workspace, scope: LowerScope = {}): Tensor {
  const axes = new Axes(workspace, scope, lowerIn);
  const letters = [...(scope.axes?.keys() ?? [])];
  return axes.stretch(axes.lower(formula), letters, own(rankOf(formula)), formula.shape.dims);
}
