/**
 * Runs command lines inside the test, with streams that are kept and a library that is the real one unless a test passes its own.
 */

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { library as engine, type Library } from '../../cli/library.js';
import { run } from '../../cli/program.js';

export interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly bytes: Uint8Array;
  readonly errors: string;
}

export interface Surroundings {
  readonly directory?: string;
  readonly input?: string;
  readonly terminal?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly library?: Library;
}

/** One command line; standard output and standard error are kept apart. */
export async function chainrule(words: readonly string[], surroundings: Surroundings = {}): Promise<Outcome> {
  const output: Uint8Array[] = [];
  const errors: Uint8Array[] = [];
  const stream = (into: Uint8Array[]) => ({
    write: (content: string | Uint8Array) => void into.push(Buffer.from(content)),
    isTerminal: surroundings.terminal === true,
  });
  const terminal = {
    output: stream(output),
    errors: stream(errors),
    environment: surroundings.environment ?? {},
    directory: surroundings.directory ?? process.cwd(),
    readInput: async () => Buffer.from(surroundings.input ?? ''),
  };
  const code = await run(words, terminal, surroundings.library ?? engine);
  const bytes = Buffer.concat(output);
  return { code, output: bytes.toString(), bytes, errors: Buffer.concat(errors).toString() };
}

/** A fresh directory for one test; `dispose` removes it. */
export function scratch(): { readonly path: string; file(name: string): string; dispose(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'chainrule-')));
  return { path, file: (name) => join(path, name), dispose: () => rmSync(path, { recursive: true, force: true }) };
}
