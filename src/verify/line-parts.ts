/** What a line carries beside its two sides: letters along axes, letters of steps, conditions. */

import { InputError } from '../errors.js';
import { asWhole, type Context, childrenOf, readCondition } from '../model/index.js';
import type { IndexRange } from '../model/model.js';
import { lettersOf as lettersOfWhole, type Whole, wholeLetter, wholeName, wholeValue } from '../network/index.js';
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

/**
 * Refuses letters that stand as numbers although nothing says what they count: no index, no axis, no sum, no condition of the line.
 * Throws an InputError (`unknown-name`) at the first one.
 */
export function refuseUnboundLetters(sides: readonly Formula[], context: Context, said: ReadonlySet<string>): void {
  const visit = (node: Formula, bound: ReadonlySet<string>): void => {
    if (node.kind === 'whole')
      for (const letter of lettersOfWhole(node.value)) {
        const use = context.scope.get(letter);
        if (use === undefined || use.indexOf !== undefined || use.axis !== undefined || bound.has(letter) || said.has(letter) || context.sizes.has(letter))
          continue;
        throw new InputError({
          ruleId: 'unknown-name',
          message: `\`${letter}\` is not declared.`,
          why: 'It stands as a number here, and nothing in the line says what it counts.',
          fix: `Declared are ${context.known.slice(0, 12).join(', ')}.`,
          ...(node.region === undefined ? {} : { region: node.region }),
        });
      }
    const binds = node.kind === 'rangeSum' || node.kind === 'rangeProduct' || node.kind === 'axisSum';
    const inside = binds ? new Set([...bound, node.letter]) : bound;
    for (const child of childrenOf(node)) visit(child, inside);
  };
  for (const side of sides) visit(side, new Set());
}

/** Letters that the end of a line speaks of. */
export const lettersSaid = ({ ranges }: Trailer, conditions: readonly Condition[]): ReadonlySet<string> =>
  new Set([
    ...ranges.map(({ letter }) => letter),
    ...conditions.flatMap(({ relations }) => relations.flatMap(({ left, right }) => [...lettersOfWhole(left), ...lettersOfWhole(right)])),
  ]);

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
