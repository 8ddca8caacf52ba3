/** The pairings of one expectation, shown: the products written out entry by entry, every way of pairing with its value, their sum. */

import type { Pairing, RandomFactor, RandomProduct } from '../../calculus/index.js';
import { equalRational, type Rational, rational, rationalToNumber, type Tensor, type Term, wholeLetter } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import type { Block, EquationLine, Mathematics } from '../document.js';
import { math, type Presenter, text } from '../presenter.js';
import { type Moment, type MomentAlgebra, spelled } from './moments-values.js';

const LETTERS = ['i', 'j', 'l', 'm', 'p', 'r', 'u', 'v', 'a', 'b', 'c', 'e'];

/** The lines and the table that one expectation comes from. */
export function pairingBlocks(algebra: MomentAlgebra, part: Moment['parts'][number]): { readonly blocks: readonly Block[]; readonly formulas: number } {
  const { pairings, value } = part.expectation;
  const right = termByTerm(algebra.presenter, value);
  const written = entrywise(algebra, part);
  const rows = pairings.filter(({ pairing }) => pairing.alone.length + pairing.pairs.length > 0);
  const isPaired = rows.length > 1 || rows.some(({ pairing }) => pairing.pairs.length > 0);
  const entries: EquationLine[] = written === undefined ? [] : [{ left: part.written, relation: '=', right: written, reason: [text('entry by entry')] }];
  if (!isPaired) {
    const reason = [text(rows.length === 0 ? 'no pairing is left' : 'each factor alone: the means multiply')];
    const last: EquationLine = entries.length === 0 ? { left: part.written, relation: '=', right, reason } : { relation: '=', right, reason };
    return { blocks: [{ type: 'equations', lines: [...entries, last] }], formulas: entries.length + 1 };
  }
  const closing: EquationLine = { left: part.written, relation: '=', right, reason: [text('the sum over all pairings')] };
  return {
    blocks: [...(entries.length > 0 ? [{ type: 'equations' as const, lines: entries }] : []), tableOf(algebra, rows), { type: 'equations', lines: [closing] }],
    formulas: entries.length + rows.length + 1,
  };
}

/** A sum as the pairings gave it, each term by itself. */
export function termByTerm(presenter: Presenter, tensor: Tensor): Mathematics {
  return presenter.formula(sumFormula(presenter, tensor));
}

/** √ of a sum, its terms each by itself; any other root as the printer has it. */
export function rootOfSum(presenter: Presenter, of: Tensor, power: Rational, value: Tensor): Mathematics {
  if (!equalRational(power, rational(2)) || of.terms.length < 2) return termByTerm(presenter, value);
  return presenter.formula({ kind: 'squareRoot', of: sumFormula(presenter, of), shape: { dims: [] } });
}

function sumFormula(presenter: Presenter, tensor: Tensor): Formula {
  if (tensor.dims.length > 0 || tensor.terms.length < 2) return presenter.raise(tensor).formula;
  const products = ({ net }: Term): number => net.leaves.reduce((sum, { head, power }) => (head.head.kind === 'sum' ? sum + rationalToNumber(power) : sum), 0);
  const terms = [...tensor.terms]
    .sort((a, b) => products(a) - products(b))
    .flatMap((term): { readonly sign: 1 | -1; readonly formula: Formula }[] => {
      const { formula } = presenter.raise(presenter.workspace.fromTerms([], [term]));
      return formula.kind === 'sum' ? [...formula.terms] : [{ sign: 1, formula }];
    });
  // A sum begins with a term that has no minus.
  const first = terms.findIndex(({ sign }) => sign > 0);
  const ordered = first > 0 ? [terms[first] as (typeof terms)[number], ...terms.filter((_, at) => at !== first)] : terms;
  return { kind: 'sum', terms: ordered, shape: { dims: [] } };
}

/** E[Σ_i q_i k_i]: where the products have letters to write. */
function entrywise(algebra: MomentAlgebra, part: Moment['parts'][number]): Mathematics | undefined {
  const { presenter } = algebra;
  const { products } = part.expectation;
  if (part.of.dims.length > 0 || products.length === 0 || products.length > 4) return undefined;
  const terms: { readonly sign: 1 | -1; readonly formula: Formula }[] = [];
  for (const product of products) {
    if (product.fixed === undefined || product.random.every(({ axes }) => axes.length === 0)) return undefined;
    terms.push({ sign: 1, formula: entryProduct(algebra, product) });
  }
  const [only] = terms;
  return spelled('expectation', [presenter.formula(terms.length === 1 && only !== undefined ? only.formula : { kind: 'sum', terms, shape: { dims: [] } })]);
}

