/** From classified lines to names with what is said of them, and to equations with their left sides resolved. */

import { InputError, type Problem } from '../errors.js';
import { lettersOf, shiftWhole, subtractWhole, WHOLE_ONE, type Whole, wholeLetter, wholeName, wholeValue } from '../network/whole.js';
import type { Shape } from '../notation/formula.js';
import { stemKey } from '../notation/lexicon.js';
import type { NameSyntax } from '../notation/syntax.js';
import type { EquationText, ModelText, ShapeText } from './classify.js';
import { type FunctionMeaning, fail } from './context.js';
import type { Draft } from './draft.js';
import type { DraftName } from './draft-name.js';
import type { EquationDraft, NameEntry, Target } from './equations.js';
import type { Assumptions, IndexRange, Role, Settings } from './model.js';
import { rangesOf } from './ranges.js';
import { describeShape, SCALAR, unifyShapes } from './shapes.js';
import { SizeSolver } from './sizes.js';
import { expressionsOf, type PlacedName, visitNames } from './syntax-walk.js';
import { letterName, lettersSideBySide, readWhole } from './wholes.js';

export interface SaidOfName {
  shape?: Shape;
  shapeRegion?: Problem['region'];
  role?: Role;
  ranges: IndexRange[];
  assumptions: Assumptions;
  /** Places outside its range that a shape line frees. */
  freed: (readonly Whole[])[];
}

/** Keys as written, where two names differ by an index only. */
export function keyReader(draft: Draft): (name: NameSyntax) => string | undefined {
  const groups = new Map<string, DraftName[]>();
  const groupKey = (name: DraftName): string => `${stemKey(name.raw)}|${name.scripted.labels.map(({ text }) => text).join()}`;
  for (const name of draft.names.values()) groups.set(groupKey(name), [...(groups.get(groupKey(name)) ?? []), name]);
  return (name) => {
    const found = name.key === undefined ? undefined : draft.names.get(name.key);
    if (found === undefined) return name.key;
    const twins = groups.get(groupKey(found)) ?? [];
    if (twins.length < 2 || found.indexLetters.length === name.indices.length) return found.key;
    return (twins.find(({ indexLetters }) => indexLetters.length === name.indices.length) ?? found).key;
  };
}

/** A shape as written: 1 × n a row, n × 1 a column, n what the convention says. */
export function shapeOf(dims: readonly Whole[], settings: Settings): Shape {
  const isOne = (dim: Whole | undefined): boolean => dim !== undefined && wholeValue(dim) === 1;
  const [first, second] = dims;
  if (first === undefined || (dims.length <= 2 && dims.every(isOne))) return SCALAR;
  if (second === undefined) return settings.dialect === 'numpy' ? { dims: [first] } : { dims: [first], orientation: settings.convention };
  if (dims.length === 2 && isOne(first)) return { dims: [second], orientation: 'row' };
  if (dims.length === 2 && isOne(second)) return { dims: [first], orientation: 'column' };
  return { dims };
}

/** Row is the convention, without being said, where every vector is declared 1 × n. */
export function conventionOf(text: ModelText, settings: Settings): Settings {
  const shapes = text.shapes.map(({ dims }) => dims).filter((dims) => dims.some((dim) => wholeValue(dim) !== 1));
  const isRow = (dims: readonly Whole[]): boolean => dims.length === 2 && dims[0] !== undefined && wholeValue(dims[0]) === 1;
  const isVector = (dims: readonly Whole[]): boolean => dims.length === 1 || (dims.length === 2 && dims.some((dim) => wholeValue(dim) === 1));
  const vectors = shapes.filter(isVector);
  return vectors.length > 0 && vectors.every(isRow) ? { ...settings, convention: 'row' } : settings;
}

const wholesOf = (name: PlacedName): readonly Whole[] => name.indices.flatMap(({ value }) => lettersSideBySide(value)).map(readWhole);

const isPlace = (index: Whole, letters: ReadonlyMap<string, IndexRange>): boolean => ![...lettersOf(index)].some((letter) => letters.has(letter));

/** What shape lines and assumptions say of each name. Throws where two of them contradict each other. */
export function collectSaid(text: ModelText, draft: Draft, letters: ReadonlyMap<string, IndexRange>, settings: Settings): ReadonlyMap<string, SaidOfName> {
  const said = new Map<string, SaidOfName>();
  const keyOf = keyReader(draft);
  const of = (key: string): SaidOfName => {
    const known = said.get(key) ?? { ranges: [], assumptions: {}, freed: [] };
    said.set(key, known);
    return known;
  };
  for (const line of text.shapes) {
    const key = keyOf(line.name);
    if (key === undefined) continue;
    sayShape(of(key), key, line, letters, settings);
  }
  for (const { name, says } of text.assumptions) of(name).assumptions = { ...of(name).assumptions, ...says };
  return said;
}

