/**
 * Backpropagation through time, equation by equation.
 *
 * The adjoint of v_k sums over the uses of v. Where a reading equation u_t reads v_e, e = k is solved for t (a bound letter loses its sum),
 * the letters that remain are summed over, and the local partial is contracted with the adjoint of the reader. Where e has no letter (h_M)
 * a condition k = M stays: a boundary case. T is symbolic throughout; adjoints outside their range count as 0.
 */

import type { Declaration, Equation, IndexRange, Model } from '../model/model.js';
import {
  lettersOf as lettersOfWhole,
  solveWhole,
  substituteWhole,
  subtractWhole,
  type Tensor,
  type ValueReference,
  type Variable,
  type Whole,
  type Workspace,
  wholeLetter,
  wholeName,
} from '../network/index.js';
import { influences, readsOf } from './dependence.js';
import type { Elimination } from './eliminate.js';
import { distinctFacts, type Facts, factsOf, provablyNonNegative, simplifyConditions } from './facts.js';
import { exposeConditions, localPartial, pullback } from './local.js';

/** One use of a value: by whom, the local partial there, and what it contributes to the adjoint. */
export interface Contribution {
  readonly equation: Equation;
  /** The reader at its solved indices; letters that are still summed over keep a name of their own. */
  readonly reader: ValueReference;
  /** ∂reader/∂value at those indices: reader's axes, then the value's. */
  readonly local: Tensor;
  /** local contracted with the adjoint of the reader and summed: target's axes, then the value's. */
  readonly tensor: Tensor;
  /** Letters summed over, as they read in `reader` and `local`. */
  readonly sums: readonly IndexRange[];
}

export interface AdjointEquation {
  readonly name: string;
  /** The declaration's letters, or the numbers of a boundary value. */
  readonly indices: readonly Whole[];
  readonly ranges: readonly IndexRange[];
  readonly contributions: readonly Contribution[];
  /** The target's own direct term (1 or an identity where the value is the target itself). */
  readonly seed: Tensor | undefined;
  /** The sum of all of it. */
  readonly value: Tensor;
}

export class AdjointSystem {
  readonly targetDims: readonly Whole[];
  readonly #workspace: Workspace;
  readonly #reached: ReadonlySet<string>;
  readonly #known = new Map<string, AdjointEquation>();
  #lengths: Facts | undefined;
  /** Eliminations of this system by the names they keep: what one target worked out serves the next. */
  readonly eliminations = new Map<string, Elimination>();

  /** Adjoints of the loss, or of another value (whose axes then come first). */
  constructor(
    readonly model: Model,
    readonly target: ValueReference,
    /** Whether adjoint symbols name the target; those of the loss do not. */
    readonly named: boolean,
  ) {
    this.#workspace = model.workspace;
    this.targetDims = model.declarations.get(target.name)?.dims ?? [];
    this.#reached = influences(model, target.name);
  }

  /** Facts that hold wherever the model is defined: lengths of loops are at least 1. */
  lengthFacts(): Facts {
    if (this.#lengths === undefined) {
      const ranges = [...this.model.letters.values(), ...[...this.model.declarations.values()].flatMap((declaration) => declaration.indices)];
      this.#lengths = distinctFacts(ranges.map(({ from, to }) => subtractWhole(to, from)));
    }
    return this.#lengths;
  }

  quantity(name: string, indices: readonly Whole[]): Variable {
    return { kind: 'adjoint', name, indices, ...(this.named ? { target: this.target } : {}) };
  }

