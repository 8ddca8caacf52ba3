/**
 * User text as Typst string literals, so that nothing of it can ever be read as markup, code or mathematics.
 *
 * Two kinds: what is printed keeps its characters, what is only spoken or stored (alternative texts, metadata) is written in ASCII.
 * So every character beyond ASCII in a Typst source of ours is one that a font must have.
 */

/** A string literal that is printed. Control characters become spaces; combining characters are composed where Unicode can. */
export function printedString(text: string): string {
  return `"${clean(text).replace(/["\\]/g, '\\$&')}"`;
}

/** A string literal that is never printed: alternative texts, the title in the metadata. */
export function storedString(text: string): string {
  const escaped = clean(text).replace(/["\\]/g, '\\$&');
  return `"${Array.from(escaped, (character) => (character < '\u007f' ? character : `\\u{${(character.codePointAt(0) as number).toString(16)}}`)).join('')}"`;
}

/** Several lines of code as a printed literal. */
export function printedLines(text: string): string {
  return text.split(/\r\n|\r|\n/).map(printedString).join(' + "\\n" + ');
}

function clean(text: string): string {
  // Lone surrogates and controls have no glyph and are not allowed in a Typst source.
  return text.normalize('NFC').replace(/\p{Cs}/gu, '\ufffd').replace(/\p{Cc}/gu, ' ');
}
