/** The PDF from end to end: both engines, the same bytes twice, text that can be found again, hostile text, missing glyphs. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BudgetError, InputError } from '../../src/errors.js';
import { documentToPdf, typstToPdf } from '../../src/render/pdf/compile.js';
import { documentToTypst } from '../../src/render/pdf/typst.js';
import type { Block, EquationLine, Inline, SolutionDocument } from '../../src/solution/document.js';
import { sampleDocument } from './sample-document.js';

function documentOf(blocks: readonly Block[], title = 'A title'): SolutionDocument {
  return { ...sampleDocument, title: [{ type: 'text', text: title }], sections: [{ kind: 'prose', title: [{ type: 'text', text: 'A section' }], blocks }] };
}

const words = (text: string): Block => ({ type: 'paragraph', content: [{ type: 'text', text }] });
const maths = (latex: string): Inline => ({ type: 'math', math: { latex, text: latex } });

/** What a reader's program finds in the PDF; undefined where poppler is not installed. */
function textOf(pdf: Uint8Array): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'chainrule-pdf-'));
  try {
    writeFileSync(join(folder, 'page.pdf'), pdf);
    execFileSync('pdftotext', ['-layout', join(folder, 'page.pdf')], { stdio: 'ignore' });
    return readFileSync(join(folder, 'page.txt'), 'utf8').normalize('NFKD');
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Left and right ends of all words of a PDF, in points; undefined where poppler is not installed. */
function wordsOf(pdf: Uint8Array): readonly { readonly left: number; readonly right: number }[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'chainrule-pdf-'));
  try {
    writeFileSync(join(folder, 'page.pdf'), pdf);
    const boxes = execFileSync('pdftotext', ['-bbox', join(folder, 'page.pdf'), '-'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 26,
    });
    return [...boxes.matchAll(/<word xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.-]+)"/g)].map(([, left, right]) => ({
      left: Number(left),
      right: Number(right),
    }));
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).problems.map((problem) => `${problem.ruleId}: ${problem.message}`).join('\n');
}

