/**
 * The total order of factors and terms. It is structural: adjoints first, then names in the order of their declaration, later times before
 * earlier ones, composites last; never the order of creation, so equal networks print alike whatever their history.
 */

import { unreachable } from '../errors.js';
import { isNegative } from '../network/rational.js';
import type { Quantity, ValueReference } from '../network/tensor.js';
import { subtractWhole, wholeValue } from '../network/whole.js';
import { baseOf, type Expression, partsOf } from './expression.js';

/** Place of a name among the declarations; unknown names come last. */
export type DeclarationOrder = (name: string) => number;

type Key = readonly (number | string | ValueReference)[];

/** Later indices first when they differ by a number; otherwise by text. */
function compareReferences(a: ValueReference, b: ValueReference, order: DeclarationOrder): number {
  const byName = order(a.name) - order(b.name) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  if (byName !== 0) return byName;
  for (const [k, index] of a.indices.entries()) {
    const other = b.indices[k];
    if (other === undefined || other.key === index.key) continue;
    return -(wholeValue(subtractWhole(index, other)) ?? 0) || (index.key < other.key ? -1 : 1);
  }
  return a.indices.length - b.indices.length;
}

function quantityKey(quantity: Quantity): Key {
  switch (quantity.kind) {
    case 'adjoint':
      return [2, quantity];
    case 'partial':
      return [3, quantity.numerator, quantity.denominator];
    case 'value':
      return [4, quantity];
    default:
      return unreachable(quantity);
  }
}

/** Class of an expression as a factor, then what breaks ties within the class. */
function keyOf(expression: Expression): Key {
  const { base } = baseOf(expression);
  switch (base.kind) {
    case 'indicator':
      return [0];
    case 'whole':
      return [1];
    case 'quantity':
      return quantityKey(base.quantity);
    case 'apply':
      return [5, ...base.args.flatMap(keyOf)];
    case 'unspecified':
    case 'held':
      return [6];
    case 'softmax':
      return [7, ...keyOf(base.of)];
    case 'block':
      return keyOf(base.of);
    case 'transpose':
    case 'diagonalMatrix':
    case 'diagonalOf':
      return [8, ...keyOf(base.of)];
    case 'image':
      return [9, ...keyOf(base.matrix), ...keyOf(base.vector)];
    case 'chain':
      return [9, ...base.factors.flatMap(keyOf)];
    case 'outer':
    case 'dot':
      return [9, ...keyOf(base.left), ...keyOf(base.right)];
    case 'product':
      return [10, ...base.factors.flatMap(keyOf)];
    case 'sum':
      return [11, ...base.terms.flatMap(keyOf)];
    default:
      return [12];
  }
}

function compareKeys(a: Key, b: Key, order: DeclarationOrder): number {
  for (let k = 0; k < Math.min(a.length, b.length); k += 1) {
    const [x, y] = [a[k], b[k]];
    if (typeof x === 'number' && typeof y === 'number') {
      if (x !== y) return x - y;
    } else if (typeof x === 'object' && typeof y === 'object') {
      const found = compareReferences(x, y, order);
      if (found !== 0) return found;
    } else return typeof x === 'number' ? -1 : 1;
  }
  return a.length - b.length;
}

/** Order of two factors of a product. */
export function compareFactors(a: Expression, b: Expression, order: DeclarationOrder): number {
  return compareKeys(keyOf(a), keyOf(b), order) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

/** Numbers, then what contains an adjoint, then products and images, then bare names (a bias comes last). */
function termClass(term: Expression): number {
  const { factors } = partsOf(term);
  if (factors.every(({ kind, dims }) => kind === 'ones' || dims.length < term.dims.length)) return term.dims.length > 0 || factors.length === 0 ? 0 : 2;
  if (containsAdjoint(term)) return 1;
  return factors.length === 1 && factors[0]?.kind === 'quantity' ? 3 : 2;
}

/** Order of two terms of a sum; the printers put a positive one first. */
export function compareTerms(a: Expression, b: Expression, order: DeclarationOrder): number {
  const classes = termClass(a) - termClass(b);
  if (classes !== 0) return classes;
  const byFactor = compareKeys(partsOf(a).factors.flatMap(keyOf), partsOf(b).factors.flatMap(keyOf), order);
  const bySign = Number(isNegative(partsOf(a).coefficient)) - Number(isNegative(partsOf(b).coefficient));
  return bySign || byFactor || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

/** Whether a derivative symbol stands anywhere in it. */
export function containsAdjoint(expression: Expression): boolean {
  return /(?:^|[^\p{L}])a:/u.test(expression.key);
}

/** Factors in order, with 1 − x directly behind x. */
export function orderFactors(factors: readonly Expression[], order: DeclarationOrder): Expression[] {
  const sorted = [...factors].sort((a, b) => compareFactors(a, b, order));
  for (const complement of [...sorted]) {
    const partner = complementOf(complement);
    const at = partner === undefined ? -1 : sorted.findIndex((factor) => factor.key === partner.key);
    if (at < 0) continue;
    sorted.splice(sorted.indexOf(complement), 1);
    sorted.splice(sorted.findIndex((factor) => factor.key === partner?.key) + 1, 0, complement);
  }
  return sorted;
}

/** x, where the factor is 1 − x. */
function complementOf(factor: Expression): Expression | undefined {
  if (factor.kind !== 'sum' || factor.terms.length !== 2) return undefined;
  const rest = factor.terms.find((term) => partsOf(term).factors.some(({ kind }) => kind !== 'ones'));
  const number = factor.terms.find((term) => partsOf(term).factors.every(({ kind }) => kind === 'ones'));
  const parts = rest === undefined ? undefined : partsOf(rest);
  return number === undefined || parts?.factors.length !== 1 ? undefined : parts.factors[0];
}
