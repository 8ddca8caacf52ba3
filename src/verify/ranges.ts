/**
 * For which steps a line speaks: a free letter runs over its own range as far as the left side exists there, narrowed by the line's conditions.
 */

import type { BoundaryValue, IndexRange, Model } from '../model/model.js';
import {
  lettersOf,
  type Quantity,
  shiftWhole,
  solveWhole,
  substituteWhole,
  subtractWhole,
  type Tensor,
  type ValueReference,
  type Whole,
  wholeLetter,
  wholeName,
  wholeValue,
} from '../network/index.js';
import type { Condition } from '../notation/formula.js';

interface Bounds {
  from: Whole;
  to: Whole;
}

/** Ranges of the letters that are free in the tensors; a range may speak of letters that stand before it. */
export function rangesOfLine(
  model: Model,
  left: Tensor,
  right: Pick<Tensor, 'letters'>,
  known: ReadonlyMap<string, IndexRange | undefined>,
  conditions: readonly Condition[],
): readonly IndexRange[] {
  const letters = [...new Set([...left.letters, ...right.letters])].filter((letter) => known.has(letter) && !model.sizes.includes(letter)).sort();
  const bounds = new Map<string, Bounds>();
  for (const letter of letters) {
    const range = known.get(letter) ?? model.letters.get('t') ?? [...model.letters.values()][0];
    if (range !== undefined) bounds.set(letter, { from: range.from, to: range.to });
  }
  const before = new Map<string, Set<string>>();
  for (const { quantity } of model.workspace.quantities(left)) for (const reference of referencesOf(quantity)) narrowToExistence(model, reference, bounds);
  for (const { quantity } of model.workspace.quantities(left))
    if (quantity.kind === 'partial') narrowToCause(model, quantity.numerator, quantity.denominator, bounds, before);
  for (const condition of conditions) for (const relation of condition.relations) narrowBy(relation, bounds, before);
  return ordered(letters, bounds, before);
}

function referencesOf(quantity: Quantity): readonly ValueReference[] {
  switch (quantity.kind) {
    case 'value':
      return [quantity];
    case 'adjoint':
      return quantity.target === undefined ? [quantity] : [quantity, quantity.target];
    case 'partial':
      return [quantity.numerator, quantity.denominator];
  }
}

/** First and last place of an index at which a name has a value: its range, and what is freed or set beside it. */
function extent(model: Model, name: string, axis: number, range: IndexRange): Bounds {
  const places = [
    ...model.boundaries.filter((boundary: BoundaryValue) => boundary.name === name && boundary.kind !== 'zero').map(({ indices }) => indices[axis]),
    ...model.equations.filter((equation) => equation.name === name && equation.ranges.length < equation.indices.length).map(({ indices }) => indices[axis]),
  ].filter((place) => place !== undefined);
  let { from, to } = range;
  for (const place of places) {
    if (wholeValue(subtractWhole(from, place)) === 1) from = place;
    if (wholeValue(subtractWhole(place, to)) === 1) to = place;
  }
  return { from, to };
}

function narrowToExistence(model: Model, { name, indices }: ValueReference, bounds: Map<string, Bounds>): void {
  const declaration = model.declarations.get(name);
  declaration?.indices.forEach((range, axis) => {
    const index = indices[axis];
    const letters = index === undefined ? [] : [...lettersOf(index)].filter((letter) => bounds.has(letter));
    const [letter] = letters;
    if (index === undefined || letter === undefined || letters.length !== 1) return;
    const { from, to } = extent(model, name, axis, range);
    const [low, high] = [solveWhole(subtractWhole(index, from), letter), solveWhole(subtractWhole(index, to), letter)];
    if (low === undefined || high === undefined) return;
    const isFalling = wholeValue(subtractWhole(index, wholeLetter(letter))) === undefined && wholeValue(subtractWhole(low, high)) === undefined;
    if (isFalling) return;
    tighten(bounds, letter, 'from', low);
    tighten(bounds, letter, 'to', high);
  });
}

/** Keeps the tighter of two bounds, where their difference is a number; otherwise the older. */
function tighten(bounds: Map<string, Bounds>, letter: string, side: 'from' | 'to', bound: Whole): void {
  const own = bounds.get(letter);
  if (own === undefined) return;
  const difference = wholeValue(subtractWhole(bound, own[side]));
  if (difference !== undefined && (side === 'from' ? difference > 0 : difference < 0)) own[side] = bound;
}

