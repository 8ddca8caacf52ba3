/** Derivations in a terminal: relations under each other, long right sides broken before + and −, reasons behind or below. */

import type { EquationLine, Mathematics } from '../solution/document.js';
import { printMathsText } from '../solution/maths-print.js';
import { oneLine } from './escape.js';
import { relationTree } from './maths.js';
import { columnsOf, fillWords, type Styler, type TextLine } from './text-layout.js';
import { inlineWords } from './text-words.js';
import { MARKS } from './wording.js';

const textOf = (math: Mathematics): string => oneLine(math.text).trim();

/** Lines of at most `width` columns where that is possible at all; `snug` takes no more than they need, for a box. */
export function equationsText(lines: readonly EquationLine[], width: number, styler: Styler, snug = false): TextLine[] {
  if (snug) return equationsText(lines, Math.min(width, neededColumns(lines, styler)), styler);
  const left = Math.min(Math.floor(width * 0.45), Math.max(0, ...lines.map((line) => (line.left === undefined ? 0 : columnsOf(textOf(line.left))))));
  return lines.flatMap((line) => oneEquation(line, left, width, styler));
}

/** Columns that the lines take when nothing is broken. */
function neededColumns(lines: readonly EquationLine[], styler: Styler): number {
  const sum = (line: EquationLine): number => {
    const facts = factsText(line, styler)?.columns ?? -4;
    const reason =
      line.reason === undefined
        ? 0
        : Math.min(
            40,
            inlineWords(line.reason, styler).reduce((columns, word) => columns + columnsOf(word.text) + 1, 4),
          );
    return columnsOf(relationText(line.relation)) + 2 + Math.max(columnsOf(textOf(line.right)) + facts + 4, reason);
  };
  const left = Math.max(0, ...lines.map((line) => (line.left === undefined ? 0 : columnsOf(textOf(line.left)))));
  return left + Math.max(0, ...lines.map(sum));
}

function oneEquation(line: EquationLine, left: number, width: number, styler: Styler): TextLine[] {
  const name = line.left === undefined ? '' : textOf(line.left);
  const relation = relationText(line.relation);
  const lead = left + columnsOf(relation) + 2;
  const wideName = columnsOf(name) > left;
  const rows = brokenText(textOf(line.right), Math.max(16, width - lead));
  const shown = rows.map((row, index): TextLine => {
    const before = index > 0 ? ' '.repeat(lead) : `${' '.repeat(Math.max(0, wideName ? left : left - columnsOf(name)))}${wideName ? '' : name} ${relation} `;
    return { shown: before + row, columns: columnsOf(before) + columnsOf(row) };
  });
  const named: TextLine[] = wideName ? [{ shown: name, columns: columnsOf(name) }] : [];
  return [...named, ...withFacts(shown, factsText(line, styler), lead, width), ...reasonLines(line, lead, width, styler)];
}

function relationText(relation: string): string {
  const tree = relationTree(relation);
  return tree === undefined ? oneLine(relation) : printMathsText(tree);
}

/** Shape, verdict and number: flush right on the last row if there is room, else on a row of their own. */
function withFacts(rows: readonly TextLine[], facts: TextLine | undefined, lead: number, width: number): TextLine[] {
  const last = rows.at(-1);
  if (facts === undefined || last === undefined) return [...rows];
  const room = width - last.columns - facts.columns;
  if (room >= 2) return [...rows.slice(0, -1), { shown: last.shown + ' '.repeat(room) + facts.shown, columns: width }];
  const indent = Math.max(lead, width - facts.columns);
  return [...rows, { shown: ' '.repeat(indent) + facts.shown, columns: indent + facts.columns }];
}

function factsText(line: EquationLine, styler: Styler): TextLine | undefined {
  const mark = line.mark === undefined ? undefined : MARKS[line.mark];
  const parts: readonly (readonly [string, (text: string) => string])[] = [
    ...(line.shape === undefined ? [] : [[textOf(line.shape), styler.muted] as const]),
    ...(mark === undefined ? [] : [[`${mark.sign} ${mark.word}`, styler[mark.tone]] as const]),
    ...(line.number === undefined ? [] : [[`(${Math.trunc(line.number)})`, (text: string) => text] as const]),
  ];
  if (parts.length === 0) return undefined;
  return { shown: parts.map(([text, style]) => style(text)).join('  '), columns: parts.reduce((sum, [text]) => sum + columnsOf(text), 2 * (parts.length - 1)) };
}

