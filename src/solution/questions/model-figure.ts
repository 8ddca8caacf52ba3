/** `plot` lines about models: an expression against a size, a length, a scalar, a step or the distance T − t, a line for each model. */

import { InputError } from '../../errors.js';
import { asWhole, contextOfModel, elaborateFormula, lexiconOfModel, type Model } from '../../model/index.js';
import { subtractWhole, type Whole, wholeLetter, wholeName, wholeValue } from '../../network/index.js';
import { isPlot, parsePlot } from '../../notation/questions.js';
import { splitLines } from '../../notation/statements.js';
import type { Line, Plot, Syntax } from '../../notation/syntax.js';
import type { Mathematics, Section } from '../document.js';
import { math, type Presenter, sentence, text } from '../presenter.js';
import { measured, numberAt, numbersOf, pointOf } from './model-point.js';
import { settingOf } from './moments-reading.js';
import type { Setting } from './moments-values.js';
import { expressionsOf, figureBlocks, rangeOf, type Series } from './plot.js';
import { NOTHING, type PresentedModel, type QuestionContext, type QuestionKind } from './question.js';

/** What the x axis counts. */
type Abscissa =
  | { readonly kind: 'size' | 'value' | 'letter'; readonly name: string }
  /** T − t: the length stays at the largest distance, the letter moves back from it. */
  | { readonly kind: 'distance'; readonly length: string; readonly letter: string };

/** A kind of question whose blocks may hold `plot` lines too: those become figures after its answer. */
export const withFigures =
  (kind: QuestionKind): QuestionKind =>
  (block, context) => {
    const plots = splitLines(block.text, { line: block.line, column: 1 }).filter(isPlot);
    if (plots.length === 0) return kind(block, context);
    const taken = new Set(
      plots.flatMap(({ region }) => Array.from({ length: region.endLine - region.startLine + 1 }, (_, k) => region.startLine + k - block.line)),
    );
    const rest = block.text.split('\n').map((line, at) => (taken.has(at) ? '' : line));
    const answer = rest.every((line) => line.trim() === '') ? NOTHING : kind({ ...block, text: rest.join('\n') }, context);
    return { ...answer, sections: [...answer.sections, ...plots.map((line) => modelFigure(line, block.words, context))] };
  };

/** One figure. Throws an InputError for what cannot be plotted, and for models that do not have the names. */
export function modelFigure(line: Line, words: readonly string[], context: QuestionContext): Section {
  const first = parsePlot(line, lexiconOfModel(context.model(words[0] ?? '').model));
  const names = first.models.length > 0 ? first.models : words.length > 0 ? words : [''];
  const parts = names.flatMap((name) => seriesOf(line, name, names.length > 1, context));
  const [leading] = parts;
  if (leading === undefined) throw new InputError({ ruleId: 'empty-plot', message: 'There is nothing to plot.', region: line.region });
  const unknown = settingsOf(first).find(({ name }) => names.length > 1 && !names.some((each) => knows(context.model(each).model, name)));
  if (unknown !== undefined) throw new InputError({ ruleId: 'bad-condition', message: 'None of these models has this name.', region: unknown.name.region });
  const given = parts.map((part) => part.given).reduce((longest, each) => (each.length > longest.length ? each : longest), []);
  const y = leading.series.length === 1 || names.length > 1 ? leading.written : { latex: '', text: '' };
  const caption = sentence(...leading.title, ...given, leading.drawn);
  const figure = { x: leading.x, y, ...rangeOf(first), whole: leading.whole, series: parts.flatMap(({ series }) => series), caption };
  return { kind: 'spectrum', title: sentence(...leading.title), blocks: figureBlocks(figure, line.region) };
}

interface Part {
  readonly series: readonly Series[];
  readonly x: Mathematics;
  readonly written: Mathematics;
  readonly title: readonly (string | Mathematics)[];
  readonly given: readonly (string | Mathematics)[];
  readonly drawn: string;
  readonly whole: boolean;
}

