/** Questions and answers read with the names of a finished model. */

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import {
  builtInModel,
  contextOfModel,
  describeShape,
  elaborateFormula,
  lexiconOfModel,
  type Model,
  modelsOfSheet,
  readSheet,
  type Settings,
} from '../../src/model/index.js';
import type { Formula } from '../../src/notation/formula.js';
import { lower } from '../../src/notation/lower.js';
import { parseExpression } from '../../src/notation/parse.js';

function cell(name: string): Model {
  const model = builtInModel(name);
  if (model === undefined) throw new Error(name);
  return model;
}

const read = (text: string, model: Model, settings: Partial<Settings> = {}): Formula =>
  elaborateFormula(
    parseExpression(text, lexiconOfModel(model, { settings })),
    contextOfModel(model, { settings, impliedIndices: settings.dialect === 'numpy' }),
  );

describe('in lstm-row', () => {
  const model = cell('lstm-row');
  it.each([
    [String.raw`\frac{\partial J}{\partial W_g}`, 'a d × n matrix'],
    [String.raw`\nabla_{W'_g} J`, 'an n × n matrix'],
    ['dJ/dW_g', 'a d × n matrix'],
    [String.raw`\frac{\partial J}{\partial h_t}`, 'a row (1 × n)'],
    [String.raw`\frac{\partial h_t}{\partial h_{t-1}}`, 'an n × n matrix'],
    [String.raw`\frac{\partial J}{\partial h_0}`, 'a row (1 × n)'],
    [String.raw`\sum_{t=1}^{T} x_t^\top \left(\frac{\partial J}{\partial C_t} \circ i_t \circ (1 - \tilde{C}_t^2)\right)`, 'a d × n matrix'],
    ["h_{t-1}^T (f_t .* W'_g[1,1])", 'an n × n matrix'],
  ])('%s is %s', (text, shape) => expect(describeShape(read(text, model).shape)).toBe(shape));
  it('lowers an adjoint of the loss to a symbol', () => {
    const tensor = lower(read(String.raw`\frac{\partial J}{\partial C_t}`, model), model.workspace, { loss: 'J' });
    expect(model.workspace.quantities(tensor)).toMatchObject([{ quantity: { kind: 'adjoint', name: 'C' } }]);
  });
  it('lowers a partial between neighbouring steps to a symbol that reaches over one step', () => {
    const tensor = lower(read(String.raw`\frac{\partial h_t}{\partial h_{t-1}}`, model), model.workspace, { loss: 'J' });
    expect(model.workspace.quantities(tensor)).toMatchObject([
      { quantity: { kind: 'partial', reach: 'step', numerator: { name: 'h' }, denominator: { name: 'h' } } },
    ]);
  });
  it('offers the nearest names for one that it does not know', () => {
    expect(() => read('W_q', model)).toThrow(InputError);
    try {
      read('W_q', model);
    } catch (error) {
      expect(error instanceof InputError ? error.problems[0] : undefined).toMatchObject({ ruleId: 'unknown-name', fix: expect.stringContaining('W_') });
    }
  });
});

describe('in code', () => {
  const model = cell('lstm');
  const numpy = { dialect: 'numpy' } as const;
  it.each([
    ['W_f @ x + U_f @ h_prev + b_f', 'a vector of length n'],
    ['f * c_prev + i * c_tilde', 'a vector of length n'],
    ['np.outer(f, x)', 'an n × d matrix'],
    ['W_f.T @ f', 'a vector of length d'],
    ['1 - np.tanh(c)**2', 'a vector of length n'],
  ])('%s is %s', (text, shape) => expect(describeShape(read(text, model, numpy).shape)).toBe(shape));
});

describe('where two names differ by an index', () => {
  const sheet = '```model\nL_t = \\ell_t(h_t)\nh_t = \\tanh(W h_{t-1} + U x_t)\nL = \\sum_{t=1}^{T} L_t\n```\n';
  const model = [...modelsOfSheet(readSheet(sheet, { file: 'a.md' })).values()][0] as Model;
  it('each is read by what is written', () => {
    expect([...model.declarations.keys()]).toEqual(expect.arrayContaining(['L', 'L_t']));
    expect(read('L', model)).toMatchObject({ kind: 'name', quantity: { name: 'L', indices: [] } });
    expect(read('L_t', model)).toMatchObject({ kind: 'name', quantity: { name: 'L_t', indices: [{ key: 't' }] } });
    expect(read('L_{t-1}', model)).toMatchObject({ kind: 'name', quantity: { name: 'L_t', indices: [{ key: '-1+t' }] } });
  });
});
