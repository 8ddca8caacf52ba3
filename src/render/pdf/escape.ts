/**
 * User text as Typst string literals, so that nothing of it can ever be read as markup, code or mathematics.
 *
 * Two kinds: what is printed keeps its characters, what is only spoken or stored (alternative texts, metadata) is written in ASCII.
 * So every character beyond ASCII in a Typst source of ours is one that a font must have.
 */

import { visibleText } from '../escape.js';
import { scriptRuns } from '../scripts.js';

/** A string literal that is printed. Small raised and lowered letters that no font has are spelt out; `breakable` words break when they are very long. */
export function printedString(text: string, words: 'whole' | 'breakable' = 'whole'): string {
  const shown = spelledOut(clean(text));
  return `"${(words === 'breakable' ? withBreaks(shown) : shown).replace(/["\\]/g, '\\$&')}"`;
}

/** Invisible places to break in words that are longer than any of a language: after signs, and after every thirty letters. */
function withBreaks(text: string): string {
  return text.replace(/\S{36,}/gu, (word) => word.replace(/[_.,;:/()=+-](?=\S)|\S{30}/gu, '$&\u200b'));
}

/** A string literal that is never printed: alternative texts, the title in the metadata. */
export function storedString(text: string): string {
  const escaped = clean(text).replace(/["\\]/g, '\\$&');
  return `"${Array.from(escaped, (character) => (character < '\u007f' ? character : `\\u{${(character.codePointAt(0) as number).toString(16)}}`)).join('')}"`;
}

const codeColumns = 92;

/** Several lines of code as a printed literal; lines that are wider than the page go on in the next, further in. */
export function printedLines(text: string): string {
  const lines = text
    .replace(/\t/g, '    ')
    .split(/\r\n|\r|\n/)
    .flatMap(wrapped);
  return lines.map((line) => printedString(line)).join(' + "\\n" + ');
}

/** Every round takes at least half a line away, so it ends. */
function wrapped(line: string): readonly string[] {
  const pieces: string[] = [];
  let rest = line;
  while (rest.length > codeColumns) {
    const space = rest.lastIndexOf(' ', codeColumns);
    const end = space > codeColumns / 2 ? space : codeColumns;
    pieces.push(rest.slice(0, end));
    rest = `    ${rest.slice(end).trimStart()}`;
  }
  return [...pieces, rest];
}

function clean(text: string): string {
  return visibleText(text.normalize('NFC')).replace(/[\t\n\v\f\r]/g, ' ');
}

function spelledOut(text: string): string {
  return scriptRuns(text)
    .map((run) => (run.level === 'line' ? run.text : `${run.level === 'sub' ? '_' : '^'}${run.text.length === 1 ? run.text : `{${run.text}}`}`))
    .join('');
}
