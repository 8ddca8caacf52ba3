/**
 * Index notation: the entry of a tensor at given positions, for what has no matrix notation.
 *
 * Every leaf becomes an entry, every bound slot a sum over an axis; parts that are closed (scalars) keep their matrix notation.
 */

import { unreachable } from '../errors.js';
import { isNegative, isOne, negateRational, ONE, type Rational, rational } from '../network/rational.js';
import type { Head, InternedHead, Net, Tensor } from '../network/tensor.js';
import { addWhole, subtractWhole, type Whole, wholeLetter, wholeValue } from '../network/whole.js';
import { exp } from '../operators/index.js';
import { conditionOf } from './conditions.js';
import type { Formula, FormulaNode } from './formula.js';
import { freshLetter } from './letters.js';
import type { DeclarationOrder } from './order.js';
import type { Raiser } from './raise.js';
import { NeedsIndices } from './series-parallel.js';

type Scope = ReadonlySet<string>;

const scalar = (node: FormulaNode): Formula => ({ ...node, shape: { dims: [] } });
const number = (value: Rational): Formula => scalar({ kind: 'number', value });

/** The entry of `tensor` at `positions`; `scope` lists the letters in use. */
export function indexFormula(raiser: Raiser, tensor: Tensor, positions: readonly Whole[], scope: Scope): Formula {
  return new Indexer(raiser).tensor(tensor, positions, scope);
}

class Indexer {
  constructor(private readonly raiser: Raiser) {}

  tensor(tensor: Tensor, positions: readonly Whole[], scope: Scope): Formula {
    const terms = tensor.terms.map(({ coefficient, net }) => {
      const negative = isNegative(coefficient);
      return { sign: negative ? (-1 as const) : (1 as const), formula: this.#net(negative ? negateRational(coefficient) : coefficient, net, positions, scope) };
    });
    const [only] = terms;
    if (only === undefined) return number(rational(0));
    return terms.length === 1 && only.sign > 0 ? only.formula : scalar({ kind: 'sum', terms });
  }

  #net(coefficient: Rational, net: Net, positions: readonly Whole[], scope: Scope): Formula {
    const places = new Map<number, Whole>(positions.map((position, slot) => [slot, position]));
    const taken = new Set(scope);
    const bound: { slot: number; letter: string }[] = [];
    for (let slot = positions.length; slot < net.dims.length; slot += 1) {
      const letter = freshLetter(undefined, undefined, taken, this.raiser.options.letters);
      taken.add(letter);
      places.set(slot, wholeLetter(letter));
      bound.push({ slot, letter });
    }
    const leaves = [...net.leaves]
      .sort((a, b) => compareHeads(a.head, b.head, this.raiser.order))
      .filter((leaf) => !this.#substitutes(leaf.head.head, leaf.slots, places, bound));
    const above: Formula[] = isOne(coefficient) ? [] : [number(coefficient)];
    const below: Formula[] = [];
    const relations = new Map<number, Extract<FormulaNode, { kind: 'axisSum' }>['relation']>();
    for (const leaf of leaves) {
      const slots = leaf.slots.map((slot) => places.get(slot) ?? wholeLetter('?'));
      if (leaf.head.head.kind === 'order' && this.#restricts(leaf.head.head, leaf.slots, places, bound, relations)) continue;
      const factor = this.#head(leaf.head, slots, taken);
      const negative = isNegative(leaf.power);
      const size = negative ? negateRational(leaf.power) : leaf.power;
      (negative ? below : above).push(isOne(size) ? factor : scalar({ kind: 'power', style: 'scalar', base: factor, exponent: number(size) }));
    }
    const body = below.length === 0 ? productOf(above) : scalar({ kind: 'quotient', numerator: productOf(above), denominator: productOf(below) });
    return bound.reduceRight<Formula>((inner, { slot, letter }) => {
      const relation = relations.get(slot);
      return scalar({ kind: 'axisSum', letter, dim: net.dims[slot] ?? wholeLetter('?'), ...(relation === undefined ? {} : { relation }), body: inner });
    }, body);
  }

  /** An inclusion on a bound axis only renames a position: the total's is the part's, shifted. */
  #substitutes(head: Head, slots: readonly number[], places: Map<number, Whole>, bound: { slot: number; letter: string }[]): boolean {
    const [whole, part] = slots;
    if (head.kind !== 'inclusion' || whole === undefined || part === undefined) return false;
    const at = bound.findIndex(({ slot }) => slot === whole);
    if (at < 0) return false;
    bound.splice(at, 1);
    places.set(whole, addWhole(places.get(part) ?? wholeLetter('?'), head.offset));
    return true;
  }

  /** A mask on a bound axis restricts its sum: j ≤ i. */
  #restricts(
    head: Extract<Head, { kind: 'order' }>,
    slots: readonly number[],
    places: ReadonlyMap<number, Whole>,
    bound: readonly { slot: number }[],
    relations: Map<number, Extract<FormulaNode, { kind: 'axisSum' }>['relation']>,
  ): boolean {
    const [high, low] = slots;
    if (high === undefined || low === undefined || high === low) return false;
    const isBound = (slot: number): boolean => bound.some((each) => each.slot === slot) && !relations.has(slot);
    const place = (slot: number): Whole => places.get(slot) ?? wholeLetter('?');
    // The letter in the relation must be bound outside: bound slots are nested in their order.
    const lowInner = isBound(low) && !(isBound(high) && high > low);
    if (lowInner)
      relations.set(low, wholeValue(head.offset) === 1 ? { sign: '<', than: place(high) } : { sign: '≤', than: subtractWhole(place(high), head.offset) });
    else if (isBound(high))
      relations.set(high, wholeValue(head.offset) === 1 ? { sign: '>', than: place(low) } : { sign: '≥', than: addWhole(place(low), head.offset) });
    else return false;
    return true;
  }

