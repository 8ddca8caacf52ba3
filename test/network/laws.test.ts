/** Laws of the index networks, each proved by the engine and confirmed by brute force on random tensors. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addWhole, createWorkspace, rational, shiftWhole, type Tensor, type Workspace, wholeLetter, wholeNumber } from '../../src/network/index.js';
import { exp, log, OPERATORS, sigmoid, tanh } from '../../src/operators/index.js';
import { type NaiveEnvironment, naiveEntry, naiveValues, randomEnvironment } from './naive.js';

const n = wholeLetter('n');
const d = wholeLetter('d');
const t = wholeLetter('t');
const T = wholeLetter('T');
const environment = randomEnvironment({ n: 3, d: 2, T: 4, t: 2, m: 4 });

const build = (): {
  w: Workspace;
  v: (name: string, k?: number) => Tensor;
  A: Tensor;
  B: Tensor;
  product: (...f: [Tensor, string][]) => (free: string) => Tensor;
} => {
  const w = createWorkspace();
  return {
    w,
    v: (name, k = 0) => w.value(name, [shiftWhole(t, k)], [n]),
    A: w.value('A', [], [n, n]),
    B: w.value('B', [], [n, n]),
    product:
      (...factors) =>
      (free) =>
        w.contract(
          [...free],
          factors.map(([tensor, labels]) => ({ tensor, labels: [...labels] })),
        ),
  };
};

const close = (a: readonly number[], b: readonly number[]): void => {
  expect(a.length).toBe(b.length);
  a.forEach((x, i) => expect(Math.abs(x - (b[i] ?? NaN))).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(x))));
};

describe('normal form', () => {
  it('does not depend on the order of factors or on the names of indices', () => {
    const { v, A, B, product } = build();
    expect(product([A, 'ij'], [B, 'jk'], [v('x'), 'k'])('i')).toBe(product([v('x'), 'q'], [B, 'pq'], [A, 'ip'])('i'));
  });
  it('tells AB from BA', () => {
    const { A, B, product } = build();
    expect(product([A, 'ij'], [B, 'jk'])('ik')).not.toBe(product([B, 'ij'], [A, 'jk'])('ik'));
  });
  it('cancels a scalar against its inverse', () => {
    const { w, v, product } = build();
    const z = product([v('x'), 'i'], [v('y'), 'i'])('');
    expect(product([z, ''], [w.power(z, -1), ''])('')).toBe(w.number(1));
  });
  it('counts an untouched summed axis as its size', () => {
    const { w } = build();
    expect(w.contract([], [{ tensor: w.ones([n]), labels: ['i'] }])).toBe(w.whole(n));
  });
  it('sums a softmax to one, along its own axis only', () => {
    const { w, v, A, product } = build();
    expect(product([w.softmax(v('x')), 'i'])('')).toBe(w.number(1));
    expect(product([w.softmax(A), 'ij'])('i')).toBe(w.ones([n]));
    expect(product([w.softmax(A), 'ij'])('j')).not.toBe(w.ones([n]));
  });
  it('recognises exp(a)/Σexp(a)', () => {
    const { w, v, product } = build();
    const e = w.apply(exp, v('x'));
    expect(product([e, 'i'], [w.power(product([e, 'i'])(''), -1), ''])('i')).toBe(w.softmax(v('x')));
  });
  it('knows QᵀQ = I only where Q is declared orthogonal', () => {
    const { w, product } = build();
    w.assume('Q', { orthogonal: true });
    const Q = w.value('Q', [], [n, n]);
    const P = w.value('P', [], [n, n]);
    expect(product([Q, 'ki'], [Q, 'kj'])('ij')).toBe(w.identity(n));
    expect(product([P, 'ki'], [P, 'kj'])('ij')).not.toBe(w.identity(n));
    expect(w.takeUsedFacts()).toEqual(['Q: orthogonal']);
  });
  it('takes one sign of an argument', () => {
    const { w, v } = build();
    const minus = w.apply(sigmoid, w.scale(v('x'), -1));
    expect(w.expand(minus)).toBe(w.expand(w.add(w.ones([n]), w.scale(w.apply(sigmoid, v('x')), -1))));
    expect(w.apply(tanh, w.scale(v('x'), -1))).toBe(w.scale(w.apply(tanh, v('x')), -1));
    expect(w.apply(log, w.apply(exp, v('x')))).toBe(v('x'));
  });
  it('counts the axes of a closed sum once', () => {
    const { w } = build();
    const [a, b] = [w.value('a', [], []), w.value('b', [], [])];
    const stretched = w.contract(['i'], [{ tensor: w.add(a, b), labels: [] }], new Map([['i', n]]));
    const total = w.contract([], [{ tensor: stretched, labels: ['i'] }]);
    close(naiveValues(total, environment), [3 * naiveEntry(w.add(a, b), [], environment)]);
    const squared = w.contract(
      [],
      [
        { tensor: w.add(w.value('x', [t], [n]), w.value('y', [t], [n])), labels: ['i'] },
        { tensor: w.ones([n]), labels: ['j'] },
      ],
    );
    close(naiveValues(w.expand(squared), environment), naiveValues(squared, environment));
  });
  it('sees a stack through its blocks', () => {
    const { w, v, product } = build();
    const total = addWhole(n, d);
    const first = w.inclusion(wholeNumber(0), n, total);
    const second = w.inclusion(n, d, total);
    const x = w.value('x', [t], [d]);
    const stack = w.add(product([first, 'ki'], [v('h'), 'i'])('k'), product([second, 'ki'], [x, 'i'])('k'));
    expect(w.expand(product([first, 'ki'], [stack, 'k'])('i'))).toBe(v('h'));
    expect(w.expand(product([second, 'ki'], [stack, 'k'])('i'))).toBe(x);
  });
});

describe('expansion', () => {
  it('pulls factors free of the letter out of range sums and starts at 1', () => {
    const { w, A, product } = build();
    const s = wholeLetter('s');
    const h = (k: number): Tensor => w.value('h', [shiftWhole(s, k)], [n]);
    const inside = w.rangeSum('s', wholeNumber(1), T, product([A, 'ij'], [h(0), 'j'])('i'));
    const outside = product([A, 'ij'], [w.rangeSum('s', wholeNumber(2), shiftWhole(T, 1), h(-1)), 'j'])('i');
    expect(w.expand(inside)).toBe(w.expand(outside));
  });
  it('sums a triangle in one order', () => {
    const { w, product } = build();
    const [k, s] = [wholeLetter('k'), wholeLetter('s')];
    const a = w.value('a', [k], [n]);
    const b = w.value('b', [s], [n]);
    const late = w.rangeSum('k', wholeNumber(1), T, product([a, 'i'], [w.rangeSum('s', k, T, b), 'i'])('i'));
    const early = w.rangeSum('s', wholeNumber(1), T, product([w.rangeSum('k', wholeNumber(1), s, a), 'i'], [b, 'i'])('i'));
    const shifted = w.rangeSum(
      'k',
      wholeNumber(0),
      shiftWhole(T, -1),
      product([w.value('a', [shiftWhole(k, 1)], [n]), 'i'], [w.rangeSum('s', shiftWhole(k, 1), T, b), 'i'])('i'),
    );
    expect(w.expand(late)).toBe(w.expand(early));
    expect(w.expand(shifted)).toBe(w.expand(early));
    close(naiveValues(w.expand(late), environment), naiveValues(late, environment));
  });
  it('proves (a + b)² = a² + 2ab + b², inside closed components too', () => {
    const { w, v, product } = build();
    const sum = w.add(v('x'), v('y'));
    const left = product([sum, 'i'], [sum, 'i'], [v('z'), 'i'])('');
    const right = w.add(
      product([v('x'), 'i'], [v('x'), 'i'], [v('z'), 'i'])(''),
      w.scale(product([v('x'), 'i'], [v('y'), 'i'], [v('z'), 'i'])(''), 2),
      product([v('y'), 'i'], [v('y'), 'i'], [v('z'), 'i'])(''),
    );
    expect(w.expand(left)).toBe(w.expand(right));
  });
});

/** Random expressions in x, y ∈ ℝⁿ, A, B ∈ ℝⁿˣⁿ, all of shape [n]. */
const vectors = (w: Workspace): fc.Arbitrary<Tensor> => {
  const v = (name: string): Tensor => w.value(name, [t], [n]);
  const { tree } = fc.letrec<{ tree: Tensor }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(v('x'), v('y'), v('z')),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => w.add(a, w.scale(b, rational(-2, 3)))),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) =>
        w.contract(
          ['i'],
          [
            { tensor: a, labels: ['i'] },
            { tensor: b, labels: ['i'] },
          ],
        ),
      ),
      fc.tuple(fc.constantFrom('A', 'B'), fc.boolean(), tie('tree')).map(([name, flip, a]) =>
        w.contract(
          ['i'],
          [
            { tensor: w.value(name, [], [n, n]), labels: flip ? ['j', 'i'] : ['i', 'j'] },
            { tensor: a, labels: ['j'] },
          ],
        ),
      ),
      fc.tuple(tie('tree'), tie('tree'), tie('tree')).map(([a, b, c]) =>
        w.contract(
          ['i'],
          [
            { tensor: a, labels: ['j'] },
            { tensor: b, labels: ['j'] },
            { tensor: c, labels: ['i'] },
          ],
        ),
      ),
      tie('tree').map((a) => w.apply(tanh, a)),
      tie('tree').map((a) => w.apply(sigmoid, a)),
      tie('tree').map((a) => w.softmax(a)),
      tie('tree').map((a) => w.power(w.add(w.ones([n]), w.power(a, 2)), -1)),
    ),
  }));
  return tree;
};

