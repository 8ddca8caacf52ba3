/**
 * Proofs of P ≥ 0 and P > 0 for polynomials in unknowns of known range.
 *
 * A bounded unknown in which P is affine may be put at the ends of its range; the largest of several expressions may be replaced by any of them
 * where P grows with it, and must hold for each where it falls. Every rule removes an unknown, so the search ends; its steps are counted besides.
 */

import {
  addRational,
  invertRational,
  isNegative,
  isZero,
  multiplyRational,
  powerRational,
  type Rational,
  rational,
  rationalToNumber,
} from '../network/index.js';
import type { Operator } from '../operators/row.js';
import { addIntervals, type Interval, intersection, isNonNegative, isPositive, multiplyIntervals, pointInterval, powerInterval } from './intervals.js';
import {
  addPolynomials,
  byPowerOf,
  constantPolynomial,
  innerUnknowns,
  multiplyPolynomials,
  type Polynomial,
  scalePolynomial,
  substituteEverywhere,
  substituteUnknown,
  type Unknown,
  unknownPolynomial,
  unknownsOf,
  withoutDenominators,
  ZERO_POLYNOMIAL,
} from './polynomial.js';

/** The rules that a proof may use; their order here is the order in which they are explained. */
export type InequalityRule = 'growth' | 'signs' | 'pieces' | 'ends' | 'ranges' | 'square' | 'hypothesis' | 'cases' | 'squares';

export interface InequalityProof {
  readonly rules: ReadonlySet<InequalityRule>;
  /** Unknowns whose range was used. */
  readonly bounded: ReadonlySet<Unknown>;
  /** Unknowns that were put at the ends of their range. */
  readonly atEnds: ReadonlySet<Unknown>;
  /** Unknowns whose range is what is assumed of them. */
  readonly assumed?: ReadonlySet<Unknown>;
  /** What was used of functions and sums. */
  readonly facts: ReadonlySet<Fact>;
}

/** Something known of functions and sums: σ grows; exp lies above its tangent; a dot product is at most the product of the norms; a sum of bounded values. */
export type Fact = { readonly kind: 'order' | 'tangent'; readonly operator: Operator } | { readonly kind: 'dot' } | { readonly kind: 'sum' };

/** What is known: a polynomial that is not negative, or (`strict`) positive. */
export interface Hypothesis {
  readonly polynomial: Polynomial;
  readonly strict: boolean;
  /** Why it is known; it is assumed where this is missing. */
  readonly fact?: Fact;
}

/** Steps that several searches share. */
export interface Effort {
  left: number;
}

/** Steps of a search, and of one that only asks whether a fact applies. */
const MOST_STEPS = 4000;
const FEW_STEPS = 60;
const MOST_DEGREE = 8;
/** Ways of using the hypotheses that are tried. */
const MOST_GOALS = 48;

/**
 * Proves P ≥ 0, or P > 0, wherever the hypotheses hold and every unknown lies in its range. Undefined where no proof was found.
 */
export function proveSign(
  polynomial: Polynomial,
  strict: boolean,
  hypotheses: readonly Hypothesis[] = [],
  effort: Effort = { left: MOST_STEPS },
): InequalityProof | undefined {
  return new Search(MOST_STEPS, effort).proveUnder(polynomial, strict, hypotheses.flatMap(piecesOfHypothesis));
}

/** The same with little effort: what is not plain is left. */
export function proveSignQuickly(polynomial: Polynomial, strict: boolean, hypotheses: readonly Hypothesis[] = []): InequalityProof | undefined {
  return new Search(FEW_STEPS, { left: FEW_STEPS }).proveUnder(polynomial, strict, hypotheses.flatMap(piecesOfHypothesis));
}

