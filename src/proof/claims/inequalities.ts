/** Inequalities: equations put in, then the ranges of what is left, the declarations and what is assumed. */

import { isOne, referenceKey, type Tensor } from '../../network/index.js';
import { type Effort, type Hypothesis, type InequalityProof, proveSign } from '../inequalities.js';
import type { Interval } from '../intervals.js';
import { addPolynomials, multiplyPolynomials, type Polynomial, PolynomialReader, scalePolynomial } from '../polynomial.js';
import { assumedBounds } from './bounds.js';
import type { Claim, ClaimProof, ClaimStatement, ClaimStep } from './claim.js';
import { lemmas } from './lemmas.js';
import { rangesOf, wholesOf } from './ranges.js';
import { Unfolding, unfoldings } from './unfolding.js';

/** Steps of search for one statement, over all equations that are put in. */
const EFFORT = 4000;

/** Proves left < right and the like for all sizes and all values that the claim allows; undefined where no proof is found. */
export function proveInequality(claim: Claim, statement: ClaimStatement, most = EFFORT): ClaimProof | undefined {
  const { workspace } = claim.model;
  if (claim.givens.some(({ relation }) => relation === '→')) return undefined;
  const { relation } = statement;
  const strict = relation === '<' || relation === '>';
  const steps = unfoldings(claim, statement);
  const unfolding = new Unfolding(claim);
  const assumed = assumedBounds(claim);
  const effort: Effort = { left: most };
  for (let at = 0; at < steps.length; at += 1) {
    const { left, right } = steps[at] as ClaimStep;
    const [smaller, larger] = relation === '<' || relation === '≤' ? [left, right] : [right, left];
    const reader = new PolynomialReader(workspace, rangesOf(claim, unfolding.model, assumed), wholesOf(claim));
    const difference = reader.read(workspace.add(larger, workspace.scale(smaller, -1)));
    const stated = claim.hypotheses.flatMap((hypothesis) => hypothesisPolynomials(reader, unfolding, hypothesis));
    const known = (): readonly Hypothesis[] => [...stated, ...lemmas(reader, stated)];
    const found =
      proveSign(difference, strict, stated, effort) ?? proveSign(difference, strict, known(), effort) ?? bySquares(reader, smaller, larger, strict, known());
    if (found !== undefined)
      return { level: 'ranges', assumes: workspace.takeUsedFacts(), steps: steps.slice(0, at + 1), inequality: withAssumed(found, assumed) };
  }
  return undefined;
}

/** Says that something was assumed where an assumed range was used. */
function withAssumed(proof: InequalityProof, assumed: ReadonlyMap<string, Interval>): InequalityProof {
  const used = [...proof.bounded].filter(({ quantity }) => quantity?.kind === 'value' && assumed.has(referenceKey(quantity)));
  return used.length > 0 ? { ...proof, rules: new Set([...proof.rules, 'hypothesis']), assumed: new Set(used) } : proof;
}

/** √S ≤ b where b ≥ 0 and S ≤ b²; a ≤ √S where a² ≤ S. */
function bySquares(reader: PolynomialReader, smaller: Tensor, larger: Tensor, strict: boolean, hypotheses: readonly Hypothesis[]): InequalityProof | undefined {
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
    : {
        rules: new Set([...squares.rules, 'squares']),
        bounded: new Set([...squares.bounded, ...(sign?.bounded ?? [])]),
        atEnds: squares.atEnds,
        facts: squares.facts,
      };
}

/** What a scalar is the root of: a norm is the root of a sum of squares. */
function rootOf(workspace: Claim['model']['workspace'], tensor: Tensor): Tensor | undefined {
  const expanded = workspace.expand(tensor);
  const [term] = expanded.terms;
  const [leaf] = term?.net.leaves ?? [];
  if (expanded.terms.length !== 1 || term === undefined || leaf === undefined || term.net.leaves.length !== 1 || !isOne(term.coefficient)) return undefined;
  if (leaf.power.numerator !== 1n || leaf.power.denominator !== 2n || tensor.dims.length > 0) return undefined;
  return leaf.head.head.kind === 'sum' ? leaf.head.head.of : workspace.power(expanded, 2);
}

function hypothesisPolynomials(reader: PolynomialReader, unfolding: Unfolding, { relation, left, right }: ClaimStatement): readonly Hypothesis[] {
  const { workspace } = reader;
  const [a, b] = [unfolding.start(left), unfolding.start(right)];
  const difference = (larger: Tensor, smaller: Tensor) => reader.read(workspace.add(larger, workspace.scale(smaller, -1)));
  const strict = relation === '<' || relation === '>';
  if (relation === '<' || relation === '≤') return [{ polynomial: difference(b, a), strict }];
  if (relation === '>' || relation === '≥') return [{ polynomial: difference(a, b), strict }];
  return [];
}
