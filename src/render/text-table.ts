/** Tables in a terminal: columns as wide as they need, narrowed and filled over several lines where the terminal is not. */

import type { TableCell } from '../solution/document.js';
import { fillWords, padTo, type Styler, type TextLine } from './text-layout.js';
import { inlineWords } from './text-words.js';

interface Table {
  readonly align: readonly ('left' | 'right' | 'center')[];
  readonly header: readonly TableCell[];
  readonly rows: readonly (readonly TableCell[])[];
}

const NARROWEST = 6;

/** Lines of the table with rules above, below and under the header. */
export function tableText(table: Table, width: number, styler: Styler): string[] {
  const columns = Math.max(1, table.header.length, ...table.rows.map((row) => row.length));
  const widths = columnWidths(table, columns, width, styler);
  const rule = (left: string, middle: string, right: string): string => left + widths.map((column) => '─'.repeat(column + 2)).join(middle) + right;
  const row = (cells: readonly TableCell[], strong: boolean): string[] => {
    const filled = widths.map((column, index) =>
      fillWords(inlineWords(strong ? [{ type: 'emphasis', children: cells[index]?.content ?? [] }] : (cells[index]?.content ?? []), styler), column),
    );
    const height = Math.max(...filled.map((lines) => lines.length));
    return Array.from(
      { length: height },
      (_, line) => `│${filled.map((lines, index) => ` ${padded(lines[line], widths[index] ?? 0, table.align[index] ?? 'left')} `).join('│')}│`,
    );
  };
  const head = table.header.length === 0 ? [] : [...row(table.header, true), rule('├', '┼', '┤')];
  return [rule('┌', '┬', '┐'), ...head, ...table.rows.flatMap((cells) => row(cells, false)), rule('└', '┴', '┘')];
}

function padded(line: TextLine | undefined, width: number, align: 'left' | 'right' | 'center'): string {
  return padTo(line?.shown ?? '', line?.columns ?? 0, width, align);
}

/** Takes from the widest column, one by one, until the table fits or nothing can be taken. */
function columnWidths(table: Table, columns: number, width: number, styler: Styler): number[] {
  const natural = (cell: TableCell | undefined): number =>
    fillWords(inlineWords(cell?.content ?? [], styler), 10_000).reduce((widest, line) => Math.max(widest, line.columns), 0);
  const widths = Array.from({ length: columns }, (_, column) => Math.max(1, ...[table.header, ...table.rows].map((row) => natural(row[column]))));
  const room = width - 3 * columns - 1;
  let total = widths.reduce((sum, column) => sum + column, 0);
  while (total > room) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= NARROWEST) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    total -= 1;
  }
  return widths;
}
