/**
 * Solutions into a directory: a file for each sheet and format, made side by side; of all worked problems also an index page,
 * one bound PDF and the sum of what they show.
 */

import { basename, dirname, extname, join } from 'node:path';
import { boundFile, boundOf, collectionReport, indexFile, indexOf, type Piece, totalsTable } from './collection.js';
import { doAll } from './crew.js';
import { exitCodeOfError, exitCodeOfOutcome } from './exit.js';
import { makeDirectory, writeWhole } from './files.js';
import { toJson, toJsonLine } from './json.js';
import { type Format, InputError } from './library.js';
import type { OutputOptions } from './options.js';
import { findProblem, headOf } from './problems.js';
import { problemsOf } from './report.js';
import { isWorkedProblem, resolveSource } from './resolve.js';
import type { Failure, Session } from './session.js';
import { errorOf, type Finished, type Task, type Thrown, thrownOf } from './task.js';

export interface Order {
  readonly sheets: readonly string[];
  readonly directory: string;
  readonly formats: readonly Format[];
  /** Whether these are all worked problems, so that an index and the rest belong to them. */
  readonly all: boolean;
  readonly options: Omit<OutputOptions, 'format'>;
}

/** Where one sheet's solution goes, and what became of it. */
interface Job {
  readonly sheet: string;
  readonly stem: string;
  readonly task: Task | undefined;
  result: Finished;
}

/** Solves all sheets of an order. A sheet that is bad does not stop the others; what it did wrong is reported at the end, in the order of the sheets. */
export async function solveIntoDirectory(order: Order, session: Session, failed: Failure): Promise<void> {
  const { options, all, formats } = order;
  const stems = stemsOf(order);
  for (const stem of stems) makeDirectory(dirname(join(order.directory, stem)), session.terminal.directory);
  const jobs: Job[] = [];
  for (const [at, sheet] of order.sheets.entries()) jobs.push(await jobOf(sheet, stems[at] ?? sheet, order, session));
  const binds = all && formats.includes('pdf');
  const progress = session.progress(options) ?? (() => undefined);
  const steps = jobs.length + (binds ? 1 : 0);
  await solveSideBySide(jobs, order, session, (done, what) => progress(done, steps, what));
  const pieces = jobs.map((job) => pieceOf(job, order));
  const extra = all ? await writeExtras(pieces, binds, order, session, () => progress(steps - 1, steps, 'binding')) : [];
  progress(steps, steps, '');
  tell(jobs, pieces, extra, order, session, failed);
}

async function jobOf(sheet: string, stem: string, { options, formats }: Order, session: Session): Promise<Job> {
  const pending: Finished = { thrown: { kind: 'fault', stack: 'the sheet was not solved' } };
  try {
    const { progress: _, ...settings } = session.settings(options);
    const source = await resolveSource(sheet, session);
    return { sheet, stem, task: { source, settings, formats, ...(options.engine ? { engine: options.engine } : {}) }, result: pending };
  } catch (error) {
    return { sheet, stem, task: undefined, result: { thrown: thrownOf(error) } };
  }
}

async function solveSideBySide(jobs: readonly Job[], order: Order, session: Session, progress: (done: number, what: string) => void): Promise<void> {
  const open = jobs.filter((job) => job.task !== undefined);
  let done = jobs.length - open.length;
  const tasks = open.flatMap(({ task }) => (task === undefined ? [] : [task]));
  const thread = tasks.length > 1 ? session.thread : undefined;
  await doAll(tasks, session.library, thread, async (at, finished) => {
    const job = open[at];
    done += 1;
    if (job === undefined) return;
    job.result = await written(job, finished, order, session);
    progress(done, job.sheet);
  });
}

/** Writes what was rendered; keeps the answer, lets go of the renderings. */
async function written(job: Job, finished: Finished, { directory, formats }: Order, session: Session): Promise<Finished> {
  if ('thrown' in finished) return finished;
  try {
    for (const [at, format] of formats.entries())
      await writeWhole(join(directory, `${job.stem}.${format}`), finished.contents[at] ?? '', session.terminal.directory);
    return { answer: finished.answer, contents: [] };
  } catch (error) {
    return { thrown: thrownOf(error) };
  }
}

