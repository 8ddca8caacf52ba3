/** Line plots as scenes: linear or logarithmic axes with round ticks, several series, a legend or labels, mathematics wherever words are. */

import { scaleLinear, scaleLog } from 'd3-scale';
import { InputError } from '../../errors.js';
import { textSuperscript } from '../../notation/spelling.js';
import type { Ink, Inline, Mathematics, Scene, SceneItem } from '../document.js';
import { contentWidth } from './labels.js';

export interface PlotAxis {
  readonly label: Inline;
  /** Linear unless said otherwise. */
  readonly scale?: 'linear' | 'logarithmic';
}

export interface PlotSeries {
  readonly label: Inline;
  /** Points in the order they are joined; those that an axis cannot show (not finite, or not positive on a logarithmic axis) leave a gap. */
  readonly points: readonly (readonly [number, number])[];
  readonly dash?: boolean;
  /** Marks each point with a dot; useful for few points. */
  readonly dots?: boolean;
}

export interface PlotDescription {
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly series: readonly PlotSeries[];
}

const width = 380;
const height = 220;
const inks: readonly Ink[] = ['series1', 'series2', 'series3', 'series4'];
const mostPoints = 2000;
const tickSize = 8;
const labelSize = 9;

/** Draws a plot. Throws InputError when no series has a point that can be shown, or there are more series than colours. */
export function plotScene(plot: PlotDescription): Scene {
  if (plot.series.length > inks.length)
    throw new InputError({
      ruleId: 'too-many-series',
      message: `A plot shows ${inks.length} lines at most; this one has ${plot.series.length}.`,
      fix: 'Draw several plots.',
    });
  const shown = plot.series.map((series) => thinned(series.points).map((point) => (isShown(point, plot) ? point : undefined)));
  const points = shown.flat().filter((point) => point !== undefined);
  if (points.length === 0)
    throw new InputError({
      ruleId: 'empty-plot',
      message: 'No point of the plot can be shown: all are infinite, undefined, or not positive on a logarithmic axis.',
      fix: 'Choose other values, or a linear axis.',
    });
  const frame = frameOf(plot, points);
  const lines = plot.series.flatMap((series, index) => drawSeries(series, shown[index] ?? [], frame, inks[index] as Ink));
  const samples = legend(plot, frame);
  return {
    width,
    height: Math.max(height, ...samples.map((item) => (item.type === 'label' ? item.y + 8 : 0))),
    items: [...drawAxes(plot, frame), ...lines, ...samples],
  };
}

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly placeX: (value: number) => number;
  readonly placeY: (value: number) => number;
  readonly ticksX: readonly Tick[];
  readonly ticksY: readonly Tick[];
}

interface Tick {
  readonly value: number;
  readonly math: Mathematics;
}

function isShown([x, y]: readonly [number, number], plot: PlotDescription): boolean {
  const fits = (value: number, axis: PlotAxis): boolean => Number.isFinite(value) && (axis.scale !== 'logarithmic' || value > 0);
  return fits(x, plot.x) && fits(y, plot.y);
}

/** Every so-many-th point and the last, when there are more than can be told apart. */
function thinned<Point>(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / mostPoints);
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
}

function frameOf(plot: PlotDescription, points: readonly (readonly [number, number])[]): Frame {
  const x = axisScale(
    plot.x,
    points.map(([value]) => value),
    6,
    false,
  );
  const y = axisScale(
    plot.y,
    points.map(([, value]) => value),
    5,
    true,
  );
  const labels = Math.max(...y.ticks.map((tick) => contentWidth({ type: 'math', math: tick.math }, tickSize)));
  const [left, right, top, bottom] = [labels + 14, width - 12, 24, height - 38];
  return {
    left,
    right,
    top,
    bottom,
    placeX: (value) => left + x.share(value) * (right - left),
    placeY: (value) => bottom - y.share(value) * (bottom - top),
    ticksX: x.ticks,
    ticksY: y.ticks,
  };
}

interface AxisScale {
  /** 0 at the low end of the axis, 1 at the high end. */
  readonly share: (value: number) => number;
  readonly ticks: readonly Tick[];
}

function axisScale(axis: PlotAxis, values: readonly number[], count: number, round: boolean): AxisScale {
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  if (axis.scale === 'logarithmic') return logarithmicScale(low, high, count);
  const pad = low === high ? Math.abs(low) * 0.5 || 1 : 0;
  const scale = scaleLinear([low - pad, high + pad], [0, 1]);
  if (round) scale.nice(count);
  const format = scale.tickFormat(count);
  return { share: scale, ticks: scale.ticks(count).map((value) => ({ value, math: numberMath(value, format(value)) })) };
}

