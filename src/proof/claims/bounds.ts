/** Bounds on single names in statements: |h_t| ≤ 1, x > 0, 0 ≤ γ. */

import { referenceKey, type Tensor, type ValueReference } from '../../network/index.js';
import { EVERYTHING, type Interval, intersection } from '../intervals.js';
import type { Claim, ClaimRelation, ClaimStatement } from './claim.js';

export interface NameBound {
  readonly reference: ValueReference;
  readonly interval: Interval;
}

const MIRRORED: { readonly [R in ClaimRelation]: ClaimRelation } = { '=': '=', '→': '→', '≠': '≠', '<': '>', '≤': '≥', '>': '<', '≥': '≤' };

/** The values that a statement of the form name ≤ number, or |name| ≤ number, leaves to a name; undefined for other statements. */
export function boundOfName({ relation, left, right }: ClaimStatement): NameBound | undefined {
  const plain = boundOf(relation, left, right) ?? boundOf(MIRRORED[relation], right, left);
  return plain;
}

/** What the hypotheses of a claim say of single names. */
export const boundsIn = (claim: Claim): readonly NameBound[] => claim.hypotheses.flatMap((hypothesis) => boundOfName(hypothesis) ?? []);

/** The same by reference, all bounds on one name together. */
export function assumedBounds(claim: Claim): ReadonlyMap<string, Interval> {
  const found = new Map<string, Interval>();
  for (const { reference, interval } of boundsIn(claim)) {
    const key = referenceKey(reference);
    found.set(key, intersection(found.get(key) ?? EVERYTHING, interval));
  }
  return found;
}

function boundOf(relation: ClaimRelation, left: Tensor, right: Tensor): NameBound | undefined {
  const value = constantOf(right);
  if (value === undefined) return undefined;
  const interval = halfLine(relation, value);
  const plain = nameOf(left);
  if (plain !== undefined) return interval === undefined ? undefined : { reference: plain, interval };
  const inner = insideBars(left);
  const upper = relation === '<' || relation === '≤';
  if (inner === undefined || !upper) return undefined;
  return { reference: inner, interval: { low: -value, high: value, lowOpen: relation === '<', highOpen: relation === '<' } };
}

function halfLine(relation: ClaimRelation, value: number): Interval | undefined {
  const strict = relation === '<' || relation === '>';
  if (relation === '<' || relation === '≤') return { low: -Infinity, high: value, lowOpen: true, highOpen: strict };
  if (relation === '>' || relation === '≥') return { low: value, high: Infinity, lowOpen: strict, highOpen: true };
  return undefined;
}

/** The name of |name|. */
function insideBars(tensor: Tensor): ValueReference | undefined {
  const leaf = tensor.terms[0]?.net.leaves[0];
  const head = leaf?.head.head;
  const isAlone = tensor.terms.length === 1 && tensor.terms[0]?.net.leaves.length === 1 && isUnit(tensor) && leaf?.power.numerator === 1n;
  if (!isAlone || leaf?.power.denominator !== 1n || head?.kind !== 'apply' || head.operator.parity !== 'even' || head.operator.envelope === undefined)
    return undefined;
  return nameOf(head.args[0] as Tensor);
}

const isUnit = ({ terms: [term] }: Tensor): boolean => term?.coefficient.numerator === 1n && term.coefficient.denominator === 1n;

/** The name that a tensor is, if it is nothing else. */
export function nameOf(tensor: Tensor): ValueReference | undefined {
  const [term] = tensor.terms;
  const [leaf] = term?.net.leaves ?? [];
  if (tensor.terms.length !== 1 || leaf === undefined || term?.net.leaves.length !== 1 || !isUnit(tensor)) return undefined;
  const { head } = leaf.head;
  const isPlain = leaf.power.numerator === 1n && leaf.power.denominator === 1n && leaf.slots.every((slot, axis) => slot === axis);
  return isPlain && head.kind === 'symbol' && head.quantity.kind === 'value' ? head.quantity : undefined;
}

/** The number that every entry of a tensor is. */
export function constantOf(tensor: Tensor): number | undefined {
  const [term] = tensor.terms;
  if (tensor.terms.length === 0) return 0;
  return tensor.terms.length === 1 && term !== undefined && term.net.leaves.length === 0
    ? Number(term.coefficient.numerator) / Number(term.coefficient.denominator)
    : undefined;
}
