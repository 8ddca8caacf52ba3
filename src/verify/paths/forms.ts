/**
 * Leibniz forms made of given partials: which sums of products of them are the gradient, and in which readings.
 *
 * Every partial leads from what it is of to what it is by; forms are the trees of such steps from the loss to the variable. Each is tried with
 * every reading of its partials at numbers, in a model of size 1; what agrees there is proved for all sizes.
 */

import type { AllowedPartial } from '../../calculus/coverage.js';
import { factsOf, jacobian, simplifyConditions } from '../../calculus/index.js';
import { BudgetError, InputError } from '../../errors.js';
import type { IndexRange, Model } from '../../model/index.js';
import { lettersOf, referenceKey, type Tensor, type ValueReference, type Whole, wholeName } from '../../network/index.js';
import { randomValues } from '../../numeric/index.js';
import { type Proof, Prover } from '../../proof/index.js';
import { PartialNumbers, type PartialReading, readingKey, unitSizes } from './numbers.js';

export interface FormTerm {
  readonly partial: AllowedPartial;
  /** What follows; nothing where the partial is by the variable itself. */
  readonly rest: Form | undefined;
  /** A letter that runs over its range here: Σ_t ∂J/∂h_t …. */
  readonly sum: IndexRange | undefined;
}

/** A sum of products. */
export type Form = readonly FormTerm[];

export interface LeibnizForm {
  readonly form: Form;
  readonly readings: ReadonlyMap<AllowedPartial, PartialReading>;
  readonly proof: Proof | undefined;
}

const MOST_FORMS = 400;
const MOST_READINGS = 4096;
const EQUAL = 1e-9;
const MOST_ROUNDS = 8;

/** All forms that are ∂loss/∂variable, each in its plainest true readings. */
export function leibnizForms(model: Model, by: ValueReference, partials: readonly AllowedPartial[], seed: number): readonly LeibnizForm[] {
  const loss = model.loss;
  if (loss === undefined) return [];
  const forms = formsFrom(model, { name: loss, indices: [] }, by, partials, new Set());
  const table = new ReadingTable(model, by, partials, seed);
  const found = forms.flatMap((form) => table.trueReadings(form).map((readings) => ({ form, readings })));
  const prover = new Prover(model);
  return found.map(({ form, readings }) => ({ form, readings, proof: proved(model, prover, by, form, readings) }));
}

// ---------------------------------------------------------------- forms

/** Every nonempty choice of partials that lead on from a value, each followed by every form from its end. */
function formsFrom(model: Model, value: ValueReference, by: ValueReference, partials: readonly AllowedPartial[], above: ReadonlySet<string>): readonly Form[] {
  const key = referenceKey(value);
  if (above.has(key)) return [];
  const inside = new Set([...above, key]);
  const choices = partials.flatMap((partial): FormTerm[][] => {
    if (referenceKey(partial.numerator) !== key) return [];
    const sum = newLetter(model, partial);
    if (referenceKey(partial.denominator) === referenceKey(by)) return [[{ partial, rest: undefined, sum }]];
    const rests = formsFrom(model, partial.denominator, by, partials, inside);
    return rests.length === 0 ? [] : [rests.map((rest) => ({ partial, rest, sum }))];
  });
  let forms: FormTerm[][] = [[]];
  for (const choice of choices) forms = forms.flatMap((form) => [form, ...choice.map((term) => [...form, term])]).slice(0, MOST_FORMS);
  return forms.filter((form) => form.length > 0).sort((a, b) => b.length - a.length);
}

/** The letter that a partial brings in: the t of ∂J/∂h_t. */
function newLetter(model: Model, { numerator, denominator }: AllowedPartial): IndexRange | undefined {
  const known = new Set(numerator.indices.flatMap((index) => [...lettersOf(index)]));
  const letter = denominator.indices.map((index) => wholeName(index)).find((name) => name !== undefined && !known.has(name) && !model.sizes.includes(name));
  if (letter === undefined) return undefined;
  const declared = model.declarations.get(denominator.name)?.indices[denominator.indices.findIndex((index) => wholeName(index) === letter)];
  return model.letters.get(letter) ?? (declared === undefined ? undefined : { ...declared, letter });
}

export function partialsOf(form: Form): readonly AllowedPartial[] {
  return [...new Set(form.flatMap(({ partial, rest }) => [partial, ...(rest === undefined ? [] : partialsOf(rest))]))];
}

/** Names beside which a partial stands in a sum. */
function besides(form: Form, partial: AllowedPartial): readonly string[] {
  for (const term of form) {
    if (term.partial === partial)
      return form.filter((other) => other !== term && other.partial.denominator.indices.length > 0).map((other) => other.partial.denominator.name);
    const inner = term.rest === undefined ? [] : besides(term.rest, partial);
    if (inner.length > 0) return inner;
  }
  return [];
}

// ---------------------------------------------------------------- readings at numbers

