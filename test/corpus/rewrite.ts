/** Equivalent ways of writing a formula: each rule turns one node into another with the same value; a rewriting is a few of them in a row. */

import type { Model } from '../../src/model/model.js';
import { shiftWhole, type Whole, wholeLetter } from '../../src/network/index.js';
import type { Formula } from '../../src/notation/formula.js';
import { substituteFormula } from '../../src/notation/walk.js';
import { modelFacts, oneMinus } from '../../src/verify/mutate/model-facts.js';
import { hadamardOf, inPlaceOf, integer, lying, negated, productOf, rank, type Site, sameDims, sitesOf, transposeOf } from '../../src/verify/mutate/sites.js';
import type { Choices } from './random.js';

/** What rewriting may use of a model, made once. */
export interface RewriteContext {
  readonly model: Model;
  /** The recursion of an adjoint at its own index, in matrix notation. */
  readonly adjoint: (name: string) => Formula | undefined;
}

type Rule = (site: Site, context: RewriteContext, choices: Choices) => Formula | undefined;

type Product = Extract<Formula, { kind: 'product' }>;
const isStyle = (node: Formula, style: Product['style']): node is Product => node.kind === 'product' && node.style === style;

const shuffled = <X>(all: readonly X[], choices: Choices): readonly X[] => {
  const left = [...all];
  return all.map(() => left.splice(choices.below(left.length), 1)[0] as X);
};

/** a ⊙ b = diag(a) b. */
const diagonalForHadamard: Rule = ({ node }, _, choices) => {
  if (!isStyle(node, 'hadamard') || rank(node) !== 1) return undefined;
  const at = choices.below(node.factors.length);
  const factor = node.factors[at] as Formula;
  const size = factor.shape.dims[0];
  if (rank(factor) !== 1 || size === undefined || node.factors.some((each) => rank(each) !== 1)) return undefined;
  const rest = productOf(
    'hadamard',
    node.factors.filter((_, k) => k !== at),
    node,
  );
  const diagonal: Formula = { kind: 'diagonal', of: factor, shape: { dims: [size, size] } };
  const factors = node.shape.orientation === 'row' ? [rest, diagonal] : [diagonal, rest];
  return inPlaceOf({ kind: 'product', style: 'matrix', factors }, node);
};

const otherOrder: Rule = ({ node }, _, choices) => (isStyle(node, 'hadamard') ? { ...node, factors: shuffled(node.factors, choices) } : undefined);

const otherTermOrder: Rule = ({ node }, _, choices) =>
  node.kind === 'sum' && node.terms.length > 1 && node.terms.every(({ formula }) => rank(formula) === rank(node))
    ? { ...node, terms: shuffled(node.terms, choices) }
    : undefined;

/** d ⊙ (a + b) = d ⊙ a + d ⊙ b, and the same for matrices. */
const distributed: Rule = ({ node }, _, choices) => {
  if (node.kind !== 'product' || node.style === 'scalar') return undefined;
  const sums = node.factors.flatMap((factor, at) => (factor.kind === 'sum' && factor.terms.length > 1 ? [at] : []));
  if (sums.length === 0) return undefined;
  const at = choices.of(sums);
  const sum = node.factors[at] as Extract<Formula, { kind: 'sum' }>;
  if (node.style === 'matrix' && sum.terms.some(({ formula }) => rank(formula) !== rank(sum))) return undefined;
  if (node.factors.length < 2) return undefined;
  const terms = sum.terms.map(({ sign, formula }) => {
    const one = formula.kind === 'number' && formula.value.numerator === formula.value.denominator;
    const rest = node.factors.filter((_, k) => k !== at);
    const factors = one ? rest : node.factors.map((factor, k) => (k === at ? formula : factor));
    return { sign, formula: productOf(node.style, factors, node) };
  });
  return terms.some(({ formula }) => rank(formula) !== rank(node)) ? undefined : inPlaceOf({ kind: 'sum', terms }, node);
};

const text = (formula: Formula): string =>
  JSON.stringify(formula, (key, value: unknown) => (key === 'region' ? undefined : typeof value === 'bigint' ? `${value}` : value));

/** d ⊙ a + d ⊙ b = d ⊙ (a + b) for neighbours that share a factor. */
const factored: Rule = ({ node }) => {
  if (node.kind !== 'sum' || rank(node) === 0) return undefined;
  for (let k = 0; k + 1 < node.terms.length; k += 1) {
    const [a, b] = [node.terms[k], node.terms[k + 1]];
    if (a === undefined || b === undefined || !isStyle(a.formula, 'hadamard') || !isStyle(b.formula, 'hadamard')) continue;
    const [left, right] = [a.formula, b.formula];
    for (const [i, factor] of left.factors.entries()) {
      const j = right.factors.findIndex((other) => text(other) === text(factor));
      if (j < 0) continue;
      const rest = (product: Product, at: number): Formula =>
        productOf(
          'hadamard',
          product.factors.filter((_, position) => position !== at),
          product,
        );
      const sum = inPlaceOf(
        {
          kind: 'sum',
          terms: [
            { sign: a.sign, formula: rest(left, i) },
            { sign: b.sign, formula: rest(right, j) },
          ],
        },
        left,
      );
      const joined = hadamardOf(factor, sum, left);
      const terms = [...node.terms.slice(0, k), { sign: 1 as const, formula: joined }, ...node.terms.slice(k + 2)];
      return terms.length === 1 ? joined : { ...node, terms };
    }
  }
  return undefined;
};

