/** Making, walking and rewriting formulas: the few structural operations that reading, checking and lowering share. */

import type { Region } from '../errors.js';
import type { Rational } from '../network/rational.js';
import { rational } from '../network/rational.js';
import type { Quantity } from '../network/tensor.js';
import type { Whole } from '../network/whole.js';
import { wholeValue } from '../network/whole.js';
import type { Condition, Formula, FormulaNode, Shape } from '../notation/formula.js';
import { SCALAR } from './shapes.js';

export function formula(node: FormulaNode, shape: Shape, region?: Region): Formula {
  return region === undefined ? { ...node, shape } : { ...node, shape, region };
}

export const numberFormula = (value: Rational | number, region?: Region): Formula =>
  formula({ kind: 'number', value: typeof value === 'number' ? rational(value) : value }, SCALAR, region);

/** The sub-formulas of a node, in written order. */
export function childrenOf(node: FormulaNode): readonly Formula[] {
  switch (node.kind) {
    case 'number':
    case 'constant':
    case 'whole':
    case 'name':
    case 'ones':
    case 'zeros':
    case 'identity':
    case 'kronecker':
      return [];
    case 'sum':
      return node.terms.map((term) => term.formula);
    case 'product':
      return node.factors;
    case 'inner':
      return [node.left, node.right];
    case 'quotient':
      return [node.numerator, node.denominator];
    case 'power':
      return [node.base, node.exponent];
    case 'apply':
    case 'unspecified':
      return node.args;
    case 'squareRoot':
    case 'transpose':
    case 'diagonal':
    case 'operatorDerivative':
    case 'softmax':
    case 'reduce':
    case 'entry':
    case 'held':
      return [node.of];
    case 'blockOf':
      return node.label === undefined ? [node.of] : [node.of, node.label];
    case 'rangeSum':
    case 'axisSum':
    case 'rangeProduct':
    case 'rangeBlocks':
      return [node.body];
    case 'blocks':
      return node.rows.flat();
    case 'cases':
      return node.branches.map(({ value }) => value);
    case 'derivative':
      return [node.of, ...node.by, ...(node.holding ?? [])];
  }
}

/** What a rewriting changes; whatever is left out stays. */
export interface Rewriting {
  readonly whole?: (whole: Whole) => Whole;
  readonly shape?: (shape: Shape) => Shape;
  readonly quantity?: (quantity: Quantity) => Quantity;
}

/** The same formula with every whole-number expression, shape and quantity in it rewritten. */
export function rewrite(source: Formula, by: Rewriting): Formula {
  const whole = by.whole ?? ((value: Whole): Whole => value);
  const again = (inner: Formula): Formula => rewrite(inner, by);
  const { shape, region, ...node } = source;
  const dims = (old: Shape): Shape => ({ ...old, dims: old.dims.map(whole) });
  return formula(
    rewriteNode(node as FormulaNode, whole, by.quantity ?? ((quantity) => withWholes(quantity, whole)), again),
    by.shape === undefined ? dims(shape) : by.shape(shape),
    region,
  );
}

function withWholes(quantity: Quantity, whole: (value: Whole) => Whole): Quantity {
  const each = <R extends { readonly indices: readonly Whole[] }>(reference: R): R => ({ ...reference, indices: reference.indices.map(whole) });
  switch (quantity.kind) {
    case 'value':
      return each(quantity);
    case 'adjoint':
      return quantity.target === undefined ? each(quantity) : { ...each(quantity), target: each(quantity.target) };
    case 'partial':
      return { ...quantity, numerator: each(quantity.numerator), denominator: each(quantity.denominator) };
  }
}

const conditionWith = (condition: Condition, whole: (value: Whole) => Whole): Condition => ({
  relations: condition.relations.map(({ left, sign, right }) => ({ left: whole(left), sign, right: whole(right) })),
});

