/** What the rest of the project sees of the index networks. */

export { createWorkspace } from './engine.js';
export { quantityKey, referenceKey } from './intern.js';
export * from './rational.js';
export * from './tensor.js';
export * from './whole.js';
export * from './workspace.js';
