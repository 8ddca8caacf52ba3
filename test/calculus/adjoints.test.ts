/** Adjoints and gradients of models built by hand, against central differences of the unrolled values. */
import { describe, expect, it } from 'vitest';
import { gradient, lossSystem } from '../../src/calculus/index.js';
import type { Model } from '../../src/model/model.js';
import { evaluateWhole, shiftWhole, type Tensor, type ValueReference, type Whole, type Workspace } from '../../src/network/index.js';
import { exp, log, sigmoid, tanh } from '../../src/operators/index.js';
import { naiveEntry } from '../network/naive.js';
import { HandRun, handModel, letter, number } from './hand.js';

const [n, d, m, T, M, t, i, j] = ['n', 'd', 'm', 'T', 'M', 't', 'i', 'j'].map(letter) as [Whole, Whole, Whole, Whole, Whole, Whole, Whole, Whole];
const overT = { letter: 't', from: number(1), to: T };
const overM = { letter: 't', from: number(1), to: M };
const overN = { letter: 'i', from: number(1), to: letter('N') };
const dot =
  (w: Workspace, ...f: [Tensor, string][]) =>
  (free: string): Tensor =>
    w.contract(
      [...free],
      f.map(([tensor, labels]) => ({ tensor, labels: [...labels] })),
    );

const rnn = (): Model =>
  handModel(
    {
      x: { dims: [d], indices: [overT], role: 'input' },
      y: { dims: [m], indices: [overT], role: 'input' },
      W: { dims: [n, n], role: 'parameter' },
      U: { dims: [n, d], role: 'parameter' },
      V: { dims: [m, n], role: 'parameter' },
      h: { dims: [n], indices: [overT], role: 'computed' },
      o: { dims: [m], indices: [overT], role: 'computed' },
      p: { dims: [m], indices: [overT], role: 'computed' },
      J: { dims: [], role: 'computed' },
    },
    [
      {
        name: 'h',
        indices: [t],
        ranges: [overT],
        value: (w) =>
          w.apply(
            tanh,
            w.add(
              dot(w, [w.value('W', [], [n, n]), 'ab'], [w.value('h', [shiftWhole(t, -1)], [n]), 'b'])('a'),
              dot(w, [w.value('U', [], [n, d]), 'ab'], [w.value('x', [t], [d]), 'b'])('a'),
            ),
          ),
      },
      { name: 'o', indices: [t], ranges: [overT], value: (w) => dot(w, [w.value('V', [], [m, n]), 'ab'], [w.value('h', [t], [n]), 'b'])('a') },
      { name: 'p', indices: [t], ranges: [overT], value: (w) => w.softmax(w.value('o', [t], [m])) },
      {
        name: 'J',
        indices: [],
        ranges: [],
        value: (w) => w.scale(w.rangeSum('t', number(1), T, dot(w, [w.value('y', [t], [m]), 'a'], [w.apply(log, w.value('p', [t], [m])), 'a'])('')), -1),
      },
    ],
    { loss: 'J', boundaries: [{ name: 'h', indices: [number(0)], kind: 'freed' }] },
  );

/** Encoder h over M steps; attention of decoder states s over all h; loss on s. Two loops of different lengths, and h_M sets s_0. */
const attention = (): Model =>
  handModel(
    {
      x: { dims: [n], indices: [overM], role: 'input' },
      W: { dims: [n, n], role: 'parameter' },
      A: { dims: [n, n], role: 'parameter' },
      C: { dims: [n, n], role: 'parameter' },
      h: { dims: [n], indices: [overM], role: 'computed' },
      e: { dims: [], indices: [overN, overM], role: 'computed' },
      alpha: { dims: [], indices: [overN, overM], role: 'computed' },
      c: { dims: [n], indices: [overN], role: 'computed' },
      s: { dims: [n], indices: [overN], role: 'computed' },
      L: { dims: [], role: 'computed' },
    },
    [
      {
        name: 'h',
        indices: [t],
        ranges: [overM],
        value: (w) =>
          w.apply(tanh, w.add(dot(w, [w.value('W', [], [n, n]), 'ab'], [w.value('h', [shiftWhole(t, -1)], [n]), 'b'])('a'), w.value('x', [t], [n]))),
      },
      { name: 's', indices: [number(0)], ranges: [], value: (w) => w.apply(tanh, w.value('h', [M], [n])) },
      {
        name: 'e',
        indices: [i, t],
        ranges: [overN, overM],
        value: (w) => dot(w, [w.value('s', [shiftWhole(i, -1)], [n]), 'a'], [w.value('A', [], [n, n]), 'ab'], [w.value('h', [t], [n]), 'b'])(''),
      },
      {
        name: 'alpha',
        indices: [i, t],
        ranges: [overN, overM],
        value: (w) =>
          dot(w, [w.apply(exp, w.value('e', [i, t], [])), ''], [w.power(w.rangeSum('j', number(1), M, w.apply(exp, w.value('e', [i, j], []))), -1), ''])(''),
      },
      {
        name: 'c',
        indices: [i],
        ranges: [overN],
        value: (w) => w.rangeSum('t', number(1), M, dot(w, [w.value('alpha', [i, t], []), ''], [w.value('h', [t], [n]), 'a'])('a')),
      },
      {
        name: 's',
        indices: [i],
        ranges: [overN],
        value: (w) =>
          w.apply(sigmoid, w.add(w.value('s', [shiftWhole(i, -1)], [n]), dot(w, [w.value('C', [], [n, n]), 'ab'], [w.value('c', [i], [n]), 'b'])('a'))),
      },
      {
        name: 'L',
        indices: [],
        ranges: [],
        value: (w) => w.rangeSum('i', number(1), letter('N'), dot(w, [w.value('s', [i], [n]), 'a'], [w.value('s', [i], [n]), 'a'])('')),
      },
    ],
    { loss: 'L' },
  );

