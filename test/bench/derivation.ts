/** Time to derive all gradients of a model: it must not grow with T or n, which stay symbolic, and grows with the number of layers as the equations do. */

import { AdjointSystem, gradient } from '../../src/calculus/index.js';
import { buildModel } from '../../src/model/index.js';
import type { Model } from '../../src/model/model.js';
import type { Measure } from './evaluation.js';
import { builtIn, planOf } from './plans.js';
import { leastTime, type Row } from './timing.js';

function layered(layers: number): Model {
  const line = (k: number): string => `h^${k}_t = \\tanh(W_${k} h^${k}_{t-1} + U_${k} ${k === 1 ? 'x_t' : `h^${k - 1}_t`})`;
  const names = Array.from({ length: layers }, (_, k) => `h^${k + 1}_t`).join(', ');
  return buildModel(
    `x_t \\in \\mathbb{R}^n\n${names} \\in \\mathbb{R}^n\n${Array.from({ length: layers }, (_, k) => line(k + 1)).join('\n')}\nL = \\sum_{t=1}^{T} \\ell_t(h^${layers}_t)`,
  );
}

function deriveAll(make: () => Model): () => void {
  return () => {
    const model = make();
    const system = new AdjointSystem(model, { name: model.loss as string, indices: [] }, false);
    for (const { name, role } of model.declarations.values()) if (role === 'parameter') gradient(system, { name, indices: [] });
  };
}

function row(work: string, peer: string, ours: () => void, theirs: () => void): Measure {
  return {
    work,
    run: () => {
      const [mine, others] = [leastTime(ours, 1), leastTime(theirs, 1)];
      return Promise.resolve({ work, ours: mine, theirs: others, peer, ratio: others / mine, unit: 'ms' } satisfies Row);
    },
  };
}

export function derivation(): Measure[] {
  const plan = (T: number, n: number) => (): void => void planOf('lstm', { n, d: 20, T });
  return [
    row(
      'derive all gradients of the LSTM from its text',
      'the RNN from its text',
      deriveAll(() => builtIn('lstm')),
      deriveAll(() => builtIn('rnn')),
    ),
    ...[2, 3, 4].map((layers) =>
      row(
        `derive all gradients of ${layers} layers`,
        '1 layer',
        deriveAll(() => layered(layers)),
        deriveAll(() => layered(1)),
      ),
    ),
    row('derive and compile the LSTM, T=500', 'T=5', plan(500, 8), plan(5, 8)),
    row('derive and compile the LSTM, n=64', 'n=4', plan(50, 64), plan(50, 4)),
  ];
}
