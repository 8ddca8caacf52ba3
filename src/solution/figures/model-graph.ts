/**
 * From a model to the description of its computation graph: what each equation's network reads, over three steps or for one in detail.
 *
 * Steps run over the letter in which an equation reads another step. Names with several such letters (a score e_{i,t} of an attention,
 * a state of a layer) have a step in one of them; a letter that is also stepped over, but not as time, shows as two layers.
 */

import { readsOf } from '../../calculus/index.js';
import type { Declaration, Equation, IndexRange, Model } from '../../model/model.js';
import { addWhole, lettersOf, shiftWhole, subtractWhole, type ValueReference, type Whole, wholeLetter, wholeName, wholeValue } from '../../network/index.js';
import { latexOfReference } from '../../notation/print-latex.js';
import { textOfReference } from '../../notation/print-text.js';
import { type Names, namesOf } from '../../notation/spelling.js';
import type { GraphDescription, GraphEdge, GraphNode, GraphNodeKind } from './description.js';

export interface ModelGraphOptions {
  /** 3: the steps before, now and next. 1: one step and what it reads of others. Left out: 3, unless the model has too many names a step. */
  readonly steps?: 1 | 3;
}

/** Key of a name's node at the step before (−1), now (0) or the next (1), or of a name that belongs to no step. For paths to highlight. */
export function graphNodeKey(name: string, offset?: -1 | 0 | 1): string {
  return offset === undefined ? name : `${name}@${offset}`;
}

const mostFamiliesForThree = 10;

/** Describes the graph of a model. Parameters, constants and boundary values are not drawn. */
export function modelGraph(model: Model, options: ModelGraphOptions = {}): GraphDescription {
  const loops = loopsOf(model);
  const families = familiesOf(model, loops);
  const ending = endsAtLast(model, families);
  const nodes = fromFirstColumn(families.flatMap((family) => nodesOf(family, namesOf(model), ending)));
  const keys = new Set(nodes.map((node) => node.key));
  const edges = families
    .flatMap((family) => edgesInto(model, family, families, ending))
    .filter((edge) => edge.from !== edge.to && keys.has(edge.from) && keys.has(edge.to));
  const stepped = families.filter((family) => family.letter !== undefined).length;
  if (stepped === 0) return withoutRepeats({ nodes: nodes.map((node) => ({ ...node, column: 0 })), edges });
  const whole = ending && families.every((family) => family.letter === undefined || stepsOf(family) <= 3);
  const drawn = withoutRepeats({ nodes, edges, ...(whole ? {} : { continues: ending ? 'before' : 'both' }) });
  return (options.steps ?? (stepped > mostFamiliesForThree ? 1 : 3)) === 1
    ? oneStep(drawn, ending ? Math.max(...nodes.map((node) => node.column ?? 0)) : 1)
    : drawn;
}

/** A name, or one layer of a name, with the letter its steps run over. */
interface Family {
  readonly id: string;
  readonly declaration: Declaration;
  readonly equation: Equation | undefined;
  readonly kind: GraphNodeKind;
  readonly letter: string | undefined;
  /** The letter of its layers, and which layer this is. */
  readonly layer?: { readonly letter: string; readonly offset: -1 | 0 };
}

/** Letters in which some equation reads another step, in the order in which their loops begin. */
function loopsOf(model: Model): readonly string[] {
  return [...new Set(model.equations.flatMap((equation) => shiftedLetters(model, equation)))];
}

/** Letters of an equation that it reads computed names at other values of. */
function shiftedLetters(model: Model, equation: Equation): readonly string[] {
  const own = equation.ranges.map((range) => range.letter);
  const reads = readsOf(model, equation).filter((read) => model.declarations.get(read.name)?.role === 'computed');
  return own.filter((letter) => reads.some((read) => read.indices.some((index) => (offsetIn(index, letter) ?? 0) !== 0)));
}

/** Names that some equation reads a fixed number of steps away. */
function carriedNames(model: Model): ReadonlySet<string> {
  const shifted = (equation: Equation, read: ValueReference): boolean =>
    equation.ranges.some(({ letter }) => read.indices.some((index) => (offsetIn(index, letter) ?? 0) !== 0));
  return new Set(
    model.equations.flatMap((equation) =>
      readsOf(model, equation)
        .filter((read) => shifted(equation, read))
        .map((read) => read.name),
    ),
  );
}

/** k when the index is letter + k. */
function offsetIn(index: Whole, letter: string): number | undefined {
  return lettersOf(index).has(letter) ? wholeValue(subtractWhole(index, wholeLetter(letter))) : undefined;
}

