/** What a factor begins with: numbers, names, functions, brackets, fractions, roots, derivatives, sum signs. */
import {
  isDeltaOf,
  isDerivativeFraction,
  isDifferential,
  isTotalQuotient,
  parseDeltaOf,
  parseDerivativeFraction,
  parseDifferential,
  parseNabla,
  parsePartial,
  parseTotal,
} from './parse-derivatives.js';
import { parseFactor, parseSum } from './parse-expression.js';
import { functionAt, isExpectation, isSigmaFunction, parseApplication } from './parse-functions.js';
import {
  chainBetween,
  holdsRelation,
  parseAngles,
  parseBars,
  parseBraces,
  parseEnvironment,
  parseParentheses,
  parseSet,
  parseSquare,
  parseUndrawn,
} from './parse-groups.js';
import { beginsStem, lettersEnd, textOf } from './parse-stems.js';
import { parseBinding } from './parse-sums.js';
import { modelPrefix, parseConstant, parseIdentity, parseNameValue, sizesIn } from './parse-values.js';
import type { Reader } from './reader.js';
import type { Syntax } from './syntax.js';
import { conditionWords, namespaces } from './words.js';

const openingSigns = new Set(['(', '[', '{', '\\{', '⟨', '∑', '∏', '∂', '∇', '∞', '…', 'left.']);

/** True when the token at hand can begin a factor. */
export function startsFactor(r: Reader): boolean {
  const token = r.peek();
  if (token === undefined) return false;
  switch (token.kind) {
    case 'letter':
    case 'number':
    case 'command':
    case 'accent':
    case 'alphabet':
    case 'styling':
    case 'begin':
      return true;
    case 'text':
      return !conditionWords.has(token.text.toLowerCase()) && !/\s/.test(token.text);
    case 'sign':
      return openingSigns.has(token.text) || ((token.text === '|' || token.text === '‖') && opensBars(r, token.text, token.side));
    case 'end':
    case 'break':
    case 'ampersand':
    case 'parameter':
      return false;
  }
}

function opensBars(r: Reader, text: string, side: 'open' | 'close' | undefined): boolean {
  if (side !== undefined) return side === 'open';
  return text === '|' ? r.bars.single === 0 && !r.isSign('_', 1) : r.bars.double === 0;
}

/** Reads one atom. */
export function parseAtom(r: Reader): Syntax {
  const token = r.peek();
  if (token === undefined) throw r.unexpected();
  switch (token.kind) {
    case 'number': {
      const start = r.at++;
      return r.node(start, { kind: 'number', text: token.text });
    }
    case 'sign':
      return parseSign(r, token.text);
    case 'begin':
      return parseEnvironment(r);
    case 'command':
      return parseCommand(r, token.text);
    case 'letter':
    case 'text':
    case 'accent':
    case 'alphabet':
    case 'styling':
      return parseLetters(r);
    case 'end':
    case 'break':
    case 'ampersand':
    case 'parameter':
      throw r.unexpected();
  }
}

function parseSign(r: Reader, text: string): Syntax {
  const start = r.at;
  switch (text) {
    case '(':
      return parseParentheses(r);
    case '[':
      return parseSquare(r);
    case '{':
      return beginsStem(r) ? parseNameValue(r, start) : parseBraces(r);
    case '\\{':
      return parseSet(r);
    case '⟨':
      return parseAngles(r);
    case '|':
    case '‖':
      return parseBars(r, text);
    case 'left.':
      return parseUndrawn(r);
    case '∂':
      return parsePartial(r);
    case '∇':
      return parseNabla(r);
    case '∑':
    case '∏':
      r.at++;
      return parseBinding(r, text === '∑' ? 'sum' : 'product', start);
    case '∞':
      r.at++;
      return r.node(start, { kind: 'constant', name: 'infinity' });
    case '…':
      r.at++;
      return r.node(start, { kind: 'dots' });
    default:
      throw r.unexpected();
  }
}

