/** The result of a check as JSON of the contract: words for what JSON has no number for. */

import { type JsonNumber, jsonNumber } from '../numeric/index.js';
import type { CheckResult, TargetResult } from './check.js';

export interface TargetReport extends Omit<TargetResult, 'maxRelError' | 'maxErrorBar' | 'worst'> {
  /** Null when no number can be given: an entry is not finite, or nothing was checked. */
  readonly maxRelError: JsonNumber | null;
  readonly maxErrorBar: JsonNumber;
  readonly worst: {
    readonly entry: readonly number[];
    readonly at?: Readonly<Record<string, number>>;
    readonly formula: JsonNumber;
    readonly numeric: JsonNumber;
    readonly errorBar: JsonNumber;
  } | null;
}

export interface CheckReport extends Omit<CheckResult, 'targets'> {
  readonly schema: 'chainrule/check/1';
  readonly targets: readonly TargetReport[];
}

export function checkReport({ targets, ...rest }: CheckResult): CheckReport {
  return { schema: 'chainrule/check/1', ...rest, targets: targets.map(targetReport) };
}

function targetReport({ maxRelError, maxErrorBar, worst, ...rest }: TargetResult): TargetReport {
  const shown =
    worst === null ? null : { ...worst, formula: jsonNumber(worst.formula), numeric: jsonNumber(worst.numeric), errorBar: jsonNumber(worst.errorBar) };
  return {
    ...rest,
    maxRelError: worst !== null && Number.isFinite(maxRelError) ? jsonNumber(maxRelError) : null,
    maxErrorBar: jsonNumber(maxErrorBar),
    worst: shown,
  };
}

/** Exit code of the check: 1 when an entry is wrong or not finite, else 4 when one could not be checked, else 0. */
export function checkExitCode({ ok, targets, firstNonFinite }: CheckResult): 0 | 1 | 4 {
  if (ok) return 0;
  const bad = targets.some(({ verdicts }) => (verdicts.wrong ?? 0) + (verdicts['non-finite'] ?? 0) > 0);
  return bad || firstNonFinite !== undefined ? 1 : 4;
}
