/** Inline content as Typst code: string literals, equations with their spoken text, strong, emphasis, links. */

import { unreachable } from '../../errors.js';
import type { Inline, Mathematics } from '../../solution/document.js';
import { printMathsLatex } from '../../solution/maths-print.js';
import { safeAddress } from '../escape.js';
import { relationTree, settable } from '../maths.js';
import { plainText } from '../scene/plain.js';
import { scriptRuns } from '../scripts.js';
import type { Factor, Pieces } from './cut.js';
import { printedString, storedString } from './escape.js';
import type { MathsSetter } from './maths.js';

/** A Typst expression (code mode) that shows the content. */
export function inlineCode(content: readonly Inline[], maths: MathsSetter): string {
  return content.length === 0 ? '[]' : `{${content.map((item) => inlineItem(item, maths)).join(';')}}`;
}

/** A heading: its words for the outline, as plain text; what is shown travels in the supplement, which nothing else uses. */
export function headingCode(content: readonly Inline[], place: string, maths: MathsSetter): string {
  return `heading(${place},supplement:${inlineCode(content, maths)},${storedString(content.map(plainText).join(''))})`;
}

/** Mathematics that may be wider than a line of text or a cell. */
export function isLong(mathematics: Mathematics): boolean {
  return mathematics.latex.length > 90;
}

/** A formula alone in its cell: a long one takes several lines. */
export function cellEquation(mathematics: Mathematics, maths: MathsSetter): string {
  const set = isLong(mathematics) ? settable(mathematics) : undefined;
  if (set === undefined && /\\frac/.test(mathematics.latex)) {
    const fraction = settable(mathematics);
    if (fraction !== undefined) return `cell-fraction(${storedString(mathematics.text)},$${maths.markup(fraction.latex)}$)`;
  }
  return set === undefined
    ? `cell-formula(${inlineEquation(mathematics, maths)})`
    : `cell-equation(${storedString(mathematics.text)},${piecesCode(maths.pieces(set.latex))})`;
}

/** An inline equation as a Typst expression; a long one breaks at all its signs. */
export function inlineEquation(mathematics: Mathematics, maths: MathsSetter): string {
  const set = settable(mathematics);
  if (set === undefined) return unsettable(mathematics.latex);
  if (isLong(mathematics)) return `long-equation(${storedString(mathematics.text)},${piecesCode(maths.pieces(set.latex))})`;
  return `${set.latex.includes('\\begin{') ? 'tall' : 'inline'}-equation(${storedString(mathematics.text)},$${maths.markup(set.latex)}$)`;
}

function inlineItem(item: Inline, maths: MathsSetter): string {
  switch (item.type) {
    case 'text':
      return textCode(typographic(item.text), (part) => `[#${printedString(part, 'breakable')}]`);
    case 'math':
      return inlineEquation(item.math, maths);
    case 'strong':
      return `strong(${inlineCode(item.children, maths)})`;
    case 'emphasis':
      return `emph(${inlineCode(item.children, maths)})`;
    case 'code':
      return textCode(item.text, (part) => `raw(${printedString(part, 'breakable')})`);
    case 'link':
      return linkCode(item.href, inlineCode(item.children, maths));
    case 'lineBreak':
      return 'linebreak()';
    default:
      return unreachable(item);
  }
}

function linkCode(href: string, content: string): string {
  const address = safeAddress(href);
  return address === undefined ? content : `link(${storedString(address)},${content})`;
}

/** Text with its Unicode sub- and superscripts set as such. */
function textCode(text: string, set: (part: string) => string): string {
  const runs = scriptRuns(text).map((run) => (run.level === 'line' ? set(run.text) : `${run.level}(${set(run.text)})`));
  return runs.length === 0 ? '[]' : runs.join(';');
}

/** Straight quotes as curly ones. */
function typographic(text: string): string {
  return text
    .replace(/(^|[\s([{–—])"/g, '$1“')
    .replace(/"/g, '”')
    .replace(/(^|[\s([{–—“])'/g, '$1‘')
    .replace(/'/g, '’');
}

/** What is not known mathematics is shown as it was written, as in all formats. */
function unsettable(latex: string): string {
  return `raw(${printedString(latex)})`;
}

/** The content of one side of a displayed line: code mode, to be joined with others into one formula. */
export function sideCode(mathematics: Mathematics, maths: MathsSetter): string {
  const set = settable(mathematics);
  return set === undefined ? unsettable(mathematics.latex) : `$${maths.markup(set.latex)}$.body`;
}

/** The right side of a displayed line, cut into summands and factors. */
export function rightSideCode(mathematics: Mathematics, maths: MathsSetter): string {
  const set = settable(mathematics);
  return set === undefined ? `(((whole:${unsettable(mathematics.latex)},parts:()),),)` : piecesCode(maths.pieces(set.latex));
}

/** The sign between the sides; as text when it is not one that is known. */
export function relationCode(relation: string, maths: MathsSetter): string {
  const tree = relationTree(relation);
  return tree === undefined ? `[#${printedString(relation)}]` : `$${maths.markup(printMathsLatex(tree))}$.body`;
}

/** Typst arrays of the factors of each summand. */
function piecesCode(pieces: Pieces): string {
  return typstArray(pieces.map((factors) => typstArray(factors.map(factorCode))));
}

function factorCode({ whole, parts }: Factor): string {
  return `(whole:$${whole}$.body,parts:${typstArray(parts.map((part) => `$${part}$.body`))})`;
}

/** A Typst array, also of one element or none. */
export function typstArray(items: readonly string[]): string {
  return `(${items.map((item) => `${item},`).join('')})`;
}
