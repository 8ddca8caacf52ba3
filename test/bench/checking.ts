/** Full per-entry gradient checks of an LSTM against torch.autograd.gradcheck. */

import type { Model } from '../../src/model/model.js';
import { createLaneCheck } from '../../src/numeric/plan/lane-check.js';
import type { Measure } from './evaluation.js';
import { builtIn, fillRandomly } from './plans.js';
import { duel } from './timing.js';
import type { Torch } from './torch.js';

const d = 20;
const T = 5;

const parametersOf = (model: Model): string[] => [...model.declarations.values()].filter(({ role }) => role === 'parameter').map(({ name }) => name);
const sizesFor = (n: number): Map<string, number> => new Map(Object.entries({ n, d, T }));

/** At one point, everything derived and compiled before, as PyTorch's code is. */
function repeated(n: number): () => void {
  const model = builtIn('lstm');
  const check = createLaneCheck(model, sizesFor(n), parametersOf(model));
  if ('refused' in check) throw new Error(check.refused);
  fillRandomly(check.run);
  return () => {
    for (const { name, maxRelError } of check.compare()) if (!(maxRelError < 1e-11)) throw new Error(`${name} disagrees by ${maxRelError}`);
  };
}

/** From the text of the model to the verdicts. */
function fromText(n: number): () => void {
  return () => repeated(n)();
}

export function checking(torch: Torch | undefined): Measure[] {
  if (torch === undefined) return [];
  const measure = (work: string, mode: 'slow' | 'fast', n: number, ours: () => () => void): Measure => ({
    work,
    run: () => duel(work, `${torch.name}, gradcheck ${mode} mode`, ours(), (seconds) => torch.ask('gradcheck', { n, d, T, fast: mode === 'fast', seconds })),
  });
  return [4, 8, 16].flatMap((n) => {
    const work = `check of all parameters, LSTM n=${n}, d=${d}, T=${T}`;
    return [
      measure(work, 'slow', n, () => repeated(n)),
      measure(work, 'fast', n, () => repeated(n)),
      measure(`from the model's text: ${work}`, 'slow', n, () => fromText(n)),
    ];
  });
}
