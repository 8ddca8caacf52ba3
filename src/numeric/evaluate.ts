/**
 * Values and gradients of a model at given numbers, in the form of `evaluate` (contract §4).
 *
 * What depends on an unspecified loss has no value: it is left out, and the loss is null. Its gradients exist when the loss's own gradient is given.
 */

import { resolveDerivatives } from '../calculus/index.js';
import { InputError } from '../errors.js';
import type { Declaration, Model } from '../model/model.js';
import type { Whole } from '../network/whole.js';
import { entryCount, placeKey, type Scope } from './array.js';
import type { Bound } from './binding.js';
import { derivativeResolver } from './derivatives.js';
import { type Functions, givenGradients } from './functions.js';
import { type JsonArray, type JsonNumber, jsonArray, jsonNumber } from './json.js';
import { declarationOf, plainPlace } from './keys.js';
import type { Instance } from './machine.js';
import { createRun, type Run } from './run.js';
import { argumentPlace, type FunctionCall, functionCalls } from './unspecified.js';
import { type GivenValues, readValues } from './values.js';

export interface Evaluation {
  /** All computed names, by plain spelling. */
  readonly values: Readonly<Record<string, JsonArray>>;
  /** Null where the loss is unspecified or the model has none. */
  readonly loss: JsonNumber | null;
  /** Null where the model has no loss, or an unspecified one whose gradient was not given. */
  readonly gradients: Readonly<Record<string, JsonArray>> | null;
  readonly sizes: Readonly<Record<string, number>>;
  /** The first value or gradient that is NaN or infinite. */
  readonly nonFinite?: string;
}

/**
 * Evaluates at the parsed JSON of VALUES.json.
 * @param names computed names whose gradients are wanted beside those of parameters, inputs and boundary values; spelt like keys
 * Throws an InputError for what `readValues` refuses, for unknown names, and for unspecified functions that are no losses.
 */
export function evaluateModel(model: Model, json: unknown, names: readonly string[] = [], sizes?: Scope): Evaluation {
  const wanted = names.map((name) => nameOf(model, name));
  const given = readValues(resolveDerivatives(model), json, sizes);
  const calls = functionCalls(given.model);
  refuseUnspecifiedValues(calls);
  const run = createRun(given.model, given.sizes, { functions: seeded(given, calls), derivatives: derivativeResolver(given.model, given.sizes) });
  run.forward(given.values);
  const seen = new NonFinite(given);
  const open = new Unspecified();
  const values = valuesOf(run, model, open, seen);
  const hasLoss = given.model.loss !== undefined;
  const lossIsOpen = hasLoss && open.reaches(run.loss());
  const loss = !hasLoss || lossIsOpen ? null : jsonNumber(run.loss().data[0] as number);
  const gradients = hasLoss && !(lossIsOpen && given.seedGradient === undefined) ? gradientsOf(run, wanted, seen) : null;
  return { values, loss, gradients, sizes: Object.fromEntries(given.sizes), ...(seen.first === undefined ? {} : { nonFinite: seen.first }) };
}

function nameOf(model: Model, key: string): string {
  const found = declarationOf(model, key);
  if (found === undefined)
    throw new InputError({
      ruleId: 'unknown-name',
      message: `${key} is not a name of the model.`,
      why: `Its names are ${[...model.declarations.keys()].join(', ')}.`,
    });
  return found.name;
}

function refuseUnspecifiedValues(calls: readonly FunctionCall[]): void {
  const open = [...new Set(calls.filter(({ entrywise, rank }) => entrywise || rank > 0).map(({ name }) => name))];
  if (open.length === 0) return;
  throw new InputError({
    ruleId: 'unspecified-function',
    message: `${open.join(', ')} ${open.length === 1 ? 'has' : 'have'} no formula, so there are no numbers.`,
    fix: `Define it on a line of its own, such as ${open[0]}(x) = \\tanh(x).`,
  });
}

/** The given gradients as derivatives of the unspecified losses; a gradient that is needed and missing is an InputError naming it. */
function seeded({ seedGradient, sizes, model }: GivenValues, calls: readonly FunctionCall[]): Functions {
  return givenGradients((shape, argument) => {
    const places = calls.filter(({ name }) => name === shape.name).flatMap((call) => argumentPlace(call, shape.indices, argument, sizes) ?? []);
    const place = places[0];
    const found = place === undefined ? undefined : seedGradient?.get(placeKey(place.name, place.indices));
    if (found !== undefined || seedGradient === undefined) return found;
    const name = place?.name;
    throw new InputError({
      ruleId: 'missing-seed',
      message:
        name === undefined
          ? `The argument of ${shape.name} is not a single name, so "seedGradient" cannot give its gradient.`
          : `"seedGradient" has no entry for ${name}, which ${shape.name} reads.`,
      ...(name === undefined || !model.declarations.has(name) ? {} : { fix: `Add "${name}" to "seedGradient".` }),
    });
  });
}

