/**
 * `chainrule evaluate MODEL --at VALUES.json [NAME…]`: values and gradients at given numbers, as JSON.
 */

import type { Command } from 'commander';
import { exitCodeOfOutcome } from '../exit.js';
import { decode, readText, writeWhole } from '../files.js';
import { parseJson, toJson } from '../json.js';
import { resolveSource } from '../resolve.js';
import type { Session, SharedOptions } from '../session.js';

interface EvaluateOptions extends SharedOptions {
  readonly at: string;
  readonly output?: string;
}

export function addEvaluate(program: Command, session: Session): void {
  program
    .command('evaluate')
    .summary('values and gradients at given numbers')
    .description(
      'Run a model forwards and backwards at given numbers. Writes all computed values, the loss, and its total gradients with respect to every parameter, input and freed boundary value, as JSON.',
    )
    .argument('<model>', 'built-in name, id of a worked problem, or path of a sheet')
    .argument('[name...]', 'computed names whose gradients are wanted too')
    .requiredOption('--at <file>', 'JSON with "values", and "sizes" or "seedGradient" where wanted; - reads standard input')
    .option('-o, --output <file>', 'write here instead of to standard output')
    .action(async (model: string, names: string[], _: unknown, self: Command) => {
      const options = self.optsWithGlobals<EvaluateOptions>();
      const source = await resolveSource(model, session);
      const values = parseJson(await textAt(options.at, session), options.at);
      const { library } = session;
      const answer = await library.evaluate(source, values, names, session.settings(options));
      const text = toJson(answer.report);
      if (options.output === undefined || options.output === '-') session.terminal.output.write(text);
      else await writeWhole(options.output, text, session.terminal.directory);
      session.ended(exitCodeOfOutcome(answer.outcome));
    });
}

async function textAt(path: string, session: Session): Promise<string> {
  const text = path === '-' ? decode(await session.terminal.readInput(), '<stdin>') : readText(path, session.terminal.directory);
  session.sources.set(path, text);
  return text;
}
