/**
 * How values are named from outside: the name as the sheet writes it or its plain spelling, boundary values with their index.
 *
 * Spellings are compared in one canonical form, so that `\tilde{C}`, `tilde C` and `C̃`, `W'_f` and `W_f'`, `h_{T+1}` and `h_T+1` are each the same key.
 */

import type { Declaration, Model } from '../model/model.js';
import { type Whole, wholeLetter, wholeNumber } from '../network/whole.js';
import {
  accentCommands,
  alphabetCommands,
  combiningAccents,
  letterOfCharacter,
  letterOfCommand,
  loweredCharacters,
  raisedCharacters,
  stylingCommands,
} from '../notation/characters.js';
import { printWhole, spellName } from '../notation/spelling.js';
import type { GivenInstance } from './run.js';

/** Letters by their names, accents and alphabets as words, scripts without braces: below before above, primes last. */
export function canonicalKey(text: string): string {
  const plain = spelledOut(text);
  let base = '';
  let primes = 0;
  const scripts: Record<'_' | '^', string[]> = { _: [], '^': [] };
  for (let at = 0; at < plain.length; ) {
    const mark = plain[at];
    if (mark === "'") primes++;
    if (mark === '_' || mark === '^') {
      const script = scriptAfter(plain, at + 1);
      const label = script.text.replaceAll(/[{}]/g, '');
      if (mark === '^' && /^'+$/.test(label)) primes += label.length;
      else scripts[mark].push(label);
      at = script.end;
      continue;
    }
    if (mark !== "'" && mark !== '{' && mark !== '}') base += mark;
    at++;
  }
  const below = scripts._.length > 0 ? `_${scripts._.join(',')}` : '';
  const above = scripts['^'].length > 0 ? `^${scripts['^'].join(',')}` : '';
  return `${base}${below}${above}${"'".repeat(primes)}`;
}

/** The script that starts here: a group in braces, or all up to the next script or prime. */
function scriptAfter(text: string, start: number): { readonly text: string; readonly end: number } {
  let depth = 0;
  let end = start;
  for (; end < text.length; end++) {
    const character = text[end];
    if (character === '{') depth++;
    else if (character === '}') {
      depth--;
      if (depth <= 0) return { text: text.slice(start, end), end: end + 1 };
    } else if (depth === 0 && (character === '_' || character === '^' || (character === "'" && end > start))) break;
  }
  return { text: text.slice(start, end), end };
}

/** Commands and characters replaced by what they stand for; spaces and styling left out. */
function spelledOut(text: string): string {
  const commands = text.normalize('NFD').replaceAll(/\\([A-Za-z]+)|\\./g, (_, command: string | undefined) => commandWord(command));
  const characters = [...commands.replaceAll(/[\s$]/g, '')];
  return characters
    .map((character, at) => (combiningAccents.has(character) ? '' : spelledCharacter(character, characters[at + 1], characters[at - 1])))
    .join('');
}

function commandWord(command: string | undefined): string {
  if (command === undefined || stylingCommands.has(command)) return '';
  if (command === 'prime') return "'";
  return accentCommands.get(command) ?? alphabetCommands.get(command) ?? letterOfCommand(command) ?? command;
}

function spelledCharacter(character: string, next: string | undefined, previous: string | undefined): string {
  if (character === '′' || character === '’') return "'";
  if (character === '−') return '-';
  const lowered = loweredCharacters.get(character);
  if (lowered !== undefined) return loweredCharacters.has(previous ?? '') ? lowered : `_${lowered}`;
  const raised = /[*]/.test(character) ? undefined : raisedCharacters.get(character);
  if (raised !== undefined) return raisedCharacters.has(previous ?? '') ? raised : `^${raised}`;
  const letter = letterOfCharacter(character);
  const accent = next === undefined ? undefined : combiningAccents.get(next);
  return `${accent ?? ''}${letter?.alphabet ?? ''}${letter?.name ?? character}`;
}

/** Canonical spellings of a name without its indices, and with its letters for indices. */
export function spellingsOf(declaration: Declaration): string[] {
  const { name, spelling, indices } = declaration;
  const letters = indices.map(({ letter }) => wholeLetter(letter));
  const forms = [
    name,
    spellName(spelling, [], [], 'latex').printed,
    spellName(spelling, [], [], 'text').printed,
    ...(letters.length > 0 ? [spellName(spelling, letters, [], 'latex').printed] : []),
  ];
  return [...new Set(forms.map(canonicalKey))];
}

/** The declared name that a key spells: by its plain spelling before any other. */
export function declarationOf(model: Model, key: string): Declaration | undefined {
  const canonical = canonicalKey(key);
  const all = [...model.declarations.values()];
  return all.find(({ name }) => canonicalKey(name) === canonical) ?? all.find((declaration) => spellingsOf(declaration).includes(canonical));
}

/** The plain spelling of a value at a place: `h_0`, `h_T+1`, `overleftarrow h_T+1`, `h^1_0`. */
export function plainPlace({ name, spelling }: Declaration, indices: readonly Whole[]): string {
  const index = indices.map((whole) => printWhole(whole, 'text').replaceAll(' ', '').replaceAll('−', '-'));
  if (index.length === 2 && spelling.indexPlace === 'superscript') return `${name}^${index[0]}_${index[1]}`;
  if (spelling.indexPlace === 'parenthesised superscript') return `${name}^(${index.join(',')})`;
  return `${name}_${index.join(',')}`;
}

/** Canonical spellings of a value at a place, the likeliest first. */
export function placeSpellings(declaration: Declaration, { indices, written }: Pick<GivenInstance, 'indices' | 'written'>): string[] {
  const forms = [written, indices.map(wholeNumber)].flatMap((places) => {
    const index = places.map((whole) => printWhole(whole, 'text').replaceAll(' ', ''));
    const [first, second] = index;
    const joined = index.join(',');
    const twoPlaces =
      index.length === 2
        ? [`${declaration.name}^${first}_${second}`, `${declaration.name}_${first}^${second}`, `${declaration.name}^(${first})_${second}`]
        : [];
    const places1 = [`_${joined}`, `^(${joined})`, `^${joined}`, `(${joined})`, `^<${joined}>`, `[${joined}]`].map((script) => `${declaration.name}${script}`);
    return [plainPlace(declaration, places), spellName(declaration.spelling, places, [], 'latex').printed, ...places1, ...twoPlaces];
  });
  return [...new Set(forms.map(canonicalKey))];
}
