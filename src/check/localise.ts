/**
 * Where a wrong gradient is wrong: which equation of the backward pass, at which values of its letters, and which of its terms.
 *
 * Every equation is judged by itself, with true adjoints in the place of those it reads: an error upstream does not count against it. The terms of one that
 * fails are matched with what truly flows from the place, reader by reader and term by term; what matches nothing is wrong, and flows that nothing
 * matches are missing.
 */

import type { IndexRange } from '../model/model.js';
import type { Tensor, Term, ValueReference } from '../network/tensor.js';
import type { Workspace } from '../network/workspace.js';
import { type Instance, lettersIn, type Machine, numberOf, placeKey, type Run, type Scope, SpreadRunner, TangentRunner } from '../numeric/index.js';
import { type Addend, isSame, match, offByFactor } from './matching.js';
import { type Flow, Truth } from './truth.js';
import { UNIT_ROUNDOFF } from './verdict.js';

/** An equation of a backward pass: what the adjoint of a value is said to be, in adjoints of values that are used later. */
export interface BackwardEquation {
  readonly by: ValueReference;
  readonly ranges: readonly IndexRange[];
  readonly formula: Tensor;
}

export interface WrongTerm {
  /** Number of the term, from 1, in the order of `terms`. */
  readonly number: number;
  readonly term: Tensor;
  /** What it would have to be multiplied by, where that alone makes it right. */
  readonly factor?: number;
}

/** What truly flows from the place and no term accounts for. */
export interface MissingFlow {
  /** The readers in turn. */
  readonly way: readonly string[];
  /** Indices of the first of them: all, or those that no step of a sum accounts for. */
  readonly readers: readonly (readonly number[])[];
  /** Whether these are all there are. */
  readonly all: boolean;
}

export interface Finding {
  readonly by: ValueReference;
  /** Values of the letters at which the equation fails, of how many. */
  readonly at: readonly Scope[];
  readonly places: number;
  /** The equation's terms as they were compared. */
  readonly terms: readonly Tensor[];
  /** Terms that are no part of the truth. */
  readonly wrong: readonly WrongTerm[];
  readonly missing: readonly MissingFlow[];
}

/** True adjoints carry their own rounding, so an equation is given this many units. */
const UNITS = 2 ** 20;

/** Multiply-adds that the true adjoints of one equation may take. */
const MOST_WORK = 5e9;

/** Judges backward equations at one point. What truly flows is worked out once; the run's values must have been computed and must stay. */
export class Localiser {
  private readonly truth: Truth;
  private readonly machine: Machine;

  /** Adjoints are those of the run's loss; where they are zero is for the run's resolver to say. */
  constructor(private readonly run: Run) {
    this.truth = new Truth(run, new TangentRunner(run.machine));
    this.truth.differentiateAll();
    this.machine = withTrueAdjoints(run, this.truth);
  }

  /** Whether the true adjoints that an equation needs can be had in reasonable time. */
  isWithinReach(equation: BackwardEquation): boolean {
    const entries = [...lettersIn(equation.ranges, this.run.sizes)].reduce((sum, scope) => {
      const { name, indices } = placeOf(this.run, equation, scope);
      return sum + this.run.instance(name, indices).data.length;
    }, 0);
    return entries * this.truth.cost <= MOST_WORK;
  }

  /** The equations that are wrong. `kept` are the names whose adjoints the equations may read; those they do read unless given. */
  judge(equations: readonly BackwardEquation[], kept?: ReadonlySet<string>): readonly Finding[] {
    const { run, truth, machine } = this;
    return equations.flatMap((equation) => {
      const scopes = [...lettersIn(equation.ranges, run.sizes)];
      const failing = failingScopes(run, machine, truth, equation, scopes);
      if (failing.length === 0) return [];
      const names = kept ?? adjointsIn(run.model.workspace, equations);
      return [{ by: equation.by, at: failing, places: scopes.length, ...judgeTerms(run, machine, truth, equation, names) }];
    });
  }

  /** Terms of an equation that account for the same flows: what belongs together. */
  groups(equation: BackwardEquation, kept: ReadonlySet<string>): readonly (readonly Tensor[])[] {
    const { terms, values, flows } = accountsOf(this.run, this.machine, this.truth, equation, kept);
    return match(values, flows).pairs.map(({ left }) => left.map((k) => terms[k] as Tensor));
  }
}

