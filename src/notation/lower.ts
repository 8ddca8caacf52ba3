/**
 * Formula → Tensor: what a typed formula means as an index network, with true ranks. Row and column disappear here; axis letters become slots.
 */

import { Fault } from '../errors.js';
import { HALF, MINUS_ONE, type Rational, rational } from '../network/rational.js';
import type { Reach, Tensor, ValueReference } from '../network/tensor.js';
import {
  addWhole,
  lettersOf,
  multiplyWhole,
  subtractWhole,
  WHOLE_ONE,
  WHOLE_ZERO,
  type Whole,
  wholeLetter,
  wholeNumber,
  wholeValue,
} from '../network/whole.js';
import type { Factor, Workspace } from '../network/workspace.js';
import type { Operator } from '../operators/row.js';
import { OPERATORS } from '../operators/table.js';
import type { Formula, FormulaNode } from './formula.js';
import { Axes, type Lowered, type LowerScope, labelled, unsupported } from './lower-axes.js';
import { lowerBlockOf, lowerBlocks, lowerRangeBlocks } from './lower-blocks.js';

export type { LowerScope } from './lower-axes.js';

type Node<K extends FormulaNode['kind']> = Extract<Formula, { readonly kind: K }>;

/** Name of the constant π in index networks: a value without indices. */
export const PI = 'pi';

const own = (rank: number): readonly string[] => Array.from({ length: rank }, (_, axis) => `${axis}`);
const rankOf = (formula: Formula): number => formula.shape.dims.length;

function operatorNamed(name: string): Operator {
  const found = OPERATORS.find((row) => row.name === name);
  if (found === undefined) throw new Fault(`no operator ${name}`);
  return found;
}

// ---------------------------------------------------------------- sums and products

