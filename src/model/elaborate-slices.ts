/** Blocks cut out of a value by their places: W[:, 1:n], W_O[(k-1)m+1:km, :]. */

import { evaluateWhole, lettersOf, subtractWhole, type Whole, wholeNumber } from '../network/whole.js';
import type { Formula } from '../notation/formula.js';
import type { Syntax } from '../notation/syntax.js';
import { type Context, fail } from './context.js';
import { elaborate } from './elaborate.js';
import { formula } from './formulas.js';
import { readWhole } from './wholes.js';

type Slice = Extract<Syntax, { readonly kind: 'slice' }>;

/** Sizes at which a block is tried. */
const TRIED = [1, 2, 3];
const MOST_TRIED = 2000;

/** Places count from 1 and are both inside; in NumPy they count from 0, and the last is outside. Throws an InputError where a block is not inside its axis. */
export function elaborateSlice(syntax: Slice, context: Context): Formula {
  const whole = elaborate(syntax.of, context);
  if (whole.shape.dims.length !== syntax.ranges.length)
    return fail({ ruleId: 'ill-shaped', message: `A block of this needs a range for each of its ${whole.shape.dims.length} axes.`, region: syntax.region });
  const base = wholeNumber(context.settings.dialect === 'numpy' ? 0 : 1);
  return syntax.ranges.reduce((of, { from, to }, axis) => {
    const total = of.shape.dims[axis] as Whole;
    if (from === undefined && to === undefined) return of;
    const offset = from === undefined ? wholeNumber(0) : subtractWhole(readWhole(from), base);
    const size = subtractWhole(to === undefined ? total : readWhole(to), offset);
    if (!isInside(offset, size, context.solver.resolve(total), context))
      return fail({
        ruleId: 'ill-shaped',
        message: 'This block is not inside the axis that it is cut from.',
        fix: 'Write places from 1 to the size of the axis, in sizes and index letters: W[:, 1:n].',
        region: syntax.region,
      });
    const dims = of.shape.dims.map((dim, at) => (at === axis ? size : dim));
    return formula({ kind: 'blockOf', of, axis, offset, size, label: undefined }, { ...of.shape, dims }, syntax.region);
  }, whole);
}

/** Whether 0 ≤ offset, 1 ≤ size and offset + size ≤ total at small sizes, for every letter in its range. */
function isInside(offset: Whole, size: Whole, total: Whole, context: Context): boolean {
  const letters = [...new Set([offset, size, total].flatMap((of) => [...lettersOf(of)]))];
  const indices = letters.filter((letter) => context.letters.has(letter));
  const bounds = indices.flatMap((letter) => {
    const range = context.letters.get(letter);
    return range === undefined ? [] : [...lettersOf(range.from), ...lettersOf(range.to)];
  });
  const sizes = [...new Set([...letters, ...bounds])].filter((letter) => !context.letters.has(letter));
  if (sizes.some((letter) => !context.sizes.has(letter))) return false;
  const settings = assignments(sizes, () => TRIED).flatMap((chosen) => {
    const at = (of: Whole | undefined): number => (of === undefined ? 0 : (evaluateWhole(of, chosen) ?? 0));
    return assignments(
      indices,
      (letter) => {
        const range = context.letters.get(letter);
        const [from, to] = [at(range?.from), at(range?.to)];
        return Array.from({ length: Math.max(0, Math.min(8, to - from + 1)) }, (_, k) => from + k);
      },
      chosen,
    );
  });
  return settings.slice(0, MOST_TRIED).every((setting) => {
    const [start, length, end] = [offset, size, total].map((of) => evaluateWhole(of, setting) ?? Number.NaN) as [number, number, number];
    return start >= 0 && length >= 1 && start + length <= end;
  });
}

/** All choices of a value for each letter. */
function assignments(
  letters: readonly string[],
  values: (letter: string) => readonly number[],
  outer: ReadonlyMap<string, number> = new Map(),
): ReadonlyMap<string, number>[] {
  return letters
    .slice(0, 6)
    .reduce<ReadonlyMap<string, number>[]>((all, letter) => all.flatMap((one) => values(letter).map((value) => new Map([...one, [letter, value]]))), [outer]);
}
