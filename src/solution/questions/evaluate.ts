/** `evaluate` blocks: given numbers, every intermediate value of a run or of one step, line by line. */

import { readFormula, referenceOf, type Target, targetOf } from '../../calculus/target.js';
import { InputError, type Region } from '../../errors.js';
import { asWhole, lexiconOfModel, type Model } from '../../model/index.js';
import type { Equation } from '../../model/model.js';
import {
  evaluateWhole,
  type Head,
  substituteWhole,
  type Tensor,
  type ValueReference,
  type Whole,
  wholeName,
  wholeNumber,
  wholeValue,
} from '../../network/index.js';
import { parseQuestion } from '../../notation/questions.js';
import { splitLines } from '../../notation/statements.js';
import type { RelationChain, Statement, Syntax } from '../../notation/syntax.js';
import { createRun, type NumericArray, plainPlace, type Run, readValues, type Values } from '../../numeric/index.js';
import type { EquationLine, Mathematics, Section } from '../document.js';
import { type Presenter, sentence, text } from '../presenter.js';
import { derivativeLines } from './evaluate-derivatives.js';
import { arrayMath, literal } from './numbers.js';
import type { Answer, QuestionKind } from './question.js';

interface Given {
  readonly reference: ValueReference;
  readonly value: unknown;
}

const DIGITS = 6;
/** Options that say what a derivative holds or how far it reaches. */
const OF_DERIVATIVES: readonly string[] = ['hold', 'keep', 'reach'];
/** Longest run that a sheet may ask for by a size alone. */
const LONGEST = 1000;

export const evaluate: QuestionKind = (block, context): Answer => {
  const presented = context.model(block.words[0] ?? '');
  const { model, presenter } = presented;
  const lexicon = lexiconOfModel(model);
  const given: Given[] = [];
  const wanted: ValueReference[] = [];
  const derivatives: Target[] = [];
  const sizes = new Map<string, number>();
  let digits = DIGITS;
  for (const line of splitLines(block.text, { line: block.line, column: 1 })) {
    const question = parseQuestion(line, lexicon);
    for (const option of question.options) {
      if (option.kind === 'digits') digits = option.digits;
      else if (option.kind === 'value') sizes.set(...sizeOf(model, option));
      else if (
        option.kind !== 'only' &&
        !(question.statement?.kind === 'expression' && question.statement.value.kind === 'derivative' && OF_DERIVATIVES.includes(option.kind))
      )
        throw new InputError({ ruleId: 'unsupported-option', message: `The option \`${option.kind}\` does not go with numbers.`, region: option.region });
    }
    const { statement } = question;
    const asked = [
      ...(statement?.kind === 'expression' ? [statement.value] : []),
      ...question.options.flatMap((option) => (option.kind === 'only' ? option.names : [])),
    ];
    for (const one of asked) {
      if (one.kind === 'derivative')
        derivatives.push(
          targetOf(model, { statement: expressionOf(one), options: question.options.filter(({ kind }) => OF_DERIVATIVES.includes(kind)), region: one.region }),
        );
      else wanted.push(...namesIn(model, one));
    }
    if (statement?.kind === 'relation') given.push(...assignments(model, statement.chain));
    else if (statement !== undefined && statement.kind !== 'expression')
      throw new InputError({
        ruleId: 'not-a-value',
        message: 'A value or a name is expected here.',
        fix: 'Write x_t = [0.5, -0.1], then the names wanted.',
        region: line.region,
      });
  }
  const { run, values } = runOf(model, given, wanted, sizes);
  const step = singleStep(given);
  const names =
    wanted.length > 0 || derivatives.length > 0 ? wanted : run.model.equations.map((equation) => ({ name: equation.name, indices: equation.indices }));
  const lines = [
    ...linesOf(presenter, run, names, step, digits),
    ...derivatives.flatMap((target) => derivativeLines(presented, run, values, target, (value) => arrayMath(value, digits, undefined))),
  ];
  const section: Section = {
    kind: 'evaluate',
    title: [text('The numbers')],
    blocks: [
      {
        type: 'paragraph',
        content: sentence(
          step === undefined
            ? 'With the values given, the equations are worked out in their order'
            : 'With the values given, one step is worked out equation by equation',
          ` and printed to ${digits} digits; nothing is rounded in between.`,
        ),
      },
      { type: 'equations', lines },
    ],
  };
  return { sections: [section], derived: [], formulas: lines.length, proved: 0, checked: lines.length, slips: 0 };
};

