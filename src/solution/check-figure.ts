/** What a check shows beside its table: the Taylor test with its picture, and the table of second orders. */

import type { CheckResult, Taylor } from '../check/index.js';
import { scientific } from './check-section.js';
import type { Block } from './document.js';
import { plotScene } from './figures/plot.js';
import { math, text } from './presenter.js';

/** The rate in a sentence, and with `figure` the error against the step size. */
export function taylorBlocks({ rate, steps }: Taylor, figure: boolean): readonly Block[] {
  const sentence =
    rate === null
      ? 'Taylor test: along a random direction the remainder is nothing but rounding, as it is where the loss is linear.'
      : `Taylor test, along a random direction of all of them: what is left of the loss after its linear part falls with the power ${rate.toFixed(2)} of the step; a right gradient gives 2, a wrong one 1, at any scale of the loss.`;
  const paragraph: Block = { type: 'paragraph', content: [text(sentence)] };
  const shown = steps.some(({ remainder, difference }) => remainder > 0 || difference > 0);
  if (!figure || !shown) return [paragraph];
  const size = Math.max(Number.MIN_VALUE, ...steps.map(({ remainder }) => (Number.isFinite(remainder) ? remainder : 0)));
  const scene = plotScene({
    x: { label: math({ latex: '\\text{step } h', text: 'step h' }), scale: 'logarithmic' },
    y: { label: text('error'), scale: 'logarithmic' },
    series: [
      { label: text('Taylor remainder, largest 1'), points: steps.map(({ step, remainder }) => [step, remainder / size] as const) },
      { label: text('central differences, relative'), points: steps.map(({ step, difference }) => [step, difference] as const), dash: true },
    ],
  });
  const best = steps.reduce((least, next) => (next.difference < least.difference ? next : least));
  return [
    paragraph,
    {
      type: 'figure',
      scene,
      caption: [
        text('Error against step size. The Taylor remainder falls with the square of the step; central differences do so too, until rounding takes over.'),
      ],
      alternative: `Both errors fall along straight lines of slope two; that of central differences is smallest, ${best.difference.toExponential(1)}, near a step of ${best.step.toExponential(1)} and rises again below.`,
    },
  ];
}

/** The table of Hessian–vector products. */
export function secondOrderBlocks({ targets, sizes, seed }: CheckResult): readonly Block[] {
  const agree = targets.every(({ verdicts, entries }) => verdicts.agree === entries);
  const given = Object.entries(sizes)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ');
  return [
    {
      type: 'paragraph',
      content: [
        text(
          `The product of the Hessian over all parameters with one random vector v, by differentiating ⟨gradient, v⟩ backwards once more, is compared entry by entry with the forward tangent of the gradient along v, at ${given}. The numbers are drawn with seed ${seed}.`,
        ),
      ],
    },
    {
      type: 'table',
      caption: [text(agree ? 'Every entry agrees.' : 'Not every entry agrees.')],
      align: ['left', 'left', 'right', 'right', 'right', 'left'],
      header: ['product', 'shape', 'entries', 'largest error', 'allowed', 'verdict'].map((word) => ({ content: [text(word)] })),
      rows: targets.map(({ target, shape, entries, maxRelError, maxErrorBar, verdicts }) => [
        { content: [text(target)] },
        { content: [text(shape)] },
        { content: [text(String(entries))] },
        { content: [scientific(maxRelError)] },
        { content: [scientific(maxErrorBar)] },
        {
          content: [
            text(
              Object.entries(verdicts)
                .map(([verdict, count]) => (count === entries ? (verdict === 'agree' ? 'agrees' : verdict) : `${count} ${verdict}`))
                .join(', '),
            ),
          ],
        },
      ]),
    },
  ];
}
