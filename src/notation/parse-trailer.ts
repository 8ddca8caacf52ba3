/** What follows a shape or an equation: `, \quad t = 1, \dots, M`, `, input`, `\text{for } t < T`. */
import { parseChain, relationAt } from './parse-expression.js';
import { indexExpression } from './parse-index.js';
import { lettersEnd, textOf } from './parse-stems.js';
import type { Reader } from './reader.js';
import type { RelationChain, Trailer } from './syntax.js';
import { conditionWords } from './words.js';

type Stretch = readonly [from: number, to: number];
type Range = Trailer['ranges'][number];

export const emptyTrailer: Trailer = { ranges: [], roles: [], conditions: [] };

const roles: ReadonlyMap<string, Trailer['roles'][number]> = new Map([
  ['input', 'input'],
  ['inputs', 'input'],
  ['parameter', 'parameter'],
  ['parameters', 'parameter'],
  ['trainable', 'parameter'],
  ['constant', 'constant'],
  ['constants', 'constant'],
  ['computed', 'computed'],
]);

/** The word that begins at token `i`: upright text or a run of letters set off by a space. */
export function wordAt(r: Reader, i: number): { word: string; end: number } | undefined {
  const token = i < r.limit ? r.tokens[i] : undefined;
  if (token?.kind === 'text') return { word: token.text.toLowerCase().replace(/[.,:;]+$/, ''), end: i + 1 };
  if (token?.plain !== true) return undefined;
  const end = lettersEnd(r, i);
  return { word: textOf(r, i, end), end };
}

const isSeparator = (r: Reader, i: number): boolean => r.isSignAt(',', i) || r.isSignAt(';', i) || r.isSignAt('quad', i) || r.isSignAt('∀', i);

/** A word like `for` or `if`, upright or set off by spaces. */
export function isConditionWord(r: Reader, i: number): boolean {
  const token = r.tokens[i];
  const found = wordAt(r, i);
  if (found === undefined || token === undefined) return false;
  const isKnown = conditionWords.has(found.word) || (token.kind === 'text' && /^(?:for|if|when|where|with)\b/.test(found.word));
  if (!isKnown || token.kind === 'text') return isKnown;
  const previous = r.tokens[i - 1];
  const isSetOff = !token.tight || previous?.text === ',' || previous?.text === 'quad';
  return found.word.length > 1 && isSetOff && r.tokens[found.end]?.tight === false && !r.tables.isDeclaredBase(found.word);
}

/** The first token in [from, to) at which a trailer begins (its separator or word), or −1. */
export function trailerStart(r: Reader, from: number, to: number): number {
  let start = -1;
  r.find(from, to, (_, i) => {
    if (i <= from || !(isSeparator(r, i) || isConditionWord(r, i))) return false;
    start = i;
    return true;
  });
  return start;
}

/** Reads [from, to) as a trailer. */
export function parseTrailer(r: Reader, from: number, to: number): Trailer {
  return mergeTrailers(parts(r, from, to));
}

function mergeTrailers(trailers: readonly Trailer[]): Trailer {
  return {
    ranges: trailers.flatMap((part) => part.ranges),
    roles: trailers.flatMap((part) => part.roles),
    conditions: trailers.flatMap((part) => part.conditions),
  };
}

function parts(r: Reader, from: number, to: number): readonly Trailer[] {
  const read: Trailer[] = [];
  const segments = segmentsOf(r, from, to);
  for (let i = 0; i < segments.length; ) {
    const segment = segments[i];
    if (segment === undefined) break;
    const range = rangeAcross(r, segments, i);
    if (range !== undefined) {
      read.push({ ...emptyTrailer, ranges: [range.range] });
      i = range.next;
      continue;
    }
    read.push(single(r, segment));
    i++;
  }
  return read;
}

/** Stretches between separators and words, empty ones left out. */
export function segmentsOf(r: Reader, from: number, to: number): readonly Stretch[] {
  const segments: Stretch[] = [];
  let start = from;
  for (let i = from; i < to; ) {
    const isWord = isConditionWord(r, i);
    if (!isWord && !isSeparator(r, i)) {
      i = r.after(i);
      continue;
    }
    if (i > start) segments.push([start, i]);
    i = isWord ? (wordAt(r, i)?.end ?? i + 1) : i + 1;
    start = i;
  }
  if (to > start) segments.push([start, to]);
  return segments;
}

