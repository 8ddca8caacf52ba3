/**
 * Claims at numbers: random points, and the smallest sizes and simplest values at which a claim fails.
 *
 * Sizes grow from 1; at each, plain settings come first (zeros, ones, halves), then random ones; what was found is made simpler value by value
 * as long as the claim still fails clearly. Points at which a condition does not hold do not count.
 */

import { jacobian } from '../../calculus/index.js';
import { BudgetError, InputError } from '../../errors.js';
import type { Equation, Model } from '../../model/index.js';
import { substituteWhole, type Tensor, type Whole, wholeNumber } from '../../network/index.js';
import {
  createRun,
  derivativeResolver,
  type GivenInstance,
  type Instance,
  lengthsOf,
  lettersIn,
  type Program,
  Random,
  type Run,
  randomSizes,
  randomValues,
  type Scope,
} from '../../numeric/index.js';
import { type Claim, type ClaimRelation, type ClaimStatement, modelUnder } from '../../proof/index.js';

/** A difference beyond this share of the sides is one; less is rounding. */
const CLEAR = 1e-6;
const ROUNDING = 1e-9;

export interface Refutation {
  readonly sizes: Scope;
  /** Numbers for the line's index letters: t = 1. */
  readonly letters: Scope;
  readonly run: Run;
  /** Position from 1 (axis letters first); empty for a scalar. */
  readonly entry: readonly number[];
  readonly left: number;
  readonly right: number;
  readonly statement: ClaimStatement;
  readonly given: readonly GivenInstance[];
}

export interface Sampling {
  readonly points: number;
  readonly refuted: boolean;
}

/** The claim at a place of its letters and at sizes: a run and the tensors to compare. */
class Trial {
  readonly run: Run;
  readonly #sides: readonly { readonly statement: ClaimStatement; readonly left: Instance; readonly right: Instance }[];
  readonly #conditions: readonly { readonly relation: ClaimRelation; readonly left: Instance; readonly right: Instance }[];
  readonly #fixed: readonly { readonly target: Float64Array; readonly source: Instance }[];
  readonly #program: Program;
  readonly #before: Program;

