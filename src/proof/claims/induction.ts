/** Induction on the one letter of a statement: from the same statement one step earlier, and its first place. */

import type { IndexRange } from '../../model/model.js';
import { referenceKey, shiftWhole, type Tensor, type Whole, wholeLetter } from '../../network/index.js';
import { nameOf } from './bounds.js';
import type { Claim, ClaimProof, ClaimStatement, Given } from './claim.js';
import { proveInequality } from './inequalities.js';

/** What is assumed of the step before makes for longer searches. */
const EFFORT = 4000;

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
  return proveInequality({ ...claim, ranges, hypotheses: [...claim.hypotheses, before] }, statement, EFFORT);
}

/** A name equal to an expression at every step: the equation of the name with the expression one step earlier in it. */
export function proveEqualityByInduction(
  claim: Claim,
  statement: ClaimStatement,
  prove: (claim: Claim, statement: ClaimStatement) => ClaimProof | undefined,
): ClaimProof | undefined {
  const reference = nameOf(statement.left);
  const letters = claim.ranges.filter(({ letter }) => statement.left.letters.has(letter) || statement.right.letters.has(letter));
  const [range] = letters;
  if (claim.givens.length > 0 || letters.length !== 1 || range === undefined || reference === undefined || reference.indices[0]?.key !== range.letter)
    return undefined;
  const { letter, from, to } = range;
  const earlier = placed(claim, statement, letter, shiftWhole(wholeLetter(letter), -1));
  const before: Given = {
    relation: '=',
    reference: { name: reference.name, indices: reference.indices.map((index) => shiftWhole(index, -1)) },
    computed: false,
    value: earlier.right,
    formulas: statement.formulas,
  };
  // A proof by induction inside this one would go round in circles: with something given there is none.
  const first = prove({ ...claim, ranges: [], givens: [FIRST] }, withZeros(claim, placed(claim, statement, letter, from)));
  if (first === undefined) return undefined;
  const ranges = claim.ranges.map((one) => (one.letter === letter ? { letter, from: shiftWhole(from, 1), to } : one));
  const step = prove({ ...claim, ranges, givens: [before] }, statement);
  return step === undefined ? undefined : { ...step, level: 'induction', induction: { letter, first: from } };
}

/** Says nothing. */
const FIRST: Given = {
  relation: '=',
  reference: { name: '', indices: [] },
  computed: false,
  value: undefined,
  formulas: { left: { kind: 'number', value: { numerator: 0n, denominator: 1n }, shape: { dims: [] } }, right: undefined },
};

/** The statement at the first place, where boundary values that nothing sets are 0. */
function holdsAt(claim: Claim, statement: ClaimStatement, { letter }: IndexRange, first: Whole): boolean {
  return proveInequality(claim, withZeros(claim, placed(claim, statement, letter, first))) !== undefined;
}

/** Boundary values that nothing frees or sets are 0. */
function withZeros({ model: { workspace, boundaries } }: Claim, statement: ClaimStatement): ClaimStatement {
  const zeros = new Set(boundaries.flatMap(({ kind, name, indices }) => (kind === 'zero' ? [referenceKey({ name, indices })] : [])));
  const settled = (tensor: Tensor): Tensor =>
    workspace.replace(tensor, (quantity, dims) => (quantity.kind === 'value' && zeros.has(referenceKey(quantity)) ? workspace.zero(dims) : undefined));
  return { ...statement, left: settled(statement.left), right: settled(statement.right) };
}

function placed({ model: { workspace } }: Claim, statement: ClaimStatement, letter: string, at: Whole): ClaimStatement {
  const letters = new Map([[letter, at]]);
  return { ...statement, left: workspace.substituteLetters(statement.left, letters), right: workspace.substituteLetters(statement.right, letters) };
}
