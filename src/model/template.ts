/** Models in code: a tagged template of equations, read like a `model` block. */

import { buildModel } from './build.js';
import type { Model } from './model.js';

/**
 * model`h_t = \tanh(W h_{t-1} + U x_t)` and so on; backslashes stand for themselves. Throws an InputError like a sheet does.
 */
export function model(strings: TemplateStringsArray, ...values: readonly (string | number)[]): Model {
  return buildModel(strings.raw.reduce((text, part, at) => `${text}${part}${values[at] ?? ''}`, ''));
}
