/** The value of one tensor at numeric sizes, letters and values. */

import type { Tensor } from '../network/tensor.js';
import type { NumericArray, Scope } from './array.js';
import { type Functions, randomFunctions } from './functions.js';
import { type Definitions, Machine } from './machine.js';

/** Everything a tensor may mention. */
export interface Environment {
  /** Sizes and lengths by name. */
  readonly sizes: Scope;
  /** Values of the free letters. */
  readonly letters?: Scope;
  /** What the symbols stand for. */
  readonly definitions: Definitions;
  /** Numbers for unspecified functions; random smooth ones of seed 0 unless given. */
  readonly functions?: Functions;
}

/**
 * Evaluates a tensor once. Whoever evaluates often keeps a `Machine`, which keeps its plans.
 * Throws an InputError when a size or letter has no number, or when values need each other in a circle.
 */
export function evaluateTensor(tensor: Tensor, { sizes, letters, definitions, functions }: Environment): NumericArray {
  return new Machine({ sizes, definitions, functions: functions ?? randomFunctions(0) }).evaluate(tensor, letters);
}
