/**
 * A derived target as solution steps: what was asked, each step with its rule, the boxed result, the recursions it rests on, and what to check.
 *
 * Every formula here is printed from the tensor that the engine computed at that step; nothing is typed.
 */

import type { Target } from '../calculus/target.js';
import { unreachable } from '../errors.js';
import type { DeriveContext, Derived } from './derive/derived.js';
import { deriveGradient } from './derive/gradient.js';
import { deriveJacobian } from './derive/jacobian.js';
import { deriveHigher } from './derive/second-order.js';
import { deriveUnrolled } from './derive/unrolled.js';

export type { DeriveContext, Derived, DerivedRecursion, Step } from './derive/derived.js';

/** Derives one target. Throws an InputError where it asks for what the model does not have. */
export function deriveTarget(context: DeriveContext, target: Target): Derived {
  switch (target.kind) {
    case 'gradient':
      return deriveGradient(context, target);
    case 'jacobian':
      return deriveJacobian(context, target);
    case 'higher':
      return deriveHigher(context, target);
    case 'value':
      return deriveUnrolled(context, target);
    default:
      return unreachable(target);
  }
}
