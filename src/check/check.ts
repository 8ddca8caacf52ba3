/**
 * The check of derived formulas against the forward model, entry by entry.
 *
 * Each target says what is differentiated (the loss, a value, or any tensor such as a gradient), by which value and how far the derivative reaches,
 * and the formula that was derived. The formula is evaluated through the derived equations; the oracles see the forward model and the operators'
 * reference definitions alone. First opinion: forward tangents, to a few units of rounding; second: extrapolated differences, which see values only.
 */

import type { IndexRange } from '../model/model.js';
import type { Reach, Tensor, ValueReference } from '../network/tensor.js';
import { printWhole } from '../notation/spelling.js';
import { entryPosition, lettersIn, type Run, type Scope, SpreadRunner, TangentRunner } from '../numeric/index.js';
import { type Answer, type AnswerContext, type AnswerPart, answerByDifferences, answerByTangents, SEEN } from './answers.js';
import type { Oracle } from './oracle.js';
import { judge, judgeDifference, UNIT_ROUNDOFF, type Verdict } from './verdict.js';

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
  /** How far two right values may be apart there. */
  readonly errorBar: number;
}

/** What was compared how. */
export interface Coverage {
  readonly oneByOne: number;
  /** Entries that were compared in signed sums only, and how likely a wrong one among them was missed. */
  readonly projected?: number;
  readonly missProbability?: number;
}

/** Entries compared once more, with extrapolated differences. */
export interface SecondOpinion {
  readonly entries: number;
  readonly agree: number;
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
  /** Largest difference in units of rounding u·S; right formulas stay far below 64. Absent where no spread is known. */
  readonly maxUnits?: number;
  readonly method: string;
  readonly evaluations: number;
  readonly worst: WorstEntry | null;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  readonly coverage?: Coverage;
  readonly second?: SecondOpinion;
  /** The first value of the formula's own evaluation that is NaN or infinite. */
  readonly firstNonFinite?: string;
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
  /** Differences of this kind in place of forward tangents. */
  readonly oracle?: Oracle;
  /** Of differences, relative to the largest entry of the derivative; 1e-8 unless given. */
  readonly tolerance?: number;
  /** Recorded with the result. */
  readonly seed?: number;
  /** Evaluations allowed altogether, a lane of tangents being one; what is left when they are spent is "not checked". */
  readonly budget?: number;
  /** Entries of each target compared one by one; as many as take a few seconds unless given. The others are compared in signed random sums. */
  readonly entries?: number | 'all';
  /** Entries of each target that get a second opinion; 3 unless given. */
  readonly second?: number;
}

/**
 * Checks formulas on a run whose values have been set. The run's numbers are the same afterwards.
 * Throws an InputError where a target names what the model does not have.
 */
