/** Claims judged in the tests, and a source of numbers that does not depend on the library. */

import { buildModel, builtInModel, type Model } from '../../src/model/index.js';
import { lineOf } from '../../src/notation/statements.js';
import { type JudgedClaim, judgeClaim } from '../../src/verify/claims/index.js';

export type Verdict = JudgedClaim['verdict'];

export function judged(model: Model, claim: string, others: ReadonlyMap<string, Model> = new Map()): JudgedClaim {
  return judgeClaim(model, lineOf(claim), { seed: 0, others });
}

/** A built-in model, or the lines of one. */
export const modelOf = (source: string): Model => (/^[a-z-]+$/.test(source) ? (builtInModel(source) ?? buildModel(source)) : buildModel(source));

/** A linear congruential generator: repeatable, and nobody else's. */
export class Numbers {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2654435761 + 12345) >>> 0;
  }

  /** Between −3 and 3. */
  next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return (this.#state / 2 ** 32) * 6 - 3;
  }

  list(count: number): number[] {
    return Array.from({ length: count }, () => this.next());
  }
}

export const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
export const softmax = (v: readonly number[]): number[] => {
  const powers = v.map(Math.exp);
  const total = powers.reduce((sum, x) => sum + x, 0);
  return powers.map((x) => x / total);
};
