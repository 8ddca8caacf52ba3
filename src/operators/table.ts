/**
 * The table of entrywise operators: one row each, everything about it side by side.
 *
 * Derivatives are written in terms of the operator's own output `y` where that is possible, as textbooks do (tanh′ = 1 − y²).
 * References use elementary functions only and are read by the oracles alone.
 */

import type { Interval, Operator, ScalarAlgebra } from './row.js';

const LINE: Interval = { low: -Infinity, high: Infinity, lowOpen: true, highOpen: true };
const POSITIVE: Interval = { low: 0, high: Infinity, lowOpen: true, highOpen: true };
const NON_NEGATIVE: Interval = { low: 0, high: Infinity, lowOpen: false, highOpen: true };
const open = (low: number, high: number): Interval => ({ low, high, lowOpen: true, highOpen: true });
const closed = (low: number, high: number): Interval => ({ low, high, lowOpen: false, highOpen: false });
const pairs = (...values: readonly number[]): readonly (readonly [number, number])[] => values.map((value) => [value, 0]);

/** First argument; rows are only ever called with as many arguments as their arity says. */
const first = <X>(args: readonly X[]): X => args[0] as X;
const second = <X>(args: readonly X[]): X => args[1] as X;
const oneMinus = <X>(s: ScalarAlgebra<X>, x: X): X => s.subtract(s.number(1), x);
/** (s + s²)/2 of a sign s: 1 for 1, else 0. */
const positivePart = <X>(s: ScalarAlgebra<X>, x: X): X => s.divide(s.add(x, s.multiply(x, x)), s.number(2));
const negative = <X>(s: ScalarAlgebra<X>, x: X): X => s.multiply(s.number(-1), x);

export const exp: Operator = {
  name: 'exp',
  arity: 1,
  plain: ['exp'],
  latex: ['\\exp'],
  derivative: (_s, y) => y,
  evaluate: Math.exp,
  range: POSITIVE,
  monotone: 'increasing',
  samples: pairs(-2.1, -0.3, 0.4, 1.7),
  reflection: (s, y) => s.power(y, -1),
  undoes: 'log',
  atZero: 1,
};

export const log: Operator = {
  name: 'log',
  arity: 1,
  plain: ['log', 'ln'],
  latex: ['\\log', '\\ln'],
  derivative: (s, _y, args) => s.power(first(args), -1),
  evaluate: Math.log,
  range: LINE,
  domain: POSITIVE,
  monotone: 'increasing',
  samples: pairs(0.2, 0.9, 1.4, 3.3),
  undoes: 'exp',
};

export const tanh: Operator = {
  name: 'tanh',
  arity: 1,
  plain: ['tanh'],
  latex: ['\\tanh'],
  derivative: (s, y) => oneMinus(s, s.power(y, 2)),
  reference: (s, args) => {
    const e = s.apply(exp, s.multiply(s.number(2), first(args)));
    return s.divide(s.subtract(e, s.number(1)), s.add(e, s.number(1)));
  },
  evaluate: Math.tanh,
  range: open(-1, 1),
  monotone: 'increasing',
  parity: 'odd',
  samples: pairs(-1.8, -0.4, 0.3, 1.1),
  reflection: negative,
  atZero: 0,
};

export const sigmoid: Operator = {
  name: 'sigmoid',
  arity: 1,
  plain: ['σ', 'sigmoid', 'sigma'],
  latex: ['\\sigma'],
  derivative: (s, y) => s.multiply(y, oneMinus(s, y)),
  reference: (s, args) => s.power(s.add(s.number(1), s.apply(exp, negative(s, first(args)))), -1),
  evaluate: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  range: open(0, 1),
  monotone: 'increasing',
  samples: pairs(-2.2, -0.5, 0.6, 1.9),
  reflection: oneMinus,
  atZero: 0.5,
};

