/**
 * The run of an `evaluate` block: values by name and place, lengths that nothing decides, and computed names set by hand, whose values stand in the
 * place of their equations.
 */

import { InputError } from '../../errors.js';
import type { Equation, Model } from '../../model/model.js';
import { evaluateWhole, shiftWhole, substituteWhole, type ValueReference, type Whole, wholeName, wholeNumber, wholeValue } from '../../network/index.js';
import { createRun, plainPlace, type Run, readValues, type Values } from '../../numeric/index.js';

export interface Given {
  readonly reference: ValueReference;
  readonly value: unknown;
}

/** The letter of a single step: values were given at t and t − 1. */
export function singleStep(given: readonly Given[]): string | undefined {
  for (const { reference } of given)
    for (const index of reference.indices)
      for (const monomial of index.monomials) for (const letter of monomial.letters) if (/^[a-z]$/.test(letter)) return letter;
  return undefined;
}

export function runOf(
  written: Model,
  given: readonly Given[],
  wanted: readonly ValueReference[],
  own: ReadonlyMap<string, number>,
): { readonly run: Run; readonly values: Values; readonly byHand: readonly string[] } {
  const step = singleStep(given);
  const { model, byHand } = withValuesByHand(written, given, step);
  const at = new Map<string, Whole>(step === undefined ? [] : [[step, wholeNumber(1)]]);
  const values: Record<string, unknown> = {};
  const lists = new Map<string, Map<number, unknown>>();
  for (const { reference, value } of given) {
    const declaration = model.declarations.get(reference.name);
    if (declaration === undefined) continue;
    const indices = reference.indices.map((index) => substituteWhole(index, at));
    const position = indices.length === 1 ? evaluateWhole(indices[0] as Whole, new Map()) : undefined;
    const from = declaration.indices.length === 1 ? evaluateWhole(declaration.indices[0]?.from ?? wholeNumber(1), new Map()) : undefined;
    const whole = reference.indices.length === 1 && wholeName(reference.indices[0] as Whole) === declaration.indices[0]?.letter && step === undefined;
    if (indices.length === 0 || whole) values[declaration.name] = value;
    else if (position !== undefined && from !== undefined && position >= from) {
      const list = lists.get(reference.name) ?? new Map<number, unknown>();
      lists.set(reference.name, list.set(position - from, value));
    } else values[plainPlace(declaration, indices)] = value;
  }
  for (const [name, list] of lists) {
    const declaration = model.declarations.get(name);
    if (declaration !== undefined) values[declaration.name] = Array.from({ length: Math.max(...list.keys()) + 1 }, (_, k) => list.get(k));
  }
  const sizes: Record<string, number> = { ...lengthsReached(model, given, wanted), ...Object.fromEntries(own) };
  const length = step === undefined ? undefined : wholeName(model.letters.get(step)?.to ?? wholeNumber(1));
  if (length !== undefined) sizes[length] = 1;
  const read = readValues(model, { values, ...(Object.keys(sizes).length === 0 ? {} : { sizes }) });
  const run = createRun(read.model, read.sizes);
  run.forward(read.values);
  return { run, values: read.values, byHand };
}

/** Lengths that no list of inputs decides run as far as the numbers asked for. */
function lengthsReached(model: Model, given: readonly Given[], wanted: readonly ValueReference[]): Record<string, number> {
  const rangesOf = ({ name }: ValueReference) => model.declarations.get(name)?.indices ?? [];
  const decided = new Set([...model.declarations.values()].flatMap(({ role, indices }) => (role === 'computed' ? [] : indices.map(({ to }) => wholeName(to)))));
  for (const { reference } of given) if (reference.indices.length === 0) for (const { to } of rangesOf(reference)) decided.add(wholeName(to));
  const lengths: Record<string, number> = {};
  for (const reference of wanted) {
    rangesOf(reference).forEach(({ to }, axis) => {
      const [length, at] = [wholeName(to), wholeValue(reference.indices[axis] ?? wholeNumber(0))];
      if (length !== undefined && !decided.has(length) && at !== undefined && at > 0) lengths[length] = Math.max(lengths[length] ?? 0, at);
    });
  }
  return lengths;
}

/** Computed names that values are given for: inputs from here on, without their equations. A value at one step of a run leaves the others to the equation, and is refused. */
function withValuesByHand(model: Model, given: readonly Given[], step: string | undefined): { readonly model: Model; readonly byHand: readonly string[] } {
  const names = new Set<string>();
  for (const { reference } of given) {
    const own = model.equations.filter((equation) => equation.name === reference.name);
    if (own.length === 0 || !own.some((equation) => covers(equation, reference, step))) continue;
    if (reference.indices.length > 0 && step === undefined && own.some(({ ranges }) => ranges.length > 0))
      throw new InputError({
        ruleId: 'computed-value',
        message: `${reference.name} is computed at every step; a value at one of them does not fit.`,
        fix: `Set it at all steps, ${reference.name} = [[…], …], or give one step: x_t = …, h_{t-1} = ….`,
      });
    names.add(reference.name);
  }
  if (names.size === 0) return { model, byHand: [] };
  const declarations = new Map([...model.declarations].map(([key, one]) => [key, names.has(key) ? { ...one, role: 'input' as const } : one]));
  return { model: { ...model, declarations, equations: model.equations.filter(({ name }) => !names.has(name)) }, byHand: [...names] };
}

/** Whether the equation computes this place: h_t is, h_{t−1} and h_0 are where the step starts from. */
function covers(equation: Equation, { indices }: ValueReference, step: string | undefined): boolean {
  if (indices.length === 0) return true;
  return equation.indices.every((own, axis) => {
    const at = indices[axis];
    const range = equation.ranges.find(({ letter }) => letter === wholeName(own));
    if (at === undefined || range === undefined) return at?.key === own.key;
    if (step !== undefined) return at.key === own.key;
    const [value, from] = [wholeValue(at), wholeValue(range.from)];
    return value === undefined || from === undefined ? at.key !== shiftWhole(range.from, -1).key : value >= from;
  });
}