function seriesOf(line: Line, name: string, many: boolean, context: QuestionContext): readonly Part[] {
  const presented = context.model(name);
  const { model, presenter } = presented;
  const plot = parsePlot(line, lexiconOfModel(model));
  const settings = many ? settingsOf(plot).filter(({ name: set }) => knows(model, set)) : settingsOf(plot);
  const against = abscissaOf(plot, model);
  const { to } = rangeOf(plot);
  const expressions = expressionsOf(plot).map((syntax) => measured(model, syntax));
  const written = expressions.map(({ formula }) => presenter.formula(formula));
  const runAt = runsAt(presented, against, settings, context, to);
  const series = expressions.map(
    (expression, k): Series => ({
      label: many ? text(name) : math(written[k] ?? NO_MATHEMATICS),
      at: (x) => {
        const { run, letters } = runAt(x);
        return numberAt(run, expression, letters);
      },
    }),
  );
  const x = abscissaMath(against, presenter);
  const given = settings.map((setting) => settingMath(setting, presenter, model));
  return [
    {
      series,
      x,
      written: written[0] ?? NO_MATHEMATICS,
      title: [...written.flatMap((one, at) => (at === 0 ? [one] : [', ', one])), ' against ', x],
      given: given.length === 0 ? [] : [', at ', ...given.flatMap((one, at) => (at === 0 ? [one] : [', ', one]))],
      drawn: drawnWords(model, settings, against.kind === 'value' ? against.name : ''),
      whole: against.kind !== 'value',
    },
  ];
}

