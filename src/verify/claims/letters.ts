/** The index letters of a claim: which values they take. */

import { factsOf, provablyNonNegative } from '../../calculus/index.js';
import { InputError } from '../../errors.js';
import { type Context, type IndexRange, readCondition } from '../../model/index.js';
import { lettersOf, shiftWhole, subtractWhole, type Whole, wholeName } from '../../network/index.js';
import type { RelationChain } from '../../notation/syntax.js';

/**
 * The ranges of letters as conditions leave them: `t < T`, `s > t`. A condition on two letters narrows the later one, so that each range depends on
 * letters before it only. Throws an InputError for a condition of which it cannot be told whether it narrows.
 */
export function narrowedRanges(ranges: readonly IndexRange[], conditions: readonly RelationChain[], context: Context): readonly IndexRange[] {
  return ranges.map((range, at) => {
    const later = new Set(ranges.slice(at + 1).map(({ letter }) => letter));
    return conditions.reduce((narrowed, chain) => narrowedBy(narrowed, chain, context, later, ranges), range);
  });
}

function narrowedBy(range: IndexRange, chain: RelationChain, context: Context, later: ReadonlySet<string>, all: readonly IndexRange[]): IndexRange {
  let { from, to } = range;
  const facts = factsOf(all);
  for (const { left, sign, right } of readCondition(chain, context).relations) {
    const onLeft = wholeName(left) === range.letter;
    const onRight = wholeName(right) === range.letter;
    const other = onLeft ? right : left;
    if (onLeft === onRight || [...lettersOf(other)].some((letter) => later.has(letter))) continue;
    const upper = onLeft ? sign === '<' || sign === '≤' : sign === '>' || sign === '≥';
    const strict = sign === '<' || sign === '>' ? 1 : 0;
    const isWithin = (distance: Whole): boolean => provablyNonNegative(distance, facts);
    const tighter = (old: Whole, next: Whole, side: 1 | -1): Whole => {
      if (isWithin(side > 0 ? subtractWhole(next, old) : subtractWhole(old, next))) return next;
      if (isWithin(side > 0 ? subtractWhole(old, next) : subtractWhole(next, old))) return old;
      throw new InputError({
        ruleId: 'unknown-range',
        message: `Whether this condition leaves fewer values of ${range.letter} cannot be told.`,
        why: `Its range is ${old.key} at that end, and the condition says ${next.key}.`,
        region: chain.first.region,
      });
    };
    if (sign === '=') [from, to] = [other, other];
    else if (upper) to = tighter(to, shiftWhole(other, -strict), -1);
    else from = tighter(from, shiftWhole(other, strict), 1);
  }
  return { ...range, from, to };
}
