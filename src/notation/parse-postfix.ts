/** What stands behind and above a value: powers, transposes, entries, methods of code, `|_{…}`. */

import { parseSum } from './parse-expression.js';
import { parseArguments } from './parse-functions.js';
import { indexLikeness, indexSyntax, splitIndices } from './parse-index.js';
import { readScripts, type Script, splitItems } from './parse-scripts.js';
import { lettersEnd, textOf } from './parse-stems.js';
import type { Reader } from './reader.js';
import type { IndexSyntax, Syntax } from './syntax.js';
import { functionWord } from './words.js';

/** Puts one script that is no part of a name around a value. */
export function operate(r: Reader, start: number, of: Syntax, script: Script): Syntax {
  const node = (value: Parameters<Reader['node']>[1]): Syntax => ({ ...value, region: r.region(start, Math.max(script.to, start + 1)) });
  switch (script.kind) {
    case 'transpose':
      return node({ kind: 'transpose', of, spelling: script.spelling });
    case 'inverseTranspose':
      return node({ kind: 'inverseTranspose', of });
    case 'entrywise':
      return node({ kind: 'power', base: of, exponent: r.within(script.from, script.to, () => parseSum(r)), entrywise: true });
    case 'primes':
      return primed(r, start, of, script.count);
    case 'items':
      return script.place === 'superscript' || script.place === 'parenthesised'
        ? node({ kind: 'power', base: of, exponent: exponent(r, script.from, script.to), entrywise: false })
        : entry(r, start, of, script);
  }
}

/** The braces of `^{…}` may still be around the stretch after `^{(n)}`. */
function exponent(r: Reader, from: number, to: number): Syntax {
  const end = r.tokens[to - 1]?.text === '}' && r.partner(to - 1) < from ? to - 1 : to;
  return r.within(from, end, () => parseSum(r));
}

function primed(r: Reader, start: number, of: Syntax, count: number): Syntax {
  let value = of;
  if (r.lexicon.dialect !== 'matlab')
    throw r.problem(
      {
        ruleId: 'unexpected-prime',
        message: 'A prime stands after something that is neither a function nor a name declared with it.',
        fix: "Write ^\\top for a transpose, or set “dialect: matlab”; declare a name such as W' with its prime.",
      },
      start,
      r.at,
    );
  for (let i = 0; i < count; i++) value = r.node(start, { kind: 'transpose', of: value, spelling: 'prime' });
  return value;
}

function entry(r: Reader, start: number, of: Syntax, script: Extract<Script, { kind: 'items' }>): Syntax {
  const positions: IndexSyntax[] = [];
  for (const item of script.items) {
    if (indexLikeness(r, item) === 'none')
      throw r.problem(
        { ruleId: 'unreadable-index', message: `“${item.text}” is no index.`, fix: 'Write letters, numbers, sizes and sums of them.' },
        item.from,
        item.to,
      );
    for (const part of splitIndices(r, item)) positions.push(indexSyntax(r, part));
  }
  return r.node(start, { kind: 'entry', of, positions });
}

/** Reads everything behind a value. */
export function postfix(r: Reader, start: number, atom: Syntax): Syntax {
  let value = atom;
  for (;;) {
    const before = r.at;
    const scripts: Script[] = [];
    readScripts(r, scripts);
    for (const script of scripts) value = operate(r, start, value, script);
    value = behind(r, start, value);
    if (r.at === before) return value;
  }
}

function behind(r: Reader, start: number, value: Syntax): Syntax {
  const token = r.peek();
  if (token?.kind !== 'sign') return value;
  if (token.text === '.^') return entrywisePower(r, start, value);
  if (token.text === "'") return matlabTranspose(r, start, value);
  if (token.text === '.') return method(r, start, value);
  if (token.text === '[' && token.tight) return bracketEntry(r, start, value);
  if (token.text === '|' && token.side !== 'open' && r.isSign('_', 1)) return bar(r, start, value);
  return value;
}

function entrywisePower(r: Reader, start: number, base: Syntax): Syntax {
  r.at++;
  const from = r.at;
  const negative = r.eat('-');
  const end = r.after(r.at);
  if (r.done) throw r.unexpected();
  const close = r.partner(r.at) > 0;
  r.at = end;
  const exponentValue =
    close && r.tokens[from]?.text === '{' ? r.within(from + 1, end - 1, () => parseSum(r)) : r.within(negative ? from : from, end, () => parseSum(r));
  return r.node(start, { kind: 'power', base, exponent: exponentValue, entrywise: true });
}

