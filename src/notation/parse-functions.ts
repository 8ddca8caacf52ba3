/** Application of known functions: `\tanh W x`, `\tanh^2(a)`, `\sigma'(a)`, `np.sum(x, axis=0)`, and words that are nodes of their own. */

import { startsFactor } from './parse-atoms.js';
import { parseFactor, parseSum } from './parse-expression.js';
import { indexLikeness } from './parse-index.js';
import { readScripts, type Script, splitItems } from './parse-scripts.js';
import { lettersEnd, textOf } from './parse-stems.js';
import { parseBinding, parseSumCall } from './parse-sums.js';
import type { Reader } from './reader.js';
import type { Syntax } from './syntax.js';
import { functionWord } from './words.js';

export interface Arguments {
  readonly args: readonly Syntax[];
  readonly options: readonly { readonly name: string; readonly value: string }[];
}

const optionNames = new Set(['axis', 'dim', 'keepdims', 'keepdim']);

/** The bracketed arguments at hand; `axis=0` and the like are options. */
export function parseArguments(r: Reader): Arguments {
  const open = r.at;
  const close = r.partner(open);
  const args: Syntax[] = [];
  const options: { name: string; value: string }[] = [];
  for (const { from, to } of splitItems(r, 'argument', open + 1, close)) {
    const nameEnd = r.tokens[from]?.plain === true ? Math.min(to, lettersEnd(r, from)) : from;
    const name = textOf(r, from, nameEnd);
    if (optionNames.has(name) && r.tokens[nameEnd]?.text === '=' && nameEnd < to) options.push({ name, value: textOf(r, nameEnd + 1, to) });
    else args.push(r.within(from, to, () => parseSum(r)));
  }
  r.at = close + 1;
  if (args.length === 0)
    throw r.problem({ ruleId: 'missing-operand', message: 'This function has no argument.', fix: 'Write what it is applied to.' }, open, close + 1);
  return { args, options };
}

/** The function word that begins at token `i`, with the token after it; words that a declaration took are none. */
export function functionAt(r: Reader, i: number): { word: string; end: number } | undefined {
  const token = i < r.limit ? r.tokens[i] : undefined;
  if (token?.kind === 'text') {
    const word = functionWord(token.text);
    return word === undefined || r.tables.isDeclaredBase(token.text) ? undefined : { word, end: i + 1 };
  }
  if (token?.kind === 'command' && token.text === 'sqrt') return undefined;
  if (token?.kind !== 'letter' || r.declaring || r.indexMode) return undefined;
  return token.plain === true ? plainWord(r, i) : undefined;
}

/** A word of letters, with underscores inside for `log_softmax`. */
function plainWord(r: Reader, i: number): { word: string; end: number } | undefined {
  const end = lettersEnd(r, i);
  if (end === i + 1) return undefined;
  const text = textOf(r, i, end);
  if (r.tables.isDeclaredBase(text)) return undefined;
  if (r.tokens[end]?.text === '_' && end + 1 < r.limit && r.tokens[end + 1]?.plain === true) {
    const long = lettersEnd(r, end + 1);
    const word = functionWord(`${text}_${textOf(r, end + 1, long)}`);
    if (word !== undefined) return { word, end: long };
  }
  const isSigma = text === 'sigma' && (r.tokens[end]?.text === '(' || r.tokens[end]?.text === "'");
  const word = isSigma ? 'sigmoid' : functionWord(text);
  if (word === undefined) return undefined;
  const isShort = text.length <= 2 && r.tokens[end]?.text !== '(';
  return isShort ? undefined : { word, end };
}

/** Reads the application of `word`; the word itself has been read. */
export function parseApplication(r: Reader, word: string, start: number): Syntax {
  if ((word === 'sum' || word === 'prod') && r.isSign('_')) return parseBinding(r, word === 'sum' ? 'sum' : 'product', start);
  if ((word === 'sum' || word === 'prod') && r.isSign('(')) {
    const sum = parseSumCall(r, word === 'sum' ? 'sum' : 'product', start);
    if (sum !== undefined) return sum;
  }
  const decoration = decorations(r);
  const bracketed = isBracket(r);
  const { args, options } = bracketed ? bracketedArguments(r) : { args: [openArgument(r, start)], options: [] };
  return r.node(start, special(word, args, start, r) ?? { kind: 'application', word, args, options, bracketed, ...decoration });
}

interface Decoration {
  readonly primes: number;
  readonly exponent?: Syntax;
  readonly subscript?: Syntax;
}

/** Primes, powers and subscripts between a function and its argument. */
export function decorations(r: Reader): Decoration {
  const scripts: Script[] = [];
  readScripts(r, scripts);
  let primes = 0;
  let parts: Omit<Decoration, 'primes'> = {};
  for (const script of scripts) {
    if (script.kind === 'primes') primes += script.count;
    else if (script.kind === 'items' && script.place === 'subscript') parts = { ...parts, subscript: subscriptOf(r, script.from, script.to) };
    else if (script.kind === 'items')
      parts = {
        ...parts,
        exponent: r.within(script.from, r.tokens[script.to - 1]?.text === '}' && r.partner(script.to - 1) < script.from ? script.to - 1 : script.to, () =>
          parseSum(r),
        ),
      };
    else
      throw r.problem(
        {
          ruleId: 'unexpected-sign',
          message: 'A function without its argument cannot be transposed.',
          fix: 'Put the argument in brackets and the sign behind.',
        },
        r.at - 1,
      );
  }
  return { primes, ...parts };
}

function subscriptOf(r: Reader, from: number, end: number): Syntax {
  const to = r.tokens[end - 1]?.text === '}' && r.partner(end - 1) < from ? end - 1 : end;
  const comma = r.find(from, to, (token) => token.text === ',' || token.text === '∈' || token.text === '~');
  return r.within(from, comma < 0 ? to : comma, () => parseSum(r));
}