/** With several models in one figure, a setting is for those that have the name. */
function knows(model: Model, name: Syntax): boolean {
  try {
    numbersOf(model, [{ name, value: { kind: 'number', text: '1', region: name.region } }]);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

const NO_MATHEMATICS: Mathematics = { latex: '', text: '' };

/** What was drawn at random, said only where something was. */
function drawnWords(model: Model, settings: readonly Setting[], against: string): string {
  const set = new Set([against, ...settings.flatMap(({ name }) => (name.kind === 'name' && name.key !== undefined ? [name.key] : []))]);
  const weights = [...model.declarations.values()].some(
    ({ name, role, dims }) => (role === 'parameter' || role === 'constant') && dims.length === 2 && !set.has(name),
  );
  const inputs = [...model.declarations.values()].some(({ name, role }) => role === 'input' && !set.has(name));
  if (!weights && !inputs) return '.';
  const parts = [
    ...(weights ? ['weights as at the start of training, normal with variance one over the width'] : []),
    ...(inputs ? ['standard normal inputs'] : []),
  ];
  return `. ${parts.join(', ').replace(/^./, (letter) => letter.toUpperCase())}.`;
}

/** Runs by the value of the abscissa: one for all where only a letter moves. */
function runsAt(
  { model }: PresentedModel,
  against: Abscissa,
  settings: readonly Setting[],
  context: QuestionContext,
  to: number,
): (x: number) => { run: ReturnType<typeof pointOf>; letters: ReadonlyMap<string, number> } {
  const given = numbersOf(model, settings);
  const sizes = new Map([...(context.settings.sizes ?? []), ...given.sizes]);
  const { seed } = context.settings;
  const letters = (run: ReturnType<typeof pointOf>, more: ReadonlyMap<string, number> = new Map()): ReadonlyMap<string, number> =>
    new Map([...run.sizes, ...more]);
  switch (against.kind) {
    case 'distance': {
      const run = pointOf(model, { ...given, sizes: new Map([...sizes, [against.length, to]]) }, seed, to);
      return (x) => ({ run, letters: letters(run, new Map([[against.letter, to - x]])) });
    }
    case 'letter': {
      const run = pointOf(model, { ...given, sizes }, seed, Math.max(to, 1));
      return (x) => ({ run, letters: letters(run, new Map([[against.name, x]])) });
    }
    case 'size':
      return (x) => {
        const run = pointOf(model, { ...given, sizes: new Map([...sizes, [against.name, x]]) }, seed, 5);
        return { run, letters: letters(run) };
      };
    case 'value':
      return (x) => {
        const run = pointOf(model, { sizes, values: new Map([...given.values, [against.name, x]]) }, seed, 5);
        return { run, letters: letters(run) };
      };
  }
}

function abscissaOf(plot: Plot, model: Model): Abscissa {
  const { against } = plot;
  const fail = (): never => {
    throw new InputError({
      ruleId: 'unreadable-plot',
      message: 'A figure runs against a size, a scalar, a step, or the distance T − t.',
      region: against.region,
    });
  };
  if (against.kind === 'name') {
    const key = against.key ?? against.raw.base;
    if (model.sizes.includes(against.raw.base) && against.key === undefined) return { kind: 'size', name: against.raw.base };
    if (model.letters.has(against.raw.base) && against.key === undefined) return { kind: 'letter', name: against.raw.base };
    const declared = model.declarations.get(key);
    return declared !== undefined && declared.dims.length === 0 && declared.indices.length === 0 ? { kind: 'value', name: declared.name } : fail();
  }
  const whole = asWhole(against);
  for (const range of model.letters.values()) {
    const length = wholeName(range.to);
    if (whole !== undefined && length !== undefined && isDifference(whole, length, range.letter)) return { kind: 'distance', length, letter: range.letter };
  }
  return fail();
}

const isDifference = (whole: Whole, length: string, letter: string): boolean =>
  wholeValue(subtractWhole(whole, subtractWhole(wholeLetter(length), wholeLetter(letter)))) === 0;

function abscissaMath(against: Abscissa, presenter: Presenter): Mathematics {
  if (against.kind === 'distance') return presenter.whole(subtractWhole(wholeLetter(against.length), wholeLetter(against.letter)));
  return against.kind === 'value' ? presenter.reference({ name: against.name, indices: [] }) : presenter.whole(wholeLetter(against.name));
}

export function settingsOf(plot: Pick<Plot, 'options'>): readonly Setting[] {
  return plot.options.flatMap((option): readonly Setting[] => {
    if (option.kind === 'where') return option.conditions.map(settingOf);
    if (option.kind === 'value') return [{ name: option.name, value: option.value }];
    throw new InputError({ ruleId: 'unsupported-option', message: `The option \`${option.kind}\` does not go with a figure.`, region: option.region });
  });
}

/** W = [[…]] as it is written. */
export function settingMath({ name, value }: Setting, presenter: Presenter, model: Model): Mathematics {
  const read = (syntax: Setting['name']): Mathematics => presenter.formula(elaborated(syntax, model));
  const [a, b] = [name.kind === 'name' && name.key === undefined ? { latex: name.raw.base, text: name.raw.base } : read(name), read(value)];
  return {
    latex: `${a.latex} = ${decimals(b.latex, /\\frac\{(\d+)\}\{(\d+)\}/g)}`,
    text: `${a.text} = ${decimals(b.text, /(?<![\w.)])(\d+)\/(\d+)(?![\w.(])/g)}`,
  };
}

/** Fractions of whole numbers that end as decimals, written so: a setting is a number somebody chose. */
const decimals = (written: string, fraction: RegExp): string =>
  written.replace(fraction, (whole: string, over: string, under: string) => (isDecimal(Number(under)) ? `${Number(over) / Number(under)}` : whole));

function isDecimal(under: number): boolean {
  let rest = under;
  for (const prime of [2, 5]) while (rest > 1 && rest % prime === 0) rest /= prime;
  return rest === 1 && under <= 1e6;
}

const elaborated = (syntax: Setting['name'], model: Model) => elaborateFormula(syntax, contextOfModel(model));
