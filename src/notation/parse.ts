/** Lines → statements: what the reader of formulas offers. */

import type { Region } from '../errors.js';
import { emptyLexicon } from './lexicon.js';
import { parseChain, parseSum } from './parse-expression.js';
import { readName } from './parse-names.js';
import { isLeftSide, parseLine } from './parse-statement.js';
import { parseTrailer, trailerStart } from './parse-trailer.js';
import { Reader } from './reader.js';
import { lineOf } from './statements.js';
import type { LeftSide, Lexicon, Line, RawName, RelationChain, Statement, Syntax } from './syntax.js';

/**
 * Reads a line of a `model`, `claim`, `moments` or `answer` block.
 * @throws InputError pointing at what cannot be read.
 */
export function parseStatement(line: Line, lexicon: Lexicon): Statement {
  const r = new Reader(line, lexicon);
  return parseLine(r);
}

/**
 * Reads one formula and nothing else.
 * @throws InputError pointing at what cannot be read.
 */
export function parseExpression(text: Line | string, lexicon: Lexicon): Syntax {
  const r = new Reader(typeof text === 'string' ? lineOf(text) : text, lexicon);
  return r.within(0, r.limit, () => parseSum(r));
}

/**
 * Reads one chain of relations and nothing else, e.g. `0 \le \gamma \le 1`.
 * @throws InputError pointing at what cannot be read.
 */
export function parseRelation(text: Line | string, lexicon: Lexicon): RelationChain {
  const r = new Reader(typeof text === 'string' ? lineOf(text) : text, lexicon);
  return r.within(0, r.limit, () => parseChain(r));
}

const other: LeftSide = { kind: 'other', names: [], isJoin: false, rangeLetters: [] };

/**
 * The left side of a line, before any name is known: every letter run is one name, every script an item of it.
 * @throws InputError only where the line is too long, too deep or unbalanced, or holds characters without meaning.
 */
export function readLeftSide(line: Line): LeftSide {
  const r = new Reader(line, { ...emptyLexicon(), sizes: new Set() });
  const shape = isLeftSide(r);
  if (shape === undefined) return other;
  r.declaring = true;
  const names = leftNames(r, shape.from, shape.to);
  if (names === undefined) return other;
  r.declaring = false;
  return { kind: shape.kind, names, isJoin: shape.isJoin, rangeLetters: rangeLetters(r, shape.after) };
}

/** The comma- or semicolon-separated names of [from, to); undefined when anything else stands there. */
function leftNames(r: Reader, from: number, to: number): { raw: RawName; region: Region }[] | undefined {
  const names: { raw: RawName; region: Region }[] = [];
  const limit = r.limit;
  r.at = from;
  r.limit = to;
  while (r.at < to) {
    const name = readName(r)?.name;
    if (name === undefined) break;
    names.push({ raw: name.raw, region: name.region });
    if (r.at < to && !r.eat(',') && !r.eat(';')) break;
    r.eat('quad');
  }
  const isWhole = r.at === to && names.length > 0;
  r.limit = limit;
  return isWhole ? names : undefined;
}

/** Letters that the trailer gives ranges; what cannot be read yet is left for the second pass. */
function rangeLetters(r: Reader, after: number): readonly string[] {
  const start = trailerStart(r, after, r.limit);
  const letters: string[] = [];
  for (let i = start; i >= 0 && i < r.limit; i = r.after(i)) {
    const token = r.tokens[i];
    const isFirst = i === start || r.tokens[i - 1]?.kind === 'text' || [',', 'quad'].includes(r.tokens[i - 1]?.text ?? '') || r.tokens[i]?.tight === false;
    if (isFirst && token?.kind === 'letter' && r.isSignAt('=', i + 1) && hasDots(r, i + 2)) letters.push(token.text);
    if (token?.kind === 'letter' && r.isSignAt('∈', i + 1) && r.isSignAt('\\{', i + 2)) letters.push(token.text);
  }
  return letters;
}

const hasDots = (r: Reader, from: number): boolean =>
  r.find(from, r.limit, (token) => token.kind === 'sign' && (token.text === '..' || token.text === '…')) >= 0;

export { parseTrailer };
