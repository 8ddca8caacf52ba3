/** Inline content as Typst code: string literals, equations with their spoken text, strong, emphasis, links. */

import { unreachable } from '../../errors.js';
import type { Inline, Mathematics } from '../../solution/document.js';
import { printedString, storedString } from './escape.js';
import type { MathsSetter } from './maths.js';

/** A Typst expression (code mode) that shows the content. */
export function inlineCode(content: readonly Inline[], maths: MathsSetter): string {
  return content.length === 0 ? '[]' : `{${content.map((item) => inlineItem(item, maths)).join(';')}}`;
}

/** An inline equation as a Typst expression. */
export function inlineEquation(mathematics: Mathematics, maths: MathsSetter): string {
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
