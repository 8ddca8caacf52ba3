/**
 * `solve --all -o DIR` and `list`: every worked problem, an index, one bound PDF or none, the sums; one line each by document.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError, type Library } from '../../cli/library.js';
import { headOf, listProblems } from '../../cli/problems.js';
import { complaints } from '../schemas/validate.js';
import { chainrule, scratch } from './harness.js';
import { answering } from './library-double.js';

const problems = listProblems().map(({ id }) => id);

let folder: ReturnType<typeof scratch>;
beforeEach(() => {
  folder = scratch();
});
afterEach(() => {
  folder.dispose();
});

/** Every solution shows two formulas, one of them proved. */
function library(error?: (file: string) => InputError | undefined): Library {
  const double = answering('right', ({ file }) => error?.(file));
  return {
    ...double,
    solve: async (source, settings) => {
      const answer = await double.solve(source, settings);
      return { ...answer, document: { ...answer.document, totals: { formulas: 2, proved: 1, checked: 0, slips: 0 } } };
    },
  };
}

const solveAll = (words: readonly string[], given = library()) =>
  chainrule(['solve', '--all', '-o', 'out', ...words], { directory: folder.path, library: given });

const made = (ending: string): string[] =>
  readdirSync(folder.file('out'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => path.replaceAll('\\', '/'));

describe('all worked problems', () => {
  it('go into files under their ids, in every format asked for, with an index that leads to each', async () => {
    const { code, output, errors } = await solveAll(['--format', 'html', '--format', 'tex']);
    expect({ code, errors }).toEqual({ code: 0, errors: `wrote ${problems.length} solutions, index.html into out\n` });
    expect(made('.tex').sort()).toEqual(problems.map((id) => `${id}.tex`).sort());
    expect(made('.html')).toHaveLength(problems.length + 1);
    const index = readFileSync(folder.file('out/index.html'), 'utf8');
    for (const id of problems) expect(index).toContain(`href="${id}.tex"`);
    expect(index).toContain(`${2 * problems.length} formulas: ${problems.length} proved`);
    expect(output.trim().split('\n').at(-1)).toMatch(new RegExp(`^all +${problems.length} +${2 * problems.length} +${problems.length} +0 +0$`));
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('are bound into one PDF where PDFs are made', async () => {
    const { code, errors } = await solveAll([]);
    expect({ code, errors }).toEqual({ code: 0, errors: `wrote ${problems.length} solutions, index.html, solutions.pdf into out\n` });
    expect(readFileSync(folder.file('out/solutions.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
    expect(readFileSync(folder.file('out/index.html'), 'utf8')).toContain('href="solutions.pdf"');
  });

  it('are told as JSON, with the sum', async () => {
    const { output, errors } = await solveAll(['--format', 'md', '--json', '--quiet']);
    const report = JSON.parse(output);
    expect({ complaints: complaints(report), errors }).toEqual({ complaints: [], errors: '' });
    expect(report.totals).toEqual({ formulas: 2 * problems.length, proved: problems.length, checked: 0, slips: 0 });
    expect(report.solutions.map(({ id }: { id: string }) => id)).toEqual(problems);
    expect(report.files).toEqual(['index.html']);
  });

  it('are not bound where one is missing: the index says which, and the others are there', async () => {
    const bad = problems[3] ?? '';
    const failing = library((file) => (file === bad ? new InputError({ ruleId: 'bad', message: 'a <bad> sheet' }) : undefined));
    const { code, errors } = await solveAll([], failing);
    expect(code).toBe(2);
    expect(errors).toContain('[bad] a <bad> sheet');
    expect(errors).toContain(`1 of ${problems.length} sheets have no solution`);
    expect(existsSync(folder.file('out/solutions.pdf'))).toBe(false);
    expect(made('.pdf')).toHaveLength(problems.length - 1);
    expect(readFileSync(folder.file('out/index.html'), 'utf8')).toContain('not solved: a &lt;bad&gt; sheet');
    const { output } = await solveAll(['--json', '--quiet'], failing);
    const report = JSON.parse(output);
    expect(complaints(report)).toEqual([]);
    expect(report.solutions[3]).toMatchObject({ id: bad, exitCode: 2, totals: null, errors: [{ ruleId: 'bad' }] });
  });
});

describe('several formats', () => {
  it('need a directory', async () => {
    const { code, errors } = await chainrule(['solve', 'lstm', '--format', 'html', '--format', 'tex'], { directory: folder.path, library: library() });
    expect({ code, named: errors.includes('several-formats') }).toEqual({ code: 2, named: true });
  });

  it('of one sheet go into one', async () => {
    await chainrule(['solve', 'lstm', '-o', 'out/', '--format', 'html', '--format', 'tex', '--format', 'html'], { directory: folder.path, library: library() });
    expect(readdirSync(folder.file('out')).sort()).toEqual(['lstm.html', 'lstm.tex']);
  });
});

describe('the list', () => {
  it('has one line for each problem, under the document it comes from', async () => {
    const { output } = await chainrule(['list']);
    const lines = output.split('\n');
    for (const problem of listProblems()) {
      const at = lines.findIndex((line) => line.startsWith(`  ${problem.id} `));
      const heading = lines.slice(0, at).findLast((line) => line !== '' && !line.startsWith(' ')) ?? '';
      expect(at, problem.id).toBeGreaterThan(0);
      expect(headOf(problem).source?.startsWith(heading), `${problem.id} under ${heading}`).toBe(true);
    }
  });
});
