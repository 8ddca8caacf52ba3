/**
 * Formulas of the partials that a claim speaks of, only where following the equations from one value to the other misses no path: all names on the
 * way run along one loop in one direction. A value that no path leads to is 0.
 */

import { type Facts, influences, jacobian, provablyNonNegative, readsOf } from '../../calculus/index.js';
import { InputError } from '../../errors.js';
import type { Model } from '../../model/model.js';
import { type Reach, shiftWhole, subtractWhole, type Tensor, type ValueReference, type Whole, wholeValue } from '../../network/index.js';

/** The partial as an expression: axes of the numerator, then of the denominator. Throws an InputError where it has no such expression. */
export function partialFormula(
  model: Model,
  numerator: ValueReference,
  denominator: ValueReference,
  reach: Reach,
  facts: Facts,
  held: ReadonlySet<string> = new Set(),
): Tensor {
  const free: Model = held.size === 0 ? model : { ...model, equations: model.equations.filter(({ name }) => !held.has(name) || name === numerator.name) };
  const dims = [numerator, denominator].flatMap(({ name }) => model.declarations.get(name)?.dims ?? []);
  const between = namesBetween(free, numerator.name, denominator.name);
  if (between.size === 0 && numerator.name !== denominator.name) return model.workspace.zero(dims);
  if (reach !== 'total') return jacobian(model, numerator, denominator, reach, held);
  const direction = directionOf(free, between);
  if (direction !== undefined && isBeyond(numerator, denominator, direction, facts)) return model.workspace.zero(dims);
  const isNear = numerator.indices.every(
    (index, at) => denominator.indices[at] === undefined || wholeValue(subtractWhole(index, denominator.indices[at])) !== undefined,
  );
  if (direction === undefined || !isNear || (denominator.indices.length > 0 && numerator.indices.length !== denominator.indices.length))
    throw new InputError({ ruleId: 'no-formula', message: 'The paths between these values are too many to be written in one formula.' });
  return jacobian(model, numerator, denominator, reach, held);
}

/** Names through which the denominator reaches the numerator, both among them; empty where it does not. */
function namesBetween(model: Model, numerator: string, denominator: string): ReadonlySet<string> {
  const reaching = new Set([numerator, ...influences(model, numerator)]);
  if (!reaching.has(denominator)) return new Set();
  return new Set([...reaching].filter((name) => name === denominator || influences(model, name).has(denominator)));
}

/** −1 where all reads between names are of the same or an earlier step, 1 where of a later one, 0 where of the same; undefined where they are mixed. */
function directionOf(model: Model, names: ReadonlySet<string>): -1 | 0 | 1 | undefined {
  const signs = new Set<number>();
  for (const equation of model.equations) {
    if (!names.has(equation.name)) continue;
    for (const read of readsOf(model, equation)) {
      if (!names.has(read.name)) continue;
      const sign = shiftOf(equation.indices, read.indices);
      if (sign === undefined) return undefined;
      if (sign !== 0) signs.add(sign);
    }
  }
  if (signs.size > 1) return undefined;
  const [only] = signs;
  return (only ?? 0) as -1 | 0 | 1;
}

/** Which way a read lies: numbers of steps along every index that both have, all of one sign. */
function shiftOf(own: readonly Whole[], read: readonly Whole[]): number | undefined {
  if (read.length === 0 || own.length === 0) return read.length === own.length || read.length === 0 ? 0 : undefined;
  if (read.length !== own.length) return undefined;
  const steps = read.map((index, at) => wholeValue(subtractWhole(index, own[at] as Whole)));
  const signs = new Set(steps.map((step) => (step === undefined ? Number.NaN : Math.sign(step))));
  signs.delete(0);
  const [only] = signs;
  return signs.size > 1 || Number.isNaN(only) ? undefined : (only ?? 0);
}

/** The denominator lies where no read leads: later than the numerator in a loop that runs forward. */
function isBeyond(numerator: ValueReference, denominator: ValueReference, direction: -1 | 0 | 1, facts: Facts): boolean {
  const [own, other] = [numerator.indices[0], denominator.indices[0]];
  if (own === undefined || other === undefined || numerator.indices.length !== 1 || denominator.indices.length !== 1) return false;
  const ahead = (distance: Whole): boolean => provablyNonNegative(shiftWhole(distance, -1), facts);
  const [later, earlier] = [ahead(subtractWhole(other, own)), ahead(subtractWhole(own, other))];
  return (direction <= 0 && later) || (direction >= 0 && earlier);
}
