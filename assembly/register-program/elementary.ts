/**
 * exp, log, tanh and σ of two doubles at once, for the register program that the bench compares with.
 *
 * Constants lie in a table in memory as pairs: V8 would otherwise build each of them anew from integers wherever it is used.
 */

// @ts-ignore: decorator
@lazy
const TABLE: usize = memory.data<f64>([
  1.4426950408889634, 1.4426950408889634, // 0 log2 e
  6755399441055744, 6755399441055744, // 1 rounder
  6.93147180369123816490e-1, 6.93147180369123816490e-1, // 2 ln 2, high
  1.90821492927058770002e-10, 1.90821492927058770002e-10, // 3 ln 2, low
  0.16666666666666669, 0.16666666666666669, // 4 g0
  0.041666666666666664, 0.041666666666666664,
  0.008333333333330062, 0.008333333333330062,
  0.0013888888888886552, 0.0013888888888886552,
  0.00019841269863053618, 0.00019841269863053618,
  2.4801587317144498e-5, 2.4801587317144498e-5,
  2.7557268459997064e-6, 2.7557268459997064e-6,
  2.755728296954995e-7, 2.755728296954995e-7,
  2.510038549551032e-8, 2.510038549551032e-8,
  2.0911236630261545e-9, 2.0911236630261545e-9, // 13 g9
  0.5, 0.5, // 14
  1, 1, // 15
  2, 2, // 16
  710, 710, // 17
  -746, -746, // 18
  20, 20, // 19
  0.70710678118654752440, 0.70710678118654752440, // 20 √½
  6.666666666666735130e-1, 6.666666666666735130e-1, // 21 L1
  3.999999999940941908e-1, 3.999999999940941908e-1,
  2.857142874366239149e-1, 2.857142874366239149e-1,
  2.222219843214978396e-1, 2.222219843214978396e-1,
  1.818357216161805012e-1, 1.818357216161805012e-1,
  1.531383769920937332e-1, 1.531383769920937332e-1,
  1.479819860511658591e-1, 1.479819860511658591e-1, // 27 L7
  18014398509481984, 18014398509481984, // 28 2^54
  2.2250738585072014e-308, 2.2250738585072014e-308, // 29 smallest normal
  1.4142135623730951, 1.4142135623730951, // 30 2·√½
], 16);

// @ts-ignore: decorator
@inline
function constant(index: i32): v128 {
  return v128.load(TABLE + (<usize>index << 4));
}

// @ts-ignore: decorator
@inline
function add(a: v128, b: v128): v128 { return f64x2.add(a, b); }
// @ts-ignore: decorator
@inline
function sub(a: v128, b: v128): v128 { return f64x2.sub(a, b); }
// @ts-ignore: decorator
@inline
function mul(a: v128, b: v128): v128 { return f64x2.mul(a, b); }

/** exp r − 1 for |r| ≤ ½ ln 2. */
// @ts-ignore: decorator
@inline
function expMinusOneSmall(r: v128): v128 {
  const r2 = mul(r, r);
  const r4 = mul(r2, r2);
  const r8 = mul(r4, r4);
  const low = add(add(constant(4), mul(constant(5), r)), mul(add(constant(6), mul(constant(7), r)), r2));
  const middle = add(add(constant(8), mul(constant(9), r)), mul(add(constant(10), mul(constant(11), r)), r2));
  const g = add(add(low, mul(middle, r4)), mul(add(constant(12), mul(constant(13), r)), r8));
  return add(r, mul(r2, add(constant(14), mul(r, g))));
}

/** 2^k from whole numbers in the low halves of both lanes. */
// @ts-ignore: decorator
@inline
function powerOfTwo(k: v128): v128 {
  return i64x2.shl(i32x4.add(k, i32x4.splat(1023)), 52);
}

export function exp(x: v128): v128 {
  // pmin(a, b) is b < a ? b : a, so a NaN in the first place stays.
  const clipped = f64x2.pmax(f64x2.pmin(x, constant(17)), constant(18));
  const shifted = add(mul(clipped, constant(0)), constant(1));
  const k = sub(shifted, constant(1));
  const p = expMinusOneSmall(sub(sub(clipped, mul(k, constant(2))), mul(k, constant(3))));
  const half = i32x4.shr_s(shifted, 1);
  return mul(mul(add(constant(15), p), powerOfTwo(half)), powerOfTwo(i32x4.sub(shifted, half)));
}

export function tanh(x: v128): v128 {
  const sign = i64x2.splat(i64.MIN_VALUE);
  const size = v128.andnot(x, sign);
  const clipped = f64x2.pmin(size, constant(19));
  const doubled = add(clipped, clipped);
  const shifted = add(mul(doubled, constant(0)), constant(1));
  const k = sub(shifted, constant(1));
  const p = expMinusOneSmall(sub(sub(doubled, mul(k, constant(2))), mul(k, constant(3))));
  const scale = powerOfTwo(shifted);
  const m = add(mul(scale, p), sub(scale, constant(15)));
  return v128.or(f64x2.div(m, add(m, constant(16))), v128.and(x, sign));
}

export function sigmoid(x: v128): v128 {
  const e = exp(v128.or(x, i64x2.splat(i64.MIN_VALUE)));
  const one = constant(15);
  // NaN compares false with 0 and keeps the 1; 1 + NaN is NaN all the same.
  return f64x2.div(v128.bitselect(e, one, f64x2.lt(x, i64x2.splat(0))), add(one, e));
}

export function log(x: v128): v128 {
  const zero = i64x2.splat(0);
  const subnormal = f64x2.lt(x, constant(29));
  const scaled = v128.bitselect(mul(x, constant(28)), x, subnormal);
  const bits = i64x2.shr_u(scaled, 52);
  const mantissa = v128.or(v128.and(scaled, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3ff0000000000000));
  const large = f64x2.ge(mantissa, constant(30));
  const f = sub(v128.bitselect(mul(mantissa, constant(14)), mantissa, large), constant(15));
  // Masks are −1 where true: subtracting adds one.
  const whole = i64x2.sub(i64x2.sub(bits, i64x2.splat(1023)), large);
  const exponent = i64x2.sub(whole, v128.and(subnormal, i64x2.splat(54)));
  const e = f64x2.convert_low_i32x4_s(i8x16.shuffle(exponent, exponent, 0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11));
  const halfSquare = mul(mul(constant(14), f), f);
  const s = f64x2.div(f, add(constant(16), f));
  const z = mul(s, s);
  const w = mul(z, z);
  const even = mul(w, add(constant(22), mul(w, add(constant(24), mul(w, constant(26))))));
  const odd = mul(z, add(constant(21), mul(w, add(constant(23), mul(w, add(constant(25), mul(w, constant(27))))))));
  const tail = add(mul(s, add(halfSquare, add(odd, even))), mul(e, constant(3)));
  const finite = sub(mul(e, constant(2)), sub(sub(halfSquare, tail), f));
  const atZero = v128.bitselect(f64x2.splat(-Infinity), f64x2.splat(NaN), f64x2.eq(x, zero));
  const positive = v128.bitselect(x, finite, f64x2.eq(x, f64x2.splat(Infinity)));
  return v128.bitselect(positive, atZero, f64x2.gt(x, zero));
}
