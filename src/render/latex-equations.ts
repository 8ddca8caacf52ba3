/**
 * Displayed derivations in LaTeX: aligned at the relation, broken before + and − where a line would not fit, with reason, shape, verdict and number beside it.
 */

import type { EquationLine, Mathematics } from '../solution/document.js';
import { printMathsLatex } from '../solution/maths-print.js';
import type { MathsNode } from '../solution/maths-tree.js';
import { escapeLatex } from './escape.js';
import { codeLatex, inlineLatex, LINE_EMS } from './latex-inline.js';
import { relationTree, settable } from './maths.js';
import { breakableTerms, finerPieces } from './maths-break.js';
import { mathsWidth } from './maths-width.js';
import { plainText } from './scene/plain.js';
import { MARKS } from './wording.js';

/** A piece of a displayed line that is never broken, with the width it is thought to have. */
interface Piece {
  readonly latex: string;
  readonly width: number;
}

interface LineLayout {
  readonly left: Piece | undefined;
  /** Relation first, in the same piece as the first term. */
  readonly rows: readonly (readonly Piece[])[];
}

const REASON_EMS = 12.5;
/** Estimates are trusted to this share of the room. */
const TRUST = 0.94;
const FACT_EMS = 0.42;

/** An aligned display. `room` is the width there is, in ems. */
export function equationsLatex(lines: readonly EquationLine[], room = LINE_EMS): string {
  if (lines.length === 0) return '';
  const beside = lines.some((line) => line.reason !== undefined) && lines.every((line) => fitsBeside(line, lines, room));
  const rows = lines.map((line) => lineLatex(line, lines, room, beside));
  return `\\begin{align*}\n${rows.join(' \\\\\n')}\n\\end{align*}`;
}

/** Rows up to which a result is boxed; a box cannot go over to the next page. */
const TALLEST_BOX = 16;

/** A boxed result in the middle of the page; one that is taller than a box should be stands between rules. */
export function resultLatex(lines: readonly EquationLine[], room = LINE_EMS): string {
  if (lines.length === 0) return '';
  const inner = room - 3;
  const rows = lines.map((line) => {
    const facts = factsLatex(line);
    return equationRows(line, lines, inner, factsWidth(line) + 1, facts === '' ? '' : ` &\\quad& \\mbox{${facts}}`);
  });
  const body = rows.join(' \\\\\n');
  if (body.split('\n').length > TALLEST_BOX) return `\\hrule\n${equationsLatex(lines, room)}\n\\hrule`;
  return `\\[\n\\setlength{\\fboxsep}{7pt}\\fbox{$\\displaystyle\\begin{aligned}\n${body}\n\\end{aligned}$}\n\\]`;
}

function pieceOf(tree: readonly MathsNode[]): Piece {
  return { latex: printMathsLatex(tree), width: mathsWidth(tree) };
}

function wholePiece(math: Mathematics): Piece {
  const set = settable(math);
  return set === undefined ? { latex: `\\mbox{${codeLatex(math.latex.slice(0, 300))}}`, width: Math.min(300, math.latex.length) * 0.53 } : pieceOf(set.tree);
}

/** Share of the room that the column of left sides may take; a wider one stands on a row of its own. */
const WIDEST_LEFT = 0.36;

function leftWidth(line: EquationLine): number {
  return line.left === undefined ? 0 : wholePiece(line.left).width;
}

/** Width of the column of left sides. */
function leftRoom(lines: readonly EquationLine[], room: number): number {
  return Math.max(0, ...lines.map(leftWidth).filter((width) => width <= WIDEST_LEFT * room));
}

function termsOf(line: EquationLine): readonly (readonly MathsNode[])[] | undefined {
  const set = settable(line.right);
  const sign = relationTree(line.relation);
  if (set === undefined || sign === undefined) return undefined;
  const [first = [], ...rest] = breakableTerms(set.tree);
  return [[...sign, ...first], ...rest];
}

function layout(line: EquationLine, width: number): LineLayout {
  const left = line.left === undefined ? undefined : wholePiece(line.left);
  const terms = termsOf(line);
  if (terms === undefined) {
    const whole = wholePiece(line.right);
    return { left, rows: [[{ latex: `\\mathrel{\\mbox{${escapeLatex(line.relation.slice(0, 40))}}}${whole.latex}`, width: whole.width + 2 }]] };
  }
  const pieces = terms.flatMap((term) => (mathsWidth(term) <= width * TRUST ? [term] : finerPieces(term, width * TRUST)));
  return { left, rows: fill(pieces.map(pieceOf), width * TRUST) };
}

/** Greedy filling: each row takes pieces as long as there is room. */
function fill(pieces: readonly Piece[], width: number): Piece[][] {
  const rows: Piece[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    if (used + piece.width > width) {
      rows.push([piece]);
      used = piece.width + (rows.length > 1 ? 2.2 : 0);
    } else {
      rows.at(-1)?.push(piece);
      used += piece.width;
    }
  }
  return rows;
}

