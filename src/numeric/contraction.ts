/**
 * Order of contraction for one net: factors wired by slots become a sequence of kernels, the cheapest pair first.
 *
 * Entrywise factors over the same slots are fused; a slot that only one factor has is summed before anything else. Ties are broken by position,
 * so equal nets always run in the same order.
 */

import { entryCount, rowMajorStrides } from './array.js';
import { powerNumber } from './linear.js';
import { contractionKernel, entrywiseProduct, type Loop, scaledCopy } from './loops.js';
import type { Step } from './plan.js';

/** A register with a slot for each of its axes (a slot may repeat: a diagonal), raised entrywise to a power. */
export interface NetFactor {
  readonly register: number;
  readonly slots: readonly number[];
  readonly power: number;
}

/** What the compiler of a plan offers. */
export interface Emitter {
  temporary(size: number): number;
  emit(step: Step): void;
}

export interface NetTarget {
  readonly register: number;
  readonly add: boolean;
}

/** Π numerators / Π denominators, all over the same slots, row-major. */
interface Operand {
  readonly slots: readonly number[];
  readonly numerators: readonly number[];
  readonly denominators: readonly number[];
}

interface Scalars {
  readonly coefficient: number;
  readonly numerators: readonly number[];
  readonly denominators: readonly number[];
}

/** Emits target (+)= coefficient · Σ Π factors. Slots 0 … rank−1 are free, the others summed; `sizes` are the sizes of all slots. */
export function emitNet(emitter: Emitter, sizes: readonly number[], rank: number, coefficient: number, factors: readonly NetFactor[], target: NetTarget): void {
  const work = new NetCompiler(emitter, sizes, rank, coefficient);
  for (const factor of factors) work.take(factor);
  work.finish(target);
}

class NetCompiler {
  private operands: Operand[] = [];
  private readonly numerators: number[] = [];
  private readonly denominators: number[] = [];

  constructor(
    private readonly emitter: Emitter,
    private readonly sizes: readonly number[],
    private readonly rank: number,
    private coefficient: number,
  ) {}

  /** Brings a factor into the form Π / Π; powers other than ±1 and 2 are computed into an array of their own. */
  take({ register, slots, power }: NetFactor): void {
    const inverse = power === -1;
    const twice = power === 2;
    const source = inverse || twice || power === 1 ? register : this.powered(register, slots, power);
    const copies = twice ? [source, source] : [source];
    if (slots.length === 0) (inverse ? this.denominators : this.numerators).push(...copies);
    else if (inverse) this.operands.push({ slots, numerators: [], denominators: copies });
    else for (const copy of copies) this.operands.push({ slots, numerators: [copy], denominators: [] });
  }

  finish(target: NetTarget): void {
    this.countUntouchedSlots();
    this.fuse();
    this.operands = this.operands.map((operand) => this.sumPrivateSlots(operand));
    this.moveScalars();
    while (this.operands.length > 2) this.contractCheapestPair();
    const [left, right] = this.operands;
    if (left === undefined) this.emitScalar(target);
    else if (right === undefined) this.emitLast(left, target);
    else this.emitPair(left, right, this.freeSlots(), target, this.scalars());
  }

  private powered(register: number, slots: readonly number[], power: number): number {
    const result = this.emitter.temporary(this.sizeOf(slots));
    this.emitter.emit((registers) => {
      const from = registers[register] as Float64Array;
      const to = registers[result] as Float64Array;
      for (let i = 0; i < to.length; i++) to[i] = powerNumber(from[i] as number, power);
    });
    return result;
  }

  private sizeOf(slots: readonly number[]): number {
    return entryCount(slots.map((slot) => this.sizes[slot] as number));
  }

  private freeSlots(): number[] {
    return Array.from({ length: this.rank }, (_, slot) => slot);
  }

  private scalars(): Scalars {
    return { coefficient: this.coefficient, numerators: this.numerators, denominators: this.denominators };
  }

  /** A summed slot that no factor has counts how often the rest is added. */
  private countUntouchedSlots(): void {
    for (let slot = this.rank; slot < this.sizes.length; slot++) {
      if (!this.operands.some(({ slots }) => slots.includes(slot))) this.coefficient *= this.sizes[slot] as number;
    }
  }

