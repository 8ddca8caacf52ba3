/**
 * Two independent readings for the tests of raising: networks by brute force over all index values, and formulas by a small matrix
 * interpreter that checks shape and orientation in every node. They share nothing but the made-up values of names.
 */
import { rationalToNumber } from '../../src/network/rational.js';
import type { Head, Quantity, Tensor, ValueReference } from '../../src/network/tensor.js';
import { evaluateWhole, type Whole } from '../../src/network/whole.js';
import type { Formula } from '../../src/notation/formula.js';

/** Sizes, lengths and index letters. */
export type Environment = ReadonlyMap<string, number>;

export const at = (whole: Whole, environment: Environment): number => {
  const value = evaluateWhole(whole, environment);
  if (value === undefined) throw new Error(`no value for ${whole.key}`);
  return value;
};

const extended = (environment: Environment, letter: string, value: number): Environment => new Map([...environment, [letter, value]]);

/** A made-up number between 0.2 and 1.2 that depends on the text alone. */
function madeUp(text: string): number {
  let hash = 2166136261;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  hash ^= hash >>> 15;
  return 0.2 + ((Math.imul(hash, 2246822519) >>> 0) % 100003) / 100003;
}

const reference = ({ name, indices }: ValueReference, environment: Environment): string => `${name}[${indices.map((index) => at(index, environment)).join()}]`;

export function entryOf(quantity: Quantity, positions: readonly number[], environment: Environment): number {
  switch (quantity.kind) {
    case 'value':
      return madeUp(`${reference(quantity, environment)}(${positions.join()})`);
    case 'adjoint':
      return madeUp(`d ${reference(quantity, environment)}(${positions.join()})`);
    case 'partial':
      return madeUp(`p ${reference(quantity.numerator, environment)}/${reference(quantity.denominator, environment)}(${positions.join()})`);
  }
}

/** An unspecified function of its name, its derivatives and the sum of its arguments' entries. */
const unspecifiedOf = (name: string, wrt: readonly number[], total: number, positions: readonly number[]): number =>
  Math.cos(total * 0.37 + wrt.length + positions.reduce((sum, p, k) => sum + p * (k + 1), 0) * 0.11 + madeUp(name));

/** Safe for large arguments, so that random networks stay finite. */
function softmaxOf(line: readonly number[], k: number): number {
  const top = Math.max(...line);
  return Math.exp((line[k] ?? 0) - top) / line.reduce((sum, value) => sum + Math.exp(value - top), 0);
}

// ---------------------------------------------------------------- networks

export function* positionsOf(dims: readonly number[]): Generator<number[]> {
  const [head, ...rest] = dims;
  if (head === undefined) yield [];
  else for (let i = 0; i < head; i += 1) for (const tail of positionsOf(rest)) yield [i, ...tail];
}

export function tensorEntry(tensor: Tensor, positions: readonly number[], environment: Environment): number {
  let sum = 0;
  for (const { coefficient, net } of tensor.terms) {
    const bound = net.dims.slice(positions.length).map((dim) => at(dim, environment));
    for (const inner of positionsOf(bound)) {
      const slots = [...positions, ...inner];
      let product = rationalToNumber(coefficient);
      for (const leaf of net.leaves)
        product *=
          headEntry(
            leaf.head.head,
            leaf.slots.map((slot) => slots[slot] ?? 0),
            environment,
          ) ** rationalToNumber(leaf.power);
      sum += product;
    }
  }
  return sum;
}

const total = (tensor: Tensor, environment: Environment): number => {
  let sum = 0;
  for (const positions of positionsOf(tensor.dims.map((dim) => at(dim, environment)))) sum += tensorEntry(tensor, positions, environment);
  return sum;
};

