/**
 * Random points at which a mistake shows: pairwise different sizes, three steps or more, dense weights near 0.8 without symmetry,
 * nonzero initial states, pre-activations of size 0.5 … 2; and whatever a model assumes of a name holds.
 *
 * Each name draws from a stream of its own, so a point does not depend on the order of declarations.
 */

import type { Assumptions, IndexRange, Model } from '../model/model.js';
import { lettersOf } from '../network/whole.js';
import { entryCount, type Scope } from './array.js';
import { Random } from './random.js';
import { createRun, type GivenInstance, type Run, type RunOptions } from './run.js';

export interface Point {
  readonly run: Run;
  readonly values: ReadonlyMap<string, Float64Array>;
  readonly sizes: Scope;
}

/** How often another draw is tried where values came out non-finite; the last draws have positive entries only, for logarithms and roots. */
const DRAWS = 12;
const POSITIVE_FROM = 6;

/** Names of `model.sizes` that bound the range of an index. */
export function lengthsOf(model: Model): ReadonlySet<string> {
  const ranges: IndexRange[] = [
    ...model.letters.values(),
    ...[...model.declarations.values()].flatMap(({ indices }) => indices),
    ...model.equations.flatMap((equation) => equation.ranges),
  ];
  const bounds = new Set(ranges.flatMap(({ from, to }) => [...lettersOf(from), ...lettersOf(to)]));
  return new Set(model.sizes.filter((size) => bounds.has(size)));
}

/** Sizes that hide nothing: lengths from 3 to 6, axes from 2 on, no two alike. Sizes that are given stay. */
export function randomSizes(model: Model, seed: number, given: Scope = new Map()): Map<string, number> {
  const random = new Random(seed, 'sizes');
  const lengths = lengthsOf(model);
  const rotations = [...model.declarations.values()].some(({ assumptions }) => assumptions.orthogonal === true);
  const used = new Set(given.values());
  const draw = (from: readonly number[]): number => {
    const pool = [...random.shuffled(from), ...Array.from({ length: model.sizes.length + given.size }, (_, k) => 6 + k)];
    const size = pool.find((candidate) => !used.has(candidate)) ?? pool.length + 6;
    used.add(size);
    return size;
  };
  const chosen = new Map<string, number>();
  for (const size of [...model.sizes].sort((a, b) => Number(lengths.has(b)) - Number(lengths.has(a)))) {
    chosen.set(size, given.get(size) ?? draw(lengths.has(size) ? [3, 4, 5] : rotations ? [3, 4, 5] : [2, 3, 4, 5]));
  }
  return new Map([...given, ...model.sizes.map((size) => [size, chosen.get(size) as number] as const)]);
}

/** Numbers for everything that a run must be given. `positive` makes them positive. */
export function randomValues(run: Run, seed: number, positive = false): Map<string, Float64Array> {
  const random = new Random(seed, positive ? 'positive values' : 'values');
  return new Map(
    run.given.map((instance) => {
      const assumptions = run.model.declarations.get(instance.name)?.assumptions ?? {};
      return [instance.key, drawValue(instance, assumptions, random.fork(instance.key), positive)];
    }),
  );
}

/**
 * A run at random sizes and values, forward pass done. Draws again where a computed value is not finite (a logarithm of a negative number, say);
 * the last draw is returned as it is.
 */
export function randomPoint(model: Model, seed: number, options: RunOptions & { readonly sizes?: Scope } = {}): Point {
  const sizes = randomSizes(model, seed, options.sizes);
  const run = createRun(model, sizes, { seed, ...options });
  for (let draw = 0; ; draw++) {
    const values = randomValues(run, seed + draw * 1_000_003, draw >= POSITIVE_FROM);
    run.forward(values);
    if (draw + 1 >= DRAWS || run.firstNonFinite() === undefined) return { run, values, sizes };
  }
}

function drawValue({ role, dims }: GivenInstance, assumptions: Assumptions, random: Random, positive: boolean): Float64Array {
  const count = entryCount(dims);
  const columns = dims.at(-1) ?? 1;
  if (assumptions.oneHot === true) return oneHotRows(count, columns, random);
  if (assumptions.sumsToOne === true) return rowsThatSumToOne(count, columns, random);
  const [low, high] = magnitudes(role, dims);
  const entry = (): number => boundedEntry(assumptions, random) ?? (positive ? random.between(low, high) : random.signed(low, high));
  const data = Float64Array.from({ length: count }, entry);
  const n = dims[0] ?? 1;
  if (dims.length !== 2 || n !== columns) return data;
  if (assumptions.orthogonal === true) return assumptions.symmetric === true ? reflection(n, random) : rotation(n, random);
  if (assumptions.diagonal === true) return data.map((value, k) => (k % (n + 1) === 0 ? value : 0));
  if (assumptions.symmetric === true) return data.map((value, k) => (value + (data[(k % n) * n + Math.floor(k / n)] as number)) / 2);
  return data;
}

/** Smallest and largest magnitude of an entry. Wide matrices are scaled down, so that a product stays of the size of its factor. */
function magnitudes(role: GivenInstance['role'], dims: readonly number[]): readonly [number, number] {
  if (dims.length === 0) return [0.5, 1.4];
  if (role === 'input') return [0.4, 1.1];
  if (role === 'boundary') return [0.3, 0.9];
  if (dims.length === 1) return [0.2, 0.8];
  const scale = Math.min(1, 2 / Math.sqrt(Math.max(...dims)));
  return [0.5 * scale, 1.1 * scale];
}

function boundedEntry({ low, high }: Assumptions, random: Random): number | undefined {
  if (low === undefined && high === undefined) return undefined;
  if (low === undefined) return (high as number) - random.between(0.2, 1.5);
  if (high === undefined) return low + random.between(0.2, 1.5);
  return low + (high - low) * random.between(0.1, 0.9);
}

function oneHotRows(count: number, columns: number, random: Random): Float64Array {
  const data = new Float64Array(count);
  for (let start = 0; start < count; start += columns) data[start + random.below(columns)] = 1;
  return data;
}

function rowsThatSumToOne(count: number, columns: number, random: Random): Float64Array {
  const data = Float64Array.from({ length: count }, () => random.between(0.2, 1.4));
  for (let start = 0; start < count; start += columns) {
    const row = data.subarray(start, start + columns);
    const total = row.reduce((sum, value) => sum + value, 0);
    for (let j = 0; j < columns; j++) row[j] = (row[j] as number) / total;
  }
  return data;
}

/** A product of plane rotations: orthogonal, determinant 1, not symmetric. */
function rotation(n: number, random: Random): Float64Array {
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) data[i * n + i] = 1;
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      const tangent = random.signed(0.3, 0.9);
      const cosine = 1 / Math.sqrt(1 + tangent * tangent);
      for (let j = 0; j < n; j++) {
        const [x, y] = [data[a * n + j] as number, data[b * n + j] as number];
        data[a * n + j] = cosine * (x - tangent * y);
        data[b * n + j] = cosine * (y + tangent * x);
      }
    }
  }
  return data;
}

/** I − 2vvᵀ/vᵀv: orthogonal and symmetric. */
function reflection(n: number, random: Random): Float64Array {
  const v = Array.from({ length: n }, () => random.signed(0.4, 1.2));
  const square = v.reduce((sum, x) => sum + x * x, 0);
  return Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0) - (2 * (v[Math.floor(k / n)] as number) * (v[k % n] as number)) / square);
}
