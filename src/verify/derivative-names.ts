/**
 * Names of an answer that stand for derivatives, loss terms and copies of parameters: \bar h_t, δ_t, L_t, W_t.
 *
 * Nothing declares them; each is read in one style and under one meaning of δ.
 */

import { InputError } from '../errors.js';
import { asWhole, type Context, elaborate, entryOf } from '../model/index.js';
import type { IndexRange, Model } from '../model/model.js';
import { type Whole, wholeLetter, wholeNumber } from '../network/index.js';
import type { Formula, Orientation, Shape } from '../notation/formula.js';
import type { LexiconTables } from '../notation/lexicon.js';
import type { NameSyntax, ScriptItem, Syntax } from '../notation/syntax.js';
import { isKronecker } from './deltas.js';
import { copyKey, type Graph } from './graph.js';
import { type Items, stepOf } from './items.js';
import { namedBy } from './own-names.js';
import type { Style } from './style.js';

/** What the bare δ of an answer stands for, by its labels: a name whose adjoint it is. */
export type DeltaChoice = ReadonlyMap<string, string>;

export type Placed = NameSyntax & { readonly region: Syntax['region'] };

/** The labels of a bare δ: `h` of δ^h_t. */
export const deltaKey = (name: NameSyntax): string =>
  name.key?.replace(/^delta\^/, '') ??
  name.labels
    .filter((label) => !isStep(label))
    .map(({ text }) => text)
    .join();

/** A number below the line: δ_1 is δ at step 1. */
const isStep = ({ place, text }: ScriptItem): boolean => place === 'subscript' && /^\d+$/.test(text);

/** The same above the line, in brackets: E^{(1)}, L^{<2>}. */
const isPlace = (item: ScriptItem): boolean =>
  isStep(item) || (/^\d+$/.test(item.text) && (item.place === 'parenthesised' || item.place === 'angle' || item.place === 'bracket'));

export class DerivativeNames {
  /** Labels of the bare δ that were read since this was last emptied. */
  mentioned = new Set<string>();

  constructor(
    readonly graph: Graph,
    readonly source: Items,
    readonly style: Style,
    readonly deltas: DeltaChoice,
    readonly tables: LexiconTables,
  ) {}

  /** Its meaning, where it stands for a derivative, a loss term or a copy; undefined for other names. */
  read(name: Placed, context: Context): Formula | undefined {
    const { sheet } = this.graph;
    if (name.key !== undefined && this.source.deltas.some(({ key }) => key === name.key)) return this.delta(name, context);
    if (name.key !== undefined && this.source.copies.includes(name.key)) return this.copy(name.key, name, context);
    if (name.key !== undefined && name.key === sheet.loss) return name.indices.length === 1 ? this.#term(name, context) : undefined;
    if (name.key !== undefined && !sheet.functions.has(name.key)) return undefined;
    return this.loss(name, context) ?? this.bar(name, context) ?? this.delta(name, context);
  }

  /** W_t, W^{(t)}: the copy of a parameter that one step reads. */
  private copy(key: string, name: Placed, context: Context): Formula | undefined {
    const declaration = this.graph.model.declarations.get(copyKey(key));
    const step = stepOf(name, this.graph.sheet);
    if (declaration === undefined || step === undefined) return undefined;
    noteUse(step, declaration.indices[0], context);
    const plain: Formula = elaborate({ ...name, indices: [] }, context);
    return { kind: 'name', quantity: { kind: 'value', name: declaration.name, indices: [step] }, shape: plain.shape, region: name.region };
  }

