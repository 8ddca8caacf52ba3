/**
 * A model at numeric sizes: every name at every place, computed on demand and in order.
 *
 * Inputs, parameters, constants and freed boundary values are given; an equation that holds at one place goes before the general one;
 * what nothing gives or sets is zero. Adjoints come from a resolver, as one more set of equations over the same places.
 */

import { InputError } from '../errors.js';
import type { BoundaryValue, Declaration, Equation, IndexRange, Model } from '../model/model.js';
import type { Tensor } from '../network/tensor.js';
import { substituteWhole, type Whole, wholeLetter, wholeNumber } from '../network/whole.js';
import { entryCount, MOST_ENTRIES, type NumericArray, numberOf, numbersOf, type Place, placeKey, type Scope, zeroArray } from './array.js';
import { type Functions, randomFunctions } from './functions.js';
import { type Definition, type Instance, Machine, type QuantityAt } from './machine.js';
import { lettersIn, matchPlace } from './places.js';
import type { Program } from './program.js';

/** Something that must be given numbers before the model runs. */
export interface GivenInstance extends Place {
  readonly role: 'input' | 'parameter' | 'constant' | 'boundary';
  readonly dims: readonly number[];
  readonly key: string;
  /** Its indices as the model writes them: T + 1 for a boundary value. */
  readonly written: readonly Whole[];
  readonly data: Float64Array;
}

/** The value of an adjoint or a partial at a place: a tensor with numbers for its letters; undefined is zero. */
export type DerivativeResolver = (quantity: QuantityAt & { kind: 'adjoint' | 'partial' }) => { readonly value: Tensor; readonly letters: Scope } | undefined;

export interface RunOptions {
  /** Numbers for unspecified functions; random smooth ones of this run's seed unless given. */
  readonly functions?: Functions;
  readonly seed?: number;
  /** Equations for adjoints and partials that occur in evaluated tensors. */
  readonly derivatives?: DerivativeResolver;
}

/** Numbers by place: `h[0]`, `W_f`. */
export type Values = ReadonlyMap<string, ArrayLike<number>>;

/** Lays a model out at numeric sizes. Throws an InputError when a size it needs is missing. */
export function createRun(model: Model, sizes: Scope, options: RunOptions = {}): Run {
  return new Run(model, sizes, options);
}

export class Run {
  readonly machine: Machine;
  /** In the order of declaration. */
  readonly given: readonly GivenInstance[];
  private readonly givenByKey: ReadonlyMap<string, GivenInstance>;
  private readonly equations = new Map<string, Equation[]>();
  private everything: Program | undefined;

  constructor(
    readonly model: Model,
    readonly sizes: Scope,
    private readonly options: RunOptions,
  ) {
    for (const equation of [...model.equations].sort((a, b) => a.ranges.length - b.ranges.length)) {
      const sameName = this.equations.get(equation.name);
      if (sameName === undefined) this.equations.set(equation.name, [equation]);
      else sameName.push(equation);
    }
    this.checkTotal();
    this.given = [...model.declarations.values()].flatMap((declaration) => this.givenOf(declaration));
    this.givenByKey = new Map(this.given.map((instance) => [instance.key, instance]));
    this.machine = new Machine({ sizes, functions: options.functions ?? randomFunctions(options.seed ?? 0), definitions: (quantity) => this.define(quantity) });
  }

  /** Copies numbers into what is given. Throws an InputError that lists what is missing or has the wrong number of entries. */
  set(values: Values): void {
    const wrong = this.given.filter(({ key, data }) => values.get(key)?.length !== data.length);
    if (wrong.length > 0) {
      throw new InputError({
        ruleId: 'missing-values',
        message: `Values are missing or of the wrong size: ${wrong.map(({ key, dims }) => `${key} (${dims.join(' × ') || 'a number'})`).join(', ')}.`,
      });
    }
    for (const { key, data } of this.given) data.set(values.get(key) as ArrayLike<number>);
  }

  /** Sets the values and computes every name at every place of its equations. */
  forward(values: Values): void {
    this.set(values);
    this.refresh();
  }

  /** Computes every name again from the given numbers as they stand. */
  refresh(): void {
    this.program().run();
  }

  /** The first value that is NaN or infinite after a forward pass, in order of computation. */
  firstNonFinite(): Instance | undefined {
    return this.program().firstNonFinite();
  }

  private program(): Program {
    this.everything ??= this.machine.program(this.computed());
    return this.everything;
  }

  /** What is given at a place, if anything is. */
  givenAt(name: string, indices: readonly number[]): GivenInstance | undefined {
    return this.givenByKey.get(placeKey(name, indices));
  }

  /** Instance of a name at numbers for its indices. Throws an InputError for a name that is not declared. */
  instance(name: string, indices: readonly number[]): Instance {
    return this.machine.instance({ kind: 'value', name, indices }, this.dims(name));
  }

  /** Current numbers of a name at a place, computing what it needs. */
  value(name: string, indices: readonly number[] = []): NumericArray {
    const instance = this.instance(name, indices);
    this.machine.program([instance]).run();
    return { dims: instance.dims, data: Float64Array.from(instance.data) };
  }

