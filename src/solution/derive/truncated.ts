/**
 * Truncated backpropagation: what a loss sends back stops after k steps of the recurrence.
 *
 * With L^{(j)} for "from losses at most j steps later", the recursion of the adjoints holds level by level: whatever comes from the next step
 * is one level lower, and below level 0 nothing comes. Levels are numbers at a check, so putting the recursion in ends.
 */

import { type Elimination, type Facts, factsOf, gradient, type Recursion, simplifyConditions } from '../../calculus/index.js';
import type { Target } from '../../calculus/target.js';
import { recurrenceLetters } from '../../check/index.js';
import { InputError } from '../../errors.js';
import type { Declaration, Model } from '../../model/model.js';
import {
  shiftWhole,
  subtractWhole,
  type Tensor,
  type ValueReference,
  type Variable,
  type Whole,
  wholeLetter,
  wholeName,
  wholeNumber,
  wholeValue,
} from '../../network/index.js';
import type { Block, EquationLine, Mathematics } from '../document.js';
import { listed, Presenter, sentence, text } from '../presenter.js';
import { type DeriveContext, type Derived, printed, type Step, step } from './derived.js';
import { systemOf } from './gradient.js';
import { compareTruncated } from './truncated-check.js';

type Truncated = Extract<Target, { kind: 'gradient' }> & { readonly truncated: Whole };

/** The name of the loss with a level; no name of a sheet can be spelt so. */
const LEVELS = '¦levels';
const LEVEL = 'j';

/** The truncated gradient, its recursion by levels, and the check against differences that stop after so many steps. */
export function deriveTruncated(context: DeriveContext, target: Truncated): Derived {
  const { model } = context;
  const letter = loopOf(model, target);
  const system = systemOf(model, target.of);
  const states = [...model.declarations.values()].filter(({ role, indices }) => role === 'computed' && indices.length > 0).map(({ name }) => name);
  const derivation = gradient(system, target.by, target.keep === undefined ? undefined : [...new Set([...target.keep, ...crossing(model, states)])]);
  const presenter = withLevels(context.presenter, target);
  const levels = new Levels(model, letter, derivation.elimination, target.of);
  const base = target.by.indices[0] ?? wholeLetter(letter);
  const result = levels.levelled(derivation.result, target.by.indices.length === 0 ? undefined : base, target.truncated);
  const left = presenter.quantity(levels.quantity(target.by, target.truncated));
  const parts = derivation.parts.map((part) => levels.levelled(part, target.by.indices.length === 0 ? undefined : base, target.truncated));
  const right = printed(
    presenter,
    left,
    parts.filter(({ terms }) => terms.length > 0),
    target.by,
  );
  const shape = presenter.shape(result.dims, presenter.model.declarations.get(target.by.name)?.orientation);
  const steps: Step[] = [step('uses', left, right.right)];
  const known = new Set<string>();
  const blocks: Block[] = [
    { type: 'paragraph', content: introduction(presenter, target) },
    { type: 'result', lines: [{ left: right.left, relation: '=', right: right.right, shape }] },
    ...derivation.recursions.flatMap((recursion) => recursionBlocks(presenter, levels, recursion, target.truncated, steps, known)),
    { type: 'paragraph', content: leftOut(presenter, target.truncated, model, letter) },
  ];
  const number = wholeValue(target.truncated) ?? 2;
  const formula = levels.writtenOut(levels.levelled(derivation.result, target.by.indices.length === 0 ? undefined : base, wholeNumber(number)));
  return {
    target: left,
    right: right.right,
    result: formula,
    steps,
    recursions: [],
    blocks,
    check: { target: left.text, by: target.by, ranges: [], formula },
    compare: (settings) => compareTruncated({ model, letter, formula, by: target.by, of: system.target, level: number, label: left.text }, settings),
    model,
    elimination: derivation.elimination,
  };
}

/** The one letter that time runs along. Throws an InputError where there is none, or more than one. */
function loopOf(model: Model, target: Truncated): string {
  const [letter, ...more] = recurrenceLetters(model);
  const fits = model.equations.every(
    ({ name, ranges }) => name === model.loss || name === target.of?.name || (ranges.length === 1 && ranges[0]?.letter === letter),
  );
  if (letter === undefined || more.length > 0 || !fits)
    throw new InputError({
      ruleId: 'not-truncatable',
      message: 'Truncation is asked of a model with one loop, all of whose names run along it.',
      fix: 'Leave `truncated after k` out, or ask it of such a model.',
    });
  return letter;
}