  /** Entrywise products over the same slots become one operand. Where the group is to be summed, its last factor stays apart: that is a dot product. */
  private fuse(): void {
    const groups = new Map<string, Operand[]>();
    for (const operand of this.operands) {
      const key = operand.slots.join(',');
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [operand]);
      else group.push(operand);
    }
    this.operands = [...groups.values()].flatMap((group) => this.fuseGroup(group));
  }

  private fuseGroup(group: readonly Operand[]): Operand[] {
    const slots = (group[0] as Operand).slots;
    const numerators = group.flatMap((operand) => operand.numerators);
    const denominators = group.flatMap((operand) => operand.denominators);
    const elsewhere = new Set(this.operands.filter((operand) => !group.includes(operand)).flatMap((operand) => operand.slots));
    const summed = slots.some((slot) => slot >= this.rank && !elsewhere.has(slot));
    const last = numerators.at(-1);
    if (!summed || numerators.length < 2 || last === undefined) return [{ slots, numerators, denominators }];
    return [
      { slots, numerators: numerators.slice(0, -1), denominators },
      { slots, numerators: [last], denominators: [] },
    ];
  }

  /** One register for an operand, computing its product when it has several factors. */
  private registerOf({ slots, numerators, denominators }: Operand): number {
    const only = numerators[0];
    if (numerators.length === 1 && denominators.length === 0 && only !== undefined) return only;
    const result = this.emitter.temporary(this.sizeOf(slots));
    this.emitter.emit(entrywiseStep(numerators, denominators, NO_SCALARS, { register: result, add: false }));
    return result;
  }

  private sumPrivateSlots(operand: Operand): Operand {
    const elsewhere = new Set(this.operands.filter((other) => other !== operand).flatMap(({ slots }) => slots));
    const kept = [...new Set(operand.slots)].filter((slot) => slot < this.rank || elsewhere.has(slot));
    if (this.operands.length === 1 || kept.length === new Set(operand.slots).size) return operand;
    const register = this.emitter.temporary(this.sizeOf(kept));
    this.emitUnary(operand, kept, { register, add: false }, NO_SCALARS);
    return { slots: kept, numerators: [register], denominators: [] };
  }

  private contractCheapestPair(): void {
    let best: { cost: number; size: number; left: number; right: number } | undefined;
    for (let left = 0; left < this.operands.length; left++) {
      for (let right = left + 1; right < this.operands.length; right++) {
        const union = new Set([...(this.operands[left] as Operand).slots, ...(this.operands[right] as Operand).slots]);
        const cost = this.sizeOf([...union]);
        const size = this.sizeOf(this.keptSlots(left, right));
        if (best === undefined || cost < best.cost || (cost === best.cost && size < best.size)) best = { cost, size, left, right };
      }
    }
    if (best === undefined) return;
    const { left, right } = best;
    const kept = this.keptSlots(left, right);
    const register = this.emitter.temporary(this.sizeOf(kept));
    this.emitPair(this.operands[left] as Operand, this.operands[right] as Operand, kept, { register, add: false }, NO_SCALARS);
    this.operands = this.operands.filter((_, index) => index !== left && index !== right);
    this.operands.push({ slots: kept, numerators: [register], denominators: [] });
    this.moveScalars();
  }

  private moveScalars(): void {
    for (const { slots, numerators } of this.operands) if (slots.length === 0) this.numerators.push(...numerators);
    this.operands = this.operands.filter(({ slots }) => slots.length > 0);
  }

  /** Slots of a pair that are free or that another operand still needs, in ascending order. */
  private keptSlots(left: number, right: number): number[] {
    const needed = new Set(this.operands.flatMap(({ slots }, index) => (index === left || index === right ? [] : [...slots])));
    const union = new Set([...(this.operands[left] as Operand).slots, ...(this.operands[right] as Operand).slots]);
    return [...union].filter((slot) => slot < this.rank || needed.has(slot)).sort((a, b) => a - b);
  }

  private emitPair(left: Operand, right: Operand, kept: readonly number[], target: NetTarget, scalars: Scalars): void {
    const leftRegister = this.registerOf(left);
    const rightRegister = this.registerOf(right);
    const kernel = this.kernel(left.slots, right.slots, kept);
    const scale = scaleOf(scalars);
    const { register, add } = target;
    this.emitter.emit((registers) =>
      kernel(registers[register] as Float64Array, registers[leftRegister] as Float64Array, registers[rightRegister] as Float64Array, scale(registers), add),
    );
  }

  private emitUnary(operand: Operand, kept: readonly number[], target: NetTarget, scalars: Scalars): void {
    const source = this.registerOf(operand);
    const kernel = this.kernel(operand.slots, [], kept);
    const scale = scaleOf(scalars);
    const { register, add } = target;
    this.emitter.emit((registers) => kernel(registers[register] as Float64Array, registers[source] as Float64Array, UNIT, scale(registers), add));
  }

  private kernel(left: readonly number[], right: readonly number[], kept: readonly number[]) {
    const summed = [...new Set([...left, ...right])].filter((slot) => !kept.includes(slot));
    const steps = { out: this.slotSteps(kept), left: this.slotSteps(left), right: this.slotSteps(right) };
    const loop = (slot: number): Loop => ({
      size: this.sizes[slot] as number,
      out: steps.out.get(slot) ?? 0,
      left: steps.left.get(slot) ?? 0,
      right: steps.right.get(slot) ?? 0,
    });
    return contractionKernel(kept.map(loop), summed.map(loop));
  }

  /** Step in a row-major array for each slot; a slot that repeats walks the diagonal. */
  private slotSteps(slots: readonly number[]): Map<number, number> {
    const steps = new Map<number, number>();
    rowMajorStrides(slots.map((slot) => this.sizes[slot] as number)).forEach((stride, axis) => {
      const slot = slots[axis] as number;
      steps.set(slot, (steps.get(slot) ?? 0) + stride);
    });
    return steps;
  }

  private emitLast(operand: Operand, target: NetTarget): void {
    const inOrder = operand.slots.length === this.rank && operand.slots.every((slot, axis) => slot === axis);
    if (inOrder) this.emitter.emit(entrywiseStep(operand.numerators, operand.denominators, this.scalars(), target));
    else this.emitUnary(operand, this.freeSlots(), target, this.scalars());
  }

  private emitScalar({ register, add }: NetTarget): void {
    const scale = scaleOf(this.scalars());
    this.emitter.emit((registers) => {
      const out = registers[register] as Float64Array;
      const value = scale(registers);
      if (!add) out.fill(value);
      else for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + value;
    });
  }
}

