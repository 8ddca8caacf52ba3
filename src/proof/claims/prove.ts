/** The proof of one conclusion of a claim, by the kind of its relation. */

import type { Claim, ClaimProof, ClaimStatement } from './claim.js';
import { proveEquality } from './equalities.js';
import { proveByInduction } from './induction.js';
import { proveInequality } from './inequalities.js';
import { proveBySigns } from './signs.js';

/** Proves one conclusion for all sizes and all values that the givens and hypotheses allow. Throws BudgetError past the bounds. */
export function proveClaim(claim: Claim, conclusion: ClaimStatement): ClaimProof | undefined {
  const { relation } = conclusion;
  const { workspace } = claim.model;
  workspace.takeUsedFacts();
  if (relation === '=' || relation === '→') return proveEquality(claim, conclusion);
  if (relation === '≠') {
    const apart = proveInequality(claim, { ...conclusion, relation: '<' }) ?? proveInequality(claim, { ...conclusion, relation: '>' });
    return apart;
  }
  return proveInequality(claim, conclusion) ?? proveByInduction(claim, conclusion) ?? proveBySigns(claim, conclusion);
}