function adjointsIn(workspace: Workspace, equations: readonly BackwardEquation[]): ReadonlySet<string> {
  const quantities = equations.flatMap(({ formula }) => workspace.quantities(formula));
  return new Set(quantities.flatMap(({ quantity }) => (quantity.kind === 'adjoint' ? [quantity.name] : [])));
}

/** The same numbers with the true adjoints in place of what the derivation says they are. */
function withTrueAdjoints(run: Run, truth: Truth): Machine {
  return run.machine.override((quantity, original) => {
    if (quantity.kind !== 'adjoint' || quantity.target !== undefined) return undefined;
    if (original().kind === 'zero') return undefined;
    return { kind: 'given', data: truth.adjoint(quantity.name, quantity.indices) };
  });
}

const placeOf = (run: Run, { by }: BackwardEquation, scope: Scope): { name: string; indices: readonly number[] } => {
  const letters = new Map([...run.sizes, ...scope]);
  return { name: by.name, indices: by.indices.map((index) => numberOf(index, letters)) };
};

function failingScopes(run: Run, machine: Machine, truth: Truth, equation: BackwardEquation, scopes: readonly Scope[]): Scope[] {
  const instances = scopes.map((scope) => machine.evaluation(equation.formula, scope));
  const program = machine.program(instances);
  program.run();
  const spreads = new SpreadRunner(machine).of(instances, program);
  return scopes.filter((scope, k) => {
    const instance = instances[k] as Instance;
    const { name, indices } = placeOf(run, equation, scope);
    const right = truth.adjoint(name, indices);
    const spread = spreads[k] as Float64Array;
    const largest = right.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return !right.every((value, i) => Math.abs(value - (instance.data[i] as number)) <= UNITS * UNIT_ROUNDOFF * ((spread[i] as number) + 2 ** -10 * largest));
  });
}

type Terms = Pick<Finding, 'terms' | 'wrong' | 'missing'>;

/** The terms of an equation and what truly flows, as lists of numbers over all its places. */
interface Accounts {
  readonly terms: readonly Tensor[];
  readonly values: readonly Addend[];
  readonly flows: readonly SortedFlow[];
}

function accountsOf(run: Run, machine: Machine, truth: Truth, equation: BackwardEquation, kept: ReadonlySet<string>): Accounts {
  const scopes = [...lettersIn(equation.ranges, run.sizes)];
  const terms = linearTerms(run.model.workspace, equation.formula);
  const entries = scopes.map((scope) => {
    const place = placeOf(run, equation, scope);
    return { place, size: run.instance(place.name, place.indices).data.length };
  });
  const values = terms.map((term): Addend => ({ values: join(scopes.map((scope) => machine.evaluate(term, scope).data)) }));
  return { terms, values, flows: flowsBySort(truth, entries, kept) };
}

function judgeTerms(run: Run, machine: Machine, truth: Truth, equation: BackwardEquation, kept: ReadonlySet<string>): Terms {
  const { terms, values, flows } = accountsOf(run, machine, truth, equation, kept);
  const { left, right } = match(values, flows);
  const of = <X>(items: readonly X[], numbers: readonly number[]): X[] => numbers.map((k) => items[k] as X);
  const single = offByFactor(of(values, left), of(flows, right));
  const wrong = single === undefined ? left : [left[single.number] as number];
  const steps = equation.ranges.length > 0 ? [] : wrong.flatMap((k) => stepsOf(run, machine, terms[k] as Tensor));
  return {
    terms,
    wrong: wrong.map((k) => ({ number: k + 1, term: terms[k] as Tensor, ...(single === undefined ? {} : { factor: single.factor }) })),
    missing: missingFlows(of(flows, right), steps),
  };
}

/** Flows by their way; of the readers those that no step of a wrong sum accounts for, where there is such a sum. */
function missingFlows(flows: readonly SortedFlow[], steps: readonly Float64Array[]): MissingFlow[] {
  const totals = new Map<string, Float64Array>();
  for (const { parts } of flows) {
    for (const [reader, { values }] of parts) {
      const before = totals.get(reader);
      totals.set(reader, before === undefined ? values : before.map((value, i) => value + (values[i] as number)));
    }
  }
  const seen = new Set([...totals].filter(([, values]) => steps.some((step) => isSame(step, values))).map(([reader]) => reader));
  const ways = new Map<string, { way: readonly string[]; readers: Map<string, readonly number[]> }>();
  for (const { way, parts } of flows) {
    const known = ways.get(way.join('>')) ?? { way, readers: new Map() };
    ways.set(way.join('>'), known);
    for (const [key, { reader }] of parts) if (!seen.has(key)) known.readers.set(key, reader);
  }
  return [...ways.values()].map(({ way, readers }) => ({ way, readers: [...readers.values()], all: seen.size === 0 }));
}

