/**
 * Constructors of matrix expressions: what a series–parallel network reduces to before rows and columns are chosen.
 *
 * They keep small normal forms: nested products and chains are flattened, scalars and numbers come to the front, transposes go to where they
 * cost nothing, and A u vᵀ B is (A u) (Bᵀ v)ᵀ.
 */

import { isOne, isZero, multiplyRational, ONE, type Rational } from '../network/rational.js';
import { equalWhole, multiplyWhole, subtractWhole, WHOLE_ZERO, type Whole, wholeLetter } from '../network/whole.js';
import { type Expression, make } from './expression-node.js';

export { type Expression, type ExpressionNode, make } from './expression-node.js';

export const number = (value: Rational, dims: readonly Whole[] = []): Expression =>
  make({ kind: 'product', coefficient: value, factors: dims.length === 0 ? [] : [ones(dims)] }, dims);
export const ones = (dims: readonly Whole[]): Expression => make({ kind: 'ones' }, dims);
export const identity = (dim: Whole): Expression => make({ kind: 'identity' }, [dim, dim]);

/** The number and the factors of an expression seen as a product. */
export function partsOf(expression: Expression): { readonly coefficient: Rational; readonly factors: readonly Expression[] } {
  return expression.kind === 'product' ? expression : { coefficient: ONE, factors: [expression] };
}

/** Whether all entries are one scalar. */
export const isConstant = (expression: Expression): boolean =>
  partsOf(expression).factors.every((factor) => factor.kind === 'ones' || factor.dims.length === 0);

/** Base and exponent of a factor. */
export const baseOf = (factor: Expression): { readonly base: Expression; readonly exponent: Rational } =>
  factor.kind === 'power' ? factor : { base: factor, exponent: ONE };

export function power(base: Expression, exponent: Rational): Expression {
  if (isOne(exponent) || base.kind === 'ones') return base;
  if (isZero(exponent)) return number(ONE, base.dims);
  return make({ kind: 'power', base, exponent }, base.dims);
}

/** Product of a number and factors that are scalars or of shape `dims`; flat, without superfluous ones. The order of the factors is kept. */
export function product(coefficient: Rational, factors: readonly Expression[], dims: readonly Whole[]): Expression {
  let total = coefficient;
  const flat: Expression[] = [];
  for (const factor of factors) {
    const parts = partsOf(factor);
    total = multiplyRational(total, parts.coefficient);
    flat.push(...parts.factors);
  }
  const substantial = flat.some((factor) => factor.dims.length === dims.length && factor.kind !== 'ones');
  const kept: Expression[] = flat.filter((factor) => factor.kind !== 'ones');
  if (dims.length > 0 && !substantial) kept.push(ones(dims));
  const [only] = kept;
  if (isOne(total) && kept.length === 1 && only !== undefined) return only;
  return make({ kind: 'product', coefficient: total, factors: kept }, dims);
}

/** Scalars of a factor list moved out of an inner vector or matrix, so that linear maps act on bare ones. */
export function splitScalars(expression: Expression): { readonly coefficient: Rational; readonly scalars: readonly Expression[]; readonly rest: Expression } {
  if (expression.kind !== 'product' || expression.dims.length === 0) return { coefficient: ONE, scalars: [], rest: expression };
  const scalars = expression.factors.filter((factor) => factor.dims.length === 0);
  return {
    coefficient: expression.coefficient,
    scalars,
    rest: product(
      ONE,
      expression.factors.filter((factor) => factor.dims.length > 0),
      expression.dims,
    ),
  };
}

/** Applies a construction that is linear in each argument, pulling numbers and scalars out in front. */
export function linear(args: readonly Expression[], dims: readonly Whole[], build: (bare: readonly Expression[]) => Expression): Expression {
  const split = args.map(splitScalars);
  const coefficient = split.reduce((total, each) => multiplyRational(total, each.coefficient), ONE);
  return product(coefficient, [...split.flatMap(({ scalars }) => scalars), build(split.map(({ rest }) => rest))], dims);
}

