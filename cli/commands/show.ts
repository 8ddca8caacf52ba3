/**
 * `chainrule show MODEL`: equations, shapes, roles, spellings, what reads what, and the picture of the graph.
 */

import type { Command } from 'commander';
import { deliver } from '../deliver.js';
import { addOutputOptions, type OutputOptions } from '../options.js';
import { resolveSource } from '../resolve.js';
import type { Session } from '../session.js';

export function addShow(program: Command, session: Session): void {
  const command = program
    .command('show')
    .summary('equations, shapes, roles and the picture of a model')
    .description('Show a model: its equations, shapes, roles and spellings, what reads what, and the picture of its graph.')
    .argument('<model>', 'built-in name, id of a worked problem, or path of a sheet');
  addOutputOptions(command, 'file').action(async (model: string, _: unknown, self: Command) => {
    const options = self.optsWithGlobals<OutputOptions>();
    const source = await resolveSource(model, session);
    const { library } = session;
    await deliver(await library.show(source, session.settings(options)), options, session);
  });
}
