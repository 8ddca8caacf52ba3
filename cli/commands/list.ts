/**
 * `chainrule list`: the built-in models, and the worked problems by document, one line each.
 */

import type { Command } from 'commander';
import { exitCodes } from '../exit.js';
import { toJson } from '../json.js';
import { groupByDocument } from '../library.js';
import { headOf, listProblems } from '../problems.js';
import { printable, shortened } from '../report.js';
import type { Session, SharedOptions } from '../session.js';

export function addList(program: Command, session: Session): void {
  program
    .command('list')
    .summary('built-in models and worked problems')
    .description('List the built-in models and the worked problems, by the names that the other commands take.')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const { library } = session;
      const models = library.listModels().map(({ name, title }) => ({ name, title }));
      const problems = listProblems().map((problem) => ({ id: problem.id, ...headOf(problem) }));
      const text = options.json ? toJson({ schema: 'chainrule/list/1', models, problems }) : overview(models, problems, session.terminal.output.width);
      session.terminal.output.write(text);
      session.ended(exitCodes.done);
    });
}

interface Problem {
  readonly id: string;
  readonly title: string;
  readonly source?: string;
}

/** Two columns under a heading each: the built-in models, then the worked problems by the document they come from. */
function overview(models: readonly { name: string; title: string }[], problems: readonly Problem[], width: number | undefined): string {
  const groups = groupByDocument(problems).map(({ title, members }) => ({
    heading: title,
    rows: members.map(({ member }): readonly [string, string] => [member.id, member.title]),
  }));
  const all = [{ heading: 'Built-in models', rows: models.map(({ name, title }): readonly [string, string] => [name, title]) }, ...groups];
  return all
    .map(({ heading, rows }) => {
      const column = Math.max(...rows.map(([name]) => name.length)) + 2;
      const lines = rows.map(([name, title]) => fitted(`  ${name.padEnd(column)}${title}`.trimEnd(), width));
      return [fitted(heading, width), ...lines, ''].join('\n');
    })
    .join('\n');
}

/** One line, cut where the terminal ends. */
const fitted = (line: string, width: number | undefined): string => printable(width === undefined ? line : shortened(line, width));
