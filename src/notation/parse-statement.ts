/** One statement: a shape, a function's type, a distribution, a relation, an implication, or a formula alone, with what follows it. */
import { parseChain, parseSum, relationAt } from './parse-expression.js';
import { splitItems } from './parse-scripts.js';
import { parseShape, setAt } from './parse-shapes.js';
import { lettersEnd, textOf } from './parse-stems.js';
import { emptyTrailer, parseTrailer, rangeAcross, segmentsOf, trailerStart } from './parse-trailer.js';
import type { Reader } from './reader.js';
import type { LeftSide, RelationChain, ShapeSyntax, Statement, StatementNode, Syntax, Trailer } from './syntax.js';

interface Head {
  readonly kind: LeftSide['kind'];
  readonly from: number;
  readonly to: number;
  /** The token after the sign. */
  readonly after: number;
  readonly isJoin: boolean;
}

/** `in` as a word between spaces. */
function isInWord(r: Reader, i: number): boolean {
  return (
    r.tokens[i]?.plain === true &&
    r.tokens[i]?.text === 'i' &&
    r.tokens[i]?.tight === false &&
    i > 0 &&
    lettersEnd(r, i) === i + 2 &&
    r.tokens[i + 1]?.text === 'n' &&
    r.tokens[i + 2]?.tight === false &&
    setAt(r, i + 2) !== undefined
  );
}

interface SignAt {
  readonly sign: string;
  readonly at: number;
  readonly after: number;
}

/** The sign that makes a line a declaration or a relation: the first one outside brackets. */
function mainSign(r: Reader, from: number, to: number): SignAt | undefined {
  const at = r.find(from, to, (token, i) => (token.kind === 'sign' && (token.text === ':' || relationAt(r, i - r.at) !== undefined)) || isInWord(r, i));
  if (at < 0) return undefined;
  const token = r.tokens[at];
  return token?.kind === 'sign' ? { sign: token.text, at, after: at + 1 } : { sign: '∈', at, after: at + 2 };
}

/** What a line's left side looks like, for the first pass. */
export function isLeftSide(r: Reader): Head | undefined {
  const found = mainSign(r, 0, r.limit);
  if (found === undefined || found.at === 0) return undefined;
  const { sign, at, after } = found;
  const head = (kind: LeftSide['kind'], from = 0, to = at, isJoin = false): Head => ({ kind, from, to, after, isJoin });
  if (sign === ':') return head(isFunctionType(r, after) ? 'functionType' : 'shape');
  if (sign === '∈') return setAt(r, after) === undefined ? undefined : head('shape');
  if (sign === '~') return head('distribution');
  if (sign !== '=' && sign !== ':=' && sign !== '+=') return undefined;
  const isJoin = r.isSignAt('[', 0) && r.partner(0) === at - 1;
  return isJoin ? head(sign === ':=' ? 'definition' : 'equation', 1, at - 1, true) : head(sign === ':=' ? 'definition' : 'equation');
}

const isFunctionType = (r: Reader, after: number): boolean => r.find(after, r.limit, (token) => token.kind === 'sign' && token.text === '→') >= 0;

/** Trailing punctuation of a sentence is no part of the formula. */
function trimEnd(r: Reader): void {
  while (r.limit > 0 && ['.', ',', ';', 'quad'].includes(r.tokens[r.limit - 1]?.text ?? '') && r.tokens[r.limit - 1]?.kind === 'sign') r.limit--;
}

/** Reads the whole line at hand. */
export function parseLine(r: Reader): Statement {
  trimEnd(r);
  if (r.limit === 0) throw r.problem({ ruleId: 'unexpected-end', message: 'There is no formula here.', fix: 'Write one, or take the line out.' });
  return parseStretch(r, 0, r.limit);
}

/** Reads the statement that the tokens [from, to) are. */
export function parseStretch(r: Reader, from: number, to: number): Statement {
  const limit = r.limit;
  r.limit = to;
  r.at = from;
  const statement = readStatement(r, from, to);
  r.limit = limit;
  r.at = to;
  return { ...statement, region: r.region(from, to) };
}

type Read = StatementNode & { readonly trailer: Trailer };

function readStatement(r: Reader, from: number, to: number): Read {
  const arrow = r.find(from, to, (token) => token.kind === 'sign' && token.text === '⇒');
  if (arrow >= 0) return implication(r, from, arrow, to);
  const found = mainSign(r, from, to);
  if (found === undefined) return alone(r, from, to);
  const set = found.sign === '∈' || found.sign === ':' ? setAt(r, found.after) : undefined;
  if (found.sign === ':' || (found.sign === '∈' && set !== undefined)) return declaration(r, from, found, to);
  if (found.sign === '~') return distribution(r, from, found, to);
  return relation(r, from, found, to);
}

/** The names before the sign, separated by commas; they are read as the lexicon knows them. */
function names(r: Reader, from: number, to: number): readonly Syntax[] {
  const items = splitItems(r, 'argument', from, to);
  if (items.length === 0)
    throw r.problem({ ruleId: 'unexpected-end', message: 'The name that is declared is missing.', fix: 'Write it before the sign.' }, from);
  return items.map((item) => r.within(r.isSignAt('quad', item.from) ? item.from + 1 : item.from, item.to, () => parseSum(r)));
}