function headEntry(head: Head, positions: readonly number[], environment: Environment): number {
  const own = (tensor: Tensor): number => tensorEntry(tensor, tensor.dims.length === 0 ? [] : positions, environment);
  const [i = 0, j = 0] = positions;
  switch (head.kind) {
    case 'symbol':
      return entryOf(head.quantity, positions, environment);
    case 'delta':
      return Number(i === j);
    case 'whole':
      return at(head.value, environment);
    case 'indicator':
      return Number(head.relation === 'zero' ? at(head.of, environment) === 0 : at(head.of, environment) >= 0);
    case 'inclusion':
      return Number(i === j + at(head.offset, environment));
    case 'order':
      return Number(i - j >= at(head.offset, environment));
    case 'apply':
      return head.operator.evaluate(own(head.args[0] as Tensor), head.args[1] === undefined ? 0 : own(head.args[1]));
    case 'unspecified':
      return head.entrywise
        ? unspecifiedOf(head.name, head.wrt, own(head.args[0] as Tensor), [])
        : unspecifiedOf(
            head.name,
            head.wrt,
            head.args.reduce((sum, arg) => sum + total(arg, environment), 0),
            positions,
          );
    case 'softmax': {
      const last = at(head.of.dims.at(-1) as Whole, environment);
      const line = Array.from({ length: last }, (_, k) => tensorEntry(head.of, [...positions.slice(0, -1), k], environment));
      return softmaxOf(line, positions.at(-1) ?? 0);
    }
    case 'sum':
    case 'held':
      return own(head.of);
    case 'rangeSum': {
      let sum = 0;
      for (let k = at(head.from, environment); k <= at(head.to, environment); k += 1)
        sum += tensorEntry(head.of, positions, extended(environment, head.letter, k));
      return sum;
    }
    case 'product': {
      const [from, to, size] = [at(head.from, environment), at(head.to, environment), at(head.of.dims[0] as Whole, environment)];
      let row = Array.from({ length: size }, (_, k) => Number(k === i));
      for (let k = from; (to - k) * head.step >= 0; k += head.step) {
        const inner = extended(environment, head.letter, k);
        row = row.map((_, column) => row.reduce((sum, value, m) => sum + value * tensorEntry(head.of, [m, column], inner), 0));
      }
      return row[j] ?? 0;
    }
    case 'power': {
      const exponent = at(head.exponent, environment);
      if (positions.length === 0) return own(head.of) ** exponent;
      let row = Array.from({ length: at(head.of.dims[0] as Whole, environment) }, (_, k) => Number(k === i));
      for (let k = 0; k < exponent; k += 1)
        row = row.map((_, column) => row.reduce((sum, value, m) => sum + value * tensorEntry(head.of, [m, column], environment), 0));
      return row[j] ?? 0;
    }
  }
}

// ---------------------------------------------------------------- formulas

/** Set in an environment where ∂J/∂W of a matrix is written in the shape of Wᵀ. */
export const NUMERATOR_LAYOUT = 'numerator layout';

const writtenEntry = (quantity: Quantity, positions: readonly number[], environment: Environment): number =>
  entryOf(
    quantity,
    quantity.kind === 'adjoint' && positions.length === 2 && environment.has(NUMERATOR_LAYOUT) ? [...positions].reverse() : positions,
    environment,
  );

