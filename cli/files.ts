/**
 * Files in and out. What is read is bounded and valid UTF-8; what is written appears whole or not at all.
 */

import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError } from './library.js';

/** Larger files are refused before they are read; what a sheet may hold is the library's own, smaller, bound. */
const largestFile = 64 * 2 ** 20;

/** The text of a file. Throws InputError where it cannot be read, is too large or is not UTF-8. */
export function readText(path: string, directory: string): string {
  return decode(readBytes(resolve(directory, path), path), path);
}

function readBytes(path: string, shown: string): Uint8Array {
  let handle: number | undefined;
  try {
    handle = openSync(path, 'r');
    const stats = fstatSync(handle);
    if (stats.isFile() && stats.size > largestFile) throw tooLarge(shown, stats.size);
    return readFileSync(handle);
  } catch (error) {
    throw fileError(error, 'unreadable-file', `cannot read ${shown}`);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function tooLarge(shown: string, size: number): InputError {
  const mebibytes = (size / 2 ** 20).toFixed(0);
  return new InputError({
    ruleId: 'too-large',
    message: `${shown} is ${mebibytes} MiB large`,
    why: `files of up to ${largestFile / 2 ** 20} MiB are read`,
    file: shown,
  });
}

/** UTF-8 text; a byte order mark is dropped. `shown` names it in the error. */
export function decode(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError({ ruleId: 'not-utf8', message: `${shown} is not UTF-8 text`, fix: 'save it as UTF-8', file: shown });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  EACCES: 'permission is denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'it is a link to itself',
  EMFILE: 'too many files are open',
};

/** Errors of the file system are the user's to know about; anything else passes unchanged. */
function fileError(error: unknown, ruleId: string, message: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (error instanceof InputError || code === undefined) return error;
  return new InputError({ ruleId, message, why: reasons[code] ?? code });
}

/** Whether a path names something that exists (following links). */
export function exists(path: string, directory: string): boolean {
  return statSync(resolve(directory, path), { throwIfNoEntry: false }) !== undefined;
}

export function isDirectory(path: string, directory: string): boolean {
  return statSync(resolve(directory, path), { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Makes a directory and those above it. */
export function makeDirectory(path: string, directory: string): void {
  try {
    mkdirSync(resolve(directory, path), { recursive: true });
  } catch (error) {
    throw fileError(error, 'unwritable', `cannot make the directory ${path}`);
  }
}

/**
 * Writes a file through a temporary one beside it, so that readers see the old content or the whole new one.
 * Pipes and devices are written to directly. The writing itself does not wait, so an interrupt is answered before it or after it.
 */
export async function writeWhole(path: string, content: string | Uint8Array, directory: string): Promise<void> {
  const release = deferInterrupts();
  try {
    writeThrough(resolve(directory, path), content);
  } catch (error) {
    throw fileError(error, 'unwritable', `cannot write ${path}`);
  } finally {
    await release();
  }
}

function writeThrough(path: string, content: string | Uint8Array): void {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing && !existing.isFile()) {
    writeFileSync(path, content);
    return;
  }
  const target = existing ? realpathSync(path) : path;
  const temporary = join(dirname(target), `.${basename(target).slice(0, 100)}.${process.pid}.partial`);
  try {
    writeFileSync(temporary, content, existing ? { mode: existing.mode } : {});
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

const signals = { SIGINT: 2, SIGTERM: 15 } as const;

/** Until released, an interrupt waits for the file that is being written; then the process ends as it would have. */
function deferInterrupts(): () => Promise<void> {
  const handlers = Object.entries(signals).map(([signal, number]) => {
    const end = (): never => process.exit(128 + number);
    process.on(signal, end);
    return (): void => void process.off(signal, end);
  });
  return async () => {
    // Signals are delivered between turns of the event loop.
    await new Promise((resolved) => setImmediate(resolved));
    for (const remove of handlers) remove();
  };
}
