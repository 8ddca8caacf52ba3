/** What the rest of the project sees of the numbers. */
export * from './array.js';
export { derivativeResolver } from './derivatives.js';
export { type Evaluation, evaluateModel } from './evaluate.js';
export { type FunctionInstance, type FunctionShape, type Functions, givenGradients, randomFunctions } from './functions.js';
export { type JsonArray, type JsonNumber, jsonArray, jsonNumber } from './json.js';
export { canonicalKey, plainPlace } from './keys.js';
export { multiplyMatrices } from './linear.js';
export { type Definition, type Definitions, type Instance, Machine, type QuantityAt, quantityAt } from './machine.js';
export { type Directions, SpreadRunner, TangentRunner, type Tangents, type TangentTask } from './oracles/companions.js';
export { lettersIn, matchPlace } from './places.js';
export { lengthsOf, type Point, randomPoint, randomSizes, randomValues } from './points.js';
export type { Program } from './program.js';
export { Random } from './random.js';
export { createRun, type DerivativeResolver, type GivenInstance, Run, type RunOptions, type Values } from './run.js';
export { type Sampled, type SampleStatistics, sampleScalar, standardNormal } from './sampling.js';
export { type Complex, eigenvalues, modulus, singularValues, spectralNorm } from './spectra.js';
export { type Environment, evaluateTensor } from './tensor.js';
export { type GivenValues, readValues } from './values.js';
