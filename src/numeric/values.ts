/**
 * VALUES.json: keys to names, lists to arrays, shapes to sizes (contract §4).
 *
 * Everything that is wrong is collected and reported together, each with the key it stands under.
 */

import { InputError, type Problem } from '../errors.js';
import type { Declaration, Model } from '../model/model.js';
import { addWhole, lettersOf, subtractWhole, WHOLE_ONE, type Whole } from '../network/whole.js';
import { entryCount, placeKey, type Scope } from './array.js';
import { canonicalKey, declarationOf, placeSpellings, spellingsOf } from './keys.js';
import { type Nested, readNested } from './nested.js';
import { createRun, type GivenInstance, type Run } from './run.js';
import { type SizeConstraint, solveSizes } from './sizes.js';

export interface GivenValues {
  /** The model, with boundary values that were given freed. */
  readonly model: Model;
  readonly sizes: Scope;
  /** Numbers for everything a run of that model must be given. */
  readonly values: ReadonlyMap<string, Float64Array>;
  /** Gradients of unspecified losses by place of their argument; undefined where none were given. */
  readonly seedGradient: ReadonlyMap<string, Float64Array> | undefined;
}

/** A key with its value, and the name it stands for as far as that is known before sizes are. */
interface Entry {
  readonly key: string;
  readonly canonical: string;
  readonly declaration: Declaration;
  /** The value at one place outside the range, under a key of its own. */
  readonly isBoundary: boolean;
  readonly nested: Nested;
}

/**
 * Reads the parsed JSON of VALUES.json. `sizes` are further sizes, from a command line.
 * Throws an InputError listing unknown keys, wrong shapes, contradictory sizes and missing names.
 */
export function readValues(model: Model, json: unknown, sizes: Scope = new Map()): GivenValues {
  const root = asObject(json, 'The values', 'An object with "values" (and "sizes", "seedGradient") is needed.');
  const allSizes = readSizes(model, root.sizes, sizes);
  const entries = collect(Object.entries(asObject(root.values ?? {}, '"values"', 'It holds one entry a name.')), (key, value) => readEntry(model, key, value));
  const seeds =
    root.seedGradient === undefined
      ? undefined
      : collect(Object.entries(asObject(root.seedGradient, '"seedGradient"', 'It holds one entry a name.')), (key, value) => readSeed(model, key, value));
  const absent = [...model.declarations.values()].filter(
    ({ role, name }) => role !== 'computed' && !entries.some(({ declaration }) => declaration.name === name),
  );
  const solved = missingFirst(absent, () => solveSizes(model, allSizes, [...entries, ...(seeds ?? [])].flatMap(constraintsOf)));
  const freed = freeGiven(model, entries, solved);
  const run = createRun(freed, solved);
  return {
    model: freed,
    sizes: solved,
    values: assign(run, entries),
    seedGradient: seeds === undefined ? undefined : new Map(seeds.flatMap((entry) => spread(run, entry))),
  };
}

function asObject(value: unknown, what: string, fix: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InputError({ ruleId: 'bad-values', message: `${what} must be an object.`, fix });
}

/** Reads all entries, and reports the problems of all of them together. */
function collect<X>(entries: readonly (readonly [string, unknown])[], read: (key: string, value: unknown) => X | Problem): X[] {
  const results = entries.map(([key, value]) => read(key, value));
  const isProblem = (result: X | Problem): result is Problem => typeof result === 'object' && result !== null && 'ruleId' in result;
  const problems = results.filter(isProblem);
  if (problems.length > 0) throw new InputError(problems);
  return results.filter((result): result is X => !isProblem(result));
}

