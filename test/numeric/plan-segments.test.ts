/** Gradients run in segments are those of the whole run, whatever the length of a segment; what does not fall into segments says why. */

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { buildModel, builtInModel } from '../../src/model/index.js';
import type { Model } from '../../src/model/model.js';
import { compilePlan } from '../../src/numeric/plan/compile.js';
import { createPlanRun } from '../../src/numeric/plan/run.js';
import { createSegmentedRun } from '../../src/numeric/plan/segments.js';

const T = 23;
const SIZES: Readonly<Record<string, number>> = { n: 3, d: 2, m: 4, k: 2, T };

const cell = (name: string): Model => builtInModel(name) as Model;
const sizesOf = (model: Model): Map<string, number> => new Map(model.sizes.map((name) => [name, SIZES[name] ?? 5]));

/** A number that depends on what it is for, and on nothing else. */
const numberAt = (name: string, step: number, entry: number): number =>
  0.8 * Math.sin(1 + 7 * entry + 3 * step + [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0));

function compare(model: Model, length: number | undefined, batch = 1): void {
  const sizes = sizesOf(model);
  const parameters = [...model.declarations.values()].filter(({ role }) => role === 'parameter').map(({ name }) => name);
  const segmented = createSegmentedRun({ model, sizes, gradients: parameters, batch, ...(length === undefined ? {} : { length }) });
  const states = [...model.declarations.keys()].filter((name) => {
    try {
      segmented.initial(name);
      return true;
    } catch {
      return false;
    }
  });
  const plan = compilePlan({ model, sizes, values: states, gradients: [...parameters, ...states], batch });
  if ('refused' in plan) throw new Error(plan.refused);
  const whole = createPlanRun(plan);
  const put = (name: string, step: number, into: Float64Array): void => into.forEach((_, entry) => (into[entry] = numberAt(name, step, entry)));
  for (const name of segmented.stepwise) for (let step = 1; step <= T; step++) put(name, step, whole.at(name, step));
  for (const { name, places } of plan.buffers.values()) {
    const role = model.declarations.get(name)?.role;
    if (places.length > 0 || role === undefined || role === 'computed') continue;
    put(name, 0, whole.at(name));
    put(name, 0, segmented.at(name));
  }
  const freed = model.boundaries.filter(({ kind }) => kind === 'freed').map(({ name }) => name);
  for (const name of freed) {
    put(name, 0, whole.at(name, 0));
    put(name, 0, segmented.initial(name));
  }
  whole.forward();
  whole.backward();
  segmented.run(put);
  segmented.run(put);
  for (const name of parameters) close(segmented.gradient(name), whole.gradientAt(name), `${name} in segments of ${length}`);
  for (const name of freed) close(segmented.initialGradient(name), whole.gradientAt(name, 0), `${name}_0 in segments of ${length}`);
}

function close(ours: Float64Array, expected: Float64Array, what: string): void {
  const scale = expected.reduce((largest, entry) => Math.max(largest, Math.abs(entry)), 0);
  expect(scale, what).toBeGreaterThan(0);
  expected.forEach((entry, k) => expect(Math.abs((ours[k] as number) - entry) / scale, what).toBeLessThan(1e-12));
}

const MEAN_LOSS = buildModel(String.raw`
x_t \in \mathbb{R}^d
h_t, y_t \in \mathbb{R}^n
h_0 \in \mathbb{R}^n
h_t = \tanh(W h_{t-1} + U x_t + b)
J = \frac{1}{T} \sum_{t=1}^{T} \|h_t - y_t\|^2 + \lambda \|W\|_F^2 + \|h_T\|^2
`);

describe('in segments', () => {
  it.each(['rnn', 'gru', 'lstm-peephole', 'rnn-deep', 'leaky', 'lstm-row'])('%s', (name) => compare(cell(name), 4));

  it.each([1, 5, 23, undefined])('the LSTM, %s steps each', (length) => compare(cell('lstm'), length));

  it('a mean over the whole run, weight decay and a loss at the last step', () => {
    for (const length of [1, 5, 23]) compare(MEAN_LOSS, length);
  });

  it('several samples', () => compare(cell('gru'), 6, 3));

  it('memory grows with the root of the steps', () => {
    const model = cell('lstm');
    const bytes = (steps: number): number => createSegmentedRun({ model, sizes: new Map([...sizesOf(model), ['T', steps]]), gradients: ['W_f'] }).bytes;
    expect(bytes(10_000) / bytes(100)).toBeLessThan(25);
  });
});

describe('no segments', () => {
  it.each([
    ['lstm-bidirectional', /step/],
    ['attention-dot', /ranges/],
    ['self-attention', /steps/],
  ])('%s', (name, why) => {
    const model = cell(name);
    const attempt = (): unknown => createSegmentedRun({ model, sizes: sizesOf(model), gradients: [] });
    expect(attempt).toThrow(InputError);
    try {
      attempt();
    } catch (error) {
      expect((error as InputError).problems[0]?.why).toMatch(why);
    }
  });
});
