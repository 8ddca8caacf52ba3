/** The lines of an `evaluate` block: what is given, each equation with its numbers put in, expressions. */

import { InputError } from '../../errors.js';
import type { Equation } from '../../model/model.js';
import {
  evaluateWhole,
  type Head,
  type Tensor,
  type ValueReference,
  type Whole,
  type Workspace,
  wholeLetter,
  wholeName,
  wholeNumber,
} from '../../network/index.js';
import { lettersIn, type NumericArray, type Run, spectralNorm } from '../../numeric/index.js';
import type { EquationLine, Mathematics } from '../document.js';
import { type Presenter, text } from '../presenter.js';
import type { GivenLine } from './evaluate-reading.js';
import type { Measured } from './model-point.js';
import { arrayMath, listMath } from './numbers.js';

// ── what is given ──

/** The values as they were given, and the sizes; equal values over a whole run are said once. */
export function givenLines(
  presenter: Presenter,
  given: readonly GivenLine[],
  sizes: ReadonlyMap<string, number>,
  step: string | undefined,
): readonly EquationLine[] {
  const lines = given.map(({ references, value }): EquationLine => {
    const [first] = references;
    const declaration = presenter.model.declarations.get(first?.name ?? '');
    const row = (declaration?.orientation ?? presenter.model.settings.convention) === 'row';
    const overRun = first !== undefined && first.indices.length === 0 && (declaration?.indices.length ?? 0) === 1 && Array.isArray(value) && step === undefined;
    const [one] = overRun ? value : [];
    if (overRun && value.length > 1 && value.every((each) => JSON.stringify(each) === JSON.stringify(one))) {
      const letter = declaration?.indices[0]?.letter ?? 't';
      const every = references.map(({ name }) => presenter.reference({ name, indices: [wholeLetter(letter)] }));
      return { left: chained(every), relation: '=', right: listMath(one, row), reason: [text(`at each of ${value.length} steps`)] };
    }
    const names = references.map((reference) =>
      overRun && reference.indices.length === 0
        ? sequence(presenter, reference.name, value.length, declaration?.indices[0]?.from)
        : presenter.reference(reference),
    );
    return { left: chained(names), relation: '=', right: overRun ? sequenceMath(value.map((each) => listMath(each, row))) : listMath(value, row) };
  });
  const lengths = [...sizes].map(
    ([name, value]): EquationLine => ({ left: presenter.whole(wholeLetter(name)), relation: '=', right: presenter.whole(wholeNumber(value)) }),
  );
  return [...lines, ...lengths];
}

const chained = (names: readonly Mathematics[]): Mathematics => ({
  latex: names.map(({ latex }) => latex).join(' = '),
  text: names.map((name) => name.text).join(' = '),
});

/** x_1, …, x_8 */
function sequence(presenter: Presenter, name: string, count: number, from: Whole | undefined): Mathematics {
  const first = (from === undefined ? undefined : evaluateWhole(from, new Map())) ?? 1;
  const at = (index: number): Mathematics => presenter.reference({ name, indices: [wholeNumber(index)] });
  const [a, b] = [at(first), at(first + count - 1)];
  if (count === 1) return a;
  return count === 2 ? sequenceMath([a, b]) : sequenceMath([a, { latex: '\\dots', text: '…' }, b]);
}

const sequenceMath = (items: readonly Mathematics[]): Mathematics => ({
  latex: items.map(({ latex }) => latex).join(',\\; '),
  text: items.map((item) => item.text).join(', '),
});

// ── computed names ──