function pieceOf({ sheet, stem, result }: Job, { formats }: Order): Piece {
  const problem = isWorkedProblem(sheet) ? findProblem(sheet) : undefined;
  const head = problem === undefined ? undefined : headOf(problem);
  if ('thrown' in result) return failedPiece(sheet, head, result.thrown);
  const { document, outcome } = result.answer;
  const files = formats.map((format) => ({ format, address: `${stem.replaceAll('\\', '/')}.${format}` }));
  const source = document.source === undefined ? {} : { source: document.source };
  return { id: sheet, title: document.title, ...source, document, files, exitCode: exitCodeOfOutcome(outcome), errors: [] };
}

function failedPiece(sheet: string, head: { readonly title: string; readonly source?: string } | undefined, thrown: Thrown): Piece {
  const error = errorOf(thrown);
  const errors = problemsOf(error);
  return {
    id: sheet,
    title: [{ type: 'text', text: head?.title ?? sheet }],
    ...(head?.source === undefined ? {} : { source: head.source }),
    failure: errors[0]?.message ?? '',
    files: [],
    exitCode: exitCodeOfError(error),
    errors,
  };
}

/** Index and bound PDF; the names of what was written. */
async function writeExtras(
  pieces: readonly Piece[],
  binds: boolean,
  { directory, options }: Order,
  session: Session,
  binding: () => void,
): Promise<readonly string[]> {
  const seed = options.seed ?? 0;
  if (binds) binding();
  const bound = binds ? await boundOf(pieces, seed) : undefined;
  if (bound !== undefined) await writeWhole(join(directory, boundFile), bound, session.terminal.directory);
  await writeWhole(join(directory, indexFile), indexOf(pieces, seed, bound !== undefined), session.terminal.directory);
  return [indexFile, ...(bound === undefined ? [] : [boundFile])];
}

function tell(jobs: readonly Job[], pieces: readonly Piece[], extra: readonly string[], order: Order, session: Session, failed: Failure): void {
  const { all, options, directory, formats } = order;
  const { output } = session.terminal;
  for (const [at, { result, stem }] of jobs.entries()) {
    if ('thrown' in result) {
      if (all && options.json) session.ended(exitCodeOfError(errorOf(result.thrown)));
      else failed(errorOf(result.thrown), options);
      continue;
    }
    session.ended(pieces[at]?.exitCode ?? 0);
    if (all) continue;
    for (const format of formats) session.remark(`wrote ${join(directory, `${stem}.${format}`)}`, options);
    if (options.json) output.write(toJsonLine(result.answer.report));
  }
  if (!all) return;
  output.write(options.json ? toJson(collectionReport(pieces, options.seed ?? 0, extra)) : totalsTable(pieces));
  const solved = pieces.filter(({ document }) => document !== undefined).length;
  const missing = pieces.length - solved;
  session.remark(`wrote ${[`${solved} solutions`, ...extra].join(', ')} into ${directory}`, options);
  if (missing > 0 && formats.includes('pdf')) session.remark(`${boundFile} was not made: ${missing} of ${pieces.length} sheets have no solution`, options);
}

/** Path of each sheet's output below the directory, without the ending. Throws where two would be written to one file. */
function stemsOf({ sheets, directory, formats, all }: Order): readonly string[] {
  const stems = sheets.map(stemOf);
  const files = stems.flatMap((stem) => formats.map((format) => `${stem}.${format}`));
  const taken = [...(all ? [indexFile, boundFile] : []), ...files];
  const twice = taken.find((file, index) => taken.indexOf(file) !== index);
  if (twice !== undefined)
    throw new InputError({
      ruleId: 'same-output',
      message: `two sheets would be written to ${join(directory, twice)}`,
      fix: 'solve them into different directories',
    });
  return stems;
}

function stemOf(sheet: string): string {
  if (sheet === '-') return 'solution';
  return isWorkedProblem(sheet) ? sheet : basename(sheet, extname(sheet) === '.md' ? '.md' : '');
}
