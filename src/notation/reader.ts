/**
 * The token stream of one line, with `eat`, slices, positions and the limits on depth.
 *
 * Brackets are matched once, before parsing: so skipping a group takes no time, and unbalanced or too deeply nested text is refused at once.
 */
import { InputError, type Problem, type Region } from '../errors.js';
import { Lexer, type Token } from './lexer.js';
import { LexiconTables } from './lexicon.js';
import { expandMacros } from './macros.js';
import { longestLine, Source } from './source.js';
import { unstack } from './stacked.js';
import type { Lexicon, Line, Syntax, SyntaxNode } from './syntax.js';

const deepestBrackets = 100;
const deepestNesting = 220;
/** No word has more letters than this. */
const longestWord = 100;
const closers: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['\\{', '\\}'],
  ['⟨', '⟩'],
]);
const closing = new Set(closers.values());
/** Environments in which & and \\ mean something. */
export const gridEnvironments: ReadonlySet<string> = new Set([
  'matrix',
  'bmatrix',
  'pmatrix',
  'vmatrix',
  'Bmatrix',
  'Vmatrix',
  'smallmatrix',
  'array',
  'cases',
  'dcases',
  'rcases',
  'psmallmatrix',
  'bsmallmatrix',
]);

export class Reader {
  readonly tables: LexiconTables;
  readonly lexicon: Lexicon;
  readonly source: Source;
  readonly tokens: readonly Token[];
  /** Partner of each bracket token, −1 for others. */
  readonly #partners: Int32Array;
  /** The line contains LaTeX commands or braces after `_` and `^`, so that letters side by side are a product. */
  readonly isLatex: boolean;
  at = 0;
  limit: number;
  /** Letters bound by enclosing sums and products. */
  readonly bound: string[] = [];
  /** Inside an index or a limit: letters are letters. */
  indexMode = false;
  /** On the left of a declaration: a run of letters is one name. */
  declaring = false;
  /** Open bars whose closing bar would end the expression at hand. */
  bars = { single: 0, double: 0 };
  #depth = 0;

