/**
 * Formula → NumPy: one expression of Python for arrays of true rank, where vectors have one axis, so that rows and columns differ no more.
 *
 * A name at the step t is its plain name, at t − 1 and t + 1 it has `_prev` and `_next`, anything else is indexed. What NumPy has no word for is refused.
 */

import { InputError } from '../errors.js';
import type { Quantity } from '../network/tensor.js';
import { subtractWhole, type Whole, wholeLetter, wholeValue } from '../network/whole.js';
import type { Formula } from './formula.js';

/** How tightly an expression holds together; a looser one gets brackets. */
const LEVEL = { sum: 1, product: 2, sign: 3, power: 4, atom: 5 } as const;

interface Code {
  readonly text: string;
  readonly level: number;
}

/** Functions that NumPy does not have, as Python. */
export const HELPERS: ReadonlyMap<string, string> = new Map([
  ['sigmoid', 'def sigmoid(a):\n    return 1 / (1 + np.exp(-a))'],
  ['softmax', 'def softmax(a):\n    e = np.exp(a - np.max(a, axis=-1, keepdims=True))\n    return e / np.sum(e, axis=-1, keepdims=True)'],
  ['relu', 'def relu(a):\n    return np.maximum(a, 0)'],
  ['softplus', 'def softplus(a):\n    return np.logaddexp(0, a)'],
  ['step', 'def step(a):\n    return np.heaviside(a, 0.5)'],
  ['positive', 'def positive(a):\n    return np.where(a > 0, 1.0, 0.0)'],
  ['sech', 'def sech(a):\n    return 1 / np.cosh(a)'],
]);

const NUMPY_NAMES: ReadonlyMap<string, string> = new Map([
  ['max', 'np.maximum'],
  ['min', 'np.minimum'],
]);

const refuse = (formula: Formula, what: string): never => {
  throw new InputError({
    ruleId: 'no-code',
    message: `There is no line of NumPy for ${what}.`,
    ...(formula.region === undefined ? {} : { region: formula.region }),
  });
};

