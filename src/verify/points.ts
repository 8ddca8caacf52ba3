/**
 * The random points at which lines are compared: three size sets with pairwise different sizes and lengths from 3 to 5, seven draws each.
 *
 * Forward values and adjoints are computed once for every draw and kept; a line's own terms then run over these numbers, without the model.
 */

import { BudgetError, InputError } from '../errors.js';
import type { IndexRange } from '../model/model.js';
import type { Tensor } from '../network/index.js';
import {
  createRun,
  type Definition,
  type Instance,
  lettersIn,
  type Machine,
  numbersOf,
  type Program,
  placeKey,
  type QuantityAt,
  type Run,
  randomSizes,
  randomValues,
  type Scope,
} from '../numeric/index.js';
import { Derivatives } from './derivatives.js';
import type { Graph } from './graph.js';
import type { Comparison } from './types.js';

const SIZE_SETS = 3;
const DRAWS = 7;
/** Places of a line's free letters that are tried at one size set. */
const MOST_PLACES = 12;
const EQUAL = 1e-9;
const DIFFERENT = 1e-6;
/** Differences below this are rounding, whatever the size of the sides: a sum that cancels to nothing has no size. */
const ROUNDING = 1e-12;
const REDRAWS = 10;

export class Points {
  readonly #sets: readonly SizeSet[];

  constructor(graph: Graph, seed: number, sizes?: Scope) {
    const derivatives = new Derivatives(graph);
    this.#sets = Array.from({ length: SIZE_SETS }, (_, k) => new SizeSet(graph, derivatives, seed + 7919 * k, sizes));
  }

  /** Compares two tensors over the letters in `ranges` at all points, or at the first draw of the first size set. Throws BudgetError where it would be too much. */
  compare(left: Tensor, right: Tensor, ranges: readonly IndexRange[], every = true): Comparison {
    let [points, worst, clear] = [0, 0, 0];
    for (const set of every ? this.#sets : this.#sets.slice(0, 1)) {
      const found = set.compare(left, right, ranges, every);
      points += found.points;
      clear += found.clear;
      worst = Math.max(worst, found.worst);
      if (worst > DIFFERENT) return { verdict: 'different', points, maxRelError: worst };
    }
    return { verdict: clear === 0 || worst > EQUAL ? 'unclear' : 'equal', points, maxRelError: worst };
  }

  /** Whether left − right has the sign that a relation wants, at every point. */
  holds(
    left: Tensor,
    right: Tensor,
    ranges: readonly IndexRange[],
    accepts: (difference: number, size: number) => boolean,
  ): { readonly holds: boolean; readonly points: number } {
    let points = 0;
    for (const set of this.#sets) {
      const found = set.every(left, right, ranges, accepts);
      points += found.points;
      if (!found.holds) return { holds: false, points };
    }
    return { holds: true, points };
  }
}

interface SetComparison {
  readonly points: number;
  /** Points at which both sides are numbers. */
  readonly clear: number;
  readonly worst: number;
}

/** One choice of sizes with its draws. */
class SizeSet {
  readonly #run: Run;
  readonly #line: Machine;
  readonly #draws: readonly ReadonlyMap<string, Float64Array>[];
  /** Numbers of each quantity, one array a draw. */
  readonly #known = new Map<string, readonly Float64Array[]>();
  /** Buffers that lines read, with the numbers to put in. */
  readonly #buffers = new Map<Float64Array, readonly Float64Array[]>();
  readonly #given = new Map<string, Float64Array>();
  readonly #adjointTargets = new Set<string>();

  constructor(
    readonly graph: Graph,
    derivatives: Derivatives,
    seed: number,
    given?: Scope,
  ) {
    const sizes = randomSizes(graph.sheet, seed, given);
    this.#run = createRun(graph.model, sizes, { seed, derivatives: derivatives.resolver(sizes) });
    this.#draws = this.#drawn(seed);
    this.#keep(this.#run.machine.program(this.#run.computed()));
    this.#line = this.#run.machine.override((quantity) => this.#stored(quantity));
  }

