/**
 * Jacobians between values: immediate, step and total (contract §3).
 *
 * Forward accumulation over instances: ∂w/∂v sums, over what w's equation reads, the local partial times ∂(read)/∂v. Reads move towards v
 * along the direction of the recurrence and stop there, so the recursion ends; for a distance that is not a number see `products.ts`.
 */

import { InputError } from '../errors.js';
import type { Equation, Model } from '../model/model.js';
import {
  type Reach,
  referenceKey,
  shiftWhole,
  substituteWhole,
  subtractWhole,
  type Tensor,
  type ValueReference,
  type Whole,
  wholeLetter,
  wholeName,
  wholeValue,
} from '../network/index.js';
import { influences, readsOf } from './dependence.js';
import { foldOutput, sameReference } from './local.js';
import { partialEquation } from './tangents.js';

/** Longest distance between steps that is written out. */
const LONGEST = 12;
/** Deepest chain of values that is followed: models have far fewer names a step. */
const DEEPEST = 400;

/** The equation that gives a value at these indices, with its letters replaced; undefined for inputs, parameters and freed values. */
export function equationAt(model: Model, reference: ValueReference): { equation: Equation; letters: ReadonlyMap<string, Whole> } | undefined {
  const own = model.equations.filter((equation) => equation.name === reference.name);
  const exact = own.find(
    (equation) => equation.ranges.length < equation.indices.length && sameReference({ name: equation.name, indices: equation.indices }, reference),
  );
  const equation =
    exact ??
    own.find((candidate) => candidate.indices.every((index) => wholeName(index) !== undefined) && candidate.ranges.length === candidate.indices.length);
  if (equation === undefined) return undefined;
  const letters = new Map<string, Whole>();
  equation.indices.forEach((index, at) => {
    const letter = wholeName(index);
    const place = reference.indices[at];
    if (letter !== undefined && place !== undefined) letters.set(letter, place);
  });
  return { equation, letters };
}

/** Differences of indices, where they are numbers along every index. */
function distance(from: ValueReference, to: ValueReference): readonly number[] | undefined {
  if (from.indices.length !== to.indices.length) return undefined;
  const steps = from.indices.map((index, at) => wholeValue(subtractWhole(index, to.indices[at] as Whole)));
  return steps.every((step) => step !== undefined) ? (steps as number[]) : undefined;
}

/**
 * ∂numerator/∂denominator: numerator's axes, then the denominator's.
 * Throws InputError where the distance between them is not a number, or a path runs through a sum over steps.
 */
export function jacobian(model: Model, numerator: ValueReference, denominator: ValueReference, reach: Reach, held: ReadonlySet<string> = new Set()): Tensor {
  const { workspace } = model;
  const dimsOf = (name: string): readonly Whole[] => model.declarations.get(name)?.dims ?? [];
  const denominatorDims = dimsOf(denominator.name);
  const known = new Map<string, Tensor>();
  const span = distance(numerator, denominator);
  if (span?.some((step) => Math.abs(step) > LONGEST) === true)
    throw new InputError({ ruleId: 'too-far', message: `The steps are more than ${LONGEST} apart; ask for symbolic steps instead.` });

  const towards = (reference: ValueReference): boolean => {
    if (denominator.indices.length === 0) return true;
    const steps = distance(reference, denominator);
    if (steps === undefined) return reference.indices.length !== denominator.indices.length;
    return steps.every((step, at) => step === 0 || Math.sign(step) === Math.sign(span?.[at] ?? 0));
  };

  let depth = 0;
  const visit = (reference: ValueReference): Tensor => {
    const key = referenceKey(reference);
    const done = known.get(key);
    if (done !== undefined) return done;
    depth += 1;
    if (depth > DEEPEST)
      throw new InputError({
        ruleId: 'too-far',
        message: 'The paths between these values run over a number of steps that is not known.',
        fix: 'Ask for the derivative between neighbouring steps, or of the loss.',
      });
    const dims = [...dimsOf(reference.name), ...denominatorDims];
    const at = equationAt(model, reference);
    const parts: Tensor[] = [workspace.zero(dims)];
    if (at !== undefined) {
      const value = workspace.substituteLetters(at.equation.value, at.letters);
      const placed: Equation = { ...at.equation, value, indices: reference.indices, ranges: [] };
      parts.push(foldOutput(workspace, workspace.differentiate(value, denominator.name, denominator.indices, denominatorDims), placed));
      if (reach !== 'immediate') {
        for (const read of readsOf(model, at.equation)) {
          const place = { name: read.name, indices: read.indices.map((index) => substituteWhole(index, at.letters)) };
          if (sameReference(place, denominator) || held.has(place.name)) continue;
          if (place.indices.some(isBound)) {
            if (leadsTo(model, denominator.name, place.name)) throw new ThroughSum();
            continue;
          }
          if (!towards(place)) continue;
          if (reach === 'step' && (distance(place, numerator)?.some((step) => step !== 0) ?? false)) continue;
          if (equationAt(model, place) === undefined) continue;
          const inner = visit(place);
          if (inner.terms.length === 0) continue;
          const local = foldOutput(workspace, workspace.differentiate(value, place.name, place.indices, dimsOf(place.name)), placed);
          parts.push(chainProduct(model, local, inner, dimsOf(reference.name).length, dimsOf(place.name).length));
        }
      }
    }
    const made = workspace.add(...parts);
    known.set(key, made);
    depth -= 1;
    return made;
  };

  if (sameReference(numerator, denominator)) {
    const labels = denominatorDims.map((_, axis) => `${axis}`);
    return workspace.contract(
      [...labels.map((label) => `a${label}`), ...labels.map((label) => `b${label}`)],
      denominatorDims.map((dim, axis) => ({ tensor: workspace.identity(dim), labels: [`a${axis}`, `b${axis}`] })),
    );
  }
  try {
    return visit(numerator);
  } catch (error) {
    if (!(error instanceof ThroughSum)) throw error;
    if (reach === 'total')
      throw new InputError({
        ruleId: 'through-sum',
        message: 'The paths between these values run through a sum over steps.',
        fix: 'Ask for the step or the immediate derivative, or for the gradient of the loss.',
      });
    return withinStep(model, numerator, denominator, reach);
  }
}

