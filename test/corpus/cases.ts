/**
 * The cases: for every built-in model and every target rewritings of the right formula and mutants of it, labelled by the oracle, spelt as text.
 * Everything follows from the seed, so a case can be made again from its number.
 */

import { gradient, jacobian, lossSystem, resolveDerivatives } from '../../src/calculus/index.js';
import { builtInModel, CELLS } from '../../src/model/index.js';
import type { IndexRange, Model } from '../../src/model/model.js';
import { type ValueReference, wholeLetter } from '../../src/network/index.js';
import type { Formula } from '../../src/notation/formula.js';
import { raise } from '../../src/notation/raise.js';
import { namesOf } from '../../src/notation/spelling.js';
import { mistakesOf } from '../../src/verify/mistakes/index.js';
import { modelFacts } from '../../src/verify/mutate/model-facts.js';
import { lying, quantitiesOf, rank, type Site, sitesOf } from '../../src/verify/mutate/sites.js';
import { type MutationContext, mutants } from '../../src/verify/mutate.js';
import { Oracle } from './oracle.js';
import { Choices } from './random.js';
import { type RewriteContext, rewritten } from './rewrite.js';
import { type Line, spelled } from './spell.js';

export type Label = 'right' | 'wrong' | 'between';

export interface Case {
  readonly id: string;
  readonly model: string;
  readonly target: string;
  readonly kind: 'rewriting' | 'mutant';
  /** Rules of a rewriting, or the mistakes that a mutant is, the most special first. */
  readonly about: readonly string[];
  readonly label: Label;
  /** Why the label is open. */
  readonly why?: string;
  readonly style: string;
  readonly text: string;
}

export interface Target {
  readonly name: string;
  readonly left: Formula;
  readonly right: Formula;
  readonly ranges: readonly IndexRange[];
}

/** No two sizes of one model alike. */
const SIZES: readonly Readonly<Record<string, number>>[] = [
  { n: 2, d: 3, m: 4, T: 5, k: 6, M: 4, N: 3, H: 2 },
  { n: 3, d: 2, m: 5, T: 4, k: 6, M: 3, N: 4, H: 3 },
  { n: 4, d: 5, m: 2, T: 3, k: 6, M: 5, N: 3, H: 2 },
];

/** One model with what its cases need. */
export class ModelCases {
  readonly model: Model;
  readonly targets: readonly Target[];
  readonly #oracles: readonly Oracle[];
  readonly #rewriting: RewriteContext;

  constructor(
    readonly name: string,
    readonly seed: number,
  ) {
    const model = builtInModel(name);
    if (model === undefined) throw new Error(`no model ${name}`);
    this.model = model;
    this.targets = targetsOf(model);
    this.#oracles = SIZES.map((sizes, k) => new Oracle(model, new Map(model.sizes.map((size) => [size, sizes[size] ?? 3])), seed + k));
    const recursions = new Map(
      this.targets.flatMap(({ left, right }) =>
        left.kind === 'name' && left.quantity.kind === 'adjoint' && left.quantity.indices[0]?.key === 't' ? [[left.quantity.name, right] as const] : [],
      ),
    );
    this.#rewriting = { model, adjoint: (name) => recursions.get(name) };
  }

  /** Rewritings and mutants of a target, as many of each as wanted where there are so many. */
  *cases(target: Target, wanted: number): Generator<Case> {
    yield* this.#rewritings(target, wanted);
    yield* this.#mutants(target, wanted);
  }

  *#rewritings(target: Target, wanted: number): Generator<Case> {
    const seen = new Set<string>();
    for (let attempt = 0; attempt < wanted * 4 && seen.size < wanted; attempt += 1) {
      const choices = new Choices(`${this.seed} ${this.name} ${target.name} right ${attempt}`);
      const { formula, rules } = rewritten(target.right, this.#rewriting, choices);
      const made = this.#case(target, 'rewriting', formula, rules, `r${attempt}`, choices);
      if (seen.has(made.text)) continue;
      seen.add(made.text);
      yield made;
    }
  }

  *#mutants(target: Target, wanted: number): Generator<Case> {
    const choices = new Choices(`${this.seed} ${this.name} ${target.name} wrong`);
    const facts = modelFacts(this.model);
    const left = quantitiesOf(target.left)[0];
    const all: { whole: Formula; ids: readonly string[] }[] = [];
    for (const edit of mutants(target.right, this.#mutating(target))) {
      const ids = mistakesOf(edit.alteration, { facts, left, whole: edit.whole, wrong: edit.after, right: edit.before, quantities: quantitiesOf }).map(
        ({ id }) => id,
      );
      if (ids.length > 0) all.push({ whole: edit.whole, ids });
    }
    let [taken, open] = [0, 0];
    for (const [at, { whole, ids }] of spread(all, choices).entries()) {
      if (taken >= wanted || open >= 4 * wanted) break;
      const own = new Choices(`${this.seed} ${this.name} ${target.name} wrong ${at}`);
      // Half of the mutants are rewritten besides, so that the mistake is not the only thing that differs from the textbook's form.
      const { formula } = own.chance(0.5) ? { formula: whole } : rewritten(whole, this.#rewriting, own, true);
      const made = this.#case(target, 'mutant', formula, ids, `w${at}`, own);
      if (made.label === 'wrong') taken += 1;
      else open += 1;
      yield made;
    }
  }

  #mutating(target: Target): MutationContext {
    const [oracle] = this.#oracles;
    const letters = this.#letters(target)[0];
    const value = (formula: Formula, site: Site): readonly number[] => {
      const inner = new Map(letters);
      for (const { letter } of site.bound) inner.set(letter, 2);
      return oracle === undefined ? [] : oracle.value(formula, inner).data;
    };
    const same = (a: Formula, b: Formula, site: Site): boolean => {
      try {
        const [x, y] = [value(a, site), value(b, site)];
        return x.length === y.length && x.every((entry, k) => Math.abs(entry - (y[k] as number)) < 1e-10);
      } catch {
        return false;
      }
    };
    return { facts: modelFacts(this.model), ranges: target.ranges, letters: [...this.model.letters.values()], same };
  }

