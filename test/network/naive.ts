/** A brute-force interpreter of index networks: loops over every slot, one number at a time. Slow and obvious, for comparison only. */

import { evaluateWhole, type Head, quantityKey, rationalToNumber, type Tensor, type Whole } from '../../src/network/index.js';

export interface NaiveEnvironment {
  readonly letters: ReadonlyMap<string, number>;
  /** Entry of a symbol at numeric indices; position counts from 0. */
  value(key: string, indices: readonly number[], position: readonly number[]): number;
}

const whole = (value: Whole, letters: ReadonlyMap<string, number>): number => {
  const number = evaluateWhole(value, letters);
  if (number === undefined) throw new Error(`no number for ${value.key}`);
  return number;
};

/** A number in (−1, 1) that depends on the text only. */
export function pseudoRandom(text: string): number {
  let state = 2166136261;
  for (let index = 0; index < text.length; index += 1) state = Math.imul(state ^ text.charCodeAt(index), 16777619);
  state ^= state >>> 15;
  state = Math.imul(state, 2246822519);
  state ^= state >>> 13;
  return ((state >>> 0) / 4294967296) * 2 - 1;
}

export const randomEnvironment = (letters: Record<string, number>): NaiveEnvironment => ({
  letters: new Map(Object.entries(letters)),
  value: (key, indices, position) => 0.2 + 0.7 * pseudoRandom(`${key}|${indices.join(',')}|${position.join(',')}`),
});

function* positions(dims: readonly number[]): Generator<number[]> {
  if (dims.length === 0) {
    yield [];
    return;
  }
  for (const rest of positions(dims.slice(1))) for (let first = 0; first < (dims[0] ?? 0); first += 1) yield [first, ...rest];
}

/** Value of one entry of a tensor. */
export function naiveEntry(tensor: Tensor, at: readonly number[], environment: NaiveEnvironment): number {
  let total = 0;
  for (const term of tensor.terms) {
    const bound = term.net.dims.slice(tensor.dims.length).map((dim) => whole(dim, environment.letters));
    for (const inner of positions(bound)) {
      const slots = [...at, ...inner];
      let product = rationalToNumber(term.coefficient);
      for (const leaf of term.net.leaves) {
        const value = naiveHead(
          leaf.head.head,
          leaf.slots.map((slot) => slots[slot] ?? 0),
          environment,
        );
        product *= value ** rationalToNumber(leaf.power);
      }
      total += product;
    }
  }
  return total;
}

function naiveHead(head: Head, at: readonly number[], environment: NaiveEnvironment): number {
  const number = (value: Whole): number => whole(value, environment.letters);
  const [row = 0, column = 0] = at;
  const inner = (letter: string, value: number): NaiveEnvironment => ({ ...environment, letters: new Map([...environment.letters, [letter, value]]) });
  switch (head.kind) {
    case 'symbol': {
      const indices = head.quantity.kind === 'partial' ? [] : head.quantity.indices.map(number);
      const key = head.quantity.kind === 'partial' ? quantityKey(head.quantity) : `${head.quantity.kind}:${head.quantity.name}`;
      return environment.value(key, indices, at);
    }
    case 'delta':
      return row === column ? 1 : 0;
    case 'whole':
      return number(head.value);
    case 'indicator':
      return head.relation === 'zero' ? (number(head.of) === 0 ? 1 : 0) : number(head.of) >= 0 ? 1 : 0;
    case 'inclusion':
      return row === column + number(head.offset) ? 1 : 0;
    case 'order':
      return row - column >= number(head.offset) ? 1 : 0;
    case 'apply': {
      const [x = 0, y = 0] = head.args.map((arg) => naiveEntry(arg, arg.dims.length === 0 ? [] : at, environment));
      return head.operator.evaluate(x, y);
    }
    case 'unspecified':
      throw new Error('the naive interpreter has no unspecified functions');
    case 'softmax': {
      const size = number(head.of.dims[head.of.dims.length - 1] as Whole);
      const values = Array.from({ length: size }, (_, k) => Math.exp(naiveEntry(head.of, [...at.slice(0, -1), k], environment)));
      return (values[at[at.length - 1] ?? 0] ?? 0) / values.reduce((a, b) => a + b, 0);
    }
    case 'sum':
    case 'held':
      return naiveEntry(head.of, at, environment);
    case 'rangeSum': {
      let total = 0;
      for (let value = number(head.from); value <= number(head.to); value += 1) total += naiveEntry(head.of, at, inner(head.letter, value));
      return total;
    }
    case 'product': {
      const size = number(head.of.dims[0] as Whole);
      const [from, to] = [number(head.from), number(head.to)];
      let matrix: number[][] = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
      for (let value = from; head.step === 1 ? value <= to : value >= to; value += head.step)
        matrix = multiply(matrix, naiveMatrix(head.of, size, inner(head.letter, value)));
      return matrix[row]?.[column] ?? 0;
    }
    case 'power': {
      const exponent = number(head.exponent);
      if (head.of.dims.length === 0) return naiveEntry(head.of, [], environment) ** exponent;
      const size = number(head.of.dims[0] as Whole);
      let matrix: number[][] = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
      for (let k = 0; k < exponent; k += 1) matrix = multiply(matrix, naiveMatrix(head.of, size, environment));
      return matrix[row]?.[column] ?? 0;
    }
  }
}

const naiveMatrix = (tensor: Tensor, size: number, environment: NaiveEnvironment): number[][] =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => naiveEntry(tensor, [i, j], environment)));

const multiply = (a: number[][], b: number[][]): number[][] =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, x, k) => sum + x * (b[k]?.[j] ?? 0), 0)));

/** All entries, first axis slowest. */
export function naiveValues(tensor: Tensor, environment: NaiveEnvironment): number[] {
  const dims = tensor.dims.map((dim) => whole(dim, environment.letters));
  return [...positions(dims)].map((at) => naiveEntry(tensor, at, environment));
}