/** Whole powers of ten, thinned when there are many; within less than a decade, round numbers. */
function logarithmicScale(low: number, high: number, count: number): AxisScale {
  const scale = scaleLog([low, low === high ? high * 10 : high], [0, 1]).nice();
  const [start, end] = scale.domain().map((value) => Math.round(Math.log10(value))) as [number, number];
  const step = Math.max(1, Math.ceil((end - start) / count));
  const exponents = Array.from({ length: end - start + 1 }, (_, index) => start + index).filter((exponent) => exponent % step === 0);
  return { share: scale, ticks: exponents.map((exponent) => ({ value: 10 ** exponent, math: powerMath(exponent) })) };
}

function powerMath(exponent: number): Mathematics {
  if (exponent === 0 || exponent === 1) return { latex: String(10 ** exponent), text: String(10 ** exponent) };
  return { latex: `10^{${exponent}}`, text: `10${textSuperscript(String(exponent))}` };
}

function numberMath(value: number, formatted: string): Mathematics {
  const plain = formatted.replace('−', '-').replace(/,/g, '');
  const scientific = /^(-?[\d.]+)e([+-]?\d+)$/.exec(Math.abs(value) >= 1e6 ? value.toExponential() : plain);
  if (scientific === null) return { latex: plain, text: plain.replace('-', '−') };
  const [digits, exponent] = [scientific[1] as string, Number(scientific[2])];
  return { latex: `${digits} \\cdot 10^{${exponent}}`, text: `${digits}·10${textSuperscript(String(exponent))}` };
}

// ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function drawAxes(plot: PlotDescription, frame: Frame): readonly SceneItem[] {
  const { left, right, top, bottom } = frame;
  const mathLabel = (math: Mathematics, x: number, y: number, anchor: 'middle' | 'end'): SceneItem => ({
    type: 'label',
    x,
    y,
    anchor,
    content: { type: 'math', math },
    size: tickSize,
    ink: 'ink',
  });
  const horizontal = frame.ticksY.flatMap(({ value, math }): SceneItem[] => {
    const y = frame.placeY(value);
    return [
      {
        type: 'line',
        points: [
          [left, y],
          [right, y],
        ],
        stroke: 'grid',
        width: 0.5,
      },
      mathLabel(math, left - 6, y, 'end'),
    ];
  });
  const vertical = frame.ticksX.flatMap(({ value, math }): SceneItem[] => {
    const x = frame.placeX(value);
    return [
      {
        type: 'line',
        points: [
          [x, bottom],
          [x, bottom + 3],
        ],
        stroke: 'ink',
        width: 0.6,
      },
      mathLabel(math, x, bottom + 11, 'middle'),
    ];
  });
  return [
    ...horizontal,
    ...vertical,
    {
      type: 'line',
      points: [
        [left, top - 4],
        [left, bottom],
        [right, bottom],
      ],
      stroke: 'ink',
      width: 0.7,
    },
    { type: 'label', x: (left + right) / 2, y: height - 8, anchor: 'middle', content: plot.x.label, size: labelSize, ink: 'ink' },
    { type: 'label', x: left, y: 8, anchor: 'start', content: plot.y.label, size: labelSize, ink: 'ink' },
  ];
}

function drawSeries(series: PlotSeries, points: readonly (readonly [number, number] | undefined)[], frame: Frame, ink: Ink): readonly SceneItem[] {
  const runs: (readonly [number, number])[][] = [[]];
  for (const point of points) {
    if (point === undefined) runs.push([]);
    else runs.at(-1)?.push([frame.placeX(point[0]), frame.placeY(point[1])]);
  }
  const lines = runs
    .filter((run) => run.length > 1)
    .map((run): SceneItem => ({ type: 'line', points: run, stroke: ink, width: 1.3, ...(series.dash === true ? { dash: true } : {}) }));
  // A point without neighbours would not be seen as a line.
  const single = runs.filter((run) => run.length === 1).flat();
  const dots = (series.dots === true ? runs.flat() : single).map(([x, y]): SceneItem => ({ type: 'circle', x, y, radius: 2, stroke: ink, fill: ink }));
  return [...lines, ...dots];
}

/** Samples and labels in one row at the top right, or in rows under the plot when that is too wide. */
function legend(plot: PlotDescription, frame: Frame): readonly SceneItem[] {
  if (plot.series.length < 2) return [];
  const widths = plot.series.map((series) => 26 + contentWidth(series.label, labelSize));
  const total = widths.reduce((sum, next) => sum + next + 12, -12);
  const inRow = total < frame.right - frame.left - contentWidth(plot.y.label, labelSize) - 16;
  return plot.series.flatMap((series, index): SceneItem[] => {
    const x = inRow ? frame.right - total + widths.slice(0, index).reduce((sum, next) => sum + next + 12, 0) : frame.left;
    const y = inRow ? 8 : height + 8 + 14 * index;
    return [
      {
        type: 'line',
        points: [
          [x, y],
          [x + 18, y],
        ],
        stroke: inks[index] as Ink,
        width: 1.3,
        ...(series.dash === true ? { dash: true } : {}),
      },
      { type: 'label', x: x + 22, y, anchor: 'start', content: series.label, size: labelSize, ink: 'ink' },
    ];
  });
}
