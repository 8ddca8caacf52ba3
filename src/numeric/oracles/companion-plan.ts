/**
 * Compiles what accompanies the values of a tensor: how they change (tangents, in lanes), or how far rounding may carry them (spreads).
 *
 * Both follow the product rule: each factor in turn is replaced by its companion. A tangent is linear in the companions; a spread is the square of a
 * standard error in units of rounding, so factors enter squared, and each sum adds the square of the sum of its absolute terms. Operators come in by
 * their reference definitions alone. Heads are compiled in place, each once, as in compiler.ts; lanes are the last axis.
 */

import { unreachable } from '../../errors.js';
import { rationalToNumber } from '../../network/rational.js';
import type { Head, InternedHead, Leaf, Quantity, Tensor, Term } from '../../network/tensor.js';
import { entryCount } from '../array.js';
import { PlanCompiler, type Register } from '../compiler.js';
import { emitNet, type NetFactor } from '../contraction.js';
import type { FunctionInstance } from '../functions.js';
import { isGuard, type Repetition } from '../plan.js';
import type { CompanionContext, CompanionKind, CompanionPlan, Part } from './companion.js';
import { CompanionBound } from './companion-bound.js';
import { addSlopes, addSquares, clear, contractSlopes, orderedProduct, powerCompanion, softmaxCompanion, transfer } from './companion-kernels.js';
import { referenceSlope } from './dual.js';

/** Compiles the companion of a tensor; `accumulate` makes it be added to register 0. */
export function compileCompanion(tensor: Tensor, context: CompanionContext, accumulate: boolean): CompanionPlan {
  return new CompanionCompiler(context).compileCompanion(tensor, accumulate);
}

/** Share of an argument to which another counts as equal. */
const KINK_WIDTH = 2 ** -50;

class CompanionCompiler extends PlanCompiler {
  private readonly companions: { register: number; quantity: Quantity; dims: readonly number[] }[] = [];
  private readonly bodies: Repetition[] = [];
  private readonly companionOf = new Map<Tensor | InternedHead, Register>();
  private readonly kind: CompanionKind;
  private readonly isActive: CompanionContext['isActive'];

  constructor({ sizes, holds, kind, isActive }: CompanionContext) {
    super(sizes, holds);
    this.kind = kind;
    this.isActive = isActive;
  }

  compileCompanion(tensor: Tensor, accumulate: boolean): CompanionPlan {
    const dims = this.numbers(tensor.dims);
    this.space(dims);
    const result = this.tensorCompanion(tensor);
    if (result !== undefined) this.emit((registers) => transfer(registers[0] as Float64Array, registers[result] as Float64Array, accumulate));
    else if (!accumulate) this.emit((registers) => clear(registers[0] as Float64Array));
    const { registers, sources, exponents, functions, repetitions, steps, companions, bodies } = this;
    return { dims, registers, sources, exponents, functions, repetitions, steps, companions, bodies };
  }

  private space(dims: readonly number[]): number {
    return this.temporary(entryCount(dims) * this.kind.lanes);
  }

  private tensorCompanion(tensor: Tensor): Register {
    if (this.companionOf.has(tensor)) return this.companionOf.get(tensor);
    const made = this.freshTensorCompanion(tensor);
    this.companionOf.set(tensor, made);
    return made;
  }

  private freshTensorCompanion(tensor: Tensor): Register {
    const live = tensor.terms.filter(({ net }) => !net.leaves.some(({ head, power }) => isGuard(head.head) && !this.holds.has(head) && power.numerator > 0n));
    const rank = tensor.dims.length;
    const parts = live.flatMap((term) => this.productRule(term, rank).map((part) => ({ sizes: this.numbers(term.net.dims), part })));
    const rounding = this.kind.squared && live.some((term) => !isBare(term, tensor)) ? this.magnitude(live, tensor) : undefined;
    if (parts.length === 0 && rounding === undefined) return undefined;
    const register = this.space(this.numbers(tensor.dims));
    const { lanes, squared } = this.kind;
    parts.forEach(({ sizes, part: { coefficient, factors } }, k) => {
      const all = squared ? sizes : [...sizes.slice(0, rank), lanes, ...sizes.slice(rank)];
      emitNet(this, all, squared ? rank : rank + 1, coefficient, factors, { register, add: k > 0 });
    });
    if (rounding !== undefined)
      this.emit((registers) => addSquares(registers[register] as Float64Array, registers[rounding] as Float64Array, parts.length > 0));
    return register;
  }

