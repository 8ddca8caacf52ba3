/**
 * Numbers for formulas at one point, for searches that try hundreds of formulas alike in all but one place.
 *
 * Every sub-formula is evaluated once for each setting of its letters and remembered by identity, so a changed formula costs only the nodes
 * between the change and the root. What has no short way here is lowered and evaluated as an index network. Never used for a verdict.
 */

import { InputError } from '../errors.js';
import { rationalToNumber } from '../network/rational.js';
import type { Quantity, Tensor } from '../network/tensor.js';
import { evaluateWhole, type Whole } from '../network/whole.js';
import type { Formula, FormulaNode } from '../notation/formula.js';
import type { Run } from '../numeric/index.js';
import { derivedQuantity } from './mutate/sites.js';

export type Numbers = Float64Array;

type Of<K extends FormulaNode['kind']> = Extract<Formula, { readonly kind: K }>;

/** Numbers for index letters, with one text for the setting. */
export class Setting {
  readonly key: string;
  constructor(readonly letters: ReadonlyMap<string, number>) {
    this.key = [...letters].map(([letter, value]) => `${letter}${value}`).join();
  }
  with(letter: string, value: number): Setting {
    return new Setting(new Map([...this.letters, [letter, value]]));
  }
}

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Numbers;
}

/** A sum or product over more places than this is left to the networks. */
const MOST_REPEATED = 64;

export class FormulaNumbers {
  readonly #known = new WeakMap<Formula, Map<string, Numbers>>();

  /** `networks` remembers what went through the networks, by tensor and setting: lines about one model share it. */
  constructor(
    readonly run: Run,
    private readonly lower: (formula: Formula) => Tensor,
    private readonly networks: Map<string, Numbers> = new Map(),
  ) {}

