/**
 * An answer read in one style: every statement elaborated against the model, its own names defined on the way.
 *
 * Definitions may stand behind their uses, so they are read round by round until none is left that can be; each round reads at least one more.
 */

import { InputError, type Problem } from '../errors.js';
import { type Context, contextOfModel, derivativeShape, elaborate, inLayout, type LetterUse, type NameMeaning, settled } from '../model/index.js';
import type { IndexRange, Settings } from '../model/model.js';
import { type Whole, wholeLetter } from '../network/index.js';
import type { Condition, Formula, Shape } from '../notation/formula.js';
import { LexiconTables } from '../notation/lexicon.js';
import type { LexiconName, NameSyntax, RelationSign, Syntax } from '../notation/syntax.js';
import { isDefinitionOf, sameInGraph } from './definitions.js';
import { type DeltaChoice, DerivativeNames, type Placed, turned } from './derivative-names.js';
import type { Graph } from './graph.js';
import type { Item, Items, Recursion } from './items.js';
import { type Composed, compose, isPlaceholder, type Run, withoutRuns } from './leibniz.js';
import { axesOf, conditionsOf, freeLetters, lettersOf, lettersSaid, refuseUnboundLetters, shapeOfAxes } from './line-parts.js';
import type { Definition, OwnNames } from './lowering.js';
import { matched } from './matching.js';
import type { Style } from './style.js';
import type { LineRelation } from './types.js';

export { type DeltaChoice, deltaKey } from './derivative-names.js';

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

type Link = Extract<Item['content'], { kind: 'link' }>;

export type ReadItem =
  | ReadStatement
  | ReadDefinition
  | { readonly kind: 'claim' }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly verdict: 'ill-shaped' | 'unreadable' };

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

export class Reading implements OwnNames {
  readonly definitions = new Map<string, Definition>();
  readonly composed = new Map<string, Composed>();
  readonly items: readonly ReadItem[];
  readonly #meanings = new Map<string, NameMeaning>();
  readonly #hidden = new Set<string>();
  readonly #derivatives: DerivativeNames;
  readonly #settings: Settings;

  constructor(
    readonly graph: Graph,
    readonly source: Items,
    readonly style: Style,
    readonly deltas: DeltaChoice,
    own: Partial<Settings>,
    base?: Reading,
  ) {
    this.#derivatives = new DerivativeNames(graph, source, style, deltas, new LexiconTables(source.lexicon));
    const { layout, ...settings } = { ...graph.sheet.settings, ...own };
    this.#settings = { ...settings, convention: style.convention, ...(style.layout === undefined ? {} : { layout: style.layout }) };
    const read: (ReadItem | undefined)[] = source.items.map((item) =>
      item.content.kind === 'problem'
        ? { kind: 'problem', problem: item.content.problem, verdict: 'unreadable' }
        : item.content.kind === 'claim'
          ? { kind: 'claim' }
          : undefined,
    );
    for (const [key, recursion] of source.recursions) this.#recursive(key, recursion);
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
        if (this.source.recursions.has(key)) {
          read[at] = this.#attempt(() => this.#part(key, content, item));
          return;
        }
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

  /** A name that a recursion defines has its meaning from the start. */
  #recursive(key: string, { indices, shape, convention, solution }: Recursion): void {
    const name = `§${key}`;
    this.#meanings.set(key, { key: name, text: key, indices, shape: convention === this.style.convention ? shape : turned(shape) });
    if (solution !== undefined) this.definitions.set(name, solution);
  }

  /** One line of a recursion: its step, or its start. */
  #part(key: string, content: Link, item: Item): ReadDefinition {
    const context = this.#context(item);
    const [left, right] = matched(this.#side(content.left, context), this.#side(content.right, context), context);
    return { kind: 'definition', key: `§${key}`, left: settled(left, context), right: settled(right, context) };
  }