  #drawn(seed: number): ReadonlyMap<string, Float64Array>[] {
    return Array.from({ length: DRAWS }, (_, k) => {
      let values = randomValues(this.#run, seed + 104729 * k);
      for (let redraw = 1; redraw <= REDRAWS; redraw += 1) {
        this.#run.forward(values);
        if (this.#run.firstNonFinite() === undefined) break;
        values = randomValues(this.#run, seed + 104729 * k + 1_000_003 * redraw, redraw > REDRAWS / 2);
      }
      return values;
    });
  }

  /** Runs a program once a draw and keeps the numbers of everything in it. */
  #keep(program: Program): void {
    const wanted = [...new Set([...program.order, ...program.given()])].flatMap((instance) => {
      const key = instance.quantity === undefined ? undefined : quantityText(instance.quantity);
      return key === undefined || this.#known.has(key) ? [] : [{ instance, key, numbers: [] as Float64Array[] }];
    });
    for (const draw of this.#draws) {
      this.#run.set(draw);
      program.run();
      for (const { instance, numbers } of wanted) numbers.push(Float64Array.from(instance.data));
    }
    for (const { key, numbers } of wanted) this.#known.set(key, numbers);
  }

  /** What a quantity of a line is: a buffer that holds its numbers for the draw at hand. */
  #stored(quantity: QuantityAt): Definition | undefined {
    const key = quantityText(quantity);
    const buffer = this.#given.get(key);
    if (buffer !== undefined) return { kind: 'given', data: buffer };
    const numbers = this.#known.get(key) ?? this.#computed(quantity, key);
    const made = Float64Array.from(numbers[0] ?? []);
    this.#given.set(key, made);
    this.#buffers.set(made, numbers);
    return { kind: 'given', data: made };
  }

