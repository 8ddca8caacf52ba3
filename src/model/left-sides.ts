/** The left sides of lines, before any name is known, and lines that give ranges and nothing else. */

import { InputError, type Problem } from '../errors.js';
import { stemKey } from '../notation/lexicon.js';
import { parseTrailer, readLeftSide } from '../notation/parse.js';
import { Reader } from '../notation/reader.js';
import type { LeftSide, Lexicon, Line, Statement } from '../notation/syntax.js';

/** `k = 1, …, N`, `i = 1..N`: a small letter, an end, dots. */
const RANGE = /(?:^|,|;|\\quad|\band\b)\s*\\?([a-z]+)\s*=\s*[^,=[\](){}]*(?:,\s*(?:\\[lc]?dots|\\dots[bc]|…|\.\.+)|\.\.+)/g;

/** A line of ranges and nothing else. */
export const isRangeLine = (left: LeftSide): boolean => left.kind === 'other' && left.rangeLetters.length > 0;

/** A line of ranges and nothing else, as a statement that only has a trailer. */
export function rangeStatement(line: Line, lexicon: Lexicon): Statement {
  const reader = new Reader(line, lexicon);
  return { kind: 'expression', value: { kind: 'number', text: '0', region: line.region }, trailer: parseTrailer(reader, 0, reader.limit), region: line.region };
}

/** The left sides of all lines. Throws an InputError that lists every line whose brackets or characters cannot be read. */
export function leftSidesOf(lines: readonly Line[]): readonly LeftSide[] {
  const problems: Problem[] = [];
  const lefts = lines.flatMap((line): readonly LeftSide[] => {
    try {
      return [leftSideOf(line)];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new InputError(problems);
  return lefts;
}

/** A left side; a line that gives ranges and nothing else (`k = 1, …, N`) is no equation for k. */
function leftSideOf(line: Line): LeftSide {
  const left = readLeftSide(line);
  const [only] = left.names;
  if (left.kind !== 'equation' || left.names.length !== 1 || only === undefined || only.raw.scripts.length > 0) return left;
  const letters = [...line.text.matchAll(RANGE)].map((match) => match[1] ?? '');
  return letters[0] === only.raw.base ? { kind: 'other', names: [], isJoin: false, rangeLetters: letters } : left;
}

/** Stems of which shape lines declare two names that differ by styling alone: there it belongs to the name. */
export function stylesThatMatter(lefts: readonly LeftSide[]): ReadonlySet<string> {
  const styles = new Map<string, Set<string>>();
  for (const { kind, names } of lefts) {
    if (kind !== 'shape') continue;
    for (const { raw } of names) {
      const key = `${stemKey(raw)}|${raw.scripts.map(({ text }) => text).join()}`;
      styles.set(key, (styles.get(key) ?? new Set()).add(raw.styling ?? ''));
    }
  }
  return new Set([...styles].filter(([, found]) => found.size > 1).map(([key]) => key.split('|')[0] ?? ''));
}
