/**
 * What the commands ask of the library, as one interface: the only place where `cli/` and `src/index.ts` meet.
 *
 * The library is loaded when the first command needs it, so that help and usage errors answer at once.
 */

import type { Problem, Region } from '../src/errors.js';

export { BudgetError, InputError } from '../src/errors.js';
export type { Problem, Region };

export const formats = ['txt', 'md', 'tex', 'html', 'pdf', 'json'] as const;
export type Format = (typeof formats)[number];

export const engines = ['typst', 'latex'] as const;
export type Engine = (typeof engines)[number];

/** What came of a piece of work, for the exit code: contract §2. */
export type Outcome = 'right' | 'wrong' | 'unreadable' | 'undecided';

/** A sheet or a model before it is read: built-in, worked problem or file. */
export interface Source {
  /** How it is called in messages and on pages: `lstm`, `lab-11/4-lstm-gradient`, `./sheet.md`. */
  readonly file: string;
  readonly text: string;
}

/** What every question may be given. */
export interface Settings {
  readonly seed: number;
  readonly sizes: Readonly<Record<string, number>>;
  /** Bound on the work, in steps; the library's own unless given. */
  readonly budget?: number;
  readonly progress?: (done: number, total: number, what: string) => void;
}

/** The JSON of the contract, the same as a document to render, and what it means for the exit code. */
export interface Answer {
  readonly report: object;
  readonly document: object;
  readonly outcome: Outcome;
}

export interface RenderOptions {
  /** What sets a PDF. */
  readonly engine?: Engine;
  /** Columns that text may take. */
  readonly width?: number;
}

export interface ModelEntry {
  readonly name: string;
  readonly title: string;
}

export interface Library {
  listModels(): readonly ModelEntry[];
  /** The sheet that defines a built-in model. */
  modelSource(name: string): string;
  show(source: Source, settings: Settings): Awaitable<Answer>;
  derive(source: Source, targets: readonly string[], settings: Settings): Awaitable<Answer>;
  check(source: Source, targets: readonly string[], settings: Settings): Awaitable<Answer>;
  evaluate(source: Source, values: unknown, names: readonly string[], settings: Settings): Awaitable<Answer>;
  solve(source: Source, settings: Settings): Awaitable<Answer>;
  render(document: object, format: Format, options: RenderOptions): Awaitable<string | Uint8Array>;
  /** The candidates most like a misspelt word, best first. */
  nearestNames(word: string, candidates: readonly string[]): readonly string[];
}

export type Awaitable<T> = T | Promise<T>;

export async function loadLibrary(): Promise<Library> {
  throw new Error('the library is not wired yet');
}
