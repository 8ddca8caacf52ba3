/**
 * Takes equations apart until each definition has one of the three forms that kernels know.
 *
 * Every contraction, function application and softmax inside a formula becomes a definition of its own, shared by all formulas that hold it
 * (up to a shift of the letters: f_{t+1} in one is f_t in another). So backward equations find what the forward pass has computed already.
 * Sizes are numbers here; the recursion follows the nesting of heads.
 */

import {
  evaluateWhole,
  type InternedHead,
  type Leaf,
  shiftWhole,
  substituteWhole,
  type Tensor,
  type Term,
  WHOLE_ZERO,
  type Whole,
  type Workspace,
  wholeLetter,
  wholeName,
  wholeNumber,
  wholeValue,
} from '../../network/index.js';
import { isOne, multiplyRational, rationalToNumber } from '../../network/rational.js';
import {
  type BoundLetter,
  type Definition,
  type Factor,
  type Form,
  type Given,
  indexInterval,
  type Letter,
  NotPlannable,
  type Product,
  type Sizes,
} from './definitions.js';
import { components, constantEntries, headTensor, isConstant, isLoneSum, isPlain, leafFactor, lettersOfHead, placed, placedDims, symbolOf } from './nets.js';

/** Letters that may stand in a formula, outermost first. */
export type LetterScope = readonly { readonly letter: string; readonly low: number; readonly high: number }[];

/** A formula of the model: name_{indices} = value. */
export interface SourceEquation {
  readonly name: string;
  readonly indices: readonly Whole[];
  readonly letters: readonly Letter[];
  readonly dims: readonly number[];
  readonly value: Tensor;
}

interface Auxiliary {
  readonly name: string;
  /** Where an equation of the model holds; the compiler's own definitions reach as far as they are read. */
  readonly ranges?: readonly Letter[];
  /** How far the definition's own letters stand from those of the canonical form. */
  readonly shifts: readonly number[];
}

const axisNames = (count: number): string[] => Array.from({ length: count }, (_, k) => `${k}`);
const rangesOf = (scope: LetterScope): Map<string, { low: number; high: number }> => new Map(scope.map(({ letter, low, high }) => [letter, { low, high }]));

export class Flattener {
  readonly definitions: Definition[] = [];
  readonly givens = new Map<string, Given>();
  /** Names with a batch axis. */
  readonly batched: Set<string>;
  readonly #auxiliaries = new Map<string, Auxiliary>();
  readonly #constants = new Map<InternedHead, string>();
  #count = 0;
  /** Own definitions that were read at several shifts although they stand where they were first read. */
  readonly conflicts = new Set<string>();

  constructor(
    readonly workspace: Workspace,
    private readonly sizes: Sizes,
    /** Names that equations compute. */
    private readonly computed: ReadonlySet<string>,
    batched: ReadonlySet<string>,
    /** Own definitions that have to stand in their canonical place, known from an earlier attempt. */
    private readonly canonicalOnly: ReadonlySet<string>,
  ) {
    this.batched = new Set(batched);
  }

  /** Makes whole right sides known by their names, before any of them is taken apart. */
  announce({ name, indices, letters, value }: SourceEquation): void {
    if (indices.length !== letters.length || !indices.every((index) => wholeName(index) !== undefined)) return;
    const { key, order, shifts } = this.#canonical(value, letters);
    if (order.length !== indices.length || !indices.every((index, k) => order[k] === wholeName(index)) || [...shifts.values()].some((shift) => shift !== 0))
      return;
    if (!this.#auxiliaries.has(key)) this.#auxiliaries.set(key, { name, ranges: letters, shifts: letters.map(() => 0) });
  }

  define(equation: SourceEquation): void {
    const form = this.#form(equation.value, equation.letters, this.batched.has(equation.name));
    this.definitions.push({ name: equation.name, indices: equation.indices, letters: equation.letters, dims: equation.dims, form });
  }

  /** Whether a value in the tensor has a batch axis. */
  #isBatched(tensor: Tensor): boolean {
    return this.workspace.quantities(tensor).some(({ quantity }) => quantity.kind === 'value' && this.batched.has(quantity.name));
  }

