/**
 * A derived target as solution steps: what was asked, each step with its rule, the boxed result, the recursions it rests on, and what to check.
 *
 * Every formula here is printed from the tensor that the engine computed at that step; nothing is typed.
 */

import {
  type AdjointEquation,
  AdjointSystem,
  Elimination,
  type GradientDerivation,
  gradient,
  hessianSystem,
  jacobian,
  jacobianProduct,
  keptNames,
  lossSystem,
  type Recursion,
  simplifyConditions,
  stateNames,
  equationAt,
} from '../calculus/index.js';
import type { CheckTarget } from '../check/index.js';
import { InputError } from '../errors.js';
import type { Equation, IndexRange, Model } from '../model/model.js';
import {
  type Reach,
  scaleWhole,
  shiftWhole,
  substituteWhole,
  subtractWhole,
  type Tensor,
  type ValueReference,
  type Whole,
  wholeName,
  wholeNumber,
  wholeValue,
  wholeLetter,
} from '../network/index.js';
import { CAPTIONS, type StepId } from './captions.js';
import type { Formula } from '../notation/formula.js';
import type { Block, EquationLine, Inline, Mathematics } from './document.js';
import { listed, math, Presenter, sentence, text } from './presenter.js';
import { derivativeRule, hasSoftmax, operatorsIn, softmaxRule } from './rules.js';
import type { Target } from '../calculus/target.js';

/** One step of a derivation in the contract's form. */
export interface Step {
  readonly id: StepId;
  readonly caption: string;
  readonly before: Mathematics;
  readonly after: Mathematics;
}

export interface DerivedRecursion {
  readonly name: Mathematics;
  readonly right: Mathematics;
  readonly boundary: readonly Mathematics[];
}

export interface Derived {
  readonly target: Mathematics;
  readonly right: Mathematics;
  readonly result: Tensor;
  readonly steps: readonly Step[];
  readonly recursions: readonly DerivedRecursion[];
  readonly blocks: readonly Block[];
  /** What a numeric check compares, and the model and elimination it is evaluated in. */
  readonly check: CheckTarget;
  /** For a value written out: the formula is compared with the value itself, at lengths that hold it. */
  readonly value?: ValueReference;
  readonly model: Model;
  readonly elimination: Elimination | undefined;
}

export interface DeriveContext {
  readonly presenter: Presenter;
  readonly model: Model;
  /** Numbers of the model's equations in the solution. */
  readonly numbers: ReadonlyMap<Equation, number>;
  /** Recursions already shown in this document, by the name and what was kept. */
  readonly shown: Set<string>;
}

const step = (id: StepId, before: Mathematics, after: Mathematics): Step => ({ id, caption: CAPTIONS[id], before, after });

/** Derives one target. Throws an InputError where it asks for what the model does not have. */
export function deriveTarget(context: DeriveContext, target: Target): Derived {
  switch (target.kind) {
    case 'gradient':
      return deriveGradient(context, target);
    case 'jacobian':
      return deriveJacobian(context, target);
    case 'higher':
      return deriveHigher(context, target);
    case 'value':
      return deriveUnrolled(context, target);
  }
}

// ── gradients of the loss ──

function systemOf(model: Model, of: ValueReference | undefined): AdjointSystem {
  if (of !== undefined && of.name !== model.loss) return new AdjointSystem(model, of, true);
  const system = lossSystem(model);
  if (system === undefined)
    throw new InputError({
      ruleId: 'no-loss',
      message: 'The model has no loss to differentiate.',
      why: 'A loss is a capital scalar without an index that no other equation reads.',
      fix: 'Add one, such as J = \\sum_{t=1}^{T} \\ell_t(h_t), or name it with `loss:` in the front matter.',
    });
  return system;
}

function rangesAt(model: Model, reference: ValueReference): readonly IndexRange[] {
  return (model.declarations.get(reference.name)?.indices ?? []).filter((range, at) => wholeName(reference.indices[at] ?? wholeNumber(0)) === range.letter);
}