function matlabTranspose(r: Reader, start: number, of: Syntax): Syntax {
  r.at++;
  return primed(r, start, of, 1);
}

/** `a.T`, `a.dot(b)`, `x.sum(axis=0)`. */
function method(r: Reader, start: number, of: Syntax): Syntax {
  const first = r.peek(1);
  if (first?.plain !== true || !first.tight || r.peek()?.tight !== true) return of;
  const end = lettersEnd(r, r.at + 1);
  const name = textOf(r, r.at + 1, end);
  if (name === 'T') {
    r.at = end;
    return r.node(start, { kind: 'transpose', of, spelling: 'method' });
  }
  const word = functionWord(name);
  if (word === undefined || r.tokens[end]?.text !== '(' || end >= r.limit) {
    throw r.problem(
      {
        ruleId: 'unknown-method',
        message: `“.${name}” is not understood.`,
        fix: 'Methods that are read: .T, .dot(…), .sum(…), .mean(…), .transpose(), .trace().',
      },
      r.at,
      end,
    );
  }
  r.at = end;
  const { args, options } = parseArguments(r);
  return r.node(start, { kind: 'application', word, args: [of, ...args], primes: 0, options, bracketed: true });
}

function bracketEntry(r: Reader, start: number, value: Syntax): Syntax {
  const close = r.partner(r.at);
  if (value.kind !== 'number' && r.find(r.at + 1, close, (inner) => inner.text === ':') >= 0) return slice(r, start, value, close);
  const items = splitItems(r, 'bracket', r.at + 1, close);
  if (value.kind === 'number' || items.length === 0 || !items.every((item) => ['strict', 'number'].includes(indexLikeness(r, item)))) return value;
  const from = r.at;
  r.at = close + 1;
  return entry(r, start, value, { kind: 'items', place: 'bracket', items, from, to: close + 1 });
}

/** `W[:, 1:n]`: each axis from one place to another, or all of it. */
function slice(r: Reader, start: number, of: Syntax, close: number): Syntax {
  const ranges: { from?: Syntax; to?: Syntax }[] = [];
  let at = r.at + 1;
  while (at < close) {
    const comma = r.find(at, close, (inner) => inner.text === ',');
    const end = comma < 0 ? close : comma;
    const colon = r.find(at, end, (inner) => inner.text === ':');
    if (colon < 0) throw r.problem({ ruleId: 'unreadable-slice', message: 'A block has a range for every axis.', fix: 'Write it as W[1:n, :].' }, at, end);
    const between = (a: number, b: number): Syntax | undefined => (a < b ? r.within(a, b, () => parseSum(r)) : undefined);
    const [from, to] = [between(at, colon), between(colon + 1, end)];
    ranges.push({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
    at = end + 1;
  }
  r.at = close + 1;
  return r.node(start, { kind: 'slice', of, ranges });
}

/** `∂h/∂W|_{h_{t-1}}`: what is held; after anything else, at what place. */
function bar(r: Reader, start: number, value: Syntax): Syntax {
  if (r.bars.single > 0 && value.kind !== 'derivative') return value;
  r.at++;
  const conditions = subscriptList(r);
  return r.node(start, holding(value, conditions));
}

/** The comma-separated values of the subscript at hand. */
export function subscriptList(r: Reader): readonly Syntax[] {
  r.at++;
  const end = r.after(r.at);
  if (r.done) throw r.unexpected();
  const inBraces = r.isSign('{');
  const from = inBraces ? r.at + 1 : r.at;
  r.at = end;
  return r.within(from, inBraces ? end - 1 : end, () => commaList(r));
}

function commaList(r: Reader): readonly Syntax[] {
  const values = [parseSum(r)];
  while (r.eat(',')) values.push(parseSum(r));
  if (r.eat('=')) parseSum(r);
  return values;
}

/** A derivative holds what the bar names; anything else is taken there. */
export function holding(value: Syntax, conditions: readonly Syntax[]): Syntax {
  return value.kind === 'derivative' ? { ...value, holding: conditions } : { kind: 'at', of: value, conditions, region: value.region };
}