const UNIT = Float64Array.of(1);
const NO_SCALARS: Scalars = { coefficient: 1, numerators: [], denominators: [] };

function scaleOf({ coefficient, numerators, denominators }: Scalars): (registers: readonly Float64Array[]) => number {
  if (numerators.length === 0 && denominators.length === 0) return () => coefficient;
  return (registers) => {
    let scale = coefficient;
    for (const register of numerators) scale *= (registers[register] as Float64Array)[0] as number;
    for (const register of denominators) scale /= (registers[register] as Float64Array)[0] as number;
    return scale;
  };
}

function entrywiseStep(numerators: readonly number[], denominators: readonly number[], scalars: Scalars, { register, add }: NetTarget): Step {
  const scale = scaleOf(scalars);
  const only = numerators[0];
  if (numerators.length === 1 && denominators.length === 0 && only !== undefined) {
    return (registers) => scaledCopy(registers[register] as Float64Array, registers[only] as Float64Array, scale(registers), add);
  }
  const above = new Array<Float64Array>(numerators.length);
  const below = new Array<Float64Array>(denominators.length);
  return (registers) => {
    for (let k = 0; k < above.length; k++) above[k] = registers[numerators[k] as number] as Float64Array;
    for (let k = 0; k < below.length; k++) below[k] = registers[denominators[k] as number] as Float64Array;
    entrywiseProduct(registers[register] as Float64Array, above, below, scale(registers), add);
  };
}
