/**
 * What a model costs: free entries of its parameters, and the work of its equations as they stand.
 *
 * A multiply-add is one term of one contraction (a matrix product, an inner product, a sum of products). Entrywise sums and products are counted
 * beside them, and so are function calls. Each operation carries the letters it is repeated over; a sum is formed once for all letters that do not
 * occur in it. Ends because formulas are finite trees.
 */

import { BudgetError } from '../errors.js';
import { childrenOf, type Equation, type IndexRange, type Model, readsOf } from '../model/index.js';
import { evaluateWhole, lettersOf, multiplyWhole, rational, shiftWhole, WHOLE_ONE, type Whole, wholeNumber } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { addPolynomials, constantPolynomial, multiplyPolynomials, type Polynomial, polynomialOf, scalePolynomial, sumPolynomial } from './polynomial.js';

export type Work = 'multiply-add' | 'entrywise' | 'function';

/** So many operations of a kind for all values of the letters of its loops. */
export interface Operation {
  readonly work: Work;
  readonly amount: Whole;
  /** Outermost first. */
  readonly loops: readonly IndexRange[];
}

export interface ParameterCount {
  readonly name: string;
  /** Entries of one copy that are free: of a diagonal matrix its diagonal, of a symmetric one its upper half. */
  readonly entries: Polynomial;
  /** Copies under an index of its own (heads, layers) are in `entries`; this is how often it is read, once for each step of each reader. */
  readonly uses: Polynomial;
}

/** The operations of one equation's right side, loops of the equation itself included. */
export function operationsOf(model: Model, equation: Equation): readonly Operation[] {
  const axes = (equation.axes ?? []).map(
    (letter, k): IndexRange => ({ letter, from: WHOLE_ONE, to: model.declarations.get(equation.name)?.dims[k] ?? WHOLE_ONE }),
  );
  const counter = new Counter();
  counter.visit(equation.source, [...equation.ranges, ...axes]);
  return counter.operations;
}

/** How many operations that is in all. */
export function totalOf(operations: readonly Operation[], work: Work): Polynomial {
  return addPolynomials(...operations.filter((operation) => operation.work === work).map(({ amount, loops }) => overLoops(polynomialOf(amount), loops)));
}

/** The same for one value of the letters in `fixed`: the work of one step. */
export function onceOf(operations: readonly Operation[], work: Work, fixed: readonly IndexRange[]): Polynomial {
  const letters = new Set(fixed.map(({ letter }) => letter));
  return addPolynomials(
    ...operations
      .filter((operation) => operation.work === work)
      .map(({ amount, loops }) =>
        overLoops(
          polynomialOf(amount),
          loops.filter(({ letter }) => !letters.has(letter)),
        ),
      ),
  );
}

const overLoops = (amount: Polynomial, loops: readonly IndexRange[]): Polynomial =>
  [...loops].reverse().reduce((sum, { letter, from, to }) => sumPolynomial(sum, letter, polynomialOf(from), polynomialOf(to)), amount);

/** More repetitions than this are not run through one by one. */
const MOST_REPETITIONS = 200_000;

/** The same total at numbers for all sizes, every loop run through: no closed form is used. */
export function countedTotal(operations: readonly Operation[], work: Work, sizes: ReadonlyMap<string, number>): number {
  let total = 0;
  let steps = 0;
  const run = (amount: Whole, loops: readonly IndexRange[], scope: ReadonlyMap<string, number>): void => {
    const [first, ...rest] = loops;
    if (++steps > MOST_REPETITIONS) throw new BudgetError(`The loops have more than ${MOST_REPETITIONS} steps.`);
    if (first === undefined) {
      total += evaluateWhole(amount, scope) ?? Number.NaN;
      return;
    }
    const [from, to] = [evaluateWhole(first.from, scope) ?? 1, evaluateWhole(first.to, scope) ?? 0];
    for (let at = from; at <= to; at++) run(amount, rest, new Map([...scope, [first.letter, at]]));
  };
  for (const operation of operations) if (operation.work === work) run(operation.amount, operation.loops, sizes);
  return total;
}