function lowerSum(formula: Node<'sum'>, axes: Axes): Lowered {
  const { dims } = formula.shape;
  const parts = formula.terms.map(({ sign, formula: term }) => ({ sign, term, lowered: lowerIn(term, axes) }));
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

/** A chain of matrices, rows and columns: neighbours share a label, the open ends stay. */
function lowerChain(factors: readonly Formula[], axes: Axes): Lowered {
  const parts: Factor[] = [];
  const ends: string[] = [];
  let open: string | undefined;
  factors.forEach((factor, k) => {
    const lowered = lowerIn(factor, axes);
    const rank = rankOf(factor);
    const lies = factor.shape.orientation ?? (k === 0 ? 'row' : 'column');
    const left = rank === 2 || (rank === 1 && lies === 'column') ? (open ?? `l${k}`) : undefined;
    const right = rank === 2 || (rank === 1 && lies === 'row') ? `r${k}` : undefined;
    if (left !== undefined && left !== open) ends.push(left);
    parts.push(
      labelled(
        lowered,
        [left, right].filter((label) => label !== undefined),
      ),
    );
    if (rank > 0) open = right;
  });
  if (open !== undefined) ends.push(open);
  return axes.contract(ends, parts);
}

function lowerProduct(formula: Node<'product'>, axes: Axes): Lowered {
  if (formula.style === 'matrix') return lowerChain(formula.factors, axes);
  return axes.contract(
    own(rankOf(formula)),
    formula.factors.map((factor) => labelled(lowerIn(factor, axes), own(rankOf(factor)))),
    sizesOf(formula),
  );
}

const sizesOf = (formula: Formula): ReadonlyMap<string, Whole> => new Map(formula.shape.dims.map((dim, axis) => [`${axis}`, dim]));

function lowerQuotient(formula: Node<'quotient'>, axes: Axes): Lowered {
  const [top, bottom] = [lowerIn(formula.numerator, axes), lowerIn(formula.denominator, axes)];
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
  const base = lowerIn(formula.base, axes);
  const exact = rationalOf(formula.exponent);
  if (formula.style !== 'matrix' && exact !== undefined) return { ...base, tensor: axes.workspace.power(base.tensor, exact) };
  const whole = wholeOf(formula.exponent);
  const mentionsAxis = whole !== undefined && [...lettersOf(whole)].some((letter) => axes.sizeOf(letter) !== undefined);
  if (whole !== undefined && base.letters.length === 0 && !mentionsAxis && formula.style !== 'entrywise')
    return { ...base, tensor: axes.workspace.matrixPower(base.tensor, whole) };
  if (formula.style === 'matrix') return unsupported('The exponent of a matrix is a whole number.', formula.region);
  // a^p = exp(p log a), where the exponent is neither an exact number nor a length.
  const log: Lowered = { ...base, tensor: axes.workspace.apply(operatorNamed('log'), base.tensor) };
  const scaled = axes.contract(
    own(rankOf(formula)),
    [labelled(log, own(rankOf(formula.base))), labelled(lowerIn(formula.exponent, axes), [])],
    sizesOf(formula),
  );
  return { ...scaled, tensor: axes.workspace.apply(operatorNamed('exp'), scaled.tensor) };
}

// ---------------------------------------------------------------- functions

function aligned(args: readonly Formula[], axes: Axes, dims: readonly Whole[]): { readonly tensors: readonly Tensor[]; readonly letters: readonly string[] } {
  const parts = args.map((arg) => lowerIn(arg, axes));
  const letters = axes.union(parts);
  const tensors = parts.map((part, k) => {
    const rank = rankOf(args[k] ?? (args[0] as Formula));
    return part.letters.length === 0 && rank === 0 ? part.tensor : axes.stretch(part, letters, own(dims.length), dims, own(rank));
  });
  return { tensors, letters };
}

function lowerApply(formula: Node<'apply'>, axes: Axes): Lowered {
  const { tensors, letters } = aligned(formula.args, axes, formula.shape.dims);
  return { tensor: axes.workspace.apply(formula.operator, ...tensors), letters };
}

/** f⁽ⁿ⁾(a): f of a stand-in is differentiated, the diagonal of the result is taken, and a is put in. */
function lowerOperatorDerivative(formula: Node<'operatorDerivative'>, axes: Axes): Lowered {
  const { workspace } = axes;
  const of = lowerIn(formula.of, axes);
  const { dims } = of.tensor;
  const labels = own(dims.length);
  let value = workspace.apply(formula.operator, workspace.value(STAND_IN, [], dims));
  for (let order = 0; order < formula.order; order += 1) {
    value = workspace.contract(labels, [{ tensor: workspace.differentiate(value, STAND_IN, [], dims), labels: [...labels, ...labels] }]);
  }
  return { ...of, tensor: workspace.replace(value, (quantity) => (quantity.kind === 'value' && quantity.name === STAND_IN ? of.tensor : undefined)) };
}

const STAND_IN = '\u2022';

function lowerUnspecified(formula: Node<'unspecified'>, axes: Axes): Lowered {
  const { name, indices, entrywise, wrt } = formula;
  if (entrywise) {
    const { tensors, letters } = aligned(formula.args, axes, formula.shape.dims);
    const dims = tensors[0]?.dims ?? formula.shape.dims;
    return { tensor: axes.workspace.unspecified(name, indices, true, dims, tensors, wrt), letters };
  }
  const parts = formula.args.map((arg) => lowerIn(arg, axes));
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

function lowerSoftmax(formula: Node<'softmax'>, axes: Axes): Lowered {
  const of = lowerIn(formula.of, axes);
  const first = of.letters.length;
  const rank = of.tensor.dims.length;
  const order = [...Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== first + formula.axis), first + formula.axis];
  const back = Array.from({ length: rank }, (_, axis) => order.indexOf(axis));
  return { ...of, tensor: axes.workspace.permute(axes.workspace.softmax(axes.workspace.permute(of.tensor, order)), back) };
}

function lowerReduce(formula: Node<'reduce'>, axes: Axes): Lowered {
  const { workspace } = axes;
  const of = lowerIn(formula.of, axes);
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

function lowerDiagonal(formula: Node<'diagonal'>, axes: Axes): Lowered {
  const of = lowerIn(formula.of, axes);
  const [dim] = formula.of.shape.dims;
  if (rankOf(formula.of) === 2 || dim === undefined) return axes.contract(['0'], [labelled(of, ['0', '0'])]);
  return axes.contract(['0', '1'], [labelled(of, ['0']), { tensor: axes.workspace.identity(dim), labels: ['0', '1'] }]);
}

// ---------------------------------------------------------------- letters

function noAxis(bound: Whole, axes: Axes, formula: Formula): void {
  const letter = [...lettersOf(bound)].find((each) => axes.sizeOf(each) !== undefined);
  if (letter !== undefined) unsupported(`A limit that counts along an axis (${letter}) is read for sums over that axis only.`, formula.region);
}

function lowerRangeSum(formula: Node<'rangeSum'>, axes: Axes): Lowered {
  noAxis(formula.from, axes, formula);
  noAxis(formula.to, axes, formula);
  const body = lowerIn(formula.body, axes);
  const sum = axes.workspace.rangeSum(formula.letter, formula.from, formula.to, body.tensor);
  if (formula.except === undefined) return { ...body, tensor: sum };
  const { except } = formula;
  noAxis(except, axes, formula);
  const left = axes.workspace.substituteLetters(body.tensor, new Map([[formula.letter, except]]));
  return { ...body, tensor: axes.workspace.add(sum, axes.workspace.scale(left, -1)) };
}

function lowerAxisSum(formula: Node<'axisSum'>, axes: Axes): Lowered {
  const inside = axes.inside(formula.letter, formula.dim);
  const body = lowerIn(formula.body, inside);
  const labels = own(rankOf(formula));
  const factors: Factor[] = [labelled(body, labels)];
  if (formula.relation !== undefined) factors.push(inside.mask(wholeLetter(formula.letter), formula.relation.sign, formula.relation.than));
  if (!factors.some((factor) => factor.labels.includes(`@${formula.letter}`))) factors.push({ tensor: axes.workspace.whole(formula.dim), labels: [] });
  return inside.contract(labels, factors, sizesOf(formula), formula.letter);
}

/** Ordered products: matrices as they are, scalars as 1 × 1 matrices, vectors as the diagonals of diagonal matrices. */
function lowerRangeProduct(formula: Node<'rangeProduct'>, axes: Axes): Lowered {
  const { workspace } = axes;
  noAxis(formula.from, axes, formula);
  noAxis(formula.to, axes, formula);
  const body = lowerIn(formula.body, axes);
  if (body.letters.length > 0) return unsupported('A product over an index of single entries is not read.', formula.region);
  const [first, last] = formula.falling ? [formula.from, formula.to] : [formula.to, formula.from];
  const rank = rankOf(formula.body);
  const size = formula.body.shape.dims[0] ?? WHOLE_ONE;
  const matrix =
    rank === 2
      ? body.tensor
      : workspace.contract(
          ['0', '1'],
          [
            { tensor: body.tensor, labels: rank === 1 ? ['0'] : [] },
            { tensor: workspace.identity(size), labels: ['0', '1'] },
          ],
        );
  const product = workspace.product(formula.letter, first, last, -1, matrix);
  if (rank === 2) return { tensor: product, letters: [] };
  return { tensor: workspace.contract(rank === 1 ? ['0'] : [], [{ tensor: product, labels: ['0', '0'] }]), letters: [] };
}

function lowerEntry(formula: Node<'entry'>, axes: Axes): Lowered {
  const of = lowerIn(formula.of, axes);
  const { dims } = formula.of.shape;
  const labels = dims.map((_, k) => (k < formula.positions.length ? `e${k}` : `${k - formula.positions.length}`));
  const places = formula.positions.flatMap((position, k) => axes.place(position, `e${k}`, dims[k] ?? WHOLE_ONE));
  return axes.contract(own(rankOf(formula)), [labelled(of, labels), ...places]);
}

function lowerCases(formula: Node<'cases'>, axes: Axes): Lowered {
  const labels = own(rankOf(formula));
  const before: Factor[] = [];
  const parts: Lowered[] = [];
  for (const { value, condition } of formula.branches) {
    const holds = (condition?.relations ?? []).map(({ left, sign, right }) => axes.mask(left, sign, right));
    parts.push(axes.contract(labels, [labelled(lowerIn(value, axes), own(rankOf(value))), ...holds, ...before], sizesOf(formula)));
    if (condition === undefined) break;
    const [only] = holds;
    const all = holds.length === 1 && only !== undefined ? only : asFactor(axes.contract([], holds));
    before.push(axes.complement(all));
  }
  const letters = axes.union(parts);
  return { tensor: axes.workspace.add(...parts.map((part) => axes.stretch(part, letters, labels, formula.shape.dims))), letters };
}

const asFactor = (lowered: Lowered): Factor => labelled(lowered, []);

function lowerWhole(value: Whole, axes: Axes): Lowered {
  const letters = [...lettersOf(value)].filter((letter) => axes.sizeOf(letter) !== undefined);
  if (letters.length === 0) return { tensor: axes.workspace.whole(value), letters: [] };
  const letter = axes.axisLetter(value) ?? '';
  const rest = axes.workspace.whole(subtractWhole(value, wholeLetter(letter)));
  const count = axes.count(letter);
  const stretched = axes.stretch({ tensor: rest, letters: [] }, [letter], [], []);
  return { tensor: axes.workspace.add(count.tensor, stretched), letters: [letter] };
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
  let value = lowerIn(formula.of, axes).tensor;
  by.forEach((reference, k) => {
    if (reference !== undefined) value = workspace.differentiate(value, reference.name, reference.indices, formula.by[k]?.shape.dims ?? []);
  });
  return { tensor: value, letters: [] };
}

// ---------------------------------------------------------------- all nodes

/** A formula inside a scope of axis letters. */
export function lowerIn(formula: Formula, axes: Axes): Lowered {
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
        [labelled(lowerIn(formula.left, axes), own(rankOf(formula.left))), labelled(lowerIn(formula.right, axes), own(rankOf(formula.right)))],
      );
    case 'quotient':
      return lowerQuotient(formula, axes);
    case 'power':
      return lowerPower(formula, axes);
    case 'squareRoot': {
      const of = lowerIn(formula.of, axes);
      return { ...of, tensor: workspace.power(of.tensor, HALF) };
    }
    case 'transpose':
      return rankOf(formula) < 2 ? lowerIn(formula.of, axes) : axes.contract(['0', '1'], [labelled(lowerIn(formula.of, axes), ['1', '0'])]);
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
      return lowerBlocks(formula, axes, lowerIn);
    case 'rangeBlocks':
      return lowerRangeBlocks(formula, axes, lowerIn);
    case 'blockOf':
      return lowerBlockOf(formula, axes, lowerIn);
    case 'entry':
      return lowerEntry(formula, axes);
    case 'kronecker':
      return axes.contract([], [axes.equal(formula.left, formula.right)]);
    case 'cases':
      return lowerCases(formula, axes);
    case 'held': {
      const of = lowerIn(formula.of, axes);
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
  const axes = new Axes(workspace, scope);
  const letters = [...(scope.axes?.keys() ?? [])];
  return axes.stretch(lowerIn(formula, axes), letters, own(rankOf(formula)), formula.shape.dims);
}
