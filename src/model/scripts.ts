/** Which scripts of a name are indices and which are labels, once it is known which letters have a range. */

import { plainKey, stemText } from '../notation/lexicon.js';
import { spellingOfKey } from '../notation/spelling.js';
import type { RawName, ScriptItem, ScriptPlace } from '../notation/syntax.js';
import type { Spelling } from './model.js';

/** Pieces of an index as text: letters, numbers and signs. */
const tokensOf = (text: string): readonly string[] => text.match(/[A-Za-z]+(?:_[A-Za-z0-9]+)?|\d+|[^\sA-Za-z0-9]/g) ?? [];

/** Letters of a run such as `it`, when each of them is an index letter. */
function splitRun(token: string, letters: ReadonlySet<string>): readonly string[] {
  if (letters.has(token) || token.length === 1) return [token];
  const each = [...token];
  return each.every((letter) => letters.has(letter)) ? each : [token];
}

export type IndexKind = 'letters' | 'place' | 'label';

/** `letters`: an expression in index letters; `place`: a number or a length (T + 1, 0), which may be an index; `label`: anything else. */
export function indexKind(text: string, letters: ReadonlySet<string>, sizes: ReadonlySet<string>): IndexKind {
  const tokens = tokensOf(text).flatMap((token) => (/^[A-Za-z]/.test(token) ? splitRun(token, letters) : [token]));
  if (tokens.length === 0) return 'label';
  let hasLetter = false;
  for (const token of tokens) {
    if (letters.has(token)) hasLetter = true;
    else if (!sizes.has(token) && !/^(\d+|[-+−*()·])$/.test(token)) return 'label';
  }
  return hasLetter ? 'letters' : 'place';
}

/** The indices of an item: `it` are two, `t-1` is one. */
export function indicesIn(text: string, letters: ReadonlySet<string>): readonly string[] {
  return /^[A-Za-z]{2,}$/.test(text) ? splitRun(text, letters) : [text];
}

/** The index letter of a text such as `t-1`. */
export function letterIn(text: string, letters: ReadonlySet<string>): string | undefined {
  return tokensOf(text)
    .flatMap((token) => (/^[A-Za-z]/.test(token) ? splitRun(token, letters) : [token]))
    .find((token) => letters.has(token));
}

export interface Scripted {
  readonly labels: readonly { readonly place: ScriptPlace; readonly text: string }[];
  readonly indices: readonly { readonly place: ScriptPlace; readonly text: string }[];
}

/** Parts the scripts of a name, given which items are indices. */
export function partScripts(raw: RawName, isIndex: (item: ScriptItem) => boolean, letters: ReadonlySet<string>): Scripted {
  const indices = raw.scripts.filter(isIndex);
  return {
    labels: raw.scripts.filter((item) => !indices.includes(item)).map(({ place, text }) => ({ place, text })),
    indices: indices.flatMap(({ place, text }) => indicesIn(text, letters).map((one) => ({ place, text: one }))),
  };
}

const INDEX_PLACES: { readonly [P in ScriptPlace]: Spelling['indexPlace'] } = {
  subscript: 'subscript',
  bracket: 'subscript',
  superscript: 'superscript',
  parenthesised: 'parenthesised superscript',
  angle: 'angle superscript',
  argument: 'argument',
};

const GREEK_LABELS = /^(alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|rho|sigma|tau|phi|chi|psi|omega)$/;

function label(text: string, place: ScriptPlace): { readonly latex: string; readonly text: string } {
  const latex = GREEK_LABELS.test(text) ? `\\${text}` : /^[A-Za-z]{3,}$/.test(text) ? `\\mathrm{${text}}` : text;
  return place === 'parenthesised'
    ? { latex: `(${latex})`, text: `(${text})` }
    : place === 'angle'
      ? { latex: `<${latex}>`, text: `<${text}>` }
      : { latex, text };
}

function labelsAt(labels: Scripted['labels'], below: boolean): { readonly latex: string; readonly text: string } | undefined {
  const found = labels
    .filter(({ place }) => (place === 'subscript' || place === 'bracket' || place === 'argument') === below)
    .map(({ place, text }) => label(text, place));
  return found.length === 0 ? undefined : { latex: found.map(({ latex }) => latex).join(','), text: found.map(({ text }) => text).join(',') };
}

/** How a name is written: its letter with accents, alphabet and primes, its labels, and where its indices go. */
export function spellingOf(raw: RawName, scripted: Scripted, style?: string): Spelling {
  const bare = spellingOfKey(stemText(raw));
  const primes = "'".repeat(raw.primes);
  const subscript = labelsAt(scripted.labels, true);
  const superscript = labelsAt(scripted.labels, false);
  const place = scripted.indices[0]?.place ?? 'subscript';
  return {
    latex: (style === undefined ? bare.latex : `\\${style}{${bare.latex}}`) + primes,
    text: bare.text + primes.replaceAll("'", '′'),
    indexPlace: INDEX_PLACES[place],
    ...(subscript === undefined ? {} : { subscript }),
    ...(superscript === undefined ? {} : { superscript }),
  };
}

export const keyOf = (raw: RawName, labels: Scripted['labels']): string => plainKey(raw, labels);

/** Key of the capital name whose entry a small letter with two axis letters may be: `U^(1)` for `u_{ij}^{(1)}`. */
export function capitalKey(raw: RawName): string | undefined {
  if (!/^[a-z]$/.test(raw.base)) return undefined;
  const labels = raw.scripts.filter(({ place }) => place !== 'subscript' && place !== 'bracket' && place !== 'argument');
  return plainKey({ ...raw, base: raw.base.toUpperCase() }, labels);
}