/** The model's parameters (or constants) in the order of their declaration; of some equations, those that they read. */
export function parametersOf(
  model: Model,
  equations: readonly Equation[] = model.equations,
  wanted: 'parameter' | 'constant' = 'parameter',
): readonly ParameterCount[] {
  const uses = new Map<string, Polynomial[]>();
  for (const equation of equations) {
    for (const name of new Set(readsOf(equation.source).map((read) => read.name))) {
      uses.set(name, [...(uses.get(name) ?? []), overLoops(constantPolynomial(1), equation.ranges)]);
    }
  }
  const all = equations.length === model.equations.length;
  return [...model.declarations.values()].flatMap(({ name, role, dims, indices, assumptions }): ParameterCount[] => {
    if (role !== wanted || (!all && !uses.has(name))) return [];
    const [n] = dims;
    const square = dims.length === 2 && n !== undefined;
    const size = polynomialOf(n ?? WHOLE_ONE);
    const half = (sign: 1 | -1): Polynomial =>
      scalePolynomial(addPolynomials(multiplyPolynomials(size, size), scalePolynomial(size, rational(sign))), rational(1, 2));
    const entries =
      square && assumptions.diagonal === true
        ? size
        : square && assumptions.symmetric === true
          ? half(1)
          : square && assumptions.orthogonal === true
            ? half(-1)
            : multiplyPolynomials(...dims.map(polynomialOf));
    return [{ name, entries: overLoops(entries, indices), uses: addPolynomials(...(uses.get(name) ?? [])) }];
  });
}

const sizeOf = (dims: readonly Whole[]): Whole => dims.reduce(multiplyWhole, WHOLE_ONE);

interface Sides {
  readonly rows: Whole;
  readonly columns: Whole;
  /** Identity or diagonal: multiplying by it is no contraction. */
  readonly sparse: 'identity' | 'diagonal' | undefined;
}

class Counter {
  readonly operations: Operation[] = [];