  constructor(
    claim: Claim,
    readonly sizes: Scope,
    readonly letters: Scope,
    conclusions: readonly ClaimStatement[],
    seed: number,
  ) {
    const model = placedModel(claim, letters);
    this.run = createRun(model, sizes, { seed, derivatives: derivativeResolver(model, sizes) });
    const { machine } = this.run;
    const at = (tensor: Tensor): Instance => machine.evaluation(withPartials(claim, model, tensor, letters), letters);
    this.#sides = conclusions.map((statement) => ({ statement, left: at(statement.left), right: at(statement.right) }));
    this.#conditions = claim.hypotheses.map(({ relation, left, right }) => ({ relation, left: at(left), right: at(right) }));
    this.#fixed = claim.givens.flatMap(({ reference, computed, value }) => {
      if (computed || value === undefined) return [];
      const indices = reference.indices.map((index) => numberAt(index, sizes, letters));
      const target = this.run.givenAt(reference.name, indices);
      return target === undefined ? [] : [{ target: target.data, source: machine.evaluation(value, letters) }];
    });
    this.#before = machine.program(this.#fixed.map(({ source }) => source));
    this.#program = machine.program([
      ...this.#sides.flatMap(({ left, right }) => [left, right]),
      ...this.#conditions.flatMap(({ left, right }) => [left, right]),
    ]);
  }

  /** Entries that the search may choose: given, read by the claim, and not fixed by it. */
  free(): readonly GivenInstance[] {
    const fixed = new Set(this.#fixed.map(({ target }) => target));
    const read = new Set([...this.#program.given(), ...this.#before.given()].map(({ data }) => data));
    return this.run.given.filter(({ data }) => read.has(data) && !fixed.has(data));
  }

  /** Sides at the numbers that stand in the run; undefined where the conditions do not hold or something is no number. */
  evaluate(): { readonly failure: Omit<Refutation, 'sizes' | 'letters' | 'run' | 'given'> | undefined } | undefined {
    for (let round = 0; round < Math.min(3, this.#fixed.length); round += 1) {
      this.#before.run();
      for (const { target, source } of this.#fixed) target.set(source.data);
    }
    this.#program.run();
    for (const { relation, left, right } of this.#conditions)
      if (firstFailure(relation, left, right, 0) !== undefined || hasNoNumber(left) || hasNoNumber(right)) return undefined;
    for (const { left, right } of this.#sides) if (hasNoNumber(left) || hasNoNumber(right)) return undefined;
    for (const { statement, left, right } of this.#sides) {
      const entry = firstFailure(statement.relation, left, right, CLEAR);
      if (entry !== undefined)
        return { failure: { entry: positionOf(entry, left.dims), left: left.data[entry] as number, right: right.data[entry] as number, statement } };
    }
    return { failure: undefined };
  }
}

const hasNoNumber = ({ data }: Instance): boolean => !data.every(Number.isFinite);
const numberAt = (whole: Whole, sizes: Scope, letters: Scope): number => {
  const placed = substituteWhole(whole, new Map([...sizes, ...letters].map(([letter, value]) => [letter, wholeNumber(value)])));
  return placed.monomials[0]?.coefficient ?? 0;
};

/** The model with the claim's stand-ins at numbers. */
function placedModel(claim: Claim, letters: Scope): Model {
  const model = modelUnder(claim);
  const numbers = new Map([...letters].map(([letter, value]) => [letter, wholeNumber(value)]));
  const standsIn = (equation: Equation): boolean => !claim.model.equations.includes(equation);
  return {
    ...model,
    equations: model.equations.map((equation) =>
      standsIn(equation)
        ? {
            ...equation,
            indices: equation.indices.map((index) => substituteWhole(index, numbers)),
            value: model.workspace.substituteLetters(equation.value, numbers),
          }
        : equation,
    ),
  };
}

/** Partials that hold something, as their formulas. */
function withPartials(claim: Claim, model: Model, tensor: Tensor, letters: Scope): Tensor {
  if (claim.partials.size === 0) return tensor;
  const numbers = new Map([...letters].map(([letter, value]) => [letter, wholeNumber(value)]));
  const placed = (reference: { readonly name: string; readonly indices: readonly Whole[] }) => ({
    name: reference.name,
    indices: reference.indices.map((index) => substituteWhole(index, numbers)),
  });
  return model.workspace.replace(tensor, (quantity) => {
    const partial = quantity.kind === 'value' ? claim.partials.get(quantity.name) : undefined;
    return partial === undefined ? undefined : jacobian(model, placed(partial.numerator), placed(partial.denominator), 'total', partial.held);
  });
}

/** The first entry at which left relation right fails by more than the share `clear` of their size (exact ties fail a strict relation). */
function firstFailure(relation: ClaimRelation, left: Instance, right: Instance, clear: number): number | undefined {
  const fails = (a: number, b: number): boolean => {
    const size = Math.max(Math.abs(a), Math.abs(b), clear === 0 ? 0 : 1e-3);
    const apart = Math.abs(a - b) > (clear === 0 ? ROUNDING : clear) * size;
    switch (relation) {
      case '=':
      case '→':
        return apart;
      case '≠':
        return a === b;
      case '≤':
        return a > b && apart;
      case '≥':
        return a < b && apart;
      case '<':
        return (a > b && apart) || a === b;
      case '>':
        return (a < b && apart) || a === b;
    }
  };
  for (let at = 0; at < left.data.length; at += 1) if (fails(left.data[at] as number, right.data[at] as number)) return at;
  return undefined;
}

function positionOf(entry: number, dims: readonly number[]): readonly number[] {
  const position: number[] = [];
  let rest = entry;
  for (const dim of [...dims].reverse()) {
    position.unshift((rest % dim) + 1);
    rest = Math.floor(rest / dim);
  }
  return position;
}

/** Everything tried without a failure, at random points of three size sets. */
export function sampleClaim(claim: Claim, conclusions: readonly ClaimStatement[], seed: number, given?: Scope): Sampling {
  let points = 0;
  for (let set = 0; set < 3; set += 1) {
    const sizes = randomSizes(claim.model, seed + 7919 * set, given);
    for (const letters of someOf([...lettersIn(claim.ranges, sizes)], 2)) {
      const trial = attempt(() => new Trial(claim, sizes, letters, conclusions, seed + set));
      if (trial === undefined) continue;
      for (let draw = 0; draw < 4; draw += 1) {
        const values = randomValues(trial.run, seed + 104729 * draw + 31 * set, draw % 2 === 1);
        for (const instance of trial.run.given) instance.data.set(values.get(instance.key) ?? instance.data);
        const found = trial.evaluate();
        if (found === undefined) continue;
        points += 1;
        if (found.failure !== undefined) return { points, refuted: true };
      }
    }
  }
  return { points, refuted: false };
}

/** Sizes from the smallest on, at most 3; lengths up to 3. */
function sizeSets(model: Model, given: Scope): readonly Scope[] {
  const lengths = lengthsOf(model);
  const sets: Map<string, number>[] = [];
  for (const [size, length] of [
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
    [3, 1],
    [3, 2],
    [2, 3],
  ] as const) {
    sets.push(new Map(model.sizes.map((name) => [name, given.get(name) ?? (lengths.has(name) ? length : size)])));
  }
  return sets;
}

const PLAIN = [0, 1, -1, 0.5, 2] as const;
const SIMPLE = [0, 1, -1, 0.5, -0.5, 2, -2] as const;
const DRAWS = 60;

/** The simplest failure found. */
export function findCounterexample(claim: Claim, conclusions: readonly ClaimStatement[], seed: number, given: Scope = new Map()): Refutation | undefined {
  for (const sizes of sizeSets(claim.model, given)) {
    for (const letters of someOf([...lettersIn(claim.ranges, sizes)].reverse(), 3)) {
      const trial = attempt(() => new Trial(claim, sizes, letters, conclusions, seed));
      const found = trial === undefined ? undefined : searchAt(trial, claim, seed);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function searchAt(trial: Trial, claim: Claim, seed: number): Refutation | undefined {
  const free = trial.free().filter(({ name }) => !isConstrained(claim.model, name));
  const random = new Random(seed, 'counterexample');
  const write = (value: (entry: number) => number): void => {
    for (const { data } of free) for (let at = 0; at < data.length; at += 1) data[at] = value(at);
  };
  const base = randomValues(trial.run, seed);
  for (const instance of trial.run.given) instance.data.set(base.get(instance.key) ?? instance.data);
  for (let draw = 0; draw < DRAWS + PLAIN.length; draw += 1) {
    const plain = PLAIN[draw];
    if (plain !== undefined) write(() => plain);
    else if (draw < DRAWS / 2) write(() => SIMPLE[random.below(SIMPLE.length)] as number);
    else write(() => Math.round(random.signed(0.1, 2) * 10) / 10);
    if (trial.evaluate()?.failure !== undefined) return simplified(trial, free);
  }
  return undefined;
}

/** Names whose values must obey more than a range are drawn, not chosen. */
function isConstrained(model: Model, name: string): boolean {
  const { sumsToOne, oneHot, orthogonal, symmetric, diagonal } = model.declarations.get(name)?.assumptions ?? {};
  return [sumsToOne, oneHot, orthogonal, symmetric, diagonal].includes(true);
}

/** Every value that can be 0 becomes 0, else 1, −1, ½ …, as long as the claim still fails clearly and what is declared of the name holds. */
function simplified(trial: Trial, free: readonly GivenInstance[]): Refutation | undefined {
  const fails = (): boolean => trial.evaluate()?.failure !== undefined;
  const order = [...free].sort((a, b) => simplifyFirst(a) - simplifyFirst(b));
  for (let pass = 0; pass < 2; pass += 1) {
    for (const { data } of order) {
      for (let at = 0; at < data.length; at += 1) {
        const old = data[at] as number;
        for (const value of SIMPLE) {
          if (value === old) break;
          data[at] = value;
          if (fails()) break;
          data[at] = old;
        }
      }
    }
  }
  const found = trial.evaluate()?.failure;
  return found === undefined ? undefined : { ...found, sizes: trial.sizes, letters: trial.letters, run: trial.run, given: trial.free() };
}

/** Parameters go to 0 first, then inputs; states last: a state that is 0 hides most. */
const simplifyFirst = ({ role }: GivenInstance): number => (role === 'parameter' || role === 'constant' ? 0 : role === 'input' ? 1 : 2);

function someOf<X>(places: readonly X[], most: number): readonly X[] {
  if (places.length <= most) return places;
  return Array.from({ length: most }, (_, k) => places[Math.round((k * (places.length - 1)) / (most - 1))] as X);
}

function attempt<X>(make: () => X): X | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof InputError || error instanceof BudgetError) return undefined;
    throw error;
  }
}
