/** What the rest of the project sees of the operators. */
export * from './row.js';
export * from './table.js';
