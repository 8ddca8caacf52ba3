/** What is compiled and run beside values: the kinds of companions, and their plans. */

import type { InternedHead, Quantity } from '../../network/tensor.js';
import type { Scope } from '../array.js';
import type { NetFactor } from '../contraction.js';
import type { Plan, Repetition } from '../plan.js';

/** Tangents have lanes; spreads have one, and are squares. */
export interface CompanionKind {
  readonly lanes: number;
  readonly squared: boolean;
}

export interface CompanionPlan extends Plan {
  /** Registers that receive companions of values. */
  readonly companions: readonly { readonly register: number; readonly quantity: Quantity; readonly dims: readonly number[] }[];
  /** Range sums and products: bodies whose companions run once for each value of the letter. */
  readonly bodies: readonly Repetition[];
}

export interface CompanionContext {
  readonly sizes: Scope;
  /** Guards that are not 0. */
  readonly holds: ReadonlySet<InternedHead>;
  readonly kind: CompanionKind;
  /** Which values have companions. */
  readonly isActive: (quantity: Quantity, dims: readonly number[]) => boolean;
}

/** A term of the product rule: factors with one of them replaced by its companion. */
export interface Part {
  readonly coefficient: number;
  readonly factors: readonly NetFactor[];
}
