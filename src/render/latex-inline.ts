/** Running text and formulas as LaTeX. Formulas are printed anew from the whitelisted tree; what cannot be set is shown as code. */

import { unreachable } from '../errors.js';
import type { Inline, Mathematics } from '../solution/document.js';
import { printMathsLatex } from '../solution/maths-print.js';
import { escapeLatex, oneLine, safeAddress } from './escape.js';
import { settable } from './maths.js';
import { finerPieces } from './maths-break.js';
import { mathsWidth } from './maths-width.js';
import { plainText } from './scene/plain.js';

/** Ems of a line of text. */
export const LINE_EMS = 41;
/** Formulas in running text that are wider may be broken. */
const LONG_EMS = 14;

/** Inline content as LaTeX for paragraphs. */
export function inlineLatex(content: readonly Inline[]): string {
  return content.map(oneInline).join('');
}

/** Content of a label or another single line: breaks become blanks. */
export function labelLatex(content: readonly Inline[]): string {
  return inlineLatex(content.map((inline) => (inline.type === 'lineBreak' ? { type: 'text', text: ' ' } : inline)));
}

function oneInline(inline: Inline): string {
  switch (inline.type) {
    case 'text':
      return escapeLatex(inline.text);
    case 'math':
      return mathsLatex(inline.math);
    case 'strong':
      return `\\textbf{${inlineLatex(inline.children)}}`;
    case 'emphasis':
      return `\\emph{${inlineLatex(inline.children)}}`;
    case 'code':
      return codeLatex(inline.text);
    case 'link':
      return linkLatex(inline.href, inlineLatex(inline.children));
    case 'lineBreak':
      return '\\leavevmode\\hfil\\break ';
    default:
      return unreachable(inline);
  }
}

/** A formula in running text; a long one is cut where TeX may break it, and what is still wider than a line is shrunk. */
export function mathsLatex(math: Mathematics): string {
  const set = settable(math);
  if (set === undefined) return codeLatex(math.latex);
  if (mathsWidth(set.tree, false) <= LONG_EMS) return `$${set.latex}$`;
  const pieces = finerPieces(set.tree, LONG_EMS);
  if (pieces.some((piece) => mathsWidth(piece, false) > 2.4 * LONG_EMS)) return `\\fitted{\\linewidth}{\\textstyle ${set.latex}}`;
  return `$${pieces.map((piece) => printMathsLatex(piece)).join(' \\allowbreak ')}$`;
}

/** Code in running text may be broken anywhere, so that it never sticks out. */
export function codeLatex(text: string): string {
  const words = oneLine(text)
    .slice(0, 2000)
    .split(/(?<=[^A-Za-z0-9])|(?<=.{24})/u);
  return `\\texttt{${words.map(escapeLatex).join('\\allowbreak{}')}}`;
}

function linkLatex(href: string, content: string): string {
  const address = safeAddress(href);
  if (address === undefined) return content;
  return `\\href{${address.replace(/[~$[\]]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`).replace(/[%#&_]/g, '\\$&')}}{${content}}`;
}

/** Text for bookmarks and the title of the file: plain letters and signs only. */
export function bookmarkText(content: readonly Inline[]): string {
  return oneLine(content.map(plainText).join(''))
    .normalize('NFKD')
    .replace(/−/g, '-')
    .replace(/[^A-Za-z0-9 .,:;()'+=/*-]/g, '')
    .trim();
}
