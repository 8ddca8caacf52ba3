/** Figures in a `count` block: `plot parameters against n = 1..256`, `plot multiply-adds against T = 1..50`, a line for each model. */

import { type Polynomial, polynomialAt, polynomialValue } from '../../calculus/index.js';
import { InputError } from '../../errors.js';
import { rationalToNumber } from '../../network/index.js';
import type { Line } from '../../notation/syntax.js';
import type { Mathematics, Section } from '../document.js';
import { text } from '../presenter.js';
import type { ModelCount, Sizes } from './count.js';
import { figureBlocks } from './plot.js';

const SHAPE = /^\s*plot\s+(parameters|multiply-adds)\s+against\s+([A-Za-z]+)\s*=\s*(\d+)\s*\.\.\s*(\d+)\s*$/;

/** One figure. Throws an InputError for a line that asks for anything else. */
export function countPlots(line: Line, counts: readonly ModelCount[], settings: readonly Sizes[]): readonly Section[] {
  const [, what, letter = '', from, to] = SHAPE.exec(line.text) ?? [];
  if (what === undefined) {
    throw new InputError({
      ruleId: 'unreadable-plot',
      message: 'A count is plotted against a size.',
      fix: 'Write plot parameters against n = 1..256, or plot multiply-adds against T = 1..50.',
      region: line.region,
    });
  }
  const others = new Map([...(settings[0] ?? [])].filter(([name]) => name !== letter));
  const numberAt = (polynomial: Polynomial, x: number): number => {
    const value = polynomialValue(polynomialAt(polynomial, new Map([...others, [letter, x]])));
    if (value === undefined)
      throw new InputError({
        ruleId: 'missing-size',
        message: 'A figure needs a number for every other size.',
        fix: 'Give them on a line of their own: n = 128, d = 20.',
        region: line.region,
      });
    return rationalToNumber(value);
  };
  const x: Mathematics = { latex: letter, text: letter };
  const y: Mathematics = { latex: `\\text{${what}}`, text: what };
  const series = counts.map((one) => ({
    label: text(one.word === '' ? what : one.word),
    at: (at: number): number => numberAt(what === 'parameters' ? one.total : one.work.total, at),
  }));
  const caption = [
    text(
      `${what === 'parameters' ? 'Parameters' : 'Multiply-adds'} against ${letter}${others.size === 0 ? '' : `, at ${[...others].map(([name, value]) => `${name} = ${value}`).join(', ')}`}.`,
    ),
  ];
  return [
    {
      kind: 'count',
      title: [text(`${what === 'parameters' ? 'Parameters' : 'Multiply-adds'} against ${letter}`)],
      blocks: figureBlocks({ x, y, from: Number(from), to: Number(to), whole: true, series, caption }, line.region),
    },
  ];
}
