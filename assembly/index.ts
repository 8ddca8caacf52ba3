/** What the shipped module exports. exp, log, tanh and σ are not here: plans write them into their fused code (src/numeric/plan/vector-code.ts). */
export { multiply, dotRows, multiplyLanes, sumRows, sumRun, maxRows, copy } from './matrix';