/** Names that another step reads. */
function crossing(model: Model, names: readonly string[]): readonly string[] {
  const read = new Set(
    model.equations.flatMap(({ value }) =>
      model.workspace
        .quantities(value)
        .flatMap(({ quantity }) => (quantity.kind === 'value' && quantity.indices.some((index) => wholeName(index) === undefined) ? [quantity.name] : [])),
    ),
  );
  return names.filter((name) => read.has(name));
}

function withLevels(presenter: Presenter, { of, truncated }: Truncated): Presenter {
  const { model } = presenter;
  const own = model.declarations.get(of?.name ?? model.loss ?? '');
  if (own === undefined) return presenter;
  const { subscript: _subscript, superscript: _superscript, ...bare } = own.spelling;
  const declaration: Declaration = {
    ...own,
    name: LEVELS,
    spelling: { ...bare, indexPlace: 'parenthesised superscript' },
    indices: [{ letter: LEVEL, from: wholeNumber(0), to: truncated }],
  };
  return new Presenter({ ...model, declarations: new Map([...model.declarations, [LEVELS, declaration]]) }, presenter.options);
}

/** Adjoints with levels. */
class Levels {
  readonly #written = new Map<string, Tensor>();

  constructor(
    readonly model: Model,
    readonly letter: string,
    readonly elimination: Elimination,
    readonly of: ValueReference | undefined,
  ) {}

  quantity({ name, indices }: ValueReference, level: Whole): Variable {
    return { kind: 'adjoint', name, indices, target: { name: LEVELS, indices: [level] } };
  }

  /** Every adjoint at its level: that of `level` at the step `base` (at every step where a parameter is meant), one lower for each step further; below 0 nothing. */
  levelled(tensor: Tensor, base: Whole | undefined, level: Whole): Tensor {
    const { workspace } = this.model;
    const { system } = this.elimination;
    return workspace.replace(tensor, (quantity, dims) => {
      if (quantity.kind !== 'adjoint' || !system.model.declarations.has(quantity.name)) return undefined;
      const [index] = quantity.indices;
      const steps = base === undefined || index === undefined ? 0 : wholeValue(subtractWhole(index, base));
      if (steps === undefined)
        throw new InputError({
          ruleId: 'not-truncatable',
          message: 'Some reads of this model are not a fixed number of steps apart, so nothing can be cut off after k.',
        });
      const lower = shiftWhole(level, -Math.abs(steps));
      const value = wholeValue(lower);
      return value !== undefined && value < 0 ? workspace.zero(dims) : workspace.symbol(this.quantity(quantity, lower), dims);
    });
  }

  /** The recursion of a name at one level. */
  at(recursion: Recursion, level: Whole): readonly Tensor[] {
    const base = recursion.equation.indices[0] ?? wholeLetter(this.letter);
    return recursion.parts.map((part) => this.levelled(part, base, level)).filter(({ terms }) => terms.length > 0);
  }

  /** All adjoints put in, down to level 0: levels are numbers here. */
  writtenOut(tensor: Tensor, facts: Facts = this.elimination.system.lengthFacts()): Tensor {
    const { workspace, declarations } = this.model;
    const replaced = workspace.replace(tensor, (quantity) => {
      if (quantity.kind !== 'adjoint' || quantity.target?.name !== LEVELS) return undefined;
      const value = this.#atLevel(quantity.name, wholeValue(quantity.target.indices[0] as Whole) ?? 0);
      const ranges = declarations.get(quantity.name)?.indices ?? [];
      const placed = workspace.substituteLetters(value, new Map(ranges.map(({ letter }, axis) => [letter, quantity.indices[axis] as Whole])));
      const labels = placed.dims.map((_, axis) => `${axis}`);
      const inside = ranges.flatMap(({ from, to }, axis) => {
        const index = quantity.indices[axis] as Whole;
        return [subtractWhole(index, from), subtractWhole(to, index)].map((of) => ({ tensor: workspace.indicator(of, 'nonnegative'), labels: [] }));
      });
      return workspace.contract(labels, [{ tensor: placed, labels }, ...inside]);
    });
    return simplifyConditions(workspace, replaced, facts);
  }

