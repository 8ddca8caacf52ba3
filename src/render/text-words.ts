/** Running text as words for a terminal: formulas keep their Unicode form and break only at blanks. */

import { unreachable } from '../errors.js';
import type { Inline } from '../solution/document.js';
import { oneLine, safeAddress } from './escape.js';
import type { Styler, Word } from './text-layout.js';

const plain = (text: string): string => text;

/** The words of inline content in order; `\n` alone ends a line. */
export function inlineWords(content: readonly Inline[], styler: Styler): Word[] {
  const words: Word[] = [];
  let blank = true;
  const add = (text: string, style: (text: string) => string): void => {
    for (const piece of oneLine(text).split(/( )/)) {
      if (piece === ' ') blank = true;
      else if (piece !== '') {
        words.push({ text: piece, style, glued: !blank });
        blank = false;
      }
    }
  };
  const visit = (inline: Inline, style: (text: string) => string): void => {
    switch (inline.type) {
      case 'text':
        return add(inline.text, style);
      case 'code':
        return add(inline.text, style);
      case 'math':
        return add(inline.math.text, style);
      case 'strong':
        for (const child of inline.children) visit(child, (text) => styler.strong(style(text)));
        return;
      case 'emphasis':
        for (const child of inline.children) visit(child, (text) => styler.emphasis(style(text)));
        return;
      case 'link':
        for (const child of inline.children) visit(child, style);
        if (safeAddress(inline.href) !== undefined) add(` <${inline.href}>`, styler.muted);
        return;
      case 'lineBreak':
        words.push({ text: '\n', style: plain, glued: false });
        blank = true;
        return;
      default:
        return unreachable(inline);
    }
  };
  for (const inline of content) visit(inline, plain);
  return words;
}
