/**
 * Evaluates a tensor and everything it reads, on demand: values, adjoints and partials alike are instances, a quantity at numbers for its indices.
 *
 * What an instance is comes from `Definitions`: given numbers, zero, or a tensor at values for its letters. Instances are found with a work list and
 * put in order by a search with a stack of its own, so a loop over ten thousand steps is no deeper than one over ten. Each instance enters the list once,
 * so the search ends; one that needs itself is an InputError that names the circle.
 */

import { BudgetError, Fault, InputError, unreachable } from '../errors.js';
import type { Head, InternedHead, Quantity, Tensor, ValueReference } from '../network/tensor.js';
import { entryCount, type NumericArray, numberOf, type Place, placeKey, type Scope, zeroArray } from './array.js';
import { Bound } from './binding.js';
import { compilePlan } from './compiler.js';
import type { Functions } from './functions.js';
import { type FunctionUse, guardsOf, indicatorHolds, type Plan, type Repetition, type Source } from './plan.js';
import { Program } from './program.js';

/** A quantity with numbers for its indices. */
export type QuantityAt =
  | ({ readonly kind: 'value' } & Place)
  | ({ readonly kind: 'adjoint'; readonly target?: Place } & Place)
  | { readonly kind: 'partial'; readonly numerator: Place; readonly denominator: Place; readonly reach: 'immediate' | 'step' | 'total' };

/** What an instance is. */
export type Definition =
  /** Numbers that are set from outside; the array is read each time a program runs. */
  | { readonly kind: 'given'; readonly data: Float64Array }
  | { readonly kind: 'zero' }
  | { readonly kind: 'equation'; readonly value: Tensor; readonly letters: Scope };

export type Definitions = (quantity: QuantityAt) => Definition;

export interface Instance {
  /** Name and indices, for messages. */
  readonly label: string;
  readonly quantity: QuantityAt | undefined;
  readonly dims: readonly number[];
  readonly data: Float64Array;
  readonly dependencies: readonly Instance[];
  /** Absent for what is given. */
  readonly bound: Bound | undefined;
  /** What is held follows nothing that is moved. */
  readonly held?: boolean;
  /** What it is computed from; absent for what is given. */
  readonly source?: { readonly value: Tensor; readonly letters: Scope };
}

type Writable<X> = { -readonly [K in keyof X]: X[K] };

interface Plans {
  readonly guards: readonly InternedHead[];
  readonly byGuard: Map<string, Plan>;
}

export interface MachineOptions {
  /** Sizes and lengths. */
  readonly sizes: Scope;
  readonly definitions: Definitions;
  readonly functions: Functions;
}

export class Machine {
  readonly sizes: Scope;
  private readonly definitions: Definitions;
  private readonly functions: Functions;
  private readonly plans: Map<Tensor, Plans>;
  private readonly instances = new Map<string, Instance>();
  private repetitions = 0;
  private readonly constants = new Map<string, Float64Array>();
  private readonly unbound: { instance: Writable<Instance>; value: Tensor; letters: Scope }[] = [];

  constructor({ sizes, definitions, functions }: MachineOptions, shared?: Machine) {
    this.sizes = sizes;
    this.definitions = definitions;
    this.functions = functions;
    this.plans = shared?.plans ?? new Map();
  }

  /** A machine with the same sizes, functions and plans in which some instances are something else: given numbers in place of an equation, for instance. */
  override(replacement: (quantity: QuantityAt, original: () => Definition) => Definition | undefined): Machine {
    const definitions: Definitions = (quantity) => replacement(quantity, () => this.definitions(quantity)) ?? this.definitions(quantity);
    return new Machine({ sizes: this.sizes, functions: this.functions, definitions }, this);
  }

  /** The instance of a quantity with axes of the given sizes, and everything that it needs. */
  instance(quantity: QuantityAt, dims: readonly number[]): Instance {
    const instance = this.find(quantity, dims);
    this.bindAll();
    return instance;
  }

  /** An instance without a name: a tensor at values for its letters. */
  evaluation(tensor: Tensor, letters: Scope, label = 'the expression'): Instance {
    const dims = tensor.dims.map((dim) => numberOf(dim, this.scope(letters)));
    const instance = this.unboundInstance(label, undefined, dims, tensor, letters);
    this.bindAll();
    return instance;
  }

  /** The steps that compute these instances, in order. */
  program(results: readonly Instance[]): Program {
    return new Program(results);
  }

  /** Value of a tensor, computed at once. The data is the caller's to keep. */
  evaluate(tensor: Tensor, letters: Scope = new Map()): NumericArray {
    const instance = this.evaluation(tensor, letters);
    this.program([instance]).run();
    return { dims: instance.dims, data: instance.data };
  }

