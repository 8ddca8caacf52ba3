/** Equalities and limits: equations put in until both sides are the same, over one denominator, by the model's recursions, or from both sides. */

import { BudgetError, InputError } from '../../errors.js';
import type { Workspace } from '../../network/index.js';
import { Prover } from '../prove.js';
import { type QuotientStep, sidesOverOneDenominator } from '../quotients.js';
import type { Claim, ClaimProof, ClaimStatement, ClaimStep } from './claim.js';
import { proveInequality } from './inequalities.js';
import { limitsExist } from './limits.js';
import { rangesOf } from './ranges.js';
import { Unfolding, unfoldings } from './unfolding.js';

export function proveEquality(claim: Claim, statement: ClaimStatement): ClaimProof | undefined {
  if (claim.givens.some(({ relation }) => relation === '→')) return proveLimit(claim, statement);
  const { workspace } = claim.model;
  const steps = unfoldings(claim, statement);
  const at = steps.findIndex((step) => isSame(workspace, step));
  if (at >= 0) {
    const used = steps.slice(0, at + 1);
    if (at === 0 && statement.definitions !== undefined)
      return { level: 'definition', assumes: workspace.takeUsedFacts(), steps: [...used, ...definitionSteps(claim, statement.definitions)] };
    return { level: at === 0 ? 'identity' : 'names', assumes: workspace.takeUsedFacts(), steps: used };
  }
  const last = steps.at(-1) as ClaimStep;
  const common = sidesOverOneDenominator(workspace, last.left, last.right);
  if (common !== undefined) return { level: 'names', assumes: workspace.takeUsedFacts(), steps: [...steps, ...common.map(quotientStep)] };
  const isPlain = claim.givens.length === 0 && claim.hypotheses.length === 0 && claim.partials.size === 0;
  const proof = isPlain ? new Prover(claim.model).prove(statement.left, statement.right, claim.ranges) : undefined;
  if (proof !== undefined) return { level: proof.level, assumes: proof.assumes, steps: steps.slice(0, 1) };
  return bothWays(claim, statement);
}

const isSame = (workspace: Workspace, { left, right }: ClaimStep): boolean =>
  workspace.expand(workspace.add(left, workspace.scale(right, -1))).terms.length === 0;

const quotientStep = ({ left, right, factor }: QuotientStep): ClaimStep => ({
  left,
  right,
  reason: factor === undefined ? { kind: 'definition' } : { kind: 'denominators', factor },
});

// ---------------------------------------------------------------- limits

/** The values with the limits put in, where everything has its limit there. */
function proveLimit(claim: Claim, statement: ClaimStatement): ClaimProof | undefined {
  const { workspace } = claim.model;
  const steps = unfoldings(claim, statement);
  const at = steps.findIndex((step) => isSame(workspace, step));
  const used = steps.slice(0, at + 1);
  if (at < 0 || !haveLimits(claim, used)) return undefined;
  return { level: 'continuity', assumes: workspace.takeUsedFacts(), steps: used };
}

const haveLimits = (claim: Claim, steps: readonly ClaimStep[]): boolean => {
  const { model } = new Unfolding(claim);
  const sides = steps.flatMap(({ left, right }) => [left, right]);
  return limitsExist(claim, model, sides, rangesOf(claim, model, new Map()));
};

/** Whether the limits in a claim are the values at the limit, so that numbers there settle it. */
export function limitsAreValues(claim: Claim): boolean {
  try {
    return claim.conclusions.every((statement) => haveLimits(claim, unfoldings(claim, statement)));
  } catch (error) {
    if (error instanceof InputError || error instanceof BudgetError) return false;
    throw error;
  }
}

// ---------------------------------------------------------------- other ways

/** The identity once more, without what the engine knows of its functions: by their definitions and over one denominator. */
function definitionSteps(claim: Claim, { left, right }: NonNullable<ClaimStatement['definitions']>): readonly ClaimStep[] {
  const common = sidesOverOneDenominator(claim.model.workspace, left, right);
  if (common === undefined || left === right) return [];
  return [{ left, right, reason: { kind: 'definition' } }, ...common.map(quotientStep)];
}

/** a ≤ b and a ≥ b. */
function bothWays(claim: Claim, statement: ClaimStatement): ClaimProof | undefined {
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
