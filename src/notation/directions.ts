/** Row or column: the direction in which a vector is naturally written, and what can be turned round without a transpose. */

import type { Expression } from './expression.js';
import type { Orientation } from './formula.js';

/** Of derivatives: in the shape of the variable, as rows and transposed matrices, or as rows and matrices in their own shape. */
export type Layout = 'gradient' | 'numerator' | 'mixed';

export interface DirectionOptions {
  readonly convention: Orientation;
  /** Of a declared vector; undefined falls back to the convention. */
  orientationOf(name: string): Orientation | undefined;
  readonly layout: Layout;
}

/** The direction in which a vector is naturally written: that of most names in it. */
export function naturalDirection(expression: Expression, options: DirectionOptions): Orientation {
  const votes = votesOf(expression, options);
  return votes === 0 ? options.convention : votes > 0 ? 'column' : 'row';
}

function votesOf(expression: Expression, options: DirectionOptions): number {
  if (expression.dims.length !== 1) return 0;
  const vote = (orientation: Orientation | undefined): number => ((orientation ?? options.convention) === 'column' ? 1 : -1);
  const all = (list: readonly Expression[]): number => list.reduce((total, each) => total + votesOf(each, options), 0);
  switch (expression.kind) {
    case 'quantity':
      return vote(directionOfQuantity(expression, options));
    case 'product':
      return all(expression.factors);
    case 'sum':
      return all(expression.terms);
    case 'apply':
      return all(expression.args);
    case 'unspecified':
      return expression.entrywise ? all(expression.args) : all(expression.wrt.flatMap((k) => expression.args[k] ?? []));
    case 'softmax':
    case 'held':
    case 'block':
    case 'placed':
      return votesOf(expression.of, options);
    case 'power':
      return votesOf(expression.base, options);
    case 'image':
      return votesOf(expression.vector, options);
    case 'rangeSum':
    case 'rangeStack':
      return votesOf(expression.body, options);
    case 'stack':
      return all(expression.parts.flatMap(({ of }) => of ?? []));
    default:
      return 0;
  }
}

export function directionOfQuantity({ quantity }: Extract<Expression, { kind: 'quantity' }>, options: DirectionOptions): Orientation | undefined {
  switch (quantity.kind) {
    case 'value':
      return options.orientationOf(quantity.name);
    case 'adjoint':
      return options.layout === 'gradient' ? options.orientationOf(quantity.name) : 'row';
    case 'partial':
      return undefined;
  }
}

/** Whether turning it round only means writing a product in the other order. */
export function turnsAround(expression: Expression): boolean {
  switch (expression.kind) {
    case 'image':
      return true;
    case 'rangeSum':
      return turnsAround(expression.body);
    case 'sum':
      return expression.terms.every(turnsAround);
    case 'product': {
      const own = expression.factors.filter((factor) => factor.dims.length > 0);
      return own.length === 1 && own.every(turnsAround);
    }
    default:
      return false;
  }
}
