/**
 * Compiles tensors into plans for given sizes.
 *
 * Heads are compiled in place, each once; range sums and ordered products have plans of their own, one binding per value of their letter.
 * Terms whose indicator or adjoint is 0 are never computed, and what they read is never asked for.
 */

import { Fault, unreachable } from '../errors.js';
import { isOne, rationalToNumber } from '../network/rational.js';
import type { Head, InternedHead, Leaf, Net, Tensor, Term } from '../network/tensor.js';
import type { Whole } from '../network/whole.js';
import { entryCount, numbersOf, type Scope, zeroArray } from './array.js';
import type { Bound } from './binding.js';
import { type Emitter, emitNet, type NetFactor, type NetTarget } from './contraction.js';
import type { FunctionInstance } from './functions.js';
import { multiplyMatrices, powerMatrix, powerNumber, setIdentity } from './linear.js';
import { scaledCopy } from './loops.js';
import { type FunctionUse, isGuard, type Plan, type Repetition, type Source, type Step } from './plan.js';
import { softmaxRows } from './softmax.js';

/** Compiles a tensor. `holds` says which of its guards are not 0; `accumulate` makes the result be added to register 0. */
export function compilePlan(tensor: Tensor, sizes: Scope, holds: ReadonlySet<InternedHead>, accumulate: boolean): Plan {
  return new PlanCompiler(sizes, holds).compile(tensor, accumulate);
}

/** A term that does not vanish. */
interface LiveTerm {
  readonly term: Term;
  readonly factors: readonly NetFactor[];
}

/** A register, or nothing where the value is zero. */
export type Register = number | undefined;

/** Compiles one tensor; what runs beside values (tangents, error bounds) compiles itself on top of it. */
export class PlanCompiler implements Emitter {
  protected readonly registers: Float64Array[] = [];
  protected readonly sources: { register: number; source: Source }[] = [];
  protected readonly exponents: Whole[] = [];
  protected readonly functions: FunctionUse[] = [];
  protected readonly repetitions: Repetition[] = [];
  protected readonly steps: Step[] = [];
  private readonly ofTensor = new Map<Tensor, Register>();
  private readonly ofHead = new Map<InternedHead, Register>();

  constructor(
    protected readonly sizes: Scope,
    protected readonly holds: ReadonlySet<InternedHead>,
  ) {}

  compile(tensor: Tensor, accumulate: boolean): Plan {
    const dims = numbersOf(tensor.dims, this.sizes);
    this.temporary(entryCount(dims));
    if (accumulate) this.addTerms(tensor);
    else {
      const result = this.tensor(tensor, 0);
      if (result === undefined) this.emit((registers) => (registers[0] as Float64Array).fill(0));
      else if (result !== 0) this.emit((registers) => scaledCopy(registers[0] as Float64Array, registers[result] as Float64Array, 1, false));
    }
    const { registers, sources, exponents, functions, repetitions, steps } = this;
    return { dims, registers, sources, exponents, functions, repetitions, steps };
  }

  temporary(size: number): number {
    return this.registers.push(zeroArray([size])) - 1;
  }

  emit(step: Step): void {
    this.steps.push(step);
  }

  protected numbers(dims: readonly Whole[]): number[] {
    return numbersOf(dims, this.sizes);
  }

  protected source(source: Source, size: number): number {
    const register = this.temporary(size);
    this.sources.push({ register, source });
    return register;
  }

  /** Register of a tensor; `wanted` is where its value should go if that saves a copy. */
  protected tensor(tensor: Tensor, wanted?: number): Register {
    if (this.ofTensor.has(tensor)) return this.ofTensor.get(tensor);
    const register = this.freshTensor(tensor, wanted);
    this.ofTensor.set(tensor, register);
    return register;
  }

