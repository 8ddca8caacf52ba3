/**
 * The writer's conventions are settled here: of all styles, meanings of δ and reaches of written partials, the one choice for the whole answer
 * under which most lines are right.
 *
 * Choices are tried in a fixed order, the sheet's own first, and the search stops at the first under which nothing is wrong; its size is bounded.
 */

import { partialEquation } from '../calculus/index.js';
import { InputError } from '../errors.js';
import type { IndexRange, Settings } from '../model/model.js';
import { type Reach, subtractWhole, type Tensor, type ValueReference, wholeLetter, wholeValue } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { LexiconTables } from '../notation/lexicon.js';
import { mapChildren } from '../notation/walk.js';
import { bareDeltas } from './deltas.js';
import { type DeltaChoice, deltaCandidates, deltaKey } from './derivative-names.js';
import { type Graph, isAdded } from './graph.js';
import type { Items } from './items.js';
import { Judge, type JudgeOptions } from './judge.js';
import { referenceOf } from './leibniz.js';
import { openPartials, partialText, type Reaches } from './lowering.js';
import { rangesOfLine } from './ranges.js';
import { Reading, type ReadStatement } from './reading.js';
import { namesOfAnswer } from './spellings.js';
import { type Style, stylesFor } from './style.js';
import type { Comparison } from './types.js';

/** A statement with its sides lowered under the chosen reaches. */
export interface Lowered {
  readonly left: Tensor;
  readonly right: Tensor;
  readonly ranges: readonly IndexRange[];
  /** The right side as read: its products in the order that was taken. */
  readonly rightFormula: Formula;
  /** A product with rising limits was read from its lower end. */
  readonly reordered: boolean;
}

export type Truth = 'right' | 'wrong' | 'unclear' | 'unread' | 'definition';

export interface Choice {
  readonly reading: Reading;
  readonly reaches: Reaches;
  readonly judge: Judge;
  readonly truths: readonly Truth[];
  readonly lowered: readonly (Lowered | InputError | undefined)[];
  /** Other meanings of δ under which as many lines are right. */
  readonly alsoDeltas: readonly DeltaChoice[];
}

const MOST_DELTA_CANDIDATES = 24;
const MOST_REACH_CHOICES = 243;
const REACHES: readonly Reach[] = ['step', 'total', 'immediate'];

/** The best choice for an answer. `spend` counts the work and throws where it is used up. */
export function choose(graph: Graph, items: Items, own: Partial<Settings>, options: JudgeOptions, spend: (steps: number) => void): Choice {
  const chooser = new Chooser(graph, items, own, options, spend);
  let best: Choice | undefined;
  let first: Choice | undefined;
  for (const style of stylesFor(graph.sheet.settings, own)) {
    const found = chooser.inStyle(style, best);
    if (best === undefined || (score(found) > score(best) && (style.layout !== 'numerator' || readsMore(found, first)))) best = found;
    first ??= found;
    if (isAllRight(found)) break;
  }
  return best as Choice;
}

/**
 * Whether a line is read that cannot be read in the first style. A gradient that lies the other way is a slip, unless the answer shows by its
 * shapes that it is laid out so: a square matrix fits both ways.
 */
const readsMore = (found: Choice, first: Choice | undefined): boolean =>
  first?.truths.some((truth, at) => truth === 'unread' && found.truths[at] !== 'unread') ?? true;

/** Wrong lines weigh more than any number of unclear ones. */
function score({ truths }: { readonly truths: readonly Truth[] }): number {
  const count = (truth: Truth): number => truths.filter((each) => each === truth).length;
  return count('right') * 1000 - count('unread') * 20 - count('wrong') * 10 + count('unclear');
}

const isAllRight = ({ truths }: { readonly truths: readonly Truth[] }): boolean => truths.every((truth) => truth === 'right' || truth === 'definition');
const sameChoice = (a: DeltaChoice, b: DeltaChoice): boolean => [...a].every(([key, name]) => b.get(key) === name);

class Chooser {
  readonly #compared = new Map<string, Comparison>();
  readonly #tables: LexiconTables;

