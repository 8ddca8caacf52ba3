/**
 * Where answers go: standard output or files, in which format, one or several; files appear whole or not at all.
 */

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWhole } from '../../cli/files.js';
import { InputError } from '../../cli/library.js';
import { chainrule, scratch } from './harness.js';
import { answering, documentOf } from './library-double.js';

let folder: ReturnType<typeof scratch>;
beforeEach(() => {
  folder = scratch();
});
afterEach(() => {
  folder.dispose();
});

const solve = (words: readonly string[], library = answering('right')) => chainrule(['solve', ...words], { directory: folder.path, library });

describe('the format', () => {
  it('is text on standard output unless something else is said', async () => {
    expect((await solve(['lstm'])).output).toBe('txt: [{"type":"text","text":"solution of lstm"}]\n');
    expect((await solve(['lstm', '--format', 'md'])).output).toMatch(/^md: /);
    expect(JSON.parse((await solve(['lstm', '--json'])).output)).toEqual({ schema: 'chainrule/solve/1', of: 'lstm' });
  });

  it.each([
    ['a.pdf', 'pdf'],
    ['a.TEX', 'tex'],
    ['a.htm', 'html'],
    ['a.txt', 'txt'],
  ])('of %s is %s', async (file, format) => {
    const { code, output, errors } = await solve(['lstm', '-o', file]);
    expect({ code, output, errors }).toEqual({ code: 0, output: '', errors: `wrote ${file}\n` });
    expect(readFileSync(folder.file(file), 'utf8')).toMatch(new RegExp(`^${format}: `));
  });

  it('may be said against the ending', async () => {
    await solve(['lstm', '-o', 'a.txt', '--format', 'tex', '--quiet']);
    expect(readFileSync(folder.file('a.txt'), 'utf8')).toMatch(/^tex: /);
  });

  it('is JSON on standard output beside a file, where both are asked for', async () => {
    expect(JSON.parse((await solve(['lstm', '-o', 'a.pdf', '--json', '--quiet'])).output).of).toBe('lstm');
    expect(readFileSync(folder.file('a.pdf'), 'utf8')).toMatch(/^pdf: /);
  });

  it('of standard output cannot be two', async () => {
    expect((await solve(['lstm', '--json', '--format', 'tex'])).code).toBe(2);
  });
});

describe('several sheets', () => {
  beforeEach(() => {
    for (const name of ['one.md', 'two.md']) writeFileSync(folder.file(name), name);
  });

  it('go into a directory, which is made', async () => {
    await solve(['./one.md', 'two.md', '-o', 'out', '--format', 'tex']);
    expect(readdirSync(folder.file('out'))).toEqual(['one.tex', 'two.tex']);
  });

  it('do not overwrite each other', async () => {
    mkdirSync(folder.file('sub'));
    writeFileSync(folder.file('sub/one.md'), '');
    const { code, errors } = await solve(['one.md', 'sub/one.md', '-o', 'out']);
    expect({ code, made: existsSync(folder.file('out')) }).toEqual({ code: 2, made: false });
    expect(errors).toContain('one.pdf');
  });

  it('are one JSON value a line on standard output', async () => {
    const { output } = await solve(['./one.md', './two.md', '--json']);
    expect(
      output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).of),
    ).toEqual(['./one.md', './two.md']);
  });

  it('are all tried when one is bad, and the gravest exit code counts', async () => {
    const library = answering('wrong', (source) => (source.file.includes('one') ? new InputError({ ruleId: 'bad', message: 'bad sheet' }) : undefined));
    const { code, output, errors } = await solve(['./one.md', './two.md'], library);
    expect(code).toBe(2);
    expect(output).toContain('solution of ./two.md');
    expect(errors).toContain('bad sheet');
  });
});

describe('a sheet', () => {
  it('may come from standard input', async () => {
    expect((await chainrule(['solve', '-'], { input: 'x', library: answering('right') })).output).toContain('solution of <stdin>');
  });

  it('is a built-in name before it is a file, unless written as a path', async () => {
    writeFileSync(folder.file('lstm'), 'mine');
    const seen: string[] = [];
    const noting = {
      ...answering('right'),
      solve: (source: { file: string; text: string }) => {
        seen.push(source.text);
        return { report: {}, document: documentOf(''), outcome: 'right' as const };
      },
    };
    await solve(['lstm', './lstm'], noting);
    expect(seen).toEqual(['built-in lstm', 'mine']);
  });

  it.each([
    ['not UTF-8', Buffer.from([0x66, 0xff, 0xfe]), 'UTF-8'],
    ['a directory', undefined, 'directory'],
  ])('that is %s is an error that says so', async (_, content, named) => {
    if (content) writeFileSync(folder.file('sheet'), content);
    else mkdirSync(folder.file('sheet'));
    const { code, errors } = await solve(['./sheet']);
    expect(code).toBe(2);
    expect(errors).toContain(named);
  });
});

describe('a file', () => {
  it('is the old one when writing fails, and nothing is left beside it', async () => {
    mkdirSync(folder.file('out.txt'));
    const before = readdirSync(folder.path);
    expect((await solve(['lstm', '-o', 'missing/out.txt'])).code).toBe(2);
    expect(readdirSync(folder.path)).toEqual(before);
  });

  it('is not touched when rendering fails', async () => {
    writeFileSync(folder.file('out.txt'), 'old');
    const library = {
      ...answering('right'),
      render: (): string => {
        throw new InputError({ ruleId: 'x', message: 'x' });
      },
    };
    expect((await solve(['lstm', '-o', 'out.txt'], library)).code).toBe(2);
    expect(readFileSync(folder.file('out.txt'), 'utf8')).toBe('old');
  });

  it('keeps its permissions, and a link to it stays a link', async () => {
    writeFileSync(folder.file('real'), 'old');
    chmodSync(folder.file('real'), 0o640);
    symlinkSync('real', folder.file('link'));
    await writeWhole('link', 'new', folder.path);
    expect(readFileSync(folder.file('real'), 'utf8')).toBe('new');
    expect(statSync(folder.file('real')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder.path)).toEqual(['link', 'real']);
  });

  it('that is a device is written to, not replaced', async () => {
    await writeWhole('/dev/null', 'nothing', folder.path);
    expect(statSync('/dev/null').isFile()).toBe(false);
  });
});
