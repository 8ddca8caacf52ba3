/** Models whose equations only read, put together by hand: what the graphs of models are made from. */

import type { Equation, IndexRange, Model } from '../../../src/model/model.js';
import { shiftWhole, type Whole, type Workspace, wholeLetter, wholeNumber } from '../../../src/network/index.js';
import { tanh } from '../../../src/operators/index.js';
import { type HandEquation, handModel } from '../../calculus/hand.js';

const n = wholeLetter('n');
export const at = (letter: string, offset = 0): Whole => shiftWhole(wholeLetter(letter), offset);
export const number = wholeNumber;
export const range = (letter: string, last: string): IndexRange => ({ letter, from: wholeNumber(1), to: wholeLetter(last) });

type Read = readonly [name: string, ...indices: Whole[]];

/** An equation that reads what it says, and nothing is said about how. */
export function reading(name: string, ranges: readonly IndexRange[], ...reads: readonly Read[]): HandEquation {
  return {
    name,
    indices: ranges.map(({ letter }) => wholeLetter(letter)),
    ranges,
    value: (w: Workspace) => w.apply(tanh, w.add(...reads.map(([key, ...indices]) => w.value(key, indices, [n])))),
  };
}

/** An equation that sums what it reads over a letter. */
export function summing(name: string, ranges: readonly IndexRange[], over: IndexRange, ...reads: readonly Read[]): HandEquation {
  return {
    name,
    indices: ranges.map(({ letter }) => wholeLetter(letter)),
    ranges,
    value: (w: Workspace) => w.rangeSum(over.letter, over.from, over.to, w.add(...reads.map(([key, ...indices]) => w.value(key, indices, [n])))),
  };
}

export function readingModel(inputs: Readonly<Record<string, readonly IndexRange[]>>, equations: readonly HandEquation[], loss: string): Model {
  const declarations = Object.entries(inputs).map(([name, indices]) => [name, { dims: [n], indices, role: 'input' as const }] as const);
  const computed = equations
    .filter((equation: Pick<Equation, 'ranges' | 'indices'>) => equation.ranges.length === equation.indices.length)
    .map((equation) => [equation.name, { dims: equation.name === loss ? [] : [n], indices: equation.ranges, role: 'computed' as const }] as const);
  return handModel(Object.fromEntries([...declarations, ...computed]), equations, { loss });
}

const t = range('t', 'T');
const gate = (name: string): HandEquation => reading(name, [t], ['x', at('t')], ['h', at('t', -1)]);

export const lstm = (): Model =>
  readingModel(
    { x: [t] },
    [
      gate('f'),
      gate('i'),
      gate('o'),
      gate('tilde C'),
      reading('C', [t], ['f', at('t')], ['C', at('t', -1)], ['i', at('t')], ['tilde C', at('t')]),
      reading('h', [t], ['C', at('t')], ['o', at('t')]),
      summing('J', [], t, ['h', at('t')]),
    ],
    'J',
  );

const m = range('t', 'M');
const decoding = range('i', 'N');

export const attention = (): Model =>
  readingModel(
    { x: [m], y: [decoding] },
    [
      reading('h', [m], ['h', at('t', -1)], ['x', at('t')]),
      { name: 's', indices: [number(0)], ranges: [], value: (w) => w.value('h', [wholeLetter('M')], [n]) },
      reading('e', [decoding, m], ['s', at('i', -1)], ['h', at('t')]),
      summing('alpha', [decoding, m], range('j', 'M'), ['e', at('i'), at('j')]),
      summing('c', [decoding], m, ['alpha', at('i'), at('t')], ['h', at('t')]),
      reading('s', [decoding], ['s', at('i', -1)], ['c', at('i')], ['y', at('i', -1)]),
      summing('L', [], decoding, ['s', at('i')]),
    ],
    'L',
  );

const l = range('l', 'K');

/** h^l_t reads the layer below and the step before. */
export const layered = (): Model =>
  readingModel(
    { x: [t] },
    [reading('h', [l, t], ['h', at('l', -1), at('t')], ['h', at('l'), at('t', -1)]), summing('J', [], t, ['h', wholeLetter('K'), at('t')])],
    'J',
  );

/** The loss reads the last state only. */
export const manyToOne = (): Model =>
  readingModel({ x: [t] }, [reading('h', [t], ['h', at('t', -1)], ['x', at('t')]), reading('J', [], ['h', wholeLetter('T')])], 'J');

/** No recurrence at all. */
export const feedForward = (): Model =>
  readingModel({ X: [] }, [reading('Q', [], ['X']), reading('K', [], ['X']), reading('A', [], ['Q'], ['K']), reading('J', [], ['A'])], 'J');

/** Scalars after the last step that read each other, one of them twice. */
export const closing = (): Model =>
  readingModel(
    { x: [t] },
    [
      reading('h', [t], ['h', at('t', -1)], ['x', at('t')]),
      reading('R', [], ['h', wholeLetter('T')]),
      reading('q', [], ['R']),
      summing('y', [], t, ['h', at('t')], ['R']),
      reading('J', [], ['y']),
    ],
    'J',
  );

/** What the encoder hands over at its end, read at every step of the decoder. */
export const context = (): Model =>
  readingModel(
    { x: [m], y: [decoding] },
    [
      reading('h', [m], ['h', at('t', -1)], ['x', at('t')]),
      reading('c', [], ['h', wholeLetter('M')]),
      reading('s', [decoding], ['s', at('i', -1)], ['c']),
      summing('L', [], decoding, ['s', at('i')], ['y', at('i')]),
    ],
    'L',
  );

const two: IndexRange = { letter: 't', from: number(1), to: number(2) };

/** Two steps and no more. */
export const twoSteps = (): Model =>
  readingModel(
    { x: [two] },
    [reading('h', [two], ['h', at('t', -1)], ['x', at('t')]), reading('e', [two], ['h', at('t')]), summing('E', [], two, ['e', at('t')])],
    'E',
  );

export const all: Readonly<Record<string, () => Model>> = { lstm, attention, layered, manyToOne, feedForward, closing, context, twoSteps };