function sayShape(said: SaidOfName, key: string, line: ShapeText, letters: ReadonlyMap<string, IndexRange>, settings: Settings): void {
  const shape = shapeOf(line.dims, settings);
  const indices = wholesOf(line.name);
  const atPlace = indices.length > 0 && indices.some((index) => isPlace(index, letters));
  if (atPlace) said.freed.push(indices);
  if (said.shape === undefined) {
    said.shape = shape;
    said.shapeRegion = line.region;
  } else if (!unifyShapes(said.shape, shape, new SizeSolver())) {
    fail({
      ruleId: 'shape-mismatch',
      message: `\`${key}\` is declared twice with different shapes.`,
      why: `Line ${said.shapeRegion?.startLine ?? '?'} says ${describeShape(said.shape)}, line ${line.region.startLine} says ${describeShape(shape)}.`,
      fix: 'Leave one of them out.',
      region: line.name.region,
    });
  }
  const [role] = line.trailer.roles;
  if (role !== undefined) said.role = role;
  if (!atPlace) said.ranges.push(...rangesOf(line.trailer));
  if (line.binary) said.assumptions = { ...said.assumptions, oneHot: true, sumsToOne: true };
}

// ---------------------------------------------------------------- left sides

/** An equation with its left side resolved, before any shape is known. */
export interface ResolvedEquation extends EquationDraft {
  readonly text: EquationText;
}

function targetOf(name: PlacedName, draft: Draft, key: string, letters: ReadonlyMap<string, IndexRange>): Target {
  const wholes = wholesOf(name);
  const count = draft.names.get(key)?.indexLetters.length ?? 0;
  const own = wholes.length <= count ? wholes : ordered(wholes, count, letters);
  const rest = wholes.filter((whole) => !own.includes(whole));
  const axes = rest.map((whole) => {
    const letter = wholeName(whole);
    return (
      letter ??
      fail({
        ruleId: 'unsupported',
        message: 'An equation for a single numbered entry is not read.',
        fix: 'Write it for a letter, entry by entry.',
        region: name.region,
      })
    );
  });
  if (own.length < count) {
    return fail({
      ruleId: 'missing-index',
      message: `\`${key}\` stands on the left without its index.`,
      fix: `Write it with the index ${draft.names.get(key)?.indexLetters.join(',') ?? ''}.`,
      region: name.region,
    });
  }
  return { key, indices: own, axes, name };
}

/** The first `count` scripts that look like indices (letters with ranges, numbers), else simply the first. */
function ordered(wholes: readonly Whole[], count: number, letters: ReadonlyMap<string, IndexRange>): readonly Whole[] {
  const likely = wholes.filter((whole) => lettersOf(whole).size === 0 || [...lettersOf(whole)].some((letter) => letters.has(letter)));
  return likely.length >= count ? likely.slice(0, count) : wholes.slice(0, count);
}

/** Every equation with the names of its left side, and the keys that its right side reads. */
export function resolveEquations(text: ModelText, draft: Draft, letters: ReadonlyMap<string, IndexRange>): readonly ResolvedEquation[] {
  const keyOf = keyReader(draft);
  return text.equations.map((equation) => {
    const targets = equation.targets.map((name) => {
      const key = keyOf(name);
      if (draft.sizes.has(letterName(name)) && name.indices.length === 0) {
        return fail({
          ruleId: 'size-equation',
          message: `\`${letterName(name)}\` is a size or a length; a model does not set it.`,
          fix: `Give it in a question (\`, ${letterName(name)} = 3\`) or with \`--sizes\`.`,
          region: name.region,
        });
      }
      if (key === undefined || draft.names.get(key)?.isFunction === true)
        return fail({ ruleId: 'unknown-name', message: 'The left side of an equation is a name.', region: name.region });
      return targetOf(name, draft, key, letters);
    });
    const reads = new Set<string>();
    visitNames(equation.right, ({ name }) => {
      const key = keyOf(name);
      if (key !== undefined) reads.add(key);
    });
    return { targets, direction: equation.direction, right: equation.right, reads, text: equation };
  });
}

const LOSSES = new Set(['ell', 'l', 'L', 'E', 'J', 'C', 'loss', 'cost']);

