/** The values that names can take: what is declared, what their equations leave, and what a claim assumes. */

import { distinctFacts, equationAt, type Facts, factsOf, provablyNonNegative } from '../../calculus/index.js';
import type { Equation, Model } from '../../model/model.js';
import { type Quantity, referenceKey, shiftWhole, substituteWhole, subtractWhole, type Whole, wholeValue } from '../../network/index.js';
import { EVERYTHING, type Interval, intersection, intervalOf } from '../intervals.js';
import type { Claim } from './claim.js';

/** What the declarations, and the operators on the right sides, say of the values of a name. */
export function rangesOf(claim: Claim, model: Model, extra: ReadonlyMap<string, Interval>): (quantity: Quantity) => Interval | undefined {
  const known = new Map<string, Interval>();
  const ranges = (quantity: Quantity): Interval | undefined => {
    if (quantity.kind !== 'value') return undefined;
    const key = referenceKey(quantity);
    const done = known.get(key);
    if (done !== undefined) return done;
    known.set(key, EVERYTHING);
    const declared = declaredRange(model, quantity.name);
    const at = equationAt(model, quantity);
    const inside =
      at === undefined || !isInside(claim, at.equation, at.letters)
        ? EVERYTHING
        : intervalOf(model.workspace.substituteLetters(at.equation.value, at.letters), ranges);
    const found = intersection(intersection(declared, inside), extra.get(key) ?? EVERYTHING);
    known.set(key, found);
    return found;
  };
  return ranges;
}

function isInside(claim: Claim, equation: Equation, letters: ReadonlyMap<string, Whole>): boolean {
  const facts = factsOfClaim(claim);
  return equation.ranges.every((range) => {
    const place = letters.get(range.letter);
    return place !== undefined && provablyNonNegative(subtractWhole(place, range.from), facts) && provablyNonNegative(subtractWhole(range.to, place), facts);
  });
}

function declaredRange(model: Model, name: string): Interval {
  const { low, high, lowOpen, highOpen, oneHot } = model.declarations.get(name)?.assumptions ?? {};
  if (oneHot === true) return { low: 0, high: 1, lowOpen: false, highOpen: false };
  return { low: low ?? -Infinity, high: high ?? Infinity, lowOpen: lowOpen ?? low === undefined, highOpen: highOpen ?? high === undefined };
}

/** What is known of whole numbers in a claim: letters lie in their ranges, sizes are at least 1. */
export function wholesOf(claim: Claim): (value: Whole) => Interval {
  const facts = factsOfClaim(claim);
  return (value) => {
    const number = wholeValue(value);
    if (number !== undefined) return { low: number, high: number, lowOpen: false, highOpen: false };
    const least = [1, 0].find((bound) => provablyNonNegative(shiftWhole(value, -bound), facts));
    return least === undefined ? EVERYTHING : { low: least, high: Infinity, lowOpen: false, highOpen: true };
  };
}

/** What is known of the letters of a claim, letters with a single value put in; that sizes are at least 1, and that what the line names exists. */
export function factsOfClaim(claim: Claim): Facts {
  const { ranges, domain, model } = claim;
  const pinned = new Map(ranges.flatMap(({ letter, from, to }) => (from.key === to.key ? [[letter, from] as const] : [])));
  const facts = [...factsOf([...ranges, ...domain], model.sizes), ...existence(claim)];
  return distinctFacts([...facts, ...facts.map((fact) => substituteWhole(fact, pinned))]);
}

/** A line is said of the places at which the names in it exist: where x_{t+1} stands, t + 1 ≤ T. */
function existence({ model, conclusions }: Claim): Facts {
  const sides = conclusions.flatMap(({ left, right }) => [left, right]);
  const references = sides.flatMap((side) => model.workspace.quantities(side)).flatMap(({ quantity }) => (quantity.kind === 'value' ? [quantity] : []));
  return references.flatMap(({ name, indices }) => {
    const declared = model.declarations.get(name)?.indices ?? [];
    return declared.flatMap(({ from, to }, at) => {
      const index = indices[at];
      if (index === undefined || index.monomials.some(({ letters }) => letters.some((letter) => letter.startsWith('§')))) return [];
      const beyond = model.boundaries.filter((boundary) => boundary.name === name).map(({ indices: places }) => places[at]);
      const isFree = (distance: (place: Whole) => Whole): boolean =>
        beyond.every((place) => place === undefined || !(Number(wholeValue(distance(place)) ?? 1) > 0));
      return [
        ...(isFree((place) => subtractWhole(from, place)) ? [subtractWhole(index, from)] : []),
        ...(isFree((place) => subtractWhole(place, to)) ? [subtractWhole(to, index)] : []),
      ];
    });
  });
}