function parseLetters(r: Reader): Syntax {
  const start = r.at;
  const model = modelPrefix(r);
  if (model !== undefined) return parseNameValue(r, start, model);
  skipNamespaces(r);
  if (isTotalQuotient(r)) return parseTotal(r);
  const known = functionAt(r, r.at);
  if (known !== undefined) {
    r.at = known.end;
    return parseApplication(r, known.word, start);
  }
  if (isSigmaFunction(r) || isExpectation(r)) {
    const word = r.peek()?.text === 'E' ? 'expectation' : 'sigmoid';
    r.at++;
    return parseApplication(r, word, start);
  }
  if (isCapitalSign(r)) {
    const operator = r.peek()?.text === 'Sigma' ? 'sum' : 'product';
    r.at++;
    return parseBinding(r, operator, start);
  }
  if (isDifferential(r)) return parseDifferential(r);
  if (isDeltaOf(r)) return parseDeltaOf(r);
  return parseNumberName(r) ?? parseBlackboard(r) ?? parseIdentity(r) ?? parseConstant(r) ?? parseStyledExpression(r) ?? parseNameValue(r, r.at);
}

/** np., torch.nn. and the like mean nothing themselves. */
function skipNamespaces(r: Reader): void {
  while (r.peek()?.plain === true && !r.declaring && !r.indexMode) {
    const end = lettersEnd(r, r.at);
    if (
      r.tokens[end]?.text !== '.' ||
      end + 1 >= r.limit ||
      !namespaces.has(textOf(r, r.at, end)) ||
      r.tables.isDeclaredBase(textOf(r, r.at, end)) ||
      r.tokens[end + 1]?.plain !== true
    )
      return;
    r.at = end + 1;
  }
}

/** Σ_{t=1}^T written with the Greek letter. */
function isCapitalSign(r: Reader): boolean {
  const token = r.peek();
  if (token?.kind !== 'letter' || (token.text !== 'Sigma' && token.text !== 'Pi') || r.declaring || r.indexMode) return false;
  const character = r.source.text.charAt(token.from);
  return (character === 'Σ' || character === 'Π') && !r.tables.isDeclaredBase(token.text) && r.isSign('_', 1);
}

/** \mathbf{1}, \mathbb{1}[i = j], \mathbf{0}_n. */
function parseNumberName(r: Reader): Syntax | undefined {
  const token = r.peek();
  if (token === undefined || token.kind === 'letter' || token.kind === 'text') return undefined;
  const start = r.at;
  const isGroup = r.isSign('{', 1);
  const digit = r.peek(isGroup ? 2 : 1);
  if (digit?.kind !== 'number' || (isGroup && r.partner(start + 1) !== start + 3)) return undefined;
  r.at += isGroup ? 4 : 2;
  if (digit.text !== '0' && digit.text !== '1') return r.node(start, { kind: 'number', text: digit.text });
  return digit.text === '0' ? { ...r.node(start, { kind: 'zeros', sizes: numberSizes(r) }), region: r.region(start, r.at) } : onesOrIndicator(r, start);
}

function numberSizes(r: Reader): readonly Syntax[] {
  if (!r.isSign('_')) return [];
  const [from, to] = scriptStretch(r);
  return sizesIn(r, from, to);
}

function scriptStretch(r: Reader): readonly [number, number] {
  r.at++;
  if (r.done) throw r.unexpected();
  const from = r.at;
  r.at = r.after(from);
  return r.tokens[from]?.text === '{' ? [from + 1, r.at - 1] : [from, r.at];
}

function onesOrIndicator(r: Reader, start: number): Syntax {
  const open = r.at;
  const isBracket = r.isSign('[') || r.isSign('(') || r.isSign('\\{');
  if (isBracket && holdsRelation(r, open + 1, r.partner(open))) {
    const close = r.partner(open);
    const condition = chainBetween(r, open + 1, close);
    r.at = close + 1;
    return r.node(start, { kind: 'indicator', condition });
  }
  if (!r.isSign('_')) return r.node(start, { kind: 'ones', sizes: [] });
  const [from, to] = scriptStretch(r);
  if (holdsRelation(r, from, to)) return r.node(start, { kind: 'indicator', condition: chainBetween(r, from, to) });
  return { ...r.node(start, { kind: 'ones', sizes: sizesIn(r, from, to) }), region: r.region(start, r.at) };
}

/** \mathbb{E}[…]. */
function parseBlackboard(r: Reader): Syntax | undefined {
  if (r.peek()?.kind !== 'alphabet' || r.peek()?.text !== 'mathbb') return undefined;
  const isGroup = r.isSign('{', 1) && r.partner(r.at + 1) === r.at + 3;
  if (r.peek(isGroup ? 2 : 1)?.text !== 'E' || r.declaring) return undefined;
  const start = r.at;
  r.at += isGroup ? 4 : 2;
  return parseApplication(r, 'expectation', start);
}

