/** Right formulas: derived gradients of random models, sizes and scales agree with forward tangents to a few units of rounding, and nothing is cried wolf. */

import { describe, expect, it } from 'vitest';
import { checkGradients, checkTargets, gradientPoint, gradientTargets } from '../../src/check/index.js';
import { buildModel } from '../../src/model/index.js';
import { randomModel } from './random-models.js';
import { record } from './record.js';

const everything = Number(process.env.PROPERTY_RUNS || 0) > 100;
const MODELS = everything ? 1000 : 30;

interface Tally {
  entries: number;
  units: number;
  second: number;
  confirmed: number;
  readonly verdicts: Record<string, number>;
  readonly alarms: string[];
}

function checkOne(seed: number, tally: Tally): void {
  const { text, magnitude, sizes } = randomModel(seed);
  const model = buildModel(text);
  const style = seed % 2 === 0 ? 'eliminated' : 'every name';
  const { targets, elimination } = gradientTargets(model, style);
  const { run, values } = gradientPoint(model, seed, new Map([...sizes].filter(([name]) => model.sizes.includes(name))), elimination);
  run.set(new Map([...values].map(([key, data]) => [key, data.map((value) => value * magnitude)])));
  const result = checkTargets(run, targets, { seed, entries: 'all', second: 1 });
  for (const { target, entries, verdicts, maxUnits = 0, second } of result.targets) {
    tally.entries += entries;
    tally.units = Math.max(tally.units, maxUnits);
    tally.second += second?.entries ?? 0;
    tally.confirmed += second?.agree ?? 0;
    for (const [verdict, count] of Object.entries(verdicts)) tally.verdicts[verdict] = (tally.verdicts[verdict] ?? 0) + count;
    // Saturation can leave nothing but rounding of a gradient: that is said, and is no alarm.
    if ((verdicts.agree ?? 0) + (verdicts['ill-conditioned'] ?? 0) !== entries || maxUnits > 16)
      tally.alarms.push(`model ${seed}, ${target}: ${JSON.stringify(verdicts)}, ${maxUnits} u·S, second ${JSON.stringify(second)}`);
  }
}

it('what is eliminated two names deep vanishes beyond the last step, its direct loss too', () => {
  const lines = [
    'x_t, g_t, u_t, z_t, b \\in \\mathbb{R}^n',
    'W, U \\in \\mathbb{R}^{n \\times n}',
    'g_t = \\log(2 + \\sin(W z_{t-1} + b))',
    'u_t = \\sin(U g_t)',
    'z_t = \\tanh(u_t + x_t)',
    'J = E(z_T) + \\sum_{t=1}^{T} \\ell_t(u_t)',
  ];
  const { targets, ok } = checkGradients(buildModel(lines.join('\n')));
  for (const { target, verdicts, entries } of targets) expect(verdicts, target).toEqual({ agree: entries });
  expect(ok).toBe(true);
});

describe('derived gradients of random models', () => {
  it(`${MODELS} models: no false alarm`, () => {
    const tally: Tally = { entries: 0, units: 0, second: 0, confirmed: 0, verdicts: {}, alarms: [] };
    for (let seed = 0; seed < MODELS; seed++) checkOne(seed, tally);
    if (everything) {
      console.log(tally.alarms.slice(0, 60).join('\n'));
      record(
        'agreement',
        `${MODELS} random models`,
        `${tally.entries} entries, ${JSON.stringify(tally.verdicts)}, largest difference ${tally.units.toFixed(2)} u·S, ${tally.confirmed} of ${tally.second} entries confirmed by differences`,
      );
    }
    expect(tally.alarms).toEqual([]);
  }, 3_600_000);
});
