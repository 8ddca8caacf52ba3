/**
 * Rows and columns chosen: expressions become formulas in the convention asked for.
 *
 * The only file that knows both; everything before it has vectors without direction. A vector is written in its own direction where
 * its surroundings allow, and transposed as a whole otherwise; an image W v turned round is vᵀ Wᵀ.
 */

import { equalRational, HALF, isNegative, isOne, isZero, MINUS_ONE, negateRational, ONE, type Rational, rational } from '../network/rational.js';
import { WHOLE_ZERO, type Whole } from '../network/whole.js';
import { indicatorFormula } from './conditions.js';
import { type DirectionOptions, directionOfQuantity, naturalDirection, turnsAround } from './directions.js';
import { type Expression, make, partsOf, power as powerOf, product as productOf, transpose } from './expression.js';
import type { Formula, Orientation, Shape } from './formula.js';
import type { DeclarationOrder } from './order.js';
import { signed } from './signs.js';
import { gapsAround } from './stacks.js';

export interface OrientOptions extends DirectionOptions {
  readonly order: DeclarationOrder;
}

type Of<K extends Expression['kind']> = Extract<Expression, { kind: K }>;
type Style = 'matrix' | 'hadamard' | 'scalar';

const numberFormula = (value: Rational): Formula => ({ kind: 'number', value, shape: { dims: [] } });

/** Writes expressions in one convention. */
export class Orienter {
  constructor(private readonly options: OrientOptions) {}

  /** The formula of an expression; a vector comes out in `want`, by default the convention's direction. */
  formula(expression: Expression, want: Orientation = this.options.convention): Formula {
    switch (expression.dims.length) {
      case 0:
        return this.#scalar(expression);
      case 1:
        return this.#vector(expression, want);
      default:
        return this.#matrix(expression);
    }
  }

