/** What the rest of the project sees of claims: a line read, judged, and the numbers behind a refutation. */
export type { Refutation } from './counterexample.js';
export { type ClaimVerdict, equalNames, type JudgedClaim, type JudgeOptions, judgeClaim } from './judge.js';
export { inverseOf } from './limits.js';
export { claimLines } from './lines.js';
export { type ReadClaim, readClaim } from './read.js';