  private productRule({ coefficient, net }: Term, rank: number): Part[] {
    const { squared } = this.kind;
    const moved = (slots: readonly number[]): readonly number[] => (squared ? slots : slots.map((slot) => (slot < rank ? slot : slot + 1)));
    const leaves = net.leaves.filter(({ head }) => head.head.kind !== 'indicator');
    return leaves.flatMap((leaf, position): Part[] => {
      const companion = this.headCompanion(leaf.head);
      const others = companion === undefined ? undefined : this.otherFactors(leaves, position);
      if (companion === undefined || others === undefined) return [];
      const slope = rationalToNumber(coefficient) * rationalToNumber(leaf.power);
      const own = { register: companion, slots: [...moved(leaf.slots), ...(squared ? [] : [rank])], power: 1 };
      const factors = others.map((factor) => ({ ...factor, slots: moved(factor.slots), power: squared ? 2 * factor.power : factor.power }));
      return [{ coefficient: squared ? slope * slope : slope, factors: [own, ...factors] }];
    });
  }

  /** The values of all factors, the power of one of them less by 1; undefined where one is zero. */
  private otherFactors(leaves: readonly Leaf[], position: number): NetFactor[] | undefined {
    const factors: NetFactor[] = [];
    for (const [k, { head, slots, power }] of leaves.entries()) {
      const exponent = rationalToNumber(power) - (k === position ? 1 : 0);
      if (exponent === 0) continue;
      const register = this.head(head) ?? (exponent > 0 ? undefined : this.temporary(entryCount(this.numbers(head.dims))));
      if (register === undefined) return undefined;
      factors.push({ register, slots, power: exponent });
    }
    return factors;
  }

  /** Register of the sum of absolute terms. */
  private magnitude(terms: readonly Term[], tensor: Tensor): number {
    const dims = this.numbers(tensor.dims);
    const result = this.temporary(entryCount(dims));
    this.emit((registers) => clear(registers[result] as Float64Array));
    for (const { coefficient, net } of terms) {
      const factors = net.leaves
        .filter(({ head }) => head.head.kind !== 'indicator')
        .flatMap(({ head, slots, power }): NetFactor[] => {
          const register = this.head(head);
          return register === undefined ? [] : [{ register: this.absolute(register), slots, power: rationalToNumber(power) }];
        });
      if (factors.length < net.leaves.filter(({ head }) => head.head.kind !== 'indicator').length) continue;
      emitNet(this, this.numbers(net.dims), dims.length, Math.abs(rationalToNumber(coefficient)), factors, { register: result, add: true });
    }
    return result;
  }

  private absolute(register: number): number {
    const result = this.temporary((this.registers[register] as Float64Array).length);
    this.emit((registers) => {
      const [from, to] = [registers[register] as Float64Array, registers[result] as Float64Array];
      for (let i = 0; i < to.length; i++) to[i] = Math.abs(from[i] as number);
    });
    return result;
  }

  private headCompanion(head: InternedHead): Register {
    if (this.companionOf.has(head)) return this.companionOf.get(head);
    const made = this.freshHeadCompanion(head);
    this.companionOf.set(head, made);
    return made;
  }

  private freshHeadCompanion(interned: InternedHead): Register {
    const { head } = interned;
    const dims = this.numbers(interned.dims);
    switch (head.kind) {
      case 'symbol':
        return this.symbolCompanion(head.quantity, dims);
      case 'delta':
      case 'whole':
      case 'indicator':
      case 'inclusion':
      case 'order':
      case 'held':
        return undefined;
      case 'apply':
        return this.applyCompanion(interned, head, dims);
      case 'unspecified':
        return this.unspecifiedCompanion(interned, head, dims);
      case 'softmax':
        return this.softmaxCompanion(interned, head, dims);
      case 'sum':
        return this.tensorCompanion(head.of);
      case 'rangeSum':
        return this.rangeSumCompanion(head, dims);
      case 'product':
        return this.productCompanion(head, dims);
      case 'power':
        return this.powerCompanion(head, dims);
      default:
        return unreachable(head);
    }
  }