function held(model: Model, names: readonly string[] | undefined): Model {
  if (names === undefined || names.length === 0) return model;
  const { workspace } = model;
  const hold = (tensor: Tensor): Tensor =>
    workspace.replace(tensor, (quantity, dims) =>
      quantity.kind === 'value' && names.includes(quantity.name) ? workspace.held(workspace.symbol(quantity, dims)) : undefined,
    );
  return { ...model, equations: model.equations.map((equation) => ({ ...equation, value: hold(equation.value) })) };
}

function deriveGradient(context: DeriveContext, target: Extract<Target, { kind: 'gradient' }>): Derived {
  const { presenter } = context;
  const model = held(context.model, target.hold);
  const system = systemOf(model, target.of);
  if (target.of !== undefined && target.of.name !== model.loss && (model.declarations.get(target.of.name)?.dims.length ?? 0) > 0)
    return deriveJacobian(context, { kind: 'jacobian', numerator: target.of, denominator: target.by, reach: 'total' });
  const derivation = gradient(system, target.by, target.keep);
  const left = presenter.adjoint(system, target.by);
  const dims = derivation.uses.value.dims;
  const lengths = target.lengths;
  const result = lengths === undefined ? derivation.result : atLengths(model, derivation, derivation.result, lengths);
  const right = printed(presenter, left, lengths === undefined ? derivation.parts : result, target.by);
  const shape = presenter.shape(dims, presenter.model.declarations.get(target.by.name)?.orientation);
  const steps: Step[] = [];
  const blocks: Block[] = [];

  blocks.push({ type: 'paragraph', content: usesSentence(context, derivation.uses, target.by) });
  const lines: EquationLine[] = [];
  const uses = printed(presenter, left, usesParts(derivation.uses), target.by);
  if (derivation.uses.value !== derivation.result) {
    lines.push({ left: uses.left, relation: '=', right: uses.right, reason: usesReason(derivation.uses), shape });
    steps.push(step('uses', left, uses.right));
  }
  const between = derivation.intermediate.filter((equation) => isOnTheWay(derivation, equation));
  if (between.length > 0) {
    blocks.push({ type: 'equations', lines });
    const all = between.map((equation) => adjointLine(context, system, equation, steps));
    const seen = between.map((equation) => `${derivation.system.target.name}/adjoint/${equation.name}`);
    const fresh = all.filter((_, at) => !context.shown.has(seen[at] ?? ''));
    const known = between.filter((_, at) => context.shown.has(seen[at] ?? '')).map((equation) => presenter.adjoint(system, { name: equation.name, indices: equation.indices }));
    for (const key of seen) context.shown.add(key);
    if (fresh.length > 0) {
      blocks.push({ type: 'paragraph', content: sentence(fresh.length === 1 ? 'The adjoint in between follows from what reads that name:' : 'The adjoints in between follow from the equations that read these names:') });
      blocks.push({ type: 'equations', lines: fresh });
    }
    blocks.push({ type: 'paragraph', content: known.length === 0 ? sentence('Put in, this is') : sentence('With ', ...listed(known), ' from above this is') });
    steps.push(step('substitute', uses.right, right.right));
  } else {
    if (derivation.uses.value === derivation.result) steps.push(step('uses', left, right.right));
    if (lines.length > 0) blocks.push({ type: 'equations', lines });
  }
  blocks.push({ type: 'result', lines: [{ left: right.left, relation: '=', right: right.right, shape }] });
  const why = presenter.raise(derivation.result, namesInUse(target.by)).why;
  if (why !== undefined)
    blocks.push({ type: 'paragraph', content: [text(`There is no matrix notation for this: ${why}; the letters below count along its axes.`)] });

  const recursions = derivation.recursions.map((recursion) => recursionParts(context, system, recursion));
  const fresh = derivation.recursions.filter((recursion) => !context.shown.has(shownKey(derivation, recursion)));
  if (derivation.recursions.length > 0) {
    const names = derivation.recursions.map((recursion) => presenter.adjoint(system, presenter.ownReference(recursion.equation.name)));
    if (fresh.length === 0) blocks.push({ type: 'paragraph', content: sentence('with ', ...listed(names), ' from the recursion above.') });
    else {
      blocks.push({ type: 'paragraph', content: sentence('Here ', ...listed(names), names.length === 1 ? ' runs' : ' run', ' backwards through the loop:') });
      for (const recursion of fresh) {
        context.shown.add(shownKey(derivation, recursion));
        blocks.push(...recursionBlocks(context, derivation, recursion, steps));
      }
    }
  }
  return {
    target: right.left,
    right: right.right,
    result,
    steps,
    recursions,
    blocks,
    check: {
      target: left.text,
      ...(target.of === undefined || target.of.name === model.loss ? {} : { of: { kind: 'value' as const, ...target.of } }),
      by: target.by,
      ranges: rangesAt(model, target.by),
      formula: derivation.result,
    },
    model,
    elimination: derivation.elimination,
  };
}