/** Every place of a computed name: its equation, the argument of a function with the numbers put in, its value. Throws an InputError for a name without an equation. */
export function linesOf(presenter: Presenter, run: Run, reference: ValueReference, step: string | undefined, digits: number): readonly EquationLine[] {
  const lines: EquationLine[] = [];
  for (const { equation, letters, shown } of placesOf(run, reference, step)) {
    const value = run.evaluate(equation.value, letters);
    const left = presenter.reference({ name: reference.name, indices: shown });
    const source = presenter.tensorAsWritten(equation, step === undefined ? new Map([...letters].map(([letter, at]) => [letter, wholeNumber(at)])) : new Map());
    const numbers = arrayMath(value, digits, presenter.model.declarations.get(reference.name)?.orientation);
    if (isLiteral(equation)) {
      lines.push({ left, relation: '=', right: numbers });
      continue;
    }
    lines.push({ left, relation: '=', right: source });
    for (const inner of argumentsOf(equation.value, run.model.workspace))
      lines.push({
        relation: '=',
        right: applied(presenter, inner, run.evaluate(inner.argument, letters), digits),
        reason: [text('with the numbers put in')],
      });
    lines.push({ relation: '=', right: numbers });
  }
  return lines;
}

/** p_1 = 1: nothing to work out. */
const isLiteral = ({ source }: Equation): boolean => source.kind === 'number';

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
      const fixed = reference.indices.map((index) => evaluateWhole(index, run.sizes));
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
function argumentsOf(value: Tensor, workspace: Workspace): readonly Application[] {
  const [term] = value.terms;
  const [leaf] = term?.net.leaves ?? [];
  const head: Head | undefined = leaf?.head.head;
  if (value.terms.length !== 1 || term?.net.leaves.length !== 1 || head === undefined) return [];
  const upright = (argument: Tensor): Tensor => (isTransposed(leaf?.slots ?? []) ? workspace.permute(argument, [1, 0]) : argument);
  if (head.kind === 'apply' && head.args.length === 1)
    return [{ name: { latex: head.operator.latex[0] ?? '', text: head.operator.plain[0] ?? '' }, argument: upright(head.args[0] as Tensor) }];
  return head.kind === 'softmax' && !isSymbol(head.of) ? [{ name: { latex: '\\operatorname{softmax}', text: 'softmax' }, argument: upright(head.of) }] : [];
}

/** A network keeps its axes in an order of its own; the value's are those of the equation. */
const isTransposed = (slots: readonly number[]): boolean => slots.length === 2 && slots[0] === 1 && slots[1] === 0;

/** softmax(S) with S shown just before. */
const isSymbol = ({ terms: [term, ...more] }: Tensor): boolean =>
  more.length === 0 && term?.net.leaves.length === 1 && term.net.leaves[0]?.head.head.kind === 'symbol';

function applied(presenter: Presenter, { name }: Application, value: NumericArray, digits: number): Mathematics {
  const inner = arrayMath(value, digits, presenter.model.settings.convention);
  return {
    latex: `${name.latex}\\left(${inner.latex}\\right)`,
    text: inner.text.startsWith('(') ? `${name.text}${inner.text}` : `${name.text}(${inner.text})`,
  };
}

// ── expressions ──

/** An expression in names of the model: one line for each value of its letters. */
export function expressionLines(
  presenter: Presenter,
  run: Run,
  { formula, tensor, norm }: Measured,
  step: string | undefined,
  digits: number,
): readonly EquationLine[] {
  const { model } = presenter;
  const free = model.workspace.letters(tensor);
  const ranges = [...model.letters.values()].filter(({ letter }) => free.has(letter));
  return [...lettersIn(ranges, run.sizes)].map((letters, at) => {
    const value = run.evaluate(tensor, new Map([...run.sizes, ...letters]));
    const number = norm ? { data: Float64Array.of(spectralNorm(value)), dims: [] } : value;
    const place = step !== undefined || letters.size === 0 ? [] : [text([...letters].map(([letter, index]) => `${letter} = ${index}`).join(', '))];
    return {
      ...(at === 0 ? { left: presenter.formula(formula) } : {}),
      relation: '=',
      right: arrayMath(number, digits, formula.shape.orientation ?? model.settings.convention),
      ...(place.length === 0 ? {} : { reason: place }),
    };
  });
}