/** Functions: declared by a type, defined entrywise, or only called. */
export function functionsOf(text: ModelText, draft: Draft, letters: ReadonlyMap<string, IndexRange>, settings: Settings): ReadonlyMap<string, FunctionMeaning> {
  const functions = new Map<string, FunctionMeaning>();
  for (const name of draft.names.values()) {
    if (!name.isFunction) continue;
    const indices = name.indexLetters.map((letter) => letters.get(letter) ?? { letter, from: WHOLE_ONE, to: wholeLetter('T') });
    const typed = text.functions.find(({ key }) => key === name.key);
    const definition = text.definitions.get(name.key);
    const base = { key: name.key, indices, shape: SCALAR };
    if (definition !== undefined) functions.set(name.key, { ...base, entrywise: true, definition });
    else if (typed !== undefined) functions.set(name.key, typedFunction(base, typed, settings));
    else functions.set(name.key, { ...base, entrywise: !LOSSES.has(name.raw.base) && name.arity === 1 });
  }
  return functions;
}

function typedFunction(base: Pick<FunctionMeaning, 'key' | 'indices' | 'shape'>, typed: ModelText['functions'][number], settings: Settings): FunctionMeaning {
  const args = typed.from.map((dims) => shapeOf(dims, settings));
  const shape = shapeOf(typed.to, settings);
  if (args.length === 1 && args.every(({ dims }) => dims.length === 0) && shape.dims.length === 0) return { ...base, entrywise: true };
  return { ...base, entrywise: false, shape, args };
}

/** Entries for all values. */
export function entriesOf(
  draft: Draft,
  said: ReadonlyMap<string, SaidOfName>,
  equations: readonly ResolvedEquation[],
  letters: ReadonlyMap<string, IndexRange>,
): ReadonlyMap<string, NameEntry> {
  const computed = new Set(equations.flatMap(({ targets }) => targets.map(({ key }) => key)));
  const entries = new Map<string, NameEntry>();
  for (const name of draft.names.values()) {
    if (name.isFunction) continue;
    const own = said.get(name.key);
    const indices = name.indexLetters.map(
      (letter) =>
        own?.ranges.find((range) => range.letter === letter) ??
        letters.get(letter) ??
        fail({
          ruleId: 'unknown-range',
          message: `What does the index ${letter} of \`${name.key}\` run over?`,
          fix: `Say its range: \`${letter} = 1, \\dots, N\`.`,
          region: name.region,
        }),
    );
    entries.set(name.key, { draft: name, indices, said: own?.shape, computed: computed.has(name.key) });
  }
  return entries;
}

/**
 * A name that no line declares, where another one is declared, hardly differs from it, and is used nowhere: a slip of the hand.
 * Throws an InputError with the nearest names.
 */
export function refuseSlips(draft: Draft, said: ReadonlyMap<string, SaidOfName>, near: (word: string, words: readonly string[]) => string | undefined): void {
  const used = new Set<string>();
  const keyOf = keyReader(draft);
  for (const statement of draft.statements) {
    const sides = expressionsOf(statement);
    for (const syntax of statement.kind === 'relation' ? sides.slice(1) : sides) {
      visitNames(syntax, ({ name }) => {
        const key = keyOf(name);
        if (key !== undefined) used.add(key);
      });
    }
  }
  const left = new Set(
    draft.statements.flatMap((statement) =>
      statement.kind === 'relation' && statement.chain.first.kind === 'name' && statement.chain.first.key !== undefined ? [statement.chain.first.key] : [],
    ),
  );
  const idle = [...said].filter(([key, { shape }]) => shape !== undefined && !used.has(key) && !left.has(key)).map(([key]) => key);
  const problems: Problem[] = [];
  for (const name of draft.names.values()) {
    if (name.onLeft || name.isFunction || said.get(name.key)?.shape !== undefined) continue;
    const guess = near(name.key, idle);
    if (guess !== undefined && sameKind(guess, name.key)) {
      problems.push({
        ruleId: 'unknown-name',
        message: `\`${name.key}\` is not declared.`,
        why: `\`${guess}\` is declared and used nowhere.`,
        fix: `Did you mean \`${guess}\`?`,
        region: name.region,
      });
    }
  }
  if (problems.length > 0) throw new InputError(problems);
}

const sameKind = (a: string, b: string): boolean => a.replace(/[^A-Za-z]/g, '')[0]?.toLowerCase() === b.replace(/[^A-Za-z]/g, '')[0]?.toLowerCase();

