/** A slow and plain evaluator of index networks for tests: every slot runs over its whole axis. Shares nothing with the numeric plans. */

import { rationalToNumber } from '../../src/network/rational.js';
import type { Head, Tensor } from '../../src/network/tensor.js';
import { evaluateWhole, type Whole } from '../../src/network/whole.js';

export type Numbers = number | readonly Numbers[];

export interface Environment {
  readonly sizes: ReadonlyMap<string, number>;
  /** Values by name; a name with indices is keyed `h_3`, `e_2,1`. */
  readonly values: ReadonlyMap<string, Numbers>;
}

function whole(value: Whole, environment: Environment): number {
  const found = evaluateWhole(value, environment.sizes);
  if (found === undefined) throw new Error(`no value for ${value.key}`);
  return found;
}

const entry = (value: Numbers, at: readonly number[]): number =>
  at.reduce<Numbers>((inner, k) => (typeof inner === 'number' ? inner : (inner[k] ?? Number.NaN)), value) as number;

const withLetter = (environment: Environment, letter: string, value: number): Environment => ({
  ...environment,
  sizes: new Map([...environment.sizes, [letter, value]]),
});

function all(dims: readonly number[]): readonly (readonly number[])[] {
  return dims.reduce<readonly (readonly number[])[]>((heads, dim) => heads.flatMap((head) => Array.from({ length: dim }, (_, k) => [...head, k])), [[]]);
}

function headAt(head: Head, at: readonly number[], environment: Environment): number {
  const [i = 0, j = 0] = at;
  switch (head.kind) {
    case 'symbol': {
      if (head.quantity.kind !== 'value') throw new Error('only values have numbers here');
      const indices = head.quantity.indices.map((index) => whole(index, environment));
      const value = environment.values.get(indices.length === 0 ? head.quantity.name : `${head.quantity.name}_${indices.join(',')}`);
      if (value === undefined) throw new Error(`no value for ${head.quantity.name} at ${indices.join(',')}`);
      return entry(value, at);
    }
    case 'delta':
      return i === j ? 1 : 0;
    case 'whole':
      return whole(head.value, environment);
    case 'indicator':
      return head.relation === 'zero' ? Number(whole(head.of, environment) === 0) : Number(whole(head.of, environment) >= 0);
    case 'inclusion':
      return i === j + whole(head.offset, environment) ? 1 : 0;
    case 'order':
      return i - j >= whole(head.offset, environment) ? 1 : 0;
    case 'apply': {
      const [x = 0, y = 0] = head.args.map((arg) => tensorAt(arg, arg.dims.length === 0 ? [] : at, environment));
      return head.operator.evaluate(x, y);
    }
    case 'unspecified':
      throw new Error('unspecified functions have no numbers here');
    case 'softmax': {
      const row = at.slice(0, -1);
      const dim = whole(head.of.dims.at(-1) as Whole, environment);
      const exponentials = Array.from({ length: dim }, (_, k) => Math.exp(tensorAt(head.of, [...row, k], environment)));
      return (exponentials[at.at(-1) ?? 0] ?? 0) / exponentials.reduce((a, b) => a + b, 0);
    }
    case 'sum':
    case 'held':
      return tensorAt(head.of, at, environment);
    case 'rangeSum': {
      let sum = 0;
      for (let k = whole(head.from, environment); k <= whole(head.to, environment); k += 1)
        sum += tensorAt(head.of, at, withLetter(environment, head.letter, k));
      return sum;
    }
    case 'product': {
      const size = whole(head.of.dims[0] as Whole, environment);
      let product: number[][] = Array.from({ length: size }, (_, r) => Array.from({ length: size }, (_, c) => Number(r === c)));
      const [from, to] = [whole(head.from, environment), whole(head.to, environment)];
      for (let k = from; head.step === 1 ? k <= to : k >= to; k += head.step) {
        const inside = withLetter(environment, head.letter, k);
        const factor = Array.from({ length: size }, (_, r) => Array.from({ length: size }, (_, c) => tensorAt(head.of, [r, c], inside)));
        product = product.map((row) => row.map((_, c) => row.reduce((sum, value, m) => sum + value * (factor[m]?.[c] ?? 0), 0)));
      }
      return product[i]?.[j] ?? Number.NaN;
    }
    case 'power': {
      const exponent = whole(head.exponent, environment);
      if (head.of.dims.length === 0) return tensorAt(head.of, [], environment) ** exponent;
      const size = whole(head.of.dims[0] as Whole, environment);
      const base = Array.from({ length: size }, (_, r) => Array.from({ length: size }, (_, c) => tensorAt(head.of, [r, c], environment)));
      let product: number[][] = base.map((row, r) => row.map((_, c) => Number(r === c)));
      for (let k = 0; k < exponent; k += 1)
        product = product.map((row) => row.map((_, c) => row.reduce((sum, value, m) => sum + value * (base[m]?.[c] ?? 0), 0)));
      return product[i]?.[j] ?? Number.NaN;
    }
  }
}

/** One entry of a tensor. */
export function tensorAt(tensor: Tensor, at: readonly number[], environment: Environment): number {
  return tensor.terms.reduce((total, { coefficient, net }) => {
    const dims = net.dims.map((dim) => whole(dim, environment));
    const summed = all(dims.slice(tensor.dims.length));
    const sum = summed.reduce((partial, rest) => {
      const slots = [...at, ...rest];
      return (
        partial +
        net.leaves.reduce(
          (product, leaf) =>
            product === 0
              ? 0
              : product *
                headAt(
                  leaf.head.head,
                  leaf.slots.map((slot) => slots[slot] ?? 0),
                  environment,
                ) **
                  rationalToNumber(leaf.power),
          1,
        )
      );
    }, 0);
    return total + rationalToNumber(coefficient) * sum;
  }, 0);
}

/** All entries, nested. */
export function tensorNumbers(tensor: Tensor, environment: Environment): Numbers {
  const nest = (axis: number, at: readonly number[]): Numbers => {
    const dim = tensor.dims[axis];
    return dim === undefined ? tensorAt(tensor, at, environment) : Array.from({ length: whole(dim, environment) }, (_, k) => nest(axis + 1, [...at, k]));
  };
  return nest(0, []);
}
