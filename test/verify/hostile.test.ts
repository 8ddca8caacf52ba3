/**
 * Hostile answers: never a fault, never long, never a verdict on something unread, nothing dangerous in any output.
 *
 * `npm test` tries a sample; `npm run fuzz` all hundred thousand, and writes the table HOSTILE.md beside this file.
 */

import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatVerdict } from '../../cli/verdict.js';
import { builtInModel, InputError, type Model, render, type VerifyResult, verifyAnswer } from '../../src/index.js';
import { dangerInHtml, dangerInLatex, dangerInText, type Hostile, hostile } from './hostile.js';

const isWhole = Number(process.env.PROPERTY_RUNS || 0) > 100;
const COUNT = Number(process.env.HOSTILE_COUNT || (isWhole ? 100_000 : 400));
/** Where to begin: a long run may go on where an earlier one ended. */
const FROM = Number(process.env.HOSTILE_FROM || 0);
const LONGEST_MS = 2000;
/** One in this many is rendered in every format. */
const RENDERED_EVERY = isWhole ? 25 : 6;

interface Row {
  count: number;
  lines: number;
  milliseconds: number;
  longest: number;
  verdicts: Map<string, number>;
}

const models = new Map<string, Model>();
const modelOf = (name: string): Model => {
  const model = models.get(name) ?? (builtInModel(name) as Model);
  models.set(name, model);
  return model;
};

/** The verdict on one string, or why it was refused; throws for faults. */
async function tried({ number, about, text }: Hostile): Promise<{ readonly outcome: string; readonly lines: number }> {
  try {
    const { report, document } = verifyAnswer(modelOf(about), text, number % 3 === 0 ? { targets: ['dJ/dW'].filter(() => about === 'rnn') } : {});
    complain(report);
    if (number % RENDERED_EVERY === 0) {
      const danger =
        dangerInHtml(String(await render(document, 'html'))) ??
        dangerInLatex(String(await render(document, 'tex'))) ??
        dangerInText(String(await render(document, 'txt'))) ??
        dangerInText(formatVerdict(report, text, { hint: 3, colour: true }));
      if (danger !== undefined) throw new Error(`dangerous output: ${JSON.stringify(danger)}`);
      expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    }
    return { outcome: report.verdict, lines: report.lines.length };
  } catch (error) {
    if (error instanceof InputError) return { outcome: 'refused', lines: 0 };
    throw error;
  }
}

/** What is judged was read; what was not read is said to be so, and where. */
function complain({ lines, verdict }: VerifyResult): void {
  for (const line of lines) {
    const isJudged = line.verdict !== 'unreadable' && line.verdict !== 'ill-shaped' && line.verdict !== 'undecided';
    if (isJudged && line.readAs === null) throw new Error(`a verdict (${line.verdict}) on something unread: ${line.text.slice(0, 200)}`);
    if ((line.verdict === 'unreadable' || line.verdict === 'refuted') && line.diagnostics.length === 0) throw new Error(`${line.verdict} without a reason`);
    for (const { region } of line.diagnostics)
      if (region !== null && !(region.startLine >= 1 && region.startColumn >= 1)) throw new Error('a place that is none');
  }
  if (verdict === 'correct' && lines.every((line) => line.verdict === 'unreadable')) throw new Error('correct, and nothing was read');
}

describe('hostile answers', () => {
  it(
    `${COUNT} of them`,
    async () => {
      const rows = new Map<string, Row>();
      const failures: string[] = [];
      const used = (): number => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1000;
      };
      const step = isWhole ? 1 : 131;
      for (let k = FROM; k < COUNT; k += 1) {
        const each = hostile(k * step);
        const row = rows.get(each.kind) ?? { count: 0, lines: 0, milliseconds: 0, longest: 0, verdicts: new Map() };
        rows.set(each.kind, row);
        const before = used();
        try {
          const { outcome, lines } = await tried(each);
          row.verdicts.set(outcome, (row.verdicts.get(outcome) ?? 0) + 1);
          row.lines += lines;
        } catch (error) {
          failures.push(`${each.number} (${each.kind}, ${each.about}): ${(error as Error).message.slice(0, 300)}\n${JSON.stringify(each.text.slice(0, 300))}`);
        }
        const took = used() - before;
        row.count += 1;
        row.milliseconds += took;
        row.longest = Math.max(row.longest, took);
        if (took > LONGEST_MS)
          failures.push(`${each.number} (${each.kind}, ${each.about}) took ${took.toFixed(0)} ms: ${JSON.stringify(each.text.slice(0, 200))}`);
        if (process.env.HOSTILE_LOG !== undefined && (k % 1000 === 999 || k === COUNT - 1))
          writeFileSync(process.env.HOSTILE_LOG, `${k + 1} tried\n${table(rows)}\n${failures.join('\n\n')}\n`);
      }
      if (isWhole && FROM === 0 && failures.length === 0) writeFileSync(new URL('HOSTILE.md', import.meta.url), page(rows));
      expect(failures).toEqual([]);
    },
    isWhole ? 7_200_000 : 60_000,
  );
});

