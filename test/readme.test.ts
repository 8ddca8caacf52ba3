/**
 * The README's examples, executed: sheets are solved, command lines run and their output compared, library examples run and what they print compared.
 *
 * A `console` block holds command lines after `$ ` with what they print; a line that is only `…` stands for any lines, `[exit N]` for an exit code other than 0.
 * In a `js` block, `console.log(…); // → text` says what is printed.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { chainrule, scratch } from './cli/harness.js';

interface Fence {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

/** Fenced blocks of a Markdown text, outermost fences only. */
function fencesOf(markdown: string): Fence[] {
  const fences: Fence[] = [];
  let open: { readonly fence: string; readonly language: string; readonly line: number; readonly body: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const mark = /^(`{3,})(\w*)\s*$/.exec(line);
    if (open && line.trimEnd() === open.fence) {
      fences.push({ language: open.language, text: `${open.body.join('\n')}\n`, line: open.line });
      open = undefined;
    } else if (open) open.body.push(line);
    else if (mark) open = { fence: mark[1] ?? '', language: mark[2] ?? '', line: index + 1, body: [] };
  }
  return fences;
}

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const fences = fencesOf(readme);
const ofLanguage = (language: string): [string, Fence][] => fences.filter((fence) => fence.language === language).map((fence) => [`line ${fence.line}`, fence]);

let folder: ReturnType<typeof scratch>;
const examples = new URL('../build/readme/', import.meta.url);

beforeAll(() => {
  folder = scratch();
  mkdirSync(examples, { recursive: true });
  for (const [index, [, fence]] of ofLanguage('markdown').entries()) writeFileSync(folder.file(index === 0 ? 'sheet.md' : `sheet-${index + 1}.md`), fence.text);
  for (const [index, [, fence]] of ofLanguage('json').entries())
    writeFileSync(folder.file(index === 0 ? 'values.json' : `values-${index + 1}.json`), fence.text);
});
afterAll(() => {
  folder.dispose();
  rmSync(examples, { recursive: true, force: true });
});

/** Words of a command line; quotes keep spaces together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** Whether lines are as expected, where a line `…` stands for any number of lines. */
function matches(lines: readonly string[], expected: readonly string[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return lines.length === 0;
  if (first.trim() === '…') return Array.from({ length: lines.length + 1 }, (_, skipped) => skipped).some((skipped) => matches(lines.slice(skipped), rest));
  return lines[0]?.trimEnd() === first.trimEnd() && matches(lines.slice(1), rest);
}

const linesOf = (text: string): string[] => text.replace(/\n+$/, '').split('\n');

describe('sheets', () => {
  it.each(ofLanguage('markdown'))('%s can be solved', async (_, fence) => {
    const { code, errors } = await chainrule(['solve', '-'], { input: fence.text });
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  });

  it('say the same in LaTeX and in plain text', async () => {
    const plain = ofLanguage('text')[0]?.[1].text ?? '';
    const target = String.raw`\frac{\partial J}{\partial W}`;
    const derived = async (input: string) => {
      const { code, output, errors } = await chainrule(['derive', '-', target, '--json'], { input });
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      return JSON.parse(output).targets[0].latex;
    };
    expect(await derived(`\`\`\`model\n${plain}\`\`\`\n`)).toBe(await derived(ofLanguage('markdown')[0]?.[1].text ?? ''));
  });
});

describe('command lines', () => {
  it.each(ofLanguage('console'))('%s print what they are said to print', async (_, fence) => {
    for (const part of fence.text.split(/^\$ /m).slice(1)) {
      const [line = '', ...expected] = linesOf(part);
      const exit = Number(/^\[exit (\d+)\]$/.exec(expected.at(-1) ?? '')?.[1] ?? 0);
      const { code, output, errors } = await chainrule(wordsOf(line).slice(line.startsWith('npx') ? 2 : 1), { directory: folder.path });
      const printed = linesOf(errors + output);
      const wanted = exit === 0 ? expected : expected.slice(0, -1);
      expect(code, `${line}\n${errors}`).toBe(exit);
      if (!matches(printed, wanted)) expect(printed, line).toEqual(wanted);
    }
  });
});

describe('library examples', () => {
  it.each(ofLanguage('js'))('%s print what they are said to print', async (_, fence) => {
    const file = new URL(`example-${fence.line}.mjs`, examples);
    writeFileSync(file, fence.text);
    const printed: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void printed.push(values.map(String).join(' ')));
    await import(fileURLToPath(file)).finally(() => log.mockRestore());
    expect(printed).toEqual([...fence.text.matchAll(/\/\/ → (.*)$/gm)].map((match) => match[1]));
  });
});

describe('what the README promises', () => {
  it('names the two lines that a newcomer types', () => {
    const lines = ofLanguage('sh').flatMap(([, fence]) => linesOf(fence.text));
    expect(lines).toEqual(expect.arrayContaining(['npm install && npx chainrule solve lab-11/4-lstm-gradient -o solution.pdf', 'npm install && npm test']));
  });

  it('names every script of package.json that people run', () => {
    const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    const missing = Object.keys(scripts).filter((name) => name !== 'prepare' && !readme.includes(name === 'test' ? 'npm test' : `npm run ${name}`));
    expect(missing).toEqual([]);
  });
});
