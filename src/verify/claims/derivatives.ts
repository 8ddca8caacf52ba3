/**
 * Derivatives in claims at numbers: adjoints from the calculus, partials equation by equation over the places of a run, so that every path counts,
 * whichever loops it runs through.
 */

import { equationAt, partialEquation } from '../../calculus/index.js';
import type { Equation, Model } from '../../model/index.js';
import { type Reach, substituteWhole, type Tensor, type ValueReference, type Whole, wholeNumber, wholeValue } from '../../network/index.js';
import { type DerivativeResolver, derivativeResolver, matchPlace, type Scope } from '../../numeric/index.js';
import type { Claim } from '../../proof/index.js';

const HELD = ' held: ';

/** Resolver for the run of a claim: partials that hold names are told apart by what they hold. */
export function claimDerivatives(claim: Claim, model: Model, sizes: Scope): DerivativeResolver {
  const others = derivativeResolver(model, sizes);
  const holding = new Map([...claim.partials.values()].map(({ held }) => [suffixOf(held), without(model, held)]));
  return (quantity) => {
    if (quantity.kind !== 'partial') return others(quantity);
    const [name, held] = quantity.numerator.name.split(HELD);
    const from = held === undefined ? model : holding.get(`${HELD}${held}`);
    if (from === undefined || name === undefined) return undefined;
    const at = (indices: readonly number[]): readonly Whole[] => indices.map(wholeNumber);
    const numerator = placeIn(from, name, quantity.numerator.indices, sizes);
    if (numerator === undefined) return undefined;
    const denominator = { name: quantity.denominator.name, indices: at(quantity.denominator.indices) };
    if (numerator.name === denominator.name && samePlace(quantity.numerator.indices, quantity.denominator.indices))
      return { value: identityOf(model, denominator), letters: new Map() };
    const value = partialEquation(from, numerator, denominator, quantity.reach);
    return { value: held === undefined ? value : suffixed(model, value, `${HELD}${held}`), letters: new Map() };
  };
}

/** The claim's own names for partials that hold something, as such partials at numbers for the line's letters. */
export function namedPartials(claim: Claim, model: Model, tensor: Tensor, letters: Scope): Tensor {
  if (claim.partials.size === 0) return tensor;
  const numbers = new Map([...letters].map(([letter, value]) => [letter, wholeNumber(value)]));
  const placed = ({ name, indices }: ValueReference): ValueReference => ({ name, indices: indices.map((index) => substituteWhole(index, numbers)) });
  return model.workspace.replace(tensor, (quantity, dims) => {
    const partial = quantity.kind === 'value' ? claim.partials.get(quantity.name) : undefined;
    if (partial === undefined) return undefined;
    const numerator = placed(partial.numerator);
    return symbol(model, { ...numerator, name: `${numerator.name}${suffixOf(partial.held)}` }, placed(partial.denominator), 'total', dims);
  });
}

const suffixOf = (held: ReadonlySet<string>): string => `${HELD}${[...held].sort().join(',')}`;
const without = (model: Model, held: ReadonlySet<string>): Model => ({ ...model, equations: model.equations.filter(({ name }) => !held.has(name)) });
const samePlace = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((index, at) => index === b[at]);

function symbol({ workspace }: Model, numerator: ValueReference, denominator: ValueReference, reach: Reach, dims: readonly Whole[]): Tensor {
  return workspace.symbol({ kind: 'partial', numerator, denominator, reach }, dims);
}

function suffixed(model: Model, tensor: Tensor, suffix: string): Tensor {
  return model.workspace.replace(tensor, (quantity, dims) =>
    quantity.kind === 'partial'
      ? symbol(model, { ...quantity.numerator, name: `${quantity.numerator.name}${suffix}` }, quantity.denominator, quantity.reach, dims)
      : undefined,
  );
}

/** ∂v/∂v. */
function identityOf({ workspace, declarations }: Model, { name }: ValueReference): Tensor {
  const dims = declarations.get(name)?.dims ?? [];
  const labels = dims.map((_, axis) => `${axis}`);
  return workspace.contract(
    [...labels.map((label) => `a${label}`), ...labels.map((label) => `b${label}`)],
    dims.map((dim, axis) => ({ tensor: workspace.identity(dim), labels: [`a${axis}`, `b${axis}`] })),
  );
}

/** A computed value at numbers, with the indices under which its equation is found; undefined where no equation gives it. */
function placeIn(model: Model, name: string, indices: readonly number[], sizes: Scope): ValueReference | undefined {
  const own = model.equations.filter((equation) => equation.name === name);
  const numbers = new Map([...sizes].map(([size, value]) => [size, wholeNumber(value)]));
  const isHere = ({ indices: written }: Equation): boolean => written.every((index, at) => wholeValue(substituteWhole(index, numbers)) === indices[at]);
  const exact = own.find((equation) => equation.ranges.length < equation.indices.length && isHere(equation));
  if (exact !== undefined) return { name, indices: exact.indices };
  const general = own.find(
    (equation) => equation.ranges.length === equation.indices.length && matchPlace(equation.indices, equation.ranges, indices, sizes) !== undefined,
  );
  const reference = { name, indices: indices.map(wholeNumber) };
  return general === undefined || equationAt(model, reference) === undefined ? undefined : reference;
}
