/**
 * The check of derived formulas against an oracle, entry by entry.
 *
 * Each target says what is differentiated (the loss, a value, or any tensor such as a gradient), by which value and how far the derivative reaches,
 * and the formula that was derived. The formula is evaluated through the derived equations; the oracle sees the forward model alone.
 */

import type { IndexRange } from '../model/model.js';
import type { Reach, Tensor, ValueReference } from '../network/tensor.js';
import { printWhole } from '../notation/spelling.js';
import { entryPosition, lettersIn, type NumericArray, numberOf, type Place, type Run, type Scope } from '../numeric/index.js';
import { richardsonDifferences } from './differences.js';
import { heldPlaces, movable } from './held.js';
import type { Oracle, OracleAnswer } from './oracle.js';
import { judge, type Verdict } from './verdict.js';

export interface CheckTarget {
  /** As printed: `∂J/∂W_f`. */
  readonly target: string;
  /** What is differentiated; the loss when absent. */
  readonly of?: ({ readonly kind: 'value' } & ValueReference) | { readonly kind: 'tensor'; readonly tensor: Tensor };
  /** By which value: a parameter, an input, a boundary value or a computed name. */
  readonly by: ValueReference;
  /** Total unless given. */
  readonly reach?: Reach;
  /** Letters of the formula and where they run; the check covers all their values. */
  readonly ranges: readonly IndexRange[];
  /** The derived formula; axes: those of what is differentiated, then those of `by`. */
  readonly formula: Tensor;
}

export interface WorstEntry {
  /** Positions from 1. */
  readonly entry: readonly number[];
  /** Values of the letters, for targets that run over an index. */
  readonly at?: Readonly<Record<string, number>>;
  readonly formula: number;
  readonly numeric: number;
  /** Error bar of the numeric value. */
  readonly errorBar: number;
}

export interface TargetResult {
  readonly target: string;
  /** Sizes as the model names them: `n × d`; `1` for a scalar. */
  readonly shape: string;
  readonly entries: number;
  /** Relative to the largest entry of the derivative. */
  readonly maxRelError: number;
  /** Widest error bar of the oracle, relative to the same. */
  readonly maxErrorBar: number;
  readonly method: string;
  readonly evaluations: number;
  readonly worst: WorstEntry | null;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
}

export interface CheckResult {
  /** Every entry agrees. */
  readonly ok: boolean;
  readonly targets: readonly TargetResult[];
  readonly seed: number;
  readonly sizes: Readonly<Record<string, number>>;
  /** The first value of the forward pass that is NaN or infinite. */
  readonly firstNonFinite?: string;
}

export interface CheckOptions {
  readonly oracle?: Oracle;
  /** Relative to the largest entry of the derivative; 1e-8 unless given. */
  readonly tolerance?: number;
  /** Recorded with the result. */
  readonly seed?: number;
  /** Forward evaluations allowed altogether; what is left when they are spent is "not checked". */
  readonly budget?: number;
}

/**
 * Checks formulas on a run whose values have been set. The run's numbers are the same afterwards.
 * Throws an InputError where a target names what the model does not have.
 */
export function checkTargets(run: Run, targets: readonly CheckTarget[], options: CheckOptions = {}): CheckResult {
  run.refresh();
  let left = options.budget ?? Number.POSITIVE_INFINITY;
  const results = targets.map((target) => {
    const result = checkTarget(run, target, options, left);
    left -= result.evaluations;
    return result;
  });
  const bad = run.firstNonFinite();
  return {
    ok: bad === undefined && results.every(({ entries, verdicts }) => (verdicts.agree ?? 0) === entries),
    targets: results,
    seed: options.seed ?? 0,
    sizes: Object.fromEntries(run.sizes),
    ...(bad === undefined ? {} : { firstNonFinite: bad.label }),
  };
}

/** One value of the letters: what the formula says and what the oracle says. */
interface Comparison {
  readonly letters: Scope;
  readonly formula: NumericArray;
  readonly answer: OracleAnswer | undefined;
}

