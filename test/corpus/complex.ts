/** Complex numbers for derivatives by a complex step: the imaginary part of f(x + i·10⁻³⁰) / 10⁻³⁰ is f′(x) without any cancellation. */

export interface Complex {
  readonly re: number;
  readonly im: number;
}

export const complex = (re: number, im = 0): Complex => ({ re, im });
export const ZERO = complex(0);
export const ONE = complex(1);

export const add = (a: Complex, b: Complex): Complex => complex(a.re + b.re, a.im + b.im);
export const subtract = (a: Complex, b: Complex): Complex => complex(a.re - b.re, a.im - b.im);
export const multiply = (a: Complex, b: Complex): Complex => complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);

export function divide(a: Complex, b: Complex): Complex {
  const size = b.re * b.re + b.im * b.im;
  return complex((a.re * b.re + a.im * b.im) / size, (a.im * b.re - a.re * b.im) / size);
}

export function exp(a: Complex): Complex {
  const size = Math.exp(a.re);
  return complex(size * Math.cos(a.im), size * Math.sin(a.im));
}

/** The principal branch. */
export const log = (a: Complex): Complex => complex(Math.log(Math.hypot(a.re, a.im)), Math.atan2(a.im, a.re));
export const sin = (a: Complex): Complex => complex(Math.sin(a.re) * Math.cosh(a.im), Math.cos(a.re) * Math.sinh(a.im));
export const cos = (a: Complex): Complex => complex(Math.cos(a.re) * Math.cosh(a.im), -Math.sin(a.re) * Math.sinh(a.im));

/** (eᵃ − e⁻ᵃ)/(eᵃ + e⁻ᵃ): the definition, for arguments of moderate size. */
export function tanh(a: Complex): Complex {
  const [up, down] = [exp(a), exp(subtract(ZERO, a))];
  return divide(subtract(up, down), add(up, down));
}

export const logistic = (a: Complex): Complex => divide(ONE, add(ONE, exp(subtract(ZERO, a))));

/** A whole power by repeated multiplication; the principal root. */
export function power(a: Complex, exponent: number): Complex {
  if (exponent === 0.5) return root(a);
  if (!Number.isInteger(exponent)) throw new Error('no label for this power');
  let product = ONE;
  for (let k = 0; k < Math.abs(exponent); k += 1) product = multiply(product, a);
  return exponent < 0 ? divide(ONE, product) : product;
}

/** Of small imaginary parts too: they are not lost beside the real one. */
function root(a: Complex): Complex {
  const size = Math.sqrt((Math.hypot(a.re, a.im) + Math.abs(a.re)) / 2);
  if (size === 0) return ZERO;
  return a.re >= 0 ? complex(size, a.im / (2 * size)) : complex(Math.abs(a.im) / (2 * size), a.im < 0 ? -size : size);
}
