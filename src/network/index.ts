/** What the rest of the project sees of the index networks. */
export * from './rational.js';
export * from './whole.js';
export * from './tensor.js';
export * from './workspace.js';
export { createWorkspace } from './engine.js';
export { quantityKey, referenceKey } from './intern.js';
