/**
 * `chainrule explain [MISTAKE]`: what a named mistake is, with an example made by the engine; without a name, all of them.
 */

import type { Command } from 'commander';
import { deliver } from '../deliver.js';
import { addOutputOptions, type OutputOptions } from '../options.js';
import type { Session } from '../session.js';

export function addExplain(program: Command, session: Session): void {
  const command = program
    .command('explain')
    .summary('what a named mistake is, with an example')
    .description('Explain a mistake that `verify` names: what it is, an example derived by the engine, and how to notice it. Without a name, list all of them.')
    .argument('[mistake]', 'its id: RNN-TRANSPOSE');
  addOutputOptions(command, 'file').action(async (mistake: string | undefined, _: unknown, self: Command) => {
    const options = self.optsWithGlobals<OutputOptions>();
    await deliver(await session.library.explain(mistake), options, session);
  });
}