  #atLevel(name: string, level: number): Tensor {
    const key = `${level} ${name}`;
    const known = this.#written.get(key);
    if (known !== undefined) return known;
    const equation = this.elimination.system.of(name);
    const own = this.levelled(this.elimination.equation(name), equation.indices[0], wholeNumber(level));
    const made = this.writtenOut(own, [...factsOf(equation.ranges), ...this.elimination.system.lengthFacts()]);
    this.#written.set(key, made);
    return made;
  }
}

const lossWithLevel = (presenter: Presenter, level: Whole): Mathematics => presenter.reference({ name: LEVELS, indices: [level] });

function introduction(presenter: Presenter, { truncated }: Truncated) {
  const j = wholeLetter(LEVEL);
  const cut = presenter.whole(truncated);
  return sentence(
    'What a loss sends back stops after ',
    cut,
    wholeValue(truncated) === 1 ? ' step. Let ' : ' steps. Let ',
    lossWithLevel(presenter, j),
    ' stand for the losses that are at most ',
    presenter.whole(j),
    ' steps later; the gradient asked for takes ',
    { latex: `j = ${cut.latex}`, text: `j = ${cut.text}` },
    '.',
  );
}

function recursionBlocks(presenter: Presenter, levels: Levels, recursion: Recursion, last: Whole, steps: Step[], known: Set<string>): readonly Block[] {
  const fresh = recursion.zeroBoundaries.filter(({ name }) => !known.has(name));
  for (const { name } of fresh) known.add(name);
  const reference = { name: recursion.equation.name, indices: recursion.equation.indices };
  const j = wholeLetter(LEVEL);
  const shape = presenter.shape(recursion.equation.value.dims, presenter.model.declarations.get(recursion.equation.name)?.orientation);
  const line = (level: Whole): EquationLine => {
    const both = printed(presenter, presenter.quantity(levels.quantity(reference, level)), levels.at(recursion, level), reference);
    steps.push(step('recursion', both.left, both.right));
    return { left: both.left, relation: '=', right: both.right };
  };
  const range = wholeValue(last) === 1 ? { latex: `${LEVEL} = 1`, text: `${LEVEL} = 1` } : presenter.range({ letter: LEVEL, from: wholeNumber(1), to: last });
  const lines: EquationLine[] = [
    ...(wholeValue(last) === 0 ? [] : [{ ...line(j), reason: sentence('for ', range), shape }]),
    { ...line(wholeNumber(0)), reason: [text('what comes from the step itself; nothing further is sent back')] },
    ...fresh.map(
      (place): EquationLine => ({
        left: presenter.quantity(levels.quantity(place, j)),
        relation: '=',
        right: { latex: '0', text: '0' },
        reason: [text('nothing is read beyond the last step')],
      }),
    ),
  ];
  return [
    {
      type: 'paragraph',
      content: sentence('Level by level, ', ...listed([presenter.quantity(levels.quantity(reference, j))]), ' runs backwards through the loop:'),
    },
    { type: 'equations', lines },
  ];
}

/** Which pairs of a loss and a use are cut off. */
function leftOut(presenter: Presenter, cut: Whole, model: Model, letter: string) {
  const length = model.letters.get(letter)?.to;
  const k = presenter.whole(cut);
  const pair = { latex: `s - ${letter} > ${k.latex}`, text: `s − ${letter} > ${k.text}` };
  const value = wholeValue(cut);
  const steps = value === undefined ? undefined : Math.max(6, value + 2);
  const outside = steps === undefined || value === undefined ? undefined : ((steps - value) * (steps - value - 1)) / 2;
  const counted =
    steps === undefined || length === undefined
      ? []
      : [` With ${presenter.whole(length).text} = ${steps} these are ${outside} of the ${(steps * (steps + 1)) / 2} pairs.`];
  return sentence(
    'The full gradient less this one is what the loss of a step ',
    { latex: 's', text: 's' },
    ' sends to step ',
    { latex: letter, text: letter },
    ' for all pairs with ',
    pair,
    `: exactly that is left out.`,
    ...counted,
  );
}
