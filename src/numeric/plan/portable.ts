/**
 * Runs plans in plain TypeScript: every operation becomes a closure once, then running allocates nothing.
 * Pointwise programs are register programs, interpreted a block of points at a time.
 */

import { unreachable } from '../../errors.js';
import * as elementary from '../kernels/elementary.js';
import * as matrix from '../kernels/matrix.js';
import { mergedWalk, type PointwiseOperation } from './axes.js';
import { type Affine, evaluateAffine, type KernelOperation, type Operation, type PlanProgram } from './operations.js';
import type { BinaryInstruction, Instruction, UnaryInstruction } from './pointwise.js';

/** Points that pass through a register program together. */
const BLOCK = 128;

type Step = () => void;

/** A loop of its own for each function, so that each call goes to one place. */
function runUnary(op: UnaryInstruction, r: Float64Array, out: number, of: number, count: number): void {
  switch (op) {
    case 'negate':
      for (let k = 0; k < count; k++) r[out + k] = -(r[of + k] as number);
      return;
    case 'absolute':
      for (let k = 0; k < count; k++) r[out + k] = Math.abs(r[of + k] as number);
      return;
    case 'squareRoot':
      for (let k = 0; k < count; k++) r[out + k] = Math.sqrt(r[of + k] as number);
      return;
    case 'sign':
      for (let k = 0; k < count; k++) r[out + k] = signOf(r[of + k] as number);
      return;
    case 'exp':
      for (let k = 0; k < count; k++) r[out + k] = elementary.exp(r[of + k] as number);
      return;
    case 'log':
      for (let k = 0; k < count; k++) r[out + k] = elementary.log(r[of + k] as number);
      return;
    case 'tanh':
      for (let k = 0; k < count; k++) r[out + k] = elementary.tanh(r[of + k] as number);
      return;
    case 'sigmoid':
      for (let k = 0; k < count; k++) r[out + k] = elementary.sigmoid(r[of + k] as number);
      return;
  }
}

const signOf = (x: number): number => (x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : x);

/** One instruction over `count` points: registers are stretches of `r`. */
function runBinary(op: BinaryInstruction, r: Float64Array, out: number, left: number, right: number, count: number): void {
  switch (op) {
    case 'add':
      for (let k = 0; k < count; k++) r[out + k] = (r[left + k] as number) + (r[right + k] as number);
      return;
    case 'subtract':
      for (let k = 0; k < count; k++) r[out + k] = (r[left + k] as number) - (r[right + k] as number);
      return;
    case 'multiply':
      for (let k = 0; k < count; k++) r[out + k] = (r[left + k] as number) * (r[right + k] as number);
      return;
    case 'divide':
      for (let k = 0; k < count; k++) r[out + k] = (r[left + k] as number) / (r[right + k] as number);
      return;
    case 'max':
      for (let k = 0; k < count; k++) r[out + k] = Math.max(r[left + k] as number, r[right + k] as number);
      return;
    case 'min':
      for (let k = 0; k < count; k++) r[out + k] = Math.min(r[left + k] as number, r[right + k] as number);
      return;
  }
}

type BlockStep = (places: readonly number[], count: number) => void;

function instructionStep(
  instruction: Instruction,
  number: number,
  r: Float64Array,
  memory: Float64Array,
  innerStrides: readonly number[],
): BlockStep | undefined {
  const out = number * BLOCK;
  switch (instruction.op) {
    case 'constant':
      r.fill(instruction.value, out, out + BLOCK);
      return undefined;
    case 'operand': {
      const { operand } = instruction;
      const stride = innerStrides[operand] as number;
      return (places, count) => {
        for (let k = 0, p = places[operand] as number; k < count; k++, p += stride) r[out + k] = memory[p] as number;
      };
    }
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'divide':
    case 'max':
    case 'min': {
      const { op } = instruction;
      const left = instruction.left * BLOCK;
      const right = instruction.right * BLOCK;
      return (_places, count) => runBinary(op, r, out, left, right, count);
    }
    case 'call': {
      const { evaluate } = instruction;
      const left = instruction.left * BLOCK;
      const right = instruction.right * BLOCK;
      return (_places, count) => {
        for (let k = 0; k < count; k++) r[out + k] = evaluate(r[left + k] as number, r[right + k] as number);
      };
    }
    default: {
      const { op } = instruction;
      const of = instruction.of * BLOCK;
      return (_places, count) => runUnary(op, r, out, of, count);
    }
  }
}

