/**
 * `chainrule derive MODEL TARGET…`: formulas and the steps that lead to them.
 */

import type { Command } from 'commander';
import { deliver } from '../deliver.js';
import { addOutputOptions, type OutputOptions } from '../options.js';
import { resolveSource } from '../resolve.js';
import type { Session } from '../session.js';
import { noteTargets } from '../targets.js';

export function addDerive(program: Command, session: Session): void {
  const command = program
    .command('derive')
    .summary('derive formulas, step by step')
    .description('Derive formulas of a model, step by step: gradients (dJ/dW), adjoints, Jacobians (∂h_t/∂h_{t-1}), with the options of a `derive` line.')
    .argument('<model>', 'built-in name, id of a worked problem, or path of a sheet')
    .argument('<target...>', String.raw`what to derive, each as a line of a derive block: 'dJ/dW', '\frac{\partial J}{\partial W}, keep h_t'`);
  addOutputOptions(command, 'file').action(async (model: string, targets: string[], _: unknown, self: Command) => {
    const options = self.optsWithGlobals<OutputOptions>();
    const source = await resolveSource(model, session);
    noteTargets(targets, session);
    const { library } = session;
    await deliver(await library.derive(source, targets, session.settings(options)), options, session);
  });
}