function familiesOf(model: Model, loops: readonly string[]): readonly Family[] {
  const states = carriedNames(model);
  const general = new Map<string, Equation>();
  for (const equation of model.equations) {
    const known = general.get(equation.name);
    if (known === undefined || equation.ranges.length > known.ranges.length) general.set(equation.name, equation);
  }
  const declarations = [...model.declarations.values()].filter(
    (declaration) => declaration.role === 'input' || (declaration.role === 'computed' && general.has(declaration.name)),
  );
  return declarations.flatMap((declaration): readonly Family[] => {
    const equation = general.get(declaration.name);
    const letters = (equation?.ranges ?? declaration.indices).map((range) => range.letter).filter((letter) => loops.includes(letter));
    const shifted = equation === undefined ? [] : shiftedLetters(model, equation);
    const letter = timeLetter(letters, shifted, loops);
    const family = { id: declaration.name, declaration, equation, kind: kindOf(model, declaration, equation, states), letter };
    const layer = shifted.find((other) => other !== letter);
    if (layer === undefined) return [family];
    return ([-1, 0] as const).map((offset) => ({
      ...family,
      id: offset === 0 ? declaration.name : `${declaration.name}/below`,
      layer: { letter: layer, offset },
    }));
  });
}

/** The letter that steps are counted in: t where there is one among several, otherwise the one of the latest loop. */
function timeLetter(letters: readonly string[], shifted: readonly string[], loops: readonly string[]): string | undefined {
  const candidates = shifted.length > 0 ? letters.filter((letter) => shifted.includes(letter)) : letters;
  if (shifted.length > 1 && candidates.includes('t')) return 't';
  return [...candidates].sort((a, b) => loops.indexOf(a) - loops.indexOf(b)).at(-1);
}

function kindOf(model: Model, declaration: Declaration, equation: Equation | undefined, states: ReadonlySet<string>): GraphNodeKind {
  if (equation === undefined) return 'input';
  const readers = model.equations.filter((other) => other.name !== declaration.name && readsOf(model, other).some((read) => read.name === declaration.name));
  const isScalarPart = declaration.dims.length === 0 && readers.length > 0 && readers.every((other) => other.name === model.loss);
  if (declaration.name === model.loss || isScalarPart) return 'loss';
  if (states.has(declaration.name)) return 'state';
  if (readers.length === 0 || readers.every((other) => model.declarations.get(other.name)?.dims.length === 0)) return 'output';
  return equation.source.kind === 'apply' || equation.source.kind === 'softmax' ? 'gate' : 'operation';
}

// ── nodes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const offsets = [-1, 0, 1] as const;

function nodesOf(family: Family, names: Names, ending: boolean): readonly GraphNode[] {
  const { declaration, id, kind, letter } = family;
  const node = (offset: -1 | 0 | 1 | undefined): GraphNode => {
    const reference = { name: declaration.name, indices: indicesAt(family, offset ?? 0, ending) };
    const math = { latex: latexOfReference(reference, names), text: textOfReference(reference, names) };
    return { key: graphNodeKey(id, offset), family: id, math, kind, ...(offset === undefined ? {} : { column: offset + 1 }) };
  };
  return letter === undefined ? [node(undefined)] : offsets.filter((offset) => !ending || 1 - offset < stepsOf(family)).map(node);
}

/** How many steps a family has; more than any picture shows where that is a letter. */
function stepsOf(family: Family): number {
  const range = rangeOf(family);
  const last = range === undefined ? undefined : wholeValue(subtractWhole(range.to, range.from));
  return last === undefined ? Number.POSITIVE_INFINITY : last + 1;
}

function rangeOf({ declaration, equation, letter }: Family): IndexRange | undefined {
  return (equation?.ranges ?? declaration.indices).find((candidate) => candidate.letter === letter);
}

/** Columns counted from the first that has a node. */
function fromFirstColumn(nodes: readonly GraphNode[]): readonly GraphNode[] {
  const first = Math.min(...nodes.flatMap((node) => (node.column === undefined ? [] : [node.column])));
  return first > 0 && Number.isFinite(first) ? nodes.map((node) => (node.column === undefined ? node : { ...node, column: node.column - first })) : nodes;
}

/** The indices of a node: its letter a step on or back (counted from the end when the picture shows the end), the others as they are. */
function indicesAt(family: Family, offset: number, ending: boolean): readonly Whole[] {
  const { declaration, equation, letter, layer } = family;
  const indices = equation?.indices ?? declaration.indices.map((range) => wholeLetter(range.letter));
  return indices.map((index) => {
    const name = wholeName(index);
    if (name !== undefined && name === layer?.letter) return shiftWhole(index, layer.offset);
    if (name === undefined || name !== letter) return index;
    const range = rangeOf(family);
    return ending && range !== undefined ? shiftWhole(range.to, offset - 1) : shiftWhole(index, offset);
  });
}

/** Whether something outside the steps reads a name at the last of them: then the picture shows the end. */
function endsAtLast(model: Model, families: readonly Family[]): boolean {
  return families.some(
    (reader) =>
      reader.letter === undefined &&
      reader.equation !== undefined &&
      readsOf(model, reader.equation).some((read) => families.some((source) => source.declaration.name === read.name && isLast(source, read))),
  );
}

function isLast(source: Family, read: ValueReference): boolean {
  const place = placeOf(source);
  const range = source.equation?.ranges.find((candidate) => candidate.letter === source.letter);
  return place !== undefined && range !== undefined && read.indices[place]?.key === range.to.key;
}

