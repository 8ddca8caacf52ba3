/** Changes inside products: transposes, orders, factors dropped, put in, moved or multiplied into one summand only. */

import type { Formula, Shape } from '../../notation/formula.js';
import type { Alteration } from './alteration.js';
import { type Activation, complementOf, type ModelFacts, oneMinus } from './model-facts.js';
import { conforms, hadamardOf, inPlaceOf, isSquare, lying, productOf, rank, type Site, sameDims, transposeOf } from './sites.js';

/** A changed node with what the change means when it repairs, and when it spoils. */
export interface Change {
  readonly after: Formula;
  /** Read from before (wrong) to after (right). */
  readonly repairs: Alteration;
  /** Read from after (wrong) to before (right). */
  readonly spoils: Alteration;
}

const both = (after: Formula, alteration: Alteration): Change => ({ after, repairs: alteration, spoils: alteration });

type Product = Extract<Formula, { readonly kind: 'product' }>;
type MatrixProduct = Product & { readonly style: 'matrix' };
type Hadamard = Product & { readonly style: 'hadamard' };

const isMatrixProduct = (node: Formula): node is MatrixProduct => node.kind === 'product' && node.style === 'matrix';
const isHadamard = (node: Formula): node is Hadamard => node.kind === 'product' && node.style === 'hadamard';

/** The same chain with other factors, where that conforms and keeps the shape. */
function chain(factors: readonly Formula[], like: Product): Formula | undefined {
  return conforms(factors, like.shape) ? productOf('matrix', factors, like) : undefined;
}

const swapped = (factors: readonly Formula[], a: number, b: number): readonly Formula[] =>
  factors.map((_, at) => factors[at === a ? b : at === b ? a : at] as Formula);

const without = (factors: readonly Formula[], at: number): readonly Formula[] => factors.filter((_, k) => k !== at);
const replaced = (factors: readonly Formula[], at: number, by: Formula): readonly Formula[] => factors.map((factor, k) => (k === at ? by : factor));

// ---------------------------------------------------------------- matrices

export function* transposes({ node, parent }: Site): Generator<Change> {
  // Inside a transpose the outer node says it: W for Wᵀ, not (Wᵀ)ᵀ.
  if (parent?.kind === 'transpose') return;
  if (!isSquare(node.shape) || node.kind === 'diagonal' || node.kind === 'identity' || node.kind === 'sum' || node.kind === 'rangeSum') return;
  if (isOuter(node)) return;
  yield both(transposeOf(node), { kind: 'transpose', of: node.kind === 'transpose' ? node.of : node });
}

/** A column times a row, which make a matrix: the last factor against all before it. */
function splitOuter(node: Formula): readonly [Formula, Formula] | undefined {
  if (!isMatrixProduct(node) || rank(node) !== 2) return undefined;
  const row = node.factors.at(-1);
  const [rows] = node.shape.dims;
  if (row === undefined || rows === undefined || rank(row) !== 1) return undefined;
  const before = node.factors.slice(0, -1);
  const shape: Shape = { dims: [rows], orientation: 'column' };
  if (!conforms(before, shape)) return undefined;
  const [only] = before;
  return [before.length === 1 && only !== undefined ? only : { kind: 'product', style: 'matrix', factors: before, shape }, row];
}

export const isOuter = (node: Formula): boolean => splitOuter(node) !== undefined;