  private freshTensor(tensor: Tensor, wanted: number | undefined): Register {
    const [only] = tensor.terms;
    if (tensor.terms.length === 1 && only !== undefined && isPlainLeaf(only, tensor.dims.length)) return this.head((only.net.leaves[0] as Leaf).head, wanted);
    const live = this.liveTerms(tensor);
    if (live.length === 0) return undefined;
    const register = wanted ?? this.temporary(entryCount(this.numbers(tensor.dims)));
    live.forEach((term, position) => {
      this.emitTerm(term, tensor, { register, add: position > 0 });
    });
    return register;
  }

  /** Adds every term to register 0. */
  private addTerms(tensor: Tensor): void {
    for (const term of this.liveTerms(tensor)) this.emitTerm(term, tensor, { register: 0, add: true });
  }

  private emitTerm({ term, factors }: LiveTerm, { dims }: Tensor, target: NetTarget): void {
    emitNet(this, this.numbers(term.net.dims), dims.length, rationalToNumber(term.coefficient), factors, target);
  }

  /** Terms that do not vanish, with their factors computed. */
  private liveTerms(tensor: Tensor): LiveTerm[] {
    return tensor.terms.flatMap((term) => {
      if (term.net.leaves.some(({ head, power }) => isGuard(head.head) && !this.holds.has(head) && power.numerator > 0n)) return [];
      const factors = this.factors(term.net);
      return factors === undefined ? [] : [{ term, factors }];
    });
  }

  /** The leaves as factors, or nothing when one of them is zero. */
  private factors(net: Net): NetFactor[] | undefined {
    const factors: NetFactor[] = [];
    for (const { head, slots, power } of net.leaves) {
      if (head.head.kind === 'indicator') continue;
      const exponent = rationalToNumber(power);
      const register = this.head(head) ?? (exponent > 0 ? undefined : this.temporary(entryCount(this.numbers(head.dims))));
      if (register === undefined) return undefined;
      factors.push({ register, slots, power: exponent });
    }
    return factors;
  }

  protected head(head: InternedHead, wanted?: number): Register {
    if (this.ofHead.has(head)) return this.ofHead.get(head);
    const register = this.freshHead(head, wanted);
    this.ofHead.set(head, register);
    return register;
  }

  private freshHead(interned: InternedHead, wanted: number | undefined): Register {
    const { head } = interned;
    const dims = this.numbers(interned.dims);
    const size = entryCount(dims);
    switch (head.kind) {
      case 'symbol':
        return this.source({ kind: 'symbol', quantity: head.quantity, dims }, size);
      case 'delta':
        return this.identity(dims[0] as number);
      case 'whole':
        return this.source({ kind: 'whole', value: head.value }, 1);
      case 'indicator':
        return this.constant(this.holds.has(interned) ? 1 : 0);
      case 'inclusion':
        return this.source({ kind: 'inclusion', offset: head.offset, total: dims[0] as number, part: dims[1] as number }, size);
      case 'order':
        return this.source({ kind: 'order', offset: head.offset, rows: dims[0] as number, columns: dims[1] as number }, size);
      case 'apply':
        return this.apply(head, dims, wanted ?? this.temporary(size));
      case 'unspecified':
        return this.unspecified(head, wanted ?? this.temporary(size));
      case 'softmax':
        return this.softmax(head.of, dims, wanted ?? this.temporary(size));
      case 'sum':
        return this.tensor(head.of, wanted);
      case 'held':
        return this.source({ kind: 'held', of: head.of, dims }, size);
      case 'rangeSum':
        return this.rangeSum(head, wanted ?? this.temporary(size));
      case 'product':
        return this.product(head, dims, wanted ?? this.temporary(size));
      case 'power':
        return this.power(head, dims, wanted ?? this.temporary(size));
      default:
        return unreachable(head);
    }
  }

  private constant(value: number): number {
    const register = this.temporary(1);
    (this.registers[register] as Float64Array)[0] = value;
    return register;
  }

  private identity(n: number): number {
    const register = this.temporary(n * n);
    setIdentity(this.registers[register] as Float64Array, n);
    return register;
  }

  /** Like `tensor`, with an array of zeros in place of nothing. */
  protected argument(tensor: Tensor): number {
    return this.tensor(tensor) ?? this.temporary(entryCount(this.numbers(tensor.dims)));
  }

