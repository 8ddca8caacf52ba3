/**
 * The workspace: constructors of index networks over one intern table.
 *
 * Invariant: every Tensor that leaves here is normal: canonical nets, like terms collected, zero terms gone.
 */

import { Fault, InputError } from '../errors.js';
import type { Operator } from '../operators/row.js';
import { exp } from '../operators/table.js';
import { tensorAlgebra } from './algebra.js';
import { axisColours, type RawLeaf } from './canonical.js';
import { differentiate } from './differentiate.js';
import { expand } from './expand.js';
import { type Extent, InternTable, quantityKey, structuralNetKey } from './intern.js';
import { type NormaliserContext, normalise, RawNet } from './normalise.js';
import {
  addRational,
  isNegative,
  isOne,
  isWholeNumber,
  isZero,
  multiplyRational,
  negateRational,
  ONE,
  powerRational,
  type Rational,
  rational,
  rationalKey,
} from './rational.js';
import { rebuild, substituteLetters } from './rebuild.js';
import type { Head, InternedHead, Quantity, Tensor, Term } from './tensor.js';
import { addWhole, equalWhole, substituteWhole, subtractWhole, WHOLE_ONE, type Whole, wholeLetter, wholeName, wholeNumber, wholeValue } from './whole.js';
import type { Factor, NameFacts, Replacement, Variable, Workspace } from './workspace.js';

const asRational = (value: Rational | number): Rational => (typeof value === 'number' ? numberToRational(value) : value);

function numberToRational(value: number): Rational {
  if (Number.isInteger(value)) return rational(BigInt(value));
  if (Number.isInteger(value * 2)) return rational(BigInt(value * 2), 2n);
  throw new Fault(`the number ${value} is not exact; pass a Rational`);
}

const boundLetter = (depth: number): string => `§${depth}`;
/** Ranges of constant length up to this are written out. */
const WRITE_OUT = 12;
/** Orders of axes that are tried one by one. */
const MOST_ORDERS = 24;

