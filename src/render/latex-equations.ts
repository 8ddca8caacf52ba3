/**
 * Displayed derivations in LaTeX: aligned at the relation, broken before + and − where a line would not fit, with reason, shape, verdict and number beside it.
 */

import type { EquationLine } from '../solution/document.js';
import { inlineLatex, LINE_EMS } from './latex-inline.js';
import { type MeasuredLine, measuredLine, numberLatex, type Piece, pieceOf } from './latex-line.js';
import { finerPieces } from './maths-break.js';
import { mathsWidth } from './maths-width.js';
import { plainText } from './scene/plain.js';

/** Width of the column of reasons at the right. */
const REASON_EMS = 12.5;
/** Estimates are trusted to this share of the room. */
const TRUST = 0.94;
/** Share of the room that the column of left sides may take; a wider one stands on a row of its own. */
const WIDEST_LEFT = 0.36;
/** Rows up to which a result is boxed; a box cannot go over to the next page. */
const TALLEST_BOX = 16;

/** The room of a display: in all, for the left sides, and what is left for the right ones, in ems. */
interface Room {
  readonly all: number;
  readonly left: number;
}

/** An aligned display. `room` is the width there is, in ems. */
export function equationsLatex(lines: readonly EquationLine[], room = LINE_EMS): string {
  return lines.length === 0 ? '' : alignedLatex(lines.map(measuredLine), room);
}

/** A boxed result in the middle of the page; one that is taller than a box should be stands between rules. */
export function resultLatex(lines: readonly EquationLine[], room = LINE_EMS): string {
  if (lines.length === 0) return '';
  const measured = lines.map(measuredLine);
  const inner = roomOf(measured, room - 3);
  const rows = measured.map((line) => {
    const facts = [line.facts, numberLatex(line.line)].filter((fact) => fact !== '').join('\\enspace ');
    return equationRows(line, inner, line.factsWidth + 1, facts === '' ? '' : ` &\\quad& \\mbox{${facts}}`, true);
  });
  const body = rows.join(' \\\\\n');
  if (body.split('\n').length > TALLEST_BOX) return `\\hrule\n${alignedLatex(measured, room)}\n\\hrule`;
  return `\\[\n\\setlength{\\fboxsep}{7pt}\\fbox{$\\displaystyle\\begin{aligned}\n${body}\n\\end{aligned}$}\n\\]`;
}

function alignedLatex(lines: readonly MeasuredLine[], all: number): string {
  const room = roomOf(lines, all);
  const beside = lines.some(({ line }) => line.reason !== undefined) && lines.every((line) => fitsBeside(line, room));
  const rows = lines.map((line) =>
    beside ? equationRows(line, room, REASON_EMS + 2, besideTag(line), false) : equationRows(line, room, line.factsWidth + 1, plainTag(line), true),
  );
  return `\\begin{align*}\n${rows.join(' \\\\\n')}\n\\end{align*}`;
}

function roomOf(lines: readonly MeasuredLine[], all: number): Room {
  const widths = lines.map(({ left }) => left?.width ?? 0);
  return { all, left: Math.max(0, ...widths.filter((width) => width <= WIDEST_LEFT * all)) };
}

/** Whether every term has room when the reasons stand in a column at the right. */
function fitsBeside({ line, right }: MeasuredLine, room: Room): boolean {
  if ('code' in right) return false;
  const width = (room.all - room.left - REASON_EMS - 2) * TRUST;
  const reason = line.reason ?? [];
  const widths = right.terms.map((term) => mathsWidth(term));
  const short = reason.map(plainText).join('').length < 130 && reason.every((inline) => inline.type !== 'math' || inline.math.text.length < 24);
  return short && widths.every((term) => term <= width) && widths.reduce((sum, term) => sum + term, 0) <= 3.2 * width;
}

/** All rows of one line: a left side that is too wide first, the broken right side with `end` behind its first row, the reason below if asked for. */
function equationRows(measured: MeasuredLine, room: Room, side: number, end: string, reasonBelow: boolean): string {
  const { left, line } = measured;
  const width = room.all - room.left - side - 1;
  const alone = left !== undefined && left.width > WIDEST_LEFT * room.all;
  const above = alone ? [` & \\fitted{${ems(room.all - room.left - 2)}}{${left.latex}}`] : [];
  const [first = '', ...more] = filled(measured, width).map((row, index) => rowLatex(row, width, index > 0));
  const below =
    reasonBelow && line.reason !== undefined
      ? [` & \\hphantom{{}={}}\\;\\reason{${ems(Math.min(30, room.all - room.left - 4))}}{${inlineLatex(line.reason)}}`]
      : [];
  return [...above, `${alone ? '' : (left?.latex ?? '')} & ${first}${end}`, ...more.map((row) => ` & ${row}`), ...below].join(' \\\\*\n');
}

const ems = (width: number): string => `${width.toFixed(1)}em`;

/** A line of long terms reads best with one term a row. */
const LONG_TERM = 0.4;
const MOST_ROWS = 10;

/** The right side in rows; each takes pieces as long as there is room, except that long terms stand alone. */
function filled({ right }: MeasuredLine, width: number): readonly (readonly Piece[])[] {
  if ('code' in right) return [[right.code]];
  const room = width * TRUST;
  const widths = right.terms.map((term) => mathsWidth(term));
  const fits = widths.reduce((sum, term) => sum + term, 0) <= room;
  const alone = !fits && widths.length <= MOST_ROWS && widths.slice(1).some((term) => term > LONG_TERM * room);
  const pieces = right.terms.flatMap((term) => (mathsWidth(term) <= room ? [term] : finerPieces(term, room))).map(pieceOf);
  const rows: Piece[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    if (used + piece.width > room || (alone && rows.length > 1 && piece.width > 0.5 * LONG_TERM * room)) {
      rows.push([piece]);
      used = piece.width + (rows.length > 1 ? 2.2 : 0);
    } else {
      rows.at(-1)?.push(piece);
      used += piece.width;
    }
  }
  return rows;
}

/** A row that may be too wide is measured by TeX itself. */
function rowLatex(row: readonly Piece[], width: number, continued: boolean): string {
  const latex = row.map((piece) => piece.latex).join(' ');
  const wide = row.reduce((sum, piece) => sum + piece.width, 0) > width * 0.9;
  return `${continued ? '\\hphantom{{}={}}\\;{}' : ''}${wide ? `\\fitted{${ems(width * 0.98)}}{\\displaystyle {}${latex}}` : `{}${latex}`}`;
}

function plainTag({ line, facts }: MeasuredLine): string {
  const parts = [facts, numberLatex(line)].filter((part) => part !== '');
  return parts.length === 0 ? '' : `\\tag*{${parts.join('\\enspace ')}}`;
}

/** Reason over shape, verdict and number, in one column. */
function besideTag({ line, facts }: MeasuredLine): string {
  const number = line.number === undefined ? '' : `\\hfill\\normalsize\\color{black}${numberLatex(line)}`;
  const rows = [...(line.reason === undefined ? [] : [inlineLatex(line.reason)]), ...(facts === '' && number === '' ? [] : [`\\mbox{}${facts}${number}`])];
  return rows.length === 0 ? '' : `\\tag*{\\reason{${REASON_EMS}em}{${rows.join('\\\\ ')}}}`;
}
