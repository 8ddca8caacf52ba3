/**
 * The test run: everything under test/, no build needed before it. `--mode fuzz` repeats the properties many more times.
 */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig(({ mode }) => ({
  // The README's examples import the package by its name.
  resolve: { alias: [{ find: /^chainrule$/, replacement: fileURLToPath(new URL('src/index.ts', import.meta.url)) }] },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: mode === 'fuzz' ? 600_000 : 120_000,
    hookTimeout: 300_000,
    env: { PROPERTY_RUNS: mode === 'fuzz' ? '5000' : '' },
    passWithNoTests: false,
    // The default leaves one core idle, and there may be only two.
    maxWorkers: '100%',
  },
}));
