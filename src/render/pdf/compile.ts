/** A Typst source as a PDF, in a worker with a time limit, by either of two engines that set the same page. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { BudgetError, Fault, InputError } from '../../errors.js';
import type { SolutionDocument } from '../../solution/document.js';
import { packagedFonts, withoutMissing } from './fonts.js';
import { documentToTypst } from './typst.js';

export interface PdfOptions {
  /** `portable` (the default) is WebAssembly and runs everywhere; `native` is faster and an optional package. */
  readonly engine?: 'portable' | 'native';
  /** Seconds after which the work is stopped; 60 unless said otherwise. */
  readonly timeLimit?: number;
}

/** The PDF of a document: equal documents give equal bytes. Throws as {@link typstToPdf} does, and InputError for mathematics that cannot be set. */
export function documentToPdf(document: SolutionDocument, options: PdfOptions = {}): Promise<Uint8Array> {
  return typstToPdf(documentToTypst(document), options);
}

/**
 * Sets a Typst source that `documentToTypst` made. Throws InputError for a text that the fonts do not cover and for an engine that is not
 * installed, BudgetError when the time is up, and a Fault when the engine refuses the source.
 */
export async function typstToPdf(source: string, options: PdfOptions = {}): Promise<Uint8Array> {
  const fonts = packagedFonts();
  const engine = options.engine ?? 'portable';
  const seconds = options.timeLimit ?? 60;
  const outcome = await inWorker({ engine, source: withoutMissing(source, fonts), fonts }, seconds);
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

function inWorker(work: { readonly engine: string; readonly source: string; readonly fonts: readonly Uint8Array[] }, seconds: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile(), { workerData: work, stdout: true, stderr: true, resourceLimits: { maxOldGenerationSizeMb: 2048 } });
    const timer = setTimeout(() => {
      reject(
        new BudgetError(
          `Setting the PDF took longer than ${seconds} s and was stopped. Split the sheet, choose HTML or LaTeX as the output, or raise the time limit.`,
        ),
      );
      void worker.terminate();
    }, seconds * 1000);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      act();
      void worker.terminate();
    };
    worker.once('message', (outcome: Outcome) => settle(() => resolve(outcome)));
    worker.once('error', (error) => settle(() => reject(new Fault(`The PDF engine broke off: ${error.message}`))));
    worker.once('exit', (code) => settle(() => reject(new Fault(`The PDF engine ended with code ${code} and without a result.`))));
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
function workerFile(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'assets', 'typst', 'compile.mjs');
    if (existsSync(file)) return file;
    if (dirname(folder) === folder) throw new Fault('The PDF worker of the package is missing (assets/typst/compile.mjs).');
  }
}
