/** Induction on the one letter of a statement: from the same statement one step earlier, and its first place. */

import type { IndexRange } from '../../model/model.js';
import { referenceKey, shiftWhole, type Tensor, type Whole, wholeLetter } from '../../network/index.js';
import type { Claim, ClaimProof, ClaimStatement } from './claim.js';
import { proveInequality } from './inequalities.js';

/** Tries the place before the first one, where boundary values stand, and then the first place itself. */
export function proveByInduction(claim: Claim, statement: ClaimStatement): ClaimProof | undefined {
  if (claim.givens.length > 0) return undefined;
  const letters = claim.ranges.filter(({ letter }) => statement.left.letters.has(letter) || statement.right.letters.has(letter));
  const [range] = letters;
  if (letters.length !== 1 || range === undefined) return undefined;
  for (const first of [shiftWhole(range.from, -1), range.from]) {
    const step = inductionStep(claim, statement, range, first);
    const proof = step === undefined || !holdsAt(claim, statement, range, first) ? undefined : step;
    if (proof !== undefined) return { ...proof, level: 'induction', induction: { letter: range.letter, first } };
  }
  return undefined;
}

function inductionStep(claim: Claim, statement: ClaimStatement, { letter, from, to }: IndexRange, first: Whole): ClaimProof | undefined {
  const before = placed(claim, statement, letter, shiftWhole(wholeLetter(letter), -1));
  const ranges = claim.ranges.map((range) => (range.letter === letter ? { letter, from: first === from ? shiftWhole(from, 1) : from, to } : range));
  return proveInequality({ ...claim, ranges, hypotheses: [...claim.hypotheses, before] }, statement);
}

/** The statement at the first place, where boundary values that nothing sets are 0. */
function holdsAt(claim: Claim, statement: ClaimStatement, { letter }: IndexRange, first: Whole): boolean {
  const { workspace, boundaries } = claim.model;
  const zeros = new Set(boundaries.flatMap(({ kind, name, indices }) => (kind === 'zero' ? [referenceKey({ name, indices })] : [])));
  const withZeros = (tensor: Tensor): Tensor =>
    workspace.replace(tensor, (quantity, dims) => (quantity.kind === 'value' && zeros.has(referenceKey(quantity)) ? workspace.zero(dims) : undefined));
  const there = placed(claim, statement, letter, first);
  return proveInequality(claim, { ...there, left: withZeros(there.left), right: withZeros(there.right) }) !== undefined;
}

function placed({ model: { workspace } }: Claim, statement: ClaimStatement, letter: string, at: Whole): ClaimStatement {
  const letters = new Map([[letter, at]]);
  return { ...statement, left: workspace.substituteLetters(statement.left, letters), right: workspace.substituteLetters(statement.right, letters) };
}
