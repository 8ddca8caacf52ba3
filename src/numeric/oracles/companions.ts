/**
 * Runs companions of values: tangents in lanes through a program of instances, and spreads of the same.
 *
 * The values must have been computed. What is seeded moves by its seeds, everything computed from it by the product rule; what is held does not move.
 * Lanes are taken in groups, so that memory does not grow with their number.
 */

import type { Head, InternedHead, Quantity, Tensor } from '../../network/tensor.js';
import { numberOf, numbersOf, type Scope } from '../array.js';
import { type Instance, type Machine, quantityAt } from '../machine.js';
import { inlineArguments, isGuard, type Repetition } from '../plan.js';
import type { Program } from '../program.js';
import { Random } from '../random.js';
import type { CompanionKind, CompanionPlan } from './companion.js';
import { CompanionBound, type KinkWatch } from './companion-bound.js';
import { compileCompanion } from './companion-plan.js';

/** Which instances move, and how. */
export interface Directions {
  readonly count: number;
  readonly at: ReadonlySet<Instance>;
  /** Adds how an instance moves in the lanes from `from` on: row-major, `lanes` lanes side by side. */
  add(instance: Instance, into: Float64Array, from: number, lanes: number): void;
}

export interface Tangents {
  /** For each watched instance: entry i in direction k at i · count + k. */
  readonly columns: readonly Float64Array[];
  /** 1 for directions that move an argument lying on a kink. */
  readonly kinks: Uint8Array;
}

/** Numbers of all lanes at a time, over everything that moves: what fits the caches of most machines. */
const GROUP_NUMBERS = 2 ** 22;

/** Companion plans of one kind over one machine, each compiled once. */
class Companions {
  private readonly plans = new Map<Tensor, Map<string, CompanionPlan>>();

  constructor(
    private readonly machine: Machine,
    readonly kind: CompanionKind,
  ) {}

  /** Binds the companion of a tensor at numbers for its letters. `find` gives the companion of an instance; undefined where it does not move. */
  bind(tensor: Tensor, scope: Scope, accumulate: boolean, find: (instance: Instance) => Float64Array | undefined, noteKink: KinkWatch): CompanionBound {
    const companion = (quantity: Quantity, dims: readonly number[]): Float64Array | undefined => find(this.machine.instance(quantityAt(quantity, scope), dims));
    const plan = this.plan(tensor, scope, accumulate, companion);
    const values = this.machine.bindPlan(plan, scope, []);
    const companions = plan.companions.map(({ quantity, dims }) => companion(quantity, dims) as Float64Array);
    const bodies = plan.bodies.map((body) => this.bindBodies(body, scope, find, noteKink));
    return new CompanionBound(plan, values, companions, bodies, noteKink);
  }

  private bindBodies(
    { letter, from, to, step, body, accumulate }: Repetition,
    scope: Scope,
    find: (instance: Instance) => Float64Array | undefined,
    noteKink: KinkWatch,
  ): CompanionBound[] {
    const first = numberOf(from, scope);
    const count = Math.max(0, (numberOf(to, scope) - first) * step + 1);
    return Array.from({ length: count }, (_, k) => this.bind(body, new Map([...scope, [letter, first + k * step]]), accumulate, find, noteKink));
  }

  private plan(tensor: Tensor, scope: Scope, accumulate: boolean, companion: (quantity: Quantity, dims: readonly number[]) => unknown): CompanionPlan {
    const holding = new Set(this.machine.holding(tensor, scope));
    const active = symbolsOf(tensor, holding).filter(
      ({ head, dims }) => head.kind === 'symbol' && companion(head.quantity, numbersOf(dims, scope)) !== undefined,
    );
    const key = `${accumulate ? '+' : '='}${[...holding].map(({ id }) => id).join()}|${active.map(({ id }) => id).join()}`;
    const known = this.plans.get(tensor)?.get(key);
    if (known !== undefined) return known;
    const quantities = new Set(active.map(({ head }) => (head as Head & { kind: 'symbol' }).quantity));
    const made = compileCompanion(tensor, { sizes: scope, holds: holding, kind: this.kind, isActive: (quantity) => quantities.has(quantity) }, accumulate);
    this.plans.set(tensor, (this.plans.get(tensor) ?? new Map<string, CompanionPlan>()).set(key, made));
    return made;
  }
}

