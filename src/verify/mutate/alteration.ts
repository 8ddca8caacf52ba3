/**
 * What can be different between a wrong formula and the right one when they differ in one place. Every alteration is told from the wrong
 * formula to the right one, whichever of the two was there first: repairs and mutants are named by the same catalogue.
 */

import type { Quantity, Reach } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import type { Activation } from './model-facts.js';

/** What stands where the derivative of an activation belongs. */
export type DerivativeForm =
  /** f for f′, or its complement 1 − f, or its square. */
  | 'value'
  | 'complement'
  | 'square'
  /** The derivative taken at the output: 1 − tanh²(h). */
  | 'at output'
  /** The pre-activation in the place of the output: 1 − a². */
  | 'at argument'
  /** Another function's derivative in this function's output: h(1 − h), 1 − z². */
  | 'other function'
  /** Another step's. */
  | 'other time'
  /** Another gate's of the same step. */
  | 'other name';

export type Alteration =
  | { readonly kind: 'transpose'; readonly of: Formula }
  | { readonly kind: 'outer order' }
  | { readonly kind: 'order'; readonly factors: readonly Formula[] }
  | { readonly kind: 'product direction' }
  | { readonly kind: 'time shift'; readonly wrong: Quantity; readonly right: Quantity }
  | { readonly kind: 'name'; readonly wrong: Quantity; readonly right: Quantity }
  | { readonly kind: 'missing factor' | 'extra factor' | 'misplaced factor'; readonly factor: Formula; readonly activation: Activation | undefined }
  | { readonly kind: 'bracket'; readonly factor: Formula; readonly activation: Activation | undefined }
  | { readonly kind: 'missing term' | 'extra term'; readonly term: Formula; readonly repeated: boolean }
  | { readonly kind: 'sign'; readonly of: Formula }
  | { readonly kind: 'scale'; readonly by: Formula; readonly of: Formula }
  | { readonly kind: 'derivative form'; readonly activation: Activation; readonly form: DerivativeForm }
  | { readonly kind: 'missing sum'; readonly letter: string; readonly place: 'every' | 'last' }
  | { readonly kind: 'range'; readonly of: 'sum' | 'product'; readonly truncated: boolean }
  | { readonly kind: 'reach'; readonly wrong: Reach; readonly right: Reach }
  | { readonly kind: 'complement'; readonly name: string }
  | { readonly kind: 'power'; readonly of: Formula }
  | { readonly kind: 'broadcast'; readonly of: Formula }
  | { readonly kind: 'reset place' }
  /** The Jacobian of a softmax left out, or all of it but its diagonal. */
  | { readonly kind: 'softmax'; readonly name: string; readonly part: 'whole' | 'off-diagonal' }
  /** A product of matrices where one entry by entry is meant, or the other way round. */
  | { readonly kind: 'product sign'; readonly factors: readonly Formula[] }
  /** v for diag(v), or the other way round. */
  | { readonly kind: 'diagonal'; readonly of: Formula }
  /** Every matrix of a formula transposed at once. */
  | { readonly kind: 'all transposes' };

/** One change at one place of a formula. */
export interface Edit {
  /** The node before and after; of one shape. */
  readonly before: Formula;
  readonly after: Formula;
  /** The formula with the change made. */
  readonly whole: Formula;
  readonly alteration: Alteration;
  /** How many nodes change: of two changes that do the same the smaller says more. */
  readonly size: number;
}
