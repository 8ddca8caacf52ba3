/**
 * An answer read in one style: every statement elaborated against the model, its own names defined on the way.
 *
 * Definitions may stand behind their uses, so they are read round by round until none is left that can be; each round reads at least one more.
 */

import { InputError, type Problem } from '../errors.js';
import {
  asWhole,
  type Context,
  childrenOf,
  contextOfModel,
  derivativeShape,
  elaborate,
  entryOf,
  inLayout,
  type LetterUse,
  type NameMeaning,
  readCondition,
  settled,
} from '../model/index.js';
import type { IndexRange, Model, Settings } from '../model/model.js';
import { type Whole, wholeLetter, wholeName, wholeNumber, wholeValue } from '../network/index.js';
import type { Condition, Formula, Orientation, Shape } from '../notation/formula.js';
import { LexiconTables } from '../notation/lexicon.js';
import type { LexiconName, NameSyntax, RelationSign, ScriptItem, Syntax, Trailer } from '../notation/syntax.js';
import { isDefinitionOf, sameInGraph } from './definitions.js';
import { isKronecker } from './deltas.js';
import { copyKey, type Graph } from './graph.js';
import { type Item, type Items, stepOf } from './items.js';
import { type Composed, compose, isPlaceholder, type Run, withoutRuns } from './leibniz.js';
import type { Definition, OwnNames } from './lowering.js';
import { namedBy } from './own-names.js';
import type { Style } from './style.js';
import type { LineRelation } from './types.js';

/** What the bare δ of an answer stands for, by its labels: a name whose adjoint it is. */
export type DeltaChoice = ReadonlyMap<string, string>;

export interface ReadStatement {
  readonly kind: 'statement';
  readonly relation: LineRelation;
  readonly left: Formula;
  readonly right: Formula;
  readonly axes: ReadonlyMap<string, Whole>;
  /** The index letters in scope, each with the range of the place it stands in. */
  readonly letters: ReadonlyMap<string, IndexRange | undefined>;
  readonly conditions: readonly Condition[];
  /** Labels of the bare δ it mentions. */
  readonly deltas: readonly string[];
  /** For v += e: whether e is summed over the free letters that v lacks. */
  readonly accumulates: boolean;
  /** The first member of a chain, where this is a later link. */
  readonly first: Formula | undefined;
}

export interface ReadDefinition {
  readonly kind: 'definition';
  readonly key: string;
  readonly left: Formula;
  readonly right: Formula;
}

export type ReadItem = ReadStatement | ReadDefinition | { readonly kind: 'problem'; readonly problem: Problem; readonly verdict: 'ill-shaped' | 'unreadable' };

const SIGNS: { readonly [S in RelationSign]?: LineRelation } = {
  '=': '=',
  ':=': '=',
  '≡': '=',
  '+=': '=',
  '-=': '=',
  '≠': '≠',
  '<': '<',
  '≤': '≤',
  '>': '>',
  '≥': '≥',
};

/** The labels of a bare δ: `h` of δ^h_t. */
export const deltaKey = (name: NameSyntax): string =>
  name.key?.replace(/^delta\^/, '') ??
  name.labels
    .filter((label) => !isStep(label))
    .map(({ text }) => text)
    .join();

/** A number below the line: δ_1 is δ at step 1. */
const isStep = ({ place, text }: ScriptItem): boolean => place === 'subscript' && /^\d+$/.test(text);

export class Reading implements OwnNames {
  readonly definitions = new Map<string, Definition>();
  readonly composed = new Map<string, Composed>();
  readonly items: readonly ReadItem[];
  readonly #meanings = new Map<string, NameMeaning>();
  readonly #hidden = new Set<string>();
  readonly #tables: LexiconTables;
  readonly #settings: Settings;
  #deltas = new Set<string>();

  constructor(
    readonly graph: Graph,
    readonly source: Items,
    readonly style: Style,
    readonly deltas: DeltaChoice,
    own: Partial<Settings>,
    base?: Reading,
  ) {
    this.#tables = new LexiconTables(source.lexicon);
    const { layout, ...settings } = { ...graph.sheet.settings, ...own };
    this.#settings = { ...settings, convention: style.convention, ...(style.layout === undefined ? {} : { layout: style.layout }) };
    const read: (ReadItem | undefined)[] = source.items.map((item) =>
      item.content.kind === 'problem' ? { kind: 'problem', problem: item.content.problem, verdict: 'unreadable' } : undefined,
    );
    if (base !== undefined) this.#reuse(base, read);
    this.#define(read);
    source.items.forEach((item, at) => {
      read[at] ??= this.#statement(item);
    });
    this.items = read as readonly ReadItem[];
  }

