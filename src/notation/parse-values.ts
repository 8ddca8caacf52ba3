/** Names where a value is meant: a value, or the function of a call; names of other models; names that are constants unless declared. */

import { parseSum } from './parse-expression.js';
import { parseArguments } from './parse-functions.js';
import { indexLikeness, withoutBraces } from './parse-index.js';
import { isFunctionLike, readName } from './parse-names.js';
import { operate } from './parse-postfix.js';
import type { Script } from './parse-scripts.js';
import { labelText, splitItems } from './parse-scripts.js';
import type { Reader } from './reader.js';
import type { NameSyntax, Syntax } from './syntax.js';

/** A name or call, and what stands above it without belonging to it. */
export function readNameValue(r: Reader, model?: string, start = r.at): { value: Syntax; operations: readonly Script[] } {
  const read = readName(r, model, start);
  if (read === undefined) throw r.unexpected();
  const { name, declared, operations, primes } = read;
  const isCall = r.isSign('(') && (declared === undefined ? isFunctionLike(name) && r.peek()?.tight === true : declared.isFunction === true);
  if (isCall && !r.declaring && !r.indexMode) return { value: call(r, start, name, primes, operations), operations: [] };
  const value = primes > 0 ? operate(r, start, name, { kind: 'primes', count: primes, to: r.at }) : name;
  return { value, operations };
}

function call(r: Reader, start: number, callee: NameSyntax & { readonly region: Syntax['region'] }, primes: number, operations: readonly Script[]): Syntax {
  const power = operations.find((operation) => operation.kind === 'items');
  const exponent =
    power?.kind === 'items'
      ? r.within(power.from, r.partner(power.to - 1) >= 0 && r.partner(power.to - 1) < power.from ? power.to - 1 : power.to, () => parseSum(r))
      : undefined;
  const { args } = parseArguments(r);
  const isBare = callee.key === undefined && callee.raw.primes > 0;
  const bare = isBare ? { ...callee, raw: { ...callee.raw, primes: 0 } } : callee;
  return r.node(start, {
    kind: 'call',
    callee: bare,
    args,
    primes: primes + (isBare ? callee.raw.primes : 0),
    ...(exponent === undefined ? {} : { exponent }),
  });
}

/** A name with its powers and transposes. */
export function parseNameValue(r: Reader, start: number, model?: string): Syntax {
  const { value, operations } = readNameValue(r, model, start);
  return operations.reduce<Syntax>((inner, operation) => operate(r, start, inner, operation), value);
}

/** `full.` in `full.f_t`: read, and its name given. */
export function modelPrefix(r: Reader): string | undefined {
  const models = r.lexicon.models;
  if (models === undefined || models.size === 0 || r.peek()?.kind !== 'letter') return undefined;
  let text = '';
  for (let i = r.at; i < r.limit; i++) {
    const token = r.tokens[i];
    if (token === undefined || (i > r.at && !token.tight)) return undefined;
    if (token.text === '.' && models.has(text)) {
      r.at = i + 1;
      return text;
    }
    if (token.kind !== 'letter' && token.kind !== 'number' && token.text !== '-' && token.text !== '_') return undefined;
    text += token.text;
  }
  return undefined;
}

/** e^{x}, π: constants unless declared. */
export function parseConstant(r: Reader): Syntax | undefined {
  const token = r.peek();
  if (
    token?.kind !== 'letter' ||
    token.accents !== undefined ||
    r.declaring ||
    (token.plain === true && r.peek(1)?.plain === true && r.peek(1)?.tight === true)
  )
    return piWord(r);
  const start = r.at;
  if (token.text === 'pi' && !r.tables.isDeclaredBase('pi') && !r.isSign('_', 1) && !r.isSign('(', 1)) {
    r.at++;
    return r.node(start, { kind: 'constant', name: 'pi' });
  }
  if (token.text !== 'e' || !r.isSign('^', 1) || r.indexMode || r.bound.includes('e')) return undefined;
  const declared = r.tables.withStem({ base: 'e', accents: [], primes: 0 });
  const isAlwaysIndexed = declared.every((name) => name.indexCount > 0);
  const next = r.tokens[r.after(r.at + 2)];
  if (!isAlwaysIndexed || next?.text === '_' || (declared.length > 0 && takesSuperscript(r, declared))) return undefined;
  r.at++;
  return r.node(start, { kind: 'constant', name: 'e' });
}