  visit(formula: Formula, loops: readonly IndexRange[]): void {
    switch (formula.kind) {
      case 'rangeSum':
        return this.#sum(formula.body, { letter: formula.letter, from: formula.from, to: formula.to }, formula, loops);
      case 'axisSum':
        return this.#sum(formula.body, axisRange(formula), formula, loops);
      case 'rangeProduct':
        this.visit(formula.body, [
          ...loops,
          { letter: formula.letter, from: formula.falling ? formula.to : formula.from, to: formula.falling ? formula.from : formula.to },
        ]);
        return this.#add(
          formula.shape.dims.length === 2 ? 'multiply-add' : 'entrywise',
          formula.shape.dims.length === 2 ? multiplyWhole(sizeOf(formula.shape.dims), formula.shape.dims[0] ?? WHOLE_ONE) : WHOLE_ONE,
          [...loops, { letter: formula.letter, from: formula.from, to: formula.to }],
        );
      case 'rangeBlocks':
        return this.visit(formula.body, [...loops, { letter: formula.letter, from: formula.from, to: formula.to }]);
      default:
        for (const child of childrenOf(formula)) this.visit(child, loops);
        this.#own(formula, loops);
    }
  }

  #add(work: Work, amount: Whole, loops: readonly IndexRange[]): void {
    if (amount.monomials.length > 0) this.operations.push({ work, amount, loops });
  }

  /** Work of the node itself, its parts done. */
  #own(formula: Formula, loops: readonly IndexRange[]): void {
    const entries = sizeOf(formula.shape.dims);
    switch (formula.kind) {
      case 'sum':
        return this.#add('entrywise', times(entries, formula.terms.length - 1), loops);
      case 'product':
        return formula.style === 'matrix' ? this.#chain(formula.factors, loops) : this.#entrywise(formula, loops);
      case 'inner':
        return this.#add('multiply-add', sizeOf(formula.left.shape.dims), loops);
      case 'quotient':
      case 'power':
        return this.#add('entrywise', entries, loops);
      case 'squareRoot':
      case 'apply':
      case 'operatorDerivative':
      case 'unspecified':
        return this.#add('function', entries, loops);
      case 'softmax':
        this.#add('function', entries, loops);
        return this.#add('entrywise', times(entries, 2), loops);
      case 'reduce':
        return this.#reduce(formula.by, formula.of, loops);
      default:
        return;
    }
  }

  #entrywise(formula: Extract<Formula, { kind: 'product' }>, loops: readonly IndexRange[]): void {
    const wide = formula.factors.filter(({ shape }) => shape.dims.length > 0).length;
    const signs = formula.factors.filter(
      (factor) => factor.kind === 'number' && factor.value.denominator === 1n && (factor.value.numerator === 1n || factor.value.numerator === -1n),
    ).length;
    const scalars = formula.factors.length - wide - signs;
    // Scalars are multiplied with each other first; then the result once with every entry.
    this.#add('entrywise', wholeNumber(Math.max(0, scalars - 1)), loops);
    if (wide > 0) this.#add('entrywise', times(sizeOf(formula.shape.dims), wide - 1 + (scalars > 0 ? 1 : 0)), loops);
  }

  /** From the side on which a vector stands, else from the left. */
  #chain(factors: readonly Formula[], loops: readonly IndexRange[]): void {
    const sides = factors.map((factor, k) => sidesOf(factor, k === 0));
    const fromRight = sides.at(-1)?.columns.key === WHOLE_ONE.key && sides[0]?.rows.key !== WHOLE_ONE.key;
    const ordered = fromRight ? [...sides].reverse() : sides;
    const [first, ...rest] = ordered;
    let current = first;
    for (const next of rest) {
      if (current === undefined) return;
      const [left, right]: [Sides, Sides] = fromRight ? [next, current] : [current, next];
      this.#multiply(left, right, loops);
      current = {
        rows: left.rows,
        columns: right.columns,
        sparse: left.sparse === 'identity' ? right.sparse : right.sparse === 'identity' ? left.sparse : undefined,
      };
    }
  }

  #multiply(left: Sides, right: Sides, loops: readonly IndexRange[]): void {
    if (left.sparse === 'identity' || right.sparse === 'identity') return;
    const entries = multiplyWhole(left.rows, right.columns);
    if (left.sparse === 'diagonal' || right.sparse === 'diagonal' || left.columns.key === WHOLE_ONE.key) return this.#add('entrywise', entries, loops);
    this.#add('multiply-add', multiplyWhole(entries, left.columns), loops);
  }

  /** Σ of products: their last multiplication and the addition are multiply-adds. What does not depend on a letter outside is done once for it. */
  #sum(body: Formula, range: IndexRange, whole: Formula, loops: readonly IndexRange[]): void {
    const free = lettersIn(whole);
    const outside = loops.filter(({ letter }) => free.has(letter));
    const needed = loops.filter(
      (loop) => outside.includes(loop) || outside.some(({ from, to }) => lettersOf(from).has(loop.letter) || lettersOf(to).has(loop.letter)),
    );
    const inside = [...needed, range];
    const { product, before } = contracted(body);
    for (const part of before) this.visit(part, inside);
    this.#add(product ? 'multiply-add' : 'entrywise', sizeOf(body.shape.dims), inside);
  }

  #reduce(by: Extract<Formula, { kind: 'reduce' }>['by'], of: Formula, loops: readonly IndexRange[]): void {
    const entries = sizeOf(of.shape.dims);
    switch (by) {
      case 'sum':
      case 'rowsum':
      case 'colsum':
      case 'mean':
        return this.#add('entrywise', entries, loops);
      case 'trace':
        return this.#add('entrywise', of.shape.dims[0] ?? WHOLE_ONE, loops);
      case 'var':
      case 'normSquared':
      case 'frobeniusSquared':
        return this.#add('multiply-add', entries, loops);
      case 'norm':
      case 'frobenius':
      case 'spectral':
        this.#add('multiply-add', entries, loops);
        return this.#add('function', WHOLE_ONE, loops);
    }
  }
}