/** Σ_i Σ_j c q_i k_i q_j k_j. */
function entryProduct(algebra: MomentAlgebra, { coefficient, fixed, random, dims }: RandomProduct): Formula {
  const { presenter, workspace } = algebra;
  const letters = lettersFor(algebra, random);
  const scalar = workspace.scale(fixed ?? workspace.number(1), coefficient);
  const factors: Formula[] = [
    ...(scalar === workspace.number(1) ? [] : [presenter.raise(scalar).formula]),
    ...inOrder(algebra, random).map(({ reference, axes }) =>
      entryFormula(
        reference,
        axes.map((axis) => letters.get(axis) ?? 'i'),
        presenter,
      ),
    ),
  ];
  const product: Formula = factors.length === 1 && factors[0] !== undefined ? factors[0] : { kind: 'product', style: 'scalar', factors, shape: { dims: [] } };
  return [...letters]
    .reverse()
    .reduce<Formula>((body, [axis, letter]) => ({ kind: 'axisSum', letter, dim: dims[axis] ?? wholeLetter('n'), body, shape: { dims: [] } }), product);
}

/** Factors by their axes, then as they are declared. */
function inOrder(algebra: MomentAlgebra, factors: readonly RandomFactor[]): readonly RandomFactor[] {
  const place = ({ reference, axes }: RandomFactor): readonly number[] => [...axes, algebra.declaredAt(reference.name)];
  return [...factors].sort((a, b) => {
    const [x, y] = [place(a), place(b)];
    const at = x.findIndex((value, k) => value !== y[k]);
    return at < 0 ? 0 : (x[at] ?? 0) - (y[at] ?? 0);
  });
}

function tableOf(algebra: MomentAlgebra, rows: readonly { readonly pairing: Pairing; readonly times: number }[]): Block {
  const { presenter } = algebra;
  return {
    type: 'table',
    align: ['left', 'right', 'left'],
    header: ['pairing', 'ways', 'value of each'].map((word) => ({ content: [text(word)] })),
    rows: rows.map(({ pairing, times }) => [
      { content: [math(pairingMath(algebra, pairing))] },
      { content: [text(String(times))] },
      { content: [math(termByTerm(presenter, pairing.value))] },
    ]),
  };
}

/** Cov(q_i, q_j) E[k_i] E[k_j]. */
function pairingMath(algebra: MomentAlgebra, { alone, pairs }: Pairing): Mathematics {
  const { presenter } = algebra;
  const letters = lettersFor(algebra, [...pairs.flat(), ...alone]);
  const entry = ({ reference, axes }: RandomFactor): Mathematics =>
    presenter.formula(
      entryFormula(
        reference,
        axes.map((axis) => letters.get(axis) ?? 'i'),
        presenter,
      ),
    );
  const parts = [
    ...[...pairs]
      .sort((x, y) => algebra.declaredAt(x[0].reference.name) - algebra.declaredAt(y[0].reference.name))
      .map(([a, b]) => (a.axes.join() === b.axes.join() ? spelledSmall('Var', [entry(a)]) : spelledSmall('Cov', [entry(a), entry(b)]))),
    ...inOrder(algebra, alone).map((factor) => spelledSmall('E', [entry(factor)])),
  ];
  return { latex: parts.map(({ latex }) => latex).join('\\,'), text: parts.map((one) => one.text).join(' ') };
}

const spelledSmall = (word: 'Cov' | 'Var' | 'E', inside: readonly Mathematics[]): Mathematics => {
  const [latex, plain] = [inside.map((one) => one.latex).join(', '), inside.map((one) => one.text).join(', ')];
  return word === 'E' ? { latex: `\\mathbb{E}[${latex}]`, text: `E[${plain}]` } : { latex: `\\operatorname{${word}}(${latex})`, text: `${word}(${plain})` };
};

function entryFormula(reference: RandomFactor['reference'], letters: readonly string[], presenter: Presenter): Formula {
  const dims = presenter.model.declarations.get(reference.name)?.dims ?? [];
  const name: Formula = { kind: 'name', quantity: { kind: 'value', ...reference }, shape: { dims } };
  return letters.length === 0 ? name : { kind: 'entry', of: name, positions: letters.map(wholeLetter), shape: { dims: [] } };
}

/** A letter for each axis, in the order in which the factors name them. */
function lettersFor(algebra: MomentAlgebra, factors: readonly RandomFactor[]): ReadonlyMap<number, string> {
  const { model } = algebra.text;
  const free = LETTERS.filter((letter) => !model.declarations.has(letter) && !model.sizes.includes(letter));
  const axes = [...new Set(factors.flatMap((factor) => factor.axes))].sort((a, b) => a - b);
  return new Map(axes.map((axis, at) => [axis, free[at] ?? `i${at}`]));
}
