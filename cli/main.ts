#!/usr/bin/env node
/**
 * The command `chainrule`: runs the command line of this process.
 */

import { exitCodes } from './exit.js';
import { library } from './library.js';
import { run } from './program.js';
import { processTerminal } from './terminal.js';

// A reader that has seen enough (`chainrule list | head -1`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.stderr.write(`error: cannot write standard output: ${error.message}\n`);
    process.exit(error.code === 'EPIPE' ? process.exitCode : exitCodes.usage);
  });
}

process.exitCode = await run(process.argv.slice(2), processTerminal(), library, new URL('./thread.js', import.meta.url));
