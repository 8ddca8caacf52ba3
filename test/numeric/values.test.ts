/** VALUES.json: spellings of keys, sizes read off the values, what is wrong with them, and what comes back. */

import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { rational, shiftWhole, wholeLetter, wholeNumber } from '../../src/network/index.js';
import { canonicalKey, evaluateModel, readValues } from '../../src/numeric/index.js';
import { lstm, ModelBuilder, operator } from './support.js';

describe('one key, many spellings', () => {
  it.each([
    ['tilde C', '\\tilde{C}', '\\tilde C', 'C̃', '\\widetilde{C}', '\\mathbf{\\tilde{C}}'],
    ["W_f'", "W'_f", "W_{f}'", 'W_f^\\prime', 'W′_f', "{W'}_{f}"],
    ['W^(hh)', 'W^{(hh)}', '\\mathbf{W}^{(hh)}', 'W^(hh)'],
    ['overrightarrow h', '\\overrightarrow{h}', '\\overrightarrow h'],
    ['alpha', '\\alpha', 'α', '{\\alpha}'],
    ['h_T+1', 'h_{T+1}', 'h_{T + 1}', 'h_T + 1'],
    ['overleftarrow h_T+1', '\\overleftarrow{h}_{T+1}'],
    ['h_0', 'h_{0}', 'h₀'],
    ['h^1_0', 'h_0^1', 'h^{1}_{0}', 'h_{0}^{1}'],
    ['mathcal M_0', '\\mathcal{M}_0', '\\mathcal{M}_{0}', 'ℳ_0'],
    ['W_Q^(k)', 'W^{(k)}_Q', 'W_Q^{(k)}'],
  ])('%s', (plain, ...others) => {
    for (const other of others) expect(canonicalKey(other), other).toBe(canonicalKey(plain));
  });

  it('different names stay different', () => {
    const keys = ['h', 'h_0', 'h^0', "h'", 'tilde h', 'hat h', 'H', 'W_f', "W_f'", 'h_T', 'h_T+1'].map(canonicalKey);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

/** s_t = tanh(a s_{t−1} + w·x_t), J = Σ s_t²; s_0 freed, r_{T+1} read but zero. */
function scalarChain(): ModelBuilder {
  const build = new ModelBuilder()
    .declare('a', 'parameter', [])
    .declare('w', 'parameter', ['d'])
    .overTime('x', 'input', ['d'])
    .overTime('s', 'computed', [])
    .overTime('r', 'computed', [])
    .declare('J', 'computed', []);
  const { workspace } = build;
  build.free('s', wholeNumber(0));
  build.step(
    's',
    workspace.apply(
      operator('tanh'),
      workspace.add(build.contract('', [build.value('a'), ''], [build.at('s', -1), '']), build.contract('', [build.value('w'), 'i'], [build.at('x'), 'i'])),
    ),
  );
  build.step('r', workspace.add(build.at('s'), workspace.scale(build.at('r', 1), rational(1, 2))));
  build.equation('J', workspace.rangeSum('t', wholeNumber(1), wholeLetter('T'), build.contract('', [build.at('r'), ''], [build.at('r'), ''])));
  return build;
}

const chain = () => {
  const model = scalarChain().build('J', ['d', 'T']);
  return { ...model, boundaries: [...model.boundaries, { name: 'r', indices: [shiftWhole(wholeLetter('T'), 1)], kind: 'zero' as const }] };
};
const good = {
  a: 0.5,
  w: [1, -2],
  x: [
    [0.1, 0.2],
    [0.3, 0.4],
    [0.5, 0.6],
  ],
  s_0: 0.25,
};
const problemsOf = (run: () => unknown): readonly { message: string; ruleId: string }[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('reading values', () => {
  it('reads sizes off the values', () => {
    const { sizes, values } = readValues(chain(), { values: good });
    expect(Object.fromEntries(sizes)).toEqual({ d: 2, T: 3 });
    expect([...values.get('x[2]')!]).toEqual([0.3, 0.4]);
    expect([...values.get('s[0]')!]).toEqual([0.25]);
  });

  it('a boundary value that is absent is zero; one that is given where the sheet has zero is taken', () => {
    const { s_0: _, ...rest } = good;
    expect([...readValues(chain(), { values: rest }).values.get('s[0]')!]).toEqual([0]);
    for (const key of ['r_{T+1}', 'r_T+1', 'r_4']) expect([...readValues(chain(), { values: { ...good, [key]: 3 } }).values.get('r[4]')!], key).toEqual([3]);
  });

  it('lists everything that is missing', () => {
    expect(problemsOf(() => readValues(chain(), { values: { w: [1, 2] }, sizes: { T: 3 } }))[0]!.message).toBe('No values are given for a, x.');
  });

  it('points at the key whose shape does not fit, and says why', () => {
    const [problem] = problemsOf(() => readValues(chain(), { values: { ...good, w: [1, 2, 3] } }));
    expect(problem).toMatchObject({ ruleId: 'shape-mismatch', message: 'x: the number of entries should be d = 3 but 2 are given.', why: 'd = 3 from w.' });
  });

  it.each([
    [{ ...good, a: [1] }, 'shape-mismatch', /^a: a list stands where a number is needed/],
    [{ ...good, x: [[1, 2], [3]] }, 'shape-mismatch', /^x: its rows have different lengths/],
    [{ ...good, w: ['one', 2] }, 'shape-mismatch', /^w: the text "one" stands where a number is needed/],
    [{ ...good, q: 1 }, 'unknown-name', /^q is not a name of the model/],
    [{ ...good, s: [1, 2, 3] }, 'computed-value', /^s is computed/],
    [{ ...good, s_7: 1 }, 'unknown-name', /^s_7 is not a value that the model reads outside/],
  ])('refuses %j', (values, ruleId, message) => {
    const [problem] = problemsOf(() => readValues(chain(), { values }));
    expect(problem!.ruleId).toBe(ruleId);
    expect(problem!.message).toMatch(message);
  });

  it('refuses sizes that contradict the values, and names them', () => {
    expect(problemsOf(() => readValues(chain(), { values: good, sizes: { d: 4 } }))[0]!.message).toMatch(/^w: the number of entries should be d = 4/);
    expect(problemsOf(() => readValues(chain(), { values: good, sizes: { q: 4 } }))[0]!.message).toMatch(/^q is not a size/);
    expect(problemsOf(() => readValues(chain(), [1, 2]))[0]!.message).toMatch(/must be an object/);
  });

  it('several problems come together', () => expect(problemsOf(() => readValues(chain(), { values: { ...good, q: 1, a: 'x' } }))).toHaveLength(2));
});

describe('evaluating', () => {
  it('values, loss and gradients of a chain, against differences done by hand', () => {
    const { values, loss, gradients } = evaluateModel(chain(), { values: good }, ['s']);
    const J = (a: number, w1: number, s0: number): number => {
      const s: number[] = [];
      let before = s0;
      for (const [x1, x2] of good.x as [number, number][]) {
        before = Math.tanh(a * before + w1 * x1 - 2 * x2);
        s.push(before);
      }
      let r = 0;
      let sum = 0;
      for (const value of s.reverse()) {
        r = value + 0.5 * r;
        sum += r ** 2;
      }
      return sum;
    };
    expect(loss).toBeCloseTo(J(0.5, 1, 0.25), 12);
    const h = 1e-5;
    expect(gradients!.a).toBeCloseTo((J(0.5 + h, 1, 0.25) - J(0.5 - h, 1, 0.25)) / (2 * h), 8);
    expect((gradients!.w as number[])[0]).toBeCloseTo((J(0.5, 1 + h, 0.25) - J(0.5, 1 - h, 0.25)) / (2 * h), 8);
    expect(gradients!.s_0).toBeCloseTo((J(0.5, 1, 0.25 + h) - J(0.5, 1, 0.25 - h)) / (2 * h), 8);
    expect(Object.keys(gradients!)).toEqual(['a', 'w', 'x', 's', 's_0']);
    expect(values.s).toHaveLength(3);
    expect(JSON.parse(JSON.stringify(values))).toEqual(values);
  });

  it('an unspecified loss: null without its gradient, gradients with it', () => {
    const model = lstm().build('J', ['n', 'd', 'T']);
    const random = (length: number, start: number): number[] => Array.from({ length }, (_, k) => Math.sin(k + start));
    const rows = (count: number, length: number, start: number) => Array.from({ length: count }, (_, k) => random(length, start + 10 * k));
    const values: Record<string, unknown> = { x: rows(3, 4, 1), h_0: random(2, 5), c_0: random(2, 6) };
    for (const gate of ['f', 'i', 'o', 'c'])
      Object.assign(values, { [`W_${gate}`]: rows(2, 4, 7), [`U_{${gate}}`]: rows(2, 2, 8), [`b_${gate}`]: random(2, 9) });
    const without = evaluateModel(model, { values });
    expect(without.loss).toBeNull();
    expect(without.gradients).toBeNull();
    expect(Object.keys(without.values)).toEqual(['f', 'i', 'o', 'g', 'c', 'h']);
    expect(without.nonFinite).toBeUndefined();
    const seeds = rows(3, 2, 3);
    const once = evaluateModel(model, { values, seedGradient: { h: seeds } }, ['h']);
    const twice = evaluateModel(model, { values, seedGradient: { h: seeds.map((row) => row.map((x) => 2 * x)) } });
    expect(once.loss).toBeNull();
    expect((once.gradients!.h as number[][])[2]).toEqual(seeds[2]);
    (twice.gradients!.b_f as number[]).forEach((entry, k) => {
      expect(entry).toBeCloseTo(2 * (once.gradients!.b_f as number[])[k]!, 12);
    });
    expect(problemsOf(() => evaluateModel(model, { values, seedGradient: { c: seeds } }))[0]!.message).toBe(
      '"seedGradient" has no entry for h, which ℓ reads.',
    );
  });

  it('words stand for what JSON has no number for', () => {
    const { values, loss, nonFinite } = evaluateModel(chain(), { values: { ...good, a: 'NaN' } });
    expect(loss).toBe('NaN');
    expect(values.s).toEqual(['NaN', 'NaN', 'NaN']);
    expect(nonFinite).toBe('a');
  });
});

describe('a name with and without an index', () => {
  it('L is the sum and L_t the term', () => {
    const build = new ModelBuilder().overTime('x', 'input', []).overTime('L_t', 'computed', []).declare('L', 'computed', []);
    build.step('L_t', build.contract('', [build.at('x'), ''], [build.at('x'), '']));
    build.equation('L', build.workspace.rangeSum('t', wholeNumber(1), wholeLetter('T'), build.at('L_t')));
    const { values, gradients } = evaluateModel(build.build('L', ['T']), { values: { x: [1, 2, 3] } }, ['L_t', 'L']);
    expect(values).toEqual({ L_t: [1, 4, 9], L: 14 });
    expect(gradients).toEqual({ x: [2, 4, 6], L_t: [1, 1, 1], L: 1 });
  });
});
