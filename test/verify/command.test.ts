/** The verify command as people call it: exit codes, JSON by its schema, standard input, hints, formats, sizes. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainrule, type Outcome, scratch } from '../cli/harness.js';
import { complaints } from '../schemas/validate.js';
import { dangerInHtml, dangerInLatex, dangerInText } from './hostile.js';

const RIGHT = String.raw`\frac{\partial J}{\partial c} = \sum_t (\hat y_t - y_t)`;
const WRONG = String.raw`\frac{\partial J}{\partial c} = \sum_t (y_t - \hat y_t)`;
const UNREAD = String.raw`\frac{\partial J}{\partial c} = \sum_t Q_t`;
const ALL = String.raw`
\frac{\partial J}{\partial o_t} = \hat y_t - y_t
\frac{\partial J}{\partial h_t} = V^\top \frac{\partial J}{\partial o_t} + W \operatorname{diag}(1-h_{t+1}^2) \frac{\partial J}{\partial h_{t+1}}
f_t := Q_t + 1
x_t = 0 => h_t = h_{t-1}
`;

let folder: ReturnType<typeof scratch>;
beforeAll(() => {
  folder = scratch();
});
afterAll(() => {
  folder.dispose();
});

const verify = (words: readonly string[], input?: string): Promise<Outcome> =>
  chainrule(['verify', ...words], { directory: folder.path, ...(input === undefined ? {} : { input }) });

describe('exit codes', () => {
  it.each([
    [0, ['rnn', '-e', RIGHT]],
    [0, ['rnn', '-e', RIGHT, '--target', 'dJ/dc']],
    [0, ['gru', '-e', 'z_t = 0 => h_t = h_{t-1}']],
    [0, ['rnn', '-e', 'sum(yhat_t) = 1', '-e', RIGHT]],
    [1, ['rnn', '-e', WRONG]],
    [1, ['rnn', '-e', RIGHT, '--target', 'dJ/dW']],
    [1, ['lstm', '-e', 'x_t = 0 => h_t = h_{t-1}']],
    [1, ['rnn', '-e', String.raw`\frac{\partial J}{\partial h_T} = V (\hat y_T - y_T)`]],
    [1, ['rnn', '-e', 'dJ/dW = dJ/dW', '--target', 'dJ/dW']],
    [2, ['rnn', 'no-such-file.tex']],
    [2, ['rnn']],
    [2, ['no-such-model', '-e', RIGHT]],
    [2, ['rnn', '-e', RIGHT, '--target', 'dJ/dnothing']],
    [2, ['rnn', '-e', RIGHT, '--sizes', 'q=3']],
    [2, ['rnn', '-e', RIGHT, '--hint', '7']],
    [3, ['rnn', '-e', UNREAD]],
    [3, ['rnn', '-e', 'what a lovely day']],
    [4, ['rnn', '-e', RIGHT, '--budget', '1']],
  ])('%i: %j', async (code, words) => {
    expect((await verify(words)).code).toBe(code);
  });

  it('a wrong line weighs more than an unreadable one', async () => {
    expect((await verify(['rnn', '-e', UNREAD, '-e', WRONG])).code).toBe(1);
  });
});

describe('--json', () => {
  it.each([
    ['rnn', RIGHT],
    ['rnn', WRONG],
    ['rnn', UNREAD],
    ['rnn', ALL],
    ['rnn', ''],
    ['gru', 'z_t -> 0 => h_t -> h_{t-1}'],
    ['lstm', 'f_t + i_t = 1\n0 \\le f_t \\le 1'],
    ['rnn', 'D_T := V^T (yhat_T - y_T)\nD_t := V^T (yhat_t - y_t) + W^T ((1 - h_{t+1}^2) .* D_{t+1})'],
  ])('%s: %j is as the schema says', async (model, text) => {
    const { output, errors } = await verify([model, '-', '--json', '--target', model === 'rnn' ? 'dJ/dW' : 'dJ/dW_z'].slice(0, model === 'lstm' ? 3 : 5), text);
    expect(errors).toBe('');
    const value = JSON.parse(output);
    expect(value.schema).toBe('chainrule/verify/1');
    expect(complaints(value)).toEqual([]);
  });

  it('names the missing target for the whole answer', async () => {
    const value = JSON.parse((await verify(['rnn', '-e', RIGHT, '--target', 'dJ/dW', '--json'])).output);
    expect(value).toMatchObject({ verdict: 'incorrect', targets: [{ target: 'dJ/dW', line: null }], diagnostics: [{ ruleId: 'INCOMPLETE' }] });
  });

  it('errors are JSON too', async () => {
    const { code, output } = await verify(['rnn', '-e', RIGHT, '--target', 'dJ/dnothing', '--json']);
    expect({ code, schema: JSON.parse(output).schema }).toEqual({ code: 2, schema: 'chainrule/error/1' });
  });
});

describe('on the terminal', () => {
  it('hints tell more and more', async () => {
    const told = await Promise.all(['0', '1', '2', '3'].map(async (hint) => (await verify(['rnn', '-', '--hint', hint], ALL)).output));
    expect(told[0]).toBe('incorrect\n');
    expect(told[1]).toContain('wrong');
    expect(told[1]).not.toContain('RNN-TRANSPOSE');
    expect(told[2]).toContain('RNN-TRANSPOSE');
    expect(told[2]).not.toContain('repair:');
    expect(told[3]).toContain('repair: W → Wᵀ');
    expect(told[3]).toContain('numbers: at');
  });

  it('a caret stands under the culprit, at the line of the file', async () => {
    const { output } = await verify(['rnn', '-'], `Some prose.\n\n${UNREAD}\n`);
    const lines = output.split('\n');
    const at = lines.findIndex((line) => line.includes('^'));
    expect(lines[0]?.trimStart().startsWith('3 ?')).toBe(true);
    expect(lines[at - 1]?.indexOf('Q_t')).toBe(lines[at]?.indexOf('^'));
  });

  it('steers no terminal', async () => {
    const { output } = await verify(['rnn', '-'], '\u001b[31m = h_t\n\u202eW = \u0085 1\nh_t = \u200fx\n');
    expect(dangerInText(output)).toBeUndefined();
    expect(output).not.toMatch(/[\u001b\u200f]/);
  });

  it('reads a file, standard input and formulas alike', async () => {
    writeFileSync(join(folder.path, 'answer.tex'), RIGHT);
    const [file, input, formula] = await Promise.all([verify(['rnn', 'answer.tex']), verify(['rnn', '-'], RIGHT), verify(['rnn', '-e', RIGHT])]);
    expect(file.output).toBe(input.output);
    expect(file.output).toBe(formula.output);
  });
});

describe('a marked-up copy', () => {
  const hostile = `${ALL}\n\\text{<script>alert(1)</script>} = \\input{/etc/passwd}\n\\href{javascript:alert(1)}{x} = \\write18{id}\n<img src=x onerror=alert(1)> = h_t\n`;

  it.each([
    ['tex', dangerInLatex],
    ['html', dangerInHtml],
    ['txt', dangerInText],
  ] as const)('as %s holds nothing that runs', async (format, danger) => {
    const { code } = await verify(['rnn', '-', '-o', `copy.${format}`, '--quiet'], hostile);
    expect(code).toBe(1);
    expect(danger(readFileSync(join(folder.path, `copy.${format}`), 'utf8'))).toBeUndefined();
  });

  it('writes definitions with one sign', async () => {
    for (const format of ['tex', 'txt', 'md']) {
      const { output } = await verify(['rnn', '-', '--format', format], 'D_t := V^T (yhat_t - y_t)');
      if (format !== 'txt') expect(output).toContain(':=');
      expect(output).not.toContain(': =');
    }
  });

  it('as PDF', async () => {
    await verify(['rnn', '-', '-o', 'copy.pdf', '--quiet'], hostile);
    expect(readFileSync(join(folder.path, 'copy.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
  });
});
