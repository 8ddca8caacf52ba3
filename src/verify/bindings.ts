/** What a sum or product sign in an answer runs over, and the scope inside it. */

import { InputError, type Region } from '../errors.js';
import { type Context, limitsOf, readCondition, readWhole, withLetter } from '../model/index.js';
import type { Whole } from '../network/index.js';
import type { Binding } from '../notation/syntax.js';

/** Letter and limits of a range; what the limits leave open is the letter's own range. Throws an InputError where it has none. */
export function limitsOfBinding(
  binding: Binding,
  region: Region,
  context: Context,
): { readonly letter: string; readonly from: Whole; readonly to: Whole; readonly inner: Context } {
  const letter = binding.kind === 'range' ? binding.letter : binding.kind === 'letters' && binding.letters.length === 1 ? binding.letters[0] : undefined;
  if (letter === undefined) throw new InputError({ ruleId: 'unknown-range', message: 'What does this run over?', fix: 'Write its limits.', region });
  const { inner } = withLetter(context, letter);
  const limits =
    binding.kind === 'range'
      ? { from: readWhole(binding.from), to: readWhole(binding.to) }
      : binding.kind === 'letters' && binding.relation !== undefined
        ? limitsOf(letter, readCondition(binding.relation, inner))
        : {};
  const own = context.letters.get(letter) ?? context.letters.get('t');
  const [from, to] = [limits.from ?? own?.from, limits.to ?? own?.to];
  if (from === undefined || to === undefined)
    throw new InputError({ ruleId: 'unknown-range', message: `What does ${letter} run over?`, fix: 'Write the limits.', region });
  return { letter, from, to, inner };
}