/** All rows of one equation; `end` goes behind the first, where its number and verdict belong. */
function rowsLatex(left: Piece | undefined, rows: readonly (readonly Piece[])[], width: number, end: string): string {
  const body = rows.map((row, index) => {
    const latex = row.map((piece) => piece.latex).join(' ');
    const wide = row.reduce((sum, piece) => sum + piece.width, 0) > width * 0.9;
    const lead = index === 0 ? '' : '\\hphantom{{}={}}\\;{}';
    return `${lead}${wide ? `\\fitted{${(width * 0.98).toFixed(1)}em}{\\displaystyle {}${latex}}` : `{}${latex}`}`;
  });
  return `${left?.latex ?? ''} & ${body[0] ?? ''}${end}${body
    .slice(1)
    .map((row) => ` \\\\*\n & ${row}`)
    .join('')}`;
}

function lineLatex(line: EquationLine, lines: readonly EquationLine[], room: number, beside: boolean): string {
  const facts = factsLatex(line);
  const side = beside ? REASON_EMS + 1 : factsWidth(line);
  const tag = beside ? besideTag(line, facts) : facts === '' ? '' : `\\tag*{${facts}}`;
  return equationRows(beside ? withoutReason(line) : line, lines, room, side + 1, tag);
}

function withoutReason(line: EquationLine): EquationLine {
  const { reason: _beside, ...rest } = line;
  return rest;
}

/** All rows of one line: a left side that is too wide first, the broken right side with `end` behind its first row, the reason below. */
function equationRows(line: EquationLine, lines: readonly EquationLine[], room: number, side: number, end: string): string {
  const column = leftRoom(lines, room);
  const width = room - column - side - 1;
  const { left, rows } = layout(line, width);
  const alone = left !== undefined && left.width > WIDEST_LEFT * room;
  const above = alone ? ` & \\fitted{${(room - column - 2).toFixed(1)}em}{${left.latex}} \\\\*\n` : '';
  const body = above + rowsLatex(alone ? undefined : left, rows, width, end);
  return line.reason === undefined ? body : `${body} \\\\*\n${reasonBelow(line, Math.min(30, room - column - 4))}`;
}

function besideTag(line: EquationLine, facts: string): string {
  if (facts === '' && line.reason === undefined) return '';
  const number = line.number === undefined ? '' : `\\hfill\\normalsize\\color{black}(${Math.trunc(line.number)})`;
  const second = `${factsLatex(line, false)}${number}`;
  const rows = [...(line.reason === undefined ? [] : [inlineLatex(line.reason)]), ...(second === '' ? [] : [`\\mbox{}${second}`])];
  return `\\tag*{\\reason{${REASON_EMS}em}{${rows.join('\\\\ ')}}}`;
}

function reasonBelow(line: EquationLine, width: number): string {
  return ` & \\hphantom{{}={}}\\;\\reason{${width.toFixed(1)}em}{${inlineLatex(line.reason ?? [])}}`;
}

function factsLatex(line: EquationLine, numbered = true): string {
  const shape = line.shape === undefined ? undefined : settable(line.shape);
  const mark = line.mark === undefined ? undefined : MARKS[line.mark];
  const parts = [
    ...(shape === undefined ? [] : [`\\shape{${shape.latex}}`]),
    ...(mark === undefined ? [] : [`\\verdict{${mark.tone}}{${escapeLatex(mark.sign)}\\,${escapeLatex(mark.word)}}`]),
    ...(numbered && line.number !== undefined ? [`(${Math.trunc(line.number)})`] : []),
  ];
  return parts.join('\\enspace ');
}

function factsWidth(line: EquationLine): number {
  const shape = line.shape === undefined ? 0 : 0.85 * mathsWidth(settable(line.shape)?.tree ?? []) + 0.8;
  const mark = line.mark === undefined ? 0 : (MARKS[line.mark].word.length + 2) * FACT_EMS + 0.8;
  return shape + mark + (line.number === undefined ? 0 : 2);
}

/** Whether every term has room when the reasons stand in a column at the right. */
function fitsBeside(line: EquationLine, lines: readonly EquationLine[], room: number): boolean {
  const width = (room - leftRoom(lines, room) - REASON_EMS - 2) * TRUST;
  const terms = termsOf(line);
  const reason = line.reason?.map(plainText).join('') ?? '';
  const formulas = (line.reason ?? []).every((inline) => inline.type !== 'math' || inline.math.text.length < 24);
  return (
    terms !== undefined &&
    reason.length < 130 &&
    formulas &&
    terms.every((term) => mathsWidth(term) <= width) &&
    terms.reduce((sum, term) => sum + mathsWidth(term), 0) <= 3.2 * width
  );
}
