/**
 * Inequalities in a number x that stands in the line: for x ≥ 0 and for x ≤ 0 apart, and from 0 outwards by the sign of the derivative.
 *
 * A derivative is compared with 0 in the same way, at most so many times, so the search ends.
 */

import { referenceKey, type Tensor, type ValueReference } from '../../network/index.js';
import type { InequalityProof, InequalityRule } from '../inequalities.js';
import { assumedBounds } from './bounds.js';
import type { Claim, ClaimProof, ClaimStatement } from './claim.js';
import { proveInequality } from './inequalities.js';

const MOST_DERIVATIVES = 2;
const MOST_NUMBERS = 3;

/** Proves an inequality on both sides of 0; undefined where no proof is found. */
export function proveBySigns(claim: Claim, statement: ClaimStatement): ClaimProof | undefined {
  for (const reference of numbersIn(claim, statement)) {
    const sides = sidesOf(claim, reference).map((side) => onSide(claim, statement, reference, side, MOST_DERIVATIVES));
    const [first] = sides;
    if (first === undefined || sides.includes(undefined)) continue;
    const parts = sides.flatMap((proof) => (proof?.inequality === undefined ? [] : [proof.inequality]));
    return { ...first, steps: first.steps.slice(0, 1), inequality: together(parts, sides.length > 1 ? ['signs'] : []) };
  }
  return undefined;
}

/** Scalars that stand in the line. */
function numbersIn({ model }: Claim, { left, right }: ClaimStatement): readonly ValueReference[] {
  const found = [left, right]
    .flatMap((tensor) => model.workspace.quantities(tensor))
    .flatMap(({ quantity, dims }) => (quantity.kind === 'value' && dims.length === 0 ? [quantity] : []));
  return [...new Map(found.map((quantity) => [referenceKey(quantity), quantity])).values()].slice(0, MOST_NUMBERS);
}

/** 1 for x ≥ 0 and −1 for x ≤ 0, where the assumptions leave values there. */
function sidesOf(claim: Claim, reference: ValueReference): readonly (1 | -1)[] {
  const range = assumedBounds(claim).get(referenceKey(reference));
  return ([1, -1] as const).filter((side) => range === undefined || (side > 0 ? range.high > 0 : range.low < 0));
}

function onSide(claim: Claim, statement: ClaimStatement, reference: ValueReference, side: 1 | -1, depth: number): ClaimProof | undefined {
  const { workspace } = claim.model;
  const x = workspace.value(reference.name, reference.indices, []);
  const name = { ...statement.formulas.left, kind: 'name', quantity: { kind: 'value', ...reference }, shape: { dims: [] } } as const;
  const bound: ClaimStatement = { relation: side > 0 ? '≥' : '≤', left: x, right: workspace.zero([]), formulas: { left: name, right: name } };
  const under = { ...claim, hypotheses: [...claim.hypotheses, bound] };
  return (
    proveInequality(under, statement) ??
    apartFromZero(claim, statement, reference, bound) ??
    (depth === 0 ? undefined : byGrowth(under, statement, reference, side, depth))
  );
}

/** The strict side and 0 itself, where functions that jump have values of their own. */
function apartFromZero(claim: Claim, statement: ClaimStatement, reference: ValueReference, bound: ClaimStatement): ClaimProof | undefined {
  const strictly = { ...bound, relation: bound.relation === '≥' ? '>' : '<' } as const;
  const beyond = proveInequality({ ...claim, hypotheses: [...claim.hypotheses, strictly] }, statement);
  if (beyond?.inequality === undefined) return undefined;
  const put = (tensor: Tensor): Tensor => atZero(claim, tensor, reference);
  const there = proveInequality(withoutBounds(claim, reference), { ...statement, left: put(statement.left), right: put(statement.right) });
  return there?.inequality === undefined ? undefined : { ...beyond, inequality: together([beyond.inequality, there.inequality], ['signs']) };
}

function atZero({ model: { workspace } }: Claim, tensor: Tensor, reference: ValueReference): Tensor {
  const key = referenceKey(reference);
  return workspace.replace(tensor, (quantity) => (quantity.kind === 'value' && referenceKey(quantity) === key ? workspace.zero([]) : undefined));
}

/** At 0 the difference has the right sign, and going outwards it grows. */
function byGrowth(claim: Claim, statement: ClaimStatement, reference: ValueReference, side: 1 | -1, depth: number): ClaimProof | undefined {
  const { workspace } = claim.model;
  if (statement.left.dims.length > 0 || statement.right.dims.length > 0) return undefined;
  const [smaller, larger] = statement.relation === '<' || statement.relation === '≤' ? [statement.left, statement.right] : [statement.right, statement.left];
  const difference = workspace.add(larger, workspace.scale(smaller, -1));
  const zero = workspace.zero([]);
  const slope = workspace.scale(workspace.differentiate(difference, reference.name, reference.indices, []), side);
  const strict = statement.relation === '<' || statement.relation === '>';
  const apart = claim.hypotheses.some(
    ({ relation, left }) => (relation === '<' || relation === '>') && left.id === workspace.value(reference.name, reference.indices, []).id,
  );
  const at = (tensor: Tensor, relation: '≥' | '>'): ClaimStatement => ({ relation, left: tensor, right: zero, formulas: statement.formulas });
  const start = proveInequality(withoutBounds(claim, reference), at(atZero(claim, difference, reference), strict && !apart ? '>' : '≥'));
  if (start?.inequality === undefined) return undefined;
  const grows = onSide(claim, at(slope, strict && apart ? '>' : '≥'), reference, side, depth - 1);
  return grows?.inequality === undefined ? undefined : { ...grows, inequality: together([start.inequality, grows.inequality], ['growth']) };
}

/** At x = 0 what is assumed of x says nothing. */
function withoutBounds(claim: Claim, reference: ValueReference): Claim {
  const holds = (tensor: Tensor): boolean =>
    claim.model.workspace.quantities(tensor).some(({ quantity }) => quantity.kind === 'value' && referenceKey(quantity) === referenceKey(reference));
  return { ...claim, hypotheses: claim.hypotheses.filter(({ left, right }) => !holds(left) && !holds(right)) };
}

function together(proofs: readonly InequalityProof[], rules: readonly InequalityRule[]): InequalityProof {
  return {
    rules: new Set([...rules, ...proofs.flatMap((proof) => [...proof.rules])]),
    bounded: new Set(proofs.flatMap((proof) => [...proof.bounded])),
    atEnds: new Set(proofs.flatMap((proof) => [...proof.atEnds])),
    facts: new Set(proofs.flatMap((proof) => [...proof.facts])),
  };
}