/** Which instances depend on an unspecified function. */
class Unspecified {
  private readonly known = new Map<Instance, boolean>();

  /** Instances are asked for after what they read wherever a program is in order; the stack keeps the rest shallow. */
  reaches(instance: Instance): boolean {
    const pending = [instance];
    while (pending.length > 0) {
      const current = pending[pending.length - 1] as Instance;
      const open = current.dependencies.filter((dependency) => !this.known.has(dependency));
      if (this.known.has(current) || open.length === 0) {
        pending.pop();
        this.known.set(
          current,
          (current.bound !== undefined && callsFunctions(current.bound)) || current.dependencies.some((dependency) => this.known.get(dependency) === true),
        );
      } else pending.push(...open);
    }
    return this.known.get(instance) === true;
  }
}

const callsFunctions = ({ functions, repetitions }: Bound): boolean => functions.length > 0 || repetitions.some((bodies) => bodies.some(callsFunctions));

/** Remembers the first number that is not finite. What is given may be infinite. */
class NonFinite {
  first: string | undefined;

  constructor({ values }: GivenValues) {
    for (const [key, data] of values) if (data.some(Number.isNaN)) this.first ??= key;
  }

  note(label: string, data: Float64Array): void {
    if (!data.every(Number.isFinite)) this.first ??= label;
  }
}

/** Values of the names of `source`: those that derivatives inside the model brought with them are left out. */
function valuesOf(run: Run, source: Model, open: Unspecified, seen: NonFinite): Record<string, JsonArray> {
  const values: Record<string, JsonArray> = {};
  for (const instance of run.inOrder()) if (!open.reaches(instance)) seen.note(instance.label, instance.data);
  for (const declaration of run.model.declarations.values()) {
    if (declaration.role !== 'computed' || !source.declarations.has(declaration.name)) continue;
    const places = run.declaredPlaces(declaration.name).map((indices) => run.instance(declaration.name, indices));
    if (places.some((instance) => open.reaches(instance))) continue;
    values[declaration.name] = listed(
      run,
      declaration,
      places.map(({ data }) => data),
    );
    for (const { indices, written } of fixedPlaces(run, declaration)) {
      values[plainPlace(declaration, written)] = jsonArray(run.dims(declaration.name), run.instance(declaration.name, indices).data);
    }
  }
  return values;
}

/** Places outside the declared range that have an equation of their own. */
function fixedPlaces(run: Run, { name }: Declaration): { indices: number[]; written: readonly Whole[] }[] {
  const inside = new Set(run.declaredPlaces(name).map((indices) => placeKey(name, indices)));
  return run.model.equations
    .filter((equation) => equation.name === name && equation.ranges.length === 0 && equation.indices.length > 0)
    .flatMap((equation) => run.placesOf(equation).map((indices) => ({ indices, written: equation.indices })))
    .filter(({ indices }) => !inside.has(placeKey(name, indices)));
}

function gradientsOf(run: Run, wanted: readonly string[], seen: NonFinite): Record<string, JsonArray> {
  const gradients: Record<string, JsonArray> = {};
  for (const declaration of run.model.declarations.values()) {
    const { name, role } = declaration;
    if (role === 'constant' || (role === 'computed' && !wanted.includes(name))) continue;
    const places = run.declaredPlaces(name);
    gradients[name] = listed(
      run,
      declaration,
      places.map((indices) => gradientAt(run, name, indices, seen)),
    );
  }
  for (const { name, indices, written, role } of run.given) {
    const declaration = run.model.declarations.get(name);
    if (role === 'boundary' && declaration !== undefined)
      gradients[plainPlace(declaration, written)] = jsonArray(run.dims(name), gradientAt(run, name, indices, seen));
  }
  return gradients;
}

function gradientAt(run: Run, name: string, indices: readonly number[], seen: NonFinite): Float64Array {
  const instance = run.machine.instance({ kind: 'adjoint', name, indices }, run.dims(name));
  run.machine.program([instance]).run();
  seen.note(instance.label, instance.data);
  return instance.data;
}

/** Arrays over the ranges of a name as one nested list, in the order of its indices. */
function listed(run: Run, declaration: Declaration, parts: readonly Float64Array[]): JsonArray {
  const dims = run.dims(declaration.name);
  const lengths = rangeLengths(run, declaration);
  const data = new Float64Array(parts.length * entryCount(dims));
  parts.forEach((part, k) => data.set(part, k * part.length));
  return jsonArray([...lengths, ...dims], data);
}

/** Number of values of each index; one list over all places where a range depends on another index. */
function rangeLengths(run: Run, { name, indices }: Declaration): number[] {
  const places = run.declaredPlaces(name);
  const lengths = indices.map((_, axis) => new Set(places.map((place) => place[axis])).size);
  return entryCount(lengths) === places.length ? lengths : [places.length];
}
