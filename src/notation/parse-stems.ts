/**
 * The stem of a name: its letter or word with accents, alphabet and styling; and how a run of letters splits into names.
 *
 * A declared name wins, the longest first; in LaTeX letters side by side are otherwise a product, in plain text one word.
 */
import { accentWords, letterOfCommand } from './characters.js';
import type { Stem } from './lexicon.js';
import { readScripts, type Script } from './parse-scripts.js';
import type { Reader } from './reader.js';
import { functionWord } from './words.js';

export interface StemRead {
  readonly stem: Stem;
  /** Scripts that stood inside the accent: `\tilde{C_t}`. */
  readonly scripts: readonly Script[];
}

const isMark = (kind: string): boolean => kind === 'accent' || kind === 'alphabet' || kind === 'styling';

/** End of the run of plain letters at token `i`. */
export function lettersEnd(r: Reader, i: number): number {
  let end = i + 1;
  while (end < r.limit && r.tokens[end]?.plain === true && r.tokens[end]?.tight === true) end++;
  return end;
}

/** End of the run of letters and digits at token `i`: `W1`, `h2o`. */
function wordEnd(r: Reader, i: number): number {
  let end = lettersEnd(r, i);
  for (
    let token = r.tokens[end];
    end < r.limit && token !== undefined && token.tight && (token.plain === true || (token.kind === 'number' && /^\d+$/.test(token.text)));
    token = r.tokens[end]
  )
    end++;
  return end;
}

/** The plain text of the letters [from, to). */
export function textOf(r: Reader, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += r.tokens[i]?.text ?? '';
  return text;
}

interface Base {
  readonly base: string;
  readonly end: number;
  readonly accents: readonly string[];
}

/** Which name begins at letter `i`. */
export function baseAt(r: Reader, i: number): Base {
  const single: Base = { base: r.tokens[i]?.text ?? '', end: i + 1, accents: r.tokens[i]?.accents ?? [] };
  if (r.tokens[i]?.plain !== true) return single;
  const end = lettersEnd(r, i);
  const long = wordEnd(r, i);
  if (long === i + 1) return single;
  const word = textOf(r, i, end);
  for (const to of [long, end]) {
    const text = textOf(r, i, to);
    if (r.tables.isDeclaredBase(text) || (to > i + 1 && r.lexicon.sizes.has(text))) return { base: text, end: to, accents: [] };
  }
  const compact = textOf(r, i, long);
  if (r.tables.isCompact(compact) && isSetApart(r, long, compact)) return { base: compact, end: long, accents: [] };
  if (r.declaring) return { base: textOf(r, i, long), end: long, accents: [] };
  if (end === i + 1) return r.isLatex || r.indexMode || r.isLetter(word) ? single : { base: textOf(r, i, long), end: long, accents: [] };
  if (r.indexMode) return isLongUnknown(r, word) ? { base: word, end, accents: [] } : single;
  return accentedWord(r, word, end) ?? splitWord(r, i, end, long, single);
}

/** `Wf[t]` is W·f_t, `Wf @ x` is W_f @ x. */
function isSetApart(r: Reader, end: number, word: string): boolean {
  const next = r.tokens[end];
  const hasScript = end < r.limit && next?.kind === 'sign' && next.tight && (next.text === '_' || next.text === '[');
  return word.length > 2 || (!hasScript && !r.isLatex);
}

const isLongUnknown = (r: Reader, word: string): boolean => word.length > 3 && ![...word].every((letter) => r.isLetter(letter) || r.lexicon.sizes.has(letter));

/** `yhat`, `htilde`: a declared name with its accent as a word. */
function accentedWord(r: Reader, word: string, end: number): Base | undefined {
  for (const accent of accentWords) {
    const base = word.slice(0, -accent.length);
    if (word.endsWith(accent) && base !== '' && r.tables.withStem({ base, accents: [accent], primes: 0 }).length > 0) return { base, end, accents: [accent] };
  }
  return undefined;
}

function splitWord(r: Reader, i: number, end: number, long: number, single: Base): Base {
  const word = textOf(r, i, end);
  const known = firstKnownPiece(r, word);
  if (known > 0) return { base: word.slice(0, known), end: i + known, accents: [] };
  const next = r.tokens[end];
  const isIndexed = end < r.limit && next?.tight === true && (next.text === '[' || next.text === '_' || next.text === '(');
  const isParameterTimesName = r.tables.isDeclaredBase(word.slice(1)) && isIndexed && /^[A-Z]/.test(word);
  const isGreekWord = letterOfCommand(word) !== undefined && word.length > 2;
  if (isParameterTimesName || (r.isLatex && word.length <= 3 && !isGreekWord)) return single;
  return { base: textOf(r, i, r.isLatex ? end : long), end: r.isLatex ? end : long, accents: [] };
}

/** Length of the first piece of the split of `word` into the fewest known names; 0 when there is none. */
function firstKnownPiece(r: Reader, word: string): number {
  const longest = Math.max(r.tables.longestBase, 12);
  const fewest = new Int32Array(word.length + 1).fill(-1);
  fewest[word.length] = 0;
  let first = 0;
  for (let from = word.length - 1; from >= 0; from--) {
    for (let length = Math.min(longest, word.length - from); length > 0; length--) {
      const rest = fewest[from + length] ?? -1;
      if (rest < 0 || !isKnown(r, word.slice(from, from + length))) continue;
      if ((fewest[from] ?? -1) >= 0 && (fewest[from] ?? 0) <= rest + 1) continue;
      fewest[from] = rest + 1;
      if (from === 0) first = length;
    }
  }
  return first;
}

function isKnown(r: Reader, text: string): boolean {
  return (
    r.tables.isDeclaredBase(text) || r.lexicon.sizes.has(text) || (text.length === 1 ? r.isLetter(text) : text.length > 2 && functionWord(text) !== undefined)
  );
}

