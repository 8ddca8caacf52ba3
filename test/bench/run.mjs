/** `npm run bench`: bundles the benches, then runs them. Arguments are handed on. */

import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: { ssr: 'test/bench/bench.ts', outDir: 'build/bench', emptyOutDir: true, minify: false, target: 'node20' },
});
const { main } = await import(new URL('../../build/bench/bench.js', import.meta.url).href);
await main(process.argv.slice(2));
