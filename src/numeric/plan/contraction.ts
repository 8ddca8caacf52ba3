/**
 * Sums of products over labelled views as kernel calls.
 *
 * Labels that memory walks without a gap are merged, then the kernel is chosen by what is next to what: a matrix product where one factor alone
 * carries the neighbouring axis of the result, lane products where both do, running sums where the summed axis is the neighbouring one.
 * Other labels become loops. Factors of the wrong layout are copied, those that never change once at the start of the run.
 */

import { NotPlannable } from './definitions.js';
import { type Arena, BATCH, type View } from './layout.js';
import { type Affine, affine, type Operation } from './operations.js';
import { createProgramBuilder } from './pointwise.js';

/** A factor, and whether its numbers are the same throughout a run (parameters). */
export interface Operand extends View {
  readonly fixed: boolean;
}

export type Extents = ReadonlyMap<string, number>;

/** Work per element above which copying a factor into a better layout pays. */
const WORTH_COPYING = 4;

export class ContractionEmitter {
  readonly prologue: Operation[] = [];
  /** Copies made so far, by the list of operations they stand in. Values are complete when they are first read, so copies stay valid. */
  readonly #copies = new WeakMap<Operation[], Map<string, View>>();

  constructor(
    private readonly arena: Arena,
    private readonly newLoop: () => number,
  ) {}