  #form(given: Tensor, scope: LetterScope, batched: boolean): Form {
    const value = this.#unwrapped(given);
    const [only] = value.terms;
    const leaf = only?.net.leaves[0];
    if (
      value.terms.length === 1 &&
      only?.net.leaves.length === 1 &&
      leaf?.head.head.kind === 'softmax' &&
      isOne(only.coefficient) &&
      isOne(leaf.power) &&
      leaf.slots.every((slot, axis) => slot === axis)
    ) {
      return { kind: 'softmax', ...this.materialise(leaf.head.head.of, scope) };
    }
    const sumsBatch = (term: Term): boolean => !batched && this.#isBatched(this.workspace.fromTerms(value.dims, [term]));
    if (value.terms.length > 0 && value.terms.every((term) => this.#isContraction(term, value.dims.length) || sumsBatch(term))) {
      return {
        kind: 'contraction',
        products: value.terms.flatMap((term) => this.#products(term, axisNames(value.dims.length).map(Number), value.dims, [], scope)),
      };
    }
    return { kind: 'pointwise', tensor: this.#pointwise(value, scope, value, batched) };
  }

  /** Scalars that sum over axes stand as one leaf of their own: here they are opened. */
  #unwrapped(tensor: Tensor): Tensor {
    const { workspace } = this;
    if (tensor.dims.length > 0 || !tensor.terms.some(({ net }) => isLoneSum(net))) return tensor;
    const terms = tensor.terms.flatMap((term) => {
      const head = term.net.leaves[0]?.head.head;
      return isLoneSum(term.net) && head?.kind === 'sum'
        ? head.of.terms.map((inner) => ({ coefficient: multiplyRational(term.coefficient, inner.coefficient), net: inner.net }))
        : [term];
    });
    return workspace.fromTerms([], terms);
  }

  /** One component that carries every free axis and sums over something. */
  #isContraction({ net }: Term, rank: number): boolean {
    const [leaf] = net.leaves;
    if (net.leaves.length === 1 && leaf?.head.head.kind === 'rangeSum' && isOne(leaf.power))
      return net.dims.length === rank && new Set(leaf.slots).size === rank && leaf.slots.length === rank;
    if (net.dims.length === rank) return false;
    const carried = new Set(net.leaves.flatMap(({ slots }) => slots));
    return axisNames(rank).every((axis) => carried.has(Number(axis))) && components(net, rank).length === 1;
  }