  constructor(
    readonly graph: Graph,
    readonly items: Items,
    readonly own: Partial<Settings>,
    readonly options: JudgeOptions,
    readonly spend: (steps: number) => void,
  ) {
    this.#tables = new LexiconTables(items.lexicon);
  }

  /** The best meaning of δ and of the partials in one style; `like` is the best of another style, to begin from. */
  inStyle(style: Style, like?: Choice): Choice {
    const candidates = this.#deltaCandidates();
    const keys = [...candidates.keys()];
    const start: DeltaChoice = like?.reading.deltas ?? new Map(keys.map((key) => [key, candidates.get(key)?.[0] ?? '']));
    const first = this.#read(style, start, undefined);
    let best = first;
    const equals: DeltaChoice[] = [];
    // Another style is worth a search of its own only where it reads more as it stands.
    if ((isAllRight(first) && keys.length === 0) || (like !== undefined && score(first) <= score(like))) return first;
    const attempt = (deltas: DeltaChoice): void => {
      const found = this.#read(style, deltas, first.reading);
      if (score(found) > score(best)) {
        best = found;
        equals.length = 0;
      } else if (score(found) === score(best) && !sameChoice(deltas, best.reading.deltas)) equals.push(deltas);
    };
    // Label by label, the others as they are: twice, since labels may stand in one line.
    for (let sweep = 0; sweep < 2 && keys.length > 0; sweep += 1) {
      const before = best;
      for (const key of keys)
        for (const candidate of candidates.get(key) ?? [])
          if (best.reading.deltas.get(key) !== candidate) attempt(new Map([...best.reading.deltas, [key, candidate]]));
      if (best === before || (isAllRight(best) && sweep === 0)) break;
    }
    return { ...best, alsoDeltas: equals };
  }

