/** What the rest of the project sees of the proofs. */
export { Folding } from './fold.js';
export { peel, type Proof, type ProofLevel, Prover } from './prove.js';