export class NetworkWorkspace implements Workspace {
  readonly table = new InternTable();
  readonly expanded = new Map<number, Tensor>();
  readonly #facts = new Map<string, NameFacts>();
  readonly #used = new Set<string>();
  readonly #axes = new Map<string, CanonicalAxes>();
  /** Bodies with their bound letter put in, by body: the letter follows from it. */
  readonly #opened = new Map<string, Tensor>();
  readonly #totals = new Map<number, InternedHead>();
  readonly #quantities = new Map<number, readonly { readonly quantity: Quantity; readonly dims: readonly Whole[] }[]>();
  readonly #context: NormaliserContext = {
    head: (head, dims) => this.table.head(head, dims),
    tensor: (dims, terms) => this.table.tensor(dims, terms),
    collect: (dims, terms) => this.collect(dims, terms),
    sumLeaf: (sum, slots, power) => this.#sumLeaf(sum, slots, power),
    exponentialSum: (argument) => this.#exponentialSum(argument),
    softmaxHead: (argument) => this.table.head({ kind: 'softmax', of: argument }, argument.dims),
    isSumToOne: (head) => head.head.kind === 'softmax' || this.#fact(head)?.sumsToOne === true,
    isOrthogonal: (head) => this.#fact(head)?.orthogonal === true,
    diagonalOf: (sum) => this.#diagonalOf(sum),
    used: (head, fact) => {
      if (head.head.kind === 'symbol' && head.head.quantity.kind === 'value') this.#used.add(`${head.head.quantity.name}: ${fact}`);
    },
  };

  // ── facts ──

  assume(name: string, facts: NameFacts): void {
    this.#facts.set(name, { ...this.#facts.get(name), ...facts });
  }

  #memory = new WeakMap<object, Map<string, unknown>>();
  /** What stays when something is forgotten, and how much had been made when that was last settled. */
  #kept: Extent = { heads: 0, tensors: 0, made: -1 };
  #settled = -1;

  remember<X>(owner: object, key: string, make: () => X): X {
    const known = this.#memory.get(owner) ?? new Map<string, unknown>();
    this.#memory.set(owner, known);
    if (!known.has(key)) known.set(key, make());
    // The same key of the same owner is always asked for with the same type.
    return known.get(key) as X;
  }

  beginPassing(): void {
    const now = this.table.extent;
    if (now.made !== this.#settled) this.#kept = now;
  }

  endPassing(most: number): void {
    if (this.table.extent.tensors - this.#kept.tensors > most) this.#forget();
    this.#settled = this.table.extent.made;
  }

  #forget(): void {
    this.table.keepFirst(this.#kept);
    for (const known of [this.expanded, this.#axes, this.#opened, this.#totals, this.#quantities]) known.clear();
    this.#memory = new WeakMap();
  }

  takeUsedFacts(): readonly string[] {
    const used = [...this.#used].sort();
    this.#used.clear();
    return used;
  }

  #fact(head: InternedHead): NameFacts | undefined {
    return head.head.kind === 'symbol' && head.head.quantity.kind === 'value' ? this.#facts.get(head.head.quantity.name) : undefined;
  }

  // ── terms ──

  collect(dims: readonly Whole[], terms: readonly Term[]): Tensor {
    const sums = new Map<string, Term>();
    for (const term of terms) {
      const key = structuralNetKey(term.net);
      const known = sums.get(key);
      sums.set(key, known === undefined ? term : { coefficient: addRational(known.coefficient, term.coefficient), net: known.net });
    }
    const ordered = [...sums]
      .filter(([, term]) => !isZero(term.coefficient))
      .sort(([a, x], [b, y]) => x.net.leaves.length - y.net.leaves.length || (a < b ? -1 : 1));
    return this.table.tensor(
      dims,
      ordered.map(([, term]) => term),
    );
  }

  fromRaw(raw: RawNet): Tensor {
    const dims = raw.free.map((node) => raw.dims[node] as Whole);
    return this.collect(dims, normalise(raw, this.#context));
  }

  #single(head: InternedHead, slots?: readonly number[]): Tensor {
    const raw = new RawNet();
    raw.free = head.dims.map((dim) => raw.node(dim));
    raw.add(head, slots ?? raw.free);
    return this.fromRaw(raw);
  }

  // ── leaves ──

  zero(dims: readonly Whole[]): Tensor {
    return this.table.tensor(dims, []);
  }

  number(value: Rational | number): Tensor {
    const raw = new RawNet();
    raw.scale(asRational(value));
    return this.fromRaw(raw);
  }

  whole(value: Whole): Tensor {
    return this.#single(this.table.head({ kind: 'whole', value }, []));
  }

  ones(dims: readonly Whole[]): Tensor {
    const raw = new RawNet();
    raw.free = dims.map((dim) => raw.node(dim));
    return this.fromRaw(raw);
  }

  identity(dim: Whole): Tensor {
    return this.#single(this.table.head({ kind: 'delta', dim }, [dim, dim]));
  }

  symbol(quantity: Quantity, dims: readonly Whole[]): Tensor {
    const symmetric = quantity.kind === 'value' && dims.length === 2 && this.#facts.get(quantity.name)?.symmetric === true;
    return this.#single(this.table.head({ kind: 'symbol', quantity, dims }, dims, symmetric));
  }

  value(name: string, indices: readonly Whole[], dims: readonly Whole[]): Tensor {
    return this.symbol({ kind: 'value', name, indices }, dims);
  }

  indicator(of: Whole, relation: 'zero' | 'nonnegative'): Tensor {
    return this.#single(this.table.head({ kind: 'indicator', of, relation }, []));
  }

  inclusion(offset: Whole, part: Whole, total: Whole): Tensor {
    return this.#single(this.table.head({ kind: 'inclusion', offset, part, total }, [total, part]));
  }

  order(rows: Whole, columns: Whole, offset: Whole): Tensor {
    return this.#single(this.table.head({ kind: 'order', rows, columns, offset }, [rows, columns]));
  }

  // ── algebra ──

  add(...tensors: readonly Tensor[]): Tensor {
    const [first] = tensors;
    if (first === undefined) throw new Fault('a sum of nothing has no shape');
    for (const tensor of tensors) {
      if (tensor.dims.length !== first.dims.length || tensor.dims.some((dim, axis) => !equalWhole(dim, first.dims[axis] as Whole))) {
        throw new Fault(`shapes [${first.dims.map((dim) => dim.key)}] and [${tensor.dims.map((dim) => dim.key)}] are added`);
      }
    }
    return tensors.length === 1
      ? first
      : this.collect(
          first.dims,
          tensors.flatMap((tensor) => tensor.terms),
        );
  }

  scale(tensor: Tensor, by: Rational | number): Tensor {
    const factor = asRational(by);
    if (isOne(factor)) return tensor;
    return this.collect(
      tensor.dims,
      tensor.terms.map((term) => ({ coefficient: multiplyRational(term.coefficient, factor), net: term.net })),
    );
  }

  contract(free: readonly string[], factors: readonly Factor[], sizes?: ReadonlyMap<string, Whole>): Tensor {
    const raw = new RawNet();
    const nodes = new Map<string, number>();
    for (const { tensor, labels } of factors) {
      if (labels.length !== tensor.dims.length) throw new Fault(`${labels.length} labels for ${tensor.dims.length} axes`);
      labels.forEach((label, axis) => {
        if (!nodes.has(label)) nodes.set(label, raw.node(tensor.dims[axis] as Whole));
      });
    }
    raw.free = free.map((label) => {
      let node = nodes.get(label);
      if (node === undefined) {
        const size = sizes?.get(label);
        if (size === undefined) throw new Fault(`free label ${label} has no axis and no size`);
        node = raw.node(size);
        nodes.set(label, node);
      }
      return node;
    });
    const dims = raw.free.map((node) => raw.dims[node] as Whole);
    for (const { tensor, labels } of factors) {
      if (tensor.terms.length === 0) return this.zero(dims);
      const slots = labels.map((label) => nodes.get(label) ?? 0);
      tensor.dims.forEach((dim, axis) => {
        const expected = raw.dims[slots[axis] ?? 0];
        if (expected === undefined || !equalWhole(expected, dim)) throw new Fault(`axes of sizes ${expected?.key} and ${dim.key} are contracted`);
      });
      this.plug(raw, tensor, slots, ONE);
    }
    return this.collect(dims, normalise(raw, this.#context));
  }

  /** Multiplies a raw product by tensor[slots]^power. Powers must be ONE unless the tensor is a single product or gets wrapped as a sum. */
  plug(raw: RawNet, tensor: Tensor, slots: readonly number[], power: Rational): void {
    const [only] = tensor.terms;
    if (tensor.terms.length === 1 && only !== undefined) {
      if (isOne(power)) {
        raw.scale(only.coefficient);
        raw.plug(only.net, slots);
        return;
      }
      if (this.#powerDistributes(tensor, only, power)) {
        this.#scaleByPower(raw, only.coefficient, power);
        for (const leaf of only.net.leaves)
          raw.add(
            leaf.head,
            leaf.slots.map((slot) => slots[slot] ?? 0),
            multiplyRational(leaf.power, power),
          );
        return;
      }
    }
    if (tensor.terms.length === 0) {
      if (isNegative(power)) throw new InputError({ ruleId: 'division-by-zero', message: 'Something that is always zero is divided by.' });
      raw.scale(rational(0));
      return;
    }
    const { leaf, coefficient, conditions } = this.#sumLeaf(tensor, slots, power);
    raw.scale(coefficient);
    raw.leaves.push(leaf, ...conditions);
  }

  #powerDistributes(tensor: Tensor, term: Term, power: Rational): boolean {
    if (term.net.dims.length > tensor.dims.length) return false;
    if (isWholeNumber(power)) return true;
    return (
      !isNegative(term.coefficient) &&
      term.net.leaves.every((leaf) => isPositiveHead(leaf.head) || (isOne(leaf.power) && term.net.leaves.length === 1 && isOne(term.coefficient)))
    );
  }

  #scaleByPower(raw: RawNet, coefficient: Rational, power: Rational): void {
    if (isWholeNumber(power)) {
      raw.scale(powerRational(coefficient, Number(power.numerator)));
      return;
    }
    if (isOne(coefficient)) return;
    if (isNegative(coefficient)) throw new Fault('a fractional power of a negative coefficient is split');
    const part = (value: bigint, exponent: Rational): void => {
      if (value !== 1n) raw.add(this.table.head({ kind: 'whole', value: wholeNumber(Number(value)) }, []), [], exponent);
    };
    part(coefficient.numerator, power);
    part(coefficient.denominator, negateRational(power));
  }

  /** The sum as one leaf: its numeric content is pulled out, its axes put into canonical order. */
  #sumLeaf(given: Tensor, slots: readonly number[], power: Rational): SumLeaf {
    const conditions = isOne(power) ? commonConditions(given) : [];
    const sum = conditions.length === 0 ? given : this.#withoutLeaves(given, conditions);
    const content = isWholeNumber(power) ? contentOf(sum) : ONE;
    const primitive = isOne(content)
      ? sum
      : this.scale(sum, {
          numerator: content.denominator * (isNegative(content) ? -1n : 1n),
          denominator: content.numerator < 0n ? -content.numerator : content.numerator,
        });
    const axes = this.#canonicalAxes([primitive]);
    const of = axes.args[0] ?? primitive;
    const head = this.table.head({ kind: 'sum', of }, of.dims, axes.symmetric);
    return {
      leaf: { head, slots: axes.order.map((axis) => slots[axis] ?? 0), power },
      coefficient: isOne(content) ? ONE : powerRational(content, Number(power.numerator)),
      conditions,
    };
  }

  #withoutLeaves(tensor: Tensor, leaves: readonly RawLeaf[]): Tensor {
    const gone = new Set(leaves.map((leaf) => leaf.head));
    return this.collect(
      tensor.dims,
      tensor.terms.map(({ coefficient, net }) => ({ coefficient, net: { dims: net.dims, leaves: net.leaves.filter((leaf) => !gone.has(leaf.head)) } })),
    );
  }

  /** Chooses among all orders of the axes the one of least digest, so that A and Aᵀ under a permuting head give one leaf. */
  #canonicalAxes(args: readonly Tensor[]): CanonicalAxes {
    const rank = Math.max(0, ...args.map((arg) => arg.dims.length));
    if (rank < 2) return { args, order: Array.from({ length: rank }, (_, axis) => axis), symmetric: false };
    const key = args.map((arg) => arg.id).join(',');
    const known = this.#axes.get(key);
    if (known !== undefined) return known;
    const candidates = (rank <= 3 ? permutations(rank) : ordersByColour(args, rank)).map((order) => {
      const permuted = args.map((arg) => (arg.dims.length === rank ? this.permute(arg, order) : arg));
      return { args: permuted, order, digest: permuted.map((arg) => arg.digest).join() };
    });
    let best = candidates[0] as (typeof candidates)[number];
    for (const candidate of candidates) if (candidate.digest < best.digest) best = candidate;
    const made = { args: best.args, order: best.order, symmetric: rank === 2 && candidates[0]?.digest === candidates[1]?.digest };
    this.#axes.set(key, made);
    return made;
  }

  power(tensor: Tensor, exponent: Rational | number): Tensor {
    const power = asRational(exponent);
    if (isOne(power)) return tensor;
    const raw = new RawNet();
    raw.free = tensor.dims.map((dim) => raw.node(dim));
    if (!isZero(power)) this.plug(raw, tensor, raw.free, power);
    return this.fromRaw(raw);
  }

  apply(operator: Operator, ...args: readonly Tensor[]): Tensor {
    const shape = args.find((arg) => arg.dims.length > 0)?.dims ?? [];
    const algebra = tensorAlgebra(this, shape);
    const [only] = args;
    if (args.length === 1 && only !== undefined) {
      if (only.terms.length === 0 && operator.atZero !== undefined) return algebra.number(operator.atZero);
      if (operator.reflection !== undefined && hasNegativeLead(only)) return operator.reflection(algebra, this.apply(operator, this.scale(only, -1)));
      const inner = loneHead(only);
      if (operator.undoes !== undefined && inner?.kind === 'apply' && inner.operator.name === operator.undoes && operator.name === 'log')
        return inner.args[0] as Tensor;
      if (operator.name === 'exp' && inner?.kind === 'apply' && inner.operator.name === 'log') return inner.args[0] as Tensor;
    }
    const axes = this.#canonicalAxes(args);
    const dims = axes.order.map((axis) => shape[axis] as Whole);
    const head = this.table.head({ kind: 'apply', operator, args: axes.args }, dims, axes.symmetric);
    const raw = new RawNet();
    raw.free = shape.map((dim) => raw.node(dim));
    raw.add(
      head,
      axes.order.map((axis) => raw.free[axis] ?? 0),
    );
    return this.fromRaw(raw);
  }

  unspecified(
    name: string,
    indices: readonly Whole[],
    entrywise: boolean,
    dims: readonly Whole[],
    args: readonly Tensor[],
    wrt: readonly number[] = [],
  ): Tensor {
    const ordered = [...wrt].sort((a, b) => a - b);
    if (!entrywise) {
      const all = [...dims, ...ordered.flatMap((k) => args[k]?.dims ?? [])];
      const secondOfVector = dims.length === 0 && ordered.length === 2 && ordered[0] === ordered[1] && all.length === 2;
      const tensor = this.#single(this.table.head({ kind: 'unspecified', name, indices, entrywise, dims, args, wrt: ordered }, all, secondOfVector));
      return ordered.join() === wrt.join() ? tensor : this.permute(tensor, unsortedAxes(dims.length, args, wrt));
    }
    const axes = this.#canonicalAxes(args);
    const shape = axes.order.map((axis) => args[0]?.dims[axis] as Whole);
    const head = this.table.head({ kind: 'unspecified', name, indices, entrywise, dims: shape, args: axes.args, wrt: ordered }, shape, axes.symmetric);
    const raw = new RawNet();
    raw.free = (args[0]?.dims ?? []).map((dim) => raw.node(dim));
    raw.add(
      head,
      axes.order.map((axis) => raw.free[axis] ?? 0),
    );
    return this.fromRaw(raw);
  }

  softmax(tensor: Tensor): Tensor {
    return this.#single(this.table.head({ kind: 'softmax', of: tensor }, tensor.dims));
  }

  /** The first pair of axes that every term identifies by a delta, with the sum restricted to that diagonal. */
  #diagonalOf(sum: Tensor): { readonly axes: readonly [number, number]; readonly rest: Tensor } | undefined {
    const [first] = sum.terms;
    for (const leaf of first?.net.leaves ?? []) {
      const [a, b] = leaf.slots;
      if (leaf.head.head.kind !== 'delta' || a === undefined || b === undefined) continue;
      const everywhere = sum.terms.every((term) =>
        term.net.leaves.some((other) => other.head.head.kind === 'delta' && other.slots[0] === a && other.slots[1] === b),
      );
      if (!everywhere) continue;
      const labels = sum.dims.map((_, axis) => `${axis === b ? a : axis}`);
      const free = labels.filter((_, axis) => axis !== b);
      const parts = sum.terms.map((term) => this.contract(free, [{ tensor: this.table.tensor(sum.dims, [term]), labels }]));
      return { axes: [a, b], rest: this.add(...parts) };
    }
    return undefined;
  }

  #exponentialSum(argument: Tensor): InternedHead {
    const known = this.#totals.get(argument.id);
    if (known !== undefined) return known;
    const raw = new RawNet();
    const nodes = argument.dims.map((dim) => raw.node(dim));
    raw.free = nodes.slice(0, -1);
    const exponential = this.table.head({ kind: 'apply', operator: exp, args: [argument] }, argument.dims);
    raw.add(exponential, nodes);
    const total = this.fromRaw(raw);
    const single = total.terms[0]?.net.leaves[0]?.head;
    const head =
      total.dims.length === 0 && single !== undefined
        ? single
        : this.#sumLeaf(
            total,
            total.dims.map((_, axis) => axis),
            ONE,
          ).leaf.head;
    this.#totals.set(argument.id, head);
    return head;
  }

  rangeSum(letter: string, from: Whole, to: Whole, body: Tensor): Tensor {
    if (body.terms.length === 0) return body;
    const length = wholeValue(subtractWhole(addWhole(to, WHOLE_ONE), from));
    if (length !== undefined && length <= 0) return this.zero(body.dims);
    if (length !== undefined && length <= WRITE_OUT) {
      const at = (step: number): Tensor => this.substituteLetters(body, new Map([[letter, addWhole(from, wholeNumber(step))]]));
      return this.add(...Array.from({ length }, (_, step) => at(step)));
    }
    const solved = this.#solveIndicator(letter, from, to, body);
    if (solved !== undefined) return solved;
    const outside = commonConditions(body).filter((leaf) => !leaf.head.letters.has(letter));
    if (outside.length > 0) {
      const labels = body.dims.map((_, axis) => `${axis}`);
      const factors = outside.map((leaf) => ({ tensor: this.#single(leaf.head), labels: [] }));
      return this.contract(
        labels,
        [...factors, { tensor: this.rangeSum(letter, from, to, this.#withoutLeaves(body, outside)), labels }],
        new Map(labels.map((label, axis) => [label, body.dims[axis] as Whole])),
      );
    }
    const bound = boundLetter(body.binders + 1);
    const inner = letter === bound ? body : this.substituteLetters(body, new Map([[letter, wholeLetter(bound)]]));
    const axes = this.#canonicalAxes([inner]);
    const of = axes.args[0] ?? inner;
    const head = this.table.head({ kind: 'rangeSum', letter: bound, from, to, of }, of.dims, axes.symmetric);
    const raw = new RawNet();
    raw.free = body.dims.map((dim) => raw.node(dim));
    raw.add(
      head,
      axes.order.map((axis) => raw.free[axis] ?? 0),
    );
    return this.fromRaw(raw);
  }

  /** Σ_t [t = e] X(t) = [from ≤ e ≤ to] X(e), term by term. */
  #solveIndicator(letter: string, from: Whole, to: Whole, body: Tensor): Tensor | undefined {
    const rest: Term[] = [];
    const done: Tensor[] = [];
    for (const term of body.terms) {
      const place = solvedPlace(term, letter);
      if (place === undefined) rest.push(term);
      else {
        const one = this.substituteLetters(this.table.tensor(body.dims, [term]), new Map([[letter, place]]));
        const inside = [this.indicator(subtractWhole(place, from), 'nonnegative'), this.indicator(subtractWhole(to, place), 'nonnegative')];
        const labels = body.dims.map((_, axis) => `${axis}`);
        done.push(
          this.contract(
            labels,
            [...inside.map((tensor) => ({ tensor, labels: [] })), { tensor: one, labels }],
            new Map(labels.map((label, axis) => [label, body.dims[axis] as Whole])),
          ),
        );
      }
    }
    if (done.length === 0) return undefined;
    return this.add(...done, this.rangeSum(letter, from, to, this.table.tensor(body.dims, rest)));
  }

  product(letter: string, from: Whole, to: Whole, step: 1 | -1, body: Tensor): Tensor {
    const [dim] = body.dims;
    if (body.dims.length !== 2 || dim === undefined) throw new Fault('an ordered product needs square matrices');
    const length = wholeValue(addWhole(step === 1 ? subtractWhole(to, from) : subtractWhole(from, to), WHOLE_ONE));
    if (length !== undefined && length <= 0) return this.identity(dim);
    if (length !== undefined && length <= WRITE_OUT) {
      const factors = Array.from({ length }, (_, k) => ({
        tensor: this.substituteLetters(body, new Map([[letter, addWhole(from, wholeNumber(step * k))]])),
        labels: [`${k}`, `${k + 1}`],
      }));
      return this.contract(['0', `${length}`], factors);
    }
    const bound = boundLetter(body.binders + 1);
    const of = letter === bound ? body : this.substituteLetters(body, new Map([[letter, wholeLetter(bound)]]));
    return this.#single(this.table.head({ kind: 'product', letter: bound, from, to, step, of }, of.dims));
  }

  matrixPower(tensor: Tensor, exponent: Whole): Tensor {
    const value = wholeValue(exponent);
    if (tensor.dims.length === 0 && value !== undefined) return this.power(tensor, value);
    if (value === 0) return this.identity(tensor.dims[0] as Whole);
    if (value === 1) return tensor;
    if (value !== undefined && value > 1 && value <= WRITE_OUT) {
      return this.contract(
        ['0', `${value}`],
        Array.from({ length: value }, (_, k) => ({ tensor, labels: [`${k}`, `${k + 1}`] })),
      );
    }
    return this.#single(this.table.head({ kind: 'power', of: tensor, exponent }, tensor.dims));
  }

  held(tensor: Tensor): Tensor {
    return tensor.terms.length === 0 ? tensor : this.#single(this.table.head({ kind: 'held', of: tensor }, tensor.dims));
  }

  permute(tensor: Tensor, order: readonly number[]): Tensor {
    if (order.every((axis, index) => axis === index)) return tensor;
    const dims = order.map((axis) => tensor.dims[axis] as Whole);
    const terms = tensor.terms.flatMap((term) => {
      const raw = new RawNet();
      const nodes = tensor.dims.map((dim) => raw.node(dim));
      raw.free = order.map((axis) => nodes[axis] ?? 0);
      raw.scale(term.coefficient);
      raw.plug(term.net, nodes);
      return normalise(raw, this.#context);
    });
    return this.collect(dims, terms);
  }

  // ── passes ──

  expand(tensor: Tensor): Tensor {
    return expand(this, tensor);
  }

  substituteLetters(tensor: Tensor, letters: ReadonlyMap<string, Whole>): Tensor {
    return substituteLetters(this, tensor, letters);
  }

  replace(tensor: Tensor, by: (quantity: Quantity, dims: readonly Whole[]) => Tensor | undefined): Tensor {
    return rebuild(this, tensor, { symbol: by });
  }

  differentiate(tensor: Tensor, name: string, indices: readonly Whole[], dims: readonly Whole[]): Tensor {
    return differentiate(this, tensor, { kind: 'value', name, indices }, dims);
  }

  differentiateBy(tensor: Tensor, variable: Variable, dims: readonly Whole[]): Tensor {
    return differentiate(this, tensor, variable, dims);
  }

  rebuild(tensor: Tensor, replacement: Replacement): Tensor {
    return rebuild(this, tensor, replacement);
  }

  open(head: Extract<Head, { kind: 'rangeSum' | 'product' }>): { readonly letter: string; readonly body: Tensor } {
    let depth = 1;
    while (head.of.letters.has(`¤${depth}`)) depth += 1;
    const letter = `¤${depth}`;
    const key = `${head.of.id} ${head.letter}`;
    let body = this.#opened.get(key);
    if (body === undefined) this.#opened.set(key, (body = this.substituteLetters(head.of, new Map([[head.letter, wholeLetter(letter)]]))));
    return { letter, body };
  }

  fromTerms(dims: readonly Whole[], terms: readonly Term[]): Tensor {
    return this.collect(dims, terms);
  }

  quantities(tensor: Tensor): readonly { readonly quantity: Quantity; readonly dims: readonly Whole[] }[] {
    const known = this.#quantities.get(tensor.id);
    if (known !== undefined) return known;
    const found = new Map<string, { quantity: Quantity; dims: readonly Whole[] }>();
    const seen = new Set<number>();
    const visit = (current: Tensor): void => {
      if (seen.has(current.id)) return;
      seen.add(current.id);
      for (const term of current.terms) for (const leaf of term.net.leaves) visitHead(leaf.head.head);
    };
    const visitHead = (head: Head): void => {
      if (head.kind === 'symbol') found.set(quantityKey(head.quantity), { quantity: head.quantity, dims: head.dims });
      else if (head.kind === 'apply' || head.kind === 'unspecified') head.args.forEach(visit);
      else if ('of' in head && head.kind !== 'indicator') visit(head.of);
    };
    visit(tensor);
    const list = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
    this.#quantities.set(tensor.id, list);
    return list;
  }

  letters(tensor: Tensor): ReadonlySet<string> {
    return tensor.letters;
  }
}

interface SumLeaf {
  readonly leaf: RawLeaf;
  readonly coefficient: Rational;
  /** Conditions that all terms share: they stand beside the sum, where a summed letter can be solved from them. */
  readonly conditions: readonly RawLeaf[];
}

function commonConditions(sum: Tensor): readonly RawLeaf[] {
  const [first, ...others] = sum.terms;
  if (first === undefined || others.length === 0) return first === undefined ? [] : first.net.leaves.filter((leaf) => leaf.head.head.kind === 'indicator');
  return first.net.leaves.filter(
    (leaf) => leaf.head.head.kind === 'indicator' && others.every(({ net }) => net.leaves.some((other) => other.head === leaf.head)),
  );
}

interface CanonicalAxes {
  readonly args: readonly Tensor[];
  /** Axis k of the canonical form is axis order[k] of the original. */
  readonly order: readonly number[];
  readonly symmetric: boolean;
}

function permutations(rank: number): number[][] {
  if (rank === 0) return [[]];
  return permutations(rank - 1)
    .flatMap((rest) => Array.from({ length: rank }, (_, at) => [...rest.slice(0, at), rank - 1, ...rest.slice(at)]))
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

/** Orders of many axes: by what tells them apart in all terms, every order of those that are alike (if there are few of them). */
function ordersByColour(args: readonly Tensor[], rank: number): readonly number[][] {
  const colours = Array.from({ length: rank }, (): string[] => []);
  for (const arg of args) {
    if (arg.dims.length !== rank) continue;
    for (const { coefficient, net } of arg.terms) {
      const name = net.leaves.map(({ head }) => head.digest).sort();
      axisColours(net, rank).forEach((colour, axis) => {
        colours[axis]?.push(`${rationalKey(coefficient)} ${colour} ${name.join()}`);
      });
    }
  }
  const groups = new Map<string, number[]>();
  colours.forEach((all, axis) => {
    const colour = all.sort().join('|');
    groups.set(colour, [...(groups.get(colour) ?? []), axis]);
  });
  const cells = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
  const count = cells.reduce((product, { length }) => product * factorial(length), 1);
  if (count > MOST_ORDERS) return [cells.flat()];
  return cells.reduce<number[][]>(
    (orders, cell) => orders.flatMap((order) => permutations(cell.length).map((within) => [...order, ...within.map((at) => cell[at] as number)])),
    [[]],
  );
}

const factorial = (count: number): number => (count < 2 ? 1 : count * factorial(count - 1));

/** Numeric content of a sum, signed so that the first term becomes positive. */
function contentOf(sum: Tensor): Rational {
  let numerator = 0n;
  let denominator = 1n;
  const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : divisor(b, a % b));
  for (const { coefficient } of sum.terms) {
    numerator = divisor(numerator, coefficient.numerator < 0n ? -coefficient.numerator : coefficient.numerator);
    denominator = (denominator / divisor(denominator, coefficient.denominator)) * coefficient.denominator;
  }
  const lead = sum.terms[0]?.coefficient ?? ONE;
  return rational(isNegative(lead) ? -numerator : numerator, denominator);
}

/** The sign convention of arguments: a pair f(x), f(−x) keeps the argument whose first term is positive. */
const hasNegativeLead = (tensor: Tensor): boolean => tensor.terms[0] !== undefined && isNegative(tensor.terms[0].coefficient);

const isPositiveHead = (head: InternedHead): boolean =>
  head.head.kind === 'whole' || head.head.kind === 'softmax' || (head.head.kind === 'apply' && head.head.operator.range.low >= 0);

function loneHead(tensor: Tensor): Head | undefined {
  const [term] = tensor.terms;
  const [leaf] = term?.net.leaves ?? [];
  if (tensor.terms.length !== 1 || term === undefined || leaf === undefined || term.net.leaves.length !== 1) return undefined;
  const identity = leaf.slots.length === tensor.dims.length && leaf.slots.every((slot, axis) => slot === axis);
  return isOne(term.coefficient) && isOne(leaf.power) && identity ? leaf.head.head : undefined;
}

function solvedPlace(term: Term, letter: string): Whole | undefined {
  for (const leaf of term.net.leaves) {
    if (leaf.head.head.kind !== 'indicator' || leaf.head.head.relation !== 'zero' || !leaf.head.letters.has(letter)) continue;
    const rest = substituteWhole(leaf.head.head.of, new Map([[letter, wholeNumber(0)]]));
    const slope = subtractWhole(leaf.head.head.of, rest);
    if (wholeName(slope) === letter) return subtractWhole(wholeNumber(0), rest);
    if (wholeName(subtractWhole(wholeNumber(0), slope)) === letter) return rest;
  }
  return undefined;
}

function unsortedAxes(rank: number, args: readonly Tensor[], wrt: readonly number[]): number[] {
  const sorted = wrt.map((k, position) => ({ k, position })).sort((a, b) => a.k - b.k || a.position - b.position);
  const start = new Map<number, number>();
  let at = rank;
  for (const { k, position } of sorted) {
    start.set(position, at);
    at += args[k]?.dims.length ?? 0;
  }
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  wrt.forEach((k, position) => {
    const from = start.get(position) ?? 0;
    for (let axis = 0; axis < (args[k]?.dims.length ?? 0); axis += 1) axes.push(from + axis);
  });
  return axes;
}

/** An empty workspace. Nothing is shared between workspaces. */
export const createWorkspace = (): Workspace => new NetworkWorkspace();
