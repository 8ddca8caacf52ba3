/** What one entry's comparison amounts to. NaN agrees with nothing, itself included. */

export type Verdict = 'agree' | 'wrong' | 'kink' | 'ill-conditioned' | 'non-finite' | 'low-precision' | 'not checked';

export const UNIT_ROUNDOFF = 2 ** -53;

/** How many units of rounding u·S two right values may be apart. Right formulas were never seen beyond 4 (test/check/agreement.txt). */
export const MOST_UNITS = 64;

/** A tolerance beyond this share of the derivative says nothing. */
const USEFUL = 1e-6;

/** Products below this lose digits to underflow. */
const SMALLEST_EXACT = 2 ** -1022 / UNIT_ROUNDOFF;

export interface EntryComparison {
  readonly formula: number;
  readonly numeric: number;
  /** S: the sum of the absolute values of the contributions, with what they inherit. */
  readonly spread: number;
  /** Size of the whole derivative, or of what is differentiated where that is larger: what a useful tolerance is measured by. */
  readonly scale: number;
  /** The branch changes there: the derivative has two sides. */
  readonly isKink: boolean;
}

/** Compares with forward tangents, to a few units of rounding. */
export function judge({ formula, numeric, spread, scale, isKink }: EntryComparison): Verdict {
  if (!Number.isFinite(formula) || !Number.isFinite(numeric)) return 'non-finite';
  const difference = Math.abs(formula - numeric);
  const tolerance = toleranceOf(spread);
  if (isKink) return 'kink';
  const largest = Math.max(Math.abs(formula), Math.abs(numeric), spread);
  if (largest > 0 && largest < SMALLEST_EXACT) return difference <= USEFUL * largest ? 'agree' : 'low-precision';
  if (difference > tolerance) return 'wrong';
  if (difference === 0 && formula === 0) return 'agree';
  return tolerance > USEFUL * Math.max(scale, Math.abs(formula), Math.abs(numeric)) ? 'ill-conditioned' : 'agree';
}

export const toleranceOf = (spread: number): number => MOST_UNITS * UNIT_ROUNDOFF * spread;

/**
 * Compares with differences, which vouch for their own error bar.
 * @param reference the largest entry of the derivative, which errors are measured by
 */
export function judgeDifference(formula: number, numeric: number, errorBar: number, reference: number, tolerance: number): Verdict {
  if (!Number.isFinite(formula) || !Number.isFinite(numeric)) return 'non-finite';
  const difference = Math.abs(formula - numeric);
  if (difference <= tolerance * reference) return 'agree';
  return difference <= 8 * errorBar ? 'low-precision' : 'wrong';
}
