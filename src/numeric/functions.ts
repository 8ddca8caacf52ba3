/**
 * Numbers for unspecified functions: smooth random ones with exact partial derivatives of every order, or gradients that somebody gives.
 *
 * An entrywise f is a·tanh(bx + c) + d·exp(−(ex + g)²/2) + k·x. Any other function is, for each entry of its value, a sum over directions r of
 * weight_r · profile(direction_r · z + phase_r), where z is all arguments in a row and the profiles are tanh, a bell and a square:
 * an m-th derivative is the m-th derivative of the profile times m entries of the direction.
 */

import { rationalToNumber } from '../network/rational.js';
import { exp, type ScalarAlgebra, tanh } from '../operators/index.js';
import { entryCount, placeKey } from './array.js';
import { powerNumber } from './linear.js';
import { DUAL } from './oracles/dual.js';
import { Random } from './random.js';

/** A function at numbers for its indices. */
export interface FunctionInstance {
  /** Writes the value, or the partial derivative with respect to the listed arguments; axes: the function's own, then each argument's. */
  evaluate(args: readonly Float64Array[], wrt: readonly number[], out: Float64Array): void;
  /**
   * Writes how `evaluate(args, wrt)` changes with argument k, without the derivative of the next order: by dual numbers. Axes as those of
   * `evaluate(args, [...wrt, k])`. Where it is absent, that is what an oracle has to take.
   */
  slopes?(args: readonly Float64Array[], wrt: readonly number[], k: number, out: Float64Array): void;
  /** Writes the sums of the absolute values of what `evaluate` adds up: what its rounding is measured by. */
  sizes?(args: readonly Float64Array[], wrt: readonly number[], out: Float64Array): void;
}

export interface FunctionShape {
  readonly name: string;
  readonly indices: readonly number[];
  readonly entrywise: boolean;
  readonly dims: readonly number[];
  readonly argumentDims: readonly (readonly number[])[];
}

/** Finds the numbers behind an unspecified function. */
export type Functions = (shape: FunctionShape) => FunctionInstance;

/** A function of one number with its derivatives of every order, in any arithmetic. */
type Profile = <X>(s: ScalarAlgebra<X>, order: number, x: X) => X;

const NUMBERS: ScalarAlgebra<number> = {
  number: (value) => (typeof value === 'number' ? value : rationalToNumber(value)),
  add: (...terms) => terms.reduce((a, b) => a + b),
  subtract: (a, b) => a - b,
  multiply: (...factors) => factors.reduce((a, b) => a * b),
  divide: (a, b) => a / b,
  power: (base, exponent) => powerNumber(base, typeof exponent === 'number' ? exponent : rationalToNumber(exponent)),
  apply: (operator, x, y) => operator.evaluate(x ?? Number.NaN, y ?? 0),
};

/** Derivative of order m of tanh at x, through its polynomial in tanh x. */
const tanhProfile: Profile = (s, order, x) => {
  const value = s.apply(tanh, x);
  let polynomial = [0, 1];
  for (let k = 0; k < order; k++) {
    const next = new Array<number>(polynomial.length + 1).fill(0);
    for (let power = 1; power < polynomial.length; power++) {
      const factor = power * (polynomial[power] as number);
      next[power - 1] = (next[power - 1] as number) + factor;
      next[power + 1] = (next[power + 1] as number) - factor;
    }
    polynomial = next;
  }
  return polynomial.reduceRight((sum, coefficient) => s.add(s.multiply(sum, value), s.number(coefficient)), s.number(0));
};

/** Derivative of order m of exp(−x²/2): (−1)^m times the Hermite polynomial He_m(x) times the value. */
const bellProfile: Profile = (s, order, x) => {
  let before = s.number(0);
  let hermite = s.number(1);
  for (let k = 0; k < order; k++) [before, hermite] = [hermite, s.subtract(s.multiply(x, hermite), s.multiply(s.number(k), before))];
  return s.multiply(s.number(order % 2 === 0 ? 1 : -1), hermite, s.apply(exp, s.multiply(s.number(-0.5), x, x)));
};

const squareProfile: Profile = (s, order, x) => {
  if (order === 0) return s.multiply(s.number(0.5), x, x);
  return order === 1 ? x : s.number(order === 2 ? 1 : 0);
};

/** A profile's derivative with what rounding of its argument and of its polynomial may be measured by. */
const steepest = (profile: Profile, order: number, x: number): number =>
  Math.abs(profile(NUMBERS, order, x)) + Math.abs(x * profile(NUMBERS, order + 1, x)) + (profile === squareProfile ? 0 : Math.exp(-Math.abs(x)));

/** How a profile's derivative changes, by dual numbers. */
const slopeOf = (profile: Profile, order: number, x: number): number => profile(DUAL, order, { value: x, slope: 1 }).slope;

const PROFILES = [tanhProfile, bellProfile, squareProfile, tanhProfile, bellProfile] as const;

interface Ridge {
  readonly profile: Profile;
  readonly weights: readonly number[];
  readonly direction: Float64Array;
  readonly phase: number;
}

