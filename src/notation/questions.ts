/** Lines that ask: the formula, and the options behind it (`, keep h_t`, `using …`, `where …`, `, T = 3`); and `plot` lines. */
import type { InputError } from '../errors.js';
import { parseChain, parseSum, relationAt } from './parse-expression.js';
import { isLeftSide, parseLine, parseStretch } from './parse-statement.js';
import { baseAt } from './parse-stems.js';
import { parseTrailer, rangeAcross, wordAt } from './parse-trailer.js';
import { Reader } from './reader.js';
import { nearest } from './suggestions.js';
import type { Lexicon, Line, Plot, Question, QuestionOption, Statement, Syntax, Trailer } from './syntax.js';
import { functionWord } from './words.js';

type Stretch = readonly [from: number, to: number];
type Option = Question['options'][number];

const defaultVerbs = ['solve', 'closed', 'bound', 'eigenvalues', 'singular', 'only', 'sigma', 'count', 'spectrum'] as const;
const optionWords = ['keep', 'total', 'step', 'immediate', 'truncated', 'hold', 'using', 'where', 'digits', 'for', 'only'] as const;
type OptionWord = (typeof optionWords)[number];

/** True for lines that make a figure. */
export const isPlot = (line: Line): boolean => /^\s*plot\s/.test(line.text);

/**
 * Reads a line of a `derive`, `paths`, `claim`, `evaluate`, `moments`, `spectrum` or `count` block.
 * @throws InputError pointing at what cannot be read.
 */
export function parseQuestion(line: Line, lexicon: Lexicon, verbs: readonly string[] = defaultVerbs): Question {
  const r = new Reader(line, lexicon);
  while (['.', ',', ';', 'quad'].includes(r.tokens[r.limit - 1]?.text ?? '') && r.tokens[r.limit - 1]?.kind === 'sign') r.limit--;
  const left = isLeftSide(r);
  if (left?.kind === 'shape' || left?.kind === 'functionType' || left?.kind === 'distribution')
    return { statement: parseLine(r), options: [], region: r.region(0, r.limit) };
  const verb = verbAt(r, verbs);
  const start = verb === undefined || verb.word === 'only' ? 0 : verb.end;
  const { head, groups } = split(r, start);
  const read = options(r, groups);
  const statement = head === undefined ? undefined : withRemarks(headStatement(r, head), read.trailers);
  const region = r.region(0, r.limit);
  if (statement === undefined && read.options.length === 0)
    throw r.problem({ ruleId: 'unexpected-end', message: 'There is no question here.', fix: 'Write a formula, or take the line out.' }, 0);
  const own = statement === undefined ? undefined : sizeOption(statement, lexicon);
  if (own !== undefined) return { ...(verb === undefined ? {} : { verb: verb.word }), options: [own, ...read.options], region };
  return { ...(verb === undefined ? {} : { verb: verb.word }), ...(statement === undefined ? {} : { statement }), options: read.options, region };
}

function verbAt(r: Reader, verbs: readonly string[]): { word: string; end: number } | undefined {
  const found = wordAt(r, 0);
  if (found === undefined || !verbs.includes(found.word) || r.tables.isDeclaredBase(found.word) || r.tokens[found.end]?.tight === true) return undefined;
  return found;
}

/** `n = 128` where n is a size: an option, not a statement. */
function sizeOption(statement: Statement, lexicon: Lexicon): Option | undefined {
  if (statement.kind !== 'relation' || statement.chain.rest.length !== 1 || statement.trailer.conditions.length > 0) return undefined;
  const { first, rest } = statement.chain;
  const [only] = rest;
  const isSize = first.kind === 'name' && first.indices.length === 0 && first.key === undefined && lexicon.sizes.has(first.raw.base);
  return isSize && only?.sign === '=' ? { kind: 'value', name: first, value: only.value, region: statement.region } : undefined;
}

function headStatement(r: Reader, [from, to]: Stretch): Statement {
  return parseStretch(r, from, to);
}

function withRemarks(statement: Statement, trailers: readonly Trailer[]): Statement {
  const all = [statement.trailer, ...trailers];
  return {
    ...statement,
    trailer: { ranges: all.flatMap((part) => part.ranges), roles: all.flatMap((part) => part.roles), conditions: all.flatMap((part) => part.conditions) },
  };
}

