/**
 * Limits: where what is put in at the limit is the limit, and what functions tend to as their argument grows beyond all bounds.
 *
 * A value that tends to infinity is 1/ε (or −1/ε) with ε → 0 from above. It may stand only where it is an argument of something that tends to a
 * number, so that no ∞ − ∞ and no 0 · ∞ is ever passed over. Recursion follows the nesting of heads.
 */

import { readsOf } from '../../calculus/index.js';
import { InputError } from '../../errors.js';
import type { Model } from '../../model/model.js';
import { isNegative, type Leaf, ONE, type Quantity, rational, type Tensor, type Term, type Workspace } from '../../network/index.js';
import type { Operator } from '../../operators/row.js';
import { contains, intervalOf, intervalOfHead, type Ranges } from '../intervals.js';
import type { Asymptote, Claim } from './claim.js';

/** No division by what may vanish and no jump: what is put in at a limit is the limit. */
export function isContinuous(tensor: Tensor, ranges: Ranges): boolean {
  return tensor.terms.every(({ net }) => net.leaves.every((leaf) => isContinuousLeaf(leaf, ranges)));
}

function isContinuousLeaf({ head: { head }, power }: Leaf, ranges: Ranges): boolean {
  if ((isNegative(power) || power.denominator !== 1n) && contains(intervalOfHead(head, ranges), 0)) return false;
  switch (head.kind) {
    case 'apply':
      return head.args.every((arg) => isContinuous(arg, ranges)) && isContinuousAt(head.operator, head.args, ranges);
    case 'unspecified':
      return head.args.every((arg) => isContinuous(arg, ranges));
    case 'softmax':
    case 'sum':
    case 'held':
    case 'rangeSum':
    case 'product':
    case 'power':
      return isContinuous(head.of, ranges);
    default:
      return true;
  }
}

/** |·|, max and relu have kinks but no jumps; log and the like are continuous inside their domain. */
function isContinuousAt(operator: Operator, args: readonly Tensor[], ranges: Ranges): boolean {
  if (operator.branch !== undefined && operator.envelope === undefined) return false;
  const { domain } = operator;
  return domain === undefined || args.every((arg) => !contains(intervalOf(arg, ranges), domain.low));
}

/**
 * Whether everything that a statement is made of has its limit where the limits are put in: its own sides, and the equations of all names that
 * depend on what tends somewhere, at whatever step. By induction over the steps every name then has a finite limit.
 */
export function limitsExist(claim: Claim, model: Model, sides: readonly Tensor[], ranges: Ranges): boolean {
  const moved = new Set(claim.givens.flatMap(({ relation, reference }) => (relation === '→' ? [reference.name] : [])));
  const values = new Map(
    claim.givens.flatMap(({ relation, reference, value }) => (relation === '→' && value !== undefined ? [[reference.name, value] as const] : [])),
  );
  const dependent = dependentNames(model, moved);
  const closed: Ranges = (quantity) => {
    const value = quantity.kind === 'value' ? values.get(quantity.name) : undefined;
    const range = value === undefined ? ranges(quantity) : intervalOf(value, ranges);
    return range === undefined || quantity.kind !== 'value' || !dependent.has(quantity.name) ? range : { ...range, lowOpen: false, highOpen: false };
  };
  const vanishing = vanishingOf(claim, model.workspace);
  const hasLimit = (tensor: Tensor): boolean => isContinuous(vanishing === undefined ? tensor : vanishing.limit(tensor), closed);
  const read = readNames(model, sides);
  return [...sides, ...model.equations.flatMap(({ name, value }) => (dependent.has(name) && read.has(name) ? [value] : []))].every(hasLimit);
}

/** Names whose equations read what tends somewhere, themselves or through others. Each round adds a name, so it ends. */
function dependentNames(model: Model, moved: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set(moved);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const equation of model.equations) if (readsOf(model, equation).some(({ name }) => found.has(name))) found.add(equation.name);
  }
  return found;
}

/** Names that tensors read, themselves or through equations. */
function readNames(model: Model, tensors: readonly Tensor[]): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [...tensors];
  for (let tensor = queue.pop(); tensor !== undefined; tensor = queue.pop())
    for (const { quantity } of model.workspace.quantities(tensor)) {
      const names = quantity.kind === 'partial' ? [quantity.numerator.name, quantity.denominator.name] : [quantity.name];
      for (const name of names) {
        if (found.has(name)) continue;
        found.add(name);
        queue.push(...model.equations.flatMap((equation) => (equation.name === name ? [equation.value] : [])));
      }
    }
  return found;
}

/** What stands for 1/∞ in a claim; undefined where nothing tends to infinity. */
export function vanishingOf(claim: Claim, workspace: Workspace): Vanishing | undefined {
  const names = new Set(claim.givens.flatMap(({ inverse, reference }) => (inverse === true ? [reference.name] : [])));
  return names.size === 0 ? undefined : new Vanishing(workspace, (quantity) => quantity.kind === 'value' && names.has(quantity.name));
}

