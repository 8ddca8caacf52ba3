/** The results as tables: what was put to the verifier, what it said, what it could not say, and what it cost. */

import { MISTAKES } from '../../src/verify/mistakes/index.js';
import type { Result } from './run.js';

const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);

function quantile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return value === undefined ? '–' : `${value.toFixed(1)} ms`;
}

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): readonly string[] => [
  row(head),
  row(head.map(() => '---')),
  ...rows.map(row),
  '',
];

const count = (of: readonly Result[], ...outcomes: readonly Result['outcome'][]): number => of.filter(({ outcome }) => outcomes.includes(outcome)).length;
const groups = <X>(all: readonly X[], keyOf: (one: X) => string): ReadonlyMap<string, readonly X[]> => {
  const found = new Map<string, X[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = found.get(key);
    if (group === undefined) found.set(key, [one]);
    else group.push(one);
  }
  return found;
};
const targetOf = ({ unit }: Result): string => unit.split('|').slice(0, 2).join(', ');

export interface Made {
  readonly per: number;
  readonly seeds: readonly number[];
  /** Different texts among the cases that have a label. */
  readonly texts: number;
  /** Of the units (a model, a target and a seed), those that are judged. */
  readonly judged: number;
  readonly units: number;
}

export function tableOf(results: readonly Result[], made: Made): string {
  const put = results.filter(({ outcome }) => outcome !== 'dropped');
  return [
    '# The corpus: what the verifier says of labelled lines',
    '',
    `Made by \`npm run corpus -- --per ${made.per} --seeds ${made.seeds.join()}\`: ${put.length} lines judged, ${made.texts} different texts among them. Every line is a rewriting or a single mutant of the derived formula, spelt in one of the hands below and read from that text alone. Its label comes from a complex step through the unrolled model at three size sets and every step (right: within 1e-12, wrong: beyond 1e-6); nothing of the verifier, and no table of derivatives, is used for it.`,
    '',
    ...(made.judged < made.units
      ? [`Stopped before its end: ${made.judged} of ${made.units} units (a model, a target, a seed) are judged; seed by seed, in the order of the models.`, '']
      : []),
    ...byModel(put),
    ...verdicts(put),
    ...dropped(results),
    ...times(put),
    '## By mistake',
    '',
    'A mutant counts as named if its own id is the `ruleId`, stands in `also`, or its convention in `alternatives`. A refuted mutant that is named otherwise is still refuted.',
    '',
    ...byMistake(put),
    '## By hand',
    '',
    ...byHand(put),
    '## Fewer than 30',
    '',
    ...few(put),
    '## Not proved, or not said',
    '',
    ...open(put),
    '',
  ].join('\n');
}

function byModel(put: readonly Result[]): readonly string[] {
  const models = [...new Set(put.map(({ model }) => model)), 'all'];
  return table(
    [
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
    ],
    models.map((model) => {
      const own = put.filter((result) => model === 'all' || result.model === model);
      const right = own.filter(({ label }) => label === 'right');
      const wrong = own.filter(({ label }) => label === 'wrong');
      const refuted = count(wrong, 'named', 'named otherwise', 'refuted');
      return [
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
      ];
    }),
  );
}

function verdicts(put: readonly Result[]): readonly string[] {
  const right = put.filter(({ label }) => label === 'right');
  const levels = [
    ...groups(
      right.filter(({ outcome }) => outcome === 'proved'),
      ({ level }) => level,
    ),
  ].sort((a, b) => b[1].length - a[1].length);
  return [
    `Right lines: ${['proved', 'agrees', 'undecided', 'unreadable', 'false wrong', 'fault'].map((outcome) => `${count(right, outcome as Result['outcome'])} ${outcome}`).join(', ')}. Levels of the proofs: ${levels.map(([level, all]) => `${level} ${all.length}`).join(', ')}.`,
    '',
  ];
}

