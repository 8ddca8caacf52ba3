/** Boundary values: what equations read outside the range that a name is defined on, and what shape lines free there. */

import { addWhole, lettersOf, shiftWhole, substituteWhole, subtractWhole, type Whole, wholeNumber, wholeValue } from '../network/whole.js';
import type { BoundaryValue, IndexRange } from './model.js';
import type { Read } from './reads.js';

export interface Reader {
  readonly ranges: readonly IndexRange[];
  readonly reads: readonly Read[];
}

/** More steps back than this from one equation are not listed one by one. */
const FARTHEST = 64;

/** Where an index that runs with a letter leaves a range: each place below and above it. */
function outside(index: Whole, range: IndexRange, letters: ReadonlyMap<string, IndexRange>): readonly Whole[] {
  const running = [...lettersOf(index)].filter((letter) => letters.has(letter));
  const [letter] = running;
  if (letter === undefined) {
    const below = wholeValue(subtractWhole(range.from, index));
    const above = wholeValue(subtractWhole(index, range.to));
    return (below !== undefined && below > 0) || (above !== undefined && above > 0) ? [index] : [];
  }
  const run = letters.get(letter);
  if (running.length > 1 || run === undefined) return [];
  const lowest = substituteWhole(index, new Map([[letter, run.from]]));
  const highest = substituteWhole(index, new Map([[letter, run.to]]));
  const below = Math.min(FARTHEST, wholeValue(subtractWhole(range.from, lowest)) ?? 0);
  const above = Math.min(FARTHEST, wholeValue(subtractWhole(highest, range.to)) ?? 0);
  return [
    ...Array.from({ length: Math.max(0, below) }, (_, k) => shiftWhole(range.from, k - below)),
    ...Array.from({ length: Math.max(0, above) }, (_, k) => shiftWhole(range.to, k + 1)),
  ];
}

const keyOf = (name: string, indices: readonly Whole[]): string => `${name}[${indices.map(({ key }) => key).join(',')}]`;

/**
 * Every boundary value of a model, in the order in which they are first met.
 * `given` are those that equations set or shape lines free, whether something reads them or not.
 */
export function boundariesOf(
  readers: readonly Reader[],
  ranges: (name: string) => readonly IndexRange[] | undefined,
  given: readonly BoundaryValue[],
): readonly BoundaryValue[] {
  const found = new Map<string, BoundaryValue>(given.map((boundary) => [keyOf(boundary.name, boundary.indices), boundary]));
  for (const { ranges: own, reads } of readers) {
    for (const read of reads) {
      const defined = ranges(read.name);
      if (defined === undefined || read.differentiated) continue;
      const letters = new Map([...own.map((range): [string, IndexRange] => [range.letter, range]), ...read.bound]);
      read.indices.forEach((index, k) => {
        const range = defined[k];
        if (range === undefined) return;
        for (const place of outside(index, range, letters)) {
          const indices = read.indices.map((other, j) => (j === k ? place : canonical(other, defined[j], letters)));
          const key = keyOf(read.name, indices);
          if (!found.has(key)) found.set(key, { name: read.name, indices, kind: 'zero' });
        }
      });
    }
  }
  return [...found.values()];
}

/** The other indices of a boundary value stay free, under the name's own letter. */
function canonical(index: Whole, range: IndexRange | undefined, letters: ReadonlyMap<string, IndexRange>): Whole {
  if (range === undefined || ![...lettersOf(index)].some((letter) => letters.has(letter))) return index;
  return addWhole({ monomials: [{ coefficient: 1, letters: [range.letter] }], key: range.letter }, wholeNumber(0));
}