describe('random networks', () => {
  it('keep their value when expanded', () => {
    const w = createWorkspace();
    fc.assert(
      fc.property(vectors(w), (tensor) => close(naiveValues(w.expand(tensor), environment), naiveValues(tensor, environment))),
      { numRuns: 150, seed: 7 },
    );
  });
  it('expand to a fixed point', () => {
    const w = createWorkspace();
    fc.assert(
      fc.property(vectors(w), (tensor) => w.expand(w.expand(tensor)) === w.expand(tensor)),
      { numRuns: 150, seed: 8 },
    );
  });
  it('have the derivative that central differences give', () => {
    const w = createWorkspace();
    fc.assert(
      fc.property(vectors(w), fc.constantFrom('x', 'A'), (tensor, name) => {
        const dims = name === 'A' ? [n, n] : [n];
        const derivative = w.differentiate(tensor, name, name === 'A' ? [] : [t], dims);
        const at = name === 'A' ? [1, 2] : [1];
        const moved = (by: number): NaiveEnvironment => ({
          ...environment,
          value: (key, indices, position) => environment.value(key, indices, position) + (key === `value:${name}` && position.join() === at.join() ? by : 0),
        });
        for (let i = 0; i < 3; i += 1) {
          const h = 1e-4;
          const numeric =
            (8 * (naiveEntry(tensor, [i], moved(h)) - naiveEntry(tensor, [i], moved(-h))) -
              (naiveEntry(tensor, [i], moved(2 * h)) - naiveEntry(tensor, [i], moved(-2 * h)))) /
            (12 * h);
          const formula = naiveEntry(derivative, [i, ...at], environment);
          expect(Math.abs(formula - numeric)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(numeric)));
        }
      }),
      { numRuns: 150, seed: 9 },
    );
  });
});

describe('operators', () => {
  for (const operator of OPERATORS) {
    it(`${operator.name} differentiates as central differences say`, () => {
      const w = createWorkspace();
      const args = ['x', 'y'].slice(0, operator.arity).map((name) => w.value(name, [], []));
      const tensor = w.apply(operator, ...args);
      for (const sample of operator.samples) {
        for (let k = 0; k < operator.arity; k += 1) {
          const env = (by: number): NaiveEnvironment => ({
            letters: new Map(),
            value: (key) => (key === 'value:x' ? sample[0] + (k === 0 ? by : 0) : sample[1] + (k === 1 ? by : 0)),
          });
          const h = 1e-5;
          const numeric = (naiveEntry(tensor, [], env(h)) - naiveEntry(tensor, [], env(-h))) / (2 * h);
          expect(naiveEntry(w.differentiate(tensor, k === 0 ? 'x' : 'y', [], []), [], env(0))).toBeCloseTo(numeric, 6);
        }
      }
    });
  }
});
