/** A pointwise operation as a WebAssembly function: nested loops, four points at a time, everything between load and store in registers. */

import { mergedWalk, type PointwiseOperation } from './axes.js';
import { type DefinedFunction, VALUE, wasm } from './encoder.js';
import type { Affine } from './operations.js';
import type { BinaryInstruction, Instruction, UnaryInstruction } from './pointwise.js';
import { expCode, logCode, sigmoidCode, tanhCode, VectorCode, type VectorValue } from './vector-code.js';

/** What the code may refer to: imported functions by name, and where pairs of a constant lie in memory. */
export interface CodeSurroundings {
  callNumber(name: string, evaluate: (x: number, y: number) => number): number;
  /** Byte address of the constant, twice. */
  constantAddress(value: number): number;
}

/** Operands that move alike share one pointer; what differs between them is the offset in the instruction. */
interface PointerGroup {
  readonly at: Affine;
  readonly strides: readonly number[];
  least: number;
}

interface PlacedOperand {
  readonly group: number;
  readonly constant: number;
  readonly stride: number;
}

export interface PointwiseCode {
  readonly function: DefinedFunction;
  /** Addresses (in elements) that the caller passes, as bytes. */
  readonly pointers: readonly Affine[];
}

function groupOperands(operation: PointwiseOperation, strides: readonly (readonly number[])[]): { groups: PointerGroup[]; operands: PlacedOperand[] } {
  const numbers = new Map<string, number>();
  const groups: PointerGroup[] = [];
  const operands = operation.operands.map(({ at }, k): PlacedOperand => {
    const own = strides[k] as readonly number[];
    const key = `${at.terms.map(({ loop, factor }) => `${loop}:${factor}`).join()};${own.join()}`;
    const group = numbers.get(key) ?? groups.push({ at, strides: own, least: at.constant }) - 1;
    numbers.set(key, group);
    const shared = groups[group] as PointerGroup;
    shared.least = Math.min(shared.least, at.constant);
    return { group, constant: at.constant, stride: own.at(-1) as number };
  });
  return { groups, operands };
}

const BINARY: Record<BinaryInstruction, readonly number[]> = {
  add: wasm.add,
  subtract: wasm.subtract,
  multiply: wasm.multiply,
  divide: wasm.divide,
  max: wasm.max,
  min: wasm.min,
};

function unaryCode(v: VectorCode, op: UnaryInstruction, x: VectorValue): VectorValue {
  switch (op) {
    case 'negate':
      return v.unary(wasm.negate, x);
    case 'absolute':
      return v.unary(wasm.absolute, x);
    case 'squareRoot':
      return v.unary(wasm.squareRoot, x);
    case 'sign': {
      const side = (compare: readonly number[]): VectorValue => v.binary(wasm.and, v.binary(compare, x, v.constant(0)), v.constant(1));
      return v.select(v.subtract(side(wasm.greater), side(wasm.less)), x, v.binary(wasm.equal, x, x));
    }
    case 'exp':
      return expCode(v, x);
    case 'log':
      return logCode(v, x);
    case 'tanh':
      return tanhCode(v, x);
    case 'sigmoid':
      return sigmoidCode(v, x);
  }
}

/** Points that one pass of the code works on: two pairs, one pair, or a single one. */
type Width = 4 | 2 | 1;

class BodyCode {
  readonly #values: VectorValue[] = [];

  constructor(
    private readonly v: VectorCode,
    private readonly operands: readonly PlacedOperand[],
    private readonly groups: readonly PointerGroup[],
    private readonly width: Width,
    private readonly surroundings: CodeSurroundings,
  ) {}

  emit({ program }: PointwiseOperation): void {
    for (const instruction of program.instructions) this.#values.push(this.#value(instruction));
    for (const { operand, value, accumulate } of program.outputs) {
      const placed = this.operands[operand] as PlacedOperand;
      const result = this.#values[value] as VectorValue;
      this.#store(placed, accumulate ? this.v.add(this.#load(placed), result) : result);
    }
  }

