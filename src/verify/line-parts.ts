/** What a line carries beside its two sides: letters along axes, letters of steps, conditions. */

import { InputError } from '../errors.js';
import { asWhole, type Context, childrenOf, readCondition } from '../model/index.js';
import type { IndexRange } from '../model/model.js';
import { type Whole, wholeLetter, wholeName, wholeValue } from '../network/index.js';
import type { Condition, Formula, Orientation, Shape } from '../notation/formula.js';
import type { Trailer } from '../notation/syntax.js';
import type { Graph } from './graph.js';

export function axesOf(context: Context): ReadonlyMap<string, Whole> {
  const axes = new Map<string, Whole>();
  for (const [letter, use] of context.scope) if (use.axis !== undefined && use.indexOf === undefined) axes.set(letter, context.solver.resolve(use.axis));
  return axes;
}

export function lettersOf(context: Context): ReadonlyMap<string, IndexRange | undefined> {
  const letters = new Map<string, IndexRange | undefined>();
  for (const [letter, use] of context.scope)
    if (use.axis === undefined || use.indexOf !== undefined) letters.set(letter, use.indexOf === undefined ? undefined : { ...use.indexOf, letter });
  return letters;
}

export const shapeOfAxes = (dims: readonly Whole[], orientation: Orientation): Shape => (dims.length === 1 ? { dims, orientation } : { dims });

export function freeLetters(right: Formula, graph: Graph): readonly string[] {
  const found = new Set<string>();
  const bound = new Set<string>();
  const visit = (node: Formula): void => {
    if (node.kind === 'name' && node.quantity.kind !== 'partial')
      for (const index of node.quantity.indices)
        for (const { letters } of index.monomials) for (const letter of letters) if (!graph.sheet.sizes.includes(letter)) found.add(letter);
    if (node.kind === 'rangeSum' || node.kind === 'rangeProduct' || node.kind === 'axisSum') bound.add(node.letter);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(right);
  return [...found].filter((letter) => !bound.has(letter));
}

export function conditionsOf(trailer: Trailer, context: Context): readonly Condition[] {
  const read = trailer.conditions.flatMap((chain) => {
    try {
      return [readCondition(chain, context)];
    } catch (error) {
      if (error instanceof InputError) return [];
      throw error;
    }
  });
  const ranges = trailer.ranges.map(({ letter, from, to }): Condition => {
    const [low, high] = [asWhole(from), asWhole(to)];
    const at = wholeLetter(letter);
    const falls = low !== undefined && high !== undefined && wholeName(low) !== undefined && wholeValue(high) !== undefined;
    const [a, b] = falls ? [high, low] : [low, high];
    return {
      relations: [
        ...(a === undefined ? [] : [{ left: at, sign: '≥' as const, right: a }]),
        ...(b === undefined ? [] : [{ left: at, sign: '≤' as const, right: b }]),
      ],
    };
  });
  return [...read, ...ranges];
}
