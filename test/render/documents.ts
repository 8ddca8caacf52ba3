/** Documents for the tests of all formats: all strings of one replaced, and shapes that are hard to lay out. */

import type { Block, EquationLine, Mathematics, SolutionDocument } from '../../src/solution/document.js';
import { sampleDocument } from './sample-document.js';

/** Keys whose strings are one of a closed list and never text. */
const FIXED = new Set(['schema', 'type', 'kind', 'language', 'stroke', 'fill', 'ink', 'anchor', 'align', 'mark']);

/** The sample with every string that can hold text replaced. */
export function withStrings(replace: (text: string, key: string) => string): SolutionDocument {
  const visit = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return FIXED.has(key) ? value : replace(value, key);
    if (Array.isArray(value)) return value.map((entry) => visit(entry, key));
    if (value === null || typeof value !== 'object') return value;
    const language = 'type' in value && value.type === 'codeBlock';
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [name, language && name === 'language' ? replace(String(entry), name) : visit(entry, name)]),
    );
  };
  return visit(sampleDocument, '') as SolutionDocument;
}

/** All formulas of a document. */
export function mathematicsOf(document: unknown): Mathematics[] {
  const found: Mathematics[] = [];
  JSON.stringify(document, (_key, value: unknown) => {
    if (value !== null && typeof value === 'object' && 'latex' in value && 'text' in value) found.push(value as Mathematics);
    return value;
  });
  return found;
}

/** A document of one section. */
export function documentOf(...blocks: Block[]): SolutionDocument {
  return {
    schema: 'chainrule/solve/1',
    title: [{ type: 'text', text: 'T' }],
    language: 'en',
    sections: [{ kind: 'derive', title: [{ type: 'text', text: 'S' }], blocks }],
    totals: { formulas: 1, proved: 1, checked: 0, slips: 0 },
    provenance: 'p',
  };
}

const math = (latex: string): Mathematics => ({ latex, text: latex.replaceAll('\\', '') });
const many = (count: number, term: (index: number) => string, sign: string): string => Array.from({ length: count }, (_, index) => term(index)).join(sign);
const word = '\\frac{\\partial J}{\\partial h_{t+1}} \\circ (1 - h_{t+1}^2)';

/** Lines that are too long for a page in every way a line can be. */
export const longLines: EquationLine[] = [
  {
    left: math('x'),
    relation: '=',
    right: math(many(30, (index) => `a_{${index}} W_{${index}}`, ' + ')),
    number: 1,
    mark: 'proved',
    shape: math('n \\times d'),
  },
  {
    left: math('x'),
    relation: '=',
    right: math(`\\sum_{t=1}^{T} \\left(${many(7, () => word, ' + ')}\\right) W^{\\top}`),
    reason: [{ type: 'text', text: 'a reason that is rather long and goes on for a while, so that it cannot stand beside the line at all, whatever is tried' }],
    number: 2,
  },
  { left: math('x'), relation: '=', right: math(many(24, (index) => `f_{${index}}`, ' \\circ ')) },
  { left: math('x'), relation: '=', right: math(`\\left(\\left(${many(9, () => word, ' + ')}\\right) W\\right)^{\\top}`) },
  {
    left: math('x'),
    relation: '=',
    right: math(`\\frac{${many(25, (index) => `a_{${index}}`, ' + ')}}{b}`),
    reason: [{ type: 'math', math: math(many(12, () => word, ' + ')) }],
  },
  {
    left: math(`g(${many(14, (index) => `x_{${index}}`, ', ')})`),
    relation: '\\le',
    right: math(`\\operatorname{diag}(${many(20, (index) => `f_{${index}}`, ', ')})`),
    mark: 'ill-shaped',
    shape: math('1 \\times n'),
    number: 3,
  },
  { relation: '', right: math('x_'.repeat(200)) },
];

const paragraph = (text: string): Block => ({ type: 'paragraph', content: [{ type: 'text', text }] });
const nested = (depth: number): Block => ({
  type: 'list',
  ordered: depth % 2 === 0,
  items: [[paragraph(`level ${depth}`), ...(depth === 0 ? [] : [nested(depth - 1)]), { type: 'quote', blocks: [paragraph('quoted')] }]],
});

/** Long lines, deep lists, wide and long tables, long code, text of many alphabets. */
export const hardDocument: SolutionDocument = documentOf(
  { type: 'equations', lines: longLines },
  { type: 'equations', lines: longLines.slice(0, 1).map((line) => ({ ...line, reason: [{ type: 'text', text: 'short' }] })) },
  { type: 'equations', lines: [] },
  { type: 'result', lines: longLines },
  { type: 'heading', level: 1, content: [{ type: 'text', text: 'Straße, naïve, Łódź, ∂J/∂W ≤ 𝔼, 日本語, 🙂, ½' }] },
  nested(9),
  {
    type: 'table',
    align: ['left', 'right'],
    header: [],
    rows: Array.from({ length: 45 }, (_, index) => [
      { content: [{ type: 'text', text: `row ${index}` }] },
      { content: [{ type: 'text', text: 'many words that fill a cell to more than its line '.repeat(index === 3 ? 6 : 1) }] },
    ]),
  },
  {
    type: 'table',
    align: [],
    header: Array.from({ length: 6 }, () => ({ content: [{ type: 'text', text: 'a heading of some length' }] })),
    rows: [Array.from({ length: 6 }, () => ({ content: [{ type: 'math', math: math('x_{t+1} + y_t') }] })), []],
  },
  { type: 'codeBlock', language: 'python', text: `${'long = '.repeat(40)}\n\n\tindented -- 'x' "y" \`z\`\n\\end{verbatim}` },
  {
    type: 'paragraph',
    content: [{ type: 'lineBreak' }, { type: 'math', math: math(many(30, (index) => `a_{${index}}`, ' + ')) }, { type: 'code', text: 'x'.repeat(300) }],
  },
  {
    type: 'callout',
    kind: 'remark',
    title: [],
    blocks: [
      { type: 'equations', lines: longLines.slice(0, 2) },
      { type: 'list', ordered: false, items: [] },
    ],
  },
);
