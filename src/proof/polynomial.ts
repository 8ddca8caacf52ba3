/**
 * Entrywise expressions as polynomials in what stands in them: names, functions of something, sums that a contraction makes.
 *
 * Every entry of a tensor obeys the same polynomial, for a factor that touches only free axes is read entry by entry and everything else
 * (W h, a norm) is one unknown. Coefficients are exact; powers may be any fraction, so that √v·√v is v.
 */

import {
  addRational,
  isOne,
  isZero,
  type Leaf,
  multiplyRational,
  ONE,
  type Quantity,
  type Rational,
  rational,
  rationalKey,
  type Tensor,
  type Term,
  type Whole,
  type Workspace,
  wholeValue,
} from '../network/index.js';
import type { Operator } from '../operators/row.js';
import { EVERYTHING, type Interval, intervalOf, intervalOfHead, intervalOfLeaf, multiplyIntervals, pointInterval, type Ranges } from './intervals.js';

/** An unknown of a polynomial: the values it can take and, where it is the largest or smallest of some polynomials, those. */
export interface Unknown {
  readonly key: string;
  readonly interval: Interval;
  readonly envelope?: { readonly side: 'upper' | 'lower'; readonly pieces: readonly Polynomial[] };
  /** What it is, for the explanation: a declared name, if it is one. */
  readonly quantity?: Quantity;
}

export interface Monomial {
  readonly coefficient: Rational;
  readonly powers: ReadonlyMap<Unknown, Rational>;
}

/** A sum of monomials, by the key of their powers. */
export type Polynomial = ReadonlyMap<string, Monomial>;

const keyOf = (powers: ReadonlyMap<Unknown, Rational>): string =>
  [...powers]
    .map(([{ key }, power]) => `${key}^${rationalKey(power)}`)
    .sort()
    .join(' ');

export const ZERO_POLYNOMIAL: Polynomial = new Map();

export function constantPolynomial(value: Rational): Polynomial {
  return isZero(value) ? ZERO_POLYNOMIAL : new Map([['', { coefficient: value, powers: new Map() }]]);
}

export function addPolynomials(...all: readonly Polynomial[]): Polynomial {
  const sum = new Map<string, Monomial>();
  for (const polynomial of all) {
    for (const [key, monomial] of polynomial) {
      const known = sum.get(key);
      const coefficient = known === undefined ? monomial.coefficient : addRational(known.coefficient, monomial.coefficient);
      if (isZero(coefficient)) sum.delete(key);
      else sum.set(key, { ...monomial, coefficient });
    }
  }
  return sum;
}

export function scalePolynomial(polynomial: Polynomial, by: Rational): Polynomial {
  return isZero(by)
    ? ZERO_POLYNOMIAL
    : new Map([...polynomial].map(([key, monomial]) => [key, { ...monomial, coefficient: multiplyRational(monomial.coefficient, by) }]));
}

function multiplyMonomials(a: Monomial, b: Monomial): Monomial {
  const powers = new Map(a.powers);
  for (const [unknown, power] of b.powers) {
    const sum = addRational(powers.get(unknown) ?? { numerator: 0n, denominator: 1n }, power);
    if (isZero(sum)) powers.delete(unknown);
    else powers.set(unknown, sum);
  }
  return { coefficient: multiplyRational(a.coefficient, b.coefficient), powers };
}

export function multiplyPolynomials(a: Polynomial, b: Polynomial): Polynomial {
  return addPolynomials(
    ...[...a.values()].map((x) => {
      const row = new Map<string, Monomial>();
      for (const y of b.values()) {
        const product = multiplyMonomials(x, y);
        const key = keyOf(product.powers);
        const known = row.get(key);
        row.set(key, known === undefined ? product : { ...product, coefficient: addRational(known.coefficient, product.coefficient) });
      }
      return row;
    }),
  );
}

export const unknownPolynomial = (unknown: Unknown, power: Rational = ONE): Polynomial => {
  const powers = new Map([[unknown, power]]);
  return new Map([[keyOf(powers), { coefficient: ONE, powers }]]);
};

/** Unknowns that occur, in the order in which they are met. */
export function unknownsOf(polynomial: Polynomial): readonly Unknown[] {
  return [...new Set([...polynomial.values()].flatMap(({ powers }) => [...powers.keys()]))];
}

