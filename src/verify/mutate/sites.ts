/**
 * The places of a formula: every node with the way back to the root, and the few ways of building formulas that edits need.
 * Derivatives written as such are leaves: what they are of and by is no place of its own.
 */

import { type Quantity, subtractWhole, type Whole, wholeValue } from '../../network/index.js';
import type { Formula, FormulaNode, Shape } from '../../notation/formula.js';
import { mapChildren } from '../../notation/walk.js';

/** Formulas with more nodes than this are searched only so far. */
const MOST_SITES = 400;

export interface BoundLetter {
  readonly letter: string;
  readonly from: Whole;
  readonly to: Whole;
}

export interface Site {
  readonly node: Formula;
  readonly parent: Formula | undefined;
  /** Letters bound around the node, outermost first. */
  readonly bound: readonly BoundLetter[];
  /** The whole formula with another node here. */
  readonly put: (replacement: Formula) => Formula;
}

/** All nodes, outside first. */
export function sitesOf(root: Formula): readonly Site[] {
  const sites: Site[] = [];
  const walk = (site: Site): void => {
    if (sites.length >= MOST_SITES) return;
    sites.push(site);
    const { node } = site;
    if (node.kind === 'derivative') return;
    const binds = node.kind === 'rangeSum' || node.kind === 'rangeProduct';
    const bound = binds ? [...site.bound, { letter: node.letter, from: node.from, to: node.to }] : site.bound;
    childList(node).forEach((child, position) => {
      walk({ node: child, parent: node, bound, put: (replacement) => site.put(withChild(node, position, replacement)) });
    });
  };
  walk({ node: root, parent: undefined, bound: [], put: (replacement) => replacement });
  return sites;
}

function childList(node: Formula): readonly Formula[] {
  const children: Formula[] = [];
  mapChildren(node, (child) => {
    children.push(child);
    return child;
  });
  return children;
}

function withChild(node: Formula, position: number, replacement: Formula): Formula {
  let next = 0;
  return mapChildren(node, (child) => (next++ === position ? replacement : child));
}

// ---------------------------------------------------------------- shapes

export const rank = (formula: Formula): number => formula.shape.dims.length;

export const sameDims = (a: Shape, b: Shape): boolean => a.dims.length === b.dims.length && a.dims.every((dim, axis) => dim.key === b.dims[axis]?.key);

/** Equal sizes and, where both have one, equal orientation. */
export const sameShape = (a: Shape, b: Shape): boolean =>
  sameDims(a, b) && (a.orientation === undefined || b.orientation === undefined || a.orientation === b.orientation);

export const isSquare = ({ dims }: Shape): boolean => dims.length === 2 && dims[0]?.key === dims[1]?.key;

const flipped = (shape: Shape): Shape =>
  shape.dims.length === 2
    ? { dims: [...shape.dims].reverse() }
    : shape.orientation === undefined
      ? shape
      : { dims: shape.dims, orientation: shape.orientation === 'row' ? 'column' : 'row' };

interface Sides {
  readonly rows: string;
  readonly columns: string;
}

const ONE = '1';

function sidesOf(factor: Formula, first: boolean): Sides {
  const [a, b] = factor.shape.dims;
  if (a === undefined) return { rows: ONE, columns: ONE };
  if (b !== undefined) return { rows: a.key, columns: b.key };
  return (factor.shape.orientation ?? (first ? 'row' : 'column')) === 'row' ? { rows: ONE, columns: a.key } : { rows: a.key, columns: ONE };
}

/** Whether factors side by side conform and give a value of this shape. */
export function conforms(factors: readonly Formula[], shape: Shape): boolean {
  let product: Sides | undefined;
  for (const [position, factor] of factors.entries()) {
    if (rank(factor) > 2) return false;
    const next = sidesOf(factor, position === 0);
    if (product !== undefined && product.columns !== next.rows) return false;
    product = { rows: product?.rows ?? next.rows, columns: next.columns };
  }
  if (product === undefined) return false;
  const [a, b] = shape.dims;
  if (a === undefined) return product.rows === ONE && product.columns === ONE;
  if (b !== undefined) return product.rows === a.key && product.columns === b.key;
  const column = product.rows === a.key && product.columns === ONE;
  const row = product.rows === ONE && product.columns === a.key;
  return shape.orientation === undefined ? column || row : shape.orientation === 'column' ? column : row;
}