  /** @throws InputError when the line is too long, too deep, unbalanced or holds characters without meaning. */
  constructor(line: Line, lexicon: Lexicon) {
    this.source = new Source(line.text.length > longestLine ? { ...line, text: line.text.slice(0, longestLine) } : line);
    if (line.text.length > longestLine) {
      throw this.source.problem(0, 1, {
        ruleId: 'too-long',
        message: `This line has ${line.text.length} characters; at most ${longestLine} are read.`,
        fix: 'Give parts of it names, on lines of their own.',
      });
    }
    this.lexicon = lexicon;
    this.tables = new LexiconTables(lexicon);
    const raw = expandMacros(new Lexer(this.source, line.macros).tokens(), line.macros, this.source);
    const arranged = arrange(unstack(raw), this.source);
    this.tokens = arranged.tokens;
    this.#partners = arranged.partners;
    this.limit = this.tokens.length;
    this.isLatex = /\\[A-Za-z]|[_^]\s*\{/.test(line.text);
  }

  peek(offset = 0): Token | undefined {
    const i = this.at + offset;
    return i < this.limit ? this.tokens[i] : undefined;
  }

  isSign(text: string, offset = 0): boolean {
    const token = this.peek(offset);
    return token !== undefined && token.kind === 'sign' && token.text === text;
  }

  isSignAt(text: string, i: number): boolean {
    const token = this.tokens[i];
    return token !== undefined && token.kind === 'sign' && token.text === text;
  }

  eat(text: string): boolean {
    if (!this.isSign(text)) return false;
    this.at++;
    return true;
  }

  get done(): boolean {
    return this.at >= this.limit;
  }

  /** Index of the bracket that closes (or opens) the one at token `i`; −1 for other tokens. */
  partner(i: number): number {
    return this.#partners[i] ?? -1;
  }

  /** The token after `i`, stepping over a whole group that opens at `i`. */
  after(i: number): number {
    const partner = this.partner(i);
    return partner > i ? partner + 1 : i + 1;
  }

  /** First token in [from, to) outside all brackets that `test` holds for; −1 if none. */
  find(from: number, to: number, test: (token: Token, i: number) => boolean): number {
    for (let i = from; i < to; i = this.after(i)) {
      const token = this.tokens[i];
      if (token !== undefined && test(token, i)) return i;
    }
    return -1;
  }

  /** Reads exactly the tokens [from, to) with `read`, then stands where it stood. */
  within<Result>(from: number, to: number, read: () => Result): Result {
    const { at, limit, bars } = this;
    this.at = from;
    this.limit = to;
    this.bars = { single: 0, double: 0 };
    const result = this.nested(read);
    if (this.at < to) throw this.unexpected();
    this.at = at;
    this.limit = limit;
    this.bars = bars;
    return result;
  }

  /** Counts one level of recursion. */
  nested<Result>(read: () => Result): Result {
    if (++this.#depth > deepestNesting)
      throw this.problem({ ruleId: 'too-deep', message: 'This formula is nested too deeply.', fix: 'Give inner parts names, on lines of their own.' });
    const result = read();
    this.#depth--;
    return result;
  }

  /** Letters are index letters or bound ones. */
  isLetter(name: string): boolean {
    return this.lexicon.letters.has(name) || this.bound.includes(name);
  }

  /** Gives a node the region from token `start` to the last one read. */
  node<Node extends SyntaxNode>(start: number, node: Node): Node & { readonly region: Region } {
    return { ...node, region: this.region(start, this.at) };
  }

  region(from: number, to: number): Region {
    const first = this.tokens[from];
    const last = this.tokens[Math.max(from, to - 1)] ?? first;
    if (first === undefined || last === undefined) return this.source.region(this.source.text.length, this.source.text.length);
    return this.source.region(Math.min(first.from, last.from), Math.max(first.to, last.to));
  }

  /** An error at the token at hand (or the end of what is being read). */
  problem(problem: Omit<Problem, 'region'>, from = this.at, to = from + 1): InputError {
    return new InputError({ ...problem, region: this.region(Math.min(from, Math.max(0, this.tokens.length - 1)), to) });
  }

  /** The token at hand has no place here. */
  unexpected(): InputError {
    const token = this.peek();
    if (token === undefined) {
      return this.problem(
        { ruleId: 'unexpected-end', message: 'The formula ends where something should follow.', fix: 'Complete it, or take away the sign before.' },
        Math.max(0, this.at - 1),
      );
    }
    if (token.kind === 'command')
      return this.problem({
        ruleId: 'unknown-command',
        message: `\\${token.text} is not understood.`,
        fix: 'Write it another way, or define it with \\newcommand.',
      });
    return this.problem({
      ruleId: 'unexpected-sign',
      message: `“${shown(token)}” cannot stand here.`,
      fix: 'Look for a missing operand, sign or bracket before it.',
    });
  }
}

/** A token as an error quotes it. */
export function shown(token: Token): string {
  switch (token.kind) {
    case 'command':
    case 'accent':
    case 'alphabet':
    case 'styling':
      return `\\${token.text}`;
    case 'begin':
    case 'end':
      return `\\${token.kind}{${token.text}}`;
    case 'parameter':
      return `#${token.text}`;
    case 'letter':
    case 'number':
    case 'sign':
    case 'text':
    case 'break':
    case 'ampersand':
      return token.text === 'quad' ? '\\quad' : token.text;
  }
}

/** Marks a node as bracketed by the author. */
export function grouped(value: Syntax, group: '(' | '[' | '{' | undefined, region: Region): Syntax {
  return group === undefined ? value : { ...value, group, region };
}

const opens = (token: Token): boolean =>
  token.kind === 'begin' ||
  (token.kind === 'sign' && (closers.has(token.text) || token.text === 'left.' || (token.side === 'open' && (token.text === '|' || token.text === '‖'))));
const closes = (token: Token): boolean =>
  token.kind === 'end' ||
  (token.kind === 'sign' && (closing.has(token.text) || token.text === 'right.' || (token.side === 'close' && (token.text === '|' || token.text === '‖'))));

function fits(opener: Token, closer: Token): boolean {
  if (opener.kind === 'begin' || closer.kind === 'end') return opener.kind === 'begin' && closer.kind === 'end' && opener.text === closer.text;
  if (opener.text === 'left.') return closer.side === 'close';
  if (closer.text === 'right.') return true;
  if (closer.text === '|' || closer.text === '‖') return opener.text === closer.text;
  return closers.get(opener.text) === closer.text;
}

/** Matches brackets and drops what has a meaning in grids only. */
function arrange(raw: readonly Token[], source: Source): { tokens: readonly Token[]; partners: Int32Array } {
  const tokens: Token[] = [];
  const stack: { token: Token; index: number }[] = [];
  const pairs: [number, number][] = [];
  let wordLength = 0;
  for (const token of raw) {
    wordLength = token.plain !== true ? 0 : token.tight ? wordLength + 1 : 1;
    if (wordLength > longestWord)
      throw source.problem(token.from, token.to, {
        ruleId: 'too-long',
        message: `This word has more than ${longestWord} letters.`,
        fix: 'Look for missing spaces or signs.',
      });
    const top = stack.at(-1);
    const inGrid = top !== undefined && top.token.kind === 'begin' && gridEnvironments.has(top.token.text);
    if ((token.kind === 'ampersand' || token.kind === 'break') && !inGrid && !(token.kind === 'break' && top?.token.text === '{')) continue;
    if (token.text === 'quad' && token.kind === 'sign' && stack.length > 0) continue;
    if (opens(token)) stack.push({ token, index: tokens.length });
    else if (closes(token)) {
      if (top === undefined || !fits(top.token, token)) throw unbalanced(source, token, top?.token);
      stack.pop();
      pairs.push([top.index, tokens.length]);
    }
    if (stack.length > deepestBrackets)
      throw source.problem(token.from, token.to, {
        ruleId: 'too-deep',
        message: `Brackets are nested more than ${deepestBrackets} deep.`,
        fix: 'Give inner parts names, on lines of their own.',
      });
    tokens.push(token);
  }
  const open = stack.at(-1);
  if (open !== undefined) throw unbalanced(source, open.token, undefined);
  const partners = new Int32Array(tokens.length).fill(-1);
  for (const [a, b] of pairs) {
    partners[a] = b;
    partners[b] = a;
  }
  return { tokens, partners };
}

function unbalanced(source: Source, culprit: Token, opener: Token | undefined): InputError {
  const isOpener = opens(culprit) && opener === undefined;
  const message = isOpener
    ? `“${shown(culprit)}” is never closed.`
    : opener === undefined
      ? `“${shown(culprit)}” closes nothing.`
      : `“${shown(culprit)}” does not close “${shown(opener)}”.`;
  return source.problem(culprit.from, culprit.to, { ruleId: 'unbalanced', message, fix: isOpener ? 'Close it.' : 'Open it before, or take it away.' });
}