export function* orders({ node }: Site): Generator<Change> {
  if (node.kind === 'rangeProduct') {
    if (isSquare(node.shape)) yield both(otherDirection(node), { kind: 'product direction' });
    return;
  }
  if (!isMatrixProduct(node)) return;
  const { factors } = node;
  const outer = splitOuter(node);
  if (outer !== undefined) {
    const exchanged = chain([transposeOf(outer[1]), transposeOf(outer[0])], node);
    if (exchanged !== undefined) yield both(exchanged, { kind: 'outer order' });
    if (factors.length === 2) return;
  }
  for (let k = 0; k + 1 < factors.length; k += 1) {
    const pair = [factors[k] as Formula, factors[k + 1] as Formula];
    const after = chain(swapped(factors, k, k + 1), node);
    if (after !== undefined) yield both(after, { kind: 'order', factors: pair });
  }
  if (factors.length > 2) {
    const after = chain([...factors].reverse(), node);
    if (after !== undefined) yield both(after, { kind: 'order', factors });
  }
  // Steps written out, the later one first: D W D′ W against D′ W D W.
  for (let k = 2; rank(node) === 2 && k + 2 <= factors.length; k += 1) {
    const after = chain([...factors.slice(k), ...factors.slice(0, k)], node);
    if (after !== undefined) yield both(after, { kind: 'order', factors });
  }
}

/** The factors of an ordered product in the opposite order: the transpose of the product of their transposes. */
function otherDirection(node: Extract<Formula, { kind: 'rangeProduct' }>): Formula {
  const falling = node.falling ? node : { ...node, from: node.to, to: node.from, falling: true };
  return transposeOf({ ...falling, body: turned(node.body) });
}

/** The transpose, written through to the factors. */
function turned(of: Formula): Formula {
  if (isMatrixProduct(of)) return { ...transposeOf(of), kind: 'product', style: 'matrix', factors: [...of.factors].reverse().map(turned) };
  return of.kind === 'diagonal' || of.kind === 'identity' ? of : transposeOf(of);
}

/** A diagonal factor on the other side of a matrix: Wᵀ(d ⊙ δ) against d ⊙ (Wᵀδ). */
export function* placements({ node }: Site): Generator<Change> {
  if (isMatrixProduct(node) && rank(node) === 1) {
    for (const [at, factor] of node.factors.entries()) {
      if (!isHadamard(factor) || rank(factor) !== 1) continue;
      for (const [k, moved] of factor.factors.entries()) {
        if (rank(moved) !== 1 || !sameDims(moved.shape, node.shape)) continue;
        const rest = productOf('hadamard', without(factor.factors, k), factor);
        const inner = productOf('matrix', replaced(node.factors, at, rest), node);
        yield both(hadamardOf(lying(moved, node.shape), inner, node), { kind: 'misplaced factor', factor: moved, activation: undefined });
      }
    }
  }
  if (isHadamard(node) && rank(node) === 1) yield* movedInside(node);
}

function* movedInside(node: Product): Generator<Change> {
  for (const [at, inner] of node.factors.entries()) {
    if (!isMatrixProduct(inner)) continue;
    const end = inner.factors.findIndex((factor) => rank(factor) === 1);
    const vector = inner.factors[end];
    if (vector === undefined || !sameDims(vector.shape, node.shape)) continue;
    for (const [k, moved] of node.factors.entries()) {
      if (k === at || rank(moved) !== 1) continue;
      const product = inPlaceOf(
        { kind: 'product', style: 'matrix', factors: replaced(inner.factors, end, hadamardOf(lying(moved, vector.shape), vector, vector)) },
        inner,
      );
      const rest = node.factors.map((factor, position) => (position === at ? product : factor)).filter((_, position) => position !== k);
      yield both(productOf('hadamard', rest, node), { kind: 'misplaced factor', factor: moved, activation: undefined });
    }
  }
}

// ---------------------------------------------------------------- factors

/** One factor left out. */
export function* droppedFactors({ node }: Site): Generator<Change> {
  if (node.kind !== 'product') return;
  for (const [at, factor] of node.factors.entries()) {
    const rest = without(node.factors, at);
    if (rest.length === 0) continue;
    const keeps = node.style === 'matrix' ? conforms(rest, node.shape) : rest.some((other) => rank(other) === rank(node));
    if (!keeps) continue;
    const after = productOf(node.style, rest, node);
    const number = factor.kind === 'number';
    yield {
      after: rest.length === 1 ? lying(after, node.shape) : after,
      repairs: number ? { kind: 'scale', by: factor, of: node } : { kind: 'extra factor', factor, activation: undefined },
      spoils: number ? { kind: 'scale', by: factor, of: node } : { kind: 'missing factor', factor, activation: undefined },
    };
  }
}

