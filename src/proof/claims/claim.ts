/**
 * What a claim is: what is given (a name set to something, a condition, a limit), what is said to follow, and what a proof of it consists of.
 *
 * A given computed name stands in place of its equation at that step; what is given of inputs, parameters and values of other steps is put in
 * where it occurs.
 */

import type { Equation, IndexRange, Model } from '../../model/model.js';
import type { Tensor, ValueReference, Whole } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import type { Operator } from '../../operators/row.js';
import type { InequalityProof } from '../inequalities.js';
import type { ProofLevel } from '../prove.js';

export type ClaimRelation = '=' | '≠' | '<' | '≤' | '>' | '≥' | '→';

/** left relation right; the slots of axis letters come first. */
export interface ClaimStatement {
  readonly relation: ClaimRelation;
  readonly left: Tensor;
  readonly right: Tensor;
  /** As written. */
  readonly formulas: { readonly left: Formula; readonly right: Formula };
  /** The sides with functions as their definitions say, where there are such. */
  readonly definitions?: { readonly left: Tensor; readonly right: Tensor };
}

/** What a function tends to: tanh(a) → −1 as a → −∞. */
export interface Asymptote {
  readonly operator: Operator;
  readonly sign: 1 | -1;
  readonly value: number;
}

/** A name with what it is set to (`=`), or what it tends to (`→`; infinity where `value` is undefined). */
export interface Given {
  readonly relation: '=' | '→';
  readonly reference: ValueReference;
  /** It has an equation at that step, in whose place this stands. */
  readonly computed: boolean;
  readonly value: Tensor | undefined;
  /** Tends to −∞, not to ∞. */
  readonly negative?: boolean;
  /** Stands for 1/∞: small and positive. */
  readonly inverse?: boolean;
  readonly formulas: { readonly left: Formula; readonly right: Formula | undefined };
}

export interface Claim {
  /** The model, with the free scalars of the line as inputs. */
  readonly model: Model;
  readonly givens: readonly Given[];
  /** Inequalities that restrict the points. */
  readonly hypotheses: readonly ClaimStatement[];
  readonly conclusions: readonly ClaimStatement[];
  /** Ranges of the index letters that are free in the line. */
  readonly ranges: readonly IndexRange[];
  /** The same before conditions narrowed them: places outside do not exist. */
  readonly domain: readonly IndexRange[];
  /** Letters along axes, with their sizes. */
  readonly axes: ReadonlyMap<string, Whole>;
  /** Names proved equal by earlier lines, step by step: the first may be written as the second. */
  readonly known: readonly { readonly name: string; readonly as: string }[];
  /** Partials that hold what they name, by the key of the name that stands for each. */
  readonly partials: ReadonlyMap<string, { readonly numerator: ValueReference; readonly denominator: ValueReference; readonly held: ReadonlySet<string> }>;
}

/** Why a line of a proof follows from the one before. */
export type ClaimReason =
  | { readonly kind: 'written' }
  | { readonly kind: 'given'; readonly asymptotes?: readonly Asymptote[] }
  | { readonly kind: 'derivative' }
  /** The equations of these names put in, and what is given. */
  | { readonly kind: 'equations'; readonly references: readonly ValueReference[] }
  | { readonly kind: 'definition' }
  | { readonly kind: 'one-hot' }
  | { readonly kind: 'hypothesis' }
  | { readonly kind: 'denominators'; readonly factor: Tensor };

export interface ClaimStep {
  readonly left: Tensor;
  readonly right: Tensor;
  readonly reason: ClaimReason;
}

export type ClaimLevel = ProofLevel | 'definition' | 'continuity' | 'ranges';

export interface ClaimProof {
  readonly level: ClaimLevel;
  /** Side conditions that were used. */
  readonly assumes: readonly string[];
  readonly steps: readonly ClaimStep[];
  readonly inequality?: InequalityProof;
  /** Proved from the same statement one step earlier, and at this first place of the letter. */
  readonly induction?: { readonly letter: string; readonly first: Whole };
}

/** The model with given computed names in place of their equations, at the step that the claim speaks of. */
export function modelUnder(claim: Claim): Model {
  const standIns = claim.givens.flatMap((given): Equation[] => {
    const { reference, value, formulas } = given;
    if (!given.computed || value === undefined) return [];
    const general = claim.model.equations.find((equation) => equation.name === reference.name);
    return [{ name: reference.name, indices: reference.indices, ranges: [], source: formulas.right ?? general?.source ?? formulas.left, value }];
  });
  if (standIns.length === 0) return claim.model;
  const replaced = (equation: Equation): boolean => equation.indices.length === 0 && standIns.some(({ name }) => name === equation.name);
  return { ...claim.model, equations: [...standIns, ...claim.model.equations.filter((equation) => !replaced(equation))] };
}
