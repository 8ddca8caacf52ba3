/**
 * True adjoints and true contributions, from the forward model alone: tangents are injected at values, and what comes out is compared with what a
 * derivation says.
 *
 * The contribution of a use is the local tangent of one term of the reader, all else held, times the reader's own adjoint. Readers whose adjoints a
 * derivation does not keep are followed further; every step goes forward in the order of computation, so this ends.
 */

import type { Tensor } from '../network/tensor.js';
import { type Directions, type Instance, type Program, placeKey, type Run, type TangentRunner } from '../numeric/index.js';
import { entryLanes, laneCost } from './lanes.js';

/** What flows into the loss from one place through one way of uses. */
export interface Flow {
  /** Names of the readers in turn, with the number of the term in which each reads; the last has an adjoint that is kept, or is the loss. */
  readonly way: readonly { readonly name: string; readonly term: number }[];
  /** The first reader's indices. */
  readonly reader: readonly number[];
  /** One number for each entry of the place. */
  readonly values: Float64Array;
}

const MOST_FLOWS = 400;
/** Multiply-adds that all adjoints together may take before they are asked for. */
const AT_ONCE = 1e9;

export class Truth {
  private readonly program: Program;
  private readonly loss: Instance;
  private readonly adjoints = new Map<Instance, Float64Array>();
  private readonly readers = new Map<Instance, Instance[]>();
  private readonly locals = new Map<string, Float64Array>();

  /** The run's values must have been computed. */
  constructor(
    private readonly run: Run,
    private readonly tangents: TangentRunner,
  ) {
    this.loss = run.loss();
    this.program = run.machine.program([this.loss]);
    this.program.run();
    for (const instance of this.program.order)
      for (const dependency of new Set(instance.dependencies)) this.readers.set(dependency, [...(this.readers.get(dependency) ?? []), instance]);
  }

  /** ∂loss/∂(value at a place), over every path. */
  adjoint(name: string, indices: readonly number[]): Float64Array {
    const instance = this.run.instance(name, indices);
    const known = this.adjoints.get(instance);
    if (known !== undefined) return known;
    this.differentiate([instance]);
    return this.adjoints.get(instance) as Float64Array;
  }

  /** Adjoints of everything that is computed, in one run of many lanes, where that is little work; else they are found one by one as they are needed. */
  differentiateAll(): void {
    const computed = this.program.order.filter(({ quantity }) => quantity?.kind === 'value');
    const lanes = computed.reduce((sum, { data }) => sum + data.length, 0);
    if (lanes * this.cost <= AT_ONCE) this.differentiate(computed);
  }

  /** Multiply-adds of one lane. */
  get cost(): number {
    return laneCost(this.program, this.run.sizes);
  }

  private differentiate(instances: readonly Instance[]): void {
    const starts = new Map<Instance, number>();
    let count = 0;
    for (const instance of instances) {
      starts.set(instance, count);
      count += instance.data.length;
    }
    const directions: Directions = {
      count,
      at: new Set(instances),
      add(instance, into, from, lanes) {
        const start = (starts.get(instance) as number) - from;
        for (let i = Math.max(0, -start); i < instance.data.length && start + i < lanes; i++) {
          const at = i * lanes + start + i;
          into[at] = (into[at] as number) + 1;
        }
      },
    };
    const { columns } = this.tangents.run({ program: this.program, watched: [this.loss], directions });
    for (const [instance, start] of starts) this.adjoints.set(instance, (columns[0] as Float64Array).slice(start, start + instance.data.length));
  }

  /** All flows from a place; readers that are not kept are followed through. Undefined where there are too many. */
  flows(name: string, indices: readonly number[], kept: ReadonlySet<string>): readonly Flow[] | undefined {
    const found: Flow[] = [];
    const follow = (instance: Instance): Flow[] | undefined => {
      const flows: Flow[] = [];
      for (const reader of this.readers.get(instance) ?? []) {
        if (reader.held === true || reader.quantity?.kind !== 'value' || reader.source === undefined) continue;
        const { name: by, indices: at } = reader.quantity;
        const further =
          reader === this.loss
            ? [{ way: [], reader: [], values: Float64Array.of(1) }]
            : kept.has(by)
              ? [{ way: [], reader: [], values: this.adjoint(by, at) }]
              : follow(reader);
        if (further === undefined) return undefined;
        for (let term = 0; term < reader.source.value.terms.length; term++) {
          const local = this.local(reader, term, instance);
          if (local === undefined) continue;
          for (const { way, values } of further)
            flows.push({ way: [{ name: by, term }, ...way], reader: at, values: product(values, local, instance.data.length) });
          if (flows.length > MOST_FLOWS) return undefined;
        }
      }
      return flows;
    };
    const all = follow(this.run.instance(name, indices));
    if (all === undefined) return undefined;
    found.push(...all);
    return found;
  }

  /** ∂(one term of the reader)/∂instance with everything else held: reader's entries, then the instance's. Undefined where it does not read it. */
  private local(reader: Instance, term: number, instance: Instance): Float64Array | undefined {
    const key = `${reader.label} ${term} ${instance.label}`;
    const known = this.locals.get(key);
    if (known !== undefined) return known.length === 0 ? undefined : known;
    const { value, letters } = reader.source as { value: Tensor; letters: ReadonlyMap<string, number> };
    const one = this.run.model.workspace.fromTerms(value.dims, [value.terms[term] as Tensor['terms'][number]]);
    const watched = this.run.machine.evaluation(one, letters);
    const program = this.run.machine.program([watched]);
    const reads = watched.dependencies.includes(instance);
    if (reads) program.run();
    const columns = reads
      ? this.tangents.run({
          program,
          watched: [watched],
          directions: entryLanes(instance, Array.from(instance.data.keys())),
          isHeld: (other) => other !== watched && other !== instance,
        }).columns[0]
      : undefined;
    const made = columns ?? new Float64Array(0);
    this.locals.set(key, made);
    return columns;
  }
}

/** Σ_i adjoint[i] · local[i, j]. */
function product(adjoint: Float64Array, local: Float64Array, columns: number): Float64Array {
  const out = new Float64Array(columns);
  for (let i = 0; i < adjoint.length; i++)
    for (let j = 0; j < columns; j++) out[j] = (out[j] as number) + (adjoint[i] as number) * (local[i * columns + j] as number);
  return out;
}

/** A key for an adjoint's place. */
export const adjointPlace = placeKey;
