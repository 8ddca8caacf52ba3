#!/usr/bin/env node
/**
 * The command `chainrule`: runs the command line of this process.
 */

import { loadLibrary } from './library.js';
import { run } from './program.js';
import { processTerminal } from './terminal.js';

// A reader that has seen enough (`chainrule list | head -1`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

process.exitCode = await run(process.argv.slice(2), processTerminal(), loadLibrary);
