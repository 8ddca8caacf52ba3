/**
 * chainrule as a library: read a sheet or build a model, derive, check, evaluate, solve, render.
 *
 * Everything is a function of its arguments; models are immutable and own their workspace. Functions throw `InputError` for what is wrong with
 * the input, `BudgetError` where a bound on work was hit, and `Fault` for chainrule's own mistakes.
 */

export { BudgetError, Fault, InputError, type Problem, type Region } from './errors.js';
export { buildModel, builtInModel, CELLS, type Model, nearest, readModel, readSheet, type Sheet, type SheetBlock } from './model/index.js';
export type { BoundaryValue, Declaration, Equation, IndexRange, Settings } from './model/model.js';
export { model } from './model/template.js';
export { type CompiledPlan, compilePlan, type PlanRequest } from './numeric/plan/compile.js';
export { createLaneCheck, type LaneCheck, type LaneComparison } from './numeric/plan/lane-check.js';
export { createPlanRun, type PlanRun } from './numeric/plan/run.js';
export { createSegmentedRun, type SegmentedRun, type SegmentsRequest, type StepSource } from './numeric/plan/segments.js';
export { type Book, bindSolutions, type IndexPage, renderIndex } from './render/bind.js';
export { type CollectionEntry, type CollectionFile, type Group, groupByDocument, sumOfTotals } from './render/collection.js';
export { type Format, type RenderSettings, render } from './render/render.js';
export { totalsSentence } from './render/wording.js';
export type { Block, EquationLine, Inline, Mathematics, Scene, Section, SolutionDocument } from './solution/document.js';
export { type Explanation, explainMistake, listMistakes } from './solution/explain.js';
export {
  allGradients,
  builtInSheet,
  type CheckModelOptions,
  type CheckReport,
  checkModel,
  type DeriveReport,
  deriveTargets,
  type EvaluateReport,
  evaluateAt,
  type Report,
  type ShowReport,
  showModel,
} from './solution/library.js';
export { type Solution, type SolveSettings, solveSheet, VERSION } from './solution/solve.js';
export { verifyAnswer } from './solution/verify-report.js';
export { verify } from './verify/index.js';
export type { Diagnostic, LineResult, VerifyOptions, VerifyResult } from './verify/types.js';