export const softplus: Operator = {
  name: 'softplus',
  arity: 1,
  plain: ['softplus'],
  latex: ['\\operatorname{softplus}'],
  derivative: (s, _y, args) => s.apply(sigmoid, first(args)),
  reference: (s, args) => s.apply(log, s.add(s.number(1), s.apply(exp, first(args)))),
  evaluate: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  range: POSITIVE,
  monotone: 'increasing',
  samples: pairs(-2.2, -0.5, 0.6, 1.9),
};

/** 1 for positive arguments, 0 for negative ones, ½ at 0: the derivative of relu and max. */
export const step: Operator = {
  name: 'step',
  arity: 1,
  plain: ['step'],
  latex: ['\\operatorname{step}'],
  derivative: (s) => s.number(0),
  evaluate: (x) => (x > 0 ? 1 : x < 0 ? 0 : x === 0 ? 0.5 : Number.NaN),
  range: closed(0, 1),
  monotone: 'increasing',
  branch: (x) => Math.sign(x),
  samples: pairs(-1.2, -0.3, 0.4, 2),
  reflection: oneMinus,
  atZero: 0.5,
};

/** 1 for arguments above 0, else 0, at 0 too: what a case "if x > 0" asks. */
export const positive: Operator = {
  name: 'positive',
  arity: 1,
  plain: ['positive'],
  latex: ['\\operatorname{positive}'],
  derivative: (s) => s.number(0),
  reference: (s, args) => positivePart(s, s.apply(sign, first(args))),
  evaluate: (x) => (x > 0 ? 1 : x <= 0 ? 0 : Number.NaN),
  range: closed(0, 1),
  monotone: 'increasing',
  branch: (x) => Math.sign(x),
  samples: pairs(-1.2, -0.3, 0.4, 2),
  atZero: 0,
};

export const sign: Operator = {
  name: 'sign',
  arity: 1,
  plain: ['sign', 'sgn'],
  latex: ['\\operatorname{sign}', '\\operatorname{sgn}'],
  derivative: (s) => s.number(0),
  evaluate: Math.sign,
  range: closed(-1, 1),
  monotone: 'increasing',
  parity: 'odd',
  branch: (x) => Math.sign(x),
  samples: pairs(-1.2, -0.3, 0.4, 2),
  reflection: negative,
  atZero: 0,
};

export const relu: Operator = {
  name: 'relu',
  arity: 1,
  plain: ['relu', 'ReLU'],
  latex: ['\\operatorname{relu}', '\\operatorname{ReLU}'],
  derivative: (s, _y, args) => s.apply(step, first(args)),
  evaluate: (x) => (x > 0 ? x : x <= 0 ? 0 : Number.NaN),
  range: NON_NEGATIVE,
  monotone: 'increasing',
  branch: (x) => Math.sign(x),
  samples: pairs(-1.2, -0.3, 0.4, 2),
  atZero: 0,
  envelope: { side: 'upper', pieces: (s, args) => [first(args), s.number(0)] },
};

export const abs: Operator = {
  name: 'abs',
  arity: 1,
  plain: ['abs'],
  latex: ['\\operatorname{abs}'],
  derivative: (s, _y, args) => s.apply(sign, first(args)),
  evaluate: Math.abs,
  range: NON_NEGATIVE,
  parity: 'even',
  branch: (x) => Math.sign(x),
  samples: pairs(-1.2, -0.3, 0.4, 2),
  reflection: (_s, y) => y,
  atZero: 0,
  fences: { latex: ['\\left|', '\\right|'], plain: ['|', '|'] },
  envelope: { side: 'upper', pieces: (s, args) => [first(args), negative(s, first(args))] },
};

export const sin: Operator = {
  name: 'sin',
  arity: 1,
  plain: ['sin'],
  latex: ['\\sin'],
  derivative: (s, _y, args) => s.apply(cos, first(args)),
  evaluate: Math.sin,
  range: closed(-1, 1),
  parity: 'odd',
  samples: pairs(-2, -0.4, 0.5, 1.3),
  reflection: negative,
  atZero: 0,
};