  #natural(expression: Expression): Orientation {
    return naturalDirection(expression, this.options);
  }

  // -------------------------------------------------------------- scalars

  #scalar(expression: Expression): Formula {
    const shape: Shape = { dims: [] };
    switch (expression.kind) {
      case 'product':
        return this.#product(expression, shape, undefined);
      case 'dot':
        return this.#dot(expression);
      case 'total':
        return this.#total(expression.of);
      case 'trace':
        return { kind: 'reduce', by: 'trace', of: this.#matrix(expression.of), shape };
      default:
        return this.#common(expression, shape, undefined);
    }
  }

  #dot({ left, right }: Of<'dot'>): Formula {
    if (left.key === right.key) return { kind: 'reduce', by: 'normSquared', of: this.#vector(left, this.#natural(left)), shape: { dims: [] } };
    return this.#juxtaposed([this.#vector(left, 'row'), this.#vector(right, 'column')], { dims: [] });
  }

  /** Σ of all entries: of Aᵀ ⊙ B the trace of A B, else of A ⊙ B the inner product, of A ⊙ A the squared Frobenius norm. */
  #total(of: Expression): Formula {
    const shape: Shape = { dims: [] };
    const two = rational(2);
    if (of.kind === 'power' && equalRational(of.exponent, two))
      return { kind: 'reduce', by: of.dims.length === 1 ? 'normSquared' : 'frobeniusSquared', of: this.formula(of.base, this.#natural(of.base)), shape };
    const parts = partsOf(of);
    const [head, ...others] = parts.factors;
    if (of.dims.length === 2 && head !== undefined && others.length > 0 && isOne(parts.coefficient) && parts.factors.every(({ dims }) => dims.length === 2)) {
      const right = productOf(ONE, others, of.dims);
      if (head.kind === 'transpose' || right.kind === 'transpose')
        return {
          kind: 'reduce',
          by: 'trace',
          of: this.#juxtaposed([this.#matrix(transpose(head)), this.#matrix(right)], { dims: [head.dims[1] ?? WHOLE_ZERO, head.dims[1] ?? WHOLE_ZERO] }),
          shape,
        };
      return { kind: 'inner', left: this.#matrix(head), right: this.#matrix(right), shape };
    }
    return { kind: 'reduce', by: 'sum', of: this.formula(of, this.#natural(of)), shape };
  }

  // -------------------------------------------------------------- vectors

  #vector(expression: Expression, want: Orientation): Formula {
    const shape: Shape = { dims: expression.dims, orientation: want };
    const turned = (formula: Formula, has: Orientation): Formula => (has === want ? formula : { kind: 'transpose', of: formula, shape });
    switch (expression.kind) {
      case 'quantity': {
        const has = directionOfQuantity(expression, this.options) ?? this.options.convention;
        return turned({ kind: 'name', quantity: expression.quantity, shape: { dims: expression.dims, orientation: has } }, has);
      }
      case 'image': {
        const vector = this.#vector(expression.vector, want);
        return this.#juxtaposed(want === 'column' ? [this.#matrix(expression.matrix), vector] : [vector, this.#matrix(transpose(expression.matrix))], shape);
      }
      case 'ones':
        return turned({ kind: 'ones', shape: { dims: expression.dims, orientation: this.options.convention } }, this.options.convention);
      case 'rowSums':
        return want === 'column'
          ? { kind: 'reduce', by: 'rowsum', of: this.#matrix(expression.of), shape }
          : { kind: 'reduce', by: 'colsum', of: this.#matrix(transpose(expression.of)), shape };
      case 'diagonalOf':
        return turned(
          { kind: 'diagonal', of: this.#matrix(expression.of), shape: { dims: expression.dims, orientation: this.options.convention } },
          this.options.convention,
        );
      default: {
        const natural = this.#natural(expression);
        if (natural !== want && !turnsAround(expression)) return { kind: 'transpose', of: this.#vector(expression, natural), shape };
        return expression.kind === 'product' ? this.#product(expression, shape, want) : this.#common(expression, shape, want);
      }
    }
  }

  // -------------------------------------------------------------- matrices

  #matrix(expression: Expression): Formula {
    const shape: Shape = { dims: expression.dims };
    switch (expression.kind) {
      case 'quantity': {
        if (expression.quantity.kind !== 'adjoint' || this.options.layout !== 'numerator') return { kind: 'name', quantity: expression.quantity, shape };
        return { kind: 'transpose', of: { kind: 'name', quantity: expression.quantity, shape: { dims: [...expression.dims].reverse() } }, shape };
      }
      case 'transpose': {
        const of = this.#matrix(expression.of);
        return of.kind === 'transpose' ? of.of : { kind: 'transpose', of, shape };
      }
      case 'chain':
        return this.#juxtaposed(
          expression.factors.map((factor) => this.#matrix(factor)),
          shape,
        );
      case 'outer':
        return this.#juxtaposed([this.#vector(expression.left, 'column'), this.#vector(expression.right, 'row')], shape);
      case 'diagonalMatrix':
        return { kind: 'diagonal', of: this.#vector(expression.of, this.#natural(expression.of)), shape };
      case 'identity':
        return { kind: 'identity', shape };
      case 'ones':
        return { kind: 'ones', shape };
      case 'rangeProduct': {
        // Rising limits would be read in the order of the chain rule, so a rising product is the transpose of a falling one.
        if (expression.step === 1) return { kind: 'transpose', of: this.#matrix(transpose(expression)), shape };
        return {
          kind: 'rangeProduct',
          letter: expression.letter,
          from: expression.from,
          to: expression.to,
          falling: true,
          body: this.#matrix(expression.body),
          shape,
        };
      }
      case 'product':
        return this.#product(expression, shape, undefined);
      default:
        return this.#common(expression, shape, undefined);
    }
  }

  // -------------------------------------------------------------- kinds of any rank

  #common(expression: Expression, shape: Shape, want: Orientation | undefined): Formula {
    const inner = (of: Expression): Formula => this.formula(of, want);
    switch (expression.kind) {
      case 'whole':
        return { kind: 'whole', value: expression.value, shape };
      case 'quantity':
        return { kind: 'name', quantity: expression.quantity, shape };
      case 'indicator':
        return indicatorFormula(expression);
      case 'apply':
        return { kind: 'apply', operator: expression.operator, args: expression.args.map(inner), shape };
      case 'unspecified':
        return {
          kind: 'unspecified',
          name: expression.name,
          indices: expression.indices,
          entrywise: expression.entrywise,
          wrt: expression.wrt,
          args: expression.args.map((arg) => (expression.entrywise ? inner(arg) : this.formula(arg, this.#natural(arg)))),
          shape,
        };
      case 'softmax':
        return { kind: 'softmax', axis: expression.dims.length - 1, of: inner(expression.of), shape };
      case 'held':
        return { kind: 'held', of: inner(expression.of), shape };
      case 'power':
        return this.#power(expression, shape, want);
      case 'matrixPower':
        return {
          kind: 'power',
          style: expression.dims.length === 0 ? 'scalar' : 'matrix',
          base: inner(expression.base),
          exponent: { kind: 'whole', value: expression.exponent, shape: { dims: [] } },
          shape,
        };
      case 'sum':
        return this.#sum(expression, shape, want);
      case 'rangeSum':
        return { kind: 'rangeSum', letter: expression.letter, from: expression.from, to: expression.to, body: inner(expression.body), shape };
      case 'block':
        return {
          kind: 'blockOf',
          of: inner(expression.of),
          axis: expression.axis,
          offset: expression.offset,
          size: expression.dims[expression.axis] ?? WHOLE_ZERO,
          label: undefined,
          shape,
        };
      case 'placed':
        return this.#stack(gapsAround(expression), shape, want);
      case 'stack':
        return this.#stack(expression, shape, want);
      case 'rangeStack':
        return {
          kind: 'rangeBlocks',
          letter: expression.letter,
          from: expression.from,
          to: expression.to,
          direction: this.#isBelow(expression.axis, expression.dims, want) ? 'below' : 'beside',
          body: inner(expression.body),
          shape,
        };
      case 'indexed':
        return expression.formula;
      case 'ones':
        return { kind: 'ones', shape };
      case 'identity':
        return { kind: 'identity', shape };
      default:
        return this.formula(expression, want);
    }
  }

  #isBelow(axis: number, dims: readonly Whole[], want: Orientation | undefined): boolean {
    return dims.length === 1 ? want !== 'row' : axis === 0;
  }

  #stack({ axis, parts, dims }: Pick<Of<'stack'>, 'axis' | 'parts' | 'dims'>, shape: Shape, want: Orientation | undefined): Formula {
    const cells = parts.map(
      ({ size, of }): Formula =>
        of === undefined ? { kind: 'zeros', shape: { ...shape, dims: dims.map((dim, k) => (k === axis ? size : dim)) } } : this.formula(of, want),
    );
    return { kind: 'blocks', rows: this.#isBelow(axis, dims, want) ? cells.map((cell) => [cell]) : [cells], shape };
  }

  #power({ base, exponent }: Of<'power'>, shape: Shape, want: Orientation | undefined): Formula {
    if (isNegative(exponent))
      return { kind: 'quotient', numerator: numberFormula(ONE), denominator: this.formula(powerOf(base, negateRational(exponent)), want), shape };
    const of = this.formula(base, want);
    if (exponent.denominator <= 2n && of.kind === 'reduce' && (of.by === 'normSquared' || of.by === 'frobeniusSquared')) {
      const norm: Formula = { ...of, by: of.by === 'normSquared' ? 'norm' : 'frobenius' };
      const doubled = rational(2n * exponent.numerator, exponent.denominator);
      return equalRational(doubled, ONE) ? norm : { kind: 'power', style: 'scalar', base: norm, exponent: numberFormula(doubled), shape };
    }
    if (equalRational(exponent, HALF)) return { kind: 'squareRoot', of, shape };
    return { kind: 'power', style: base.dims.length === 0 ? 'scalar' : 'entrywise', base: of, exponent: numberFormula(exponent), shape };
  }

  // -------------------------------------------------------------- sums and products

  #sum({ terms, dims }: Of<'sum'>, shape: Shape, want: Orientation | undefined): Formula {
    const spread = terms.some((term) => partsOf(term).factors.some((factor) => factor.dims.length === dims.length && factor.kind !== 'ones'));
    const written = terms.map((term) => {
      const { sign, rest } = signed(term, this.options.order);
      const { coefficient, factors } = partsOf(rest);
      const constant = dims.length > 0 && spread && factors.every((factor) => factor.kind === 'ones' || factor.dims.length === 0);
      const bare = constant
        ? productOf(
            coefficient,
            factors.filter(({ kind }) => kind !== 'ones'),
            [],
          )
        : rest;
      return { sign, formula: this.formula(bare, want) };
    });
    return { kind: 'sum', terms: written, shape };
  }

  #product(expression: Of<'product'>, shape: Shape, want: Orientation | undefined): Formula {
    const { sign, rest } = signed(expression, this.options.order);
    const { coefficient, factors } = partsOf(rest);
    if (isZero(coefficient)) return expression.dims.length === 0 ? numberFormula(coefficient) : { kind: 'zeros', shape };
    if (expression.dims.length === 0) return this.#fraction(coefficient, factors, sign, shape, undefined) ?? numberFormula(ONE);
    const own = factors.filter((factor) => factor.dims.length > 0 && factor.kind !== 'ones');
    const body: Formula =
      (own.length === 0 ? undefined : this.#fraction(ONE, own, 1, shape, want)) ?? this.formula(make({ kind: 'ones' }, expression.dims), want);
    const scalars = this.#fraction(
      coefficient,
      factors.filter(({ dims }) => dims.length === 0),
      sign,
      { dims: [] },
      undefined,
    );
    if (scalars === undefined) return body;
    if (scalars.kind === 'quotient' && isNumberOne(scalars.numerator) && own.length === 1 && own[0]?.kind !== 'sum' && own[0]?.kind !== 'rangeSum')
      return { ...scalars, numerator: body, shape };
    return {
      kind: 'product',
      style: 'scalar',
      factors: scalars.kind === 'product' && scalars.style === 'scalar' ? [...scalars.factors, body] : [scalars, body],
      shape,
    };
  }

  /** sign · p/q · Π factors with negative powers below the line; undefined when that is 1. */
  #fraction(coefficient: Rational, factors: readonly Expression[], sign: 1 | -1, shape: Shape, want: Orientation | undefined): Formula | undefined {
    const style: Style = shape.dims.length === 0 ? 'scalar' : 'hadamard';
    const isBelow = (factor: Expression): boolean => factor.kind === 'power' && isNegative(factor.exponent);
    const below = factors.filter(isBelow).map((factor) => (factor.kind === 'power' ? powerOf(factor.base, negateRational(factor.exponent)) : factor));
    const above = factors.filter((factor) => !isBelow(factor)).map((factor) => this.formula(factor, want));
    const signed: Rational = sign < 0 ? negateRational(coefficient) : coefficient;
    const join = (numbers: readonly Rational[], rest: readonly Formula[]): Formula | undefined => {
      const all = [...numbers.filter((value) => !isOne(value)).map(numberFormula), ...rest];
      const [only] = all;
      return all.length > 1 ? { kind: 'product', style, factors: all, shape } : only;
    };
    if (below.length === 0) return join([signed], above);
    const denominator =
      join(
        [{ numerator: coefficient.denominator, denominator: 1n }],
        below.map((factor) => this.formula(factor, want)),
      ) ?? numberFormula(ONE);
    const numerator = join([{ numerator: coefficient.numerator, denominator: 1n }], above) ?? numberFormula(ONE);
    const quotient: Formula = { kind: 'quotient', numerator, denominator, shape };
    return sign < 0 ? { kind: 'product', style: 'scalar', factors: [numberFormula(MINUS_ONE), quotient], shape } : quotient;
  }

  #juxtaposed(factors: readonly Formula[], shape: Shape): Formula {
    return {
      kind: 'product',
      style: 'matrix',
      factors: factors.flatMap((factor) =>
        factor.kind === 'product' && factor.style === 'matrix' && factor.shape.dims.length > 0 ? factor.factors : [factor],
      ),
      shape,
    };
  }
}

const isNumberOne = (formula: Formula): boolean => formula.kind === 'number' && isOne(formula.value);
