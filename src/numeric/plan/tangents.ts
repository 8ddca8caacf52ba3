/**
 * Forward tangents of a plan's definitions: how every value changes with every entry of the chosen parameters, one lane an entry, all in one run.
 *
 * Values stay as they are; tangents carry the batch axis as lanes. A product changes by each of its factors in turn; a pointwise value by its partials,
 * which come from the operators' reference definitions (see partials.ts) and not from the calculus. A parameter's own tangent is one 1 in each lane,
 * so it is never stored: what it touches is added to the right lanes directly.
 */

import { substituteWhole, type Tensor, WHOLE_ZERO, type Whole, type Workspace, wholeLetter, wholeNumber } from '../../network/index.js';
import { type Definition, type Factor, type Form, type Given, NotPlannable, type Product, type Read } from './definitions.js';

/** Lanes of one parameter: the first of them, and how far apart they are along each index and each axis. */
export interface Lanes {
  readonly first: number;
  readonly places: readonly { readonly low: number; readonly count: number; readonly stride: number }[];
  readonly dims: readonly number[];
  readonly strides: readonly number[];
}

/** The value of an unspecified function with the arguments it is taken at. */
export interface FunctionValue {
  readonly name: string;
  readonly letters: Given['letters'];
  readonly dims: readonly number[];
  /** Values that the arguments are, read at the letters, with the name of the function's derivative by each. */
  readonly args: readonly { readonly name: string; readonly indices: readonly Whole[]; readonly dims: readonly number[]; readonly derivative: string }[];
}

export interface Tangents {
  readonly definitions: readonly Definition[];
  /** Names that carry lanes. */
  readonly names: ReadonlySet<string>;
}

export const tangentName = (name: string): string => (name.startsWith('#') ? `#˙${name.slice(1)}` : `˙${name}`);

/** Lanes for all entries of the parameters, in order. */
export function lanesOf(parameters: readonly { readonly name: string; readonly letters: Given['letters']; readonly dims: readonly number[] }[]): {
  readonly lanes: ReadonlyMap<string, Lanes>;
  readonly count: number;
} {
  const lanes = new Map<string, Lanes>();
  let count = 0;
  const product = (sizes: readonly number[]): number => sizes.reduce((size, next) => size * next, 1);
  for (const { name, letters, dims } of parameters) {
    const strides = dims.map((_, axis) => product(dims.slice(axis + 1)));
    const counts = letters.map(({ low, high }) => high - low + 1);
    const places = letters.map(({ low }, axis) => ({ low, count: counts[axis] as number, stride: product(counts.slice(axis + 1)) * product(dims) }));
    lanes.set(name, { first: count, places, dims, strides });
    count += product(counts) * product(dims);
  }
  return { lanes, count };
}

/** Tangent definitions of everything that depends on the parameters. */
export function tangentsOf(
  workspace: Workspace,
  definitions: readonly Definition[],
  functions: readonly FunctionValue[],
  lanes: ReadonlyMap<string, Lanes>,
  readsOf: (definition: Definition) => readonly Read[],
): Tangents {
  const maker = new TangentMaker(
    workspace,
    lanes,
    activeNames(definitions, functions, lanes, readsOf),
    new Map(definitions.map((definition) => [definition.name, definition])),
  );
  for (const definition of definitions) maker.define(definition);
  for (const value of functions) maker.defineFunction(value);
  return { definitions: maker.readOnly(readsOf), names: maker.names };
}

/** What depends on a parameter. Each round adds a name or is the last. */
function activeNames(
  definitions: readonly Definition[],
  functions: readonly FunctionValue[],
  lanes: ReadonlyMap<string, Lanes>,
  readsOf: (definition: Definition) => readonly Read[],
): Set<string> {
  const active = new Set(lanes.keys());
  const sources = [
    ...definitions.map((definition) => ({ name: definition.name, reads: readsOf(definition).map(({ name }) => name) })),
    ...functions.map(({ name, args }) => ({ name, reads: args.map((arg) => arg.name) })),
  ];
  for (let grew = true; grew; ) {
    grew = false;
    for (const { name, reads } of sources) {
      if (active.has(name) || !reads.some((read) => active.has(read))) continue;
      active.add(name);
      grew = true;
    }
  }
  return active;
}

interface PointwiseRead {
  readonly name: string;
  readonly indices: readonly Whole[];
  readonly labels: readonly string[];
  readonly dims: readonly Whole[];
}

class TangentMaker {
  readonly definitions: Definition[] = [];
  readonly names = new Set<string>();
  #partials = 0;

