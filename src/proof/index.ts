/** What the rest of the project sees of the proofs. */
export { type Claim, type ClaimLevel, type ClaimProof, type ClaimReason, type ClaimRelation, type ClaimStatement, type ClaimStep, type Given, modelUnder, proveClaim } from './claims.js';
export { Folding } from './fold.js';
export { type InequalityProof, type InequalityRule } from './inequalities.js';
export { intervalOf, type Interval } from './intervals.js';
export { peel, type Proof, type ProofLevel, Prover } from './prove.js';
