/** A Typst source as a PDF, in a process of its own with a time limit, by either of two engines that set the same page. */

import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BudgetError, Fault, InputError } from '../../errors.js';
import type { SolutionDocument } from '../../solution/document.js';
import { type Book, bookToTypst } from './book.js';
import { packagedFonts, withoutMissing } from './fonts.js';
import { documentToTypst } from './typst.js';

export interface PdfOptions {
  /**
   * `portable` is WebAssembly and runs everywhere; `native` is an optional package and twice as fast; both make the same bytes.
   * `fastest` (the default) is the native one where it is installed and works.
   */
  readonly engine?: 'fastest' | 'portable' | 'native';
  /** Seconds after which the work is stopped; 60 unless said otherwise. */
  readonly timeLimit?: number;
}

/** The PDF of a document: equal documents give equal bytes. Throws as {@link typstToPdf} does, and InputError for mathematics that cannot be set. */
export function documentToPdf(document: SolutionDocument, options: PdfOptions = {}): Promise<Uint8Array> {
  return typstToPdf(documentToTypst(document), options);
}

/** A book may have hundreds of pages. */
const bookTimeLimit = 600;

/** The PDF of all solutions of a book, with contents, outline and running page numbers. Throws as {@link documentToPdf} does. */
export function bookToPdf(book: Book, options: PdfOptions = {}): Promise<Uint8Array> {
  return typstToPdf(bookToTypst(book), { timeLimit: bookTimeLimit, ...options });
}

/**
 * Sets a Typst source that `documentToTypst` made. Throws InputError for a text that the fonts do not cover and for an engine that is not
 * installed, BudgetError when the time is up, and a Fault when the engine refuses the source.
 */
export async function typstToPdf(source: string, options: PdfOptions = {}): Promise<Uint8Array> {
  const fonts = packagedFonts();
  const engine = options.engine ?? 'fastest';
  const seconds = options.timeLimit ?? 60;
  const outcome = await inProcess({ engine, source: withoutMissing(source, fonts), fonts }, seconds);
  if (outcome.missing === true && engine === 'native') throw engineMissing();
  const errors = outcome.problems.filter((problem) => !problem.startsWith('warning'));
  if (outcome.pdf === undefined || errors.length > 0) throw new Fault(`The PDF engine refused the page: ${errors.slice(0, 3).join('; ')}`);
  return outcome.pdf;
}

interface Outcome {
  readonly pdf?: Uint8Array;
  readonly problems: readonly string[];
  readonly missing?: boolean;
}

interface Work {
  readonly engine: string;
  readonly source: string;
  readonly fonts: readonly Uint8Array[];
}

/** The engine runs once and for a moment, so V8 need not optimise its code: that is three to four times faster from the start. */
const quickStart = ['--liftoff-only'];

async function inProcess(work: Work, seconds: number): Promise<Outcome> {
  const outcome = await attempt(work, seconds, quickStart);
  // A Node that does not know the option ends at once.
  return outcome ?? (await attempt(work, seconds, [])) ?? { problems: ['error: the process of the engine did not start'] };
}

/** The outcome, or undefined when the process ended without one. */
function attempt(work: Work, seconds: number, options: readonly string[]): Promise<Outcome | undefined> {
  return new Promise((resolve, reject) => {
    const child = fork(processFile(), [], {
      execArgv: [...options],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const timer = setTimeout(() => {
      reject(
        new BudgetError(
          `Setting the PDF took longer than ${seconds} s and was stopped. Split the sheet, choose HTML or LaTeX as the output, or raise the time limit.`,
        ),
      );
      child.kill('SIGKILL');
    }, seconds * 1000);
    const settle = (outcome: Outcome | undefined): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    child.once('message', (outcome) => settle(outcome as Outcome));
    child.once('error', (error) => settle({ problems: [`error: ${error.message}`] }));
    child.once('exit', () => settle(undefined));
    child.send(work, () => undefined);
  });
}

function engineMissing(): InputError {
  return new InputError({
    ruleId: 'engine-missing',
    message: 'The native PDF engine is not installed.',
    why: 'It is an optional package (@myriaddreamin/typst-ts-node-compiler) without a binary for every platform.',
    fix: 'Leave the engine out: the portable one sets the same page. Or run npm install @myriaddreamin/typst-ts-node-compiler.',
  });
}

/** Looked for upwards, since sources and compiled files lie at different depths; ends at the file system's root. */
function processFile(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'assets', 'typst', 'compile.mjs');
    if (existsSync(file)) return file;
    if (dirname(folder) === folder) throw new Fault('The process of the PDF engine is missing from the package (assets/typst/compile.mjs).');
  }
}
