/**
 * Runs plans as WebAssembly: loops and fused pointwise code become a module that is assembled when the plan is made and calls the shipped kernels.
 * One call from JavaScript runs a whole phase.
 */

import { instantiateSimdKernels, RESERVED_BYTES, type SimdTier } from '../kernels/simd.js';
import { type DefinedFunction, encodeModule, type ImportedFunction, VALUE, type ValueType, wasm } from './encoder.js';
import type { Affine, KernelOperation, Operation, PlanProgram } from './operations.js';
import { type CodeSurroundings, pointwiseCode } from './pointwise-code.js';

/** Room for the constants that exp, log, tanh and σ need. */
const ELEMENTARY_CONSTANTS = 64;
/** Kernels and how many numbers each takes. */
const KERNELS: Record<KernelOperation['kind'], number> = { multiply: 11, dotRows: 8, multiplyLanes: 8, sumRows: 6, sumRun: 4, maxRows: 5, copy: 8 };

/** The part of a phase's code that differs by kernel: its arguments, in order. Affine ones are addresses, numbers with `bytes` are steps. */
type Argument = Affine | { readonly bytes: number } | number | boolean;

function kernelArguments(o: KernelOperation): readonly Argument[] {
  const step = (elements: number): Argument => ({ bytes: 8 * elements });
  switch (o.kind) {
    case 'multiply':
      return [o.c, o.a, o.b, o.rows, o.depth, o.columns, step(o.cRow), step(o.aRow), step(o.aColumn), step(o.bRow), o.accumulate];
    case 'dotRows':
      return [o.c, o.a, o.x, o.rows, o.depth, step(o.cRow), step(o.aRow), o.accumulate];
    case 'multiplyLanes':
      return [o.c, o.a, o.b, o.depth, o.columns, step(o.aRow), step(o.bRow), o.accumulate];
    case 'sumRows':
      return [o.c, o.a, o.depth, o.columns, step(o.aRow), o.accumulate];
    case 'sumRun':
      return [o.c, o.a, o.depth, o.accumulate];
    case 'maxRows':
      return [o.c, o.a, o.depth, o.columns, step(o.aRow)];
    case 'copy':
      return [o.c, o.a, o.rows, o.columns, step(o.cRow), step(o.cColumn), step(o.aRow), step(o.aColumn)];
  }
}

/** Constants in pairs, imported calls and functions of one module under assembly. */
class Assembly implements CodeSurroundings {
  readonly constants: number[] = [];
  readonly calls = new Map<string, (x: number, y: number) => number>();
  readonly functions: DefinedFunction[] = [];
  private readonly addresses = new Map<string, number>();

  constructor(private readonly callNames: readonly string[]) {}

  imports(): ImportedFunction[] {
    const numbers = (count: number): ValueType[] => Array.from({ length: count }, () => VALUE.i32);
    return [
      ...Object.entries(KERNELS).map(([name, count]) => ({ name, type: { params: numbers(count), results: [] } })),
      ...this.callNames.map((name) => ({ name: `call ${name}`, type: { params: [VALUE.f64, VALUE.f64], results: [VALUE.f64] } })),
    ];
  }

  functionNumber(name: string): number {
    return Object.keys(KERNELS).indexOf(name);
  }

  callNumber(name: string, evaluate: (x: number, y: number) => number): number {
    this.calls.set(name, evaluate);
    return Object.keys(KERNELS).length + this.callNames.indexOf(name);
  }

  constantAddress(value: number): number {
    const key = Object.is(value, -0) ? '-0' : `${value}`;
    const found = this.addresses.get(key);
    if (found !== undefined) return found;
    const address = RESERVED_BYTES + 16 * this.constants.length;
    this.constants.push(value);
    this.addresses.set(key, address);
    return address;
  }

  add(definition: DefinedFunction): number {
    this.functions.push(definition);
    return Object.keys(KERNELS).length + this.callNames.length + this.functions.length - 1;
  }
}

function namesOfCalls(operations: readonly Operation[], names: Set<string>): Set<string> {
  for (const operation of operations) {
    if (operation.kind === 'loop') namesOfCalls(operation.body, names);
    else if (operation.kind === 'pointwise')
      for (const instruction of operation.program.instructions) if (instruction.op === 'call') names.add(instruction.name);
  }
  return names;
}

