/**
 * Sums over steps brought to whole ranges: Σ_{t=2}^T f(t) is Σ_{t=1}^T f(t) − f(1), after the letter is shifted so that equal bodies look equal.
 *
 * Bounds move by a number of places that is known and small, and only where the range is known not to be empty.
 */

import { type Facts, factsOf, provablyNonNegative } from '../calculus/index.js';
import {
  addWhole,
  type Head,
  type Quantity,
  shiftWhole,
  substituteWhole,
  subtractWhole,
  type Tensor,
  type Whole,
  type Workspace,
  wholeLetter,
  wholeNumber,
  wholeValue,
} from '../network/index.js';

type RangeSum = Extract<Head, { readonly kind: 'rangeSum' }>;

/** Bounds are moved over at most so many places. */
const FARTHEST = 3;

/** The tensor with the sums in it brought to whole ranges. */
export function completeSums(workspace: Workspace, tensor: Tensor, facts: Facts): Tensor {
  return workspace.rebuild(tensor, { head: (head) => (head.kind === 'rangeSum' ? completed(workspace, head, facts) : undefined) });
}

function completed(workspace: Workspace, head: RangeSum, facts: Facts): Tensor | undefined {
  const { letter, body: opened } = workspace.open(head);
  const inner = completeSums(workspace, opened, [...facts, ...factsOf([{ letter, from: head.from, to: head.to }]).slice(0, 2)]);
  const shift = latestOffset(workspace, inner, letter);
  const moved = workspace.substituteLetters(inner, new Map([[letter, subtractWhole(wholeLetter(letter), shift)]]));
  const [from, to] = [addWhole(head.from, shift), addWhole(head.to, shift)];
  const [low, high] = [wholeBound(from), wholeBound(to)];
  const below = wholeValue(subtractWhole(from, low)) ?? 0;
  const above = wholeValue(subtractWhole(high, to)) ?? 0;
  // Σ_a^b is Σ_c^b less what lies between where b ≥ a − 1 and b ≥ c − 1, and likewise above.
  const reached = (end: Whole, start: Whole): boolean => provablyNonNegative(shiftWhole(subtractWhole(end, start), 1), facts);
  const fits = Math.abs(below) <= FARTHEST && Math.abs(above) <= FARTHEST && reached(to, below > 0 ? from : low) && reached(above > 0 ? to : high, low);
  if (!fits || (below === 0 && above === 0)) return inner === opened ? undefined : workspace.rangeSum(letter, head.from, head.to, inner);
  const at = (place: Whole): Tensor => workspace.substituteLetters(moved, new Map([[letter, place]]));
  const parts = [workspace.rangeSum(letter, low, high, moved)];
  for (let k = 0; k < below; k += 1) parts.push(workspace.scale(at(shiftWhole(low, k)), -1));
  for (let k = below; k < 0; k += 1) parts.push(at(shiftWhole(low, k)));
  for (let k = 0; k < above; k += 1) parts.push(workspace.scale(at(shiftWhole(high, -k)), -1));
  for (let k = above; k < 0; k += 1) parts.push(at(shiftWhole(high, -k)));
  return workspace.add(...parts);
}

/** A bound without its constant: 1 for numbers, t for t + 1, T for T − 1. */
function wholeBound(bound: Whole): Whole {
  const constant = bound.monomials.find(({ letters }) => letters.length === 0)?.coefficient ?? 0;
  const isNumber = wholeValue(bound) !== undefined;
  return isNumber ? wholeNumber(1) : shiftWhole(bound, -constant);
}

/** How far behind the letter the latest index of the body in it stands: 1 for f(t + 1) g(t). */
function latestOffset(workspace: Workspace, body: Tensor, letter: string): Whole {
  let latest: Whole | undefined;
  for (const { quantity } of workspace.quantities(body)) {
    for (const index of indicesOf(quantity)) {
      const coefficient = index.monomials.find(({ letters }) => letters.length === 1 && letters[0] === letter)?.coefficient;
      if (coefficient !== 1) continue;
      const offset = substituteWhole(index, new Map([[letter, wholeNumber(0)]]));
      const later = latest === undefined ? 1 : wholeValue(subtractWhole(offset, latest));
      if (later !== undefined && later > 0) latest = offset;
    }
  }
  return latest ?? wholeNumber(0);
}

function indicesOf(quantity: Quantity): readonly Whole[] {
  switch (quantity.kind) {
    case 'value':
      return quantity.indices;
    case 'adjoint':
      return [...quantity.indices, ...(quantity.target?.indices ?? [])];
    case 'partial':
      return [...quantity.numerator.indices, ...quantity.denominator.indices];
  }
}

/** Symbols replaced, each with what is known of the letters around it. */
export function replaceInRanges(workspace: Workspace, tensor: Tensor, facts: Facts, by: (quantity: Quantity, facts: Facts) => Tensor | undefined): Tensor {
  return workspace.rebuild(tensor, {
    symbol: (quantity) => by(quantity, facts),
    head: (head) => {
      if (head.kind !== 'rangeSum') return undefined;
      const { letter, body } = workspace.open(head);
      const inside = factsOf([{ letter, from: head.from, to: head.to }]).slice(0, 2);
      const made = replaceInRanges(workspace, body, [...facts, ...inside], by);
      return made === body ? undefined : workspace.rangeSum(letter, head.from, head.to, made);
    },
  });
}
