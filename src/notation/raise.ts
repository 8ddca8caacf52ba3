/**
 * Tensor → Formula: the way back to matrix notation.
 *
 * Every product of leaves is reduced (series-parallel.ts), the sum of them factored (refactor.ts), and only then rows and columns are chosen
 * (orient.ts). What has no matrix form is written in index notation (index-notation.ts), with the reason. Ends because every recursive call
 * goes into a head of the tensor at hand.
 */

import { unreachable } from '../errors.js';
import type { Head, InternedHead, Tensor, Term } from '../network/tensor.js';
import { lettersOf, type Whole, wholeLetter } from '../network/whole.js';
import type { Workspace } from '../network/workspace.js';
import type { Layout } from './directions.js';
import { type Expression, identity, make, power, rangeSum } from './expression.js';
import type { Formula, Orientation } from './formula.js';
import { indexFormula } from './index-notation.js';
import { freshLetter, type LetterRange } from './letters.js';
import type { DeclarationOrder } from './order.js';
import { Orienter } from './orient.js';
import { sumOf } from './refactor.js';
import { NeedsIndices, reduceNet, type Wired } from './series-parallel.js';

export interface RaiseOptions {
  readonly workspace: Workspace;
  readonly convention: Orientation;
  /** Of a declared vector; undefined falls back to the convention. */
  orientationOf(name: string): Orientation | undefined;
  /** Names in the order of their declaration. */
  readonly declared: readonly string[];
  /** Index letters with their ranges: a bound letter takes the one whose range fits. */
  readonly letters?: readonly LetterRange[];
  /** Letters that must not be taken for bound indices, besides those free in the tensor. */
  readonly inUse?: Iterable<string>;
  /** Of derivatives in vectors and matrices; `gradient` unless given. */
  readonly layout?: Layout;
  /** The direction of a vector result; the convention's unless given. */
  readonly orientation?: Orientation;
  /** Index notation with these letters for the free axes, even where a matrix form exists. */
  readonly axes?: readonly string[];
}

export interface Raised {
  /** In matrix notation its shape is the tensor's; in index notation it is the scalar at the letters `axes`. */
  readonly formula: Formula;
  /** Letters of the free axes, in index notation only. */
  readonly axes?: readonly string[];
  /** Why there is no matrix notation. */
  readonly why?: string;
}

/** Matrix notation of a tensor in the given convention; index notation, with the reason, where there is none. */
export function raise(tensor: Tensor, options: RaiseOptions): Raised {
  const raiser = new Raiser(options);
  const scope = new Set([...tensor.letters, ...(options.inUse ?? []), ...options.declared]);
  if (options.axes === undefined) {
    try {
      return { formula: raiser.formula(tensor, scope, options.orientation) };
    } catch (error) {
      if (!(error instanceof NeedsIndices)) throw error;
      return { ...raiser.indexed(tensor, scope, undefined), why: error.why };
    }
  }
  return raiser.indexed(tensor, scope, options.axes);
}

type Scope = ReadonlySet<string>;

/** Raises tensors of one model; letters are chosen by scope alone, so the result does not depend on what was raised before. */
export class Raiser {
  readonly order: DeclarationOrder;
  readonly orienter: Orienter;
  readonly #known = new Map<string, Expression>();

  constructor(readonly options: RaiseOptions) {
    const places = new Map(options.declared.map((name, place) => [name, place]));
    this.order = (name) => places.get(name) ?? places.size;
    this.orienter = new Orienter({
      convention: options.convention,
      orientationOf: (name) => options.orientationOf(name),
      layout: options.layout ?? 'gradient',
      order: this.order,
    });
  }

  formula(tensor: Tensor, scope: Scope, orientation?: Orientation): Formula {
    return this.orienter.formula(this.expression(tensor, scope), orientation);
  }

  indexed(tensor: Tensor, scope: Scope, axes: readonly string[] | undefined): Raised {
    const taken = new Set(scope);
    const letters =
      axes ??
      tensor.dims.map(() => {
        const letter = freshLetter(undefined, undefined, taken, this.options.letters);
        taken.add(letter);
        return letter;
      });
    for (const letter of letters) taken.add(letter);
    return { formula: indexFormula(this, tensor, letters.map(wholeLetter), taken), axes: letters };
  }

