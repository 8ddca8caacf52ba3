/**
 * The Jacobian of a softmax and what people write in its place: nothing at all, or its diagonal alone.
 * A softmax may give a vector, every row of a matrix, or numbers with two indices that are normalised over one of them.
 */

import type { Equation, IndexRange, Model } from '../../model/model.js';
import { type Whole, wholeLetter, wholeName } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import { substituteFormula } from '../../notation/walk.js';
import type { ModelFacts } from './model-facts.js';
import type { Change } from './products.js';
import { conforms, hadamardOf, indicesOf, inPlaceOf, lying, productOf, quantitiesOf, rank, type Site, sameDims, transposeOf } from './sites.js';

/** A name that a softmax gives. `over` is the letter it is normalised over, where its entries are numbers with indices of their own. */
export interface SoftmaxOutput {
  readonly name: string;
  readonly argument: string | undefined;
  readonly over: IndexRange | undefined;
}

export function softmaxOutputs(model: Model): readonly SoftmaxOutput[] {
  return model.equations.flatMap((equation) => outputOf(equation) ?? []);
}

function outputOf({ name, source, ranges, indices }: Equation): SoftmaxOutput | undefined {
  const argumentOf = (of: Formula | undefined): string | undefined => (of?.kind === 'name' && of.quantity.kind === 'value' ? of.quantity.name : undefined);
  if (source.kind === 'softmax') return { name, argument: argumentOf(source.of), over: undefined };
  if (source.kind !== 'quotient' || source.denominator.kind !== 'rangeSum' || source.numerator.kind !== 'apply') return undefined;
  const { numerator, denominator } = source;
  const body = denominator.body;
  if (numerator.operator.name !== 'exp' || body.kind !== 'apply' || body.operator.name !== 'exp') return undefined;
  const over = ranges.find(
    (range) => range.from.key === denominator.from.key && range.to.key === denominator.to.key && indices.some((index) => wholeName(index) === range.letter),
  );
  return over === undefined ? undefined : { name, argument: argumentOf(numerator.args[0]), over };
}

/** diag(p) − p pᵀ. */
export function softmaxJacobian(output: Formula): Formula {
  const [size] = output.shape.dims;
  if (size === undefined || rank(output) !== 1) return output;
  const shape = { dims: [size, size] };
  const column = output.shape.orientation === 'row' ? transposeOf(output) : output;
  return difference({ kind: 'diagonal', of: output, shape }, outerOf(column, column), shape);
}

const outerOf = (a: Formula, b: Formula): Formula => ({
  kind: 'product',
  style: 'matrix',
  factors: [a, transposeOf(b)],
  shape: { dims: [...a.shape.dims, ...b.shape.dims] },
});

const difference = (a: Formula, b: Formula, shape: Formula['shape']): Formula => ({
  kind: 'sum',
  terms: [
    { sign: 1, formula: a },
    { sign: -1, formula: b },
  ],
  shape,
});

// ---------------------------------------------------------------- repairs

/** What arrives at a softmax's output taken through its Jacobian; diag(p) made the whole Jacobian. */
export function* insertedSoftmax(site: Site, facts: ModelFacts, root: Formula): Generator<Change> {
  const { node } = site;
  if (node.kind === 'number' || node.kind === 'whole') return;
  for (const output of facts.softmaxOutputs) {
    const whole: Change['repairs'] = { kind: 'softmax', name: output.name, part: 'whole' };
    const diagonal: Change['repairs'] = { kind: 'softmax', name: output.name, part: 'off-diagonal' };
    for (const { value, letters } of instances(output, facts, root, node)) {
      if (node.kind === 'diagonal') {
        if (rank(value) === 1 && isName(node.of, value)) yield both(inPlaceOf(softmaxJacobian(value), node), diagonal);
        continue;
      }
      const rest = withoutFactor(node, value);
      if (rest !== undefined) {
        const made = throughSoftmax(lying(value, node.shape), rest, output, letters);
        if (made !== undefined) yield both(inPlaceOf(made, node), diagonal);
        continue;
      }
      for (const { inner, put } of partsOfChain(node, value)) {
        const made = throughSoftmax(value, inner, output, letters);
        if (made !== undefined) yield both(put(made), whole);
      }
      if ((site.parent?.kind === 'product' && rank(node) === 0) || !sameDims(value.shape, node.shape)) continue;
      const made = throughSoftmax(lying(value, node.shape), node, output, letters);
      if (made !== undefined) yield both(inPlaceOf(made, node), whole);
    }
  }
}

