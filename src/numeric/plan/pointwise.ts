/**
 * Fused pointwise code as data: straight-line programs over one point of the axes, built with every common subexpression computed once.
 *
 * There is no branch and no loop in a program, so it costs its length. Operators without an instruction of their own are calls of plain functions.
 */

import type { Operator } from '../../operators/row.js';

export type UnaryInstruction = 'negate' | 'absolute' | 'squareRoot' | 'sign' | 'exp' | 'log' | 'tanh' | 'sigmoid';
export type BinaryInstruction = 'add' | 'subtract' | 'multiply' | 'divide' | 'max' | 'min';

/** Operands of an instruction are numbers of earlier instructions. */
export type Instruction =
  | { readonly op: 'operand'; readonly operand: number }
  | { readonly op: 'constant'; readonly value: number }
  | { readonly op: UnaryInstruction; readonly of: number }
  | { readonly op: BinaryInstruction; readonly left: number; readonly right: number }
  /** A function of one or two numbers, the same JavaScript in both tiers. */
  | { readonly op: 'call'; readonly evaluate: (x: number, y: number) => number; readonly name: string; readonly left: number; readonly right: number };

export interface PointwiseProgram {
  readonly instructions: readonly Instruction[];
  readonly outputs: readonly { readonly operand: number; readonly value: number; readonly accumulate: boolean }[];
}

/** Collects instructions; equal ones are one. Values are instruction numbers. */
export interface ProgramBuilder {
  operand(operand: number): number;
  constant(value: number): number;
  unary(op: UnaryInstruction, of: number): number;
  binary(op: BinaryInstruction, left: number, right: number): number;
  call(name: string, evaluate: (x: number, y: number) => number, left: number, right: number): number;
  /** Whole powers by repeated squaring, halves by square roots, others by Math.pow. */
  power(base: number, numerator: number, denominator: number): number;
  operator(operator: Operator, args: readonly number[]): number;
  store(operand: number, value: number, accumulate?: boolean): void;
  /** The instruction behind a value. */
  instruction(value: number): Instruction;
  finish(): PointwiseProgram;
}

const WRITTEN_OUT_POWER = 64;

export function createProgramBuilder(): ProgramBuilder {
  const instructions: Instruction[] = [];
  const known = new Map<string, number>();
  const outputs: { operand: number; value: number; accumulate: boolean }[] = [];

  function emit(key: string, instruction: Instruction): number {
    const found = known.get(key);
    if (found !== undefined) return found;
    instructions.push(instruction);
    known.set(key, instructions.length - 1);
    return instructions.length - 1;
  }

  function constantValue(value: number): number | undefined {
    const instruction = instructions[value];
    return instruction?.op === 'constant' ? instruction.value : undefined;
  }

  const builder: ProgramBuilder = {
    operand: (operand) => emit(`operand ${operand}`, { op: 'operand', operand }),
    constant: (value) => emit(`constant ${Object.is(value, -0) ? '-0' : value}`, { op: 'constant', value }),
    unary: (op, of) => emit(`${op} ${of}`, { op, of }),
    binary(op, left, right) {
      if (op === 'multiply') {
        if (constantValue(left) === 1) return right;
        if (constantValue(right) === 1) return left;
        if (constantValue(left) === -1) return builder.unary('negate', right);
        if (constantValue(right) === -1) return builder.unary('negate', left);
      }
      if (op === 'divide' && constantValue(right) === 1) return left;
      if (op === 'add') {
        const negated = instructions[right];
        if (negated?.op === 'negate') return builder.binary('subtract', left, negated.of);
      }
      return emit(`${op} ${left} ${right}`, { op, left, right });
    },
    call: (name, evaluate, left, right) => emit(`call ${name} ${left} ${right}`, { op: 'call', name, evaluate, left, right }),
    power(base, numerator, denominator) {
      if (denominator === 2 && Math.abs(numerator) <= WRITTEN_OUT_POWER) return builder.power(builder.unary('squareRoot', base), numerator, 1);
      if (denominator !== 1 || Math.abs(numerator) > WRITTEN_OUT_POWER) return builder.call('pow', Math.pow, base, builder.constant(numerator / denominator));
      if (numerator < 0) return builder.binary('divide', builder.constant(1), builder.power(base, -numerator, 1));
      if (numerator === 0) return builder.constant(1);
      let result: number | undefined;
      for (let rest = numerator, square = base; ; square = builder.binary('multiply', square, square)) {
        if (rest % 2 === 1) result = result === undefined ? square : builder.binary('multiply', result, square);
        rest = Math.floor(rest / 2);
        if (rest === 0) return result as number;
      }
    },
    operator: (operator, args) => operatorInstruction(builder, operator, args),
    store(operand, value, accumulate = false) {
      outputs.push({ operand, value, accumulate });
    },
    instruction: (value) => instructions[value] as Instruction,
    finish: () => ({ instructions, outputs }),
  };
  return builder;
}

/** Operators that have instructions of their own, by the name of their row; all others are called. */
function operatorInstruction(builder: ProgramBuilder, operator: Operator, args: readonly number[]): number {
  const x = args[0] as number;
  switch (operator.name) {
    case 'exp':
    case 'log':
    case 'tanh':
    case 'sigmoid':
    case 'sign':
      return builder.unary(operator.name, x);
    case 'abs':
      return builder.unary('absolute', x);
    case 'relu':
      return builder.binary('max', x, builder.constant(0));
    case 'step':
      return builder.binary('add', builder.constant(0.5), builder.binary('multiply', builder.constant(0.5), builder.unary('sign', x)));
    case 'max':
    case 'min':
      return builder.binary(operator.name, x, args[1] as number);
    default:
      return builder.call(operator.name, operator.evaluate, x, args[1] ?? x);
  }
}