/** h² = h ⊙ h. */
const squareAsProduct: Rule = ({ node }) =>
  node.kind === 'power' && rank(node) === 1 && node.exponent.kind === 'number' && node.exponent.value.numerator === 2n
    ? hadamardOf(node.base, node.base, node)
    : undefined;

/** 1 − h² = (1 − h) ⊙ (1 + h). */
const differenceOfSquares: Rule = ({ node }) => {
  const square = squareBelowOne(node);
  if (square === undefined) return undefined;
  const plus = inPlaceOf(
    {
      kind: 'sum',
      terms: [
        { sign: 1, formula: integer(1) },
        { sign: 1, formula: square },
      ],
    },
    square,
  );
  return hadamardOf(oneMinus(square), plus, node);
};

function squareBelowOne(node: Formula): Formula | undefined {
  if (node.kind !== 'sum' || node.terms.length !== 2 || rank(node) !== 1) return undefined;
  const [one, square] = node.terms;
  if (one?.sign !== 1 || square?.sign !== -1 || one.formula.kind !== 'number' || square.formula.kind !== 'power') return undefined;
  return one.formula.value.numerator === 1n && square.formula.exponent.kind === 'number' && square.formula.exponent.value.numerator === 2n
    ? square.formula.base
    : undefined;
}

/** 1 − h² = tanh′(a), where a is what h is the tanh of. */
const namedDerivative: Rule = ({ node }, { model }) => {
  const base = squareBelowOne(node);
  const found = base === undefined ? undefined : activationAt(model, base);
  return found === undefined ? undefined : inPlaceOf({ kind: 'operatorDerivative', operator: found.operator, order: 1, of: found.argument }, node);
};

/** z ⊙ (1 − z) = σ′(a). */
const namedLogistic: Rule = ({ node }, { model }) => {
  if (!isStyle(node, 'hadamard')) return undefined;
  for (const gate of node.factors) {
    const found = activationAt(model, gate);
    if (found === undefined || found.operator.name !== 'sigmoid') continue;
    const rest = node.factors.filter((factor) => factor !== gate && text(factor) !== text(oneMinus(gate)) && !isComplementOf(factor, gate));
    if (rest.length !== node.factors.length - 2) continue;
    const derivative = inPlaceOf({ kind: 'operatorDerivative', operator: found.operator, order: 1, of: found.argument }, gate);
    return rest.length === 0 ? lying(derivative, node.shape) : { ...node, factors: [...rest, derivative] };
  }
  return undefined;
};

function isComplementOf(factor: Formula, gate: Formula): boolean {
  return (
    factor.kind === 'sum' &&
    factor.terms.length === 2 &&
    factor.terms[0]?.formula.kind === 'number' &&
    factor.terms[1]?.sign === -1 &&
    text(factor.terms[1].formula) === text(gate)
  );
}

/** What a name at the step t is the activation of. */
function activationAt(model: Model, node: Formula) {
  if (node.kind !== 'name' || node.quantity.kind !== 'value') return undefined;
  const { name, indices } = node.quantity;
  const [index] = indices;
  if (index === undefined || index.key !== 't') return undefined;
  const found = modelFacts(model).activations.find((activation) => activation.name === name);
  return found === undefined ? undefined : { operator: found.operator, argument: found.argument(index) };
}

/** A name at the step t by its own equation: z_t = σ(…). */
const byItsEquation: Rule = ({ node, bound }, { model }) => {
  if (node.kind !== 'name' || node.quantity.kind !== 'value' || bound.some(({ letter }) => letter !== 't')) return undefined;
  const { name, indices } = node.quantity;
  const equation = model.equations.find((each) => each.name === name);
  if (
    indices.length !== 1 ||
    indices[0]?.key !== 't' ||
    equation === undefined ||
    equation.indices[0]?.key !== 't' ||
    !sameDims(equation.source.shape, node.shape)
  )
    return undefined;
  return lying({ ...equation.source }, node.shape);
};

/** ∂J/∂h_t by its recursion. */
const byItsRecursion: Rule = ({ node }, { adjoint }) => {
  if (node.kind !== 'name' || node.quantity.kind !== 'adjoint' || node.quantity.indices[0]?.key !== 't') return undefined;
  const found = adjoint(node.quantity.name);
  return found === undefined || !sameDims(found.shape, node.shape) ? undefined : lying(found, node.shape);
};

const LETTERS = ['s', 'k', 'j', 'r'];

/** Σ_t f(t) = Σ_s f(s). */
const otherLetter: Rule = ({ node }, { model }, choices) => {
  if (node.kind !== 'rangeSum') return undefined;
  const letter = choices.of(LETTERS.filter((each) => !model.sizes.includes(each) && !model.declarations.has(each)));
  return { ...node, letter, body: substituteFormula(node.body, new Map([[node.letter, wholeLetter(letter)]])) };
};