/** One entrywise factor there twice. */
export function* repeatedFactors({ node }: Site): Generator<Change> {
  if (!isHadamard(node)) return;
  for (const [at, factor] of node.factors.entries()) {
    const isAdjoint = factor.kind === 'derivative' || (factor.kind === 'name' && factor.quantity.kind !== 'value');
    if (rank(factor) === 0 || factor.kind === 'power' || isAdjoint) continue;
    const after = productOf('hadamard', [...node.factors.slice(0, at + 1), factor, ...node.factors.slice(at + 1)], node);
    yield {
      after,
      repairs: { kind: 'missing factor', factor, activation: undefined },
      spoils: { kind: 'extra factor', factor, activation: undefined },
    };
  }
}

export interface Candidate {
  readonly formula: Formula;
  readonly activation?: Activation;
}

/** A factor put in: entrywise where the node is a vector, as diag(·) before or after a matrix, as a matrix where the node is a square one. */
export function* insertedFactors({ node, parent }: Site, candidates: readonly Candidate[]): Generator<Change> {
  if (node.kind === 'number' || node.kind === 'whole' || node.kind === 'identity' || node.kind === 'ones' || node.kind === 'power') return;
  if (isHadamard(node) && parent !== undefined && isHadamard(parent)) return;
  if (parent !== undefined && isHadamard(parent) && parent.kind === 'product') return;
  for (const { formula, activation } of candidates) {
    for (const after of insertions(node, formula)) {
      const alteration = { factor: formula, activation };
      yield { after, repairs: { kind: 'missing factor', ...alteration }, spoils: { kind: 'extra factor', ...alteration } };
    }
  }
}

function* insertions(node: Formula, factor: Formula): Generator<Formula> {
  if (rank(factor) === 1 && rank(node) === 1 && sameDims(factor.shape, node.shape)) {
    yield hadamardOf(lying(factor, node.shape), node, node);
    return;
  }
  if (rank(node) === 1 && isSquare(factor.shape) && factor.shape.dims[0]?.key === node.shape.dims[0]?.key) {
    yield node.shape.orientation === 'row' ? beside(node, factor, node) : beside(factor, node, node);
    return;
  }
  if (rank(node) !== 2) return;
  const [rows, columns] = node.shape.dims;
  if (rank(factor) === 1) {
    const size = factor.shape.dims[0];
    if (size === undefined) return;
    const diagonal: Formula = { kind: 'diagonal', of: factor, shape: { dims: [size, size] } };
    if (size.key === rows?.key) yield beside(diagonal, node, node);
    if (size.key === columns?.key) yield beside(node, diagonal, node);
  } else if (rank(factor) === 2 && isSquare(factor.shape)) {
    if (factor.shape.dims[0]?.key === rows?.key) yield beside(factor, node, node);
    if (factor.shape.dims[0]?.key === columns?.key) yield beside(node, factor, node);
  }
}

function beside(a: Formula, b: Formula, like: Formula): Formula {
  const parts = (of: Formula): readonly Formula[] => (isMatrixProduct(of) ? of.factors : [of]);
  return inPlaceOf({ kind: 'product', style: 'matrix', factors: [...parts(a), ...parts(b)] }, like);
}

// ---------------------------------------------------------------- brackets and complements

/** d ⊙ (A + B) against d ⊙ A + B: the factor reaches every summand, or one only. */
export function* brackets({ node }: Site): Generator<Change> {
  if (isHadamard(node)) {
    for (const [at, sum] of node.factors.entries()) {
      if (sum.kind !== 'sum' || sum.terms.length < 2 || complementOf(sum) !== undefined || sum.terms.some(({ formula }) => rank(formula) === 0)) continue;
      for (const [k, factor] of node.factors.entries()) {
        if (k === at || rank(factor) === 0) continue;
        const rest = node.factors.filter((_, position) => position !== at && position !== k);
        for (const only of sum.terms.keys()) yield bracketed(node, sum, factor, rest, only);
      }
    }
  }
  if (node.kind === 'sum') yield* joined(node);
}

