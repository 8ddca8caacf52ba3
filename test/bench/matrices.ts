/** Square matrix products in both tiers. */

import { multiply } from '../../src/numeric/kernels/matrix.js';
import { instantiateSimdKernels, loadSimdTier, RESERVED_BYTES } from '../../src/numeric/kernels/simd.js';
import type { Measure } from './evaluation.js';
import { mlMatrixProduct } from './libraries.js';
import { duel, leastTime } from './timing.js';
import type { Torch } from './torch.js';

function simdProduct(n: number): () => void {
  const tier = loadSimdTier();
  if (tier === undefined) return portableProduct(n);
  const memory = new tier.platform.Memory({ initial: Math.ceil((RESERVED_BYTES + 24 * n * n) / 65536) });
  const kernels = instantiateSimdKernels(tier, memory);
  new Float64Array(memory.buffer, RESERVED_BYTES, 3 * n * n).fill(0.5);
  const at = (k: number): number => RESERVED_BYTES + 8 * k * n * n;
  return () => kernels['multiply']?.(at(2), at(0), at(1), n, n, n, 8 * n, 8 * n, 8, 8 * n, 0);
}

function portableProduct(n: number): () => void {
  const memory = new Float64Array(3 * n * n).fill(0.5);
  return () => multiply(memory, 2 * n * n, 0, n * n, n, n, n, n, n, 1, n, false);
}

export function matrices(torch: Torch | undefined): Measure[] {
  return [64, 128, 256, 512].flatMap((n) => {
    const against = (work: string, peer: string, ours: (n: number) => () => void, theirs: (seconds: number) => number | Promise<number>): Measure => ({
      work,
      run: () => duel(work, peer, ours(n), theirs),
    });
    return [
      ...(torch === undefined ? [] : [against(`matrix product ${n}`, torch.name, simdProduct, (seconds) => torch.ask('matrix', { n, seconds }))]),
      against(`matrix product ${n}`, 'ml-matrix', simdProduct, (seconds) => leastTime(mlMatrixProduct(n), seconds)),
      against(`portable tier: matrix product ${n}`, 'ml-matrix', portableProduct, (seconds) => leastTime(mlMatrixProduct(n), seconds)),
    ];
  });
}
