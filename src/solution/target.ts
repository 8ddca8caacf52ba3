/** What a question asks for: a gradient, a Jacobian, a higher derivative, or a value written out. */

import type { Reach, ValueReference, Whole } from '../network/index.js';

export type Target =
  | {
      readonly kind: 'gradient';
      /** The loss, unless another scalar is named. */
      readonly of?: ValueReference;
      readonly by: ValueReference;
      readonly keep?: readonly string[];
      readonly hold?: readonly string[];
      /** Written out at these lengths. */
      readonly lengths?: ReadonlyMap<string, Whole>;
    }
  | {
      readonly kind: 'jacobian';
      readonly numerator: ValueReference;
      readonly denominator: ValueReference;
      readonly reach: Reach;
      readonly hold?: readonly string[];
    }
  | { readonly kind: 'higher'; readonly of?: ValueReference; readonly by: readonly ValueReference[] }
  | { readonly kind: 'value'; readonly of: ValueReference };