  /** The expression of a tensor with at most two axes. Throws NeedsIndices where there is none. */
  expression(tensor: Tensor, scope: Scope): Expression {
    const key = `${tensor.id}|${[...scope].join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (tensor.dims.length > 2) throw new NeedsIndices(`a tensor with ${tensor.dims.length} axes is neither a vector nor a matrix`);
    const made = sumOf(
      tensor.terms.map((term) => this.#term(term, tensor.dims, scope)),
      tensor.dims,
      this.order,
    );
    this.#known.set(key, made);
    return made;
  }

  /** One product: blocks are cut out of what stands on a stacked axis, then the rest is reduced. */
  #term({ coefficient, net }: Term, resultDims: readonly Whole[], scope: Scope): Expression {
    const rank = resultDims.length;
    const dims = [...net.dims];
    let wired: Wired[] = [];
    let inclusions: { readonly head: Extract<Head, { kind: 'inclusion' }>; readonly slots: readonly number[] }[] = [];
    for (const leaf of net.leaves) {
      if (leaf.head.head.kind === 'inclusion') inclusions.push({ head: leaf.head.head, slots: leaf.slots });
      else wired.push({ of: power(this.head(leaf.head, scope), leaf.power), slots: leaf.slots });
    }
    const placed: { readonly axis: number; readonly offset: Whole; readonly dims: readonly Whole[] }[] = [];
    for (let next = inclusions.shift(); next !== undefined; next = inclusions.shift()) {
      const {
        head,
        slots: [whole = 0, part = 0],
      } = next;
      if (inclusions.some(({ slots: [other, cutOther] }) => other === whole || other === part || cutOther === whole))
        throw new NeedsIndices('blocks of one axis are cut in a way that is not known');
      wired = wired.map((each) => cut(each, whole, part, head));
      if (whole >= rank) continue;
      placed.unshift({ axis: whole, offset: head.offset, dims: dims.slice(0, rank) });
      dims[whole] = head.part;
      // The result is that of the part, put in its place: the free axis now runs over the part.
      if (part < rank) wired.push({ of: identity(head.part), slots: [whole, part] });
      else {
        const moved = <Of extends { readonly slots: readonly number[] }>(each: Of): Of => ({
          ...each,
          slots: each.slots.map((slot) => (slot === part ? whole : slot)),
        });
        wired = wired.map(moved);
        inclusions = inclusions.map(moved);
      }
    }
    const reduced = reduceNet(coefficient, wired, dims, rank, this.order);
    return placed.reduce((of, { axis, offset, dims: size }) => make({ kind: 'placed', axis, offset, of }, size), reduced);
  }

  /** A head with its axes in its own order. Scalars that have no matrix notation inside are indexed there. */
  head({ head, dims }: InternedHead, scope: Scope): Expression {
    switch (head.kind) {
      case 'symbol':
        return make({ kind: 'quantity', quantity: head.quantity }, dims);
      case 'delta':
        return identity(head.dim);
      case 'whole':
        return make({ kind: 'whole', value: head.value }, []);
      case 'indicator':
        return make({ kind: 'indicator', of: head.of, relation: head.relation }, []);
      case 'inclusion':
        throw new NeedsIndices('a block stands where no stack can be written');
      case 'order':
        throw new NeedsIndices('a mask j ≤ i has no matrix notation');
      case 'apply':
        return make({ kind: 'apply', operator: head.operator, args: head.args.map((arg) => this.#inner(arg, scope)) }, dims);
      case 'unspecified':
        return make(
          {
            kind: 'unspecified',
            name: head.name,
            indices: head.indices,
            entrywise: head.entrywise,
            args: head.args.map((arg) => this.#inner(arg, scope)),
            wrt: head.wrt,
          },
          dims,
        );
      case 'softmax':
        return make({ kind: 'softmax', of: this.expression(head.of, scope) }, dims);
      case 'sum':
        return this.#inner(head.of, scope);
      case 'rangeSum': {
        const { letter, body } = this.open(head, scope);
        return rangeSum(letter, head.from, head.to, this.#inner(body, new Set([...scope, letter])));
      }
      case 'product': {
        const { letter, body } = this.open(head, scope);
        return make(
          { kind: 'rangeProduct', letter, from: head.from, to: head.to, step: head.step, body: this.expression(body, new Set([...scope, letter])) },
          dims,
        );
      }
      case 'power':
        return make({ kind: 'matrixPower', base: this.#inner(head.of, scope), exponent: head.exponent }, dims);
      case 'held':
        return make({ kind: 'held', of: this.#inner(head.of, scope) }, dims);
      default:
        return unreachable(head);
    }
  }

  /** A scalar falls back to index notation by itself; anything else takes its surroundings with it. */
  #inner(tensor: Tensor, scope: Scope): Expression {
    if (tensor.dims.length > 0) return this.expression(tensor, scope);
    try {
      return this.expression(tensor, scope);
    } catch (error) {
      if (!(error instanceof NeedsIndices)) throw error;
      return make({ kind: 'indexed', formula: indexFormula(this, tensor, [], scope), id: `${tensor.digest}|${[...scope].join()}`, free: tensor.letters }, []);
    }
  }

  /** The body of a range sum or product with a letter that reads well and is not in use. */
  open(head: Extract<Head, { kind: 'rangeSum' | 'product' }>, scope: Scope): { readonly letter: string; readonly body: Tensor } {
    const taken = new Set([...scope, ...head.of.letters, ...lettersOf(head.from), ...lettersOf(head.to)]);
    const letter = freshLetter(head.from, head.to, taken, this.options.letters);
    return { letter, body: this.options.workspace.substituteLetters(head.of, new Map([[head.letter, wholeLetter(letter)]])) };
  }
}

/** What stands on a stacked axis, cut down to the part an inclusion selects. */
function cut({ of, slots }: Wired, whole: number, part: number, head: Extract<Head, { kind: 'inclusion' }>): Wired {
  let result = of;
  slots.forEach((slot, axis) => {
    if (slot === whole)
      result = make(
        { kind: 'block', of: result, axis, offset: head.offset },
        result.dims.map((dim, k) => (k === axis ? head.part : dim)),
      );
  });
  return { of: result, slots: slots.map((slot) => (slot === whole ? part : slot)) };
}