const shownKey = (derivation: GradientDerivation, recursion: Recursion): string =>
  `${derivation.system.target.name}/${recursion.equation.name}/${[...derivation.elimination.kept].sort().join()}`;
const namesInUse = (reference: ValueReference): readonly string[] =>
  reference.indices.flatMap((index) => index.monomials.flatMap((monomial) => monomial.letters));

/** A result beside its left side, path by path; in index notation both carry the letters of the axes. */
function printed(presenter: Presenter, left: Mathematics, parts: Tensor | readonly Tensor[], reference: ValueReference): { left: Mathematics; right: Mathematics } {
  const list = isList(parts) ? parts : [parts];
  const total = list.length === 1 ? (list[0] as Tensor) : presenter.workspace.add(...list);
  const raised = presenter.raise(total, namesInUse(reference));
  if (raised.axes === undefined || raised.axes.length === 0) return { left, right: presenter.formula(list.length === 1 ? raised.formula : sumOfParts(presenter, list, reference, raised.formula)) };
  const axes = raised.axes.join(' ');
  return { left: { latex: `\\left( ${left.latex} \\right)_{${axes}}`, text: `(${left.text})_{${raised.axes.join('')}}` }, right: presenter.formula(raised.formula) };
}

/** The terms of an adjoint equation in the adjoints of the readers: what comes directly first. */
function usesParts(equation: AdjointEquation): readonly Tensor[] {
  const all = [...(equation.seed === undefined ? [] : [equation.seed]), ...equation.contributions.map((contribution) => contribution.tensor)];
  const direct = equation.contributions.filter((contribution) => contribution.equation.ranges.length === 0).map((contribution) => contribution.tensor);
  const ordered = [...all.filter((tensor) => direct.includes(tensor)), ...all.filter((tensor) => !direct.includes(tensor))];
  return ordered.length === 0 ? [equation.value] : ordered;
}

const isList = (parts: Tensor | readonly Tensor[]): parts is readonly Tensor[] => Array.isArray(parts);

/** Terms of different paths are kept apart, as one would write them down. */
function sumOfParts(presenter: Presenter, parts: readonly Tensor[], reference: ValueReference, whole: Formula): Formula {
  const terms = parts.flatMap((part): { readonly sign: 1 | -1; readonly formula: Formula }[] => {
    const { formula } = presenter.raise(part, namesInUse(reference));
    return formula.kind === 'sum' ? [...formula.terms] : [{ sign: 1, formula }];
  });
  return { kind: 'sum', terms, shape: whole.shape };
}

/** Whether an eliminated name's adjoint occurs between the uses and the result (and not only in a recursion). */
function isOnTheWay(derivation: GradientDerivation, equation: AdjointEquation): boolean {
  const seen = new Set<string>();
  const queue = [derivation.uses.value];
  for (let tensor = queue.shift(); tensor !== undefined; tensor = queue.shift()) {
    for (const { quantity } of derivation.system.model.workspace.quantities(tensor)) {
      if (quantity.kind !== 'adjoint' || seen.has(quantity.name) || derivation.elimination.kept.has(quantity.name)) continue;
      seen.add(quantity.name);
      const next = derivation.intermediate.find((candidate) => candidate.name === quantity.name);
      if (next !== undefined) queue.push(next.value);
    }
  }
  return seen.has(equation.name);
}

const numberOf = (context: DeriveContext, equation: Equation): string => {
  const number = [...context.numbers].find(
    ([candidate]) =>
      candidate.name === equation.name && candidate.indices.map((index) => index.key).join() === equation.indices.map((index) => index.key).join(),
  )?.[1];
  return number === undefined ? '' : `(${number})`;
};