/** The values of a sum over an index, step by step. */
function stepsOf(run: Run, machine: Machine, term: Tensor): Float64Array[] {
  const [only] = term.terms;
  const inner = only === undefined || term.terms.length > 1 ? undefined : loneSum(only, term.dims.length);
  if (inner?.head.kind !== 'rangeSum') return [];
  const { head, scale } = inner;
  const { workspace } = run.model;
  const { letter, body } = workspace.open(head);
  const scaled = workspace.scale(body, scale);
  return [...lettersIn([{ letter, from: head.from, to: head.to }], run.sizes)].map((scope) => machine.evaluate(scaled, scope).data);
}

interface SortedFlow extends Addend {
  readonly way: readonly string[];
  /** By reader, where there is one place only. */
  readonly parts: ReadonlyMap<string, { readonly reader: readonly number[]; readonly values: Float64Array }>;
}

/** Flows of one way, summed over the readers and laid side by side over the places: what a term of a formula is compared with. */
function flowsBySort(
  truth: Truth,
  entries: readonly { readonly place: { readonly name: string; readonly indices: readonly number[] }; readonly size: number }[],
  kept: ReadonlySet<string>,
): SortedFlow[] {
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  const sorts = new Map<string, { way: string[]; parts: Map<string, { reader: readonly number[]; values: Float64Array }>; values: Float64Array }>();
  let start = 0;
  for (const { place, size } of entries) {
    for (const flow of truth.flows(place.name, place.indices, kept) ?? []) {
      const key = keyOf(flow, place.indices);
      const sort = sorts.get(key) ?? { way: flow.way.map(({ name }) => name), parts: new Map(), values: new Float64Array(total) };
      sorts.set(key, sort);
      const part = sort.parts.get(flow.reader.join()) ?? { reader: flow.reader, values: new Float64Array(total) };
      sort.parts.set(flow.reader.join(), part);
      for (const array of [sort.values, part.values])
        for (let i = 0; i < size; i++) array[start + i] = (array[start + i] as number) + (flow.values[i] as number);
    }
    start += size;
  }
  return [...sorts.values()];
}

/** Uses of one kind: the same readers and terms, at the same distance where both have an index. */
function keyOf({ way, reader }: Flow, indices: readonly number[]): string {
  const distance = reader.length === indices.length ? reader.map((index, k) => index - (indices[k] as number)).join() : '';
  return `${way.map(({ name, term }) => `${name}.${term}`).join('>')} ${distance}`;
}

function join(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The terms of a formula, sums over an index taken apart term by term. */
export function linearTerms(workspace: Workspace, tensor: Tensor): readonly Tensor[] {
  return tensor.terms.flatMap((term) => {
    const own = workspace.fromTerms(tensor.dims, [term]);
    const inner = loneSum(term, tensor.dims.length);
    if (inner === undefined) return [own];
    const { head, scale } = inner;
    if (head.kind === 'sum') return linearTerms(workspace, head.of).map((part) => workspace.scale(part, scale));
    const { letter, body } = workspace.open(head);
    const parts = linearTerms(workspace, body);
    if (parts.length < 2) return [own];
    return parts.map((part) => workspace.scale(workspace.rangeSum(letter, head.from, head.to, part), scale));
  });
}

/** A sum that is the whole of a term, but for its coefficient. */
function loneSum({ coefficient, net }: Term, rank: number) {
  const [leaf] = net.leaves;
  if (leaf === undefined || net.leaves.length !== 1 || net.dims.length !== rank || leaf.power.numerator !== 1n || leaf.power.denominator !== 1n)
    return undefined;
  const { head } = leaf.head;
  if ((head.kind !== 'sum' && head.kind !== 'rangeSum') || !leaf.slots.every((slot, axis) => slot === axis)) return undefined;
  return { head, scale: coefficient };
}

/** Key of the place an equation speaks of, for messages. */
export const placeLabel = (run: Run, equation: BackwardEquation, scope: Scope): string => {
  const { name, indices } = placeOf(run, equation, scope);
  return placeKey(name, indices);
};
