/** A plan bound to one instance: the arrays it reads and the numbers its letters stand for. Running it writes (or adds to) one array. */

import type { FunctionInstance } from './functions.js';
import type { Plan } from './plan.js';

export class Bound {
  /**
   * @param inputs one array for each source of the plan
   * @param exponents numbers for the plan's symbolic exponents
   * @param repetitions for each range sum or product, one binding for each value of its letter
   */
  constructor(
    readonly plan: Plan,
    readonly inputs: readonly Float64Array[],
    readonly exponents: readonly number[],
    readonly functions: readonly FunctionInstance[],
    readonly repetitions: readonly (readonly Bound[])[],
  ) {}

  /** Registers are shared by all bindings of a plan; that is safe because a plan never runs inside itself. */
  run(out: Float64Array): void {
    const { registers, sources, steps } = this.plan;
    registers[0] = out;
    for (let k = 0; k < sources.length; k++) registers[(sources[k] as Plan['sources'][number]).register] = this.inputs[k] as Float64Array;
    for (let k = 0; k < steps.length; k++) (steps[k] as Plan['steps'][number])(registers, this);
  }
}