describe('the portable engine', () => {
  it('sets the sample document, the same bytes every time, without a date', async () => {
    const [first, second] = [await documentToPdf(sampleDocument, { engine: 'portable' }), await documentToPdf(sampleDocument, { engine: 'portable' })];
    expect(new TextDecoder('latin1').decode(first.slice(0, 5))).toBe('%PDF-');
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true);
    expect(new TextDecoder('latin1').decode(first)).not.toMatch(/CreationDate|ModDate/);
    expect(new TextDecoder('latin1').decode(first)).toMatch(/\/Lang ?\(en\)/);
  });

  it('keeps the title and the formulas as text', async ({ skip }) => {
    const text = textOf(await documentToPdf(sampleDocument));
    if (text === undefined) skip('pdftotext is not installed');
    expect(text).toContain('Where the LSTM keeps its gradient');
    expect(text).toMatch(/tanh\(𝐶|tanh\(C/);
    expect(text).toContain('proved');
  });

  it('shows hostile text as it stands', async ({ skip }) => {
    const hostile = '#panic("x") $x$ \\ ] } *b* _e_ `r` <l> @ref // c /* c */ "quoted" #import "@preview/a:1.0.0" \u0000\u0007';
    const pdf = await documentToPdf(
      documentOf(
        [
          words(hostile),
          { type: 'codeBlock', language: 'x', text: `${hostile}\n\`\`\`\n#read("/etc/passwd")` },
          {
            type: 'paragraph',
            content: [{ type: 'link', href: 'javascript:alert(1)', children: [{ type: 'code', text: hostile }] }, maths('\\text{\\#panic()}')],
          },
        ],
        hostile,
      ),
    );
    const text = textOf(pdf);
    if (text === undefined) skip('pdftotext is not installed');
    expect(text).toContain('#panic(');
    expect(text).toContain('*b* _e_');
    expect(text).toContain('#read("/etc/passwd")');
    expect(new TextDecoder('latin1').decode(pdf)).not.toContain('javascript');
  });

  it('names a character that its fonts do not have where it stands, and refuses a text full of them', async ({ skip }) => {
    expect(await problemOf(documentToPdf(documentOf([words('漢字'.repeat(30))])))).toMatch(/missing-glyph: .*漢 \[U\+6F22\], 字/);
    const text = textOf(await documentToPdf(documentOf([words('one 漢 sign, and hₜ₋₁ᵀ')])));
    if (text === undefined) skip('pdftotext is not installed');
    expect(text).toContain('one [U+6F22] sign');
    expect(text).toMatch(/h\s*t[-−]1\s*T/);
  });

  it('shows LaTeX that is not known mathematics as it was written', async ({ skip }) => {
    const text = textOf(await documentToPdf(documentOf([{ type: 'paragraph', content: [maths('a \\href{b}{c}'), maths('\\frac{a')] }])));
    if (text === undefined) skip('pdftotext is not installed');
    expect(text).toContain('\\href{b}{c}');
    expect(text).toContain('\\frac{a');
  });

  it('lets nothing leave the page, however long', async ({ skip }) => {
    const summand = (index: number): string =>
      `\\left(\\frac{\\partial J}{\\partial h_{t+${index}}} \\circ o_{t+${index}} \\circ (1 - C_{t+${index}}^2)\\right) W_${index}^\\top`;
    const sum = (count: number): string => Array.from({ length: count }, (_, index) => summand(index)).join(' + ');
    const within = `\\left(${Array.from({ length: 12 }, (_, index) => `a_{${index}} \\circ b_{t+${index}}`).join(' + ')}\\right) W`;
    const matrix = `\\begin{bmatrix}${Array.from({ length: 20 }, (_, index) => `W_{${index}}^{(hh)}`).join('&')}\\end{bmatrix}`;
    const math = (latex: string) => ({ latex, text: latex });
    const line = (latex: string): EquationLine => ({
      left: math('\\frac{\\partial J}{\\partial h_t}'),
      relation: '=',
      right: math(latex),
      reason: [{ type: 'text', text: 'a reason of some length that needs its own column' }],
      shape: math('1 \\times n'),
      number: 1,
    });
    const lines = [sum(6), within, matrix].map(line);
    const cell = (latex: string) => ({ content: [maths(latex)] });
    const blocks: Block[] = [
      { type: 'equations', lines },
      { type: 'result', lines },
      { type: 'callout', kind: 'remark', title: [], blocks: [{ type: 'equations', lines }] },
      {
        type: 'paragraph',
        content: [{ type: 'text', text: 'inline ' }, maths(sum(5)), { type: 'code', text: 'x'.repeat(200) }, { type: 'text', text: 'y1'.repeat(100) }],
      },
      { type: 'codeBlock', language: '', text: 'z'.repeat(300) },
      { type: 'table', align: ['left', 'left', 'left'], header: [cell('a'), cell('b'), cell('c')], rows: [[cell(sum(2)), cell(within), cell(matrix)]] },
    ];
    const words = wordsOf(await documentToPdf(documentOf(blocks)));
    if (words === undefined) skip('pdftotext is not installed');
    else for (const { left, right } of words) expect(left >= 60 && right <= 595 - 60, `${left} … ${right}`).toBe(true);
    expect(words?.length).toBeGreaterThan(100);
  });

  it('stops when its time is up', async () => {
    await expect(typstToPdf(documentToTypst(sampleDocument), { timeLimit: 0.01 })).rejects.toBeInstanceOf(BudgetError);
  });
});

describe('the native engine', () => {
  it('makes the same bytes as the portable one', async ({ skip }) => {
    const native = await documentToPdf(sampleDocument, { engine: 'native' }).catch((error: unknown) => {
      if (error instanceof InputError && error.problems[0]?.ruleId === 'engine-missing') return undefined;
      throw error;
    });
    if (native === undefined) skip('the optional engine is not installed');
    else expect(Buffer.from(native).equals(Buffer.from(await documentToPdf(sampleDocument, { engine: 'portable' })))).toBe(true);
  });
});
