/** Which left sides define a name of the answer. */

import type { LexiconName, RelationSign, Syntax } from '../notation/syntax.js';

/** The key of the answer's own name that a left side with this sign defines; undefined where it states something. */
export function isDefinitionOf(left: Syntax, sign: RelationSign, names: readonly LexiconName[]): string | undefined {
  if (sign !== '=' && sign !== ':=' && sign !== '≡') return undefined;
  if (left.kind !== 'name' || left.key === undefined) return undefined;
  return names.some((name) => name.key === left.key) ? left.key : undefined;
}