/** A word and the stretches that follow it up to the next word; without a word, a single stretch after a comma. */
interface Group {
  readonly word: OptionWord | undefined;
  readonly from: number;
  readonly stretches: Stretch[];
}

/** Cuts the line at commas and option words outside brackets; the first stretch is the question itself. */
function split(r: Reader, start: number): { head: Stretch | undefined; groups: readonly Group[] } {
  const groups: Group[] = [];
  let head: Stretch | undefined;
  let from = start;
  const end = (to: number): void => {
    if (to <= from) return;
    const group = groups.at(-1);
    if (group !== undefined) group.stretches.push([from, to]);
    else if (head === undefined) head = [from, to];
  };
  const arrow = r.find(start, r.limit, (token) => token.kind === 'sign' && token.text === '⇒');
  for (let i = start; i < r.limit; ) {
    const word = optionWordAt(r, i, start);
    const isComma = r.isSignAt(',', i) || r.isSignAt('quad', i);
    if (word !== undefined) {
      end(i);
      groups.push({ word: word.word, from: i, stretches: [] });
      i = word.end;
      from = i;
    } else if (isComma && i > arrow) {
      end(i);
      if (startsNew(r, i + 1, groups.at(-1))) groups.push({ word: undefined, from: i + 1, stretches: [] });
      i++;
      from = i;
    } else i = r.after(i);
  }
  end(r.limit);
  return { head, groups };
}

function optionWordAt(r: Reader, i: number, start: number): { word: OptionWord; end: number } | undefined {
  const found = wordAt(r, i);
  const word = optionWords.find((candidate) => candidate === found?.word);
  if (found === undefined || word === undefined || r.tables.isDeclaredBase(word)) return undefined;
  const token = r.tokens[i];
  const next = r.tokens[found.end];
  const isSetOff = i === start || token?.tight === false || r.isSignAt(',', i - 1);
  const isApart =
    found.end >= r.limit || next?.tight === false || next?.text === ',' || token?.kind === 'text' || r.source.text.charAt(next?.from ?? 0) === '\\';
  return isSetOff && isApart ? { word, end: found.end } : undefined;
}

/** After a comma: a list goes on, unless a new `name = value` begins that the list cannot hold. */
function startsNew(r: Reader, from: number, group: Group | undefined): boolean {
  if (
    group === undefined ||
    group.word === undefined ||
    group.word === 'total' ||
    group.word === 'step' ||
    group.word === 'immediate' ||
    group.word === 'truncated' ||
    group.word === 'digits'
  )
    return true;
  if (group.word === 'where' || group.word === 'for') return false;
  const comma = r.find(from, r.limit, (token) => token.kind === 'sign' && token.text === ',');
  return r.find(from, comma < 0 ? r.limit : comma, (token, i) => token.kind === 'sign' && relationAt(r, i - r.at) !== undefined) >= 0;
}

function options(r: Reader, groups: readonly Group[]): { options: readonly Option[]; trailers: readonly Trailer[] } {
  const read: Option[] = [];
  const trailers: Trailer[] = [];
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i];
    if (group === undefined) continue;
    const last = group.stretches.at(-1)?.[1] ?? group.from + 1;
    const region = r.region(group.from, last);
    if (group.word !== undefined) {
      const loose = group.word === 'for' ? forOption(r, group) : undefined;
      if (loose !== undefined) trailers.push(loose);
      else read.push({ ...worded(r, group, group.word), region });
      continue;
    }
    const range = rangeAcross(
      r,
      groups.slice(i).flatMap((later) => (later.word === undefined ? later.stretches : [])),
      0,
    );
    if (range !== undefined) {
      trailers.push({ ranges: [range.range], roles: [], conditions: [] });
      i += range.next - 1;
    } else for (const stretch of group.stretches) bare(r, stretch, read, trailers);
  }
  return { options: read, trailers };
}

/** `for t < T` narrows the statement; `for s` names what is solved for. */
function forOption(r: Reader, group: Group): Trailer | undefined {
  const [first] = group.stretches;
  const last = group.stretches.at(-1);
  const isCondition = first !== undefined && r.find(first[0], first[1], (token, i) => token.kind === 'sign' && relationAt(r, i - r.at) !== undefined) >= 0;
  return isCondition && last !== undefined ? parseTrailer(r, first[0], last[1]) : undefined;
}

