/**
 * `chainrule verify MODEL FILE | -e FORMULA…`: somebody's derivation, judged line by line.
 */

import { type Command, InvalidArgumentError } from 'commander';
import { deliver, formatOf } from '../deliver.js';
import { exitCodeOfOutcome } from '../exit.js';
import { decode, readText } from '../files.js';
import { InputError, type Source } from '../library.js';
import { addOutputOptions, type OutputOptions } from '../options.js';
import { resolveSource } from '../resolve.js';
import type { Session } from '../session.js';
import { wantsColour } from '../terminal.js';
import { formatVerdict, type Hint } from '../verdict.js';

interface VerifyOptions extends OutputOptions {
  readonly expression?: readonly string[];
  readonly target?: readonly string[];
  readonly hint?: Hint;
}

const collected = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export function addVerify(program: Command, session: Session): void {
  const command = program
    .command('verify')
    .summary("judge somebody's derivation, line by line")
    .description('Judge a derivation line by line: a .tex, Markdown or plain-text file, - for standard input, or formulas given with -e.')
    .argument('<model>', 'built-in name, id of a worked problem, or path of a sheet')
    .argument('[file]', 'the derivation; - reads standard input')
    .option('-e, --expression <formula>', 'a line of the derivation; may be given several times', collected)
    .option('--target <target>', "what the derivation must reach: 'dJ/dW'; may be given several times", collected)
    .option('--hint <level>', 'how much to tell: 0 the verdict, 1 the lines, 2 the names of the mistakes, 3 the repairs', hint);
  addOutputOptions(command, 'file').action(async (model: string, file: string | undefined, _: unknown, self: Command) => {
    const options = self.optsWithGlobals<VerifyOptions>();
    const source = await resolveSource(model, session);
    const answer = await answerOf(file, options, session);
    session.sources.set(answer.file, answer.text);
    const judged = await session.library.verify(source, answer, options.target ?? [], session.settings(options));
    const toTerminal = options.output === undefined || options.output === '-';
    if (!toTerminal || formatOf(options) !== 'txt') return deliver(judged, options, session);
    const { output } = session.terminal;
    const colour = wantsColour(output, session.terminal, options.color !== false);
    const shown = { hint: options.hint ?? 3, colour, ...(output.width === undefined ? {} : { width: output.width }) };
    output.write(formatVerdict(judged.report, answer.text, shown));
    session.ended(exitCodeOfOutcome(judged.outcome));
  });
}

function hint(text: string): Hint {
  if (text === '0' || text === '1' || text === '2' || text === '3') return Number(text) as Hint;
  throw new InvalidArgumentError('It must be 0, 1, 2 or 3.');
}

async function answerOf(file: string | undefined, options: VerifyOptions, session: Session): Promise<Source> {
  const formulas = options.expression ?? [];
  if (file !== undefined && formulas.length > 0)
    throw new InputError({ ruleId: 'two-answers', message: 'a file and -e are both given', fix: 'give one of them' });
  if (formulas.length > 0) return { file: '-e', text: formulas.join('\n') };
  if (file === undefined)
    throw new InputError({ ruleId: 'no-answer', message: 'there is nothing to verify', fix: 'name a file, - for standard input, or give formulas with -e' });
  if (file === '-') return { file: '<stdin>', text: decode(await session.terminal.readInput(), '<stdin>') };
  return { file, text: readText(file, session.terminal.directory) };
}
