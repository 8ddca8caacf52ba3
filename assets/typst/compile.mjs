/**
 * The process that sets one Typst source as a PDF and ends: one of its own, so that it can be given a time limit and its own way of
 * running WebAssembly. It is plain JavaScript because it is started by its file name, from the sources as well as from the package.
 *
 * Neither engine is given files, packages or a network: the source and the fonts are all there is. A message {engine, source, fonts}
 * comes in, with `engine` one of `portable`, `native` and `fastest` and fonts as bytes; {pdf?, problems, missing?} goes out.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** @param {{ source: string, fonts: Uint8Array[] }} work @returns {Promise<{ pdf?: Uint8Array, problems: string[] }>} */
async function portable({ source, fonts }) {
  const typst = await import('@myriaddreamin/typst-ts-web-compiler');
  const bytes = readFileSync(require.resolve('@myriaddreamin/typst-ts-web-compiler/wasm'));
  await typst.default({ module_or_path: await WebAssembly.compile(bytes) });
  const builder = new typst.TypstCompilerBuilder();
  builder.set_dummy_access_model();
  for (const font of fonts) await builder.add_raw_font(font);
  const compiler = await builder.build();
  compiler.add_source('/main.typ', source);
  const { result, diagnostics } = compiler.compile('/main.typ', undefined, 'pdf', 3);
  return { pdf: result, problems: (diagnostics ?? []).map(describe) };
}

/** @param {{ source: string, fonts: Uint8Array[] }} work @returns {Promise<{ pdf?: Uint8Array, problems: string[] }>} */
async function native({ source, fonts }) {
  const { NodeCompiler } = require('@myriaddreamin/typst-ts-node-compiler');
  const compiler = NodeCompiler.create({ fontArgs: [{ fontBlobs: fonts.map((font) => Buffer.from(font)) }] });
  const outcome = compiler.compile({ mainFileContent: source });
  const document = outcome.result;
  const failure = outcome.takeDiagnostics();
  const problems = failure === null ? [] : compiler.fetchDiagnostics(failure).map(describe);
  return { pdf: document === null ? undefined : new Uint8Array(compiler.pdf(document)), problems };
}

/** @param {unknown} diagnostic */
function describe(diagnostic) {
  if (typeof diagnostic !== 'object' || diagnostic === null) return String(diagnostic);
  const { severity, message, range } = /** @type {Record<string, unknown>} */ (diagnostic);
  return `${String(severity ?? 'error')}: ${String(message)}${range === undefined ? '' : ` at ${String(range)}`}`;
}

/** @param {unknown} error */
function failed(error) {
  const { message, code } = /** @type {Record<string, unknown>} */ (Object(error));
  return { pdf: undefined, problems: [`error: ${String(message ?? error)}`], missing: code === 'MODULE_NOT_FOUND' };
}

/** @param {{ engine: string, source: string, fonts: Uint8Array[] }} work */
async function compile(work) {
  if (work.engine === 'portable') return portable(work).catch(failed);
  const outcome = await native(work).catch(failed);
  // Where the native engine is missing or fails, the portable one has the last word.
  return work.engine === 'fastest' && outcome.pdf === undefined ? portable(work).catch(failed) : outcome;
}

process.once('message', async (work) => {
  const outcome = await compile(work);
  process.send(outcome, () => process.exit(0));
});
