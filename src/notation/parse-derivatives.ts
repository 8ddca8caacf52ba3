/** Derivatives in all their spellings: ∂J/∂W, \frac{d^2 J}{dW dV}, ∇_W J, ∂_w h, ∂^+, dJ/dW, and `dW` of code. */

import { parseAtom, startsFactor } from './parse-atoms.js';
import { parseFactor, parseProduct } from './parse-expression.js';
import { readName } from './parse-names.js';
import { operate, subscriptList } from './parse-postfix.js';
import { labelText } from './parse-scripts.js';
import { baseAt, beginsStem, nameEnd } from './parse-stems.js';
import { readNameValue } from './parse-values.js';
import type { Reader } from './reader.js';
import type { Syntax } from './syntax.js';

type Spelling = 'partial' | 'total';

/** ∂ or d at token `i`, as the head of a numerator or denominator. */
function headAt(r: Reader, i: number): Spelling | undefined {
  const token = r.tokens[i];
  if (token?.kind === 'sign' && token.text === '∂') return 'partial';
  if ((token?.kind === 'letter' || token?.kind === 'text') && token.text === 'd' && token.accents === undefined) return 'total';
  return undefined;
}

/** \frac{∂…}{∂…} whose parts are the stretches [a, b) and [c, d)? */
export function isDerivativeFraction(r: Reader, a: number, b: number, c: number, d: number): boolean {
  const above = headAt(r, a);
  if (above === undefined || headAt(r, c) !== above || d - c < 2) return false;
  if (above === 'partial') return true;
  const next = r.tokens[a + 1];
  const isBare = b - a === 1 || next?.text === '^' || next?.kind !== 'sign' || next.text === '(';
  const below = r.tokens[c + 1];
  return isBare && (below?.kind !== 'sign' || below.text === '(' || below.text === '{');
}

interface Numerator {
  readonly of: Syntax | undefined;
  readonly order: number;
  readonly isImmediate: boolean;
}

/** What stands between ∂ and the value: `^2`, `^+`. */
function order(r: Reader): { order: number; isImmediate: boolean } {
  if (!r.isSign('^')) return { order: 1, isImmediate: false };
  r.at++;
  const from = r.at;
  if (r.done) throw r.unexpected();
  r.at = r.after(from);
  const text = r.tokens
    .slice(from, r.at)
    .map((token) => token.text)
    .filter((part) => part !== '{' && part !== '}')
    .join('');
  if (text === '+') return { order: 1, isImmediate: true };
  const count = /^[1-9]$/.test(text) ? Number(text) : 0;
  if (count === 0)
    throw r.problem(
      {
        ruleId: 'unreadable-derivative',
        message: `“${text}” is no order of a derivative.`,
        fix: 'Write a number from 1 to 9, or + for the immediate derivative.',
      },
      from,
      r.at,
    );
  return { order: count, isImmediate: false };
}

/** \frac with derivative signs; both stretches are known to begin with one. */
export function parseDerivativeFraction(r: Reader, start: number, [a, b]: readonly [number, number], [c, d]: readonly [number, number]): Syntax {
  const spelling = headAt(r, a) ?? 'partial';
  const above = r.within(a + 1, b, (): Numerator => {
    const head = order(r);
    return { ...head, of: r.done ? undefined : parseProduct(r) };
  });
  const by = r.within(c, d, () => denominators(r, spelling, Infinity));
  const of = above.of ?? (startsFactor(r) ? operand(r) : undefined);
  return r.node(start, { kind: 'derivative', of, by: repeated(by, above.order), spelling: above.isImmediate ? 'immediate' : spelling, style: 'fraction' });
}

/** What the operator ∂/∂W in front is applied to. */
function operand(r: Reader): Syntax {
  return r.nested(() => parseFactor(r));
}

