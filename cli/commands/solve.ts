/**
 * `chainrule solve SHEET…`: worked solutions, one a sheet. A sheet that is bad does not stop those after it.
 */

import { basename, dirname, extname, join } from 'node:path';
import type { Command } from 'commander';
import { deliver, formatOf } from '../deliver.js';
import { exitCodeOfOutcome } from '../exit.js';
import { isDirectory, makeDirectory } from '../files.js';
import { toJsonLine } from '../json.js';
import { type Answer, InputError } from '../library.js';
import { addOutputOptions, type OutputOptions } from '../options.js';
import { listProblems } from '../problems.js';
import { isWorkedProblem, resolveSource } from '../resolve.js';
import type { Failure, Session } from '../session.js';

interface SolveOptions extends OutputOptions {
  readonly all?: boolean;
}

export function addSolve(program: Command, session: Session, failed: Failure): void {
  const command = program
    .command('solve')
    .summary('turn sheets into worked solutions')
    .description('Turn sheets into worked solutions: every formula derived, every gradient compared with numbers.')
    .argument('[sheet...]', 'built-in name, id of a worked problem, or path of a sheet; - reads standard input')
    .option('--all', 'all worked problems');
  addOutputOptions(command, 'file|dir').action(async (named: string[], _: unknown, self: Command) => {
    const options = self.optsWithGlobals<SolveOptions>();
    const sheets = options.all ? [...named, ...listProblems().map((problem) => problem.id)] : named;
    if (sheets.length === 0)
      throw new InputError({
        ruleId: 'missing-argument',
        message: 'no sheet to solve',
        fix: 'name a sheet, or say --all; chainrule list shows the worked problems',
      });
    const outputs = outputsOf(sheets, options, session);
    for (const [index, sheet] of sheets.entries()) {
      try {
        await solveOne(sheet, outputs[index] ?? options, sheets.length > 1, session);
      } catch (error) {
        if (sheets.length === 1) throw error;
        failed(error, options);
      }
    }
  });
}

async function solveOne(sheet: string, options: OutputOptions, amongOthers: boolean, session: Session): Promise<void> {
  const source = await resolveSource(sheet, session);
  const { library } = session;
  const answer = await library.solve(source, session.settings(options));
  if (amongOthers && options.output === undefined && formatOf(options) === 'json') writeLine(answer, session);
  else await deliver(answer, options, session);
}

/** Several documents on standard output: one a line. */
function writeLine(answer: Answer, session: Session): void {
  session.terminal.output.write(toJsonLine(answer.report));
  session.ended(exitCodeOfOutcome(answer.outcome));
}

/** The options of each sheet: with a directory, a file in it for each, worked problems under their ids. */
function outputsOf(sheets: readonly string[], options: OutputOptions, session: Session): OutputOptions[] {
  const { output } = options;
  if (output === undefined || output === '-' || !isForDirectory(output, sheets, session)) return sheets.map(() => options);
  const format = options.format ?? 'pdf';
  const files = sheets.map((sheet) => join(output, `${stemOf(sheet)}.${format}`));
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice) throw new InputError({ ruleId: 'same-output', message: `two sheets would be written to ${twice}`, fix: 'solve them into different directories' });
  for (const file of files) makeDirectory(dirname(file), session.terminal.directory);
  return files.map((file) => ({ ...options, output: file }));
}

function isForDirectory(output: string, sheets: readonly string[], session: Session): boolean {
  return sheets.length > 1 || /[/\\]$/.test(output) || isDirectory(output, session.terminal.directory);
}

/** Path of a sheet's output below the directory, without the ending. */
function stemOf(sheet: string): string {
  if (sheet === '-') return 'solution';
  return isWorkedProblem(sheet) ? sheet : basename(sheet, extname(sheet) === '.md' ? '.md' : '');
}
