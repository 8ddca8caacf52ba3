/** The complex step: f(x + ih) = f(x) + ihf′(x) up to h², which is nothing at h = 1e-30; no subtraction, so no digits are lost. */

import { rationalToNumber } from '../../src/network/rational.js';
import type { Operator, ScalarAlgebra } from '../../src/operators/index.js';

export interface Complex {
  readonly re: number;
  readonly im: number;
}

const complex = (re: number, im = 0): Complex => ({ re, im });
const times = (a: Complex, b: Complex): Complex => complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
const divided = (a: Complex, b: Complex): Complex => {
  const size = b.re * b.re + b.im * b.im;
  return complex((a.re * b.re + a.im * b.im) / size, (a.im * b.re - a.re * b.im) / size);
};

function power(base: Complex, p: number): Complex {
  if (Number.isInteger(p)) {
    const whole = Array.from({ length: Math.abs(p) }, () => base).reduce(times, complex(1));
    return p < 0 ? divided(complex(1), whole) : whole;
  }
  const [size, angle] = [Math.hypot(base.re, base.im) ** p, Math.atan2(base.im, base.re) * p];
  return complex(size * Math.cos(angle), size * Math.sin(angle));
}

/** Elementary functions of a complex number; the others by their references. */
function applied(operator: Operator, args: readonly Complex[]): Complex {
  const [z] = args as [Complex];
  if (operator.reference !== undefined) return operator.reference(COMPLEX, args);
  switch (operator.name) {
    case 'exp':
      return complex(Math.exp(z.re) * Math.cos(z.im), Math.exp(z.re) * Math.sin(z.im));
    case 'log':
      return complex(Math.log(Math.hypot(z.re, z.im)), Math.atan2(z.im, z.re));
    case 'sin':
      return complex(Math.sin(z.re) * Math.cosh(z.im), Math.cos(z.re) * Math.sinh(z.im));
    case 'cos':
      return complex(Math.cos(z.re) * Math.cosh(z.im), -Math.sin(z.re) * Math.sinh(z.im));
    default:
      throw new Error(`${operator.name} has no reference definition`);
  }
}

export const COMPLEX: ScalarAlgebra<Complex> = {
  number: (value) => complex(typeof value === 'number' ? value : rationalToNumber(value)),
  add: (...terms) => terms.reduce((a, b) => complex(a.re + b.re, a.im + b.im)),
  subtract: (a, b) => complex(a.re - b.re, a.im - b.im),
  multiply: (...factors) => factors.reduce(times),
  divide: divided,
  power: (base, exponent) => power(base, typeof exponent === 'number' ? exponent : rationalToNumber(exponent)),
  apply: (operator, ...args) => applied(operator, args),
};

const STEP = 1e-30;

export function complexStep(operator: Operator, args: readonly number[], k: number): { readonly value: number; readonly slope: number } {
  const { re, im } = applied(
    operator,
    args.map((value, at) => complex(value, at === k ? STEP : 0)),
  );
  return { value: re, slope: im / STEP };
}