  private symbolCompanion(quantity: Quantity, dims: readonly number[]): Register {
    if (!this.isActive(quantity, dims)) return undefined;
    const register = this.registers.push(NOTHING) - 1;
    this.companions.push({ register, quantity, dims });
    return register;
  }

  private applyCompanion(interned: InternedHead, { operator, args }: Head & { kind: 'apply' }, dims: readonly number[]): Register {
    const { lanes, squared } = this.kind;
    const size = entryCount(dims);
    const moved = args.map((arg) => this.tensorCompanion(arg));
    if (!squared && moved.every((register) => register === undefined)) return undefined;
    const [x, y] = args.map((arg) => this.argument(arg)) as [number, number | undefined];
    const steps = args.map((arg) => (entryCount(this.numbers(arg.dims)) === size ? 1 : 0));
    const result = this.space(dims);
    const slopes = this.temporary(size);
    const value = squared ? this.head(interned) : undefined;
    this.emit((registers, bound) => {
      const out = registers[result] as Float64Array;
      const [first, second] = [registers[x] as Float64Array, registers[y ?? x] as Float64Array];
      const slope = registers[slopes] as Float64Array;
      clear(out);
      for (const [k, register] of moved.entries()) {
        if (register === undefined) continue;
        for (let i = 0; i < size; i++)
          slope[i] = referenceSlope(operator, first[i * (steps[0] as number)] as number, second[i * (steps[1] ?? steps[0] ?? 0)] as number, k);
        addSlopes(out, slope, registers[register] as Float64Array, steps[k] as number, lanes, squared);
      }
      if (value !== undefined) addSquares(out, registers[value] as Float64Array, true);
      if (operator.branch === undefined || !(bound instanceof CompanionBound)) return;
      for (let i = 0; i < size; i++) {
        const left = first[i * (steps[0] as number)] as number;
        const right = y === undefined ? 0 : (second[i * (steps[1] as number)] as number);
        // Values are shared with the formula, so only what is zero, or equal to the last digits, has two sides.
        if (!(Math.abs(left - right) <= KINK_WIDTH * Math.abs(right))) continue;
        const along = moved.map((register, k) =>
          register === undefined ? undefined : { of: registers[register] as Float64Array, from: i * (steps[k] as number) * lanes },
        );
        bound.noteKink(
          (lane) => along.reduce((sum, own, k) => sum + (own === undefined ? 0 : (k === 0 ? 1 : -1) * (own.of[own.from + lane] as number)), 0),
          lanes,
        );
      }
    });
    return result;
  }

  private unspecifiedCompanion(interned: InternedHead, head: Head & { kind: 'unspecified' }, dims: readonly number[]): Register {
    const { lanes, squared } = this.kind;
    const moved = head.args.map((arg) => this.tensorCompanion(arg));
    if (!squared && moved.every((register) => register === undefined)) return undefined;
    const args = head.args.map((arg) => this.argument(arg));
    const argumentDims = head.args.map((arg) => this.numbers(arg.dims));
    const use = { name: head.name, indices: head.indices, entrywise: head.entrywise, dims: this.numbers(head.dims), argumentDims };
    const position = this.functions.push(use) - 1;
    const result = this.space(dims);
    const slopes = argumentDims.map((own) => this.temporary(entryCount(dims) * (head.entrywise ? 1 : entryCount(own))));
    const value = squared ? this.head(interned) : undefined;
    const sizes = this.temporary(squared ? entryCount(dims) : 0);
    this.emit((registers, bound) => {
      const out = registers[result] as Float64Array;
      const numbers = args.map((arg) => registers[arg] as Float64Array);
      clear(out);
      for (const [k, register] of moved.entries()) {
        if (register === undefined) continue;
        const slope = registers[slopes[k] as number] as Float64Array;
        const instance = bound.functions[position] as FunctionInstance;
        if (instance.slopes === undefined) instance.evaluate(numbers, [...head.wrt, k], slope);
        else instance.slopes(numbers, head.wrt, k, slope);
        if (head.entrywise) addSlopes(out, slope, registers[register] as Float64Array, 1, lanes, squared);
        else contractSlopes(out, slope, registers[register] as Float64Array, lanes, squared);
      }
      if (value === undefined) return;
      const own = registers[sizes] as Float64Array;
      const instance = bound.functions[position] as FunctionInstance;
      if (instance.sizes === undefined) own.set(registers[value] as Float64Array);
      else instance.sizes(numbers, head.wrt, own);
      addSquares(out, own, true);
    });
    return result;
  }

