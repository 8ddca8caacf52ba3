/**
 * The whole corpus: cases are made by model and target, then judged in processes that do nothing else; a line for each case, a table at the end.
 *
 * What is done stands in build/corpus, so a run that was stopped goes on where it was; `--fresh` begins anew, `--again` judges the same
 * cases anew, `--tabulate` only writes the table of what is there.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { builtInModel } from '../../src/model/index.js';
import type { Model } from '../../src/model/model.js';
import { type Case, MODEL_NAMES, ModelCases, targetsOfNamed } from './cases.js';
import { judgeCase, type Outcome } from './judge.js';
import { tableOf } from './table.js';

export interface Result {
  readonly id: string;
  readonly unit: string;
  readonly model: string;
  readonly kind: 'rewriting' | 'mutant';
  readonly label: 'right' | 'wrong' | 'between';
  readonly why?: string;
  readonly about: readonly string[];
  readonly style: string;
  readonly outcome: Outcome | 'dropped' | 'fault';
  readonly ruleId: string;
  readonly level: string;
  readonly repairProved: boolean;
  readonly milliseconds: number;
  /** After the first lines about a model. */
  readonly warm: boolean;
  readonly megabytes: number;
  /** The text, where something is to be looked at. */
  readonly text?: string;
}

export interface Settings {
  readonly per: number;
  readonly seeds: readonly number[];
  readonly models: readonly string[];
  readonly processes: number;
  readonly fresh: boolean;
  readonly again: boolean;
  /** Only writes the table of what is there. */
  readonly tabulate: boolean;
  /** Where the table is written. */
  readonly table: string;
}

/** One unit of work: a model and a target, to be made or judged. */
interface Task {
  readonly unit: string;
  /** Missing while they are to be made. */
  readonly cases?: readonly Case[];
}

interface Answer {
  readonly unit: string;
  readonly made?: readonly Case[];
  readonly results?: readonly Result[];
}

const FOLDER = 'build/corpus';
const CASES = `${FOLDER}/cases.jsonl`;
const RESULTS = `${FOLDER}/results.jsonl`;
const WARM_AFTER = 20;

function settingsOf(words: readonly string[]): Settings {
  const value = (name: string): string | undefined => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  return {
    per: Number(value('--per') ?? 40),
    seeds: (value('--seeds') ?? '1').split(',').map(Number),
    models: value('--models')?.split(',') ?? MODEL_NAMES,
    processes: Number(value('--processes') ?? Math.max(1, Math.min(2, availableParallelism()))),
    fresh: words.includes('--fresh'),
    again: words.includes('--again'),
    tabulate: words.includes('--tabulate'),
    table: value('--table') ?? 'test/corpus/RESULTS.md',
  };
}

export async function main(words: readonly string[], starter: string): Promise<void> {
  const settings = settingsOf(words);
  if (process.send !== undefined) {
    await work(settings);
    return;
  }
  mkdirSync(FOLDER, { recursive: true });
  if (settings.fresh) rmSync(CASES, { force: true });
  if (settings.fresh || settings.again) rmSync(RESULTS, { force: true });
  const targets = settings.models.flatMap((name) => targetsOfNamed(name).map((target) => `${name}|${target.name}`));
  // Seed by seed, so that a run that was stopped speaks of every model.
  const all = settings.seeds.flatMap((seed) => targets.map((target) => `${target}|${seed}`));
  const made = new Set(readLines<Answer>(CASES).map(({ unit }) => unit));
  const starters = { words, starter, processes: settings.processes };
  if (settings.tabulate) {
    writeFileSync(settings.table, tabulated(settings));
    return;
  }
  await distribute(
    all.filter((unit) => !made.has(unit)).map((unit) => ({ unit })),
    starters,
    ({ unit, made: cases = [] }) => appendFileSync(CASES, `${JSON.stringify({ unit, made: cases })}\n`),
  );
  const judged = new Set(readLines<Result>(RESULTS).map(({ unit }) => unit));
  const open = readLines<Answer>(CASES).filter(({ unit }) => all.includes(unit) && !judged.has(unit));
  await distribute(
    open.map(({ unit, made: cases = [] }) => ({ unit, cases })),
    starters,
    ({ results = [] }) => note(results),
  );
  const table = tabulated(settings);
  writeFileSync(settings.table, table);
  process.stdout.write(table);
}

