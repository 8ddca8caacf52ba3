/** A companion plan bound to one instance: the arrays it reads, with their companions and the bodies of its sums. */

import { Bound } from '../binding.js';
import type { CompanionPlan } from './companion.js';

/** Told of arguments that lie on a kink: how fast each lane moves them across it. */
export type KinkWatch = (speed: (lane: number) => number, lanes: number) => void;

export class CompanionBound extends Bound {
  /**
   * @param values the binding of the plan's values
   * @param companions one array for each companion of the plan
   * @param bodies for each range sum or product, one binding for each value of its letter
   */
  constructor(
    private readonly companionPlan: CompanionPlan,
    values: Bound,
    private readonly companions: readonly Float64Array[],
    readonly bodies: readonly (readonly CompanionBound[])[],
    readonly noteKink: KinkWatch,
  ) {
    super(companionPlan, values.inputs, values.exponents, values.functions, values.repetitions);
  }

  override run(out: Float64Array): void {
    const { registers, companions } = this.companionPlan;
    companions.forEach(({ register }, k) => {
      registers[register] = this.companions[k] as Float64Array;
    });
    super.run(out);
  }
}
