/**
 * `chainrule check MODEL [TARGET…]`: every formula against the evaluator.
 */

import type { Command } from 'commander';
import { deliver } from '../deliver.js';
import { addOutputOptions, type OutputOptions } from '../options.js';
import { resolveSource } from '../resolve.js';
import type { Session } from '../session.js';
import { noteTargets } from '../targets.js';

export function addCheck(program: Command, session: Session): void {
  const command = program
    .command('check')
    .summary('compare every gradient with the numbers')
    .description(
      'Compare the derived gradients with numerical ones, entry by entry. Without targets: those of every parameter, input and freed boundary value.',
    )
    .argument('<model>', 'built-in name, id of a worked problem, or path of a sheet')
    .argument('[target...]', "what to check: 'dJ/dW'");
  addOutputOptions(command, 'file').action(async (model: string, targets: string[], _: unknown, self: Command) => {
    const options = self.optsWithGlobals<OutputOptions>();
    const source = await resolveSource(model, session);
    noteTargets(targets, session);
    const { library } = session;
    await deliver(await library.check(source, targets, session.settings(options)), options, session);
  });
}
