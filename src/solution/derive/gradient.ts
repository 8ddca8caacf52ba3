/** Gradients of a scalar as solution steps: the sum over uses, the adjoints in between, the boxed result, the recursions it rests on. */

import { type AdjointEquation, AdjointSystem, type GradientDerivation, gradient, lossSystem, simplifyConditions } from '../../calculus/index.js';
import type { Target } from '../../calculus/target.js';
import { InputError } from '../../errors.js';
import type { Equation, IndexRange, Model } from '../../model/model.js';
import { substituteWhole, type Tensor, type ValueReference, type Whole, wholeLetter, wholeName, wholeNumber, wholeValue } from '../../network/index.js';
import { CAPTIONS } from '../captions.js';
import type { Block, EquationLine, Inline, Mathematics } from '../document.js';
import { listed, math, Presenter, sentence, text } from '../presenter.js';
import { derivativeRule, hasSoftmax, operatorsIn, softmaxRule } from '../rules.js';
import { closedGradient } from './closed.js';
import { type DeriveContext, type Derived, namesInUse, numberOf, printed, type Step, step, usesParts } from './derived.js';
import { deriveJacobian } from './jacobian.js';
import { readersOf, recursionBlocks, recursionParts, shownKey } from './recursions.js';
import { equationsPutIn, termsOf } from './unrolled.js';

/** Adjoints of the loss, or of another scalar. Throws an InputError where the model has no loss. */
export function systemOf(model: Model, of: ValueReference | undefined): AdjointSystem {
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

/** Where names are held, what was shown before does not serve, and the text says what is held. */
function holding(context: DeriveContext, names: readonly string[] | undefined): DeriveContext {
  if (names === undefined || names.length === 0) return context;
  return { ...context, shown: new Set(), presenter: new Presenter(context.presenter.model, { ...context.presenter.options, plainHeld: true }) };
}

/** The names that a target holds, as printed. */
export function heldNames({ presenter, model }: DeriveContext, names: readonly string[] = []): readonly Mathematics[] {
  return names.map((name) => presenter.reference({ name, indices: (model.declarations.get(name)?.indices ?? []).map(({ letter }) => wholeLetter(letter)) }));
}

export function deriveGradient(given: DeriveContext, target: Extract<Target, { kind: 'gradient' }>): Derived {
  const context = holding(given, target.hold);
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

  const holds = heldNames(context, target.hold);
  if (holds.length > 0)
    blocks.push({
      type: 'paragraph',
      content: sentence(holds.length === 1 ? 'Held is ' : 'Held are ', ...listed(holds), ': wherever an equation reads a held name, it counts as a number.'),
    });
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
    const known = between
      .filter((_, at) => context.shown.has(seen[at] ?? ''))
      .map((equation) => presenter.adjoint(system, { name: equation.name, indices: equation.indices }));
    for (const key of seen) context.shown.add(key);
    if (fresh.length > 0) {
      blocks.push({
        type: 'paragraph',
        content: sentence(
          fresh.length === 1
            ? 'The adjoint in between follows from what reads that name:'
            : 'The adjoints in between follow from the equations that read these names:',
        ),
      });
      blocks.push({ type: 'equations', lines: fresh });
    }
    blocks.push({ type: 'paragraph', content: known.length === 0 ? sentence('Put in, this is') : sentence('With ', ...listed(known), ' from above this is') });
    steps.push(step('substitute', uses.right, right.right));
  } else {
    if (derivation.uses.value === derivation.result) steps.push(step('uses', left, right.right));
    if (lines.length > 0) blocks.push({ type: 'equations', lines });
  }
  const closed = holds.length === 0 ? closedGradient(presenter, model, target, left) : undefined;
  const states = lengths === undefined || closed === undefined ? result : statesPutIn(model, result);
  const more =
    states === result ? [] : [{ relation: '=', right: printed(presenter, left, termsOf(model, states), target.by).right, reason: [text('the states put in')] }];
  blocks.push({ type: 'result', lines: [{ left: right.left, relation: '=', right: right.right, shape }, ...more] });
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
  if (closed !== undefined && lengths === undefined) blocks.push(...closed.blocks);
  const of = target.of === undefined || target.of.name === model.loss ? {} : { of: { kind: 'value' as const, ...target.of } };
  return {
    ...(closed === undefined || lengths !== undefined
      ? {}
      : { also: [{ target: `${left.text}, closed`, ...of, by: target.by, ranges: rangesAt(model, target.by), formula: closed.formula }] }),
    target: right.left,
    right: right.right,
    result,
    steps,
    recursions,
    blocks,
    check: {
      target: left.text,
      ...of,
      by: target.by,
      ranges: rangesAt(model, target.by),
      formula: derivation.result,
    },
    model,
    elimination: derivation.elimination,
  };
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

function usesSentence(context: DeriveContext, uses: AdjointEquation, by: ValueReference): readonly Inline[] {
  const { presenter } = context;
  const readers = readersOf(context, uses);
  const name = presenter.reference(by);
  if (readers.length === 0) return sentence('Nothing that leads to the loss reads ', name, ', so its gradient is 0.');
  const where = placesOf(context, readers);
  const summed = uses.contributions
    .flatMap((contribution) => contribution.equation.ranges)
    .find((range) => !by.indices.some((index) => wholeName(index) === range.letter));
  const everywhere = summed === undefined || by.indices.length > 0 ? [] : [', at every ', presenter.range(summed)];
  return sentence(
    name,
    ' is read in ',
    ...where,
    ...everywhere,
    readers.length > 1 || everywhere.length > 0 ? '; its gradient is the sum over these uses.' : '.',
  );
}

/** Equations by their numbers; those that the sheet does not have, such as those of the backward pass, by what they are of. */
function placesOf(context: DeriveContext, equations: readonly Equation[]): readonly (string | Mathematics)[] {
  return equations.flatMap((equation, at): (string | Mathematics)[] => {
    const number = numberOf(context, equation);
    const own = number === '' ? ['the equation of ', context.presenter.reference({ name: equation.name, indices: equation.indices })] : [number];
    return at === 0 ? own : [', ', ...own];
  });
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
  const readers = placesOf(context, readersOf(context, equation));
  return {
    left: both.left,
    relation: '=',
    right: both.right,
    reason: readers.length === 0 ? [text('the loss itself')] : sentence('read in ', ...readers),
    shape: presenter.shape(equation.value.dims, declaration?.orientation),
  };
}

/** States at numbered steps replaced by what they are; each round goes one step back, and lengths are at most a dozen. */
function statesPutIn(model: Model, tensor: Tensor): Tensor {
  let current = tensor;
  for (let round = 0; round < 24; round += 1) {
    const next = equationsPutIn(model, current);
    if (next === current) break;
    current = next;
  }
  return model.workspace.expand(current);
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