function bracketed(node: Product, sum: Extract<Formula, { kind: 'sum' }>, factor: Formula, rest: readonly Formula[], only: number): Change {
  const terms = sum.terms.map(({ sign, formula }, position) => ({
    sign,
    formula: position === only ? hadamardOf(factor, lying(formula, factor.shape), formula) : formula,
  }));
  const inner = inPlaceOf({ kind: 'sum', terms }, sum);
  const after = rest.length === 0 ? { ...inner, shape: node.shape } : productOf('hadamard', [...rest, inner], node);
  return { after, repairs: { kind: 'extra factor', factor, activation: undefined }, spoils: { kind: 'bracket', factor, activation: undefined } };
}

function* joined(node: Extract<Formula, { kind: 'sum' }>): Generator<Change> {
  if (node.terms.length < 2 || rank(node) === 0) return;
  for (const [at, { formula: term }] of node.terms.entries()) {
    if (!isHadamard(term)) continue;
    for (const [k, factor] of term.factors.entries()) {
      if (rank(factor) !== rank(node)) continue;
      const terms = node.terms.map((each, position) => (position === at ? { ...each, formula: productOf('hadamard', without(term.factors, k), term) } : each));
      if (terms.some(({ formula }) => rank(formula) === 0)) continue;
      const inner: Formula = { kind: 'sum', terms, shape: node.shape };
      yield {
        after: hadamardOf(lying(factor, node.shape), inner, node),
        repairs: { kind: 'bracket', factor, activation: undefined },
        spoils: { kind: 'extra factor', factor, activation: undefined },
      };
    }
  }
}

/** z against 1 − z. */
export function* complements({ node, parent }: Site, facts: ModelFacts): Generator<Change> {
  const complement = complementOf(node);
  if (complement !== undefined && node.kind === 'sum') {
    const gate = node.terms[1]?.formula;
    if (gate !== undefined && facts.gates.has(complement)) yield both({ ...gate, shape: node.shape }, { kind: 'complement', name: complement });
  }
  if (node.kind !== 'name' || node.quantity.kind !== 'value' || !facts.gates.has(node.quantity.name)) return;
  if (parent !== undefined && complementOf(parent) !== undefined) return;
  yield both(oneMinus(node), { kind: 'complement', name: node.quantity.name });
}

/** p ⊙ v taken for the product of a row and a column: a number, spread over all entries of the sum it stands in. */
export function* broadcasts({ node, parent }: Site, facts: ModelFacts): Generator<Change> {
  if (parent?.kind !== 'sum' || rank(parent) !== 1) return;
  if (isHadamard(node)) {
    const at = node.factors.findIndex((factor) => isPeephole(factor, facts));
    const factor = node.factors[at];
    if (factor === undefined || node.factors.length < 2) return;
    const rest = productOf('hadamard', without(node.factors, at), node);
    const row = factor.shape.orientation === 'row' ? factor : transposeOf(factor);
    const column = rest.shape.orientation === 'row' ? transposeOf(rest) : rest;
    yield both({ kind: 'product', style: 'matrix', factors: [row, column], shape: { dims: [] } }, { kind: 'broadcast', of: factor });
  } else if (isMatrixProduct(node) && rank(node) === 0) {
    const [row, ...rest] = node.factors;
    const [column] = rest;
    if (row === undefined || column === undefined || rest.length !== 1) return;
    if (!isPeephole(row.kind === 'transpose' ? row.of : row, facts)) return;
    yield both(hadamardOf(lying(row, parent.shape), lying(column, parent.shape), { ...node, shape: parent.shape }), { kind: 'broadcast', of: row });
  }
}

const isPeephole = (factor: Formula, facts: ModelFacts): boolean =>
  factor.kind === 'name' && factor.quantity.kind === 'value' && facts.peepholes.has(factor.quantity.name);
