/**
 * The commands with the real library: every JSON output as its schema says, the same in every format, exit codes of real work.
 */

import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { library, VERSION } from '../../cli/library.js';
import { listProblems, packageVersion } from '../../cli/problems.js';
import { complaints } from '../schemas/validate.js';
import { chainrule, scratch } from './harness.js';

let folder: ReturnType<typeof scratch>;
beforeAll(() => {
  folder = scratch();
});
afterAll(() => {
  folder.dispose();
});

const models = library.listModels().map((model) => model.name);
const problems = listProblems().map((problem) => problem.id);
const isWhole = Number(process.env.PROPERTY_RUNS || 0) > 100;

async function json(...words: string[]): Promise<{ code: number; value: Record<string, never> }> {
  const { code, output, errors } = await chainrule([...words, '--json'], { directory: folder.path });
  expect(errors).toBe('');
  const value = JSON.parse(output);
  expect(complaints(value)).toEqual([]);
  return { code, value };
}

describe('every output is as its schema says', () => {
  it('list', async () => {
    const { value } = await json('list');
    expect(value.models).toHaveLength(models.length);
    expect(value.problems).toHaveLength(problems.length);
  });

  it.each(models)('show %s', async (name) => {
    expect((await json('show', name)).value.equations).not.toEqual([]);
  });

  it.each(models)('check %s: every gradient agrees', async (name) => {
    const { code, value } = await json('check', name, '--sizes', 'T=3');
    expect({ code, ok: value.ok }).toEqual({ code: 0, ok: true });
  });

  it.each([
    ['lstm', 'dJ/dW_f'],
    ['gru', String.raw`\frac{\partial J}{\partial h_t}`],
    ['rnn', 'dJ/dW', '∂h_t/∂h_{t-1}'],
  ])('derive %s', async (...words) => {
    const { code, value } = await json('derive', ...words);
    expect(code).toBe(0);
    expect(value.targets).toHaveLength(words.length - 1);
  });

  // Every third of them: the whole catalogue is solved by `npm run pages`, and before the tests by `.ci/run`.
  it.each(problems.filter((_, at) => isWhole || at % 3 === 1))('solve %s', async (id) => {
    const { code, value } = await json('solve', id);
    expect(value.schema).toBe('chainrule/solve/1');
    expect(code).toBe(0);
    // A sheet about moments has no model.
    expect(JSON.stringify(value.sections)).toMatch(/"kind":"(?:model|moments)"/);
  });
});

describe('evaluate', () => {
  const sheet = '```model\nx_t \\in \\mathbb{R}^d\nh_t \\in \\mathbb{R}^n\nh_t = \\tanh(W h_{t-1} + U x_t)\nJ = \\sum_{t=1}^{T} \\mathbf{1}^\\top h_t\n```\n';
  const at = (values: unknown): string => {
    writeFileSync(folder.file('sheet.md'), sheet);
    writeFileSync(folder.file('values.json'), JSON.stringify(values));
    return 'values.json';
  };

  it('writes values, loss and gradients', async () => {
    const { code, value } = await json('evaluate', 'sheet.md', '--at', at({ values: { W: [[0.5]], U: [[1]], x: [[1], [0]] } }));
    expect(code).toBe(0);
    const [first, second] = [Math.tanh(1), Math.tanh(0.5 * Math.tanh(1))];
    expect(value.loss).toBeCloseTo(first + second, 14);
    expect(value).toMatchObject({ gradients: { W: [[expect.closeTo((1 - second ** 2) * first, 12)]] } });
  });

  it('is JSON without --json too, and reads standard input', async () => {
    const path = at({});
    const { output } = await chainrule(['evaluate', 'sheet.md', '--at', '-'], {
      directory: folder.path,
      input: JSON.stringify({ values: { W: [[0]], U: [[0]], x: [[1]] } }),
    });
    expect([path, JSON.parse(output).loss]).toEqual(['values.json', 0]);
  });

  it('lists everything that is missing', async () => {
    const { code, errors } = await chainrule(['evaluate', 'sheet.md', '--at', at({ values: {} })], { directory: folder.path });
    expect(code).toBe(2);
    for (const name of ['W', 'U', 'x']) expect(errors).toContain(name);
  });

  it('ends in 1 where a value is not finite, and writes it as a word', async () => {
    const { code, value } = await json('evaluate', 'sheet.md', '--at', at({ values: { W: [['NaN']], U: [[1]], x: [[1], [1]] } }));
    expect({ code, loss: value.loss }).toEqual({ code: 1, loss: 'NaN' });
  });

  it('points into a file that is not JSON', async () => {
    at({});
    writeFileSync(folder.file('values.json'), '{"values": {\n  "W": [[1]\n}}');
    const { code, errors } = await chainrule(['evaluate', 'sheet.md', '--at', 'values.json'], { directory: folder.path });
    expect(code).toBe(2);
    expect(errors).toMatch(/values\.json:3:1: error[\s\S]*\^/);
  });
});

