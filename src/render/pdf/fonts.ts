/**
 * The fonts that come with the package, and which characters they have: a character without a glyph would be left out of the PDF in
 * silence, so sources are checked before they are set.
 */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault, InputError } from '../../errors.js';

const files = [
  'latinmodern-math.otf',
  'lmroman10-regular.otf',
  'lmroman10-bold.otf',
  'lmroman10-italic.otf',
  'lmroman10-bolditalic.otf',
  'lmmono10-regular.otf',
];

/** The fonts' bytes, in a fixed order. Throws a Fault when the package is not whole. */
export function packagedFonts(): readonly Uint8Array[] {
  const folder = fontFolder();
  return files.map((file) => new Uint8Array(readFileSync(join(folder, file))));
}

/** Sources lie at one depth, compiled files at another, so the package's root is looked for upwards; ends at the file system's root. */
function fontFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (hasFonts(folder)) return join(folder, 'assets', 'fonts');
    if (dirname(folder) === folder) throw new Fault('The fonts of the package are missing (assets/fonts).');
  }
}

function hasFonts(folder: string): boolean {
  try {
    readFileSync(join(folder, 'assets', 'fonts', files[1] as string));
    return true;
  } catch {
    return false;
  }
}

const mostGaps = 40;

/**
 * A Typst source with every character that no font has named by its number, as in [U+6F22], so that it does not vanish from the page.
 * Throws InputError when there are many: then the text is in a script that the fonts do not cover.
 */
export function withoutMissing(source: string, fonts: readonly Uint8Array[]): string {
  const used = new Set(Array.from(source, (character) => character.codePointAt(0) as number).filter((point) => point > 0x7e && !isInvisible(point)));
  const missing = new Set([...used].filter((point) => !fonts.some((font) => hasGlyph(font, point))));
  if (missing.size === 0) return source;
  let count = 0;
  const replaced = Array.from(source, (character) => {
    if (!missing.has(character.codePointAt(0) as number)) return character;
    count += 1;
    return codePointName(character);
  }).join('');
  if (count > mostGaps) throw uncovered([...missing]);
  return replaced;
}

const codePointName = (character: string): string => `[U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}]`;

function uncovered(missing: readonly number[]): InputError {
  const shown = missing.slice(0, 8).map((point) => `${String.fromCodePoint(point)} ${codePointName(String.fromCodePoint(point))}`);
  return new InputError({
    ruleId: 'missing-glyph',
    message: `The PDF's fonts lack ${missing.length} of the characters used, among them ${shown.join(', ')}`,
    why: 'The PDF is set in Latin Modern, which covers Latin scripts and mathematics.',
    fix: 'Choose HTML as the output, which uses the fonts of the reader.',
  });
}

/** Joiners, direction marks, variation selectors: they shape other characters and have no glyph of their own. */
function isInvisible(point: number): boolean {
  return (
    point === 0xad ||
    (point >= 0x200b && point <= 0x200f) ||
    (point >= 0x202a && point <= 0x202e) ||
    (point >= 0x2060 && point <= 0x2069) ||
    (point >= 0xfe00 && point <= 0xfe0f) ||
    point === 0xfeff
  );
}

/** Reads the OpenType table of characters (`cmap`, formats 4 and 12): does the font map the code point to a glyph? */
export function hasGlyph(font: Uint8Array, point: number): boolean {
  const data = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const cmap = tableOffset(data, 'cmap');
  const count = data.getUint16(cmap + 2);
  for (let index = 0; index < count; index += 1) {
    const table = cmap + data.getUint32(cmap + 4 + 8 * index + 4);
    const format = data.getUint16(table);
    if ((format === 4 && inFormat4(data, table, point)) || (format === 12 && inFormat12(data, table, point))) return true;
  }
  return false;
}

function tableOffset(data: DataView, tag: string): number {
  const count = data.getUint16(4);
  for (let index = 0; index < count; index += 1) {
    const record = 12 + 16 * index;
    const name = String.fromCharCode(...[0, 1, 2, 3].map((byte) => data.getUint8(record + byte)));
    if (name === tag) return data.getUint32(record + 8);
  }
  throw new Fault(`A font has no ${tag} table.`);
}

function inFormat4(data: DataView, table: number, point: number): boolean {
  if (point > 0xffff) return false;
  const segments = data.getUint16(table + 6) / 2;
  for (let segment = 0; segment < segments; segment += 1) {
    const end = data.getUint16(table + 14 + 2 * segment);
    if (point > end) continue;
    const start = data.getUint16(table + 16 + 2 * segments + 2 * segment);
    if (point < start) return false;
    const delta = data.getUint16(table + 16 + 4 * segments + 2 * segment);
    const rangeAt = table + 16 + 6 * segments + 2 * segment;
    const range = data.getUint16(rangeAt);
    const glyph = range === 0 ? point : data.getUint16(rangeAt + range + 2 * (point - start));
    return range === 0 ? ((point + delta) & 0xffff) !== 0 : glyph !== 0;
  }
  return false;
}

function inFormat12(data: DataView, table: number, point: number): boolean {
  const groups = data.getUint32(table + 12);
  for (let group = 0; group < groups; group += 1) {
    const at = table + 16 + 12 * group;
    if (point >= data.getUint32(at) && point <= data.getUint32(at + 4)) return data.getUint32(at + 8) + point - data.getUint32(at) !== 0;
  }
  return false;
}