/** Rows of numbers; a scalar stretches, a vector is a single row or column. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly scalar: boolean;
  readonly of: (i: number, j: number) => number;
}

const scalarMatrix = (value: number): Matrix => ({ rows: 1, columns: 1, scalar: true, of: () => value });
const matrixOf = (rows: number, columns: number, of: (i: number, j: number) => number): Matrix => {
  const table = Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => of(i, j)));
  return { rows, columns, scalar: false, of: (i, j) => table[i]?.[j] ?? Number.NaN };
};
const valueAt = (matrix: Matrix): number => matrix.of(0, 0);
const entries = (matrix: Matrix): number[] =>
  Array.from({ length: matrix.rows * matrix.columns }, (_, k) => matrix.of(Math.floor(k / matrix.columns), k % matrix.columns));

function entrywise(matrices: readonly Matrix[], of: (...values: number[]) => number): Matrix {
  const shaped = matrices.filter((matrix) => !matrix.scalar);
  const [first] = shaped;
  if (first === undefined) return scalarMatrix(of(...matrices.map(valueAt)));
  for (const each of shaped)
    if (each.rows !== first.rows || each.columns !== first.columns)
      throw new Error(`shapes ${first.rows}×${first.columns} and ${each.rows}×${each.columns} meet entry by entry`);
  return matrixOf(first.rows, first.columns, (i, j) => of(...matrices.map((matrix) => matrix.of(i, j))));
}

function multiply(a: Matrix, b: Matrix): Matrix {
  if (a.scalar || b.scalar) return entrywise([a, b], (x, y) => x * y);
  if (a.columns !== b.rows) throw new Error(`${a.rows}×${a.columns} times ${b.rows}×${b.columns}`);
  const product = matrixOf(a.rows, b.columns, (i, j) => Array.from({ length: a.columns }, (_, k) => a.of(i, k) * b.of(k, j)).reduce((x, y) => x + y, 0));
  return product.rows === 1 && product.columns === 1 ? scalarMatrix(product.of(0, 0)) : product;
}

const sizesOf = ({ shape }: Formula, environment: Environment): { rows: number; columns: number } => {
  const [first, second] = shape.dims.map((dim) => at(dim, environment));
  if (first === undefined) return { rows: 1, columns: 1 };
  if (second !== undefined) return { rows: first, columns: second };
  return shape.orientation === 'row' ? { rows: 1, columns: first } : { rows: first, columns: 1 };
};

/** Reads a formula with the conventions of the contract and checks that every node has the shape it says. */
export function evaluateFormula(formula: Formula, environment: Environment): Matrix {
  const value = bare(formula, environment);
  const { rows, columns } = sizesOf(formula, environment);
  if (formula.shape.dims.length === 1 && formula.shape.orientation === undefined) throw new Error('a vector without a direction');
  if (!value.scalar && (value.rows !== rows || value.columns !== columns))
    throw new Error(`${formula.kind} says ${rows}×${columns} and is ${value.rows}×${value.columns}`);
  if (formula.shape.dims.length === 0 && !value.scalar) throw new Error(`${formula.kind} says scalar and is ${value.rows}×${value.columns}`);
  if (value.scalar && formula.shape.dims.length > 0 && formula.kind !== 'number') return matrixOf(rows, columns, () => valueAt(value));
  return value;
}

