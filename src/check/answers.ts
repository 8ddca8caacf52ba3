/**
 * What the oracles say about a target: forward tangents entry by entry as far as the work allows, signed sums beyond that, and a second opinion by
 * extrapolated differences on a few entries.
 */

import { type Instance, type Program, Random, type Run, type Scope, type SpreadRunner, type TangentRunner } from '../numeric/index.js';
import type { CheckOptions, CheckTarget, Coverage, SecondOpinion } from './check.js';
import { richardsonDifferences } from './differences.js';
import { movable } from './held.js';
import { entryLanes, type LaneQuestion, laneCost, laneQuestion } from './lanes.js';
import type { Oracle, OracleAnswer } from './oracle.js';
import { PROJECTIONS, project } from './projections.js';
import { toleranceOf } from './verdict.js';

export interface AnswerContext {
  readonly run: Run;
  readonly target: CheckTarget;
  readonly options: CheckOptions;
  readonly tangents: TangentRunner;
  readonly spreads: SpreadRunner;
  /** Evaluations that may be made. */
  readonly budget: number;
  /** Share of the work that this target may take. */
  readonly share: number;
}

/** How an entry was compared. */
export const SEEN = { not: 0, tangent: 1, projection: 2, difference: 3 } as const;

/** One value of the letters; arrays have one number for each entry of the formula. */
export interface AnswerPart {
  readonly dims: readonly number[];
  readonly formula: Float64Array;
  readonly numeric: Float64Array;
  readonly spread: Float64Array;
  /** How far two right values may be apart. */
  readonly errorBar: Float64Array;
  readonly seen: Uint8Array;
  readonly kinks: Uint8Array;
}

export interface Answer {
  readonly method: string;
  readonly evaluations: number;
  readonly parts: readonly AnswerPart[];
  /** Largest magnitude of what is differentiated. */
  readonly scale: number;
  readonly coverage?: Coverage;
  readonly second?: SecondOpinion;
}

/** Multiply-adds of one check, a few seconds' worth. */
const WORK = 1e9;
/** At least this many entries of a target are taken one by one. */
const FEWEST = 48;
const SECOND = 3;
/** Of the second opinion, relative to the largest entry. */
const SECOND_TOLERANCE = 1e-6;

function emptyPart({ dims, data }: Instance): AnswerPart {
  const numbers = (): Float64Array => new Float64Array(data.length).fill(Number.NaN);
  return {
    dims,
    formula: Float64Array.from(data),
    numeric: numbers(),
    spread: new Float64Array(data.length),
    errorBar: numbers(),
    seen: new Uint8Array(data.length),
    kinks: new Uint8Array(data.length),
  };
}

/** All entries by an oracle that sees values only. */
export function answerByDifferences({ run, target, budget }: AnswerContext, letters: readonly Scope[], formulas: readonly Instance[], oracle: Oracle): Answer {
  let [evaluations, scale] = [0, 0];
  const parts = formulas.map((formula, k): AnswerPart => {
    const part = emptyPart(formula);
    if (evaluations >= budget) return part;
    const answer = askDifferences(run, target, laneQuestion(run, target, letters[k] as Scope), oracle);
    evaluations += answer.evaluations;
    scale = Math.max(scale, answer.scale);
    part.numeric.set(answer.derivative);
    part.errorBar.set(answer.error);
    part.seen.fill(SEEN.difference);
    return part;
  });
  return { method: oracle.method, evaluations, parts, scale };
}

/** Differences of what is watched by all entries, or by the columns named, of what moves. */
function askDifferences(
  run: Run,
  target: CheckTarget,
  { watched: own, moved, isHeld, letters }: LaneQuestion,
  oracle: Oracle,
  columns?: readonly number[],
): OracleAnswer {
  const place = moved.quantity;
  if (place?.kind !== 'value') return { derivative: new Float64Array(0), error: new Float64Array(0), scale: 0, evaluations: 0 };
  const held = isHeld === undefined ? undefined : (at: { name: string; indices: readonly number[] }) => isHeld(run.instance(at.name, at.indices));
  const { machine, variable } = movable(run, place, held);
  const watched =
    own.quantity === undefined && target.of?.kind === 'tensor'
      ? machine.evaluation(target.of.tensor, letters)
      : machine.instance(own.quantity as NonNullable<Instance['quantity']>, own.dims);
  const program = machine.program([watched]);
  program.run();
  const stale = program.after(new Set([variable]));
  const evaluate = (): Float64Array => {
    stale.run();
    return watched.data;
  };
  const answer = oracle.differentiate({ variable, evaluate, ...(columns === undefined ? {} : { columns }) });
  stale.run();
  return answer;
}

