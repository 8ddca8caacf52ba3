/** Passes over formulas that change no structure: visiting children, substituting index letters. */

import { unreachable } from '../errors.js';
import type { Quantity, ValueReference } from '../network/tensor.js';
import { substituteWhole, type Whole } from '../network/whole.js';
import type { Condition, Formula } from './formula.js';

type Letters = ReadonlyMap<string, Whole>;

/** The same node with every child replaced; shapes stay as they are. */
export function mapChildren(formula: Formula, change: (child: Formula) => Formula): Formula {
  switch (formula.kind) {
    case 'number':
    case 'constant':
    case 'whole':
    case 'name':
    case 'ones':
    case 'zeros':
    case 'identity':
    case 'kronecker':
      return formula;
    case 'sum':
      return { ...formula, terms: formula.terms.map(({ sign, formula: term }) => ({ sign, formula: change(term) })) };
    case 'product':
      return { ...formula, factors: formula.factors.map(change) };
    case 'inner':
      return { ...formula, left: change(formula.left), right: change(formula.right) };
    case 'quotient':
      return { ...formula, numerator: change(formula.numerator), denominator: change(formula.denominator) };
    case 'power':
      return { ...formula, base: change(formula.base), exponent: change(formula.exponent) };
    case 'squareRoot':
    case 'transpose':
    case 'diagonal':
    case 'operatorDerivative':
    case 'softmax':
    case 'reduce':
    case 'blockOf':
    case 'entry':
    case 'held':
      return { ...formula, of: change(formula.of) };
    case 'apply':
    case 'unspecified':
      return { ...formula, args: formula.args.map(change) };
    case 'rangeSum':
    case 'axisSum':
    case 'rangeProduct':
    case 'rangeBlocks':
      return { ...formula, body: change(formula.body) };
    case 'blocks':
      return { ...formula, rows: formula.rows.map((row) => row.map(change)) };
    case 'cases':
      return { ...formula, branches: formula.branches.map(({ value, condition }) => ({ value: change(value), condition })) };
    case 'derivative':
      return {
        ...formula,
        of: change(formula.of),
        by: formula.by.map(change),
        ...(formula.holding === undefined ? {} : { holding: formula.holding.map(change) }),
      };
    default:
      return unreachable(formula);
  }
}

const inReference = <R extends ValueReference>(reference: R, letters: Letters): R => ({
  ...reference,
  indices: reference.indices.map((index) => substituteWhole(index, letters)),
});

/** A quantity at other indices. */
export function substituteQuantity(quantity: Quantity, letters: Letters): Quantity {
  switch (quantity.kind) {
    case 'value':
      return inReference(quantity, letters);
    case 'adjoint':
      return quantity.target === undefined
        ? inReference(quantity, letters)
        : { ...inReference(quantity, letters), target: inReference(quantity.target, letters) };
    case 'partial':
      return { ...quantity, numerator: inReference(quantity.numerator, letters), denominator: inReference(quantity.denominator, letters) };
    default:
      return unreachable(quantity);
  }
}

const substituteCondition = ({ relations }: Condition, letters: Letters): Condition => ({
  relations: relations.map(({ left, sign, right }) => ({ left: substituteWhole(left, letters), sign, right: substituteWhole(right, letters) })),
});

/** Letters replaced by whole-number expressions; letters bound inside stay. */
export function substituteFormula(formula: Formula, letters: Letters): Formula {
  if (letters.size === 0) return formula;
  const put = (value: Whole): Whole => substituteWhole(value, letters);
  const children = (inner: Letters): Formula => mapChildren(formula, (child) => substituteFormula(child, inner));
  switch (formula.kind) {
    case 'whole':
      return { ...formula, value: put(formula.value) };
    case 'name':
      return { ...formula, quantity: substituteQuantity(formula.quantity, letters) };
    case 'kronecker':
      return { ...formula, left: put(formula.left), right: put(formula.right) };
    case 'unspecified':
      return { ...formula, indices: formula.indices.map(put), args: formula.args.map((arg) => substituteFormula(arg, letters)) };
    case 'rangeSum':
    case 'rangeProduct':
    case 'rangeBlocks':
      return { ...formula, from: put(formula.from), to: put(formula.to), body: substituteFormula(formula.body, without(letters, formula.letter)) };
    case 'axisSum':
      return { ...formula, body: substituteFormula(formula.body, without(letters, formula.letter)) };
    case 'blockOf':
      return { ...formula, of: substituteFormula(formula.of, letters), offset: put(formula.offset), size: put(formula.size) };
    case 'entry':
      return { ...formula, of: substituteFormula(formula.of, letters), positions: formula.positions.map(put) };
    case 'cases':
      return {
        ...formula,
        branches: formula.branches.map(({ value, condition }) => ({
          value: substituteFormula(value, letters),
          condition: condition === undefined ? undefined : substituteCondition(condition, letters),
        })),
      };
    default:
      return children(letters);
  }
}

function without(letters: Letters, letter: string): Letters {
  if (!letters.has(letter)) return letters;
  const rest = new Map(letters);
  rest.delete(letter);
  return rest;
}
