/**
 * A truncated gradient against differences of the forward model in which only so many steps move.
 *
 * With the values of all steps outside a … b held, a difference by a parameter is the sum over losses and uses inside: g(a, b). The loss of step s
 * then sends g(s − k, s) − g(s − k, s − 1) back to its last k steps, and the truncated gradient is the sum of that over s. Nothing here reads an adjoint.
 */

import { movable } from '../../check/held.js';
import { type CheckResult, richardsonDifferences, type TargetResult } from '../../check/index.js';
import type { Model } from '../../model/model.js';
import { type Tensor, type ValueReference, wholeName, wholeValue } from '../../network/index.js';
import { type Place, type Run, randomPoint } from '../../numeric/index.js';
import type { CheckSettings } from '../check-section.js';

export interface TruncatedQuestion {
  readonly model: Model;
  readonly letter: string;
  /** In values only. */
  readonly formula: Tensor;
  readonly by: ValueReference;
  readonly of: ValueReference;
  readonly level: number;
  readonly label: string;
}

const TOLERANCE = 1e-8;

export function compareTruncated(question: TruncatedQuestion, settings: CheckSettings): CheckResult {
  const { model, letter, level, by, formula } = question;
  const length = wholeName(model.letters.get(letter)?.to ?? model.letters.values().next().value?.to ?? { monomials: [], key: '' });
  const sizes = new Map([...(length === undefined ? [] : [[length, Math.min(level + 3, 12)] as const]), ...(settings.sizes ?? [])]);
  const { run, sizes: chosen } = randomPoint(model, settings.seed, { sizes });
  const steps = (length === undefined ? undefined : run.sizes.get(length)) ?? 1;
  const places = placesOf(run, by, letter, steps);
  const ranges = model.declarations.get(by.name)?.indices ?? [];
  let [largest, error, entries, wrong, evaluations] = [Number.MIN_VALUE, 0, 0, 0, 0];
  const pairs = places.map((place) => {
    const scope = new Map([...run.sizes, ...ranges.map(({ letter: own }, axis) => [own, place.indices[axis] as number] as const)]);
    return { claimed: run.evaluate(formula, scope).data, found: differences(question, run, place, steps) };
  });
  for (const { claimed, found } of pairs) {
    evaluations += found.evaluations;
    for (const entry of [...claimed, ...found.derivative]) largest = Math.max(largest, Math.abs(entry));
  }
  for (const { claimed, found } of pairs) {
    claimed.forEach((entry, at) => {
      const off = Math.abs(entry - (found.derivative[at] ?? Number.NaN)) / largest;
      entries += 1;
      if (!(off <= TOLERANCE)) wrong += 1;
      error = Math.max(error, off);
    });
  }
  const shape = formula.dims.length === 0 ? '1' : formula.dims.map(({ key }) => key).join(' × ');
  const target: TargetResult = {
    target: question.label,
    shape,
    entries,
    maxRelError: error,
    maxErrorBar: Math.max(0, ...pairs.map(({ found }) => found.error)) / largest,
    method: 'differences of a few steps',
    evaluations,
    worst: null,
    verdicts: { ...(entries === wrong ? {} : { agree: entries - wrong }), ...(wrong === 0 ? {} : { wrong }) },
  };
  return { ok: wrong === 0, targets: [target], seed: settings.seed, sizes: Object.fromEntries(chosen) };
}

function placesOf(run: Run, by: ValueReference, letter: string, steps: number): readonly Place[] {
  if (by.indices.length === 0) return [{ name: by.name, indices: [] }];
  const fixed = by.indices.map((index) => wholeValue(index));
  if (fixed.every((value) => value !== undefined)) return [{ name: by.name, indices: fixed as number[] }];
  return wholeName(by.indices[0] ?? { monomials: [], key: '' }) === letter && run.sizes.size > 0
    ? Array.from({ length: steps }, (_, at) => ({ name: by.name, indices: [at + 1] }))
    : [];
}

interface Differences {
  readonly derivative: Float64Array;
  readonly error: number;
  readonly evaluations: number;
}

function differences(question: TruncatedQuestion, run: Run, place: Place, steps: number): Differences {
  const { level } = question;
  const [own] = place.indices;
  if (own !== undefined) return inside(question, run, place, own, own + level);
  const sum: Differences[] = [];
  for (let s = 1; s <= steps; s += 1) {
    const first = Math.max(1, s - level);
    sum.push(inside(question, run, place, first, s));
    if (s > first) sum.push(negated(inside(question, run, place, first, s - 1)));
  }
  const total = new Float64Array(sum[0]?.derivative.length ?? 0);
  for (const { derivative } of sum)
    derivative.forEach((value, at) => {
      total[at] = (total[at] ?? 0) + value;
    });
  return { derivative: total, error: sum.reduce((all, each) => all + each.error, 0), evaluations: sum.reduce((all, { evaluations }) => all + evaluations, 0) };
}

const negated = ({ derivative, ...rest }: Differences): Differences => ({ ...rest, derivative: derivative.map((value) => -value) });

/** The derivative of the loss with the computed values of all steps outside a … b held. */
function inside({ model, of }: TruncatedQuestion, run: Run, place: Place, a: number, b: number): Differences {
  const held = ({ name, indices }: Place): boolean => {
    const [at] = indices;
    return name !== of.name && at !== undefined && model.declarations.get(name)?.role === 'computed' && (at < a || at > b);
  };
  const { machine, variable } = movable(run, place, held);
  const watched = machine.instance({ kind: 'value', name: of.name, indices: [] }, []);
  const program = machine.program([watched]);
  program.run();
  const stale = program.after(new Set([variable]));
  const answer = richardsonDifferences().differentiate({
    variable,
    evaluate: () => {
      stale.run();
      return watched.data;
    },
  });
  stale.run();
  return { derivative: answer.derivative, error: Math.max(0, ...answer.error), evaluations: answer.evaluations };
}
