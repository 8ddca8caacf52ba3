// Runs run.ts, which is TypeScript, without a build: `npm run corpus -- --per 40 --models rnn,gru`.

import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const script = fileURLToPath(new URL('./run.ts', import.meta.url));
const { module } = await runnerImport(script, { configFile: false, logLevel: 'error', root: fileURLToPath(new URL('../..', import.meta.url)) });
await module.main(process.argv.slice(2), fileURLToPath(import.meta.url));
process.exit(0);
