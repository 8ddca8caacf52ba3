/** The one point at which searches try their candidates: numbers of the model there, and settings of a line's letters. */

import { BudgetError, InputError } from '../errors.js';
import type { IndexRange } from '../model/model.js';
import { createRun, randomSizes, randomValues } from '../numeric/index.js';
import { Derivatives } from './derivatives.js';
import { agree, FormulaNumbers, type Numbers, Setting } from './formula-numbers.js';
import type { LineJudge, ReadLine } from './types.js';

const POINT_SEED = 20_011;

/** Numbers for formulas of a line; what the model's names are at the point is kept with the model. */
export function searchNumbers(judge: LineJudge, line: Pick<ReadLine, 'axes'>): FormulaNumbers {
  const { model } = judge;
  const { run, known } = model.workspace.remember(model, 'point for searches', () => {
    const sizes = randomSizes(judge.sheet, POINT_SEED);
    const derivatives = model.workspace.remember(model, 'derivatives', () => new Derivatives(judge));
    const made = createRun(model, sizes, { seed: POINT_SEED, derivatives: derivatives.resolver(sizes) });
    made.forward(randomValues(made, POINT_SEED));
    return { run: made, known: new Map<string, Numbers>() };
  });
  return new FormulaNumbers(run, (formula) => judge.lower(formula, line), known);
}

/** The line's letters inside their ranges, and at the end of them. */
export function settingsOf(numbers: FormulaNumbers, ranges: readonly IndexRange[]): readonly Setting[] {
  const inside = settingOf(numbers, ranges, (from, to) => Math.min(from + 1, to));
  const end = settingOf(numbers, ranges, (_, to) => to);
  const depends = ({ from, to }: IndexRange): boolean =>
    ranges.some(({ letter }) => from.monomials.concat(to.monomials).some(({ letters }) => letters.includes(letter)));
  // Two letters as far apart as they may be: products between them then have several factors.
  const apart = ranges.some(depends) ? settingOf(numbers, ranges, (from, to, range) => (depends(range) ? from : to)) : undefined;
  const all = [apart, inside, end].filter((setting) => setting !== undefined);
  return [...new Map(all.map((setting) => [setting.key, setting])).values()];
}

function settingOf(
  numbers: FormulaNumbers,
  ranges: readonly IndexRange[],
  choose: (from: number, to: number, range: IndexRange) => number,
): Setting | undefined {
  let setting = new Setting(new Map());
  const complexity = ({ from, to }: IndexRange): number => from.monomials.length + to.monomials.length;
  for (const range of [...ranges].sort((a, b) => complexity(a) - complexity(b))) {
    try {
      setting = setting.with(range.letter, choose(numbers.number(range.from, setting), numbers.number(range.to, setting), range));
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
  }
  return setting;
}

/** A bound letter somewhere inside its range. */
export function withMiddle(numbers: FormulaNumbers, setting: Setting, { letter, from, to }: IndexRange): Setting {
  const ends = [numbers.number(from, setting), numbers.number(to, setting)];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  return setting.with(letter, Math.min(low + 1, high));
}

/** Whether the sides of a line agree at the point; true where that cannot be told. */
export function agreeAtPoint(line: ReadLine, judge: LineJudge): boolean {
  if (line.axes.size > 0) return true;
  try {
    const numbers = searchNumbers(judge, line);
    return settingsOf(numbers, line.ranges).every((setting) => agree(numbers.value(line.left, setting), numbers.value(line.right, setting)));
  } catch (error) {
    if (error instanceof InputError || error instanceof BudgetError) return true;
    throw error;
  }
}
