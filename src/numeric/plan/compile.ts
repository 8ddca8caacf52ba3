/**
 * Compiles a model with its derived backward equations, for given sizes, to a plan that runs without allocating.
 *
 * Only what is asked for is computed. What the kernels have no form for (ordered products, unspecified entrywise functions, ranges that are no
 * boxes) makes the compiler say so instead of guessing; the general evaluator handles those models.
 */

import { AdjointSystem, adjointName, adjointOfName, resolveDerivatives } from '../../calculus/index.js';
import type { BoundaryValue, Declaration, IndexRange, Model } from '../../model/model.js';
import { type Head, type Tensor, wholeLetter, wholeName } from '../../network/index.js';
import { type Definition, type Given, indexInterval, type Letter, NotPlannable, type Read, readsOfForm, type Sizes, sizesOf } from './definitions.js';
import { Flattener, type SourceEquation } from './flatten.js';
import { Arena, type Buffer } from './layout.js';
import { lower } from './lower.js';
import { multiplyAdds, type PlanProgram } from './operations.js';
import { settleRanges } from './ranges.js';
import { schedule } from './schedule.js';
import { type FunctionValue, type Lanes, lanesOf, tangentsOf } from './tangents.js';

export interface PlanRequest {
  readonly model: Model;
  /** Numbers for all sizes and lengths of the model. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Computed names to be readable after a forward run. */
  readonly values: readonly string[];
  /** Names whose gradient of the loss is wanted. */
  readonly gradients: readonly string[];
  /** Parameters by all of whose entries forward tangents are wanted, as lanes; there is one sample then. */
  readonly tangents?: readonly string[];
  /** Samples run side by side; parameters are shared and their gradients summed. 1 unless given. */
  readonly batch?: number;
  /** Bytes beyond which a plan is refused; 1 GiB unless given. */
  readonly memoryLimit?: number;
}

/** A plan and where its values lie; nothing has been allocated for it yet. */
export interface CompiledPlan {
  /** Phase 0 runs forward, phase 1 backward, phase 2 the tangents. */
  readonly program: PlanProgram;
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly constants: readonly Given[];
  /** Memory of a run in bytes, the tape included. */
  readonly bytes: number;
  readonly multiplyAdds: { readonly forward: number; readonly backward: number; readonly tangents: number };
  /** Samples, or lanes of tangents. */
  readonly batch: number;
  /** Lanes of each parameter that tangents are taken by. */
  readonly lanes: ReadonlyMap<string, Lanes>;
  /** Key of the loss, for the names of gradients. */
  readonly loss: string | undefined;
}

/** Each attempt settles the place of at least one shared sum of products. */
const MOST_ATTEMPTS = 12;
const DEFAULT_LIMIT = 2 ** 30;

/** The value that stands for an unspecified function, or for its derivative by the listed arguments: `ℓ`, `ℓ'0`. */
export const unspecifiedName = (name: string, wrt: readonly number[]): string => (wrt.length === 0 ? name : `${name}'${wrt.join()}`);

/** Compiles the request, or says why it cannot be planned. Throws an InputError when it would need too much memory. */
export function compilePlan(asked: PlanRequest): CompiledPlan | { readonly refused: string } {
  const request = { ...asked, model: resolveDerivatives(asked.model) };
  const canonical = new Set<string>();
  try {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const compiler = new Compiler(request, canonical);
      const before = canonical.size;
      compiler.flatten();
      for (const name of compiler.conflicts) canonical.add(name);
      if (canonical.size === before) return compiler.compile();
    }
    return { refused: 'shared sums of products find no common place' };
  } catch (error) {
    if (error instanceof NotPlannable) return { refused: error.message };
    throw error;
  }
}

class Compiler {
  readonly #flattener: Flattener;
  readonly #sizes: Sizes;
  readonly #system: AdjointSystem | undefined;
  #forward: readonly SourceEquation[] | undefined;
  /** Functions in the model's own equations have tangents; those that backward equations read are given numbers. */
  #readingModel = false;
  readonly #demanded = new Set<string>();
  /** Definitions whose readings have been followed. */
  #seen = 0;
  #functionValues: readonly FunctionValue[] = [];
  readonly #functions = new Map<string, Extract<Head, { readonly kind: 'unspecified' }>>();