  #letters(target: Target): readonly ReadonlyMap<string, number>[] {
    return [
      new Map(target.ranges.map(({ letter }) => [letter, 2])),
      new Map(target.ranges.map(({ letter }) => [letter, 1])),
      new Map(target.ranges.map(({ letter }) => [letter, -1])),
    ];
  }

  #case(target: Target, kind: Case['kind'], formula: Formula, about: readonly string[], number: string, choices: Choices): Case {
    const { label, why } = this.#label(target, formula);
    const lines: Line[] = [];
    const right = kind === 'rewriting' && choices.chance(0.15) ? this.#withName(formula, lines, choices) : formula;
    const chained = right === formula && formula !== target.right && choices.chance(0.08);
    lines.push({ left: target.left, sign: '=', right, ranges: target.ranges, ...(chained ? { before: target.right } : {}) });
    const { text, style } = spelled(lines, namesOf(this.model), choices, kind === 'rewriting');
    return {
      id: `${this.name}/${target.name}/${number}`,
      model: this.name,
      target: target.name,
      kind,
      about,
      label,
      ...(why === undefined ? {} : { why }),
      style,
      text,
    };
  }

  /** A part of the formula under a name of the author's own, defined on the line before. */
  #withName(formula: Formula, lines: Line[], choices: Choices): Formula {
    const parts = sitesOf(formula).filter(
      ({ node, bound, parent }) =>
        parent !== undefined && rank(node) === 1 && node.kind === 'product' && bound.every(({ letter }) => letter === 't') && quantitiesOf(node).length > 1,
    );
    if (parts.length === 0) return formula;
    const { node, put } = choices.of(parts);
    if (node.kind === 'product' && node.factors.some((factor) => factor.kind === 'rangeSum')) return formula;
    const name: Formula = { kind: 'name', quantity: { kind: 'value', name: choices.of(['g', 'q', 'v', 'w']), indices: [wholeLetter('t')] }, shape: node.shape };
    if (this.model.declarations.has(name.kind === 'name' && name.quantity.kind === 'value' ? name.quantity.name : '')) return formula;
    lines.push({ left: name, sign: ':=', right: { ...node } });
    return put(name);
  }

  /** The target's letters, and those that a formula leaves free besides: what it says, it says for each of them. */
  #ranges(target: Target, formula: Formula): readonly IndexRange[] {
    if (target.ranges.length > 0) return target.ranges;
    const free = sitesOf(formula).some(({ node, bound }) =>
      quantitiesOf(node).some(
        (quantity) =>
          quantity.kind !== 'partial' &&
          node.kind === 'name' &&
          quantity.indices.some((index) => index.monomials.some(({ letters }) => letters.includes('t'))) &&
          !bound.some(({ letter }) => letter === 't'),
      ),
    );
    const range = this.model.letters.get('t');
    return free && range !== undefined ? [range] : [];
  }

  /** Both sides on the unrolled model, at three size sets and every step. */
  #label(target: Target, formula: Formula): { readonly label: Label; readonly why?: string } {
    let worst = 0;
    for (const oracle of this.#oracles) {
      for (const letters of placesOf(oracle, this.#ranges(target, formula))) {
        try {
          worst = Math.max(worst, difference(oracle.value(target.left, letters).data, oracle.value(formula, letters).data));
        } catch (error) {
          return { label: 'between', why: error instanceof Error ? error.message : '' };
        }
        if (!Number.isFinite(worst)) return { label: 'between', why: 'the sides are no numbers of one shape' };
      }
    }
    return worst <= 1e-12 ? { label: 'right' } : worst > 1e-6 ? { label: 'wrong' } : { label: 'between', why: 'neither equal nor clearly different' };
  }
}

/** In proportion to the largest entry; infinite where the sides have different shapes or are no numbers. */
function difference(left: readonly number[], right: readonly number[]): number {
  if (left.length !== right.length) return Number.POSITIVE_INFINITY;
  const size = Math.max(...left.map(Math.abs), ...right.map(Math.abs), 1e-3);
  const worst = Math.max(...left.map((entry, k) => Math.abs(entry - (right[k] as number)) / size));
  return Number.isNaN(worst) ? Number.POSITIVE_INFINITY : worst;
}