function readersOf(context: DeriveContext, equation: AdjointEquation): readonly Equation[] {
  const seen = new Map<string, Equation>();
  for (const contribution of equation.contributions) seen.set(numberOf(context, contribution.equation), contribution.equation);
  return [...seen.values()];
}

function usesSentence(context: DeriveContext, uses: AdjointEquation, by: ValueReference): readonly Inline[] {
  const { presenter } = context;
  const readers = readersOf(context, uses);
  const name = presenter.reference(by);
  if (readers.length === 0) return sentence('Nothing that leads to the loss reads ', name, ', so its gradient is 0.');
  const where = readers.map((reader) => numberOf(context, reader)).join(', ');
  const summed = uses.contributions
    .flatMap((contribution) => contribution.equation.ranges)
    .find((range) => !by.indices.some((index) => wholeName(index) === range.letter));
  const everywhere = summed === undefined || by.indices.length > 0 ? [] : [', at every ', presenter.range(summed)];
  return sentence(
    name,
    ` is read in ${where}`,
    ...everywhere,
    readers.length > 1 || everywhere.length > 0 ? '; its gradient is the sum over these uses.' : '.',
  );
}

/** The rules of the operators that the readers' equations apply. */
function usesReason(uses: AdjointEquation): readonly Inline[] {
  const rules = uses.contributions.flatMap((contribution) => ruleOf(contribution.equation));
  const once = rules.filter((rule, at) => rules.findIndex((other) => other.latex === rule.latex) === at).slice(0, 2);
  return [
    text(once.length === 0 ? CAPTIONS.uses : `${CAPTIONS.uses}; `),
    ...once.flatMap((rule, at): Inline[] => (at === 0 ? [math(rule)] : [text(', '), math(rule)])),
  ];
}

function ruleOf(equation: Equation): readonly Mathematics[] {
  const rules = operatorsIn(equation.value).flatMap((operator) => derivativeRule(operator) ?? []);
  return hasSoftmax(equation.value) ? [softmaxRule(), ...rules] : rules;
}

function adjointLine(context: DeriveContext, system: AdjointSystem, equation: AdjointEquation, steps: Step[]): EquationLine {
  const { presenter } = context;
  const reference = { name: equation.name, indices: equation.indices };
  const left = presenter.adjoint(system, reference);
  const both = printed(presenter, left, usesParts(equation), reference);
  steps.push(step('adjoint', left, both.right));
  const declaration = presenter.model.declarations.get(equation.name);
  const readers = readersOf(context, equation).map((reader) => numberOf(context, reader));
  return {
    left: both.left,
    relation: '=',
    right: both.right,
    reason: [text(readers.length === 0 ? 'the loss itself' : `read in ${readers.join(', ')}`)],
    shape: presenter.shape(equation.value.dims, declaration?.orientation),
  };
}

// ── recursions ──

function recursionParts(context: DeriveContext, system: AdjointSystem, recursion: Recursion): DerivedRecursion {
  const { presenter } = context;
  const reference = { name: recursion.equation.name, indices: recursion.equation.indices };
  const both = printed(presenter, presenter.adjoint(system, reference), recursion.parts, reference);
  return { name: both.left, right: both.right, boundary: recursion.zeroBoundaries.map((place) => zeroAt(presenter, system, place)) };
}

const zeroAt = (presenter: Presenter, system: AdjointSystem, place: ValueReference): Mathematics => {
  const left = presenter.adjoint(system, place);
  return { latex: `${left.latex} = 0`, text: `${left.text} = 0` };
};

