/** What the rest of the project sees of the proofs. */
export {
  type Asymptote,
  boundsIn,
  type Claim,
  type ClaimLevel,
  type ClaimProof,
  type ClaimReason,
  type ClaimRelation,
  type ClaimStatement,
  type ClaimStep,
  type Given,
  limitsAreValues,
  modelUnder,
  proveClaim,
} from './claims/index.js';
export { Folding } from './fold.js';
export type { Fact, InequalityProof, InequalityRule } from './inequalities.js';
export { EVERYTHING, type Interval, intersection, intervalOf } from './intervals.js';
export { type Proof, type ProofLevel, Prover, peel } from './prove.js';