class ReadingTable {
  readonly #points: readonly { readonly numbers: PartialNumbers; readonly gradient: number; readonly length: number }[];
  readonly #known = new Map<string, number>();

  constructor(
    readonly model: Model,
    by: ValueReference,
    partials: readonly AllowedPartial[],
    seed: number,
  ) {
    this.#points = [3, 3, 2].map((length, k) => {
      const numbers = new PartialNumbers(model, unitSizes(model, length));
      const values = randomValues(numbers.run, seed + 104729 * k);
      numbers.run.forward(values);
      const gradient = numbers.gradient(by);
      numbers.refresh();
      return { numbers, gradient: gradient.data[0] ?? 0, length };
    });
    for (const partial of partials) this.value(0, partial, { kind: 'step' }, new Map());
  }

  /** One number: the partial at a point, for these letters. */
  value(point: number, partial: AllowedPartial, reading: PartialReading, letters: ReadonlyMap<string, number>): number {
    const own = [...new Set([...partial.numerator.indices, ...partial.denominator.indices].flatMap((index) => [...lettersOf(index)]))];
    const placed = new Map(
      own.flatMap((letter): [string, number][] =>
        letters.has(letter) ? [[letter, letters.get(letter) ?? 0]] : this.model.letters.has(letter) ? [[letter, 1]] : [],
      ),
    );
    const key = `${point}|${referenceKey(partial.numerator)}/${referenceKey(partial.denominator)}|${readingKey(reading)}|${[...placed].join(';')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const numbers = this.#points[point]?.numbers as PartialNumbers;
    let value = Number.NaN;
    try {
      const instance = numbers.partial(partial, reading, placed);
      numbers.run.machine.program([instance]).run();
      value = instance.data[0] ?? Number.NaN;
    } catch (error) {
      if (!(error instanceof InputError) && !(error instanceof BudgetError)) throw error;
    }
    this.#known.set(key, value);
    return value;
  }

  /** Choices of a reading for each partial at which the form is the gradient at every point; of equal numbers the plainest reading stands for all. */
  trueReadings(form: Form): readonly ReadonlyMap<AllowedPartial, PartialReading>[] {
    const partials = partialsOf(form);
    const candidates = partials.map((partial) => this.#distinct(partial, besides(form, partial)));
    let choices: ReadonlyMap<AllowedPartial, PartialReading>[] = [new Map()];
    partials.forEach((partial, at) => {
      choices = choices.flatMap((choice) => (candidates[at] ?? []).map((reading) => new Map([...choice, [partial, reading]]))).slice(0, MOST_READINGS);
    });
    return choices.filter((choice) =>
      this.#points.every(
        ({ gradient }, point) => Math.abs(this.#formValue(point, form, choice, new Map()) - gradient) <= EQUAL * Math.max(1e-3, Math.abs(gradient)),
      ),
    );
  }

  #distinct(partial: AllowedPartial, names: readonly string[]): readonly PartialReading[] {
    const seen = new Set<string>();
    return readingsFor(partial, names).filter((reading) => {
      const numbers = this.#points.flatMap(({ length }, point) =>
        Array.from({ length }, (_, t) => this.value(point, partial, reading, new Map([...this.model.letters.keys()].map((letter) => [letter, t + 1])))),
      );
      const key = numbers.map((number) => number.toPrecision(10)).join();
      if (numbers.some(Number.isNaN) || numbers.every((number) => number === 0) || seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  }

  #formValue(point: number, form: Form, readings: ReadonlyMap<AllowedPartial, PartialReading>, letters: ReadonlyMap<string, number>): number {
    return form.reduce((total, { partial, rest, sum }) => {
      const reading = readings.get(partial) as PartialReading;
      const at = (inner: ReadonlyMap<string, number>): number => {
        const factor = this.value(point, partial, reading, inner);
        return factor === 0 || rest === undefined ? factor : factor * this.#formValue(point, rest, readings, inner);
      };
      if (sum === undefined) return total + at(letters);
      const length = this.#points[point]?.length ?? 1;
      return total + Array.from({ length }, (_, t) => at(new Map([...letters, [sum.letter, t + 1]]))).reduce((a, b) => a + b, 0);
    }, 0);
  }
}

/** Plainest first: direct where the loss reads a value, total for what lies at another step, within the step for the rest. */
function readingsFor({ numerator }: AllowedPartial, names: readonly string[]): readonly PartialReading[] {
  const held: readonly PartialReading[] = names.length === 0 ? [] : [{ kind: 'held', names }];
  const elsewhere = numerator.indices.some((index) => wholeName(index) === undefined);
  if (numerator.indices.length === 0) return [{ kind: 'immediate' }, { kind: 'total' }];
  return elsewhere ? [{ kind: 'total' }, { kind: 'step' }, { kind: 'immediate' }] : [{ kind: 'step' }, ...held, { kind: 'total' }, { kind: 'immediate' }];
}

// ---------------------------------------------------------------- proof

/**
 * Two statements: the loss's own step, ∂J/∂W = Σ_t ∂J/∂h_t ∂h_t/∂W with direct partials of J; and, under the sum, that what follows ∂J/∂h_t in the
 * form is ∂h_t/∂W. For the second, total partials of step t are taken one step back: what is left are those of step t − 1, and they must cancel.
 */
function proved(model: Model, prover: Prover, by: ValueReference, form: Form, readings: ReadonlyMap<AllowedPartial, PartialReading>): Proof | undefined {
  const { workspace, loss } = model;
  const dims = model.declarations.get(by.name)?.dims ?? [];
  const total = (numerator: ValueReference): Tensor =>
    workspace.symbol({ kind: 'partial', numerator, denominator: by, reach: 'total' }, [...(model.declarations.get(numerator.name)?.dims ?? []), ...dims]);
  const rests = form.flatMap(({ partial, rest, sum }) => (rest === undefined ? [] : [{ partial, rest, sum }]));
  try {
    workspace.takeUsedFacts();
    const plain = form.map((term): { readonly factor: Tensor; readonly term: FormTerm } => ({ factor: factorTensor(model, term, readings), term }));
    const first = workspace.add(
      ...plain.map(({ factor, term }) =>
        summed(model, term, term.rest === undefined ? factor : composed(model, term.partial, factor, total(term.partial.denominator))),
      ),
    );
    const ownStep = prover.resolvePartials(workspace.add(total({ name: loss ?? '', indices: [] }), workspace.scale(first, -1)), prover.facts([]));
    if (!prover.isNothing(prover.normal(ownStep, prover.facts([])), prover.facts([]))) return undefined;
    const all = rests.every(({ partial, rest, sum }) =>
      vanishes(prover, workspace.add(total(partial.denominator), workspace.scale(formTensor(model, rest, readings), -1)), sum === undefined ? [] : [sum]),
    );
    return all ? { level: 'chain rule', assumes: workspace.takeUsedFacts() } : undefined;
  } catch (error) {
    if (error instanceof BudgetError || error instanceof InputError) return undefined;
    throw error;
  }
}

function vanishes(prover: Prover, difference: Tensor, ranges: readonly IndexRange[]): boolean {
  const { workspace } = prover.model;
  const facts = prover.facts(ranges);
  let current = prover.resolvePartials(difference, facts);
  // Each round takes one more state of step t back; a model has few.
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (prover.isNothing(prover.normal(current, facts), facts)) return true;
    const back = workspace.replace(current, (quantity) =>
      quantity.kind === 'partial' && quantity.numerator.indices.every((index) => wholeName(index) !== undefined) ? prover.partials.step(quantity) : undefined,
    );
    if (back === current) return false;
    current = prover.resolvePartials(prover.normal(back, facts), facts);
  }
  return false;
}

/** The form as an index network; axes: what it is of, then the variable's. */
function formTensor(model: Model, form: Form, readings: ReadonlyMap<AllowedPartial, PartialReading>): Tensor {
  const terms = form.map((term) => {
    const factor = factorTensor(model, term, readings);
    return summed(model, term, term.rest === undefined ? factor : composed(model, term.partial, factor, formTensor(model, term.rest, readings)));
  });
  return model.workspace.add(...terms);
}

function factorTensor(
  model: Model,
  { partial: { numerator, denominator }, partial, sum }: FormTerm,
  readings: ReadonlyMap<AllowedPartial, PartialReading>,
): Tensor {
  const { workspace } = model;
  const dimsOf = ({ name }: ValueReference): readonly Whole[] => model.declarations.get(name)?.dims ?? [];
  const reading = readings.get(partial) ?? { kind: 'step' };
  if (reading.kind === 'held') return jacobian(model, numerator, denominator, 'total', new Set(reading.names));
  if (reading.kind === 'immediate' && sum !== undefined)
    return simplifyConditions(workspace, jacobian(model, numerator, denominator, 'immediate'), factsOf([sum]));
  return workspace.symbol({ kind: 'partial', numerator, denominator, reach: reading.kind }, [...dimsOf(numerator), ...dimsOf(denominator)]);
}

/** A partial times what follows it. */
function composed(model: Model, { numerator, denominator }: AllowedPartial, factor: Tensor, following: Tensor): Tensor {
  const rankOf = ({ name }: ValueReference): number => model.declarations.get(name)?.dims.length ?? 0;
  const above = Array.from({ length: rankOf(numerator) }, (_, axis) => `a${axis}`);
  const between = Array.from({ length: rankOf(denominator) }, (_, axis) => `m${axis}`);
  const below = following.dims.slice(between.length).map((_, axis) => `v${axis}`);
  return model.workspace.contract(
    [...above, ...below],
    [
      { tensor: factor, labels: [...above, ...between] },
      { tensor: following, labels: [...between, ...below] },
    ],
  );
}

const summed = (model: Model, { sum }: FormTerm, product: Tensor): Tensor =>
  sum === undefined ? product : model.workspace.rangeSum(sum.letter, sum.from, sum.to, product);