export function checkTargets(run: Run, targets: readonly CheckTarget[], options: CheckOptions = {}): CheckResult {
  run.refresh();
  let left = options.budget ?? Number.POSITIVE_INFINITY;
  const shared = { run, tangents: new TangentRunner(run.machine), spreads: new SpreadRunner(run.machine), share: 1 / Math.max(1, targets.length) };
  const results = targets.map((target) => {
    const result = checkTarget({ ...shared, target, options, budget: left });
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

function checkTarget(context: AnswerContext): TargetResult {
  const { run, target, options } = context;
  const letters = [...lettersIn(target.ranges, run.sizes)];
  const formulas = letters.map((at) => run.machine.evaluation(target.formula, at, target.target));
  const program = run.machine.program(formulas);
  program.run();
  const answer =
    options.oracle === undefined ? answerByTangents(context, letters, formulas, program) : answerByDifferences(context, letters, formulas, options.oracle);
  const bad = program.firstNonFinite();
  const tally = summarise(letters, answer, options.tolerance ?? 1e-8);
  return {
    target: target.target,
    shape: shapeText(target.formula),
    method: answer.method,
    evaluations: answer.evaluations,
    ...tally,
    ...(answer.coverage === undefined ? {} : { coverage: answer.coverage }),
    ...(answer.second === undefined || answer.second.entries === 0 ? {} : { second: answer.second }),
    ...(bad === undefined ? {} : { firstNonFinite: bad.label }),
  };
}

const shapeText = ({ dims }: Tensor): string => (dims.length === 0 ? '1' : dims.map((dim) => printWhole(dim, 'text')).join(' × '));

type Tally = Pick<TargetResult, 'entries' | 'maxRelError' | 'maxErrorBar' | 'maxUnits' | 'worst' | 'verdicts'>;

function summarise(letters: readonly Scope[], answer: Answer, tolerance: number): Tally {
  const reference = referenceOf(answer);
  const scale = Math.max(reference, answer.scale);
  const verdicts: Partial<Record<Verdict, number>> = {};
  let worst: (WorstEntry & { readonly error: number }) | undefined;
  let [entries, maxErrorBar, maxUnits] = [0, 0, 0];
  answer.parts.forEach((part, k) => {
    for (let i = 0; i < part.formula.length; i++) {
      entries++;
      const verdict = verdictOf(part, i, { reference, scale, tolerance });
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      if (part.seen[i] !== SEEN.tangent && part.seen[i] !== SEEN.difference) continue;
      const [formula, numeric, errorBar] = [part.formula[i] as number, part.numeric[i] as number, part.errorBar[i] as number];
      if (Number.isFinite(errorBar)) maxErrorBar = Math.max(maxErrorBar, errorBar);
      const difference = Math.abs(formula - numeric);
      const error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
      if (part.seen[i] === SEEN.tangent && difference > 0 && verdict !== 'kink')
        maxUnits = Math.max(maxUnits, difference / (UNIT_ROUNDOFF * (part.spread[i] as number)));
      if (worst !== undefined && !(error > worst.error)) continue;
      const at = letters[k] === undefined || letters[k].size === 0 ? {} : { at: Object.fromEntries(letters[k]) };
      worst = { entry: entryPosition(i, part.dims), ...at, formula, numeric, errorBar, error };
    }
  });
  const relative = (error: number): number => (error === 0 ? 0 : error / reference);
  const { error = 0, ...shown } = worst ?? { error: 0 };
  return {
    entries,
    maxRelError: relative(error),
    maxErrorBar: relative(maxErrorBar),
    ...(answer.parts.some(({ seen }) => seen.includes(SEEN.tangent)) ? { maxUnits } : {}),
    worst: worst === undefined ? null : (shown as WorstEntry),
    verdicts,
  };
}

function verdictOf(part: AnswerPart, i: number, by: { readonly reference: number; readonly scale: number; readonly tolerance: number }): Verdict {
  const [formula, numeric] = [part.formula[i] as number, part.numeric[i] as number];
  switch (part.seen[i]) {
    case SEEN.tangent:
      return judge({ formula, numeric, spread: part.spread[i] as number, scale: by.scale, isKink: part.kinks[i] === 1 });
    case SEEN.difference:
      return judgeDifference(formula, numeric, part.errorBar[i] as number, by.reference, by.tolerance);
    case SEEN.projection:
      return Number.isFinite(formula) ? 'agree' : 'non-finite';
    default:
      return 'not checked';
  }
}

/**
 * What errors are relative to: the largest entry. Where every entry is no more than the rounding of what was watched (a gradient that is zero because
 * terms cancel), it is the size of what was watched.
 */
function referenceOf({ parts, scale }: Answer): number {
  let largest = 0;
  let widest = 0;
  for (const { formula, numeric, errorBar, seen } of parts) {
    for (let i = 0; i < formula.length; i++) {
      if (Number.isFinite(formula[i])) largest = Math.max(largest, Math.abs(formula[i] as number));
      if (seen[i] !== SEEN.tangent && seen[i] !== SEEN.difference) continue;
      if (Number.isFinite(numeric[i])) largest = Math.max(largest, Math.abs(numeric[i] as number));
      widest = Math.max(widest, errorBar[i] as number);
    }
  }
  return largest <= 4 * widest && widest <= 1e-12 * scale ? scale : largest;
}