function dropped(results: readonly Result[]): readonly string[] {
  const out = results.filter(({ outcome }) => outcome === 'dropped');
  const between = out.filter(({ label }) => label === 'between');
  const whys = [...groups(between, ({ why }) => why ?? '')].sort((a, b) => b[1].length - a[1].length).slice(0, 6);
  return [
    `Not put to the verifier: ${between.length} whose label stays open (${whys.map(([why, all]) => `${all.length}: ${why}`).join('; ')}), ${out.filter(({ kind, label }) => kind === 'mutant' && label === 'right').length} mutants that are right all the same, ${out.filter(({ kind, label }) => kind === 'rewriting' && label === 'wrong').length} rewritings that are wrong at a boundary. \`norm-ratio\` has no cases: an adjoint of a name that stands in a derivative inside an equation depends on how that derivative is written.`,
    '',
  ];
}

function times(put: readonly Result[]): readonly string[] {
  const warm = put.filter(({ warm: isWarm }) => isWarm);
  const of = (label: string): readonly number[] => warm.filter((result) => result.label === label).map(({ milliseconds }) => milliseconds);
  return [
    ...table(
      ['lines in a warm process, time of the processor', 'lines', 'median', '95 %', '99 %'],
      ['right', 'wrong'].map((label) => [
        label === 'right' ? 'right' : 'wrong, with diagnosis',
        of(label).length,
        quantile(of(label), 0.5),
        quantile(of(label), 0.95),
        quantile(of(label), 0.99),
      ]),
    ),
    `Largest process, over all models one after the other: ${Math.max(0, ...put.map(({ megabytes }) => megabytes))} MB.`,
    '',
  ];
}

function byMistake(put: readonly Result[]): readonly string[] {
  const rows = MISTAKES.flatMap(({ id }) => {
    const own = put.filter(({ kind, label, about }) => kind === 'mutant' && label === 'wrong' && about[0] === id);
    if (own.length === 0) return [];
    const read = own.filter(({ outcome }) => outcome === 'named' || outcome === 'named otherwise' || outcome === 'refuted');
    const others = [
      ...groups(
        read.filter(({ outcome }) => outcome !== 'named'),
        ({ ruleId }) => ruleId,
      ),
    ]
      .sort((a, b) => b[1].length - a[1].length)
      .slice(0, 3);
    return [
      [
        id,
        own.length,
        percent(count(read, 'named'), read.length),
        percent(count(own, 'named'), own.length),
        percent(read.filter(({ repairProved }) => repairProved).length, read.length),
        others.map(([name, all]) => `${name} ${all.length}`).join(', '),
      ],
    ];
  });
  return table(['mistake', 'mutants', 'named, of the refuted', 'named, of all', 'repair proved', 'called instead'], rows);
}

function byHand(put: readonly Result[]): readonly string[] {
  const rows = [...groups(put, ({ style }) => style.split(',')[0] ?? '')].map(([style, all]) => [
    style,
    all.length,
    count(all, 'false right'),
    count(all, 'false wrong'),
    count(all, 'unreadable', 'undecided', 'fault'),
  ]);
  return table(['hand', 'lines', 'false right', 'false wrong', 'not said'], rows);
}

/** Targets that have fewer different cases than thirty of a kind. */
function few(put: readonly Result[]): readonly string[] {
  const lines = [...groups(put, targetOf)].flatMap(([target, all]) => {
    const [right, wrong] = ['right', 'wrong'].map((label) => all.filter((result) => result.label === label).length) as [number, number];
    return right >= 30 && wrong >= 30 ? [] : [`- ${target}: ${right} rewritings, ${wrong} mutants`];
  });
  return [...(lines.length === 0 ? ['None.'] : lines), ''];
}

function open(put: readonly Result[]): readonly string[] {
  const rest = put.filter(({ outcome }) => ['agrees', 'undecided', 'unreadable', 'fault', 'false right', 'false wrong'].includes(outcome));
  const order = ['false right', 'false wrong', 'fault', 'undecided', 'agrees', 'unreadable'];
  return [...groups(rest, (each) => `${each.outcome}: ${targetOf(each)}${each.ruleId === '' ? '' : ` (${each.ruleId})`}`).values()]
    .sort((a, b) => order.indexOf(a[0]?.outcome ?? '') - order.indexOf(b[0]?.outcome ?? '') || b.length - a.length)
    .map((all) => {
      const [first] = all;
      if (first === undefined) return '';
      const rule = first.ruleId === '' ? '' : ` (${first.ruleId})`;
      return `- ${first.outcome}: ${targetOf(first)}${rule}: ${all.length}, such as ${first.label}, ${first.about.join(', ') || 'as derived'}, in ${first.style}`;
    });
}
