/** A pointwise operation as a WebAssembly function: nested loops, two points at a time, everything between load and store in registers. */

import { mergedWalk, type PointwiseOperation } from './axes.js';
import { VALUE, wasm, type DefinedFunction } from './encoder.js';
import type { Affine } from './operations.js';
import type { BinaryInstruction, Instruction, UnaryInstruction } from './pointwise.js';

/** What the code may refer to: function numbers by name, and where pairs of a constant lie in memory. */
export interface CodeSurroundings {
  functionNumber(name: string): number;
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

const BINARY: Record<BinaryInstruction, readonly number[]> = { add: wasm.add, subtract: wasm.subtract, multiply: wasm.multiply, divide: wasm.divide, max: wasm.max, min: wasm.min };

function unaryCode(op: UnaryInstruction, value: readonly number[], surroundings: CodeSurroundings): number[] {
  const constant = (x: number): number[] => [...wasm.i32Constant(0), ...wasm.load(surroundings.constantAddress(x))];
  switch (op) {
    case 'negate': return [...value, ...wasm.negate];
    case 'absolute': return [...value, ...wasm.absolute];
    case 'squareRoot': return [...value, ...wasm.squareRoot];
    case 'sign': {
      const side = (compare: readonly number[]): number[] => [...value, ...constant(0), ...compare, ...constant(1), ...wasm.and];
      return [...side(wasm.greater), ...side(wasm.less), ...wasm.subtract, ...value, ...value, ...value, ...wasm.equal, ...wasm.bitSelect];
    }
    case 'exp': case 'log': case 'tanh': case 'sigmoid': return [...value, ...wasm.call(surroundings.functionNumber(op))];
  }
}

/** Code of one point (`last`) or two neighbouring ones. */
function bodyCode(operation: PointwiseOperation, operands: readonly PlacedOperand[], groups: readonly PointerGroup[], firstValue: number, last: boolean, surroundings: CodeSurroundings): number[] {
  const offset = ({ group, constant }: PlacedOperand): number => 8 * (constant - (groups[group] as PointerGroup).least);
  const local = (value: number): number[] => wasm.getLocal(firstValue + value);
  const loadCode = (operand: PlacedOperand): number[] => {
    const pointer = wasm.getLocal(operand.group);
    if (last) return [...pointer, ...wasm.loadFirst(offset(operand))];
    if (operand.stride === 1) return [...pointer, ...wasm.load(offset(operand))];
    if (operand.stride === 0) return [...pointer, ...wasm.loadSplat(offset(operand))];
    return [...pointer, ...pointer, ...wasm.loadFirst(offset(operand)), ...wasm.loadLane(1, offset(operand) + 8 * operand.stride)];
  };
  const callCode = (instruction: Extract<Instruction, { op: 'call' }>): number[] => {
    const callee = wasm.call(surroundings.callNumber(instruction.name, instruction.evaluate));
    const lane = (k: number): number[] => [...local(instruction.left), ...wasm.extractLane(k), ...local(instruction.right), ...wasm.extractLane(k), ...callee];
    return last ? [...lane(0), ...wasm.splat] : [...lane(0), ...wasm.splat, ...lane(1), ...wasm.replaceLane(1)];
  };
  const valueCode = (instruction: Instruction): number[] => {
    switch (instruction.op) {
      case 'operand': return loadCode(operands[instruction.operand] as PlacedOperand);
      case 'constant': return [...wasm.i32Constant(0), ...wasm.load(surroundings.constantAddress(instruction.value))];
      case 'add': case 'subtract': case 'multiply': case 'divide': case 'max': case 'min':
        return [...local(instruction.left), ...local(instruction.right), ...BINARY[instruction.op]];
      case 'call': return callCode(instruction);
      default: return unaryCode(instruction.op, local(instruction.of), surroundings);
    }
  };
  const storeCode = ({ operand: number, value, accumulate }: PointwiseOperation['program']['outputs'][number]): number[] => {
    const operand = operands[number] as PlacedOperand;
    const pointer = wasm.getLocal(operand.group);
    const sum = accumulate ? [...loadCode(operand), ...local(value), ...wasm.add] : local(value);
    if (last) return [...pointer, ...sum, ...wasm.storeLane(0, offset(operand))];
    if (operand.stride === 1) return [...pointer, ...sum, ...wasm.store(offset(operand))];
    const kept = accumulate ? [...sum, ...wasm.setLocal(firstValue + value)] : [];
    return [...kept, ...pointer, ...local(value), ...wasm.storeLane(0, offset(operand)), ...pointer, ...local(value), ...wasm.storeLane(1, offset(operand) + 8 * operand.stride)];
  };
  return [...operation.program.instructions.flatMap((instruction, k) => [...valueCode(instruction), ...wasm.setLocal(firstValue + k)]), ...operation.program.outputs.flatMap(storeCode)];
}

const advance = (pointer: number, bytes: number): number[] => (bytes === 0 ? [] : [...wasm.getLocal(pointer), ...wasm.i32Constant(bytes), ...wasm.i32Add, ...wasm.setLocal(pointer)]);

/** `count` times the code; the loop ends because its counter falls. */
function counted(counter: number, count: number, code: readonly number[]): number[] {
  if (count === 0) return [];
  if (count === 1) return [...code];
  return [
    ...wasm.i32Constant(count), ...wasm.setLocal(counter),
    ...wasm.loop, ...code, ...wasm.getLocal(counter), ...wasm.i32Constant(1), ...wasm.i32Subtract, ...wasm.teeLocal(counter), ...wasm.branchIf(0), ...wasm.end,
  ];
}

/** The function of a pointwise operation and the pointers it is called with. */
export function pointwiseCode(operation: PointwiseOperation, surroundings: CodeSurroundings): PointwiseCode {
  const { axes, strides } = mergedWalk(operation);
  const { groups, operands } = groupOperands(operation, strides);
  const firstCounter = groups.length;
  const firstValue = firstCounter + axes.length;
  const innerAxis = axes.length - 1;
  const inner = axes[innerAxis] as number;
  const pairs = Math.floor(inner / 2);
  const innerStride = (group: PointerGroup): number => group.strides[innerAxis] as number;
  const pairCode = [...bodyCode(operation, operands, groups, firstValue, false, surroundings), ...groups.flatMap((group, k) => advance(k, 16 * innerStride(group)))];
  let code = counted(firstCounter + innerAxis, pairs, pairCode);
  if (inner % 2 === 1) code.push(...bodyCode(operation, operands, groups, firstValue, true, surroundings));
  let walked = groups.map((group) => 2 * pairs * innerStride(group));
  for (let axis = innerAxis - 1; axis >= 0; axis--) {
    const moves = groups.flatMap((group, k) => advance(k, 8 * ((group.strides[axis] as number) - (walked[k] as number))));
    code = counted(firstCounter + axis, axes[axis] as number, [...code, ...moves]);
    walked = groups.map((group) => (axes[axis] as number) * (group.strides[axis] as number));
  }
  return {
    function: {
      type: { params: groups.map(() => VALUE.i32), results: [] },
      locals: [...axes.map(() => VALUE.i32), ...operation.program.instructions.map(() => VALUE.v128)],
      code,
    },
    pointers: groups.map(({ at, least }) => ({ constant: least, terms: at.terms })),
  };
}
