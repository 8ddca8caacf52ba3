/** A formula with the names that the answer defined written out: a mistake in a definition is then a place like any other, in its own line. */

import type { Whole } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { mapChildren, substituteFormula } from '../notation/walk.js';
import type { OwnNames } from './lowering.js';
import { lying } from './mutate/sites.js';

/** Definitions in definitions are written out up to this depth; they lie on no circle. */
const DEEPEST = 6;

/** The same object where nothing was written out. */
export function inlined(formula: Formula, own: OwnNames, depth = 0): Formula {
  if (depth > DEEPEST) return formula;
  const standsFor = formula.kind === 'name' ? meaningOf(formula, own) : undefined;
  if (standsFor !== undefined) return inlined(standsFor, own, depth + 1);
  let changed = false;
  const made = mapChildren(formula, (child) => {
    const inner = inlined(child, own, depth);
    if (inner !== child) changed = true;
    return inner;
  });
  return changed ? made : formula;
}

function meaningOf({ quantity, shape }: Extract<Formula, { kind: 'name' }>, own: OwnNames): Formula | undefined {
  const found = quantity.kind === 'value' ? own.definitions.get(quantity.name) : undefined;
  if (found === undefined || quantity.kind !== 'value' || found.axes.size > 0 || found.right.shape.dims.length !== shape.dims.length) return undefined;
  const letters = new Map(
    found.letters.flatMap((letter, at): readonly [string, Whole][] => (quantity.indices[at] === undefined ? [] : [[letter, quantity.indices[at]]])),
  );
  return lying(substituteFormula(found.right, letters), shape);
}
