/** The results as tables. */

import { MISTAKES } from '../../src/verify/mistakes/index.js';
import type { Result } from './run.js';

const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);

function quantile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return value === undefined ? '–' : `${value.toFixed(1)} ms`;
}

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

export function tableOf(results: readonly Result[], { per, seeds }: { readonly per: number; readonly seeds: readonly number[] }): string {
  const put = results.filter(({ outcome }) => outcome !== 'dropped');
  const models = [...new Set(results.map(({ model }) => model))];
  const count = (of: readonly Result[], ...outcomes: readonly Result['outcome'][]): number => of.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const rows = [...models, 'all'].map((model) => {
    const own = put.filter((result) => model === 'all' || result.model === model);
    const right = own.filter(({ label }) => label === 'right');
    const wrong = own.filter(({ label }) => label === 'wrong');
    const refuted = count(wrong, 'named', 'named otherwise', 'refuted');
    return row([
      model,
      right.length,
      wrong.length,
      count(own, 'false right'),
      count(own, 'false wrong'),
      percent(count(right, 'proved'), right.length),
      percent(count(right, 'proved', 'agrees'), right.length),
      percent(refuted, wrong.length),
      percent(count(wrong, 'named'), refuted),
      percent(wrong.filter(({ repairProved }) => repairProved).length, refuted),
      count(own, 'unreadable', 'undecided', 'fault'),
    ]);
  });
  const warm = put.filter(({ warm: isWarm }) => isWarm);
  const times = (label: string): readonly number[] => warm.filter((result) => result.label === label).map(({ milliseconds }) => milliseconds);
  const dropped = results.filter(({ outcome }) => outcome === 'dropped');
  return [
    '# The corpus: what the verifier says of labelled lines',
    '',
    `Made by \`npm run corpus -- --per ${per} --seed ${seed}\`. Every line is generated, spelt as people type, and labelled by a complex step through the unrolled model; nothing of the verifier is used for the label.`,
    '',
    row([
      'model',
      'right',
      'wrong',
      'false right',
      'false wrong',
      'right: proved',
      'right: proved or agrees',
      'wrong: refuted',
      'named',
      'repair proved',
      'not said',
    ]),
    row(Array.from({ length: 11 }, () => '---')),
    ...rows,
    '',
    `Dropped: ${dropped.filter(({ label }) => label === 'between').length} that the label leaves open, ${dropped.filter(({ kind, label }) => kind === 'mutant' && label === 'right').length} mutants that are right all the same, ${dropped.filter(({ kind, label }) => kind === 'rewriting' && label === 'wrong').length} rewritings that are wrong at a boundary.`,
    '',
    row(['warm lines', 'median', '99 %']),
    row(['---', '---', '---']),
    row(['right', quantile(times('right'), 0.5), quantile(times('right'), 0.99)]),
    row(['wrong, with diagnosis', quantile(times('wrong'), 0.5), quantile(times('wrong'), 0.99)]),
    '',
    `Largest process: ${Math.max(0, ...results.map(({ megabytes }) => megabytes))} MB.`,
    '',
    '## By mistake',
    '',
    row(['mistake', 'mutants', 'named', 'repair proved']),
    row(['---', '---', '---', '---']),
    ...byMistake(put),
    '',
    '## Not proved, or not said',
    '',
    ...examples(put),
    '',
  ].join('\n');
}

function byMistake(put: readonly Result[]): readonly string[] {
  return MISTAKES.flatMap(({ id }) => {
    const own = put.filter(({ kind, label, about }) => kind === 'mutant' && label === 'wrong' && about[0] === id);
    if (own.length === 0) return [];
    return [
      row([
        id,
        own.length,
        percent(own.filter(({ outcome }) => outcome === 'named').length, own.length),
        percent(own.filter(({ repairProved }) => repairProved).length, own.length),
      ]),
    ];
  });
}

function examples(put: readonly Result[]): readonly string[] {
  const open = put.filter(({ outcome }) => outcome === 'agrees' || outcome === 'undecided' || outcome === 'unreadable' || outcome === 'fault');
  const groups = new Map<string, Result[]>();
  for (const each of open) {
    const key = `${each.outcome}: ${each.unit.replace('|', ', ')}${each.ruleId === '' ? '' : ` (${each.ruleId})`}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups]
    .sort((a, b) => b[1].length - a[1].length)
    .slice(0, 40)
    .map(([key, all]) => `- ${key}: ${all.length}, such as ${all[0]?.about.join(', ') ?? ''} in ${all[0]?.style ?? ''}`);
}