/** Values that the plan of a tensor reads outside its range sums and products, where the guards say that they count. */
function symbolsOf(tensor: Tensor, holding: ReadonlySet<InternedHead>): InternedHead[] {
  const found = new Set<InternedHead>();
  const seen = new Set<Tensor>();
  const pending: Tensor[] = [tensor];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const { net } of next.terms) {
      if (net.leaves.some(({ head, power }) => isGuard(head.head) && !holding.has(head) && power.numerator > 0n)) continue;
      for (const { head } of net.leaves) {
        if (head.head.kind === 'symbol') found.add(head);
        else pending.push(...inlineArguments(head.head));
      }
    }
  }
  return [...found].sort((a, b) => a.id - b.id);
}

/** What a run of companions is asked. */
export interface TangentTask {
  readonly program: Program;
  readonly watched: readonly Instance[];
  readonly directions: Directions;
  /** Instances that keep their values whatever they read. */
  readonly isHeld?: (instance: Instance) => boolean;
}

/** Forward tangents over one machine. Everything is compiled once, whatever the number of tasks. */
export class TangentRunner {
  private readonly byLanes = new Map<number, Companions>();

  constructor(private readonly machine: Machine) {}

  run({ program, watched, directions, isHeld }: TangentTask): Tangents {
    const { count } = directions;
    const moving = movingInstances(program, directions, isHeld);
    const numbers = [...moving].reduce((sum, { data }) => sum + data.length, 0);
    const lanes = lanesFor(count, numbers);
    const companions = this.companions(lanes);
    const columns = watched.map(({ data }) => new Float64Array(data.length * count));
    const kinks = new Uint8Array(count);
    const arrays = new Map([...moving].map((instance) => [instance, new Float64Array(instance.data.length * lanes)]));
    let from = 0;
    const noteKink: KinkWatch = (speed, width) => {
      for (let l = 0; l < width && from + l < count; l++) if (speed(l) !== 0) kinks[from + l] = 1;
    };
    const steps = program.order.flatMap((instance): [Instance, CompanionBound][] => {
      if (!moving.has(instance) || instance.source === undefined || isHeld?.(instance) === true) return [];
      const scope = this.machine.scope(instance.source.letters);
      return [[instance, companions.bind(instance.source.value, scope, false, (of) => arrays.get(of), noteKink)]];
    });
    const given = [...directions.at].filter((instance) => !steps.some(([own]) => own === instance));
    for (; from < count; from += lanes) {
      const width = Math.min(lanes, count - from);
      for (const instance of given) {
        const array = arrays.get(instance) as Float64Array;
        array.fill(0);
        directions.add(instance, array, from, lanes);
      }
      for (const [instance, bound] of steps) {
        const array = arrays.get(instance) as Float64Array;
        bound.run(array);
        if (directions.at.has(instance)) directions.add(instance, array, from, lanes);
      }
      watched.forEach((instance, k) => copyColumns(columns[k] as Float64Array, arrays.get(instance), count, from, lanes, width));
    }
    return { columns, kinks };
  }

  private companions(lanes: number): Companions {
    const known = this.byLanes.get(lanes) ?? new Companions(this.machine, { lanes, squared: false });
    this.byLanes.set(lanes, known);
    return known;
  }
}

function copyColumns(columns: Float64Array, array: Float64Array | undefined, count: number, from: number, lanes: number, width: number): void {
  if (array === undefined) return;
  const rows = array.length / lanes;
  for (let i = 0; i < rows; i++) for (let l = 0; l < width; l++) columns[i * count + from + l] = array[i * lanes + l] as number;
}

