/** What one entry's comparison amounts to. NaN agrees with nothing, itself included. */

export type Verdict = 'agree' | 'wrong' | 'kink' | 'ill-conditioned' | 'non-finite' | 'low-precision' | 'not checked';

/**
 * @param reference the largest entry of the derivative, which errors are measured by
 * @param errorBar what the oracle vouches for
 */
export function judge(formula: number, numeric: number, errorBar: number, reference: number, tolerance: number): Verdict {
  if (!Number.isFinite(formula) || !Number.isFinite(numeric)) return 'non-finite';
  const difference = Math.abs(formula - numeric);
  if (difference <= tolerance * reference) return 'agree';
  return difference <= 8 * errorBar ? 'low-precision' : 'wrong';
}