function recursionBlocks(context: DeriveContext, derivation: GradientDerivation, recursion: Recursion, steps: Step[]): readonly Block[] {
  const { presenter } = context;
  const { system } = derivation;
  const reference = { name: recursion.equation.name, indices: recursion.equation.indices };
  const left = presenter.adjoint(system, reference);
  const declaration = presenter.model.declarations.get(recursion.equation.name);
  const shape = presenter.shape(recursion.equation.value.dims, declaration?.orientation);
  const lines: EquationLine[] = [];
  const through = printed(presenter, left, usesParts(recursion.equation), reference);
  const done = printed(presenter, left, recursion.parts, reference);
  const readers = recursion.equation.contributions.map((contribution) => presenter.reference(plainReader(contribution.reader)));
  const paths = sentence(presenter.reference(reference), ' reaches the loss through ', ...listed(readers), ':');
  if (through.right.latex !== done.right.latex) {
    lines.push({ left: through.left, relation: '=', right: through.right, reason: [text(CAPTIONS.adjoint)], shape });
    lines.push({ relation: '=', right: done.right, reason: [text(CAPTIONS.substitute)] });
    steps.push(step('adjoint', left, through.right), step('recursion', through.right, done.right));
  } else {
    lines.push({ left: done.left, relation: '=', right: done.right, reason: [text(CAPTIONS.recursion)], shape });
    steps.push(step('recursion', left, done.right));
  }
  for (const place of recursion.zeroBoundaries) {
    const key = `${derivation.system.target.name}/0/${place.name}`;
    if (context.shown.has(key)) continue;
    context.shown.add(key);
    lines.push({ left: presenter.adjoint(system, place), relation: '=', right: { latex: '0', text: '0' }, reason: [text(CAPTIONS.boundary)] });
    steps.push(step('boundary', presenter.adjoint(system, place), { latex: '0', text: '0' }));
  }
  return [
    { type: 'paragraph', content: paths },
    { type: 'equations', lines },
  ];
}

/** A reader as it is printed: letters that are summed over lose the mark that keeps them apart. */
function plainReader(reference: ValueReference): ValueReference {
  const letters = new Set(
    reference.indices.flatMap((index) => index.monomials.flatMap((monomial) => monomial.letters)).filter((letter) => letter.endsWith('°')),
  );
  const plain = new Map([...letters].map((letter) => [letter, wholeLetter(letter.slice(0, -1))]));
  return { name: reference.name, indices: reference.indices.map((index) => substituteWhole(index, plain)) };
}

/** The result written out at numeric lengths, the adjoints unrolled too. */
function atLengths(model: Model, derivation: GradientDerivation, result: Tensor, lengths: ReadonlyMap<string, Whole>): Tensor {
  const { workspace } = model;
  let current = workspace.substituteLetters(result, lengths);
  // Every round replaces adjoints by ones a step later; beyond the last step they are 0, so there are at most as many rounds as steps.
  for (let round = 0; round < 64; round += 1) {
    const next = workspace.replace(current, (quantity, dims) => {
      if (quantity.kind !== 'adjoint') return undefined;
      const declaration = model.declarations.get(quantity.name);
      const outside = declaration?.indices.some((range, at) => {
        const index = wholeValue(quantity.indices[at] as Whole);
        const [from, to] = [wholeValue(substituteWhole(range.from, lengths)), wholeValue(substituteWhole(range.to, lengths))];
        return index !== undefined && ((from !== undefined && index < from) || (to !== undefined && index > to));
      });
      const boundary = model.boundaries.find(
        (place) =>
          place.name === quantity.name &&
          place.kind !== 'zero' &&
          place.indices.every((index, at) => wholeValue(substituteWhole(index, lengths)) === wholeValue(quantity.indices[at] as Whole)),
      );
      if (outside === true && boundary === undefined) return workspace.zero(dims);
      const letters = new Map([...lengths, ...(declaration?.indices ?? []).map((range, at) => [range.letter, quantity.indices[at] as Whole] as const)]);
      return workspace.substituteLetters(derivation.elimination.equation(quantity.name, boundary?.indices), letters);
    });
    if (next === current) break;
    current = simplifyConditions(workspace, next, []);
  }
  return current;
}

// ── Jacobians ──

const REACH_WORDS: { readonly [reach in Reach]: string } = {
  immediate: 'all other names held fixed',
  step: 'the names of the step follow, those of other steps are held',
  total: 'everything follows',
};

