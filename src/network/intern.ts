/**
 * The intern table of one workspace: equal heads and equal tensors are the same object.
 *
 * Keys are exact (they name children by the numbers interning gave them); digests are built from the children's digests beside them.
 */

import { unreachable } from '../errors.js';
import { digest } from './digest.js';
import { rationalKey } from './rational.js';
import type { Head, Interned, InternedHead, Net, Quantity, Tensor, Term, ValueReference } from './tensor.js';
import { lettersOf, type Whole } from './whole.js';

const wholes = (list: readonly Whole[]): string => list.map((whole) => whole.key).join(',');
export const referenceKey = (reference: ValueReference): string => `${reference.name}[${wholes(reference.indices)}]`;

/** Exact text of a quantity; equal keys mean the same quantity. */
export function quantityKey(quantity: Quantity): string {
  switch (quantity.kind) {
    case 'value':
      return `v:${referenceKey(quantity)}`;
    case 'adjoint':
      return `a:${quantity.target === undefined ? '' : referenceKey(quantity.target)}/${referenceKey(quantity)}`;
    case 'partial':
      return `p:${referenceKey(quantity.numerator)}/${referenceKey(quantity.denominator)}/${quantity.reach}`;
    default:
      return unreachable(quantity);
  }
}

function quantityWholes(quantity: Quantity): readonly Whole[] {
  switch (quantity.kind) {
    case 'value':
      return quantity.indices;
    case 'adjoint':
      return [...quantity.indices, ...(quantity.target?.indices ?? [])];
    case 'partial':
      return [...quantity.numerator.indices, ...quantity.denominator.indices];
    default:
      return unreachable(quantity);
  }
}

/** What a head is made of: text, whole-number expressions (as key) and child tensors. */
interface Parts {
  readonly text: string;
  readonly wholes: readonly Whole[];
  readonly children: readonly Tensor[];
  /** The letter it binds in its children. */
  readonly binds?: string;
}

function partsOf(head: Head): Parts {
  switch (head.kind) {
    case 'symbol':
      return { text: `${quantityKey(head.quantity)}|${wholes(head.dims)}`, wholes: [...quantityWholes(head.quantity), ...head.dims], children: [] };
    case 'delta':
      return { text: head.dim.key, wholes: [head.dim], children: [] };
    case 'whole':
      return { text: head.value.key, wholes: [head.value], children: [] };
    case 'indicator':
      return { text: `${head.relation}|${head.of.key}`, wholes: [head.of], children: [] };
    case 'inclusion':
      return { text: wholes([head.offset, head.part, head.total]), wholes: [head.offset, head.part, head.total], children: [] };
    case 'order':
      return { text: wholes([head.rows, head.columns, head.offset]), wholes: [head.rows, head.columns, head.offset], children: [] };
    case 'apply':
      return { text: head.operator.name, wholes: [], children: head.args };
    case 'unspecified':
      return {
        text: `${head.name}[${wholes(head.indices)}]${head.entrywise}|${wholes(head.dims)}|${head.wrt.join(',')}`,
        wholes: [...head.indices, ...head.dims],
        children: head.args,
      };
    case 'softmax':
    case 'sum':
    case 'held':
      return { text: '', wholes: [], children: [head.of] };
    case 'rangeSum':
      return { text: `${head.letter}|${wholes([head.from, head.to])}`, wholes: [head.from, head.to], children: [head.of], binds: head.letter };
    case 'product':
      return { text: `${head.letter}|${wholes([head.from, head.to])}|${head.step}`, wholes: [head.from, head.to], children: [head.of], binds: head.letter };
    case 'power':
      return { text: head.exponent.key, wholes: [head.exponent], children: [head.of] };
    default:
      return unreachable(head);
  }
}

function gather(parts: Parts): { letters: ReadonlySet<string>; binders: number } {
  const letters = new Set<string>();
  let binders = 0;
  for (const child of parts.children) {
    for (const letter of child.letters) if (letter !== parts.binds) letters.add(letter);
    binders = Math.max(binders, child.binders);
  }
  for (const whole of parts.wholes) for (const letter of lettersOf(whole)) letters.add(letter);
  return { letters, binders: binders + (parts.binds === undefined ? 0 : 1) };
}

const netKey = (net: Net, name: (head: InternedHead) => string): string =>
  `${wholes(net.dims)}|${net.leaves.map((leaf) => `${name(leaf.head)}(${leaf.slots.join(',')})^${rationalKey(leaf.power)}`).join(';')}`;

/** Exact key of a net among those of one workspace. */
export const exactNetKey = (net: Net): string => netKey(net, (head) => `${head.id}`);
/** Key of a net that does not depend on history; orders terms. */
export const structuralNetKey = (net: Net): string => netKey(net, (head) => head.digest);

export interface Extent {
  readonly heads: number;
  readonly tensors: number;
  readonly made: number;
}

function dropAfter(entries: Map<string, unknown>, kept: number): void {
  let at = 0;
  for (const key of [...entries.keys()]) if (at++ >= kept) entries.delete(key);
}

export class InternTable {
  readonly #heads = new Map<string, InternedHead>();
  readonly #tensors = new Map<string, Tensor>();
  /** Numbers are given once, also where entries are dropped again: nothing that was made later is mistaken for what is gone. */
  #numbered = 0;

  /** How much there is, and how much was ever made. */
  get extent(): Extent {
    return { heads: this.#heads.size, tensors: this.#tensors.size, made: this.#numbered };
  }

  /** Drops the entries that were made after the first so many of each. */
  keepFirst({ heads, tensors }: Pick<Extent, 'heads' | 'tensors'>): void {
    dropAfter(this.#heads, heads);
    dropAfter(this.#tensors, tensors);
  }

  head(head: Head, dims: readonly Whole[], symmetric = false): InternedHead {
    const parts = partsOf(head);
    const key = `${head.kind}|${parts.text}|${parts.children.map((child) => child.id).join(',')}`;
    const known = this.#heads.get(key);
    if (known !== undefined) return known;
    const made: InternedHead = {
      id: this.#numbered++,
      digest: digest(`${head.kind}|${parts.text}|${parts.children.map((child) => child.digest).join(',')}`),
      ...gather(parts),
      head,
      dims,
      symmetric,
    };
    this.#heads.set(key, made);
    return made;
  }

  /** `terms` must be normal: canonical nets, collected, in order. */
  tensor(dims: readonly Whole[], terms: readonly Term[]): Tensor {
    const key = `${wholes(dims)}#${terms.map((term) => `${rationalKey(term.coefficient)}*${exactNetKey(term.net)}`).join('+')}`;
    const known = this.#tensors.get(key);
    if (known !== undefined) return known;
    const made: Tensor = {
      id: this.#numbered++,
      digest: digest(`${wholes(dims)}#${terms.map((term) => `${rationalKey(term.coefficient)}*${structuralNetKey(term.net)}`).join('+')}`),
      ...this.#gatherTerms(dims, terms),
      dims,
      terms,
    };
    this.#tensors.set(key, made);
    return made;
  }

  #gatherTerms(dims: readonly Whole[], terms: readonly Term[]): Pick<Interned, 'letters' | 'binders'> {
    const letters = new Set<string>();
    let binders = 0;
    for (const dim of dims) for (const letter of lettersOf(dim)) letters.add(letter);
    for (const { net } of terms) {
      for (const dim of net.dims) for (const letter of lettersOf(dim)) letters.add(letter);
      for (const leaf of net.leaves) {
        for (const letter of leaf.head.letters) letters.add(letter);
        binders = Math.max(binders, leaf.head.binders);
      }
    }
    return { letters, binders };
  }
}
