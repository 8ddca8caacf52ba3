/**
 * The derivative of an activation and what people write in its place. Which activation a factor belongs to is told by its numbers at a point,
 * not by its look: 1 − h², 1 − tanh²(a), σ′(a) and z ⊙ (1 − z) are all one thing.
 */

import type { Whole } from '../../network/index.js';
import { shiftWhole } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import { OPERATORS } from '../../operators/table.js';
import type { DerivativeForm } from './alteration.js';
import { type Activation, derivativeOf, type ModelFacts, oneMinus, squared } from './model-facts.js';
import type { Change } from './products.js';
import { inPlaceOf, lying, productOf, rank, type Site, sameDims } from './sites.js';

/** Says whether two formulas have the same numbers at a place, letters bound there included. */
export type SameNumbers = (a: Formula, b: Formula, site: Site) => boolean;

interface Form {
  readonly form: DerivativeForm;
  readonly formula: Formula;
}

/** An activation at an index, its derivative and the wrong forms of it. Made once for a model and an index. */
interface Derivative {
  readonly activation: Activation;
  readonly right: Formula;
  readonly wrong: readonly Form[];
}

const named = (name: string) => OPERATORS.find((row) => row.name === name);

function wrongForms(activation: Activation, index: Whole, facts: ModelFacts): readonly Form[] {
  const { operator } = activation;
  const output = activation.output(index);
  const argument = activation.argument(index);
  const again: Formula = inPlaceOf({ kind: 'apply', operator, args: [output] }, output);
  const other = named(operator.name === 'tanh' ? 'sigmoid' : 'tanh');
  const peers = facts.activations.filter((peer) => peer !== activation && sameDims(peer.shape, activation.shape));
  return [
    { form: 'value', formula: output },
    { form: 'complement', formula: oneMinus(output) },
    { form: 'square', formula: squared(output) },
    { form: 'at output', formula: derivativeOf(operator, again, output) },
    { form: 'at argument', formula: derivativeOf(operator, argument, argument) },
    ...(other === undefined ? [] : [{ form: 'other function' as const, formula: derivativeOf(other, output, argument) }]),
    ...[-1, 1].map((by) => ({ form: 'other time' as const, formula: activation.derivative(shiftWhole(index, by)) })),
    ...peers.map((peer) => ({ form: 'other name' as const, formula: peer.derivative(index) })),
  ];
}

export function derivativesAt(facts: ModelFacts, indices: readonly Whole[]): readonly Derivative[] {
  return indices.flatMap((index) =>
    facts.activations.map((activation) => {
      const { workspace } = facts.model;
      return workspace.remember(
        activation,
        `derivative at ${index.key}`,
        (): Derivative => ({ activation, right: activation.derivative(index), wrong: wrongForms(activation, index, facts) }),
      );
    }),
  );
}

/** The parts of a node that may be a derivative: the node, and factors of an entrywise product alone or in pairs. */
interface Part {
  readonly part: Formula;
  readonly put: (replacement: Formula) => Formula;
}

function partsOf({ node, parent }: Site): readonly Part[] {
  if (rank(node) !== 1) return [];
  const isFactor = parent?.kind === 'product' && parent.style === 'hadamard';
  const whole: readonly Part[] = isFactor ? [] : [{ part: node, put: (replacement) => lying({ ...replacement }, node.shape) }];
  if (node.kind !== 'product' || node.style !== 'hadamard') return whole;
  const { factors } = node;
  const put = (left: readonly Formula[], replacement: Formula): Formula => productOf('hadamard', [...left, lying(replacement, node.shape)], node);
  const others = (skip: readonly number[]): readonly Formula[] => factors.filter((_, at) => !skip.includes(at));
  const singles = factors.map((part, at): Part => ({ part, put: (replacement) => put(others([at]), replacement) }));
  const pairs = factors.flatMap((a, i) =>
    factors.slice(i + 1).flatMap((b, k): readonly Part[] => {
      const j = i + 1 + k;
      if (factors.length === 2) return [];
      return [{ part: inPlaceOf({ kind: 'product', style: 'hadamard', factors: [a, b] }, node), put: (replacement) => put(others([i, j]), replacement) }];
    }),
  );
  return [...whole, ...singles, ...pairs];
}

const isPlain = (formula: Formula): boolean => {
  switch (formula.kind) {
    case 'derivative':
    case 'unspecified':
      return false;
    case 'name':
      return formula.quantity.kind === 'value';
    case 'product':
      return formula.factors.every(isPlain);
    case 'sum':
      return formula.terms.every((term) => isPlain(term.formula));
    default:
      return true;
  }
};

/** The right derivative where a wrong form of it stands. */
export function* repairedDerivatives(site: Site, derivatives: readonly Derivative[], same: SameNumbers): Generator<Change> {
  for (const { part, put } of partsOf(site)) {
    if (!isPlain(part) || rank(part) !== 1) continue;
    for (const { activation, right, wrong } of derivatives) {
      if (!sameDims(right.shape, part.shape)) continue;
      for (const { form, formula } of wrong) {
        if (!same(part, lying(formula, part.shape), site)) continue;
        const alteration = { kind: 'derivative form', activation, form } as const;
        yield { after: put(right), repairs: alteration, spoils: alteration };
      }
    }
  }
}

/** Every wrong form where the right derivative stands. */
export function* spoiltDerivatives(site: Site, derivatives: readonly Derivative[], same: SameNumbers): Generator<Change> {
  for (const { part, put } of partsOf(site)) {
    if (!isPlain(part) || rank(part) !== 1) continue;
    for (const { activation, right, wrong } of derivatives) {
      if (!sameDims(right.shape, part.shape) || !same(part, lying(right, part.shape), site)) continue;
      for (const { form, formula } of wrong) {
        const alteration = { kind: 'derivative form', activation, form } as const;
        yield { after: put(formula), repairs: alteration, spoils: alteration };
      }
    }
  }
}

/** The right derivatives as factors to put in, and those that a factor left out may have been. */
export function activationOf(factor: Formula, derivatives: readonly Derivative[], same: SameNumbers, site: Site): Activation | undefined {
  if (rank(factor) !== 1 || !isPlain(factor)) return undefined;
  return derivatives.find(({ right }) => sameDims(right.shape, factor.shape) && same(factor, lying(right, factor.shape), site))?.activation;
}