function tabulated(settings: Settings): string {
  const results = readLines<Result>(RESULTS);
  const judged = new Set(results.map(({ unit }) => unit));
  const answers = readLines<Answer>(CASES);
  const texts = textsIn(answers.filter(({ unit }) => judged.has(unit)));
  return tableOf(results, { ...settings, texts, judged: judged.size, units: answers.length });
}

function textsIn(answers: readonly Answer[]): number {
  const texts = new Set<string>();
  for (const { made = [] } of answers) for (const { model, target, label, text } of made) if (label !== 'between') texts.add(`${model} ${target} ${text}`);
  return texts.size;
}

function note(results: readonly Result[]): void {
  for (const result of results) appendFileSync(RESULTS, `${JSON.stringify(result)}\n`);
  for (const { outcome, id, text } of results)
    if (outcome === 'false right' || outcome === 'false wrong' || outcome === 'fault') process.stderr.write(`${outcome}: ${id}: ${JSON.stringify(text)}\n`);
}

function readLines<X>(file: string): readonly X[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as X);
}

interface Starters {
  readonly words: readonly string[];
  readonly starter: string;
  readonly processes: number;
}

/** Gives the tasks to processes, each one more as soon as it has answered. */
async function distribute(tasks: readonly Task[], { words, starter, processes }: Starters, take: (answer: Answer) => void): Promise<void> {
  const left = [...tasks];
  const serve = (): Promise<void> =>
    new Promise((resolve) => {
      const worker: ChildProcess = fork(starter, [...words]);
      const next = (): void => {
        const task = left.shift();
        if (task === undefined) worker.disconnect();
        else worker.send(task);
      };
      worker.on('message', (answer: Answer) => {
        if (answer.unit !== '') take(answer);
        next();
      });
      worker.on('exit', () => resolve());
    });
  if (left.length > 0) await Promise.all(Array.from({ length: processes }, serve));
}

function work(settings: Settings): Promise<void> {
  const making = new Making(settings);
  const judging = new Judging();
  const answer = ({ unit, cases }: Task): Answer => (cases === undefined ? { unit, made: making.made(unit) } : { unit, results: judging.judged(unit, cases) });
  return new Promise((resolve) => {
    process.on('message', (task: Task) => process.send?.(answer(task)));
    process.on('disconnect', () => resolve());
    process.send?.({ unit: '' });
  });
}

class Making {
  #cases: ModelCases | undefined;
  constructor(readonly settings: Settings) {}

  made(unit: string): readonly Case[] {
    const [name = '', targetName = '', seed = ''] = unit.split('|');
    if (this.#cases?.name !== name || this.#cases.seed !== Number(seed)) this.#cases = new ModelCases(name, Number(seed));
    const target = this.#cases.targets.find((each) => each.name === targetName);
    return target === undefined ? [] : [...this.#cases.cases(target, this.settings.per)];
  }
}

/** Judges the cases of one model after the other; what is remembered of a model goes with it. */
class Judging {
  #model: Model | undefined;
  #name = '';
  #count = 0;

  judged(unit: string, cases: readonly Case[]): readonly Result[] {
    const [name = ''] = unit.split('|');
    if (this.#name !== name) {
      this.#name = name;
      this.#model = builtInModel(name);
      this.#count = 0;
    }
    return cases.map((one) => this.#one(unit, one));
  }

  #one(unit: string, one: Case): Result {
    const { id, model, kind, label, about, style, text, why } = one;
    const shared = { id, unit, model, kind, label, about, style, ...(why === undefined ? {} : { why }) };
    const nothing = { ruleId: '', level: '', repairProved: false, milliseconds: 0, warm: false, megabytes: 0 };
    const isOpen = label === 'between' || (kind === 'mutant' && label === 'right') || (kind === 'rewriting' && label === 'wrong');
    if (isOpen || this.#model === undefined) return { ...shared, ...nothing, outcome: 'dropped' };
    this.#count += 1;
    try {
      const judged = judgeCase(this.#model, one);
      const looked = judged.outcome === 'proved' || judged.outcome === 'named' ? {} : { text };
      return { ...shared, ...judged, ...looked, warm: this.#count > WARM_AFTER, megabytes: Math.round(process.memoryUsage().rss / 1e6) };
    } catch (error) {
      return { ...shared, ...nothing, outcome: 'fault', ruleId: error instanceof Error ? error.message : '', text };
    }
  }
}