function deriveJacobian(context: DeriveContext, target: Extract<Target, { kind: 'jacobian' }>): Derived {
  const { presenter } = context;
  const model = context.model;
  const { numerator, denominator, reach } = target;
  const left = presenter.quantity({ kind: 'partial', numerator, denominator, reach });
  const distances = numerator.indices.map((index, at) => wholeValue(subtract(index, denominator.indices[at])));
  const unlike = reach === 'total' && denominator.indices.length !== numerator.indices.length;
  const symbolic =
    unlike || (reach === 'total' && numerator.indices.length > 0 && denominator.indices.length === numerator.indices.length && distances.some((distance) => distance === undefined));
  const steps: Step[] = [];
  const blocks: Block[] = [];
  let result: Tensor | undefined;
  if (symbolic) {
    result = unlike ? undefined : jacobianProduct(model, numerator, denominator, stateNames(model));
    if (result === undefined) return deriveByRecursion(context, target, left);
    const letter = presenter.letterRanges().find((range) => wholeName(denominator.indices[0] ?? wholeNumber(0)) === range.letter)?.letter ?? 't';
    const here = { name: numerator.name, indices: [wholeLetter(letter)] };
    const before = { name: numerator.name, indices: [subtract(wholeLetter(letter), wholeNumber(1))] };
    const one = presenter.quantity({ kind: 'partial', numerator: here, denominator: before, reach: 'step' });
    const oneRight = presenter.tensor(jacobian(model, here, before, 'step'));
    blocks.push({ type: 'paragraph', content: sentence('One step gives') });
    blocks.push({ type: 'equations', lines: [{ left: one, relation: '=', right: oneRight, reason: [text(CAPTIONS.jacobian)] }] });
    blocks.push({ type: 'paragraph', content: sentence('and the chain rule multiplies the steps, the last one first:') });
    steps.push(step('jacobian', one, oneRight));
  } else {
    result = jacobian(model, numerator, denominator, reach, new Set(target.hold ?? []));
    blocks.push({ type: 'paragraph', content: [text('The '), { type: 'emphasis', children: [text(reach)] }, text(` Jacobian: ${REACH_WORDS[reach]}.`)] });
    const at = equationAt(model, numerator);
    if (at !== undefined && reach !== 'immediate') {
      const direct = jacobian(model, numerator, denominator, 'immediate');
      const mark = presenter.formula({ kind: 'name', quantity: { kind: 'partial', numerator, denominator, reach: 'immediate' }, shape: { dims: [] } });
      const marked = { latex: mark.latex.replace('\\partial', '\\partial^+'), text: `${mark.text} (immediate)` };
      if (direct !== result && direct.terms.length > 0) {
        blocks.push({
          type: 'equations',
          lines: [{ left: marked, relation: '=', right: presenter.tensor(direct), reason: [text(`from ${numberOf(context, at.equation)} alone`)] }],
        });
      }
    }
  }
  const both = printed(presenter, left, result, numerator);
  steps.push(step(symbolic ? 'product' : 'jacobian', left, both.right));
  blocks.push({ type: 'result', lines: [{ left: both.left, relation: '=', right: both.right, shape: presenter.shape(result.dims) }] });
  return {
    target: both.left,
    right: both.right,
    result,
    steps,
    recursions: [],
    blocks,
    check: {
      target: left.text,
      of: { kind: 'value', ...numerator },
      by: denominator,
      reach,
      ranges: jacobianRanges(model, numerator, denominator),
      formula: result,
    },
    model,
    elimination: undefined,
  };
}

const subtract = (a: Whole, b: Whole | undefined): Whole => (b === undefined ? a : subtractWhole(a, b));

/** Where both ends of the Jacobian exist, boundary values included. */
function jacobianRanges(model: Model, numerator: ValueReference, denominator: ValueReference): readonly IndexRange[] {
  const ranges: IndexRange[] = [];
  for (const reference of [numerator, denominator]) {
    (model.declarations.get(reference.name)?.indices ?? []).forEach((range, at) => {
      const letters = [...(reference.indices[at]?.monomials ?? [])].flatMap((monomial) => monomial.letters);
      const letter = letters.find((candidate) => candidate !== wholeName(range.to));
      if (letter === undefined || letter === wholeName(range.to)) return;
      const shift = wholeValue(subtract(reference.indices[at] as Whole, wholeLetter(letter))) ?? 0;
      const known = ranges.findIndex((candidate) => candidate.letter === letter);
      const own = { letter, from: shiftWhole(range.from, -shift), to: shiftWhole(range.to, -shift) };
      if (known < 0) ranges.push(own);
      else {
        const before = ranges[known] as IndexRange;
        ranges[known] = {
          letter,
          from: larger(before.from, own.from),
          to: larger(scaleWhole(before.to, -1), scaleWhole(own.to, -1)).key === scaleWhole(before.to, -1).key ? before.to : own.to,
        };
      }
    });
  }
  return ranges;
}

