/** A small part of the corpus with a fixed seed: no false verdict on any line, and right lines are proved. */

import { describe, expect, it } from 'vitest';
import { builtInModel } from '../../src/model/index.js';
import { ModelCases } from './cases.js';
import { type Judged, judgeCase } from './judge.js';

const SEED = 20_261;
const CASES_OF_A_KIND = 3;
const EVERY_TARGET = 4;

const MODELS = ['rnn', 'rnn-row', 'rnn-last', 'lstm', 'lstm-concatenated', 'gru', 'encoder-decoder', 'attention-scaled', 'memory', 'adaptive-time'];

function judged(name: string): readonly Judged[] {
  const cases = new ModelCases(name, SEED);
  const model = builtInModel(name);
  if (model === undefined) throw new Error(`no model ${name}`);
  return cases.targets
    .filter((_, at) => at % EVERY_TARGET === 0)
    .flatMap((target) => [...cases.cases(target, CASES_OF_A_KIND)])
    .filter(({ kind, label }) => (kind === 'rewriting' ? label === 'right' : label === 'wrong'))
    .map((one) => judgeCase(model, one));
}

describe.each(MODELS)('lines about %s', (name) => {
  it('get no false verdict, and nearly all of them one', { timeout: 120_000 }, () => {
    const results = judged(name);
    expect(results.length).toBeGreaterThanOrEqual(2 * CASES_OF_A_KIND);
    expect(results.filter(({ outcome }) => outcome === 'false right' || outcome === 'false wrong')).toEqual([]);
    const said = results.filter(({ outcome }) => ['proved', 'named', 'named otherwise', 'refuted'].includes(outcome));
    expect(said.length / results.length).toBeGreaterThanOrEqual(0.9);
  });
});
