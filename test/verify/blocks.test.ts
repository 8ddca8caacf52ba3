/** Blocks cut out of matrices, as answers write them, and what an answer leaves behind. */

import { describe, expect, it } from 'vitest';
import { builtInModel } from '../../src/model/index.js';
import type { Model } from '../../src/model/model.js';
import { verify } from '../../src/verify/index.js';

const model = (name: string): Model => {
  const found = builtInModel(name);
  if (found === undefined) throw new Error(`no model ${name}`);
  return found;
};
const verdictsOf = (name: string, text: string): readonly string[] => verify(model(name), text).lines.map(({ verdict }) => verdict);

describe('a block of a matrix', () => {
  it('is read by its places, both inside', () => {
    expect(verdictsOf('lstm-concatenated', 'h_t[1:n] = h_t\nW_f[:, 1:n+d] = W_f')).toEqual(['proved', 'proved']);
  });

  it('counts from 0 in code, the last place outside', () => {
    expect(verdictsOf('lstm-concatenated', '---\ndialect: numpy\n---\nq = W_f[:, 0:n] @ h_prev\nq = W_f[:, :n] @ h_prev')).toEqual(['proved', 'proved']);
  });

  it.each(['W_f[:, 1:99] = W_f[:, 1:99]', 'W_f[:, 3:2] = 2', 'W_f[:, 0:n] = W_f[:, 0:n]', 'W_f[1:n] = 2'])('beyond its axis is no formula: %s', (line) => {
    expect(verdictsOf('lstm-concatenated', line)).not.toContain('proved');
    expect(verdictsOf('lstm-concatenated', line)).not.toContain('agrees');
  });
});

describe('what an answer has made', () => {
  it('is forgotten with the same verdicts afterwards', () => {
    const one = model('gru');
    const lines = [
      String.raw`\frac{\partial J}{\partial U_z} = \sum_{t=1}^T (\frac{\partial J}{\partial h_t} \odot (\tilde{h}_t - h_{t-1}) \odot z_t \odot (1-z_t)) h_{t-1}^\top`,
      String.raw`\frac{\partial J}{\partial U_z} = \sum_{t=1}^T (\frac{\partial J}{\partial h_t} \odot (\tilde{h}_t - h_{t-1}) \odot z_t) h_{t-1}^\top`,
    ];
    const judged = (): readonly string[] => verify(one, lines.join('\n')).lines.map(({ verdict }) => verdict);
    const before = judged();
    one.workspace.beginPassing();
    judged();
    one.workspace.endPassing(0);
    expect(before).toEqual(['proved', 'refuted']);
    expect(judged()).toEqual(before);
  });
});