/** Two directions; the loss reads both. */
const bidirectional = (): Model =>
  handModel(
    {
      x: { dims: [n], indices: [overT], role: 'input' },
      W: { dims: [n, n], role: 'parameter' },
      B: { dims: [n, n], role: 'parameter' },
      f: { dims: [n], indices: [overT], role: 'computed' },
      g: { dims: [n], indices: [overT], role: 'computed' },
      J: { dims: [], role: 'computed' },
    },
    [
      {
        name: 'f',
        indices: [t],
        ranges: [overT],
        value: (w) =>
          w.apply(tanh, w.add(dot(w, [w.value('W', [], [n, n]), 'ab'], [w.value('f', [shiftWhole(t, -1)], [n]), 'b'])('a'), w.value('x', [t], [n]))),
      },
      {
        name: 'g',
        indices: [t],
        ranges: [overT],
        value: (w) => w.apply(tanh, w.add(dot(w, [w.value('B', [], [n, n]), 'ab'], [w.value('g', [shiftWhole(t, 1)], [n]), 'b'])('a'), w.value('x', [t], [n]))),
      },
      {
        name: 'J',
        indices: [],
        ranges: [],
        value: (w) => w.rangeSum('t', number(1), T, dot(w, [w.value('f', [t], [n]), 'a'], [w.value('g', [t], [n]), 'a'])('')),
      },
    ],
    { loss: 'J', boundaries: [{ name: 'g', indices: [shiftWhole(T, 1)], kind: 'freed' }] },
  );

const sizes = { n: 3, d: 2, m: 4, T: 4, M: 3, N: 2 };

function expectGradient(model: Model, reference: ValueReference, keep?: readonly string[]): void {
  const system = lossSystem(model);
  if (system === undefined) throw new Error('no loss');
  const derivation = gradient(system, reference, keep);
  const indices = reference.indices.map((index) => evaluateWhole(index, new Map(Object.entries(sizes))) ?? 0);
  const dims = derivation.result.dims.map((dim) => evaluateWhole(dim, new Map(Object.entries(sizes))) ?? 0);
  const places =
    dims.length === 2
      ? Array.from({ length: dims[0] ?? 0 }, (_, a) => Array.from({ length: dims[1] ?? 0 }, (_, b) => [a, b])).flat()
      : Array.from({ length: dims[0] ?? 1 }, (_, a) => (dims.length === 0 ? [] : [a]));
  for (const place of places) {
    const key = `value:${reference.name}[${indices.join()}](${place.join()})`;
    const loss = (by: number): number => new HandRun(model, sizes, undefined, { key, by }).value(`value:${model.loss}`, [], []);
    const step = 1e-3;
    const numeric = (8 * (loss(step) - loss(-step)) - (loss(2 * step) - loss(-2 * step))) / (12 * step);
    const run = new HandRun(model, sizes, system);
    const at = new Map(run.letters);
    const declared = model.declarations.get(reference.name)?.indices ?? [];
    declared.forEach((range, k) => at.set(range.letter, indices[k] ?? 0));
    const formula = naiveEntry(derivation.result, place, { letters: at, value: (k, x, p) => run.value(k, x, p) });
    expect(Math.abs(formula - numeric), `${reference.name}${place.join()}: ${formula} against ${numeric}`).toBeLessThanOrEqual(
      1e-8 * Math.max(1, Math.abs(numeric)),
    );
  }
}

describe('gradients of models built by hand', () => {
  const at = (name: string, ...indices: Whole[]): ValueReference => ({ name, indices });
  const cases: [string, () => Model, ValueReference[]][] = [
    ['rnn', rnn, [at('W'), at('U'), at('V'), at('h', number(0)), at('x', number(2)), at('x', number(4)), at('y', number(1))]],
    ['attention over an encoder', attention, [at('W'), at('A'), at('C'), at('x', number(1)), at('x', number(3))]],
    ['bidirectional', bidirectional, [at('W'), at('B'), at('x', number(2)), at('g', shiftWhole(T, 1))]],
  ];
  for (const [name, build, references] of cases) {
    for (const reference of references) {
      it(`${name}: ${reference.name}${reference.indices.map((index) => index.key).join()}`, () => {
        expectGradient(build(), reference);
        expectGradient(build(), reference, ['all']);
      });
    }
  }
});