/** Ranges of the letters of a left side, and the shift that brings it to its own letter (h_{t+1} = … is h_t = … with t − 1). */
export interface Placement {
  readonly indices: readonly Whole[];
  readonly ranges: readonly IndexRange[];
  /** Letters to replace in the right side. */
  readonly shifts: ReadonlyMap<string, Whole>;
}

/** Puts an equation on its name's own letters. `isGiven` tells whether a value at a place is set or freed by another line. */
export function placementOf(
  target: Target,
  saidRanges: readonly IndexRange[],
  defaults: readonly IndexRange[],
  isGiven: (indices: readonly Whole[]) => boolean,
  letters: ReadonlyMap<string, IndexRange>,
): Placement {
  const shifts = new Map<string, Whole>();
  const ranges: IndexRange[] = [];
  const indices = target.indices.map((index, k) => {
    const letter = [...lettersOf(index)].find((each) => letters.has(each) || saidRanges.some((range) => range.letter === each));
    if (letter === undefined) return index;
    const shift = wholeValue(subtractWhole(index, wholeLetter(letter)));
    if (shift === undefined)
      return fail({
        ruleId: 'unsupported',
        message: 'An index on the left is a letter, a letter plus or minus a number, or a place.',
        region: target.name.region,
      });
    const said = saidRanges.find((range) => range.letter === letter);
    const usual = defaults[k] ?? letters.get(letter);
    if (shift !== 0) shifts.set(letter, shiftWhole(wholeLetter(letter), -shift));
    if (said !== undefined) ranges.push(narrowed({ letter, from: shiftWhole(said.from, shift), to: shiftWhole(said.to, shift) }, target, k, isGiven));
    else if (usual !== undefined) ranges.push({ ...narrowed(usual, target, k, isGiven), letter });
    return wholeLetter(letter);
  });
  return { indices, ranges, shifts };
}

/** A value that has a line of its own at the first (or last) places is left out of the general equation. */
function narrowed(range: IndexRange, target: Target, k: number, isGiven: (indices: readonly Whole[]) => boolean): IndexRange {
  const at = (place: Whole): readonly Whole[] => target.indices.map((index, j) => (j === k ? place : index));
  let { from, to } = range;
  // Each round passes one of the finitely many given places.
  while (isGiven(at(from)) && from.key !== to.key) from = shiftWhole(from, 1);
  while (isGiven(at(to)) && from.key !== to.key) to = shiftWhole(to, -1);
  return { letter: range.letter, from, to };
}

/** Parts of a range without the given places strictly inside it. */
export function splitAround(range: IndexRange, places: readonly Whole[]): readonly IndexRange[] {
  const inside = places.filter((place) => (wholeValue(subtractWhole(place, range.from)) ?? 0) > 0 && (wholeValue(subtractWhole(range.to, place)) ?? 1) > 0);
  const ordered = [...inside].sort((a, b) => wholeValue(subtractWhole(a, b)) ?? 0);
  const pieces: IndexRange[] = [];
  let { from } = range;
  for (const place of ordered) {
    pieces.push({ ...range, from, to: shiftWhole(place, -1) });
    from = shiftWhole(place, 1);
  }
  return [...pieces, { ...range, from }];
}

/** Whether one place is certainly or, with a length against a number, presumably below another. */
function isBelow(a: Whole, b: Whole): boolean {
  return (wholeValue(subtractWhole(b, a)) ?? (wholeValue(a) !== undefined && wholeValue(b) === undefined ? 1 : 0)) > 0;
}

/** Where a computed name is defined along one index: its equations' ranges, and single places beside them inside the letter's own range. */
export function coveredRange(usual: IndexRange, ranges: readonly IndexRange[], places: readonly Whole[], letters: ReadonlyMap<string, IndexRange>): IndexRange {
  const [first, ...others] = ranges;
  const isFixed = ({ from, to }: IndexRange): boolean => ![...lettersOf(from), ...lettersOf(to)].some((letter) => letters.has(letter));
  if (first === undefined || !ranges.every(isFixed)) return usual;
  let { from, to } = first;
  for (const other of others) {
    if (isBelow(other.from, from)) from = other.from;
    if (isBelow(to, other.to)) to = other.to;
  }
  const has = (place: Whole): boolean => places.some(({ key }) => key === place.key);
  while ((wholeValue(subtractWhole(from, usual.from)) ?? 0) > 0 && has(shiftWhole(from, -1))) from = shiftWhole(from, -1);
  while ((wholeValue(subtractWhole(usual.to, to)) ?? 0) > 0 && has(shiftWhole(to, 1))) to = shiftWhole(to, 1);
  return { letter: usual.letter, from, to };
}