const proofOf = (
  rule: InequalityRule | undefined,
  parts: readonly InequalityProof[] = [],
  bounded: readonly Unknown[] = [],
  atEnds: readonly Unknown[] = [],
  facts: readonly Fact[] = [],
): InequalityProof => ({
  rules: new Set([...(rule === undefined ? [] : [rule]), ...parts.flatMap((part) => [...part.rules])]),
  bounded: new Set([...bounded, ...parts.flatMap((part) => [...part.bounded])]),
  atEnds: new Set([...atEnds, ...parts.flatMap((part) => [...part.atEnds])]),
  facts: new Set([...facts, ...parts.flatMap((part) => [...part.facts])]),
});

/** What the use of a hypothesis adds to a proof. */
const useOf = ({ fact }: Hypothesis): InequalityProof => (fact === undefined ? proofOf('hypothesis') : proofOf(undefined, [], [], [], [fact]));

/** |u| ≤ c says u ≤ c and −u ≤ c: where an envelope can only lower a hypothesis, each of its pieces obeys it. */
function piecesOfHypothesis(given: Hypothesis): readonly Hypothesis[] {
  const { polynomial: hypothesis } = given;
  for (const unknown of unknownsOf(hypothesis)) {
    const { envelope } = unknown;
    const parts = byPowerOf(hypothesis, unknown);
    const slope = parts?.get(1);
    if (envelope === undefined || parts === undefined || slope === undefined || [...parts.keys()].some((power) => power > 1)) continue;
    const sign = signOf(slope);
    if (sign === undefined || (envelope.side === 'upper') !== sign < 0) continue;
    return envelope.pieces.flatMap((piece) => piecesOfHypothesis({ ...given, polynomial: substituteUnknown(hypothesis, unknown, piece) ?? hypothesis }));
  }
  return [given];
}

/** Which values a polynomial can take, term by term. */
function rangeOf(polynomial: Polynomial, ranges: (unknown: Unknown) => Interval): Interval {
  return [...polynomial.values()]
    .map(({ coefficient, powers }) =>
      [...powers].map(([unknown, power]) => powerInterval(ranges(unknown), power)).reduce(multiplyIntervals, pointInterval(rationalToNumber(coefficient))),
    )
    .reduce(addIntervals, pointInterval(0));
}

const plainRange = (unknown: Unknown): Interval => unknown.interval;

/** −1 or 1 where the polynomial keeps that sign (or is 0). */
function signOf(polynomial: Polynomial): 1 | -1 | undefined {
  const range = rangeOf(polynomial, plainRange);
  return range.low >= 0 ? 1 : range.high <= 0 ? -1 : undefined;
}

/** Case splits nested in one another. */
const MOST_CASES = 3;

class Search {
  readonly #tightened = new Map<Unknown, Interval>();
  /** The hypotheses behind narrowed ranges. */
  readonly #narrowing = new Map<Unknown, readonly Hypothesis[]>();
  #steps = 0;
  #cases = 0;
  #slacks = 0;

  constructor(
    readonly mostSteps: number,
    readonly effort: Effort,
  ) {}

