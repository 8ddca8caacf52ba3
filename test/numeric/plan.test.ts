/** Plans of many models: equal to the general evaluator, both tiers equal to the last bit. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { buildModel, builtInModel, CELLS } from '../../src/model/index.js';
import type { Model } from '../../src/model/model.js';
import { compilePlan } from '../../src/numeric/plan/compile.js';
import { compareWithEvaluator, compileChecked } from './plan-support.js';

const models: readonly (readonly [string, () => Model])[] = [
  ...CELLS.map(({ name }) => [name, () => builtInModel(name) as Model] as const),
  [
    'two layers',
    () =>
      buildModel(
        'x_t \\in \\mathbb{R}^d\nh^1_t, h^2_t \\in \\mathbb{R}^n\nh^1_t = \\tanh(W h^1_{t-1} + U x_t)\nh^2_t = \\tanh(A h^2_{t-1} + B h^1_t)\nL = \\sum_{t=1}^{T} \\ell_t(h^2_t)',
      ),
  ],
  [
    'bidirectional',
    () =>
      buildModel(
        'x_t \\in \\mathbb{R}^d\n\\overrightarrow{h}_t, \\overleftarrow{h}_t \\in \\mathbb{R}^n\nW_f, W_b \\in \\mathbb{R}^{n \\times n}\nU_f, U_b \\in \\mathbb{R}^{n \\times d}\nV_f, V_b \\in \\mathbb{R}^{m \\times n}\nb_f, b_b \\in \\mathbb{R}^n\nc \\in \\mathbb{R}^m\n\\overrightarrow{h}_t = \\tanh(W_f \\overrightarrow{h}_{t-1} + U_f x_t + b_f)\n\\overleftarrow{h}_t = \\tanh(W_b \\overleftarrow{h}_{t+1} + U_b x_t + b_b)\ny_t = V_f \\overrightarrow{h}_t + V_b \\overleftarrow{h}_t + c\nL = \\sum_{t=1}^{T} \\ell_t(y_t)',
      ),
  ],
  [
    'encoder and decoder with attention',
    () =>
      buildModel(`x_t \\in \\mathbb{R}^d, \\quad t = 1, \\dots, M
h_t \\in \\mathbb{R}^n, \\quad t = 1, \\dots, M
s_i \\in \\mathbb{R}^m, \\quad i = 1, \\dots, N
y_i \\in \\mathbb{R}^k, \\quad i = 1, \\dots, N
\\sum_{j} y_{i,j} = 1
v_a, b_a \\in \\mathbb{R}^p
W_a \\in \\mathbb{R}^{p \\times m}
U_a \\in \\mathbb{R}^{p \\times n}
W_0 \\in \\mathbb{R}^{m \\times n}
h_t = \\tanh(W h_{t-1} + U x_t + b)
s_0 = \\tanh(W_0 h_M)
e_{i,t} = v_a^\\top \\tanh(W_a s_{i-1} + U_a h_t + b_a)
\\alpha_{i,t} = \\frac{\\exp(e_{i,t})}{\\sum_{j=1}^{M} \\exp(e_{i,j})}
c_i = \\sum_{t=1}^{M} \\alpha_{i,t} h_t
s_i = \\tanh(W_s s_{i-1} + W_y y_{i-1} + W_c c_i)
\\hat{y}_i = \\operatorname{softmax}(V s_i)
L = -\\sum_{i=1}^{N} y_i^\\top \\log \\hat{y}_i`),
  ],
  [
    'attention over rows',
    () =>
      buildModel(
        'X \\in \\mathbb{R}^{T \\times d}, input\nW_Q, W_K, W_V \\in \\mathbb{R}^{d \\times m}\nQ = X W_Q\nK = X W_K\nV = X W_V\nA = \\operatorname{softmax}(Q K^\\top / \\sqrt{m})\nO = A V\nJ = \\ell(O)',
      ),
  ],
  [
    'Turing machine',
    () =>
      buildModel(`\\mathcal{M}_t \\in \\mathbb{R}^{N \\times m}
w_t, k_t \\in \\mathbb{R}^N
e_t, a_t, r_t \\in \\mathbb{R}^m
w_t = \\operatorname{softmax}(k_t)
\\mathcal{M}_t^{erased} = \\mathcal{M}_{t-1} \\circ (1 - w_t e_t^\\top)
\\mathcal{M}_t = \\mathcal{M}_t^{erased} + w_t a_t^\\top
r_t = \\sum_{i=1}^{N} w_t(i) \\mathcal{M}_t(i)
\\mathcal{M}_0 \\in \\mathbb{R}^{N \\times m}
J = \\sum_{t=1}^{T} \\ell_t(r_t)`),
  ],
  [
    'concatenation',
    () =>
      buildModel(
        'x_t \\in \\mathbb{R}^d\nh_t \\in \\mathbb{R}^n\nW \\in \\mathbb{R}^{n \\times (n+d)}\nb \\in \\mathbb{R}^n\nh_t = \\tanh(W [h_{t-1}; x_t] + b)\nL = \\sum_{t=1}^{T} \\ell_t(h_t)',
      ),
  ],
  [
    'loss at the end',
    () => buildModel('x_t \\in \\mathbb{R}^d\nh_t \\in \\mathbb{R}^n\nh_0 \\in \\mathbb{R}^n\nh_t = \\operatorname{relu}(W h_{t-1} + U x_t)\nJ = \\ell(h_T)'),
  ],
];

describe('plans', () => {
  for (const [name, build] of models) {
    for (const batch of [1, 3]) {
      it(`${name}, ${batch === 1 ? 'one sample' : `${batch} samples`}`, () => {
        const { worst, runs, plan } = compileChecked(compareWithEvaluator(build(), 3, batch));
        expect(worst).toBeLessThan(1e-11);
        const [simd, portable] = runs;
        expect(simd?.tier).toBe('simd');
        for (const [value, { places }] of plan.buffers) {
          const low = places.map((place) => place.low);
          const [a, b] = [simd?.at(value, ...low), portable?.at(value, ...low)];
          expect(
            a?.every((entry, k) => Object.is(entry, b?.[k])),
            value,
          ).toBe(true);
        }
      });
    }
  }

  it('holds at all small sizes, where axes of length 1 fall away', () => {
    const lengths = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: models.length - 1 }), fc.infiniteStream(lengths), fc.integer({ min: 1, max: 2 }), (which, stream, batch) => {
        const model = (models[which] as (typeof models)[number])[1]();
        const sizes = new Map(model.sizes.map((name) => [name, stream.next().value as number]));
        const { worst } = compileChecked(compareWithEvaluator(model, 7, batch, sizes));
        expect(worst, [...sizes].join()).toBeLessThan(1e-10);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('holds at sizes where factors are copied and kernels run in panels', () => {
    for (const batch of [1, 20]) {
      const { worst } = compileChecked(compareWithEvaluator(builtInModel('gru') as Model, 2, batch, new Map(Object.entries({ n: 70, d: 18, T: 20 }))));
      expect(worst).toBeLessThan(1e-10);
    }
  }, 60_000);

  it('states its memory and refuses too much of it before taking any', () => {
    const model = builtInModel('lstm') as Model;
    const request = { model, values: ['h'], gradients: ['W_f'] };
    const plan = compilePlan({ ...request, sizes: new Map(Object.entries({ n: 8, d: 3, T: 100 })) });
    if ('refused' in plan) throw new Error(plan.refused);
    expect(plan.bytes).toBe(8 * plan.program.elements);
    expect(() => compilePlan({ ...request, sizes: new Map(Object.entries({ n: 8, d: 3, T: 100 })), memoryLimit: plan.bytes - 8 })).toThrow(InputError);
    expect(() => compilePlan({ ...request, sizes: new Map(Object.entries({ n: 100_000, d: 100_000, T: 1_000_000 })) })).toThrow(InputError);
  });

  it('says why a model cannot be planned', () => {
    const model = buildModel('f : \\mathbb{R} \\to \\mathbb{R}\nx_t \\in \\mathbb{R}^d\nh_t = f(W h_{t-1} + U x_t)\nJ = \\sum_{t=1}^{T} \\ell_t(h_t)');
    const plan = compilePlan({ model, sizes: new Map(Object.entries({ n: 2, d: 2, T: 2 })), values: ['h'], gradients: ['W'] });
    expect(plan).toHaveProperty('refused', expect.stringContaining('unspecified function f'));
  });
});