/** The larger of two expressions that differ by a number; the first where that is not known. */
function larger(a: Whole, b: Whole): Whole {
  const difference = wholeValue(subtractWhole(b, a));
  return difference !== undefined && difference > 0 ? b : a;
}

/** ∂h_T/∂c_t and the like where several names carry state: the adjoint recursion with the numerator as its target. */
function deriveByRecursion(context: DeriveContext, target: Extract<Target, { kind: 'jacobian' }>, left: Mathematics): Derived {
  const { presenter, model } = context;
  const system = new AdjointSystem(model, target.numerator, true);
  const elimination = new Elimination(system, keptNames(model));
  const own = system.lettersOf(target.denominator.name);
  const letters = new Map(own.map((letter, at) => [letter, target.denominator.indices[at] as Whole]));
  const general = gradient(system, { name: target.denominator.name, indices: own.map(wholeLetter) });
  const result = model.workspace.substituteLetters(general.result, letters);
  const steps: Step[] = [];
  const recursions = general.recursions.map((recursion) => recursionParts(context, system, recursion));
  const blocks: Block[] = [
    {
      type: 'paragraph',
      content: sentence(
        'Several names carry state from step to step, so there is no product of one Jacobian a step; the recursion runs backwards from ',
        presenter.reference(target.numerator),
        '.',
      ),
    },
    ...general.recursions.flatMap((recursion) => recursionBlocks(context, general, recursion, steps)),
  ];
  const both = printed(presenter, left, result, target.denominator);
  blocks.push({ type: 'result', lines: [{ left: both.left, relation: '=', right: both.right, shape: presenter.shape(result.dims) }] });
  steps.push(step('recursion', left, both.right));
  return {
    target: both.left,
    right: both.right,
    result,
    steps,
    recursions,
    blocks,
    check: {
      target: left.text,
      of: { kind: 'value', ...target.numerator },
      by: target.denominator,
      ranges: jacobianRanges(model, target.numerator, target.denominator),
      formula: result,
    },
    model,
    elimination,
  };
}

// ── higher orders ──

function deriveHigher(context: DeriveContext, target: Extract<Target, { kind: 'higher' }>): Derived {
  const [first, second] = target.by;
  const { model } = context;
  const loss = target.of?.name ?? model.loss;
  if (loss === undefined)
    throw new InputError({
      ruleId: 'no-loss',
      message: 'The model has no loss to differentiate twice.',
      fix: 'Add one, or name it with `loss:` in the front matter.',
    });
  if (first === undefined || second === undefined || target.by.length > 2)
    throw new InputError({ ruleId: 'order', message: 'Derivatives through time are worked out up to the second order.', fix: 'Ask for ∂²J/∂W∂V.' });
  for (const reference of target.by) refuseFixed(model, reference, context.presenter);
  const extended = hessianSystem(model, loss, first);
  const presenter = new Presenter({ ...extended.model, loss }, context.presenter.options);
  const derivation = gradient(extended.system, second);
  const [a, b] = [presenter.reference(first), presenter.reference(second)];
  const of = presenter.reference({ name: loss, indices: [] });
  const same = a.latex === b.latex;
  const left = {
    latex: same ? `\\frac{\\partial^2 ${of.latex}}{\\partial ${a.latex}^2}` : `\\frac{\\partial^2 ${of.latex}}{\\partial ${a.latex} \\, \\partial ${b.latex}}`,
    text: same ? `∂²${of.text}/∂${a.text}²` : `∂²${of.text}/∂${a.text}∂${b.text}`,
  };
  const inner: DeriveContext = { ...context, presenter, model: extended.model };
  const both = printed(presenter, left, derivation.parts, second);
  const steps: Step[] = [];
  const recursions = derivation.recursions.map((recursion) => recursionParts(inner, extended.system, recursion));
  const blocks: Block[] = [
    {
      type: 'paragraph',
      content: sentence(
        'The backward pass is a model of its own: the adjoints are computed by a recurrence that runs from the last step to the first. Its gradient with respect to ',
        b,
        ' is the second derivative.',
      ),
    },
    { type: 'result', lines: [{ left: both.left, relation: '=', right: both.right, shape: presenter.shape(derivation.result.dims) }] },
    ...derivation.recursions.flatMap((recursion) => recursionBlocks(inner, derivation, recursion, steps)),
  ];
  steps.push(step('second', left, both.right));
  return {
    target: both.left,
    right: both.right,
    result: derivation.result,
    steps,
    recursions,
    blocks,
    check: { target: left.text, of: { kind: 'value', name: extended.gradient, indices: first.indices }, by: second, ranges: [], formula: derivation.result },
    model: extended.model,
    elimination: derivation.elimination,
  };
}