const values = (r: Reader, group: Group): readonly Syntax[] => {
  if (group.stretches.length === 0)
    throw r.problem(
      { ruleId: 'unexpected-end', message: `What follows “${group.word ?? ''}” is missing.`, fix: 'Write the names, separated by commas.' },
      group.from,
    );
  return group.stretches.map(([from, to]) => r.within(from, to, () => parseSum(r)));
};

function worded(r: Reader, group: Group, word: OptionWord): QuestionOption {
  switch (word) {
    case 'keep':
      return isAll(r, group) ? { kind: 'keep', names: 'all' } : { kind: 'keep', names: values(r, group) };
    case 'total':
    case 'step':
    case 'immediate':
      if (group.stretches.length > 0) throw unknownOption(r, group.stretches[0] ?? [group.from, group.from + 1]);
      return { kind: 'reach', reach: word };
    case 'truncated':
      return { kind: 'truncated', after: truncation(r, group) };
    case 'hold':
      return { kind: 'hold', names: values(r, group) };
    case 'using':
      return { kind: 'using', partials: values(r, group) };
    case 'where':
      return { kind: 'where', conditions: conditions(r, group) };
    case 'digits':
      return { kind: 'digits', digits: digits(r, group) };
    case 'for':
      return { kind: 'for', names: values(r, group) };
    case 'only':
      return { kind: 'only', names: values(r, group) };
  }
}

function isAll(r: Reader, group: Group): boolean {
  const [only] = group.stretches;
  return group.stretches.length === 1 && only !== undefined && wordAt(r, only[0])?.word === 'all' && wordAt(r, only[0])?.end === only[1];
}

function truncation(r: Reader, group: Group): Syntax {
  const [first] = group.stretches;
  const after = first === undefined ? undefined : wordAt(r, first[0]);
  if (first === undefined || after === undefined || (after.word !== 'after' && after.word !== 'at'))
    throw r.problem({ ruleId: 'unreadable-option', message: 'Truncated after how many steps?', fix: 'Write “truncated after k”.' }, group.from);
  return r.within(after.end, first[1], () => parseSum(r));
}

function conditions(r: Reader, group: Group): Extract<QuestionOption, { kind: 'where' }>['conditions'] {
  if (group.stretches.length === 0)
    throw r.problem({ ruleId: 'unexpected-end', message: 'What follows “where” is missing.', fix: 'Write “where μ = 0, σ = 1”.' }, group.from);
  return group.stretches.map(([from, to]) => r.within(from, to, () => parseChain(r)));
}

function digits(r: Reader, group: Group): number {
  const [first] = group.stretches;
  const from = first === undefined ? -1 : r.isSignAt('=', first[0]) ? first[0] + 1 : first[0];
  const text = first !== undefined && first[1] === from + 1 ? (r.tokens[from]?.text ?? '') : '';
  if (!/^\d{1,2}$/.test(text) || Number(text) < 1)
    throw r.problem({ ruleId: 'unreadable-option', message: 'How many digits?', fix: 'Write “digits = 8”, with a number from 1 to 99.' }, group.from);
  return Number(text);
}

/** After a comma without a word: a value, a condition, or more of what is asked. */
function bare(r: Reader, [from, to]: Stretch, read: Option[], trailers: Trailer[]): void {
  const sign = r.find(from, to, (token, i) => token.kind === 'sign' && relationAt(r, i - r.at) !== undefined);
  const region = r.region(from, to);
  if (sign < 0) {
    const word = wordAt(r, from);
    const isPlain =
      word === undefined || word.word.length < 3 || r.tables.isDeclaredBase(word.word) || word.word === 'loss' || functionWord(word.word) !== undefined;
    const isProse = !isPlain && (word.end === to || r.tokens[word.end]?.tight === false) && baseAt(r, from).end === word.end;
    if (isProse) throw unknownOption(r, [from, to]);
    read.push({ kind: 'only', names: [r.within(from, to, () => parseSum(r))], region });
    return;
  }
  const chain = r.within(from, to, () => parseChain(r));
  const [only] = chain.rest;
  if (chain.rest.length >= 1 && only !== undefined && chain.rest.every((part) => part.sign === '=')) {
    const value = chain.rest.at(-1)?.value ?? only.value;
    read.push({ kind: 'value', name: chain.first, value, region });
    for (const part of chain.rest.slice(0, -1)) read.push({ kind: 'value', name: part.value, value, region });
  } else trailers.push({ ranges: [], roles: [], conditions: [chain] });
}

