/**
 * Matrices as chains X B X⁻¹: a product of matrices whose first factor is undone by its last (orthogonal, or an inverse), so that every power
 * is X Bᵏ X⁻¹. Chains are read off a product of one term; what is no chain stays as it is.
 */

import type { Model } from '../model/model.js';
import { isOne, type Leaf, ONE, type Tensor, type Whole, type Workspace, wholeValue } from '../network/index.js';

/** One matrix of a chain; a diagonal one is never transposed. */
export interface Link {
  /** As it stands in the chain: rows, then columns. */
  readonly tensor: Tensor;
  readonly leaf: Leaf;
  readonly transposed: boolean;
  readonly diagonal: boolean;
}

/** The matrices of a product from its first axis to its second; undefined where it is no such chain. */
export function chainOf(model: Model, tensor: Tensor): readonly Link[] | undefined {
  const { workspace } = model;
  const [term] = tensor.terms;
  if (tensor.dims.length !== 2 || tensor.terms.length !== 1 || term === undefined || !isOne(term.coefficient)) return undefined;
  const links: Link[] = [];
  const left = new Set(term.net.leaves);
  let at = 0;
  // Every round takes one leaf away.
  while (left.size > 0) {
    const next = [...left].filter(({ slots }) => slots.includes(at));
    const [leaf] = next;
    if (next.length !== 1 || leaf === undefined || leaf.slots.length !== 2 || leaf.slots[0] === leaf.slots[1] || !isOne(leaf.power)) return undefined;
    left.delete(leaf);
    const transposed = leaf.slots[1] === at;
    const diagonal = isDiagonal(model, leaf);
    const upright = single(workspace, leaf);
    links.push({ tensor: transposed && !diagonal ? workspace.permute(upright, [1, 0]) : upright, leaf, transposed: transposed && !diagonal, diagonal });
    at = leaf.slots[transposed ? 0 : 1] ?? -1;
  }
  return at === 1 ? links : undefined;
}

const single = (workspace: Workspace, leaf: Leaf): Tensor =>
  workspace.fromTerms(leaf.head.dims, [{ coefficient: ONE, net: { dims: leaf.head.dims, leaves: [{ ...leaf, slots: [0, 1] }] } }]);

function isDiagonal(model: Model, leaf: Leaf): boolean {
  const { head } = leaf.head;
  return head.kind === 'symbol' && head.quantity.kind === 'value' && model.declarations.get(head.quantity.name)?.assumptions.diagonal === true;
}

export interface Similarity {
  readonly first: Link;
  readonly middle: readonly Link[];
  readonly last: Link;
  /** The whole chain, diagonal matrices not transposed: equal to what it was read from. */
  readonly factor: Tensor;
  readonly power: (exponent: Whole) => Tensor;
  readonly why: 'orthogonal' | 'inverse';
}

/** X B X⁻¹ with every power of it; undefined where the last factor does not undo the first. */
export function similarity(model: Model, tensor: Tensor): Similarity | undefined {
  const { workspace } = model;
  const chain = chainOf(model, tensor);
  const [first, ...rest] = chain ?? [];
  const last = rest.at(-1);
  const middle = rest.slice(0, -1);
  if (first === undefined || last === undefined || middle.length === 0) return undefined;
  const why = undoes(model, first, last);
  if (why === undefined) return undefined;
  const product = (links: readonly Tensor[]): Tensor =>
    workspace.contract(
      ['0', `${links.length}`],
      links.map((link, k) => ({ tensor: link, labels: [`${k}`, `${k + 1}`] })),
    );
  const inner = product(middle.map((link) => link.tensor));
  const around = (of: Tensor): Tensor => product([first.tensor, of, last.tensor]);
  return { first, middle, last, factor: around(inner), power: (exponent) => around(workspace.matrixPower(inner, exponent)), why };
}

function undoes(model: Model, first: Link, last: Link): Similarity['why'] | undefined {
  const { head } = first.leaf.head;
  const name = head.kind === 'symbol' && head.quantity.kind === 'value' ? head.quantity.name : '';
  if (first.leaf.head === last.leaf.head)
    return first.transposed !== last.transposed && model.declarations.get(name)?.assumptions.orthogonal === true ? 'orthogonal' : undefined;
  const isInverse = (of: Link, other: Link): boolean =>
    of.leaf.head.head.kind === 'power' &&
    wholeValue(of.leaf.head.head.exponent) === -1 &&
    of.leaf.head.head.of === single(model.workspace, other.leaf) &&
    of.transposed === other.transposed;
  return isInverse(first, last) || isInverse(last, first) ? 'inverse' : undefined;
}

/** Names computed once put in where they occur, but for diagonal ones, which keep their name. */
export function unfoldOnce(model: Model, tensor: Tensor, replaced: ReadonlyMap<string, Tensor> = new Map(), diagonals = false): Tensor {
  const { workspace } = model;
  const values = new Map<string, Tensor>(replaced);
  for (const { name, indices, value } of model.equations) {
    if (indices.length === 0 && !values.has(name) && (diagonals || model.declarations.get(name)?.assumptions.diagonal !== true)) values.set(name, value);
  }
  let current = tensor;
  // Names computed once lie on no circle: at most as many rounds as there are of them.
  for (let round = 0; round <= values.size; round += 1) {
    const next = workspace.replace(current, (quantity) => (quantity.kind === 'value' ? values.get(quantity.name) : undefined));
    if (next === current) break;
    current = next;
  }
  return workspace.expand(current);
}