  /** Spelling keys of the answer's own names. */
  get names(): readonly LexiconName[] {
    return this.source.names;
  }

  /** What a reading in the same style with another meaning of δ has in common with this one. */
  #reuse(base: Reading, read: (ReadItem | undefined)[]): void {
    const definitions = this.source.items.filter((_, at) => base.items[at]?.kind === 'definition');
    if (definitions.some((item) => this.source.withDelta.has(item))) return;
    for (const [key, composed] of base.composed) this.composed.set(key, composed);
    for (const [key, definition] of base.definitions) this.definitions.set(key, definition);
    for (const [key, meaning] of base.#meanings) this.#meanings.set(key, meaning);
    for (const key of base.#hidden) this.#hidden.add(key);
    this.source.items.forEach((item, at) => {
      const before = base.items[at];
      if (before !== undefined && !this.source.withDelta.has(item)) read[at] = before;
    });
  }

  // ── definitions ──

  #define(read: (ReadItem | undefined)[]): void {
    const defined = new Set<string>();
    for (let progress = true; progress; ) {
      progress = false;
      this.source.items.forEach((item, at) => {
        const { content } = item;
        if (read[at] !== undefined || content.kind !== 'link' || content.first !== undefined) return;
        const key = isDefinitionOf(content.left, content.sign, this.names);
        if (key === undefined || defined.has(key)) return;
        const made = this.#attempt(() => this.#definition(key, content, item));
        if (made === undefined) return;
        defined.add(key);
        read[at] = made;
        progress = true;
      });
    }
  }

  #attempt<X>(make: () => X): X | undefined {
    try {
      return make();
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
  }

  #definition(key: string, content: Extract<Item['content'], { kind: 'link' }>, item: Item): ReadDefinition {
    const context = this.#context(item);
    const right = settled(this.#side(content.right, context), context);
    const left = content.left as NameSyntax & { readonly region: Syntax['region'] };
    const written = left.indices.map(({ value }) => this.#letterOf(value));
    if (written.some((letter) => letter === undefined))
      throw new InputError({ ruleId: 'unsupported', message: 'A definition at one step alone is not read.', region: item.region });
    const letters = written as readonly string[];
    const axes = axesOf(context);
    const own = letters.filter((letter) => !axes.has(letter));
    const free = own.length > 0 ? own : freeLetters(right, this.graph).filter((letter) => !axes.has(letter));
    const name = `§${key}`;
    if (own.length === 0 && free.length > 0) this.#hidden.add(key);
    const shape: Shape = axes.size > 0 && right.shape.dims.length === 0 ? shapeOfAxes([...axes.values()], this.#settings.convention) : right.shape;
    const ranges = free.map((letter) => context.scope.get(letter)?.indexOf ?? this.#defaultRange(letter));
    const same = axes.size > 0 ? undefined : sameInGraph(this.graph, this, right, free);
    const indices = ranges.map((range, at) => ({ ...range, letter: free[at] ?? range.letter }));
    this.#meanings.set(key, { key: same ?? name, text: key, indices, shape });
    if (same === undefined) this.definitions.set(name, { letters: free, right, axes });
    return {
      kind: 'definition',
      key: name,
      left: { kind: 'name', quantity: { kind: 'value', name, indices: free.map(wholeLetter) }, shape, region: left.region },
      right,
    };
  }

  #letterOf(index: Syntax): string | undefined {
    return index.kind === 'name' && index.raw.scripts.length === 0 ? index.raw.base : undefined;
  }

  #defaultRange(letter: string): IndexRange {
    const range = this.graph.sheet.letters.get(letter) ?? [...this.graph.sheet.letters.values()][0];
    return range === undefined ? { letter, from: wholeLetter('T'), to: wholeLetter('T') } : { ...range, letter };
  }

  // ── statements ──

  #statement(item: Item): ReadItem {
    const { content } = item;
    if (content.kind === 'problem') return { kind: 'problem', problem: content.problem, verdict: 'unreadable' };
    try {
      return this.#relation(item, content);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const [problem] = error.problems;
      const shapes = problem?.ruleId === 'ill-shaped' || problem?.ruleId === 'shape-mismatch';
      return { kind: 'problem', problem: problem ?? { ruleId: 'unreadable', message: error.message }, verdict: shapes ? 'ill-shaped' : 'unreadable' };
    }
  }