function randomEntrywise(random: Random): FunctionInstance {
  const [a, b, c] = [random.signed(0.8, 1.2), random.between(0.7, 1.2), random.signed(0.1, 0.4)];
  const [d, e, g, k] = [random.signed(0.3, 0.6), random.between(0.7, 1.2), random.signed(0.3, 0.8), random.signed(0.1, 0.2)];
  return {
    evaluate([argument], wrt, out) {
      const order = wrt.length;
      for (let i = 0; i < out.length; i++) {
        const x = argument?.[i] ?? Number.NaN;
        const linear = order === 0 ? k * x : order === 1 ? k : 0;
        out[i] = a * b ** order * tanhProfile(NUMBERS, order, b * x + c) + d * e ** order * bellProfile(NUMBERS, order, e * x + g) + linear;
      }
    },
    sizes([argument], wrt, out) {
      const order = wrt.length;
      for (let i = 0; i < out.length; i++) {
        const x = argument?.[i] ?? Number.NaN;
        const bell = Math.abs(d * e ** order) * steepest(bellProfile, order, e * x + g);
        out[i] = Math.abs(a * b ** order) * steepest(tanhProfile, order, b * x + c) + bell + Math.abs(order === 0 ? k * x : k);
      }
    },
    slopes([argument], wrt, _k, out) {
      const order = wrt.length;
      for (let i = 0; i < out.length; i++) {
        const x = argument?.[i] ?? Number.NaN;
        const bell = d * e ** (order + 1) * slopeOf(bellProfile, order, e * x + g);
        out[i] = a * b ** (order + 1) * slopeOf(tanhProfile, order, b * x + c) + bell + (order === 0 ? k : 0);
      }
    },
  };
}

function randomRidges(random: Random, entries: number, length: number): Ridge[] {
  const scale = 1.5 / Math.sqrt(Math.max(1, length));
  return PROFILES.map((profile) => ({
    profile,
    weights: Array.from({ length: entries }, () => random.signed(0.5, 1.2)),
    direction: Float64Array.from({ length }, () => random.signed(0.4, 1) * scale),
    phase: random.signed(0.1, 0.6),
  }));
}

function randomJoint(random: Random, { dims, argumentDims }: FunctionShape): FunctionInstance {
  const lengths = argumentDims.map(entryCount);
  const starts = lengths.map((_, k) => lengths.slice(0, k).reduce((sum, length) => sum + length, 0));
  const entries = entryCount(dims);
  const ridges = randomRidges(
    random,
    entries,
    lengths.reduce((sum, length) => sum + length, 0),
  );
  const fill = (
    args: readonly Float64Array[],
    wrt: readonly number[],
    out: Float64Array,
    along: (profile: Profile, position: number) => number,
    of: (part: number) => number = (part) => part,
  ): void => {
    out.fill(0);
    for (const { profile, weights, direction, phase } of ridges) {
      let position = phase;
      let at = 0;
      for (const arg of args) for (const entry of arg) position += (direction[at++] as number) * entry;
      const slope = along(profile, position);
      const parts = wrt.map((k) => direction.subarray(starts[k] as number, (starts[k] as number) + (lengths[k] as number)));
      const block = outerProduct(parts);
      for (let entry = 0; entry < entries; entry++) {
        const factor = slope * (weights[entry] as number);
        for (let j = 0; j < block.length; j++) out[entry * block.length + j] = (out[entry * block.length + j] as number) + of(factor * (block[j] as number));
      }
    }
  };
  return {
    evaluate: (args, wrt, out) => fill(args, wrt, out, (profile, position) => profile(NUMBERS, wrt.length, position)),
    sizes: (args, wrt, out) => fill(args, wrt, out, (profile, position) => steepest(profile, wrt.length, position), Math.abs),
    slopes: (args, wrt, k, out) => fill(args, [...wrt, k], out, (profile, position) => slopeOf(profile, wrt.length, position)),
  };
}

function outerProduct(parts: readonly Float64Array[]): Float64Array {
  let product = Float64Array.of(1);
  for (const part of parts) {
    const next = new Float64Array(product.length * part.length);
    for (let i = 0; i < product.length; i++) for (let j = 0; j < part.length; j++) next[i * part.length + j] = (product[i] as number) * (part[j] as number);
    product = next;
  }
  return product;
}

/** Random smooth functions; the same seed, name and indices always give the same one. */
export function randomFunctions(seed: number): Functions {
  return (shape) => {
    const random = new Random(seed, `function/${placeKey(shape.name, shape.indices)}`);
    return shape.entrywise ? randomEntrywise(random) : randomJoint(random, shape);
  };
}

/** Functions of which only first derivatives are known: `gradient` finds ∂f/∂(argument k). Values and what is not given are NaN. */
export function givenGradients(gradient: (shape: FunctionShape, argument: number) => Float64Array | undefined): Functions {
  return (shape) => ({
    evaluate(_args, wrt, out) {
      const given = wrt.length === 1 ? gradient(shape, wrt[0] as number) : undefined;
      if (given === undefined || given.length !== out.length) out.fill(Number.NaN);
      else out.set(given);
    },
  });
}
