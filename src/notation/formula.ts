/**
 * Matrix notation as a typed tree: what a line of text means before it becomes an index network, and what a network is printed from.
 *
 * Every node carries its shape, so nothing is ever guessed from the look of a formula. Text → Syntax → Formula → Tensor on the way in;
 * Tensor → Formula → LaTeX or text on the way out. The author's own right-hand sides stay Formulas for display.
 */

import type { Region } from '../errors.js';
import type { Rational } from '../network/rational.js';
import type { Quantity, Reach } from '../network/tensor.js';
import type { Whole } from '../network/whole.js';
import type { Operator } from '../operators/row.js';

export type Orientation = 'row' | 'column';

/** True dimensions: [] a scalar, [n] a vector (with its orientation as written), [n, d] a matrix; more only in index notation. */
export interface Shape {
  readonly dims: readonly Whole[];
  /** For vectors only; absent in code lines, which have none. */
  readonly orientation?: Orientation;
}

export type FormulaNode =
  | { readonly kind: 'number'; readonly value: Rational }
  | { readonly kind: 'constant'; readonly name: 'pi' }
  /** Sizes, lengths and index letters as numbers: √d, 1/T. */
  | { readonly kind: 'whole'; readonly value: Whole }
  /** A declared name, an adjoint (∂J/∂h_t) or a partial kept as a symbol. */
  | { readonly kind: 'name'; readonly quantity: Quantity }
  | { readonly kind: 'sum'; readonly terms: readonly { readonly sign: 1 | -1; readonly formula: Formula }[] }
  /** Factors in written order. `matrix` covers matrix–matrix, matrix–vector, dot (uᵀv) and outer (uvᵀ); `scalar` has at most one non-scalar factor. */
  | { readonly kind: 'product'; readonly style: 'matrix' | 'hadamard' | 'scalar'; readonly factors: readonly Formula[] }
  | { readonly kind: 'inner'; readonly left: Formula; readonly right: Formula }
  | { readonly kind: 'quotient'; readonly numerator: Formula; readonly denominator: Formula }
  | { readonly kind: 'power'; readonly style: 'entrywise' | 'matrix' | 'scalar'; readonly base: Formula; readonly exponent: Formula }
  | { readonly kind: 'squareRoot'; readonly of: Formula }
  | { readonly kind: 'transpose'; readonly of: Formula }
  /** diag(v) of a vector: a matrix; of a matrix: the vector of its diagonal. */
  | { readonly kind: 'diagonal'; readonly of: Formula }
  | { readonly kind: 'apply'; readonly operator: Operator; readonly args: readonly Formula[] }
  /** σ′(a): the derivative of a known entrywise operator as the author wrote it. */
  | { readonly kind: 'operatorDerivative'; readonly operator: Operator; readonly order: number; readonly of: Formula }
  | {
      readonly kind: 'unspecified';
      readonly name: string;
      readonly indices: readonly Whole[];
      readonly entrywise: boolean;
      readonly args: readonly Formula[];
      readonly wrt: readonly number[];
    }
  /** Of a vector, or of each row of a matrix (`axis` counts the axes of the argument from 0; the last unless said otherwise). */
  | { readonly kind: 'softmax'; readonly of: Formula; readonly axis: number }
  | {
      readonly kind: 'reduce';
      readonly by: 'sum' | 'rowsum' | 'colsum' | 'mean' | 'var' | 'trace' | 'norm' | 'normSquared' | 'frobenius' | 'frobeniusSquared' | 'spectral';
      readonly of: Formula;
    }
  | { readonly kind: 'rangeSum'; readonly letter: string; readonly from: Whole; readonly to: Whole; readonly body: Formula; readonly except?: Whole }
  /** Σ over the positions of an axis, in index notation. `relation` restricts it: k ≠ i, j ≤ i, j < i. */
  | {
      readonly kind: 'axisSum';
      readonly letter: string;
      readonly dim: Whole;
      readonly relation?: { readonly sign: '≠' | '≤' | '<' | '≥' | '>'; readonly than: Whole };
      readonly body: Formula;
    }
  /** Ordered product, written first factor at `from`; `falling` limits are read as they stand, rising ones in the order of the chain rule. */
  | { readonly kind: 'rangeProduct'; readonly letter: string; readonly from: Whole; readonly to: Whole; readonly falling: boolean; readonly body: Formula }
  | { readonly kind: 'ones' }
  | { readonly kind: 'zeros' }
  | { readonly kind: 'identity' }
  /** Blocks side by side and on top of each other: rows of blocks. A vector is one column (or row) of blocks. Numbers as blocks make a literal. */
  | { readonly kind: 'blocks'; readonly rows: readonly (readonly Formula[])[] }
  /** [h_1, …, h_M]: blocks over an index, side by side or on top of each other. */
  | {
      readonly kind: 'rangeBlocks';
      readonly letter: string;
      readonly from: Whole;
      readonly to: Whole;
      readonly direction: 'beside' | 'below';
      readonly body: Formula;
    }
  /** Block number `part` (from 0) of a parameter whose axis `axis` a stack with parts of the given sizes is plugged into. */
  | { readonly kind: 'blockOf'; readonly of: Formula; readonly axis: number; readonly offset: Whole; readonly size: Whole; readonly label: Formula | undefined }
  /** One entry, or a row when fewer positions than axes: positions are letters of axes, or numbers from 1. */
  | { readonly kind: 'entry'; readonly of: Formula; readonly positions: readonly Whole[] }
  | { readonly kind: 'kronecker'; readonly left: Whole; readonly right: Whole }
  | { readonly kind: 'cases'; readonly branches: readonly { readonly value: Formula; readonly condition: Condition | undefined }[] }
  | { readonly kind: 'held'; readonly of: Formula }
  /** A derivative written inside a model or an answer. `by` is what it is taken with respect to. */
  | {
      readonly kind: 'derivative';
      readonly of: Formula;
      readonly by: readonly Formula[];
      readonly reach: Reach | undefined;
      readonly spelling: 'partial' | 'total' | 'nabla';
      readonly holding?: readonly Formula[];
    };

/** A condition on letters: chains such as 1 ≤ t < T, or i = j. */
export interface Condition {
  readonly relations: readonly { readonly left: Whole; readonly sign: '=' | '≠' | '<' | '≤' | '>' | '≥'; readonly right: Whole }[];
}

export type Formula = FormulaNode & { readonly shape: Shape; readonly region?: Region };
