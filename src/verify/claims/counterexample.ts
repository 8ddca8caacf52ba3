/**
 * Claims at numbers: random points, and the smallest sizes and simplest values at which a claim fails.
 *
 * Sizes grow from 1; at each, plain settings come first (zeros, ones, halves), then random ones; what was found is made simpler value by value
 * as long as the claim still fails clearly. What is declared of a name holds at every point, and points at which a condition does not hold do not count.
 */

import { equationAt } from '../../calculus/index.js';
import { BudgetError, InputError } from '../../errors.js';
import type { Model } from '../../model/index.js';
import { rational, type Tensor, type ValueReference, type Whole, wholeNumber } from '../../network/index.js';
import { type GivenInstance, lengthsOf, lettersIn, Random, type Run, randomSizes, randomValues, type Scope } from '../../numeric/index.js';
import { type Claim, limitsAreValues } from '../../proof/index.js';
import type { Admissible } from './admissible.js';
import { Approach, sidesOf } from './approach.js';
import { type Failure, Trial } from './trial.js';

export interface Refutation extends Omit<Failure, 'tie'> {
  readonly sizes: Scope;
  /** Numbers for the line's index letters: t = 1. */
  readonly letters: Scope;
  readonly run: Run;
  readonly given: readonly GivenInstance[];
}

export interface Sampling {
  readonly points: number;
  readonly refuted: boolean;
}

type AnyTrial = Trial | Approach;

/** A claim with its conclusions, as it is tried. */
export class Experiment {
  readonly #sides: readonly (1 | -1)[] | undefined;

  constructor(
    readonly claim: Claim,
    readonly seed: number,
    readonly given: Scope = new Map(),
  ) {
    const limits = claim.givens.some(({ relation }) => relation === '→');
    this.#sides = limits && !limitsAreValues(claim) ? sidesOf(claim) : undefined;
  }

  /** Everything tried without a failure, at random points of three size sets. */
  sample(): Sampling {
    let points = 0;
    for (let set = 0; set < 3; set += 1) {
      const sizes = randomSizes(this.claim.model, this.seed + 7919 * set, this.given);
      for (const letters of someOf(this.#places(sizes), set === 0 ? 3 : 1)) {
        for (const trial of this.#trials(sizes, letters, this.seed + set)) {
          const choices = trial.choices();
          for (let draw = 0; draw < 4; draw += 1) {
            drawInto(trial, choices, this.seed + 104729 * draw + 31 * set, draw % 2 === 1);
            const found = trial.evaluate();
            if (found === undefined) continue;
            points += 1;
            if (found.failure !== undefined && (!found.failure.tie || staysTied(trial, choices))) return { points, refuted: true };
          }
        }
      }
    }
    return { points, refuted: false };
  }

  /** The simplest failure found. */
  counterexample(): Refutation | undefined {
    for (const sizes of sizeSets(this.claim.model, this.given)) {
      for (const letters of someOf([...this.#places(sizes)].reverse(), 4)) {
        for (const trial of this.#trials(sizes, letters, this.seed)) {
          const found = searchAt(trial, this.seed);
          if (found !== undefined) return found;
        }
      }
    }
    return undefined;
  }

  /** Numbers for the letters, at places that exist. */
  #places(sizes: Scope): readonly Scope[] {
    const inside = new Set([...lettersIn(this.claim.domain, sizes)].map(keyOfScope));
    return [...lettersIn(this.claim.ranges, sizes)].filter((letters) => inside.has(keyOfScope(letters)));
  }

  #trials(sizes: Scope, letters: Scope, seed: number): readonly AnyTrial[] {
    const { conclusions } = this.claim;
    const made = (this.#sides ?? [undefined]).map((side) =>
      attempt(
        (): AnyTrial =>
          side === undefined ? new Trial(this.claim, sizes, letters, conclusions, seed) : new Approach(this.claim, sizes, letters, conclusions, seed, side),
      ),
    );
    return made.filter((trial) => trial !== undefined);
  }
}

const keyOfScope = (scope: Scope): string => [...scope].map(([letter, value]) => `${letter}=${value}`).join();

/** Random values for everything that is given; what is assumed of a name holds. */
function drawInto(trial: AnyTrial, choices: readonly Admissible[], seed: number, positive: boolean): void {
  const random = new Random(seed, 'claims');
  const values = randomValues(trial.run, seed, positive);
  for (const instance of trial.run.given) instance.data.set(values.get(instance.key) ?? instance.data);
  for (const { instance, fits, settle, simple } of choices) {
    if (instance.data.every(fits)) continue;
    instance.data.forEach((value, at) => {
      if (fits(value)) return;
      const [from, to] = [Math.min(...simple), Math.max(...simple)];
      const inside = random.between(from, to);
      instance.data[at] = fits(inside) ? inside : (simple[random.below(simple.length)] as number);
    });
    settle();
  }
}

/** Sizes from the smallest on, at most 3; lengths up to 3. */
function sizeSets(model: Model, given: Scope): readonly Scope[] {
  const lengths = lengthsOf(model);
  const pairs = [
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
    [3, 1],
    [3, 2],
    [2, 3],
    [3, 3],
  ] as const;
  return pairs.map(
    ([size, length]) => new Map([...given, ...model.sizes.map((name) => [name, given.get(name) ?? (lengths.has(name) ? length : size)] as const)]),
  );
}

const PLAIN = [0, 1, -1, 0.5, 2] as const;
const DRAWS = 60;

function searchAt(trial: AnyTrial, seed: number): Refutation | undefined {
  const choices = trial.choices();
  const random = new Random(seed, 'counterexample');
  drawInto(trial, choices, seed, false);
  const base = new Map(choices.map(({ instance }) => [instance, Float64Array.from(instance.data)]));
  const write = (value: (choice: Admissible) => number): void => {
    for (const choice of choices) {
      const { data } = choice.instance;
      data.forEach((_, at) => {
        const proposed = value(choice);
        data[at] = choice.fits(proposed) ? proposed : (choice.simple[0] as number);
      });
      if (!choice.settle()) data.set(base.get(choice.instance) as Float64Array);
    }
  };
  for (let draw = 0; draw < DRAWS + PLAIN.length; draw += 1) {
    const plain = PLAIN[draw];
    if (plain !== undefined) write(() => plain);
    else if (draw < DRAWS / 2) write(({ simple }) => simple[random.below(simple.length)] as number);
    else write(() => Math.round(random.signed(0.1, 2) * 10) / 10);
    if (failureAt(trial, choices) !== undefined) return simplified(trial, choices);
  }
  return undefined;
}

const failureAt = (trial: AnyTrial, choices: readonly Admissible[]): Failure | undefined => {
  const failure = trial.evaluate()?.failure;
  return failure === undefined || (failure.tie && !staysTied(trial, choices)) ? undefined : failure;
};

/**
 * Whether sides that are equal are so in truth, and not because a double cannot tell σ or tanh from its bound: they are equal as expressions once the
 * numbers are put in, or stay equal where everything is half and a quarter as large.
 */
function staysTied(trial: AnyTrial, choices: readonly Admissible[]): boolean {
  return attempt(() => isExactTie(trial)) === true || (tiedWhenScaled(trial, choices, 2) && tiedWhenScaled(trial, choices, 4));
}

/** Rounds of putting equations in: names of a step lie on no cycle, and few steps are looked at. */
const ROUNDS = 8;

/** The difference of the sides vanishes as an expression, with exact numbers for what is given (where all its entries are alike) and equations put in. */
function isExactTie(trial: AnyTrial): boolean {
  const statement = trial.evaluate()?.failure?.statement;
  if (statement === undefined) return false;
  const { model } = trial.run;
  const { workspace } = model;
  const letters = new Map([...trial.letters].map(([letter, value]) => [letter, wholeNumber(value)]));
  const difference = workspace.add(statement.left, workspace.scale(statement.right, -1));
  let current = workspace.substituteLetters(difference, letters);
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = workspace.replace(current, (quantity, dims) => (quantity.kind === 'value' ? exactly(trial, quantity, dims) : undefined));
    if (next === current) break;
    current = next;
  }
  return workspace.expand(current).terms.length === 0;
}

