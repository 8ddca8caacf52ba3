/**
 * The nodes of matrix expressions without orientation, and what every node knows of itself: dims, a structural key, its free letters.
 *
 * A vector here has one axis and no direction. Equality is equality of keys, so it does not depend on how an expression was made.
 */

import { quantityKey } from '../network/index.js';
import { type Rational, rationalKey } from '../network/rational.js';
import type { Quantity } from '../network/tensor.js';
import { lettersOf, type Whole } from '../network/whole.js';
import type { Operator } from '../operators/row.js';
import type { Formula } from './formula.js';

export type ExpressionNode =
  | { readonly kind: 'whole'; readonly value: Whole }
  | { readonly kind: 'quantity'; readonly quantity: Quantity }
  | { readonly kind: 'indicator'; readonly of: Whole; readonly relation: 'zero' | 'nonnegative' }
  | { readonly kind: 'apply'; readonly operator: Operator; readonly args: readonly Expression[] }
  | {
      readonly kind: 'unspecified';
      readonly name: string;
      readonly indices: readonly Whole[];
      readonly entrywise: boolean;
      readonly args: readonly Expression[];
      readonly wrt: readonly number[];
    }
  /** Along the last axis. */
  | { readonly kind: 'softmax'; readonly of: Expression }
  | { readonly kind: 'held'; readonly of: Expression }
  | { readonly kind: 'identity' }
  /** All entries 1; dropped beside another factor of its shape. */
  | { readonly kind: 'ones' }
  /** Entrywise. */
  | { readonly kind: 'power'; readonly base: Expression; readonly exponent: Rational }
  /** Of a square matrix, or a scalar to a symbolic exponent. */
  | { readonly kind: 'matrixPower'; readonly base: Expression; readonly exponent: Whole }
  /** A number, scalars, and factors of the product's own shape that are multiplied entrywise. */
  | { readonly kind: 'product'; readonly coefficient: Rational; readonly factors: readonly Expression[] }
  | { readonly kind: 'chain'; readonly factors: readonly Expression[] }
  | { readonly kind: 'image'; readonly matrix: Expression; readonly vector: Expression }
  | { readonly kind: 'outer'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'dot'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'diagonalMatrix'; readonly of: Expression }
  | { readonly kind: 'diagonalOf'; readonly of: Expression }
  | { readonly kind: 'transpose'; readonly of: Expression }
  | { readonly kind: 'sum'; readonly terms: readonly Expression[] }
  | { readonly kind: 'rangeSum'; readonly letter: string; readonly from: Whole; readonly to: Whole; readonly body: Expression }
  | { readonly kind: 'rangeProduct'; readonly letter: string; readonly from: Whole; readonly to: Whole; readonly step: 1 | -1; readonly body: Expression }
  /** Sum of all entries. */
  | { readonly kind: 'total'; readonly of: Expression }
  /** Vector of the sums of each row. */
  | { readonly kind: 'rowSums'; readonly of: Expression }
  | { readonly kind: 'trace'; readonly of: Expression }
  /** `of` at the positions from `offset` of an axis of the node's size, zero elsewhere. */
  | { readonly kind: 'placed'; readonly axis: number; readonly offset: Whole; readonly of: Expression }
  /** Parts one after another along an axis; an undefined part is zero. */
  | { readonly kind: 'stack'; readonly axis: number; readonly parts: readonly { readonly size: Whole; readonly of: Expression | undefined }[] }
  | { readonly kind: 'rangeStack'; readonly axis: number; readonly letter: string; readonly from: Whole; readonly to: Whole; readonly body: Expression }
  /** `size` positions from `offset` of an axis. */
  | { readonly kind: 'block'; readonly of: Expression; readonly axis: number; readonly offset: Whole }
  /** A scalar in index notation. */
  | { readonly kind: 'indexed'; readonly formula: Formula; readonly id: string; readonly free: ReadonlySet<string> };

export type Expression = ExpressionNode & {
  readonly dims: readonly Whole[];
  readonly key: string /** Index letters that occur free. */;
  readonly letters: ReadonlySet<string>;
};

const dimsKey = (dims: readonly Whole[]): string => dims.map((dim) => dim.key).join('×');

