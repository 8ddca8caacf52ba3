/**
 * Rows and columns chosen: expressions become formulas in the convention asked for.
 *
 * The only file that knows both; everything before it has vectors without direction. A vector is written in its own direction where
 * its surroundings allow, and transposed as a whole otherwise; an image W v turned round is vᵀ Wᵀ.
 */

import { equalRational, HALF, isNegative, isOne, isZero, MINUS_ONE, negateRational, ONE, type Rational, rational } from '../network/rational.js';
import { addWhole, scaleWhole, subtractWhole, WHOLE_ZERO, type Whole, wholeNumber, wholeValue } from '../network/whole.js';
import { type Expression, make, partsOf, power as powerOf, product as productOf, transpose } from './expression.js';
import type { Condition, Formula, Orientation, Shape } from './formula.js';
import { compareTerms, type DeclarationOrder } from './order.js';

export type Layout = 'gradient' | 'numerator' | 'mixed';

export interface OrientOptions {
  readonly convention: Orientation;
  /** Of a declared vector; undefined falls back to the convention. */
  orientationOf(name: string): Orientation | undefined;
  readonly layout: Layout;
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

  /** The direction in which a vector is naturally written: that of most names in it. */
  natural(expression: Expression): Orientation {
    const votes = this.#votes(expression);
    return votes === 0 ? this.options.convention : votes > 0 ? 'column' : 'row';
  }

  #votes(expression: Expression): number {
    if (expression.dims.length !== 1) return 0;
    const vote = (orientation: Orientation | undefined): number => ((orientation ?? this.options.convention) === 'column' ? 1 : -1);
    const all = (list: readonly Expression[]): number => list.reduce((total, each) => total + this.#votes(each), 0);
    switch (expression.kind) {
      case 'quantity':
        return vote(this.#orientationOfQuantity(expression));
      case 'product':
        return all(expression.factors);
      case 'sum':
        return all(expression.terms);
      case 'apply':
        return all(expression.args);
      case 'unspecified':
        return expression.entrywise ? all(expression.args) : all(expression.wrt.flatMap((k) => expression.args[k] ?? []));
      case 'softmax':
      case 'held':
      case 'block':
      case 'placed':
        return this.#votes(expression.of);
      case 'power':
        return this.#votes(expression.base);
      case 'image':
        return this.#votes(expression.vector);
      case 'rangeSum':
      case 'rangeStack':
        return this.#votes(expression.body);
      case 'stack':
        return all(expression.parts.flatMap(({ of }) => of ?? []));
      default:
        return 0;
    }
  }

  #orientationOfQuantity({ quantity }: Of<'quantity'>): Orientation | undefined {
    switch (quantity.kind) {
      case 'value':
        return this.options.orientationOf(quantity.name);
      case 'adjoint':
        return this.options.layout === 'gradient' ? this.options.orientationOf(quantity.name) : 'row';
      case 'partial':
        return undefined;
    }
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
    if (left.key === right.key) return { kind: 'reduce', by: 'normSquared', of: this.#vector(left, this.natural(left)), shape: { dims: [] } };
    return this.#juxtaposed([this.#vector(left, 'row'), this.#vector(right, 'column')], { dims: [] });
  }

  /** Σ of all entries: of Aᵀ ⊙ B the trace of A B, else of A ⊙ B the inner product, of A ⊙ A the squared Frobenius norm. */
  #total(of: Expression): Formula {
    const shape: Shape = { dims: [] };
    const two = rational(2);
    if (of.kind === 'power' && equalRational(of.exponent, two))
      return { kind: 'reduce', by: of.dims.length === 1 ? 'normSquared' : 'frobeniusSquared', of: this.formula(of.base, this.natural(of.base)), shape };
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
    return { kind: 'reduce', by: 'sum', of: this.formula(of, this.natural(of)), shape };
  }

  // -------------------------------------------------------------- vectors