  #read(style: Style, deltas: DeltaChoice, base: Reading | undefined): Choice {
    this.spend(1 + this.items.items.length);
    return this.#withReaches(new Reading(this.graph, this.items, style, deltas, this.own, base));
  }

  /** The names that each bare δ may be the adjoint of, by its label. */
  #deltaCandidates(): ReadonlyMap<string, readonly string[]> {
    const candidates = new Map<string, readonly string[]>();
    for (const name of bareDeltas(this.items)) {
      const key = deltaKey(name);
      if (!candidates.has(key)) candidates.set(key, deltaCandidates(this.graph, name, this.#tables).slice(0, MOST_DELTA_CANDIDATES));
    }
    return candidates;
  }

  #withReaches(reading: Reading): Choice {
    const open = new Map<string, readonly Reach[]>();
    const ownKeys = new Set<string>();
    const keysOf = reading.items.map((item) => {
      if (item.kind !== 'statement' && item.kind !== 'definition') return [];
      const sides = item.kind === 'statement' && item.first !== undefined ? [item.left, item.right, item.first] : [item.left, item.right];
      const keys = sides
        .flatMap((side) => openPartials(side, reading.composed))
        .flatMap((partial) => {
          const [key, reaches] = this.#options(partial);
          if (key === undefined) return [];
          open.set(key, reaches);
          return [key];
        });
      if (item.kind === 'definition') for (const key of keys) ownKeys.add(key);
      return keys;
    });
    const keys = [...open.keys()];
    const dependsOn = reading.items.map((_, at) => [...new Set([...(keysOf[at] ?? []), ...ownKeys])]);
    const known = new Map<string, { truth: Truth; lowered: Lowered | InputError | undefined }>();
    const judges = new Map<string, Judge>();
    const judgeOf = (reaches: Reaches): Judge => {
      const key = [...reaches].map(([partial, reach]) => `${partial}:${reach}`).join();
      const judge = judges.get(key) ?? new Judge(this.graph, namesOfAnswer(this.graph, reading), reading, reaches, this.options, this.#compared);
      judges.set(key, judge);
      return judge;
    };
    const truthOf = (at: number, reaches: Reaches): { truth: Truth; lowered: Lowered | InputError | undefined } => {
      const own = new Map((dependsOn[at] ?? []).map((key) => [key, reaches.get(key) ?? 'total'] as const));
      const memory = `${at} ${[...own].map(([key, reach]) => `${key}:${reach}`).join()}`;
      const before = known.get(memory);
      if (before !== undefined) return before;
      this.spend(1);
      const made = this.#truth(reading, at, judgeOf(own));
      known.set(memory, made);
      return made;
    };
    const judged = (reaches: Reaches): Choice => {
      const all = reading.items.map((_, at) => truthOf(at, reaches));
      return { reading, reaches, judge: judgeOf(reaches), truths: all.map(({ truth }) => truth), lowered: all.map(({ lowered }) => lowered), alsoDeltas: [] };
    };
    return this.#bestReaches(keys, open, judged);
  }

  #bestReaches(keys: readonly string[], open: ReadonlyMap<string, readonly Reach[]>, judged: (reaches: Reaches) => Choice): Choice {
    const pinned = this.own.partial ?? this.graph.sheet.settings.partial;
    const optionsOf = (key: string): readonly Reach[] => (pinned !== undefined ? [pinned] : (open.get(key) ?? REACHES));
    const first: Reaches = new Map(keys.map((key) => [key, optionsOf(key)[0] ?? 'total']));
    let best = judged(first);
    const isBest = (): boolean => isAllRight(best);
    const count = keys.reduce((product, key) => product * optionsOf(key).length, 1);
    if (count <= MOST_REACH_CHOICES) {
      for (const reaches of product(keys, optionsOf)) {
        if (isBest()) break;
        const found = judged(reaches);
        if (score(found) > score(best)) best = found;
      }
      return best;
    }
    for (let sweep = 0; sweep < 2 && !isBest(); sweep += 1) {
      for (const key of keys) {
        for (const reach of optionsOf(key)) {
          const found = judged(new Map([...best.reaches, [key, reach]]));
          if (score(found) > score(best)) best = found;
        }
      }
    }
    return best;
  }

  /** What a written partial may reach, its likeliest reach first; reaches that come to the same are one. */
  #options(partial: Formula): readonly [string | undefined, readonly Reach[]] {
    if (partial.kind !== 'derivative') return [undefined, []];
    const plain = (formula: Formula | undefined): Formula | undefined => (formula?.kind === 'entry' ? formula.of : formula);
    const [above, below] = [plain(partial.of), plain(partial.by[0])];
    const [of, by] = [above === undefined ? undefined : referenceOf(above), below === undefined ? undefined : referenceOf(below)];
    if (of === undefined || by === undefined) return [undefined, []];
    return [partialText(of, by), this.#distinct(of, by)];
  }

  #distinct(of: ValueReference, by: ValueReference): readonly Reach[] {
    const { model, sheet } = this.graph;
    return model.workspace.remember(model, `reaches ${partialText(of, by)}`, () => {
      const around = isAdded(of.name) || isAdded(by.name) ? model : sheet;
      const order: readonly Reach[] =
        by.indices.length === of.indices.length && isNear(of, by) ? ['step', 'total', 'immediate'] : ['total', 'step', 'immediate'];
      if (!around.declarations.has(of.name) || !around.declarations.has(by.name)) return order;
      const value = (reach: Reach): Tensor => partialEquation(around, of, by, reach);
      const [immediate, step, total] = [value('immediate'), value('step'), value('total')];
      const sameStep = immediate === step;
      const sameTotal = step === withReach(model, total, 'step') && !holdsPartial(model, total);
      const dropped = new Set<Reach>();
      if (sameTotal) dropped.add(order[0] === 'step' ? 'total' : 'step');
      if (sameStep && !(dropped.has('step') && immediate !== total)) dropped.add('immediate');
      else if (immediate.terms.length === 0) dropped.add('immediate');
      return order.filter((reach) => !dropped.has(reach));
    });
  }

  #truth(reading: Reading, at: number, judge: Judge): { truth: Truth; lowered: Lowered | InputError | undefined } {
    const item = reading.items[at];
    if (item === undefined || item.kind === 'problem') return { truth: 'unread', lowered: undefined };
    if (item.kind === 'definition' || item.kind === 'claim') return { truth: 'definition', lowered: undefined };
    try {
      const lowered = lowerStatement(item, judge, item.right);
      if (item.relation !== '=') return { truth: 'unclear', lowered };
      if (judge.mayEqual(lowered.left, lowered.right, lowered)) return { truth: 'right', lowered };
      const other = withOtherOrder(item.right);
      if (other !== undefined) {
        const turned = lowerStatement(item, judge, other);
        if (judge.mayEqual(turned.left, turned.right, turned)) return { truth: 'right', lowered: { ...turned, reordered: true } };
      }
      return { truth: this.#fromFirst(item, judge, lowered) ? 'right' : 'wrong', lowered };
    } catch (error) {
      if (error instanceof InputError) return { truth: 'unread', lowered: error };
      throw error;
    }
  }

  /** In a chain a = b = c the last member may be right although the one before is not. */
  #fromFirst(item: ReadStatement, judge: Judge, lowered: Lowered): boolean {
    if (item.first === undefined) return false;
    const from = judge.lower(item.first, item);
    return judge.mayEqual(from, lowered.right, { ranges: lowered.ranges });
  }
}

