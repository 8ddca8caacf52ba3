/**
 * exp, log, tanh and σ in double precision, in operations that IEEE 754 fixes to the last bit (no fused multiply-add, nothing of the
 * platform's own), so that this file and its SIMD counterpart in plan/vector-code.ts give the same bits on every machine.
 *
 * Error bounds, in units in the last place of the exact value, tested against high precision: see ERROR_BOUNDS. Subnormal results included.
 */

/** Largest error of each function in units in the last place; what the tests hold them to. */
export const ERROR_BOUNDS = { exp: 1, log: 1, tanh: 2.5, sigmoid: 2.5 } as const;

const LOG2_E = 1.4426950408889634;
/** ln 2 in two parts; the first has 33 bits, so that its multiples by exponents are exact. */
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
/** Added and subtracted, it rounds to a whole number. */
const ROUNDER = 6755399441055744;

/** exp r = 1 + r + r²(½ + r·g(r)) for |r| ≤ ½ ln 2; g interpolates at Chebyshev points, relative error of exp 5e-19. */
const G0 = 0.16666666666666669;
const G1 = 0.041666666666666664;
const G2 = 0.008333333333330062;
const G3 = 0.0013888888888886552;
const G4 = 0.00019841269863053618;
const G5 = 2.4801587317144498e-5;
const G6 = 2.7557268459997064e-6;
const G7 = 2.755728296954995e-7;
const G8 = 2.510038549551032e-8;
const G9 = 2.0911236630261545e-9;

/** 2^k for k = −540 … 540. */
const POWER_OFFSET = 540;
const POWERS_OF_TWO = Float64Array.from({ length: 2 * POWER_OFFSET + 1 }, (_, k) => 2 ** (k - POWER_OFFSET));
const powerOfTwo = (k: number): number => POWERS_OF_TWO[k + POWER_OFFSET] as number;

/** exp r − 1 for |r| ≤ ½ ln 2. */
function expMinusOneSmall(r: number): number {
  const r2 = r * r;
  const r4 = r2 * r2;
  const r8 = r4 * r4;
  const low = G0 + G1 * r + (G2 + G3 * r) * r2;
  const middle = G4 + G5 * r + (G6 + G7 * r) * r2;
  const g = low + middle * r4 + (G8 + G9 * r) * r8;
  return r + r2 * (0.5 + r * g);
}

/** eˣ. Overflows to Infinity, underflows through the subnormal numbers to 0; NaN stays NaN. */
export function exp(x: number): number {
  const above = 710 < x ? 710 : x;
  const clipped = -746 > above ? -746 : above;
  const k = clipped * LOG2_E + ROUNDER - ROUNDER;
  const p = expMinusOneSmall(clipped - k * LN2_HIGH - k * LN2_LOW);
  if (k !== k) return Number.NaN;
  const half = k >> 1;
  return (1 + p) * powerOfTwo(half) * powerOfTwo(k - half);
}

/** tanh x = m / (m + 2) with m = exp(2|x|) − 1, and the sign of x. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  const clipped = 20 < size ? 20 : size;
  const doubled = clipped + clipped;
  const k = doubled * LOG2_E + ROUNDER - ROUNDER;
  const p = expMinusOneSmall(doubled - k * LN2_HIGH - k * LN2_LOW);
  if (k !== k) return Number.NaN;
  const scale = powerOfTwo(k);
  const m = scale * p + (scale - 1);
  const value = m / (m + 2);
  return x < 0 || Object.is(x, -0) ? -value : value;
}

/** σ(x) = 1 / (1 + e^{−x}), written so that neither tail loses accuracy. */
export function sigmoid(x: number): number {
  const e = exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

const SQRT_HALF = Math.SQRT1_2;
const L1 = 6.66666666666673513e-1;
const L2 = 3.999999999940941908e-1;
const L3 = 2.857142874366239149e-1;
const L4 = 2.222219843214978396e-1;
const L5 = 1.818357216161805012e-1;
const L6 = 1.531383769920937332e-1;
const L7 = 1.479819860511658591e-1;

/** Exponent of a positive normal number, by halving the range of powers: no bits are looked at, so no scratch memory is needed. */
function exponentOf(x: number): number {
  let exponent = Math.floor(Math.log2(x));
  if (exponent > 540 || exponent < -540) {
    const half = exponent >> 1;
    const scaled = x / powerOfTwo(half);
    return half + exponentOf(scaled);
  }
  if (x < powerOfTwo(exponent)) exponent--;
  else if (x >= 2 * powerOfTwo(exponent)) exponent++;
  return exponent;
}

/** Natural logarithm: −Infinity at 0, NaN below. x = 2^e·m with m between √½ and √2, then the series in f / (2 + f), f = m − 1. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN;
  if (x === Infinity) return x;
  const subnormal = x < 2.2250738585072014e-308;
  const scaled = subnormal ? x * 18014398509481984 : x;
  const whole = exponentOf(scaled);
  const half = whole >> 1;
  const mantissa = scaled * powerOfTwo(-half) * powerOfTwo(half - whole);
  const large = mantissa >= 2 * SQRT_HALF;
  const f = (large ? mantissa * 0.5 : mantissa) - 1;
  const e = whole + (large ? 1 : 0) - (subnormal ? 54 : 0);
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (L2 + w * (L4 + w * L6));
  const odd = z * (L1 + w * (L3 + w * (L5 + w * L7)));
  return e * LN2_HIGH - (halfSquare - (s * (halfSquare + (odd + even)) + e * LN2_LOW) - f);
}
