/** The LaTeX file: compiled by a plain pdflatex without errors and without anything that sticks out. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderLatex } from '../../src/render/index.js';
import type { SolutionDocument } from '../../src/solution/document.js';
import { hardDocument, withStrings } from './documents.js';
import { sampleDocument } from './sample-document.js';

const pdflatex = spawnSync('pdflatex', ['--version']).status === 0;

/** The log of a run of pdflatex; throws what TeX said when it stopped. */
function compile(document: SolutionDocument): string {
  const folder = mkdtempSync(join(tmpdir(), 'solution-'));
  try {
    writeFileSync(join(folder, 'solution.tex'), renderLatex(document));
    try {
      execFileSync('pdflatex', ['-no-shell-escape', '-interaction=nonstopmode', '-halt-on-error', 'solution.tex'], {
        cwd: folder,
        timeout: 90_000,
        stdio: 'pipe',
      });
    } catch {
      throw new Error(/^!.*(?:\n.*){0,6}/m.exec(readFileSync(join(folder, 'solution.log'), 'latin1'))?.[0] ?? 'pdflatex failed');
    }
    return readFileSync(join(folder, 'solution.log'), 'latin1');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the file', () => {
  const latex = renderLatex(sampleDocument);

  test('is the same each time', () => {
    expect(renderLatex(sampleDocument)).toBe(latex);
  });

  test('uses packages of a small TeX only', () => {
    const packages = [...latex.matchAll(/\\usepackage(?:\[[^\]]*\])?\{([^}]*)\}/g)].flatMap((match) => (match[1] ?? '').split(','));
    expect(new Set(packages)).toEqual(
      new Set(['fontenc', 'inputenc', 'lmodern', 'geometry', 'amsmath', 'amssymb', 'xcolor', 'tikz', 'booktabs', 'longtable', 'microtype', 'hyperref']),
    );
  });

  test('is plain ASCII but for letters', () => {
    expect(latex).not.toMatch(/[^\n -~À-ž]/);
  });
});

describe.skipIf(!pdflatex)(
  'compiled (needs pdflatex)',
  () => {
    test('the sample has no warning about boxes', () => {
      expect(compile(sampleDocument)).not.toMatch(/Overfull|Underfull/);
    });

    test('long lines, deep lists, wide tables and foreign letters stay on the page', () => {
      const overfull = [...compile(hardDocument).matchAll(/Overfull \\hbox \((\d+)\.\d+pt too wide\)[^\n]*/g)].map((match) => match[0]);
      expect(overfull).toEqual([]);
    });

    test.each(['\\input{/etc/passwd}', '}\\end{document}{', '%', '#$&_^~\\', '<>|"`\'--,,', '日本語 🙂 \u0301', ''])('%j in every string compiles', (text) => {
      expect(() => compile(withStrings(() => text))).not.toThrow();
    });
  },
  120_000,
);
