/**
 * JSON as the contract writes it: numbers as the shortest text that reads back the same, non-finite ones as strings, lists of numbers on one line.
 */

import { InputError, type Region } from './library.js';

/** Lists and objects no longer than this stay on one line. */
const lineWidth = 100;

/** Indented JSON with a line end. Typed arrays are lists; members that are undefined are left out. */
export function toJson(value: unknown): string {
  return `${write(value, '')}\n`;
}

/** The same on a single line, for output of one value a line. */
export function toJsonLine(value: unknown): string {
  return `${compact(value)}\n`;
}

function write(value: unknown, indent: string): string {
  const line = compact(value);
  if (!isContainer(value) || indent.length + line.length <= lineWidth || isFlat(value)) return line;
  const inner = `${indent}  `;
  const [open, close] = isList(value) ? '[]' : '{}';
  const parts = isList(value)
    ? [...value].map((item) => write(item, inner))
    : entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${write(item, inner)}`);
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}

function compact(value: unknown): string {
  if (typeof value === 'number') return number(value);
  if (isList(value)) return `[${[...value].map(compact).join(', ')}]`;
  if (isContainer(value))
    return `{${entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}: ${compact(item)}`)
      .join(', ')}}`;
  return JSON.stringify(value) ?? 'null';
}

/** A list of numbers or words, however long, is one line. */
function isFlat(value: object): boolean {
  return isList(value) && [...value].every((item) => typeof item === 'number');
}

function number(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) || value instanceof Float64Array || value instanceof Int32Array || value instanceof Uint32Array;
}

function entries(value: object): [string, unknown][] {
  const pairs: [string, unknown][] = value instanceof Map ? [...value].map(([key, item]) => [String(key), item]) : Object.entries(value);
  return pairs.filter(([, item]) => item !== undefined);
}

/** Reads JSON; where it is not, the error points at the place. `file` names it. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/ \(line \d+ column \d+\)$/, '') : String(error);
    throw new InputError({ ruleId: 'not-json', message: `${file} is not JSON`, why: reason, file, region: placeOf(reason, text) });
  }
}

/** V8 names the offset; where it does not, the text ended too early. */
function placeOf(reason: string, text: string): Region {
  const match = /position (\d+)/.exec(reason);
  const before = text.slice(0, match ? Number(match[1]) : undefined);
  const lineStart = before.lastIndexOf('\n') + 1;
  const startLine = before.split('\n').length;
  const startColumn = [...before.slice(lineStart)].length + 1;
  return { startLine, startColumn, endLine: startLine, endColumn: startColumn + 1 };
}
