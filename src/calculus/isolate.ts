/**
 * Scalar equations solved for one scalar name: the equation is multiplied out and sorted by powers of the name, and two powers give a root,
 * three evenly spaced ones the quadratic formula. More is refused; nothing is guessed. Works on at most the terms of the equation, so it ends.
 */

import { InputError } from '../errors.js';
import {
  addRational,
  equalRational,
  invertRational,
  isNegative,
  isZero,
  type Leaf,
  multiplyRational,
  negateRational,
  ONE,
  type Rational,
  rational,
  rationalKey,
  rationalToNumber,
  type Tensor,
  type Workspace,
  ZERO,
} from '../network/index.js';

/** coefficient · name^power, the coefficient free of the name. */
export interface Monomial {
  readonly power: Rational;
  readonly coefficient: Tensor;
}

export type Isolation =
  /** name^power = isolated, so name = value; `even`: the other sign solves the equation too. */
  | {
      readonly kind: 'solved';
      readonly power: Rational;
      readonly isolated: Tensor;
      readonly value: Tensor;
      readonly even: boolean;
      readonly nonzero: Tensor | undefined;
    }
  | { readonly kind: 'none'; readonly monomials: readonly Monomial[] }
  | { readonly kind: 'all' };

/** The terms of an equation left = right as powers of a scalar name, lowest first: their sum is zero. Throws an InputError where the name stands inside a function or a sum's power. */
export function monomialsIn(workspace: Workspace, left: Tensor, right: Tensor, name: string): readonly Monomial[] {
  const difference = workspace.expand(workspace.add(left, workspace.scale(right, -1)));
  const groups = new Map<string, { power: Rational; parts: Tensor[] }>();
  for (const term of difference.terms) {
    let power = ZERO;
    const leaves = term.net.leaves.filter(({ head, power: own }) => {
      const isName = head.head.kind === 'symbol' && head.head.quantity.kind === 'value' && head.head.quantity.name === name;
      if (isName) power = addRational(power, own);
      return !isName;
    });
    const rest = workspace.fromTerms([], [{ coefficient: term.coefficient, net: { dims: term.net.dims, leaves } }]);
    if (workspace.quantities(rest).some(({ quantity }) => quantity.kind === 'value' && quantity.name === name)) {
      throw new InputError({
        ruleId: 'not-solvable',
        message: `${name} stands inside something that is no power of it.`,
        fix: 'Equations are solved where the unknown enters as powers, as in E[X / s] = 1.',
      });
    }
    const group = groups.get(rationalKey(power)) ?? { power, parts: [] };
    group.parts.push(rest);
    groups.set(rationalKey(power), group);
  }
  return [...groups.values()]
    .map(({ power, parts }): Monomial => ({ power, coefficient: workspace.expand(workspace.add(...parts)) }))
    .filter(({ coefficient }) => coefficient.terms.length > 0)
    .sort((a, b) => rationalToNumber(a.power) - rationalToNumber(b.power));
}

/** Solves left = right for a scalar name; of two roots of different sign the one with the plus in front is taken. Roots of names in `positive` are taken apart. */
export function isolate(workspace: Workspace, left: Tensor, right: Tensor, name: string, positive: ReadonlySet<string> = new Set()): Isolation {
  const monomials = monomialsIn(workspace, left, right, name);
  const [low, middle, high, ...more] = monomials;
  if (low === undefined) return { kind: 'all' };
  if (middle === undefined) return { kind: 'none', monomials };
  if (more.length > 0 || (high !== undefined && !equalRational(subtract(middle.power, low.power), subtract(high.power, middle.power)))) {
    throw new InputError({
      ruleId: 'not-solvable',
      message: `The equation has the powers ${monomials.map(({ power }) => rationalKey(power)).join(', ')} of ${name}; no formula is known for that.`,
    });
  }
  const power = subtract(middle.power, low.power);
  const isolated =
    high === undefined
      ? quotient(workspace, workspace.scale(low.coefficient, -1), middle.coefficient)
      : quadratic(workspace, low.coefficient, middle.coefficient, high.coefficient);
  const even = power.denominator === 1n && power.numerator % 2n === 0n;
  const nonzero = isNegative(low.power) ? low.coefficient : undefined;
  return { kind: 'solved', power, isolated, value: rootOf(workspace, isolated, power, positive), even, nonzero };
}

const subtract = (a: Rational, b: Rational): Rational => addRational(a, negateRational(b));

function product(workspace: Workspace, ...factors: readonly Tensor[]): Tensor {
  return workspace.contract(
    [],
    factors.map((tensor) => ({ tensor, labels: [] })),
  );
}

/** a/b, multiplied out where b is one term. */
function quotient(workspace: Workspace, a: Tensor, b: Tensor): Tensor {
  const divided = product(workspace, a, workspace.power(b, -1));
  return b.terms.length === 1 ? workspace.expand(divided) : divided;
}

/** The root of z² c + z b + a = 0 with the plus sign. */
function quadratic(workspace: Workspace, a: Tensor, b: Tensor, c: Tensor): Tensor {
  const discriminant = workspace.expand(workspace.add(workspace.power(b, 2), workspace.scale(product(workspace, a, c), -4)));
  return quotient(workspace, workspace.add(workspace.power(discriminant, rational(1, 2)), workspace.scale(b, -1)), workspace.scale(c, 2));
}

/** z^(1/power): √(σ⁴d) is σ²√d where σ is positive; what may be negative, and any sum, stays under the root. */
function rootOf(workspace: Workspace, isolated: Tensor, power: Rational, positive: ReadonlySet<string>): Tensor {
  const root = invertRational(power);
  const [term] = isolated.terms;
  if (equalRational(power, ONE) || term === undefined || isolated.terms.length > 1 || term.net.dims.length > 0)
    return equalRational(power, ONE) ? isolated : workspace.power(isolated, root);
  const one = (leaves: readonly Leaf[], coefficient: Rational): Tensor => workspace.fromTerms([], [{ coefficient, net: { dims: [], leaves } }]);
  const isApart = (leaf: Leaf): boolean => isPositive(one([leaf], ONE), positive);
  const apart = term.net.leaves.filter(isApart).map((leaf) => ({ ...leaf, power: multiplyRational(leaf.power, root) }));
  const under = workspace.power(
    one(
      term.net.leaves.filter((leaf) => !isApart(leaf)),
      term.coefficient,
    ),
    root,
  );
  return product(workspace, one(apart, ONE), under);
}

/** Whether a scalar is a sum of squares and products of sizes and of names that are known to be positive, not all of which can be 0. */
export function isPositive(tensor: Tensor, positive: ReadonlySet<string>): boolean {
  const isFactor = ({ head: { head } }: Leaf): boolean =>
    head.kind === 'whole' ||
    (head.kind === 'symbol' && head.quantity.kind === 'value' && positive.has(head.quantity.name)) ||
    (head.kind === 'sum' && isPositive(head.of, positive));
  const isPlus = (coefficient: Rational): boolean => !isNegative(coefficient) && !isZero(coefficient);
  const isSquare = (leaf: Leaf): boolean =>
    (leaf.power.denominator === 1n && leaf.power.numerator % 2n === 0n) ||
    isFactor(leaf) ||
    (leaf.head.head.kind === 'sum' && isSumOfSquares(leaf.head.head.of));
  const isSumOfSquares = (of: Tensor): boolean => of.terms.every(({ coefficient, net }) => isPlus(coefficient) && net.leaves.every(isSquare));
  return isSumOfSquares(tensor) && tensor.terms.some(({ net }) => net.leaves.every(isFactor));
}
