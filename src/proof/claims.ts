/**
 * Claims about one step of a model: what is given (a name set to something, a condition, a limit), what is said to follow, and its proof.
 *
 * A given computed name stands in place of its equation at that step; what is given of inputs, parameters and values of other steps is put in
 * where it occurs. Equalities are proved by putting in equations of the step, the outermost names first: names of one step lie on no cycle, so
 * that ends. Inequalities go on to the ranges of what is left.
 */

import { equationAt, type Facts, factsOf, jacobian, provablyNonNegative, readsOf, simplifyConditions } from '../calculus/index.js';
import type { Equation, IndexRange, Model } from '../model/model.js';
import {
  isOne,
  type Quantity,
  quantityKey,
  referenceKey,
  shiftWhole,
  subtractWhole,
  type Tensor,
  type ValueReference,
  type Whole,
  wholeName,
  wholeValue,
} from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { type InequalityProof, proveSign } from './inequalities.js';
import { EVERYTHING, type Interval, intersection, intervalOf } from './intervals.js';
import { addPolynomials, multiplyPolynomials, type Polynomial, PolynomialReader, scalePolynomial } from './polynomial.js';
import { type ProofLevel, Prover } from './prove.js';
import { sidesOverOneDenominator } from './quotients.js';

export type ClaimRelation = '=' | '≠' | '<' | '≤' | '>' | '≥' | '→';

/** left relation right; the slots of axis letters come first. */
export interface ClaimStatement {
  readonly relation: ClaimRelation;
  readonly left: Tensor;
  readonly right: Tensor;
  /** As written. */
  readonly formulas: { readonly left: Formula; readonly right: Formula };
  /** The sides with functions as their definitions say, where there are such. */
  readonly definitions?: { readonly left: Tensor; readonly right: Tensor };
}

/** A name with what it is set to (`=`), or what it tends to (`→`; infinity where `value` is undefined). */
export interface Given {
  readonly relation: '=' | '→';
  readonly reference: ValueReference;
  /** It has an equation at that step, in whose place this stands. */
  readonly computed: boolean;
  readonly value: Tensor | undefined;
  readonly formulas: { readonly left: Formula; readonly right: Formula | undefined };
}

export interface Claim {
  /** The model, with the free scalars of the line as inputs. */
  readonly model: Model;
  readonly givens: readonly Given[];
  /** Inequalities that restrict the points. */
  readonly hypotheses: readonly ClaimStatement[];
  readonly conclusions: readonly ClaimStatement[];
  /** Ranges of the index letters that are free in the line. */
  readonly ranges: readonly IndexRange[];
  /** Letters along axes, with their sizes. */
  readonly axes: ReadonlyMap<string, Whole>;
  /** Names proved equal by earlier lines, step by step: the first may be written as the second. */
  readonly known: readonly { readonly name: string; readonly as: string }[];
  /** Partials that hold what they name, by the key of the name that stands for each. */
  readonly partials: ReadonlyMap<string, { readonly numerator: ValueReference; readonly denominator: ValueReference; readonly held: ReadonlySet<string> }>;
}

/** Why a line of a proof follows from the one before. */
export type ClaimReason =
  | { readonly kind: 'written' }
  | { readonly kind: 'given' }
  | { readonly kind: 'derivative' }
  /** The equations of these names put in, and what is given. */
  | { readonly kind: 'equations'; readonly references: readonly ValueReference[] }
  | { readonly kind: 'definition' }
  | { readonly kind: 'denominators'; readonly factor: Tensor };

export interface ClaimStep {
  readonly left: Tensor;
  readonly right: Tensor;
  readonly reason: ClaimReason;
}

export type ClaimLevel = ProofLevel | 'definition' | 'continuity' | 'ranges';

export interface ClaimProof {
  readonly level: ClaimLevel;
  /** Side conditions that were used. */
  readonly assumes: readonly string[];
  readonly steps: readonly ClaimStep[];
  readonly inequality?: InequalityProof;
  /** Proved from the same bound one step earlier. */
  readonly induction?: boolean;
}