/** `t = 1, …, M`, `t = T, T-1, …, 1`, `i = 1..N`, `t \in \{1, …, T\}`: over one segment or several. */
export function rangeAcross(r: Reader, segments: readonly Stretch[], i: number): { range: Range; next: number } | undefined {
  const [from, to] = segments[i] ?? [0, 0];
  const letter = r.tokens[from];
  if (letter?.kind !== 'letter') return undefined;
  if (r.isSignAt('∈', from + 1) && r.isSignAt('\\{', from + 2) && r.partner(from + 2) === to - 1) return withNext(setRange(r, letter.text, [from, to]), i + 1);
  if (!r.isSignAt('=', from + 1)) return undefined;
  const dots = dotsIn(r, from + 2, to);
  if (dots >= 0 && dots > from + 2 && dots < to - 1) return { range: range(r, letter.text, [from + 2, dots], [dots + 1, to], [from, to]), next: i + 1 };
  for (let k = i + 1; k < segments.length && k <= i + 3; k++) {
    const middle = segments[k];
    const last = segments[k + 1];
    if (middle === undefined || r.find(middle[0], middle[1], (_, at) => relationAt(r, at - r.at) !== undefined) >= 0) return undefined;
    if (!isDots(r, middle)) continue;
    return last === undefined ? undefined : { range: range(r, letter.text, [from + 2, to], last, [from, last[1]]), next: k + 2 };
  }
  return undefined;
}

const withNext = (found: Range | undefined, next: number): { range: Range; next: number } | undefined =>
  found === undefined ? undefined : { range: found, next };
const isDots = (r: Reader, [from, to]: Stretch): boolean => to - from === 1 && (r.isSignAt('…', from) || r.isSignAt('..', from));
const dotsIn = (r: Reader, from: number, to: number): number =>
  r.find(from, to, (token) => token.kind === 'sign' && (token.text === '..' || token.text === '…'));

function range(r: Reader, letter: string, low: Stretch, high: Stretch, whole: Stretch): Range {
  return { letter, from: indexExpression(r, ...low), to: indexExpression(r, ...high), region: r.region(...whole) };
}

function setRange(r: Reader, letter: string, [from, to]: Stretch): Range | undefined {
  const inner: Stretch = [from + 3, to - 1];
  const dots = dotsIn(r, ...inner);
  if (dots < 0) return undefined;
  const low = r.find(inner[0], inner[1], (token) => token.text === ',' || token.text === '..');
  const high = r.isSignAt(',', dots + 1) ? dots + 2 : dots + 1;
  return low <= inner[0] || high >= inner[1] ? undefined : range(r, letter, [inner[0], low], [high, inner[1]], [from, to]);
}

function single(r: Reader, [from, to]: Stretch): Trailer {
  const word = wordAt(r, from);
  const role = word === undefined || word.end !== to ? undefined : roles.get(word.word);
  if (role !== undefined) return { ...emptyTrailer, roles: [role] };
  if (word !== undefined && word.end === to && (conditionWords.has(word.word) || (r.tokens[from]?.kind === 'text' && !/^[a-z]$/i.test(word.word))))
    return emptyTrailer;
  return { ...emptyTrailer, conditions: [conditionOf(r, [from, to])] };
}

/** A role, a range or a relation; anything else is an error that says so. */
function conditionOf(r: Reader, [from, to]: Stretch): RelationChain {
  const relation = r.find(from, to, (token, i) => token.kind === 'sign' && relationAt(r, i - r.at) !== undefined);
  if (relation < 0) {
    throw r.problem(
      {
        ruleId: 'unreadable-remark',
        message: `“${r.source.text.slice(r.tokens[from]?.from ?? 0, r.tokens[to - 1]?.to ?? 0)}” after the formula is not understood.`,
        fix: 'A range (t = 1, \\dots, T), a role (input, parameter, constant) or a condition (for t < T) may follow; comments begin with %.',
      },
      from,
      to,
    );
  }
  return r.within(from, to, () => parseChain(r));
}