/** ∂W ∂V …: at most `most` orders; stops before a ∂ that begins a derivative of its own. */
function denominators(r: Reader, spelling: Spelling, most: number): readonly Syntax[] {
  const by: Syntax[] = [];
  while (!r.done && by.length < most && headAt(r, r.at) === spelling) {
    r.at++;
    const value = parseFactor(r);
    const count =
      value.kind === 'power' &&
      value.exponent.kind === 'number' &&
      most > 1 &&
      !Number.isNaN(Number(value.exponent.text)) &&
      /^[2-9]$/.test(value.exponent.text)
        ? Number(value.exponent.text)
        : 1;
    for (let i = 0; i < count; i++) by.push(count > 1 && value.kind === 'power' ? value.base : value);
  }
  if (by.length === 0) throw r.unexpected();
  return by;
}

/** \frac{∂^2 J}{∂W^2} read without repeating is repeated here. */
function repeated(by: readonly Syntax[], count: number): readonly Syntax[] {
  const [only] = by;
  return by.length === 1 && only !== undefined && count > 1 ? Array.from({ length: count }, () => only) : by;
}

/** ∂J/∂W, ∂^2 J/∂W∂V, ∂/∂W J, ∂_w h; the token at hand is ∂. */
export function parsePartial(r: Reader): Syntax {
  const start = r.at++;
  const head = order(r);
  const spelling = head.isImmediate ? 'immediate' : 'partial';
  if (r.isSign('_')) {
    const by = subscriptList(r);
    const of = beginsStem(r) || r.isSign('(') ? operand(r) : undefined;
    return r.node(start, { kind: 'derivative', of, by: repeated(by, head.order), spelling, style: 'subscript' });
  }
  const of = r.isSign('/') ? undefined : r.nested(() => parseFactor(r));
  return slash(r, start, of, 'partial', spelling, head.order);
}

function slash(r: Reader, start: number, above: Syntax | undefined, head: Spelling, spelling: 'partial' | 'total' | 'immediate', count: number): Syntax {
  if (!r.eat('/'))
    throw r.problem(
      {
        ruleId: 'unreadable-derivative',
        message: 'This derivative does not say by what it is taken.',
        fix: 'Write ∂J/∂W, \\frac{\\partial J}{\\partial W} or \\nabla_W J.',
      },
      start,
      r.at,
    );
  const by = below(r, head, count);
  const of = above ?? (startsFactor(r) ? operand(r) : undefined);
  return r.node(start, { kind: 'derivative', of, by: repeated(by, count), spelling, style: 'slash' });
}

function below(r: Reader, head: Spelling, count: number): readonly Syntax[] {
  if (r.isSign('(') && headAt(r, r.at + 1) === head) {
    const close = r.partner(r.at);
    const by = r.within(r.at + 1, close, () => denominators(r, head, Infinity));
    r.at = close + 1;
    return by;
  }
  return denominators(r, head, count);
}

/** `dJ/dW` at hand? Both sides must be a d directly before a name. */
export function isTotalQuotient(r: Reader): boolean {
  if (r.indexMode || r.declaring || headAt(r, r.at) !== 'total') return false;
  let i = r.at + 1;
  if (r.tokens[i]?.text === '^') i = r.after(i + 1);
  const end = nameEnd(r, i);
  if (end < 0 || r.tokens[end]?.text !== '/' || end + 2 >= r.limit || headAt(r, end + 1) !== 'total') return false;
  const isGlued = r.tokens[r.at + 1]?.tight === true && r.tokens[end + 2]?.tight === true;
  return nameEnd(r, end + 2) > 0 && (isGlued || !r.lexicon.sizes.has('d'));
}

/** dJ/dW; `isTotalQuotient` holds. */
export function parseTotal(r: Reader): Syntax {
  const start = r.at++;
  const head = order(r);
  const of = r.nested(() => parseFactor(r));
  return slash(r, start, of, 'total', 'total', head.order);
}

