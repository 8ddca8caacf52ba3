/** Sum and product signs: what they run over, and how far they reach (to the next + or − of their level). */

import { parseChain, parseProduct, parseSum } from './parse-expression.js';
import { indexExpression, indexLikeness } from './parse-index.js';
import { splitItems } from './parse-scripts.js';
import type { Reader } from './reader.js';
import type { Binding, Syntax } from './syntax.js';

type Operator = 'sum' | 'product';
type Stretch = readonly [from: number, to: number];

/** Letters that may be bound at one place: every sum multiplies the work of what stands in it. */
const mostBound = 6;

/** Reads `_…^…` and the body; the sign itself has been read. */
export function parseBinding(r: Reader, operator: Operator, start: number): Syntax {
  const { below, above } = limits(r);
  const binding = below === undefined ? { kind: 'none' as const } : bindingOf(r, below, above);
  return body(r, operator, binding, start, () => parseProduct(r));
}

function body(r: Reader, operator: Operator, binding: Binding, start: number, read: () => Syntax): Syntax {
  const letters = binding.kind === 'range' ? [binding.letter] : binding.kind === 'letters' ? binding.letters : [];
  if (r.bound.length + letters.length > mostBound)
    throw r.problem({
      ruleId: 'too-deep',
      message: `More than ${mostBound} sums and products stand inside each other.`,
      fix: 'Give the inner ones names of their own.',
    });
  r.bound.push(...letters);
  const value = r.nested(read);
  r.bound.length -= letters.length;
  return r.node(start, { kind: 'bigOperator', operator, binding, body: value });
}

function limits(r: Reader): { below?: Stretch; above?: Stretch } {
  const found: { below?: Stretch; above?: Stretch } = {};
  for (;;) {
    const isBelow = r.isSign('_');
    if (!isBelow && !r.isSign('^')) return found;
    r.at++;
    if (r.done) throw r.unexpected();
    found[isBelow ? 'below' : 'above'] = stretch(r);
  }
}

/** One limit: a group without its brackets, a word, or one token. */
function stretch(r: Reader): Stretch {
  const from = r.at;
  const token = r.peek();
  r.at = r.after(from);
  if (token?.text === '{' || token?.text === '(') return inner(r, from + 1, r.at - 1);
  if (token?.plain === true) while (r.peek()?.plain === true && r.peek()?.tight === true) r.at++;
  return [from, r.at];
}

/** \substack{a \\ b} counts as a, b. */
function inner(r: Reader, from: number, to: number): Stretch {
  const isStack = r.tokens[from]?.kind === 'command' && r.tokens[from]?.text === 'substack' && r.tokens[from + 1]?.text === '{';
  return isStack ? [from + 2, r.partner(from + 1)] : [from, to];
}

function bindingOf(r: Reader, [from, to]: Stretch, above: Stretch | undefined): Binding {
  const isRelation = (text: string): boolean => ['=', '≠', '<', '≤', '>', '≥', '∈'].includes(text);
  const relation = r.find(from, to, (token) => token.kind === 'sign' && isRelation(token.text));
  if (relation < 0) return above === undefined ? { kind: 'letters', letters: lettersOf(r, from, to) } : rangeFromOne(r, from, to, above);
  if (r.tokens[relation]?.text === '=' && relation > from) return rangeOf(r, [from, to], relation, above);
  return relationOf(r, from, to);
}

/** The letters of `k`, `ij`, `i,j`. */
function lettersOf(r: Reader, from: number, to: number): readonly string[] {
  const letters: string[] = [];
  for (let i = from; i < to; i++) {
    const token = r.tokens[i];
    if (token?.kind === 'letter') letters.push(token.text);
    else if (token?.text !== ',' && token?.text !== '{' && token?.text !== '}') throw notABinding(r, from, to);
  }
  if (letters.length === 0) throw notABinding(r, from, to);
  return letters;
}

function notABinding(r: Reader, from: number, to: number): Error {
  return r.problem(
    {
      ruleId: 'unreadable-range',
      message: 'What this sum or product runs over cannot be read.',
      fix: 'Write \\sum_{t=1}^{T}, \\sum_k, \\sum_{k \\ne i} or sum(t=1..T, …).',
    },
    from,
    to,
  );
}

function rangeFromOne(r: Reader, from: number, to: number, above: Stretch): Binding {
  const letter = r.tokens[from];
  if (to - from !== 1 || letter?.kind !== 'letter') throw notABinding(r, from, to);
  return { kind: 'range', letter: letter.text, from: { kind: 'number', text: '1', region: r.region(from, to) }, to: indexExpression(r, ...above) };
}

