/** Where a minus goes: in front of a term, or into a difference that can be turned round. */

import { isNegative, MINUS_ONE, negateRational } from '../network/rational.js';
import { type Expression, make, partsOf, product as productOf } from './expression.js';
import { compareTerms, type DeclarationOrder } from './order.js';

/** The sign taken out of a term; a difference inside it takes a minus where it can. */
export function signed(term: Expression, order: DeclarationOrder): { readonly sign: 1 | -1; readonly rest: Expression } {
  const { coefficient, factors } = partsOf(term);
  if (!isNegative(coefficient)) return { sign: 1, rest: term };
  const positive = productOf(negateRational(coefficient), factors, term.dims);
  const turned = negated(positive, order);
  return turned === undefined ? { sign: -1, rest: positive } : { sign: 1, rest: turned };
}

/** −e without a minus in front, when e holds a difference b − a that can be turned into a − b. */
function negated(expression: Expression, order: DeclarationOrder): Expression | undefined {
  switch (expression.kind) {
    case 'sum': {
      const negative = expression.terms.filter((term) => isNegative(partsOf(term).coefficient)).length;
      const complement = expression.terms.some((term) => partsOf(term).factors.every(({ kind }) => kind === 'ones'));
      if (negative === 0 || complement) return undefined;
      const terms = expression.terms.map((term) => productOf(MINUS_ONE, [term], term.dims)).sort((a, b) => compareTerms(a, b, order));
      return make({ kind: 'sum', terms }, expression.dims);
    }
    case 'product': {
      for (const [at, factor] of expression.factors.entries()) {
        const turned = negated(factor, order);
        if (turned !== undefined) return make({ ...expression, factors: expression.factors.map((each, k) => (k === at ? turned : each)) }, expression.dims);
      }
      return undefined;
    }
    case 'image':
      return within(expression.vector, order, (vector) => make({ ...expression, vector }, expression.dims));
    case 'outer':
    case 'dot':
      return (
        within(expression.left, order, (left) => make({ ...expression, left }, expression.dims)) ??
        within(expression.right, order, (right) => make({ ...expression, right }, expression.dims))
      );
    case 'rangeSum':
      return within(expression.body, order, (body) => make({ ...expression, body }, expression.dims));
    default:
      return undefined;
  }
}

function within(inner: Expression, order: DeclarationOrder, put: (turned: Expression) => Expression): Expression | undefined {
  const turned = negated(inner, order);
  return turned === undefined ? undefined : put(turned);
}
