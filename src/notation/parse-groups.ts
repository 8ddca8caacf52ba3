/** Brackets of all kinds: parentheses, stacks and matrices, environments, cases, bars, angles, sets. */
import { parseChain, parseSum, relationAt } from './parse-expression.js';
import { holding, subscriptList } from './parse-postfix.js';
import { grouped, type Reader } from './reader.js';
import type { RelationChain, Syntax } from './syntax.js';
import { conditionWords } from './words.js';

/** ( … ): a group, or a pair. */
export function parseParentheses(r: Reader): Syntax {
  const start = r.at;
  const close = r.partner(start);
  const items = r.within(start + 1, close, () => listItems(r, [',']));
  r.at = close + 1;
  const [only] = items;
  if (items.length === 1 && only !== undefined) return grouped(only, '(', r.region(start, r.at));
  return r.node(start, { kind: 'tuple', items });
}

/** { … } of LaTeX: invisible. */
export function parseBraces(r: Reader): Syntax {
  const start = r.at;
  const close = r.partner(start);
  const value = r.within(start + 1, close, () => parseSum(r));
  r.at = close + 1;
  return value;
}

/** \{ … \}: a set, or a group. */
export function parseSet(r: Reader): Syntax {
  const start = r.at;
  const close = r.partner(start);
  const items = r.within(start + 1, close, () => listItems(r, [',']));
  r.at = close + 1;
  const [only] = items;
  return items.length === 1 && only !== undefined ? grouped(only, '{', r.region(start, r.at)) : r.node(start, { kind: 'set', items });
}

function listItems(r: Reader, separators: readonly string[]): Syntax[] {
  const items = [parseSum(r)];
  while (separators.some((sign) => r.eat(sign))) if (!r.done) items.push(parseSum(r));
  return items;
}

/** [ … ]: blocks beside each other, on top of each other with semicolons; one thing alone is a group. */
export function parseSquare(r: Reader): Syntax {
  const start = r.at;
  const close = r.partner(start);
  const rows = r.within(start + 1, close, () => {
    const read: Syntax[][] = [listItems(r, [','])];
    while (r.eat(';')) if (!r.done) read.push(listItems(r, [',']));
    return read;
  });
  r.at = close + 1;
  const first = rows[0]?.[0];
  if (rows.length > 1) return r.node(start, { kind: 'blocks', rows, style: 'semicolon' });
  const items = rows[0] ?? [];
  const lists = items.flatMap((item) => listRow(item));
  if (lists.length === items.length && lists.length > 0) return r.node(start, { kind: 'blocks', rows: lists, style: 'nested' });
  if (items.length === 1 && first !== undefined) return grouped(first, '[', r.region(start, r.at));
  return r.node(start, { kind: 'blocks', rows, style: 'list' });
}

/** The row that an inner list is: `[1, 2]`, or `[1]`. */
function listRow(item: Syntax): readonly (readonly Syntax[])[] {
  if (item.kind === 'blocks' && item.style === 'list' && item.rows[0] !== undefined) return [item.rows[0]];
  return item.group === '[' ? [[item]] : [];
}

/** \begin{bmatrix} … \end{bmatrix}, \begin{cases} … \end{cases}; other environments are invisible. */
export function parseEnvironment(r: Reader): Syntax {
  const start = r.at;
  const close = r.partner(start);
  const name = r.peek()?.text ?? '';
  const isCases = name.endsWith('cases');
  const isMatrix = name.endsWith('matrix') || name === 'array';
  const value = r.within(start + 1, close, (): Syntax => {
    if (isCases) return { kind: 'cases', branches: parseBranches(r), region: r.region(start, close + 1) };
    return isMatrix ? { kind: 'blocks', rows: parseGrid(r), style: 'environment', region: r.region(start, close + 1) } : parseSum(r);
  });
  r.at = close + 1;
  return value;
}

/** The stretches of the grid at hand: rows of cells, empty cells and rows left out. */
function gridCells(r: Reader): readonly (readonly (readonly [number, number])[])[] {
  const rows: [number, number][][] = [[]];
  let start = r.at;
  const endCell = (to: number): void => {
    if (to > start) rows.at(-1)?.push([start, to]);
    start = to + 1;
  };
  for (let i = r.at; i < r.limit; i = r.after(i)) {
    const kind = r.tokens[i]?.kind;
    if (kind !== 'ampersand' && kind !== 'break') continue;
    endCell(i);
    if (kind === 'break') rows.push([]);
  }
  endCell(r.limit);
  r.at = r.limit;
  return rows.filter((row) => row.length > 0);
}

function parseGrid(r: Reader): readonly (readonly Syntax[])[] {
  const cells = gridCells(r);
  if (cells.length === 0) throw r.problem({ ruleId: 'unexpected-end', message: 'This matrix is empty.', fix: 'Write its entries.' }, r.at - 1);
  return cells.map((row) => row.map(([from, to]) => r.within(from, to, () => parseSum(r))));
}

