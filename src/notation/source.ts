/** Where a place of a logical line stands in the file: lines and columns from 1, columns in code points. */
import { InputError, type Problem, type Region } from '../errors.js';
import type { Line } from './syntax.js';

/** Longest logical line that is read, in UTF-16 units. */
export const longestLine = 10_000;

/** Translates offsets of one line's text into regions of its file. */
export class Source {
  readonly text: string;
  readonly #lines: Int32Array;
  readonly #columns: Int32Array;

  constructor(line: Pick<Line, 'text' | 'pieces'>) {
    this.text = line.text;
    const length = line.text.length;
    this.#lines = new Int32Array(length + 1);
    this.#columns = new Int32Array(length + 1);
    let at = { line: 1, column: 1 };
    let next = 0;
    for (let i = 0; i <= length; i++) {
      for (let piece = line.pieces[next]; piece !== undefined && piece.offset <= i; piece = line.pieces[++next])
        at = { line: piece.line, column: piece.column };
      this.#lines[i] = at.line;
      this.#columns[i] = at.column;
      const code = line.text.charCodeAt(i);
      const opensPair = code >= 0xd800 && code <= 0xdbff && i + 1 < length;
      at = code === 10 ? { line: at.line + 1, column: 1 } : { line: at.line, column: at.column + (opensPair ? 0 : 1) };
    }
  }

  /** The region of the stretch [from, to); at least one column wide, so that a caret has a place. */
  region(from: number, to: number): Region {
    const length = this.text.length;
    const start = Math.max(0, Math.min(from, length));
    const end = Math.max(start, Math.min(to, length));
    const startLine = this.#lines[start] ?? 1;
    const startColumn = this.#columns[start] ?? 1;
    const lastLine = end > start ? (this.#lines[end - 1] ?? startLine) : startLine;
    const lastColumn = end > start ? (this.#columns[end - 1] ?? startColumn) + 1 : startColumn + 1;
    return { startLine, startColumn, endLine: lastLine, endColumn: lastColumn };
  }

  /** An error that points at [from, to). */
  problem(from: number, to: number, problem: Omit<Problem, 'region'>): InputError {
    return new InputError({ ...problem, region: this.region(from, to) });
  }
}

/** The smallest region around two. */
export function spanning(a: Region, b: Region): Region {
  const first = a.startLine < b.startLine || (a.startLine === b.startLine && a.startColumn <= b.startColumn) ? a : b;
  const last = a.endLine > b.endLine || (a.endLine === b.endLine && a.endColumn >= b.endColumn) ? a : b;
  return { startLine: first.startLine, startColumn: first.startColumn, endLine: last.endLine, endColumn: last.endColumn };
}
