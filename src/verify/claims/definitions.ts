/** Formulas with their functions written out: σ(a) as 1/(1 + exp(−a)), so that an identity between functions can be followed line by line. */

import { childrenOf, constantOf } from '../../model/index.js';
import { type Rational, rational } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import type { Operator, ScalarAlgebra } from '../../operators/row.js';

/** The formula by definition; undefined where no function in it has one. */
export function byDefinitions(formula: Formula): Formula | undefined {
  return holdsDefined(formula) ? written(formula) : undefined;
}

const holdsDefined = (formula: Formula): boolean =>
  (formula.kind === 'apply' && formula.operator.reference !== undefined) || childrenOf(formula).some(holdsDefined);

function written(formula: Formula): Formula {
  switch (formula.kind) {
    case 'apply': {
      const args = formula.args.map(written);
      return formula.operator.reference === undefined ? { ...formula, args } : formula.operator.reference(algebra(formula.shape), args);
    }
    case 'sum':
      return { ...formula, terms: formula.terms.map((term) => ({ ...term, formula: written(term.formula) })) };
    case 'product':
      return { ...formula, factors: formula.factors.map(written) };
    case 'quotient':
      return { ...formula, numerator: written(formula.numerator), denominator: written(formula.denominator) };
    case 'power':
      return { ...formula, base: written(formula.base) };
    default:
      return formula;
  }
}

/** Entrywise arithmetic that writes formulas. */
function algebra(shape: Formula['shape']): ScalarAlgebra<Formula> {
  const number = (value: Rational | number): Formula => ({ kind: 'number', value: typeof value === 'number' ? rational(value) : value, shape: { dims: [] } });
  const sum = (...terms: readonly (readonly [1 | -1, Formula])[]): Formula => ({
    kind: 'sum',
    terms: terms.map(([sign, formula]) => ({ sign, formula })),
    shape,
  });
  const isPlain = (formula: Formula): boolean => constantOf(formula) !== undefined;
  return {
    number,
    add: (...terms) => sum(...terms.map((term): [1, Formula] => [1, term])),
    subtract: (a, b) => sum([1, a], [-1, b]),
    multiply: (...factors) => ({
      kind: 'product',
      style: shape.dims.length === 0 || factors.filter((factor) => !isPlain(factor)).length < 2 ? 'scalar' : 'hadamard',
      factors,
      shape,
    }),
    divide: (numerator, denominator) => ({ kind: 'quotient', numerator, denominator, shape }),
    power: (base, exponent) => ({ kind: 'power', style: shape.dims.length === 0 ? 'scalar' : 'entrywise', base, exponent: number(exponent), shape }),
    apply: (operator: Operator, ...args) => ({ kind: 'apply', operator, args, shape }),
  };
}