/** ∂h_t/∂h_k speaks of causes: k no later than t, or no earlier where the recurrence runs back. */
function narrowToCause(
  model: Model,
  numerator: ValueReference,
  denominator: ValueReference,
  bounds: Map<string, Bounds>,
  before: Map<string, Set<string>>,
): void {
  numerator.indices.forEach((index, axis) => {
    const other = denominator.indices[axis];
    const [own, cause] = [wholeName(index), other === undefined ? undefined : wholeName(other)];
    const causes = cause === undefined ? undefined : bounds.get(cause);
    if (wholeValue(index) !== undefined && causes !== undefined) causes[runsBack(model, numerator.name) ? 'from' : 'to'] = index;
    if (own === undefined || cause === undefined || own === cause) return;
    const range = bounds.get(own);
    if (range === undefined || (!bounds.has(cause) && !model.sizes.includes(cause))) return;
    if (runsBack(model, numerator.name)) range.to = wholeLetter(cause);
    else range.from = wholeLetter(cause);
    before.set(own, (before.get(own) ?? new Set()).add(cause));
  });
}

function runsBack(model: Model, name: string): boolean {
  for (const equation of model.equations) {
    if (equation.name !== name) continue;
    for (const { quantity } of model.workspace.quantities(equation.value)) {
      if (quantity.kind !== 'value' || quantity.indices.length !== equation.indices.length) continue;
      const shifts = quantity.indices.map((index, axis) => wholeValue(subtractWhole(index, equation.indices[axis] as Whole)) ?? 0);
      if (shifts.some((shift) => shift > 0)) return true;
    }
  }
  return false;
}

const MIRRORED = { '=': '=', '≠': '≠', '<': '>', '≤': '≥', '>': '<', '≥': '≤' } as const;

function narrowBy({ left, sign, right }: Condition['relations'][number], bounds: Map<string, Bounds>, before: Map<string, Set<string>>): void {
  const [a, b] = [wholeName(left), wholeName(right)];
  const isOnLeft = a !== undefined && bounds.has(a) && !(before.get(b ?? '')?.has(a) ?? false);
  const letter = isOnLeft ? a : b;
  if (letter === undefined || !bounds.has(letter)) return;
  const than = isOnLeft ? right : left;
  const own = bounds.get(letter) as Bounds;
  for (const other of lettersOf(than)) if (bounds.has(other)) before.set(letter, (before.get(letter) ?? new Set()).add(other));
  const set = (side: 'from' | 'to', bound: Whole): void => {
    const difference = wholeValue(subtractWhole(bound, own[side]));
    if (difference === undefined || (side === 'from' ? difference > 0 : difference < 0)) own[side] = bound;
  };
  switch (isOnLeft ? sign : MIRRORED[sign]) {
    case '=':
      own.from = than;
      own.to = than;
      break;
    case '<':
      set('to', shiftWhole(than, -1));
      break;
    case '≤':
      set('to', than);
      break;
    case '>':
      set('from', shiftWhole(than, 1));
      break;
    case '≥':
      set('from', than);
      break;
    case '≠':
      // Left out at an end of the range; in the middle it stays and the line is judged there too.
      if (own.to.key === than.key) own.to = shiftWhole(than, -1);
      else if (own.from.key === than.key) own.from = shiftWhole(than, 1);
      break;
  }
}

/** Letters after those that their bounds speak of; a circle is broken where it is met. */
function ordered(letters: readonly string[], bounds: ReadonlyMap<string, Bounds>, before: ReadonlyMap<string, ReadonlySet<string>>): readonly IndexRange[] {
  const done: IndexRange[] = [];
  const open = new Set(letters.filter((letter) => bounds.has(letter)));
  while (open.size > 0) {
    const next = [...open].find((letter) => [...(before.get(letter) ?? [])].every((other) => !open.has(other))) ?? ([...open][0] as string);
    open.delete(next);
    const { from, to } = bounds.get(next) as Bounds;
    done.push({ letter: next, from: withoutLetters(from, open, bounds, 'from'), to: withoutLetters(to, open, bounds, 'to') });
  }
  return done;
}

/** A bound that speaks of a letter still to come is replaced by that letter's own bound. */
function withoutLetters(bound: Whole, open: ReadonlySet<string>, bounds: ReadonlyMap<string, Bounds>, side: 'from' | 'to'): Whole {
  const letters = [...lettersOf(bound)].filter((letter) => open.has(letter));
  if (letters.length === 0) return bound;
  return substituteWhole(bound, new Map(letters.map((letter) => [letter, (bounds.get(letter) as Bounds)[side]])));
}