// ── reading ──

function assignments(model: Model, chain: RelationChain): readonly Given[] {
  const sides = [chain.first, ...chain.rest.map((part) => part.value)];
  const bad = chain.rest.find((part) => part.sign !== '=' && part.sign !== ':=');
  if (bad !== undefined) throw new InputError({ ruleId: 'not-a-value', message: 'Values are given with =.', region: bad.signRegion });
  const value = literal(sides.at(-1) as Syntax);
  return sides.slice(0, -1).map((side) => ({ reference: wholeRun(model, side) ?? referenceOf(readFormula(model, side)), value }));
}

/** `x = [[…], …]`: a name with an index, given over its whole range. */
function wholeRun(model: Model, side: Syntax): ValueReference | undefined {
  const declaration = side.kind === 'name' && side.indices.length === 0 ? model.declarations.get(side.key ?? '') : undefined;
  return declaration === undefined || declaration.indices.length === 0 ? undefined : { name: declaration.name, indices: [] };
}

/** `T = 40` */
function sizeOf(model: Model, { name, value, region }: { readonly name: Syntax; readonly value: Syntax; readonly region: Region }): [string, number] {
  const letter = wholeName(asWhole(name) ?? wholeNumber(0));
  const count = wholeValue(asWhole(value) ?? wholeNumber(0));
  if (letter !== undefined && model.sizes.includes(letter) && count !== undefined && count >= 1 && count <= LONGEST) return [letter, count];
  throw new InputError({
    ruleId: 'bad-size',
    message: `A size of the model is set to a whole number from 1 to ${LONGEST}.`,
    why: `Its sizes are ${model.sizes.join(', ')}.`,
    fix: 'Write T = 40.',
    region,
  });
}

const expressionOf = (value: Syntax): Statement => ({ kind: 'expression', value, trailer: { ranges: [], roles: [], conditions: [] }, region: value.region });

function namesIn(model: Model, syntax: Syntax): readonly ValueReference[] {
  if (syntax.kind === 'tuple') return syntax.items.flatMap((item) => namesIn(model, item));
  return [referenceOf(readFormula(model, syntax))];
}

// ── running ──

/** The letter of a single step: values were given at t and t − 1. */
function singleStep(given: readonly Given[]): string | undefined {
  for (const { reference } of given)
    for (const index of reference.indices)
      for (const monomial of index.monomials) for (const letter of monomial.letters) if (/^[a-z]$/.test(letter)) return letter;
  return undefined;
}

function runOf(
  model: Model,
  given: readonly Given[],
  wanted: readonly ValueReference[],
  own: ReadonlyMap<string, number>,
): { readonly run: Run; readonly values: Values } {
  const step = singleStep(given);
  const at = new Map<string, Whole>(step === undefined ? [] : [[step, wholeNumber(1)]]);
  const values: Record<string, unknown> = {};
  const lists = new Map<string, Map<number, unknown>>();
  for (const { reference, value } of given) {
    const declaration = model.declarations.get(reference.name);
    if (declaration === undefined) continue;
    const indices = reference.indices.map((index) => substituteWhole(index, at));
    const position = indices.length === 1 ? evaluateWhole(indices[0] as Whole, new Map()) : undefined;
    const from = declaration.indices.length === 1 ? evaluateWhole(declaration.indices[0]?.from ?? wholeNumber(1), new Map()) : undefined;
    const whole = reference.indices.length === 1 && wholeName(reference.indices[0] as Whole) === declaration.indices[0]?.letter && step === undefined;
    if (indices.length === 0 || whole) values[declaration.name] = value;
    else if (position !== undefined && from !== undefined && position >= from) {
      const list = lists.get(reference.name) ?? new Map<number, unknown>();
      lists.set(reference.name, list.set(position - from, value));
    } else values[plainPlace(declaration, indices)] = value;
  }
  for (const [name, list] of lists) {
    const declaration = model.declarations.get(name);
    if (declaration !== undefined) values[declaration.name] = Array.from({ length: Math.max(...list.keys()) + 1 }, (_, k) => list.get(k));
  }
  const sizes: Record<string, number> = { ...lengthsReached(model, given, wanted), ...Object.fromEntries(own) };
  const length = step === undefined ? undefined : wholeName(model.letters.get(step)?.to ?? wholeNumber(1));
  if (length !== undefined) sizes[length] = 1;
  const read = readValues(model, { values, ...(Object.keys(sizes).length === 0 ? {} : { sizes }) });
  const run = createRun(read.model, read.sizes);
  run.forward(read.values);
  return { run, values: read.values };
}