/** Everything that occurs, also inside the pieces of envelopes. */
export function innerUnknowns(unknown: Unknown): readonly Unknown[] {
  return (unknown.envelope?.pieces ?? []).flatMap((piece) => unknownsOf(piece).flatMap((inner) => [inner, ...innerUnknowns(inner)]));
}

/** Coefficients by the power of one unknown; undefined where a power is no whole number from 0 on. */
export function byPowerOf(polynomial: Polynomial, unknown: Unknown): ReadonlyMap<number, Polynomial> | undefined {
  const found = new Map<number, Polynomial>();
  for (const monomial of polynomial.values()) {
    const power = monomial.powers.get(unknown) ?? { numerator: 0n, denominator: 1n };
    if (power.denominator !== 1n || power.numerator < 0n) return undefined;
    const rest = new Map(monomial.powers);
    rest.delete(unknown);
    const at = Number(power.numerator);
    found.set(at, addPolynomials(found.get(at) ?? ZERO_POLYNOMIAL, new Map([[keyOf(rest), { coefficient: monomial.coefficient, powers: rest }]])));
  }
  return found;
}

/** The polynomial with another in the place of an unknown, at whole powers only. */
export function substituteUnknown(polynomial: Polynomial, unknown: Unknown, by: Polynomial): Polynomial | undefined {
  const parts = byPowerOf(polynomial, unknown);
  if (parts === undefined) return undefined;
  return addPolynomials(
    ...[...parts].map(([power, rest]) => {
      let product = rest;
      for (let k = 0; k < power; k += 1) product = multiplyPolynomials(product, by);
      return product;
    }),
  );
}

/** The same also inside the pieces of envelopes, which become unknowns of their own. */
export function substituteEverywhere(
  polynomial: Polynomial,
  unknown: Unknown,
  by: Polynomial,
  renamed: Map<Unknown, Unknown> = new Map(),
): Polynomial | undefined {
  let current: Polynomial | undefined = polynomial;
  for (const other of unknownsOf(polynomial)) {
    if (other.envelope === undefined || !innerUnknowns(other).includes(unknown)) continue;
    let made = renamed.get(other);
    if (made === undefined) {
      const pieces = other.envelope.pieces.map((piece) => substituteEverywhere(piece, unknown, by, renamed));
      if (pieces.includes(undefined)) return undefined;
      made = { ...other, key: `${other.key}'`, interval: other.interval, envelope: { side: other.envelope.side, pieces: pieces as Polynomial[] } };
      renamed.set(other, made);
    }
    current = current === undefined ? undefined : substituteUnknown(current, other, unknownPolynomial(made));
  }
  return current === undefined ? undefined : substituteUnknown(current, unknown, by);
}

/** Multiplied by powers of what it is divided by, squared where the sign is not known: it keeps its sign. */
export function withoutDenominators(polynomial: Polynomial, isNonNegative: (unknown: Unknown) => boolean = ({ interval }) => interval.low >= 0): Polynomial {
  let current = polynomial;
  for (const unknown of unknownsOf(polynomial)) {
    const lowest = [...current.values()]
      .map(({ powers }) => powers.get(unknown))
      .reduce<Rational | undefined>(
        (least, power) => (power !== undefined && power.numerator < 0n && (least === undefined || isLess(power, least)) ? power : least),
        undefined,
      );
    if (lowest === undefined) continue;
    const signed = !isNonNegative(unknown);
    if (signed && lowest.denominator !== 1n) continue;
    const up =
      signed && lowest.numerator % 2n !== 0n
        ? { numerator: 1n - lowest.numerator, denominator: 1n }
        : { numerator: -lowest.numerator, denominator: lowest.denominator };
    current = multiplyPolynomials(current, unknownPolynomial(unknown, up));
  }
  return current;
}

const isLess = (a: Rational, b: Rational): boolean => a.numerator * b.denominator < b.numerator * a.denominator;

// ---------------------------------------------------------------- from networks

/** A function of one argument that was read as one unknown. */
export interface AppliedUnknown {
  readonly unknown: Unknown;
  readonly operator: Operator;
  readonly argument: Polynomial;
}

/** A dot product read as one unknown, with the sums of squares of its two vectors. */
export interface DotUnknown {
  readonly unknown: Unknown;
  readonly squares: readonly [Polynomial, Polynomial];
}