  /** J, L, E, ℒ, `loss`, ℓ: the model's loss; with an index its term there. */
  private loss(name: Placed, context: Context): Formula | undefined {
    const { sheet } = this.graph;
    const isFunction = name.key !== undefined && sheet.functions.has(name.key);
    if (sheet.loss === undefined || name.raw.accents.length > 0 || name.raw.primes > 0 || name.labels.some((label) => !isPlace(label))) return undefined;
    if (!isFunction && !['J', 'L', 'E', 'loss', 'Loss', 'ell', 'C', 'cost'].includes(name.raw.base)) return undefined;
    if (name.key !== undefined && !isFunction) return undefined;
    if (name.indices.length === 0 && name.labels.length === 0 && (isFunction ? isWholeLoss(sheet, name.key ?? '') : name.raw.base !== 'ell'))
      return { kind: 'name', quantity: { kind: 'value', name: sheet.loss, indices: [] }, shape: { dims: [] }, region: name.region };
    return this.#term(name, context);
  }

  /** L_t, E^{(1)}, J^{<t>}: the loss at one step. */
  #term(name: Placed, context: Context): Formula | undefined {
    const { lossTerm, sheet } = this.graph;
    const steps = name.labels.filter(isPlace);
    if (
      lossTerm === undefined ||
      name.indices.length + steps.length !== 1 ||
      (name.key === sheet.loss && sheet.declarations.get(name.key ?? '')?.indices.length !== 0)
    )
      return undefined;
    const index = steps[0] !== undefined ? wholeNumber(Number(steps[0].text)) : wholeOf(name.indices[0]?.value, context);
    return index === undefined
      ? undefined
      : { kind: 'name', quantity: { kind: 'value', name: lossTerm, indices: [index] }, shape: { dims: [] }, region: name.region };
  }

  /** \bar{h}_t: the adjoint of h_t. */
  private bar(name: Placed, context: Context): Formula | undefined {
    const [accent, ...accents] = name.raw.accents;
    if (accent !== 'bar' && accent !== 'overline') return undefined;
    const stem = this.tables.withStem({ ...name.raw, accents });
    const labelled = (texts: readonly string[]) =>
      stem.find((candidate) => candidate.labels.length === texts.length && candidate.labels.every(({ text }) => texts.includes(text)));
    // A number is a place where the name has one: \bar{h}_0.
    const found = labelled(name.labels.map(({ text }) => text)) ?? labelled(name.labels.filter((label) => !isPlace(label)).map(({ text }) => text));
    if (found === undefined) return undefined;
    const places = name.labels
      .filter((label) => isPlace(label) && !found.labels.some(({ text }) => text === label.text))
      .map(({ place, text, region }) => ({ place, value: { kind: 'number', text, region } }) as const);
    const of: Syntax = { ...name, raw: { ...name.raw, accents }, key: found.key, labels: [], indices: [...places, ...name.indices] };
    return elaborate({ kind: 'differential', spelling: 'd', of, region: name.region }, context);
  }

  /** A bare δ_t, δ^h_t: the adjoint that was chosen for it. */
  private delta(name: Placed, context: Context): Formula | undefined {
    if (name.raw.base !== 'delta' || isKronecker(name, this.source) || name.raw.primes > 0 || name.raw.accents.length > 0) return undefined;
    const key = deltaKey(name);
    const chosen = this.deltas.get(key);
    const declaration = chosen === undefined ? undefined : this.graph.model.declarations.get(chosen);
    if (chosen === undefined || declaration === undefined) return undefined;
    const written = [...name.indices.map(({ value }) => wholeOf(value, context)), ...name.labels.filter(isStep).map(({ text }) => wholeNumber(Number(text)))];
    const count = declaration.indices.length;
    const all = written.length === 0 && context.impliedIndices === true ? declaration.indices.map(({ letter }) => wholeLetter(letter)) : written;
    if (all.length < count || all.length > count + declaration.dims.length || all.some((index) => index === undefined)) return undefined;
    const indices = all.slice(0, count);
    this.mentioned.add(key);
    indices.forEach((index, at) => noteUse(index as Whole, declaration.indices[at], context));
    const turns = this.style.convention !== this.graph.sheet.settings.convention;
    const lies =
      this.style.layout === 'numerator' || this.style.layout === 'mixed'
        ? 'row'
        : turns
          ? turned({ dims: declaration.dims, ...(declaration.orientation === undefined ? {} : { orientation: declaration.orientation }) }).orientation
          : declaration.orientation;
    const shape: Shape = { dims: declaration.dims, ...(lies === undefined || declaration.dims.length !== 1 ? {} : { orientation: lies }) };
    const value: Formula = { kind: 'name', quantity: { kind: 'adjoint', name: chosen, indices: indices as readonly Whole[] }, shape, region: name.region };
    const positions = (all.slice(count) as readonly Whole[]).map((whole) => ({ whole, region: name.region }));
    return entryOf(value, positions, context, name.region);
  }
}

