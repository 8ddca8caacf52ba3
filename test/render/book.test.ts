/** The bound PDF: contents whose page numbers are right, an outline, titles that may hold anything; and the sums over a collection. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { groupByDocument, sumOfTotals } from '../../src/render/collection.js';
import type { Book } from '../../src/render/pdf/book.js';
import { bookToPdf } from '../../src/render/pdf/compile.js';
import type { Block, SolutionDocument } from '../../src/solution/document.js';
import { sampleDocument } from './sample-document.js';

const hostile = '#panic("x") $a$ ] } *b* <l> @ref // c \\ "q" %';

const words = (text: string): Block => ({ type: 'paragraph', content: [{ type: 'text', text }] });

function solution(title: string, source: string, sections: readonly string[]): SolutionDocument {
  return {
    ...sampleDocument,
    title: [{ type: 'text', text: title }],
    source,
    sections: sections.map((name) => ({
      kind: 'derive',
      title: [{ type: 'text', text: name }],
      blocks: Array.from({ length: 40 }, () => words(`About ${name}.`)),
    })),
    totals: { formulas: 3, proved: 2, checked: 1, slips: 1 },
  };
}

const book: Book = {
  title: 'Worked solutions',
  provenance: 'chainrule, seed 0',
  solutions: [
    { id: 'lab/1-first', document: solution('The first of all', 'A lab, Problem 1', ['Alpha', 'Beta']) },
    { id: 'lab/2-second', document: solution(hostile, `A lab, ${hostile}`, [hostile]) },
    {
      id: 'talk/1-third',
      document: { ...sampleDocument, title: [{ type: 'math', math: { latex: '\\frac{a}{b}', text: 'a over b' } }], source: `A talk ${hostile}` },
    },
  ],
};

let folder = '';
const file = (): string => join(folder, 'book.pdf');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chainrule-book-'));
  writeFileSync(file(), await bookToPdf(book));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a program of poppler says; undefined where it is not installed. */
function poppler(program: string, ...words: readonly string[]): string | undefined {
  try {
    return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 26 });
  } catch {
    return undefined;
  }
}

/** The text of each page. */
const pages = (): readonly string[] | undefined => poppler('pdftotext', '-layout', file(), '-')?.normalize('NFKC').split('\f').slice(0, -1);

describe('the bound PDF', () => {
  it('lists every solution with the page it begins on', ({ skip }) => {
    const all = pages();
    if (all === undefined) return skip('pdftotext is not installed');
    const contents = all[0] ?? '';
    for (const title of ['The first of all', '#panic(']) {
      const listed = contents.split('\n').find((line) => line.includes(title) && /\. \. \./.test(line));
      const page = Number(/(\d+)\D*$/.exec(listed ?? '')?.[1]);
      expect(page, title).toBeGreaterThan(1);
      expect(all[page - 1], title).toContain(title);
      expect(all[page - 2], title).not.toContain('3 formulas');
      expect(all[page - 1], title).toContain('3 formulas');
    }
    expect(contents).toContain('3 solutions');
    expect(contents).toContain('A lab');
  });

  it('counts its pages through, and names the solution above each that goes on', ({ skip }) => {
    const all = pages();
    if (all === undefined) return skip('pdftotext is not installed');
    expect(all.length).toBeGreaterThan(4);
    for (const [at, page] of all.entries()) expect(page.trim().split('\n').at(-1)?.trim()).toBe(String(at + 1));
    expect(all[2]).toMatch(/^\s*The first of all\s*\n/);
  });

  it('has an outline of documents, solutions and sections, with formulas as words', ({ skip }) => {
    const found = poppler('pdftohtml', '-xml', '-i', '-stdout', file());
    if (found === undefined) return skip('pdftohtml is not installed');
    const outline = /<outline>[\s\S]*<\/outline>/.exec(found)?.[0] ?? '';
    for (const title of ['A lab', 'The first of all', 'Alpha', 'Beta', 'a over b', '#panic(&#34;x&#34;) $a$ ]']) {
      expect(outline.replaceAll('&quot;', '&#34;'), title).toContain(title);
    }
    expect(outline.indexOf('Alpha')).toBeLessThan(outline.indexOf('Beta'));
  });

  it('is the same bytes every time, and refuses to be empty', async () => {
    const small = { ...book, solutions: book.solutions.slice(0, 1) };
    expect(Buffer.from(await bookToPdf(small)).equals(Buffer.from(await bookToPdf(small)))).toBe(true);
    expect(() => bookToPdf({ ...book, solutions: [] })).toThrow(InputError);
  });
});

describe('a collection', () => {
  it('is grouped by folders, under what their sources begin with', () => {
    const groups = groupByDocument([
      { id: 'lab/1', source: 'A course, Lab 11, Problem 1' },
      { id: 'talk/1', source: 'A talk, on loops' },
      { id: 'lab/2', source: 'A course, Lab 11, Problem 2, last part' },
      { id: 'bare/1' },
      { id: 'alone' },
    ]);
    expect(groups.map(({ title, members }) => [title, members.map(({ member, place }) => `${member.id}: ${place}`)])).toEqual([
      ['A course, Lab 11', ['lab/1: Problem 1', 'lab/2: Problem 2, last part']],
      ['A talk', ['talk/1: on loops']],
      ['bare', ['bare/1: ']],
      ['Other sheets', ['alone: ']],
    ]);
  });

  it('has the sum of all totals', () => {
    expect(sumOfTotals(book.solutions.slice(0, 2).map(({ document }) => document.totals))).toEqual({ formulas: 6, proved: 4, checked: 2, slips: 2 });
    expect(sumOfTotals([])).toEqual({ formulas: 0, proved: 0, checked: 0, slips: 0 });
  });
});
