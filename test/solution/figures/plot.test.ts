/** Plots: everything inside the frame, round ticks, gaps where nothing can be shown, bounded work. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.js';
import type { Inline, Scene } from '../../../src/solution/document.js';
import { type PlotDescription, plotScene } from '../../../src/solution/figures/plot.js';

const words = (text: string): Inline => ({ type: 'text', text });
const plotOf = (points: readonly (readonly [number, number])[], scale: 'linear' | 'logarithmic' = 'linear'): PlotDescription => ({
  x: { label: words('x') },
  y: { label: words('y'), scale },
  series: [{ label: words('a'), points }],
});
const curve = (scene: Scene): readonly (readonly [number, number])[] =>
  scene.items.flatMap((item) => (item.type === 'line' && item.stroke === 'series1' ? item.points : []));
const ticks = (scene: Scene): string[] =>
  scene.items.flatMap((item) => (item.type === 'label' && item.content.type === 'math' ? [item.content.math.latex] : []));

describe('plots', () => {
  it('stay inside the picture for any finite points', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 2, maxLength: 20 }), (points) => {
        const scene = plotScene(plotOf(points));
        for (const [x, y] of curve(scene)) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(scene.width);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(scene.height);
        }
      }),
    );
  });

  it('put decades on a logarithmic axis, and join exponential decay by a straight line', () => {
    const scene = plotScene(
      plotOf(
        [0, 1, 2, 3, 4].map((lag) => [lag, 10 ** -lag] as const),
        'logarithmic',
      ),
    );
    expect(ticks(scene)).toEqual(expect.arrayContaining(['1', '10^{-1}', '10^{-4}']));
    const [first, second, third] = curve(scene) as [[number, number], [number, number], [number, number]];
    expect(second[1] - first[1]).toBeCloseTo(third[1] - second[1], 6);
  });

  it('use round numbers on a linear axis', () => {
    expect(
      ticks(
        plotScene(
          plotOf([
            [1, 1],
            [512, 512],
          ]),
        ),
      ),
    ).toEqual(expect.arrayContaining(['0', '200', '400', '600']));
  });

  it('leave a gap where a value is not finite or not positive', () => {
    const lines = plotScene(
      plotOf(
        [
          [0, 1],
          [1, 0.1],
          [2, 0],
          [3, Number.NaN],
          [4, 0.2],
          [5, 0.3],
        ],
        'logarithmic',
      ),
    ).items.filter((item) => item.type === 'line' && item.stroke === 'series1');
    expect(lines).toHaveLength(2);
  });

  it('show a constant, and thin a million points', () => {
    expect(
      curve(
        plotScene(
          plotOf([
            [0, 2],
            [1, 2],
          ]),
        ),
      ),
    ).toHaveLength(2);
    expect(curve(plotScene(plotOf(Array.from({ length: 1_000_000 }, (_, index) => [index, index] as const)))).length).toBeLessThanOrEqual(2002);
  });

  it('refuse nothing to show, and more lines than colours', () => {
    expect(() => plotScene(plotOf([[0, Number.NaN]]))).toThrow(InputError);
    expect(() => plotScene({ ...plotOf([[0, 1]]), series: Array.from({ length: 5 }, () => ({ label: words('a'), points: [[0, 1]] as const })) })).toThrow(
      InputError,
    );
  });
});
