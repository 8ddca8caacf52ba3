/** Matrices, cases, aligned lines and stacks as Typst matrices without delimiters (those are nodes of their own around them). */

import { Fault } from '../../errors.js';
import { nodeList, type TexNode } from './katex-tree.js';
import { lengthInEms, type Setting } from './setting.js';

/** Sets an array; refuses what Typst's matrices cannot show (numbered lines, dashed rules). */
export function setArray(here: Setting, node: TexNode): string {
  if (Array.isArray(node.tags) && node.tags.some((tag) => tag === true || Array.isArray(tag))) throw here.unknown('\\tag, or numbered lines inside a formula');
  if (!Array.isArray(node.body)) throw new Fault('KaTeX gave an array without rows');
  const rows = node.body.map(nodeList).filter((row, index, all) => index < all.length - 1 || row.some((cell) => !isEmpty(cell)));
  const width = Math.max(1, ...rows.map((row) => row.length));
  const columns = columnAligns(node, width);
  const aligned = node.colSeparationType === 'align' || node.colSeparationType === 'alignat';
  const cells = rows.map((row) => columns.map((align, column) => setCell(here, row[column], align, aligned && column > 0 && column % 2 === 0)).join(','));
  return `mat(delim:#none,${gaps(here, node, aligned)}${rules(here, node, rows.length)}${cells.join(';')})`;
}

function isEmpty(node: TexNode): boolean {
  return (node.type === 'styling' || node.type === 'ordgroup') && Array.isArray(node.body) && node.body.every((child: TexNode) => isEmpty(child));
}

function setCell(here: Setting, cell: TexNode | undefined, align: string, pairStarts: boolean): string {
  const content = cell === undefined ? '""' : here.node(cell) || '""';
  const spaced = pairStarts ? `#h(2em)${content}` : content;
  if (align === 'l') return `&${spaced}`;
  return align === 'r' ? `${spaced}&` : spaced;
}

interface Column {
  readonly type: string;
  readonly [field: string]: unknown;
}

function columnsOf(node: TexNode): readonly Column[] {
  return Array.isArray(node.cols) ? (node.cols as readonly Column[]) : [];
}

function columnAligns(node: TexNode, width: number): readonly string[] {
  const given = columnsOf(node)
    .filter((column) => column.type === 'align')
    .map((column) => String(column.align));
  return Array.from({ length: width }, (_, column) => given[column] ?? 'c');
}

function gaps(here: Setting, node: TexNode, aligned: boolean): string {
  const extra = (Array.isArray(node.rowGaps) ? node.rowGaps : []).map((gap: unknown) => (gap === null || gap === undefined ? 0 : lengthInEms(here, gap)));
  const stretch = typeof node.arraystretch === 'number' ? node.arraystretch : 1;
  // One gap serves all rows, so the widest that was asked for is taken.
  const row = (node.addJot === true ? 0.7 : stretch < 1 ? 0.2 : 0.35 * stretch) + Math.max(0, ...extra);
  return `row-gap:#${Math.round(row * 1e3) / 1e3}em,column-gap:#${aligned ? 0 : 0.9}em,`;
}

function rules(here: Setting, node: TexNode, rowCount: number): string {
  const lines = Array.isArray(node.hLinesBeforeRow) ? node.hLinesBeforeRow : [];
  const horizontal = lines.flatMap((line: unknown, row) => (Array.isArray(line) && line.length > 0 ? [row] : []));
  let column = 0;
  const vertical: number[] = [];
  for (const item of columnsOf(node)) {
    if (item.type === 'align') column += 1;
    else if (item.separator === '|') vertical.push(column);
    else throw here.unknown('a dashed rule in an array');
  }
  if (horizontal.length === 0 && vertical.length === 0) return '';
  if ([...horizontal, ...vertical].some((place) => place === 0) || horizontal.some((row) => row >= rowCount) || vertical.some((place) => place >= column))
    throw here.unknown('a rule around an array');
  const list = (places: readonly number[]): string => `(${places.map((place) => `${place},`).join('')})`;
  return `augment:#(hline:${list(horizontal)},vline:${list(vertical)},stroke:0.5pt),`;
}
