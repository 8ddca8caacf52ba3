/**
 * Partial derivatives of pointwise programs, instruction by instruction, for the oracles.
 *
 * Operators are first written out in their reference definitions, so that only + − × ÷, exp, log, √ and the kinks of max and abs are differentiated:
 * no operator's own derivative is ever read here.
 */

import { type Rational, rationalToNumber } from '../../network/rational.js';
import type { Operator, ScalarAlgebra } from '../../operators/row.js';
import { NotPlannable } from './definitions.js';
import type { ProgramBuilder } from './pointwise.js';

/** An operator by its reference definition, down to the elementary functions. */
export function referenceValue(builder: ProgramBuilder, operator: Operator, args: readonly number[]): number {
  const { reference } = operator;
  if (reference === undefined) return builder.operator(operator, args);
  const chain = (op: 'add' | 'multiply', values: readonly number[]): number => values.slice(1).reduce((a, b) => builder.binary(op, a, b), values[0] as number);
  const algebra: ScalarAlgebra<number> = {
    number: (value: Rational | number) => builder.constant(typeof value === 'number' ? value : rationalToNumber(value)),
    add: (...terms) => chain('add', terms),
    subtract: (a, b) => builder.binary('subtract', a, b),
    multiply: (...factors) => chain('multiply', factors),
    divide: (a, b) => builder.binary('divide', a, b),
    power: (base, exponent) =>
      typeof exponent === 'number' ? builder.power(base, exponent, 1) : builder.power(base, Number(exponent.numerator), Number(exponent.denominator)),
    apply: (inner, ...values) => referenceValue(builder, inner, values),
  };
  return reference(algebra, args);
}

/** ∂value/∂variable, both numbers of instructions; undefined is zero. Instructions refer to earlier ones only, so this ends. */
export function partialDerivative(builder: ProgramBuilder, value: number, variable: number, known = new Map<number, number | undefined>()): number | undefined {
  if (value === variable) return builder.constant(1);
  if (known.has(value)) return known.get(value);
  const derivative = ruleFor(builder, value, (of) => partialDerivative(builder, of, variable, known));
  known.set(value, derivative);
  return derivative;
}

function ruleFor(builder: ProgramBuilder, value: number, d: (of: number) => number | undefined): number | undefined {
  const { binary, unary, constant } = builder;
  const instruction = builder.instruction(value);
  const times = (slope: number | undefined, factor: () => number): number | undefined =>
    slope === undefined ? undefined : binary('multiply', slope, factor());
  const sum = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined ? b : b === undefined ? a : binary('add', a, b));
  const minus = (a: number | undefined): number | undefined => (a === undefined ? undefined : unary('negate', a));
  switch (instruction.op) {
    case 'operand':
    case 'constant':
    case 'sign':
      return undefined;
    case 'add':
      return sum(d(instruction.left), d(instruction.right));
    case 'subtract':
      return sum(d(instruction.left), minus(d(instruction.right)));
    case 'multiply':
      return sum(
        times(d(instruction.left), () => instruction.right),
        times(d(instruction.right), () => instruction.left),
      );
    case 'divide': {
      const above = sum(d(instruction.left), minus(times(d(instruction.right), () => value)));
      return above === undefined ? undefined : binary('divide', above, instruction.right);
    }
    case 'negate':
      return minus(d(instruction.of));
    case 'exp':
      return times(d(instruction.of), () => value);
    case 'log': {
      const slope = d(instruction.of);
      return slope === undefined ? undefined : binary('divide', slope, instruction.of);
    }
    case 'squareRoot': {
      const slope = d(instruction.of);
      return slope === undefined ? undefined : binary('divide', slope, binary('multiply', constant(2), value));
    }
    case 'absolute':
      return times(d(instruction.of), () => unary('sign', instruction.of));
    case 'max':
    case 'min': {
      const side = (a: number, b: number): number =>
        binary('add', constant(0.5), binary('multiply', constant(instruction.op === 'max' ? 0.5 : -0.5), unary('sign', binary('subtract', a, b))));
      return sum(
        times(d(instruction.left), () => side(instruction.left, instruction.right)),
        times(d(instruction.right), () => side(instruction.right, instruction.left)),
      );
    }
    case 'tanh':
    case 'sigmoid':
    case 'call':
      if (instruction.op === 'call' ? d(instruction.left) === undefined && d(instruction.right) === undefined : d(instruction.of) === undefined)
        return undefined;
      throw new NotPlannable(`the tangent of ${instruction.op === 'call' ? instruction.name : instruction.op}`);
  }
}