function checkTarget(run: Run, target: CheckTarget, { oracle = richardsonDifferences(), tolerance = 1e-8 }: CheckOptions, budget: number): TargetResult {
  const comparisons: Comparison[] = [];
  let evaluations = 0;
  for (const letters of lettersIn(target.ranges, run.sizes)) {
    const formula = run.evaluate(target.formula, letters);
    const answer = evaluations < budget ? ask(run, target, letters, oracle) : undefined;
    evaluations += answer?.evaluations ?? 0;
    comparisons.push({ letters, formula, answer });
  }
  return { target: target.target, method: oracle.method, evaluations, shape: shapeText(target.formula), ...summarise(comparisons, tolerance) };
}

function ask(run: Run, { of, by, reach = 'total' }: CheckTarget, letters: Scope, oracle: Oracle): OracleAnswer {
  const scope = new Map([...run.sizes, ...letters]);
  const placeOf = ({ name, indices }: ValueReference): Place => ({ name, indices: indices.map((index) => numberOf(index, scope)) });
  const numerator = of?.kind === 'value' ? placeOf(of) : lossOf(run);
  const { machine, variable } = movable(run, placeOf(by), heldPlaces(run.model, of?.kind === 'tensor' ? undefined : numerator, reach));
  const watched = of?.kind === 'tensor' ? machine.evaluation(of.tensor, letters) : machine.instance({ kind: 'value', ...numerator }, run.dims(numerator.name));
  const program = machine.program([watched]);
  program.run();
  const stale = program.after(new Set([variable]));
  const evaluate = (): Float64Array => {
    stale.run();
    return watched.data;
  };
  const answer = oracle.differentiate({ variable, evaluate });
  stale.run();
  return answer;
}

const shapeText = ({ dims }: Tensor): string => (dims.length === 0 ? '1' : dims.map((dim) => printWhole(dim, 'text')).join(' × '));

const lossOf = (run: Run): Place => ({ name: run.loss().label, indices: [] });

function summarise(comparisons: readonly Comparison[], tolerance: number): Omit<TargetResult, 'target' | 'shape' | 'method' | 'evaluations'> {
  const reference = referenceOf(comparisons);
  const verdicts: Partial<Record<Verdict, number>> = {};
  let worst: (WorstEntry & { readonly error: number }) | undefined;
  let entries = 0;
  let maxErrorBar = 0;
  for (const { letters, formula, answer } of comparisons) {
    for (let k = 0; k < formula.data.length; k++) {
      entries++;
      const value = formula.data[k] as number;
      const numeric = answer?.derivative[k] ?? Number.NaN;
      const errorBar = answer?.error[k] ?? Number.POSITIVE_INFINITY;
      const verdict: Verdict = answer === undefined ? 'not checked' : judge(value, numeric, errorBar, reference, tolerance);
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      if (answer === undefined) continue;
      if (Number.isFinite(errorBar)) maxErrorBar = Math.max(maxErrorBar, errorBar);
      const difference = Math.abs(value - numeric);
      const error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
      if (worst === undefined || error > worst.error) {
        const at = letters.size === 0 ? {} : { at: Object.fromEntries(letters) };
        worst = { entry: entryPosition(k, formula.dims), ...at, formula: value, numeric, errorBar, error };
      }
    }
  }
  const relative = (error: number): number => (error === 0 ? 0 : error / reference);
  const { error = 0, ...shown } = worst ?? { error: 0 };
  return {
    entries,
    maxRelError: relative(error),
    maxErrorBar: relative(maxErrorBar),
    worst: worst === undefined ? null : (shown as WorstEntry),
    verdicts,
  };
}

/**
 * What errors are relative to: the largest entry. Where every entry is no more than the rounding of what was watched (a gradient that is zero because
 * terms cancel), it is the size of what was watched.
 */
function referenceOf(comparisons: readonly Comparison[]): number {
  let largest = 0;
  let widest = 0;
  let scale = 0;
  for (const { formula, answer } of comparisons) {
    for (const value of formula.data) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
    if (answer === undefined) continue;
    for (const value of answer.derivative) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
    for (const bar of answer.error) widest = Math.max(widest, bar);
    scale = Math.max(scale, answer.scale);
  }
  return largest <= 4 * widest && widest <= 1e-12 * scale ? scale : largest;
}