  /** Value of any tensor over the model's names, adjoints included, at the current numbers. */
  evaluate(tensor: Tensor, letters: Scope = new Map()): NumericArray {
    return this.machine.evaluate(tensor, letters);
  }

  /** The scalar that is differentiated. Throws an InputError when the model has none. */
  loss(): Instance {
    if (this.model.loss === undefined)
      throw new InputError({
        ruleId: 'no-loss',
        message: 'The model has no loss.',
        fix: 'Write an equation for a capitalised scalar, such as J = \\sum_{t=1}^{T} \\ell_t(h_t).',
      });
    return this.instance(this.model.loss, []);
  }

  /** Every computed name at every place of its equations. */
  computed(): Instance[] {
    const instances = this.model.equations.flatMap((equation) => this.placesOf(equation).map((indices) => this.instance(equation.name, indices)));
    return [...new Set(instances)];
  }

  /** Indices at which an equation holds. */
  placesOf({ indices, ranges }: Pick<Equation, 'indices' | 'ranges'>): number[][] {
    return [...lettersIn(ranges, this.sizes)].map((letters) => {
      const scope = new Map([...this.sizes, ...letters]);
      return indices.map((index) => numberOf(index, scope));
    });
  }

  /** All computed instances, each after what it reads. */
  inOrder(): readonly Instance[] {
    return this.program().order;
  }

  /** Indices of a name over its declared ranges, the last index fastest. */
  declaredPlaces(name: string): number[][] {
    const ranges = this.declaration(name).indices;
    return this.placesOf({ indices: ranges.map(letterOf), ranges });
  }

  dims(name: string): number[] {
    return numbersOf(this.declaration(name).dims, this.sizes);
  }

  private declaration(name: string): Declaration {
    const declaration = this.model.declarations.get(name);
    if (declaration === undefined) throw new InputError({ ruleId: 'unknown-name', message: `${name} is not declared.` });
    return declaration;
  }

  private checkTotal(): void {
    let total = 0;
    for (const { role, name } of this.model.declarations.values()) if (role !== 'computed') total += entryCount(this.dims(name));
    if (total > MOST_ENTRIES)
      throw new InputError({ ruleId: 'too-large', message: `The given values would have ${total} numbers and more.`, fix: 'Use smaller sizes.' });
  }

  private givenOf(declaration: Declaration): GivenInstance[] {
    const { name, role } = declaration;
    const dims = this.dims(name);
    const instance = (indices: readonly number[], as: GivenInstance['role'], written: readonly Whole[] = indices.map(wholeNumber)): GivenInstance => ({
      name,
      indices,
      role: as,
      dims,
      key: placeKey(name, indices),
      written,
      data: zeroArray(dims),
    });
    const own = role === 'computed' ? [] : this.declaredPlaces(name).map((indices) => instance(indices, role));
    const freed = this.model.boundaries.filter((boundary) => boundary.name === name && boundary.kind === 'freed');
    const boundary = freed.flatMap((value) => this.boundaryPlaces(value).map(({ indices, written }) => instance(indices, 'boundary', written)));
    return [...own, ...boundary.filter(({ key }) => !own.some((other) => other.key === key))];
  }

  private boundaryPlaces(value: BoundaryValue): { indices: number[]; written: Whole[] }[] {
    return [...lettersIn(this.boundaryRanges(value), this.sizes)].map((letters) => {
      const scope = new Map([...this.sizes, ...letters]);
      const numbers = new Map([...letters].map(([letter, number]) => [letter, wholeNumber(number)]));
      return { indices: value.indices.map((index) => numberOf(index, scope)), written: value.indices.map((index) => substituteWhole(index, numbers)) };
    });
  }

  /** Ranges of the letters that a boundary value leaves free. */
  private boundaryRanges({ name, indices }: BoundaryValue): IndexRange[] {
    const letters = new Set(indices.flatMap((index) => index.monomials.flatMap(({ letters: names }) => names)).filter((letter) => !this.sizes.has(letter)));
    const own = this.declaration(name).indices;
    return [...letters].flatMap((letter) => own.find((range) => range.letter === letter) ?? this.model.letters.get(letter) ?? []);
  }

  private define(quantity: QuantityAt): Definition {
    if (quantity.kind !== 'value') {
      const equation = this.options.derivatives?.(quantity);
      return equation === undefined ? { kind: 'zero' } : { kind: 'equation', ...equation };
    }
    const given = this.givenByKey.get(placeKey(quantity.name, quantity.indices));
    for (const { indices, ranges, value } of this.equations.get(quantity.name) ?? []) {
      const letters = matchPlace(indices, ranges, quantity.indices, this.sizes);
      if (letters !== undefined) return { kind: 'equation', value, letters };
    }
    return given === undefined ? { kind: 'zero' } : { kind: 'given', data: given.data };
  }
}

const letterOf = ({ letter }: IndexRange) => wholeLetter(letter);