function readSizes(model: Model, json: unknown, more: Scope): Map<string, number> {
  const sizes = new Map(more);
  for (const [name, value] of Object.entries(json === undefined ? {} : asObject(json, '"sizes"', 'It holds one whole number a size.'))) {
    if (!model.sizes.includes(name))
      throw new InputError({ ruleId: 'unknown-size', message: `${name} is not a size of the model.`, why: `Its sizes are ${model.sizes.join(', ')}.` });
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
      throw new InputError({ ruleId: 'bad-size', message: `The size ${name} must be a whole number from 1 on.` });
    const other = sizes.get(name);
    if (other !== undefined && other !== value) throw new InputError({ ruleId: 'size-mismatch', message: `${name} is given as ${other} and as ${value}.` });
    sizes.set(name, value);
  }
  return sizes;
}

function readEntry(model: Model, key: string, value: unknown): Entry | Problem {
  const canonical = canonicalKey(key);
  const own = declarationOf(model, key);
  if (own !== undefined && own.role !== 'computed')
    return withShape({ key, canonical, declaration: own, isBoundary: false }, value, own.indices.length + own.dims.length);
  const boundary = boundaryName(model, canonical);
  if (boundary !== undefined) return withShape({ key, canonical, declaration: boundary, isBoundary: true }, value, boundary.dims.length);
  if (own !== undefined)
    return {
      ruleId: 'computed-value',
      message: `${key} is computed by the model and cannot be given.`,
      fix: 'Leave it out; give inputs, parameters, constants and boundary values.',
    };
  return { ruleId: 'unknown-name', message: `${key} is not a name of the model.`, why: `Its names are ${[...model.declarations.keys()].join(', ')}.` };
}

function readSeed(model: Model, key: string, value: unknown): Entry | Problem {
  const canonical = canonicalKey(key);
  const declaration = declarationOf(model, key);
  if (declaration === undefined) return { ruleId: 'unknown-name', message: `${key} in "seedGradient" is not a name of the model.` };
  return withShape({ key, canonical, declaration, isBoundary: false }, value, declaration.indices.length + declaration.dims.length);
}

function withShape(entry: Omit<Entry, 'nested'>, value: unknown, depth: number): Entry | Problem {
  const nested = readNested(value, depth);
  if (typeof nested !== 'string') return { ...entry, nested };
  const { declaration, isBoundary, key } = entry;
  const wanted =
    depth === 0
      ? 'a number'
      : [...(isBoundary ? [] : declaration.indices.map(({ letter }) => `over ${letter}`)), ...declaration.dims.map((dim) => `of ${dim.key}`)].join(', ');
  return { ruleId: 'shape-mismatch', message: `${key}: ${nested}.`, why: depth === 0 ? `${key} is a number.` : `${key} is a list ${wanted}.` };
}