  private softmaxCompanion(interned: InternedHead, { of }: Head & { kind: 'softmax' }, dims: readonly number[]): Register {
    const { lanes, squared } = this.kind;
    const moved = this.tensorCompanion(of);
    if (moved === undefined && !squared) return undefined;
    const value = this.head(interned);
    if (value === undefined) return undefined;
    const argument = this.argument(of);
    const result = this.space(dims);
    this.emit((registers) =>
      softmaxCompanion(
        registers[result] as Float64Array,
        registers[value] as Float64Array,
        registers[argument] as Float64Array,
        moved === undefined ? undefined : (registers[moved] as Float64Array),
        dims.at(-1) ?? 1,
        lanes,
        squared,
      ),
    );
    return result;
  }

  private rangeSumCompanion(head: Head & { kind: 'rangeSum' }, dims: readonly number[]): Register {
    const { squared } = this.kind;
    const result = this.space(dims);
    const position = this.bodies.push({ letter: head.letter, from: head.from, to: head.to, step: 1, body: head.of, accumulate: true }) - 1;
    this.emit((registers, bound) => {
      const out = registers[result] as Float64Array;
      clear(out);
      const bodies = bound instanceof CompanionBound ? (bound.bodies[position] ?? []) : [];
      for (const body of bodies) body.run(out);
      // (Σ|terms|)² is at most their number times Σ|terms|².
      if (squared) for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) * bodies.length;
    });
    return result;
  }

  private productCompanion(head: Head & { kind: 'product' }, dims: readonly number[]): Register {
    const { lanes, squared } = this.kind;
    const n = dims[0] as number;
    const result = this.space(dims);
    const work = { product: this.temporary(n * n), factor: this.temporary(n * n), moved: this.space(dims), scratch: this.space(dims) };
    const repetition = { letter: head.letter, from: head.from, to: head.to, step: head.step, body: head.of, accumulate: false };
    const values = this.repetitions.push(repetition) - 1;
    const bodies = this.bodies.push(repetition) - 1;
    this.emit((registers, bound) => {
      if (!(bound instanceof CompanionBound)) return;
      const at = (register: number): Float64Array => registers[register] as Float64Array;
      const arrays = { out: at(result), product: at(work.product), factor: at(work.factor), moved: at(work.moved), scratch: at(work.scratch) };
      orderedProduct(arrays, bound.repetitions[values] ?? [], bound.bodies[bodies] ?? [], n, lanes, squared);
    });
    return result;
  }

  private powerCompanion(head: Head & { kind: 'power' }, dims: readonly number[]): Register {
    const { lanes, squared } = this.kind;
    const moved = this.tensorCompanion(head.of);
    if (moved === undefined && !squared) return undefined;
    const base = this.argument(head.of);
    const position = this.exponents.push(head.exponent) - 1;
    const result = this.space(dims);
    this.emit((registers, bound) =>
      powerCompanion(
        registers[result] as Float64Array,
        registers[base] as Float64Array,
        moved === undefined ? undefined : (registers[moved] as Float64Array),
        dims[0],
        bound.exponents[position] as number,
        lanes,
        squared,
      ),
    );
    return result;
  }
}

const NOTHING = new Float64Array(0);

/** A value as it stands: nothing is computed, so nothing is rounded. */
const isBare = ({ net }: Term, tensor: Tensor): boolean =>
  tensor.terms.length === 1 && net.leaves.filter(({ head }) => head.head.kind !== 'indicator').length <= 1;