  /** The adjoint of a value as a symbol: 1 for the loss itself, zero for what cannot reach the target. */
  symbol(name: string, indices: readonly Whole[]): Tensor {
    const dims = [...this.targetDims, ...this.#declaration(name).dims];
    if (!this.#reached.has(name)) return this.#workspace.zero(dims);
    if (name === this.target.name && indices.length === 0) return this.#seed(name, indices);
    return this.#workspace.symbol(this.quantity(name, indices), dims);
  }

  /** Adjoint equation of a name in its own letters, or of one of its boundary values (`indices` then being numbers or lengths). */
  of(name: string, indices?: readonly Whole[]): AdjointEquation {
    const declaration = this.#declaration(name);
    const at = indices ?? this.lettersOf(name).map(wholeLetter);
    const key = `${name}[${at.map((index) => index.key).join()}]`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.#derive(declaration, at);
    this.#known.set(key, made);
    return made;
  }

  /** Letters of a name's general adjoint equation: its own, unless the target is written with one of them. */
  lettersOf(name: string): readonly string[] {
    const taken = new Set(this.target.indices.flatMap((index) => [...lettersOfWhole(index)]));
    const spare = ['k', 's', 'r', 'q'].filter((letter) => !taken.has(letter) && !this.model.sizes.includes(letter) && !this.model.declarations.has(letter));
    return this.#declaration(name).indices.map((range) => (taken.has(range.letter) ? (spare.shift() ?? `${range.letter}'`) : range.letter));
  }

  #declaration(name: string): Declaration {
    const declaration = this.model.declarations.get(name);
    if (declaration === undefined) throw new Error(`no declaration of ${name}`);
    return declaration;
  }

  #derive(declaration: Declaration, indices: readonly Whole[]): AdjointEquation {
    const own = this.lettersOf(declaration.name);
    const ranges = declaration.indices.flatMap((range, axis) =>
      wholeName(indices[axis] as Whole) === own[axis] ? [{ ...range, letter: own[axis] as string }] : [],
    );
    const facts = [...factsOf(ranges), ...this.lengthFacts()];
    const contributions = this.model.equations
      .filter((equation) => this.#reached.has(equation.name) && readsOf(this.model, equation).some((read) => read.name === declaration.name))
      .flatMap((equation) => this.#contribution(equation, declaration, indices, facts));
    const seed = declaration.name === this.target.name ? this.#seed(declaration.name, indices) : undefined;
    const dims = [...this.targetDims, ...declaration.dims];
    const direct = seed === undefined || seed.terms.length === 0 ? [] : [simplifyConditions(this.#workspace, seed, facts)];
    const value = this.#workspace.add(this.#workspace.zero(dims), ...direct, ...contributions.map((contribution) => contribution.tensor));
    return { name: declaration.name, indices, ranges, contributions, seed: direct[0], value };
  }

  /** [v is the target] · I. */
  #seed(name: string, indices: readonly Whole[]): Tensor {
    const workspace = this.#workspace;
    const conditions = indices.map((index, at) => ({
      tensor: workspace.indicator(subtractWhole(index, this.target.indices[at] as Whole), 'zero'),
      labels: [],
    }));
    const dims = this.#declaration(name).dims;
    const axes = dims.map((dim, axis) => ({ tensor: workspace.identity(dim), labels: [`j${axis}`, `v${axis}`] }));
    return workspace.contract([...dims.map((_, axis) => `j${axis}`), ...dims.map((_, axis) => `v${axis}`)], [...conditions, ...axes]);
  }

  #contribution(equation: Equation, declaration: Declaration, indices: readonly Whole[], facts: Facts): Contribution[] {
    const workspace = this.#workspace;
    // The reader's letters get names of their own, so that they cannot be confused with the letters of the value.
    const renamed = new Map(equation.ranges.map((range) => [range.letter, wholeLetter(`${range.letter}°`)]));
    const local = workspace.substituteLetters(
      localPartial(this.model, equation, { kind: 'value', name: declaration.name, indices: fresh(declaration, indices) }, declaration.dims),
      renamed,
    );
    const exposed = exposeConditions(workspace, local, new Set(freshLetters(declaration, indices).keys()));
    const placed = workspace.substituteLetters(exposed, freshLetters(declaration, indices));
    const readerIndices = equation.indices.map((index) => substituteWhole(index, renamed));
    const parts: Contribution[] = [];
    for (const group of groupByPlace(workspace, placed, equation)) {
      const letters = new Map([...group.solved]);
      const reader = { name: equation.name, indices: readerIndices.map((index) => substituteWhole(index, letters)) };
      const sums = equation.ranges
        .filter((range) => !letters.has(`${range.letter}°`))
        .map((range) => ({ letter: `${range.letter}°`, from: substituteWhole(range.from, renamed), to: substituteWhole(range.to, renamed) }));
      const inner = factsOf(sums);
      const conditions = this.#rangeConditions(equation, letters, [...facts, ...inner]);
      const bare = simplifyConditions(workspace, group.tensor, [...facts, ...inner]);
      if (bare.terms.length === 0) continue;
      const rank = this.targetDims.length;
      const product = pullback(workspace, bare, this.symbol(reader.name, reader.indices), rank, equation.value.dims.length);
      const labels = product.dims.map((_, axis) => `${axis}`);
      const guarded = workspace.contract(labels, [{ tensor: product, labels }, ...conditions.map((tensor) => ({ tensor, labels: [] }))]);
      const summed = [...sums].reverse().reduce((body, range) => workspace.rangeSum(range.letter, range.from, range.to, body), guarded);
      const tensor = simplifyConditions(workspace, summed, facts);
      if (tensor.terms.length > 0) parts.push({ equation, reader, local: bare, tensor, sums });
    }
    return parts;
  }

  /** Conditions that the solved letters lie in the reader's range, less those beyond which the reader's adjoint is 0 anyway. */
  #rangeConditions(equation: Equation, solved: ReadonlyMap<string, Whole>, facts: Facts): Tensor[] {
    const conditions: Tensor[] = [];
    for (const range of equation.ranges) {
      const place = solved.get(`${range.letter}°`);
      if (place === undefined) continue;
      for (const [side, of] of [
        ['below', subtractWhole(place, range.from)],
        ['above', subtractWhole(range.to, place)],
      ] as const) {
        if (!this.#definedBeyond(equation, range, side)) continue;
        const condition = simplifyConditions(this.#workspace, this.#workspace.indicator(of, 'nonnegative'), facts);
        if (condition !== this.#workspace.number(1)) conditions.push(condition);
      }
    }
    return conditions;
  }

  /** Whether the reader exists on that side of its equation's range: a freed boundary value or an equation of its own. */
  #definedBeyond(equation: Equation, range: IndexRange, side: 'below' | 'above'): boolean {
    const position = equation.indices.findIndex((index) => index.monomials.some((monomial) => monomial.letters.includes(range.letter)));
    const edge = side === 'below' ? range.from : range.to;
    const others = [
      ...this.model.boundaries.filter((boundary) => boundary.name === equation.name && boundary.kind !== 'zero').map((boundary) => boundary.indices),
      ...this.model.equations.filter((other) => other.name === equation.name && other !== equation).map((other) => other.indices),
    ];
    const lengths = this.lengthFacts();
    return others.some((indices) => {
      const index = indices[position];
      if (index === undefined) return false;
      return !provablyNonNegative(side === 'below' ? subtractWhole(index, edge) : subtractWhole(edge, index), lengths);
    });
  }
}

/** Stand-ins for the value's indices while the equation is differentiated in its own letters. */
const fresh = (declaration: Declaration, indices: readonly Whole[]): readonly Whole[] => indices.map((_, at) => wholeLetter(`▸${declaration.name}${at}`));
const freshLetters = (declaration: Declaration, indices: readonly Whole[]): ReadonlyMap<string, Whole> =>
  new Map(indices.map((index, at) => [`▸${declaration.name}${at}`, index]));

interface Group {
  readonly solved: ReadonlyMap<string, Whole>;
  readonly tensor: Tensor;
}

/** Groups the terms of a local partial by the places at which the reader's letters are fixed by e = k, and removes those indicators. */
function groupByPlace(workspace: Workspace, local: Tensor, equation: Equation): readonly Group[] {
  const own = equation.ranges.map((range) => `${range.letter}°`);
  const groups = new Map<string, { solved: Map<string, Whole>; parts: Tensor[] }>();
  for (const term of local.terms) {
    const solved = new Map<string, Whole>();
    let tensor = workspace.fromTerms(local.dims, [term]);
    // Each round fixes one more of the equation's letters, of which there are finitely many.
    for (;;) {
      const found = solvable(
        tensor,
        own.filter((letter) => !solved.has(letter)),
      );
      if (found === undefined) break;
      const one = new Map([[found.letter, found.place]]);
      for (const [letter, place] of solved) solved.set(letter, substituteWhole(place, one));
      solved.set(found.letter, found.place);
      tensor = workspace.substituteLetters(tensor, one);
    }
    if (tensor.terms.length === 0) continue;
    const key = [...solved]
      .map(([letter, place]) => `${letter}=${place.key}`)
      .sort()
      .join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { solved, parts: [tensor] });
    else group.parts.push(tensor);
  }
  return [...groups.values()].map(({ solved, parts }) => ({ solved, tensor: workspace.add(...parts) }));
}

function solvable(tensor: Tensor, letters: readonly string[]): { letter: string; place: Whole } | undefined {
  for (const leaf of tensor.terms[0]?.net.leaves ?? []) {
    const { head } = leaf.head;
    if (head.kind !== 'indicator' || head.relation !== 'zero') continue;
    for (const letter of letters) {
      const place = solveWhole(head.of, letter);
      if (place !== undefined) return { letter, place };
    }
  }
  return undefined;
}