  private apply(head: Head & { kind: 'apply' }, dims: readonly number[], result: number): number {
    const { operator } = head;
    const [first, second] = head.args.map((arg) => this.argument(arg));
    if (first === undefined) throw new Fault(`${operator.name} has no argument`);
    const size = entryCount(dims);
    const stretched = head.args.map((arg) => (entryCount(this.numbers(arg.dims)) === size ? 1 : 0));
    const [stepX, stepY] = [stretched[0] ?? 0, stretched[1] ?? 0];
    this.emit((registers) => {
      const x = registers[first] as Float64Array;
      const y = registers[second ?? first] as Float64Array;
      const out = registers[result] as Float64Array;
      for (let i = 0; i < size; i++) out[i] = operator.evaluate(x[i * stepX] as number, y[i * stepY] as number);
    });
    return result;
  }

  private unspecified(head: Head & { kind: 'unspecified' }, result: number): number {
    const args = head.args.map((arg) => this.argument(arg));
    const argumentDims = head.args.map((arg) => this.numbers(arg.dims));
    const position =
      this.functions.push({ name: head.name, indices: head.indices, entrywise: head.entrywise, dims: this.numbers(head.dims), argumentDims }) - 1;
    const { wrt } = head;
    this.emit((registers, bound) => {
      const instance = bound.functions[position] as FunctionInstance;
      instance.evaluate(
        args.map((arg) => registers[arg] as Float64Array),
        wrt,
        registers[result] as Float64Array,
      );
    });
    return result;
  }

  private softmax(of: Tensor, dims: readonly number[], result: number): number {
    const argument = this.argument(of);
    const columns = dims.at(-1) ?? 1;
    this.emit((registers) => softmaxRows(registers[result] as Float64Array, registers[argument] as Float64Array, columns));
    return result;
  }

  private rangeSum(head: Head & { kind: 'rangeSum' }, result: number): number {
    const position = this.repetitions.push({ letter: head.letter, from: head.from, to: head.to, step: 1, body: head.of, accumulate: true }) - 1;
    this.emit((registers, bound) => {
      const out = registers[result] as Float64Array;
      out.fill(0);
      for (const body of bound.repetitions[position] as readonly Bound[]) body.run(out);
    });
    return result;
  }

  private product(head: Head & { kind: 'product' }, dims: readonly number[], result: number): number {
    const n = dims[0] as number;
    const factor = this.temporary(n * n);
    const scratch = this.temporary(n * n);
    const position = this.repetitions.push({ letter: head.letter, from: head.from, to: head.to, step: head.step, body: head.of, accumulate: false }) - 1;
    this.emit((registers, bound) => {
      const [out, next, work] = [registers[result] as Float64Array, registers[factor] as Float64Array, registers[scratch] as Float64Array];
      setIdentity(out, n);
      for (const body of bound.repetitions[position] as readonly Bound[]) {
        body.run(next);
        work.set(out);
        multiplyMatrices(out, work, next, n, n, n);
      }
    });
    return result;
  }

  private power(head: Head & { kind: 'power' }, dims: readonly number[], result: number): number {
    const base = this.argument(head.of);
    const position = this.exponents.push(head.exponent) - 1;
    const n = dims[0];
    this.emit((registers, bound) => {
      const exponent = bound.exponents[position] as number;
      const [out, from] = [registers[result] as Float64Array, registers[base] as Float64Array];
      if (n === undefined) out[0] = powerNumber(from[0] as number, exponent);
      else powerMatrix(out, from, n, exponent);
    });
    return result;
  }
}

/** One leaf to the first power whose axes are the free slots in order: the term is that leaf. */
function isPlainLeaf({ coefficient, net: { leaves, dims } }: Term, rank: number): boolean {
  const [only] = leaves;
  if (leaves.length !== 1 || only === undefined || dims.length !== rank || only.slots.length !== rank) return false;
  if (only.head.head.kind === 'indicator' || !isOne(coefficient) || !isOne(only.power)) return false;
  return only.slots.every((slot, axis) => slot === axis);
}
