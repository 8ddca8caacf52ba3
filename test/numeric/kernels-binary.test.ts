/** The committed SIMD kernels are what their sources compile to. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
// @ts-expect-error: a build script in plain JavaScript
import { binarySource, buildKernels } from '../../assembly/build.mjs';

it('rebuilding the kernels gives the committed bytes', async () => {
  const bytes: Uint8Array = await buildKernels();
  expect(binarySource(bytes)).toBe(readFileSync(new URL('../../src/numeric/kernels/binary.ts', import.meta.url), 'utf8'));
}, 60_000);