  #vector(expression: Expression, want: Orientation): Formula {
    const shape: Shape = { dims: expression.dims, orientation: want };
    const turned = (formula: Formula, has: Orientation): Formula => (has === want ? formula : { kind: 'transpose', of: formula, shape });
    switch (expression.kind) {
      case 'quantity': {
        const has = this.#orientationOfQuantity(expression) ?? this.options.convention;
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
        const natural = this.natural(expression);
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
        return { kind: 'diagonal', of: this.#vector(expression.of, this.natural(expression.of)), shape };
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
          args: expression.args.map((arg) => (expression.entrywise ? inner(arg) : this.formula(arg, this.natural(arg)))),
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
    if (exponent.denominator === 2n && of.kind === 'reduce' && (of.by === 'normSquared' || of.by === 'frobeniusSquared')) {
      const norm: Formula = { ...of, by: of.by === 'normSquared' ? 'norm' : 'frobenius' };
      return exponent.numerator === 1n ? norm : { kind: 'power', style: 'scalar', base: norm, exponent: numberFormula(rational(exponent.numerator)), shape };
    }
    if (equalRational(exponent, HALF)) return { kind: 'squareRoot', of, shape };
    return { kind: 'power', style: base.dims.length === 0 ? 'scalar' : 'entrywise', base: of, exponent: numberFormula(exponent), shape };
  }

  // -------------------------------------------------------------- sums and products

  #sum({ terms, dims }: Of<'sum'>, shape: Shape, want: Orientation | undefined): Formula {
    const spread = terms.some((term) => partsOf(term).factors.some((factor) => factor.dims.length === dims.length && factor.kind !== 'ones'));
    const written = terms.map((term) => {
      const { sign, rest } = this.#signed(term);
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

  /** The sign taken out of a term; a difference inside it takes a minus where it can. */
  #signed(term: Expression): { readonly sign: 1 | -1; readonly rest: Expression } {
    const { coefficient, factors } = partsOf(term);
    if (!isNegative(coefficient)) return { sign: 1, rest: term };
    const positive = productOf(negateRational(coefficient), factors, term.dims);
    const turned = this.#negated(positive);
    return turned === undefined ? { sign: -1, rest: positive } : { sign: 1, rest: turned };
  }

  /** −e without a minus in front, when e holds a difference b − a that can be turned into a − b. */
  #negated(expression: Expression): Expression | undefined {
    switch (expression.kind) {
      case 'sum': {
        const negative = expression.terms.filter((term) => isNegative(partsOf(term).coefficient)).length;
        const complement = expression.terms.some((term) => partsOf(term).factors.every(({ kind }) => kind === 'ones'));
        if (negative === 0 || complement) return undefined;
        const terms = expression.terms.map((term) => productOf(MINUS_ONE, [term], term.dims)).sort((a, b) => compareTerms(a, b, this.options.order));
        return make({ kind: 'sum', terms }, expression.dims);
      }
      case 'product': {
        for (const [at, factor] of expression.factors.entries()) {
          const turned = this.#negated(factor);
          if (turned !== undefined) return make({ ...expression, factors: expression.factors.map((each, k) => (k === at ? turned : each)) }, expression.dims);
        }
        return undefined;
      }
      case 'image':
        return this.#within(expression.vector, (vector) => make({ ...expression, vector }, expression.dims));
      case 'outer':
      case 'dot':
        return (
          this.#within(expression.left, (left) => make({ ...expression, left }, expression.dims)) ??
          this.#within(expression.right, (right) => make({ ...expression, right }, expression.dims))
        );
      case 'rangeSum':
        return this.#within(expression.body, (body) => make({ ...expression, body }, expression.dims));
      default:
        return undefined;
    }
  }

  #within(inner: Expression, put: (turned: Expression) => Expression): Expression | undefined {
    const turned = this.#negated(inner);
    return turned === undefined ? undefined : put(turned);
  }

  #product(expression: Of<'product'>, shape: Shape, want: Orientation | undefined): Formula {
    const { sign, rest } = this.#signed(expression);
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

/** Whether turning it round only means writing a product in the other order. */
function turnsAround(expression: Expression): boolean {
  switch (expression.kind) {
    case 'image':
      return true;
    case 'rangeSum':
      return turnsAround(expression.body);
    case 'sum':
      return expression.terms.every(turnsAround);
    case 'product': {
      const own = expression.factors.filter((factor) => factor.dims.length > 0);
      return own.length === 1 && own.every(turnsAround);
    }
    default:
      return false;
  }
}

/** A placed expression as a stack with zeros around it. */
function gapsAround({ axis, offset, of, dims }: Of<'placed'>): Pick<Of<'stack'>, 'axis' | 'parts' | 'dims'> {
  const size = of.dims[axis] ?? WHOLE_ZERO;
  const after = subtractWhole(subtractWhole(dims[axis] ?? WHOLE_ZERO, offset), size);
  const parts = [
    { size: offset, of: undefined },
    { size, of },
    { size: after, of: undefined },
  ];
  return { axis, dims, parts: parts.filter((part) => wholeValue(part.size) !== 0) };
}

/** [t = k], [t < T] as cases of one and zero: negative monomials go to the left side. */
function indicatorFormula({ of, relation }: Of<'indicator'>): Formula {
  const shape: Shape = { dims: [] };
  return {
    kind: 'cases',
    branches: [
      { value: numberFormula(ONE), condition: conditionOf(of, relation) },
      { value: numberFormula(rational(0)), condition: undefined },
    ],
    shape,
  };
}

/** of = 0 or of ≥ 0 as a relation between sides without minus signs. */
export function conditionOf(of: Whole, relation: 'zero' | 'nonnegative'): Condition {
  const side = (sign: 1 | -1): Whole =>
    of.monomials
      .filter(({ coefficient, letters }) => letters.length > 0 && coefficient * sign > 0)
      .reduce((sum, monomial) => addWhole(sum, scaleWhole({ monomials: [monomial], key: '' }, sign)), WHOLE_ZERO);
  const constant = of.monomials.find(({ letters }) => letters.length === 0)?.coefficient ?? 0;
  const left = side(-1);
  const right = side(1);
  if (relation === 'nonnegative' && constant === -1) return { relations: [{ left, sign: '<', right }] };
  const shiftedRight = constant > 0 ? addWhole(right, wholeNumber(constant)) : right;
  const shiftedLeft = constant < 0 ? addWhole(left, wholeNumber(-constant)) : left;
  return { relations: [{ left: shiftedLeft, sign: relation === 'zero' ? '=' : '≤', right: shiftedRight }] };
}
