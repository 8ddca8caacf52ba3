/**
 * Builds the SIMD kernels: assembly/*.ts → src/numeric/kernels/binary.ts, which holds the module as base64 text so that it loads in a browser too.
 * Run `node assembly/build.mjs` after a change; a test holds the committed bytes to these sources.
 */

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/** Bytes of the compiled module. Throws with the compiler's messages. */
export async function buildKernels() {
  const { error, stdout, stderr, ...rest } = await asc.main(
    ['index.ts', '--baseDir', fileURLToPath(new URL('.', import.meta.url)), '--outFile', 'kernels.wasm', '--runtime', 'stub', '--enable', 'simd,bulk-memory', '--importMemory', '--noAssert', '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--memoryBase', '1024'],
    { writeFile: (name, contents) => { if (name.endsWith('.wasm')) written.bytes = contents; } },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  void stdout; void rest;
  return written.bytes;
}
const written = { bytes: undefined };

/** The text of src/numeric/kernels/binary.ts for these bytes. */
export function binarySource(bytes) {
  const lines = Buffer.from(bytes).toString('base64').match(/.{1,120}/g) ?? [];
  const text = lines.map((line) => `  '${line}',`).join('\n');
  return `/** The SIMD kernels of assembly/, compiled: written by assembly/build.mjs, never by hand. */\n\nexport const KERNELS_BASE64: string = [\n${text}\n].join('');\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bytes = await buildKernels();
  writeFileSync(new URL('../src/numeric/kernels/binary.ts', import.meta.url), binarySource(bytes));
  console.log(`${bytes.length} bytes`);
}
