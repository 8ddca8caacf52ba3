/** A bound on one name at step t from the same bound at step t − 1 and its first value. */

import { referenceKey, shiftWhole, subtractWhole, type Tensor, type ValueReference, type Whole, wholeName, wholeValue } from '../../network/index.js';
import type { Interval } from '../intervals.js';
import type { Claim, ClaimProof, ClaimStatement } from './claim.js';
import { proveInequality } from './inequalities.js';

/**
 * A bound on one name at step t from the same bound at step t − 1 and its first value: the name's boundary value is 0 and within the bound.
 */
export function proveByInduction(claim: Claim, statement: ClaimStatement): ClaimProof | undefined {
  const { workspace } = claim.model;
  if (claim.givens.length > 0) return undefined;
  const bound = boundOfName(claim, statement);
  if (bound === undefined) return undefined;
  const { reference, interval } = bound;
  const range = claim.ranges.find(({ letter }) => reference.indices.some((index) => wholeName(index) === letter));
  if (range === undefined || reference.indices.length !== 1) return undefined;
  const before = { name: reference.name, indices: reference.indices.map((index) => shiftWhole(index, -1)) };
  const startsAt = shiftWhole(range.from, -1);
  const first = claim.model.boundaries.find(
    (boundary) => boundary.name === reference.name && wholeValue(subtractWhole(boundary.indices[0] as Whole, startsAt)) === 0,
  );
  if (first === undefined || first.kind !== 'zero') return undefined;
  const atZero = interval.low < 0 && interval.high > 0 ? true : (interval.low === 0 && !interval.lowOpen) || (interval.high === 0 && !interval.highOpen);
  if (!atZero) return undefined;
  workspace.takeUsedFacts();
  const proof = proveInequality(claim, statement, new Map([[referenceKey(before), interval]]));
  return proof === undefined ? undefined : { ...proof, level: 'induction', induction: true };
}

/** |h_t| ≤ c, h_t < c and the like: the values of h_t they allow. */
function boundOfName(claim: Claim, { relation, left, right }: ClaimStatement): { readonly reference: ValueReference; readonly interval: Interval } | undefined {
  const value = constantOf(right);
  const strict = relation === '<' || relation === '>';
  const upper = relation === '<' || relation === '≤';
  if (value === undefined) return undefined;
  const plain = nameOf(left);
  if (plain !== undefined) {
    const interval = upper ? { low: -Infinity, high: value, lowOpen: true, highOpen: strict } : { low: value, high: Infinity, lowOpen: strict, highOpen: true };
    return { reference: plain, interval };
  }
  const leaf = left.terms[0]?.net.leaves[0];
  const head = leaf?.head.head;
  if (
    !upper ||
    left.terms.length !== 1 ||
    left.terms[0]?.net.leaves.length !== 1 ||
    head?.kind !== 'apply' ||
    head.operator.parity !== 'even' ||
    head.operator.envelope === undefined
  )
    return undefined;
  const inner = nameOf(head.args[0] as Tensor);
  return inner === undefined || claim.model.equations.every(({ name }) => name !== inner.name)
    ? undefined
    : { reference: inner, interval: { low: -value, high: value, lowOpen: strict, highOpen: strict } };
}

function nameOf(tensor: Tensor): ValueReference | undefined {
  const [term] = tensor.terms;
  const [leaf] = term?.net.leaves ?? [];
  if (
    tensor.terms.length !== 1 ||
    term === undefined ||
    leaf === undefined ||
    term.net.leaves.length !== 1 ||
    term.coefficient.numerator !== 1n ||
    term.coefficient.denominator !== 1n ||
    leaf.power.numerator !== 1n
  )
    return undefined;
  const { head } = leaf.head;
  return head.kind === 'symbol' && head.quantity.kind === 'value' ? head.quantity : undefined;
}

/** The number that every entry of a tensor is. */
function constantOf(tensor: Tensor): number | undefined {
  const [term] = tensor.terms;
  if (tensor.terms.length === 0) return 0;
  return tensor.terms.length === 1 && term !== undefined && term.net.leaves.length === 0
    ? Number(term.coefficient.numerator) / Number(term.coefficient.denominator)
    : undefined;
}
