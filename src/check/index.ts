/** What the rest of the project sees of the checker. */
export { type CheckOptions, type CheckResult, type CheckTarget, checkTargets, type TargetResult, type WorstEntry } from './check.js';
export { type DifferenceOptions, richardsonDifferences } from './differences.js';
export { recurrenceLetters } from './held.js';
export type { DifferenceTask, Oracle, OracleAnswer } from './oracle.js';
export type { Verdict } from './verdict.js';
