/** Tables in LaTeX: natural columns where they fit, paragraphs in the widest columns where they do not. */

import type { Inline, TableCell } from '../solution/document.js';
import { inlineLatex, LINE_EMS } from './latex-inline.js';
import { settable } from './maths.js';
import { mathsWidth } from './maths-width.js';

interface Table {
  readonly align: readonly ('left' | 'right' | 'center')[];
  readonly header: readonly TableCell[];
  readonly rows: readonly (readonly TableCell[])[];
}

/** Rows from which a table may be broken over pages. */
const LONG = 30;
/** Keeps fractions of neighbouring rows apart. */
const STRUT = '\\rule[-0.9em]{0pt}{2.3em}';
const SEPARATION_EMS = 1.15;
const LETTERS = { left: 'l', right: 'r', center: 'c' } as const;

/** A table in the middle of the line; a long one may go over to the next page. `caption` is LaTeX. */
export function tableLatex(table: Table, caption: string | undefined): string {
  const columns = Math.max(1, table.header.length, ...table.rows.map((row) => row.length));
  const widths = columnWidths(table, columns);
  const spec = widths.map((width, column) => (width === undefined ? LETTERS[table.align[column] ?? 'left'] : `p{${width.toFixed(1)}em}`)).join('');
  const row = (cells: readonly TableCell[]): string =>
    (cells.some(isTall) ? STRUT : '') +
    widths
      .map((width, column) => `${width === undefined ? '' : '\\raggedright '}${cells[column] === undefined ? '' : inlineLatex(cells[column].content)}`)
      .join(' & ');
  const head =
    table.header.length === 0
      ? ''
      : `${row(table.header.map((cell) => ({ content: [{ type: 'emphasis' as const, children: cell.content }] })))} \\tabularnewline\n\\midrule\n`;
  const body = table.rows.map((cells) => `${row(cells)} \\tabularnewline\n`).join('');
  const title = caption === undefined ? '' : `{\\small ${caption}\\par}\\nobreak\\smallskip\n`;
  if (table.rows.length > LONG)
    return `\\begin{center}\n${title}\\end{center}\\nobreak\n\\begin{longtable}{@{}${spec}@{}}\n\\toprule\n${head}\\endhead\n\\bottomrule\n\\endfoot\n${body}\\end{longtable}`;
  return `\\begin{center}\n${title}\\begin{tabular}{@{}${spec}@{}}\n\\toprule\n${head}${body}\\bottomrule\n\\end{tabular}\n\\end{center}`;
}

function isTall(cell: TableCell): boolean {
  return cell.content.some((inline) => inline.type === 'math' && inline.math.latex.includes('frac'));
}

/** Ems of the columns that must be paragraphs; undefined for natural ones. */
function columnWidths(table: Table, columns: number): readonly (number | undefined)[] {
  const natural = Array.from({ length: columns }, (_, column) =>
    Math.max(1, ...[table.header, ...table.rows].map((row) => contentWidth(row[column]?.content ?? []))),
  );
  const room = LINE_EMS - SEPARATION_EMS * (columns - 1);
  if (natural.reduce((sum, width) => sum + width, 0) <= room * 0.95) return natural.map(() => undefined);
  const fair = (room * 0.95) / columns;
  const spare = natural.reduce((sum, width) => sum + Math.max(0, fair - width), 0);
  const wanting = natural.reduce((sum, width) => sum + Math.max(0, width - fair), 0);
  return natural.map((width) => (width <= fair ? undefined : fair + (spare * (width - fair)) / wanting));
}

function contentWidth(content: readonly Inline[]): number {
  return content.reduce((sum, inline) => sum + inlineWidth(inline), 0);
}

function inlineWidth(inline: Inline): number {
  if (inline.type === 'math') return mathsWidth(settable(inline.math)?.tree ?? [], false) || 0.55 * inline.math.latex.length;
  if (inline.type === 'lineBreak') return 1;
  return 'children' in inline ? 1.08 * contentWidth(inline.children) : inline.text.length * (inline.type === 'code' ? 0.53 : 0.46);
}
