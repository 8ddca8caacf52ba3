/** The corpus as a program of its own, for the file that start.mjs builds. */

import { fileURLToPath } from 'node:url';
import { main } from './run.js';

await main(process.argv.slice(2), fileURLToPath(import.meta.url));
process.exit(0);
