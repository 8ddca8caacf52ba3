/**
 * Index networks: sums of products of tensors wired by indices. All calculus and all proof happen on them.
 *
 * A tensor is closed (no free index escapes a head), immutable and interned in its workspace: after expansion, equality is `===`.
 * A vector has rank 1, never n × 1; row or column is notation and does not occur here.
 */

import type { Operator } from '../operators/row.js';
import type { Rational } from './rational.js';
import type { Whole } from './whole.js';

/** A value of the model at given indices: h_{t−1}, α_{i,t}, W_f. `name` is the declaration's key. */
export interface ValueReference {
  readonly name: string;
  readonly indices: readonly Whole[];
}

/** How far a partial derivative between computed names reaches (contract §3). */
export type Reach = 'immediate' | 'step' | 'total';

/** What a symbol leaf stands for. */
export type Quantity =
  | ({ readonly kind: 'value' } & ValueReference)
  /** Total derivative of the target (the loss, unless `target` names another value) with respect to the value. Slots: target's, then value's. */
  | ({ readonly kind: 'adjoint'; readonly target?: ValueReference } & ValueReference)
  /** A partial derivative kept as a symbol. Slots: numerator's, then denominator's. */
  | { readonly kind: 'partial'; readonly numerator: ValueReference; readonly denominator: ValueReference; readonly reach: Reach };

export type Head =
  /** A named quantity. */
  | { readonly kind: 'symbol'; readonly quantity: Quantity; readonly dims: readonly Whole[] }
  /** Identity of two slots (kept only where both are free). */
  | { readonly kind: 'delta'; readonly dim: Whole }
  /** A whole-number expression as a scalar: n, T, t − 1, sizes that a dropped index leaves behind. */
  | { readonly kind: 'whole'; readonly value: Whole }
  /** 1 where the whole-number expression is zero (non-negative), else 0. */
  | { readonly kind: 'indicator'; readonly of: Whole; readonly relation: 'zero' | 'nonnegative' }
  /** Rows `offset`+1 … `offset`+`part` of an axis of size `total`, as a 0/1 matrix. Slots: [total, part]. Stacks and blocks are made of it. */
  | { readonly kind: 'inclusion'; readonly offset: Whole; readonly part: Whole; readonly total: Whole }
  /** 1 where position(slot 0) − position(slot 1) ≥ offset, else 0: masks and sums with j ≤ i over axes. Slots: two axes. */
  | { readonly kind: 'order'; readonly rows: Whole; readonly columns: Whole; readonly offset: Whole }
  /** Entrywise operator; all arguments have the leaf's dims (or rank 0, stretched). */
  | { readonly kind: 'apply'; readonly operator: Operator; readonly args: readonly Tensor[] }
  /**
   * Unspecified smooth function, or one of its partial derivatives. Entrywise ones (f : ℝ → ℝ) have one argument and `order` derivatives taken;
   * the others (ℓ_t, φ) list the arguments they were differentiated by, slots: the function's own dims, then those of each `wrt` argument.
   */
  | {
      readonly kind: 'unspecified';
      readonly name: string;
      readonly indices: readonly Whole[];
      readonly entrywise: boolean;
      readonly dims: readonly Whole[];
      readonly args: readonly Tensor[];
      readonly wrt: readonly number[];
    }
  /** Softmax along the last axis of the argument. */
  | { readonly kind: 'softmax'; readonly of: Tensor }
  /** A sum kept as one factor. */
  | { readonly kind: 'sum'; readonly of: Tensor }
  /** Σ over a letter from `from` to `to` inclusive; empty when to < from. The letter is bound. */
  | { readonly kind: 'rangeSum'; readonly letter: string; readonly from: Whole; readonly to: Whole; readonly of: Tensor }
  /** Ordered matrix product, first factor at `from`, last at `to`, stepping by +1 or −1; empty is the identity. Rank 2. The letter is bound. */
  | { readonly kind: 'product'; readonly letter: string; readonly from: Whole; readonly to: Whole; readonly step: 1 | -1; readonly of: Tensor }
  /** Power of a square matrix, or of a scalar (rank 0), with a symbolic exponent. */
  | { readonly kind: 'power'; readonly of: Tensor; readonly exponent: Whole }
  /** stopgrad(·): its value, with derivative zero. */
  | { readonly kind: 'held'; readonly of: Tensor };

/** One factor: a head whose axes are plugged into slots, raised entrywise to a power. */
export interface Leaf {
  readonly head: InternedHead;
  readonly slots: readonly number[];
  readonly power: Rational;
}

/** A head with the number that interning gave it; equal heads are the same object. */
export interface InternedHead extends Interned {
  readonly head: Head;
  readonly dims: readonly Whole[];
  /** Rank 2 and equal to its transpose: its two slots may be exchanged. */
  readonly symmetric: boolean;
}

/** What interning records of an object. */
export interface Interned {
  readonly id: number;
  /** Depends on structure alone, not on history: all orders are taken by it. */
  readonly digest: string;
  /** Letters and size names that occur free. */
  readonly letters: ReadonlySet<string>;
  /** How deeply bound letters are nested inside; the next binder up uses the letter of this number. */
  readonly binders: number;
}

/** A product of leaves: slots 0 … rank−1 are free, the others are summed over. */
export interface Net {
  readonly dims: readonly Whole[];
  readonly leaves: readonly Leaf[];
}

export interface Term {
  readonly coefficient: Rational;
  readonly net: Net;
}

/** A sum of products; `dims` are the sizes of its free slots. No terms: zero. */
export interface Tensor extends Interned {
  readonly dims: readonly Whole[];
  readonly terms: readonly Term[];
}