function reasonLines(line: EquationLine, lead: number, width: number, styler: Styler): TextLine[] {
  if (line.reason === undefined) return [];
  const muted: Styler = { ...styler, strong: styler.muted, emphasis: styler.muted };
  return fillWords(inlineWords(line.reason, muted), Math.max(20, width - lead - 2)).map((row, index) => {
    const before = `${' '.repeat(lead)}${index === 0 ? '⟵ ' : '  '}`;
    return { shown: styler.muted(before + row.shown), columns: columnsOf(before) + row.columns };
  });
}

/** Cuts a formula before its outermost + and −, and a term that is still too wide where it is cut least deep, so that each row has at most `width` columns where that is possible. */
export function brokenText(text: string, width: number): string[] {
  const rows: string[] = [];
  for (const term of outermostTerms(text)) {
    const last = rows.at(-1);
    if (last !== undefined && columnsOf(last) + 1 + columnsOf(term) <= width) rows[rows.length - 1] = `${last} ${term}`;
    else rows.push(...folded(term, width));
  }
  return rows;
}

function outermostTerms(text: string): string[] {
  const cuts = breaksOf(text).filter(({ depth, sign }) => depth === 0 && sign === 'sum');
  return [0, ...cuts.map(({ at }) => at + 1)].map((start, index) => text.slice(start, cuts[index]?.at));
}

interface Break {
  /** Position of the blank. */
  readonly at: number;
  /** Brackets around it. */
  readonly depth: number;
  /** What the next row begins with. */
  readonly sign: 'sum' | 'product' | 'factor';
}

const COST: Readonly<Record<Break['sign'], number>> = { sum: 0, product: 0.5, factor: 1 };

const NEVER_LAST = new Set('+−=≤≥<>⊙·/@');
const LARGE_SIGN = /^[([{⟨]*[ΣΠ]/;

/** Blanks before which a row may end: never behind a sign, nor between a sum sign and its term. */
function breaksOf(text: string): readonly Break[] {
  const breaks: Break[] = [];
  let depth = 0;
  let word = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if ('([{⟨'.includes(character)) depth += 1;
    if (')]}⟩'.includes(character)) depth -= 1;
    if (character !== ' ' || at === 0) continue;
    const next = text.slice(at + 1, at + 3);
    const opens = NEVER_LAST.has(text[at - 1] ?? '') || LARGE_SIGN.test(text.slice(word, word + 9));
    word = at + 1;
    if (!opens) breaks.push({ at, depth, sign: /^[+−=≤≥<>] /.test(next) ? 'sum' : /^[⊙·/@] /.test(next) ? 'product' : 'factor' });
  }
  return breaks;
}

/** A term that is wider than a row: each row ends where the fewest brackets are open, the later the better; later rows stand further in. Each round takes at least one blank. */
function folded(term: string, width: number): string[] {
  const rows: string[] = [];
  let breaks = breaksOf(term);
  let start = 0;
  for (;;) {
    const indent = rows.length === 0 ? '' : '    ';
    const room = width - indent.length;
    const columns = ({ at }: { readonly at: number }): number => columnsOf(term.slice(start, at));
    const farthest = breaks.findIndex(({ at }) => at - start > 4 * room);
    const near = farthest < 0 ? breaks : breaks.slice(0, farthest);
    const fits = term.length - start <= 4 * room && columns({ at: term.length }) <= room;
    const cost = (each: Break): number => each.depth + COST[each.sign] + (2 * (room - columns(each))) / room;
    const possible = near.filter((each) => columns(each) <= room);
    const cut = fits
      ? undefined
      : (possible.reduce<Break | undefined>((least, each) => (least === undefined || cost(each) <= cost(least) ? each : least), undefined) ?? breaks[0]);
    rows.push(indent + term.slice(start, cut?.at));
    if (cut === undefined) return rows;
    start = cut.at + 1;
    breaks = breaks.slice(breaks.indexOf(cut) + 1);
  }
}
