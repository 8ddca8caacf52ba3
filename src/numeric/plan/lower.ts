/** From a schedule to operations: buffers for all values, loops, fused pointwise code, contractions. */

import type { Tensor, Whole, Workspace } from '../../network/index.js';
import { ContractionEmitter } from './contraction.js';
import { type BoundLetter, type Definition, type Given, indexInterval, NotPlannable, type Product, type Read, type Sizes } from './definitions.js';
import { fuse, type PlacedDefinition } from './fuse.js';
import { type Arena, BATCH, type Buffer, makeBuffer, movedBy, type Position, type View, viewOf } from './layout.js';
import { type Affine, affine, type Operation, shifted } from './operations.js';
import { createProgramBuilder } from './pointwise.js';
import type { Schedule, Scheduled } from './schedule.js';

export interface LowerInput {
  readonly workspace: Workspace;
  readonly sizes: Sizes;
  readonly definitions: readonly Definition[];
  readonly givens: readonly Given[];
  /** Values that are zero wherever they are read. */
  readonly empty: readonly Given[];
  readonly batched: ReadonlySet<string>;
  readonly batch: number;
  readonly readsOf: (definition: Definition) => readonly Read[];
  /** Values that stay readable after a run. */
  readonly wanted: ReadonlySet<string>;
}

export interface Lowered {
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly phases: readonly (readonly Operation[])[];
  readonly loops: number;
}

type Interval = { low: number; high: number };
type DefineItem = Extract<Scheduled, { readonly kind: 'define' }>;

/** Hull of all places of a name that are set or read: what is read but never set stays zero. */
function hulls({ definitions, givens, readsOf }: LowerInput): Map<string, Interval[]> {
  const found = new Map<string, Interval[]>();
  const widen = (name: string, intervals: readonly Interval[]): void => {
    const known = found.get(name);
    found.set(
      name,
      intervals.map(({ low, high }, axis) => ({ low: Math.min(low, known?.[axis]?.low ?? low), high: Math.max(high, known?.[axis]?.high ?? high) })),
    );
  };
  for (const { name, letters } of givens) widen(name, letters);
  for (const definition of definitions) {
    const ranges = new Map(definition.letters.map((letter) => [letter.letter, letter]));
    widen(
      definition.name,
      definition.indices.map((index) => indexInterval(index, ranges)),
    );
    for (const { name, indices, bound } of readsOf(definition)) {
      const inner = new Map([...ranges, ...bound.map((letter) => [letter.letter, letter] as const)]);
      widen(
        name,
        indices.map((index) => indexInterval(index, inner)),
      );
    }
  }
  return found;
}

export function lower(input: LowerInput, schedules: readonly Schedule[], arena: Arena): Lowered {
  return new Lowering(input, arena).run(schedules);
}

class Lowering {
  readonly #buffers = new Map<string, Buffer>();
  readonly #emitter: ContractionEmitter;
  readonly #given: ReadonlySet<string>;
  readonly #hulls: ReadonlyMap<string, Interval[]>;
  readonly #dims: ReadonlyMap<string, readonly number[]>;
  #loops = 0;

  constructor(
    private readonly input: LowerInput,
    private readonly arena: Arena,
  ) {
    this.#emitter = new ContractionEmitter(arena, () => this.#loops++);
    const defined = new Set(input.definitions.map(({ name }) => name));
    this.#given = new Set(input.givens.map(({ name }) => name).filter((name) => !defined.has(name)));
    this.#hulls = hulls(input);
    this.#dims = new Map([...input.givens, ...input.empty, ...input.definitions].map(({ name, dims }) => [name, dims]));
  }

