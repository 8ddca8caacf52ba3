/** What the rest of the project sees of the checker. */

export { type BackwardPass, backwardPass, replacingResolver } from './backward.js';
export {
  type CheckOptions,
  type CheckResult,
  type CheckTarget,
  type Coverage,
  checkTargets,
  type SecondOpinion,
  type TargetResult,
  type WorstEntry,
} from './check.js';
export { type DifferenceOptions, richardsonDifferences } from './differences.js';
export { recurrenceLetters } from './held.js';
export { type BackwardEquation, type Finding, Localiser, linearTerms, type MissingFlow, type WrongTerm } from './localise.js';
export type { DifferenceTask, Oracle, OracleAnswer } from './oracle.js';
export { type CheckReport, checkExitCode, checkReport, type TargetReport } from './report.js';
export { checkHessianProducts } from './second-order.js';
export { checkGradients, type GradientCheckOptions, type GradientStyle, type GradientTargets, gradientPoint, gradientTargets } from './targets.js';
export { type Taylor, type TaylorStep, taylorTest } from './taylor.js';
export type { Verdict } from './verdict.js';