/** Lengths that no list of inputs decides run as far as the numbers asked for. */
function lengthsReached(model: Model, given: readonly Given[], wanted: readonly ValueReference[]): Record<string, number> {
  const rangesOf = ({ name }: ValueReference) => model.declarations.get(name)?.indices ?? [];
  const decided = new Set([...model.declarations.values()].flatMap(({ role, indices }) => (role === 'computed' ? [] : indices.map(({ to }) => wholeName(to)))));
  for (const { reference } of given) if (reference.indices.length === 0) for (const { to } of rangesOf(reference)) decided.add(wholeName(to));
  const lengths: Record<string, number> = {};
  for (const reference of wanted) {
    rangesOf(reference).forEach(({ to }, axis) => {
      const [length, at] = [wholeName(to), wholeValue(reference.indices[axis] ?? wholeNumber(0))];
      if (length !== undefined && !decided.has(length) && at !== undefined && at > 0) lengths[length] = Math.max(lengths[length] ?? 0, at);
    });
  }
  return lengths;
}

// ── printing ──

function linesOf(presenter: Presenter, run: Run, wanted: readonly ValueReference[], step: string | undefined, digits: number): readonly EquationLine[] {
  const lines: EquationLine[] = [];
  for (const reference of wanted) {
    for (const { equation, letters, shown } of placesOf(run, reference, step)) {
      const value = run.evaluate(equation.value, letters);
      const left = presenter.reference({ name: reference.name, indices: shown });
      const source = presenter.tensorAsWritten(
        equation,
        step === undefined ? new Map([...letters].map(([letter, at]) => [letter, wholeNumber(at)])) : new Map(),
      );
      lines.push({ left, relation: '=', right: source });
      for (const inner of argumentsOf(equation.value))
        lines.push({
          relation: '=',
          right: applied(presenter, inner, run.evaluate(inner.argument, letters), digits),
          reason: [text('with the numbers put in')],
        });
      lines.push({ relation: '=', right: arrayMath(value, digits, presenter.model.declarations.get(reference.name)?.orientation) });
    }
  }
  return lines;
}

interface Place {
  readonly equation: Equation;
  readonly letters: ReadonlyMap<string, number>;
  readonly shown: readonly Whole[];
}

function placesOf(run: Run, reference: ValueReference, step: string | undefined): readonly Place[] {
  const own = run.model.equations.filter((equation) => equation.name === reference.name);
  if (own.length === 0) throw new InputError({ ruleId: 'not-computed', message: `${reference.name} has no equation; it is given.` });
  const places: Place[] = [];
  for (const equation of own) {
    for (const at of run.placesOf(equation)) {
      const letters = new Map<string, number>(run.sizes);
      equation.indices.forEach((index, k) => {
        const letter = wholeName(index);
        if (letter !== undefined) letters.set(letter, at[k] ?? 0);
      });
      const fixed = reference.indices.map((index) => evaluateWhole(index, new Map()));
      if (fixed.some((value, k) => value !== undefined && value !== at[k])) continue;
      places.push({ equation, letters, shown: step === undefined ? at.map(wholeNumber) : reference.indices });
    }
  }
  return places;
}

interface Application {
  readonly name: Mathematics;
  readonly argument: Tensor;
}

/** The argument of a right side that is one function of something: what goes into the sigmoid. */
function argumentsOf(value: Tensor): readonly Application[] {
  const [term] = value.terms;
  const [leaf] = term?.net.leaves ?? [];
  const head: Head | undefined = leaf?.head.head;
  if (value.terms.length !== 1 || term?.net.leaves.length !== 1 || head === undefined) return [];
  if (head.kind === 'apply' && head.args.length === 1)
    return [{ name: { latex: head.operator.latex[0] ?? '', text: head.operator.plain[0] ?? '' }, argument: head.args[0] as Tensor }];
  return head.kind === 'softmax' ? [{ name: { latex: '\\operatorname{softmax}', text: 'softmax' }, argument: head.of }] : [];
}

function applied(presenter: Presenter, { name }: Application, value: NumericArray, digits: number): Mathematics {
  const inner = arrayMath(value, digits, presenter.model.settings.convention);
  return { latex: `${name.latex}\\left(${inner.latex}\\right)`, text: `${name.text}(${inner.text})` };
}
