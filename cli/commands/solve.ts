/**
 * `chainrule solve SHEET…`: worked solutions, one a sheet. A sheet that is bad does not stop those after it.
 */

import type { Command } from 'commander';
import { deliver, formatOf } from '../deliver.js';
import { exitCodeOfOutcome } from '../exit.js';
import { isDirectory } from '../files.js';
import { toJsonLine } from '../json.js';
import { type Format, InputError, sumOfTotals, type Totals, totalsSentence } from '../library.js';
import { addSeveralOutputOptions, type OutputOptions } from '../options.js';
import { listProblems } from '../problems.js';
import { resolveSource } from '../resolve.js';
import type { Failure, Session } from '../session.js';
import { solveIntoDirectory } from '../solve-into.js';

interface SolveOptions extends Omit<OutputOptions, 'format'> {
  readonly all?: boolean;
  readonly format?: readonly Format[];
}

export function addSolve(program: Command, session: Session, failed: Failure): void {
  const command = program
    .command('solve')
    .summary('turn sheets into worked solutions')
    .description('Turn sheets into worked solutions: every formula derived, every gradient compared with numbers.')
    .argument('[sheet...]', 'built-in name, id of a worked problem, or path of a sheet; - reads standard input')
    .option('--all', 'all worked problems; with -o DIR also an index page, and with PDFs one that holds them all');
  addSeveralOutputOptions(command, 'file|dir').action(async (named: string[], _: unknown, self: Command) => {
    const { format: formats = [], all = false, ...rest } = self.optsWithGlobals<SolveOptions>();
    const sheets = all ? [...named, ...listProblems().map((problem) => problem.id)] : named;
    if (sheets.length === 0)
      throw new InputError({
        ruleId: 'missing-argument',
        message: 'no sheet to solve',
        fix: 'name a sheet, or say --all; chainrule list shows the worked problems',
      });
    const { output } = rest;
    if (output !== undefined && output !== '-' && isForDirectory(output, sheets, session))
      return solveIntoDirectory({ sheets, directory: output, formats: formats.length === 0 ? ['pdf'] : formats, all, options: rest }, session, failed);
    const [format, other] = formats;
    if (other !== undefined) throw severalFormats(formats);
    await solveInTurn(sheets, { ...rest, ...(format === undefined ? {} : { format }) }, session, failed);
  });
}

function severalFormats(formats: readonly Format[]): InputError {
  return new InputError({
    ruleId: 'several-formats',
    message: `${formats.join(' and ')} cannot go into one place`,
    fix: 'name a directory for them, with a slash at its end: -o solutions/',
  });
}

function isForDirectory(output: string, sheets: readonly string[], session: Session): boolean {
  return sheets.length > 1 || /[/\\]$/.test(output) || isDirectory(output, session.terminal.directory);
}

/** To standard output, or into the one file of one sheet. */
async function solveInTurn(sheets: readonly string[], options: OutputOptions, session: Session, failed: Failure): Promise<void> {
  const totals: Totals[] = [];
  for (const sheet of sheets) {
    try {
      totals.push(await solveOne(sheet, options, sheets.length > 1, session));
    } catch (error) {
      if (sheets.length === 1) throw error;
      failed(error, options);
    }
  }
  if (sheets.length > 1) session.remark(`${totals.length} of ${sheets.length} sheets solved; ${totalsSentence(sumOfTotals(totals))}`, options);
}

async function solveOne(sheet: string, options: OutputOptions, amongOthers: boolean, session: Session): Promise<Totals> {
  const source = await resolveSource(sheet, session);
  const { library } = session;
  const answer = await library.solve(source, session.settings(options));
  if (amongOthers && options.output === undefined && formatOf(options) === 'json') {
    session.terminal.output.write(toJsonLine(answer.report));
    session.ended(exitCodeOfOutcome(answer.outcome));
  } else await deliver(answer, options, session);
  return answer.document.totals;
}
