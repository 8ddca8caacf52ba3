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
import { deriveTruncated } from './derive/truncated.js';
import { deriveUnrolled } from './derive/unrolled.js';
import { specialised } from './derive/where.js';

export type { DeriveContext, Derived, DerivedRecursion, Step } from './derive/derived.js';

/** Derives one target. Throws an InputError where it asks for what the model does not have. */
export function deriveTarget(given: DeriveContext, target: Target): Derived {
  const { where = [] } = target;
  const context = where.length === 0 ? given : { ...given, model: specialised(given.model, where), shown: new Set<string>() };
  switch (target.kind) {
    case 'gradient': {
      const { truncated } = target;
      return truncated === undefined ? deriveGradient(context, target) : deriveTruncated(context, { ...target, truncated });
    }
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
