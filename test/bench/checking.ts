/** Full per-entry gradient checks of an LSTM against torch.autograd.gradcheck. */

import { checkGradients } from '../../src/check/index.js';
import type { Measure } from './evaluation.js';
import { builtIn } from './plans.js';
import { type Row } from './timing.js';
import type { Torch } from './torch.js';

const d = 20;
const T = 5;

function timeOfCheck(n: number): number {
  const model = builtIn('lstm');
  const wanted = [...model.declarations.values()].filter(({ role }) => role === 'parameter').map(({ name }) => ({ name, indices: [] }));
  const sizes = new Map(Object.entries({ n, d, T }));
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    const result = checkGradients(model, { sizes, wanted });
    best = Math.min(best, performance.now() - start);
    if (!result.ok) throw new Error('the check failed');
  }
  return best;
}

export function checking(torch: Torch | undefined): Measure[] {
  if (torch === undefined) return [];
  return [4, 8, 16].flatMap((n) =>
    [false, true].map((fast) => {
      const work = `check of all parameters, LSTM n=${n}, d=${d}, T=${T}`;
      return {
        work,
        run: async (): Promise<Row> => {
          const theirs = await torch.ask('gradcheck', { n, d, T, fast, seconds: 0.5 });
          const ours = timeOfCheck(n);
          return { work, ours, theirs, peer: `${torch.name}, gradcheck ${fast ? 'fast mode' : 'slow mode'}`, ratio: theirs / ours, unit: 'ms' };
        },
      };
    }),
  );
}