/** Σ_{t=1}^{T} f(t) = Σ_{t=0}^{T−1} f(t + 1). */
const shiftedSum: Rule = ({ node }, _, choices) => {
  if (node.kind !== 'rangeSum') return undefined;
  const by = choices.chance(0.7) ? 1 : -1;
  const move = (whole: Whole): Whole => shiftWhole(whole, -by);
  return {
    ...node,
    from: move(node.from),
    to: move(node.to),
    body: substituteFormula(node.body, new Map([[node.letter, shiftWhole(wholeLetter(node.letter), by)]])),
  };
};

/** Σ (a + b) = Σ a + Σ b. */
const splitSum: Rule = ({ node }) => {
  if (node.kind !== 'rangeSum' || node.body.kind !== 'sum' || node.body.terms.some(({ formula }) => rank(formula) !== rank(node))) return undefined;
  return inPlaceOf({ kind: 'sum', terms: node.body.terms.map(({ sign, formula }) => ({ sign, formula: { ...node, body: formula } })) }, node);
};

/** M v = (vᵀ Mᵀ)ᵀ. */
const transposedTwice: Rule = ({ node }) => {
  if (!isStyle(node, 'matrix') || rank(node) === 0 || node.factors.some((factor) => rank(factor) === 0)) return undefined;
  const turned = transposeOf({ kind: 'name', quantity: { kind: 'value', name: '', indices: [] }, shape: node.shape }).shape;
  const inner: Formula = { kind: 'product', style: 'matrix', factors: [...node.factors].reverse().map(transposeOf), shape: turned };
  return transposeOf(inner);
};

/** a − b = −(b − a). */
const negatedTwice: Rule = ({ node, parent }) => {
  if (node.kind !== 'sum' || node.terms.length < 2 || (parent?.kind === 'sum' && parent.terms[0]?.formula === node)) return undefined;
  const inner = negated(node);
  return inPlaceOf({ kind: 'sum', terms: [{ sign: -1, formula: inner }] }, node);
};

/** A = (A + A)/2. */
const halfOfTwice: Rule = ({ node }) => {
  if (rank(node) === 0 || node.kind === 'name' || node.kind === 'number') return undefined;
  const twice = inPlaceOf(
    {
      kind: 'sum',
      terms: [
        { sign: 1, formula: node },
        { sign: 1, formula: node },
      ],
    },
    node,
  );
  return inPlaceOf({ kind: 'quotient', numerator: twice, denominator: integer(2) }, node);
};

/** a ⊙ b ⊙ c = a ⊙ (b ⊙ c). */
const otherBrackets: Rule = ({ node }) => {
  if (!isStyle(node, 'hadamard') || node.factors.length < 3) return undefined;
  const [first, ...rest] = node.factors;
  return first === undefined ? undefined : inPlaceOf({ kind: 'product', style: 'hadamard', factors: [first, productOf('hadamard', rest, node)] }, node);
};

const RULES: Readonly<Record<string, Rule>> = {
  'diag for Hadamard': diagonalForHadamard,
  'factors in another order': otherOrder,
  'terms in another order': otherTermOrder,
  expanded: distributed,
  factored,
  'square as a product': squareAsProduct,
  'difference of squares': differenceOfSquares,
  'tanh′ by name': namedDerivative,
  'σ′ by name': namedLogistic,
  'name by its equation': byItsEquation,
  'adjoint by its recursion': byItsRecursion,
  'another letter': otherLetter,
  'shifted sum': shiftedSum,
  'split sum': splitSum,
  'transposed twice': transposedTwice,
  'negated twice': negatedTwice,
  'half of twice': halfOfTwice,
  'other brackets': otherBrackets,
};

export interface Rewritten {
  readonly formula: Formula;
  readonly rules: readonly string[];
}

const LARGEST = 120;

/** Rules that write a part twice: one mistake in it would become two. */
const REPEATING: ReadonlySet<string> = new Set([
  'expanded',
  'half of twice',
  'square as a product',
  'difference of squares',
  'adjoint by its recursion',
  'split sum',
  'name by its equation',
]);

/** A few random rules in a row; fewer where none applies. With `keepsParts`, none that writes a part twice. */
export function rewritten(start: Formula, context: RewriteContext, choices: Choices, keepsParts = false): Rewritten {
  const names = Object.keys(RULES).filter((name) => !keepsParts || !REPEATING.has(name));
  let formula = start;
  const rules: string[] = [];
  const wanted = 1 + choices.below(4);
  for (let tries = 0; tries < 40 && rules.length < wanted; tries += 1) {
    const name = choices.of(names);
    const sites = sitesOf(formula);
    if (sites.length > LARGEST) break;
    const site = choices.of(sites);
    const after = (RULES[name] as Rule)(site, context, choices);
    if (after === undefined) continue;
    formula = site.put(after);
    rules.push(name);
  }
  return { formula, rules };
}