  #head(interned: InternedHead, positions: readonly Whole[], scope: Scope): Formula {
    const { head, dims } = interned;
    switch (head.kind) {
      case 'symbol': {
        const turned = head.quantity.kind === 'adjoint' && dims.length === 2 && this.raiser.options.layout === 'numerator';
        return this.#entry(
          scalarOrShaped({ kind: 'name', quantity: head.quantity }, turned ? [...dims].reverse() : dims),
          turned ? [...positions].reverse() : positions,
        );
      }
      case 'delta':
        return scalar({ kind: 'kronecker', left: positions[0] ?? wholeLetter('?'), right: positions[1] ?? wholeLetter('?') });
      case 'whole':
      case 'indicator':
        return this.raiser.orienter.formula(this.raiser.head(interned, scope));
      case 'inclusion':
        return scalar({ kind: 'kronecker', left: positions[0] ?? wholeLetter('?'), right: addWhole(positions[1] ?? wholeLetter('?'), head.offset) });
      case 'order': {
        const distance = subtractWhole(subtractWhole(positions[0] ?? wholeLetter('?'), positions[1] ?? wholeLetter('?')), head.offset);
        return scalar({
          kind: 'cases',
          branches: [
            { value: number(ONE), condition: conditionOf(distance, 'nonnegative') },
            { value: number(rational(0)), condition: undefined },
          ],
        });
      }
      case 'apply':
        return scalar({ kind: 'apply', operator: head.operator, args: head.args.map((arg) => this.#at(arg, positions, scope)) });
      case 'unspecified':
        return this.#unspecified(head, dims, positions, scope);
      case 'softmax':
        return this.#softmax(head.of, positions, scope);
      case 'sum':
        return this.#at(head.of, positions, scope);
      case 'held':
        return scalar({ kind: 'held', of: this.#at(head.of, positions, scope) });
      case 'rangeSum': {
        const { letter, body } = this.raiser.open(head, scope);
        return scalar({ kind: 'rangeSum', letter, from: head.from, to: head.to, body: this.#at(body, positions, new Set([...scope, letter])) });
      }
      case 'product':
      case 'power':
        return this.#entry(this.raiser.orienter.formula(this.raiser.head(interned, scope)), positions);
      default:
        return unreachable(head);
    }
  }

  /** A closed part keeps its matrix notation where it has one. */
  #at(tensor: Tensor, positions: readonly Whole[], scope: Scope): Formula {
    if (tensor.dims.length > 0) return this.tensor(tensor, positions, scope);
    try {
      return this.raiser.formula(tensor, scope);
    } catch (error) {
      if (!(error instanceof NeedsIndices)) throw error;
      return this.tensor(tensor, [], scope);
    }
  }

  #unspecified(head: Extract<Head, { kind: 'unspecified' }>, dims: readonly Whole[], positions: readonly Whole[], scope: Scope): Formula {
    const { name, indices, entrywise, wrt } = head;
    if (entrywise) return scalar({ kind: 'unspecified', name, indices, entrywise, wrt, args: head.args.map((arg) => this.#at(arg, positions, scope)) });
    return this.#entry(
      scalarOrShaped({ kind: 'unspecified', name, indices, entrywise, wrt, args: head.args.map((arg) => this.raiser.formula(arg, scope)) }, dims),
      positions,
    );
  }

  #softmax(of: Tensor, positions: readonly Whole[], scope: Scope): Formula {
    try {
      const inner = this.raiser.formula(of, scope);
      return this.#entry({ kind: 'softmax', of: inner, axis: of.dims.length - 1, shape: inner.shape }, positions);
    } catch (error) {
      if (!(error instanceof NeedsIndices)) throw error;
    }
    const letter = freshLetter(undefined, undefined, scope, this.raiser.options.letters);
    const exponential = (at: readonly Whole[], inner: Scope): Formula => scalar({ kind: 'apply', operator: exp, args: [this.#at(of, at, inner)] });
    const total = scalar({
      kind: 'axisSum',
      letter,
      dim: of.dims.at(-1) ?? wholeLetter('?'),
      body: exponential([...positions.slice(0, -1), wholeLetter(letter)], new Set([...scope, letter])),
    });
    return scalar({ kind: 'quotient', numerator: exponential(positions, scope), denominator: total });
  }

  #entry(of: Formula, positions: readonly Whole[]): Formula {
    return positions.length === 0 ? of : scalar({ kind: 'entry', of, positions });
  }
}

/** Derivatives, then names as declared, then the rest. */
function compareHeads(a: InternedHead, b: InternedHead, order: DeclarationOrder): number {
  const rank = ({ head }: InternedHead): number => (head.kind !== 'symbol' ? 3 : head.quantity.kind === 'value' ? 2 : 1);
  const place = ({ head }: InternedHead): number => (head.kind === 'symbol' && head.quantity.kind !== 'partial' ? order(head.quantity.name) : 0);
  return rank(a) - rank(b) || place(a) - place(b) || (a.digest < b.digest ? -1 : Number(a.digest > b.digest));
}

const scalarOrShaped = (node: FormulaNode, dims: readonly Whole[]): Formula => ({ ...node, shape: { dims } });

function productOf(factors: readonly Formula[]): Formula {
  const [only] = factors;
  if (only === undefined) return number(ONE);
  return factors.length === 1 ? only : scalar({ kind: 'product', style: 'scalar', factors });
}
