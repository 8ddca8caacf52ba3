/**
 * Limits at numbers where the value at the limit says nothing: the claim at smaller and smaller distances from the limit.
 *
 * It fails where the difference of the two sides settles at something other than 0 as the distance shrinks; what goes on changing settles nothing.
 */

import { rational } from '../../network/index.js';
import type { GivenInstance, Run, Scope } from '../../numeric/index.js';
import { type Claim, type ClaimStatement, intervalOf } from '../../proof/index.js';
import type { Admissible } from './admissible.js';
import { type Failure, Trial } from './trial.js';

/** Distances from the limit are 10 to these powers. */
const EXPONENTS = [2, 3, 4, 5] as const;
/** Differences settle when they change by less than this share from one distance to the next. */
const SETTLED = 0.02;
/** Differences that go to 0 have shrunk to less than this share at the last distance. */
const SHRUNK = 0.5;

export class Approach {
  readonly run: Run;
  readonly #trials: readonly Trial[];

  constructor(
    readonly claim: Claim,
    readonly sizes: Scope,
    readonly letters: Scope,
    conclusions: readonly ClaimStatement[],
    seed: number,
    side: 1 | -1,
  ) {
    this.#trials = EXPONENTS.map((exponent) => new Trial(near(claim, exponent, side), sizes, letters, conclusions, seed));
    this.run = (this.#trials.at(-1) as Trial).run;
  }

  free(): readonly GivenInstance[] {
    return (this.#trials.at(-1) as Trial).free();
  }

  choices(): readonly Admissible[] {
    return (this.#trials.at(-1) as Trial).choices();
  }

  evaluate(): { readonly failure: Failure | undefined } | undefined {
    const failures: Failure[] = [];
    for (const trial of this.#trials) {
      if (trial.run !== this.run) for (const { name, indices, data } of this.run.given) trial.run.givenAt(name, indices)?.data.set(data);
      const found = trial.evaluate();
      if (found === undefined) return undefined;
      if (found.failure === undefined) return { failure: undefined };
      failures.push(found.failure);
    }
    const apart = failures.map(({ left, right }) => left - right);
    const settles = apart.slice(1).every((difference, at) => Math.abs(difference - (apart[at] as number)) <= SETTLED * Math.abs(difference));
    const [first, last] = [failures[0] as Failure, failures.at(-1) as Failure];
    if (settles) return { failure: last };
    return Math.abs(last.left - last.right) < SHRUNK * Math.abs(first.left - first.right) ? { failure: undefined } : undefined;
  }
}

/** The claim with what tends somewhere set to something close by. */
function near(claim: Claim, exponent: number, side: 1 | -1): Claim {
  const { workspace } = claim.model;
  const distance = rational(side, 10n ** BigInt(exponent));
  return {
    ...claim,
    givens: claim.givens.map((given) =>
      given.relation === '→' && given.value !== undefined
        ? { ...given, relation: '=', value: workspace.add(given.value, workspace.scale(workspace.ones(given.value.dims), distance)) }
        : given,
    ),
  };
}

/** The sides from which the limits may be approached: only positive ones for 1/∞, and only where declarations and equations allow the values. */
export function sidesOf(claim: Claim): readonly (1 | -1)[] {
  return ([1, -1] as const).filter((side) =>
    claim.givens.every(({ relation, inverse, value, reference: { name } }) => {
      if (relation !== '→' || value === undefined) return true;
      if (inverse === true) return side === 1;
      const { low, high } = allowed(claim, name);
      const at = intervalOf(value, () => undefined);
      return side === 1 ? at.low < high : at.high > low;
    }),
  );
}

function allowed(claim: Claim, name: string): { readonly low: number; readonly high: number } {
  const { low, high } = claim.model.declarations.get(name)?.assumptions ?? {};
  const equation = claim.model.equations.find((one) => one.name === name);
  const computed = equation === undefined ? undefined : intervalOf(equation.value, () => undefined);
  return { low: Math.max(low ?? -Infinity, computed?.low ?? -Infinity), high: Math.min(high ?? Infinity, computed?.high ?? Infinity) };
}
