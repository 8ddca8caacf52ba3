/** The SIMD tier: instantiates the kernels of assembly/ over a memory. Works wherever WebAssembly with 128-bit SIMD does, browsers included. */

import { KERNELS_BASE64 } from './binary.js';
import { type CompiledModule, type LinearMemory, type WebAssemblyPlatform, webAssembly } from './webassembly.js';

/** The first bytes of memory belong to the kernels' own tables; a plan's numbers begin behind them. */
export const RESERVED_BYTES = 65536;

/** Compiled kernels and the platform they run on: shared by any number of plans. */
export interface SimdTier {
  readonly platform: WebAssemblyPlatform;
  readonly module: CompiledModule;
}

/** Kernels by name, addresses and steps in bytes. Those on pairs of doubles can only be called by other WebAssembly code. */
export type SimdKernels = Readonly<Record<string, (...numbers: readonly number[]) => void>>;

/** Bytes of the shipped module. */
export function kernelBytes(): Uint8Array<ArrayBuffer> {
  const characters = atob(KERNELS_BASE64);
  const bytes = new Uint8Array(characters.length);
  for (let k = 0; k < characters.length; k++) bytes[k] = characters.charCodeAt(k);
  return bytes;
}

/** The SIMD tier, undefined where WebAssembly or its SIMD is missing. Compiling takes about a millisecond; keep the result. */
export function loadSimdTier(): SimdTier | undefined {
  const platform = webAssembly();
  if (platform === undefined) return undefined;
  const bytes = kernelBytes();
  return platform.validate(bytes) ? { platform, module: new platform.Module(bytes) } : undefined;
}

/** The kernels working on `memory`. */
export function instantiateSimdKernels(tier: SimdTier, memory: LinearMemory): SimdKernels {
  return new tier.platform.Instance(tier.module, { env: { memory } }).exports as SimdKernels;
}
