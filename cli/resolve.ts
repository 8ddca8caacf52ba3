/**
 * What MODEL and SHEET stand for: a built-in name, a worked problem's id, a path; in this order. `./lstm` is always a path, `-` is standard input.
 */

import { decode, exists, readText } from './files.js';
import { InputError, type Library, type Source } from './library.js';
import { findProblem, listProblems } from './problems.js';
import type { Session } from './session.js';

export async function resolveSource(name: string, session: Session): Promise<Source> {
  const source = await sourceOf(name, session);
  session.sources.set(source.file, source.text);
  return source;
}

async function sourceOf(name: string, session: Session): Promise<Source> {
  if (name === '-') return { file: '<stdin>', text: decode(await session.terminal.readInput(), '<stdin>') };
  const { directory } = session.terminal;
  if (isPath(name)) return { file: name, text: readText(name, directory) };
  const { library } = session;
  if (library.listModels().some((model) => model.name === name)) return { file: name, text: library.modelSource(name) };
  const problem = findProblem(name);
  if (problem) return { file: name, text: readText(problem.path, directory) };
  if (exists(name, directory)) return { file: name, text: readText(name, directory) };
  throw unknownName(name, library);
}

/** Written so that it can only be a path. */
function isPath(name: string): boolean {
  return /^(\.{0,2}[/\\]|[A-Za-z]:[/\\])/.test(name);
}

function unknownName(name: string, library: Library): InputError {
  const known = [...library.listModels().map((model) => model.name), ...listProblems().map((problem) => problem.id)];
  const nearest = library.nearestNames(name, known);
  return new InputError({
    ruleId: 'unknown-source',
    message: `there is no built-in model, worked problem or file called ${name}`,
    fix: nearest.length > 0 ? `did you mean ${nearest.slice(0, 3).join(' or ')}?` : 'chainrule list shows the models and the worked problems',
  });
}

/** The worked problem that a name stands for, if it does: its id is then the path of its output below a directory. */
export function isWorkedProblem(name: string): boolean {
  return !isPath(name) && findProblem(name) !== undefined;
}
