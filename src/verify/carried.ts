/** Errors carried forward: a line that is wrong, but right if an earlier wrong line were true. */

import { AdjointSystem } from '../calculus/index.js';
import { BudgetError, InputError } from '../errors.js';
import type { Model } from '../model/model.js';
import { type Quantity, solveWhole, substituteWhole, subtractWhole, type Tensor, type Whole, wholeLetter } from '../network/index.js';
import { loneSymbol } from './graph.js';
import type { Judge } from './judge.js';
import type { Comparison, ReadLine } from './types.js';

/** What an earlier line claims: this quantity (its letters free) is that. */
export interface Premise {
  readonly quantity: Quantity;
  readonly value: Tensor;
}

/** The claim of a wrong line, where its left side is one quantity. */
export function premiseOf(left: Tensor, right: Tensor): Premise | undefined {
  const head = loneSymbol(left)?.head.head;
  return head?.kind === 'symbol' ? { quantity: head.quantity, value: right } : undefined;
}

/** The comparison under which the line holds once a premise is granted; undefined where none helps. */
export function carriedBy(
  premises: readonly Premise[],
  line: { readonly left: Tensor; readonly right: Tensor } & Pick<ReadLine, 'ranges'>,
  judge: Judge,
): Comparison | undefined {
  for (const premise of premises) {
    try {
      const written = writtenOut(judge.model, line.left);
      const facts = judge.prover.facts(line.ranges);
      // By the adjoints its equation reads, and by those of states alone: a premise may speak of either.
      for (const left of [line.left, ...written, ...written.map((each) => judge.prover.eliminate(each, facts))]) {
        const [a, b] = [granted(judge.model, left, premise), granted(judge.model, line.right, premise)];
        if (a === left && b === line.right) continue;
        // Where the premise made both sides one, it says nothing about the line; where it made the left side what the line says, it says all.
        if ((a === b && b !== line.right) || !judge.mayEqual(a, b, line)) continue;
        const found = judge.compare(a, b, line);
        if (found.verdict === 'equal') return found;
      }
    } catch (error) {
      if (!(error instanceof InputError) && !(error instanceof BudgetError)) throw error;
    }
  }
  return undefined;
}

/** The left side by its own adjoint equation: what it truly is in terms of other adjoints. */
function writtenOut(model: Model, left: Tensor): readonly Tensor[] {
  const head = loneSymbol(left)?.head.head;
  if (head?.kind !== 'symbol' || head.quantity.kind !== 'adjoint' || head.quantity.target !== undefined || model.loss === undefined) return [];
  const system = model.workspace.remember(model, 'adjoints of the loss', () => new AdjointSystem(model, { name: model.loss as string, indices: [] }, false));
  const { name, indices } = head.quantity;
  const letters = new Map((model.declarations.get(name)?.indices ?? []).map((range, at) => [range.letter, indices[at] as Whole]));
  return [model.workspace.substituteLetters(system.of(name).value, letters)];
}

/** The tensor with the premise's quantity, at whatever step, replaced by what the premise claims. */
function granted(model: Model, tensor: Tensor, { quantity, value }: Premise): Tensor {
  const { workspace } = model;
  return workspace.replace(tensor, (found) => {
    const letters = matched(quantity, found, model);
    return letters === undefined ? undefined : workspace.substituteLetters(value, letters);
  });
}

function matched(pattern: Quantity, found: Quantity, model: Model): ReadonlyMap<string, Whole> | undefined {
  if (pattern.kind !== found.kind) return undefined;
  const [a, b] = [indicesOf(pattern), indicesOf(found)];
  if (nameOf(pattern) !== nameOf(found) || a.length !== b.length) return undefined;
  const letters = new Map<string, Whole>();
  for (const [at, index] of a.entries()) {
    const place = b[at] as Whole;
    const free = index.monomials.flatMap((monomial) => monomial.letters).filter((letter) => !model.sizes.includes(letter));
    const [letter] = free;
    if (letter === undefined) {
      if (subtractWhole(index, place).monomials.length > 0) return undefined;
      continue;
    }
    // The pattern's letter gets a name of its own: the place may use the same letter.
    const fresh = `${letter}°`;
    const value = solveWhole(subtractWhole(substituteWhole(index, new Map([[letter, wholeLetter(fresh)]])), place), fresh);
    const known = letters.get(letter);
    if (value === undefined || (known !== undefined && known.key !== value.key)) return undefined;
    letters.set(letter, value);
  }
  return letters;
}

function indicesOf(quantity: Quantity): readonly Whole[] {
  switch (quantity.kind) {
    case 'value':
      return quantity.indices;
    case 'adjoint':
      return [...quantity.indices, ...(quantity.target?.indices ?? [])];
    case 'partial':
      return [...quantity.numerator.indices, ...quantity.denominator.indices];
  }
}

function nameOf(quantity: Quantity): string {
  switch (quantity.kind) {
    case 'value':
      return quantity.name;
    case 'adjoint':
      return `${quantity.target?.name ?? ''}/${quantity.name}`;
    case 'partial':
      return `${quantity.numerator.name}/${quantity.denominator.name}/${quantity.reach}`;
  }
}
