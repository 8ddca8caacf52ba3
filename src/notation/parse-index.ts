/** Which items of scripts are indices: expressions in index letters, sizes and numbers, and how they become expressions. */

import { parseSum } from './parse-expression.js';
import type { ItemTokens } from './parse-scripts.js';
import type { Reader } from './reader.js';
import type { IndexSyntax, Syntax } from './syntax.js';

/** `strict`: made of index letters, sizes and numbers; `loose`: also of other single letters; `number`: of numbers and sizes alone. */
export type IndexLikeness = 'strict' | 'number' | 'loose' | 'none';

const arithmetic = new Set(['+', '-', '·', '×', '*', '/', '(', ')', '{', '}', '_']);

/** A lone group of braces around an item is dropped. */
export function withoutBraces(r: Reader, item: ItemTokens): ItemTokens {
  const braces = r.tokens[item.from]?.text === '{' && r.partner(item.from) === item.to - 1 && item.to - item.from > 2;
  return braces ? { ...item, from: item.from + 1, to: item.to - 1 } : item;
}

const isStep = (text: string): boolean => text === 'prev' || text === 'next';

/** How much the tokens of an item look like an index. */
export function indexLikeness(r: Reader, item: ItemTokens): IndexLikeness {
  if (isStep(item.text)) return 'strict';
  let letters = 0;
  let unknown = 0;
  for (let i = item.from; i < item.to; i++) {
    const token = r.tokens[i];
    if (token === undefined) return 'none';
    if (token.kind === 'number') {
      if (!/^\d{1,9}$/.test(token.text)) return 'none';
    } else if (token.kind === 'letter') {
      if (r.isLetter(token.text) || isConventionalPair(r, item)) letters++;
      else if (!isSize(r, item, i)) unknown += r.tokens[i + 1]?.text === '_' && i + 1 < item.to ? 2 : 1;
    } else if (token.kind !== 'sign' || !arithmetic.has(token.text)) return 'none';
  }
  if (!isArithmetic(r, item)) return 'none';
  if (unknown > 0) return unknown === 1 && !besideLetters(r, item) ? 'loose' : 'none';
  return letters > 0 ? 'strict' : 'number';
}

/** `ij`, `kl`: letters that textbooks use for positions, even where no range declares them. */
function isConventionalPair(r: Reader, item: ItemTokens): boolean {
  const pair = r.tokens.slice(item.from, item.to);
  return (
    pair.length === 2 &&
    pair[0]?.text !== pair[1]?.text &&
    pair.every((token) => token.kind === 'letter' && (/^[ijkl]$/.test(token.text) || r.isLetter(token.text)))
  );
}

/** A size, or the label of a size such as d_k. */
function isSize(r: Reader, item: ItemTokens, i: number): boolean {
  const token = r.tokens[i];
  const isLabel = i > item.from && r.tokens[i - 1]?.text === '_';
  const hasLabel = r.tokens[i + 1]?.text === '_' && i + 2 < item.to && token !== undefined && !r.tables.isDeclaredBase(token.text);
  return token !== undefined && (isLabel || r.lexicon.sizes.has(token.text) || hasLabel);
}

/** Signs stand between operands and nowhere else. */
function isArithmetic(r: Reader, item: ItemTokens): boolean {
  let expectsOperand = true;
  for (let i = item.from; i < item.to; i++) {
    const token = r.tokens[i];
    if (token?.kind === 'letter' || token?.kind === 'number' || token?.text === ')' || token?.text === '}') expectsOperand = false;
    else if (token?.text === '(' || token?.text === '{') expectsOperand = true;
    else if (expectsOperand && !(token?.text === '-' && (i === item.from || ['(', '{'].includes(r.tokens[i - 1]?.text ?? '')))) return false;
    else expectsOperand = true;
  }
  return !expectsOperand;
}

/** Some letter stands directly beside another letter: a word or several indices. */
function besideLetters(r: Reader, item: ItemTokens): boolean {
  for (let i = item.from + 1; i < item.to; i++) if (r.tokens[i]?.kind === 'letter' && r.tokens[i - 1]?.kind === 'letter') return true;
  return false;
}

/** `ij` is two indices, `2t` and `t-1` one. */
export function splitIndices(r: Reader, item: ItemTokens): readonly ItemTokens[] {
  const tokens = r.tokens.slice(item.from, item.to);
  const several = tokens.length > 1 && tokens[0]?.kind === 'letter' && tokens.every((token) => token.kind === 'letter' || token.kind === 'number');
  if (!several || isStep(item.text)) return [item];
  return tokens.map((token, i) => ({ place: item.place, text: token.text, from: item.from + i, to: item.from + i + 1 }));
}

/** The item as an expression. */
export function indexSyntax(r: Reader, item: ItemTokens): IndexSyntax {
  return { place: item.place, value: indexExpression(r, item.from, item.to, item.text) };
}

/** Reads [from, to) with letters as letters. */
export function indexExpression(r: Reader, from: number, to: number, text = ''): Syntax {
  if (isStep(text)) return { kind: 'name', raw: { base: text, accents: [], primes: 0, scripts: [] }, labels: [], indices: [], region: r.region(from, to) };
  const before = r.indexMode;
  r.indexMode = true;
  const value = r.within(from, to, () => parseSum(r));
  r.indexMode = before;
  return value;
}