function bare(formula: Formula, environment: Environment): Matrix {
  const go = (inner: Formula): Matrix => evaluateFormula(inner, environment);
  const { rows, columns } = sizesOf(formula, environment);
  const rank = formula.shape.dims.length;
  const place = (i: number, j: number): number[] => (rank === 2 ? [i, j] : rank === 0 ? [] : formula.shape.orientation === 'row' ? [j] : [i]);
  const shaped = (of: (i: number, j: number) => number): Matrix => (rank === 0 ? scalarMatrix(of(0, 0)) : matrixOf(rows, columns, of));
  switch (formula.kind) {
    case 'number':
      return scalarMatrix(rationalToNumber(formula.value));
    case 'whole':
      return scalarMatrix(at(formula.value, environment));
    case 'name':
      return shaped((i, j) => writtenEntry(formula.quantity, place(i, j), environment));
    case 'sum':
      return formula.terms.map(({ sign, formula: term }) => entrywise([go(term)], (x) => sign * x)).reduce((a, b) => entrywise([a, b], (x, y) => x + y));
    case 'product':
      return formula.factors.map(go).reduce((a, b) => (formula.style === 'hadamard' ? entrywise([a, b], (x, y) => x * y) : multiply(a, b)));
    case 'inner':
      return scalarMatrix(entries(entrywise([go(formula.left), go(formula.right)], (x, y) => x * y)).reduce((x, y) => x + y, 0));
    case 'quotient':
      return entrywise([go(formula.numerator), go(formula.denominator)], (x, y) => x / y);
    case 'power': {
      const exponent = valueAt(go(formula.exponent));
      const base = go(formula.base);
      if (formula.style !== 'matrix') return entrywise([base], (x) => x ** exponent);
      let result = matrixOf(rows, rows, (i, j) => Number(i === j));
      for (let k = 0; k < exponent; k += 1) result = multiply(result, base);
      return result;
    }
    case 'squareRoot':
      return entrywise([go(formula.of)], Math.sqrt);
    case 'transpose': {
      const of = go(formula.of);
      return of.scalar ? of : matrixOf(of.columns, of.rows, (i, j) => of.of(j, i));
    }
    case 'diagonal': {
      const of = go(formula.of);
      if (formula.of.shape.dims.length === 2) return shaped((i, j) => of.of(Math.max(i, j), Math.max(i, j)));
      return shaped((i, j) => (i === j ? (of.scalar ? valueAt(of) : of.rows === 1 ? of.of(0, i) : of.of(i, 0)) : 0));
    }
    case 'apply':
      return entrywise(formula.args.map(go), (x, y) => formula.operator.evaluate(x, y ?? 0));
    case 'unspecified': {
      const args = formula.args.map(go);
      if (formula.entrywise) return entrywise(args, (x) => unspecifiedOf(formula.name, formula.wrt, x, []));
      const sum = args.flatMap(entries).reduce((x, y) => x + y, 0);
      return shaped((i, j) => unspecifiedOf(formula.name, formula.wrt, sum, place(i, j)));
    }
    case 'softmax': {
      const of = go(formula.of);
      const isColumn = of.columns === 1 && formula.of.shape.dims.length === 1;
      const line = (i: number, j: number): number[] =>
        isColumn ? Array.from({ length: of.rows }, (_, k) => of.of(k, j)) : Array.from({ length: of.columns }, (_, k) => of.of(i, k));
      return shaped((i, j) => softmaxOf(line(i, j), isColumn ? i : j));
    }
    case 'reduce':
      return reduced(formula.by, go(formula.of), formula.shape.dims.length > 0);
    case 'rangeSum':
      return Array.from({ length: Math.max(0, at(formula.to, environment) - at(formula.from, environment) + 1) }, (_, k) =>
        evaluateFormula(formula.body, extended(environment, formula.letter, at(formula.from, environment) + k)),
      ).reduce((a, b) => entrywise([a, b], (x, y) => x + y));
    case 'axisSum':
      return scalarMatrix(
        Array.from({ length: at(formula.dim, environment) }, (_, k) => extended(environment, formula.letter, k + 1))
          .filter((inner) => holds(formula.letter, formula.relation, inner))
          .map((inner) => valueAt(evaluateFormula(formula.body, inner)))
          .reduce((x, y) => x + y, 0),
      );
    case 'rangeProduct': {
      const [from, to] = [at(formula.from, environment), at(formula.to, environment)];
      let result = matrixOf(rows, columns, (i, j) => Number(i === j));
      if (!formula.falling) throw new Error('a raised product is read as it stands');
      const step = -1;
      for (let k = from; (to - k) * step >= 0; k += step) result = multiply(result, evaluateFormula(formula.body, extended(environment, formula.letter, k)));
      return result;
    }
    case 'ones':
      return shaped(() => 1);
    case 'zeros':
      return shaped(() => 0);
    case 'identity':
      return shaped((i, j) => Number(i === j));
    case 'blocks':
      return formula.rows.map((row) => row.map(go).reduce(beside)).reduce(below);
    case 'rangeBlocks': {
      const parts = Array.from({ length: at(formula.to, environment) - at(formula.from, environment) + 1 }, (_, k) =>
        evaluateFormula(formula.body, extended(environment, formula.letter, at(formula.from, environment) + k)),
      );
      return parts.reduce(formula.direction === 'beside' ? beside : below);
    }
    case 'blockOf': {
      const of = go(formula.of);
      const offset = at(formula.offset, environment);
      const alongRows = formula.of.shape.dims.length === 2 ? formula.axis === 0 : formula.of.shape.orientation !== 'row';
      return shaped((i, j) => of.of(alongRows ? i + offset : i, alongRows ? j : j + offset));
    }
    case 'entry': {
      const of = formula.of;
      const positions = formula.positions.map((position) => at(position, environment) - 1);
      if (of.kind === 'name') return scalarMatrix(writtenEntry(of.quantity, positions, environment));
      if (of.kind === 'unspecified')
        return scalarMatrix(
          unspecifiedOf(
            of.name,
            of.wrt,
            of.args
              .map(go)
              .flatMap(entries)
              .reduce((x, y) => x + y, 0),
            positions,
          ),
        );
      const value = go(of);
      const [i = 0, j = 0] = positions;
      return scalarMatrix(of.shape.dims.length === 2 ? value.of(i, j) : of.shape.orientation === 'row' ? value.of(0, i) : value.of(i, 0));
    }
    case 'kronecker':
      return scalarMatrix(Number(at(formula.left, environment) === at(formula.right, environment)));
    case 'cases': {
      const branch = formula.branches.find(
        ({ condition }) =>
          condition === undefined || condition.relations.every(({ left, sign, right }) => compare(at(left, environment), sign, at(right, environment))),
      );
      return branch === undefined ? scalarMatrix(Number.NaN) : go(branch.value);
    }
    case 'held':
      return go(formula.of);
    default:
      throw new Error(`a raised formula holds a ${formula.kind}`);
  }
}