/** A path runs through a sum over an index: there is no single instance to follow. */
class ThroughSum extends Error {}

const isBound = (index: Whole): boolean => index.monomials.some((monomial) => monomial.letters.some((letter) => letter.startsWith('§')));
const leadsTo = (model: Model, from: string, to: string): boolean =>
  model.equations.some((equation) => equation.name === to) && influences(model, to).has(from);

/** The partial of one step, sums over indices included: forward equations put in until no partial is left. A step has finitely many names. */
function withinStep(model: Model, numerator: ValueReference, denominator: ValueReference, reach: Reach): Tensor {
  const { workspace } = model;
  let current = partialEquation(model, numerator, denominator, reach);
  for (let round = 0; round <= model.equations.length; round += 1) {
    const next = workspace.replace(current, (quantity) =>
      quantity.kind === 'partial' ? partialEquation(model, quantity.numerator, quantity.denominator, quantity.reach) : undefined,
    );
    if (next === current) return current;
    current = next;
  }
  throw new InputError({ ruleId: 'too-far', message: 'The values of this step need each other over several steps.' });
}

/** Product of two Jacobians, term by term of the outer one. */
function chainProduct(model: Model, outer: Tensor, inner: Tensor, rank: number, middle: number): Tensor {
  const { workspace } = model;
  const own = Array.from({ length: rank }, (_, axis) => `o${axis}`);
  const between = Array.from({ length: middle }, (_, axis) => `m${axis}`);
  const rest = Array.from({ length: inner.dims.length - middle }, (_, axis) => `v${axis}`);
  const parts = outer.terms.flatMap((term) =>
    inner.terms.map((innerTerm) =>
      workspace.contract(
        [...own, ...rest],
        [
          { tensor: workspace.fromTerms(outer.dims, [term]), labels: [...own, ...between] },
          { tensor: workspace.fromTerms(inner.dims, [innerTerm]), labels: [...between, ...rest] },
        ],
      ),
    ),
  );
  return parts.length === 0 ? workspace.zero([...outer.dims.slice(0, rank), ...inner.dims.slice(middle)]) : workspace.add(...parts);
}

/**
 * The total Jacobian between steps of one loop at a symbolic distance, as an ordered product of step Jacobians with falling limits,
 * where a single name carries all state and it is a vector; undefined otherwise (the recursion of adjoints serves then).
 */
export function jacobianProduct(model: Model, numerator: ValueReference, denominator: ValueReference, states: readonly string[]): Tensor | undefined {
  const { workspace } = model;
  const [first, ...more] = states;
  if (more.length > 0 || first !== numerator.name || numerator.name !== denominator.name || numerator.indices.length !== 1) return undefined;
  const range = model.declarations.get(first)?.indices[0];
  const [high, low] = [numerator.indices[0], denominator.indices[0]];
  if (range === undefined || high === undefined || low === undefined) return undefined;
  const letter = '¤k';
  const here = { name: first, indices: [wholeLetter(letter)] };
  const before = { name: first, indices: [shiftWhole(wholeLetter(letter), -1)] };
  const step = jacobian(model, here, before, 'step');
  if (step.terms.length === 0 || step.dims.length !== 2) return undefined;
  return workspace.product(letter, high, shiftWhole(low, 1), -1, step);
}
