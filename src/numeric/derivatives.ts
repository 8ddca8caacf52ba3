/** Adjoints and partials for a run, from the calculus: which derived equation gives a derivative at a place, and zero outside the ranges. */

import { AdjointSystem, type Elimination, jacobian } from '../calculus/index.js';
import type { Model } from '../model/model.js';
import { type Tensor, type Whole, wholeLetter, wholeNumber } from '../network/index.js';
import { type Place, placeKey, type Scope } from './array.js';
import { matchPlace } from './places.js';
import type { DerivativeResolver } from './run.js';

/** Where the adjoint equations come from: every name's own, or those left when names are eliminated. */
interface AdjointSource {
  equation(name: string, indices?: readonly Whole[]): Tensor;
}

/**
 * Resolver for all adjoints (of the loss, or of the target they name) and partials of a model.
 * With an `elimination`, adjoints of its system's target follow the eliminated equations, so that a run checks those.
 */
export function derivativeResolver(model: Model, sizes: Scope, elimination?: Elimination): DerivativeResolver {
  const sources = new Map<string, AdjointSource>();
  const sourceOf = (target: Place): AdjointSource => {
    const key = placeKey(target.name, target.indices);
    const known = sources.get(key);
    if (known !== undefined) return known;
    const named = target.name !== model.loss || target.indices.length > 0;
    const eliminated = elimination !== undefined && !named && !elimination.system.named;
    const made = remembering(
      eliminated ? elimination : everyName(new AdjointSystem(model, { name: target.name, indices: target.indices.map(wholeNumber) }, named)),
    );
    sources.set(key, made);
    return made;
  };
  return (quantity) => {
    if (quantity.kind === 'partial') {
      const reference = ({ name, indices }: Place) => ({ name, indices: indices.map(wholeNumber) });
      return { value: jacobian(model, reference(quantity.numerator), reference(quantity.denominator), quantity.reach), letters: new Map() };
    }
    const target = quantity.target ?? (model.loss === undefined ? undefined : { name: model.loss, indices: [] });
    const at = target === undefined ? undefined : placeOfAdjoint(model, quantity, sizes);
    return target === undefined || at === undefined ? undefined : { value: sourceOf(target).equation(quantity.name, at.boundary), letters: at.letters };
  };
}

const everyName = (system: AdjointSystem): AdjointSource => ({ equation: (name, indices) => system.of(name, indices).value });

/** The same source, each equation derived once. */
function remembering(source: AdjointSource): AdjointSource {
  const known = new Map<string, Tensor>();
  return {
    equation(name, indices) {
      const key = `${name}[${indices?.map((index) => index.key).join() ?? ''}]`;
      const value = known.get(key) ?? source.equation(name, indices);
      known.set(key, value);
      return value;
    },
  };
}

/** Whether a value lies in the range of its name or is a boundary value that is freed or set; undefined where it is zero. */
function placeOfAdjoint(model: Model, { name, indices }: Place, sizes: Scope): { readonly letters: Scope; readonly boundary?: readonly Whole[] } | undefined {
  const declaration = model.declarations.get(name);
  if (declaration === undefined) return undefined;
  const own = matchPlace(
    declaration.indices.map(({ letter }) => wholeLetter(letter)),
    declaration.indices,
    indices,
    sizes,
  );
  if (own !== undefined) return { letters: own };
  for (const boundary of model.boundaries) {
    if (boundary.name !== name || boundary.kind === 'zero') continue;
    const letters = matchPlace(boundary.indices, declaration.indices, indices, sizes);
    if (letters !== undefined) return { letters, boundary: boundary.indices };
  }
  return undefined;
}