/** The token after the name (stem and scripts) that begins at `i`, or −1 when none begins there. Reads nothing. */
export function nameEnd(r: Reader, i: number): number {
  const end = stemEnd(r, i);
  return end < 0 ? -1 : scriptsEnd(r, end);
}

function stemEnd(r: Reader, start: number): number {
  let i = start;
  while (i < r.limit && isMark(r.tokens[i]?.kind ?? '')) i++;
  const token = i < r.limit ? r.tokens[i] : undefined;
  if (token === undefined) return -1;
  if (token.kind === 'sign' && token.text === '{' && (i > start || r.tokens[i + 1]?.kind === 'letter' || isMark(r.tokens[i + 1]?.kind ?? ''))) {
    const close = r.partner(i);
    return isName(r, i + 1, close) ? close + 1 : -1;
  }
  if (token.kind === 'text') return /^[A-Za-z]\w*$/.test(token.text) ? i + 1 : -1;
  if (token.kind !== 'letter') return -1;
  const word = accentWordEnd(r, i);
  return baseAt(r, word > 0 ? word : i).end;
}

/** After the word of `tilde h`, `hat y`: an accent as a word before a name; −1 for anything else. */
function accentWordEnd(r: Reader, i: number): number {
  if (r.tokens[i]?.plain !== true || r.indexMode) return -1;
  const end = lettersEnd(r, i);
  const next = end < r.limit ? r.tokens[end] : undefined;
  if (end - i < 3 || next?.kind !== 'letter' || next.tight) return -1;
  const word = textOf(r, i, end);
  return accentWords.has(word) && !r.tables.isDeclaredBase(word) ? end : -1;
}

/** The tokens [from, to) are one name and nothing else. */
function isName(r: Reader, from: number, to: number): boolean {
  let depth = 0;
  while (r.tokens[from]?.text === '{' && r.partner(from) === to - 1 && depth++ < 50) {
    from++;
    to--;
  }
  let i = from;
  while (i < to && isMark(r.tokens[i]?.kind ?? '')) i++;
  const token = r.tokens[i];
  if (i >= to || token === undefined) return false;
  if (token.text === '{' && token.kind === 'sign')
    return i > from && r.partner(i) < to && isName(r, i + 1, r.partner(i)) && scriptsEnd(r, r.partner(i) + 1, to) === to;
  const end = token.kind === 'letter' ? Math.min(to, baseAt(r, i).end) : token.kind === 'text' ? i + 1 : -1;
  return end > 0 && scriptsEnd(r, end, to) === to;
}

function scriptsEnd(r: Reader, start: number, limit = r.limit): number {
  let i = start;
  for (;;) {
    const token = i < limit ? r.tokens[i] : undefined;
    if (token === undefined || token.kind !== 'sign') return i;
    if (token.text === "'") i++;
    else if ((token.text === '_' || token.text === '^') && i + 1 < limit)
      i = r.tokens[i + 1]?.plain === true && token.text === '_' && !r.isLatex ? lettersEnd(r, i + 1) : r.after(i + 1);
    else if (token.text === '[' && token.tight) i = r.after(i);
    else return i;
  }
}

/** True when a name's stem begins at the token at hand. */
export function beginsStem(r: Reader): boolean {
  return stemEnd(r, r.at) >= 0;
}

/** Reads the stem at hand; `undefined` when no name begins there. */
export function readStem(r: Reader): StemRead | undefined {
  if (stemEnd(r, r.at) < 0) return undefined;
  const token = r.peek();
  if (token === undefined) return undefined;
  if (token.kind === 'sign') return readMarked(r);
  if (isMark(token.kind)) {
    r.at++;
    return r.nested(() => mark(token.kind, token.text, readMarked(r)));
  }
  return readBare(r);
}

/** The argument of an accent: a name in braces, or the next name. */
function readMarked(r: Reader): StemRead | undefined {
  if (!r.isSign('{')) return readStem(r);
  const close = r.partner(r.at);
  const from = r.at + 1;
  const inner = r.within(from, close, () => readBraced(r));
  r.at = close + 1;
  return inner;
}

function readBraced(r: Reader): StemRead | undefined {
  if (r.isSign('{') && r.partner(r.at) === r.limit - 1) return readMarked(r);
  const read = readStem(r);
  if (read === undefined) return undefined;
  const scripts: Script[] = [...read.scripts];
  readScripts(r, scripts);
  return { stem: read.stem, scripts };
}

function mark(kind: string, text: string, inner: StemRead | undefined): StemRead | undefined {
  if (inner === undefined) return undefined;
  const { stem, scripts } = inner;
  if (kind === 'accent') return { stem: { ...stem, accents: [text, ...stem.accents] }, scripts };
  return { stem: kind === 'alphabet' ? { ...stem, alphabet: text } : { ...stem, styling: text }, scripts };
}

function readBare(r: Reader): StemRead {
  const token = r.peek();
  if (token?.kind === 'text') {
    r.at++;
    return { stem: { base: token.text, accents: [], primes: 0, ...(token.styling === undefined ? {} : { styling: token.styling }) }, scripts: [] };
  }
  const word = accentWordEnd(r, r.at);
  const before = word > 0 ? [textOf(r, r.at, word)] : [];
  const { base, end, accents: own } = baseAt(r, word > 0 ? word : r.at);
  const accents = [...before, ...own];
  r.at = end;
  const alphabet = token?.alphabet === undefined ? {} : { alphabet: token.alphabet };
  const styling = token?.styling === undefined ? {} : { styling: token.styling };
  return { stem: { base, accents, primes: 0, ...alphabet, ...styling }, scripts: [] };
}