  #relation(item: Item, content: Extract<Item['content'], { kind: 'link' }>): ReadStatement {
    const relation = SIGNS[content.sign];
    if (relation === undefined)
      throw new InputError({
        ruleId: 'unsupported',
        message: `\`${content.sign}\` states nothing that can be judged here.`,
        fix: 'Write an equation or an inequality.',
        region: item.region,
      });
    this.#deltas = new Set();
    const context = this.#context(item);
    let left = this.#side(content.left, context);
    let right = this.#side(content.right, context);
    [left, right] = this.#matched(left, right, context);
    const first = content.first === undefined ? undefined : this.#attempt(() => this.#side(content.first as Syntax, context));
    const conditions = conditionsOf(content.trailer, context);
    const axes = axesOf(context);
    const settle = (side: Formula): Formula => settled(side, context);
    const whole = new Map([...axes].map(([letter, dim]) => [letter, context.solver.resolve(dim)] as const));
    for (const dim of whole.values())
      if (context.solver.unknownsOf(dim).length > 0)
        throw new InputError({ ruleId: 'unknown-size', message: 'The size of an axis stays open in this line.', region: item.region });
    const negative = content.sign === '-=' ? { kind: 'sum' as const, terms: [{ sign: -1 as const, formula: right }], shape: right.shape } : right;
    return {
      kind: 'statement',
      relation,
      left: settle(left),
      right: settle(negative),
      axes: whole,
      letters: lettersOf(context),
      conditions,
      deltas: [...this.#deltas],
      accumulates: content.sign === '+=' || content.sign === '-=',
      first: first === undefined ? undefined : settle(first),
    };
  }