function countConstants(operations: readonly Operation[]): number {
  let count = 2;
  for (const operation of operations) {
    if (operation.kind === 'loop') count += countConstants(operation.body);
    else if (operation.kind === 'pointwise') count += operation.program.instructions.filter(({ op }) => op === 'constant').length;
  }
  return count;
}

/** constant + Σ factor · counter as an i32, each scaled by `unit`. */
function affineCode(a: Affine, unit: number, base: number): number[] {
  const code = wasm.i32Constant(base + unit * a.constant);
  for (const { loop, factor } of a.terms) code.push(...wasm.getLocal(2 * loop), ...wasm.i32Constant(unit * factor), ...wasm.i32Multiply, ...wasm.i32Add);
  return code;
}

/** Locals: counter and remaining count of each loop, alternating. */
function operationCode(operation: Operation, assembly: Assembly, arena: number): number[] {
  const address = (a: Affine): number[] => affineCode(a, 8, arena);
  switch (operation.kind) {
    case 'loop': {
      const counter = 2 * operation.loop;
      const remaining = counter + 1;
      const body = operation.body.flatMap((inner) => operationCode(inner, assembly, arena));
      const move = [...wasm.getLocal(counter), ...wasm.i32Constant(operation.step), ...wasm.i32Add, ...wasm.setLocal(counter)];
      return [
        ...affineCode(operation.from, 1, 0),
        ...wasm.setLocal(counter),
        ...affineCode(operation.count, 1, 0),
        ...wasm.teeLocal(remaining),
        ...wasm.i32Positive,
        ...wasm.when,
        ...wasm.loop,
        ...body,
        ...move,
        ...wasm.getLocal(remaining),
        ...wasm.i32Constant(1),
        ...wasm.i32Subtract,
        ...wasm.teeLocal(remaining),
        ...wasm.branchIf(0),
        ...wasm.end,
        ...wasm.end,
      ];
    }
    case 'pointwise': {
      const { function: definition, pointers } = pointwiseCode(operation, assembly);
      return [...pointers.flatMap(address), ...wasm.call(assembly.add(definition))];
    }
    default: {
      const values = kernelArguments(operation).flatMap((argument) => {
        if (typeof argument === 'boolean') return wasm.i32Constant(argument ? 1 : 0);
        if (typeof argument === 'number') return wasm.i32Constant(argument);
        return 'bytes' in argument ? wasm.i32Constant(argument.bytes) : address(argument);
      });
      return [...values, ...wasm.call(assembly.functionNumber(operation.kind))];
    }
  }
}

export interface AssembledPlan {
  readonly memory: Float64Array;
  readonly phases: readonly (() => void)[];
  /** Bytes of the assembled module. */
  readonly bytes: Uint8Array;
}

const PAGE = 65536;

/** Assembles and instantiates a plan over a memory of its own. The arena is `memory`, zero at first. */
export function prepareAssembled(plan: PlanProgram, tier: SimdTier): AssembledPlan {
  const operations = plan.phases.flat();
  const assembly = new Assembly([...namesOfCalls(operations, new Set())]);
  const arena = RESERVED_BYTES + 16 * (countConstants(operations) + ELEMENTARY_CONSTANTS);
  const phases = plan.phases.map((phase, k) => ({
    type: { params: [], results: [] },
    locals: Array.from({ length: 2 * plan.loops }, () => VALUE.i32),
    code: phase.flatMap((operation) => operationCode(operation, assembly, arena)),
    exportName: `phase ${k}`,
  }));
  for (const phase of phases) assembly.add(phase);
  const bytes = encodeModule(assembly.imports(), assembly.functions);
  const { Memory, Module, Instance } = tier.platform;
  const memory = new Memory({ initial: Math.ceil((arena + 8 * plan.elements) / PAGE) });
  const calls = Object.fromEntries([...assembly.calls].map(([name, evaluate]) => [`call ${name}`, evaluate]));
  const { exports } = new Instance(new Module(bytes), { env: { memory, ...instantiateSimdKernels(tier, memory), ...calls } });
  const table = new Float64Array(memory.buffer, RESERVED_BYTES, 2 * assembly.constants.length);
  assembly.constants.forEach((value, k) => table.fill(value, 2 * k, 2 * k + 2));
  return { memory: new Float64Array(memory.buffer, arena, plan.elements), phases: plan.phases.map((_, k) => exports[`phase ${k}`] as () => void), bytes };
}
