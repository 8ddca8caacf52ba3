/**
 * Names that an answer defines by their own values at other steps: D_t := V^⊤e_t + W^⊤D_{t+1}, D_T := …
 *
 * Each becomes an equation of the graph, so that numbers follow from it; where an adjoint obeys the same equations, induction over the steps makes
 * the name that adjoint, and lines that use it can be proved. Shapes are tried one after the other, a bounded number of them.
 */

import { InputError } from '../errors.js';
import { childrenOf } from '../model/index.js';
import type { Declaration, Equation, IndexRange, Settings } from '../model/model.js';
import { lettersOf, type Reach, shiftWhole, subtractWhole, type Tensor, type Whole, wholeLetter, wholeValue } from '../network/index.js';
import type { Formula, Orientation, Shape } from '../notation/formula.js';
import { isDefinitionOf } from './definitions.js';
import type { Graph } from './graph.js';
import { type Items, namesIn, type Recursion } from './items.js';
import { Judge, type JudgeOptions } from './judge.js';
import { referenceOf } from './leibniz.js';
import { type Definition, Lowering, openPartials, partialText, type Reaches } from './lowering.js';
import { type ReadDefinition, Reading } from './reading.js';
import { namesOfAnswer } from './spellings.js';
import { stylesFor } from './style.js';

/** More names than this that need each other are not tried. */
const MOST_NAMES = 4;
const MOST_GUESSES = 48;

interface Found {
  readonly graph: Graph;
  readonly items: Items;
}

/** One line of a recursion: the place it is about, and its value there. */
interface Part {
  readonly key: string;
  readonly place: Whole | undefined;
  readonly value: Tensor;
  readonly source: Formula;
}

/** The graph and the items with the recursive names of the answer in them; as they were where there are none, or none that can be read. */
export function withRecursions(graph: Graph, items: Items, settings: Partial<Settings>, options: JudgeOptions): Found {
  const keys = recursiveKeys(items);
  if (keys.length === 0 || keys.length > MOST_NAMES) return { graph, items };
  for (const style of stylesFor(graph.sheet.settings, settings).filter(({ layout }, at) => at === 0 || layout === settings.layout)) {
    for (const shapes of guesses(graph, keys, style.convention)) {
      const recursions = new Map(keys.map((key, at): [string, Recursion] => [key, recursionOf(graph, items, key, shapes[at] as Shape, style.convention)]));
      const tried: Items = { ...items, recursions };
      const reading = new Reading(graph, tried, style, new Map(), settings);
      const parts = partsOf(graph, tried, reading, keys);
      if (parts === undefined) continue;
      const grown = grownBy(graph, recursions, parts);
      if (grown === undefined) continue;
      return solved(graph, grown, tried, reading, parts, options) ?? { graph: grown, items: tried };
    }
  }
  return { graph, items };
}

// ---------------------------------------------------------------- which names

/** Keys whose definitions lead back to themselves, or speak of single or shifted steps only. */
function recursiveKeys(items: Items): readonly string[] {
  const own = new Set(items.names.map(({ key }) => key));
  const reads = new Map<string, Set<string>>();
  const plain = new Set<string>();
  for (const item of items.items) {
    const { content } = item;
    if (content.kind !== 'link' || content.first !== undefined) continue;
    const key = isDefinitionOf(content.left, content.sign, items.names);
    if (key === undefined || content.left.kind !== 'name') continue;
    if (content.left.indices.every(({ value }) => value.kind === 'name' && items.letters.includes(value.raw.base))) plain.add(key);
    const read = reads.get(key) ?? new Set<string>();
    for (const { name } of namesIn([item], 'right')) if (name.key !== undefined && own.has(name.key)) read.add(name.key);
    reads.set(key, read);
  }
  const reaches = (from: string, to: string): boolean => {
    const seen = new Set<string>();
    const pending = [...(reads.get(from) ?? [])];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (next === to) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      pending.push(...(reads.get(next) ?? []));
    }
    return false;
  };
  return [...reads.keys()].filter((key) => reaches(key, key) || !plain.has(key));
}

