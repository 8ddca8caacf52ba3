/**
 * Interval arithmetic over index networks: which values every entry of a tensor can take.
 *
 * Ends are open where they are approached but never reached (σ lies in (0, 1)). Every end that a double may have rounded is moved outwards,
 * so that what is read off an interval is a proof. Recursion follows the nesting of heads, which is finite.
 */

import type { Head, Leaf, Quantity, Tensor, Term } from '../network/index.js';
import { type Rational, rationalToNumber, wholeValue } from '../network/index.js';
import type { Interval, Operator } from '../operators/row.js';

export type { Interval } from '../operators/row.js';

/** What is known of the values of a quantity; undefined where nothing is. */
export type Ranges = (quantity: Quantity) => Interval | undefined;

export const EVERYTHING: Interval = { low: -Infinity, high: Infinity, lowOpen: true, highOpen: true };
export const pointInterval = (value: number): Interval => ({ low: value, high: value, lowOpen: false, highOpen: false });
const UNIT: Interval = { low: 0, high: 1, lowOpen: false, highOpen: false };

// ---------------------------------------------------------------- rounding

/** Short binary fractions: sums and products of two are exact in double precision. */
const isExact = (value: number): boolean => !Number.isFinite(value) || (Math.abs(value) < 4096 && Number.isInteger(value * 4096));
const WIDENING = 4e-16;
const down = (value: number, exact: boolean): number => (exact || !Number.isFinite(value) ? value : value - Math.abs(value) * WIDENING - Number.MIN_VALUE);
const up = (value: number, exact: boolean): number => (exact || !Number.isFinite(value) ? value : value + Math.abs(value) * WIDENING + Number.MIN_VALUE);

const rounded = (low: number, high: number, lowOpen: boolean, highOpen: boolean, exact: boolean): Interval => ({
  low: down(low, exact),
  high: up(high, exact),
  lowOpen: lowOpen || low === -Infinity,
  highOpen: highOpen || high === Infinity,
});

// ---------------------------------------------------------------- arithmetic

export function addIntervals(a: Interval, b: Interval): Interval {
  return rounded(a.low + b.low, a.high + b.high, a.lowOpen || b.lowOpen, a.highOpen || b.highOpen, [a.low, a.high, b.low, b.high].every(isExact));
}

interface End {
  readonly value: number;
  readonly open: boolean;
}

const ends = (interval: Interval): readonly End[] => [
  { value: interval.low, open: interval.lowOpen },
  { value: interval.high, open: interval.highOpen },
];

/** 0 · ∞ is 0 here: an end at infinity is never reached. A closed 0 makes the product 0 whatever the other factor is. */
function productEnd(a: End, b: End): End {
  if (a.value === 0 || b.value === 0) return { value: 0, open: !((a.value === 0 && !a.open) || (b.value === 0 && !b.open)) };
  return { value: a.value * b.value, open: a.open || b.open };
}

export function multiplyIntervals(a: Interval, b: Interval): Interval {
  const corners = ends(a).flatMap((x) => ends(b).map((y) => productEnd(x, y)));
  const low = Math.min(...corners.map(({ value }) => value));
  const high = Math.max(...corners.map(({ value }) => value));
  const open = (at: number): boolean => corners.filter(({ value }) => value === at).every((corner) => corner.open);
  return rounded(
    low,
    high,
    open(low),
    open(high),
    [...ends(a), ...ends(b)].every(({ value }) => isExact(value)),
  );
}

const isIn = (interval: Interval, value: number): boolean =>
  (value > interval.low || (value === interval.low && !interval.lowOpen)) && (value < interval.high || (value === interval.high && !interval.highOpen));

/** x^p for every x of the interval at which it is defined. */
export function powerInterval(base: Interval, power: Rational): Interval {
  const exponent = rationalToNumber(power);
  if (power.denominator === 1n && power.numerator >= 0n) return wholePower(base, Number(power.numerator));
  const even = power.denominator === 1n && power.numerator % 2n === 0n;
  if (base.low < 0 && !even) return base.high <= 0 && power.denominator === 1n ? negated(powerInterval(negated(base), power)) : EVERYTHING;
  const positive = base.low >= 0 ? base : magnitude(base);
  const at = (value: number): number => (value === 0 ? (exponent < 0 ? Infinity : 0) : value === Infinity ? (exponent < 0 ? 0 : Infinity) : value ** exponent);
  const exact = [positive.low, positive.high].every((value) => value === 0 || value === 1 || value === Infinity);
  return exponent < 0
    ? rounded(at(positive.high), at(positive.low), positive.highOpen, positive.lowOpen, exact)
    : rounded(at(positive.low), at(positive.high), positive.lowOpen, positive.highOpen, exact);
}