function exactly({ run, sizes }: AnyTrial, { name, indices }: ValueReference, dims: readonly Whole[]): Tensor | undefined {
  const { workspace } = run.model;
  const numbers = indices.map((index) => run.evaluate(workspace.whole(index), sizes).data[0] ?? 0);
  const given = run.givenAt(name, numbers);
  if (given !== undefined) {
    const [value] = given.data;
    if (value === undefined || !Number.isInteger(value * 4096) || given.data.some((other) => other !== value)) return undefined;
    return workspace.scale(workspace.ones(dims), rational(BigInt(value * 4096), 4096n));
  }
  const at = equationAt(run.model, { name, indices });
  return at === undefined ? undefined : workspace.substituteLetters(at.equation.value, at.letters);
}

function tiedWhenScaled(trial: AnyTrial, choices: readonly Admissible[], by: number): boolean {
  const kept = choices.map(({ instance }) => Float64Array.from(instance.data));
  const scaled = choices.every(({ instance, settle }) => {
    instance.data.forEach((value, at) => {
      instance.data[at] = value / by;
    });
    return settle();
  });
  const tied = scaled && trial.evaluate()?.failure?.tie === true;
  choices.forEach(({ instance }, at) => {
    instance.data.set(kept[at] as Float64Array);
  });
  return tied;
}

/** Every value that can be 0 becomes 0, else 1, −1, ½ …, as long as the claim still fails clearly and what is declared of the name holds. */
function simplified(trial: AnyTrial, choices: readonly Admissible[]): Refutation | undefined {
  const order = [...choices].sort((a, b) => simplifyFirst(a.instance) - simplifyFirst(b.instance));
  for (let pass = 0; pass < 2; pass += 1) {
    for (const { instance, simple, settle } of order) {
      const { data } = instance;
      for (let at = 0; at < data.length; at += 1) {
        const before = Float64Array.from(data);
        for (const value of simple) {
          if (value === before[at]) break;
          data[at] = value;
          if (settle() && data[at] === value && failureAt(trial, choices) !== undefined) break;
          data.set(before);
        }
      }
    }
  }
  const found = failureAt(trial, choices);
  return found === undefined ? undefined : { ...found, sizes: trial.sizes, letters: trial.letters, run: trial.run, given: trial.free() };
}

/** Parameters go to 0 first, then inputs; states last: a state that is 0 hides most. */
const simplifyFirst = ({ role }: GivenInstance): number => (role === 'parameter' || role === 'constant' ? 0 : role === 'input' ? 1 : 2);

function someOf<X>(places: readonly X[], most: number): readonly X[] {
  if (places.length <= most) return places;
  if (most === 1) return places.slice(-1);
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
