/**
 * Which value can depend on which: ∂u_s/∂v_k is zero where every way of reading from u to v leads elsewhere in time.
 */

import { readsOf } from '../calculus/index.js';
import type { Model } from '../model/model.js';
import { subtractWhole, type ValueReference, type Whole, wholeValue } from '../network/index.js';

interface Edge {
  readonly to: string;
  /** Index of what is read less the reader's own, where both have one index and the difference is a number. */
  readonly shift: number | undefined;
}

export class Causes {
  readonly #edges = new Map<string, Edge[]>();
  readonly #below = new Map<string, ReadonlySet<string>>();

  constructor(model: Model) {
    for (const equation of model.equations) {
      const edges = this.#edges.get(equation.name) ?? [];
      for (const read of readsOf(model, equation)) edges.push({ to: read.name, shift: shiftOf(equation.indices, read.indices) });
      this.#edges.set(equation.name, edges);
    }
  }

  /** Whether ∂of/∂by is certainly zero. */
  vanishes(of: ValueReference, by: ValueReference): boolean {
    const inside = this.#reached(of.name);
    if (!inside.has(by.name)) return of.name !== by.name || !this.#isSame(of, by);
    const distance = distanceOf(of, by);
    if (distance === undefined) return false;
    const between = [...inside].filter((name) => this.#reached(name).has(by.name));
    const edges = between.flatMap((name) => (this.#edges.get(name) ?? []).filter(({ to }) => between.includes(to) || to === by.name));
    if (edges.some(({ shift }) => shift === undefined)) return false;
    const back = edges.every(({ shift }) => (shift ?? 0) <= 0);
    const ahead = edges.every(({ shift }) => (shift ?? 0) >= 0);
    if (!back && !ahead) return false;
    const lies = back ? distance : -distance;
    if (lies < 0) return true;
    return lies === 0 && of.name !== by.name && !this.#withinStep(of.name, by.name);
  }

  #isSame(of: ValueReference, by: ValueReference): boolean {
    return distanceOf(of, by) === 0 || of.indices.length === 0 || distanceOf(of, by) === undefined;
  }

  /** Names that a name reads, directly or not; itself among them. */
  #reached(name: string): ReadonlySet<string> {
    const known = this.#below.get(name);
    if (known !== undefined) return known;
    const found = new Set([name]);
    const open = [name];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const { to } of this.#edges.get(next) ?? []) {
        if (found.has(to)) continue;
        found.add(to);
        open.push(to);
      }
    }
    this.#below.set(name, found);
    return found;
  }

  #withinStep(from: string, to: string): boolean {
    const seen = new Set([from]);
    const open = [from];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const edge of this.#edges.get(next) ?? []) {
        if (edge.shift !== 0 || seen.has(edge.to)) continue;
        if (edge.to === to) return true;
        seen.add(edge.to);
        open.push(edge.to);
      }
    }
    return false;
  }
}

function shiftOf(own: readonly Whole[], read: readonly Whole[]): number | undefined {
  const [a, b] = [own[0], read[0]];
  if (own.length !== 1 || read.length !== 1 || a === undefined || b === undefined) return read.length === 0 || own.length === 0 ? 0 : undefined;
  return wholeValue(subtractWhole(b, a));
}

/** Index of the one less the other's, where both have one and it is a number. */
export function distanceOf(of: ValueReference, by: ValueReference): number | undefined {
  const [a, b] = [of.indices[0], by.indices[0]];
  if (of.indices.length !== 1 || by.indices.length !== 1 || a === undefined || b === undefined) return undefined;
  return wholeValue(subtractWhole(a, b));
}
