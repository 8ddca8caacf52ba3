/**
 * How an error is shown: file, line and column, the line itself with a caret under the culprit, why, and what to do.
 *
 * What is shown may come from a hostile file, so control characters never reach the terminal and long lines are cut around the caret.
 */

import picocolors from 'picocolors';
import { BudgetError, InputError, type Problem, type Region } from './library.js';

/** Texts that regions count in, by the name a problem gives in `file`. */
export type Sources = ReadonlyMap<string, string>;

/** More problems than this are counted, not shown. */
const shownProblems = 20;
/** Columns of a source line that are shown. */
const shownWidth = 110;
/** Columns kept before the culprit when a line is cut. */
const leadingWidth = 60;

/** What an error says is wrong: the user's mistakes one by one, a bound that was hit, or a fault of chainrule's own. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof InputError) return error.problems;
  if (error instanceof BudgetError) return [{ ruleId: 'budget', message: `undecided: ${error.what}`, fix: 'give more steps with --budget, or smaller sizes' }];
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    {
      ruleId: 'fault',
      message: 'this is a fault of chainrule, not of the input',
      why: stack,
      fix: 'please report it with the command and the sheet that led to it',
    },
  ];
}

export function formatProblems(problems: readonly Problem[], sources: Sources, colour: boolean): string {
  const shown = problems.slice(0, shownProblems).map((problem) => formatProblem(problem, sources, colour));
  const rest = problems.length - shown.length;
  return shown.join('\n') + (rest > 0 ? `\n… and ${rest} more\n` : '');
}

export function formatProblem(problem: Problem, sources: Sources, colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const place = placeOf(problem, sources);
  const head = `${place ? `${paint.bold(place)}: ` : ''}${paint.red('error')} ${paint.dim(`[${printable(problem.ruleId)}]`)} ${printable(problem.message)}`;
  const lines = [head];
  const text = textOf(problem, sources);
  if (problem.region && text !== undefined) lines.push(...excerpt(text, problem.region, paint));
  if (problem.why) lines.push(`  ${paint.cyan('why:')} ${indented(problem.why)}`);
  if (problem.fix) lines.push(`  ${paint.green('fix:')} ${indented(problem.fix)}`);
  return `${lines.join('\n')}\n`;
}

function indented(text: string): string {
  return text.split('\n').map(printable).join('\n       ');
}

function fileOf(problem: Problem, sources: Sources): string | undefined {
  if (problem.file !== undefined) return problem.file;
  return sources.size === 1 ? [...sources.keys()][0] : undefined;
}

function textOf(problem: Problem, sources: Sources): string | undefined {
  const file = fileOf(problem, sources);
  return file === undefined ? undefined : sources.get(file);
}

/** `sheet.md:12:7`, or as much of it as is known. */
function placeOf(problem: Problem, sources: Sources): string | undefined {
  const file = fileOf(problem, sources);
  const { region } = problem;
  if (!region) return file === undefined ? undefined : printable(file);
  return `${file === undefined ? 'line ' : `${printable(file)}:`}${region.startLine}:${region.startColumn}`;
}

function excerpt(text: string, region: Region, paint: ReturnType<typeof picocolors.createColors>): string[] {
  const line = lineOf(text, region.startLine);
  if (line === undefined) return [];
  const onOneLine = region.endLine === region.startLine;
  const marked = underline(line, region.startColumn, onOneLine ? region.endColumn : Number.POSITIVE_INFINITY);
  const number = String(region.startLine).padStart(5);
  const margin = ' '.repeat(number.length);
  return [`${paint.dim(`${number} │ `)}${marked.shown}`, `${paint.dim(`${margin} │ `)}${paint.red(marked.carets)}`];
}

/** Line number `wanted`, from 1, without its line ending. */
export function lineOf(text: string, wanted: number): string | undefined {
  let start = 0;
  for (let line = 1; line < wanted; line += 1) {
    const end = text.indexOf('\n', start);
    if (end < 0) return undefined;
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
}

/** The part of a line around columns `from` … `to` (code points from 1, end exclusive), and carets of the same width under them. */
export function underline(line: string, from: number, to: number, most: number = shownWidth): { readonly shown: string; readonly carets: string } {
  const length = [...line.slice(0, 4 * most)].length;
  // A line that fits is shown whole.
  const first = length <= most ? 1 : Math.max(1, from - Math.min(leadingWidth, Math.floor(most / 2)));
  const last = first + most;
  let shown = first > 1 ? '…' : '';
  let indent = first > 1 ? 1 : 0;
  let carets = 0;
  let column = 0;
  for (const character of line) {
    column += 1;
    if (column < first) continue;
    if (column >= last) {
      shown += '…';
      break;
    }
    const width = widthOf(character);
    shown += printable(character);
    if (column < from) indent += width;
    else if (column < to) carets += width;
  }
  // A culprit at the end of the line, or one of zero width, still gets its caret.
  return { shown, carets: ' '.repeat(indent) + '^'.repeat(Math.max(1, carets)) };
}

const markOrFormat = /^[\p{M}\p{Cf}]$/u;
const wide = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]$/u;
const bidirectional = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Columns that a text takes in a terminal. */
export const columnsOf = (text: string): number => [...text].reduce((sum, character) => sum + widthOf(character), 0);

/** Columns that a character takes in a terminal. */
function widthOf(character: string): number {
  if (character < '\u007f') return 1;
  if (bidirectionalControl(character)) return 1;
  if (markOrFormat.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

function bidirectionalControl(character: string): boolean {
  return (character >= '\u202a' && character <= '\u202e') || (character >= '\u2066' && character <= '\u2069') || /^[\u061c\u200e\u200f]$/.test(character);
}

/** Text that cannot steer a terminal: tabs and line ends become spaces, other control and direction characters become �. */
export function printable(text: string): string {
  return text
    .replace(/[\t\r\n]/g, ' ')
    .replace(/\p{Cc}/gu, '\ufffd')
    .replace(bidirectional, '\ufffd');
}

/** Text of at most so many characters. */
export function shortened(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return `${characters
    .slice(0, Math.max(0, width - 1))
    .join('')
    .trimEnd()}…`;
}
