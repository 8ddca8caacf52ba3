/**
 * A model's workspace: the intern table and the constructors of index networks. It belongs to one model and goes with it; nothing is global.
 */

import type { Operator } from '../operators/row.js';
import type { Rational } from './rational.js';
import type { Head, Quantity, Tensor, Term } from './tensor.js';
import type { Whole } from './whole.js';

/** What is differentiated by: a value or an adjoint at given indices. */
export type Variable = Extract<Quantity, { kind: 'value' | 'adjoint' }>;

/** What `rebuild` puts in place of what. */
export interface Replacement {
  /** A tensor for a symbol; undefined keeps it. Called after letters were replaced in the quantity. */
  readonly symbol?: (quantity: Quantity, dims: readonly Whole[]) => Tensor | undefined;
  readonly letters?: ReadonlyMap<string, Whole>;
  /** A tensor for another head (its children not yet rebuilt); undefined rebuilds it in the ordinary way. */
  readonly head?: (head: Head) => Tensor | undefined;
}

/** What the normalising constructor may use of a name; recorded in the order it was used, for the side conditions of a proof. */
export interface NameFacts {
  readonly sumsToOne?: boolean;
  readonly symmetric?: boolean;
  readonly orthogonal?: boolean;
}

/** A tensor with a label for each of its axes; equal labels are summed over or, when listed as free, kept. */
export interface Factor {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

export interface Workspace {
  zero(dims: readonly Whole[]): Tensor;
  number(value: Rational | number): Tensor;
  whole(value: Whole): Tensor;
  ones(dims: readonly Whole[]): Tensor;
  identity(dim: Whole): Tensor;
  /** Rank = dims.length. */
  symbol(quantity: Quantity, dims: readonly Whole[]): Tensor;
  value(name: string, indices: readonly Whole[], dims: readonly Whole[]): Tensor;
  indicator(of: Whole, relation: 'zero' | 'nonnegative'): Tensor;
  inclusion(offset: Whole, part: Whole, total: Whole): Tensor;
  order(rows: Whole, columns: Whole, offset: Whole): Tensor;

  /** All of one shape. Like terms are collected. */
  add(...tensors: readonly Tensor[]): Tensor;
  scale(tensor: Tensor, by: Rational | number): Tensor;
  /**
   * Generalised contraction: the product of the factors, axes with equal labels identified, labels not in `free` summed.
   * A label in `free` that no factor carries needs a size in `sizes`. Sums among the factors stay single leaves; `expand` distributes them.
   */
  contract(free: readonly string[], factors: readonly Factor[], sizes?: ReadonlyMap<string, Whole>): Tensor;
  /** Entrywise power. */
  power(tensor: Tensor, exponent: Rational | number): Tensor;
  /** Entrywise operator; arguments of one shape, or scalars, which are stretched. */
  apply(operator: Operator, ...args: readonly Tensor[]): Tensor;
  unspecified(name: string, indices: readonly Whole[], entrywise: boolean, dims: readonly Whole[], args: readonly Tensor[], wrt?: readonly number[]): Tensor;
  /** Along the last axis. */
  softmax(tensor: Tensor): Tensor;
  rangeSum(letter: string, from: Whole, to: Whole, body: Tensor): Tensor;
  product(letter: string, from: Whole, to: Whole, step: 1 | -1, body: Tensor): Tensor;
  /** Matrix power of a rank-2 tensor (negative: of the inverse), or a scalar to a symbolic power. */
  matrixPower(tensor: Tensor, exponent: Whole): Tensor;
  held(tensor: Tensor): Tensor;

  /** Axes in another order: axis k of the result is axis order[k] of the argument. */
  permute(tensor: Tensor, order: readonly number[]): Tensor;
  /** Distributes products over sums everywhere; t-free factors leave range sums, lower bounds move to 1. Throws BudgetError past the bound. */
  expand(tensor: Tensor): Tensor;
  substituteLetters(tensor: Tensor, letters: ReadonlyMap<string, Whole>): Tensor;
  /** Replaces symbols; `undefined` keeps one. Reaches into all heads. */
  replace(tensor: Tensor, by: (quantity: Quantity, dims: readonly Whole[]) => Tensor | undefined): Tensor;
  /** Rebuilds bottom up with symbols, letters or whole heads replaced. Heads given to `head` have their children not yet rebuilt. */
  rebuild(tensor: Tensor, replacement: Replacement): Tensor;
  /** The body of a binder with its letter replaced by one that occurs nowhere free in it: bodies must be opened before they are rebuilt. */
  open(head: Extract<Head, { kind: 'rangeSum' | 'product' }>): { readonly letter: string; readonly body: Tensor };
  /** A tensor of some of another tensor's terms. */
  fromTerms(dims: readonly Whole[], terms: readonly Term[]): Tensor;
  /** ∂tensor/∂(value `name` at `indices`): axes of the tensor first, then those of the value. Occurrences at other indices enter with an indicator of their difference. */
  differentiate(tensor: Tensor, name: string, indices: readonly Whole[], dims: readonly Whole[]): Tensor;
  /** The same with respect to a value or an adjoint. */
  differentiateBy(tensor: Tensor, variable: Variable, dims: readonly Whole[]): Tensor;
  /** All quantities that occur, in canonical order. */
  quantities(tensor: Tensor): readonly { readonly quantity: Quantity; readonly dims: readonly Whole[] }[];
  /** Letters and size names that occur free. */
  letters(tensor: Tensor): ReadonlySet<string>;

  assume(name: string, facts: NameFacts): void;
  /**
   * Passing work begins: tensors that are only needed until `endPassing`. What others have made before is kept.
   */
  beginPassing(): void;
  /** Forgets what passing work has made, and all that is remembered, once it is more than so many tensors. No tensor made in between may be used on. */
  endPassing(most: number): void;
  /** What was made for this owner under this key before, else what `make` gives: work that lives exactly as long as the workspace. */
  remember<X>(owner: object, key: string, make: () => X): X;
  /** Facts the constructor has used since the last call, as `name: fact`. */
  takeUsedFacts(): readonly string[];
}
