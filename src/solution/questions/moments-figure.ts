/** Figures in a `moments` block: closed forms at many values of a size or a scalar; where there is only a sample, at a few. */

import { InputError } from '../../errors.js';
import { evaluateWhole, type Tensor } from '../../network/index.js';
import type { Plot } from '../../notation/syntax.js';
import type { Section } from '../document.js';
import { math, sentence } from '../presenter.js';
import { type MomentsText, settingOf } from './moments-reading.js';
import { SamplePoint } from './moments-samples.js';
import { MomentAlgebra, type Setting } from './moments-values.js';
import { abscissaOf, expressionsOf, figureBlocks, pointsOf, rangeOf, type Series } from './plot.js';
import type { QuestionContext } from './question.js';

/** Draws for each point of an estimated figure: fewer where each needs many random numbers. */
function drawsAt(algebra: MomentAlgebra, name: string, x: number): number {
  const letters = new Map([[name, x], ...[...algebra.sizes].map(([size, whole]) => [size, evaluateWhole(whole, new Map()) ?? 1] as const)]);
  const entries = [...algebra.random.values()].reduce(
    (sum, { mean }) => sum + mean.dims.reduce((product, dim) => product * (evaluateWhole(dim, letters) ?? 4), 1),
    0,
  );
  return Math.round(Math.min(4_000, Math.max(100, 1e6 / entries)));
}

/** One `plot` line. Throws an InputError where a name in it has no value. */
export function momentsFigure(read: MomentsText, plot: Plot, context: QuestionContext): Section {
  const settings = plot.options.flatMap((option): readonly Setting[] =>
    option.kind === 'where' ? option.conditions.map(settingOf) : option.kind === 'value' ? [{ name: option.name, value: option.value }] : [],
  );
  const algebra = new MomentAlgebra(read, settings, new Set(), {});
  const name = abscissaOf(plot);
  const isSize = read.model.sizes.includes(name);
  if (!isSize && read.model.declarations.get(name)?.dims.length !== 0)
    throw new InputError({ ruleId: 'unreadable-plot', message: `${name} is no size and no scalar of this block.`, region: plot.against.region });
  const parts = expressionsOf(plot).map((syntax) => algebra.read(syntax));
  const { presenter } = algebra;
  const written = parts.map(({ formula }) => presenter.formula(formula));
  const estimated = parts.some(({ tensor }) => tensor === undefined);
  let largestError = 0;
  const estimates = parts.map(() => new Map<number, number>());
  const series = parts.map(
    ({ formula, tensor }, k): Series => ({
      label: math(written[k] ?? { latex: '', text: '' }),
      at: (x) => {
        if (tensor !== undefined) return valueAt(algebra, tensor, name, x, context);
        const moment = algebra.momentOf(formula);
        if (moment === undefined)
          throw new InputError({ ruleId: 'unreadable-plot', message: 'What can only be estimated is plotted by itself.', region: plot.region });
        const known = estimates[k]?.get(x);
        if (known !== undefined) return known;
        const [check] = new SamplePoint(algebra, context.settings, new Map([[name, x]]), drawsAt(algebra, name, x)).check(moment);
        estimates[k]?.set(x, check?.sample ?? Number.NaN);
        largestError = Math.max(largestError, check?.error ?? 0);
        return check?.sample ?? Number.NaN;
      },
    }),
  );
  const x = isSize ? { latex: name, text: name } : presenter.reference({ name, indices: [] });
  const title = sentence(...written.flatMap((one, at) => (at === 0 ? [one] : [', ', one])), ' against ', x);
  const given = settings
    .map((setting) => algebra.setting(setting))
    .map(({ left, right }) => {
      const [a, b] = [presenter.formula(left), presenter.formula(right)];
      return { latex: `${a.latex} = ${b.latex}`, text: `${a.text} = ${b.text}` };
    });
  const under = given.length === 0 ? [] : sentence(', for ', ...given.flatMap((one, at) => (at === 0 ? [one] : [', ', one])));
  const drawn = { ...rangeOf(plot), whole: isSize, ...(estimated ? { few: true } : {}) };
  if (estimated) for (const point of pointsOf(drawn)) for (const one of series) one.at(point);
  const errors = `; estimated from samples, with standard errors of at most ${Number(largestError.toPrecision(1))}.`;
  const caption = [...title, ...under, ...sentence(estimated ? errors : '.')];
  const figure = {
    x,
    y: written.length === 1 ? (written[0] as { latex: string; text: string }) : { latex: '', text: '' },
    ...drawn,
    series,
    caption,
  };
  return { kind: 'moments', title, blocks: figureBlocks(figure, plot.region) };
}

function valueAt(algebra: MomentAlgebra, tensor: Tensor, name: string, x: number, context: QuestionContext): number {
  const { workspace } = algebra;
  const missing = workspace.quantities(tensor).flatMap(({ quantity }) => (quantity.kind === 'value' && quantity.name !== name ? [quantity.name] : []));
  if (missing.length > 0)
    throw new InputError({
      ruleId: 'missing-values',
      message: `A figure needs a value for ${missing.join(', ')}.`,
      fix: `Write where ${missing[0] ?? ''} = 1.`,
    });
  return new SamplePoint(algebra, context.settings, new Map([[name, x]])).value(tensor);
}
