/**
 * The verdict on a claim: refuted by numbers, proved for all sizes, or neither, said honestly.
 *
 * Random points come first, for they cost least; what fails at one is refuted by the simplest point found. What holds at all of them is proved,
 * or, where no proof is found, searched once more at small sizes before it is said to agree.
 */

import { BudgetError, InputError } from '../../errors.js';
import type { Model } from '../../model/index.js';
import type { Line, RelationChain } from '../../notation/syntax.js';
import type { Scope } from '../../numeric/index.js';
import { type ClaimProof, type ClaimStatement, proveClaim } from '../../proof/index.js';
import { Experiment, type Refutation } from './counterexample.js';
import { withFiniteLimits } from './limits.js';
import { type ReadClaim, readClaim } from './read.js';

export type ClaimVerdict = 'proved' | 'refuted' | 'agrees' | 'undecided';

export interface JudgedClaim {
  readonly read: ReadClaim;
  readonly verdict: ClaimVerdict;
  /** One a conclusion, where proved. */
  readonly proofs: readonly { readonly statement: ClaimStatement; readonly proof: ClaimProof }[];
  readonly counterexample?: Refutation;
  /** Random points at which it held. */
  readonly points: number;
  /** The claim in which infinite limits are those of the inverse at 0. */
  readonly claim: ReadClaim['claim'];
}

export interface JudgeOptions {
  readonly seed?: number;
  readonly sizes?: Scope;
  readonly others?: ReadonlyMap<string, Model>;
  /** Conditions that earlier lines of a comparison stated, and the names that they proved equal. */
  readonly carried?: readonly RelationChain[];
  readonly known?: ReadClaim['claim']['known'];
}

/** Reads a line about a model (as a `claim` block or `verify -e` has it) and settles it. Throws an InputError that points at what cannot be read. */
export function judgeClaim(model: Model, line: Line, options: JudgeOptions = {}): JudgedClaim {
  const { others, carried, known } = options;
  const read = readClaim(model, line, {
    ...(others === undefined ? {} : { others }),
    ...(carried === undefined ? {} : { carried }),
    ...(known === undefined ? {} : { known }),
  });
  const claim = withFiniteLimits(read.claim);
  const seed = options.seed ?? 0;
  const sizes = new Map([...(options.sizes ?? []), ...read.sizes]);
  const { conclusions } = claim;
  const experiment = new Experiment(claim, seed, sizes);
  const sampling = experiment.sample();
  const refuted = (): JudgedClaim | undefined => {
    const counterexample = experiment.counterexample();
    return counterexample === undefined ? undefined : { read, claim, verdict: 'refuted', proofs: [], counterexample, points: sampling.points };
  };
  if (sampling.refuted) return refuted() ?? { read, claim, verdict: 'undecided', proofs: [], points: sampling.points };
  const proofs = conclusions.flatMap((statement) => {
    const proof = bounded(() => proveClaim(claim, statement));
    return proof === undefined ? [] : [{ statement, proof }];
  });
  if (proofs.length === conclusions.length) return { read, claim, verdict: 'proved', proofs, points: sampling.points };
  return refuted() ?? { read, claim, verdict: sampling.points > 0 ? 'agrees' : 'undecided', proofs, points: sampling.points };
}

/** Names of two models that a proved line says are equal at every step; later lines of the block may use it. */
export function equalNames({ verdict, read, claim }: JudgedClaim): ReadClaim['claim']['known'] {
  if (verdict !== 'proved' || read.models.length === 0) return [];
  return claim.conclusions.flatMap(({ relation, formulas: { left, right } }) =>
    relation === '=' && left.kind === 'name' && right.kind === 'name' && left.quantity.kind === 'value' && right.quantity.kind === 'value'
      ? [{ name: right.quantity.name, as: left.quantity.name }]
      : [],
  );
}

/** What takes too much, or has no meaning as a network, is not proved. */
function bounded<X>(work: () => X | undefined): X | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof BudgetError || error instanceof InputError) return undefined;
    throw error;
  }
}
