/**
 * The commander wiring: the program with its commands, and the one place where whatever is thrown becomes a message and an exit code.
 */

import { Command, CommanderError } from 'commander';
import { addCheck } from './commands/check.js';
import { addDerive } from './commands/derive.js';
import { addEvaluate } from './commands/evaluate.js';
import { addExplain } from './commands/explain.js';
import { addList } from './commands/list.js';
import { addShow } from './commands/show.js';
import { addSolve } from './commands/solve.js';
import { addVerify } from './commands/verify.js';
import { type ExitCode, exitCodeOfError, exitCodes } from './exit.js';
import { toJson } from './json.js';
import type { Library, Problem } from './library.js';
import { addSharedOptions } from './options.js';
import { packageVersion } from './problems.js';
import { formatProblems, problemsOf } from './report.js';
import { Session, type SharedOptions } from './session.js';
import type { Terminal } from './terminal.js';

/**
 * Runs one command line (without the interpreter and the script) and returns its exit code. Never throws.
 * `thread` is what a thread for work side by side runs.
 */
export async function run(words: readonly string[], terminal: Terminal, library: Library, thread?: URL): Promise<ExitCode> {
  const session = new Session(terminal, library, thread);
  try {
    await buildProgram(session).parseAsync([...words], { from: 'user' });
    return session.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    report(error, optionsAmong(words), session);
    return session.exitCode;
  }
}

function buildProgram(session: Session): Command {
  const { terminal } = session;
  const program = new Command('chainrule')
    .description('Derives, checks and writes out the gradients of recurrent networks.')
    .version(packageVersion(), '-V, --version')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.output.write(text),
      writeErr: (text) => terminal.errors.write(text),
      outputError: () => {},
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride();
  addSharedOptions(program);
  for (const add of [addList, addShow, addSolve, addDerive, addCheck, addEvaluate, addVerify, addExplain])
    add(program, session, (error, options) => report(error, options, session));
  return program;
}

/** For errors of the command line itself, whose options commander did not get to. */
function optionsAmong(words: readonly string[]): SharedOptions {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  return { json: own.includes('--json'), quiet: own.includes('--quiet'), color: !own.includes('--no-color') };
}

function report(error: unknown, options: SharedOptions, session: Session): void {
  session.ended(error instanceof CommanderError ? exitCodes.usage : exitCodeOfError(error));
  // Commander has printed its help instead of a message.
  if (error instanceof CommanderError && error.code === 'commander.help') return;
  const problems = error instanceof CommanderError ? [usageProblem(error)] : problemsOf(error);
  if (options.json) {
    const errors = problems.map(({ region, ...rest }) => ({ ...rest, region: region ?? null }));
    session.terminal.output.write(toJson({ schema: 'chainrule/error/1', errors }));
  } else {
    session.terminal.errors.write(formatProblems(problems, session.sources, session.coloursErrors(options)));
  }
}

/** `commander.unknownOption` → `unknown-option`; a suggestion in brackets becomes the fix. */
function usageProblem(error: CommanderError): Problem {
  const ruleId = error.code.replace(/^commander\./, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const [message = '', ...suggestions] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = suggestions.join(' ').replace(/^\(|\)$/g, '');
  return { ruleId, message, fix: suggestion || 'chainrule --help shows the commands, chainrule COMMAND --help their options' };
}