  /** Row-major entries. Throws an InputError where a letter has no number or the formula has no meaning as a network. */
  value(formula: Formula, setting: Setting): Numbers {
    let known = this.#known.get(formula);
    if (known === undefined) this.#known.set(formula, (known = new Map()));
    let value = known.get(setting.key);
    if (value === undefined) known.set(setting.key, (value = this.#compute(formula, setting)));
    return value;
  }

  number(whole: Whole, setting: Setting): number {
    const value = evaluateWhole(whole, new Map([...this.run.sizes, ...setting.letters]));
    if (value === undefined) throw new InputError({ ruleId: 'missing-size', message: `No number is known for ${whole.key}.` });
    return value;
  }

  dims(formula: Formula, setting: Setting): readonly number[] {
    return formula.shape.dims.map((dim) => this.number(dim, setting));
  }

  #compute(formula: Formula, setting: Setting): Numbers {
    switch (formula.kind) {
      case 'number':
        return Float64Array.of(rationalToNumber(formula.value));
      case 'whole':
        return Float64Array.of(this.number(formula.value, setting));
      case 'name':
        return this.#quantity(formula.quantity, formula, setting);
      case 'derivative':
        return this.#quantity(derivedQuantity(formula), formula, setting);
      case 'sum':
        return this.#sum(formula, setting) ?? this.#network(formula, setting);
      case 'product':
        return formula.style === 'matrix' ? this.#chain(formula.factors, setting) : this.#entrywise(formula, formula.factors, setting);
      case 'inner':
        return this.#inner(formula, setting);
      case 'quotient':
        return this.#quotient(formula, setting);
      case 'power':
        return this.#power(formula, setting);
      case 'transpose':
        return this.#transpose(formula, setting);
      case 'diagonal':
        return this.#diagonal(formula, setting);
      case 'apply':
        return this.#apply(formula, setting);
      case 'rangeSum':
        return this.#rangeSum(formula, setting);
      default:
        return this.#network(formula, setting);
    }
  }

  /** A quantity of the model at numbers for its indices; what is no such thing goes through the networks. */
  #quantity(quantity: Quantity | undefined, formula: Formula, setting: Setting): Numbers {
    if (quantity === undefined || !this.#isPlain(quantity, formula)) return this.#network(formula, setting);
    const { name } = quantity;
    const indices = quantity.indices.map((index) => this.number(index, setting));
    const key = `${quantity.kind} ${name}[${indices.join()}]`;
    let value = this.networks.get(key);
    if (value === undefined) {
      const { machine } = this.run;
      const instance = machine.instance({ kind: quantity.kind, name, indices }, this.dims(formula, setting));
      machine.program([instance]).run();
      this.networks.set(key, (value = Float64Array.from(instance.data)));
    }
    return value;
  }

  #isPlain(quantity: Quantity, formula: Formula): quantity is Extract<Quantity, { kind: 'value' | 'adjoint' }> {
    if (quantity.kind === 'partial' || quantity.name.startsWith('§')) return false;
    if (quantity.kind === 'adjoint' && (quantity.target !== undefined || (formula.kind === 'derivative' && !this.#isOfLoss(formula.of)))) return false;
    const declared = this.run.model.declarations.get(quantity.name);
    return (
      declared !== undefined &&
      declared.dims.length === formula.shape.dims.length &&
      declared.dims.every((dim, axis) => dim.key === formula.shape.dims[axis]?.key)
    );
  }

  #isOfLoss(of: Formula): boolean {
    return of.kind === 'name' && of.quantity.kind === 'value' && of.quantity.name === this.run.model.loss;
  }

  /** Through the index network, once for each meaning. */
  #network(formula: Formula, setting: Setting): Numbers {
    const tensor = this.lower(formula);
    const key = `${tensor.id}|${setting.key}`;
    let value = this.networks.get(key);
    if (value === undefined) this.networks.set(key, (value = Float64Array.from(this.run.evaluate(tensor, setting.letters).data)));
    return value;
  }

  #sum(formula: Of<'sum'>, setting: Setting): Numbers | undefined {
    const count = size(this.dims(formula, setting));
    const sum = new Float64Array(count);
    for (const { sign, formula: term } of formula.terms) {
      const value = this.value(term, setting);
      if (value.length !== count && value.length !== 1) return undefined;
      const rank = term.shape.dims.length;
      if (rank !== 0 && rank !== formula.shape.dims.length) return undefined;
      for (let k = 0; k < count; k += 1) sum[k] = at(sum, k) + sign * (rank === 0 ? at(value, 0) : at(value, k));
    }
    return sum;
  }

