/** `plot` lines: an expression at many values of one name, for one or more series, as a figure; with a table where the points are few. */

import { InputError, type Region } from '../../errors.js';
import { asWhole } from '../../model/index.js';
import { evaluateWhole } from '../../network/index.js';
import type { Plot, Syntax } from '../../notation/syntax.js';
import type { Block, Inline, Mathematics } from '../document.js';
import { plotScene } from '../figures/plot.js';
import { math, text } from '../presenter.js';

export interface Series {
  readonly label: Inline;
  readonly at: (x: number) => number;
  readonly dash?: boolean;
}

export interface Figure {
  readonly x: Mathematics;
  readonly y: Mathematics;
  readonly from: number;
  readonly to: number;
  /** Only whole numbers make sense on the x axis. */
  readonly whole: boolean;
  readonly series: readonly Series[];
  readonly caption: readonly Inline[];
  /** Each value is costly: few points, as powers of two where the range is wide. */
  readonly few?: boolean;
}

const MOST_POINTS = 240;
/** From this ratio of largest to smallest value on, an axis is logarithmic. */
const WIDE = 500;

/** The ends of a plot's range as numbers. Throws an InputError where they are none, or the range is empty or too long. */
export function rangeOf(plot: Plot): { readonly from: number; readonly to: number } {
  const [from, to] = [numberOf(plot.from), numberOf(plot.to)];
  if (from === undefined || to === undefined || !(to > from) || to - from > 1e7) {
    throw new InputError({
      ruleId: 'unreadable-plot',
      message: 'The range of this figure is not one of numbers that rise.',
      fix: 'Write “against d = 1..512”.',
      region: plot.region,
    });
  }
  return { from, to };
}

function numberOf(syntax: Syntax): number | undefined {
  if (syntax.kind === 'number') return Number(syntax.text);
  if (syntax.kind === 'sum' && syntax.terms.length === 1 && syntax.terms[0] !== undefined) {
    const inner = numberOf(syntax.terms[0].value);
    return inner === undefined ? undefined : syntax.terms[0].sign * inner;
  }
  const whole = asWhole(syntax);
  return whole === undefined ? undefined : evaluateWhole(whole, new Map());
}

/** The name that a figure runs against. Throws an InputError for anything else. */
export function abscissaOf(plot: Plot): string {
  const { against } = plot;
  if (against.kind === 'name' && against.indices.length === 0) return against.key ?? against.raw.base;
  throw new InputError({ ruleId: 'unreadable-plot', message: 'A figure runs against one name.', fix: 'Write “against d = 1..512”.', region: against.region });
}

/** Expressions of a figure: one, or those of a list. */
export function expressionsOf(plot: Plot): readonly Syntax[] {
  return plot.of.kind === 'blocks' ? plot.of.rows.flat() : plot.of.kind === 'tuple' ? plot.of.items : [plot.of];
}

export function pointsOf(figure: Pick<Figure, 'from' | 'to' | 'whole' | 'few'>): readonly number[] {
  const { from, to, whole } = figure;
  const most = figure.few === true ? 12 : MOST_POINTS;
  if (figure.few === true && from > 0 && to / from >= 16) {
    const doublings: number[] = [];
    for (let x = from; x < to * 0.999; x *= 2) doublings.push(x);
    if (doublings.length <= most) return [...doublings, to];
  }
  const steps = whole ? Math.min(most - 1, Math.floor(to - from)) : most - 1;
  const points = Array.from({ length: steps + 1 }, (_, k) => from + ((to - from) * k) / steps);
  return whole ? [...new Set(points.map(Math.round))] : points;
}

/** The figure, and under it the numbers where there are only a few. */
export function figureBlocks(figure: Figure, region?: Region): readonly Block[] {
  const xs = pointsOf(figure);
  const series = figure.series.map(({ label, at, dash }) => ({
    label,
    ...(dash === true ? { dash } : {}),
    points: xs.map((x): readonly [number, number] => [x, at(x)]),
  }));
  const values = series.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite);
  if (values.length === 0)
    throw new InputError({ ruleId: 'empty-plot', message: 'No point of the plot is a number.', ...(region === undefined ? {} : { region }) });
  const isWide = (numbers: readonly number[]): boolean => numbers.every((value) => value > 0) && Math.max(...numbers) / Math.min(...numbers) > WIDE;
  const wideX = figure.few === true && isWide(xs.map((x) => x));
  const scene = plotScene({
    x: {
      label: math(figure.x),
      ...(wideX || (figure.few === true && (xs[0] ?? 0) > 0 && (xs.at(-1) ?? 1) / (xs[0] ?? 1) >= 64) ? { scale: 'logarithmic' as const } : {}),
    },
    y: { label: math(figure.y), ...(isWide(values) && !isGrowth(series, xs) ? { scale: 'logarithmic' as const } : {}) },
    series: series.map((one) => (figure.few === true ? { ...one, dots: true } : one)),
  });
  const picture: Block = { type: 'figure', scene, caption: figure.caption, alternative: alternativeOf(figure, series) };
  return figure.few === true
    ? [
        picture,
        tableOf(
          figure,
          xs,
          series.map(({ points }) => points.map(([, y]) => y)),
        ),
      ]
    : [picture];
}

/** A polynomial's growth is seen on a linear axis; what falls or grows by orders of magnitude is not. */
function isGrowth(series: readonly { readonly points: readonly (readonly [number, number])[] }[], xs: readonly number[]): boolean {
  const middle = Math.floor(xs.length / 2);
  return series.every(({ points }) => {
    const [half, end] = [points[middle]?.[1] ?? 0, points.at(-1)?.[1] ?? 0];
    return half > end / 20 && half < end * 1.001;
  });
}

function alternativeOf(figure: Figure, series: readonly { readonly label: Inline; readonly points: readonly (readonly [number, number])[] }[]): string {
  const ends = series.map(({ label, points }) => {
    const name = label.type === 'math' ? label.math.text : label.type === 'text' ? label.text : 'it';
    return `${series.length === 1 ? 'the values go' : `${name} goes`} from ${short(points[0]?.[1] ?? Number.NaN)} to ${short(points.at(-1)?.[1] ?? Number.NaN)}`;
  });
  return `Plot${figure.y.text === '' ? '' : ` of ${figure.y.text}`} against ${figure.x.text} from ${figure.from} to ${figure.to}: ${ends.join('; ')}.`;
}

function tableOf(figure: Figure, xs: readonly number[], columns: readonly (readonly number[])[]): Block {
  return {
    type: 'table',
    align: ['right', ...columns.map(() => 'right' as const)],
    header: [{ content: [math(figure.x)] }, ...figure.series.map(({ label }) => ({ content: [label] }))],
    rows: xs.map((x, k) => [{ content: [text(String(x))] }, ...columns.map((column) => ({ content: [text(short(column[k] ?? Number.NaN))] }))]),
  };
}

/** Four significant digits. */
export const short = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value));
