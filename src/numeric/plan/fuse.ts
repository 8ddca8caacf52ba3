/**
 * Neighbouring pointwise definitions over the same axes become one program: what one computes the next finds in a register.
 * A value that nothing outside its program reads is never stored.
 */

import type { Tensor, Whole } from '../../network/index.js';
import { rationalToNumber } from '../../network/rational.js';
import type { Operator } from '../../operators/row.js';
import type { Definition } from './definitions.js';
import type { Position, View } from './layout.js';
import type { Operation } from './operations.js';
import { partialDerivative, referenceValue } from './partials.js';
import { createProgramBuilder, type ProgramBuilder } from './pointwise.js';

export interface PlacedDefinition {
  readonly definition: Definition;
  readonly position: Position;
  /** Labels of its axes: letters that are axes, then `0`, `1`, …, then the batch. */
  readonly labels: readonly string[];
  readonly axes: readonly number[];
  readonly target: View;
  readonly stored: boolean;
}

/** Finds a value as a view with labels; `undefined` strides mean that the label does not move it. */
export type ViewSource = (name: string, indices: readonly Whole[], labels: readonly string[], position: Position) => View;

const viewKey = (view: View, labels: readonly string[]): string =>
  `${view.at.constant}|${view.at.terms
    .map(({ loop, factor }) => `${loop}:${factor}`)
    .sort()
    .join()}|${labels.map((label) => view.strides.get(label) ?? 0).join()}`;

/** One pointwise operation for all of the definitions, which have equal axes. */
export function fuse(definitions: readonly PlacedDefinition[], view: ViewSource): Operation {
  const builder = createProgramBuilder();
  const operands: { at: View['at']; strides: number[] }[] = [];
  const numbers = new Map<string, number>();
  const computed = new Map<string, number>();
  const axes = (definitions[0] as PlacedDefinition).axes;
  const operandOf = (own: View, labels: readonly string[]): number => {
    const key = viewKey(own, labels);
    const number = numbers.get(key) ?? operands.push({ at: own.at, strides: labels.map((label) => own.strides.get(label) ?? 0) }) - 1;
    numbers.set(key, number);
    return number;
  };
  for (const { definition, position, labels, target, stored } of definitions) {
    const { form } = definition;
    if (form.kind !== 'pointwise' && form.kind !== 'partial') continue;
    const read = (name: string, indices: Parameters<ViewSource>[1], slots: readonly string[]): number => {
      const own = view(name, indices, slots, position);
      return computed.get(viewKey(own, labels)) ?? builder.operand(operandOf(own, labels));
    };
    const axisLabels = definition.dims.map((_, axis) => `${axis}`);
    const value = form.kind === 'partial' ? partialValue(builder, form, axisLabels, read) : tensorValue(builder, form.tensor, axisLabels, read, OWN);
    computed.set(viewKey(target, labels), value);
    if (stored) builder.store(operandOf(target, labels), value);
  }
  return { kind: 'pointwise', program: builder.finish(), axes, operands };
}

/** How operators are computed: by their instructions, or by their reference definitions. */
type OperatorValue = (builder: ProgramBuilder, operator: Operator, args: readonly number[]) => number;
const OWN: OperatorValue = (builder, operator, args) => builder.operator(operator, args);

function partialValue(
  builder: ProgramBuilder,
  { tensor, by }: Extract<Definition['form'], { kind: 'partial' }>,
  labels: readonly string[],
  read: Reader,
): number {
  const value = tensorValue(builder, tensor, labels, read, referenceValue);
  return partialDerivative(builder, value, read(by.name, by.indices, by.labels)) ?? builder.constant(0);
}

type Reader = (name: string, indices: Parameters<ViewSource>[1], slots: readonly string[]) => number;

/** Sums from left to right; the recursion follows the nesting of heads. */
function tensorValue(builder: ProgramBuilder, tensor: Tensor, labels: readonly string[], read: Reader, operatorValue: OperatorValue): number {
  let sum: number | undefined;
  for (const { coefficient, net } of tensor.terms) {
    let product: number | undefined;
    let divisor: number | undefined;
    for (const { head, slots, power } of net.leaves) {
      const leaf = leafValue(
        builder,
        head.head,
        slots.map((slot) => labels[slot] as string),
        read,
        operatorValue,
      );
      const inverse = power.numerator < 0n;
      const raised = builder.power(leaf, Math.abs(Number(power.numerator)), Number(power.denominator));
      if (inverse) divisor = divisor === undefined ? raised : builder.binary('multiply', divisor, raised);
      else product = product === undefined ? raised : builder.binary('multiply', product, raised);
    }
    const factor = rationalToNumber(coefficient);
    const subtracts = sum !== undefined && factor < 0;
    const size = subtracts ? -factor : factor;
    let value = product === undefined ? builder.constant(size) : size === 1 ? product : builder.binary('multiply', builder.constant(size), product);
    if (divisor !== undefined) value = builder.binary('divide', value, divisor);
    sum = sum === undefined ? value : builder.binary(subtracts ? 'subtract' : 'add', sum, value);
  }
  return sum ?? builder.constant(0);
}

function leafValue(
  builder: ProgramBuilder,
  head: Tensor['terms'][number]['net']['leaves'][number]['head']['head'],
  labels: readonly string[],
  read: Reader,
  operatorValue: OperatorValue,
): number {
  switch (head.kind) {
    case 'symbol':
      if (head.quantity.kind !== 'value') throw new Error('only values are left in pointwise formulas');
      return read(head.quantity.name, head.quantity.indices, labels);
    case 'sum':
    case 'held':
      return tensorValue(builder, head.of, labels, read, operatorValue);
    case 'apply':
      return operatorValue(
        builder,
        head.operator,
        head.args.map((arg) => tensorValue(builder, arg, arg.dims.length === 0 ? [] : labels, read, operatorValue)),
      );
    default:
      throw new Error(`a ${head.kind} in a pointwise formula`);
  }
}