  /** Both sides in one shape; a number may stand for an array of it. Throws the InputError `ill-shaped` where they have two. */
  #matched(left: Formula, right: Formula, context: Context): [Formula, Formula] {
    const { solver } = context;
    const stretch = (side: Formula, other: Formula): Formula => (isAnyShape(side) ? { ...side, shape: other.shape } : side);
    const [a, b] = [stretch(left, right), stretch(right, left)];
    if (unifies(a.shape, b.shape, solver)) return [a, b];
    if (b.shape.dims.length === 0 && isConstant(b)) return [a, b];
    if (a.shape.dims.length === 0 && isConstant(a)) return [a, b];
    const say = (shape: Shape): string => describe(shape, (dim) => solver.resolve(dim).key);
    throw new InputError({
      ruleId: 'ill-shaped',
      message: 'The two sides have different shapes.',
      why: `The left side is ${say(a.shape)}, the right side ${say(b.shape)}.`,
      ...(right.region === undefined ? {} : { region: right.region }),
    });
  }

  /** Runs of partials first; where that does not conform, the text as it stands. */
  #side(syntax: Syntax, context: Context): Formula {
    const runs = new Map<string, Run>();
    const replaced = withoutRuns(syntax, runs);
    if (runs.size === 0) return elaborate(replaced, context);
    const mark = context.solver.mark();
    try {
      return elaborate(replaced, {
        ...context,
        extra: (name, inside) => (isPlaceholder(name) ? this.#placeholder(name, runs, inside) : context.extra?.(name, inside)),
      });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      context.solver.undo(mark);
      try {
        return elaborate(syntax, context);
      } catch (again) {
        throw again instanceof InputError ? error : again;
      }
    }
  }

  #placeholder(name: NameSyntax & { readonly region: Syntax['region'] }, runs: ReadonlyMap<string, Run>, context: Context): Formula | undefined {
    const run = runs.get(name.raw.base);
    if (run === undefined) return undefined;
    const composed = compose(run, context);
    const key = `§L${this.composed.size}`;
    this.composed.set(key, composed);
    const shape = derivativeShape(composed.of, [composed.by]);
    const value: Formula = { kind: 'name', quantity: { kind: 'value', name: key, indices: composed.letters.map(wholeLetter) }, shape, region: name.region };
    return inLayout(value, composed.of, [composed.by], 'partial', context);
  }

  // ── names ──

  #context(item: Item): Context {
    const { sheet } = this.graph;
    const scope = new Map<string, LetterUse>();
    for (const letter of this.source.letters) {
      const range = sheet.letters.get(letter);
      scope.set(letter, range === undefined ? {} : { indexOf: range });
    }
    const base = contextOfModel(sheet, {
      scope,
      settings: this.#settings,
      extra: (name, inside) => this.#extra(name, inside),
      ...(item.found.code ? { impliedIndices: true } : {}),
    });
    const turns = this.style.convention !== sheet.settings.convention;
    return {
      ...base,
      names: (key) => {
        const own = this.#meanings.get(key);
        if (own !== undefined) return own;
        const meaning = base.names(key);
        return meaning === undefined || !turns ? meaning : { ...meaning, shape: turned(meaning.shape) };
      },
    };
  }

  #extra(name: NameSyntax & { readonly region: Syntax['region'] }, context: Context): Formula | undefined {
    if (name.key !== undefined && this.#hidden.has(name.key) && name.indices.length === 0) return this.#hiddenName(name.key, name);
    if (name.key !== undefined && this.#meanings.has(name.key)) return undefined;
    if (name.key !== undefined && this.source.deltas.some(({ key }) => key === name.key)) return this.#delta(name, context);
    if (name.key !== undefined && this.source.copies.includes(name.key)) return this.#copy(name.key, name, context);
    if (name.key !== undefined && !this.graph.sheet.functions.has(name.key)) return undefined;
    return this.#loss(name, context) ?? this.#bar(name, context) ?? this.#delta(name, context);
  }

  /** A name of the answer that is written without the letters it depends on. */
  #hiddenName(key: string, name: { readonly region: Syntax['region'] }): Formula | undefined {
    const meaning = this.#meanings.get(key);
    if (meaning === undefined) return undefined;
    return {
      kind: 'name',
      quantity: { kind: 'value', name: meaning.key, indices: meaning.indices.map(({ letter }) => wholeLetter(letter)) },
      shape: meaning.shape,
      region: name.region,
    };
  }

  /** W_t, W^{(t)}: the copy of a parameter that one step reads. */
  #copy(key: string, name: NameSyntax & { readonly region: Syntax['region'] }, context: Context): Formula | undefined {
    const declaration = this.graph.model.declarations.get(copyKey(key));
    const step = stepOf(name, this.graph.sheet);
    if (declaration === undefined || step === undefined) return undefined;
    noteUse(step, declaration.indices[0], context);
    const plain: Formula = elaborate({ ...name, indices: [] }, context);
    return { kind: 'name', quantity: { kind: 'value', name: declaration.name, indices: [step] }, shape: plain.shape, region: name.region };
  }

  /** J, L, E, ℒ, `loss`, ℓ: the model's loss; with an index its term there. */
  #loss(name: NameSyntax & { readonly region: Syntax['region'] }, context: Context): Formula | undefined {
    const { sheet, lossTerm } = this.graph;
    const isFunction = name.key !== undefined && sheet.functions.has(name.key);
    if (sheet.loss === undefined || name.raw.accents.length > 0 || name.raw.primes > 0 || name.labels.some((label) => !isStep(label))) return undefined;
    if (!isFunction && !['J', 'L', 'E', 'loss', 'Loss', 'ell', 'C', 'cost'].includes(name.raw.base)) return undefined;
    if (name.key !== undefined && !isFunction) return undefined;
    if (name.indices.length === 0 && name.labels.length === 0 && (isFunction ? isWholeLoss(sheet, name.key ?? '') : name.raw.base !== 'ell'))
      return { kind: 'name', quantity: { kind: 'value', name: sheet.loss, indices: [] }, shape: { dims: [] }, region: name.region };
    const steps = name.labels.filter(isStep);
    if (lossTerm === undefined || name.indices.length + steps.length !== 1) return undefined;
    const index = steps[0] !== undefined ? wholeNumber(Number(steps[0].text)) : wholeOf(name.indices[0]?.value, context);
    return index === undefined
      ? undefined
      : { kind: 'name', quantity: { kind: 'value', name: lossTerm, indices: [index] }, shape: { dims: [] }, region: name.region };
  }

  /** \bar{h}_t: the adjoint of h_t. */
  #bar(name: NameSyntax & { readonly region: Syntax['region'] }, context: Context): Formula | undefined {
    const [accent, ...accents] = name.raw.accents;
    if (accent !== 'bar' && accent !== 'overline') return undefined;
    const texts = name.labels.map(({ text }) => text);
    const found = this.#tables
      .withStem({ ...name.raw, accents })
      .find((candidate) => candidate.labels.every(({ text }) => texts.includes(text)) && candidate.labels.length === texts.length);
    if (found === undefined) return undefined;
    const of: Syntax = { ...name, raw: { ...name.raw, accents }, key: found.key, labels: [] };
    return elaborate({ kind: 'differential', spelling: 'd', of, region: name.region }, context);
  }

  /** A bare δ_t, δ^h_t: the adjoint that was chosen for it. */
  #delta(name: NameSyntax & { readonly region: Syntax['region'] }, context: Context): Formula | undefined {
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
    this.#deltas.add(key);
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

  /** Names that a bare δ with these labels may be the adjoint of, the simplest first. */
  static deltaCandidates(graph: Graph, name: NameSyntax, tables: LexiconTables): readonly string[] {
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
    const withArgument = (key: string): readonly string[] => [key, ...(preactivations.get(key) === undefined ? [] : [preactivations.get(key) as string])];
    if (labelled.length > 0) return labelled.flatMap(withArgument).filter((key) => all.includes(key));
    return all;
  }
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

