/** Changes of one name: another step, another name of the same shape, another reach of a partial, a power. */

import { type Quantity, type Reach, shiftWhole, type ValueReference, type Whole, wholeValue } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import type { ModelFacts } from './model-facts.js';
import { squared } from './model-facts.js';
import type { Change } from './products.js';
import { derivedQuantity, rank, type Site, sameDims } from './sites.js';

const both = (after: Formula, alteration: Change['repairs']): Change => ({ after, repairs: alteration, spoils: alteration });

function shiftedReference<R extends ValueReference>(reference: R, by: number): R {
  const [first, ...rest] = reference.indices;
  return first === undefined ? reference : { ...reference, indices: [shiftWhole(first, by), ...rest] };
}

/** The quantity some steps later (of a partial: its numerator and denominator each on its own). */
function shifts(quantity: Quantity, by: number): readonly Quantity[] {
  switch (quantity.kind) {
    case 'value':
    case 'adjoint':
      return quantity.indices.length === 0 ? [] : [shiftedReference(quantity, by)];
    case 'partial':
      return [
        ...(quantity.numerator.indices.length === 0 ? [] : [{ ...quantity, numerator: shiftedReference(quantity.numerator, by) }]),
        ...(quantity.denominator.indices.length === 0 ? [] : [{ ...quantity, denominator: shiftedReference(quantity.denominator, by) }]),
      ];
  }
}

/** A written derivative or name with another quantity in it. */
function withQuantity(node: Formula, quantity: Quantity): Formula {
  if (node.kind !== 'derivative') return node.kind === 'name' ? { ...node, quantity } : node;
  const named = (formula: Formula, { name, indices }: ValueReference): Formula =>
    formula.kind === 'name' ? { ...formula, quantity: { kind: 'value', name, indices } } : formula;
  const by = quantity.kind === 'partial' ? quantity.denominator : quantity;
  return {
    ...node,
    of: quantity.kind === 'partial' ? named(node.of, quantity.numerator) : node.of,
    by: node.by.map((formula) => named(formula, by)),
    ...(quantity.kind === 'partial' ? { reach: quantity.reach } : {}),
    ...(quantity.kind === 'partial' && node.spelling === 'total' && quantity.reach !== 'total' ? { spelling: 'partial' as const } : {}),
  };
}

const quantityOf = (node: Formula): Quantity | undefined => (node.kind === 'name' ? node.quantity : derivedQuantity(node));

/** A name one or two steps earlier or later. */
export function* timeShifts({ node }: Site): Generator<Change> {
  const quantity = quantityOf(node);
  if (quantity === undefined) return;
  for (const by of [-1, 1, -2, 2]) {
    for (const shifted of shifts(quantity, by)) {
      const after = withQuantity(node, shifted);
      yield { after, repairs: { kind: 'time shift', wrong: quantity, right: shifted }, spoils: { kind: 'time shift', wrong: shifted, right: quantity } };
    }
  }
}

/** All that a node mentions one step earlier or later: 1 − h², z ⊙ (1 − z). */
export function shiftedNode(node: Formula, by: number): Formula {
  const move = (whole: Whole): Whole => (wholeValue(whole) === undefined ? shiftWhole(whole, by) : whole);
  const walk = (inner: Formula): Formula => {
    const quantity = inner.kind === 'name' ? inner.quantity : undefined;
    if (quantity?.kind === 'value' && quantity.indices.length > 0) return withQuantity(inner, { ...quantity, indices: quantity.indices.map(move) });
    switch (inner.kind) {
      case 'sum':
        return { ...inner, terms: inner.terms.map(({ sign, formula }) => ({ sign, formula: walk(formula) })) };
      case 'product':
        return { ...inner, factors: inner.factors.map(walk) };
      case 'power':
        return { ...inner, base: walk(inner.base) };
      case 'apply':
        return { ...inner, args: inner.args.map(walk) };
      case 'operatorDerivative':
      case 'diagonal':
      case 'transpose':
        return { ...inner, of: walk(inner.of) };
      default:
        return inner;
    }
  };
  return walk(node);
}

/** Another declared name of the same shape and number of indices. */
export function* otherNames({ node }: Site, facts: ModelFacts): Generator<Change> {
  const quantity = quantityOf(node);
  if (quantity === undefined || quantity.kind === 'partial' || quantity.name.startsWith('§')) return;
  const { declarations } = facts.model;
  const own = declarations.get(quantity.name);
  if (own === undefined || own.dims.length === 0) return;
  for (const other of declarations.values()) {
    if (other.name === quantity.name || other.indices.length !== own.indices.length || !sameDims({ dims: other.dims }, { dims: own.dims })) continue;
    const isParameter = (role: string): boolean => role === 'parameter';
    if (isParameter(other.role) !== isParameter(own.role)) continue;
    const right: Quantity = { ...quantity, name: other.name };
    yield { after: withQuantity(node, right), repairs: { kind: 'name', wrong: quantity, right }, spoils: { kind: 'name', wrong: right, right: quantity } };
  }
}

/** Another name at the step before: c̃_t where c_{t−1} belongs. */
export function* earlierNames(site: Site, facts: ModelFacts): Generator<Change> {
  if (site.node.kind !== 'name' || site.node.quantity.kind !== 'value' || facts.gates.size === 0) return;
  for (const { after, repairs } of otherNames(site, facts)) {
    if (repairs.kind !== 'name' || repairs.right.kind !== 'value' || !facts.states.has(repairs.right.name)) continue;
    const right = shiftedReference(repairs.right, -1);
    const alteration = { kind: 'name', wrong: repairs.wrong, right } as const;
    yield { after: withQuantity(after, right), repairs: alteration, spoils: alteration };
  }
}

const REACHES: readonly Reach[] = ['immediate', 'step', 'total'];

export function* otherReaches({ node }: Site): Generator<Change> {
  const quantity = quantityOf(node);
  if (quantity?.kind !== 'partial') return;
  for (const reach of REACHES) {
    if (reach === quantity.reach) continue;
    const after = withQuantity(node, { ...quantity, reach });
    yield { after, repairs: { kind: 'reach', wrong: quantity.reach, right: reach }, spoils: { kind: 'reach', wrong: reach, right: quantity.reach } };
  }
}

/** A square left out or put in. */
export function* powers({ node, parent }: Site): Generator<Change> {
  if (node.kind === 'power' && node.exponent.kind === 'number' && node.exponent.value.denominator === 1n) {
    yield both({ ...node.base, shape: node.shape }, { kind: 'power', of: node.base });
  } else if ((node.kind === 'name' || node.kind === 'apply') && rank(node) < 2 && parent?.kind !== 'power') {
    yield both(squared(node), { kind: 'power', of: node });
  }
}