  run(schedules: readonly Schedule[]): Lowered {
    this.#loops = Math.max(0, ...schedules.map(({ loops }) => loops));
    for (const { name } of this.input.givens) this.#buffer(name);
    const phases = schedules.map(({ items }) => this.#items(items));
    return { buffers: this.#buffers, phases: [[...this.#emitter.prologue, ...(phases[0] ?? [])], ...phases.slice(1)], loops: this.#loops };
  }

  #buffer(name: string): Buffer {
    const known = this.#buffers.get(name);
    if (known !== undefined) return known;
    const dims = this.#dims.get(name);
    if (dims === undefined) throw new NotPlannable(`nothing gives ${name} a value`);
    const made = makeBuffer(this.arena, name, this.#hulls.get(name) ?? [], dims, this.input.batched.has(name) ? this.input.batch : 1);
    this.#buffers.set(name, made);
    return made;
  }

  #view(name: string, indices: readonly Whole[], labels: readonly string[], position: Position, offsets: readonly Whole[] = []): View {
    return viewOf(
      this.#buffer(name),
      indices.map((index) => this.input.sizes.index(index)),
      labels,
      offsets.map((offset) => this.input.sizes.index(offset)),
      position,
    );
  }

  #items(items: readonly Scheduled[]): Operation[] {
    const operations: Operation[] = [];
    for (let k = 0; k < items.length; k++) {
      const item = items[k] as Scheduled;
      if (item.kind === 'loop') {
        operations.push({
          kind: 'loop',
          loop: item.loop,
          from: affine(item.step > 0 ? item.low : item.high),
          count: affine(item.high - item.low + 1),
          step: item.step,
          body: this.#items(item.body),
        });
        continue;
      }
      switch (item.definition.form.kind) {
        case 'pointwise':
        case 'partial': {
          const group = this.#group(items, k);
          operations.push(...this.#pointwise(group));
          for (const own of group) for (const seed of seedsOf(own.definition)) this.#product(operations, own, seed, true);
          k += group.length - 1;
          break;
        }
        case 'contraction':
          this.#contraction(operations, item);
          break;
        case 'softmax':
          this.#softmax(operations, item);
          break;
      }
    }
    return operations;
  }

  /** Pointwise definitions that follow each other, have equal axes, and read one another only at the same positions. */
  #group(items: readonly Scheduled[], from: number): DefineItem[] {
    const group: DefineItem[] = [];
    const key = (item: DefineItem): string => this.#axes(item).axes.join();
    for (let k = from; k < items.length; k++) {
      const item = items[k] as Scheduled;
      if (item.kind !== 'define' || !isPointwise(item.definition.form)) break;
      const [first] = group;
      if (first !== undefined && (key(first) !== key(item) || !this.#readsAlike(item, group))) break;
      group.push(item);
    }
    return group;
  }

  #readsAlike(item: DefineItem, group: readonly DefineItem[]): boolean {
    const position = this.#position(item);
    const { labels } = this.#axes(item);
    const form = item.definition.form;
    if (!isPointwise(form)) return false;
    const written = new Map(group.map((other) => [other.definition.name, other]));
    return this.#symbolViews(
      form.tensor,
      item.definition.dims.map((_, axis) => `${axis}`),
      position,
    ).every(({ name, view }) => {
      const other = written.get(name);
      if (other === undefined) return true;
      if (seedsOf(other.definition).length > 0) return false;
      const set = this.#target(other);
      const steps = (own: View, names: readonly string[]): string => names.map((label) => own.strides.get(label) ?? 0).join();
      return set.at.constant === view.at.constant && steps(set, this.#axes(other).labels) === steps(view, labels);
    });
  }

  /** All readings of a pointwise tensor with the labels they are made at. */
  #symbolViews(tensor: Tensor, labels: readonly string[], position: Position): { name: string; view: View }[] {
    return tensor.terms.flatMap(({ net }) =>
      net.leaves.flatMap(({ head: { head }, slots }): { name: string; view: View }[] => {
        const own = slots.map((slot) => labels[slot] as string);
        switch (head.kind) {
          case 'symbol':
            return head.quantity.kind === 'value'
              ? [{ name: head.quantity.name, view: this.#view(head.quantity.name, head.quantity.indices, own, position) }]
              : [];
          case 'sum':
          case 'held':
            return this.#symbolViews(head.of, own, position);
          case 'apply':
            return head.args.flatMap((arg) => this.#symbolViews(arg, arg.dims.length === 0 ? [] : own, position));
          default:
            return [];
        }
      }),
    );
  }

  #position({ definition, loops }: DefineItem): Position {
    return { loops, low: new Map(definition.letters.map(({ letter, low }) => [letter, low])) };
  }

  #axes({ definition, loops }: DefineItem): { labels: string[]; axes: number[] } {
    const free = definition.letters.filter(({ letter }) => !loops.has(letter));
    const batch = this.input.batched.has(definition.name) && this.input.batch > 1;
    return {
      labels: [...free.map(({ letter }) => letter), ...definition.dims.map((_, axis) => `${axis}`), ...(batch ? [BATCH] : [])],
      axes: [...free.map(({ low, high }) => high - low + 1), ...definition.dims, ...(batch ? [this.input.batch] : [])],
    };
  }

  #target(item: DefineItem): View {
    return this.#view(
      item.definition.name,
      item.definition.indices,
      item.definition.dims.map((_, axis) => `${axis}`),
      this.#position(item),
    );
  }

  #pointwise(group: readonly DefineItem[]): Operation[] {
    const members = new Set(group.map(({ definition }) => definition));
    const needed = (definition: Definition): boolean =>
      this.input.wanted.has(definition.name) ||
      !definition.name.startsWith('#') ||
      this.input.definitions.some((other) => !members.has(other) && this.input.readsOf(other).some(({ name }) => name === definition.name)) ||
      this.#readLater(definition, group);
    const placed = group.map(
      (item): PlacedDefinition => ({
        definition: item.definition,
        position: this.#position(item),
        ...this.#axes(item),
        target: this.#target(item),
        stored: needed(item.definition),
      }),
    );
    return placed[0]?.axes.some((extent) => extent === 0) === true
      ? []
      : [fuse(placed, (name, indices, labels, position) => this.#view(name, indices, labels, position))];
  }

  /** Read inside the group at another round of the loop. */
  #readLater(definition: Definition, group: readonly DefineItem[]): boolean {
    const own = group.find((item) => item.definition === definition) as DefineItem;
    const target = this.#target(own);
    return group.some(
      (item) =>
        isPointwise(item.definition.form) &&
        this.#symbolViews(
          item.definition.form.tensor,
          item.definition.dims.map((_, axis) => `${axis}`),
          this.#position(item),
        ).some(({ name, view }) => name === definition.name && view.at.constant !== target.at.constant),
    );
  }

  #contraction(into: Operation[], item: DefineItem): void {
    const { definition } = item;
    if (definition.form.kind !== 'contraction' || this.#axes(item).axes.some((extent) => extent === 0)) return;
    const { products } = definition.form;
    const ordered = [...products.filter(({ seed }) => seed === undefined), ...products.filter(({ seed }) => seed !== undefined)];
    const clear = ordered[0] === undefined || ordered[0].seed !== undefined;
    if (clear) this.#clear(into, this.#target(item), this.#axes(item));
    ordered.forEach((product, k) => this.#product(into, item, product, clear || k > 0));
  }

  #product(into: Operation[], item: DefineItem, product: Product, accumulate: boolean): void {
    const { definition } = item;
    const loops = new Map(item.loops);
    const low = new Map([...definition.letters, ...product.bound].map(({ letter, low: least }) => [letter, least]));
    const uneven = product.bound.filter(
      ({ from, to }) => from.monomials.some(({ letters }) => letters.length > 0) || to.monomials.some(({ letters }) => letters.length > 0),
    );
    const outer = definition.letters.filter(
      ({ letter }) =>
        !loops.has(letter) && uneven.some(({ from, to }) => [from, to].some((end) => end.monomials.some(({ letters }) => letters.includes(letter)))),
    );
    const wrap: { loop: number; from: Affine; count: Affine }[] = [];
    const run = (letter: string, from: Affine, count: Affine): void => {
      const loop = this.#loops++;
      loops.set(letter, loop);
      wrap.push({ loop, from, count });
    };
    for (const { letter, low: least, high } of outer) run(letter, affine(least), affine(high - least + 1));
    for (const bound of uneven) {
      const [from, to] = [inLoops(bound.from, loops), inLoops(bound.to, loops)];
      run(bound.letter, from, {
        constant: to.constant - from.constant + 1,
        terms: [...to.terms, ...from.terms.map(({ loop, factor }) => ({ loop, factor: -factor }))],
      });
    }
    const position: Position = { loops, low };
    const extents = this.#extents(definition, product);
    const whole = this.#view(
      definition.name,
      definition.indices,
      definition.dims.map((_, axis) => `${axis}`),
      position,
    );
    const out = product.seed === undefined ? whole : seededView(whole, product.seed, position);
    const operands = product.factors.map(({ name, indices, slots, offsets }) => ({
      ...this.#view(name, indices, slots.map(String), position, offsets),
      fixed: this.#given.has(name),
    }));
    if (uneven.length > 0 && !accumulate) this.#clear(into, this.#target(item), this.#axes(item));
    const body: Operation[] = wrap.length === 0 ? into : [];
    this.#emitter.product(body, out, operands, extents, accumulate || uneven.length > 0);
    if (wrap.length > 0)
      into.push(
        ...wrap.reduceRight(
          (inner, { loop, from, count }) => [{ kind: 'loop', loop, from, count, step: 1, body: inner } satisfies Operation],
          body as readonly Operation[],
        ),
      );
  }

  #clear(into: Operation[], out: View, { labels, axes }: { labels: readonly string[]; axes: readonly number[] }): void {
    const builder = createProgramBuilder();
    builder.store(0, builder.constant(0));
    into.push({
      kind: 'pointwise',
      program: builder.finish(),
      axes,
      operands: [{ at: out.at, strides: labels.map((label) => out.strides.get(label) as number) }],
    });
  }

  #extents(definition: Definition, product: Product): Map<string, number> {
    const letters = [...definition.letters, ...product.bound].map(
      ({ letter, low, high }: { letter: string; low: number; high: number } | BoundLetter): [string, number] => [letter, high - low + 1],
    );
    return new Map([...letters, ...product.dims.map((dim, slot): [string, number] => [`${slot}`, dim]), [BATCH, this.input.batch]]);
  }

  /** softmax: exp(x − max) over its sum, along the last axis. */
  #softmax(into: Operation[], item: DefineItem): void {
    const { definition } = item;
    if (definition.form.kind !== 'softmax') return;
    const { labels, axes } = this.#axes(item);
    const position = this.#position(item);
    const out = this.#target(item);
    const source = this.#view(
      definition.form.name,
      definition.form.indices,
      definition.dims.map((_, axis) => `${axis}`),
      position,
    );
    const last = `${definition.dims.length - 1}`;
    const others = labels.filter((label) => label !== last);
    const extent = (label: string): number => axes[labels.indexOf(label)] as number;
    const summary: View = {
      at: affine(this.arena.take(others.reduce((size, label) => size * extent(label), 1))),
      strides: new Map(others.map((label, k) => [label, others.slice(k + 1).reduce((size, next) => size * extent(next), 1)])),
    };
    const strides = (view: View): number[] => labels.map((label) => view.strides.get(label) ?? 0);
    this.#overLast(into, summary, source, others, extent, last, 'maxRows');
    const shifted = createProgramBuilder();
    shifted.store(2, shifted.unary('exp', shifted.binary('subtract', shifted.operand(0), shifted.operand(1))));
    into.push({
      kind: 'pointwise',
      program: shifted.finish(),
      axes,
      operands: [
        { at: source.at, strides: strides(source) },
        { at: summary.at, strides: strides(summary) },
        { at: out.at, strides: strides(out) },
      ],
    });
    this.#overLast(into, summary, out, others, extent, last, 'sumRows');
    const divided = createProgramBuilder();
    divided.store(1, divided.binary('divide', divided.operand(1), divided.operand(0)));
    into.push({
      kind: 'pointwise',
      program: divided.finish(),
      axes,
      operands: [
        { at: summary.at, strides: strides(summary) },
        { at: out.at, strides: strides(out) },
      ],
    });
  }

  /** One number for each position of the other labels; the batch, where there is one, is walked by the kernel. */
  #overLast(
    into: Operation[],
    summary: View,
    source: View,
    others: readonly string[],
    extent: (label: string) => number,
    last: string,
    kernel: 'maxRows' | 'sumRows',
  ): void {
    const columns = others.includes(BATCH) ? extent(BATCH) : 1;
    const loops = others.filter((label) => label !== BATCH).map((label) => ({ label, loop: this.#loops++ }));
    const at = (view: View): Affine => ({
      constant: view.at.constant,
      terms: [...view.at.terms, ...loops.map(({ label, loop }) => ({ loop, factor: view.strides.get(label) ?? 0 }))],
    });
    const shared = { c: at(summary), a: at(source), depth: extent(last), columns, aRow: source.strides.get(last) ?? 0 };
    const call: Operation = kernel === 'maxRows' ? { kind: 'maxRows', ...shared } : { kind: 'sumRows', ...shared, accumulate: false };
    into.push(
      loops.reduceRight(
        (body: Operation, { label, loop }) => ({ kind: 'loop', loop, from: affine(0), count: affine(extent(label)), step: 1, body: [body] }),
        call,
      ),
    );
  }
}

/** The lanes of a parameter as a view: its slots walk the lanes. */
function seededView(out: View, { first, slots, strides, moves }: NonNullable<Product['seed']>, position: Position): View {
  const moved = new Map([...out.strides].filter(([label]) => label !== BATCH));
  slots.forEach((slot, axis) => moved.set(`${slot}`, (moved.get(`${slot}`) ?? 0) + (strides[axis] as number)));
  return moves.reduce<View>((view, { by, stride }) => movedBy(view, by, stride, position), { at: shifted(out.at, first), strides: moved });
}

const seedsOf = ({ form }: Definition): readonly Product[] => (form.kind === 'pointwise' ? (form.seeds ?? []) : []);

type PointwiseForm = Extract<Definition['form'], { readonly kind: 'pointwise' | 'partial' }>;
const isPointwise = (form: Definition['form']): form is PointwiseForm => form.kind === 'pointwise' || form.kind === 'partial';

function inLoops(whole: Whole, loops: ReadonlyMap<string, number>): Affine {
  let constant = 0;
  const terms: { loop: number; factor: number }[] = [];
  for (const { coefficient, letters } of whole.monomials) {
    const [letter] = letters;
    if (letter === undefined) constant += coefficient;
    else if (letters.length === 1 && loops.has(letter)) terms.push({ loop: loops.get(letter) as number, factor: coefficient });
    else throw new NotPlannable('a bound that loops cannot follow');
  }
  return { constant, terms };
}