function storeStep(
  output: PointwiseOperation['program']['outputs'][number],
  r: Float64Array,
  memory: Float64Array,
  innerStrides: readonly number[],
): BlockStep {
  const { operand, accumulate } = output;
  const from = output.value * BLOCK;
  const stride = innerStrides[operand] as number;
  return (places, count) => {
    let p = places[operand] as number;
    if (accumulate) for (let k = 0; k < count; k++, p += stride) memory[p] = (memory[p] as number) + (r[from + k] as number);
    else for (let k = 0; k < count; k++, p += stride) memory[p] = r[from + k] as number;
  };
}

function pointwiseStep(operation: PointwiseOperation, memory: Float64Array, counters: Int32Array): Step {
  const { axes, strides } = mergedWalk(operation);
  const { instructions, outputs } = operation.program;
  const r = new Float64Array(instructions.length * BLOCK);
  const innerAxis = axes.length - 1;
  const inner = axes[innerAxis] as number;
  const innerStrides = strides.map((own) => own[innerAxis] as number);
  const steps = [
    ...instructions.map((instruction, k) => instructionStep(instruction, k, r, memory, innerStrides)).filter((step) => step !== undefined),
    ...outputs.map((output) => storeStep(output, r, memory, innerStrides)),
  ];
  const places = operation.operands.map(() => 0);
  const blocks = (): void => {
    for (let done = 0; done < inner; done += BLOCK) {
      const count = Math.min(BLOCK, inner - done);
      for (const step of steps) step(places, count);
      for (let k = 0; k < places.length; k++) places[k] = (places[k] as number) + count * (innerStrides[k] as number);
    }
    for (let k = 0; k < places.length; k++) places[k] = (places[k] as number) - inner * (innerStrides[k] as number);
  };
  const walk = (axis: number): void => {
    if (axis === innerAxis) return blocks();
    const extent = axes[axis] as number;
    for (let i = 0; i < extent; i++) {
      walk(axis + 1);
      for (let k = 0; k < places.length; k++) places[k] = (places[k] as number) + (strides[k]?.[axis] ?? 0);
    }
    for (let k = 0; k < places.length; k++) places[k] = (places[k] as number) - extent * (strides[k]?.[axis] ?? 0);
  };
  return () => {
    for (let k = 0; k < places.length; k++) places[k] = evaluateAffine((operation.operands[k] as { at: Affine }).at, counters);
    walk(0);
  };
}

function kernelStep(o: KernelOperation, m: Float64Array, counters: Int32Array): Step {
  const at = (a: Affine): number => evaluateAffine(a, counters);
  switch (o.kind) {
    case 'multiply':
      return () => matrix.multiply(m, at(o.c), at(o.a), at(o.b), o.rows, o.depth, o.columns, o.cRow, o.aRow, o.aColumn, o.bRow, o.accumulate);
    case 'dotRows':
      return () => matrix.dotRows(m, at(o.c), at(o.a), at(o.x), o.rows, o.depth, o.cRow, o.aRow, o.accumulate);
    case 'multiplyLanes':
      return () => matrix.multiplyLanes(m, at(o.c), at(o.a), at(o.b), o.depth, o.columns, o.aRow, o.bRow, o.accumulate);
    case 'sumRows':
      return () => matrix.sumRows(m, at(o.c), at(o.a), o.depth, o.columns, o.aRow, o.accumulate);
    case 'sumRun':
      return () => matrix.sumRun(m, at(o.c), at(o.a), o.depth, o.accumulate);
    case 'maxRows':
      return () => matrix.maxRows(m, at(o.c), at(o.a), o.depth, o.columns, o.aRow);
    case 'copy':
      return () => matrix.copy(m, at(o.c), at(o.a), o.rows, o.columns, o.cRow, o.cColumn, o.aRow, o.aColumn);
    default:
      return unreachable(o);
  }
}

function stepsOf(operations: readonly Operation[], memory: Float64Array, counters: Int32Array): Step[] {
  return operations.map((operation) => {
    if (operation.kind === 'pointwise') return pointwiseStep(operation, memory, counters);
    if (operation.kind !== 'loop') return kernelStep(operation, memory, counters);
    const { loop, from, count, step } = operation;
    const body = stepsOf(operation.body, memory, counters);
    return () => {
      const times = evaluateAffine(count, counters);
      const start = evaluateAffine(from, counters);
      for (let k = 0; k < times; k++) {
        counters[loop] = start + k * step;
        for (let s = 0; s < body.length; s++) (body[s] as Step)();
      }
    };
  });
}

/** One function for each phase, working on `memory`, which holds at least the plan's elements. */
export function preparePortable(plan: PlanProgram, memory: Float64Array): readonly Step[] {
  const counters = new Int32Array(plan.loops);
  return plan.phases.map((phase) => {
    const steps = stepsOf(phase, memory, counters);
    return () => {
      for (const step of steps) step();
    };
  });
}