/** Forward tangents. Where they are not finite and the formula is, the differences speak. */
export function answerByTangents(context: AnswerContext, letters: readonly Scope[], formulas: readonly Instance[], program: Program): Answer {
  return new TangentAnswer(context, letters, formulas, program).answer();
}

class TangentAnswer {
  private readonly questions: readonly LaneQuestion[];
  private readonly parts: readonly AnswerPart[];
  private readonly scale: number;
  private evaluations = 0;
  private projected = 0;

  constructor(
    private readonly context: AnswerContext,
    letters: readonly Scope[],
    formulas: readonly Instance[],
    program: Program,
  ) {
    const { run, target, spreads } = context;
    this.questions = letters.map((at) => laneQuestion(run, target, at));
    this.scale = Math.max(0, ...this.questions.map(({ watched }) => watched.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)));
    const found = spreads.of(formulas, program);
    this.parts = formulas.map((formula, k) => {
      const part = emptyPart(formula);
      // A formula that is zero by its form has no terms to round: what is differentiated gives the measure.
      part.spread.set((found[k] as Float64Array).map((spread) => (spread === 0 ? this.scale : spread)));
      return part;
    });
  }

  answer(): Answer {
    const lanes = this.questions.reduce((sum, { moved }) => sum + moved.data.length, 0);
    const chosen = this.chosenLanes(lanes);
    this.questions.forEach((question, k) => {
      const columns = chosen[k] as readonly number[];
      this.compare(k, columns);
      if (columns.length < question.moved.data.length) this.project(k);
    });
    this.repairWithDifferences();
    const second = this.secondOpinion();
    const oneByOne = this.parts.reduce((sum, { seen }) => sum + seen.filter((how) => how === SEEN.tangent || how === SEEN.difference).length, 0);
    return {
      method: this.projected > 0 ? `forward tangents: ${oneByOne} ${oneByOne === 1 ? 'entry' : 'entries'} one by one, all in signed sums` : 'forward tangents',
      evaluations: this.evaluations,
      parts: this.parts,
      scale: this.scale,
      coverage: { oneByOne, ...(this.projected > 0 ? { projected: this.projected, missProbability: 2 ** -PROJECTIONS } : {}) },
      second,
    };
  }

  /** Which entries of what moves are taken one by one, for each value of the letters: all where the work allows it, else a random choice. */
  private chosenLanes(lanes: number): number[][] {
    const { options, budget, share, run } = this.context;
    const [first] = this.questions;
    const cost = first === undefined ? 1 : Math.max(1, laneCost(first.program, run.sizes));
    const affordable = options.entries === 'all' ? lanes : (options.entries ?? Math.max(FEWEST, Math.floor((WORK * share) / cost)));
    const allowed = Math.min(affordable, budget);
    let left = allowed;
    return this.questions.map(({ moved }, k) => {
      const all = Array.from(moved.data.keys());
      const part = lanes <= allowed || budget < affordable ? left : Math.ceil(left / (this.questions.length - k));
      const taken = all.length <= part ? all : new Random(options.seed ?? 0, `entries/${moved.label}`).shuffled(all).slice(0, Math.max(0, Math.floor(part)));
      left -= taken.length;
      return taken;
    });
  }

  private compare(k: number, columns: readonly number[]): void {
    const { moved, watched, program, isHeld } = this.questions[k] as LaneQuestion;
    const part = this.parts[k] as AnswerPart;
    if (columns.length === 0) return;
    this.evaluations += columns.length;
    const { columns: found, kinks } = this.context.tangents.run({
      program,
      watched: [watched],
      directions: entryLanes(moved, columns),
      ...(isHeld === undefined ? {} : { isHeld }),
    });
    const [numbers] = found as [Float64Array];
    for (let i = 0; i < watched.data.length; i++) {
      columns.forEach((column, lane) => {
        const at = i * moved.data.length + column;
        part.numeric[at] = numbers[i * columns.length + lane] as number;
        part.errorBar[at] = toleranceOf(part.spread[at] as number);
        part.kinks[at] = kinks[lane] as number;
        part.seen[at] = SEEN.tangent;
      });
    }
  }

  /** Signed sums of all entries; where they disagree, the entries they lead to, one by one. */
  private project(k: number): void {
    const question = this.questions[k] as LaneQuestion;
    const part = this.parts[k] as AnswerPart;
    const { options, tangents, budget } = this.context;
    if (question.watched.data.length !== 1 || this.evaluations + PROJECTIONS > budget) return;
    const { suspects, left, evaluations } = project(tangents, question, part, options.seed ?? 0);
    this.evaluations += evaluations;
    this.compare(
      k,
      suspects.filter((entry) => part.seen[entry] === SEEN.not),
    );
    if (left > 0) return;
    part.seen.forEach((how, entry) => {
      if (how !== SEEN.not) return;
      part.seen[entry] = SEEN.projection;
      this.projected++;
    });
  }

  /** An exponential of a reference definition may overflow where the operator itself does not. */
  private repairWithDifferences(): void {
    const { run, target } = this.context;
    this.parts.forEach((part, k) => {
      const { moved, watched } = this.questions[k] as LaneQuestion;
      const width = moved.data.length;
      const lost = new Set<number>();
      part.seen.forEach((how, at) => {
        if (how === SEEN.tangent && !Number.isFinite(part.numeric[at]) && Number.isFinite(part.formula[at])) lost.add(at % width);
      });
      if (lost.size === 0 || !watched.data.every(Number.isFinite)) return;
      const columns = [...lost];
      const answer = askDifferences(run, target, this.questions[k] as LaneQuestion, richardsonDifferences(), columns);
      this.evaluations += answer.evaluations;
      for (let i = 0; i < watched.data.length; i++) {
        columns.forEach((column, j) => {
          const at = i * width + column;
          part.numeric[at] = answer.derivative[i * columns.length + j] as number;
          part.errorBar[at] = answer.error[i * columns.length + j] as number;
          part.seen[at] = SEEN.difference;
        });
      }
    });
  }

  /** Differences on a few entries, which know nothing of derivatives at all. */
  private secondOpinion(): SecondOpinion {
    const { run, target, options, budget } = this.context;
    const wanted = options.second ?? SECOND;
    const random = new Random(options.seed ?? 0, 'second opinion');
    let [entries, agree] = [0, 0];
    const oracle = richardsonDifferences({ steps: [2 ** -7, 2 ** -11] });
    for (let n = 0; n < wanted && this.questions.length > 0 && this.evaluations < budget; n++) {
      const k = random.below(this.questions.length);
      const question = this.questions[k] as LaneQuestion;
      const part = this.parts[k] as AnswerPart;
      const column = random.below(Math.max(1, question.moved.data.length));
      if (part.formula.length === 0 || !part.formula.every(Number.isFinite) || part.kinks.includes(1)) continue;
      const answer = askDifferences(run, target, question, oracle, [column]);
      this.evaluations += answer.evaluations;
      const largest = part.formula.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      answer.derivative.forEach((derivative, i) => {
        const bar = answer.error[i] as number;
        // A bar as wide as the derivative says nothing: a kink or a pole is near.
        if (!(bar <= 1e-4 * Math.max(largest, answer.scale))) return;
        entries++;
        const at = i * question.moved.data.length + column;
        const allowed = SECOND_TOLERANCE * largest + 64 * bar + toleranceOf(part.spread[at] as number);
        if (Math.abs(derivative - (part.formula[at] as number)) <= allowed) agree++;
      });
    }
    return { entries, agree };
  }
}