/** The model with given computed names in place of their equations, at the step that the claim speaks of. */
export function modelUnder(claim: Claim): Model {
  const standIns = claim.givens.flatMap((given): Equation[] => {
    const { reference, value, formulas } = given;
    if (!given.computed || value === undefined) return [];
    const general = claim.model.equations.find((equation) => equation.name === reference.name);
    return [{ name: reference.name, indices: reference.indices, ranges: [], source: formulas.right ?? general?.source ?? formulas.left, value }];
  });
  if (standIns.length === 0) return claim.model;
  const replaced = (equation: Equation): boolean => equation.indices.length === 0 && standIns.some(({ name }) => name === equation.name);
  return { ...claim.model, equations: [...standIns, ...claim.model.equations.filter((equation) => !replaced(equation))] };
}

/** Proves one conclusion for all sizes and all values that the givens and hypotheses allow. Throws BudgetError past the bounds. */
export function proveClaim(claim: Claim, conclusion: ClaimStatement): ClaimProof | undefined {
  const { relation } = conclusion;
  const { workspace } = claim.model;
  workspace.takeUsedFacts();
  if (relation === '=' || relation === '→') return proveEquality(claim, conclusion);
  if (relation === '≠') {
    const apart = proveInequality(claim, { ...conclusion, relation: '<' }) ?? proveInequality(claim, { ...conclusion, relation: '>' });
    return apart;
  }
  return proveInequality(claim, conclusion) ?? proveByInduction(claim, conclusion);
}

// ---------------------------------------------------------------- putting in

class Unfolding {
  readonly model: Model;
  readonly facts: Facts;
  readonly #given: ReadonlyMap<string, Tensor>;

