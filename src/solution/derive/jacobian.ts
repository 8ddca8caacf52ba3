/** Jacobians as solution steps: within a step, over a number of steps, as an ordered product, or by a recursion where several names carry state. */

import { AdjointSystem, Elimination, equationAt, gradient, jacobian, jacobianProduct, keptNames, stateNames } from '../../calculus/index.js';
import type { Target } from '../../calculus/target.js';
import type { IndexRange, Model } from '../../model/model.js';
import {
  type Reach,
  scaleWhole,
  shiftWhole,
  subtractWhole,
  type Tensor,
  type ValueReference,
  type Whole,
  wholeLetter,
  wholeName,
  wholeNumber,
  wholeValue,
} from '../../network/index.js';
import { CAPTIONS } from '../captions.js';
import type { Block, Mathematics } from '../document.js';
import { sentence, text } from '../presenter.js';
import { type DeriveContext, type Derived, numberOf, printed, type Step, step } from './derived.js';
import { recursionBlocks, recursionParts } from './recursions.js';

const REACH_WORDS: { readonly [reach in Reach]: string } = {
  immediate: 'all other names held fixed',
  step: 'the names of the step follow, those of other steps are held',
  total: 'everything follows',
};

export function deriveJacobian(context: DeriveContext, target: Extract<Target, { kind: 'jacobian' }>): Derived {
  const { presenter } = context;
  const model = context.model;
  const { numerator, denominator, reach } = target;
  const left = presenter.quantity({ kind: 'partial', numerator, denominator, reach });
  const distances = numerator.indices.map((index, at) => wholeValue(subtract(index, denominator.indices[at])));
  const unlike = reach === 'total' && denominator.indices.length !== numerator.indices.length;
  const symbolic =
    unlike ||
    (reach === 'total' &&
      numerator.indices.length > 0 &&
      denominator.indices.length === numerator.indices.length &&
      distances.some((distance) => distance === undefined));
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
export function deriveByRecursion(context: DeriveContext, target: Extract<Target, { kind: 'jacobian' }>, left: Mathematics): Derived {
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
        stateNames(model).length > 1
          ? 'Several names carry state from step to step, so there is no product of one Jacobian a step; the recursion runs backwards from '
          : 'The recursion runs backwards from ',
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
