/** The index letters of a claim: which values they take. */

import { type Context, type IndexRange, readCondition } from '../../model/index.js';
import { shiftWhole, subtractWhole, type Whole, wholeName, wholeValue } from '../../network/index.js';
import type { RelationChain } from '../../notation/syntax.js';

/** The range of a letter as a condition leaves it: `t < T`. */
export function narrowedBy(range: IndexRange, chain: RelationChain, context: Context): IndexRange {
  let { from, to } = range;
  for (const { left, sign, right } of readCondition(chain, context).relations) {
    const onLeft = wholeName(left) === range.letter;
    const onRight = wholeName(right) === range.letter;
    if (onLeft === onRight) continue;
    const other = onLeft ? right : left;
    const upper = onLeft ? sign === '<' || sign === '≤' : sign === '>' || sign === '≥';
    const strict = sign === '<' || sign === '>' ? 1 : 0;
    if (sign === '=') [from, to] = [other, other];
    else if (upper) to = tighter(to, shiftWhole(other, -strict), -1);
    else from = tighter(from, shiftWhole(other, strict), 1);
  }
  return { ...range, from, to };
}

/** The bound that leaves less, where that can be told; else the new one. */
function tighter(old: Whole, next: Whole, side: 1 | -1): Whole {
  const difference = wholeValue(subtractWhole(next, old));
  return difference !== undefined && difference * side < 0 ? old : next;
}
