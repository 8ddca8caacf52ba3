/** Ranges of index letters: said alone, after a shape or after an equation; t runs from 1 to T unless a line says otherwise. */

import { subtractWhole, WHOLE_ONE, type Whole, wholeLetter, wholeName, wholeValue } from '../network/whole.js';
import type { Trailer } from '../notation/syntax.js';
import type { ModelText } from './classify.js';
import type { IndexRange } from './model.js';
import { readWhole } from './wholes.js';

/** The ranges that a trailer says; falling limits (t = T, …, 1) are the same range. */
export function rangesOf(trailer: Trailer): readonly IndexRange[] {
  return trailer.ranges.map(({ letter, from, to }) => {
    const [a, b] = [readWhole(from), readWhole(to)];
    return falls(a, b) ? { letter, from: b, to: a } : { letter, from: a, to: b };
  });
}

function falls(from: Whole, to: Whole): boolean {
  const difference = wholeValue(subtractWhole(to, from));
  if (difference !== undefined) return difference < 0;
  return wholeValue(to) !== undefined && wholeValue(from) === undefined;
}

function smaller(a: Whole, b: Whole): Whole {
  const difference = wholeValue(subtractWhole(a, b));
  return difference !== undefined && difference > 0 ? b : a;
}

/**
 * The default range of every letter. A range after an equation narrows that equation alone where the letter's own length is T;
 * for other letters it is also the letter's range, since nothing else says it.
 */
export function letterRanges(text: ModelText, letters: ReadonlySet<string>): ReadonlyMap<string, IndexRange> {
  const said = new Map<string, IndexRange>();
  const take = (ranges: readonly IndexRange[]): void => {
    for (const range of ranges) if (!said.has(range.letter)) said.set(range.letter, range);
  };
  for (const trailer of text.ranges) take(rangesOf(trailer));
  for (const { trailer } of text.shapes) take(rangesOf(trailer));
  const fromEquations = new Map<string, IndexRange>();
  for (const { trailer } of text.equations) {
    for (const range of rangesOf(trailer)) {
      const known = fromEquations.get(range.letter);
      fromEquations.set(range.letter, known === undefined ? range : { ...known, from: smaller(known.from, range.from) });
    }
  }
  for (const [letter, range] of fromEquations) {
    const usual = letter === 't' && (wholeName(range.to) === 'T' || wholeValue(subtractWhole(range.to, wholeLetter('T'))) !== undefined);
    take([usual ? { letter, from: WHOLE_ONE, to: wholeLetter('T') } : { ...range, from: smaller(range.from, WHOLE_ONE) }]);
  }
  take([{ letter: 't', from: WHOLE_ONE, to: wholeLetter('T') }]);
  return new Map([...letters].map((letter) => [letter, said.get(letter)]).filter((entry): entry is [string, IndexRange] => entry[1] !== undefined));
}
