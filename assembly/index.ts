/** What the shipped module exports. */
export { exp, log, tanh, sigmoid } from './elementary';
export { multiply, dotRows, multiplyLanes, sumRows, sumRun, maxRows, copy } from './matrix';