const times = (amount: Whole, by: number): Whole => multiplyWhole(amount, wholeNumber(by));

/** Whether a summand is a product whose last multiplication goes with the addition, and what has to be done before it. */
function contracted(body: Formula): { readonly product: boolean; readonly before: readonly Formula[] } {
  if (body.kind === 'sum' && body.terms.length === 1 && body.terms[0] !== undefined) return contracted(body.terms[0].formula);
  if (body.kind === 'product' && body.style !== 'matrix' && body.factors.length === 2) return { product: true, before: body.factors };
  if (body.kind === 'product' && body.style !== 'matrix' && body.factors.length > 2) {
    const [first, ...rest] = body.factors;
    const [last] = rest.slice(-1);
    const front: Formula = { ...body, factors: body.factors.slice(0, -1), shape: first?.shape ?? body.shape };
    return last === undefined ? { product: false, before: [body] } : { product: true, before: [front, last] };
  }
  return { product: false, before: [body] };
}

function axisRange({ letter, dim, relation }: Extract<Formula, { kind: 'axisSum' }>): IndexRange {
  if (relation === undefined) return { letter, from: WHOLE_ONE, to: dim };
  switch (relation.sign) {
    case '≤':
      return { letter, from: WHOLE_ONE, to: relation.than };
    case '<':
      return { letter, from: WHOLE_ONE, to: shiftWhole(relation.than, -1) };
    case '≥':
      return { letter, from: relation.than, to: dim };
    case '>':
      return { letter, from: shiftWhole(relation.than, 1), to: dim };
    case '≠':
      return { letter, from: WHOLE_ONE, to: shiftWhole(dim, -1) };
  }
}

function sidesOf(formula: Formula, first: boolean): Sides {
  const plain = formula.kind === 'transpose' ? formula.of : formula;
  const sparse = plain.kind === 'identity' ? 'identity' : plain.kind === 'diagonal' && formula.shape.dims.length === 2 ? 'diagonal' : undefined;
  const [n, m] = formula.shape.dims;
  if (n === undefined) return { rows: WHOLE_ONE, columns: WHOLE_ONE, sparse };
  if (m !== undefined) return { rows: n, columns: m, sparse };
  const row = (formula.shape.orientation ?? (first ? 'row' : 'column')) === 'row';
  return row ? { rows: WHOLE_ONE, columns: n, sparse } : { rows: n, columns: WHOLE_ONE, sparse };
}

/** Letters of indices, entries and limits in a formula, bound ones included. */
function lettersIn(formula: Formula): ReadonlySet<string> {
  const found = new Set<string>();
  const take = (whole: Whole): void => lettersOf(whole).forEach((letter) => void found.add(letter));
  const go = (inner: Formula): void => {
    if (inner.kind === 'name' && inner.quantity.kind !== 'partial') inner.quantity.indices.forEach(take);
    if (inner.kind === 'unspecified') inner.indices.forEach(take);
    if (inner.kind === 'entry') inner.positions.forEach(take);
    if (inner.kind === 'whole') take(inner.value);
    if (inner.kind === 'rangeSum' || inner.kind === 'rangeProduct' || inner.kind === 'rangeBlocks') [inner.from, inner.to].forEach(take);
    if (inner.kind === 'axisSum' && inner.relation !== undefined) take(inner.relation.than);
    if (inner.kind === 'kronecker') [inner.left, inner.right].forEach(take);
    childrenOf(inner).forEach(go);
  };
  go(formula);
  return found;
}

/** How many steps some ranges have. */
export const stepsOf = (ranges: readonly IndexRange[]): Polynomial => overLoops(constantPolynomial(1), ranges);