  /** out (+)= Σ Π factors over all labels that `out` does not have. */
  product(into: Operation[], out: View, factors: readonly Operand[], extents: Extents, accumulate: boolean): void {
    let rest = [...factors];
    while (rest.length > 2) {
      const [first, second] = this.#cheapestPair(out, rest, extents);
      const others = rest.filter((factor) => factor !== first && factor !== second);
      const needed = new Set([...out.strides.keys(), ...others.flatMap((factor) => [...factor.strides.keys()])]);
      const kept = [...new Set([...first.strides.keys(), ...second.strides.keys()])].filter((label) => needed.has(label) && (extents.get(label) as number) > 1);
      const temporary = this.#temporary(
        kept.sort((a, b) => Number(a === BATCH) - Number(b === BATCH)),
        extents,
      );
      this.#pair(into, temporary, first, second, extents, false);
      rest = [...others, { ...temporary, fixed: false }];
    }
    const [first, second] = rest;
    if (first === undefined) throw new NotPlannable('an empty product');
    if (second === undefined) this.#sum(into, out, first, extents, accumulate);
    else this.#pair(into, out, first, second, extents, accumulate);
  }

  #cheapestPair(out: View, factors: readonly Operand[], extents: Extents): [Operand, Operand] {
    let best: [Operand, Operand] | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const first of factors) {
      for (const second of factors.slice(factors.indexOf(first) + 1)) {
        const labels = new Set([...first.strides.keys(), ...second.strides.keys()]);
        const needed = new Set([
          ...out.strides.keys(),
          ...factors.filter((other) => other !== first && other !== second).flatMap((other) => [...other.strides.keys()]),
        ]);
        const cost =
          [...labels].reduce((size, label) => size * (needed.has(label) ? (extents.get(label) as number) : 1), 1) +
          1e-6 * [...labels].reduce((size, label) => size * (extents.get(label) as number), 1);
        if (cost < least) [least, best] = [cost, [first, second]];
      }
    }
    return best as [Operand, Operand];
  }

  /** Row-major over the labels in order. */
  #temporary(labels: readonly string[], extents: Extents): View {
    const strides = new Map<string, number>();
    let size = 1;
    for (const label of [...labels].reverse()) {
      strides.set(label, size);
      size *= extents.get(label) as number;
    }
    return { at: affine(this.arena.take(size)), strides };
  }

  #clear(into: Operation[], out: View, extents: Extents): void {
    const labels = [...out.strides.keys()]
      .filter((label) => (extents.get(label) as number) > 1)
      .sort((a, b) => (out.strides.get(b) as number) - (out.strides.get(a) as number));
    const builder = createProgramBuilder();
    builder.store(0, builder.constant(0));
    into.push({
      kind: 'pointwise',
      program: builder.finish(),
      axes: labels.map((label) => extents.get(label) as number),
      operands: [{ at: out.at, strides: labels.map((label) => out.strides.get(label) as number) }],
    });
  }

  #pair(into: Operation[], out: View, first: Operand, second: Operand, extents: Extents, accumulate: boolean): void {
    let [a, b] = [this.#reduced(into, first, second, out, extents), this.#reduced(into, second, first, out, extents)];
    const merged = mergeLabels([out, a, b], extents);
    const [o, x, y] = merged.views as [View, View, View];
    [a, b] = [
      { ...x, fixed: a.fixed },
      { ...y, fixed: b.fixed },
    ];
    const size = merged.extents;
    const summed = [...size.keys()].filter((label) => !o.strides.has(label));
    const unit = [...o.strides].find(([, stride]) => stride === 1)?.[0];
    if (unit !== undefined && a.strides.has(unit) && !b.strides.has(unit)) [a, b] = [b, a];
    if (unit === undefined || !b.strides.has(unit)) return this.#dot(into, o, a, b, undefined, size, summed, accumulate);
    if (a.strides.has(unit)) return this.#lanes(into, o, a, b, unit, size, summed, accumulate);
    const work = [...size.values()].reduce((product, extent) => product * extent, 1);
    const elements = [...b.strides.keys()].reduce((product, label) => product * (size.get(label) as number), 1);
    const awkward = b.strides.get(unit) !== 1;
    const runs = summed.some((label) => a.strides.get(label) === 1 && b.strides.get(label) === 1);
    if (awkward && runs && !b.fixed && work < WORTH_COPYING * elements) return this.#dot(into, o, a, b, unit, size, summed, accumulate);
    this.#matrix(into, o, a, awkward ? this.#copied(into, b, unit, size) : b, unit, size, summed, accumulate);
  }

  /** Labels that only this factor has and the result does not are summed first. */
  #reduced(into: Operation[], factor: Operand, other: Operand, out: View, extents: Extents): Operand {
    const alone = [...factor.strides.keys()].filter((label) => !out.strides.has(label) && !other.strides.has(label) && (extents.get(label) as number) > 1);
    if (alone.length === 0) return factor;
    const kept = [...factor.strides.keys()].filter((label) => !alone.includes(label) && (extents.get(label) as number) > 1);
    const temporary = this.#temporary(kept, extents);
    this.#sum(into, temporary, factor, extents, false);
    return { ...temporary, fixed: false };
  }

  #matrix(into: Operation[], out: View, given: Operand, b: View, unit: string, extents: Extents, summed: readonly string[], accumulate: boolean): void {
    const extent = (label: string | undefined): number => (label === undefined ? 1 : (extents.get(label) as number));
    const depth = nearest(summed, given, b, extents);
    const rows = largest(
      [...out.strides.keys()].filter((label) => label !== unit && given.strides.has(label) && !b.strides.has(label)),
      extents,
    );
    // A factor walked in long strides falls on few sets of the cache; a copy with the summed axis innermost does not.
    const far = depth !== undefined && (given.strides.get(depth) ?? 0) >= FAR_APART && Math.min(extent(rows), extent(depth), extent(unit)) >= LARGE;
    const a: View = far ? this.#copied(into, given, depth, extents) : given;
    const stride = (view: View, label: string | undefined): number => (label === undefined ? 0 : (view.strides.get(label) ?? 0));
    this.#looped(into, [out, a, b], extents, [unit, depth, rows], out, accumulate, ([c, x, y], add) => ({
      kind: 'multiply',
      c,
      a: x,
      b: y,
      rows: extent(rows),
      depth: extent(depth),
      columns: extent(unit),
      cRow: stride(out, rows),
      aRow: stride(a, rows),
      aColumn: stride(a, depth),
      bRow: stride(b, depth),
      accumulate: add,
    }));
  }

  #lanes(into: Operation[], out: View, a: Operand, b: Operand, unit: string, extents: Extents, summed: readonly string[], accumulate: boolean): void {
    const [x, y] = [a, b].map((view) => (view.strides.get(unit) === 1 ? view : this.#copied(into, view, unit, extents))) as [View, View];
    const depth = largest(summed, extents);
    const stride = (view: View): number => (depth === undefined ? 0 : (view.strides.get(depth) ?? 0));
    this.#looped(into, [out, x, y], extents, [unit, depth], out, accumulate, ([c, p, q], add) => ({
      kind: 'multiplyLanes',
      c,
      a: p,
      b: q,
      depth: depth === undefined ? 1 : (extents.get(depth) as number),
      columns: extents.get(unit) as number,
      aRow: stride(x),
      bRow: stride(y),
      accumulate: add,
    }));
  }

  /** The summed axis is the neighbouring one in both factors; `rows` is an axis of b and the result. */
  #dot(into: Operation[], out: View, a: Operand, b: Operand, unit: string | undefined, extents: Extents, summed: readonly string[], accumulate: boolean): void {
    const depth =
      summed.find((label) => a.strides.get(label) === 1 && b.strides.get(label) === 1) ??
      largest(
        summed.filter((label) => a.strides.has(label) && b.strides.has(label)),
        extents,
      );
    const aligned = (view: Operand): View => (depth === undefined || view.strides.get(depth) === 1 ? view : this.#copied(into, view, depth, extents));
    const [x, y] = [aligned(a), aligned(b)];
    const rows =
      unit ??
      largest(
        [...out.strides.keys()].filter((label) => y.strides.has(label) && !x.strides.has(label)),
        extents,
      );
    const stride = (view: View, label: string | undefined): number => (label === undefined ? 0 : (view.strides.get(label) ?? 0));
    this.#looped(into, [out, x, y], extents, [depth, rows], out, accumulate, ([c, p, q], add) => ({
      kind: 'dotRows',
      c,
      a: q,
      x: p,
      rows: rows === undefined ? 1 : (extents.get(rows) as number),
      depth: depth === undefined ? 1 : (extents.get(depth) as number),
      cRow: stride(out, rows),
      aRow: stride(y, rows),
      accumulate: add,
    }));
  }

  #sum(into: Operation[], out: View, factor: View, extents: Extents, accumulate: boolean): void {
    const merged = mergeLabels([out, factor], extents);
    const [o, x] = merged.views as [View, View];
    const size = merged.extents;
    const summed = [...size.keys()].filter((label) => !o.strides.has(label));
    if (summed.length === 0) return this.#add(into, o, x, size, accumulate);
    const unit = [...o.strides].find(([label, stride]) => stride === 1 && x.strides.get(label) === 1)?.[0];
    const run = unit === undefined ? summed.find((label) => x.strides.get(label) === 1) : undefined;
    const depth = run ?? largest(summed, size);
    if (depth === undefined) throw new NotPlannable('a sum over nothing');
    const source = unit === undefined && run === undefined ? this.#copied(into, x, depth, size) : x;
    const length = size.get(depth) as number;
    this.#looped(into, [o, source], size, [unit, depth], o, accumulate, ([c, a], add) =>
      unit === undefined
        ? { kind: 'sumRun', c, a, depth: length, accumulate: add }
        : { kind: 'sumRows', c, a, depth: length, columns: size.get(unit) as number, aRow: source.strides.get(depth) as number, accumulate: add },
    );
  }

  /** Nothing is summed: a copy or an addition. */
  #add(into: Operation[], out: View, factor: View, extents: Extents, accumulate: boolean): void {
    const labels = [...extents.keys()].sort((a, b) => (out.strides.get(b) as number) - (out.strides.get(a) as number));
    const builder = createProgramBuilder();
    builder.store(1, builder.operand(0), accumulate);
    const strides = (view: View): number[] => labels.map((label) => view.strides.get(label) ?? 0);
    into.push({
      kind: 'pointwise',
      program: builder.finish(),
      axes: labels.map((label) => extents.get(label) as number),
      operands: [
        { at: factor.at, strides: strides(factor) },
        { at: out.at, strides: strides(out) },
      ],
    });
  }

  /** Loops over the labels the kernel does not run over itself. Where one of them is summed, the result is cleared first and added to. */
  #looped(
    into: Operation[],
    views: readonly View[],
    extents: Extents,
    inner: readonly (string | undefined)[],
    out: View,
    accumulate: boolean,
    kernel: (at: readonly [Affine, Affine, Affine], accumulate: boolean) => Operation,
  ): void {
    const labels = [...extents.keys()].filter((label) => !inner.includes(label));
    const again = labels.some((label) => !out.strides.has(label));
    if (again && !accumulate) this.#clear(into, out, extents);
    const loops = labels.map((label) => ({ label, loop: this.newLoop() }));
    const at = views.map((view) =>
      loops.reduce(
        (address, { label, loop }) => ({
          constant: address.constant,
          terms: [...address.terms, { loop, factor: view.strides.get(label) ?? 0 }].filter(({ factor }) => factor !== 0),
        }),
        view.at,
      ),
    );
    const call = kernel([at[0] as Affine, at[1] as Affine, at[2] ?? (at[1] as Affine)], accumulate || again);
    into.push(
      loops.reduceRight(
        (body: Operation, { label, loop }) => ({ kind: 'loop', loop, from: affine(0), count: affine(extents.get(label) as number), step: 1, body: [body] }),
        call,
      ),
    );
  }

  /** The same numbers with neighbours along `unit`. */
  #copied(into: Operation[], view: View & { readonly fixed?: boolean }, unit: string, extents: Extents): View {
    const labels = [...view.strides.keys()].filter((label) => label !== unit).sort((a, b) => (view.strides.get(b) as number) - (view.strides.get(a) as number));
    const key = `${view.at.constant};${view.at.terms.map(({ loop, factor }) => `${loop}:${factor}`).join()};${[...labels, unit].map((label) => `${view.strides.get(label)}×${extents.get(label)}`).join()}`;
    const hoist = view.fixed === true && view.at.terms.length === 0;
    const list = hoist ? this.prologue : into;
    const copies = this.#copies.get(list) ?? new Map<string, View>();
    this.#copies.set(list, copies);
    const known = copies.get(key);
    if (known !== undefined)
      return { at: known.at, strides: new Map([...known.strides.values()].map((stride, k) => [[...labels, unit][k] as string, stride])) };
    const ordered = this.#temporary([...labels, unit], extents);
    const target: View = { at: ordered.at, strides: new Map([...labels, unit].map((label) => [label, ordered.strides.get(label) as number])) };
    const rows = labels.at(-1);
    const stride = (of: View, label: string | undefined): number => (label === undefined ? 0 : (of.strides.get(label) as number));
    const own = new Map([...labels, unit].map((label) => [label, extents.get(label) as number]));
    this.#looped(list, [target, view], own, [unit, rows], target, true, ([c, a]) => ({
      kind: 'copy',
      c,
      a,
      rows: rows === undefined ? 1 : (extents.get(rows) as number),
      columns: extents.get(unit) as number,
      cRow: stride(target, rows),
      cColumn: 1,
      aRow: stride(view, rows),
      aColumn: stride(view, unit),
    }));
    copies.set(key, target);
    return target;
  }
}

