/** Claims and their proofs, as the rest of the project sees them. */
export * from './claim.js';
export { proveClaim } from './prove.js';
