/**
 * The label of a case: both sides of a line evaluated on the unrolled model by an interpreter of its own.
 *
 * Nothing here is shared with the calculus, the verifier or its numbers: values come from walking the author's equations, every derivative from
 * a complex step through that walk (all names but the perturbed one follow), and no table of derivatives is read. Where equations hold
 * derivatives themselves, steps are taken around a circle (Cauchy's formula), which may be done inside one another.
 */

import type { Equation, Model } from '../../src/model/model.js';
import { rationalToNumber } from '../../src/network/rational.js';
import type { Quantity, ValueReference } from '../../src/network/tensor.js';
import { evaluateWhole, type Whole } from '../../src/network/whole.js';
import type { Condition, Formula } from '../../src/notation/formula.js';
import { add, type Complex, complex, cos, divide, exp, log, logistic, multiply, ONE, power, sin, subtract, tanh, ZERO } from './complex.js';
import { numberFrom } from './random.js';

export interface Value {
  readonly dims: readonly number[];
  readonly data: readonly Complex[];
}

type Letters = ReadonlyMap<string, number>;
type Place = Pick<ValueReference, 'name'> & { readonly at: readonly number[] };

/** A bump of one entry of a name at a place. */
interface Bump {
  readonly place: string;
  readonly entry: number;
  readonly by: Complex;
}

const STEP = 1e-30;
const TINY = complex(0, STEP);
const RADIUS = 0.08;
const NODES = 14;
/** Steps around a circle. */
const CIRCLE: readonly Complex[] = Array.from({ length: NODES }, (_, k) => {
  const angle = (2 * Math.PI * (k + 0.5)) / NODES;
  return complex(RADIUS * Math.cos(angle), RADIUS * Math.sin(angle));
});

const placeOf = (name: string, indices: readonly number[]): string => `${name}[${indices.join()}]`;
const count = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);

/** One forward walk of the model, with or without bumps. */
class Walk {
  readonly known = new Map<string, Value>();
  constructor(
    readonly oracle: Oracle,
    readonly bumps: readonly Bump[] = [],
  ) {}

  value(name: string, indices: readonly number[]): Value {
    const place = placeOf(name, indices);
    let known = this.known.get(place);
    if (known === undefined) {
      known = this.#bumped(place, this.#computed(name, indices));
      this.known.set(place, known);
    }
    return known;
  }

  #bumped(place: string, value: Value): Value {
    const here = this.bumps.filter((bump) => bump.place === place);
    if (here.length === 0) return value;
    return { ...value, data: value.data.map((entry, k) => here.reduce((sum, bump) => (bump.entry === k ? add(sum, bump.by) : sum), entry)) };
  }

  #computed(name: string, indices: readonly number[]): Value {
    const { oracle } = this;
    const found = oracle.equationAt(name, indices);
    return found === undefined ? oracle.given(name, indices) : oracle.rightSide(found.equation, found.letters, this);
  }
}

export class Oracle {
  readonly sizes: ReadonlyMap<string, number>;
  readonly #plain: Walk;
  readonly #derivatives = new Map<string, Value>();
  /** Whether equations of the model hold derivatives. */
  readonly #isNested: boolean;