function wholePower(base: Interval, exponent: number): Interval {
  if (exponent === 0) return pointInterval(1);
  const ground = exponent % 2 === 0 ? magnitude(base) : base;
  const exact = isExact(ground.low) && isExact(ground.high) && exponent <= 2;
  return rounded(ground.low ** exponent, ground.high ** exponent, ground.lowOpen, ground.highOpen, exact || exponent === 1);
}

export const negated = (interval: Interval): Interval => ({ low: -interval.high, high: -interval.low, lowOpen: interval.highOpen, highOpen: interval.lowOpen });

/** |x|. */
function magnitude(interval: Interval): Interval {
  if (interval.low >= 0) return interval;
  if (interval.high <= 0) return negated(interval);
  const other = negated(interval);
  const wider = other.high > interval.high || (other.high === interval.high && !other.highOpen) ? other : interval;
  return { low: 0, high: wider.high, lowOpen: false, highOpen: wider.highOpen };
}

/** What lies in both; of two ends at one place the open one. */
export function intersection(a: Interval, b: Interval): Interval {
  const low = Math.max(a.low, b.low);
  const high = Math.min(a.high, b.high);
  return { low, high, lowOpen: [a, b].some((one) => one.low === low && one.lowOpen), highOpen: [a, b].some((one) => one.high === high && one.highOpen) };
}

/** Only zero, or everything of one sign: what a sum of an unknown number of such values can be. */
function manyTimes(interval: Interval): Interval {
  if (interval.low === 0 && interval.high === 0) return interval;
  if (interval.low >= 0) return { low: interval.low, high: Infinity, lowOpen: interval.lowOpen, highOpen: true };
  if (interval.high <= 0) return { low: -Infinity, high: interval.high, lowOpen: true, highOpen: interval.highOpen };
  return EVERYTHING;
}

// ---------------------------------------------------------------- operators

/** Strictly monotone rows reach an end only at an end; a row with branches may be flat there. */
function monotoneInterval(operator: Operator, argument: Interval): Interval {
  const at = (value: number): number => operator.evaluate(value, 0);
  const flat = operator.branch !== undefined;
  const [low, high] = operator.monotone === 'increasing' ? [argument.low, argument.high] : [argument.high, argument.low];
  const [lowOpen, highOpen] = operator.monotone === 'increasing' ? [argument.lowOpen, argument.highOpen] : [argument.highOpen, argument.lowOpen];
  // A jump at an end that is not reached has been made.
  const inside = (end: number, open: boolean, side: 1 | -1): number => (flat && open && end === 0 ? side * Number.MIN_VALUE : end);
  const rising = operator.monotone === 'increasing' ? 1 : -1;
  const [from, to] = [at(inside(low, lowOpen, rising)), at(inside(high, highOpen, rising === 1 ? -1 : 1))];
  if (Number.isNaN(from) || Number.isNaN(to)) return operator.range;
  const exact = (value: number, image: number): boolean => !Number.isFinite(value) || (value === 0 && operator.atZero === image);
  const found = {
    low: down(from, exact(low, from)),
    high: up(to, exact(high, to)),
    lowOpen: (lowOpen && !flat) || from === -Infinity,
    highOpen: (highOpen && !flat) || to === Infinity,
  };
  return intersection(found, operator.range);
}

function applied(operator: Operator, args: readonly Interval[]): Interval {
  const [first, second] = args;
  if (first === undefined) return operator.range;
  if (operator.envelope !== undefined) return intersection(envelopeInterval(operator.envelope.side, operator.envelope.pieces(INTERVALS, args)), operator.range);
  if (second !== undefined || operator.monotone === undefined) return operator.range;
  return monotoneInterval(operator, operator.domain === undefined ? first : intersection(first, operator.domain));
}

function envelopeInterval(side: 'upper' | 'lower', pieces: readonly Interval[]): Interval {
  if (side === 'lower') return negated(envelopeInterval('upper', pieces.map(negated)));
  const low = Math.max(...pieces.map((piece) => piece.low));
  const high = Math.max(...pieces.map((piece) => piece.high));
  const highOpen = pieces.filter((piece) => piece.high === high).every((piece) => piece.highOpen);
  return { low, high, lowOpen: pieces.some((piece) => piece.low === low && piece.lowOpen), highOpen };
}