const turned = (shape: Shape): Shape =>
  shape.orientation === undefined ? shape : { ...shape, orientation: (shape.orientation === 'row' ? 'column' : 'row') as Orientation };

function axesOf(context: Context): ReadonlyMap<string, Whole> {
  const axes = new Map<string, Whole>();
  for (const [letter, use] of context.scope) if (use.axis !== undefined && use.indexOf === undefined) axes.set(letter, context.solver.resolve(use.axis));
  return axes;
}

function lettersOf(context: Context): ReadonlyMap<string, IndexRange | undefined> {
  const letters = new Map<string, IndexRange | undefined>();
  for (const [letter, use] of context.scope)
    if (use.axis === undefined || use.indexOf !== undefined) letters.set(letter, use.indexOf === undefined ? undefined : { ...use.indexOf, letter });
  return letters;
}

const shapeOfAxes = (dims: readonly Whole[], orientation: Orientation): Shape => (dims.length === 1 ? { dims, orientation } : { dims });

function freeLetters(right: Formula, graph: Graph): readonly string[] {
  const found = new Set<string>();
  const bound = new Set<string>();
  const visit = (node: Formula): void => {
    if (node.kind === 'name' && node.quantity.kind !== 'partial')
      for (const index of node.quantity.indices)
        for (const { letters } of index.monomials) for (const letter of letters) if (!graph.sheet.sizes.includes(letter)) found.add(letter);
    if (node.kind === 'rangeSum' || node.kind === 'rangeProduct' || node.kind === 'axisSum') bound.add(node.letter);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(right);
  return [...found].filter((letter) => !bound.has(letter));
}

function conditionsOf(trailer: Trailer, context: Context): readonly Condition[] {
  const read = trailer.conditions.flatMap((chain) => {
    try {
      return [readCondition(chain, context)];
    } catch (error) {
      if (error instanceof InputError) return [];
      throw error;
    }
  });
  const ranges = trailer.ranges.map(({ letter, from, to }): Condition => {
    const [low, high] = [asWhole(from), asWhole(to)];
    const at = wholeLetter(letter);
    const falls = low !== undefined && high !== undefined && wholeName(low) !== undefined && wholeValue(high) !== undefined;
    const [a, b] = falls ? [high, low] : [low, high];
    return {
      relations: [
        ...(a === undefined ? [] : [{ left: at, sign: '≥' as const, right: a }]),
        ...(b === undefined ? [] : [{ left: at, sign: '≤' as const, right: b }]),
      ],
    };
  });
  return [...read, ...ranges];
}

const isAnyShape = (side: Formula): boolean => side.kind === 'ones' || side.kind === 'zeros';

/** A number as it stands: what `= 0` may be compared with, whatever the shape. */
function isConstant(side: Formula): boolean {
  return side.kind === 'number' || (side.kind === 'sum' && side.terms.length === 1 && side.terms[0]?.formula.kind === 'number');
}

function unifies(a: Shape, b: Shape, solver: Context['solver']): boolean {
  if (a.dims.length !== b.dims.length) return false;
  if (a.dims.length === 1 && a.orientation !== undefined && b.orientation !== undefined && a.orientation !== b.orientation) return false;
  return a.dims.every((dim, k) => solver.unify(dim, b.dims[k] ?? dim));
}

function describe(shape: Shape, key: (dim: Whole) => string): string {
  const [first, second] = shape.dims;
  if (first === undefined) return 'a scalar';
  if (second === undefined)
    return shape.orientation === undefined
      ? `a vector of length ${key(first)}`
      : shape.orientation === 'row'
        ? `a row (1 × ${key(first)})`
        : `a column (${key(first)} × 1)`;
  return `${shape.dims.map(key).join(' × ')}`;
}

/** Whether the loss is this one unspecified function of something: J = ℓ(o). */
function isWholeLoss({ equations, loss }: Model, name: string): boolean {
  const source = equations.find((equation) => equation.name === loss)?.source;
  return source?.kind === 'unspecified' && source.name === name && source.wrt.length === 0;
}