const rows = (matrix: Expression): Whole => matrix.dims[0] ?? WHOLE_ZERO;
const columns = (matrix: Expression): Whole => matrix.dims[1] ?? WHOLE_ZERO;

/** Matrix product, flattened; identities vanish, neighbouring diagonals stay apart. */
export function chain(matrices: readonly Expression[]): Expression {
  const dims = [rows(matrices[0] as Expression), columns(matrices.at(-1) as Expression)];
  return linear(matrices, dims, (bare) => {
    const flat: readonly Expression[] = bare
      .flatMap((matrix): readonly Expression[] => (matrix.kind === 'chain' ? matrix.factors : [matrix]))
      .filter((matrix) => matrix.kind !== 'identity');
    const [only] = flat;
    const at = flat.findIndex(({ kind }) => kind === 'outer');
    const middle = flat[at];
    if (flat.length > 1 && middle?.kind === 'outer') return aroundOuter(flat.slice(0, at), middle, flat.slice(at + 1));
    if (only === undefined) return identity(rows(matrices[0] as Expression));
    return flat.length === 1 ? only : make({ kind: 'chain', factors: flat }, dims);
  });
}

/** A u vᵀ B is (A u) (Bᵀ v)ᵀ. */
function aroundOuter(before: readonly Expression[], { left, right }: Extract<Expression, { kind: 'outer' }>, after: readonly Expression[]): Expression {
  return outer(before.length === 0 ? left : image(chain(before), left), after.length === 0 ? right : image(transpose(chain(after)), right));
}

/** matrix · vector. A diagonal matrix multiplies entrywise, a chain acts as a whole. */
export function image(matrix: Expression, vector: Expression): Expression {
  return linear([matrix, vector], [rows(matrix)], ([m, v]) => {
    const bare = m as Expression;
    const of = v as Expression;
    if (bare.kind === 'identity') return of;
    if (bare.kind === 'outer')
      return product(ONE, [of.kind === 'ones' ? make({ kind: 'total', of: bare.right }, []) : dot(bare.right, of), bare.left], [rows(bare)]);
    if (bare.kind === 'diagonalMatrix') return product(ONE, [bare.of, of], [rows(bare)]);
    if (of.kind === 'ones') return make({ kind: 'rowSums', of: bare }, [rows(bare)]);
    if (of.kind === 'image') return make({ kind: 'image', matrix: chain([bare, of.matrix]), vector: of.vector }, [rows(bare)]);
    return make({ kind: 'image', matrix: bare, vector: of }, [rows(bare)]);
  });
}

export const outer = (left: Expression, right: Expression): Expression =>
  linear([left, right], [rows(left), rows(right)], ([u, v]) =>
    make({ kind: 'outer', left: u as Expression, right: v as Expression }, [rows(left), rows(right)]),
  );

export const dot = (left: Expression, right: Expression): Expression =>
  linear([left, right], [], ([u, v]) => make({ kind: 'dot', left: u as Expression, right: v as Expression }, []));

export const diagonalMatrix = (of: Expression): Expression =>
  linear([of], [rows(of), rows(of)], ([v]) =>
    (v as Expression).kind === 'ones' ? identity(rows(of)) : make({ kind: 'diagonalMatrix', of: v as Expression }, [rows(of), rows(of)]),
  );

/** Whether the transpose of a matrix is no longer to write than the matrix. */
const turnsEasily = (matrix: Expression): boolean =>
  matrix.kind === 'transpose' ||
  matrix.kind === 'outer' ||
  matrix.kind === 'identity' ||
  matrix.kind === 'diagonalMatrix' ||
  (matrix.kind === 'chain' && matrix.factors.every(turnsEasily));

