/**
 * `chainrule check MODEL [TARGET…]`: every formula against the evaluator.
 */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { deliver, formatOf } from '../deliver.js';
import type { CheckOptions } from '../library.js';
import { addOutputOptions, type OutputOptions } from '../options.js';
import { resolveSource } from '../resolve.js';
import type { Session } from '../session.js';
import { noteTargets } from '../targets.js';

interface CheckFlags extends OutputOptions {
  readonly wrt?: readonly string[];
  readonly entries?: number | 'all';
  readonly order?: '1' | '2';
  readonly formula?: readonly string[];
}

export function addCheck(program: Command, session: Session): void {
  const command = program
    .command('check')
    .summary('compare every gradient with the numbers')
    .description(
      'Compare the derived gradients with forward tangents of the model, entry by entry. Without targets: those of every parameter, input and freed boundary value.',
    )
    .argument('<model>', 'built-in name, id of a worked problem, or path of a sheet')
    .argument('[target...]', "what to check: 'dJ/dW'")
    .option('--wrt <names>', 'gradients by these names only: W_z,U_z,h_0', names)
    .option('--entries <n>', 'entries of each gradient compared one by one, or all; the others in signed random sums', entries)
    .option('--formula <line...>', "formulas of your own in place of the derived ones: 'dJ/dW = sum(t=1..T, …)'; a wrong one is traced to its term")
    .addOption(new Option('--order <n>', '2: Hessian–vector products in place of gradients').choices(['1', '2']));
  addOutputOptions(command, 'file').action(async (model: string, targets: string[], _: unknown, self: Command) => {
    const options = self.optsWithGlobals<CheckFlags>();
    const source = await resolveSource(model, session);
    noteTargets([...targets, ...(options.formula ?? [])], session);
    const { library } = session;
    await deliver(await library.check(source, targets, session.settings(options), optionsOf(options)), options, session);
  });
}

function optionsOf(flags: CheckFlags): CheckOptions {
  return {
    ...(flags.wrt === undefined ? {} : { wrt: flags.wrt }),
    ...(flags.entries === undefined ? {} : { entries: flags.entries }),
    ...(flags.formula === undefined ? {} : { formulas: flags.formula }),
    ...(flags.order === '2' ? { order: 2 } : {}),
    figure: !['txt', 'json'].includes(formatOf(flags)),
  };
}

function names(list: string): readonly string[] {
  const found = list.split(',').map((name) => name.trim());
  if (found.some((name) => name === '')) throw new InvalidArgumentError('Names are separated by commas.');
  return found;
}

function entries(text: string): number | 'all' {
  if (text === 'all') return 'all';
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError('It must be a whole number from 1, or all.');
  return Number(text);
}