/** Each of these would take minutes if some pattern went over it twice. */
const LONG = 390_000;
const long: Readonly<Record<string, string>> = {
  'spaces behind an opening sign': `$$${' '.repeat(LONG)}`,
  'spaces inside a formula': `h_t = ${' '.repeat(LONG)}x`,
  'spaces before an inline formula': `${' '.repeat(LONG - 50)}x $h_t = x_t$ y`,
  'relations and spaces': `${`= ${' '.repeat(2000)}`.repeat(190)}x`,
  'a call with many arguments': `f(${'aaaa='.repeat(70_000)}`,
  'spaces behind a zero': `x = 0${' '.repeat(LONG - 100)}y`,
  'a long line in a loop': `for t in reversed(range(T)):\n    x${' '.repeat(LONG - 200)}y = np.dot(1)`,
  'spaces of TeX': `h_t = x_t\\\\\n&${'\\quad '.repeat(60_000)}x`,
  ties: `h_t = x_t\\\\\n${'~ '.repeat(150_000)}y`,
  'an ampersand': `&${' '.repeat(LONG - 5)}x`,
  signs: '-'.repeat(LONG),
  dollars: '$'.repeat(LONG),
  'formulas in one line': '$x$ '.repeat(90_000),
  'brackets that stay open': '\\(x'.repeat(90_000),
  'displays that stay open': '\\['.repeat(150_000),
  'environments that stay open': '\\begin{align}'.repeat(20_000),
  fences: '```\n'.repeat(60_000),
  'short lines': 'x\n'.repeat(190_000),
  words: `${'word '.repeat(70_000)}= 1`,
  'one word': `${'a'.repeat(LONG - 10)}( = 1`,
  'an open tag': `h_t = x_t \\tag{${'a'.repeat(LONG - 50)}`,
  comments: `h_t = ${' #'.repeat(150_000)}`,
  differentials: `${'dW'.repeat(100_000)} = 1`,
  copies: `${'.copy('.repeat(60_000)} = 1`,
  'open commands': `h_t = x_t\\\\\n${'\\hspace{'.repeat(40_000)}+`,
};

describe('long answers take no long time', () => {
  it.each(Object.keys(long))('%s', (name) => {
    const before = process.cpuUsage();
    expect(verifyAnswer(modelOf('rnn'), long[name] ?? '').report.verdict).not.toBe('correct');
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(LONGEST_MS);
  });
});

function table(rows: ReadonlyMap<string, Row>): string {
  const all = [...rows].sort(([a], [b]) => a.localeCompare(b));
  const said = (verdicts: ReadonlyMap<string, number>): string =>
    [...verdicts]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([verdict, count]) => `${verdict} ${count}`)
      .join(', ');
  return [
    '| kind | strings | lines | mean ms | longest ms | verdicts |',
    '| --- | --: | --: | --: | --: | --- |',
    ...all.map(
      ([kind, { count, lines, milliseconds, longest, verdicts }]) =>
        `| ${kind} | ${count} | ${lines} | ${(milliseconds / count).toFixed(1)} | ${longest.toFixed(0)} | ${said(verdicts)} |`,
    ),
  ].join('\n');
}

const page = (rows: ReadonlyMap<string, Row>): string => `# Hostile answers

Written by \`npm run fuzz -- test/verify/hostile.test.ts\`: ${COUNT} strings, each made from its number, in one process.
No fault, none over ${LONGEST_MS} ms of processor time, no verdict on anything unread; one in ${RENDERED_EVERY} was rendered as HTML, LaTeX, text and on a
terminal, with nothing dangerous in the output. \`refused\`: front matter or a target that cannot be read.

${table(rows)}
`;