/** A sum along axes read as one unknown: how many summands it has, and the values that each can take. */
export interface SummedUnknown {
  readonly unknown: Unknown;
  readonly count: Polynomial;
  readonly summand: Interval;
}

/** Reads tensors as polynomials; equal things are the same unknown throughout one reader. */
export class PolynomialReader {
  readonly #unknowns = new Map<string, Unknown>();
  readonly #applied = new Map<Unknown, { readonly operator: Operator; readonly argument: Tensor; readonly at: readonly number[] }>();
  readonly #dots = new Map<Unknown, readonly [Tensor, Tensor]>();
  readonly #sums = new Map<Unknown, { readonly sizes: readonly Whole[]; readonly summand: Interval }>();

  constructor(
    readonly workspace: Workspace,
    readonly ranges: Ranges,
    /** What is known of whole numbers: sizes are at least 1. */
    readonly wholes: (value: Whole) => Interval = (value) => intervalOfWhole(value),
  ) {}

  /** Any entry of the tensor. `places` names the tensor's axes by those of the whole. Throws BudgetError where expanding takes too much. */
  read(tensor: Tensor, places: readonly number[] = tensor.dims.map((_, axis) => axis)): Polynomial {
    const expanded = this.workspace.expand(tensor);
    return addPolynomials(...expanded.terms.map((term) => this.#term(term, places)));
  }

  /** Functions of one argument among what was read so far. */
  applied(): readonly AppliedUnknown[] {
    return [...this.#applied].map(([unknown, { operator, argument, at }]) => ({
      unknown,
      operator,
      argument: this.read(argument, argument.dims.length === 0 ? [] : at),
    }));
  }

  /** Dot products of two vectors among what was read so far. */
  dots(): readonly DotUnknown[] {
    return [...this.#dots].map(([unknown, [first, second]]) => ({ unknown, squares: [this.read(first), this.read(second)] }));
  }

  /** Sums along axes among what was read so far. */
  sums(): readonly SummedUnknown[] {
    return [...this.#sums].map(([unknown, { sizes, summand }]) => ({
      unknown,
      count: sizes.map((size) => this.read(this.workspace.whole(size))).reduce(multiplyPolynomials, constantPolynomial(ONE)),
      summand,
    }));
  }

  #term(term: Term, places: readonly number[]): Polynomial {
    const rank = places.length;
    const together = componentsOf(term, rank);
    let product = constantPolynomial(term.coefficient);
    for (const leaves of together) {
      const [only] = leaves;
      const factor =
        leaves.length === 1 && only !== undefined && only.slots.every((slot) => slot < rank)
          ? this.#pointwise(only, places)
          : this.#contraction(term, leaves, places);
      product = multiplyPolynomials(product, factor);
    }
    return product;
  }

  #pointwise(leaf: Leaf, places: readonly number[]): Polynomial {
    const at = leaf.slots.map((slot) => places[slot] as number);
    const { head } = leaf.head;
    if (head.kind === 'sum' && head.of.dims.length === 0 && !this.#isOpaque(leaf)) {
      // √v·√v is v: a root of one unknown is that unknown to a power.
      const inner = this.read(head.of, []);
      const [only] = inner.values();
      const [power] = only?.powers ?? [];
      if (inner.size === 1 && only?.powers.size === 1 && power !== undefined && isOne(only.coefficient))
        return unknownPolynomial(power[0], multiplyRational(power[1], leaf.power));
    }
    const key = `${leaf.head.digest}@${at.join(',')}`;
    const known = this.#unknowns.get(key);
    const unknown = known ?? {
      key,
      interval: head.kind === 'whole' ? this.wholes(head.value) : intervalOfHead(head, this.ranges),
      ...(head.kind === 'apply' && head.operator.envelope !== undefined ? { envelope: this.#envelope(head.operator, head.args, at) } : {}),
      ...(head.kind === 'symbol' ? { quantity: head.quantity } : {}),
    };
    this.#unknowns.set(key, unknown);
    const [argument] = head.kind === 'apply' ? head.args : [];
    if (head.kind === 'apply' && head.args.length === 1 && argument !== undefined) this.#applied.set(unknown, { operator: head.operator, argument, at });
    return unknownPolynomial(unknown, leaf.power);
  }

  /** A scalar sum that stays one factor when it is expanded. */
  #isOpaque({ head }: Leaf): boolean {
    const of = head.head.kind === 'sum' ? this.workspace.expand(head.head.of) : undefined;
    return of?.terms.some(({ net }) => net.leaves.some((inner) => inner.head === head)) ?? true;
  }

  #envelope(operator: Operator, args: readonly Tensor[], at: readonly number[]): NonNullable<Unknown['envelope']> {
    const envelope = operator.envelope as NonNullable<Operator['envelope']>;
    const inner = args.map((arg) => this.read(arg, arg.dims.length === 0 ? [] : at));
    return { side: envelope.side, pieces: envelope.pieces(POLYNOMIALS, inner) };
  }

  /** Leaves that share summed axes: one unknown. */
  #contraction(term: Term, leaves: readonly Leaf[], places: readonly number[]): Polynomial {
    const rank = places.length;
    const slots = [...new Set(leaves.flatMap((leaf) => leaf.slots))].sort((a, b) => a - b);
    const free = slots.filter((slot) => slot < rank);
    const order = [...free, ...slots.filter((slot) => slot >= rank)];
    const dims = order.map((slot) => term.net.dims[slot] as Term['net']['dims'][number]);
    const net = { dims, leaves: leaves.map((leaf) => ({ ...leaf, slots: leaf.slots.map((slot) => order.indexOf(slot)) })) };
    const tensor = this.workspace.fromTerms(dims.slice(0, free.length), [{ coefficient: ONE, net }]);
    const key = `${tensor.digest}@${free.map((slot) => places[slot]).join(',')}`;
    const unknown = this.#unknowns.get(key) ?? { key, interval: intervalOf(tensor, this.ranges) };
    this.#unknowns.set(key, unknown);
    const squares = order.length === 1 && free.length === 0 ? squaresOf(this.workspace, dims, net.leaves) : undefined;
    if (squares !== undefined) this.#dots.set(unknown, squares);
    const summand = leaves.map((leaf) => intervalOfLeaf(leaf, this.ranges)).reduce(multiplyIntervals, pointInterval(1));
    if (free.length === 0 || summand.low > -Infinity || summand.high < Infinity) this.#sums.set(unknown, { sizes: dims.slice(free.length), summand });
    return unknownPolynomial(unknown);
  }
}

