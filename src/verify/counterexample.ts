/**
 * The smallest sizes and simplest numbers at which two sides of a line differ: sizes 1, 2, 3 in turn, values with one decimal.
 */

import { BudgetError, InputError } from '../errors.js';
import type { IndexRange } from '../model/model.js';
import { type Tensor, wholeValue } from '../network/index.js';
import { createRun, entryPosition, lengthsOf, lettersIn, type Run, randomValues } from '../numeric/index.js';
import { Derivatives } from './derivatives.js';
import type { Graph } from './graph.js';
import { indicesOf } from './mutate/sites.js';
import type { Counterexample } from './types.js';

/** A difference that meets the eye, and one that is seen when the numbers are read to the end: taken where no other was found. */
const PLAIN = 0.02;
const FAINT = 1e-4;
const LONGEST = 4;
const WIDEST = 3;

/** Tries sizes from the smallest on; undefined where no difference that can be seen was found. */
export function findCounterexample(graph: Graph, left: Tensor, right: Tensor, ranges: readonly IndexRange[], seed: number): Counterexample | undefined {
  const derivatives = graph.model.workspace.remember(graph.model, 'derivatives', () => new Derivatives(graph));
  let faint: Counterexample | undefined;
  const latest = latestStep(graph, [left, right]);
  const lengths = lengthsOf(graph.sheet);
  for (const sizes of sizesInOrder(graph)) {
    // A line about step 3 says nothing where there are fewer steps.
    if ([...lengths].some((length) => (sizes.get(length) ?? latest) < latest)) continue;
    try {
      const run = createRun(graph.model, sizes, { seed, derivatives: derivatives.resolver(sizes) });
      run.forward(simple(randomValues(run, seed), graph));
      const found = differenceAt(run, left, right, ranges);
      if (found === undefined) continue;
      const shown = { sizes: Object.fromEntries(sizes), seed, ...found };
      if (Math.abs(found.correct - found.yours) > PLAIN) return shown;
      faint ??= shown;
    } catch (error) {
      if (error instanceof InputError || error instanceof BudgetError) continue;
      throw error;
    }
  }
  return faint;
}

/** The latest step that is written as a number. */
function latestStep(graph: Graph, sides: readonly Tensor[]): number {
  const { workspace } = graph.model;
  const quantities = sides.flatMap((side) => workspace.quantities(side).map(({ quantity }) => quantity));
  return Math.max(0, ...quantities.flatMap((quantity) => indicesOf(quantity).map((index) => wholeValue(index) ?? 0)));
}

/** Every width 1, then 2, then 3, with lengths growing beside it: small things first. */
function* sizesInOrder(graph: Graph): Generator<ReadonlyMap<string, number>> {
  const lengths = lengthsOf(graph.sheet);
  for (let total = 2; total <= WIDEST + LONGEST; total += 1) {
    for (let width = 1; width <= WIDEST; width += 1) {
      const length = total - width;
      if (length < 1 || length > LONGEST) continue;
      yield new Map(graph.sheet.sizes.map((size, k) => [size, lengths.has(size) ? length : width === 1 ? 1 : width + (k % 2)]));
    }
  }
}

/** Numbers with one decimal, none of them 0, so that they can be typed in. What a model assumes of a name stays. */
function simple(values: ReadonlyMap<string, Float64Array>, graph: Graph): Map<string, Float64Array> {
  return new Map(
    [...values].map(([key, data]) => {
      const name = key.replace(/\[.*$/, '');
      const assumptions = graph.sheet.declarations.get(name)?.assumptions ?? {};
      return [key, Object.keys(assumptions).length > 0 ? data : data.map((value) => Math.sign(value) * Math.max(0.1, Math.round(Math.abs(value) * 10) / 10))];
    }),
  );
}

function differenceAt(
  run: Run,
  left: Tensor,
  right: Tensor,
  ranges: readonly IndexRange[],
): { readonly entry: readonly number[]; readonly yours: number; readonly correct: number } | undefined {
  let seen: { readonly entry: readonly number[]; readonly yours: number; readonly correct: number } | undefined;
  for (const letters of lettersIn(ranges, run.sizes)) {
    const [a, b] = [run.evaluate(left, letters), run.evaluate(right, letters)];
    const [correct, yours] = [a.data, b.data];
    const gap = (k: number): number => Math.abs((correct[k] as number) - (yours[k] as number));
    let best = -1;
    for (let k = 0; k < correct.length; k += 1) if (gap(k) > FAINT && (best < 0 || gap(k) > gap(best))) best = k;
    if (best < 0) continue;
    const found = { entry: entryPosition(best, a.dims).map((position) => position), yours: yours[best] as number, correct: correct[best] as number };
    if (gap(best) > PLAIN) return found;
    seen ??= found;
  }
  return seen;
}
