/** One displayed line as LaTeX pieces with the widths they are thought to have, and what stands beside it. Each formula is read once. */

import type { EquationLine, Mathematics } from '../solution/document.js';
import { printMathsLatex } from '../solution/maths-print.js';
import type { MathsNode } from '../solution/maths-tree.js';
import { escapeLatex } from './escape.js';
import { codeLatex } from './latex-inline.js';
import { relationTree, settable } from './maths.js';
import { breakableTerms } from './maths-break.js';
import { mathsWidth } from './maths-width.js';
import { MARKS } from './wording.js';

/** A piece of a displayed line that is never broken; its width in ems. */
export interface Piece {
  readonly latex: string;
  readonly width: number;
}

export interface MeasuredLine {
  readonly line: EquationLine;
  readonly left: Piece | undefined;
  /** The right side in terms, the relation leading the first; where it cannot be set, one piece of code. */
  readonly right: { readonly terms: readonly (readonly MathsNode[])[] } | { readonly code: Piece };
  /** Shape and verdict, set small. */
  readonly facts: string;
  /** Of the facts and the number together. */
  readonly factsWidth: number;
}

const LONGEST_CODE = 300;
const SMALL_LETTER_EMS = 0.42;

export function pieceOf(tree: readonly MathsNode[]): Piece {
  return { latex: printMathsLatex(tree), width: mathsWidth(tree) };
}

export function measuredLine(line: EquationLine): MeasuredLine {
  const shape = line.shape === undefined ? undefined : settable(line.shape);
  const mark = line.mark === undefined ? undefined : MARKS[line.mark];
  const facts = [
    ...(shape === undefined ? [] : [`\\shape{${shape.latex}}`]),
    ...(mark === undefined ? [] : [`\\verdict{${mark.tone}}{${escapeLatex(mark.sign)}\\,${escapeLatex(mark.word)}}`]),
  ];
  const shapeWidth = shape === undefined ? 0 : 0.85 * mathsWidth(shape.tree) + 0.8;
  const markWidth = mark === undefined ? 0 : (mark.word.length + 2) * SMALL_LETTER_EMS + 0.8;
  return {
    line,
    left: line.left === undefined ? undefined : leftPiece(line.left),
    right: rightSide(line),
    facts: facts.join('\\enspace '),
    factsWidth: shapeWidth + markWidth + (line.number === undefined ? 0 : 2),
  };
}

/** The number as printed, in brackets; empty without one. */
export function numberLatex(line: EquationLine): string {
  return line.number === undefined ? '' : `(${Math.trunc(line.number)})`;
}

function codePiece(math: Mathematics): Piece {
  const code = math.latex.slice(0, LONGEST_CODE);
  return { latex: `\\mbox{${codeLatex(code)}}`, width: code.length * 0.53 };
}

function leftPiece(math: Mathematics): Piece {
  const set = settable(math);
  return set === undefined ? codePiece(math) : pieceOf(set.tree);
}

function rightSide(line: EquationLine): MeasuredLine['right'] {
  const set = settable(line.right);
  const sign = relationTree(line.relation);
  if (set !== undefined && sign !== undefined) {
    const [first = [], ...rest] = breakableTerms(set.tree);
    return { terms: [[...sign, ...first], ...rest] };
  }
  const body = set === undefined ? codePiece(line.right) : pieceOf(set.tree);
  const relation = sign === undefined ? `\\mathrel{\\mbox{${escapeLatex(line.relation.slice(0, 40))}}}` : printMathsLatex(sign);
  return { code: { latex: `${relation} ${body.latex}`, width: body.width + 2 } };
}