function keyOf(node: ExpressionNode, dims: readonly Whole[]): string {
  const list = (expressions: readonly Expression[]): string => expressions.map(({ key }) => key).join(';');
  switch (node.kind) {
    case 'whole':
      return `#${node.value.key}`;
    case 'quantity':
      return quantityKey(node.quantity);
    case 'indicator':
      return `[${node.relation} ${node.of.key}]`;
    case 'apply':
      return `${node.operator.name}(${list(node.args)})`;
    case 'unspecified':
      return `?${node.name}[${node.indices.map(({ key }) => key).join()}]'${node.wrt.join()}(${list(node.args)})`;
    case 'identity':
    case 'ones':
      return `${node.kind}<${dimsKey(dims)}>`;
    case 'power':
      return `(${node.base.key})^${rationalKey(node.exponent)}`;
    case 'matrixPower':
      return `(${node.base.key})**${node.exponent.key}`;
    case 'product':
      return `${rationalKey(node.coefficient)}{${list(node.factors)}}<${dims.length}>`;
    case 'chain':
      return `chain{${list(node.factors)}}`;
    case 'image':
      return `(${node.matrix.key})·(${node.vector.key})`;
    case 'outer':
    case 'dot':
      return `${node.kind}{${node.left.key};${node.right.key}}`;
    case 'sum':
      return `sum{${list(node.terms)}}`;
    case 'rangeSum':
      return `Σ${node.letter}=${node.from.key}..${node.to.key}{${node.body.key}}`;
    case 'rangeProduct':
      return `Π${node.letter}=${node.from.key}..${node.to.key}/${node.step}{${node.body.key}}`;
    case 'placed':
      return `placed${node.axis}@${node.offset.key}<${dimsKey(dims)}>{${node.of.key}}`;
    case 'stack':
      return `stack${node.axis}{${node.parts.map(({ size, of }) => of?.key ?? `0<${size.key}>`).join(';')}}`;
    case 'rangeStack':
      return `stack${node.axis}:${node.letter}=${node.from.key}..${node.to.key}{${node.body.key}}`;
    case 'block':
      return `block${node.axis}@${node.offset.key}<${dimsKey(dims)}>{${node.of.key}}`;
    case 'indexed':
      return `indexed{${node.id}}`;
    default:
      return `${node.kind}{${node.of.key}}`;
  }
}

/** The expressions directly inside a node. */
function childrenOf(node: ExpressionNode): readonly Expression[] {
  switch (node.kind) {
    case 'whole':
    case 'quantity':
    case 'indicator':
    case 'identity':
    case 'ones':
    case 'indexed':
      return [];
    case 'apply':
    case 'unspecified':
      return node.args;
    case 'power':
    case 'matrixPower':
      return [node.base];
    case 'product':
    case 'chain':
      return node.factors;
    case 'image':
      return [node.matrix, node.vector];
    case 'outer':
    case 'dot':
      return [node.left, node.right];
    case 'sum':
      return node.terms;
    case 'rangeSum':
    case 'rangeProduct':
    case 'rangeStack':
      return [node.body];
    case 'stack':
      return node.parts.flatMap(({ of }) => of ?? []);
    default:
      return [node.of];
  }
}

/** Whole-number expressions that a node itself holds. */
function wholesOf(node: ExpressionNode): readonly Whole[] {
  switch (node.kind) {
    case 'whole':
      return [node.value];
    case 'indicator':
      return [node.of];
    case 'quantity': {
      const { quantity } = node;
      if (quantity.kind === 'partial') return [...quantity.numerator.indices, ...quantity.denominator.indices];
      return quantity.kind === 'adjoint' ? [...quantity.indices, ...(quantity.target?.indices ?? [])] : quantity.indices;
    }
    case 'unspecified':
      return node.indices;
    case 'matrixPower':
      return [node.exponent];
    case 'rangeSum':
    case 'rangeProduct':
    case 'rangeStack':
      return [node.from, node.to];
    case 'placed':
    case 'block':
      return [node.offset];
    default:
      return [];
  }
}

/** A node with its dims, key and letters; the constructors of expression.ts are usually what is wanted. */
export function make(node: ExpressionNode, dims: readonly Whole[]): Expression {
  const letters = new Set<string>();
  for (const child of childrenOf(node)) for (const letter of child.letters) letters.add(letter);
  if ('letter' in node) letters.delete(node.letter);
  for (const whole of wholesOf(node)) for (const letter of lettersOf(whole)) letters.add(letter);
  if (node.kind === 'indexed') for (const letter of node.free) letters.add(letter);
  return { ...node, dims, key: keyOf(node, dims), letters };
}
