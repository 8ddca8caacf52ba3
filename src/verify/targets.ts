/**
 * What an answer must reach: some right line gives the target in the model's names, adjoints and partials of single equations, without the target itself.
 */

import { influences } from '../calculus/index.js';
import { readTarget, type Target } from '../calculus/target.js';
import { InputError } from '../errors.js';
import type { IndexRange, Model } from '../model/model.js';
import {
  type Quantity,
  quantityKey,
  substituteWhole,
  subtractWhole,
  type Tensor,
  type ValueReference,
  type Whole,
  wholeLetter,
  wholeName,
  wholeValue,
} from '../network/index.js';
import { lineOf } from '../notation/statements.js';
import { isAdded, loneSymbol } from './graph.js';

export interface Wanted {
  readonly text: string;
  readonly target: Target;
}

/** Reads targets as lines of a derive block. Throws an InputError that names the target. */
export function readTargets(model: Model, texts: readonly string[]): readonly Wanted[] {
  return texts.map((text) => {
    try {
      return { text, target: readTarget(model, lineOf(text)) };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(error.problems.map((problem) => ({ file: `target ${text}`, ...problem })));
    }
  });
}

/** Whether an equation gives a target: one side is the target, the other a formula for it. */
export function reaches(model: Model, { target }: Wanted, left: Tensor, right: Tensor, sheet: Model = model): boolean {
  return gives(model, sheet, target, left, right) || gives(model, sheet, target, right, left);
}

function gives(model: Model, sheet: Model, target: Target, side: Tensor, value: Tensor): boolean {
  const head = loneSymbol(side)?.head.head;
  if (head?.kind !== 'symbol' || !isTarget(model, target, head.quantity)) return false;
  const key = quantityKey(head.quantity);
  return model.workspace.quantities(value).every(({ quantity }) => quantityKey(quantity) !== key && isWritten(model, sheet, quantity));
}

/** A value of the model, an adjoint of something computed, a partial within one equation. */
function isWritten(model: Model, sheet: Model, quantity: Quantity): boolean {
  switch (quantity.kind) {
    case 'value':
      return true;
    case 'adjoint':
      return (
        isComputed(model, quantity.name) &&
        (quantity.target === undefined || quantity.target.name === model.loss || readsDirectly(model, quantity.target, quantity))
      );
    case 'partial':
      return quantity.reach === 'immediate' || isPartOfOne(isAdded(quantity.numerator.name) || isAdded(quantity.denominator.name) ? model : sheet, quantity);
  }
}

/** A partial that is one equation's own: of a state by a parameter, the total one goes through all steps before. */
function isPartOfOne(model: Model, { numerator, denominator, reach }: Extract<Quantity, { kind: 'partial' }>): boolean {
  if (!isSingle(model, numerator, denominator)) return false;
  return reach !== 'total' || denominator.indices.length > 0 || !isState(model, numerator.name);
}

/** Whether a name follows its own values at other steps. */
function isState(model: Model, name: string): boolean {
  const causes = influences(model, name);
  return model.equations.some(
    (equation) =>
      causes.has(equation.name) && model.workspace.quantities(equation.value).some(({ quantity }) => quantity.kind === 'value' && quantity.name === name),
  );
}

const isComputed = (model: Model, name: string): boolean => isAdded(name) || model.equations.some((equation) => equation.name === name);

/** Every path from the one to the other within its reach is the equation's own reading. */
function isSingle(model: Model, of: ValueReference, by: ValueReference): boolean {
  const equation = model.equations.find(({ name, ranges, indices }) => name === of.name && ranges.length === indices.length);
  if (equation === undefined) return false;
  const read = model.workspace.quantities(equation.value).flatMap(({ quantity }) => (quantity.kind === 'value' ? [quantity.name] : []));
  return (
    read.includes(by.name) &&
    read.filter((name) => name !== by.name && isComputed(model, name)).every((name) => !influences(model, name).has(by.name) || name === of.name)
  );
}

function readsDirectly(model: Model, of: ValueReference, by: ValueReference): boolean {
  const sameStep = of.indices.every((index, at) => by.indices[at] === undefined || wholeValue(subtractWhole(index, by.indices[at] as Whole)) === 0);
  return sameStep || isSingle(model, of, by);
}

function isTarget(model: Model, target: Target, quantity: Quantity): boolean {
  switch (target.kind) {
    case 'gradient':
      return quantity.kind === 'adjoint' && same(quantity, target.by) && sameTarget(model, quantity.target, target.of);
    case 'jacobian':
      if (quantity.kind === 'adjoint') return quantity.target !== undefined && same(quantity.target, target.numerator) && same(quantity, target.denominator);
      return quantity.kind === 'partial' && quantity.reach === target.reach && samePair(quantity, target);
    case 'value':
      return quantity.kind === 'value' && same(quantity, target.of);
    case 'higher':
      return false;
  }
}

const sameTarget = (model: Model, a: ValueReference | undefined, b: ValueReference | undefined): boolean => {
  const [x, y] = [a ?? { name: model.loss ?? '', indices: [] }, b ?? { name: model.loss ?? '', indices: [] }];
  return same(x, y);
};

/** The same value, whatever its letters are called; a letter shifted by a number is the same family. */
function same(a: ValueReference, b: ValueReference): boolean {
  return a.name === b.name && a.indices.length === b.indices.length && a.indices.every((index, at) => isSameIndex(index, b.indices[at] as Whole));
}

function isSameIndex(a: Whole, b: Whole): boolean {
  if (wholeValue(subtractWhole(a, b)) === 0) return true;
  return lone(a) && lone(b);
}

const lone = (index: Whole): boolean => {
  const letters = index.monomials.flatMap((monomial) => monomial.letters);
  return (
    letters.length === 1 && /^[a-z]/.test(letters[0] ?? '') && index.monomials.every(({ coefficient, letters: own }) => own.length === 0 || coefficient === 1)
  );
};

/** Two references at the same distance. */
function samePair(
  a: { readonly numerator: ValueReference; readonly denominator: ValueReference },
  b: { readonly numerator: ValueReference; readonly denominator: ValueReference },
): boolean {
  if (!same(a.numerator, b.numerator) || !same(a.denominator, b.denominator)) return false;
  const letter = a.numerator.indices.map((index) => wholeName(index)).find((name) => name !== undefined);
  const other = b.numerator.indices.map((index) => wholeName(index)).find((name) => name !== undefined);
  if (letter === undefined || other === undefined) return true;
  return a.denominator.indices.every((index, at) => {
    const mine = substituteWhole(index, new Map([[letter, wholeLetter(other)]]));
    const theirs = b.denominator.indices[at];
    if (theirs === undefined) return true;
    const distance = wholeValue(subtractWhole(mine, theirs));
    return distance === 0 || (distance === undefined && mine.monomials.length === theirs.monomials.length);
  });
}

/** Whether the ranges of a line cover the target's own: a line for t < T needs its boundary beside it. */
export function coversAll(model: Model, { target }: Wanted, ranges: readonly IndexRange[]): boolean {
  if (target.kind !== 'gradient') return true;
  const declaration = model.declarations.get(target.by.name);
  return (declaration?.indices ?? []).every((own, at) => {
    const letter = target.by.indices[at] === undefined ? undefined : wholeName(target.by.indices[at]);
    const range = ranges[at];
    if (letter === undefined || range === undefined || ranges.length !== declaration?.indices.length) return true;
    return (wholeValue(subtractWhole(range.from, own.from)) ?? 0) <= 0 && (wholeValue(subtractWhole(own.to, range.to)) ?? 0) <= 0;
  });
}