describe('bad sheets are pointed at, with exit code 2, in under a second', () => {
  const model = (...lines: string[]): string => ['```model', ...lines, '```', '```derive', 'dJ/dW', '```', ''].join('\n');
  const loss = String.raw`J = \sum_{t=1}^{T} \ell_t(h_t)`;

  it.each<[string, string, RegExp]>([
    [
      'an unknown symbol',
      `${model('x_t : d', 'h_t : n', String.raw`h_t = \tanh(W_h h_{t-1} + W_x x_t)`, loss).replace('dJ/dW', 'dJ/dW_h, keep g_t')}`,
      /^s\.md:8:\d+:[\s\S]*\^/,
    ],
    ['contradictory shapes', model('x_t : d', 'h_t : n', 'W : n x d', String.raw`h_t = \tanh(W h_{t-1} + U x_t)`, loss), /^s\.md:\d+:\d+:[\s\S]*\^/],
    ['a circle', model('h_t, g_t : n', 'h_t = W g_t', 'g_t = W h_t', loss), /^s\.md:\d+:\d+:[\s\S]*[hg]_?ₜ?[\s\S]*\^/],
    ['a product that does not conform', model('x_t : 1 x d', 'h_t : 1 x n', 'U : d x n', 'h_t = U x_t + h_{t-1} W', loss), /^s\.md:5:\d+:[\s\S]*\^/],
    ['no loss', model('x_t : d', 'h_t : n', 'h_t = W h_{t-1} + U x_t'), /loss/],
    [
      'a target that does not exist',
      '```model\nh_t = W h_{t-1}\nJ = \\sum_{t=1}^T \\ell_t(h_t)\n```\n```derive\ndJ/dQ\n```\n',
      /^s\.md:6:\d+:[\s\S]*Q[\s\S]*\^/,
    ],
    ['unbalanced brackets', model('h_t = W (h_{t-1}', loss), /^s\.md:\d+:\d+:[\s\S]*\^/],
    ['10,000 nested brackets', model(`h_t = ${'('.repeat(10_000)}W h_{t-1}${')'.repeat(10_000)}`, loss), /^s\.md:2:\d+:[\s\S]*\^/],
    ['10 MB of equations', model('h_t = W h_{t-1} + U\n'.repeat(500_000)), /^s\.md:\d+:\d+:[\s\S]*\^/],
    ['10 MB on one line', model(`h_t = ${'W '.repeat(5_000_000)}`), /^s\.md:\d+:\d+:[\s\S]*\^/],
  ])('%s', async (_, sheet, expected) => {
    writeFileSync(folder.file('s.md'), sheet);
    const begun = performance.now();
    const { code, output, errors } = await chainrule(['solve', 's.md'], { directory: folder.path });
    const spent = performance.now() - begun;
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).toMatch(expected);
    expect(errors.length).toBeLessThan(5000);
    expect(spent).toBeLessThan(1000);
  });

  it('as JSON they carry rule, message and region', async () => {
    writeFileSync(folder.file('s.md'), model('h_t = W (h_{t-1}', loss));
    const { code, value } = await json('solve', 's.md');
    expect(code).toBe(2);
    expect(value).toMatchObject({ schema: 'chainrule/error/1', errors: [{ region: { startLine: 2 } }] });
  });

  it('targets on the command line are pointed into', async () => {
    const { code, errors } = await chainrule(['derive', 'lstm', 'dJ/dQ']);
    expect(code).toBe(2);
    expect(errors).toMatch(/target dJ\/dQ:1:\d+:[\s\S]*dJ\/dQ\n[\s\S]*\^/);
  });
});

describe('the package', () => {
  it('has one version', () => {
    expect(VERSION).toBe(packageVersion());
  });

  it('answers alike when asked twice', async () => {
    const once = await chainrule(['solve', 'lstm', '--json']);
    expect(await chainrule(['solve', 'lstm', '--json'])).toEqual(once);
  });
});
