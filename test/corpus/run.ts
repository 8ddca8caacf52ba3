/**
 * The whole corpus on all cores: cases by model and target, a line of results for each case, a table at the end.
 *
 * What is done stands in build/corpus/results.jsonl, so a run that was stopped goes on where it was; `--fresh` begins anew.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { MODEL_NAMES, ModelCases } from './cases.js';
import { judgeCase, type Outcome } from './judge.js';
import { tableOf } from './table.js';

export interface Result {
  readonly id: string;
  readonly unit: string;
  readonly model: string;
  readonly kind: 'rewriting' | 'mutant';
  readonly label: 'right' | 'wrong' | 'between';
  readonly about: readonly string[];
  readonly style: string;
  readonly outcome: Outcome | 'dropped' | 'fault';
  readonly ruleId: string;
  readonly repairProved: boolean;
  readonly milliseconds: number;
  /** After the first cases of a process. */
  readonly warm: boolean;
  readonly megabytes: number;
  /** The text, where something is to be looked at. */
  readonly text?: string;
}

interface Settings {
  readonly per: number;
  readonly seed: number;
  readonly models: readonly string[];
  readonly fresh: boolean;
}

const FOLDER = 'build/corpus';
const RESULTS = `${FOLDER}/results.jsonl`;
const WARM_AFTER = 40;

function settingsOf(words: readonly string[]): Settings {
  const value = (name: string): string | undefined => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  return {
    per: Number(value('--per') ?? 40),
    seed: Number(value('--seed') ?? 1),
    models: value('--models')?.split(',') ?? MODEL_NAMES,
    fresh: words.includes('--fresh'),
  };
}

export async function main(words: readonly string[], starter: string): Promise<void> {
  const settings = settingsOf(words);
  if (process.send !== undefined) {
    await work(settings);
    return;
  }
  mkdirSync(FOLDER, { recursive: true });
  if (settings.fresh) rmSync(RESULTS, { force: true });
  const done = new Set(readResults().map(({ unit }) => unit));
  const units = settings.models
    .flatMap((name) => new ModelCases(name, settings.seed).targets.map((target) => `${name}|${target.name}`))
    .filter((unit) => !done.has(unit));
  const workers = Math.max(1, Math.min(2, availableParallelism()));
  await Promise.all(Array.from({ length: workers }, () => serve(units, words, starter)));
  const table = tableOf(readResults(), settings);
  writeFileSync('test/corpus/RESULTS.md', table);
  process.stdout.write(table);
}

function readResults(): readonly Result[] {
  if (!existsSync(RESULTS)) return [];
  return readFileSync(RESULTS, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Result);
}

/** One worker process that is given units until there are no more. */
function serve(units: string[], words: readonly string[], starter: string): Promise<void> {
  return new Promise((resolve) => {
    const worker: ChildProcess = fork(starter, [...words]);
    const next = (): void => {
      const unit = units.shift();
      if (unit === undefined) worker.disconnect();
      else worker.send(unit);
    };
    worker.on('message', (message: { readonly results?: readonly Result[] }) => {
      for (const result of message.results ?? []) appendFileSync(RESULTS, `${JSON.stringify(result)}\n`);
      const wrong = (message.results ?? []).filter(({ outcome }) => outcome === 'false right' || outcome === 'false wrong' || outcome === 'fault');
      for (const { outcome, id, text } of wrong) process.stderr.write(`${outcome}: ${id}: ${JSON.stringify(text)}\n`);
      next();
    });
    worker.on('exit', () => resolve());
  });
}

function work(settings: Settings): Promise<void> {
  let cases: ModelCases | undefined;
  let count = 0;
  const judged = (unit: string): readonly Result[] => {
    const [name = '', targetName = ''] = unit.split('|');
    if (cases?.name !== name) {
      cases = new ModelCases(name, settings.seed);
      count = 0;
    }
    const target = cases.targets.find((each) => each.name === targetName);
    if (target === undefined) return [];
    const results: Result[] = [];
    for (const one of cases.cases(target, settings.per)) {
      count += 1;
      const about = {
        id: one.id,
        unit,
        model: name,
        kind: one.kind,
        label: one.label,
        about: one.about,
        style: one.style,
        warm: count > WARM_AFTER,
        megabytes: Math.round(process.memoryUsage().rss / 1e6),
      };
      if (one.label === 'between' || (one.kind === 'mutant' && one.label === 'right') || (one.kind === 'rewriting' && one.label === 'wrong')) {
        results.push({ ...about, outcome: 'dropped', ruleId: '', repairProved: false, milliseconds: 0 });
        continue;
      }
      try {
        const { outcome, ruleId, repairProved, milliseconds } = judgeCase(cases.model, one);
        results.push({ ...about, outcome, ruleId, repairProved, milliseconds, ...(outcome === 'proved' || outcome === 'named' ? {} : { text: one.text }) });
      } catch (error) {
        results.push({ ...about, outcome: 'fault', ruleId: error instanceof Error ? error.message : '', repairProved: false, milliseconds: 0, text: one.text });
      }
    }
    return results;
  };
  return new Promise((resolve) => {
    process.on('message', (unit: string) => process.send?.({ results: judged(unit) }));
    process.on('disconnect', () => resolve());
    process.send?.({});
  });
}
