/**
 * A model at numbers for figures and bounds: weights as a network starts with (normal, variance one over the width), biases and initial states zero,
 * inputs standard normal; whatever a question sets, set. Seeded, so that a figure is the same each time.
 */

import { InputError } from '../../errors.js';
import { asWhole, contextOfModel, elaborateFormula, type Model, visit } from '../../model/index.js';
import { evaluateWhole, type Tensor } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import { lower } from '../../notation/lower.js';
import type { Syntax } from '../../notation/syntax.js';
import {
  createRun,
  derivativeResolver,
  entryCount,
  type GivenInstance,
  lengthsOf,
  type NumericArray,
  Random,
  type Run,
  randomValues,
  spectralNorm,
  standardNormal,
} from '../../numeric/index.js';
import type { Setting } from './moments-values.js';
import { literal } from './numbers.js';

/** What a question sets: sizes as numbers, names as numbers for every entry or as lists. */
export interface Numbers {
  readonly sizes: ReadonlyMap<string, number>;
  readonly values: ReadonlyMap<string, unknown>;
}

const WIDTH = 8;
const OTHER = 5;

/** Sizes and values that `where W = [[0, 1], [1, 1]], n = 4` gives. Throws an InputError for a name that the model does not have. */
export function numbersOf(model: Model, settings: readonly Setting[]): Numbers {
  const sizes = new Map<string, number>();
  const values = new Map<string, unknown>();
  for (const { name, value } of settings) {
    if (name.kind === 'name' && name.key === undefined && model.sizes.includes(name.raw.base)) {
      const whole = asWhole(value);
      const number = whole === undefined ? undefined : evaluateWhole(whole, sizes);
      if (number === undefined || number < 1 || number > 100_000)
        throw new InputError({ ruleId: 'bad-size', message: 'A size is a whole number.', region: value.region });
      sizes.set(name.raw.base, number);
      continue;
    }
    const formula = elaborateFormula(name, contextOfModel(model));
    const declared = formula.kind === 'name' && formula.quantity.kind === 'value' ? model.declarations.get(formula.quantity.name) : undefined;
    if (declared === undefined)
      throw new InputError({ ruleId: 'bad-condition', message: 'Only a declared name or a size is given a value here.', region: name.region });
    const given = literal(value);
    values.set(declared.name, given);
    sizesFrom(
      declared.dims.map((dim) => dim.key),
      given,
      sizes,
      model,
    );
  }
  return { sizes, values };
}

/** A list of rows says how large its axes are. */
function sizesFrom(dims: readonly string[], given: unknown, sizes: Map<string, number>, model: Model): void {
  let level: unknown = given;
  for (const dim of dims) {
    if (!Array.isArray(level)) return;
    if (model.sizes.includes(dim) && !sizes.has(dim)) sizes.set(dim, level.length);
    level = level[0];
  }
}

/** Sizes of a figure: the given ones, lengths as told, the first axis of a state wide, the rest small and different. */
function sizesOf(model: Model, given: ReadonlyMap<string, number>, length: number): ReadonlyMap<string, number> {
  const lengths = lengthsOf(model);
  const state = [...model.declarations.values()].find(({ role, indices, dims }) => role === 'computed' && indices.length > 0 && dims.length === 1)?.dims[0]
    ?.key;
  const chosen = new Map<string, number>();
  let other = OTHER;
  for (const size of model.sizes) chosen.set(size, given.get(size) ?? (lengths.has(size) ? length : size === state ? WIDTH : other++));
  return chosen;
}

/** A run at these numbers, ready to evaluate values and derivatives. */
export function pointOf(model: Model, numbers: Numbers, seed: number, length: number): Run {
  const sizes = sizesOf(model, numbers.sizes, length);
  const run = createRun(model, sizes, { seed, derivatives: derivativeResolver(model, sizes) });
  const fallback = randomValues(run, seed);
  const random = new Random(seed, 'figure');
  const values = new Map(run.given.map((instance) => [instance.key, drawn(model, instance, numbers.values, fallback, random)]));
  run.set(values);
  return run;
}

