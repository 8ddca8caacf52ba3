/** A claim at sizes and at a place of its letters: the numbers of its two sides, and where they break the relation. */

import { InputError } from '../../errors.js';
import type { Equation, Model } from '../../model/index.js';
import { lettersOf, substituteWhole, type Tensor, type Whole, wholeNumber } from '../../network/index.js';
import { createRun, type GivenInstance, type Instance, type Program, type Run, type Scope } from '../../numeric/index.js';
import { boundsIn, type Claim, type ClaimRelation, type ClaimStatement, EVERYTHING, type Interval, intersection, modelUnder } from '../../proof/index.js';
import { type Admissible, admissible } from './admissible.js';
import { claimDerivatives, namedPartials } from './derivatives.js';

/** A difference beyond this share of the sides is one; less is rounding. */
const CLEAR = 1e-6;
const ROUNDING = 1e-9;

/** The entry at which a conclusion fails. */
export interface Failure {
  /** Position from 1 (axis letters first); empty for a scalar. */
  readonly entry: readonly number[];
  readonly left: number;
  readonly right: number;
  readonly statement: ClaimStatement;
  /** A strict relation fails because the sides are equal. */
  readonly tie: boolean;
}

/** The claim at a place of its letters and at sizes: a run and the tensors to compare. */
export class Trial {
  readonly run: Run;
  readonly #sides: readonly { readonly statement: ClaimStatement; readonly left: Instance; readonly right: Instance }[];
  readonly #conditions: readonly { readonly relation: ClaimRelation; readonly left: Instance; readonly right: Instance }[];
  readonly #fixed: readonly { readonly target: Float64Array; readonly source: Instance }[];
  readonly #program: Program;
  readonly #before: Program;

  constructor(
    readonly claim: Claim,
    readonly sizes: Scope,
    readonly letters: Scope,
    conclusions: readonly ClaimStatement[],
    seed: number,
  ) {
    const model = placedModel(claim, letters);
    this.run = createRun(model, sizes, { seed, derivatives: claimDerivatives(claim, model, sizes) });
    const { machine } = this.run;
    checkPlaces(claim, sizes, letters);
    const at = (tensor: Tensor): Instance => machine.evaluation(namedPartials(claim, model, tensor, letters), letters);
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

  /** What may be chosen: given, read by the claim, and not fixed by it. */
  free(): readonly GivenInstance[] {
    const fixed = new Set(this.#fixed.map(({ target }) => target));
    const read = new Set([...this.#program.given(), ...this.#before.given()].map(({ data }) => data));
    return this.run.given.filter(({ data }) => read.has(data) && !fixed.has(data));
  }

  /** The same with what is declared and assumed of each. */
  choices(): readonly Admissible[] {
    return this.free().flatMap((instance) => {
      const { name, indices } = instance;
      const assumed = boundsIn(this.claim).filter(
        ({ reference }) => reference.name === name && reference.indices.every((index, at) => numberAt(index, this.sizes, this.letters) === indices[at]),
      );
      const range = assumed.reduce<Interval>((one, { interval }) => intersection(one, interval), EVERYTHING);
      const choice = admissible(instance, this.run.model.declarations.get(name)?.assumptions ?? {}, range);
      return choice === undefined ? [] : [choice];
    });
  }

  /** Sides at the numbers that stand in the run; undefined where the conditions do not hold or something is no number. */
  evaluate(): { readonly failure: Failure | undefined } | undefined {
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
      if (entry !== undefined) {
        const [a, b] = [left.data[entry] as number, right.data[entry] as number];
        return { failure: { entry: positionOf(entry, left.dims), left: a, right: b, statement, tie: a === b } };
      }
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

/** Throws an InputError where the line names something at a place at which it does not exist: x_{t+1} at the last step. */
function checkPlaces({ model, conclusions, hypotheses, partials }: Claim, sizes: Scope, letters: Scope): void {
  const sides = [...conclusions, ...hypotheses].flatMap(({ left, right }) => [left, right]);
  const named = sides
    .flatMap((side) => model.workspace.quantities(side))
    .flatMap(({ quantity }) => {
      if (quantity.kind === 'partial') return [quantity.numerator, quantity.denominator];
      if (quantity.kind === 'adjoint') return [];
      const partial = partials.get(quantity.name);
      return partial === undefined ? [quantity] : [partial.numerator, partial.denominator];
    });
  for (const { name, indices } of named) {
    const declared = model.declarations.get(name);
    if (declared === undefined || indices.some(isBound)) continue;
    const at = indices.map((index) => numberAt(index, sizes, letters));
    const isInside = declared.indices.every(
      ({ from, to }, axis) => at[axis] === undefined || (at[axis] >= numberAt(from, sizes, letters) && at[axis] <= numberAt(to, sizes, letters)),
    );
    const isBoundary = model.boundaries.some(
      (boundary) => boundary.name === name && boundary.indices.every((index, axis) => hasLetter(index, sizes) || numberAt(index, sizes, letters) === at[axis]),
    );
    if (!isInside && !isBoundary) throw new InputError({ ruleId: 'no-place', message: `${name} does not exist there.` });
  }
}

/** Other indices of a boundary value stay free. */
const hasLetter = (index: Whole, sizes: Scope): boolean => [...lettersOf(index)].some((letter) => !sizes.has(letter));
const isBound = (index: Whole): boolean => index.monomials.some(({ letters }) => letters.some((letter) => letter.startsWith('§')));

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
