/**
 * The command line itself: what is a usage error, what it suggests, which exit code an outcome or an error gets.
 */

import { describe, expect, it } from 'vitest';
import { exitCodeOfError, exitCodes, gravestOf } from '../../cli/exit.js';
import { BudgetError, InputError, type Outcome } from '../../cli/library.js';
import { complaints } from '../schemas/validate.js';
import { chainrule } from './harness.js';
import { answering } from './library-double.js';

describe('usage errors end in 2, with the nearest that exists', () => {
  it.each([
    [['derve', 'lstm'], 'derive'],
    [['list', '--jsn'], '--json'],
    [['solve', 'lstm', '--formt', 'txt'], '--format'],
    [['derive'], 'model'],
    [['derive', 'lstm'], 'target'],
    [['solve'], '--all'],
    [['solve', 'lstm', '--format', 'docx'], 'txt, md, tex, html, pdf, json'],
    [['list', '--seed', '-1'], '--seed'],
    [['list', '--seed', '1.5'], 'whole number'],
    [['list', '--sizes', 'n=4,d'], 'n=4'],
    [['list', '--sizes', 'n=0'], 'n=4'],
    [['list', '--budget', '0'], 'whole number'],
    [['evaluate', 'lstm'], '--at'],
    [['list', 'surplus'], 'too many'],
    [['solve', 'lsmt'], 'lstm'],
    [['solve', './lstm'], 'no such file'],
    [['solve', 'lstm', '-o', 'solution.doc'], '.pdf'],
  ])('%j', async (words, named) => {
    const { code, output, errors } = await chainrule(words, { library: answering('right') });
    expect({ code, output }).toEqual({ code: exitCodes.usage, output: '' });
    expect(errors).toContain(named);
  });

  it.each(['grade', 'export', 'exercise'])('%s is not a command yet', async (name) => {
    const { code, errors } = await chainrule([name, 'lstm'], { library: answering('right') });
    expect(code).toBe(exitCodes.usage);
    expect(errors).toContain('unknown command');
  });

  it('without a command, help goes to standard error', async () => {
    const { code, output, errors } = await chainrule([]);
    expect({ code, output }).toEqual({ code: exitCodes.usage, output: '' });
    expect(errors).toContain('Usage: chainrule');
  });

  it.each([[['--json', 'derve']], [['list', '--json', '--nothing']], [['solve', 'nowhere', '--json']]])('as JSON on standard output: %j', async (words) => {
    const { code, output, errors } = await chainrule(words, { library: answering('right') });
    expect({ code, errors }).toEqual({ code: exitCodes.usage, errors: '' });
    expect(complaints(JSON.parse(output))).toEqual([]);
  });
});

describe('help and version', () => {
  it.each([['--help'], ['help'], ['--version']])('%s ends in 0 on standard output', async (word) => {
    const { code, output, errors } = await chainrule([word]);
    expect({ code, errors }).toEqual({ code: exitCodes.done, errors: '' });
    expect(output).toMatch(/\S/);
  });

  it.each(['list', 'show', 'solve', 'derive', 'check', 'evaluate'])('%s tells its own options and the shared ones', async (name) => {
    const { output } = await chainrule([name, '--help']);
    for (const option of ['--json', '--seed', '--sizes', '--quiet', '--no-color', '--budget']) expect(output).toContain(option);
  });
});

describe('exit codes', () => {
  const codes: Readonly<Record<Outcome, number>> = { right: 0, wrong: 1, unreadable: 3, undecided: 4 };

  it.each(Object.entries(codes))('%s ends in %i', async (outcome, code) => {
    expect((await chainrule(['check', 'lstm'], { library: answering(outcome as Outcome) })).code).toBe(code);
  });

  it.each([
    [new InputError({ ruleId: 'x', message: 'x' }), 2],
    [new BudgetError('x'), 4],
    [new TypeError('x'), 70],
    ['x', 70],
  ])('%o gets %i', (error, code) => {
    expect(exitCodeOfError(error)).toBe(code);
  });

  it('of several pieces of work, the gravest counts', () => {
    expect(gravestOf([0, 4, 1, 3])).toBe(1);
    expect(gravestOf([1, 2])).toBe(2);
    expect(gravestOf([])).toBe(0);
  });

  it('a fault shows where it happened and is never dressed as a mistake of the input', async () => {
    const { code, errors } = await chainrule(['check', 'lstm'], { library: answering('right', () => new TypeError('of undefined')) });
    expect(code).toBe(exitCodes.fault);
    expect(errors).toMatch(/fault of chainrule[\s\S]*TypeError: of undefined[\s\S]*library-double/);
  });

  it('a budget that ran out says so', async () => {
    const { code, output } = await chainrule(['check', 'lstm', '--json'], { library: answering('right', () => new BudgetError('1000 steps')) });
    expect(code).toBe(exitCodes.undecided);
    expect(JSON.parse(output).errors[0].message).toContain('1000 steps');
  });
});

describe('colours', () => {
  const colourful = async (words: readonly string[], terminal: boolean, environment = {}) =>
    (await chainrule(words, { terminal, environment })).errors.includes('\u001b[');

  it('only where errors go to a terminal and nobody objects', async () => {
    expect(await colourful(['nothing'], true)).toBe(true);
    expect(await colourful(['nothing'], false)).toBe(false);
    expect(await colourful(['nothing', '--no-color'], true)).toBe(false);
    expect(await colourful(['nothing'], true, { NO_COLOR: '1' })).toBe(false);
    expect(await colourful(['nothing'], false, { FORCE_COLOR: '1' })).toBe(true);
  });
});