function drawn(
  model: Model,
  { name, role, key, dims }: GivenInstance,
  given: ReadonlyMap<string, unknown>,
  fallback: ReadonlyMap<string, Float64Array>,
  random: Random,
): Float64Array {
  const count = entryCount(dims);
  if (given.has(name)) return filled(name, given.get(name), count);
  const assumptions = model.declarations.get(name)?.assumptions ?? {};
  if (Object.keys(assumptions).length > 0) return fallback.get(key) ?? new Float64Array(count);
  const stream = random.fork(key);
  if (role === 'input') return standardNormal(stream, count);
  if (role === 'boundary') return new Float64Array(count);
  if (dims.length === 2) return standardNormal(stream, count).map((value) => value / Math.sqrt(dims[1] ?? 1));
  if (dims.length === 1 && !isBias(model, name)) return standardNormal(stream, count);
  return dims.length === 0 ? (fallback.get(key) ?? new Float64Array(count)) : new Float64Array(count);
}

/** A vector that is added to something as it is. */
function isBias(model: Model, name: string): boolean {
  let found = false;
  for (const { source } of model.equations) {
    visit(source, (inner) => {
      if (
        inner.kind === 'sum' &&
        inner.terms.some(({ formula }) => formula.kind === 'name' && formula.quantity.kind === 'value' && formula.quantity.name === name)
      )
        found = true;
    });
  }
  return found;
}

function filled(name: string, given: unknown, count: number): Float64Array {
  const flat: readonly unknown[] = Array.isArray(given) ? given.flat(3) : Array.from({ length: count }, () => given);
  if (flat.length !== count || flat.some((value) => typeof value !== 'number'))
    throw new InputError({ ruleId: 'wrong-size', message: `${name} has ${count} entries here; ${flat.length} are given.` });
  return Float64Array.from(flat as readonly number[]);
}

/** An expression to evaluate: its inside where a norm of it is meant, derivatives by the adjoints that follow them. */
export interface Measured {
  readonly formula: Formula;
  readonly inside: Formula;
  readonly tensor: Tensor;
  readonly norm: boolean;
}

/** Reads an expression of a figure: a scalar, or the norm of a vector or matrix, derivatives between distant steps included. */
export function measured(model: Model, syntax: Syntax): Measured {
  const formula = elaborateFormula(syntax, contextOfModel(model));
  const isNorm = formula.kind === 'reduce' && (formula.by === 'spectral' || formula.by === 'norm');
  const inside = isNorm ? formula.of : formula;
  return { formula, inside, tensor: tensorOf(model, inside), norm: isNorm };
}

function tensorOf(model: Model, formula: Formula): Tensor {
  const { workspace } = model;
  const [by] = formula.kind === 'derivative' ? formula.by : [];
  const isTotal =
    formula.kind === 'derivative' && formula.by.length === 1 && formula.holding === undefined && (formula.reach === undefined || formula.reach === 'total');
  if (isTotal && by?.kind === 'name' && by.quantity.kind === 'value' && formula.of.kind === 'name' && formula.of.quantity.kind === 'value') {
    const [target, name] = [formula.of.quantity, by.quantity];
    const dims = [...(model.declarations.get(target.name)?.dims ?? []), ...(model.declarations.get(name.name)?.dims ?? [])];
    const isLoss = target.name === model.loss && target.indices.length === 0;
    return workspace.symbol(
      { kind: 'adjoint', name: name.name, indices: name.indices, ...(isLoss ? {} : { target: { name: target.name, indices: target.indices } }) },
      dims,
    );
  }
  return lower(formula, workspace, model.loss === undefined ? {} : { loss: model.loss });
}

/** Its number at a run: a scalar's value, a vector's length, a matrix's largest singular value. */
export function numberAt(run: Run, { tensor, norm }: Measured, letters: ReadonlyMap<string, number>): number {
  const value: NumericArray = run.evaluate(tensor, letters);
  if (norm) return spectralNorm(value);
  if (value.data.length !== 1)
    throw new InputError({ ruleId: 'not-a-scalar', message: 'Only scalars and norms are plotted.', fix: 'Write the norm: \\|…\\|.' });
  return value.data[0] ?? Number.NaN;
}