/** A boundary value that nothing frees is fixed at 0, so the backward pass has no equation for it. */
function refuseFixed(model: Model, reference: ValueReference, presenter: Presenter): void {
  const fixed = model.boundaries.find((place) => place.kind === 'zero' && place.name === reference.name && place.indices.every((index, at) => index.key === reference.indices[at]?.key));
  if (fixed === undefined) return;
  const name = presenter.reference(reference).text;
  throw new InputError({ ruleId: 'fixed-value', message: `${name} is fixed at 0.`, fix: `Free it with a line of its own, such as \`h_0 \\in \\mathbb{R}^n\`.` });
}

// ── values written out ──

function deriveUnrolled(context: DeriveContext, target: Extract<Target, { kind: 'value' }>): Derived {
  const { presenter, model } = context;
  const { workspace } = model;
  const left = presenter.reference(target.of);
  const lines: EquationLine[] = [];
  const steps: Step[] = [];
  let current = workspace.value(target.of.name, target.of.indices, model.declarations.get(target.of.name)?.dims ?? []);
  // Each round puts in the equations of the values at the latest step; indices are numbers, so it ends at the boundary.
  for (let round = 0; round < 24; round += 1) {
    const next = workspace.replace(current, (quantity) => {
      if (quantity.kind !== 'value') return undefined;
      const at = equationAt(model, quantity);
      if (at === undefined || quantity.indices.some((index, k) => beyond(index, at.equation.ranges[k]))) return undefined;
      return workspace.substituteLetters(at.equation.value, at.letters);
    });
    const cleaned = dropZeroBoundaries(model, next);
    if (cleaned === current) break;
    current = cleaned;
    const right = presenter.tensor(current);
    lines.push(lines.length === 0 ? { left, relation: '=', right, reason: [text(CAPTIONS.unroll)] } : { relation: '=', right });
  }
  const result = workspace.expand(current);
  const right = presenter.tensor(result);
  if (lines.at(-1)?.right.latex !== right.latex)
    lines.push({ ...(lines.length === 0 ? { left } : {}), relation: '=', right, reason: [text('multiplied out')] });
  steps.push(step('unroll', left, right));
  const blocks: Block[] = [
    { type: 'equations', lines: lines.slice(0, -1) },
    { type: 'result', lines: [{ left, relation: '=', right }] },
  ];
  return {
    target: left,
    right,
    result,
    steps,
    recursions: [],
    blocks: lines.length <= 1 ? blocks.slice(1) : blocks,
    check: { target: left.text, by: target.of, ranges: [], formula: result },
    value: target.of,
    model,
    elimination: undefined,
  };
}

function beyond(index: Whole, range: IndexRange | undefined): boolean {
  const [at, from] = [wholeValue(index), range === undefined ? undefined : wholeValue(range.from)];
  return at !== undefined && from !== undefined && at < from;
}

function dropZeroBoundaries(model: Model, tensor: Tensor): Tensor {
  return model.workspace.replace(tensor, (quantity, dims) => {
    if (quantity.kind !== 'value') return undefined;
    const zero = model.boundaries.some(
      (place) =>
        place.name === quantity.name &&
        place.kind === 'zero' &&
        place.indices.every((index, at) => wholeValue(subtractWhole(index, quantity.indices[at] as Whole)) === 0),
    );
    return zero ? model.workspace.zero(dims) : undefined;
  });
}