  #definition(key: string, content: Link, item: Item): ReadDefinition {
    const context = this.#context(item);
    const right = settled(this.#side(content.right, context), context);
    const left = content.left as NameSyntax & { readonly region: Syntax['region'] };
    const written = left.indices.map(({ value }) => this.#letterOf(value));
    if (written.some((letter) => letter === undefined))
      throw new InputError({ ruleId: 'unsupported', message: 'A definition at one step alone is not read.', region: item.region });
    const letters = written as readonly string[];
    refuseUnboundLetters([right], context, new Set(letters));
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
    const isLetter = index.kind === 'name' && index.raw.scripts.length === 0 && !this.graph.sheet.sizes.includes(index.raw.base);
    return isLetter ? index.raw.base : undefined;
  }

  #defaultRange(letter: string): IndexRange {
    const range = this.graph.sheet.letters.get(letter) ?? [...this.graph.sheet.letters.values()][0];
    return range === undefined ? { letter, from: wholeLetter('T'), to: wholeLetter('T') } : { ...range, letter };
  }

  // ── statements ──

  #statement(item: Item): ReadItem {
    const { content } = item;
    if (content.kind === 'problem') return { kind: 'problem', problem: content.problem, verdict: 'unreadable' };
    if (content.kind === 'claim') return { kind: 'claim' };
    try {
      return this.#relation(item, content);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const [problem] = error.problems;
      const shapes = problem?.ruleId === 'ill-shaped' || problem?.ruleId === 'shape-mismatch';
      return { kind: 'problem', problem: problem ?? { ruleId: 'unreadable', message: error.message }, verdict: shapes ? 'ill-shaped' : 'unreadable' };
    }
  }

  #relation(item: Item, content: Link): ReadStatement {
    const relation = SIGNS[content.sign];
    if (relation === undefined)
      throw new InputError({
        ruleId: 'unsupported',
        message: `\`${content.sign}\` states nothing that can be judged here.`,
        fix: 'Write an equation or an inequality.',
        region: item.region,
      });
    this.#derivatives.mentioned = new Set();
    const context = this.#context(item);
    this.#expectDefined(content, context);
    const { first: start } = content;
    const first = start === undefined ? undefined : this.#attempt(() => this.#side(start, context));
    // A member that cannot be read is said to be so where it stands; what follows it speaks of the first.
    const before = first === undefined ? this.#side(content.left, context) : (this.#attempt(() => this.#side(content.left, context)) ?? first);
    const [left, right] = matched(before, this.#side(content.right, context), context);
    // x = 0 = h: what follows a number need not have the shape of what came before it.
    const speaksOfFirst = first !== undefined && this.#attempt(() => matched(first, right, context)) !== undefined;
    const conditions = conditionsOf(content.trailer, context);
    refuseUnboundLetters([left, right], context, lettersSaid(content.trailer, conditions));
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
      deltas: [...this.#derivatives.mentioned],
      accumulates: content.sign === '+=' || content.sign === '-=',
      first: speaksOfFirst && first !== undefined ? settle(first) : undefined,
    };
  }

  /** A definition that was not read: what its right side cannot say, or that it needs itself. */
  #expectDefined({ left, sign, right, first }: Link, context: Context): void {
    const key = first === undefined ? isDefinitionOf(left, sign, this.names) : undefined;
    if (key === undefined || this.#meanings.has(key)) return;
    const mark = context.solver.mark();
    this.#side(right, context);
    context.solver.undo(mark);
    throw new InputError({
      ruleId: 'unsupported',
      message: `\`${key}\` is defined in a way that cannot be followed: at one step alone, or by itself.`,
      fix: 'Give it for every step, or by its next or previous step and a start.',
      region: left.region,
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

  #placeholder(name: Placed, runs: ReadonlyMap<string, Run>, context: Context): Formula | undefined {
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

  #extra(name: Placed, context: Context): Formula | undefined {
    if (name.key !== undefined && this.#hidden.has(name.key) && name.indices.length === 0) return this.#hiddenName(name.key, name);
    if (name.key !== undefined && this.#meanings.has(name.key)) return undefined;
    return this.#derivatives.read(name, context);
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
}