/** Every choice of numbers for the letters, each inside its range. */
function* placesOf(oracle: Oracle, ranges: readonly IndexRange[], outer: ReadonlyMap<string, number> = new Map()): Generator<ReadonlyMap<string, number>> {
  const [range, ...rest] = ranges;
  if (range === undefined) {
    yield outer;
    return;
  }
  for (let t = oracle.number(range.from, outer); t <= oracle.number(range.to, outer); t += 1)
    yield* placesOf(oracle, rest, new Map([...outer, [range.letter, t]]));
}

/** Mutants in an order in which every mistake has its turn. */
function spread<X extends { readonly ids: readonly string[] }>(all: readonly X[], choices: Choices): readonly X[] {
  const groups = new Map<string, X[]>();
  for (const each of all) {
    const id = each.ids[0] ?? '';
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [each]);
    else group.push(each);
  }
  const queues = [...groups.values()].map((group) => {
    const left = [...group];
    return group.map(() => left.splice(choices.below(left.length), 1)[0] as X);
  });
  const order: X[] = [];
  for (let round = 0; order.length < all.length; round += 1) for (const queue of queues) if (queue[round] !== undefined) order.push(queue[round] as X);
  return order;
}

/** Every gradient of the loss, and the Jacobians between names that have one reading only. */
export function targetsOf(sheet: Model): readonly Target[] {
  // A derivative inside an equation may be written by a function's value or by its argument, and the adjoints of names differ with that: no label.
  if (sheet.equations.some(({ source }) => sitesOf(source).some(({ node }) => node.kind === 'derivative'))) return [];
  const model = resolveDerivatives(sheet);
  const system = lossSystem(model);
  if (system === undefined) return [];
  const gradients = [...sheet.declarations.values()].flatMap((declared): Target[] => {
    if (declared.name === model.loss || declared.role === 'constant') return [];
    const reference: ValueReference = { name: declared.name, indices: declared.indices.map(({ letter }) => wholeLetter(letter)) };
    return [gradientTarget(model, reference, declared.indices, declared.name)];
  });
  const starts = model.boundaries.filter(({ kind }) => kind === 'freed').map(({ name, indices }) => gradientTarget(model, { name, indices }, [], `${name}0`));
  return [...gradients, ...starts, ...jacobianTargets(model)].filter(({ right }) => isSaid(sheet, right));
}

/** Whether there is a formula in the sheet's own names to be rewritten and spoilt: no plain zero, no names added to resolve derivatives. */
function isSaid(sheet: Model, right: Formula): boolean {
  if (right.kind === 'number' || right.kind === 'zeros') return false;
  const own = quantitiesOf(right).every((quantity) => quantity.kind === 'partial' || sheet.declarations.has(quantity.name));
  return own && sitesOf(right).every(({ node }) => node.kind !== 'unspecified' || node.wrt.length < 2);
}

function gradientTarget(model: Model, reference: ValueReference, ranges: readonly IndexRange[], name: string): Target {
  const system = lossSystem(model);
  if (system === undefined) throw new Error('no loss');
  const declared = model.declarations.get(reference.name);
  const { result } = gradient(system, reference);
  const right = raised(model, result, ranges);
  const shape =
    declared?.dims.length === 1 ? { dims: declared.dims, orientation: declared.orientation ?? model.settings.convention } : { dims: declared?.dims ?? [] };
  const left: Formula = { kind: 'name', quantity: { kind: 'adjoint', ...reference }, shape };
  return { name: `dJ/d${name}`, left, right: lying(right, shape), ranges };
}

function raised(model: Model, tensor: Parameters<typeof raise>[0], ranges: readonly IndexRange[]): Formula {
  return raise(tensor, {
    workspace: model.workspace,
    convention: model.settings.convention,
    orientationOf: (name) => model.declarations.get(name)?.orientation,
    declared: [...model.declarations.keys()],
    letters: [...model.letters.values()],
    inUse: ranges.map(({ letter }) => letter),
  }).formula;
}

function jacobianTargets(model: Model): readonly Target[] {
  if (model.name !== 'rnn') return [];
  const t = wholeLetter('t');
  const range = model.declarations.get('h')?.indices ?? [];
  return [
    ['o', 'h'],
    ['hat y', 'o'],
  ].map(([of = '', by = '']): Target => {
    const [numerator, denominator] = [
      { name: of, indices: [t] },
      { name: by, indices: [t] },
    ];
    const tensor = jacobian(model, numerator, denominator, 'total');
    const left: Formula = { kind: 'name', quantity: { kind: 'partial', numerator, denominator, reach: 'total' }, shape: { dims: tensor.dims } };
    return { name: `d${of}/d${by}`, left, right: raised(model, tensor, range), ranges: range };
  });
}

/** The names of all built-in models. */
export const MODEL_NAMES: readonly string[] = CELLS.map(({ name }) => name);

/** The targets of a built-in model. */
export function targetsOfNamed(name: string): readonly Target[] {
  const model = builtInModel(name);
  return model === undefined ? [] : targetsOf(model);
}
