/** Two sides in one shape; a number may stand for an array of it. */

import { InputError } from '../errors.js';
import type { Context } from '../model/index.js';
import type { Whole } from '../network/index.js';
import type { Formula, Shape } from '../notation/formula.js';

/** Both sides in one shape; a number may stand for an array of it. Throws the InputError `ill-shaped` where they have two. */
export function matched(left: Formula, right: Formula, context: Context): [Formula, Formula] {
  const { solver } = context;
  const stretch = (side: Formula, other: Formula): Formula => (isAnyShape(side) ? { ...side, shape: other.shape } : side);
  const [a, b] = [stretch(left, right), stretch(right, left)];
  if (unifies(a.shape, b.shape, solver)) return [a, b];
  if (b.shape.dims.length === 0 && isConstant(b)) return [a, b];
  if (a.shape.dims.length === 0 && isConstant(a)) return [a, b];
  const say = (shape: Shape): string => describe(shape, (dim) => solver.resolve(dim).key);
  throw new InputError({
    ruleId: 'ill-shaped',
    message: 'The two sides have different shapes.',
    why: `The left side is ${say(a.shape)}, the right side ${say(b.shape)}.`,
    ...(right.region === undefined ? {} : { region: right.region }),
  });
}

const isAnyShape = (side: Formula): boolean => side.kind === 'ones' || side.kind === 'zeros';

/** A number as it stands: what `= 0` may be compared with, whatever the shape. */
function isConstant(side: Formula): boolean {
  return side.kind === 'number' || (side.kind === 'sum' && side.terms.length === 1 && side.terms[0]?.formula.kind === 'number');
}

function unifies(a: Shape, b: Shape, solver: Context['solver']): boolean {
  if (a.dims.length !== b.dims.length) return false;
  if (a.dims.length === 1 && a.orientation !== undefined && b.orientation !== undefined && a.orientation !== b.orientation) return false;
  return a.dims.every((dim, k) => solver.unify(dim, b.dims[k] ?? dim));
}

function describe(shape: Shape, key: (dim: Whole) => string): string {
  const [first, second] = shape.dims;
  if (first === undefined) return 'a scalar';
  if (second === undefined)
    return shape.orientation === undefined
      ? `a vector of length ${key(first)}`
      : shape.orientation === 'row'
        ? `a row (1 × ${key(first)})`
        : `a column (${key(first)} × 1)`;
  return `${shape.dims.map(key).join(' × ')}`;
}