  constructor(
    private readonly workspace: Workspace,
    private readonly lanes: ReadonlyMap<string, Lanes>,
    private readonly active: ReadonlySet<string>,
    private readonly sources: ReadonlyMap<string, Definition>,
  ) {}

  define(definition: Definition): void {
    if (!this.active.has(definition.name)) return;
    this.#add(definition, this.#form(definition));
  }

  defineFunction({ name, letters, dims, args }: FunctionValue): void {
    if (!this.active.has(name)) return;
    const indices = letters.map(({ letter }) => wholeLetter(letter));
    const products = args
      .filter((arg) => this.active.has(arg.name))
      .map((arg): Product => {
        const all = [...dims, ...arg.dims];
        const slots = all.map((_, axis) => axis);
        const offsets = slots.map(() => WHOLE_ZERO);
        const factors = [
          { name: arg.derivative, indices, slots, offsets },
          { name: tangentName(arg.name), indices: arg.indices, slots: slots.slice(dims.length), offsets: offsets.slice(dims.length) },
        ];
        return { factors, dims: all, bound: [] };
      });
    const form: Form = { kind: 'contraction', products };
    this.#add({ name, indices, letters, dims, form }, form);
  }

  /** Without the own definitions that nothing reads any more. */
  readOnly(readsOf: (definition: Definition) => readonly Read[]): Definition[] {
    const read = new Set<string>();
    const follow = (name: string): void => {
      if (read.has(name)) return;
      read.add(name);
      for (const definition of this.definitions) if (definition.name === name) for (const next of readsOf(definition)) follow(next.name);
    };
    for (const { name } of this.definitions) if (!name.startsWith('#')) follow(name);
    return this.definitions.filter(({ name }) => read.has(name));
  }