  /** A tensor without sums over axes or letters, the rest having become definitions. `whole` is what must not be replaced by its own name. */
  #pointwise(tensor: Tensor, scope: LetterScope, whole: Tensor | undefined, batched: boolean): Tensor {
    const { workspace } = this;
    const rank = tensor.dims.length;
    const plain: Tensor[] = [];
    const grouped = new Map<string, Term[]>();
    for (const term of tensor.terms) {
      const alone = workspace.fromTerms(tensor.dims, [term]);
      if (!batched && this.#isBatched(alone)) plain.push(this.#reference(alone, scope, batched));
      else if (this.#isContraction(term, rank) && tensor.terms.length > 1) {
        const key = this.#readsComputed(term, tensor.dims) ? 'late' : 'early';
        grouped.set(key, [...(grouped.get(key) ?? []), term]);
      } else plain.push(this.#pointwiseTerm(term, tensor.dims, scope, whole, batched));
    }
    const sums = [...grouped.values()].map((terms) => this.#reference(workspace.fromTerms(tensor.dims, terms), scope, batched));
    return workspace.add(workspace.zero(tensor.dims), ...plain, ...sums);
  }

  #readsComputed(term: Term, dims: readonly Whole[]): boolean {
    return this.workspace
      .quantities(this.workspace.fromTerms(dims, [term]))
      .some(({ quantity }) => quantity.kind === 'value' && (this.computed.has(quantity.name) || !this.givens.has(quantity.name)));
  }

  #pointwiseTerm(term: Term, dims: readonly Whole[], scope: LetterScope, whole: Tensor | undefined, batched: boolean): Tensor {
    const { workspace } = this;
    const rank = dims.length;
    const factors: { tensor: Tensor; labels: string[] }[] = [];
    for (const component of components(term.net, rank)) {
      if (component.summed.length === 0) {
        for (const leaf of component.leaves)
          factors.push({ tensor: workspace.power(this.#head(leaf.head, scope, whole, batched), leaf.power), labels: leaf.slots.map(String) });
        continue;
      }
      const labels = [...new Set(component.leaves.flatMap(({ slots }) => slots))].filter((slot) => slot < rank).sort((a, b) => a - b);
      const tensor = workspace.contract(
        labels.map(String),
        component.leaves.map((leaf) => leafFactor(workspace, leaf)),
      );
      factors.push({
        tensor: this.#isAlreadySimple(tensor) ? this.#pointwise(tensor, scope, undefined, batched) : this.#reference(tensor, scope, batched),
        labels: labels.map(String),
      });
    }
    const sizes = new Map(dims.map((dim, axis) => [`${axis}`, dim]));
    return workspace.scale(workspace.contract(axisNames(rank), factors, sizes), term.coefficient);
  }

  /** Normalising may have removed the sum altogether. */
  #isAlreadySimple(tensor: Tensor): boolean {
    return tensor.terms.every(({ net }) => net.dims.length === tensor.dims.length && net.leaves.every(({ head }) => head.head.kind === 'symbol'));
  }

  #head(interned: InternedHead, scope: LetterScope, whole: Tensor | undefined, batched: boolean): Tensor {
    const { workspace } = this;
    const { head } = interned;
    switch (head.kind) {
      case 'symbol':
        if (head.quantity.kind !== 'value') throw new NotPlannable('a derivative without an equation');
        return workspace.symbol(head.quantity, head.dims);
      case 'held':
      case 'sum':
        return this.#pointwise(head.of, scope, undefined, batched);
      case 'apply': {
        const own = headTensor(workspace, interned);
        if (own !== whole) return this.#reference(own, scope, batched);
        return workspace.apply(head.operator, ...head.args.map((arg) => this.#pointwise(arg, scope, undefined, batched)));
      }
      case 'softmax':
      case 'rangeSum':
        return this.#reference(headTensor(workspace, interned), scope, batched);
      case 'delta':
      case 'whole':
      case 'indicator':
      case 'inclusion':
      case 'order': {
        const { name, indices } = this.#constant(interned, scope);
        return workspace.value(name, indices, interned.dims);
      }
      case 'unspecified':
        throw new NotPlannable(`the unspecified function ${head.name}`);
      case 'product':
        throw new NotPlannable('an ordered product');
      case 'power':
        throw new NotPlannable('a matrix power');
    }
  }

  /** A value that holds exactly the tensor: itself where it is one, else a definition. */
  materialise(tensor: Tensor, scope: LetterScope): { name: string; indices: readonly Whole[] } {
    const [term] = this.#reference(tensor, scope, this.#isBatched(tensor)).terms;
    const quantity = symbolOf(term?.net.leaves[0]);
    if (quantity === undefined) throw new NotPlannable('a value of no shape of its own');
    return { name: quantity.name, indices: quantity.indices.map((index) => this.sizes.index(index)) };
  }

  /** The tensor by name: a definition of its own (or one made before), read at the right indices. */
  #reference(tensor: Tensor, scope: LetterScope, batched: boolean): Tensor {
    const { workspace } = this;
    const [only] = tensor.terms;
    if (tensor.terms.length === 1 && only !== undefined && isPlain(only, tensor.dims.length) && isOne(only.coefficient)) return tensor;
    const canonical = this.#canonical(tensor, scope);
    const sums = !batched && this.#isBatched(tensor);
    const key = `${canonical.key}${sums ? ' summed' : ''}`;
    const ranges = rangesOf(scope);
    let auxiliary = this.#auxiliaries.get(key);
    if (auxiliary === undefined || !reaches(auxiliary, canonical, ranges)) {
      // Sums of products stay where they are first read, so that one round of a loop computes what it reads; pointwise values go to where they are latest.
      const name = `#${this.#count++}`;
      const contracts = !this.canonicalOnly.has(name) && tensor.terms.every((term) => this.#isContraction(term, tensor.dims.length));
      auxiliary = { name, shifts: canonical.order.map((letter) => (contracts ? (canonical.shifts.get(letter) as number) : 0)) };
      this.#auxiliaries.set(key, auxiliary);
      this.#defineAuxiliary(auxiliary, tensor, canonical, ranges, sums);
    }
    const { name, shifts } = auxiliary;
    if (canonical.order.some((letter, k) => shifts[k] !== 0 && shifts[k] !== canonical.shifts.get(letter))) this.conflicts.add(name);
    return workspace.value(
      name,
      canonical.order.map((letter, k) => shiftWhole(wholeLetter(letter), (canonical.shifts.get(letter) as number) - (shifts[k] as number))),
      tensor.dims,
    );
  }

  #defineAuxiliary(
    { name, shifts }: Auxiliary,
    tensor: Tensor,
    canonical: { readonly tensor: Tensor; readonly order: readonly string[]; readonly shifts: ReadonlyMap<string, number> },
    ranges: ReadonlyMap<string, { low: number; high: number }>,
    sums: boolean,
  ): void {
    const letters = canonical.order.map((letter, k) => {
      const shift = (canonical.shifts.get(letter) as number) - (shifts[k] as number);
      const range = ranges.get(letter) as { low: number; high: number };
      return { letter: `τ${k}`, low: range.low + shift, high: range.high + shift };
    });
    if (!sums && this.#isBatched(tensor)) this.batched.add(name);
    const moved = this.workspace.substituteLetters(
      canonical.tensor,
      new Map(letters.map(({ letter }, k) => [letter, shiftWhole(wholeLetter(letter), shifts[k] as number)])),
    );
    const form = this.#form(moved, letters, !sums);
    this.definitions.push({ name, indices: letters.map(({ letter }) => wholeLetter(letter)), letters, dims: this.#numbers(tensor.dims), form });
  }

  /** The tensor with its letters renamed and shifted so that the latest reading of each is at the letter itself. */
  #canonical(tensor: Tensor, scope: LetterScope): { tensor: Tensor; key: string; order: readonly string[]; shifts: ReadonlyMap<string, number> } {
    const { workspace } = this;
    const free = workspace.letters(tensor);
    const order = scope.map(({ letter }) => letter).filter((letter) => free.has(letter));
    const shifts = new Map(order.map((letter) => [letter, this.#latest(tensor, letter)]));
    const moved = workspace.substituteLetters(
      tensor,
      new Map(order.map((letter, k) => [letter, shiftWhole(wholeLetter(`τ${k}`), -(shifts.get(letter) as number))])),
    );
    return { tensor: moved, key: `${moved.id}`, order, shifts };
  }

  #latest(tensor: Tensor, letter: string): number {
    let latest = Number.NEGATIVE_INFINITY;
    for (const { quantity } of this.workspace.quantities(tensor)) {
      if (quantity.kind !== 'value') continue;
      for (const index of quantity.indices) {
        const settled = this.sizes.index(index);
        const offset = wholeValue(substituteWhole(settled, new Map([[letter, wholeNumber(0)]])));
        const unit = wholeValue(substituteWhole(settled, new Map([[letter, wholeNumber(1)]])));
        if (offset !== undefined && unit === offset + 1) latest = Math.max(latest, offset);
      }
    }
    return Number.isFinite(latest) ? latest : 0;
  }

  #numbers(dims: readonly Whole[]): number[] {
    return dims.map((dim) => this.sizes.number(dim));
  }

  #evaluated(whole: Whole, letters: ReadonlyMap<string, number>): number {
    return evaluateWhole(this.sizes.index(whole), letters) as number;
  }

  /** Masks, identities and numbers that depend on letters: arrays filled when the plan is made. */
  #constant(interned: InternedHead, scope: LetterScope): { name: string; indices: readonly Whole[] } {
    const letters = scope.filter(({ letter }) => lettersOfHead(interned.head).has(letter));
    const name = this.#constants.get(interned) ?? `K${this.#constants.size}`;
    this.#constants.set(interned, name);
    const known = this.givens.get(name);
    const hull = letters.map(({ letter, low, high }, k) => ({
      letter,
      low: Math.min(low, known?.letters[k]?.low ?? low),
      high: Math.max(high, known?.letters[k]?.high ?? high),
    }));
    this.givens.set(name, {
      name,
      letters: hull,
      dims: this.#numbers(interned.dims),
      fill: (values) => constantEntries(interned.head, this.#numbers(interned.dims), (whole) => this.#evaluated(whole, values)),
    });
    return { name, indices: letters.map(({ letter }) => wholeLetter(letter)) };
  }

  /** A term as products. `slots` places the term's free axes; bound letters accumulate on the way into range sums. */
  #products(term: Term, slots: readonly number[], dims: readonly Whole[], bound: readonly BoundLetter[], scope: LetterScope): Product[] {
    const { workspace } = this;
    const [leaf] = term.net.leaves;
    const rank = dims.length;
    if (term.net.leaves.length === 1 && leaf?.head.head.kind === 'rangeSum' && this.#isContraction(term, rank)) {
      const { letter, body } = workspace.open(leaf.head.head);
      const ranges = rangesOf(scope);
      const [from, to] = [this.sizes.index(leaf.head.head.from), this.sizes.index(leaf.head.head.to)];
      const inner: BoundLetter = { letter, from, to, low: indexInterval(from, ranges).low, high: indexInterval(to, ranges).high };
      return body.terms.flatMap((part) => {
        const scaled = workspace.scale(workspace.fromTerms(body.dims, [part]), term.coefficient).terms[0];
        return scaled === undefined
          ? []
          : this.#products(
              scaled,
              leaf.slots.map((slot) => slots[slot] as number),
              body.dims.map((_, axis) => dims[leaf.slots[axis] as number] as Whole),
              [...bound, inner],
              [...scope, { letter, low: inner.low, high: inner.high }],
            );
      });
    }
    return [this.#product(term, slots, rank, bound, scope)];
  }

  #product(term: Term, slots: readonly number[], rank: number, bound: readonly BoundLetter[], scope: LetterScope): Product {
    const inclusions: Leaf[] = [];
    const others: Leaf[] = [];
    for (const leaf of term.net.leaves) {
      const blocks = leaf.head.head.kind === 'inclusion' && (leaf.slots[0] ?? -1) >= rank;
      if (blocks && inclusions.some((other) => other.slots[0] === leaf.slots[0])) throw new NotPlannable('blocks of blocks');
      (blocks ? inclusions : others).push(leaf);
    }
    const factors = this.#grouped(others).map((leaves, k) => {
      const own = [...new Set(leaves.flatMap((leaf) => leaf.slots))].sort((x, y) => x - y);
      return this.#factor(leaves, own, k === 0 ? rationalToNumber(term.coefficient) : 1, scope);
    });
    if (factors.length === 0) throw new NotPlannable('a product of nothing');
    return {
      factors: factors.map((factor) => placed(factor, slots, rank, inclusions, this.sizes)),
      dims: placedDims(this.#numbers(term.net.dims), slots),
      bound,
    };
  }

  /**
   * Leaves that are one value: over the same slots, where one moves with no letter that the other does not (s_i ⊙ h_j would need room for all i and j).
   * Scalars join values that move with their letters. Fewest slots first.
   */
  #grouped(leaves: readonly Leaf[]): Leaf[][] {
    const groups: { readonly slots: string; readonly letters: ReadonlySet<string>; readonly leaves: Leaf[] }[] = [];
    const entries = leaves.map((leaf) => ({
      leaf,
      slots: [...new Set(leaf.slots)].sort((x, y) => x - y).join(),
      letters: this.workspace.letters(headTensor(this.workspace, leaf.head)),
    }));
    const bySize = entries.sort(
      (x, y) => Number(x.slots === '') - Number(y.slots === '') || y.letters.size - x.letters.size || x.slots.length - y.slots.length,
    );
    for (const { leaf, slots, letters } of bySize) {
      const fits = groups.filter((group) => (slots === '' || group.slots === slots) && [...letters].every((letter) => group.letters.has(letter)));
      const home = fits.sort((x, y) => x.slots.length - y.slots.length)[0];
      if (home === undefined) groups.push({ slots, letters, leaves: [leaf] });
      else home.leaves.push(leaf);
    }
    return groups.sort((x, y) => x.slots.length - y.slots.length).map((group) => group.leaves);
  }