/** \mathbf{W h}: styling around more than a name is no more than a look. */
function parseStyledExpression(r: Reader): Syntax | undefined {
  const token = r.peek();
  if (token === undefined || token.kind === 'letter' || token.kind === 'text' || beginsStem(r)) return undefined;
  const start = r.at;
  if (token.kind === 'accent')
    throw r.problem(
      { ruleId: 'unreadable-accent', message: `\\${token.text} stands over something that is no name.`, fix: 'Put accents over single names.' },
      start,
      start + 1,
    );
  r.at++;
  const value = r.nested(() => (r.isSign('{') ? parseBraces(r) : parseAtom(r)));
  return { ...value, region: r.region(start, r.at) };
}

/** The stretch of a command's argument: a group, or one token. */
function argument(r: Reader): readonly [number, number] {
  if (r.done) throw r.unexpected();
  const from = r.at;
  r.at = r.after(from);
  return r.isSignAt('{', from) ? [from + 1, r.at - 1] : [from, markedEnd(r, from)];
}

/** An accent without braces takes what follows it. */
function markedEnd(r: Reader, from: number): number {
  let i = from;
  while (i < r.limit && ['accent', 'alphabet', 'styling'].includes(r.tokens[i]?.kind ?? '')) i++;
  if (i > from) r.at = Math.min(r.limit, r.after(i));
  return r.at;
}

function parseCommand(r: Reader, name: string): Syntax {
  const start = r.at++;
  switch (name) {
    case 'frac':
    case 'dfrac':
    case 'tfrac':
    case 'cfrac':
    case 'nicefrac':
    case 'sfrac':
      return parseFraction(r, start);
    case 'sqrt':
      return parseRoot(r, start);
    case 'underset':
    case 'overset':
    case 'stackrel':
      return parseStacked(r);
    case 'underbrace':
    case 'overbrace':
      return parseBraced(r);
    case 'mathstrut':
      return parseAtom(r);
    default:
      break;
  }
  r.at = start;
  throw r.unexpected();
}

function parseFraction(r: Reader, start: number): Syntax {
  const digits = r.peek();
  if (digits?.kind === 'number' && /^\d\d$/.test(digits.text)) {
    r.at++;
    const number = (text: string): Syntax => r.node(r.at - 1, { kind: 'number', text });
    return r.node(start, { kind: 'fraction', numerator: number(digits.text.charAt(0)), denominator: number(digits.text.charAt(1)) });
  }
  const above = argument(r);
  const below = argument(r);
  if (isDerivativeFraction(r, ...above, ...below)) return parseDerivativeFraction(r, start, above, below);
  const numerator = r.within(...above, () => parseSum(r));
  const denominator = r.within(...below, () => parseSum(r));
  return r.node(start, { kind: 'fraction', numerator, denominator });
}

function parseRoot(r: Reader, start: number): Syntax {
  const isDrawn = r.source.text.charAt(r.tokens[start]?.from ?? 0) === '√';
  let degree: Syntax | undefined;
  if (r.isSign('[') && !isDrawn) {
    const close = r.partner(r.at);
    degree = r.within(r.at + 1, close, () => parseSum(r));
    r.at = close + 1;
  }
  if (isDrawn) return r.node(start, { kind: 'root', of: r.nested(() => parseFactor(r)) });
  const [from, to] = argument(r);
  const of = r.within(from, to, () => parseSum(r));
  return r.node(start, { kind: 'root', of, ...(degree === undefined ? {} : { degree }) });
}

/** \underset{n \times d}{W}: what is set beside is a remark. */
function parseStacked(r: Reader): Syntax {
  argument(r);
  const [from, to] = argument(r);
  return r.within(from, to, () => parseSum(r));
}

/** \underbrace{…}_{…}: what is written under the brace is a remark. */
function parseBraced(r: Reader): Syntax {
  const [from, to] = argument(r);
  const value = r.within(from, to, () => parseSum(r));
  if (r.isSign('_') || r.isSign('^')) scriptStretch(r);
  return value;
}
