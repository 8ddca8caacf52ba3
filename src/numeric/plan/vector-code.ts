/**
 * Straight-line WebAssembly on pairs of doubles: every intermediate in a local of its own, one or two pairs worked on side by side.
 *
 * exp, log, tanh and σ are written here operation by operation as in kernels/elementary.ts, so that both give the same bits. Two pairs side by side
 * share the loading of constants and keep the processor's units busy.
 */

import { wasm } from './encoder.js';

/** Locals that hold a value: one for each pair worked on, or a single one for all of them. */
export type VectorValue = readonly number[];

export class VectorCode {
  readonly code: number[] = [];
  #next: number;
  readonly #first: number;

  constructor(
    firstLocal: number,
    private readonly addressOf: (constant: number) => number,
  ) {
    this.#first = firstLocal;
    this.#next = firstLocal;
  }

  /** Locals used so far. */
  get locals(): number {
    return this.#next - this.#first;
  }

  push(...code: readonly number[]): void {
    for (const byte of code) this.code.push(byte);
  }

  /** A new local with what the code leaves on the stack. */
  keep(code: readonly number[]): number {
    this.push(...code, ...wasm.setLocal(this.#next));
    return this.#next++;
  }

  constant(value: number): VectorValue {
    return [this.keep([...wasm.i32Constant(0), ...wasm.load(this.addressOf(value))])];
  }

  unary(op: readonly number[], a: VectorValue): VectorValue {
    return a.map((x) => this.keep([...wasm.getLocal(x), ...op]));
  }

  binary(op: readonly number[], a: VectorValue, b: VectorValue): VectorValue {
    return pairs(a, b).map(([x, y]) => this.keep([...wasm.getLocal(x), ...wasm.getLocal(y), ...op]));
  }

  /** Bits of `yes` where the mask is set, else of `no`. */
  select(yes: VectorValue, no: VectorValue, mask: VectorValue): VectorValue {
    return mask.map((m, k) => this.keep([...wasm.getLocal(at(yes, k)), ...wasm.getLocal(at(no, k)), ...wasm.getLocal(m), ...wasm.bitSelect]));
  }

  shift(op: readonly number[], a: VectorValue, by: number): VectorValue {
    return this.unary([...wasm.i32Constant(by), ...op], a);
  }

  add(a: VectorValue, b: VectorValue): VectorValue {
    return this.binary(wasm.add, a, b);
  }
  subtract(a: VectorValue, b: VectorValue): VectorValue {
    return this.binary(wasm.subtract, a, b);
  }
  multiply(a: VectorValue, b: VectorValue): VectorValue {
    return this.binary(wasm.multiply, a, b);
  }
  divide(a: VectorValue, b: VectorValue): VectorValue {
    return this.binary(wasm.divide, a, b);
  }
}

const at = (value: VectorValue, k: number): number => value[Math.min(k, value.length - 1)] as number;
const pairs = (a: VectorValue, b: VectorValue): [number, number][] => Array.from({ length: Math.max(a.length, b.length) }, (_, k) => [at(a, k), at(b, k)]);

/** Whole numbers as bit patterns in the low half of a lane. */
const bits = (whole: number): number => whole * 5e-324;
const LARGEST_SUBNORMAL = 2.225073858507201e-308;
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;

/** exp r − 1 for |r| ≤ ½ ln 2. */
function expMinusOneSmall(v: VectorCode, r: VectorValue): VectorValue {
  const c = (value: number): VectorValue => v.constant(value);
  const linear = (a: number, b: number): VectorValue => v.add(c(a), v.multiply(c(b), r));
  const r2 = v.multiply(r, r);
  const r4 = v.multiply(r2, r2);
  const low = v.add(linear(0.16666666666666669, 0.041666666666666664), v.multiply(linear(0.008333333333330062, 0.0013888888888886552), r2));
  const middle = v.add(linear(0.00019841269863053618, 2.4801587317144498e-5), v.multiply(linear(2.7557268459997064e-6, 2.755728296954995e-7), r2));
  const sum = v.add(low, v.multiply(middle, r4));
  const g = v.add(sum, v.multiply(linear(2.510038549551032e-8, 2.0911236630261545e-9), v.multiply(r4, r4)));
  return v.add(r, v.multiply(r2, v.add(c(0.5), v.multiply(r, g))));
}

/** 2^k from whole numbers in the low halves of both lanes. */
const powerOfTwo = (v: VectorCode, k: VectorValue): VectorValue => v.shift(wasm.shiftLeft64, v.binary(wasm.addIntegers, k, v.constant(bits(1023))), 52);

/** x in multiples of ln 2: the whole number as bits and what remains. */
function reduced(v: VectorCode, x: VectorValue): { whole: VectorValue; rest: VectorValue } {
  const rounder = v.constant(6755399441055744);
  const whole = v.add(v.multiply(x, v.constant(1.4426950408889634)), rounder);
  const k = v.subtract(whole, rounder);
  return { whole, rest: v.subtract(v.subtract(x, v.multiply(k, v.constant(LN2_HIGH))), v.multiply(k, v.constant(LN2_LOW))) };
}

export function expCode(v: VectorCode, x: VectorValue): VectorValue {
  // The smaller of a and b is b < a ? b : a here, so a NaN in the first place stays.
  const clipped = v.binary(wasm.largerOf, v.binary(wasm.smallerOf, x, v.constant(710)), v.constant(-746));
  const { whole, rest } = reduced(v, clipped);
  const p = expMinusOneSmall(v, rest);
  const half = v.shift(wasm.shiftRight32, whole, 1);
  return v.multiply(v.multiply(v.add(v.constant(1), p), powerOfTwo(v, half)), powerOfTwo(v, v.binary(wasm.subtractIntegers, whole, half)));
}

export function tanhCode(v: VectorCode, x: VectorValue): VectorValue {
  const sign = v.constant(-0);
  const clipped = v.binary(wasm.smallerOf, v.binary(wasm.andNot, x, sign), v.constant(20));
  const { whole, rest } = reduced(v, v.add(clipped, clipped));
  const p = expMinusOneSmall(v, rest);
  const scale = powerOfTwo(v, whole);
  const m = v.add(v.multiply(scale, p), v.subtract(scale, v.constant(1)));
  return v.binary(wasm.or, v.divide(m, v.add(m, v.constant(2))), v.binary(wasm.and, x, v.constant(-0)));
}

export function sigmoidCode(v: VectorCode, x: VectorValue): VectorValue {
  const e = expCode(v, v.binary(wasm.or, x, v.constant(-0)));
  const one = v.constant(1);
  return v.divide(v.select(e, one, v.binary(wasm.less, x, v.constant(0))), v.add(one, e));
}

export function logCode(v: VectorCode, x: VectorValue): VectorValue {
  const c = (value: number): VectorValue => v.constant(value);
  const subnormal = v.binary(wasm.less, x, c(2.2250738585072014e-308));
  const scaled = v.select(v.multiply(x, c(18014398509481984)), x, subnormal);
  const mantissa = v.binary(wasm.or, v.binary(wasm.and, scaled, c(LARGEST_SUBNORMAL)), c(1));
  const large = v.binary(wasm.greaterOrEqual, mantissa, c(1.4142135623730951));
  const f = v.subtract(v.select(v.multiply(mantissa, c(0.5)), mantissa, large), c(1));
  // Masks are −1 where true: subtracting adds one.
  const whole = v.binary(wasm.subtract64, v.binary(wasm.subtract64, v.shift(wasm.shiftRight64, scaled, 52), c(bits(1023))), large);
  const exponent = v.binary(wasm.subtract64, whole, v.binary(wasm.and, subnormal, c(bits(54))));
  const e = exponent.map((k) => v.keep([...wasm.getLocal(k), ...wasm.getLocal(k), ...wasm.lowHalves, ...wasm.fromIntegers]));
  const halfSquare = v.multiply(v.multiply(c(0.5), f), f);
  const s = v.divide(f, v.add(c(2), f));
  const z = v.multiply(s, s);
  const w = v.multiply(z, z);
  const horner = (...coefficients: readonly number[]): VectorValue =>
    coefficients.slice(1).reduce<VectorValue>((sum, next) => v.add(c(next), v.multiply(w, sum)), c(coefficients[0] as number));
  const even = v.multiply(w, horner(1.531383769920937332e-1, 2.222219843214978396e-1, 3.999999999940941908e-1));
  const odd = v.multiply(z, horner(1.479819860511658591e-1, 1.818357216161805012e-1, 2.857142874366239149e-1, 6.66666666666673513e-1));
  const tail = v.add(v.multiply(s, v.add(halfSquare, v.add(odd, even))), v.multiply(e, c(LN2_LOW)));
  const finite = v.subtract(v.multiply(e, c(LN2_HIGH)), v.subtract(v.subtract(halfSquare, tail), f));
  const zero = c(0);
  const outside = v.select(c(Number.NEGATIVE_INFINITY), c(Number.NaN), v.binary(wasm.equal, x, zero));
  return v.select(v.select(x, finite, v.binary(wasm.equal, x, c(Number.POSITIVE_INFINITY))), outside, v.binary(wasm.greater, x, zero));
}