/** A power of two, so that few widths are compiled. */
function lanesFor(count: number, numbers: number): number {
  let lanes = 1;
  while (lanes < count && lanes < 128 && 2 * lanes * numbers <= GROUP_NUMBERS) lanes *= 2;
  return lanes;
}

function movingInstances(program: Program, { at }: Directions, isHeld: TangentTask['isHeld']): ReadonlySet<Instance> {
  const moving = new Set(at);
  for (const instance of program.order) {
    if (instance.held === true || isHeld?.(instance) === true) continue;
    if (instance.dependencies.some((dependency) => moving.has(dependency))) moving.add(instance);
  }
  return moving;
}

/** Random patterns of rounding that are carried through a program, to see how far it goes. */
const PATTERNS = 12;

/**
 * How far rounding may carry derivatives, at a machine's current numbers, in units of rounding. What is given is exact, and so are the values of the model:
 * two computations that read the same values do not differ by their rounding.
 *
 * Each sum is off by the sum of the absolute values of its terms. How much of that arrives is found by carrying random patterns of such errors through the
 * program: signs count there, so that errors do not seem to grow where they in truth die out.
 */
export class SpreadRunner {
  private readonly companions: Companions;
  private readonly tangents: TangentRunner;
  private readonly locals = new Map<Instance, Float64Array>();
  /** Whether an argument lay on a kink. */
  hasKink = false;

  constructor(private readonly machine: Machine) {
    this.companions = new Companions(machine, { lanes: 1, squared: true });
    this.tangents = new TangentRunner(machine);
  }

  /** Standard errors of the instances, entry by entry. The program must compute them, and must have run. */
  of(instances: readonly Instance[], program: Program): Float64Array[] {
    const rounded = program.order.filter((instance) => instance.source !== undefined && instance.quantity?.kind !== 'value');
    for (const instance of rounded) this.local(instance);
    const sources = rounded.filter((instance) => !instances.includes(instance));
    const random = new Random(0, 'rounding');
    const patterns = new Map(sources.map((instance) => [instance, this.pattern(instance, random)]));
    const directions: Directions = {
      count: PATTERNS,
      at: new Set(sources),
      add(instance, into, from, lanes) {
        const pattern = patterns.get(instance) as Float64Array;
        for (let i = 0; i < instance.data.length; i++)
          for (let l = 0; l < lanes && from + l < PATTERNS; l++)
            into[i * lanes + l] = (into[i * lanes + l] as number) + (pattern[i * PATTERNS + from + l] as number);
      },
    };
    const { columns } = this.tangents.run({ program, watched: instances, directions });
    return instances.map((instance, k) => combined(this.local(instance), columns[k] as Float64Array));
  }

  private pattern(instance: Instance, random: Random): Float64Array {
    const local = this.local(instance);
    return Float64Array.from({ length: local.length * PATTERNS }, (_, at) => (random.below(2) === 0 ? 1 : -1) * (local[Math.floor(at / PATTERNS)] as number));
  }

  /** What the last sums of an instance round off. */
  private local(instance: Instance): Float64Array {
    const known = this.locals.get(instance);
    if (known !== undefined) return known;
    const local = new Float64Array(instance.data.length);
    this.locals.set(instance, local);
    if (instance.source === undefined || instance.quantity?.kind === 'value') return local;
    const { value, letters } = instance.source;
    const noteKink: KinkWatch = () => {
      this.hasKink = true;
    };
    this.companions.bind(value, this.machine.scope(letters), false, () => undefined, noteKink).run(local);
    local.forEach((square, i) => {
      local[i] = Math.sqrt(square);
    });
    return local;
  }
}

/** The instance's own rounding and, in quadrature, the root mean square of what arrives. */
function combined(local: Float64Array, arriving: Float64Array): Float64Array {
  return local.map((own, i) => {
    let squares = 0;
    for (let k = 0; k < PATTERNS; k++) squares += (arriving[i * PATTERNS + k] as number) ** 2;
    return Math.sqrt(own * own + squares / PATTERNS);
  });
}