  /** Sizes and letters together. */
  scope(letters: Scope): Scope {
    return letters.size === 0 ? this.sizes : new Map([...this.sizes, ...letters]);
  }

  private find(quantity: QuantityAt, dims: readonly number[]): Instance {
    const key = quantityKey(quantity);
    const known = this.instances.get(key);
    if (known === undefined && this.instances.size >= MOST_INSTANCES)
      throw new BudgetError(`more than ${MOST_INSTANCES} values would be computed, ${key} among them`);
    const instance = known ?? this.define(quantity, key, dims);
    if (instance.data.length !== entryCount(dims)) throw new Fault(`${key} is read with ${dims.join(' × ') || 1} entries but has ${instance.data.length}`);
    this.instances.set(key, instance);
    return instance;
  }

  private define(quantity: QuantityAt, label: string, dims: readonly number[]): Instance {
    const definition = this.definitions(quantity);
    switch (definition.kind) {
      case 'given':
        return { label, quantity, dims, data: definition.data, dependencies: [], bound: undefined };
      case 'zero':
        return { label, quantity, dims, data: this.zeros(entryCount(dims)), dependencies: [], bound: undefined };
      case 'equation':
        return this.unboundInstance(label, quantity, dims, definition.value, definition.letters);
      default:
        return unreachable(definition);
    }
  }

  private unboundInstance(label: string, quantity: QuantityAt | undefined, dims: readonly number[], value: Tensor, letters: Scope, held = false): Instance {
    const instance: Instance = {
      label,
      quantity,
      dims,
      data: zeroArray(dims),
      dependencies: [],
      bound: undefined,
      source: { value, letters },
      ...(held ? { held } : {}),
    };
    this.unbound.push({ instance, value, letters });
    return instance;
  }

  private bindAll(): void {
    for (let next = this.unbound.pop(); next !== undefined; next = this.unbound.pop()) {
      const dependencies: Instance[] = [];
      next.instance.bound = this.bind(next.value, this.scope(next.letters), false, dependencies);
      next.instance.dependencies = dependencies;
    }
  }

  private zeros(size: number): Float64Array {
    return this.constant(`zero ${size}`, size, () => undefined);
  }

  private constant(key: string, size: number, fill: (data: Float64Array) => void): Float64Array {
    const known = this.constants.get(key);
    if (known !== undefined) return known;
    const data = new Float64Array(size);
    fill(data);
    this.constants.set(key, data);
    return data;
  }

  /** An adjoint that is 0 by its definition makes its term 0, whatever else stands in it: nothing beyond the last step is divided by. */
  private holds(head: Head, scope: Scope): boolean {
    if (head.kind === 'indicator') return indicatorHolds(head, scope);
    return head.kind !== 'symbol' || this.definitions(quantityAt(head.quantity, scope)).kind !== 'zero';
  }

  private plansOf(tensor: Tensor): Plans {
    const known = this.plans.get(tensor);
    if (known !== undefined) return known;
    const plans = { guards: guardsOf(tensor), byGuard: new Map<string, Plan>() };
    this.plans.set(tensor, plans);
    return plans;
  }

  /** Indicators and adjoints outside range sums that are not 0 at these numbers. */
  holding(tensor: Tensor, scope: Scope): readonly InternedHead[] {
    return this.plansOf(tensor).guards.filter(({ head }) => this.holds(head, scope));
  }

  private plan(tensor: Tensor, scope: Scope, accumulate: boolean): Plan {
    const plans = this.plansOf(tensor);
    const holding = plans.guards.filter(({ head }) => this.holds(head, scope));
    const guard = `${accumulate ? '+' : '='}${holding.map(({ id }) => id).join(',')}`;
    const known = plans.byGuard.get(guard);
    if (known !== undefined) return known;
    const plan = compilePlan(tensor, scope, new Set(holding), accumulate);
    plans.byGuard.set(guard, plan);
    return plan;
  }

  private bind(tensor: Tensor, scope: Scope, accumulate: boolean, dependencies: Instance[]): Bound {
    return this.bindPlan(this.plan(tensor, scope, accumulate), scope, dependencies);
  }

  /** A plan with the arrays and numbers it reads; `dependencies` receives the instances among them. */
  bindPlan(plan: Plan, scope: Scope, dependencies: Instance[]): Bound {
    const inputs = plan.sources.map(({ source }) => this.input(source, scope, dependencies));
    const exponents = plan.exponents.map((exponent) => numberOf(exponent, scope));
    const functions = plan.functions.map((use) => this.functions(functionAt(use, scope)));
    const repetitions = plan.repetitions.map((repetition) => this.repeat(repetition, scope, dependencies));
    return new Bound(plan, inputs, exponents, functions, repetitions);
  }

