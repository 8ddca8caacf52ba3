/**
 * Before every test file: how often a property is tried, and from which seed, so that a run can be repeated.
 */

import fc from 'fast-check';

const runs = Number(process.env.PROPERTY_RUNS || 100);
const seed = Number(process.env.PROPERTY_SEED || (runs > 100 ? Date.now() % 2 ** 31 : 20));

fc.configureGlobal({ numRuns: runs, seed });