/** A Python name: accents and primes as words, everything else that Python does not know as an underscore. */
export function pythonName(key: string): string {
  const stem = key.split(/[_^]/)[0] ?? key;
  const words = stem.replaceAll("'", '').split(' ');
  const labels = [...key.slice(stem.length).matchAll(/[A-Za-z0-9]+/g)].map(([label]) => label);
  const primes = (key.match(/'/g) ?? []).map(() => 'prime');
  const parts = [words.at(-1) ?? 'x', ...labels, ...words.slice(0, -1), ...primes];
  const name = parts.join('_').replace(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(name) && !KEYWORDS.has(name) ? name : `${name.replace(/^(?![A-Za-z_])/, 'x')}_`;
}

const KEYWORDS: ReadonlySet<string> = new Set(['lambda', 'in', 'is', 'as', 'if', 'or', 'and', 'not', 'for', 'def', 'del', 'from', 'with', 'np']);

/** Prints one expression; `helpers` collects the functions that have to be defined before it. */
export function printNumpy(formula: Formula, letter: string | undefined, helpers: Set<string>): string {
  return new NumpyPrinter(letter, helpers).code(formula).text;
}

/** A name at its indices: `h`, `h_prev`, `alpha[i, t]`. */
export function numpyReference({ name, indices }: { readonly name: string; readonly indices: readonly Whole[] }, letter: string | undefined): string {
  const plain = pythonName(name);
  const [only, more] = indices;
  if (only === undefined) return plain;
  const shift = letter === undefined || more !== undefined ? undefined : wholeValue(subtractWhole(only, wholeLetter(letter)));
  if (shift === 0) return plain;
  if (shift === -1) return `${plain}_prev`;
  if (shift === 1) return `${plain}_next`;
  return `${plain}[${indices.map(wholeCode).join(', ')}]`;
}

/** n * d + 1, in Python. */
function wholeCode(whole: Whole): string {
  const parts = whole.monomials.map(({ coefficient, letters }) =>
    [...(Math.abs(coefficient) === 1 && letters.length > 0 ? [] : [`${Math.abs(coefficient)}`]), ...letters].join(' * '),
  );
  const signs = whole.monomials.map(({ coefficient }) => (coefficient < 0 ? '-' : '+'));
  return parts.length === 0 ? '0' : parts.map((part, at) => (at === 0 ? `${signs[0] === '-' ? '-' : ''}${part}` : ` ${signs[at]} ${part}`)).join('');
}

class NumpyPrinter {
  constructor(
    readonly letter: string | undefined,
    readonly helpers: Set<string>,
  ) {}

  code(formula: Formula): Code {
    switch (formula.kind) {
      case 'number': {
        const { numerator, denominator } = formula.value;
        const text = denominator === 1n ? `${numerator}` : `${numerator} / ${denominator}`;
        return { text, level: denominator === 1n ? (numerator < 0n ? LEVEL.sign : LEVEL.atom) : LEVEL.product };
      }
      case 'constant':
        return { text: 'np.pi', level: LEVEL.atom };
      case 'whole':
        return { text: wholeCode(formula.value), level: formula.value.monomials.length > 1 ? LEVEL.sum : LEVEL.product };
      case 'name':
        return { text: this.#name(formula.quantity, formula), level: LEVEL.atom };
      case 'sum':
        return this.#sum(formula);
      case 'product':
        return formula.style === 'matrix' ? this.#chain(formula.factors) : this.#joined(formula.factors, ' * ');
      case 'inner':
        return this.#joined([formula.left, formula.right], ' @ ');
      case 'quotient':
        return { text: `${this.#at(formula.numerator, LEVEL.product)} / ${this.#at(formula.denominator, LEVEL.sign)}`, level: LEVEL.product };
      case 'power':
        return this.#power(formula);
      case 'squareRoot':
        return this.#call('np.sqrt', [formula.of]);
      case 'transpose':
        return formula.shape.dims.length < 2 ? this.code(formula.of) : { text: `${this.#at(formula.of, LEVEL.atom)}.T`, level: LEVEL.atom };
      case 'diagonal':
        return this.#call('np.diag', [formula.of]);
      case 'apply':
        return this.#call(this.#operator(formula.operator.name), formula.args);
      case 'softmax':
        return this.#softmax(formula);
      case 'reduce':
        return this.#reduce(formula);
      case 'rangeSum':
        return {
          text: `sum(${this.code(formula.body).text} for ${formula.letter} in range(${wholeCode(formula.from)}, ${wholeCode(formula.to)} + 1))`,
          level: LEVEL.atom,
        };
      case 'ones':
        return formula.shape.dims.length === 0
          ? { text: '1', level: LEVEL.atom }
          : { text: `np.ones((${formula.shape.dims.map((dim) => `${wholeCode(dim)},`).join(' ')}))`, level: LEVEL.atom };
      case 'zeros':
        return { text: '0', level: LEVEL.atom };
      case 'identity':
        return { text: `np.eye(${wholeCode(formula.shape.dims[0] ?? wholeLetter('n'))})`, level: LEVEL.atom };
      case 'blocks':
        return this.#blocks(formula.rows);
      case 'held':
        return this.code(formula.of);
      case 'entry':
        return {
          text: `${this.#at(formula.of, LEVEL.atom)}[${formula.positions
            .map((position) => wholeValue(position) ?? wholeCode(position))
            .map((position) => (typeof position === 'number' ? position - 1 : `${position} - 1`))
            .join(', ')}]`,
          level: LEVEL.atom,
        };
      case 'operatorDerivative':
      case 'unspecified':
      case 'axisSum':
      case 'rangeProduct':
      case 'rangeBlocks':
      case 'blockOf':
      case 'kronecker':
      case 'cases':
      case 'derivative':
        return refuse(formula, `a formula of the kind ${formula.kind}`);
    }
  }

  /** The expression, in brackets where it is looser than this. */
  #at(formula: Formula, level: number): string {
    const { text, level: own } = this.code(formula);
    return own >= level ? text : `(${text})`;
  }

  #name(quantity: Quantity, formula: Formula): string {
    if (quantity.kind === 'partial') return refuse(formula, 'a partial derivative');
    const plain = numpyReference(quantity, this.letter);
    return quantity.kind === 'adjoint' ? `d${plain}` : plain;
  }

  #operator(name: string): string {
    if (HELPERS.has(name)) {
      this.helpers.add(name);
      return name;
    }
    return NUMPY_NAMES.get(name) ?? `np.${name}`;
  }

  #call(word: string, args: readonly Formula[]): Code {
    return { text: `${word}(${args.map((arg) => this.code(arg).text).join(', ')})`, level: LEVEL.atom };
  }

  #sum({ terms, shape }: Extract<Formula, { kind: 'sum' }>): Code {
    const parts = terms.map(({ sign, formula }, at) => {
      const text = this.#broadcast(formula, shape.dims, this.#at(formula, sign < 0 || at > 0 ? LEVEL.product : LEVEL.sum));
      return at === 0 ? `${sign < 0 ? '-' : ''}${text}` : ` ${sign < 0 ? '-' : '+'} ${text}`;
    });
    return { text: parts.join(''), level: parts.length === 1 ? LEVEL.sign : LEVEL.sum };
  }

  /** A vector that is added to every column of a matrix needs an axis more; one that is added to every row does not. */
  #broadcast(formula: Formula, dims: readonly Whole[], text: string): string {
    const [n] = formula.shape.dims;
    if (dims.length !== 2 || formula.shape.dims.length !== 1 || n === undefined) return text;
    return n.key === dims[1]?.key && formula.shape.orientation !== 'column'
      ? text
      : n.key === dims[1]?.key && n.key !== dims[0]?.key
        ? text
        : `${text}[:, None]`;
  }

  #joined(factors: readonly Formula[], sign: string): Code {
    const parts = factors.map((factor, at) => this.#at(factor, at === 0 ? LEVEL.product : LEVEL.sign));
    return { text: parts.join(sign), level: factors.length === 1 ? LEVEL.product : LEVEL.product };
  }

  /** Matrix products; a column beside a row is an outer product. */
  #chain(factors: readonly Formula[]): Code {
    const lies = (formula: Formula | undefined): 'row' | 'column' | undefined => (formula?.shape.dims.length === 1 ? formula.shape.orientation : undefined);
    const cut = factors.findIndex((factor, at) => lies(factor) === 'column' && lies(factors[at + 1]) === 'row');
    if (cut < 0) return this.#joined(factors, ' @ ');
    const [left, right] = [this.#chain(factors.slice(0, cut + 1)), this.#chain(factors.slice(cut + 1))];
    return { text: `np.outer(${left.text}, ${right.text})`, level: LEVEL.atom };
  }

  #power({ style, base, exponent }: Extract<Formula, { kind: 'power' }>): Code {
    if (style === 'matrix') return this.#call('np.linalg.matrix_power', [base, exponent]);
    return { text: `${this.#at(base, LEVEL.atom)} ** ${this.#at(exponent, LEVEL.atom)}`, level: LEVEL.power };
  }

  #softmax({ of, axis }: Extract<Formula, { kind: 'softmax' }>): Code {
    this.helpers.add('softmax');
    const inner = this.code(of).text;
    return axis === of.shape.dims.length - 1 || of.shape.dims.length < 2
      ? { text: `softmax(${inner})`, level: LEVEL.atom }
      : { text: `softmax((${inner}).T).T`, level: LEVEL.atom };
  }

  #reduce(formula: Extract<Formula, { kind: 'reduce' }>): Code {
    switch (formula.by) {
      case 'sum':
        return this.#call('np.sum', [formula.of]);
      case 'mean':
        return this.#call('np.mean', [formula.of]);
      case 'var':
        return this.#call('np.var', [formula.of]);
      case 'trace':
        return this.#call('np.trace', [formula.of]);
      case 'norm':
      case 'frobenius':
        return this.#call('np.linalg.norm', [formula.of]);
      case 'normSquared':
      case 'frobeniusSquared':
        return { text: `np.sum(${this.#at(formula.of, LEVEL.atom)} ** 2)`, level: LEVEL.atom };
      case 'spectral':
        return { text: `np.linalg.norm(${this.code(formula.of).text}, 2)`, level: LEVEL.atom };
      case 'rowsum':
        return { text: `np.sum(${this.code(formula.of).text}, axis=1)`, level: LEVEL.atom };
      case 'colsum':
        return { text: `np.sum(${this.code(formula.of).text}, axis=0)`, level: LEVEL.atom };
    }
  }

  #blocks(rows: readonly (readonly Formula[])[]): Code {
    const all = rows.flat();
    if (all.every(({ shape }) => shape.dims.length === 1) && (rows.length === 1 || rows.every((row) => row.length === 1))) {
      return { text: `np.concatenate([${all.map((part) => this.code(part).text).join(', ')}])`, level: LEVEL.atom };
    }
    const listed = rows.map((row) => `[${row.map((part) => this.code(part).text).join(', ')}]`);
    const isLiteral = all.every(({ shape }) => shape.dims.length === 0);
    return {
      text: isLiteral
        ? `np.array([${rows.length === 1 ? all.map((part) => this.code(part).text).join(', ') : listed.join(', ')}])`
        : `np.block([${listed.join(', ')}])`,
      level: LEVEL.atom,
    };
  }
}
