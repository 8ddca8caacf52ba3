/** Inline content as Typst code: string literals, equations with their spoken text, strong, emphasis, links. */

import { unreachable } from '../../errors.js';
import type { Inline, Mathematics } from '../../solution/document.js';
import { printedString, storedString } from './escape.js';
import type { MathsSetter, Pieces } from './maths.js';

/** A Typst expression (code mode) that shows the content. */
export function inlineCode(content: readonly Inline[], maths: MathsSetter): string {
  return content.length === 0 ? '[]' : `{${content.map((item) => inlineItem(item, maths)).join(';')}}`;
}

/** Mathematics that may be wider than a line of text or a cell. */
export function isLong(mathematics: Mathematics): boolean {
  return mathematics.latex.length > 110;
}

/** An inline equation as a Typst expression; a long one takes lines of its own. */
export function inlineEquation(mathematics: Mathematics, maths: MathsSetter): string {
  if (isLong(mathematics)) return `long-equation(${storedString(mathematics.text)},${piecesCode(maths.pieces(mathematics.latex))})`;
  return `inline-equation(${storedString(mathematics.text)},$${maths.markup(mathematics.latex)}$)`;
}

function inlineItem(item: Inline, maths: MathsSetter): string {
  switch (item.type) {
    case 'text':
      return `[#${printedString(typographic(item.text))}]`;
    case 'math':
      return inlineEquation(item.math, maths);
    case 'strong':
      return `strong(${inlineCode(item.children, maths)})`;
    case 'emphasis':
      return `emph(${inlineCode(item.children, maths)})`;
    case 'code':
      return `raw(${printedString(item.text)})`;
    case 'link':
      return safeAddress(item.href) ? `link(${storedString(item.href)},${inlineCode(item.children, maths)})` : inlineCode(item.children, maths);
    case 'lineBreak':
      return 'linebreak()';
    default:
      return unreachable(item);
  }
}

/** Only addresses that a reader would expect behind a word; others are shown without being a link. */
function safeAddress(href: string): boolean {
  return /^(https?:\/\/|mailto:)[^\s]+$/i.test(href);
}

/** Straight quotes as curly ones. */
function typographic(text: string): string {
  return text.replace(/(^|[\s([{–—])"/g, '$1“').replace(/"/g, '”').replace(/(^|[\s([{–—“])'/g, '$1‘').replace(/'/g, '’');
}

/** Typst arrays of the factors of each summand. */
export function piecesCode(pieces: Pieces): string {
  return typstArray(pieces.map((factors) => typstArray(factors.map((factor) => `$${factor}$.body`))));
}

/** A Typst array, also of one element or none. */
export function typstArray(items: readonly string[]): string {
  return `(${items.map((item) => `${item},`).join('')})`;
}
