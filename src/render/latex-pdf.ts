/** PDF through an installed TeX: pdflatex without shell escape, in a directory of its own, with a time limit. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Fault, InputError } from '../errors.js';

const run = promisify(execFile);
const TIME_LIMIT = 120_000;

/** Sets the LaTeX twice, so that references settle. Throws an InputError where there is no TeX, and a Fault where the source does not compile. */
export async function latexToPdf(source: string): Promise<Uint8Array> {
  const directory = await mkdtemp(join(tmpdir(), 'chainrule-'));
  try {
    await writeFile(join(directory, 'solution.tex'), source);
    const options = {
      cwd: directory,
      timeout: TIME_LIMIT,
      maxBuffer: 16_000_000,
      env: { ...process.env, SOURCE_DATE_EPOCH: '0', FORCE_SOURCE_DATE: '1', openin_any: 'p', openout_any: 'p' },
    };
    for (let pass = 0; pass < 2; pass += 1) await run('pdflatex', ['-no-shell-escape', '-interaction=nonstopmode', '-halt-on-error', 'solution.tex'], options);
    return await readFile(join(directory, 'solution.pdf'));
  } catch (error) {
    const failure = error as { code?: string | number; stdout?: string };
    if (failure.code === 'ENOENT')
      throw new InputError({
        ruleId: 'no-tex',
        message: 'There is no pdflatex on this machine.',
        fix: 'Leave `--engine latex` out; the PDF is then set without TeX.',
      });
    throw new Fault(
      `pdflatex refused the solution: ${(failure.stdout ?? String(error))
        .split('\n')
        .filter((line) => line.startsWith('!'))
        .join(' ')}`,
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