interface Instance {
  readonly value: Formula;
  /** For numbers with indices: the letter that is summed over at this place. */
  readonly letters: string | undefined;
}

/** The softmax's output at the indices that the formula mentions, where the node has its shape. */
function instances(output: SoftmaxOutput, facts: ModelFacts, root: Formula, node: Formula): readonly Instance[] {
  const declared = facts.model.declarations.get(output.name);
  if (declared === undefined) return [];
  const shape = { dims: declared.dims };
  const isChain = node.kind === 'product' && node.style === 'matrix' && shape.dims.length === 2;
  if (output.over === undefined && node.kind !== 'diagonal' && !isChain && !sameDims(shape, node.shape)) return [];
  if (output.over !== undefined && rank(node) > 0) return [];
  if (declared.indices.length === 0) return [{ value: facts.name({ name: output.name, indices: [] }), letters: undefined }];
  const found = new Map<string, readonly Whole[]>();
  for (const quantity of quantitiesOf(root)) {
    const indices = indicesOf(quantity);
    const same = quantity.kind !== 'partial' && indices.length === declared.indices.length;
    if (same) found.set(indices.map(({ key }) => key).join(), indices);
  }
  const own = declared.indices.map(({ letter }) => wholeLetter(letter));
  found.set(own.map(({ key }) => key).join(), own);
  const place = declared.indices.findIndex(({ letter }) => letter === output.over?.letter);
  return [...found.values()].flatMap((indices) => {
    const letters = place < 0 ? undefined : wholeName(indices[place] as Whole);
    return output.over !== undefined && letters === undefined ? [] : [{ value: facts.name({ name: output.name, indices }), letters }];
  });
}

/** p ⊙ (g − pᵀg) in the shape of the output. */
function throughSoftmax(value: Formula, arriving: Formula, output: SoftmaxOutput, letter: string | undefined): Formula | undefined {
  const { shape } = value;
  if (output.over !== undefined) {
    if (letter === undefined) return undefined;
    const other = letter === 'k' ? 'l' : 'k';
    const body = substituteFormula(times(value, arriving), new Map([[letter, wholeLetter(other)]]));
    const sum: Formula = { kind: 'rangeSum', letter: other, from: output.over.from, to: output.over.to, body, shape };
    return times(value, difference(arriving, sum, shape));
  }
  if (rank(value) === 1) {
    const column = (of: Formula): Formula => (of.shape.orientation === 'row' ? transposeOf(of) : of);
    const inner: Formula = { kind: 'product', style: 'matrix', factors: [transposeOf(column(value)), column(arriving)], shape: { dims: [] } };
    const coupled: Formula = { kind: 'product', style: 'scalar', factors: [inner, value], shape };
    return difference(hadamardOf(value, arriving, value), coupled, shape);
  }
  const [rows, columns] = shape.dims;
  if (rows === undefined || columns === undefined || rank(value) !== 2) return undefined;
  const sums: Formula = { kind: 'reduce', by: 'rowsum', of: hadamardOf(value, arriving, value), shape: { dims: [rows], orientation: 'column' } };
  const spread: Formula = {
    kind: 'product',
    style: 'matrix',
    factors: [sums, transposeOf({ kind: 'ones', shape: { dims: [columns], orientation: 'column' } })],
    shape,
  };
  return hadamardOf(value, difference(arriving, spread, shape), value);
}

const times = (a: Formula, b: Formula): Formula => ({ kind: 'product', style: 'scalar', factors: [a, b], shape: { dims: [] } });