function rewriteNode(
  node: FormulaNode,
  whole: (value: Whole) => Whole,
  quantity: (quantity: Quantity) => Quantity,
  again: (inner: Formula) => Formula,
): FormulaNode {
  switch (node.kind) {
    case 'number':
    case 'constant':
    case 'ones':
    case 'zeros':
    case 'identity':
      return node;
    case 'whole':
      return { ...node, value: whole(node.value) };
    case 'kronecker':
      return { ...node, left: whole(node.left), right: whole(node.right) };
    case 'name':
      return { ...node, quantity: quantity(node.quantity) };
    case 'sum':
      return { ...node, terms: node.terms.map(({ sign, formula: term }) => ({ sign, formula: again(term) })) };
    case 'product':
      return { ...node, factors: node.factors.map(again) };
    case 'inner':
      return { ...node, left: again(node.left), right: again(node.right) };
    case 'quotient':
      return { ...node, numerator: again(node.numerator), denominator: again(node.denominator) };
    case 'power':
      return { ...node, base: again(node.base), exponent: again(node.exponent) };
    case 'apply':
      return { ...node, args: node.args.map(again) };
    case 'unspecified':
      return { ...node, args: node.args.map(again), indices: node.indices.map(whole) };
    case 'squareRoot':
    case 'transpose':
    case 'diagonal':
    case 'operatorDerivative':
    case 'softmax':
    case 'reduce':
    case 'held':
      return { ...node, of: again(node.of) };
    case 'entry':
      return { ...node, of: again(node.of), positions: node.positions.map(whole) };
    case 'blockOf':
      return {
        ...node,
        of: again(node.of),
        offset: whole(node.offset),
        size: whole(node.size),
        label: node.label === undefined ? undefined : again(node.label),
      };
    case 'rangeSum':
      return {
        ...node,
        from: whole(node.from),
        to: whole(node.to),
        body: again(node.body),
        ...(node.except === undefined ? {} : { except: whole(node.except) }),
      };
    case 'rangeProduct':
    case 'rangeBlocks':
      return { ...node, from: whole(node.from), to: whole(node.to), body: again(node.body) };
    case 'axisSum':
      return {
        ...node,
        dim: whole(node.dim),
        body: again(node.body),
        ...(node.relation === undefined ? {} : { relation: { ...node.relation, than: whole(node.relation.than) } }),
      };
    case 'blocks':
      return { ...node, rows: node.rows.map((row) => row.map(again)) };
    case 'cases':
      return {
        ...node,
        branches: node.branches.map(({ value, condition }) => ({
          value: again(value),
          condition: condition === undefined ? undefined : conditionWith(condition, whole),
        })),
      };
    case 'derivative':
      return { ...node, of: again(node.of), by: node.by.map(again), ...(node.holding === undefined ? {} : { holding: node.holding.map(again) }) };
  }
}

/** Calls back for a formula and everything in it, outside first. */
export function visit(source: Formula, see: (inner: Formula) => void): void {
  see(source);
  for (const child of childrenOf(source)) visit(child, see);
}

/** The exact number that a formula is (2, 1/2, −1), or undefined. */
export function constantOf(source: Formula): Rational | undefined {
  switch (source.kind) {
    case 'number':
      return source.value;
    case 'whole': {
      const value = wholeValue(source.value);
      return value === undefined ? undefined : rational(value);
    }
    case 'sum': {
      const only = source.terms[0];
      if (source.terms.length !== 1 || only === undefined) return undefined;
      const value = constantOf(only.formula);
      return value === undefined ? undefined : rational(value.numerator * BigInt(only.sign), value.denominator);
    }
    case 'quotient': {
      const [top, bottom] = [constantOf(source.numerator), constantOf(source.denominator)];
      return top === undefined || bottom === undefined || bottom.numerator === 0n
        ? undefined
        : rational(top.numerator * bottom.denominator, top.denominator * bottom.numerator);
    }
    default:
      return undefined;
  }
}
