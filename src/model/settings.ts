/** The front matter of a sheet or an answer: the settings it may hold, their defaults, and the errors for any other key or value. */

import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { InputError, type Problem, type Region } from '../errors.js';
import { nearest } from '../notation/suggestions.js';
import type { Settings } from './model.js';

export { nearest };

export const DEFAULT_SETTINGS: Settings = { convention: 'column', dialect: 'default' };

/** Keys of the front matter with the values they may take; `undefined` stands for free text. */
const KEYS: { readonly [K in keyof Required<Settings>]: readonly string[] | undefined } = {
  title: undefined,
  source: undefined,
  convention: ['row', 'column'],
  layout: ['gradient', 'numerator', 'mixed'],
  partial: ['immediate', 'step', 'total'],
  loss: undefined,
  dialect: ['default', 'numpy', 'matlab'],
  elementwise: undefined,
};

export interface FrontMatter {
  /** What was written; the defaults are not filled in. */
  readonly settings: Partial<Settings>;
  /** The text after the front matter. */
  readonly rest: string;
  /** Line number (from 1) at which `rest` begins. */
  readonly line: number;
}

function lineRegion(line: number, text: string): Region {
  return { startLine: line, startColumn: 1, endLine: line, endColumn: [...text].length + 1 };
}

function isSettingKey(key: string): key is keyof Settings {
  return Object.hasOwn(KEYS, key);
}

function checkedValue(key: keyof Settings, value: unknown): string | undefined {
  const allowed = KEYS[key];
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim();
  return allowed === undefined || allowed.includes(text) ? text : undefined;
}

function problemOfValue(key: keyof Settings, written: string): Omit<Problem, 'region' | 'file'> {
  const allowed = KEYS[key];
  const guess = allowed === undefined ? undefined : nearest(written, allowed);
  return {
    ruleId: 'bad-setting',
    message: `\`${key}: ${written}\` is not a value of ${key}.`,
    fix:
      allowed === undefined
        ? `Write one line of text after \`${key}:\`.`
        : `Write one of ${allowed.join(', ')}${guess === undefined ? '' : `; did you mean ${guess}?`}`,
  };
}

/**
 * Reads the front matter, if the text begins with one (`---` on its first line).
 * Throws an InputError for unknown keys, values that a key does not take, and front matter that does not end.
 */
export function readFrontMatter(text: string, file: string): FrontMatter {
  const lines = text.split('\n');
  if (lines[0]?.trimEnd() !== '---') return { settings: {}, rest: text, line: 1 };
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---');
  if (end < 0) {
    throw new InputError({
      ruleId: 'unbalanced',
      message: 'The front matter does not end.',
      fix: 'Close it with a line `---`.',
      region: lineRegion(1, '---'),
      file,
    });
  }
  const counter = new LineCounter();
  const body = lines.slice(1, end).join('\n');
  const document = parseDocument(body, { lineCounter: counter });
  const lineOf = (offset: number | undefined): number => counter.linePos(offset ?? 0).line + 1;
  const region = (offset: number | undefined): Region => lineRegion(lineOf(offset), lines[lineOf(offset) - 1] ?? '');
  const fault = document.errors[0];
  if (fault !== undefined) {
    throw new InputError({
      ruleId: 'front-matter',
      message: 'The front matter is not a list of `key: value` lines.',
      why: fault.message.split('\n')[0] ?? '',
      region: region(fault.pos[0]),
      file,
    });
  }
  const settings: { [key: string]: string } = {};
  const problems: Problem[] = [];
  const items = isMap(document.contents) ? document.contents.items : [];
  if (document.contents !== null && !isMap(document.contents)) {
    throw new InputError({ ruleId: 'front-matter', message: 'The front matter is not a list of `key: value` lines.', region: lineRegion(1, '---'), file });
  }
  for (const { key, value } of items) {
    const name = isScalar(key) ? String(key.value) : '';
    const at = region(isScalar(key) ? key.range?.[0] : undefined);
    if (!isSettingKey(name)) {
      const guess = nearest(name, Object.keys(KEYS));
      problems.push({
        ruleId: 'unknown-setting',
        message: `\`${name}\` is not a key of the front matter.`,
        fix: guess === undefined ? `The keys are ${Object.keys(KEYS).join(', ')}.` : `Did you mean \`${guess}\`?`,
        region: at,
        file,
      });
      continue;
    }
    const written = isScalar(value) ? value.value : undefined;
    const accepted = checkedValue(name, written);
    if (accepted === undefined) problems.push({ ...problemOfValue(name, String(written)), region: at, file });
    else settings[name] = accepted;
  }
  if (problems.length > 0) throw new InputError(problems);
  return { settings: settings as Partial<Settings>, rest: lines.slice(end + 1).join('\n'), line: end + 2 };
}

/** The settings of a sheet, with the defaults for what it leaves out. */
export function completeSettings(written: Partial<Settings>): Settings {
  return { ...DEFAULT_SETTINGS, ...written };
}