/** ∇_W J, ∇_{h_t} J, a bare ∇_W. Powers and transposes behind J are of the gradient. */
export function parseNabla(r: Reader): Syntax {
  const start = r.at++;
  const head = order(r);
  const by = r.isSign('_') ? subscriptList(r) : [];
  const make = (of: Syntax | undefined): Syntax =>
    r.node(start, { kind: 'derivative', of, by: repeated(by, head.order), spelling: 'nabla', style: 'subscript' });
  if (beginsStem(r)) {
    const { value, operations } = readNameValue(r);
    return operations.reduce<Syntax>((inner, operation) => operate(r, start, inner, operation), make(value));
  }
  return make(r.isSign('(') || r.isSign('∑') ? r.nested(() => parseAtom(r)) : undefined);
}

/** `dW`, `dh_t` of code: a d glued to a declared name, where the whole word is not declared itself. */
export function isDifferential(r: Reader): boolean {
  const token = r.peek();
  const next = r.peek(1);
  if (r.indexMode || r.declaring || token?.text !== 'd' || token.accents !== undefined || next === undefined) return false;
  if (token.kind === 'text') return nameEnd(r, r.at + 1) > 0 && r.tables.isDeclaredBase(next.kind === 'letter' ? baseAt(r, r.at + 1).base : '');
  // In LaTeX a space says nothing: d h_t is dh_t, where d is no name.
  if (token.kind !== 'letter' || (!next.tight && !r.isLatex) || (next.kind !== 'letter' && !(r.isLatex && next.kind === 'accent'))) return false;
  if (r.isLatex && (r.lexicon.sizes.has('d') || r.tables.isDeclaredBase('d'))) return false;
  if (isDeclaredWord(r)) return false;
  if (next.kind === 'accent') return nameEnd(r, r.at + 1) > 0;
  const { base } = baseAt(r, r.at + 1);
  return r.tables.isDeclaredBase(base) || r.tables.isCompact(base);
}

/** The word at hand is a declared name, with the labels that this name needs: dc_next, not dc. */
function isDeclaredWord(r: Reader): boolean {
  const { base, end } = baseAt(r, r.at);
  if (base === 'd' || !r.tables.isDeclaredBase(base)) return false;
  const behind = r.isSignAt('_', end) || r.isSignAt('^', end) ? labelText(r, end + 1, Math.min(end + 16, r.limit)) : '';
  const candidates = r.tables.withStem({ base, accents: [], primes: 0 });
  return candidates.length === 0 || candidates.some(({ labels }) => labels.every(({ text }) => behind.includes(text)));
}

/** Reads it; where its scripts make it another name (`dh_raw`) it is the name dh. */
export function parseDifferential(r: Reader): Syntax {
  const start = r.at++;
  const read = readName(r);
  if (read === undefined) throw r.unexpected();
  const { name, operations } = read;
  const value: Syntax =
    name.key !== undefined
      ? r.node(start, { kind: 'differential', spelling: 'd', of: name })
      : { ...name, raw: { ...name.raw, base: `d${name.raw.base}` }, region: r.region(start, r.at) };
  return operations.reduce<Syntax>((inner, operation) => operate(r, start, inner, operation), value);
}

/** `\delta W_f`: δ before a declared name, where δ itself is not declared. */
export function isDeltaOf(r: Reader): boolean {
  const token = r.peek();
  if (token?.kind !== 'letter' || token.text !== 'delta' || token.accents !== undefined || r.indexMode || r.tables.isDeclaredBase('delta')) return false;
  const next = r.peek(1);
  if (next === undefined || !['letter', 'accent', 'styling', 'alphabet'].includes(next.kind) || next.text === 'delta') return false;
  return nameEnd(r, r.at + 1) > 0 && (next.kind !== 'letter' || r.tables.isDeclaredBase(baseAt(r, r.at + 1).base));
}

export function parseDeltaOf(r: Reader): Syntax {
  const start = r.at++;
  const read = readName(r);
  if (read === undefined) throw r.unexpected();
  const value = r.node(start, { kind: 'differential', spelling: 'delta', of: read.name });
  return read.operations.reduce<Syntax>((inner, operation) => operate(r, start, inner, operation), value);
}
