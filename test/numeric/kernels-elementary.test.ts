/** exp, log, tanh and σ against high precision, and the SIMD ones against the portable ones bit for bit. */

import fc from 'fast-check';
import { all, type BigNumber, create, type FactoryFunctionMap } from 'mathjs';
import { describe, expect, it } from 'vitest';
import * as elementary from '../../src/numeric/kernels/elementary.js';
import { createElementaryProbe } from './kernels-support.js';

const mathjs = create(all as FactoryFunctionMap, { number: 'BigNumber', precision: 80 });
/** Exactly x: a whole mantissa times a power of two. (Converting the number itself would take its shortest decimal.) */
function big(x: number): BigNumber {
  if (!Number.isFinite(x) || Number.isInteger(x)) return mathjs.bignumber(x);
  let mantissa = x;
  let exponent = 0;
  for (; !Number.isInteger(mantissa); exponent--) mantissa *= 2;
  return mathjs.bignumber(BigInt(mantissa).toString()).times(mathjs.bignumber(2).pow(exponent));
}
type Name = keyof typeof elementary.ERROR_BOUNDS;
const one = big(1);
const references: Record<Name, (x: BigNumber) => BigNumber> = {
  exp: (x) => x.exp(),
  log: (x) => x.ln(),
  tanh: (x) => {
    const e = x.times(2).exp();
    return e.minus(one).div(e.plus(one));
  },
  sigmoid: (x) => one.div(one.plus(x.neg().exp())),
};

/** Distance between neighbouring doubles at x. */
function unitInTheLastPlace(x: number): number {
  if (x === 0) return 5e-324;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(x))), -1022);
  return 2 ** Math.max(exponent - 52, -1074);
}

function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = pseudoRandom(7);
const spread = (count: number, from: number, to: number): number[] => Array.from({ length: count }, () => from + (to - from) * random());
const scaled = (count: number, sign: readonly number[]): number[] =>
  Array.from({ length: count }, (_, k) => (sign[k % sign.length] as number) * 2 ** (-60 + 70 * random()));
const samples: Record<Name, number[]> = {
  exp: [
    ...spread(400, -5, 5),
    ...spread(300, -745, 709),
    ...scaled(100, [1, -1]).filter((x) => Math.abs(x) < 700),
    -744.9,
    -708.5,
    -740,
    0.34657359027997264,
    -0.34657359027997264,
  ],
  log: [
    ...spread(300, 0.5, 2),
    ...spread(200, 0, 100),
    ...scaled(100, [1]),
    5e-324,
    1e-310,
    1.7e308,
    0.7071067811865475,
    0.7071067811865476,
    1.4142135623730951,
    1,
    0.9999999999999999,
    1.0000000000000002,
  ],
  tanh: [...spread(400, -3, 3), ...spread(200, -21, 21), ...scaled(200, [1, -1]), 1e-300, 0.17328679513998632],
  sigmoid: [...spread(400, -6, 6), ...spread(200, -744, 40), ...scaled(100, [1, -1]).filter((x) => Math.abs(x) < 700)],
};

describe('elementary functions', () => {
  for (const name of Object.keys(samples) as Name[]) {
    it(`${name} stays within its stated error bound`, () => {
      let worst = 0;
      let at = 0;
      for (const x of samples[name]) {
        // tanh cancels in its definition: more digits for small arguments come from its series' first two terms.
        const exact = name === 'tanh' && Math.abs(x) < 1e-15 ? big(x).minus(big(x).pow(3).div(3)) : references[name](big(x));
        const value = elementary[name](x);
        const error = Math.abs(big(value).minus(exact).div(unitInTheLastPlace(exact.toNumber())).toNumber());
        if (error > worst) [worst, at] = [error, x];
      }
      expect(worst, `worst at ${at}`).toBeLessThanOrEqual(elementary.ERROR_BOUNDS[name]);
    });
  }

  it('handles the ends of the range', () => {
    expect([elementary.exp(1000), elementary.exp(-1000), elementary.exp(Infinity), elementary.exp(-Infinity), elementary.exp(Number.NaN)]).toEqual([
      Infinity,
      0,
      Infinity,
      0,
      Number.NaN,
    ]);
    expect([elementary.log(0), elementary.log(-1), elementary.log(Infinity), elementary.log(1), elementary.log(Number.NaN)]).toEqual([
      -Infinity,
      Number.NaN,
      Infinity,
      0,
      Number.NaN,
    ]);
    expect([elementary.tanh(50), elementary.tanh(-Infinity), elementary.tanh(-0), elementary.tanh(Number.NaN)]).toEqual([1, -1, -0, Number.NaN]);
    expect([elementary.sigmoid(800), elementary.sigmoid(-800), elementary.sigmoid(0), elementary.sigmoid(Number.NaN)]).toEqual([1, 0, 0.5, Number.NaN]);
  });

  for (const name of Object.keys(samples) as Name[]) {
    it(`${name}: both tiers give the same bits`, () => {
      const probe = createElementaryProbe();
      const check = (xs: readonly number[]): void => {
        const values = probe(name, xs);
        xs.forEach((x, k) => {
          if (!Object.is(values[k], elementary[name](x))) throw new Error(`${name}(${x}): ${values[k]} and ${elementary[name](x)}`);
        });
      };
      check(samples[name]);
      check([
        0,
        -0,
        5e-324,
        -5e-324,
        2.2250738585072014e-308,
        1e-310,
        Infinity,
        -Infinity,
        Number.NaN,
        709.78271289338397,
        709.8,
        -745.13,
        -745.14,
        -746,
        20,
        -20,
        19.9,
      ]);
      fc.assert(fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 64 }), check), { numRuns: 300 });
    });
  }
});