const isBracket = (r: Reader): boolean => r.isSign('(') || r.isSign('[') || r.isSign('\\{') || r.isSign('{');

function bracketedArguments(r: Reader): Arguments {
  if (r.isSign('(')) return parseArguments(r);
  const open = r.at;
  const close = r.partner(open);
  const inner = open + 1;
  const first = r.tokens[inner];
  if (r.isSign('{') && first?.text === '(' && r.partner(inner) === close - 1) {
    const result = r.within(inner, close, () => parseArguments(r));
    r.at = close + 1;
    return result;
  }
  const isList = r.isSign('[') && r.find(inner, close, (token) => token.text === ',' || token.text === ';') >= 0;
  const value = isList ? r.within(open, close + 1, () => parseFactor(r)) : r.within(inner, close, () => parseSum(r));
  r.at = close + 1;
  return { args: [value], options: [] };
}

/** The factors that follow, up to the next function. */
function openArgument(r: Reader, start: number): Syntax {
  if (!startsFactor(r))
    throw r.problem(
      { ruleId: 'missing-operand', message: 'This function has no argument.', fix: 'Write what it is applied to, best in brackets.' },
      start,
      r.at,
    );
  const from = r.at;
  const factors = [r.nested(() => parseFactor(r))];
  while (startsFactor(r) && functionAt(r, r.at) === undefined && !r.isSign('∑') && !r.isSign('∏')) factors.push(parseFactor(r));
  const [only] = factors;
  return factors.length === 1 && only !== undefined ? only : r.node(from, { kind: 'juxtaposition', factors });
}

/** Words that stand for a node of its own. */
function special(word: string, args: readonly Syntax[], start: number, r: Reader): Parameters<Reader['node']>[1] | undefined {
  const [a, b] = args;
  if (a === undefined) return undefined;
  const sizes = args.flatMap((arg) => (arg.kind === 'tuple' ? arg.items : [arg]));
  if (args.length === 1) {
    switch (word) {
      case 'sqrt':
        return { kind: 'root', of: a };
      case 'abs':
        return { kind: 'absolute', of: a };
      case 'norm':
        return { kind: 'norm', of: a };
      case 'transpose':
        return { kind: 'transpose', of: a, spelling: 'method' };
      case 'square':
        return { kind: 'power', base: a, exponent: { kind: 'number', text: '2', region: r.region(start, start + 1) }, entrywise: true };
      case 'negative':
        return { kind: 'sum', terms: [{ sign: -1, value: a }] };
    }
  }
  if (word === 'ones' || word === 'zeros') return { kind: word, sizes };
  if (word === 'eye') return { kind: 'identity', sizes };
  return b === undefined || args.length !== 2 ? undefined : binary(word, a, b);
}

/** Arguments are wholes, as if they stood in brackets. */
function binary(word: string, left: Syntax, right: Syntax): Parameters<Reader['node']>[1] | undefined {
  const [a, b] = [left, right].map((side) =>
    side.kind === 'product' || side.kind === 'juxtaposition' || side.kind === 'sum' ? { ...side, group: side.group ?? ('(' as const) } : side,
  ) as [Syntax, Syntax];
  switch (word) {
    case 'multiply':
      return { kind: 'product', first: a, rest: [{ sign: 'hadamard', value: b, signRegion: b.region }] };
    case 'divide':
      return { kind: 'product', first: a, rest: [{ sign: 'divideEntrywise', value: b, signRegion: b.region }] };
    case 'outer':
      return { kind: 'product', first: a, rest: [{ sign: 'outer', value: b, signRegion: b.region }] };
    case 'add':
      return {
        kind: 'sum',
        terms: [
          { sign: 1, value: a },
          { sign: 1, value: b },
        ],
      };
    case 'subtract':
      return {
        kind: 'sum',
        terms: [
          { sign: 1, value: a },
          { sign: -1, value: b },
        ],
      };
    case 'power':
      return { kind: 'power', base: a, exponent: b, entrywise: true };
    case 'inner':
      return { kind: 'inner', left: a, right: b };
    default:
      return undefined;
  }
}

/** σ is the logistic function unless it is declared: before a bracket, or before what it is applied to. */
export function isSigmaFunction(r: Reader): boolean {
  const token = r.peek();
  if (token?.kind !== 'letter' || token.text !== 'sigma' || token.accents !== undefined || r.indexMode || r.declaring) return false;
  if (r.tables.isDeclaredBase('sigma') || r.lexicon.sizes.has('sigma')) return false;
  let i = r.at + 1;
  while (r.tokens[i]?.text === "'") i++;
  if (r.tokens[i]?.text === '^') i = r.after(i + 1);
  const next = i < r.limit ? r.tokens[i] : undefined;
  if (next === undefined) return false;
  if (next.text === '(' || (next.text === '{' && next.kind === 'sign' && r.tokens[i + 1]?.text === '(') || next.text === '[') return true;
  return i === r.at + 1 && (next.kind === 'letter' || next.kind === 'accent' || next.kind === 'styling' || next.kind === 'alphabet');
}

/** E[…] is an expectation unless E is declared; 𝔼 always. */
export function isExpectation(r: Reader): boolean {
  const token = r.peek();
  if (token?.kind !== 'letter' || token.text !== 'E' || r.declaring || r.indexMode) return false;
  if (token.alphabet === 'mathbb') return true;
  const close = r.partner(r.at + 1);
  if (r.tables.isDeclaredBase('E') || !r.isSign('[', 1) || close < 0) return false;
  return !splitItems(r, 'bracket', r.at + 2, close).every((item) => indexLikeness(r, item) === 'strict');
}