  constructor(readonly claim: Claim) {
    this.model = modelUnder(claim);
    this.facts = factsOf(claim.ranges);
    this.#given = new Map(
      claim.givens.flatMap(({ reference, value, computed }) => (value === undefined || computed ? [] : [[referenceKey(reference), value] as const])),
    );
  }

  /** Partials become their formulas. */
  worked(tensor: Tensor): Tensor {
    return this.model.workspace.replace(tensor, (quantity) => {
      if (quantity.kind === 'partial') return jacobian(this.model, quantity.numerator, quantity.denominator, quantity.reach);
      const held = quantity.kind === 'value' ? this.claim.partials.get(quantity.name) : undefined;
      return held === undefined ? undefined : jacobian(this.model, held.numerator, held.denominator, 'total', held.held);
    });
  }

  /** The same with what is given put in. */
  start(tensor: Tensor): Tensor {
    return this.#settled(this.worked(tensor));
  }

  /** Given values in place of the names, conditions between letters settled. */
  #settled(tensor: Tensor): Tensor {
    const { workspace } = this.model;
    let current = tensor;
    // A given value may mention a name given later; each round removes one of them.
    for (let round = 0; round <= this.claim.givens.length + this.claim.known.length; round += 1) {
      const next = workspace.replace(current, (quantity) => this.#givenValue(quantity));
      if (next === current) break;
      current = next;
    }
    return simplifyConditions(workspace, current, this.facts);
  }

  #givenValue(quantity: Quantity): Tensor | undefined {
    if (quantity.kind !== 'value') return undefined;
    const equal = this.claim.known.find(({ name }) => name === quantity.name);
    if (equal !== undefined) return this.model.workspace.value(equal.as, quantity.indices, this.model.declarations.get(quantity.name)?.dims ?? []);
    const plain = this.#given.get(referenceKey(quantity));
    if (plain !== undefined) return plain;
    return this.claim.givens.find(({ reference, value, computed }) => computed && value !== undefined && referenceKey(reference) === referenceKey(quantity))
      ?.value;
  }

  /** The outermost names of the latest step replaced by their right sides; undefined where none is left. */
  next(
    tensors: readonly Tensor[],
  ): { readonly written: readonly Tensor[]; readonly tensors: readonly Tensor[]; readonly references: readonly ValueReference[] } | undefined {
    const { workspace } = this.model;
    const present = new Map<string, Extract<Quantity, { kind: 'value' }>>();
    for (const tensor of tensors)
      for (const { quantity } of workspace.quantities(tensor))
        if (quantity.kind === 'value' && this.#hasEquation(quantity)) present.set(quantityKey(quantity), quantity);
    const references = this.#outermost([...present.values()]);
    if (references.length === 0) return undefined;
    const chosen = new Map(references.map((reference) => [referenceKey(reference), reference]));
    const put = (tensor: Tensor): Tensor =>
      workspace.replace(tensor, (quantity) => (quantity.kind === 'value' && chosen.has(referenceKey(quantity)) ? this.#rightSide(quantity) : undefined));
    const written = tensors.map(put);
    return { written, tensors: written.map((tensor) => this.#settled(tensor)), references };
  }

  #rightSide(reference: ValueReference): Tensor | undefined {
    const at = equationAt(this.model, reference);
    return at === undefined ? undefined : this.model.workspace.substituteLetters(at.equation.value, at.letters);
  }

  /** Computed at this place whatever the letters are: inside the range, and not at a step before that of the claim. */
  #hasEquation(reference: ValueReference): boolean {
    const at = equationAt(this.model, reference);
    if (at === undefined) return false;
    const { equation } = at;
    if (equation.ranges.length < equation.indices.length) return true;
    return equation.ranges.every((range) => {
      const place = at.letters.get(range.letter);
      return (
        place !== undefined &&
        provablyNonNegative(subtractWhole(place, range.from), this.facts) &&
        provablyNonNegative(subtractWhole(range.to, place), this.facts)
      );
    });
  }

  #outermost(present: readonly ValueReference[]): readonly ValueReference[] {
    const reached = new Set(present.flatMap((reference) => this.#inside(reference)));
    const top = present.filter((reference) => !reached.has(referenceKey(reference)));
    return top.length > 0 ? top : present;
  }

  /** Everything of the same step that a name's value is made of. */
  #inside(reference: ValueReference): readonly string[] {
    const seen = new Set<string>();
    const queue: ValueReference[] = [reference];
    for (let current = queue.pop(); current !== undefined; current = queue.pop()) {
      const at = equationAt(this.model, current);
      if (at === undefined) continue;
      const value = this.model.workspace.substituteLetters(at.equation.value, at.letters);
      for (const read of readsOf(this.model, { ...at.equation, value })) {
        const key = referenceKey(read);
        if (seen.has(key) || seen.size > 200) continue;
        seen.add(key);
        if (this.#hasEquation(read)) queue.push(read);
      }
    }
    return [...seen];
  }
}

const ROUNDS = 12;

/** The two sides written, with what is given put in, then equation by equation. */
function unfoldings(claim: Claim, statement: ClaimStatement): readonly ClaimStep[] {
  const unfolding = new Unfolding(claim);
  const steps: ClaimStep[] = [{ left: statement.left, right: statement.right, reason: { kind: 'written' } }];
  const push = (left: Tensor, right: Tensor, reason: ClaimReason): void => {
    const last = steps.at(-1);
    if (last?.left !== left || last.right !== right) steps.push({ left, right, reason });
  };
  push(unfolding.worked(statement.left), unfolding.worked(statement.right), { kind: 'derivative' });
  push(unfolding.start(statement.left), unfolding.start(statement.right), { kind: 'given' });
  for (let round = 0; round < ROUNDS; round += 1) {
    const last = steps.at(-1) as ClaimStep;
    const next = unfolding.next([last.left, last.right]);
    if (next === undefined) break;
    push(next.written[0] as Tensor, next.written[1] as Tensor, { kind: 'equations', references: next.references });
    push(next.tensors[0] as Tensor, next.tensors[1] as Tensor, { kind: 'given' });
  }
  return steps;
}

// ---------------------------------------------------------------- equalities

function proveEquality(claim: Claim, statement: ClaimStatement): ClaimProof | undefined {
  const { workspace } = claim.model;
  const limits = claim.givens.some(({ relation }) => relation === '→');
  if (limits && claim.givens.some(({ value }) => value === undefined)) return undefined;
  const steps = unfoldings(claim, statement);
  const level = (at: number): ClaimLevel => (limits ? 'continuity' : at === 0 ? 'identity' : 'names');
  const isZero = (step: ClaimStep): boolean => workspace.expand(workspace.add(step.left, workspace.scale(step.right, -1))).terms.length === 0;
  const at = steps.findIndex(isZero);
  if (at >= 0) {
    const used = steps.slice(0, at + 1);
    if (at === 0 && statement.definitions !== undefined)
      return { level: 'definition', assumes: workspace.takeUsedFacts(), steps: [...used, ...definitionSteps(claim, statement.definitions)] };
    if (limits && !used.every(({ left, right }) => isContinuous(left) && isContinuous(right))) return undefined;
    return { level: level(at), assumes: workspace.takeUsedFacts(), steps: used };
  }
  const last = steps.at(-1) as ClaimStep;
  const common = sidesOverOneDenominator(workspace, last.left, last.right);
  if (common !== undefined && !limits) {
    return {
      level: 'names',
      assumes: workspace.takeUsedFacts(),
      steps: [
        ...steps,
        ...common.map(
          ({ left, right, factor }): ClaimStep => ({ left, right, reason: factor === undefined ? { kind: 'definition' } : { kind: 'denominators', factor } }),
        ),
      ],
    };
  }
  if (claim.givens.length > 0 || claim.hypotheses.length > 0 || claim.partials.size > 0) return bothWays(claim, statement, limits);
  const proof = new Prover(claim.model).prove(statement.left, statement.right, claim.ranges);
  if (proof !== undefined) return { level: proof.level, assumes: proof.assumes, steps: steps.slice(0, 1) };
  return bothWays(claim, statement, limits);
}

/** The identity once more, without what the engine knows of its functions: by their definitions and over one denominator. */
function definitionSteps(claim: Claim, { left, right }: NonNullable<ClaimStatement['definitions']>): readonly ClaimStep[] {
  const common = sidesOverOneDenominator(claim.model.workspace, left, right);
  if (common === undefined || left === right) return [];
  return [
    { left, right, reason: { kind: 'definition' } },
    ...common.map(
      (step): ClaimStep => ({
        left: step.left,
        right: step.right,
        reason: step.factor === undefined ? { kind: 'definition' } : { kind: 'denominators', factor: step.factor },
      }),
    ),
  ];
}

/** a ≤ b and a ≥ b. */
function bothWays(claim: Claim, statement: ClaimStatement, limits: boolean): ClaimProof | undefined {
  if (limits) return undefined;
  const below = proveInequality(claim, { ...statement, relation: '≤' });
  const above = below === undefined ? undefined : proveInequality(claim, { ...statement, relation: '≥' });
  if (below?.inequality === undefined || above?.inequality === undefined) return undefined;
  const union = <X>(a: ReadonlySet<X>, b: ReadonlySet<X>): ReadonlySet<X> => new Set([...a, ...b]);
  const inequality = {
    rules: union(below.inequality.rules, above.inequality.rules),
    bounded: union(below.inequality.bounded, above.inequality.bounded),
    atEnds: union(below.inequality.atEnds, above.inequality.atEnds),
  };
  return { ...below, inequality };
}

/** No division and no jump: what is put in at a limit is the limit. */
function isContinuous(tensor: Tensor): boolean {
  return tensor.terms.every(({ net }) =>
    net.leaves.every(({ head: { head }, power }) => {
      if (head.kind === 'symbol') return true;
      if (power.numerator < 0n) return false;
      if (head.kind === 'apply') return !(head.operator.branch !== undefined && head.operator.envelope === undefined) && head.args.every(isContinuous);
      if (
        head.kind === 'softmax' ||
        head.kind === 'sum' ||
        head.kind === 'held' ||
        head.kind === 'rangeSum' ||
        head.kind === 'product' ||
        head.kind === 'power'
      )
        return isContinuous(head.of);
      return head.kind === 'unspecified' ? head.args.every(isContinuous) : true;
    }),
  );
}

// ---------------------------------------------------------------- inequalities

/** What the declarations, and the operators on the right sides, say of the values of a name. */
function rangesOf(claim: Claim, model: Model, extra: ReadonlyMap<string, Interval>): (quantity: Quantity) => Interval | undefined {
  const known = new Map<string, Interval>();
  const ranges = (quantity: Quantity): Interval | undefined => {
    if (quantity.kind !== 'value') return undefined;
    const key = referenceKey(quantity);
    const done = known.get(key);
    if (done !== undefined) return done;
    known.set(key, EVERYTHING);
    const declared = declaredRange(model, quantity.name);
    const at = equationAt(model, quantity);
    const inside =
      at === undefined || !isInside(claim, at.equation, at.letters)
        ? EVERYTHING
        : intervalOf(model.workspace.substituteLetters(at.equation.value, at.letters), ranges);
    const found = intersection(intersection(declared, inside), extra.get(key) ?? EVERYTHING);
    known.set(key, found);
    return found;
  };
  return ranges;
}

function isInside(claim: Claim, equation: Equation, letters: ReadonlyMap<string, Whole>): boolean {
  const facts = factsOf(claim.ranges);
  return equation.ranges.every((range) => {
    const place = letters.get(range.letter);
    return place !== undefined && provablyNonNegative(subtractWhole(place, range.from), facts) && provablyNonNegative(subtractWhole(range.to, place), facts);
  });
}

function declaredRange(model: Model, name: string): Interval {
  const { low, high, lowOpen, highOpen, oneHot } = model.declarations.get(name)?.assumptions ?? {};
  if (oneHot === true) return { low: 0, high: 1, lowOpen: false, highOpen: false };
  return { low: low ?? -Infinity, high: high ?? Infinity, lowOpen: lowOpen ?? low === undefined, highOpen: highOpen ?? high === undefined };
}

function proveInequality(claim: Claim, statement: ClaimStatement, extra: ReadonlyMap<string, Interval> = new Map()): ClaimProof | undefined {
  const { workspace } = claim.model;
  if (claim.givens.some(({ relation }) => relation === '→')) return undefined;
  const { relation } = statement;
  const strict = relation === '<' || relation === '>';
  const steps = unfoldings(claim, statement);
  const unfolding = new Unfolding(claim);
  for (let at = 0; at < steps.length; at += 1) {
    const { left, right } = steps[at] as ClaimStep;
    const [smaller, larger] = relation === '<' || relation === '≤' ? [left, right] : [right, left];
    const reader = new PolynomialReader(workspace, rangesOf(claim, unfolding.model, extra));
    const difference = reader.read(workspace.add(larger, workspace.scale(smaller, -1)));
    const hypotheses = claim.hypotheses.flatMap((hypothesis) => hypothesisPolynomials(reader, unfolding, hypothesis));
    const inequality = proveSign(difference, strict, hypotheses) ?? bySquares(reader, smaller, larger, strict, hypotheses);
    if (inequality !== undefined) return { level: 'ranges', assumes: workspace.takeUsedFacts(), steps: steps.slice(0, at + 1), inequality };
  }
  return undefined;
}

/** √S ≤ b where b ≥ 0 and S ≤ b²; a ≤ √S where a² ≤ S. */
function bySquares(reader: PolynomialReader, smaller: Tensor, larger: Tensor, strict: boolean, hypotheses: readonly Polynomial[]): InequalityProof | undefined {
  const [below, above] = [rootOf(reader.workspace, smaller), rootOf(reader.workspace, larger)];
  if (below === undefined && above === undefined) return undefined;
  const square = (tensor: Tensor, root: Tensor | undefined): Polynomial => {
    const polynomial = reader.read(root ?? tensor);
    return root === undefined ? multiplyPolynomials(polynomial, polynomial) : polynomial;
  };
  const sign = above === undefined ? proveSign(reader.read(larger), false, hypotheses) : undefined;
  if (above === undefined && sign === undefined) return undefined;
  const squares = proveSign(
    addPolynomials(square(larger, above), scalePolynomial(square(smaller, below), { numerator: -1n, denominator: 1n })),
    strict,
    hypotheses,
  );
  return squares === undefined
    ? undefined
    : { rules: new Set([...squares.rules, 'squares']), bounded: new Set([...squares.bounded, ...(sign?.bounded ?? [])]), atEnds: squares.atEnds };
}

/** What a scalar is the root of: a norm is the root of a sum of squares. */
function rootOf(workspace: Claim['model']['workspace'], tensor: Tensor): Tensor | undefined {
  const expanded = workspace.expand(tensor);
  const [term] = expanded.terms;
  const [leaf] = term?.net.leaves ?? [];
  if (expanded.terms.length !== 1 || term === undefined || leaf === undefined || term.net.leaves.length !== 1 || !isOne(term.coefficient)) return undefined;
  return leaf.head.head.kind === 'sum' && leaf.power.numerator === 1n && leaf.power.denominator === 2n && tensor.dims.length === 0
    ? leaf.head.head.of
    : undefined;
}

function hypothesisPolynomials(
  reader: PolynomialReader,
  unfolding: Unfolding,
  { relation, left, right }: ClaimStatement,
): ReturnType<PolynomialReader['read']>[] {
  const { workspace } = reader;
  const [a, b] = [unfolding.start(left), unfolding.start(right)];
  const difference = (larger: Tensor, smaller: Tensor) => reader.read(workspace.add(larger, workspace.scale(smaller, -1)));
  if (relation === '<' || relation === '≤') return [difference(b, a)];
  if (relation === '>' || relation === '≥') return [difference(a, b)];
  return [];
}

// ---------------------------------------------------------------- induction

/**
 * A bound on one name at step t from the same bound at step t − 1 and its first value: the name's boundary value is 0 and within the bound.
 */
function proveByInduction(claim: Claim, statement: ClaimStatement): ClaimProof | undefined {
  const { workspace } = claim.model;
  if (claim.givens.length > 0) return undefined;
  const bound = boundOfName(claim, statement);
  if (bound === undefined) return undefined;
  const { reference, interval } = bound;
  const range = claim.ranges.find(({ letter }) => reference.indices.some((index) => wholeName(index) === letter));
  if (range === undefined || reference.indices.length !== 1) return undefined;
  const before = { name: reference.name, indices: reference.indices.map((index) => shiftWhole(index, -1)) };
  const startsAt = shiftWhole(range.from, -1);
  const first = claim.model.boundaries.find(
    (boundary) => boundary.name === reference.name && wholeValue(subtractWhole(boundary.indices[0] as Whole, startsAt)) === 0,
  );
  if (first === undefined || first.kind !== 'zero') return undefined;
  const atZero = interval.low < 0 && interval.high > 0 ? true : (interval.low === 0 && !interval.lowOpen) || (interval.high === 0 && !interval.highOpen);
  if (!atZero) return undefined;
  workspace.takeUsedFacts();
  const proof = proveInequality(claim, statement, new Map([[referenceKey(before), interval]]));
  return proof === undefined ? undefined : { ...proof, level: 'induction', induction: true };
}

/** |h_t| ≤ c, h_t < c and the like: the values of h_t they allow. */
function boundOfName(claim: Claim, { relation, left, right }: ClaimStatement): { readonly reference: ValueReference; readonly interval: Interval } | undefined {
  const value = constantOf(right);
  const strict = relation === '<' || relation === '>';
  const upper = relation === '<' || relation === '≤';
  if (value === undefined) return undefined;
  const plain = nameOf(left);
  if (plain !== undefined) {
    const interval = upper ? { low: -Infinity, high: value, lowOpen: true, highOpen: strict } : { low: value, high: Infinity, lowOpen: strict, highOpen: true };
    return { reference: plain, interval };
  }
  const leaf = left.terms[0]?.net.leaves[0];
  const head = leaf?.head.head;
  if (
    !upper ||
    left.terms.length !== 1 ||
    left.terms[0]?.net.leaves.length !== 1 ||
    head?.kind !== 'apply' ||
    head.operator.parity !== 'even' ||
    head.operator.envelope === undefined
  )
    return undefined;
  const inner = nameOf(head.args[0] as Tensor);
  return inner === undefined || claim.model.equations.every(({ name }) => name !== inner.name)
    ? undefined
    : { reference: inner, interval: { low: -value, high: value, lowOpen: strict, highOpen: strict } };
}

function nameOf(tensor: Tensor): ValueReference | undefined {
  const [term] = tensor.terms;
  const [leaf] = term?.net.leaves ?? [];
  if (
    tensor.terms.length !== 1 ||
    term === undefined ||
    leaf === undefined ||
    term.net.leaves.length !== 1 ||
    term.coefficient.numerator !== 1n ||
    term.coefficient.denominator !== 1n ||
    leaf.power.numerator !== 1n
  )
    return undefined;
  const { head } = leaf.head;
  return head.kind === 'symbol' && head.quantity.kind === 'value' ? head.quantity : undefined;
}

/** The number that every entry of a tensor is. */
function constantOf(tensor: Tensor): number | undefined {
  const [term] = tensor.terms;
  if (tensor.terms.length === 0) return 0;
  return tensor.terms.length === 1 && term !== undefined && term.net.leaves.length === 0
    ? Number(term.coefficient.numerator) / Number(term.coefficient.denominator)
    : undefined;
}
