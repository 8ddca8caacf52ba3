/**
 * What the parts of `verify` hand to each other: a line as it was read, the judge that settles it, and the result as the contract's JSON has it.
 *
 * Reading → `ReadLine`; judging → `LineVerdict`; what is wrong and how to repair it → `Diagnostic`.
 */

import type { Region } from '../errors.js';
import type { IndexRange, Model, Settings } from '../model/model.js';
import type { Tensor, Whole } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import type { Names } from '../notation/spelling.js';
import type { Proof, Prover } from '../proof/index.js';
import type { OwnNames } from './lowering.js';

export type Verdict = 'proved' | 'agrees' | 'refuted' | 'ill-shaped' | 'unreadable' | 'undecided' | 'carried';
export type LineRole = 'definition' | 'step' | 'answer';
export type LineRelation = '=' | '≠' | '<' | '≤' | '>' | '≥';

/**
 * One statement in the reading that was chosen for the whole answer. `left` and `right` are the person's own trees: every node has the region of
 * its text, derivatives have their reach filled in, bare δ and other names of the answer are `name` nodes whose key begins with `§`.
 */
export interface ReadLine {
  /** Number of the line in the result. */
  readonly index: number;
  readonly text: string;
  readonly region: Region;
  readonly relation: LineRelation;
  readonly left: Formula;
  readonly right: Formula;
  /** Ranges of the index letters that are free in the line, as far as the left side exists there and the line's own conditions allow. */
  readonly ranges: readonly IndexRange[];
  /** Letters along axes (the i of h_{t,i}) with the sizes of their axes; they come first among the slots of the lowered sides. */
  readonly axes: ReadonlyMap<string, Whole>;
}

/** What comparing two tensors at random points gave. */
export interface Comparison {
  readonly verdict: 'equal' | 'different' | 'unclear';
  readonly points: number;
  readonly maxRelError: number;
}

export interface Counterexample {
  readonly sizes: Readonly<Record<string, number>>;
  readonly seed: number;
  /** Position from 1; empty for a scalar. */
  readonly entry: readonly number[];
  readonly yours: number;
  readonly correct: number;
}

/** Everything that settles lines about one model: built once for a model, its runs and proofs are remembered. */
export interface LineJudge {
  /** The model with the answer's own names as equations (their keys begin with `§`), on the sheet's workspace. */
  readonly model: Model;
  /** The model as the sheet has it. */
  readonly sheet: Model;
  readonly prover: Prover;
  /** Spellings for printing formulas of this answer. */
  readonly names: Names;
  /** What the names that the answer defined stand for. */
  readonly own: OwnNames;
  /** A side of a line as a tensor (axes letters first). Throws an InputError where it has no meaning. */
  lower(formula: Formula, line: Pick<ReadLine, 'axes'>): Tensor;
  /** One point: for searches. False only where the sides differ there by more than 1e-6 of their size. */
  mayEqual(left: Tensor, right: Tensor, line: Pick<ReadLine, 'ranges'>): boolean;
  /** All points: three size sets, twenty points and more. */
  compare(left: Tensor, right: Tensor, line: Pick<ReadLine, 'ranges'>): Comparison;
  /** A proof for all sizes and lengths, or undefined. */
  prove(left: Tensor, right: Tensor, line: Pick<ReadLine, 'ranges'>): Proof | undefined;
  /** The smallest sizes and simplest numbers found at which the sides differ. */
  counterexample(left: Tensor, right: Tensor, line: Pick<ReadLine, 'ranges'>): Counterexample | undefined;
  /** A judge for the same answer about another model (another convention): names and indices must be those of this one. */
  withModel(model: Model): LineJudge;
}

export interface Repair {
  readonly from: string;
  readonly to: string;
  readonly proved: boolean;
}

export interface Diagnostic {
  /** An id of the catalogue of mistakes, or `ill-shaped`, `unknown-name`, `INCOMPLETE`, … */
  readonly ruleId: string;
  readonly also?: readonly string[];
  readonly message: string;
  readonly region: Region | null;
  readonly repair?: Repair | null;
  readonly counterexample?: Counterexample | null;
  /** Conventions of the model under which the line would be right. */
  readonly alternatives?: readonly string[];
}

/** What diagnosis may spend: every candidate that is lowered and evaluated counts one. */
export interface DiagnosisOptions {
  readonly budget: number;
  readonly seed: number;
}

/** Finds what is wrong with a refuted line: `diagnose.ts`. Never throws for what the person wrote; an empty list where nothing was found. */
export type Diagnose = (line: ReadLine, judge: LineJudge, options: DiagnosisOptions) => readonly Diagnostic[];

export interface Method {
  readonly kind: 'proof' | 'numeric';
  readonly level?: string;
  readonly assumes: readonly string[];
  readonly points?: number;
  readonly maxRelError?: number | null;
}

/** A line of the contract's JSON. */
export interface LineResult {
  readonly index: number;
  readonly text: string;
  readonly source: Region;
  readonly readAs: { readonly latex: string; readonly plain: string } | null;
  readonly shape: string | null;
  readonly role: LineRole | null;
  readonly verdict: Verdict;
  readonly method: Method | null;
  readonly readings: Readonly<Record<string, string>>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The contract's JSON of `verify`. */
export interface VerifyResult {
  readonly schema: 'chainrule/verify/1';
  readonly verdict: 'correct' | 'incorrect' | 'unreadable' | 'undecided';
  readonly score: number;
  readonly seed: number;
  readonly targets: readonly { readonly target: string; readonly line: number | null }[];
  readonly lines: readonly LineResult[];
  /** About the answer as a whole: a target that was not reached, an ambiguity. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface VerifyOptions {
  /** What the answer must reach, each as a line of a `derive` block. */
  readonly targets?: readonly string[];
  readonly seed?: number;
  /** Sizes and lengths at which lines are compared; those that are not given are drawn. */
  readonly sizes?: ReadonlyMap<string, number>;
  /** Bound on the work in steps. */
  readonly budget?: number;
  /** Settings of the sheet around an `answer` block; the answer's own front matter goes before them. */
  readonly settings?: Partial<Settings>;
  /** File and first line that regions count in. */
  readonly file?: string;
  readonly line?: number;
}
