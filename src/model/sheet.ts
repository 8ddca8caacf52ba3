/** The outside of a sheet: front matter, prose (kept in place) and fenced blocks with their position. What a block says is read elsewhere. */

import { InputError, type Problem, type Region } from '../errors.js';
import type { Settings } from './model.js';
import { completeSettings, nearest, readFrontMatter } from './settings.js';

export const BLOCK_KINDS = ['model', 'derive', 'paths', 'claim', 'evaluate', 'moments', 'spectrum', 'count', 'answer', 'code'] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

export interface Prose {
  readonly type: 'prose';
  readonly markdown: string;
  /** Line of the file (from 1) at which the text begins. */
  readonly line: number;
}

export interface SheetBlock {
  readonly type: 'block';
  readonly kind: BlockKind;
  /** The words after the kind: names of models. */
  readonly words: readonly string[];
  readonly text: string;
  /** Line of the file (from 1) of the first line of `text`. */
  readonly line: number;
}

export interface Sheet {
  readonly file: string;
  readonly settings: Settings;
  readonly parts: readonly (Prose | SheetBlock)[];
}

/** Larger sheets are refused: nobody writes one, and hostile input must not cost memory. */
export const LARGEST_SHEET = 1_000_000;

/** The text without a byte order mark and with `\n` line ends. Throws an InputError when it is larger than a sheet may be. */
export function checkedText(text: string, file: string): string {
  if (text.length > LARGEST_SHEET) {
    throw new InputError({
      ruleId: 'too-large',
      message: `The sheet has ${text.length} characters; at most ${LARGEST_SHEET} are read.`,
      fix: 'Split it into several sheets.',
      region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 },
      file,
    });
  }
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

function isBlockKind(word: string): word is BlockKind {
  return (BLOCK_KINDS as readonly string[]).includes(word);
}

function problemOfKind(word: string, line: number, file: string): Problem {
  const guess = nearest(word, BLOCK_KINDS);
  const region: Region = { startLine: line, startColumn: 4, endLine: line, endColumn: 4 + [...word].length };
  return {
    ruleId: 'unknown-block',
    message: `\`${word}\` is not a kind of block.`,
    fix: guess === undefined ? `The kinds are ${BLOCK_KINDS.join(', ')}.` : `Did you mean \`${guess}\`?`,
    region,
    file,
  };
}

/**
 * Splits a sheet into settings, prose and blocks.
 * Throws an InputError for unknown settings and block kinds, a block that does not end, and a sheet that is too large.
 */
export function readSheet(source: string, options: { readonly file: string }): Sheet {
  const { file } = options;
  const front = readFrontMatter(checkedText(source, file), file);
  const lines = front.rest.split('\n');
  const parts: (Prose | SheetBlock)[] = [];
  const problems: Problem[] = [];
  let prose: string[] = [];
  let proseStart = 0;
  const closeProse = (): void => {
    if (prose.some((line) => line.trim() !== '')) parts.push({ type: 'prose', markdown: prose.join('\n'), line: front.line + proseStart });
    prose = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const opening = /^ {0,3}(`{3,})[ \t]*([^`]*)$/.exec(lines[at] ?? '');
    if (opening === null) {
      if (prose.length === 0) proseStart = at;
      prose.push(lines[at] ?? '');
      continue;
    }
    const fence = opening[1] ?? '```';
    const words = (opening[2] ?? '').split(/\s+/).filter((word) => word !== '');
    const end = lines.findIndex((line, index) => index > at && line.trim().startsWith(fence) && /^`+$/.test(line.trim()));
    const lineNumber = front.line + at;
    if (end < 0) {
      throw new InputError([
        ...problems,
        {
          ruleId: 'unbalanced',
          message: 'A block does not end.',
          fix: `Close it with a line ${fence}.`,
          region: { startLine: lineNumber, startColumn: 1, endLine: lineNumber, endColumn: [...(lines[at] ?? '')].length + 1 },
          file,
        },
      ]);
    }
    const kind = words[0];
    if (kind === undefined) {
      // A fence without a kind is a piece of prose set in a typewriter face.
      if (prose.length === 0) proseStart = at;
      prose.push(...lines.slice(at, end + 1));
    } else if (isBlockKind(kind)) {
      closeProse();
      parts.push({ type: 'block', kind, words: words.slice(1), text: lines.slice(at + 1, end).join('\n'), line: lineNumber + 1 });
    } else {
      problems.push(problemOfKind(kind, lineNumber, file));
    }
    at = end;
  }
  closeProse();
  if (problems.length > 0) throw new InputError(problems);
  return { file, settings: completeSettings(front.settings), parts };
}
