/** Proofs of whole lines: letters with one value put in, right sides in cases one by one, the loss by its own equation. */

import { InputError } from '../errors.js';
import type { Tensor } from '../network/index.js';
import type { Proof } from '../proof/index.js';
import { type Lowered, lowerStatement } from './choose.js';
import type { Judge } from './judge.js';
import type { ReadStatement } from './reading.js';

/** A proof for all values of the letters; a letter with one value alone is put in. */
export function proofAt(judge: Judge, left: Tensor, right: Tensor, { ranges }: Pick<Lowered, 'ranges'>): Proof | undefined {
  const { workspace } = judge.model;
  const fixed = new Map(ranges.filter(({ from, to }) => from.key === to.key).map(({ letter, from }) => [letter, from] as const));
  if (fixed.size === 0) return judge.prove(left, right, { ranges });
  const put = (tensor: Tensor): Tensor => workspace.substituteLetters(tensor, fixed);
  return judge.prove(put(left), put(right), { ranges: ranges.filter(({ letter }) => !fixed.has(letter)) }) ?? judge.prove(left, right, { ranges });
}

/** A right side in cases is proved case by case, each for the steps that it speaks of. */
export function proofByCases(read: ReadStatement, judge: Judge): Proof | undefined {
  const { right } = read;
  if (right.kind !== 'cases' || right.branches.some(({ condition }) => condition === undefined)) return undefined;
  const proofs = right.branches.map(({ value, condition }) => {
    try {
      const lowered = lowerStatement({ ...read, conditions: condition === undefined ? read.conditions : [...read.conditions, condition] }, judge, value);
      return proofAt(judge, lowered.left, lowered.right, lowered);
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
  });
  const assumes = [...new Set(proofs.flatMap((proof) => proof?.assumes ?? []))];
  const last = proofs.at(-1);
  return last === undefined || proofs.includes(undefined) ? undefined : { ...last, assumes };
}

/** A line about the loss itself: its own equation is put in. */
export function proofOfLoss(left: Tensor, lowered: Lowered, judge: Judge): Proof | undefined {
  const { model } = judge;
  const equation = model.equations.find(({ name }) => name === model.loss);
  if (equation === undefined) return undefined;
  const put = (tensor: Tensor): Tensor =>
    model.workspace.replace(tensor, (quantity) => (quantity.kind === 'value' && quantity.name === model.loss ? equation.value : undefined));
  const [a, b] = [put(left), put(lowered.right)];
  return a === left && b === lowered.right ? undefined : judge.prove(a, b, lowered);
}
