/** Random index networks for the tests of raising and printing: built from plans, which are data, so that failures shrink. */
import fc from 'fast-check';
import { HALF, MINUS_ONE, rational, type Tensor, type Whole, type Workspace, wholeLetter, wholeNumber } from '../../src/network/index.js';
import { addWhole, shiftWhole } from '../../src/network/whole.js';
import { sigmoid, tanh } from '../../src/operators/index.js';
import type { Environment } from './evaluate.js';

export const [n, d, T, t] = ['n', 'd', 'T', 't'].map(wholeLetter) as [Whole, Whole, Whole, Whole];
export const nd = addWhole(n, d);
export const SIZES: Environment = new Map([
  ['n', 2],
  ['d', 3],
  ['T', 4],
  ['t', 2],
]);
export const SIZE_OF: Readonly<Record<string, Whole>> = { n, d, s: nd };

/** Instructions from which a tensor is built; data, so that failures shrink. */
export interface Plan {
  readonly terms: readonly TermPlan[];
}
interface TermPlan {
  readonly coefficient: number;
  /** Sizes of the summed axes: n, d or s = n + d. */
  readonly bound: readonly string[];
  readonly factors: readonly FactorPlan[];
}
interface FactorPlan {
  readonly kind:
    | 'symbol'
    | 'adjoint'
    | 'timed'
    | 'power'
    | 'root'
    | 'inverse'
    | 'tanh'
    | 'sigmoid'
    | 'softmax'
    | 'sum'
    | 'rangeSum'
    | 'whole'
    | 'stack'
    | 'block'
    | 'unspecified';
  /** Which labels it takes, counted modulo those there are. */
  readonly axes: readonly number[];
  readonly name: number;
  readonly inner: Plan | undefined;
}

const KINDS = [
  'symbol',
  'symbol',
  'adjoint',
  'timed',
  'power',
  'root',
  'inverse',
  'tanh',
  'sigmoid',
  'softmax',
  'sum',
  'rangeSum',
  'whole',
  'stack',
  'block',
  'unspecified',
] as const;

export const planOf = (depth: number): fc.Arbitrary<Plan> => {
  const factor: fc.Arbitrary<FactorPlan> = fc.record({
    kind: fc.constantFrom(...KINDS),
    axes: fc.array(fc.nat(3), { minLength: 0, maxLength: 2 }),
    name: fc.nat(2),
    inner: depth === 0 ? fc.constant(undefined) : planOf(depth - 1),
  });
  const term = fc.record({
    coefficient: fc.constantFrom(1, 1, -1, 2, -3),
    bound: fc.array(fc.constantFrom('n', 'd', 's'), { maxLength: 2 }),
    factors: fc.array(factor, { minLength: 1, maxLength: 3 }),
  });
  return fc.record({ terms: fc.array(term, { minLength: 1, maxLength: depth === 2 ? 3 : 2 }) });
};

/** A name for each shape, so that one name never has two: `A_nd`, `H_s`, the scalar `a`. */
export const nameOf = (letter: string, sizes: readonly string[]): string =>
  sizes.length === 0 ? (letter === 'H' ? 'r' : letter.toLowerCase()) : `${letter}_${sizes.join('')}`;

/** A tensor over free axes of the given sizes. */
export function build(ws: Workspace, plan: Plan, free: readonly string[]): Tensor {
  const dims = free.map((size) => SIZE_OF[size] as Whole);
  const sizes = new Map(free.map((_, k) => [`f${k}`, dims[k] as Whole]));
  const terms = plan.terms.map(({ coefficient, bound, factors }) => {
    const labels = [...free.map((size, k) => ({ label: `f${k}`, size })), ...bound.map((size, k) => ({ label: `b${k}`, size }))];
    const single = factors.filter((factor, k) => factor.kind !== 'block' || factors.findIndex(({ kind }) => kind === 'block') === k);
    const built = single.flatMap((factor) => buildFactor(ws, factor, labels));
    const used = new Set(built.flatMap((each) => each.labels));
    const extra = labels
      .filter(({ label }) => label.startsWith('b') && !used.has(label))
      .map(({ label, size }) => ({ tensor: ws.value(nameOf('u', [size]), [], [SIZE_OF[size] as Whole]), labels: [label] }));
    return ws.scale(
      ws.contract(
        free.map((_, k) => `f${k}`),
        [...built, ...extra],
        sizes,
      ),
      coefficient,
    );
  });
  return ws.add(...terms);
}