  #add({ name, indices, letters, dims }: Definition, form: Form): void {
    const tangent = tangentName(name);
    this.names.add(tangent);
    this.definitions.push({ name: tangent, indices, letters: letters.map((letter) => ({ ...letter })), dims, form });
  }

  #form(definition: Definition): Form {
    const { form } = definition;
    switch (form.kind) {
      case 'contraction':
        return { kind: 'contraction', products: form.products.flatMap((product) => this.#productRule(product)) };
      case 'pointwise':
        return this.#pointwise(definition, form.tensor);
      case 'softmax':
        return this.#softmax(definition, form.name, form.indices);
      case 'partial':
        throw new NotPlannable('a tangent of a partial');
    }
  }

  #productRule(product: Product): Product[] {
    return product.factors.flatMap((factor, position): Product[] => {
      if (!this.active.has(factor.name)) return [];
      const others = product.factors.filter((_, k) => k !== position);
      const lanes = this.lanes.get(factor.name);
      if (lanes === undefined) return [{ ...product, factors: [{ ...factor, name: tangentName(factor.name) }, ...others] }];
      return [{ ...product, factors: others, seed: this.#seed(lanes, factor) }];
    });
  }

  #seed({ first, places, strides }: Lanes, { slots, offsets, indices }: Factor): NonNullable<Product['seed']> {
    const blocks = offsets.map((by, axis) => ({ by, stride: strides[axis] as number }));
    const moves = indices.map((by, axis) => ({ by, stride: (places[axis] as Lanes['places'][number]).stride }));
    return { first: places.reduce((lane, { low, stride }) => lane - low * stride, first), slots, strides, moves: [...blocks, ...moves] };
  }

  /** Σ partial · tangent over what the formula reads; parameters read directly go to their lanes. */
  #pointwise(definition: Definition, tensor: Tensor): Form {
    const { workspace } = this;
    const labels = tensor.dims.map((_, axis) => `${axis}`);
    const linear: Tensor[] = [];
    const seeds: Product[] = [];
    for (const read of readings(tensor, labels)) {
      if (!this.active.has(read.name)) continue;
      const partial = this.#partial(definition, tensor, read);
      const lanes = this.lanes.get(read.name);
      if (lanes !== undefined) {
        const slots = read.labels.map(Number);
        const offsets = slots.map(() => WHOLE_ZERO);
        seeds.push({
          factors: [{ name: partial, indices: definition.indices, slots: labels.map(Number), offsets: labels.map(() => WHOLE_ZERO) }],
          dims: definition.dims,
          bound: [],
          seed: this.#seed(lanes, { name: read.name, indices: read.indices, slots, offsets }),
        });
        continue;
      }
      const through = this.#seedsThrough(read, labels, {
        name: partial,
        indices: definition.indices,
        slots: labels.map(Number),
        offsets: labels.map(() => WHOLE_ZERO),
      });
      if (through !== undefined) {
        seeds.push(...through);
        continue;
      }
      const slope = workspace.value(partial, definition.indices, tensor.dims);
      linear.push(
        workspace.contract(labels, [
          { tensor: slope, labels },
          { tensor: workspace.value(tangentName(read.name), read.indices, read.dims), labels: read.labels },
        ]),
      );
    }
    return { kind: 'pointwise', tensor: workspace.add(workspace.zero(tensor.dims), ...linear), seeds };
  }

  /** A value that changes by its parameters' own entries only: its lanes are added where it is read, so it needs no tangent of its own. */
  #seedsThrough(read: PointwiseRead, labels: readonly string[], slope: Factor): Product[] | undefined {
    const source = this.sources.get(read.name);
    if (source?.form.kind !== 'contraction' || !read.name.startsWith('#') || read.labels.join() !== labels.join()) return undefined;
    const parts = source.form.products.flatMap((product) => this.#productRule(product));
    if (!parts.every(({ seed }) => seed !== undefined)) return undefined;
    const letters = new Map(source.letters.map(({ letter }, k) => [letter, read.indices[k] as Whole]));
    const at = (whole: Whole): Whole => substituteWhole(whole, letters);
    const placesOf = ({ indices, offsets }: Factor): Pick<Factor, 'indices' | 'offsets'> => ({ indices: indices.map(at), offsets: offsets.map(at) });
    return parts.map((part) => ({
      ...part,
      factors: [...part.factors.map((factor) => ({ ...factor, ...placesOf(factor) })), slope],
      ...(part.seed === undefined ? {} : { seed: { ...part.seed, moves: part.seed.moves.map(({ by, stride }) => ({ by: at(by), stride })) } }),
    }));
  }

  #partial(definition: Definition, tensor: Tensor, by: PointwiseRead): string {
    const name = `#∂${this.#partials++}`;
    this.definitions.push({
      name,
      indices: definition.indices,
      letters: definition.letters.map((letter) => ({ ...letter })),
      dims: definition.dims,
      form: { kind: 'partial', tensor, by: { name: by.name, indices: by.indices, labels: by.labels } },
    });
    return name;
  }

  /** s ∘ (u̇ − Σ s u̇), which is what differentiating exp(u)/Σ exp(u) gives. */
  #softmax(definition: Definition, argument: string, indices: readonly Whole[]): Form {
    const { workspace } = this;
    const dims = definition.dims.map(wholeNumber);
    const labels = dims.map((_, axis) => axis);
    const last = labels.at(-1) as number;
    const outer = labels.slice(0, -1);
    const name = `#˙mean ${definition.name}`;
    const offsets = labels.map(() => WHOLE_ZERO);
    // Free slots come first: the summed one keeps its number, which is the last.
    const product: Product = {
      factors: [
        { name: definition.name, indices: definition.indices, slots: labels, offsets },
        { name: tangentName(argument), indices, slots: labels, offsets },
      ],
      dims: definition.dims,
      bound: [],
    };
    this.names.add(name);
    this.definitions.push({
      name,
      indices: definition.indices,
      letters: definition.letters.map((letter) => ({ ...letter })),
      dims: definition.dims.slice(0, -1),
      form: { kind: 'contraction', products: [product] },
    });
    const [all, rest] = [labels.map(String), outer.map(String)];
    const value = workspace.value(definition.name, definition.indices, dims);
    const tangent = workspace.value(tangentName(argument), indices, dims);
    const mean = workspace.value(name, definition.indices, dims.slice(0, last));
    return {
      kind: 'pointwise',
      tensor: workspace.add(
        workspace.contract(all, [
          { tensor: value, labels: all },
          { tensor: tangent, labels: all },
        ]),
        workspace.scale(
          workspace.contract(all, [
            { tensor: value, labels: all },
            { tensor: mean, labels: rest },
          ]),
          -1,
        ),
      ),
    };
  }
}

/** Different readings of values in a pointwise formula. */
function readings(tensor: Tensor, labels: readonly string[], found = new Map<string, PointwiseRead>()): PointwiseRead[] {
  for (const { net } of tensor.terms) {
    for (const { head, slots } of net.leaves) {
      const own = slots.map((slot) => labels[slot] as string);
      if (head.head.kind === 'symbol' && head.head.quantity.kind === 'value') {
        const { name, indices } = head.head.quantity;
        found.set(`${name}[${indices.map(({ key }) => key).join()}](${own.join()})`, { name, indices, labels: own, dims: head.dims });
      } else if (head.head.kind === 'apply') for (const arg of head.head.args) readings(arg, arg.dims.length === 0 ? [] : own, found);
      else if (head.head.kind === 'sum' || head.head.kind === 'held') readings(head.head.of, own, found);
    }
  }
  return [...found.values()];
}