  #entrywise(formula: Formula, factors: readonly Formula[], setting: Setting): Numbers {
    const count = size(this.dims(formula, setting));
    const product = new Float64Array(count).fill(1);
    for (const factor of factors) {
      const value = this.value(factor, setting);
      const scalar = factor.shape.dims.length === 0;
      for (let k = 0; k < count; k += 1) product[k] = at(product, k) * at(value, scalar ? 0 : k);
    }
    return product;
  }

  #inner(formula: Of<'inner'>, setting: Setting): Numbers {
    const [left, right] = [this.value(formula.left, setting), this.value(formula.right, setting)];
    return Float64Array.of(left.reduce((sum, value, k) => sum + value * at(right, k), 0));
  }

  #quotient(formula: Of<'quotient'>, setting: Setting): Numbers {
    const [top, bottom] = [this.value(formula.numerator, setting), this.value(formula.denominator, setting)];
    const [stretched, below] = [formula.numerator.shape.dims.length === 0, formula.denominator.shape.dims.length === 0];
    return Float64Array.from({ length: size(this.dims(formula, setting)) }, (_, k) => at(top, stretched ? 0 : k) / at(bottom, below ? 0 : k));
  }

  #power(formula: Of<'power'>, setting: Setting): Numbers {
    if (formula.style === 'matrix' || formula.exponent.shape.dims.length > 0) return this.#network(formula, setting);
    const exponent = at(this.value(formula.exponent, setting), 0);
    return this.value(formula.base, setting).map((value) => value ** exponent);
  }

  #transpose(formula: Of<'transpose'>, setting: Setting): Numbers {
    const value = this.value(formula.of, setting);
    const [rows = 1, columns] = this.dims(formula.of, setting);
    return columns === undefined ? value : Float64Array.from(value, (_, k) => at(value, (k % rows) * columns + Math.floor(k / rows)));
  }

  #diagonal(formula: Of<'diagonal'>, setting: Setting): Numbers {
    const value = this.value(formula.of, setting);
    const [n = 1, columns] = this.dims(formula.of, setting);
    if (columns !== undefined) return Float64Array.from({ length: n }, (_, k) => at(value, k * columns + k));
    const matrix = new Float64Array(n * n);
    for (let k = 0; k < n; k += 1) matrix[k * n + k] = at(value, k);
    return matrix;
  }

  #apply(formula: Of<'apply'>, setting: Setting): Numbers {
    const [first, second] = formula.args.map((arg) => this.value(arg, setting));
    if (first === undefined || (second !== undefined && second.length !== first.length)) return this.#network(formula, setting);
    return first.map((value, k) => formula.operator.evaluate(value, second === undefined ? 0 : at(second, k)));
  }

  #rangeSum(formula: Of<'rangeSum'>, setting: Setting): Numbers {
    const [from, to] = [this.number(formula.from, setting), this.number(formula.to, setting)];
    if (formula.except !== undefined || to - from > MOST_REPEATED) return this.#network(formula, setting);
    const sum = new Float64Array(size(this.dims(formula, setting)));
    for (let k = from; k <= to; k += 1) {
      const value = this.value(formula.body, setting.with(formula.letter, k));
      for (let entry = 0; entry < sum.length; entry += 1) sum[entry] = at(sum, entry) + at(value, entry);
    }
    return sum;
  }

  #chain(factors: readonly Formula[], setting: Setting): Numbers {
    let product: Matrix | undefined;
    for (const [position, factor] of factors.entries()) {
      const next = this.#asMatrix(factor, position === 0, setting);
      product = product === undefined ? next : multiplied(product, next);
    }
    return product?.data ?? Float64Array.of(1);
  }

  #asMatrix(factor: Formula, first: boolean, setting: Setting): Matrix {
    const data = this.value(factor, setting);
    const [rows = 1, columns] = this.dims(factor, setting);
    if (columns !== undefined) return { rows, columns, data };
    const lies = factor.shape.orientation ?? (first ? 'row' : 'column');
    return lies === 'row' ? { rows: 1, columns: rows, data } : { rows, columns: 1, data };
  }
}

const at = (numbers: Numbers, k: number): number => numbers[k] as number;
const size = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);

function multiplied(a: Matrix, b: Matrix): Matrix {
  if (a.data.length === 1 && b.rows !== 1) return { ...b, data: b.data.map((value) => value * at(a.data, 0)) };
  if (b.data.length === 1 && a.columns !== 1) return { ...a, data: a.data.map((value) => value * at(b.data, 0)) };
  const data = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i += 1)
    for (let k = 0; k < a.columns; k += 1) {
      const factor = at(a.data, i * a.columns + k);
      for (let j = 0; j < b.columns; j += 1) data[i * b.columns + j] = at(data, i * b.columns + j) + factor * at(b.data, k * b.columns + j);
    }
  return { rows: a.rows, columns: b.columns, data };
}

/** Whether two values agree to the tolerance, relative to their size. */
export function agree(a: Numbers, b: Numbers, tolerance = 1e-7): boolean {
  if (a.length !== b.length) return false;
  let [difference, scale] = [0, 0];
  for (let k = 0; k < a.length; k += 1) {
    const gap = Math.abs(at(a, k) - at(b, k));
    if (!(gap < Infinity)) return false;
    difference = Math.max(difference, gap);
    scale = Math.max(scale, Math.abs(at(a, k)), Math.abs(at(b, k)));
  }
  return difference <= tolerance * Math.max(scale, 1e-9);
}