/** A declared e with indices above or labels there: `e^{(t)}`, `e^t`. */
function takesSuperscript(
  r: Reader,
  declared: readonly { readonly indexPlaces?: readonly string[]; readonly labels: readonly { readonly text: string }[] }[],
): boolean {
  const from = r.at + 2;
  const to = r.after(from);
  const isGroup = r.tokens[from]?.text === '{';
  const text = labelText(r, from, to);
  if (/^[<⟨].*[>⟩]$/.test(text) || /^\([a-z](?:[-+]\d)?\)$/.test(text)) return true;
  return (
    declared.some((name) => (name.indexPlaces ?? []).some((place) => place !== 'subscript') || name.labels.some((label) => label.text === text)) &&
    splitItems(r, 'superscript', isGroup ? from + 1 : from, isGroup ? to - 1 : to).every(
      (item) => indexLikeness(r, withoutBraces(r, item)) !== 'none' || text.startsWith('('),
    )
  );
}

/** The word `pi` of plain text. */
function piWord(r: Reader): Syntax | undefined {
  const isPi = r.peek()?.text === 'p' && r.peek()?.plain === true && r.peek(1)?.text === 'i' && r.peek(1)?.tight === true && r.peek(2)?.plain !== true;
  if (!isPi || r.isLatex || r.tables.isDeclaredBase('pi') || r.tables.isDeclaredBase('p') || r.isSign('_', 2) || r.isSign('(', 2)) return undefined;
  const start = r.at;
  r.at += 2;
  return r.node(start, { kind: 'constant', name: 'pi' });
}

/** I, I_n: the identity unless declared. */
export function parseIdentity(r: Reader): Syntax | undefined {
  const start = r.at;
  const nameStart = markedLetter(r, 'I');
  if (nameStart < 0 || r.declaring || r.indexMode || r.tables.isDeclaredBase('I') || r.isLetter('I') || r.lexicon.sizes.has('I')) return undefined;
  const next = r.tokens[nameStart];
  if (
    nameStart < r.limit &&
    next !== undefined &&
    ((next.plain === true && next.tight && r.tokens[nameStart - 1]?.plain === true && !r.isLatex) || next.text === "'" || next.text === '[')
  )
    return undefined;
  if (nameStart >= r.limit || next?.text !== '_') {
    r.at = nameStart;
    return r.node(start, { kind: 'identity', sizes: [] });
  }
  const to = r.after(nameStart + 1);
  const isGroup = r.tokens[nameStart + 1]?.text === '{';
  const [a, b] = isGroup ? [nameStart + 2, to - 1] : [nameStart + 1, to];
  const item = { place: 'subscript' as const, text: labelText(r, a, b), from: a, to: b };
  if (indexLikeness(r, item) === 'strict' || b <= a) return undefined;
  r.at = to;
  return r.node(start, { kind: 'identity', sizes: sizesIn(r, a, b) });
}

/** The token after a letter with styling around it: `I`, `\mathbf{I}`, `\mathbb I`; −1 where it is something else. */
function markedLetter(r: Reader, letter: string): number {
  let i = r.at;
  while (i < r.limit && (r.tokens[i]?.kind === 'styling' || r.tokens[i]?.kind === 'alphabet')) i++;
  const token = i < r.limit ? r.tokens[i] : undefined;
  if (token?.text === letter && token.accents === undefined && (token.kind === 'letter' || token.kind === 'text')) return i + 1;
  const isGroup = i > r.at && token?.text === '{' && r.partner(i) === i + 2 && r.tokens[i + 1]?.text === letter;
  return isGroup ? i + 3 : -1;
}

/** n, or n × d: sizes in a subscript. */
export function sizesIn(r: Reader, from: number, to: number): readonly Syntax[] {
  const sizes: Syntax[] = [];
  let start = from;
  while (start <= to) {
    const sign = r.find(start, to, (token) => token.kind === 'sign' && (token.text === '×' || token.text === ','));
    const end = sign < 0 ? to : sign;
    sizes.push(r.within(start, end, () => parseSum(r)));
    if (sign < 0) break;
    start = sign + 1;
  }
  return sizes;
}