/** The transpose, pushed to where it costs nothing. */
export function transpose(matrix: Expression): Expression {
  const dims = [columns(matrix), rows(matrix)];
  switch (matrix.kind) {
    case 'transpose':
      return matrix.of;
    case 'identity':
    case 'diagonalMatrix':
      return matrix;
    case 'ones':
      return ones(dims);
    case 'chain':
      return chain([...matrix.factors].reverse().map(transpose));
    case 'outer':
      return outer(matrix.right, matrix.left);
    case 'product': {
      const own = matrix.factors.filter((factor) => factor.dims.length === 2);
      if (own.length < 2 || own.some(turnsEasily))
        return product(
          matrix.coefficient,
          matrix.factors.map((factor) => (factor.dims.length === 2 ? transpose(factor) : factor)),
          dims,
        );
      const of = product(ONE, own, matrix.dims);
      return product(matrix.coefficient, [...matrix.factors.filter((factor) => factor.dims.length === 0), make({ kind: 'transpose', of }, dims)], dims);
    }
    case 'rangeSum':
      return make({ ...matrix, body: transpose(matrix.body) }, dims);
    case 'rangeProduct':
      return make({ ...matrix, from: matrix.to, to: matrix.from, step: matrix.step === 1 ? -1 : 1, body: transpose(matrix.body) }, dims);
    case 'stack': {
      if (!matrix.parts.every(({ of }) => of === undefined || turnsEasily(of))) return make({ kind: 'transpose', of: matrix }, dims);
      return make(
        { ...matrix, axis: 1 - matrix.axis, parts: matrix.parts.map(({ size, of }) => ({ size, of: of === undefined ? undefined : transpose(of) })) },
        dims,
      );
    }
    case 'rangeStack':
      return turnsEasily(matrix.body)
        ? make({ ...matrix, axis: 1 - matrix.axis, body: transpose(matrix.body) }, dims)
        : make({ kind: 'transpose', of: matrix }, dims);
    case 'placed':
      return make({ ...matrix, axis: 1 - matrix.axis, of: transpose(matrix.of) }, dims);
    case 'block':
      return matrix.of.kind === 'transpose'
        ? make({ ...matrix, axis: 1 - matrix.axis, of: matrix.of.of }, dims)
        : make({ kind: 'transpose', of: matrix }, dims);
    case 'power':
      return power(transpose(matrix.base), matrix.exponent);
    case 'sum': {
      const turns = matrix.terms.every((term) => partsOf(term).factors.every((factor) => factor.dims.length < 2 || turnsEasily(factor)));
      return turns ? make({ kind: 'sum', terms: matrix.terms.map(transpose) }, dims) : make({ kind: 'transpose', of: matrix }, dims);
    }
    default:
      return make({ kind: 'transpose', of: matrix }, dims);
  }
}

/** Σ over a letter; numbers and scalars that do not depend on it come out. */
export function rangeSum(letter: string, from: Whole, to: Whole, body: Expression): Expression {
  const { coefficient, factors } = partsOf(body);
  if (body.dims.length > 0 && isConstant(body)) {
    const scalar = product(
      coefficient,
      factors.filter(({ kind }) => kind !== 'ones'),
      [],
    );
    return product(ONE, [rangeSum(letter, from, to, scalar), ones(body.dims)], body.dims);
  }
  const free =
    body.kind === 'product' ? factors.filter((factor) => factor.dims.length === 0 && !factor.letters.has(letter) && factor.kind !== 'indicator') : [];
  const of =
    body.kind === 'product'
      ? product(
          ONE,
          factors.filter((factor) => !free.includes(factor)),
          body.dims,
        )
      : body;
  const sum = rangeStack(letter, from, to, of) ?? make({ kind: 'rangeSum', letter, from, to, body: of }, body.dims);
  return product(coefficient, [...free, sum], body.dims);
}

/** Σ_k of something placed at the k-th of equal blocks is the row of blocks. */
function rangeStack(letter: string, from: Whole, to: Whole, body: Expression): Expression | undefined {
  if (body.kind !== 'placed') return undefined;
  const { axis, offset, of } = body;
  const size = of.dims[axis];
  const total = body.dims[axis];
  if (size === undefined || total === undefined) return undefined;
  const step = (index: Whole): Whole => multiplyWhole(subtractWhole(index, from), size);
  if (!equalWhole(offset, step(wholeLetter(letter))) || !equalWhole(subtractWhole(total, size), step(to))) return undefined;
  return make({ kind: 'rangeStack', axis, letter, from, to, body: of }, body.dims);
}
