/** Roles, which follow from use where nothing says them, and the loss. */

import { wholeName, wholeValue } from '../network/whole.js';
import type { Shape } from '../notation/formula.js';
import type { NameEntry } from './equations.js';
import type { Role } from './model.js';
import type { Read } from './reads.js';
import { rankOf } from './shapes.js';

export interface RoleFacts {
  readonly entry: NameEntry;
  readonly said: Role | undefined;
  readonly shape: Shape;
  /** It has an equation for its general index (one at a boundary does not make it computed). */
  readonly hasEquation: boolean;
}

/** Letters along which some equation reads a value of another step; t always counts as time. */
export function recurrenceLetters(equations: readonly { readonly reads: readonly Read[] }[]): ReadonlySet<string> {
  const letters = new Set(['t']);
  for (const { reads } of equations) {
    for (const { indices, bound } of reads) {
      for (const index of indices) {
        const [letter] = index.monomials.flatMap((monomial) => monomial.letters);
        if (letter !== undefined && wholeName(index) === undefined && wholeValue(index) === undefined && !bound.has(letter)) letters.add(letter);
      }
    }
  }
  return letters;
}

/** What a name is: computed, parameter, input or constant. */
export function roleOf({ entry, said, shape, hasEquation }: RoleFacts, recurrent: ReadonlySet<string>): Role {
  if (hasEquation) return 'computed';
  if (said !== undefined) return said;
  if (entry.indices.length === 0) return 'parameter';
  const family = entry.indices.every(({ letter }) => !recurrent.has(letter));
  return family && rankOf(shape) === 2 ? 'parameter' : 'input';
}

/** The loss: the capitalised scalar without an index that no other equation reads; undefined when that settles nothing. */
export function lossOf(names: readonly RoleFacts[], readByOthers: ReadonlySet<string>): string | undefined {
  const candidates = names.filter(
    ({ entry, shape, hasEquation }) =>
      hasEquation &&
      entry.indices.length === 0 &&
      rankOf(shape) === 0 &&
      /^([A-Z]|ell$|loss$|cost$)/.test(entry.draft.raw.base) &&
      !readByOthers.has(entry.draft.key),
  );
  return candidates.length === 1 ? candidates[0]?.entry.draft.key : undefined;
}
