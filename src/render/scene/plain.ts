/** Inline content as plain Unicode text: what a label says where nothing better can be set. */

import { unreachable } from '../../errors.js';
import type { Inline } from '../../solution/document.js';

/** The text of an inline, with mathematics in its Unicode form. */
export function plainText(content: Inline): string {
  switch (content.type) {
    case 'text':
    case 'code':
      return content.text;
    case 'math':
      return content.math.text;
    case 'strong':
    case 'emphasis':
    case 'link':
      return content.children.map(plainText).join('');
    case 'lineBreak':
      return ' ';
    default:
      return unreachable(content);
  }
}
