/** What the check hands out: JSON that its schema accepts, exit codes, and words for numbers that are none. */

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { checkExitCode, checkGradients, checkReport, checkTargets, gradientPoint, gradientTargets } from '../../src/check/index.js';
import { rational, wholeLetter, wholeNumber } from '../../src/network/index.js';
import { lstm, ModelBuilder, operator } from '../numeric/support.js';

const schema: object = JSON.parse(readFileSync(new URL('../../src/schemas/check.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: false }).compile(schema);
const model = lstm().build('J', ['n', 'd', 'T']);

describe('the report', () => {
  it.each(['every name', 'eliminated'] as const)('of a right model is valid, ok and exits with 0 (%s)', (style) => {
    const result = checkGradients(model, { style, seed: 2 });
    const report = JSON.parse(JSON.stringify(checkReport(result)));
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    expect(result.ok).toBe(true);
    expect(checkExitCode(result)).toBe(0);
    expect(result.targets.map(({ target }) => target)).toContain('∂J/∂W_f');
    expect(result.targets.map(({ target }) => target)).toContain('∂J/∂h₀');
    expect(result.targets[0]!.shape).toBe('d');
  });

  it('keeps to the sizes it is given', () => {
    expect(
      checkGradients(model, {
        sizes: new Map([
          ['n', 3],
          ['T', 4],
        ]),
        wanted: [{ name: 'b_f', indices: [] }],
      }).sizes,
    ).toMatchObject({ n: 3, T: 4 });
  });

  it('exits with 1 for a wrong formula and 4 for what was not checked', () => {
    const { targets, elimination } = gradientTargets(model, 'eliminated', [{ name: 'b_f', indices: [] }]);
    const { run } = gradientPoint(model, 0, undefined, elimination);
    const wrong = targets.map((target) => ({ ...target, formula: model.workspace.scale(target.formula, 2) }));
    expect(checkExitCode(checkTargets(run, wrong))).toBe(1);
    const unchecked = checkTargets(run, targets, { budget: 0 });
    expect(checkExitCode(unchecked)).toBe(4);
    expect(validate(JSON.parse(JSON.stringify(checkReport(unchecked)))), JSON.stringify(validate.errors)).toBe(true);
  });

  it('names the first value that is not finite, and NaN agrees with nothing', () => {
    const build = new ModelBuilder().declare('a', 'parameter', []).declare('c', 'constant', []).declare('b', 'computed', []).declare('J', 'computed', []);
    build.equation('b', build.workspace.apply(operator('log'), build.workspace.scale(build.contract('', [build.value('c'), ''], [build.value('c'), '']), -1)));
    build.equation('J', build.contract('', [build.value('a'), ''], [build.value('b'), '']));
    const result = checkGradients(build.build('J', []));
    expect(result.ok).toBe(false);
    expect(result.firstNonFinite).toBe('b');
    expect(result.targets[0]!.verdicts).toEqual({ 'non-finite': 1 });
    expect(checkExitCode(result)).toBe(1);
    const report = JSON.parse(JSON.stringify(checkReport(result)));
    expect(report.targets[0].worst.formula).toBe('NaN');
    expect(report.targets[0].maxRelError).toBeNull();
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
  });

  it('a gradient that is zero because nothing depends on it agrees with zero', () => {
    const build = new ModelBuilder().declare('a', 'parameter', ['n']).declare('u', 'parameter', ['n']).declare('J', 'computed', []);
    build.equation('J', build.contract('', [build.value('a'), 'i'], [build.value('a'), 'i']));
    const [, unused] = checkGradients(build.build('J', ['n'])).targets;
    expect(unused).toMatchObject({ target: '∂J/∂u', maxRelError: 0, verdicts: { agree: unused!.entries } });
  });

  it('a gradient that cancels to rounding agrees; one that is small but there is still judged by its own size', () => {
    const build = new ModelBuilder()
      .declare('b', 'parameter', ['n'])
      .declare('v', 'constant', ['n'])
      .declare('s', 'parameter', [])
      .declare('J', 'computed', []);
    const { workspace } = build;
    const shifted = workspace.softmax(workspace.add(build.value('b'), build.contract('i', [build.value('s'), ''], [workspace.ones([wholeLetter('n')]), 'i'])));
    const tiny = workspace.scale(build.contract('', [build.value('s'), ''], [build.value('s'), '']), rational(1, 10 ** 11));
    build.equation('J', workspace.add(build.contract('', [shifted, 'i'], [build.value('v'), 'i'])));
    const model = build.build('J', ['n']);
    const s = checkGradients(model).targets.find(({ target }) => target === '∂J/∂s');
    expect(s!.verdicts).toEqual({ agree: 1 });
    const { targets, elimination } = gradientTargets(model, 'eliminated', [{ name: 's', indices: [] }]);
    const { run } = gradientPoint(model, 0, undefined, elimination);
    const wrong = checkTargets(run, [{ ...targets[0]!, formula: workspace.add(targets[0]!.formula, tiny) }]);
    expect(wrong.targets[0]!.verdicts).toEqual({ wrong: 1 });
  });

  it('a target at one place is checked there alone', () => {
    const [target] = checkGradients(model, {
      wanted: [
        { name: 'h', indices: [wholeNumber(2)] },
        { name: 'h', indices: [wholeLetter('t')] },
      ],
    }).targets;
    expect(target).toMatchObject({ target: '∂J/∂h₂' });
    expect(target!.verdicts).toEqual({ agree: target!.entries });
  });
});
