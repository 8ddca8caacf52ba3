/** Blocks of a document as Typst code. */

import { unreachable } from '../../errors.js';
import type { Block, EquationLine, Inline, TableCell } from '../../solution/document.js';
import { plainText } from '../scene/plain.js';
import { sceneToTypst } from '../scene/typst.js';
import { CALLOUTS, MARKS } from '../wording.js';
import { printedLines, printedString, storedString } from './escape.js';
import { cellEquation, headingCode, inlineCode, inlineEquation, isLong, relationCode, rightSideCode, sideCode, typstArray } from './inline.js';
import type { MathsSetter } from './maths.js';

/** Typst expressions, one statement each; join them with line ends inside a code block. */
export function blocksCode(blocks: readonly Block[], maths: MathsSetter): string {
  return blocks.map((block, index) => (leadsIn(block, blocks[index + 1]) ? `lead-in(${blockCode(block, maths)})` : blockCode(block, maths))).join('\n');
}

/** A paragraph that announces what is displayed below it stays with it, and so does one that ends in a colon. */
function leadsIn(block: Block, next: Block | undefined): boolean {
  if (block.type !== 'paragraph') return false;
  return next?.type === 'equations' || next?.type === 'result' || next?.type === 'table' || /:\s*$/.test(block.content.map(plainText).join(''));
}

function blockCode(block: Block, maths: MathsSetter): string {
  switch (block.type) {
    case 'heading':
      return headingCode(block.content, `depth:${Math.max(block.level, 2)},numbering:none`, maths);
    case 'paragraph':
      return `par(${inlineCode(block.content, maths)})`;
    case 'list':
      return `${block.ordered ? 'enum' : 'list'}(${block.items.map((item) => `{${blocksCode(item, maths)}}`).join(',')})`;
    case 'quote':
      return `quotation({${blocksCode(block.blocks, maths)}})`;
    case 'codeBlock':
      return `listing(raw(${printedLines(block.text)},block:true))`;
    case 'equations':
    case 'result':
      // The widest of no lines has no width.
      return block.lines.length === 0 ? '[]' : `${block.type}(${block.lines.map((line) => lineCode(line, maths)).join(',')})`;
    case 'table':
      return tableCode(block, maths);
    case 'figure':
      return figureCode(block, maths);
    case 'callout':
      return `callout("${block.kind}",${!isShort(block.blocks)},${calloutTitle(block, maths)},{${blocksCode(block.blocks, maths)}})`;
    default:
      return unreachable(block);
  }
}

/** Few enough words to stay on one page. */
function isShort(blocks: readonly Block[]): boolean {
  const length = (content: readonly Inline[]): number => content.map(plainText).join('').length;
  return (
    blocks.every((block) => block.type === 'paragraph') &&
    blocks.reduce((sum, block) => sum + (block.type === 'paragraph' ? length(block.content) : 0), 0) < 900
  );
}

/** "Remark. Why it survives". */
function calloutTitle(block: Extract<Block, { type: 'callout' }>, maths: MathsSetter): string {
  return block.title.length === 0 ? `[${CALLOUTS[block.kind]}]` : `[${CALLOUTS[block.kind]}. #${inlineCode(block.title, maths)}]`;
}

// ── equations ────────────────────────────────────────────────────────────────────────────────────────────────────────

function lineCode(line: EquationLine, maths: MathsSetter): string {
  const left = line.left === undefined ? [] : [sideCode(line.left, maths)];
  const relation = line.relation === '' ? [] : [relationCode(line.relation, maths)];
  const spoken = [line.left?.text, line.relation, line.right.text].filter((part) => part !== undefined && part !== '').join(' ');
  const mark = line.mark === undefined ? undefined : MARKS[line.mark];
  const number = line.number === undefined ? undefined : Math.trunc(Number(line.number)) || 0;
  return `(${[
    `prefix:${typstArray([...left, ...relation])}`,
    `summands:${rightSideCode(line.right, maths)}`,
    `alt:${storedString(spoken)}`,
    `reason:${line.reason === undefined ? 'none' : inlineCode(line.reason, maths)}`,
    `shape:${line.shape === undefined ? 'none' : inlineEquation(line.shape, maths)}`,
    `number:${number === undefined ? 'none' : `"${number}"`}`,
    `mark:${mark === undefined ? 'none' : `(word:"${mark.word}",tone:"${mark.tone}")`}`,
  ].join(',')})`;
}

// ── tables and figures ───────────────────────────────────────────────────────────────────────────────────────────────

function tableCode(block: Extract<Block, { type: 'table' }>, maths: MathsSetter): string {
  const width = Math.max(1, block.align.length, block.header.length, ...block.rows.map((row) => row.length));
  const columns = Array.from({ length: width }, (_, column) => column);
  const cells = (row: readonly TableCell[], set: (code: string) => string): string =>
    typstArray(columns.map((column) => set(cellCode(row[column]?.content ?? [], maths))));
  const rigid = columns.map((column) => block.rows.every((row) => isRigid(row[column]?.content ?? [])));
  const plain = `booktabs(${typstArray(columns.map((column) => block.align[column] ?? 'left'))},${cells(block.header, (code) => code)},${typstArray(block.rows.map((row) => cells(row, (code) => code)))},${typstArray(rigid.map(String))})`;
  const long = block.rows.length > rowsTogether;
  return block.caption === undefined
    ? `block(width:100%,breakable:${long},${plain})`
    : `${long ? 'long-table' : 'figure'}(kind:table,caption:${inlineCode(block.caption, maths)},${plain})`;
}

/** A table of no more rows stays on one page. */
const rowsTogether = 24;

function cellCode(content: readonly Inline[], maths: MathsSetter): string {
  const [only, ...others] = content;
  return only?.type === 'math' && others.length === 0 ? cellEquation(only.math, maths) : `cell-text(${inlineCode(content, maths)})`;
}

/** Mathematics and single words cannot be wrapped. */
function isRigid(content: readonly Inline[]): boolean {
  return content.every((item) =>
    item.type === 'math' ? !isLong(item.math) : item.type !== 'text' || !item.text.trim().includes(' ') || item.text.length < 14,
  );
}

function figureCode(block: Extract<Block, { type: 'figure' }>, maths: MathsSetter): string {
  const scene = sceneToTypst(block.scene, (content) => `#${inlineCode([content], maths)}`);
  return `figure(alt:${storedString(block.alternative)},kind:image,supplement:"Figure",caption:${inlineCode(block.caption, maths)},${scene})`;
}

/** The small print under the solution. */
export function smallPrint(text: string): string {
  return `text(size:8.5pt,fill:muted,${printedString(text)})`;
}