function rangeOf(r: Reader, [from, to]: Stretch, equals: number, above: Stretch | undefined): Binding {
  const letter = r.tokens[equals - 1];
  if (letter?.kind !== 'letter' || equals - 1 !== from) throw notABinding(r, from, to);
  const dots = r.find(equals + 1, to, (token) => token.text === '..' || token.text === '…');
  if (dots >= 0) {
    const before = r.tokens[dots - 1]?.text === ',' ? dots - 1 : dots;
    const after = r.tokens[dots + 1]?.text === ',' ? dots + 2 : dots + 1;
    return { kind: 'range', letter: letter.text, from: indexExpression(r, equals + 1, before), to: indexExpression(r, after, to) };
  }
  if (above === undefined)
    throw r.problem({ ruleId: 'unreadable-range', message: `Where does ${letter.text} end?`, fix: 'Write the upper limit too: \\sum_{t=1}^{T}.' }, from, to);
  return { kind: 'range', letter: letter.text, from: indexExpression(r, equals + 1, to), to: indexExpression(r, ...above) };
}

/** k ≠ i, j ≤ i, 1 ≤ k < t: the letter bound is the one between two limits, or the first that stands alone; letters before a comma are bound too. */
function relationOf(r: Reader, from: number, to: number): Binding {
  const items = splitItems(r, 'subscript', from, to);
  const last = items.at(-1);
  if (last === undefined) throw notABinding(r, from, to);
  const letters = items.slice(0, -1).flatMap((item) => lettersOf(r, item.from, item.to));
  const before = r.indexMode;
  r.indexMode = true;
  const relation = r.within(last.from, last.to, () => parseChain(r));
  r.indexMode = before;
  const sides = [relation.first, ...relation.rest.map((part) => part.value)];
  const isAlone = (side: Syntax | undefined): boolean => side?.kind === 'name' && side.indices.length === 0 && side.labels.length === 0;
  // k < j ≤ t: what stands between is bound.
  const alone = sides.length === 3 && isAlone(sides[1]) ? sides[1] : sides.find(isAlone);
  if (alone?.kind !== 'name') throw notABinding(r, from, to);
  return { kind: 'letters', letters: letters.includes(alone.raw.base) ? letters : [...letters, alone.raw.base], relation };
}

/** `sum(t=1..T, body)`, `sum(k, body)`, `sum(k != i, body)`; undefined for `sum(x)` and `sum(x, axis=0)`. */
export function parseSumCall(r: Reader, operator: Operator, start: number): Syntax | undefined {
  const open = r.at;
  const close = r.partner(open);
  const binding = callBinding(r, open + 1, close);
  if (binding === undefined) return undefined;
  const sum = body(r, operator, binding.binding, start, () => r.within(binding.bodyFrom, close, () => parseSum(r)));
  r.at = close + 1;
  return { ...sum, region: r.region(start, r.at) };
}

function callBinding(r: Reader, from: number, close: number): { binding: Binding; bodyFrom: number } | undefined {
  const comma = (after: number): number => r.find(after, close, (token) => token.kind === 'sign' && token.text === ',');
  const first = comma(from);
  if (first < 0) return undefined;
  const isAxis = r.tokens[from]?.plain === true && r.tokens[first + 1]?.text === 'a' && r.tokens[first + 2]?.text === 'x';
  const relation = r.find(from, first, (token) => token.kind === 'sign' && ['=', '≠', '<', '≤', '>', '≥'].includes(token.text));
  if (relation < 0) {
    const item = { place: 'argument' as const, text: '', from, to: first };
    const isLetter =
      first - from === 1 &&
      r.tokens[from]?.kind === 'letter' &&
      !isAxis &&
      (indexLikeness(r, item) === 'strict' || !r.tables.isDeclaredBase(r.tokens[from]?.text ?? ''));
    return isLetter ? { binding: { kind: 'letters', letters: lettersOf(r, from, first) }, bodyFrom: first + 1 } : undefined;
  }
  if (r.tokens[relation]?.text !== '=') return { binding: relationOf(r, from, first), bodyFrom: first + 1 };
  const end = dotsBetweenCommas(r, first, comma);
  return { binding: rangeOf(r, [from, end], relation, undefined), bodyFrom: end + 1 };
}

/** `t=1, ..., T, body`: the comma after the last limit. */
function dotsBetweenCommas(r: Reader, first: number, comma: (after: number) => number): number {
  if (r.tokens[first + 1]?.text !== '…' || r.tokens[first + 2]?.text !== ',') return first;
  const last = comma(first + 3);
  return last < 0 ? first : last;
}