// ---------------------------------------------------------------- shapes

function* guesses(graph: Graph, keys: readonly string[], convention: Orientation): Generator<readonly Shape[]> {
  const shapes = new Map<string, Shape>();
  const add = (dims: readonly Whole[]): void => {
    const key = dims.map((dim) => dim.key).join('×');
    if (!shapes.has(key)) shapes.set(key, dims.length === 1 ? { dims, orientation: convention } : { dims });
  };
  for (const declaration of graph.sheet.declarations.values()) if (declaration.role === 'computed') add(declaration.dims);
  for (const { dims } of [...shapes.values()]) if (dims.length === 1) add([dims[0] as Whole, dims[0] as Whole]);
  for (const declaration of graph.sheet.declarations.values()) add(declaration.dims);
  let left = MOST_GUESSES;
  const all = [...shapes.values()];
  for (const shape of all) if (left-- > 0) yield keys.map(() => shape);
  if (keys.length === 2) for (const a of all) for (const b of all) if (a !== b && left-- > 0) yield [a, b];
}

function recursionOf(graph: Graph, items: Items, key: string, shape: Shape, convention: Orientation): Recursion {
  const range = rangeOf(graph);
  const count = items.names.find((name) => name.key === key)?.indexCount ?? 0;
  return { indices: count === 0 || range === undefined ? [] : [range], shape, convention };
}

const rangeOf = ({ sheet }: Graph): IndexRange | undefined => sheet.letters.get('t') ?? [...sheet.letters.values()][0];

// ---------------------------------------------------------------- equations

