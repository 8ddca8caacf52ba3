/** A compiled plan with memory and code: numbers are put in, the phases run, results are read out. The memory is taken here, at once. */

import { adjointName } from '../../calculus/index.js';
import { InputError } from '../../errors.js';
import { loadSimdTier, type SimdTier } from '../kernels/simd.js';
import { prepareAssembled } from './assemble.js';
import type { CompiledPlan } from './compile.js';
import type { Given } from './definitions.js';
import type { Buffer } from './layout.js';
import { preparePortable } from './portable.js';
import { tangentName } from './tangents.js';

export interface PlanRun {
  readonly plan: CompiledPlan;
  readonly tier: 'simd' | 'portable';
  /** The numbers of a value at one place, row-major with the samples of the batch side by side; writing into them sets it. */
  at(name: string, ...indices: readonly number[]): Float64Array;
  /** Gradient of the loss with respect to a name at one place. */
  gradientAt(name: string, ...indices: readonly number[]): Float64Array;
  forward(): void;
  /** After `forward`. */
  backward(): void;
  /** Forward tangents in all lanes; after `forward`. */
  tangents(): void;
  /** How a value at one place changes with each lane: row-major, lanes side by side. */
  tangentAt(name: string, ...indices: readonly number[]): Float64Array;
}

/** Makes a plan runnable in the SIMD tier where the platform has it (or where a loaded tier is given), else in the portable one. */
export function createPlanRun(plan: CompiledPlan, tier: SimdTier | 'portable' | undefined = loadSimdTier()): PlanRun {
  const simd = tier === 'portable' || tier === undefined ? undefined : prepareAssembled(plan.program, tier);
  const memory = simd?.memory ?? new Float64Array(plan.program.elements);
  const [forward, backward, tangents] = simd?.phases ?? preparePortable(plan.program, memory);
  for (const constant of plan.constants) fillConstant(plan, memory, constant);
  const at = (name: string, ...indices: readonly number[]): Float64Array => placeOf(plan, memory, name, indices);
  return {
    plan,
    tier: simd === undefined ? 'portable' : 'simd',
    at,
    gradientAt: (name, ...indices) => at(adjointName(plan.loss ?? '', name), ...indices),
    forward: forward ?? nothing,
    backward: backward ?? nothing,
    tangents: tangents ?? nothing,
    tangentAt: (name, ...indices) => at(tangentName(name), ...indices),
  };
}

const nothing = (): void => {};

function placeOf(plan: CompiledPlan, memory: Float64Array, name: string, indices: readonly number[]): Float64Array {
  const buffer = plan.buffers.get(name);
  const inside =
    buffer !== undefined &&
    indices.length === buffer.places.length &&
    buffer.places.every(({ low, count }, axis) => (indices[axis] as number) >= low && (indices[axis] as number) < low + count);
  if (!inside)
    throw new InputError({ ruleId: 'no-such-value', message: `The plan holds no value ${name}${indices.length === 0 ? '' : ` at ${indices.join(', ')}`}.` });
  const from = buffer.places.reduce((place, { low, stride }, axis) => place + ((indices[axis] as number) - low) * stride, buffer.base);
  return memory.subarray(from, from + entriesOf(buffer, plan.batch));
}

const entriesOf = (buffer: Buffer, batch: number): number => buffer.dims.reduce((size, dim) => size * dim, buffer.batched ? batch : 1);

function fillConstant(plan: CompiledPlan, memory: Float64Array, { name, letters, fill }: Given): void {
  const buffer = plan.buffers.get(name);
  if (buffer === undefined || fill === undefined) return;
  const visit = (axis: number, values: Map<string, number>): void => {
    const letter = letters[axis];
    if (letter === undefined) {
      placeOf(
        plan,
        memory,
        name,
        letters.map((own) => values.get(own.letter) as number),
      ).set(fill(values));
      return;
    }
    for (let value = letter.low; value <= letter.high; value++) visit(axis + 1, new Map([...values, [letter.letter, value]]));
  };
  visit(0, new Map());
}
