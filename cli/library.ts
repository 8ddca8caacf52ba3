/**
 * What the commands ask of the library, as one interface: the only place where `cli/` and `src/index.ts` meet.
 */

import * as engine from '../src/index.js';

export {
  BudgetError,
  bindSolutions,
  type CollectionEntry,
  groupByDocument,
  InputError,
  type Problem,
  type Region,
  renderIndex,
  sumOfTotals,
  totalsSentence,
  VERSION,
} from '../src/index.js';
export type Totals = engine.SolutionDocument['totals'];

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
  readonly document: engine.SolutionDocument;
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

/** What is compared, and how closely. */
export type CheckOptions = engine.CheckModelOptions;

export interface Library {
  listModels(): readonly ModelEntry[];
  /** The sheet that defines a built-in model. */
  modelSource(name: string): string;
  show(source: Source, settings: Settings): Awaitable<Answer>;
  derive(source: Source, targets: readonly string[], settings: Settings): Awaitable<Answer>;
  check(source: Source, targets: readonly string[], settings: Settings, options: CheckOptions): Awaitable<Answer>;
  evaluate(source: Source, values: unknown, names: readonly string[], settings: Settings): Awaitable<Answer>;
  solve(source: Source, settings: Settings): Awaitable<Answer>;
  /** Judges a derivation; `targets` are what it must reach. */
  verify(source: Source, answer: Source, targets: readonly string[], settings: Settings): Awaitable<Answer & { readonly report: VerifyReport }>;
  /** One mistake of the catalogue, or a list of all. */
  explain(mistake: string | undefined): Awaitable<Answer>;
  render(document: engine.SolutionDocument, format: Format, options: RenderOptions): Awaitable<string | Uint8Array>;
  /** The candidates most like a misspelt word, best first. */
  nearestNames(word: string, candidates: readonly string[]): readonly string[];
}

export type Awaitable<T> = T | Promise<T>;

/** A judged derivation: the contract's JSON. */
export type VerifyReport = engine.VerifyResult;

/** The engine behind the commands. */
export const library: Library = {
  listModels: () => engine.CELLS.map((cell) => ({ name: cell.name, title: cell.title })),
  modelSource: (name) => engine.builtInSheet(name),
  show: (source, settings) => ({ ...engine.showModel(modelOf(source), engineSettings(settings)), outcome: 'right' }),
  derive: (source, targets, settings) => ({ ...engine.deriveTargets(modelOf(source), targets, engineSettings(settings)), outcome: 'right' }),
  check: (source, targets, settings, options) => {
    const { report, document } = engine.checkModel(modelOf(source), targets, engineSettings(settings), options);
    return { report, document, outcome: outcomeOfCheck(report) };
  },
  evaluate: (source, values, names, settings) => {
    const { report, document, finite } = engine.evaluateAt(modelOf(source), values, names, engineSettings(settings));
    return { report, document, outcome: finite ? 'right' : 'wrong' };
  },
  solve: (source, settings) => {
    const { document, ok } = engine.solveSheet(source.text, source.file, engineSettings(settings));
    return { report: document, document, outcome: ok ? 'right' : 'wrong' };
  },
  verify: (source, answer, targets, settings) => {
    const { seed, sizes, budget } = engineSettings(settings);
    const options = { seed, targets, file: answer.file, ...(sizes === undefined ? {} : { sizes }), ...(budget === undefined ? {} : { budget }) };
    const result = engine.verifyAnswer(modelOf(source), answer.text, options);
    return { ...result, outcome: outcomeOfVerdict[result.report.verdict] };
  },
  explain: (mistake) => ({ ...(mistake === undefined ? engine.listMistakes() : engine.explainMistake(mistake)), outcome: 'right' }),
  render: (document, format, options) => engine.render(document, format, options),
  nearestNames: (word, candidates) => [engine.nearest(word, candidates)].filter((name) => name !== undefined),
};

/** A built-in model keeps its own name, by which its formulas are printed in its own style. */
function modelOf(source: Source): engine.Model {
  const cell = engine.CELLS.find((candidate) => candidate.name === source.file);
  return (cell && engine.builtInModel(cell.name)) ?? engine.readModel(source.text, { file: source.file });
}

function engineSettings({ seed, sizes, budget, progress }: Settings): engine.SolveSettings {
  return { seed, sizes: new Map(Object.entries(sizes)), ...(budget === undefined ? {} : { budget }), ...(progress === undefined ? {} : { progress }) };
}

const outcomeOfVerdict: Readonly<Record<engine.VerifyResult['verdict'], Outcome>> = {
  correct: 'right',
  incorrect: 'wrong',
  unreadable: 'unreadable',
  undecided: 'undecided',
};

function outcomeOfCheck(report: engine.CheckReport): Outcome {
  if (report.ok) return 'right';
  const isBad = report.firstNonFinite !== undefined || report.targets.some(({ verdicts }) => (verdicts.wrong ?? 0) + (verdicts['non-finite'] ?? 0) > 0);
  return isBad ? 'wrong' : 'undecided';
}