  private input(source: Source, scope: Scope, dependencies: Instance[]): Float64Array {
    switch (source.kind) {
      case 'symbol': {
        const instance = this.find(quantityAt(source.quantity, scope), source.dims);
        dependencies.push(instance);
        return instance.data;
      }
      case 'whole':
        return Float64Array.of(numberOf(source.value, scope));
      case 'inclusion': {
        const { part, total } = source;
        const offset = numberOf(source.offset, scope);
        return this.constant(`rows ${offset} ${part} ${total}`, part * total, (data) => {
          for (let j = 0; j < part; j++) if (offset + j >= 0 && offset + j < total) data[(offset + j) * part + j] = 1;
        });
      }
      case 'order': {
        const { rows, columns } = source;
        const offset = numberOf(source.offset, scope);
        return this.constant(`order ${offset} ${rows} ${columns}`, rows * columns, (data) => {
          for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) if (i - j >= offset) data[i * columns + j] = 1;
        });
      }
      case 'held': {
        const instance = this.held(source.of, source.dims, scope);
        dependencies.push(instance);
        return instance.data;
      }
      default:
        return unreachable(source);
    }
  }

  private held(of: Tensor, dims: readonly number[], scope: Scope): Instance {
    const letters = new Map([...of.letters].sort().flatMap((letter) => (scope.has(letter) ? [[letter, scope.get(letter) as number] as const] : [])));
    const key = `stopgrad ${of.id} ${[...letters].map(([letter, at]) => `${letter}=${at}`).join(' ')}`;
    const known = this.instances.get(key);
    if (known !== undefined) return known;
    const instance = this.unboundInstance('a held expression', undefined, dims, of, letters, true);
    this.instances.set(key, instance);
    return instance;
  }

  private repeat({ letter, from, to, step, body, accumulate }: Repetition, scope: Scope, dependencies: Instance[]): Bound[] {
    const first = numberOf(from, scope);
    const count = (numberOf(to, scope) - first) * step + 1;
    this.repetitions += Math.max(0, count);
    if (this.repetitions > MOST_REPETITIONS)
      throw new InputError({
        ruleId: 'too-large',
        message: `The sums would have more than ${MOST_REPETITIONS} terms; the one over ${letter} alone has ${count}.`,
        fix: 'Use smaller lengths.',
      });
    return Array.from({ length: Math.max(0, count) }, (_, k) => this.bind(body, new Map([...scope, [letter, first + k * step]]), accumulate, dependencies));
  }
}

/** More values of names than this are refused: a definition that never leaves its range would otherwise run on for ever. */
const MOST_INSTANCES = 500_000;

/** More terms than this in all sums of a machine are refused. */
const MOST_REPETITIONS = 2_000_000;

const placeAt = ({ name, indices }: ValueReference, scope: Scope): Place => ({ name, indices: indices.map((index) => numberOf(index, scope)) });

/** A quantity with numbers in place of its index terms. */
export function quantityAt(quantity: Quantity, scope: Scope): QuantityAt {
  switch (quantity.kind) {
    case 'value':
      return { kind: 'value', ...placeAt(quantity, scope) };
    case 'adjoint':
      return { kind: 'adjoint', ...(quantity.target === undefined ? {} : { target: placeAt(quantity.target, scope) }), ...placeAt(quantity, scope) };
    case 'partial':
      return { kind: 'partial', numerator: placeAt(quantity.numerator, scope), denominator: placeAt(quantity.denominator, scope), reach: quantity.reach };
    default:
      return unreachable(quantity);
  }
}

function functionAt({ name, indices, entrywise, dims, argumentDims }: FunctionUse, scope: Scope) {
  return { name, indices: indices.map((index) => numberOf(index, scope)), entrywise, dims, argumentDims };
}

/** One text for each instance, readable in messages: `h[3]`, `∂/∂h[3]`. */
export function quantityKey(quantity: QuantityAt): string {
  switch (quantity.kind) {
    case 'value':
      return placeKey(quantity.name, quantity.indices);
    case 'adjoint':
      return `∂${quantity.target === undefined ? '' : placeKey(quantity.target.name, quantity.target.indices)}/∂${placeKey(quantity.name, quantity.indices)}`;
    case 'partial':
      return `∂${placeKey(quantity.numerator.name, quantity.numerator.indices)}/∂${placeKey(quantity.denominator.name, quantity.denominator.indices)} ${quantity.reach}`;
    default:
      return unreachable(quantity);
  }
}
