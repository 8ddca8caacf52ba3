// Builds the corpus into one file and runs it: `npm run corpus -- --per 15 --seeds 1,2 --models rnn,gru`.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const outDir = fileURLToPath(new URL('../../build/corpus/program', import.meta.url));
await build({
  root,
  configFile: false,
  logLevel: 'error',
  build: { ssr: fileURLToPath(new URL('./main.ts', import.meta.url)), outDir, emptyOutDir: true, minify: false, target: 'node20' },
});
spawn(process.execPath, [`${outDir}/main.js`, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' }).on('exit', (code) => process.exit(code ?? 1));
