/** How far the compiler's own definitions have to reach: as far as something reads them, and no further than they can differ from zero. */

import { substituteWhole, type Tensor, type Whole, wholeNumber, wholeValue } from '../../network/index.js';
import { type Definition, type Given, indexInterval, type Letter, type Read, type Sizes } from './definitions.js';

type Interval = { readonly low: number; readonly high: number };
const EVERYWHERE: Interval = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const meet = (a: Interval, b: Interval): Interval => ({ low: Math.max(a.low, b.low), high: Math.min(a.high, b.high) });
const join = (a: Interval | undefined, b: Interval): Interval => (a === undefined ? b : { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) });
const own = (definition: Definition): boolean => definition.name.startsWith('#');

/** Sets the ranges of all definitions of the compiler's own. Ranges only grow and are bounded by those of the model's names, so this ends. */
export function settleRanges(
  definitions: readonly Definition[],
  givens: readonly Given[],
  readsOf: (definition: Definition) => readonly Read[],
  sizes: Sizes,
): void {
  const byName = new Map(definitions.filter(own).map((definition) => [definition.name, definition]));
  const supports = supportsOf(definitions, givens, sizes);
  for (const definition of byName.values())
    for (const letter of definition.letters) [letter.low, letter.high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let grew = true; grew; ) {
    grew = false;
    for (const definition of definitions) {
      if (definition.letters.some(({ low, high }) => low > high)) continue;
      for (const read of readsOf(definition)) {
        const target = byName.get(read.name);
        if (target === undefined) continue;
        const ranges = new Map<string, Interval>([...definition.letters, ...read.bound].map((letter) => [letter.letter, letter]));
        // Sums of products run over all that is read, zeros included: a loop then has the same body throughout.
        const support = target.form.kind === 'contraction' ? [] : supports(target.name);
        target.letters.forEach((letter, axis) => {
          const needed = meet(indexInterval(read.indices[axis] as Whole, ranges), support[axis] ?? EVERYWHERE);
          if (needed.low > needed.high || (needed.low >= letter.low && needed.high <= letter.high)) return;
          grew = true;
          letter.low = Math.min(letter.low, needed.low);
          letter.high = Math.max(letter.high, needed.high);
        });
      }
    }
  }
}

/** Outside its support a value is zero, for each of its indices. */
function supportsOf(definitions: readonly Definition[], givens: readonly Given[], sizes: Sizes): (name: string) => readonly Interval[] {
  const known = new Map<string, readonly Interval[]>();
  const widen = (name: string, places: readonly Interval[]): void => {
    const before = known.get(name);
    known.set(
      name,
      places.map((place, axis) => join(before?.[axis], place)),
    );
  };
  for (const given of givens) widen(given.name, given.letters);
  for (const definition of definitions) {
    if (own(definition)) continue;
    const ranges = new Map(definition.letters.map((letter) => [letter.letter, letter]));
    widen(
      definition.name,
      definition.indices.map((index) => indexInterval(index, ranges)),
    );
  }
  const byName = new Map(definitions.filter(own).map((definition) => [definition.name, definition]));
  const support = (name: string): readonly Interval[] => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const definition = byName.get(name);
    if (definition === undefined) return [];
    // The compiler's own definitions are nested like the formulas they come from, so this recursion ends.
    const made = definition.letters.map(
      (letter) =>
        termsOf(definition, sizes).reduce<Interval | undefined>((hull, factors) => join(hull, limits(letter, factors, support)), undefined) ?? EVERYWHERE,
    );
    known.set(name, made);
    return made;
  };
  return support;
}

type Place = { readonly name: string; readonly indices: readonly Whole[] };

/** Terms, each as the values it is proportional to. */
function termsOf({ form }: Definition, sizes: Sizes): readonly (readonly Place[])[] {
  switch (form.kind) {
    case 'softmax':
    case 'partial':
      return [[]];
    case 'contraction':
      return form.products.map(({ factors }) => factors);
    case 'pointwise':
      return tensorTerms(form.tensor, sizes);
  }
}

const tensorTerms = (tensor: Tensor, sizes: Sizes): readonly (readonly Place[])[] =>
  tensor.terms.map(({ net }) =>
    net.leaves.flatMap(({ head: { head }, power }) =>
      head.kind === 'symbol' && head.quantity.kind === 'value' && power.numerator > 0n
        ? [{ name: head.quantity.name, indices: head.quantity.indices.map((index) => sizes.index(index)) }]
        : [],
    ),
  );

/** Where along the letter none of the factors is zero for certain. */
function limits(letter: Letter, factors: readonly Place[], support: (name: string) => readonly Interval[]): Interval {
  let limit = EVERYWHERE;
  for (const { name, indices } of factors) {
    indices.forEach((index, axis) => {
      const at = (position: number): number | undefined => wholeValue(substituteWhole(index, new Map([[letter.letter, wholeNumber(position)]])));
      const [offset, next] = [at(0), at(1)];
      const range = support(name)[axis];
      if (offset === undefined || next !== offset + 1 || range === undefined) return;
      limit = meet(limit, { low: range.low - offset, high: range.high - offset });
    });
  }
  return limit;
}
