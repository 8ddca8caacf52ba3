/** Claims and their proofs, as the rest of the project sees them. */
export { boundsIn } from './bounds.js';
export * from './claim.js';
export { limitsAreValues } from './equalities.js';
export { proveClaim } from './prove.js';
