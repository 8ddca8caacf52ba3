/**
 * Whether some partials are enough for the chain rule: every path from the target back to the variable must be a chain of them.
 *
 * A partial ∂x/∂r covers every path from x to r, whatever it holds. Paths are followed through the unrolled model at small lengths; what is
 * remembered at each node is only which partials may be under way there, so the search is finite however many paths there are.
 */

import type { Model } from '../model/model.js';
import { evaluateWhole, type ValueReference, wholeNumber } from '../network/index.js';
import { lettersOf } from '../network/whole.js';
import { type Instance, instanceKey, unrolledReads } from './paths.js';

/** A partial as it may be used: ∂numerator/∂denominator for every value of its letters. */
export interface AllowedPartial {
  readonly numerator: ValueReference;
  readonly denominator: ValueReference;
}

export interface Uncovered {
  readonly lengths: ReadonlyMap<string, number>;
  /** From the target to the variable. */
  readonly path: readonly Instance[];
  /** The read at which the last partial under way could no longer be completed. */
  readonly missing: { readonly from: Instance; readonly to: Instance };
}

/** The partials at numbers for their letters. */
function instancesOf(
  model: Model,
  partial: AllowedPartial,
  lengths: ReadonlyMap<string, number>,
): readonly { readonly from: Instance; readonly to: Instance }[] {
  const letters = [...new Set([...partial.numerator.indices, ...partial.denominator.indices].flatMap((index) => [...lettersOf(index)]))].filter(
    (letter) => !lengths.has(letter),
  );
  let settings: ReadonlyMap<string, number>[] = [lengths];
  for (const letter of letters) {
    const range =
      model.letters.get(letter) ?? [...model.declarations.values()].flatMap(({ indices }) => indices).find((candidate) => candidate.letter === letter);
    const [from, to] = [evaluateWhole(range?.from ?? wholeNumber(1), lengths) ?? 1, evaluateWhole(range?.to ?? wholeNumber(1), lengths) ?? 1];
    settings = settings.flatMap((setting) => Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => new Map([...setting, [letter, from + k]])));
  }
  const at = (reference: ValueReference, setting: ReadonlyMap<string, number>): Instance => ({
    name: reference.name,
    indices: reference.indices.map((index) => evaluateWhole(index, setting) ?? 0),
  });
  return settings.map((setting) => ({ from: at(partial.numerator, setting), to: at(partial.denominator, setting) }));
}

const CUT = 'cut';

/** A path that is no chain of the partials, at these lengths; undefined where all are. */
export function uncoveredPath(
  model: Model,
  target: Instance,
  by: Instance,
  partials: readonly AllowedPartial[],
  lengths: ReadonlyMap<string, number>,
): Uncovered | undefined {
  const reads = unrolledReads(model, lengths);
  const from = new Map<string, Set<string>>();
  for (const partial of partials) {
    for (const { from: start, to } of instancesOf(model, partial, lengths))
      from.set(instanceKey(start), (from.get(instanceKey(start)) ?? new Set()).add(instanceKey(to)));
  }
  const goal = instanceKey(by);
  const leads = reaching(goal, reads);
  const seen = new Set<string>();
  const follow = (node: Instance, states: ReadonlySet<string>, path: readonly Instance[]): readonly Instance[] | undefined => {
    const key = instanceKey(node);
    if (key === goal) return states.has(CUT) ? undefined : path;
    const memory = `${key}|${[...states].sort().join()}`;
    if (seen.has(memory)) return undefined;
    seen.add(memory);
    const under = new Set([...states].filter((state) => state !== CUT));
    if (states.has(CUT)) for (const to of from.get(key) ?? []) under.add(to);
    for (const read of reads(node)) {
      if (!leads(read)) continue;
      const next = new Set(under);
      // A partial whose end is reached leaves the path free for the next one.
      if (next.delete(instanceKey(read))) next.add(CUT);
      const found = follow(read, next, [...path, read]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const path = follow(target, new Set([CUT]), [target]);
  return path === undefined ? undefined : { lengths, path, missing: lastFreeStep(path, from) };
}

/** Whether a node leads to the goal. */
function reaching(goal: string, reads: (instance: Instance) => readonly Instance[]): (instance: Instance) => boolean {
  const known = new Map<string, boolean>();
  const leads = (instance: Instance): boolean => {
    const key = instanceKey(instance);
    if (key === goal) return true;
    const done = known.get(key);
    if (done !== undefined) return done;
    known.set(key, false);
    const found = reads(instance).some(leads);
    known.set(key, found);
    return found;
  };
  return leads;
}

/** The read out of the last node that a chain of the partials reaches on the path. */
function lastFreeStep(path: readonly Instance[], from: ReadonlyMap<string, ReadonlySet<string>>): Uncovered['missing'] {
  const free = new Set([0]);
  for (let at = 0; at < path.length; at += 1) {
    if (!free.has(at)) continue;
    const ends = from.get(instanceKey(path[at] as Instance)) ?? new Set<string>();
    path.forEach((node, later) => {
      if (later > at && ends.has(instanceKey(node))) free.add(later);
    });
  }
  const last = Math.min(Math.max(...free), path.length - 2);
  return { from: path[last] as Instance, to: path[last + 1] as Instance };
}

/** Reads of the model as partials: ∂h_t/∂C_t for every value of t. */
export function localPartials(model: Model, reads: (equation: Model['equations'][number]) => readonly ValueReference[]): readonly AllowedPartial[] {
  return model.equations.flatMap((equation) =>
    reads(equation).map((read) => ({ numerator: { name: equation.name, indices: equation.indices }, denominator: read })),
  );
}
