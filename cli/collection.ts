/**
 * What `solve --all -o DIR` leaves beside the solutions: the index page, one bound PDF, and the sum over all sheets.
 */

import type { ExitCode } from './exit.js';
import { bindSolutions, type CollectionEntry, groupByDocument, type Problem, renderIndex, sumOfTotals, type Totals, VERSION } from './library.js';
import { printable, shortened } from './report.js';

/** What became of one sheet. */
export interface Piece extends CollectionEntry {
  readonly exitCode: ExitCode;
  readonly errors: readonly Problem[];
}

export const indexFile = 'index.html';
export const boundFile = 'solutions.pdf';

const title = 'Worked solutions';
const provenance = (seed: number): string => `chainrule ${VERSION}, seed ${seed}`;

/** The index of all pieces as HTML. */
export function indexOf(pieces: readonly Piece[], seed: number, bound: boolean): string {
  return renderIndex({ title, entries: pieces, provenance: provenance(seed), ...(bound ? { bound: boundFile } : {}) });
}

/** All solutions in one PDF; undefined where one is missing, since half a book would pass for a whole one. */
export async function boundOf(pieces: readonly Piece[], seed: number): Promise<Uint8Array | undefined> {
  const solutions = pieces.flatMap(({ id, document }) => (document === undefined ? [] : [{ id, document }]));
  return solutions.length < pieces.length || solutions.length === 0 ? undefined : bindSolutions({ title, solutions, provenance: provenance(seed) });
}

/** The contract's JSON: what became of each sheet, and the sum. */
export function collectionReport(pieces: readonly Piece[], seed: number, files: readonly string[]): object {
  return {
    schema: 'chainrule/collection/1',
    seed,
    totals: totalsOf(pieces),
    solutions: pieces.map(({ id, source, document, files: own, errors, exitCode, title: heading }) => ({
      id,
      title: heading.map((inline) => (inline.type === 'text' ? inline.text : '')).join(''),
      source,
      exitCode,
      totals: document?.totals ?? null,
      files: own.map(({ address }) => address),
      errors: errors.map((error) => ({ ...error, region: error.region ?? null })),
    })),
    files,
  };
}

const totalsOf = (pieces: readonly Piece[]): Totals => sumOfTotals(pieces.flatMap(({ document }) => (document === undefined ? [] : [document.totals])));

const columns = ['solutions', 'formulas', 'proved', 'checked', 'slips'] as const;

/** The sums as a table for the terminal: one line a document, and one for all. */
export function totalsTable(pieces: readonly Piece[]): string {
  const groups = groupByDocument(pieces).map((group) => ({ name: printable(group.title), members: group.members.map(({ member }) => member) }));
  const lines = [...(groups.length > 1 ? groups : []), { name: 'all', members: pieces }];
  const width = Math.min(nameWidth, Math.max(...lines.map(({ name }) => name.length)));
  const row = (name: string, cells: readonly (string | number)[]): string =>
    `${shortened(name, width).padEnd(width)}${cells.map((cell, at) => String(cell).padStart((columns[at]?.length ?? 0) + 2)).join('')}`;
  return [row('', columns), ...lines.map(({ name, members }) => row(name, cellsOf(members)))].join('\n').concat('\n');
}

function cellsOf(pieces: readonly Piece[]): readonly number[] {
  const { formulas, proved, checked, slips } = totalsOf(pieces);
  return [pieces.filter(({ document }) => document !== undefined).length, formulas, proved, checked, slips];
}

/** Leaves room for the numbers in eighty columns. */
const nameWidth = 34;