  /** Pairs of the pass, each with the bytes from the pass's first point to its own. */
  #pairs(stride: number): number[] {
    return this.width === 4 ? [0, 16 * stride] : [0];
  }

  #offset({ group, constant }: PlacedOperand): number {
    return 8 * (constant - (this.groups[group] as PointerGroup).least);
  }

  #load(operand: PlacedOperand): VectorValue {
    const pointer = wasm.getLocal(operand.group);
    const { stride } = operand;
    const offset = this.#offset(operand);
    if (this.width === 1) return [this.v.keep([...pointer, ...wasm.loadFirst(offset)])];
    if (stride === 0) return [this.v.keep([...pointer, ...wasm.loadSplat(offset)])];
    return this.#pairs(stride).map((bytes) =>
      this.v.keep(
        stride === 1
          ? [...pointer, ...wasm.load(offset + bytes)]
          : [...pointer, ...pointer, ...wasm.loadFirst(offset + bytes), ...wasm.loadLane(1, offset + bytes + 8 * stride)],
      ),
    );
  }

  #store(operand: PlacedOperand, value: VectorValue): void {
    const pointer = wasm.getLocal(operand.group);
    const { stride } = operand;
    const offset = this.#offset(operand);
    const lane = (local: number, k: 0 | 1, place: number): void => this.v.push(...pointer, ...wasm.getLocal(local), ...wasm.storeLane(k, place));
    this.#pairs(stride).forEach((bytes, k) => {
      const local = value[Math.min(k, value.length - 1)] as number;
      if (this.width === 1) lane(local, 0, offset);
      else if (stride === 1) this.v.push(...pointer, ...wasm.getLocal(local), ...wasm.store(offset + bytes));
      else {
        lane(local, 0, offset + bytes);
        lane(local, 1, offset + bytes + 8 * stride);
      }
    });
  }

  #value(instruction: Instruction): VectorValue {
    const { v } = this;
    const of = (number: number): VectorValue => this.#values[number] as VectorValue;
    switch (instruction.op) {
      case 'operand':
        return this.#load(this.operands[instruction.operand] as PlacedOperand);
      case 'constant':
        return v.constant(instruction.value);
      case 'add':
      case 'subtract':
      case 'multiply':
      case 'divide':
      case 'max':
      case 'min':
        return v.binary(BINARY[instruction.op], of(instruction.left), of(instruction.right));
      case 'call':
        return this.#call(instruction, of(instruction.left), of(instruction.right));
      default:
        return unaryCode(v, instruction.op, of(instruction.of));
    }
  }

  #call({ name, evaluate }: Extract<Instruction, { op: 'call' }>, left: VectorValue, right: VectorValue): VectorValue {
    const callee = wasm.call(this.surroundings.callNumber(name, evaluate));
    return Array.from({ length: Math.max(left.length, right.length) }, (_, k) => {
      const lane = (side: VectorValue, which: 0 | 1): number[] => [...wasm.getLocal(side[Math.min(k, side.length - 1)] as number), ...wasm.extractLane(which)];
      const apply = (which: 0 | 1): number[] => [...lane(left, which), ...lane(right, which), ...callee];
      return this.v.keep(this.width === 1 ? [...apply(0), ...wasm.splat] : [...apply(0), ...wasm.splat, ...apply(1), ...wasm.replaceLane(1)]);
    });
  }
}

const advance = (pointer: number, bytes: number): number[] =>
  bytes === 0 ? [] : [...wasm.getLocal(pointer), ...wasm.i32Constant(bytes), ...wasm.i32Add, ...wasm.setLocal(pointer)];

/** `count` times the code; the loop ends because its counter falls. */
function counted(counter: number, count: number, code: readonly number[]): number[] {
  if (count === 0) return [];
  if (count === 1) return [...code];
  return [
    ...wasm.i32Constant(count),
    ...wasm.setLocal(counter),
    ...wasm.loop,
    ...code,
    ...wasm.getLocal(counter),
    ...wasm.i32Constant(1),
    ...wasm.i32Subtract,
    ...wasm.teeLocal(counter),
    ...wasm.branchIf(0),
    ...wasm.end,
  ];
}

/** The function of a pointwise operation and the pointers it is called with. */
export function pointwiseCode(operation: PointwiseOperation, surroundings: CodeSurroundings): PointwiseCode {
  const { axes, strides } = mergedWalk(operation);
  const { groups, operands } = groupOperands(operation, strides);
  const firstCounter = groups.length;
  const innerAxis = axes.length - 1;
  const inner = axes[innerAxis] as number;
  const innerStride = (group: PointerGroup): number => group.strides[innerAxis] as number;
  let locals = 0;
  const pass = (width: Width): number[] => {
    const v = new VectorCode(firstCounter + axes.length, (constant) => surroundings.constantAddress(constant));
    new BodyCode(v, operands, groups, width, surroundings).emit(operation);
    locals = Math.max(locals, v.locals);
    return [...v.code, ...groups.flatMap((group, k) => advance(k, 8 * width * innerStride(group)))];
  };
  const [fours, rest] = [Math.floor(inner / 4), inner % 4];
  let code = [...(fours > 0 ? counted(firstCounter + innerAxis, fours, pass(4)) : []), ...(rest >= 2 ? pass(2) : []), ...(rest % 2 === 1 ? pass(1) : [])];
  let walked = groups.map((group) => inner * innerStride(group));
  for (let axis = innerAxis - 1; axis >= 0; axis--) {
    const moves = groups.flatMap((group, k) => advance(k, 8 * ((group.strides[axis] as number) - (walked[k] as number))));
    code = counted(firstCounter + axis, axes[axis] as number, [...code, ...moves]);
    walked = groups.map((group) => (axes[axis] as number) * (group.strides[axis] as number));
  }
  return {
    function: {
      type: { params: groups.map(() => VALUE.i32), results: [] },
      locals: [...axes.map(() => VALUE.i32), ...Array.from({ length: locals }, () => VALUE.v128)],
      code,
    },
    pointers: groups.map(({ at, least }) => ({ constant: least, terms: at.terms })),
  };
}