/** Names that a bare δ with these labels may be the adjoint of, the simplest first. */
export function deltaCandidates(graph: Graph, name: NameSyntax, tables: LexiconTables): readonly string[] {
  const { model, preactivations } = graph;
  const count = name.indices.length + name.labels.filter(isStep).length;
  const texts = name.key === undefined ? name.labels.filter((label) => !isStep(label)).map(({ text }) => text) : [deltaKey(name)];
  const labelled = texts.flatMap((text) => {
    const named = namedBy(text, tables)?.key;
    // δ^c may be that of c̃: accents are often left out of labels.
    const accented = tables.lexicon.names.filter((other) => other.base === text && other.accents.length > 0).map(({ key }) => key);
    return [...(named === undefined ? [] : [named]), ...accented];
  });
  const all = [...model.declarations.values()]
    .filter(
      (declaration) =>
        declaration.role === 'computed' &&
        declaration.dims.length > 0 &&
        (count === 0 ||
          declaration.indices.length === count ||
          (declaration.indices.length < count && declaration.indices.length + declaration.dims.length >= count)),
    )
    .map((declaration) => declaration.name);
  const withArgument = (key: string): readonly string[] => {
    const argument = preactivations.get(key) ?? namedArgument(graph, key);
    return argument === undefined ? [key] : [key, argument];
  };
  // δ^y of an input y is what it says, or that of ŷ.
  const isInput = (key: string): boolean => model.declarations.get(key)?.role === 'input' && model.declarations.get(key)?.indices.length === count;
  if (labelled.length > 0) return labelled.flatMap(withArgument).filter((key) => all.includes(key) || isInput(key));
  return all;
}

function wholeOf(syntax: Syntax | undefined, context: Context): Whole | undefined {
  if (syntax === undefined) return undefined;
  try {
    const read = elaborate(syntax, { ...context, impliedIndices: false });
    return read.kind === 'whole' ? read.value : read.kind === 'number' || read.kind === 'sum' ? asWhole(syntax) : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function noteUse(index: Whole, range: IndexRange | undefined, context: Context): void {
  for (const { letters } of index.monomials) {
    for (const letter of letters) {
      const use = context.scope.get(letter);
      if (use !== undefined && range !== undefined) use.indexOf ??= range;
    }
  }
}

export const turned = (shape: Shape): Shape =>
  shape.orientation === undefined ? shape : { ...shape, orientation: (shape.orientation === 'row' ? 'column' : 'row') as Orientation };

/** Whether the loss is this one unspecified function of something: J = ℓ(o). */
function isWholeLoss({ equations, loss }: Model, name: string): boolean {
  const source = equations.find((equation) => equation.name === loss)?.source;
  return source?.kind === 'unspecified' && source.name === name && source.wrt.length === 0;
}

/** o of ŷ = softmax(o): the argument where it has a name of its own. */
function namedArgument({ sheet }: Graph, key: string): string | undefined {
  const source = sheet.equations.find(({ name }) => name === key)?.source;
  const of = source?.kind === 'softmax' ? source.of : source?.kind === 'apply' && source.args.length === 1 ? source.args[0] : undefined;
  return of?.kind === 'name' && of.quantity.kind === 'value' ? of.quantity.name : undefined;
}