/** The sides of a statement as networks, with the ranges it speaks for. */
export function lowerStatement(item: ReadStatement, judge: Judge, rightFormula: Formula): Lowered {
  const { model } = judge;
  const left = judge.lower(item.left, item);
  let right = judge.lower(rightFormula, item);
  const about = item.first === undefined ? left : judge.lower(item.first, item);
  let shown = rightFormula;
  if (item.accumulates) {
    const missing = [...right.letters].filter((letter) => !left.letters.has(letter) && !model.sizes.includes(letter) && item.letters.has(letter));
    const summed = rangesOfLine(model, right, right, item.letters, item.conditions).filter(({ letter }) => missing.includes(letter));
    for (const { letter, from, to } of [...summed].reverse()) {
      const range = ownRange(item, letter) ?? { from, to };
      right = model.workspace.rangeSum(letter, range.from, range.to, right);
      const { region, shape } = shown;
      shown = { kind: 'rangeSum', letter, from: range.from, to: range.to, body: shown, shape, ...(region === undefined ? {} : { region }) };
    }
  }
  const ranges = rangesOfLine(model, about, { letters: new Set([...left.letters, ...right.letters]) }, item.letters, item.conditions);
  return { left, right, ranges, rightFormula: shown, reordered: false };
}

const ownRange = (item: ReadStatement, letter: string): IndexRange | undefined => (item.conditions.length > 0 ? undefined : item.letters.get(letter));

/** Products whose limits rise, read from the other end; undefined where there are none. */
function withOtherOrder(formula: Formula): Formula | undefined {
  let found = false;
  const turn = (node: Formula): Formula => {
    const inner = mapChildren(node, turn);
    if (inner.kind !== 'rangeProduct' || inner.falling || inner.body.shape.dims.length !== 2) return inner;
    found = true;
    const flip = (of: Formula): Formula => ({
      kind: 'transpose',
      of,
      shape: { dims: [...of.shape.dims].reverse() },
      ...(of.region === undefined ? {} : { region: of.region }),
    });
    return flip({ ...inner, body: flip(inner.body) });
  };
  const turned = turn(formula);
  return found ? turned : undefined;
}

function* product(keys: readonly string[], optionsOf: (key: string) => readonly Reach[]): Generator<Reaches> {
  const [key, ...rest] = keys;
  if (key === undefined) {
    yield new Map();
    return;
  }
  for (const reach of optionsOf(key)) for (const others of product(rest, optionsOf)) yield new Map([[key, reach], ...others]);
}

const isNear = (of: ValueReference, by: ValueReference): boolean =>
  of.indices.every((index, at) => Math.abs(wholeValue(subtractWhole(index, by.indices[at] ?? wholeLetter('T'))) ?? 2) <= 1);

const holdsPartial = (model: Graph['model'], tensor: Tensor): boolean => model.workspace.quantities(tensor).some(({ quantity }) => quantity.kind === 'partial');

function withReach(model: Graph['model'], tensor: Tensor, reach: Reach): Tensor {
  return model.workspace.replace(tensor, (quantity, dims) =>
    quantity.kind === 'partial' && quantity.reach !== reach ? model.workspace.symbol({ ...quantity, reach }, dims) : undefined,
  );
}
