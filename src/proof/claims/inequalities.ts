/** Inequalities: equations put in, then the ranges of what is left, the declarations and what is assumed. */

import { equationAt, factsOf, provablyNonNegative } from '../../calculus/index.js';
import type { Equation, Model } from '../../model/model.js';
import { isOne, type Quantity, referenceKey, subtractWhole, type Tensor, type Whole } from '../../network/index.js';
import { type InequalityProof, proveSign } from '../inequalities.js';
import { EVERYTHING, type Interval, intersection, intervalOf } from '../intervals.js';
import { addPolynomials, multiplyPolynomials, type Polynomial, PolynomialReader, scalePolynomial } from '../polynomial.js';
import type { Claim, ClaimProof, ClaimStatement, ClaimStep } from './claim.js';
import { Unfolding, unfoldings } from './unfolding.js';

/** What the declarations, and the operators on the right sides, say of the values of a name. */
function rangesOf(claim: Claim, model: Model, extra: ReadonlyMap<string, Interval>): (quantity: Quantity) => Interval | undefined {
  const known = new Map<string, Interval>();
  const ranges = (quantity: Quantity): Interval | undefined => {
    if (quantity.kind !== 'value') return undefined;
    const key = referenceKey(quantity);
    const done = known.get(key);
    if (done !== undefined) return done;
    known.set(key, EVERYTHING);
    const declared = declaredRange(model, quantity.name);
    const at = equationAt(model, quantity);
    const inside =
      at === undefined || !isInside(claim, at.equation, at.letters)
        ? EVERYTHING
        : intervalOf(model.workspace.substituteLetters(at.equation.value, at.letters), ranges);
    const found = intersection(intersection(declared, inside), extra.get(key) ?? EVERYTHING);
    known.set(key, found);
    return found;
  };
  return ranges;
}

function isInside(claim: Claim, equation: Equation, letters: ReadonlyMap<string, Whole>): boolean {
  const facts = factsOf(claim.ranges);
  return equation.ranges.every((range) => {
    const place = letters.get(range.letter);
    return place !== undefined && provablyNonNegative(subtractWhole(place, range.from), facts) && provablyNonNegative(subtractWhole(range.to, place), facts);
  });
}

function declaredRange(model: Model, name: string): Interval {
  const { low, high, lowOpen, highOpen, oneHot } = model.declarations.get(name)?.assumptions ?? {};
  if (oneHot === true) return { low: 0, high: 1, lowOpen: false, highOpen: false };
  return { low: low ?? -Infinity, high: high ?? Infinity, lowOpen: lowOpen ?? low === undefined, highOpen: highOpen ?? high === undefined };
}

export function proveInequality(claim: Claim, statement: ClaimStatement, extra: ReadonlyMap<string, Interval> = new Map()): ClaimProof | undefined {
  const { workspace } = claim.model;
  if (claim.givens.some(({ relation }) => relation === '→')) return undefined;
  const { relation } = statement;
  const strict = relation === '<' || relation === '>';
  const steps = unfoldings(claim, statement);
  const unfolding = new Unfolding(claim);
  for (let at = 0; at < steps.length; at += 1) {
    const { left, right } = steps[at] as ClaimStep;
    const [smaller, larger] = relation === '<' || relation === '≤' ? [left, right] : [right, left];
    const reader = new PolynomialReader(workspace, rangesOf(claim, unfolding.model, extra));
    const difference = reader.read(workspace.add(larger, workspace.scale(smaller, -1)));
    const hypotheses = claim.hypotheses.flatMap((hypothesis) => hypothesisPolynomials(reader, unfolding, hypothesis));
    const inequality = proveSign(difference, strict, hypotheses) ?? bySquares(reader, smaller, larger, strict, hypotheses);
    if (inequality !== undefined) return { level: 'ranges', assumes: workspace.takeUsedFacts(), steps: steps.slice(0, at + 1), inequality };
  }
  return undefined;
}

/** √S ≤ b where b ≥ 0 and S ≤ b²; a ≤ √S where a² ≤ S. */
function bySquares(reader: PolynomialReader, smaller: Tensor, larger: Tensor, strict: boolean, hypotheses: readonly Polynomial[]): InequalityProof | undefined {
  const [below, above] = [rootOf(reader.workspace, smaller), rootOf(reader.workspace, larger)];
  if (below === undefined && above === undefined) return undefined;
  const square = (tensor: Tensor, root: Tensor | undefined): Polynomial => {
    const polynomial = reader.read(root ?? tensor);
    return root === undefined ? multiplyPolynomials(polynomial, polynomial) : polynomial;
  };
  const sign = above === undefined ? proveSign(reader.read(larger), false, hypotheses) : undefined;
  if (above === undefined && sign === undefined) return undefined;
  const squares = proveSign(
    addPolynomials(square(larger, above), scalePolynomial(square(smaller, below), { numerator: -1n, denominator: 1n })),
    strict,
    hypotheses,
  );
  return squares === undefined
    ? undefined
    : { rules: new Set([...squares.rules, 'squares']), bounded: new Set([...squares.bounded, ...(sign?.bounded ?? [])]), atEnds: squares.atEnds };
}

/** What a scalar is the root of: a norm is the root of a sum of squares. */
function rootOf(workspace: Claim['model']['workspace'], tensor: Tensor): Tensor | undefined {
  const expanded = workspace.expand(tensor);
  const [term] = expanded.terms;
  const [leaf] = term?.net.leaves ?? [];
  if (expanded.terms.length !== 1 || term === undefined || leaf === undefined || term.net.leaves.length !== 1 || !isOne(term.coefficient)) return undefined;
  return leaf.head.head.kind === 'sum' && leaf.power.numerator === 1n && leaf.power.denominator === 2n && tensor.dims.length === 0
    ? leaf.head.head.of
    : undefined;
}

function hypothesisPolynomials(
  reader: PolynomialReader,
  unfolding: Unfolding,
  { relation, left, right }: ClaimStatement,
): ReturnType<PolynomialReader['read']>[] {
  const { workspace } = reader;
  const [a, b] = [unfolding.start(left), unfolding.start(right)];
  const difference = (larger: Tensor, smaller: Tensor) => reader.read(workspace.add(larger, workspace.scale(smaller, -1)));
  if (relation === '<' || relation === '≤') return [difference(b, a)];
  if (relation === '>' || relation === '≥') return [difference(a, b)];
  return [];
}