/** Splits [after, to) into what belongs to the statement and its trailer. */
function withTrailer(r: Reader, after: number, to: number): { end: number; trailer: Trailer } {
  const start = trailerStart(r, after, to);
  return start < 0 ? { end: to, trailer: emptyTrailer } : { end: start, trailer: parseTrailer(r, start, to) };
}

function declaration(r: Reader, from: number, found: SignAt, to: number): Read {
  const { end, trailer } = withTrailer(r, found.after, to);
  const declared = names(r, from, found.at);
  const arrow = r.find(found.after, end, (token) => token.kind === 'sign' && token.text === '→');
  if (arrow < 0) return { kind: 'shape', names: declared, shape: parseShape(r, found.after, end), trailer };
  return { kind: 'functionType', names: declared, from: productOfSets(r, found.after, arrow), to: parseShape(r, arrow + 1, end), trailer };
}

/** ℝ^n × ℝ^m: a × between two sets. */
function productOfSets(r: Reader, from: number, to: number): readonly ShapeSyntax[] {
  const shapes: ShapeSyntax[] = [];
  let start = from;
  while (start < to) {
    const sign = r.find(start, to, (token, i) => token.kind === 'sign' && (token.text === '×' || token.text === ',') && setAt(r, i + 1) !== undefined);
    const end = sign < 0 ? to : sign;
    shapes.push(parseShape(r, start, end));
    start = end + 1;
  }
  if (shapes.length === 0)
    throw r.problem({ ruleId: 'unreadable-shape', message: 'What the function is of is missing.', fix: 'Write f : \\mathbb{R} \\to \\mathbb{R}.' }, from);
  return shapes;
}

function distribution(r: Reader, from: number, found: SignAt, to: number): Read {
  const { end, trailer } = withTrailer(r, found.after, to);
  const declared = names(r, from, found.at);
  let at = found.after;
  while (at < end && ['alphabet', 'styling'].includes(r.tokens[at]?.kind ?? '')) at++;
  const open = r.find(at, end, (token) => token.kind === 'sign' && token.text === '(');
  if (open < 0)
    throw r.problem(
      {
        ruleId: 'unreadable-distribution',
        message: 'This distribution cannot be read.',
        fix: 'Write q \\sim \\mathcal{N}(\\mu, \\sigma^2 I), or q ~ (0, 1) for mean and variance alone.',
      },
      found.after,
      end,
    );
  const family = textOf(r, at, open).replace(/[{}]/g, '');
  const args = r.within(open, r.partner(open) + 1, () => parseSum(r));
  r.at = r.partner(open) + 1;
  if (r.at < end) throw r.unexpected();
  return { kind: 'distribution', names: declared, family: family === '' ? 'moments' : family, args: args.kind === 'tuple' ? args.items : [args], trailer };
}

function relation(r: Reader, from: number, found: SignAt, to: number): Read {
  const { end, trailer } = withTrailer(r, found.after, to);
  const before = trailerStart(r, from, found.at);
  if (before >= 0 && !isRangeAlone(r, from, to)) {
    r.at = before;
    throw r.problem(
      { ruleId: 'unexpected-sign', message: 'Several things stand on the left side.', fix: 'Write one equation a line, or a join [a; b] = ….' },
      from,
      found.at,
    );
  }
  return { kind: 'relation', chain: r.within(from, end, () => parseChain(r)), trailer };
}

const isRangeAlone = (r: Reader, from: number, to: number): boolean => rangeAcross(r, segmentsOf(r, from, to), 0) !== undefined;

function alone(r: Reader, from: number, to: number): Read {
  const { end, trailer } = withTrailer(r, from, to);
  return { kind: 'expression', value: r.within(from, end, () => parseSum(r)), trailer };
}

/** `A, B => C, D`. */
function implication(r: Reader, from: number, arrow: number, to: number): Read {
  const chains = (a: number, b: number): readonly RelationChain[] => {
    const stretches = segmentsOf(r, a, b);
    if (stretches.length === 0)
      throw r.problem({ ruleId: 'unexpected-end', message: 'One side of ⇒ is missing.', fix: 'Write “condition => statement”.' }, arrow);
    return stretches.map(([start, end]) => r.within(start, end, () => parseChain(r)));
  };
  const word = trailerWord(r, arrow + 1, to);
  const end = word < 0 ? to : word;
  return {
    kind: 'implication',
    premises: chains(from, arrow),
    conclusion: chains(arrow + 1, end),
    trailer: word < 0 ? emptyTrailer : parseTrailer(r, word, to),
  };
}

/** Where `for t < T` begins behind a conclusion, or −1. */
function trailerWord(r: Reader, from: number, to: number): number {
  return r.find(from, to, (token) => token.kind === 'text' && /^for\b/i.test(token.text));
}