function partsOf(graph: Graph, items: Items, reading: Reading, keys: readonly string[]): readonly Part[] | undefined {
  const parts: Part[] = [];
  const reaches = likelyReaches(reading);
  const lowering = new Lowering(graph, reading, reaches);
  for (const [at, item] of items.items.entries()) {
    const { content } = item;
    if (content.kind !== 'link' || content.first !== undefined) continue;
    const key = isDefinitionOf(content.left, content.sign, items.names);
    if (key === undefined || !keys.includes(key)) continue;
    const read = reading.items[at];
    if (read?.kind !== 'definition') return undefined;
    const part = partOf(key, read, lowering);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts.length === 0 ? undefined : parts;
}

function partOf(key: string, { left, right }: ReadDefinition, lowering: Lowering): Part | undefined {
  if (left.kind !== 'name' || left.quantity.kind !== 'value' || left.quantity.indices.length > 1) return undefined;
  try {
    const lowered = lowering.lower(right);
    const { workspace } = lowering.graph.model;
    const rank = left.shape.dims.length;
    const labels = left.shape.dims.map((_, axis) => `${axis}`);
    const value =
      lowered.dims.length === rank
        ? lowered
        : workspace.contract(labels, [
            { tensor: lowered, labels: [] },
            { tensor: workspace.ones(left.shape.dims), labels },
          ]);
    return { key, place: left.quantity.indices[0], value, source: right };
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** The reaches that partials most often have. */
function likelyReaches(reading: Reading): Reaches {
  const reaches = new Map<string, Reach>();
  for (const item of reading.items) {
    if (item.kind !== 'definition') continue;
    for (const partial of openPartials(item.right, reading.composed)) {
      if (partial.kind !== 'derivative' || partial.by[0] === undefined) continue;
      const [of, by] = [referenceOf(partial.of), referenceOf(partial.by[0])];
      if (of === undefined || by === undefined) continue;
      const [a, b] = [of.indices[0], by.indices[0]];
      const distance = a === undefined || b === undefined ? undefined : wholeValue(subtractWhole(a, b));
      reaches.set(partialText(of, by), distance !== undefined && Math.abs(distance) <= 1 ? 'step' : 'total');
    }
  }
  return reaches;
}

/** The parts as equations: one general one a name at most, and any number at single steps. */
function equationsOf(graph: Graph, recursions: ReadonlyMap<string, Recursion>, parts: readonly Part[]): readonly Equation[] | undefined {
  const { workspace, sizes } = graph.model;
  const equations: Equation[] = [];
  for (const [key, { indices }] of recursions) {
    const [range] = indices;
    const own = parts.filter((part) => part.key === key);
    const name = `§${key}`;
    // A name without steps that needs itself has no value.
    if (range === undefined) return undefined;
    const isGeneral = ({ place }: Part): boolean => place !== undefined && [...lettersOf(place)].some((letter) => !sizes.includes(letter));
    const points = own.filter((part) => !isGeneral(part));
    const [general, ...more] = own.filter(isGeneral);
    if (
      more.length > 0 ||
      points.some(({ place, value }) => place === undefined || value.letters.size > [...value.letters].filter((each) => sizes.includes(each)).length)
    )
      return undefined;
    for (const { place, value, source } of points) equations.push({ name, indices: [place as Whole], ranges: [], source, value });
    if (general?.place === undefined) continue;
    const letter = [...lettersOf(general.place)].find((each) => !sizes.includes(each));
    const shift = letter === undefined ? undefined : wholeValue(subtractWhole(general.place, wholeLetter(letter)));
    if (letter === undefined || shift === undefined) return undefined;
    const value = workspace.substituteLetters(general.value, new Map([[letter, shiftWhole(wholeLetter(range.letter), -shift)]]));
    equations.push({ name, indices: [wholeLetter(range.letter)], ranges: [without(range, points)], source: general.source, value });
  }
  return equations;
}

/** Every equation reads its group at earlier steps only, or at later ones only, or at the same step without a circle. */
function comesToAnEnd({ model: { workspace } }: Graph, equations: readonly Equation[]): boolean {
  const names = new Set(equations.map(({ name }) => name));
  const atOnce = new Map<string, Set<string>>();
  const signs = new Set<number>();
  for (const { name, indices, ranges, value } of equations) {
    if (ranges.length === 0) continue;
    for (const { quantity } of workspace.quantities(value)) {
      if (quantity.kind !== 'value' || !names.has(quantity.name)) continue;
      const [own, read] = [indices[0], quantity.indices[0]];
      const shift = own === undefined || read === undefined ? undefined : wholeValue(subtractWhole(read, own));
      if (shift === undefined) return false;
      if (shift !== 0) signs.add(Math.sign(shift));
      else atOnce.set(name, (atOnce.get(name) ?? new Set()).add(quantity.name));
    }
  }
  const leadsTo = (from: string, to: string, seen: Set<string>): boolean =>
    [...(atOnce.get(from) ?? [])].some((next) => next === to || (!seen.has(next) && leadsTo(next, to, seen.add(next))));
  return signs.size < 2 && [...names].every((name) => !leadsTo(name, name, new Set()));
}

/** The range of the general equation, without the ends that have equations of their own. */
function without(range: IndexRange, points: readonly Part[]): IndexRange {
  const has = (place: Whole): boolean => points.some((point) => point.place?.key === place.key);
  return { ...range, from: has(range.from) ? shiftWhole(range.from, 1) : range.from, to: has(range.to) ? shiftWhole(range.to, -1) : range.to };
}

function grownBy(graph: Graph, recursions: ReadonlyMap<string, Recursion>, parts: readonly Part[]): Graph | undefined {
  const equations = equationsOf(graph, recursions, parts);
  if (equations === undefined || !comesToAnEnd(graph, equations)) return undefined;
  const { model } = graph;
  const declarations = new Map(model.declarations);
  for (const [key, { indices, shape }] of recursions) {
    const declaration: Declaration = {
      name: `§${key}`,
      spelling: { latex: key, text: key, indexPlace: 'subscript' },
      indices,
      dims: shape.dims,
      role: 'computed',
      assumptions: {},
    };
    declarations.set(declaration.name, declaration);
  }
  const places = equations.filter(({ ranges, indices }) => ranges.length < indices.length);
  return {
    ...graph,
    model: {
      ...model,
      declarations,
      equations: [...model.equations, ...equations],
      boundaries: [...model.boundaries, ...places.map(({ name, indices }) => ({ name, indices, kind: 'equation' as const }))],
    },
  };
}

// ---------------------------------------------------------------- what they are

/** The recursive names as adjoints that obey the same equations: one induction for all of them. Undefined where there are none. */
function solved(graph: Graph, grown: Graph, items: Items, reading: Reading, parts: readonly Part[], options: JudgeOptions): Found | undefined {
  const judge = new Judge(grown, namesOfAnswer(grown, reading), reading, likelyReaches(reading), options);
  const chosen = new Map<string, string>();
  for (const [key, { indices, shape }] of items.recursions) {
    const [range] = indices;
    if (range === undefined) return undefined;
    const found = adjointLike(grown, judge, key, range, shape.dims);
    if (found === undefined) return undefined;
    chosen.set(`§${key}`, found);
  }
  const { workspace } = grown.model;
  const put = (tensor: Tensor): Tensor =>
    workspace.replace(tensor, (quantity, dims) => {
      const name = quantity.kind === 'value' ? chosen.get(quantity.name) : undefined;
      return name === undefined || quantity.kind !== 'value' ? undefined : workspace.symbol({ kind: 'adjoint', name, indices: quantity.indices }, dims);
    });
  const around = new Judge(graph, namesOfAnswer(graph, reading), reading, new Map(), options);
  for (const { name, indices, ranges, value } of equationsOf(graph, items.recursions, parts) ?? []) {
    const left = workspace.symbol({ kind: 'adjoint', name: chosen.get(name) as string, indices }, value.dims);
    if (around.prove(left, put(value), { ranges }) === undefined) return undefined;
  }
  const recursions = new Map(
    [...items.recursions].map(([key, recursion]): [string, Recursion] => [
      key,
      { ...recursion, solution: solutionOf(recursion, chosen.get(`§${key}`) as string) },
    ]),
  );
  return { graph, items: { ...items, recursions } };
}

/** A name whose adjoint has the numbers of the recursive one. */
function adjointLike({ model }: Graph, judge: Judge, key: string, range: IndexRange, dims: readonly Whole[]): string | undefined {
  const { workspace } = model;
  const at = [wholeLetter(range.letter)];
  const own = workspace.value(`§${key}`, at, dims);
  const same = (declaration: Declaration): boolean =>
    declaration.role === 'computed' &&
    !declaration.name.startsWith(`§${key}`) &&
    declaration.indices.length === 1 &&
    declaration.dims.length === dims.length &&
    declaration.dims.every((dim, axis) => dim.key === dims[axis]?.key);
  return [...model.declarations.values()].filter(same).find(({ name }) => {
    const adjoint = workspace.symbol({ kind: 'adjoint', name, indices: at }, dims);
    return judge.mayEqual(own, adjoint, { ranges: [range] }) && judge.compare(own, adjoint, { ranges: [range] }).verdict === 'equal';
  })?.name;
}

function solutionOf({ indices, shape }: Recursion, name: string): Definition {
  const letters = indices.map(({ letter }) => letter);
  const right: Formula = { kind: 'name', quantity: { kind: 'adjoint', name, indices: letters.map(wholeLetter) }, shape };
  return { letters, right, axes: new Map() };
}

/** Whether a formula holds a name that is what it is by induction. */
export function holdsSolved(formula: Formula, recursions: Items['recursions']): boolean {
  if (formula.kind === 'name' && formula.quantity.kind === 'value' && formula.quantity.name.startsWith('§'))
    return recursions.get(formula.quantity.name.slice(1))?.solution !== undefined;
  return childrenOf(formula).some((child) => holdsSolved(child, recursions));
}