/** Σ a² and Σ b² of the dot product Σ a b of two vectors. */
function squaresOf(workspace: Workspace, dims: Term['net']['dims'], leaves: readonly Leaf[]): readonly [Tensor, Tensor] | undefined {
  const [first, second, ...more] = leaves;
  if (first === undefined || second === undefined || more.length > 0 || first.slots.length !== 1 || second.slots.length !== 1) return undefined;
  const square = (leaf: Leaf): Tensor =>
    workspace.fromTerms([], [{ coefficient: ONE, net: { dims, leaves: [{ ...leaf, power: multiplyRational(leaf.power, rational(2)) }] } }]);
  return [square(first), square(second)];
}

const intervalOfWhole = (value: Whole): Interval => {
  const number = wholeValue(value);
  return number === undefined ? EVERYTHING : pointInterval(number);
};

/** Arithmetic of polynomials, for the pieces of envelopes. */
const POLYNOMIALS = {
  number: (value: Rational | number): Polynomial => constantPolynomial(typeof value === 'number' ? { numerator: BigInt(value), denominator: 1n } : value),
  add: (...terms: readonly Polynomial[]): Polynomial => addPolynomials(...terms),
  subtract: (a: Polynomial, b: Polynomial): Polynomial => addPolynomials(a, scalePolynomial(b, { numerator: -1n, denominator: 1n })),
  multiply: (...factors: readonly Polynomial[]): Polynomial => factors.reduce(multiplyPolynomials),
  divide: (): Polynomial => ZERO_POLYNOMIAL,
  power: (): Polynomial => ZERO_POLYNOMIAL,
  apply: (): Polynomial => ZERO_POLYNOMIAL,
};

/** Leaves grouped by the summed axes that they share. */
function componentsOf(term: Term, rank: number): readonly (readonly Leaf[])[] {
  const groups: Leaf[][] = [];
  for (const leaf of term.net.leaves) {
    const summed = new Set(leaf.slots.filter((slot) => slot >= rank));
    const touching = groups.filter((group) => group.some((other) => other.slots.some((slot) => summed.has(slot))));
    const merged = [...touching.flat(), leaf];
    for (const group of touching) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  return groups;
}
