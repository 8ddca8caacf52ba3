/** Shapes: ℝ^{n × d}, `n x d`, \{0,1\}^m, and where a set begins. */
import { indexExpression } from './parse-index.js';
import type { Reader } from './reader.js';
import type { ShapeSyntax, Syntax } from './syntax.js';

interface SetAt {
  readonly set: ShapeSyntax['set'];
  /** The token after it, where its exponent may stand. */
  readonly end: number;
}

/** The set that begins at token `i`: \mathbb{R}, ℝ, R, \{0,1\}, \mathbb{N}. */
export function setAt(r: Reader, i: number): SetAt | undefined {
  if (i >= r.limit) return undefined;
  if (r.isSignAt('\\{', i)) return isBinary(r, i) ? { set: 'binary', end: r.partner(i) + 1 } : undefined;
  let at = i;
  let isMarked = false;
  while (at < r.limit && ['alphabet', 'styling'].includes(r.tokens[at]?.kind ?? '')) {
    at++;
    isMarked = true;
  }
  const isGroup = isMarked && r.isSignAt('{', at) && r.partner(at) === at + 2;
  const token = r.tokens[isGroup ? at + 1 : at];
  const end = isGroup ? at + 3 : at + 1;
  if (token === undefined || at >= r.limit || (token.kind !== 'letter' && token.kind !== 'text')) return undefined;
  const isBlackboard = isMarked || token.alphabet === 'mathbb';
  const isPlain = token.text === 'R' && r.tokens[end]?.tight !== true;
  if (!isBlackboard && !isPlain && !(token.text === 'R' && r.isSignAt('^', end))) return undefined;
  if (token.text === 'R') return { set: 'real', end };
  return isBlackboard && (token.text === 'N' || token.text === 'Z') ? { set: 'natural', end } : undefined;
}

const isBinary = (r: Reader, i: number): boolean => r.partner(i) === i + 4 && r.tokens[i + 1]?.text === '0' && r.tokens[i + 3]?.text === '1';

const scalarWords = new Set(['scalar', 'real', 'number']);

/** Reads [from, to) as a shape. */
export function parseShape(r: Reader, from: number, to: number): ShapeSyntax {
  const region = r.region(from, to);
  if (to <= from)
    throw r.problem({ ruleId: 'unreadable-shape', message: 'The shape is missing.', fix: 'Write \\in \\mathbb{R}^{n \\times d}, or : n x d.' }, from - 1);
  const word = r.tokens
    .slice(from, to)
    .map((token) => token.text)
    .join('');
  if (scalarWords.has(word)) return { set: 'real', dims: [], region };
  const found = setAt(r, from);
  if (found === undefined || found.end > to) return { set: 'real', dims: dimensions(r, from, to), region };
  const sign = positiveAt(r, found.end, to);
  const positive = sign > found.end ? { positive: true } : {};
  if (sign === to) return { set: found.set, dims: [], ...positive, region };
  if (!r.isSignAt('^', sign)) throw unreadable(r, from, to);
  const open = sign + 1;
  const end = r.after(open);
  if (open >= to || (end < to && !isAtomicExponent(r, open, to))) throw unreadable(r, from, to);
  const isGroup = (r.isSignAt('{', open) || r.isSignAt('(', open)) && r.partner(open) === to - 1;
  return { set: found.set, dims: isGroup ? dimensions(r, open + 1, to - 1) : dimensions(r, open, to), ...positive, region };
}

/** After the mark of ℝ⁺, ℝ_+ or ℝ_{>0} at token `i`; `i` itself where there is none. */
function positiveAt(r: Reader, i: number, to: number): number {
  if (!r.isSignAt('^', i) && !r.isSignAt('_', i)) return i;
  const end = Math.min(to, r.after(i + 1));
  const text = r.tokens
    .slice(i + 1, end)
    .map((token) => token.text)
    .join('')
    .replace(/[{}]/g, '');
  return text === '+' || text === '>0' || text === '++' ? end : i;
}

/** `R^n`, `R^d_k`, `R^n x d`: an exponent without braces. */
const isAtomicExponent = (r: Reader, from: number, to: number): boolean =>
  r.find(from, to, (token) => token.kind === 'sign' && !['×', '_', '{', '}', '(', ')', '*', '+', '-'].includes(token.text)) < 0;

function unreadable(r: Reader, from: number, to: number): Error {
  return r.problem({ ruleId: 'unreadable-shape', message: 'This shape cannot be read.', fix: 'Write \\mathbb{R}^{n \\times d}, or n x d.' }, from, to);
}

/** The dimensions between × or a lone x. */
function dimensions(r: Reader, from: number, to: number): readonly Syntax[] {
  const dims: Syntax[] = [];
  let start = from;
  for (let i = from; i <= to; i = i < to ? r.after(i) : i + 1) {
    if (i < to && !isTimes(r, i, from, to)) continue;
    if (i <= start) throw unreadable(r, from, to);
    dims.push(indexExpression(r, start, i));
    start = i + 1;
  }
  return dims;
}

/** × or ∗, or the letter x with spaces around it (between numbers also without). */
function isTimes(r: Reader, i: number, from: number, to: number): boolean {
  const token = r.tokens[i];
  if (token?.kind === 'sign') return token.text === '×' || token.text === ',';
  if (token?.plain !== true || token.text !== 'x' || i === from || i + 1 >= to) return false;
  const next = r.tokens[i + 1];
  return (
    (!token.tight && next?.tight === false) ||
    (r.tokens[i - 1]?.kind === 'number' && token.tight) ||
    (token.tight && next?.tight === false && r.tokens[i - 1]?.text === ')') ||
    (!token.tight && next?.text === '(')
  );
}
