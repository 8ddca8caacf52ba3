/**
 * The shipped JSON Schemas: well formed, one for each output, and strict enough to refuse what the contract does not allow.
 */

import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { sampleDocument } from '../render/sample-document.js';
import { complaints, readSchema, schemaNames } from './validate.js';

describe.each(schemaNames)('schema of %s', (name) => {
  it('is valid JSON Schema and names the output it is for', () => {
    expect(new Ajv2020({ allowUnionTypes: true }).validateSchema(readSchema(name))).toBe(true);
    expect(readSchema(name).$id).toBe(`chainrule/${name}/1`);
  });

  it('refuses an output without its members', () => {
    expect(complaints({ schema: `chainrule/${name}/1` })).not.toEqual([]);
  });
});

const region = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 };

const line = {
  index: 0,
  text: 'dJ/dW = 0',
  source: region,
  readAs: { latex: 'x', plain: 'x' },
  shape: 'n × d',
  role: 'answer',
  verdict: 'refuted',
  method: { kind: 'numeric', level: 'numbers', assumes: [], points: 3, maxRelError: 0.5 },
  readings: { δ_t: '∂J/∂h_t' },
  diagnostics: [
    {
      ruleId: 'RNN-TRANSPOSE',
      also: [],
      message: 'W for Wᵀ',
      region,
      repair: { from: 'W', to: 'Wᵀ', proved: true },
      counterexample: { sizes: { n: 2 }, seed: 0, entry: [1, 2], yours: 1, correct: 'NaN' },
      alternatives: [],
    },
  ],
};

/** One output of each command, with every member that the contract names. */
const accepted: readonly Readonly<Record<string, unknown>>[] = [
  {
    schema: 'chainrule/error/1',
    errors: [
      { ruleId: 'unknown-name', message: 'W_q is not declared', region },
      { ruleId: 'usage', message: 'no', region: null },
    ],
  },
  { schema: 'chainrule/list/1', models: [{ name: 'lstm', title: 'LSTM' }], problems: [{ id: 'a/b', title: 'B' }] },
  { schema: 'chainrule/evaluate/1', values: { h: [[1, 'NaN']] }, loss: null, gradients: null },
  { schema: 'chainrule/evaluate/1', values: { h: [[1, -0]] }, loss: 2.5, gradients: { W: [[1], ['-Infinity']] } },
  { schema: 'chainrule/verify/1', verdict: 'incorrect', score: 0, seed: 0, targets: [{ target: 'dJ/dW', line: null }], lines: [line] },
  sampleDocument as unknown as Readonly<Record<string, unknown>>,
];

describe('outputs as the contract describes them', () => {
  it.each(accepted.map((output) => [output.schema, output]))('accepts %s', (_, output) => {
    expect(complaints(output)).toEqual([]);
  });

  it('refuses a member that no schema names', () => {
    expect(complaints({ ...accepted[1], modells: [] })).not.toEqual([]);
  });

  it('refuses a verdict that is none', () => {
    expect(complaints({ ...accepted[4], verdict: 'fine' })).not.toEqual([]);
  });

  it('refuses an output that names no schema', () => {
    expect(complaints({ schema: 'chainrule/grade/1' })).not.toEqual([]);
  });
});