  #computed(quantity: QuantityAt, key: string): readonly Float64Array[] {
    if (quantity.kind === 'adjoint') this.#keepAdjoints(quantity);
    if (!this.#known.has(key)) this.#keep(this.#run.machine.program([this.#run.machine.instance(quantity, this.#dims(quantity))]));
    const numbers = this.#known.get(key);
    if (numbers !== undefined) return numbers;
    // Nothing computes it: zero at every draw.
    const zero = new Float64Array(this.#dims(quantity).reduce((count, dim) => count * dim, 1));
    const zeros = this.#draws.map(() => zero);
    this.#known.set(key, zeros);
    return zeros;
  }

  /** All adjoints of one target in one backward pass. */
  #keepAdjoints({ target }: Extract<QuantityAt, { kind: 'adjoint' }>): void {
    const key = target === undefined ? '' : placeKey(target.name, target.indices);
    if (this.#adjointTargets.has(key)) return;
    this.#adjointTargets.add(key);
    const names = [...this.graph.model.declarations.values()].filter(({ role }) => role === 'computed' || role === 'parameter');
    const instances = names.flatMap(({ name }) =>
      this.#run.declaredPlaces(name).map((indices): Instance => {
        const quantity: QuantityAt = { kind: 'adjoint', ...(target === undefined ? {} : { target }), name, indices };
        return this.#run.machine.instance(quantity, this.#dims(quantity));
      }),
    );
    this.#keep(this.#run.machine.program(instances));
  }

  #dims(quantity: QuantityAt): readonly number[] {
    const of = (name: string): readonly number[] => numbersOf(this.graph.model.declarations.get(name)?.dims ?? [], this.#run.sizes);
    switch (quantity.kind) {
      case 'value':
        return of(quantity.name);
      case 'adjoint':
        return [...(quantity.target === undefined ? [] : of(quantity.target.name)), ...of(quantity.name)];
      case 'partial':
        return [...of(quantity.numerator.name), ...of(quantity.denominator.name)];
    }
  }

  compare(left: Tensor, right: Tensor, ranges: readonly IndexRange[], every: boolean): SetComparison {
    let [points, clear, worst] = [0, 0, 0];
    this.#atPlaces(left, right, ranges, every ? DRAWS : 1, (a, b) => {
      points += 1;
      const error = relativeError(a, b);
      if (error === undefined) return true;
      clear += 1;
      worst = Math.max(worst, error);
      return worst <= DIFFERENT;
    });
    return { points, clear, worst };
  }

  every(
    left: Tensor,
    right: Tensor,
    ranges: readonly IndexRange[],
    accepts: (difference: number, size: number) => boolean,
  ): { holds: boolean; points: number } {
    let [points, holds] = [0, true];
    this.#atPlaces(left, right, ranges, DRAWS, (a, b) => {
      points += 1;
      for (let k = 0; k < a.length && holds; k += 1) holds = accepts((a[k] as number) - (b[k] as number), Math.abs(a[k] as number) + Math.abs(b[k] as number));
      return holds;
    });
    return { holds, points };
  }

  /** Both sides at every place of the letters (or some of very many), draw by draw, until `see` has seen enough. */
  #atPlaces(left: Tensor, right: Tensor, ranges: readonly IndexRange[], draws: number, see: (left: Float64Array, right: Float64Array) => boolean): void {
    for (const letters of someOf([...lettersIn(ranges, this.#run.sizes)])) {
      const sides = [this.#line.evaluation(left, letters), this.#line.evaluation(right, letters)];
      const program = this.#line.program(sides);
      const buffers = [...new Set([...program.given(), ...sides].map(({ data }) => data))].flatMap((data) => {
        const numbers = this.#buffers.get(data);
        return numbers === undefined ? [] : [{ data, numbers }];
      });
      const [a, b] = sides;
      for (let draw = 0; draw < draws; draw += 1) {
        for (const { data, numbers } of buffers) data.set(numbers[draw] as Float64Array);
        program.run();
        if (a === undefined || b === undefined || !see(a.data, b.data)) return;
      }
    }
  }
}

/** Places spread over all of them, the ends among them. */
function someOf<X>(places: readonly X[]): readonly X[] {
  if (places.length <= MOST_PLACES) return places;
  return Array.from({ length: MOST_PLACES }, (_, k) => places[Math.round((k * (places.length - 1)) / (MOST_PLACES - 1))] as X);
}

/** Largest difference in proportion to the largest entry; undefined where a side is no number. */
function relativeError(a: Float64Array, b: Float64Array): number | undefined {
  let [difference, size] = [0, 0];
  for (let k = 0; k < a.length; k += 1) {
    const [x, y] = [a[k] as number, b[k] as number];
    if (!Number.isFinite(x) || !Number.isFinite(y)) return undefined;
    difference = Math.max(difference, Math.abs(x - y));
    size = Math.max(size, Math.abs(x), Math.abs(y));
  }
  return difference <= ROUNDING ? 0 : difference / size;
}

function quantityText(quantity: QuantityAt): string {
  switch (quantity.kind) {
    case 'value':
      return placeKey(quantity.name, quantity.indices);
    case 'adjoint':
      return `∂${quantity.target === undefined ? '' : placeKey(quantity.target.name, quantity.target.indices)}/∂${placeKey(quantity.name, quantity.indices)}`;
    case 'partial':
      return `∂${placeKey(quantity.numerator.name, quantity.numerator.indices)}/∂${placeKey(quantity.denominator.name, quantity.denominator.indices)} ${quantity.reach}`;
  }
}

/** Runs a comparison; what is too large to be compared is unclear. */
export function bounded(compare: () => Comparison): Comparison {
  try {
    return compare();
  } catch (error) {
    if (error instanceof BudgetError || error instanceof InputError) return { verdict: 'unclear', points: 0, maxRelError: 0 };
    throw error;
  }
}