const beside = (a: Matrix, b: Matrix): Matrix =>
  matrixOf(Math.max(a.rows, b.rows), a.columns + b.columns, (i, j) => (j < a.columns ? a.of(i, j) : b.of(i, j - a.columns)));
const below = (a: Matrix, b: Matrix): Matrix =>
  matrixOf(a.rows + b.rows, Math.max(a.columns, b.columns), (i, j) => (i < a.rows ? a.of(i, j) : b.of(i - a.rows, j)));

function reduced(by: string, of: Matrix, isVector: boolean): Matrix {
  const sum = (values: readonly number[]): number => values.reduce((x, y) => x + y, 0);
  const row = (i: number): number[] => Array.from({ length: of.columns }, (_, j) => of.of(i, j));
  const column = (j: number): number[] => Array.from({ length: of.rows }, (_, i) => of.of(i, j));
  switch (by) {
    case 'sum':
      return scalarMatrix(sum(entries(of)));
    case 'rowsum':
      return isVector ? matrixOf(of.rows, 1, (i) => sum(row(i))) : scalarMatrix(Number.NaN);
    case 'colsum':
      return isVector ? matrixOf(1, of.columns, (_, j) => sum(column(j))) : scalarMatrix(Number.NaN);
    case 'trace':
      return scalarMatrix(sum(Array.from({ length: of.rows }, (_, i) => of.of(i, i))));
    case 'norm':
    case 'frobenius':
      return scalarMatrix(Math.sqrt(sum(entries(of).map((x) => x * x))));
    case 'normSquared':
    case 'frobeniusSquared':
      return scalarMatrix(sum(entries(of).map((x) => x * x)));
    default:
      throw new Error(`a raised formula holds ${by}`);
  }
}

const compare = (left: number, sign: string, right: number): boolean =>
  sign === '='
    ? left === right
    : sign === '≠'
      ? left !== right
      : sign === '<'
        ? left < right
        : sign === '≤'
          ? left <= right
          : sign === '>'
            ? left > right
            : left >= right;

function holds(letter: string, relation: { readonly sign: string; readonly than: Whole } | undefined, environment: Environment): boolean {
  return relation === undefined || compare(environment.get(letter) ?? Number.NaN, relation.sign, at(relation.than, environment));
}

/** All entries of a matrix in the order of the tensor's axes. */
export const entriesOf = (matrix: Matrix, dims: readonly number[]): number[] => {
  if (matrix.scalar) return Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => valueAt(matrix));
  return entries(matrix);
};