const largest = (labels: readonly string[], extents: Extents): string | undefined =>
  labels.reduce<string | undefined>(
    (best, label) => (best === undefined || (extents.get(label) as number) > (extents.get(best) as number) ? label : best),
    undefined,
  );

/** Elements between neighbours from which on the cache suffers, and the least length of all three axes for which it matters. */
const FAR_APART = 64;
const LARGE = 16;

/** Runs shorter than this are not worth a kernel call of their own. */
const SHORT_RUN = 8;

/** The summed label along which both factors lie closest together. */
function nearest(labels: readonly string[], a: View, b: View, extents: Extents): string | undefined {
  const long = labels.filter((label) => (extents.get(label) as number) >= SHORT_RUN);
  const distance = (label: string): number => (a.strides.get(label) ?? 0) + (b.strides.get(label) ?? 0);
  return long.length === 0 ? largest(labels, extents) : long.reduce((best, label) => (distance(label) < distance(best) ? label : best));
}

/** Drops labels of length 1 and joins pairs that every view walks as one. */
export function mergeLabels(views: readonly View[], extents: Extents): { views: View[]; extents: Map<string, number> } {
  const sizes = new Map([...extents].filter(([label, extent]) => extent !== 1 && views.some((view) => view.strides.has(label))));
  let strides = views.map((view) => new Map([...view.strides].filter(([label]) => sizes.has(label))));
  // Each round removes a label.
  for (let pair = joinable(strides, sizes); pair !== undefined; pair = joinable(strides, sizes)) {
    const [inner, outer] = pair;
    sizes.set(inner, (sizes.get(inner) as number) * (sizes.get(outer) as number));
    sizes.delete(outer);
    strides = strides.map((own) => new Map([...own].filter(([label]) => label !== outer)));
  }
  return { views: views.map((view, k) => ({ at: view.at, strides: strides[k] as Map<string, number> })), extents: sizes };
}

function joinable(strides: readonly ReadonlyMap<string, number>[], sizes: ReadonlyMap<string, number>): [string, string] | undefined {
  for (const [inner, extent] of sizes) {
    for (const outer of sizes.keys()) {
      if (inner === outer) continue;
      const fits = strides.every((own) => (own.has(inner) ? own.get(outer) === (own.get(inner) as number) * extent : !own.has(outer)));
      if (fits) return [inner, outer];
    }
  }
  return undefined;
}
