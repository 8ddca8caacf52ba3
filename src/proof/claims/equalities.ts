/** Equalities and limits: equations put in until both sides are the same, over one denominator, by the model's recursions, or from both sides. */

import { BudgetError, InputError } from '../../errors.js';
import { isOne, type Leaf, ONE, type Tensor, type Workspace } from '../../network/index.js';
import { Prover } from '../prove.js';
import { type QuotientStep, sidesOverOneDenominator } from '../quotients.js';
import type { Claim, ClaimProof, ClaimStatement, ClaimStep } from './claim.js';
import { proveEqualityByInduction } from './induction.js';
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
  return (
    withOneHot(claim, steps) ?? byRecursion(claim, statement, steps) ?? proveEqualityByInduction(claim, statement, proveEquality) ?? bothWays(claim, statement)
  );
}

/** By the model's own recursions, where nothing is given beside them. */
function byRecursion(claim: Claim, statement: ClaimStatement, steps: readonly ClaimStep[]): ClaimProof | undefined {
  const isPlain = claim.givens.length === 0 && claim.hypotheses.length === 0 && claim.partials.size === 0;
  const proof = isPlain ? new Prover(claim.model).prove(statement.left, statement.right, claim.ranges) : undefined;
  return proof === undefined ? undefined : { level: proof.level, assumes: proof.assumes, steps: steps.slice(0, 1) };
}

/** Entries of one-hot vectors are their own squares. */
function withOneHot(claim: Claim, steps: readonly ClaimStep[]): ClaimProof | undefined {
  const { workspace, declarations } = claim.model;
  const last = steps.at(-1) as ClaimStep;
  const used = new Set<string>();
  const isOneHot = (name: string): boolean => declarations.get(name)?.assumptions.oneHot === true;
  const [left, right] = [last.left, last.right].map((tensor) => withoutSquares(workspace, workspace.expand(tensor), isOneHot, used)) as [Tensor, Tensor];
  const step: ClaimStep = { left, right, reason: { kind: 'one-hot' } };
  if (used.size === 0 || !isSame(workspace, step)) return undefined;
  return { level: 'names', assumes: [...workspace.takeUsedFacts(), ...[...used].map((name) => `${name} is one-hot`)], steps: [...steps, step] };
}

/** Also inside scalar sums, whose terms are taken as they stand: expanding would give the same sum again. Recursion follows the nesting of heads. */
function withoutSquares(workspace: Workspace, { dims, terms }: Tensor, isOneHot: (name: string) => boolean, used: Set<string>): Tensor {
  const labels = dims.map((_, axis) => `${axis}`);
  const parts = terms.map((term) => {
    const scalars = term.net.leaves.filter(({ head, power }) => head.head.kind === 'sum' && head.dims.length === 0 && isOne(power));
    const leaves = term.net.leaves.filter((leaf) => !scalars.includes(leaf)).map((leaf) => withoutSquare(leaf, isOneHot, used));
    const rest = workspace.fromTerms(dims, [{ ...term, net: { ...term.net, leaves } }]);
    const inner = scalars.flatMap(({ head: { head } }) => (head.kind === 'sum' ? [withoutSquares(workspace, head.of, isOneHot, used)] : []));
    return workspace.contract(
      labels,
      [{ tensor: rest, labels }, ...inner.map((part) => ({ tensor: part, labels: [] }))],
      new Map(labels.map((label, axis) => [label, dims[axis] as Tensor['dims'][number]])),
    );
  });
  return workspace.add(...parts, workspace.zero(dims));
}

function withoutSquare(leaf: Leaf, isOneHot: (name: string) => boolean, used: Set<string>): Leaf {
  const { head } = leaf.head;
  const name = head.kind === 'symbol' && head.quantity.kind === 'value' ? head.quantity.name : undefined;
  if (name === undefined || !isOneHot(name) || leaf.power.denominator !== 1n || leaf.power.numerator < 2n) return leaf;
  used.add(name);
  return { ...leaf, power: ONE };
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
    facts: union(below.inequality.facts, above.inequality.facts),
  };
  return { ...below, inequality };
}
