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

/** The engine behind the commands, loaded when the first of them needs it. */
export async function loadLibrary(): Promise<Library> {
  const engine = await import('../src/index.js');
  const read = (source: Source) => {
    const name = builtInName(source, engine);
    return name === undefined ? engine.readModel(source.text, { file: source.file }) : (engine.builtInModel(name) ?? engine.readModel(source.text, { file: source.file }));
  };
  const solveSettings = (settings: Settings) => ({ seed: settings.seed, sizes: new Map(Object.entries(settings.sizes)), ...(settings.budget === undefined ? {} : { budget: settings.budget }) });
  return {
    listModels: () => engine.CELLS.map((cell) => ({ name: cell.name, title: cell.title })),
    modelSource: (name) => engine.builtInSheet(name),
    show: (source, settings) => ({ ...engine.showModel(read(source), solveSettings(settings)), outcome: 'right' }),
    derive: (source, targets, settings) => {
      const { report, document } = engine.deriveTargets(read(source), targets, solveSettings(settings));
      return { report, document, outcome: 'right' };
    },
    check: (source, targets, settings) => {
      const { report, document } = engine.checkModel(read(source), targets, solveSettings(settings));
      const bad = report.firstNonFinite !== undefined || report.targets.some((target) => (target.verdicts.wrong ?? 0) + (target.verdicts['non-finite'] ?? 0) > 0);
      return { report, document, outcome: report.ok ? 'right' : bad ? 'wrong' : 'undecided' };
    },
    evaluate: (source, values, names, settings) => {
      const { report, document, finite } = engine.evaluateAt(read(source), values, names, solveSettings(settings));
      return { report, document, outcome: finite ? 'right' : 'wrong' };
    },
    solve: (source, settings) => {
      const solution = engine.solveSheet(source.text, source.file, solveSettings(settings));
      return { report: solution.document, document: solution.document, outcome: solution.ok ? 'right' : 'wrong' };
    },
    render: (document, format, options) => engine.render(document as import('../src/index.js').SolutionDocument, format, options),
    nearestNames: (word, candidates) => [engine.nearest(word, candidates)].filter((name) => name !== undefined),
  };
}

/** A built-in model keeps its own name, by which its formulas are printed in its own style. */
function builtInName(source: Source, engine: typeof import('../src/index.js')): string | undefined {
  return engine.CELLS.find((cell) => cell.name === source.file)?.name;
}