// ---------------------------------------------------------------- at infinity

type Growth = 'finite' | 'vanishing' | 1 | -1;

/** Limits of tensors in which some names are vanishing and positive. */
export class Vanishing {
  readonly #used = new Map<string, Asymptote>();

  constructor(
    readonly workspace: Workspace,
    readonly isVanishing: (quantity: Quantity) => boolean,
  ) {}

  /** Asymptotes used so far. */
  get used(): readonly Asymptote[] {
    return [...this.#used.values()];
  }

  /** The limit. Throws an InputError where it cannot be told, or is infinite. */
  limit(tensor: Tensor): Tensor {
    if (!this.#holds(tensor)) return tensor;
    const kept: Term[] = [];
    for (const term of tensor.terms) {
      const growths = term.net.leaves.map((leaf) => this.#growthOfLeaf(leaf));
      if (growths.some((growth) => growth === undefined || typeof growth === 'number')) throw noLimit();
      if (!growths.includes('vanishing')) kept.push(term);
    }
    return this.workspace.add(...kept.map((term) => this.#inside(this.workspace.fromTerms(tensor.dims, [term]))), this.workspace.zero(tensor.dims));
  }

  #inside(tensor: Tensor): Tensor {
    return this.workspace.rebuild(tensor, {
      head: (head): Tensor | undefined => {
        if (head.kind !== 'apply' || !head.args.some((arg) => this.#holds(arg))) return undefined;
        const [first] = head.args;
        const growth = first === undefined || head.args.length > 1 ? 'finite' : this.#growth(first);
        if (typeof growth === 'number') return this.#atInfinity(head.operator, growth, first as Tensor);
        return this.workspace.apply(head.operator, ...head.args.map((arg) => this.limit(arg)));
      },
    });
  }

  #atInfinity(operator: Operator, sign: 1 | -1, arg: Tensor): Tensor {
    const value = operator.evaluate(sign * Number.POSITIVE_INFINITY, 0);
    if (!Number.isFinite(value)) throw noLimit();
    this.#used.set(`${operator.name} ${sign}`, { operator, sign, value });
    return this.workspace.scale(this.workspace.ones(arg.dims), rational(value));
  }

  #holds(tensor: Tensor): boolean {
    return this.workspace.quantities(tensor).some(({ quantity }) => this.isVanishing(quantity));
  }

  /** How a sum behaves: terms that grow must grow to the same side. */
  #growth(tensor: Tensor): Growth | undefined {
    const growths = this.workspace.expand(tensor).terms.map((term) => this.#growthOfTerm(term));
    if (growths.includes(undefined)) return undefined;
    const signs = new Set(growths.filter((growth) => typeof growth === 'number'));
    if (signs.size > 1) return undefined;
    const [sign] = signs;
    return sign ?? (growths.every((growth) => growth === 'vanishing') ? 'vanishing' : 'finite');
  }

  #growthOfTerm({ coefficient, net }: Term): Growth | undefined {
    const growths = net.leaves.map((leaf) => this.#growthOfLeaf(leaf));
    if (growths.includes(undefined)) return undefined;
    const signs = growths.filter((growth) => typeof growth === 'number');
    if (signs.length === 0) return growths.includes('vanishing') ? 'vanishing' : 'finite';
    // Something finite beside it might be zero.
    if (signs.length < growths.length) return undefined;
    return signs.reduce<1 | -1>((product, sign) => (product === sign ? 1 : -1), isNegative(coefficient) ? -1 : 1);
  }

  #growthOfLeaf({ head: { head }, power }: Leaf): Growth | undefined {
    const inverse = isNegative(power);
    if (head.kind === 'symbol') return this.isVanishing(head.quantity) ? (inverse ? 1 : 'vanishing') : 'finite';
    const parts =
      head.kind === 'apply' || head.kind === 'unspecified' ? head.args : 'of' in head && typeof head.of === 'object' && 'terms' in head.of ? [head.of] : [];
    if (!parts.some((part) => this.#holds(part))) return 'finite';
    const growths = parts.map((part) => this.#growth(part));
    if (growths.includes(undefined)) return undefined;
    const [growth] = growths;
    if (typeof growth !== 'number') return growths.every((one) => typeof one !== 'number') && !inverse ? 'finite' : undefined;
    if (head.kind !== 'apply' || head.args.length > 1) return undefined;
    const value = head.operator.evaluate(growth * Number.POSITIVE_INFINITY, 0);
    if (Number.isNaN(value)) return undefined;
    if (Number.isFinite(value)) return value === 0 ? (inverse ? undefined : 'vanishing') : 'finite';
    if (inverse) return 'vanishing';
    return power.numerator === ONE.numerator && power.denominator === ONE.denominator ? (value > 0 ? 1 : -1) : undefined;
  }
}

function noLimit(): InputError {
  return new InputError({ ruleId: 'no-limit', message: 'What this tends to cannot be told: something in it grows beyond all bounds.' });
}