  constructor(
    readonly model: Model,
    sizes: ReadonlyMap<string, number>,
    readonly seed: number,
  ) {
    this.sizes = sizes;
    this.#plain = new Walk(this);
    this.#isNested = model.equations.some(({ source }) =>
      JSON.stringify(source, (_, value: unknown) => (typeof value === 'bigint' ? 0 : value)).includes('"kind":"derivative"'),
    );
  }

  /** Real entries of a formula at numbers for its letters. */
  value(formula: Formula, letters: Letters): { readonly dims: readonly number[]; readonly data: readonly number[] } {
    const value = this.evaluate(formula, letters, this.#plain);
    return { dims: value.dims, data: value.data.map(({ re }) => re) };
  }

  number(whole: Whole, letters: Letters): number {
    const value = evaluateWhole(whole, new Map([...this.sizes, ...letters]));
    if (value === undefined) throw new Error(`no number for ${whole.key}`);
    return value;
  }

  /** The equation that computes a name at a place: one for that place alone before the general one. */
  equationAt(name: string, indices: readonly number[]): { equation: Equation; letters: Letters } | undefined {
    const all = this.model.equations.filter((equation) => equation.name === name && equation.indices.length === indices.length);
    for (const equation of [...all].sort((a, b) => a.ranges.length - b.ranges.length)) {
      const letters = new Map<string, number>();
      const ranged = new Set(equation.ranges.map(({ letter }) => letter));
      const fits = equation.indices.every((index, at) => {
        const own = index.monomials.flatMap(({ letters: all }) => all).find((letter) => ranged.has(letter));
        if (own === undefined) return this.number(index, new Map()) === indices[at];
        letters.set(own, (indices[at] as number) - (this.number(index, new Map([[own, 0]])) as number));
        return true;
      });
      const inside = equation.ranges.every(({ letter, from, to }) => {
        const value = letters.get(letter);
        return value !== undefined && value >= this.number(from, letters) && value <= this.number(to, letters);
      });
      if (fits && inside) return { equation, letters };
    }
    return undefined;
  }

  /** The right side of an equation, entry by entry where it is written so. */
  rightSide(equation: Equation, letters: Letters, walk: Walk): Value {
    const { axes = [], source } = equation;
    if (axes.length === 0) return this.evaluate(source, letters, walk);
    const dims = (this.model.declarations.get(equation.name)?.dims ?? []).map((dim) => this.number(dim, letters));
    const own = dims.slice(0, axes.length);
    const parts = positionsOf(own).map((at) =>
      this.evaluate(source, new Map([...letters, ...axes.map((axis, k) => [axis, (at[k] as number) + 1] as const)]), walk),
    );
    return { dims: [...own, ...(parts[0]?.dims ?? [])], data: parts.flatMap(({ data }) => data) };
  }

  /** Inputs, parameters and freed boundary values: numbers that depend on name and place alone; what nothing frees is zero. */
  given(name: string, indices: readonly number[]): Value {
    const declared = this.model.declarations.get(name);
    if (declared === undefined) throw new Error(`unknown ${name}`);
    const dims = declared.dims.map((dim) => this.number(dim, new Map()));
    const place = placeOf(name, indices);
    const inside =
      declared.role !== 'computed' &&
      declared.indices.every(
        ({ from, to }, at) => (indices[at] as number) >= this.number(from, new Map()) && (indices[at] as number) <= this.number(to, new Map()),
      );
    const freed = this.model.boundaries.some(
      (boundary) => boundary.name === name && boundary.kind === 'freed' && boundary.indices.every((index, at) => this.number(index, new Map()) === indices[at]),
    );
    if (!inside && !freed) return { dims, data: Array.from({ length: count(dims) }, () => ZERO) };
    const scale = dims.length === 2 ? Math.min(1.1, 2 / Math.sqrt(Math.max(...dims))) : 0.9;
    const raw = Array.from({ length: count(dims) }, (_, k) => numberFrom(`${this.seed} ${place} ${k}`));
    if (declared.assumptions.sumsToOne === true) {
      const total = raw.reduce((sum, value) => sum + Math.abs(value) + 0.1, 0);
      return { dims, data: raw.map((value) => complex((Math.abs(value) + 0.1) / total)) };
    }
    return { dims, data: raw.map((value) => complex(scale * (0.25 * Math.sign(value) + 0.75 * value))) };
  }

  // ---------------------------------------------------------------- derivatives

  /** d(of)/d(by), everything following: axes of the first, then of the second. */
  derivative(of: Place, by: Place, within: Walk = this.#plain): Value {
    const key = `${placeOf(of.name, of.at)}/${placeOf(by.name, by.at)}`;
    const known = within === this.#plain ? this.#derivatives.get(key) : undefined;
    if (known !== undefined) return known;
    const top = within.value(of.name, of.at);
    const bottom = within.value(by.name, by.at);
    const columns = bottom.data.map((_, entry) => this.#column(of, placeOf(by.name, by.at), entry, within));
    const made = { dims: [...top.dims, ...bottom.dims], data: top.data.flatMap((_, row) => columns.map((column) => column[row] as Complex)) };
    if (within === this.#plain) this.#derivatives.set(key, made);
    return made;
  }

  #column(of: Place, place: string, entry: number, within: Walk): readonly Complex[] {
    const stepped = (by: Complex): Value => new Walk(this, [...within.bumps, { place, entry, by }]).value(of.name, of.at);
    if (!this.#isNested) return stepped(TINY).data.map(({ im }) => complex(im / STEP));
    const around = CIRCLE.map((by) => ({ by, value: stepped(by) }));
    const rows = around[0]?.value.data ?? [];
    return rows.map((_, row) => {
      const total = around.reduce((sum, { by, value }) => add(sum, divide(value.data[row] as Complex, by)), ZERO);
      return divide(total, complex(NODES));
    });
  }

  #quantity(quantity: Quantity, letters: Letters, walk: Walk): Value {
    const at = ({ indices }: ValueReference): readonly number[] => indices.map((index) => this.number(index, letters));
    switch (quantity.kind) {
      case 'value':
        return walk.value(quantity.name, at(quantity));
      case 'adjoint': {
        const target = quantity.target ?? { name: this.model.loss ?? '', indices: [] };
        return this.#inside(quantity, at(quantity))
          ? this.derivative({ ...target, at: at(target) }, { ...quantity, at: at(quantity) }, walk)
          : zeros(this.given(quantity.name, at(quantity)).dims);
      }
      case 'partial':
        if (quantity.reach !== 'total') throw new Error('only total partials have a label here');
        return this.derivative({ ...quantity.numerator, at: at(quantity.numerator) }, { ...quantity.denominator, at: at(quantity.denominator) }, walk);
    }
  }

  /** Adjoints are zero outside the range of their name. */
  #inside({ name }: ValueReference, at: readonly number[]): boolean {
    if (this.equationAt(name, at) !== undefined) return true;
    return this.given(name, at).data.some(({ re }) => re !== 0);
  }

  // ---------------------------------------------------------------- formulas

  evaluate(formula: Formula, letters: Letters, walk: Walk): Value {
    const { kind } = formula;
    const inner = (part: Formula): Value => this.evaluate(part, letters, walk);
    switch (kind) {
      case 'number':
        return scalar(rationalToNumber(formula.value));
      case 'whole':
        return scalar(this.number(formula.value, letters));
      case 'name':
        return this.#quantity(formula.quantity, letters, walk);
      case 'sum':
        return this.#sum(formula, inner, letters);
      case 'product':
        return formula.style === 'matrix'
          ? chain(formula.factors, formula.factors.map(inner))
          : entrywise(this.#dims(formula, letters), formula.factors.map(inner));
      case 'inner': {
        const [a, b] = [inner(formula.left), inner(formula.right)];
        return { dims: [], data: [a.data.reduce((sum, entry, k) => add(sum, multiply(entry, b.data[k] as Complex)), ZERO)] };
      }
      case 'quotient': {
        const [a, b] = [inner(formula.numerator), inner(formula.denominator)];
        const dims = this.#dims(formula, letters);
        return { dims, data: Array.from({ length: count(dims) }, (_, k) => divide(entryOf(a, k), entryOf(b, k))) };
      }
      case 'power': {
        const [base, exponent] = [inner(formula.base), inner(formula.exponent)];
        if (formula.style === 'matrix') throw new Error('matrix powers have no label here');
        return { ...base, data: base.data.map((entry) => power(entry, (exponent.data[0] as Complex).re)) };
      }
      case 'squareRoot': {
        const of = inner(formula.of);
        return { ...of, data: of.data.map((entry) => power(entry, 0.5)) };
      }
      case 'transpose':
        return transpose(inner(formula.of));
      case 'diagonal':
        return diagonal(inner(formula.of));
      case 'apply': {
        const args = formula.args.map(inner);
        const [first] = args;
        if (first === undefined || args.length > 1) throw new Error(`no label for ${formula.operator.name}`);
        return { ...first, data: first.data.map((entry) => applied(formula.operator.name, entry)) };
      }
      case 'operatorDerivative': {
        const of = inner(formula.of);
        if (formula.order !== 1) throw new Error('one derivative only');
        return { ...of, data: of.data.map((entry) => complex(applied(formula.operator.name, complex(entry.re, STEP)).im / STEP)) };
      }
      case 'softmax':
        return softmax(inner(formula.of), formula.axis);
      case 'unspecified':
        return this.#unspecified(formula, letters, walk);
      case 'rangeSum':
        return this.#rangeSum(formula, letters, walk);
      case 'axisSum':
        return this.#axisSum(formula, letters, walk);
      case 'entry':
        return entriesAt(
          inner(formula.of),
          formula.positions.map((position) => this.number(position, letters) - 1),
        );
      case 'ones':
        return filled(this.#dims(formula, letters), ONE);
      case 'zeros':
        return filled(this.#dims(formula, letters), ZERO);
      case 'identity':
        return diagonal(filled([this.#dims(formula, letters)[0] ?? 1], ONE));
      case 'derivative':
        return this.#derivative(formula, letters, walk);
      case 'reduce':
        return reduced(formula.by, inner(formula.of));
      case 'blocks':
        return blocks(
          formula.rows.map((row) => row.map(inner)),
          formula.shape.orientation === 'row',
        );
      case 'rangeBlocks': {
        const [from, to] = [this.number(formula.from, letters), this.number(formula.to, letters)];
        const parts = Array.from({ length: to - from + 1 }, (_, k) => this.evaluate(formula.body, new Map([...letters, [formula.letter, from + k]]), walk));
        const below = formula.direction === 'below';
        const lying = parts.map((part) => (part.dims.length === 1 && formula.shape.dims.length === 2 ? standing(part, !below) : part));
        return blocks(below ? lying.map((part) => [part]) : [lying], formula.shape.orientation === 'row');
      }
      case 'blockOf':
        return blockOf(inner(formula.of), formula.axis, this.number(formula.offset, letters), this.number(formula.size, letters));
      case 'cases': {
        const branch = formula.branches.find(({ condition }) => condition === undefined || this.#isMet(condition, letters));
        return branch === undefined ? zeros(this.#dims(formula, letters)) : inner(branch.value);
      }
      case 'kronecker':
        return scalar(this.number(formula.left, letters) === this.number(formula.right, letters) ? 1 : 0);
      case 'held':
        throw new Error('no label for held terms');
      default:
        throw new Error(`no label for ${kind}`);
    }
  }

  #isMet({ relations }: Condition, letters: Letters): boolean {
    return relations.every(({ left, sign, right }) => {
      const [a, b] = [this.number(left, letters), this.number(right, letters)];
      return sign === '=' ? a === b : holds(a, sign, b);
    });
  }

  #dims(formula: Formula, letters: Letters): readonly number[] {
    return formula.shape.dims.map((dim) => this.number(dim, letters));
  }

  #sum(formula: Extract<Formula, { kind: 'sum' }>, inner: (part: Formula) => Value, letters: Letters): Value {
    const dims = this.#dims(formula, letters);
    const parts = formula.terms.map(({ sign, formula: term }) => ({ sign, value: inner(term) }));
    if (parts.some(({ value }) => value.dims.length !== 0 && value.dims.length !== dims.length)) throw new Error('no label for broadcasts');
    const data = Array.from({ length: count(dims) }, (_, k) =>
      parts.reduce((sum, { sign, value }) => (sign === 1 ? add(sum, entryOf(value, k)) : subtract(sum, entryOf(value, k))), ZERO),
    );
    return { dims, data };
  }

  #rangeSum(formula: Extract<Formula, { kind: 'rangeSum' }>, letters: Letters, walk: Walk): Value {
    const [from, to] = [this.number(formula.from, letters), this.number(formula.to, letters)];
    const dims = this.#dims(formula, letters);
    let data: readonly Complex[] = Array.from({ length: count(dims) }, () => ZERO);
    for (let k = from; k <= to; k += 1) {
      const value = this.evaluate(formula.body, new Map([...letters, [formula.letter, k]]), walk);
      data = data.map((entry, at) => add(entry, value.data[at] as Complex));
    }
    return { dims, data };
  }

  #axisSum(formula: Extract<Formula, { kind: 'axisSum' }>, letters: Letters, walk: Walk): Value {
    const size = this.number(formula.dim, letters);
    const { relation } = formula;
    const dims = this.#dims(formula, letters);
    let data: readonly Complex[] = Array.from({ length: count(dims) }, () => ZERO);
    for (let k = 1; k <= size; k += 1) {
      if (relation !== undefined && !holds(k, relation.sign, this.number(relation.than, letters))) continue;
      const term = this.evaluate(formula.body, new Map([...letters, [formula.letter, k]]), walk);
      data = data.map((entry, at) => add(entry, term.data[at] as Complex));
    }
    return { dims, data };
  }

  #derivative(formula: Extract<Formula, { kind: 'derivative' }>, letters: Letters, walk: Walk): Value {
    const [by] = formula.by;
    const { of } = formula;
    if (by?.kind !== 'name' || of.kind !== 'name' || by.quantity.kind !== 'value' || of.quantity.kind !== 'value')
      throw new Error('no label for this derivative');
    const at = (indices: readonly Whole[]): readonly number[] => indices.map((index) => this.number(index, letters));
    return this.derivative({ ...of.quantity, at: at(of.quantity.indices) }, { ...by.quantity, at: at(by.quantity.indices) }, walk);
  }

  /** ℓ_t(h) and its gradient: a smooth function of its own for each name and index, its gradient by a complex step. */
  #unspecified(formula: Extract<Formula, { kind: 'unspecified' }>, letters: Letters, walk: Walk): Value {
    const at = formula.indices.map((index) => this.number(index, letters));
    const ranges = this.model.functions.get(formula.name)?.indices ?? [];
    // A loss of a step that there is not: nothing.
    if (ranges.some(({ from, to }, k) => (at[k] as number) < this.number(from, letters) || (at[k] as number) > this.number(to, letters)))
      return zeros(this.#dims(formula, letters));
    const name = `${formula.name}[${at.join()}]`;
    const args = formula.args.map((part) => this.evaluate(part, letters, walk));
    const [wrt, ...more] = formula.wrt;
    if (more.length > 0 || formula.entrywise) throw new Error('no label for this function');
    if (wrt === undefined) return { dims: [], data: [this.#smooth(name, args)] };
    const by = args[wrt] as Value;
    const data = by.data.map((_, entry) => {
      const bumped = args.map((arg, k) => (k === wrt ? { ...arg, data: arg.data.map((x, j) => (j === entry ? complex(x.re, STEP) : complex(x.re))) } : arg));
      return complex(this.#smooth(name, bumped).im / STEP);
    });
    return { dims: by.dims, data };
  }

  #smooth(name: string, args: readonly Value[]): Complex {
    const entries = args.flatMap(({ data }) => data);
    const phase = (k: number, j = 0): number => numberFrom(`${this.seed} ${name} ${k} ${j}`);
    let sum = ZERO;
    entries.forEach((entry, k) => {
      sum = add(sum, multiply(complex(0.8 + 0.5 * phase(k)), sin(add(complex(phase(k, 1)), multiply(complex(1 + 0.4 * phase(k, 2)), entry)))));
      const next = entries[(k + 1) % entries.length] as Complex;
      sum = add(sum, multiply(complex(0.3 + 0.2 * phase(k, 3)), multiply(entry, cos(next))));
    });
    return sum;
  }
}

function holds(a: number, sign: '≠' | '≤' | '<' | '≥' | '>', b: number): boolean {
  return { '≠': a !== b, '≤': a <= b, '<': a < b, '≥': a >= b, '>': a > b }[sign];
}

/** Positions of an array, counted from 0, in row-major order. */
function positionsOf(dims: readonly number[]): readonly (readonly number[])[] {
  return dims.reduce<(readonly number[])[]>((all, dim) => all.flatMap((at) => Array.from({ length: dim }, (_, k) => [...at, k])), [[]]);
}

/** The entry, or the row, at positions counted from 0. */
function entriesAt(of: Value, at: readonly number[]): Value {
  const rest = of.dims.slice(at.length);
  const start = at.reduce((sum, position, axis) => sum * (of.dims[axis] as number) + position, 0) * count(rest);
  return { dims: rest, data: of.data.slice(start, start + count(rest)) };
}

function softmax(of: Value, axis: number): Value {
  const [rows = 1, columns] = of.dims;
  const raised = of.data.map(exp);
  const group = (k: number): number => (columns === undefined ? 0 : axis === 0 ? k % columns : Math.floor(k / columns));
  const totals = new Map<number, Complex>();
  raised.forEach((entry, k) => {
    totals.set(group(k), add(totals.get(group(k)) ?? ZERO, entry));
  });
  return { dims: columns === undefined ? [rows] : [rows, columns], data: raised.map((entry, k) => divide(entry, totals.get(group(k)) as Complex)) };
}

function reduced(by: Extract<Formula, { kind: 'reduce' }>['by'], of: Value): Value {
  const total = (entries: readonly Complex[]): Complex => entries.reduce(add, ZERO);
  const squares = total(of.data.map((entry) => multiply(entry, entry)));
  const [rows = 1, columns = 1] = of.dims;
  switch (by) {
    case 'sum':
      return { dims: [], data: [total(of.data)] };
    case 'mean':
      return { dims: [], data: [divide(total(of.data), complex(of.data.length))] };
    case 'rowsum':
      return { dims: [rows], data: Array.from({ length: rows }, (_, i) => total(of.data.slice(i * columns, (i + 1) * columns))) };
    case 'colsum':
      return { dims: [columns], data: Array.from({ length: columns }, (_, j) => total(of.data.filter((_, k) => k % columns === j))) };
    case 'trace':
      return { dims: [], data: [total(of.data.filter((_, k) => k % (columns + 1) === 0))] };
    case 'normSquared':
    case 'frobeniusSquared':
      return { dims: [], data: [squares] };
    case 'norm':
    case 'frobenius':
      if (by === 'norm' && of.dims.length === 2) throw new Error('no label for spectral norms');
      return { dims: [], data: [power(squares, 0.5)] };
    case 'var':
    case 'spectral':
      throw new Error(`no label for ${by}`);
  }
}

/** A vector as a matrix of one column or one row. */
const standing = (of: Value, column: boolean): Value => ({ ...of, dims: column ? [of.dims[0] as number, 1] : [1, of.dims[0] as number] });

/** Blocks side by side and on top of each other; vectors one after the other. */
function blocks(rows: readonly (readonly Value[])[], isRow: boolean): Value {
  const flat = rows.flat();
  if (flat.every(({ dims }) => dims.length <= 1))
    return { dims: [flat.reduce((sum, { data }) => sum + data.length, 0)], data: flat.flatMap(({ data }) => data) };
  if (flat.some(({ dims }) => dims.length !== 2)) throw new Error(`no label for mixed blocks${isRow ? ' in a row' : ''}`);
  const data: Complex[] = [];
  for (const row of rows) {
    const height = row[0]?.dims[0] ?? 0;
    for (let i = 0; i < height; i += 1) for (const block of row) data.push(...entriesAt(block, [i]).data);
  }
  const width = (rows[0] ?? []).reduce((sum, { dims }) => sum + (dims[1] as number), 0);
  return { dims: [data.length / width, width], data };
}

function blockOf(of: Value, axis: number, offset: number, size: number): Value {
  const dims = of.dims.map((dim, at) => (at === axis ? size : dim));
  const data = positionsOf(dims).flatMap(
    (at) =>
      entriesAt(
        of,
        at.map((position, k) => (k === axis ? position + offset : position)),
      ).data,
  );
  return { dims, data };
}

function applied(name: string, entry: Complex): Complex {
  switch (name) {
    case 'tanh':
      return tanh(entry);
    case 'sigmoid':
      return logistic(entry);
    case 'exp':
      return exp(entry);
    case 'log':
      return log(entry);
    default:
      throw new Error(`no label for ${name}`);
  }
}

const scalar = (value: number): Value => ({ dims: [], data: [complex(value)] });
const filled = (dims: readonly number[], entry: Complex): Value => ({ dims, data: Array.from({ length: count(dims) }, () => entry) });
const zeros = (dims: readonly number[]): Value => filled(dims, ZERO);
const entryOf = (value: Value, k: number): Complex => value.data[value.dims.length === 0 ? 0 : k] as Complex;

function entrywise(dims: readonly number[], factors: readonly Value[]): Value {
  return { dims, data: Array.from({ length: count(dims) }, (_, k) => factors.reduce((product, factor) => multiply(product, entryOf(factor, k)), ONE)) };
}

function transpose(value: Value): Value {
  const [rows = 1, columns] = value.dims;
  if (columns === undefined) return value;
  return { dims: [columns, rows], data: value.data.map((_, k) => value.data[(k % rows) * columns + Math.floor(k / rows)] as Complex) };
}

function diagonal(value: Value): Value {
  const [n = 1, columns] = value.dims;
  if (columns !== undefined) return { dims: [n], data: Array.from({ length: n }, (_, k) => value.data[k * columns + k] as Complex) };
  return { dims: [n, n], data: Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? (value.data[Math.floor(k / n)] as Complex) : ZERO)) };
}

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: readonly Complex[];
}

/** Factors side by side: columns are n × 1, rows 1 × n. */
function chain(factors: readonly Formula[], values: readonly Value[]): Value {
  let product: Matrix | undefined;
  let rank: number[] = [];
  for (const [k, factor] of factors.entries()) {
    const value = values[k] as Value;
    const [a, b] = value.dims;
    const row = (factor.shape.orientation ?? (k === 0 ? 'row' : 'column')) === 'row';
    const next: Matrix =
      a === undefined
        ? { rows: 1, columns: 1, data: value.data }
        : b !== undefined
          ? { rows: a, columns: b, data: value.data }
          : row
            ? { rows: 1, columns: a, data: value.data }
            : { rows: a, columns: 1, data: value.data };
    product = product === undefined ? next : times(product, next);
    rank =
      product.rows === 1 && product.columns === 1
        ? []
        : product.rows === 1
          ? [product.columns]
          : product.columns === 1
            ? [product.rows]
            : [product.rows, product.columns];
  }
  return { dims: rank, data: product?.data ?? [ONE] };
}

function times(a: Matrix, b: Matrix): Matrix {
  if (a.columns !== b.rows) {
    if (a.data.length === 1) return { ...b, data: b.data.map((entry) => multiply(entry, a.data[0] as Complex)) };
    if (b.data.length === 1) return { ...a, data: a.data.map((entry) => multiply(entry, b.data[0] as Complex)) };
    throw new Error('factors do not conform');
  }
  const data = Array.from({ length: a.rows * b.columns }, (_, at) => {
    const [i, j] = [Math.floor(at / b.columns), at % b.columns];
    let sum = ZERO;
    for (let k = 0; k < a.columns; k += 1) sum = add(sum, multiply(a.data[i * a.columns + k] as Complex, b.data[k * b.columns + j] as Complex));
    return sum;
  });
  return { rows: a.rows, columns: b.columns, data };
}