// ── edges ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function edgesInto(model: Model, reader: Family, families: readonly Family[], ending: boolean): readonly GraphEdge[] {
  if (reader.equation === undefined) return [];
  return readsOf(model, reader.equation).flatMap((read) =>
    families
      .filter((source) => source.declaration.name === read.name && layerFits(source, reader, read))
      .flatMap((source) => edgesBetween(source, reader, read, ending)),
  );
}

/** Which index of a family's values is its step. */
function placeOf(family: Family): number | undefined {
  const indices = family.equation?.indices ?? family.declaration.indices.map((range) => wholeLetter(range.letter));
  const place = indices.findIndex((index) => family.letter !== undefined && wholeName(index) === family.letter);
  return place < 0 ? undefined : place;
}

function layerFits(source: Family, reader: Family, read: ValueReference): boolean {
  if (source.layer === undefined) return true;
  const { letter, offset } = source.layer;
  const place = (source.equation?.indices ?? []).findIndex((index) => wholeName(index) === letter);
  const shift = place < 0 || read.indices[place] === undefined ? undefined : offsetIn(read.indices[place] as Whole, letter);
  // Read by something without layers, only the upper one is shown as read.
  return shift === undefined ? offset === 0 : (reader.layer?.offset ?? 0) + shift === offset;
}

function edgesBetween(source: Family, reader: Family, read: ValueReference, ending: boolean): readonly GraphEdge[] {
  const edge = (from: number, to: number, recurrent?: boolean): GraphEdge => ({
    from: keyAt(source, from),
    to: keyAt(reader, to),
    ...(recurrent === undefined ? {} : { recurrent }),
  });
  const place = placeOf(source);
  const index = place === undefined ? undefined : read.indices[place];
  if (source.letter === undefined || index === undefined) return reader.letter === undefined ? [edge(0, 0)] : offsets.map((to) => edge(0, to));
  if (reader.letter === undefined) {
    const fromEnd = ending ? placeFromEnd(source, index) : undefined;
    if (fromEnd !== undefined) return fromEnd <= 2 ? [edge(1 - fromEnd, 0)] : [];
    const fixed = lettersOf(index).size === 0 || isLast(source, read);
    return fixed ? (isLast(source, read) ? [edge(1, 0)] : []) : offsets.map((from) => edge(from, 0));
  }
  const shift = reader.letter === source.letter ? offsetIn(index, reader.letter) : undefined;
  if (shift !== undefined) return offsets.flatMap((to) => (Math.abs(to + shift) <= 1 ? [edge(to + shift, to)] : []));
  if (!boundIn(index, reader)) return [];
  if (reader.letter === source.letter) return offsets.flatMap((to) => offsets.filter((from) => from <= to).map((from) => edge(from, to, false)));
  // Another loop's steps are read as a whole; drawn once, for the step in the middle.
  return offsets.map((from) => edge(from, 0, false));
}

/** How many steps before the last of its family an index is, where both are numbers apart. */
function placeFromEnd(source: Family, index: Whole): number | undefined {
  const range = rangeOf(source);
  const distance = range === undefined ? undefined : wholeValue(subtractWhole(range.to, index));
  return distance === undefined || distance < 0 ? undefined : distance;
}

/** Whether an index runs, rather than naming one place such as 0 or the last. */
function boundIn(index: Whole, reader: Family): boolean {
  const lengths = new Set((reader.equation?.ranges ?? []).flatMap((range) => [...lettersOf(addWhole(range.to, range.from))]));
  return [...lettersOf(index)].some((letter) => !lengths.has(letter) && /^[^A-Z]/.test(letter));
}

function keyAt(family: Family, offset: number): string {
  return graphNodeKey(family.id, family.letter === undefined ? undefined : offset < 0 ? -1 : offset > 0 ? 1 : 0);
}

function withoutRepeats(graph: GraphDescription): GraphDescription {
  const edges = new Map(graph.edges.map((edge) => [`${edge.from} ${edge.to}`, edge]));
  const joined = new Set([...edges.values()].flatMap((edge) => [edge.from, edge.to]));
  return { ...graph, nodes: graph.nodes.filter((node) => joined.has(node.key)), edges: [...edges.values()] };
}

/** One step whole, and of its neighbours only what it reads. */
function oneStep(graph: GraphDescription, shown: number): GraphDescription {
  const columns = new Map(graph.nodes.map((node) => [node.key, node.column]));
  const within = (key: string): boolean => (columns.get(key) ?? shown) === shown;
  const edges = graph.edges.filter((edge) => within(edge.to) && (columns.get(edge.to) !== undefined || within(edge.from)));
  const kept = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  const nodes = graph.nodes.filter(
    (node) => within(node.key) || (kept.has(node.key) && edges.some((edge) => edge.from === node.key && columns.get(edge.to) === shown)),
  );
  const present = new Set(nodes.map((node) => node.key));
  return { nodes, edges: edges.filter((edge) => present.has(edge.from) && present.has(edge.to)) };
}