  /** Under the hypotheses; those of one unknown narrow its range, the others are solved for one of theirs. */
  proveUnder(polynomial: Polynomial, strict: boolean, hypotheses: readonly Hypothesis[]): InequalityProof | undefined {
    const others = hypotheses.filter((hypothesis) => !this.#tighten(hypothesis));
    const goals: { goal: Polynomial; used: readonly Hypothesis[] }[] = [{ goal: polynomial, used: [] }];
    for (const hypothesis of others) {
      if (goals.length > MOST_GOALS) break;
      goals.push(...goals.flatMap(({ goal, used }) => (this.#solved(goal, hypothesis) ?? []).map((next) => ({ goal: next, used: [...used, hypothesis] }))));
    }
    for (const { goal, used } of goals) {
      const proof = this.prove(goal, strict);
      if (proof !== undefined) return used.length > 0 ? proofOf(undefined, [proof, ...used.map(useOf)]) : proof;
    }
    return others.length === 0 ? undefined : this.#piecesUnder(polynomial, strict, others);
  }

  /** An envelope in which the polynomial falls, piece by piece, each with the hypotheses at hand. */
  #piecesUnder(polynomial: Polynomial, strict: boolean, hypotheses: readonly Hypothesis[]): InequalityProof | undefined {
    for (const unknown of unknownsOf(polynomial)) {
      const { envelope } = unknown;
      if (envelope === undefined || this.#direction(polynomial, unknown) !== (envelope.side === 'upper' ? -1 : 1)) continue;
      const parts = envelope.pieces.map((piece) => {
        const goal = substituteUnknown(polynomial, unknown, piece);
        return goal === undefined ? undefined : this.proveUnder(goal, strict, hypotheses);
      });
      return parts.every((part) => part !== undefined) ? proofOf('pieces', parts) : undefined;
    }
    return undefined;
  }

  /** a·x + b ≥ 0 of one unknown narrows its range. */
  #tighten(given: Hypothesis): boolean {
    const { polynomial: hypothesis, strict } = given;
    const [unknown, ...more] = unknownsOf(hypothesis);
    const parts = unknown === undefined || more.length > 0 ? undefined : byPowerOf(hypothesis, unknown);
    if (unknown === undefined || parts === undefined || [...parts.keys()].some((power) => power > 1)) return false;
    const slope = constantOf(parts.get(1) ?? ZERO_POLYNOMIAL);
    const rest = constantOf(parts.get(0) ?? ZERO_POLYNOMIAL);
    if (slope === undefined || rest === undefined || isZero(slope)) return false;
    const bound = -rationalToNumber(rest) / rationalToNumber(slope);
    const slack = rationalOf(bound) === undefined ? Math.abs(bound) * 4e-16 : 0;
    const half: Interval = isNegative(slope)
      ? { low: -Infinity, high: bound + slack, lowOpen: true, highOpen: strict }
      : { low: bound - slack, high: Infinity, lowOpen: strict, highOpen: true };
    this.#tightened.set(unknown, intersection(this.#range(unknown), half));
    this.#narrowing.set(unknown, [...(this.#narrowing.get(unknown) ?? []), given]);
    return true;
  }

  /** H ≥ 0 says that an unknown of constant slope in it is what the others make of it, and something not negative more. */
  #solved(goal: Polynomial, { polynomial: given, strict }: Hypothesis): readonly Polynomial[] | undefined {
    const hypothesis = withoutDenominators(given, (unknown) => this.#range(unknown).low >= 0);
    return unknownsOf(hypothesis).flatMap((unknown) => {
      const parts = byPowerOf(hypothesis, unknown);
      const slope = parts === undefined || [...parts.keys()].some((power) => power > 1) ? undefined : constantOf(parts.get(1) ?? ZERO_POLYNOMIAL);
      if (parts === undefined || slope === undefined || isZero(slope) || unknown.envelope !== undefined) return [];
      const more: Unknown = { key: `slack ${(this.#slacks += 1)}`, interval: { low: 0, high: Infinity, lowOpen: strict, highOpen: true } };
      const value = scalePolynomial(
        addPolynomials(unknownPolynomial(more), scalePolynomial(parts.get(0) ?? ZERO_POLYNOMIAL, rational(-1))),
        invertRational(slope),
      );
      const found = substituteEverywhere(goal, unknown, value);
      return found === undefined || found === goal ? [] : [found];
    });
  }

  #range(unknown: Unknown): Interval {
    return this.#tightened.get(unknown) ?? unknown.interval;
  }

  prove(given: Polynomial, strict: boolean): InequalityProof | undefined {
    this.#steps += 1;
    this.effort.left -= 1;
    if (this.#steps > this.mostSteps || this.effort.left < 0) return undefined;
    const polynomial = withoutDenominators(given, (unknown) => this.#range(unknown).low >= 0);
    const constant = constantOf(polynomial);
    if (constant !== undefined) return isNegative(constant) || (strict && isZero(constant)) ? undefined : proofOf(undefined);
    return (
      this.#byRanges(polynomial, strict) ??
      this.#bySquare(polynomial, strict) ??
      this.#byAllPieces(polynomial, strict) ??
      this.#byEnds(polynomial, strict) ??
      this.#byCurve(polynomial, strict) ??
      this.#byOnePiece(polynomial, strict) ??
      this.#byCases(polynomial, strict)
    );
  }

  /** What narrowed the range of an unknown. */
  #usesOf(unknown: Unknown): readonly InequalityProof[] {
    return this.#tightened.has(unknown) ? (this.#narrowing.get(unknown) ?? []).map(useOf) : [];
  }

  #all(goals: readonly (readonly [Polynomial | undefined, boolean])[]): readonly InequalityProof[] | undefined {
    const found: InequalityProof[] = [];
    for (const [goal, strict] of goals) {
      const proof = goal === undefined ? undefined : this.prove(goal, strict);
      if (proof === undefined) return undefined;
      found.push(proof);
    }
    return found;
  }

  #byRanges(polynomial: Polynomial, strict: boolean): InequalityProof | undefined {
    const range = rangeOf(polynomial, (unknown) => this.#range(unknown));
    if (!(strict ? isPositive(range) : isNonNegative(range))) return undefined;
    const unknowns = unknownsOf(polynomial);
    return proofOf(
      'ranges',
      unknowns.flatMap((unknown) => this.#usesOf(unknown)),
      unknowns.flatMap((unknown) => [unknown, ...innerUnknowns(unknown)]),
    );
  }

  /** An envelope is always one of its pieces: if all of them will do, it does. Taken where the polynomial falls with the larger or grows with the smaller. */
  #byAllPieces(polynomial: Polynomial, strict: boolean): InequalityProof | undefined {
    for (const unknown of unknownsOf(polynomial)) {
      const { envelope } = unknown;
      if (envelope === undefined || this.#direction(polynomial, unknown) !== (envelope.side === 'upper' ? -1 : 1)) continue;
      const parts = this.#all(envelope.pieces.map((piece) => [substituteUnknown(polynomial, unknown, piece), strict]));
      return parts === undefined ? undefined : proofOf('pieces', parts);
    }
    return undefined;
  }

  /** Where the polynomial grows with the larger of several, any of them, or their mean, is a lower bound. */
  #byOnePiece(polynomial: Polynomial, strict: boolean): InequalityProof | undefined {
    for (const unknown of unknownsOf(polynomial)) {
      const { envelope } = unknown;
      if (envelope === undefined || this.#direction(polynomial, unknown) !== (envelope.side === 'upper' ? 1 : -1)) continue;
      const mean = scalePolynomial(addPolynomials(...envelope.pieces), rational(1, envelope.pieces.length));
      for (const piece of [...envelope.pieces, mean]) {
        const parts = this.#all([[substituteUnknown(polynomial, unknown, piece), strict]]);
        if (parts !== undefined) return proofOf('pieces', parts);
      }
    }
    return undefined;
  }

  /** 1 where the polynomial grows with an unknown, −1 where it falls. */
  #direction(polynomial: Polynomial, unknown: Unknown): 1 | -1 | undefined {
    const parts = byPowerOf(polynomial, unknown);
    if (parts === undefined) return undefined;
    const higher = [...parts].filter(([power]) => power > 0);
    if (higher.some(([power]) => power > 1) && this.#range(unknown).low < 0) return undefined;
    const slopes = higher.map(([, slope]) => rangeOf(slope, (inner) => this.#range(inner)));
    return slopes.every(isNonNegative) ? 1 : slopes.every((slope) => slope.high <= 0) ? -1 : undefined;
  }

  /** Affine in an unknown: smallest at one of its ends; on an unbounded side the slope must point away. */
  #byEnds(polynomial: Polynomial, strict: boolean): InequalityProof | undefined {
    const unknowns = unknownsOf(polynomial);
    const inside = new Set(unknowns.flatMap(innerUnknowns));
    for (const unknown of unknowns) {
      const parts = byPowerOf(polynomial, unknown);
      if (unknown.envelope !== undefined || inside.has(unknown) || parts === undefined || [...parts.keys()].some((power) => power > 1)) continue;
      const range = this.#range(unknown);
      if (range.low === -Infinity && range.high === Infinity) continue;
      const found = this.#atEnds(parts.get(1) ?? ZERO_POLYNOMIAL, parts.get(0) ?? ZERO_POLYNOMIAL, range, strict);
      if (found !== undefined) return proofOf('ends', [...found, ...this.#usesOf(unknown)], [unknown], [unknown]);
    }
    return undefined;
  }

  #atEnds(slope: Polynomial, rest: Polynomial, { low, high, lowOpen, highOpen }: Interval, strict: boolean): readonly InequalityProof[] | undefined {
    const at = (value: number): Polynomial | undefined => {
      const exact = Number.isFinite(value) ? rationalOf(value) : undefined;
      return exact === undefined ? undefined : addPolynomials(multiplyPolynomials(slope, constantPolynomial(exact)), rest);
    };
    const [left, right] = [at(low), at(high)];
    if (left === undefined && right === undefined) return undefined;
    if (left === undefined || right === undefined) {
      const [end, open, away] = left === undefined ? [right, highOpen, scalePolynomial(slope, rational(-1))] : [left, lowOpen, slope];
      return (
        this.#all([
          [end, strict],
          [away, false],
        ]) ??
        (strict && open
          ? this.#all([
              [end, false],
              [away, true],
            ])
          : undefined)
      );
    }
    if (!strict)
      return this.#all([
        [left, false],
        [right, false],
      ]);
    // An end that is never reached may be 0 where the other is not.
    return (
      this.#all([
        [left, !lowOpen],
        [right, true],
      ]) ??
      this.#all([
        [left, true],
        [right, !highOpen],
      ])
    );
  }

  /** a x² + b x + c with a > 0 is a square and what is left of it: 4ac − b² decides. */
  #bySquare(polynomial: Polynomial, strict: boolean): InequalityProof | undefined {
    for (const unknown of unknownsOf(polynomial)) {
      const parts = byPowerOf(polynomial, unknown);
      const leading = parts?.get(2);
      if (parts === undefined || leading === undefined || [...parts.keys()].some((power) => power > 2)) continue;
      if (!isPositive(rangeOf(leading, (inner) => this.#range(inner)))) continue;
      const [linear, rest] = [parts.get(1) ?? ZERO_POLYNOMIAL, parts.get(0) ?? ZERO_POLYNOMIAL];
      const left = addPolynomials(
        scalePolynomial(multiplyPolynomials(leading, rest), rational(4)),
        scalePolynomial(multiplyPolynomials(linear, linear), rational(-1)),
      );
      const found = this.#all([[left, strict]]);
      if (found !== undefined) return proofOf('square', found);
    }
    return undefined;
  }

  /** Of higher degree in a bounded unknown: the coefficients of Bernstein's form are bounds, and every one of them must keep the sign. */
  #byCurve(polynomial: Polynomial, strict: boolean): InequalityProof | undefined {
    for (const unknown of unknownsOf(polynomial)) {
      const parts = byPowerOf(polynomial, unknown);
      const degree = Math.max(0, ...(parts?.keys() ?? []));
      if (parts === undefined || unknown.envelope !== undefined || degree < 2 || degree > MOST_DEGREE) continue;
      const range = this.#range(unknown);
      const coefficients = bernsteinCoefficients(parts, degree, range);
      if (coefficients === undefined) continue;
      const firm = strict ? this.#firmCoefficient(coefficients, range) : undefined;
      if (strict && firm === undefined) continue;
      const found = this.#all(coefficients.map((coefficient, at) => [coefficient, firm?.includes(at) === true]));
      if (found !== undefined) return proofOf('ends', [...found, proofOf('ranges')], [unknown], []);
    }
    return undefined;
  }

  /** Which coefficients must be positive: those of closed ends, else any one that is. */
  #firmCoefficient(coefficients: readonly Polynomial[], { low, high, lowOpen, highOpen }: Interval): readonly number[] | undefined {
    const ends = [...(lowOpen || low === -Infinity ? [] : [0]), ...(highOpen || high === Infinity ? [] : [coefficients.length - 1])];
    if (ends.length > 0) return ends;
    const any = coefficients.findIndex((coefficient) => isPositive(rangeOf(coefficient, (inner) => this.#range(inner))));
    return any < 0 ? undefined : [any];
  }

  /** Whichever piece an envelope is, the others are not beyond it. */
  #byCases(polynomial: Polynomial, strict: boolean): InequalityProof | undefined {
    if (this.#cases >= MOST_CASES) return undefined;
    for (const unknown of unknownsOf(polynomial)) {
      const { envelope } = unknown;
      if (envelope === undefined) continue;
      this.#cases += 1;
      const parts = envelope.pieces.map((piece) => {
        const goal = substituteUnknown(polynomial, unknown, piece);
        const side = envelope.side === 'upper' ? rational(1) : rational(-1);
        const beyond = envelope.pieces
          .filter((other) => other !== piece)
          .map((other) => scalePolynomial(addPolynomials(piece, scalePolynomial(other, rational(-1))), side));
        return goal === undefined
          ? undefined
          : this.#underCase(
              goal,
              strict,
              beyond.map((one) => ({ polynomial: one, strict: false })),
            );
      });
      this.#cases -= 1;
      if (parts.every((part) => part !== undefined)) return proofOf('cases', parts);
    }
    return undefined;
  }

  #underCase(goal: Polynomial, strict: boolean, hypotheses: readonly Hypothesis[]): InequalityProof | undefined {
    const before = new Map(this.#tightened);
    let goals: readonly Polynomial[] = [goal];
    for (const hypothesis of hypotheses) {
      if (this.#tighten({ ...hypothesis, polynomial: withoutDenominators(hypothesis.polynomial, (unknown) => this.#range(unknown).low >= 0) })) continue;
      goals = [...goals.flatMap((one) => this.#solved(one, hypothesis) ?? []), ...goals];
    }
    let found: InequalityProof | undefined;
    for (const one of goals) found ??= this.prove(one, strict);
    this.#tightened.clear();
    for (const [unknown, range] of before) this.#tightened.set(unknown, range);
    return found;
  }
}

const binomial = (n: number, k: number): number => (k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k);

/** Coefficients on [a, b] in Bernstein's form; on a half-line, of the powers of the distance from its end. */
function bernsteinCoefficients(parts: ReadonlyMap<number, Polynomial>, degree: number, { low, high }: Interval): readonly Polynomial[] | undefined {
  const [from, to] = [rationalOf(low), rationalOf(high)];
  const bounded = from !== undefined && to !== undefined;
  if (from === undefined && to === undefined) return undefined;
  const start = (from ?? to) as Rational;
  const width = bounded ? addRational(to, multiplyRational(rational(-1), from)) : rational(from === undefined ? -1 : 1);
  const shifted = Array.from({ length: degree + 1 }, (_, k) =>
    addPolynomials(
      ...[...parts].flatMap(([power, part]) =>
        power < k
          ? []
          : [scalePolynomial(part, multiplyRational(rational(binomial(power, k)), multiplyRational(powerRational(start, power - k), powerRational(width, k))))],
      ),
    ),
  );
  if (!bounded) return shifted;
  return shifted.map((_, j) =>
    addPolynomials(...shifted.slice(0, j + 1).map((part, k) => scalePolynomial(part, rational(binomial(j, k), binomial(degree, k))))),
  );
}

function constantOf(polynomial: Polynomial): Rational | undefined {
  if (polynomial.size === 0) return rational(0);
  const only = polynomial.get('');
  return polynomial.size === 1 ? only?.coefficient : undefined;
}

/** A double that is a short binary fraction, exactly; undefined for others. */
function rationalOf(value: number): Rational | undefined {
  const scaled = value * 4096;
  return Number.isInteger(scaled) && Math.abs(scaled) < 2 ** 52 ? rational(BigInt(scaled), 4096n) : undefined;
}