// ---------------------------------------------------------------- building

const located = (node: FormulaNode, shape: Shape, like: Formula): Formula =>
  like.region === undefined ? { ...node, shape } : { ...node, shape, region: like.region };

/** The same place of the text, another formula. */
export const inPlaceOf = (node: FormulaNode, like: Formula): Formula => located(node, like.shape, like);

export const integer = (value: number): Formula => ({ kind: 'number', value: { numerator: BigInt(value), denominator: 1n }, shape: { dims: [] } });

export function transposeOf(of: Formula): Formula {
  if (rank(of) === 0) return of;
  if (of.kind === 'transpose') return of.of;
  return located({ kind: 'transpose', of }, flipped(of.shape), of);
}

/** The formula turned, where it is a vector that lies the other way. */
export const lying = (of: Formula, shape: Shape): Formula => (sameDims(of.shape, shape) && !sameShape(of.shape, shape) ? transposeOf(of) : of);

/** A product of the remaining factors; the factor itself when there is one. */
export function productOf(style: 'matrix' | 'hadamard' | 'scalar', factors: readonly Formula[], like: Formula): Formula {
  const [only] = factors;
  return factors.length === 1 && only !== undefined
    ? { ...only, ...(like.region === undefined ? {} : { region: like.region }) }
    : inPlaceOf({ kind: 'product', style, factors }, like);
}

/** a ⊙ b for vectors and matrices of one shape, flattened. */
export function hadamardOf(a: Formula, b: Formula, like: Formula): Formula {
  const parts = (of: Formula): readonly Formula[] => (of.kind === 'product' && of.style === 'hadamard' ? of.factors : [of]);
  return inPlaceOf({ kind: 'product', style: 'hadamard', factors: [...parts(a), ...parts(b)] }, like);
}

export const scaled = (by: Formula, of: Formula): Formula => inPlaceOf({ kind: 'product', style: 'scalar', factors: [by, of] }, of);

export function negated(of: Formula): Formula {
  if (of.kind === 'sum') return { ...of, terms: of.terms.map(({ sign, formula }) => ({ sign: sign === 1 ? -1 : 1, formula })) };
  return inPlaceOf({ kind: 'sum', terms: [{ sign: -1, formula: of }] }, of);
}

// ---------------------------------------------------------------- what a formula mentions

/** Quantities of a formula, those inside derivatives included as the derivative's own. */
export function quantitiesOf(root: Formula): readonly Quantity[] {
  const found: Quantity[] = [];
  for (const { node } of sitesOf(root)) {
    if (node.kind === 'name') found.push(node.quantity);
    const derived = derivedQuantity(node);
    if (derived !== undefined) found.push(derived);
  }
  return found;
}

/** The adjoint or partial that a written derivative stands for. */
export function derivedQuantity(node: Formula): Quantity | undefined {
  if (node.kind !== 'derivative') return undefined;
  const [by] = node.by;
  if (node.by.length !== 1 || by?.kind !== 'name' || by.quantity.kind !== 'value' || node.of.kind !== 'name' || node.of.quantity.kind !== 'value')
    return undefined;
  const denominator = by.quantity;
  if (node.of.shape.dims.length === 0) return { kind: 'adjoint', name: denominator.name, indices: denominator.indices };
  return { kind: 'partial', numerator: node.of.quantity, denominator, reach: node.reach ?? 'total' };
}

/** Index expressions of a quantity. */
export function indicesOf(quantity: Quantity): readonly Whole[] {
  return quantity.kind === 'partial' ? [...quantity.numerator.indices, ...quantity.denominator.indices] : quantity.indices;
}

/** How many steps b is after a; undefined when that is not a fixed number. */
export const stepsBetween = (a: Whole, b: Whole): number | undefined => wholeValue(subtractWhole(b, a));