function buildFactor(ws: Workspace, factor: FactorPlan, labels: readonly { label: string; size: string }[]): { tensor: Tensor; labels: string[] }[] {
  const taken =
    labels.length === 0 ? [] : [...new Set(factor.axes.map((axis) => axis % labels.length))].map((k) => labels[k] as { label: string; size: string });
  const sizes = taken.map(({ size }) => size);
  const dims = sizes.map((size) => SIZE_OF[size] as Whole);
  const name = nameOf('ABC'[factor.name] ?? 'A', sizes);
  const own = taken.map(({ label }) => label);
  const symbol = (): Tensor => ws.value(name, [], dims);
  const inner = (): Tensor => (factor.inner === undefined ? symbol() : build(ws, factor.inner, sizes));
  const wired = (tensor: Tensor): { tensor: Tensor; labels: string[] }[] => [{ tensor, labels: own }];
  switch (factor.kind) {
    case 'symbol':
      return wired(symbol());
    case 'adjoint':
      return wired(ws.symbol({ kind: 'adjoint', name: nameOf('H', sizes), indices: [t] }, dims));
    case 'timed':
      return wired(ws.value(nameOf('H', sizes), [shiftWhole(t, factor.name - 1)], dims));
    case 'power':
      return wired(ws.power(symbol(), 2));
    case 'root':
      return wired(ws.power(symbol(), HALF));
    case 'inverse':
      return wired(ws.power(symbol(), factor.name === 0 ? MINUS_ONE : rational(-1, 2)));
    case 'tanh':
      return wired(ws.apply(tanh, inner()));
    case 'sigmoid':
      return wired(ws.apply(sigmoid, inner()));
    case 'softmax':
      return dims.length === 0 ? wired(symbol()) : wired(ws.softmax(inner()));
    case 'sum':
      return wired(inner());
    case 'rangeSum':
      return wired(ws.rangeSum('t', wholeNumber(1), T, inner()));
    case 'whole':
      return [{ tensor: ws.whole(factor.name === 0 ? n : shiftWhole(T, factor.name)), labels: [] }];
    case 'unspecified':
      return wired(ws.unspecified('g', [], true, dims, [inner()], factor.name === 0 ? [] : [0]));
    case 'stack': {
      const axis = taken.find(({ size }) => size === 's');
      if (axis === undefined) return wired(symbol());
      const part = (offset: Whole, size: Whole, of: string): Tensor =>
        ws.contract(
          ['a'],
          [
            { tensor: ws.inclusion(offset, size, nd), labels: ['a', 'b'] },
            { tensor: ws.value(of, [], [size]), labels: ['b'] },
          ],
        );
      return [{ tensor: ws.add(part(wholeNumber(0), n, nameOf('p', ['n'])), part(n, d, nameOf('q', ['d']))), labels: [axis.label] }];
    }
    case 'block': {
      const axis = taken.find(({ size }) => size === 'n');
      if (axis === undefined) return wired(symbol());
      return [
        {
          tensor: ws.contract(
            ['b'],
            [
              { tensor: ws.value(nameOf('S', ['s']), [], [nd]), labels: ['a'] },
              { tensor: ws.inclusion(wholeNumber(0), n, nd), labels: ['a', 'b'] },
            ],
          ),
          labels: [axis.label],
        },
      ];
    }
  }
}