type Branch = Extract<Syntax, { kind: 'cases' }>['branches'][number];

function parseBranches(r: Reader): readonly Branch[] {
  const rows = gridCells(r);
  if (rows.length === 0)
    throw r.problem({ ruleId: 'unexpected-end', message: 'There are no cases here.', fix: 'Write a value and its condition in each line.' }, r.at - 1);
  return rows.map((row) => parseBranch(r, row));
}

const isConditionWord = (r: Reader, i: number): boolean =>
  r.tokens[i]?.kind === 'text' && conditionWords.has((r.tokens[i]?.text ?? '').toLowerCase().replace(/[:,.]$/, ''));

function parseBranch(r: Reader, row: readonly (readonly [number, number])[]): Branch {
  const [from, end] = row[0] ?? [r.at, r.at];
  const split = row.length > 1 ? end : r.find(from, end, (token, i) => isConditionWord(r, i) || (token.kind === 'sign' && token.text === ','));
  const to = split < 0 ? end : split;
  const valueEnd = r.tokens[to - 1]?.text === ',' ? to - 1 : to;
  const value = r.within(from, valueEnd, () => parseSum(r));
  const last = row.at(-1)?.[1] ?? end;
  let start = row.length > 1 ? (row[1]?.[0] ?? last) : to;
  let otherwise = false;
  while (start < last && (isConditionWord(r, start) || r.tokens[start]?.text === ','))
    otherwise = /otherwise|else/i.test(r.tokens[start++]?.text ?? '') || otherwise;
  if (textEnds(r, start, last)) return { value, otherwise: true };
  const condition = r.within(start, last, () => parseChain(r));
  return { value, condition, otherwise };
}

/** Nothing, or one word such as `otherwise`, is left. */
const textEnds = (r: Reader, start: number, end: number): boolean =>
  start >= end ||
  /^(?:otherwise|else)\.?$/i.test(
    r.tokens
      .slice(start, end)
      .map((token) => token.text)
      .join(''),
  );

/** ⟨a, b⟩. */
export function parseAngles(r: Reader): Syntax {
  const start = r.at;
  const close = r.partner(start);
  const items = r.within(start + 1, close, () => listItems(r, [',', '|']));
  r.at = close + 1;
  const [left, right] = items;
  if (left === undefined || right === undefined || items.length !== 2)
    throw r.problem({ ruleId: 'unexpected-sign', message: 'An inner product has two sides.', fix: 'Write \\langle a, b \\rangle.' }, start, r.at);
  return r.node(start, { kind: 'inner', left, right });
}

/** |x| and ‖v‖, with known sides or without. */
export function parseBars(r: Reader, sign: '|' | '‖'): Syntax {
  const start = r.at;
  const of = r.partner(start) > start ? between(r, start) : untilBar(r, sign);
  if (sign === '|') return r.node(start, { kind: 'absolute', of });
  const subscript = r.isSign('_') ? normSubscript(r) : undefined;
  return r.node(start, { kind: 'norm', of, ...(subscript === undefined ? {} : { subscript }) });
}

function between(r: Reader, start: number): Syntax {
  const close = r.partner(start);
  const of = r.within(start + 1, close, () => parseSum(r));
  r.at = close + 1;
  return of;
}

function untilBar(r: Reader, sign: '|' | '‖'): Syntax {
  const kind = sign === '|' ? 'single' : 'double';
  const start = r.at++;
  r.bars[kind]++;
  const of = parseSum(r);
  r.bars[kind]--;
  if (!r.eat(sign))
    throw r.problem({ ruleId: 'unbalanced', message: `“${sign === '|' ? '|' : '\\|'}” is never closed.`, fix: 'Close it with the same sign.' }, start);
  return of;
}

function normSubscript(r: Reader): string {
  r.at++;
  const from = r.at;
  const end = r.after(from);
  if (r.done) throw r.unexpected();
  r.at = end;
  const text = r.tokens
    .slice(from, end)
    .map((token) => (token.text === '{' || token.text === '}' ? '' : token.text))
    .join('');
  return text === '∞' ? 'infinity' : text;
}

/** `\left. … \right|_{…}` */
export function parseUndrawn(r: Reader): Syntax {
  const start = r.at;
  const close = r.partner(start);
  const value = r.within(start + 1, close, () => parseSum(r));
  const isBar = r.tokens[close]?.text === '|';
  r.at = close + 1;
  if (!isBar || !r.isSign('_')) return value;
  return r.node(start, holding(value, subscriptList(r)));
}

/** A relation inside brackets: \mathbb{1}[i = j]. */
export function chainBetween(r: Reader, from: number, to: number): RelationChain {
  return r.within(from, to, () => parseChain(r));
}

/** A relation sign stands in [from, to) outside inner brackets. */
export function holdsRelation(r: Reader, from: number, to: number): boolean {
  const at = r.at;
  const found = r.find(from, to, (token, i) => token.kind === 'sign' && relationAt(r, i - at) !== undefined) >= 0;
  return found;
}
