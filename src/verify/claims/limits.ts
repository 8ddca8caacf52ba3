/** Limits at infinity as limits at 0: γ → ∞ is ε → 0 from above with γ = 1/ε (−1/ε for −∞), so that nothing infinite is ever put in. */

import { InputError } from '../../errors.js';
import type { Declaration, Model } from '../../model/index.js';
import { rational, type Tensor } from '../../network/index.js';
import type { Claim, ClaimStatement, Given } from '../../proof/index.js';

/** Name of the inverse of what grows beyond all bounds. */
export const inverseOf = (name: string): string => `1/${name}`;

/** Throws an InputError for a computed name that tends to infinity. */
export function withFiniteLimits(claim: Claim): Claim {
  return claim.givens.reduce((current, given, at) => (given.value === undefined ? inverted(current, at) : current), claim);
}

function inverted(claim: Claim, at: number): Claim {
  const given = claim.givens[at] as Given;
  const { name } = given.reference;
  const declaration = claim.model.declarations.get(name);
  if (given.computed || declaration === undefined)
    throw new InputError({ ruleId: 'not-a-premise', message: `${name} is computed; only inputs and parameters tend to infinity.` });
  const key = inverseOf(name);
  const { workspace } = claim.model;
  const replaced = (tensor: Tensor): Tensor =>
    workspace.replace(tensor, (quantity, dims) =>
      quantity.kind === 'value' && quantity.name === name
        ? workspace.scale(workspace.power(workspace.value(key, quantity.indices, dims), rational(-1)), given.negative === true ? -1 : 1)
        : undefined,
    );
  const side = (statement: ClaimStatement): ClaimStatement => ({ ...statement, left: replaced(statement.left), right: replaced(statement.right) });
  const inverse: Declaration = { ...declaration, name: key, spelling: { ...declaration.spelling, latex: '\\varepsilon', text: 'ε' }, assumptions: {} };
  const model: Model = {
    ...claim.model,
    declarations: new Map([...claim.model.declarations, [key, inverse]]),
    equations: claim.model.equations.map((equation) => ({ ...equation, value: replaced(equation.value) })),
  };
  const value = workspace.zero(declaration.dims);
  return {
    ...claim,
    model,
    givens: claim.givens.map((one, k) =>
      k === at
        ? { ...one, reference: { ...one.reference, name: key }, value, inverse: true }
        : one.value === undefined
          ? one
          : { ...one, value: replaced(one.value) },
    ),
    hypotheses: claim.hypotheses.map(side),
    conclusions: claim.conclusions.map(side),
  };
}