/** Arithmetic on intervals, for the pieces of envelopes. */
const INTERVALS = {
  number: (value: Rational | number): Interval => pointInterval(typeof value === 'number' ? value : rationalToNumber(value)),
  add: (...terms: readonly Interval[]): Interval => terms.reduce(addIntervals),
  subtract: (a: Interval, b: Interval): Interval => addIntervals(a, negated(b)),
  multiply: (...factors: readonly Interval[]): Interval => factors.reduce(multiplyIntervals),
  divide: (a: Interval, b: Interval): Interval => multiplyIntervals(a, powerInterval(b, { numerator: -1n, denominator: 1n })),
  power: (base: Interval, exponent: Rational | number): Interval =>
    powerInterval(base, typeof exponent === 'number' ? { numerator: BigInt(exponent), denominator: 1n } : exponent),
  apply: (operator: Operator, ...args: readonly Interval[]): Interval => applied(operator, args),
};

// ---------------------------------------------------------------- networks

/** Every entry of the tensor lies in this interval, whatever the sizes (which are at least 1). */
export function intervalOf(tensor: Tensor, ranges: Ranges): Interval {
  return tensor.terms.map((term) => intervalOfTerm(term, tensor.dims.length, ranges)).reduce(addIntervals, pointInterval(0));
}

function intervalOfTerm(term: Term, rank: number, ranges: Ranges): Interval {
  const { leaves, averaged } = withoutWeights(term, rank);
  const product = leaves.map((leaf) => intervalOfLeaf(leaf, ranges)).reduce(multiplyIntervals, pointInterval(1));
  const summed = term.net.dims.length - rank - averaged;
  return multiplyIntervals(summed > 0 ? manyTimes(product) : product, pointInterval(rationalToNumber(term.coefficient)));
}

/** A sum weighted by a softmax is a mean: it lies where its summands lie. */
function withoutWeights({ net }: Term, rank: number): { readonly leaves: readonly Leaf[]; readonly averaged: number } {
  const over = new Map<number, Leaf>();
  for (const leaf of net.leaves) {
    const slot = leaf.slots.at(-1);
    const isWeight = leaf.head.head.kind === 'softmax' && leaf.power.numerator === 1n && leaf.power.denominator === 1n;
    if (isWeight && slot !== undefined && slot >= rank && !over.has(slot) && leaf.slots.indexOf(slot) === leaf.slots.length - 1) over.set(slot, leaf);
  }
  // Weights that depend on each other's axes are not split.
  const weights = [...over].filter(([, leaf]) => leaf.slots.slice(0, -1).every((slot) => !over.has(slot)));
  const used = new Set(weights.map(([, leaf]) => leaf));
  return { leaves: net.leaves.filter((leaf) => !used.has(leaf)), averaged: weights.length };
}

export const intervalOfLeaf = (leaf: Leaf, ranges: Ranges): Interval => powerInterval(intervalOfHead(leaf.head.head, ranges), leaf.power);

const pointOr = (value: number | undefined): Interval => (value === undefined ? EVERYTHING : pointInterval(value));

export function intervalOfHead(head: Head, ranges: Ranges): Interval {
  switch (head.kind) {
    case 'symbol':
      return ranges(head.quantity) ?? EVERYTHING;
    case 'delta':
    case 'indicator':
    case 'inclusion':
    case 'order':
      return UNIT;
    case 'whole':
      return pointOr(wholeValue(head.value));
    case 'apply':
      return applied(
        head.operator,
        head.args.map((arg) => intervalOf(arg, ranges)),
      );
    case 'softmax':
      // One entry alone is exactly 1.
      return { low: 0, high: 1, lowOpen: true, highOpen: false };
    case 'sum':
    case 'held':
      return intervalOf(head.of, ranges);
    case 'rangeSum': {
      const body = intervalOf(head.of, ranges);
      // The sum may be empty.
      return manyTimes({
        low: Math.min(0, body.low),
        high: Math.max(0, body.high),
        lowOpen: body.low < 0 && body.lowOpen,
        highOpen: body.high > 0 && body.highOpen,
      });
    }
    case 'unspecified':
    case 'product':
    case 'power':
      return EVERYTHING;
  }
}

export const contains = isIn;
export const isPositive = (interval: Interval): boolean => interval.low > 0 || (interval.low === 0 && interval.lowOpen);
export const isNonNegative = (interval: Interval): boolean => interval.low >= 0;