  /** Leaves over the same slots as one value. */
  #factor(leaves: readonly Leaf[], slots: readonly number[], coefficient: number, scope: LetterScope): Factor {
    const { workspace } = this;
    const [only] = leaves;
    const plain = symbolOf(only);
    if (leaves.length === 1 && only !== undefined && isOne(only.power) && coefficient === 1) {
      if (plain !== undefined)
        return {
          name: plain.name,
          indices: plain.indices.map((index) => this.sizes.index(index)),
          slots: only.slots,
          offsets: only.slots.map(() => WHOLE_ZERO),
        };
      if (isConstant(only.head.head)) return { ...this.#constant(only.head, scope), slots: only.slots, offsets: only.slots.map(() => WHOLE_ZERO) };
    }
    const product = workspace.scale(
      workspace.contract(
        slots.map(String),
        leaves.map((leaf) => leafFactor(workspace, leaf)),
      ),
      coefficient,
    );
    if (product.terms.length === 0) throw new NotPlannable('a factor that is zero');
    return { ...this.#materialisedFactor(product, slots, scope), offsets: slots.map(() => WHOLE_ZERO) };
  }

  #materialisedFactor(product: Tensor, slots: readonly number[], scope: LetterScope): { name: string; indices: readonly Whole[]; slots: readonly number[] } {
    const reference = this.#reference(product, scope, true);
    const [leaf] = reference.terms[0]?.net.leaves ?? [];
    const quantity = symbolOf(leaf);
    if (quantity === undefined || leaf === undefined) throw new NotPlannable('a factor without a shape');
    return { name: quantity.name, indices: quantity.indices.map((index) => this.sizes.index(index)), slots: leaf.slots.map((axis) => slots[axis] as number) };
  }
}

/** Whether a known definition holds wherever it would be read. */
function reaches(
  { ranges }: Auxiliary,
  { order, shifts }: { readonly order: readonly string[]; readonly shifts: ReadonlyMap<string, number> },
  scope: ReadonlyMap<string, { low: number; high: number }>,
): boolean {
  return (
    ranges === undefined ||
    order.every((letter, k) => {
      const [read, set] = [scope.get(letter), ranges[k]];
      const shift = shifts.get(letter) as number;
      return read !== undefined && set !== undefined && read.low + shift >= set.low && read.high + shift <= set.high;
    })
  );
}
