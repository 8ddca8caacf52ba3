/** What the functions that set one construct of mathematics share: the way to set what is inside, and how tokens are written. */

import type { InputError } from '../../errors.js';
import { printedString } from './escape.js';
import type { TexNode } from './katex-tree.js';
import { ems } from './symbols.js';

/** What the functions that set one construct need from each other. */
export interface Setting {
  readonly latex: string;
  /** Sets a list of nodes one after the other. */
  list(nodes: readonly TexNode[]): string;
  node(node: TexNode): string;
  character(command: string): string;
  /** Refuses a construct by name. */
  unknown(what: string): InputError;
}

/** Tokens side by side, with a space only where two would otherwise be read as one (a space beside a string would be printed). */
export function joinTokens(tokens: readonly string[]): string {
  return tokens.reduce((line, token) => (wordLike(line.at(-1)) && wordLike(token.at(0)) ? `${line} ${token}` : line + token), '');
}

function wordLike(character: string | undefined): boolean {
  return character !== undefined && (character > '\u007f' || /[A-Za-z0-9]/.test(character));
}

/** One character as a token: letters and signs bare, ASCII signs escaped, more than one character as a string. */
export function glyph(character: string): string {
  if (Array.from(character).length !== 1) return printedString(character);
  return /^[!-/:-@[-`{-~]$/.test(character) ? `\\${character}` : character;
}

export function call(name: string, ...args: readonly string[]): string {
  return `${name}(${args.map((arg) => arg || '""').join(',')})`;
}

/** A TeX dimension in em, with at most four decimals. */
export function lengthInEms(here: Setting, dimension: unknown): number {
  if (typeof dimension !== 'object' || dimension === null || !('number' in dimension) || !('unit' in dimension)) throw here.unknown('a length');
  const factor = ems[String(dimension.unit)];
  if (factor === undefined || typeof dimension.number !== 'number') throw here.unknown(`the unit ${String(dimension.unit)}`);
  return Math.round(dimension.number * factor * 1e4) / 1e4;
}