function unknownOption(r: Reader, [from, to]: Stretch): InputError {
  const text = r.source.text.slice(r.tokens[from]?.from ?? 0, r.tokens[to - 1]?.to ?? 0);
  const close = nearest(text, optionWords);
  return r.problem(
    {
      ruleId: 'unreadable-option',
      message: `The option “${text}” is not understood.`,
      fix: `${close === undefined ? '' : `Did you mean “${close}”? `}Options are: keep …, total, step, immediate, T = 3, truncated after k, hold …, using …, where …, digits = 8.`,
    },
    from,
    to,
  );
}

/**
 * Reads `plot EXPR against NAME = a..b [for MODEL, …] [where …]`.
 * @throws InputError pointing at what cannot be read.
 */
export function parsePlot(line: Line, lexicon: Lexicon): Plot {
  const r = new Reader(line, lexicon);
  const start = wordAt(r, 0)?.end ?? 0;
  const against = r.find(start, r.limit, (_, i) => wordAt(r, i)?.word === 'against' && r.tokens[i]?.tight === false);
  if (against < 0)
    throw r.problem({ ruleId: 'unreadable-plot', message: 'Against what is this plotted?', fix: 'Write “plot EXPRESSION against NAME = a..b”.' }, 0);
  const of = plotted(r, start, against);
  const from = wordAt(r, against)?.end ?? against + 1;
  const word = r.find(from, r.limit, (_, i) => ['for', 'where', 'digits'].includes(wordAt(r, i)?.word ?? '') && r.tokens[i]?.tight === false);
  const rangeEnd = word < 0 ? (r.isSignAt(',', r.limit - 1) ? r.limit - 1 : r.limit) : r.isSignAt(',', word - 1) ? word - 1 : word;
  const tail = word < 0 ? { models: [], options: [] } : plotTail(r, word);
  return { of, ...plotRange(r, from, rangeEnd), ...tail, region: r.region(0, r.limit) };
}

/** One expression, or several with commas between them. */
function plotted(r: Reader, from: number, to: number): Syntax {
  const items: Syntax[] = [];
  for (let at = from, end = to; at < to; at = end + 1) {
    const comma = r.find(at, to, (token) => token.kind === 'sign' && token.text === ',');
    end = comma < 0 ? to : comma;
    items.push(r.within(at, end, () => parseSum(r)));
  }
  const [first, ...more] = items;
  return first !== undefined && more.length === 0 ? first : { kind: 'tuple', items, region: r.region(from, to) };
}

function plotRange(r: Reader, from: number, to: number): Pick<Plot, 'against' | 'from' | 'to'> {
  const equals = r.find(from, to, (token) => token.kind === 'sign' && (token.text === '=' || token.text === '∈'));
  const dots = equals < 0 ? -1 : r.find(equals, to, (token) => token.kind === 'sign' && (token.text === '..' || token.text === '…'));
  if (equals <= from || dots < 0)
    throw r.problem({ ruleId: 'unreadable-plot', message: 'The range of this figure cannot be read.', fix: 'Write “against d = 1..512”.' }, from, to);
  const low = r.isSignAt(',', dots - 1) ? dots - 1 : dots;
  const high = r.isSignAt(',', dots + 1) ? dots + 2 : dots + 1;
  const read = (a: number, b: number): Syntax => r.within(a, b, () => parseSum(r));
  return { against: read(from, equals), from: read(equals + 1, low), to: read(high, to) };
}

function plotTail(r: Reader, start: number): Pick<Plot, 'models' | 'options'> {
  if (wordAt(r, start)?.word !== 'for') return { models: [], options: options(r, split(r, start).groups).options };
  const models: string[] = [];
  let i = start + 3;
  for (let text = ''; i <= r.limit; i++) {
    const isEnd = i === r.limit || r.isSignAt(',', i) || (r.tokens[i]?.tight === false && text !== '');
    if (isEnd && text !== '') models.push(text);
    if (i === r.limit || (r.tokens[i]?.tight === false && ['where', 'digits'].includes(wordAt(r, i)?.word ?? ''))) break;
    text = isEnd ? '' : text;
    if (!r.isSignAt(',', i)) text += r.tokens[i]?.text ?? '';
  }
  return { models, options: i < r.limit ? options(r, split(r, i).groups).options : [] };
}