/** The name whose boundary value a key may be: the longest one it begins with, followed by an index. */
function boundaryName(model: Model, canonical: string): Declaration | undefined {
  const names = new Set(model.boundaries.filter(({ kind }) => kind !== 'equation').map(({ name }) => name));
  const isStem = (spelling: string): boolean => {
    const stem = spelling.split(/[_^']/)[0] as string;
    return canonical.startsWith(stem) && /^[_^(<[]/.test(canonical.slice(stem.length));
  };
  const candidates = [...names].flatMap((name) => model.declarations.get(name) ?? []).filter((declaration) => spellingsOf(declaration).some(isStem));
  const exact = candidates.filter((declaration) =>
    model.boundaries.some(
      ({ name, indices }) => name === declaration.name && placeSpellings(declaration, { indices: [], written: indices }).includes(canonical),
    ),
  );
  return [...exact, ...candidates].sort((a, b) => b.name.length - a.name.length)[0];
}

function constraintsOf({ key, declaration, isBoundary, nested }: Entry): SizeConstraint[] {
  const ranges = isBoundary ? [] : declaration.indices;
  const letters = new Set(ranges.map(({ letter }) => letter));
  const lengths = ranges.map(({ letter, from, to }) => ({ whole: addWhole(subtractWhole(to, from), WHOLE_ONE), what: `the number of values of ${letter}` }));
  const axes = declaration.dims.map((whole, axis) => ({
    whole,
    what: declaration.dims.length === 2 ? (axis === 0 ? 'the number of rows' : 'the number of columns') : 'the number of entries',
  }));
  const isFixed = (whole: Whole): boolean => [...lettersOf(whole)].every((letter) => !letters.has(letter));
  return [...lengths, ...axes].flatMap(({ whole, what }, axis) => (isFixed(whole) ? [{ key, whole, length: nested.dims[axis] as number, what }] : []));
}

/** Boundary values that are zero unless given, and were given, become free. */
function freeGiven(model: Model, entries: readonly Entry[], sizes: Scope): Model {
  const given = entries.filter(({ isBoundary }) => isBoundary);
  const everyBoundary: Model = {
    ...model,
    boundaries: model.boundaries.map((boundary) => (boundary.kind === 'zero' ? { ...boundary, kind: 'freed' } : boundary)),
  };
  const candidates = createRun(everyBoundary, sizes).given.filter(({ role }) => role === 'boundary');
  const wanted = new Set(given.map((entry) => boundaryInstance(model, candidates, entry).key));
  const already = new Set(createRun(model, sizes).given.map(({ key }) => key));
  const freed = candidates.filter(({ key }) => wanted.has(key) && !already.has(key));
  return { ...model, boundaries: [...model.boundaries, ...freed.map(({ name, written }) => ({ name, indices: written, kind: 'freed' as const }))] };
}

function boundaryInstance(model: Model, candidates: readonly GivenInstance[], { key, canonical, declaration }: Entry): GivenInstance {
  const own = candidates.filter(({ name }) => name === declaration.name);
  const ranked = own.map((instance) => ({ instance, rank: placeSpellings(declaration, instance).indexOf(canonical) })).filter(({ rank }) => rank >= 0);
  const best = ranked.sort((a, b) => a.rank - b.rank)[0];
  if (best !== undefined) return best.instance;
  const places = candidates.map(({ name, written }) => `${name}_${written.map((index) => index.key).join(',')}`);
  const declared = model.declarations.has(declaration.name) ? places.filter((place) => place.startsWith(declaration.name)) : places;
  throw new InputError({
    ruleId: 'unknown-name',
    message: `${key} is not a value that the model reads outside its ranges.`,
    why: `Those are ${declared.join(', ')}.`,
  });
}

function missingValues(names: readonly string[]): InputError {
  return new InputError({
    ruleId: 'missing-values',
    message: `No values are given for ${names.join(', ')}.`,
    why: 'Every input, parameter and constant needs one.',
    fix: `Add ${names.map((name) => `"${name}"`).join(', ')} to "values".`,
  });
}

/** A size that stays open because values are missing is no mistake of its own: the values are named instead. */
function missingFirst<X>(absent: readonly Declaration[], solve: () => X): X {
  try {
    return solve();
  } catch (error) {
    if (absent.length === 0 || !(error instanceof InputError) || error.problems[0]?.ruleId !== 'missing-size') throw error;
    throw missingValues(absent.map(({ name }) => name));
  }
}

/** Arrays for every given instance; boundary values that are absent are zero. */
function assign(run: Run, entries: readonly Entry[]): Map<string, Float64Array> {
  const values = new Map<string, Float64Array>();
  const boundaries = run.given.filter(({ role }) => role === 'boundary');
  for (const instance of boundaries) values.set(instance.key, new Float64Array(instance.data.length));
  for (const entry of entries) {
    if (entry.isBoundary) values.set(boundaryInstance(run.model, boundaries, entry).key, Float64Array.from(entry.nested.data));
    else for (const [key, data] of spread(run, entry)) values.set(key, data);
  }
  const missing = [...new Set(run.given.filter(({ key }) => !values.has(key)).map(({ name }) => name))];
  if (missing.length > 0) throw missingValues(missing);
  return values;
}

/** The parts of a list over the ranges of a name, by place. */
function spread(run: Run, { declaration, nested }: Entry): [string, Float64Array][] {
  const size = entryCount(run.dims(declaration.name));
  return run
    .declaredPlaces(declaration.name)
    .map((indices, k) => [placeKey(declaration.name, indices), Float64Array.from(nested.data.slice(k * size, (k + 1) * size))]);
}
