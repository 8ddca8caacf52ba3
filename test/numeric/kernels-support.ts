/** Ways into the SIMD kernels for the tests. */

import { instantiateSimdKernels, loadSimdTier, RESERVED_BYTES, type SimdKernels, type SimdTier } from '../../src/numeric/kernels/simd.js';
import { prepareAssembled } from '../../src/numeric/plan/assemble.js';
import { affine } from '../../src/numeric/plan/operations.js';
import { createProgramBuilder, type UnaryInstruction } from '../../src/numeric/plan/pointwise.js';

export function simdTier(): SimdTier {
  const tier = loadSimdTier();
  if (tier === undefined) throw new Error('this platform has no SIMD WebAssembly');
  return tier;
}

/** A function that applies an elementary function of the SIMD tier to numbers. */
export function createElementaryProbe(): (name: UnaryInstruction, xs: readonly number[]) => Float64Array {
  const tier = simdTier();
  return (name, xs) => {
    const builder = createProgramBuilder();
    builder.store(1, builder.unary(name, builder.operand(0)));
    const plan = prepareAssembled(
      {
        elements: 2 * xs.length,
        loops: 0,
        phases: [
          [
            {
              kind: 'pointwise',
              program: builder.finish(),
              axes: [xs.length],
              operands: [
                { at: affine(0), strides: [1] },
                { at: affine(xs.length), strides: [1] },
              ],
            },
          ],
        ],
      },
      tier,
    );
    plan.memory.set(xs);
    plan.phases[0]?.();
    return plan.memory.slice(xs.length);
  };
}

/** The kernels over a memory of `elements` numbers. */
export function simdBench(elements: number): { readonly kernels: SimdKernels; readonly memory: Float64Array; readonly base: number } {
  const tier = simdTier();
  const memory = new tier.platform.Memory({ initial: Math.ceil((RESERVED_BYTES + 8 * elements) / 65536) });
  return { kernels: instantiateSimdKernels(tier, memory), memory: new Float64Array(memory.buffer, RESERVED_BYTES, elements), base: RESERVED_BYTES };
}
