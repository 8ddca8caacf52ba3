/** The rows of a bench as Markdown. */

import type { Row } from './timing.js';

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(2 + Number(value >= 0.001)));

/** One line a row, with the machine and the date above; the picture of the growth below where there is one. */
export function markdownTable(machine: string, date: string, rows: readonly Row[], picture?: string): string {
  const lines = rows.map(
    ({ work, ours, theirs, ratio, unit, peer }) => `| ${work} | ${digits(ours)} ${unit} | ${digits(theirs)} ${unit} | ${digits(ratio)} | ${peer} |`,
  );
  return [
    '# Speed, side by side',
    '',
    `Made by \`npm run bench\` on ${date}: ${machine}. Least times, both contestants in turns in one run; the ratio says how many times faster chainrule is.`,
    '',
    '| work | chainrule | the other | ratio | the other is |',
    '| --- | ---: | ---: | ---: | --- |',
    ...lines,
    '',
    ...(picture === undefined
      ? []
      : [
          'Time of a forward and a backward pass of an LSTM against the multiply-adds that its plan counts; one size at a time leaves the middle:',
          '',
          `![Growth of time with the counted multiply-adds](${picture})`,
          '',
        ]),
  ].join('\n');
}