export const cos: Operator = {
  name: 'cos',
  arity: 1,
  plain: ['cos'],
  latex: ['\\cos'],
  derivative: (s, _y, args) => negative(s, s.apply(sin, first(args))),
  evaluate: Math.cos,
  range: closed(-1, 1),
  parity: 'even',
  samples: pairs(-2, -0.4, 0.5, 1.3),
  reflection: (_s, y) => y,
  square: (s, args) => oneMinus(s, s.power(s.apply(sin, first(args)), 2)),
  atZero: 1,
};

export const sech: Operator = {
  name: 'sech',
  arity: 1,
  plain: ['sech'],
  latex: ['\\operatorname{sech}'],
  derivative: (s, y, args) => s.multiply(s.number(-1), y, s.apply(tanh, first(args))),
  reference: (s, args) => s.power(s.apply(cosh, first(args)), -1),
  evaluate: (x) => 1 / Math.cosh(x),
  range: { low: 0, high: 1, lowOpen: true, highOpen: false },
  parity: 'even',
  samples: pairs(-2, -0.4, 0.5, 1.3),
  reflection: (_s, y) => y,
  square: (s, args) => oneMinus(s, s.power(s.apply(tanh, first(args)), 2)),
  atZero: 1,
};

export const cosh: Operator = {
  name: 'cosh',
  arity: 1,
  plain: ['cosh'],
  latex: ['\\cosh'],
  derivative: (s, _y, args) => s.apply(sinh, first(args)),
  // 1 + 2 sinh²(x/2): (eˣ + e⁻ˣ)/2 loses the slope near 0, where its two halves cancel.
  reference: (s, args) => {
    const half = s.apply(sinh, s.divide(first(args), s.number(2)));
    return s.add(s.number(1), s.multiply(s.number(2), half, half));
  },
  evaluate: Math.cosh,
  range: { low: 1, high: Infinity, lowOpen: false, highOpen: true },
  parity: 'even',
  samples: pairs(-2, -0.4, 0.5, 1.3),
  reflection: (_s, y) => y,
  atZero: 1,
};

export const sinh: Operator = {
  name: 'sinh',
  arity: 1,
  plain: ['sinh'],
  latex: ['\\sinh'],
  derivative: (s, _y, args) => s.apply(cosh, first(args)),
  reference: (s, args) => {
    const e = s.apply(exp, first(args));
    return s.divide(s.subtract(e, s.power(e, -1)), s.number(2));
  },
  evaluate: Math.sinh,
  range: LINE,
  monotone: 'increasing',
  parity: 'odd',
  samples: pairs(-2, -0.4, 0.5, 1.3),
  reflection: negative,
  atZero: 0,
};

export const max: Operator = {
  name: 'max',
  arity: 2,
  plain: ['max'],
  latex: ['\\max'],
  derivative: (s, _y, args, k) => s.apply(step, k === 0 ? s.subtract(first(args), second(args)) : s.subtract(second(args), first(args))),
  evaluate: (x, y) => (x > y ? x : y >= x ? y : Number.NaN),
  range: LINE,
  branch: (x, y) => Math.sign(x - y),
  envelope: { side: 'upper', pieces: (_s, args) => args },
  samples: [
    [-1.2, 0.3],
    [0.7, -0.2],
    [1.5, 1.1],
  ],
};

export const min: Operator = {
  name: 'min',
  arity: 2,
  plain: ['min'],
  latex: ['\\min'],
  derivative: (s, _y, args, k) => s.apply(step, k === 0 ? s.subtract(second(args), first(args)) : s.subtract(first(args), second(args))),
  evaluate: (x, y) => (x < y ? x : y <= x ? y : Number.NaN),
  range: LINE,
  branch: (x, y) => Math.sign(x - y),
  envelope: { side: 'lower', pieces: (_s, args) => args },
  samples: [
    [-1.2, 0.3],
    [0.7, -0.2],
    [1.5, 1.1],
  ],
};

export const OPERATORS: readonly Operator[] = [exp, log, tanh, sigmoid, softplus, relu, step, positive, sign, abs, sin, cos, sech, cosh, sinh, max, min];
