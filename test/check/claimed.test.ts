/** Formulas of somebody's own: read from a line, compared, and traced to the term, the factor or the step where they are wrong. */

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { checkModel } from '../../src/index.js';
import { builtInModel } from '../../src/model/index.js';
import type { Model } from '../../src/model/model.js';

const check = (...formulas: readonly string[]) => checkModel(builtInModel('gru') as Model, [], { seed: 0, sizes: new Map([['T', 4]]) }, { formulas }).report;
const candidate = '(\\tilde h_t - h_{t-1})';

const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(new URL('../../src/schemas/check.json', import.meta.url), 'utf8')) as object);
const isValid = (report: object): boolean => validate(JSON.parse(JSON.stringify(report)));

describe('the JSON', () => {
  it.each([
    ['of gradients by name, a few entries one by one', { wrt: ['W_z', 'h_0'], entries: 2 }],
    ['of second orders', { order: 2 }],
    ['of a wrong formula', { formulas: ['dJ/dW_z = 0 W_z'] }],
  ] as const)('%s is what the schema says', (_, options) => {
    const { report } = checkModel(builtInModel('gru') as Model, [], { seed: 0 }, options);
    expect(isValid(report), JSON.stringify(validate.errors)).toBe(true);
  });

  it('names what is asked for, and no other', () => {
    const { report } = checkModel(builtInModel('gru') as Model, ['dJ/db_r'], { seed: 0 }, { wrt: ['h_0', 'x'] });
    expect(report.targets.map(({ target }) => target)).toEqual(['∂J/∂bᵣ', '∂J/∂h₀', '∂J/∂xₜ']);
    expect(report.taylor?.rate).toBeCloseTo(2, 1);
    expect(() => checkModel(builtInModel('gru') as Model, [], { seed: 0 }, { wrt: ['W_q'] })).toThrow(/W_q/);
  });
});

describe('a formula of one’s own', () => {
  it('that is right agrees', () => {
    const { ok, findings } = check(`dJ/dW_z = sum(t=1..T, (dJ/dh_t .* z_t .* (1 - z_t) .* ${candidate}) x_t^T)`);
    expect(ok).toBe(true);
    expect(findings).toBeUndefined();
  });

  it('off by a factor: the factor', () => {
    const { ok, findings } = check('dJ/db_h = 1.5 sum(t=1..T, dJ/dh_t .* z_t .* (1 - \\tilde h_t .* \\tilde h_t))');
    expect(ok).toBe(false);
    expect(findings?.[0]?.wrong).toHaveLength(1);
    expect(findings?.[0]?.wrong[0]?.factor).toBeCloseTo(2 / 3, 9);
  });

  it('whose sum starts late: the step', () => {
    const { findings } = check(`dJ/dW_z = sum(t=2..T, (dJ/dh_t .* z_t .* (1 - z_t) .* ${candidate}) x_t^T)`);
    expect(findings?.[0]?.missing).toEqual([{ through: ['z', 'h'], steps: [[1]] }]);
  });

  it('in adjoints of names that are usually eliminated', () => {
    expect(check('dJ/db_z = sum(t=1..T, dJ/dz_t .* z_t .* (1 - z_t))').ok).toBe(true);
    expect(check('dJ/dz_t = dJ/dh_t .* \\tilde h_t').findings).toMatchObject([{ places: 4, missing: [{ through: ['h'] }] }]);
  });

  it.each([
    ['dJ/dW_z', 'not-a-formula'],
    ['dJ/dW_z = dJ/dh_t', 'not-a-formula'],
    ['h_t = z_t', 'not-a-formula'],
    ['dJ/dW_q = 0', 'unknown-name'],
  ])('%s is refused', (formula, ruleId) => {
    expect(() => check(formula)).toThrow(expect.objectContaining({ problems: [expect.objectContaining({ ruleId })] }));
  });
});
