/**
 * `chainrule list`: the built-in models and the worked problems.
 */

import type { Command } from 'commander';
import { exitCodes } from '../exit.js';
import { toJson } from '../json.js';
import { headOf, listProblems } from '../problems.js';
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
      const text = options.json ? toJson({ schema: 'chainrule/list/1', models, problems }) : overview(models, problems);
      session.terminal.output.write(text);
      session.ended(exitCodes.done);
    });
}

function overview(models: readonly { name: string; title: string }[], problems: readonly { id: string; title: string }[]): string {
  const rows = [...models.map((model) => model.name), ...problems.map((problem) => problem.id)];
  const width = Math.max(...rows.map((row) => row.length)) + 2;
  const line = (name: string, title: string): string => `  ${name.padEnd(width)}${title}`.trimEnd();
  return [
    'Built-in models',
    ...models.map((model) => line(model.name, model.title)),
    '',
    'Worked problems',
    ...problems.map((problem) => line(problem.id, problem.title)),
    '',
  ].join('\n');
}