function withoutFactor(node: Formula, value: Formula): Formula | undefined {
  if (node.kind !== 'product' || node.style === 'matrix') return undefined;
  const at = node.factors.findIndex((factor) => isName(factor, value));
  if (at < 0 || node.factors.length < 2) return undefined;
  // p (1 − p) is the diagonal written out.
  const complement = node.factors.findIndex((factor) => isComplement(factor, value));
  const rest = node.factors.filter((_, k) => k !== at && (k !== complement || node.factors.length < 3));
  return productOf(node.style, rest, node);
}

function isComplement(factor: Formula, value: Formula): boolean {
  if (factor.kind !== 'sum' || factor.terms.length !== 2) return false;
  const [one, other] = factor.terms;
  return one?.formula.kind === 'number' && one.sign === 1 && other?.sign === -1 && isName(other.formula, value);
}

interface Inner {
  readonly inner: Formula;
  readonly put: (replacement: Formula) => Formula;
}

/** Neighbouring factors of a matrix product that have the softmax's shape together: the dY Vᵀ of dY Vᵀ K. */
function* partsOfChain(node: Formula, value: Formula): Generator<Inner> {
  if (node.kind !== 'product' || node.style !== 'matrix' || rank(value) !== 2) return;
  const { factors } = node;
  for (let from = 0; from + 2 <= factors.length; from += 1) {
    for (let to = from + 2; to <= factors.length; to += 1) {
      const part = factors.slice(from, to);
      if (part.length === factors.length || !conforms(part, value.shape)) continue;
      yield {
        inner: { kind: 'product', style: 'matrix', factors: part, shape: value.shape },
        put: (replacement) => productOf('matrix', [...factors.slice(0, from), replacement, ...factors.slice(to)], node),
      };
    }
  }
}

function isName(formula: Formula, value: Formula): boolean {
  if (formula.kind === 'transpose') return isName(formula.of, value);
  if (formula.kind !== 'name' || value.kind !== 'name' || formula.quantity.kind !== 'value' || value.quantity.kind !== 'value') return false;
  const [a, b] = [formula.quantity, value.quantity];
  return a.name === b.name && a.indices.every((index, at) => index.key === b.indices[at]?.key);
}

// ---------------------------------------------------------------- mutants

/** p ⊙ (g − what couples) → g, and → p ⊙ g; the Jacobian → its diagonal. */
export function* droppedSoftmax({ node }: Site, facts: ModelFacts): Generator<Change> {
  for (const { name } of facts.softmaxOutputs) {
    const about = { kind: 'softmax', name } as const;
    if (node.kind === 'sum' && node.terms.some(({ formula }) => formula.kind === 'diagonal' && mentions(formula, name))) {
      const diagonal = node.terms.find(({ formula }) => formula.kind === 'diagonal' && mentions(formula, name));
      if (diagonal?.sign === 1 && node.terms.length === 2) yield both(inPlaceOf(diagonal.formula, node), { ...about, part: 'off-diagonal' });
      continue;
    }
    if (node.kind !== 'product' || node.style === 'matrix') continue;
    const at = node.factors.findIndex((factor) => factor.kind === 'name' && factor.quantity.kind === 'value' && factor.quantity.name === name);
    const sum = node.factors.find((factor) => factor.kind === 'sum' && factor.terms.some(({ formula }) => mentions(formula, name)));
    if (at < 0 || sum?.kind !== 'sum') continue;
    const arriving = sum.terms.filter(({ formula }) => !mentions(formula, name));
    if (arriving.length === 0) continue;
    const [only] = arriving;
    const reached: Formula = arriving.length === 1 && only?.sign === 1 ? only.formula : { ...sum, terms: arriving };
    const replaced = node.factors.map((factor) => (factor === sum ? reached : factor));
    yield both(productOf(node.style, replaced, node), { ...about, part: 'off-diagonal' });
    yield both(
      productOf(
        node.style,
        replaced.filter((_, k) => k !== at),
        node,
      ),
      { ...about, part: 'whole' },
    );
  }
}

const both = (after: Formula, alteration: Change['repairs']): Change => ({ after, repairs: alteration, spoils: alteration });
const mentions = (formula: Formula, name: string): boolean => quantitiesOf(formula).some((quantity) => quantity.kind === 'value' && quantity.name === name);
