/**
 * Unification of sizes: whole-number expressions with unknowns (`?1`, `?2`, …) that equations between shapes determine.
 *
 * Every binding removes one unknown for good and never mentions it again, so resolving ends. What cannot be solved yet
 * (?1 + ?2 = 2n) is kept and looked at again whenever something was bound. Marks undo what was tried.
 */

import { lettersOf, scaleWhole, solveWhole, substituteWhole, subtractWhole, type Whole, wholeLetter } from '../network/whole.js';

const UNKNOWN = '?';

export const isUnknown = (letter: string): boolean => letter.startsWith(UNKNOWN);

function commonDivisor(whole: Whole): number {
  let divisor = 0;
  for (const { coefficient } of whole.monomials) {
    let [a, b] = [divisor, Math.abs(coefficient)];
    while (b !== 0) [a, b] = [b, a % b];
    divisor = a;
  }
  return divisor === 0 ? 1 : divisor;
}

function reduced(whole: Whole): Whole {
  const divisor = commonDivisor(whole);
  if (divisor === 1) return whole;
  let sum = subtractWhole(whole, whole);
  for (const monomial of whole.monomials) {
    const one: Whole = { monomials: [monomial], key: '' };
    sum = subtractWhole(sum, scaleWhole(one, -1 / divisor));
  }
  return sum;
}

export interface Mark {
  readonly bound: number;
  readonly pending: number;
}

export class SizeSolver {
  private readonly bindings = new Map<string, Whole>();
  private readonly trail: string[] = [];
  private readonly pending: (readonly [Whole, Whole])[] = [];
  private count = 0;

  fresh(): Whole {
    this.count += 1;
    return wholeLetter(`${UNKNOWN}${this.count}`);
  }

  /** The expression with everything put in that is known so far. */
  resolve(size: Whole): Whole {
    let now = size;
    while ([...lettersOf(now)].some((letter) => this.bindings.has(letter))) now = substituteWhole(now, this.bindings);
    return now;
  }

  /** Makes two sizes equal; false when they cannot be. */
  unify(a: Whole, b: Whole): boolean {
    const difference = reduced(subtractWhole(this.resolve(a), this.resolve(b)));
    if (difference.monomials.length === 0) return true;
    const unknowns = [...lettersOf(difference)].filter(isUnknown);
    if (unknowns.length === 0) return false;
    for (const unknown of unknowns.reverse()) {
      const solution = solveWhole(difference, unknown);
      if (solution === undefined) continue;
      if (solution.monomials.every(({ coefficient }) => coefficient < 0) || solution.monomials.length === 0) return false;
      this.bindings.set(unknown, solution);
      this.trail.push(unknown);
      return true;
    }
    this.pending.push([a, b]);
    return true;
  }

  /** True when the two are equal already, whatever the unknowns turn out to be. */
  same(a: Whole, b: Whole): boolean {
    return this.resolve(a).key === this.resolve(b).key;
  }

  /** Looks again at what could not be solved; the first pair that contradicts the rest, if there is one. */
  contradiction(): readonly [Whole, Whole] | undefined {
    for (let open = this.pending.splice(0), before = -1; open.length > 0 && open.length !== before; open = this.pending.splice(0)) {
      before = open.length;
      for (const [a, b] of open) if (!this.unify(a, b)) return [this.resolve(a), this.resolve(b)];
    }
    return undefined;
  }

  /** Unknowns of a size that nothing has determined. */
  unknownsOf(size: Whole): readonly string[] {
    return [...lettersOf(this.resolve(size))].filter(isUnknown);
  }

  /** Sums of unknowns that are still open, for parts of a join whose sizes nothing else says. */
  open(): readonly (readonly [Whole, Whole])[] {
    return this.pending.map(([a, b]) => [this.resolve(a), this.resolve(b)] as const);
  }

  mark(): Mark {
    return { bound: this.trail.length, pending: this.pending.length };
  }

  undo(mark: Mark): void {
    for (const unknown of this.trail.splice(mark.bound)) this.bindings.delete(unknown);
    this.pending.splice(mark.pending);
  }
}
