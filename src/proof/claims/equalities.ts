/** Equalities and limits: equations put in until both sides are the same, over one denominator, by the model's recursions, or from both sides. */

import type { Tensor } from '../../network/index.js';
import { Prover } from '../prove.js';
import { sidesOverOneDenominator } from '../quotients.js';
import type { Claim, ClaimLevel, ClaimProof, ClaimStatement, ClaimStep } from './claim.js';
import { proveInequality } from './inequalities.js';
import { unfoldings } from './unfolding.js';

export function proveEquality(claim: Claim, statement: ClaimStatement): ClaimProof | undefined {
  const { workspace } = claim.model;
  const limits = claim.givens.some(({ relation }) => relation === '→');
  if (limits && claim.givens.some(({ value }) => value === undefined)) return undefined;
  const steps = unfoldings(claim, statement);
  const level = (at: number): ClaimLevel => (limits ? 'continuity' : at === 0 ? 'identity' : 'names');
  const isZero = (step: ClaimStep): boolean => workspace.expand(workspace.add(step.left, workspace.scale(step.right, -1))).terms.length === 0;
  const at = steps.findIndex(isZero);
  if (at >= 0) {
    const used = steps.slice(0, at + 1);
    if (at === 0 && statement.definitions !== undefined)
      return { level: 'definition', assumes: workspace.takeUsedFacts(), steps: [...used, ...definitionSteps(claim, statement.definitions)] };
    if (limits && !used.every(({ left, right }) => isContinuous(left) && isContinuous(right))) return undefined;
    return { level: level(at), assumes: workspace.takeUsedFacts(), steps: used };
  }
  const last = steps.at(-1) as ClaimStep;
  const common = sidesOverOneDenominator(workspace, last.left, last.right);
  if (common !== undefined && !limits) {
    return {
      level: 'names',
      assumes: workspace.takeUsedFacts(),
      steps: [
        ...steps,
        ...common.map(
          ({ left, right, factor }): ClaimStep => ({ left, right, reason: factor === undefined ? { kind: 'definition' } : { kind: 'denominators', factor } }),
        ),
      ],
    };
  }
  if (claim.givens.length > 0 || claim.hypotheses.length > 0 || claim.partials.size > 0) return bothWays(claim, statement, limits);
  const proof = new Prover(claim.model).prove(statement.left, statement.right, claim.ranges);
  if (proof !== undefined) return { level: proof.level, assumes: proof.assumes, steps: steps.slice(0, 1) };
  return bothWays(claim, statement, limits);
}

/** The identity once more, without what the engine knows of its functions: by their definitions and over one denominator. */
function definitionSteps(claim: Claim, { left, right }: NonNullable<ClaimStatement['definitions']>): readonly ClaimStep[] {
  const common = sidesOverOneDenominator(claim.model.workspace, left, right);
  if (common === undefined || left === right) return [];
  return [
    { left, right, reason: { kind: 'definition' } },
    ...common.map(
      (step): ClaimStep => ({
        left: step.left,
        right: step.right,
        reason: step.factor === undefined ? { kind: 'definition' } : { kind: 'denominators', factor: step.factor },
      }),
    ),
  ];
}

/** a ≤ b and a ≥ b. */
function bothWays(claim: Claim, statement: ClaimStatement, limits: boolean): ClaimProof | undefined {
  if (limits) return undefined;
  const below = proveInequality(claim, { ...statement, relation: '≤' });
  const above = below === undefined ? undefined : proveInequality(claim, { ...statement, relation: '≥' });
  if (below?.inequality === undefined || above?.inequality === undefined) return undefined;
  const union = <X>(a: ReadonlySet<X>, b: ReadonlySet<X>): ReadonlySet<X> => new Set([...a, ...b]);
  const inequality = {
    rules: union(below.inequality.rules, above.inequality.rules),
    bounded: union(below.inequality.bounded, above.inequality.bounded),
    atEnds: union(below.inequality.atEnds, above.inequality.atEnds),
  };
  return { ...below, inequality };
}

/** No division and no jump: what is put in at a limit is the limit. */
function isContinuous(tensor: Tensor): boolean {
  return tensor.terms.every(({ net }) =>
    net.leaves.every(({ head: { head }, power }) => {
      if (head.kind === 'symbol') return true;
      if (power.numerator < 0n) return false;
      if (head.kind === 'apply') return !(head.operator.branch !== undefined && head.operator.envelope === undefined) && head.args.every(isContinuous);
      if (
        head.kind === 'softmax' ||
        head.kind === 'sum' ||
        head.kind === 'held' ||
        head.kind === 'rangeSum' ||
        head.kind === 'product' ||
        head.kind === 'power'
      )
        return isContinuous(head.of);
      return head.kind === 'unspecified' ? head.args.every(isContinuous) : true;
    }),
  );
}
