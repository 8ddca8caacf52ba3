/**
 * What a compiled tensor is: steps on registers, and what a run must bind before they run.
 *
 * Register 0 is the result. Sources are values of the model, whole numbers and masks. Indicators are known when a plan is chosen, so there is one plan
 * for each combination of them that occurs.
 */

import type { Head, InternedHead, Quantity, Tensor } from '../network/tensor.js';
import type { Whole } from '../network/whole.js';
import { numberOf, type Scope } from './array.js';
import type { Bound } from './binding.js';

/** One kernel call. `bound` holds what differs between instances beside the registers. */
export type Step = (registers: Float64Array[], bound: Bound) => void;

/** What a run must provide for a register. */
export type Source =
  | { readonly kind: 'symbol'; readonly quantity: Quantity; readonly dims: readonly number[] }
  | { readonly kind: 'whole'; readonly value: Whole }
  | { readonly kind: 'inclusion'; readonly offset: Whole; readonly part: number; readonly total: number }
  | { readonly kind: 'order'; readonly rows: number; readonly columns: number; readonly offset: Whole }
  /** What is held has an instance of its own: it stays as it is while something it reads is moved. */
  | { readonly kind: 'held'; readonly of: Tensor; readonly dims: readonly number[] };

/** An unspecified function that a step calls. */
export interface FunctionUse {
  readonly name: string;
  readonly indices: readonly Whole[];
  readonly entrywise: boolean;
  readonly dims: readonly number[];
  readonly argumentDims: readonly (readonly number[])[];
}

/** A body that runs once for each value of a letter. */
export interface Repetition {
  readonly letter: string;
  readonly from: Whole;
  readonly to: Whole;
  readonly step: 1 | -1;
  readonly body: Tensor;
  /** Body results are added to the register rather than written. */
  readonly accumulate: boolean;
}

export interface Plan {
  readonly dims: readonly number[];
  readonly registers: Float64Array[];
  readonly sources: readonly { readonly register: number; readonly source: Source }[];
  readonly exponents: readonly Whole[];
  readonly functions: readonly FunctionUse[];
  readonly repetitions: readonly Repetition[];
  readonly steps: readonly Step[];
}

/** What makes a term vanish where it is 0: an indicator, or an adjoint outside its range. */
export const isGuard = (head: Head): boolean => head.kind === 'indicator' || (head.kind === 'symbol' && head.quantity.kind === 'adjoint');

/** Guards of a tensor outside its range sums and products, in a fixed order: which of them hold chooses the plan. */
export function guardsOf(tensor: Tensor): readonly InternedHead[] {
  const found = new Set<InternedHead>();
  const seen = new Set<Tensor | InternedHead>();
  const pending: Tensor[] = [tensor];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const { head } of next.terms.flatMap(({ net }) => net.leaves)) {
      if (seen.has(head)) continue;
      seen.add(head);
      if (isGuard(head.head)) found.add(head);
      else pending.push(...inlineArguments(head.head));
    }
  }
  return [...found];
}

/** Tensors inside a head that are computed in place, in the same plan. */
export function inlineArguments(head: Head): readonly Tensor[] {
  switch (head.kind) {
    case 'apply':
    case 'unspecified':
      return head.args;
    case 'softmax':
    case 'sum':
    case 'power':
      return [head.of];
    default:
      return [];
  }
}

/** Whether an indicator holds. */
export function indicatorHolds(head: Head & { kind: 'indicator' }, scope: Scope): boolean {
  const value = numberOf(head.of, scope);
  return head.relation === 'zero' ? value === 0 : value >= 0;
}
