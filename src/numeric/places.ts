/** Which numbers the letters of an equation's left side take: matching a place against it, and listing all places it covers. */

import { InputError } from '../errors.js';
import type { IndexRange } from '../model/model.js';
import { evaluateWhole, lettersOf, shiftWhole, solveWhole, substituteWhole, type Whole, wholeNumber } from '../network/whole.js';
import { numberOf, type Scope } from './array.js';

/** More places than this for one name are refused. */
const MOST_PLACES = 250_000;

/**
 * Values of the letters for which the pattern stands at the given indices; undefined where it does not cover them.
 * Letters may be shifted (t + 1) and ranges may depend on letters that stand before them.
 */
export function matchPlace(pattern: readonly Whole[], ranges: readonly IndexRange[], indices: readonly number[], sizes: Scope): Scope | undefined {
  if (pattern.length !== indices.length) return undefined;
  const free = new Set(ranges.map(({ letter }) => letter));
  const letters = new Map<string, number>();
  for (let axis = 0; axis < pattern.length; axis++) {
    const known = new Map([...sizes, ...letters]);
    const value = solveAxis(pattern[axis] as Whole, indices[axis] as number, free, known);
    if (value === undefined) return undefined;
    if (value.letter !== undefined) letters.set(value.letter, value.number);
  }
  const scope = new Map([...sizes, ...letters]);
  const inside = ranges.every((range) => {
    const at = letters.get(range.letter);
    return at === undefined || (at >= numberOf(range.from, scope) && at <= numberOf(range.to, scope));
  });
  return inside ? letters : undefined;
}

function solveAxis(index: Whole, at: number, free: ReadonlySet<string>, known: Scope): { letter?: string; number: number } | undefined {
  const open = [...lettersOf(index)].filter((letter) => free.has(letter) && !known.has(letter));
  const letter = open[0];
  if (letter === undefined) return numberOf(index, known) === at ? { number: at } : undefined;
  const sizes = new Map([...known].map(([name, value]) => [name, wholeNumber(value)]));
  const solved = open.length === 1 ? solveWhole(shiftWhole(substituteWhole(index, sizes), -at), letter) : undefined;
  const number = solved === undefined ? undefined : evaluateWhole(solved, known);
  return number === undefined ? undefined : { letter, number };
}

/** All values of the letters in their ranges, the last letter fastest. */
export function* lettersIn(ranges: readonly IndexRange[], sizes: Scope): Generator<Scope> {
  const [range, ...rest] = ranges;
  if (range === undefined) {
    yield new Map();
    return;
  }
  const from = numberOf(range.from, sizes);
  const to = numberOf(range.to, sizes);
  if (to - from >= MOST_PLACES)
    throw new InputError({ ruleId: 'too-large', message: `${range.letter} would take ${to - from + 1} values.`, fix: 'Use smaller lengths.' });
  for (let value = from; value <= to; value++) {
    for (const letters of lettersIn(rest, new Map([...sizes, [range.letter, value]]))) yield new Map([[range.letter, value], ...letters]);
  }
}