  constructor(
    private readonly request: PlanRequest,
    canonical: ReadonlySet<string>,
  ) {
    const { model } = request;
    this.#sizes = sizesOf(request.sizes);
    this.#system = request.gradients.length > 0 && model.loss !== undefined ? new AdjointSystem(model, { name: model.loss, indices: [] }, false) : undefined;
    this.#flattener = new Flattener(model.workspace, this.#sizes, new Set(model.equations.map(({ name }) => name)), this.#batchedNames(), canonical);
  }

  get conflicts(): ReadonlySet<string> {
    return this.#flattener.conflicts;
  }

  /** Takes all that is asked for, and what it reads, apart into definitions. */
  flatten(): void {
    this.#declareGivens();
    for (const equation of this.#forwardEquations()) this.#flattener.announce(equation);
    this.#demand(this.#wanted());
    this.#functionValues = this.#valuesOfFunctions();
    this.#demand(this.#functionValues.flatMap(({ args }) => args.map(({ name }) => name).filter((name) => !name.startsWith('#'))));
  }

  #wanted(): string[] {
    const { model, values, gradients } = this.request;
    return [...values, ...gradients.map((name) => adjointName(model.loss ?? '', name))];
  }

  compile(): CompiledPlan {
    const { model } = this.request;
    const { workspace } = model;
    const { givens } = this.#flattener;
    const readsOf = remembered((definition: Definition): readonly Read[] => readsOfForm(definition.form, workspace, this.#sizes));
    const { lanes, count } = lanesOf(
      (this.request.tangents ?? []).map((name) => ({
        name,
        letters: this.#letters(declarationOf(model, name).indices),
        dims: this.#dims(declarationOf(model, name)),
      })),
    );
    const tangents = tangentsOf(
      workspace,
      this.#flattener.definitions.filter(({ name }) => !this.#isGradient(name)),
      this.#functionValues,
      lanes,
      readsOf,
    );
    const definitions = [...this.#flattener.definitions, ...tangents.definitions];
    settleRanges(definitions, [...givens.values()], readsOf, this.#sizes);
    const live = definitions.filter(({ letters }) => letters.every(({ low, high }) => low <= high));
    const moving = new Set(tangents.definitions);
    const still = live.filter((definition) => !moving.has(definition));
    const forward = closure(still, readsOf, (definition) => !definition.name.startsWith('#') && !this.#isGradient(definition.name));
    const parts = [
      still.filter((definition) => forward.has(definition)),
      still.filter((definition) => !forward.has(definition)),
      live.filter((definition) => moving.has(definition)),
    ];
    const arena = new Arena(this.request.memoryLimit ?? DEFAULT_LIMIT);
    const empty: Given[] = definitions.filter((definition) => !live.includes(definition)).map(({ name, dims }) => ({ name, letters: [], dims }));
    const batch = this.request.tangents === undefined ? (this.request.batch ?? 1) : count;
    const batched = this.request.tangents === undefined ? this.#flattener.batched : tangents.names;
    const lowered = lower(
      { workspace, sizes: this.#sizes, definitions: live, givens: [...givens.values()], empty, batched, batch, readsOf, wanted: new Set(this.#wanted()) },
      parts.map((part) => schedule(part, readsOf)),
      arena,
    );
    const [forwardCost = 0, backwardCost = 0, tangentCost = 0] = lowered.phases.map((phase) => multiplyAdds(phase));
    return {
      program: { elements: arena.elements, loops: lowered.loops, phases: lowered.phases },
      buffers: lowered.buffers,
      constants: [...givens.values()].filter(({ fill }) => fill !== undefined),
      bytes: 8 * arena.elements,
      multiplyAdds: { forward: forwardCost, backward: backwardCost, tangents: tangentCost },
      batch,
      lanes,
      loss: model.loss,
    };
  }

  /** Unspecified functions with the values they are taken at. */
  #valuesOfFunctions(): FunctionValue[] {
    if (this.request.tangents === undefined) return [];
    return [...this.#functions].flatMap(([name, head]): FunctionValue[] => {
      const given = this.#flattener.givens.get(name);
      if (given === undefined) return [];
      const letters = new Map(
        head.indices.flatMap((index, axis) => {
          const own = wholeName(index);
          return own === undefined ? [] : [[own, wholeLetter(given.letters[axis]?.letter ?? own)] as const];
        }),
      );
      const args = head.args.map((arg, position) => {
        if ((head.wrt.at(-1) ?? 0) > position) throw new NotPlannable('a mixed derivative of an unspecified function');
        const derivative = unspecifiedName(head.name, [...head.wrt, position]);
        const value = this.#flattener.materialise(this.request.model.workspace.substituteLetters(this.#value(arg), letters), given.letters);
        const dims = arg.dims.map((dim) => this.#sizes.number(dim));
        if (!this.#flattener.givens.has(derivative))
          this.#flattener.givens.set(derivative, { name: derivative, letters: given.letters, dims: [...given.dims, ...dims] });
        return { ...value, dims, derivative };
      });
      return [{ name, letters: given.letters, dims: given.dims, args }];
    });
  }

  /** Definitions of the names and of everything they read. Each name is taken once. */
  #demand(names: readonly string[]): void {
    const queue = [...names];
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (this.#demanded.has(name)) continue;
      this.#demanded.add(name);
      for (const equation of this.#equationsOf(name)) this.#flattener.define(equation);
      for (; this.#seen < this.#flattener.definitions.length; this.#seen++) {
        for (const read of readsOfForm((this.#flattener.definitions[this.#seen] as Definition).form, this.request.model.workspace, this.#sizes))
          if (!read.name.startsWith('#')) queue.push(read.name);
      }
    }
  }

  /** Whether it is a gradient of the loss that no equation of the model gives. */
  #isGradient(name: string): boolean {
    return adjointOfName(name)?.target === this.request.model.loss && !this.request.model.equations.some((equation) => equation.name === name);
  }

  #equationsOf(name: string): SourceEquation[] {
    const adjoint = this.#isGradient(name) ? adjointOfName(name) : undefined;
    return adjoint === undefined ? this.#forwardEquations().filter((equation) => equation.name === name) : this.#adjointEquations(name, adjoint.name);
  }

  #forwardEquations(): readonly SourceEquation[] {
    const { model } = this.request;
    if (this.#forward !== undefined) return this.#forward;
    this.#readingModel = true;
    this.#forward = model.equations.flatMap((equation) => {
      try {
        return [
          {
            name: equation.name,
            indices: equation.indices.map((index) => this.#sizes.index(index)),
            letters: this.#letters(equation.ranges),
            dims: this.#dims(declarationOf(model, equation.name)),
            value: this.#value(equation.value),
          },
        ];
      } catch (error) {
        if (error instanceof NotPlannable && !this.request.values.includes(equation.name)) return [];
        throw error;
      }
    });
    this.#readingModel = false;
    return this.#forward;
  }

  #adjointEquations(key: string, name: string): SourceEquation[] {
    const { model } = this.request;
    const system = this.#system;
    if (system === undefined) throw new NotPlannable('a gradient without a loss');
    const declaration = declarationOf(model, name);
    const places = [undefined, ...model.boundaries.filter((boundary) => boundary.name === name && boundary.kind !== 'zero').map(({ indices }) => indices)];
    return places.map((place) => {
      const { indices, ranges, value } = system.of(name, place);
      return {
        name: key,
        indices: indices.map((index) => this.#sizes.index(index)),
        letters: this.#letters(ranges),
        dims: this.#dims(declaration),
        value: this.#value(value),
      };
    });
  }

  #dims({ dims }: Declaration): number[] {
    return dims.map((dim) => this.#sizes.number(dim));
  }

  #letters(ranges: readonly IndexRange[]): Letter[] {
    return ranges.map(({ letter, from, to }) => ({ letter, low: this.#sizes.number(from), high: this.#sizes.number(to) }));
  }

  /** Sizes as numbers, adjoints and unspecified functions as values. */
  #value(tensor: Tensor): Tensor {
    const { model } = this.request;
    const { workspace } = model;
    const functions = workspace.rebuild(tensor, {
      head: (head: Head) => {
        if (head.kind !== 'unspecified') return undefined;
        if (head.entrywise) throw new NotPlannable(`the unspecified function ${head.name}`);
        if (this.#readingModel) this.#functions.set(unspecifiedName(head.name, head.wrt), head);
        const dims = [...head.dims, ...head.wrt.flatMap((k) => head.args[k]?.dims ?? [])];
        return workspace.value(unspecifiedName(head.name, head.wrt), head.indices, dims);
      },
    });
    const values = workspace.replace(functions, (quantity, dims) => {
      if (quantity.kind === 'value') return undefined;
      if (quantity.kind === 'partial' || quantity.target !== undefined) throw new NotPlannable('a derivative inside the model');
      return workspace.value(adjointName(model.loss ?? '', quantity.name), quantity.indices, dims);
    });
    if (functions !== tensor) this.#declareFunctions(values);
    return values;
  }

  /** Values of unspecified functions are given, over the range of their letters. */
  #declareFunctions(tensor: Tensor): void {
    for (const [name, { indices }] of this.request.model.functions) {
      for (const { quantity, dims } of this.request.model.workspace.quantities(tensor)) {
        if (quantity.kind !== 'value' || (quantity.name !== name && !quantity.name.startsWith(`${name}'`)) || this.#flattener.givens.has(quantity.name))
          continue;
        this.#flattener.givens.set(quantity.name, { name: quantity.name, letters: this.#letters(indices), dims: dims.map((dim) => this.#sizes.number(dim)) });
        if (this.request.tangents === undefined) this.#flattener.batched.add(quantity.name);
      }
    }
  }

  #declareGivens(): void {
    const { model } = this.request;
    const { givens } = this.#flattener;
    for (const declaration of model.declarations.values()) {
      const freed = model.boundaries.filter((boundary) => boundary.name === declaration.name && boundary.kind === 'freed');
      if (declaration.role === 'computed' && freed.length === 0) continue;
      const own = declaration.role === 'computed' ? [] : [this.#letters(declaration.indices)];
      const places = [...own, ...freed.map((boundary) => this.#boundaryPlaces(boundary, declaration))];
      const letters = declaration.indices.map(({ letter }, axis) => ({
        letter,
        low: Math.min(...places.map((place) => place[axis]?.low ?? 0)),
        high: Math.max(...places.map((place) => place[axis]?.high ?? 0)),
      }));
      givens.set(declaration.name, { name: declaration.name, letters, dims: this.#dims(declaration) });
    }
  }

  #boundaryPlaces({ indices }: BoundaryValue, declaration: Declaration): { low: number; high: number }[] {
    const ranges = new Map(declaration.indices.map(({ letter, from, to }) => [letter, { low: this.#sizes.number(from), high: this.#sizes.number(to) }]));
    return indices.map((index) => indexInterval(this.#sizes.index(index), ranges));
  }

  /** Inputs, freed boundary values, and whatever is computed from them, with their adjoints. */
  #batchedNames(): Set<string> {
    const { model } = this.request;
    if (this.request.tangents !== undefined) return new Set();
    const names = new Set([...model.declarations.values()].filter(({ role }) => role === 'input').map(({ name }) => name));
    for (const { name, kind } of model.boundaries) if (kind === 'freed') names.add(name);
    // Each round adds a name or is the last.
    for (let grew = true; grew; ) {
      grew = false;
      for (const { name, value } of model.equations) {
        if (names.has(name)) continue;
        const reads = model.workspace.quantities(value);
        if (!reads.some(({ quantity }) => quantity.kind !== 'partial' && names.has(quantity.name))) continue;
        names.add(name);
        grew = true;
      }
    }
    return new Set([...names, ...[...names].map((name) => adjointName(model.loss ?? '', name))]);
  }
}

function declarationOf(model: Model, name: string): Declaration {
  const declaration = model.declarations.get(name);
  if (declaration === undefined) throw new NotPlannable(`${name} is not declared`);
  return declaration;
}

function remembered<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}

/** The chosen definitions and all that they read. */
function closure(
  definitions: readonly Definition[],
  readsOf: (definition: Definition) => readonly Read[],
  chosen: (definition: Definition) => boolean,
): Set<Definition> {
  const found = new Set(definitions.filter(chosen));
  const queue = [...found];
  for (let definition = queue.shift(); definition !== undefined; definition = queue.shift()) {
    for (const { name } of readsOf(definition)) {
      for (const other of definitions) {
        if (other.name !== name || found.has(other)) continue;
        found.add(other);
        queue.push(other);
      }
    }
  }
  return found;
}
