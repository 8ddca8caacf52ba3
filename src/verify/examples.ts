/**
 * An example of every mistake, made by the engine: a formula derived for a built-in model, one change that is this mistake, and the numbers
 * at which the two differ. Models and formulas are tried in order until one fits, so the search ends.
 */

import { gradient, jacobian, lossSystem, partialEquation } from '../calculus/index.js';
import { BudgetError, InputError } from '../errors.js';
import { builtInModel } from '../model/index.js';
import type { Declaration, IndexRange, Model } from '../model/model.js';
import { shiftWhole, type Tensor, type ValueReference, type Whole, wholeLetter } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { raise } from '../notation/raise.js';
import { namesOf } from '../notation/spelling.js';
import { agree } from './formula-numbers.js';
import { graphOf } from './graph.js';
import { Judge } from './judge.js';
import { MISTAKES, mistakesOf, type Showcase, type Situation } from './mistakes/index.js';
import type { Edit } from './mutate/alteration.js';
import { modelFacts } from './mutate/model-facts.js';
import { lying, quantitiesOf, type Site, transposeOf } from './mutate/sites.js';
import { type MutationContext, mutants } from './mutate.js';
import { searchNumbers, settingsOf, withMiddle } from './search-point.js';
import type { Counterexample, LineJudge, ReadLine } from './types.js';

/** Models in the order in which examples are looked for: the plainest first. */
const MODELS: readonly string[] = ['rnn', 'lstm', 'gru', 'gru-reset-after', 'lstm-peephole', 'attention-scaled', 'self-attention', 'memory'];

/** A right line about a model, ready to be spoilt. */
export interface RightLine {
  readonly model: Model;
  readonly judge: LineJudge;
  readonly line: ReadLine;
}

export interface Example {
  readonly right: RightLine;
  /** The same line with the mistake. */
  readonly wrong: ReadLine;
  readonly edit: Edit;
  readonly counterexample: Counterexample | undefined;
}

const NOWHERE = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 } as const;

/** The first example of a mistake, on the line its entry names if there it can be seen; undefined where no built-in model shows it. */
export function exampleOf(id: string): Example | undefined {
  const shownOn = MISTAKES.find((mistake) => mistake.id === id)?.shownOn;
  return (shownOn === undefined ? undefined : shownExample(id, shownOn)) ?? firstExample(id);
}

function shownExample(id: string, { model: name, about, suits }: Showcase): Example | undefined {
  const model = builtInModel(name);
  if (model === undefined) return undefined;
  for (const right of rightLines(model)) {
    if (aboutOf(right.line) !== about) continue;
    for (const { edit, ids, ranges } of spoilt(right)) {
      const example = ids.includes(id) && suits?.(edit.alteration) !== false ? settled(right, edit, ranges) : undefined;
      if (example !== undefined) return example;
    }
  }
  return undefined;
}

function firstExample(id: string): Example | undefined {
  let fallback: Example | undefined;
  for (const name of MODELS) {
    const model = builtInModel(name);
    if (model === undefined) continue;
    for (const right of rightLines(model)) {
      for (const { edit, ids, ranges } of spoilt(right)) {
        if (!ids.includes(id)) continue;
        const example = settled(right, edit, ranges);
        if (example === undefined) continue;
        if (ids[0] === id) return example;
        fallback ??= example;
      }
    }
  }
  return fallback;
}

/** `W` for ∂J/∂W, `h/b` for ∂h/∂b. */
function aboutOf({ left }: ReadLine): string | undefined {
  const [quantity] = quantitiesOf(left);
  if (quantity === undefined) return undefined;
  return quantity.kind === 'partial' ? `${quantity.numerator.name}/${quantity.denominator.name}` : quantity.name;
}

interface Spoilt {
  readonly edit: Edit;
  readonly ids: readonly string[];
  /** Ranges of the letters that are free in the spoilt line. */
  readonly ranges: readonly IndexRange[];
}

/** Changes that spoil a line, with the mistakes that each is. */
export function* spoilt({ model, judge, line }: RightLine): Generator<Spoilt> {
  const facts = modelFacts(model);
  const [left] = quantitiesOf(line.left);
  const named = (edit: Edit, ranges: readonly IndexRange[]): Spoilt => {
    const situation: Situation = { facts, left, whole: edit.whole, wrong: edit.after, right: edit.before, quantities: quantitiesOf };
    return { edit, ids: mistakesOf(edit.alteration, situation).map(({ id }) => id), ranges };
  };
  for (const edit of mutants(line.right, contextOf(model, judge, line))) yield named(edit, line.ranges);
  for (const { edit, ranges } of misshapen(line)) yield named(edit, ranges);
}

/** What mutants leave out because another letter becomes free or the shape changes: the term of every step for their sum, v for diag(v). */
function* misshapen({ right, ranges }: ReadLine): Generator<{ readonly edit: Edit; readonly ranges: readonly IndexRange[] }> {
  const replaced = (after: Formula, alteration: Edit['alteration']): Edit => ({ before: right, after, whole: after, alteration, size: 0 });
  if (right.kind === 'rangeSum') {
    const { letter, from, to, body } = right;
    yield { edit: replaced(body, { kind: 'missing sum', letter, place: 'every' }), ranges: [...ranges, { letter, from, to }] };
  }
  if (right.kind === 'diagonal') yield { edit: replaced(right.of, { kind: 'diagonal', of: right.of }), ranges };
}

function contextOf(model: Model, judge: LineJudge, line: ReadLine): MutationContext {
  const numbers = searchNumbers(judge, line);
  const [setting] = settingsOf(numbers, line.ranges);
  const same = (a: Formula, b: Formula, site: Site): boolean => {
    if (setting === undefined) return false;
    try {
      const inner = site.bound.reduce((outer, bound) => withMiddle(numbers, outer, bound), setting);
      return agree(numbers.value(a, inner), numbers.value(b, inner));
    } catch (error) {
      if (error instanceof InputError || error instanceof BudgetError) return false;
      throw error;
    }
  };
  return { facts: modelFacts(model), ranges: line.ranges, letters: [...model.letters.values()], same };
}

/** The spoilt line, where numbers refute it or its sides have different shapes. */
export function settled(right: RightLine, edit: Edit, ranges: readonly IndexRange[] = right.line.ranges): Example | undefined {
  const { judge, line } = right;
  const wrong: ReadLine = { ...line, right: edit.whole, ranges };
  if (edit.alteration.kind === 'diagonal') return { right, wrong, edit, counterexample: undefined };
  try {
    const [a, b] = [judge.lower(wrong.left, wrong), judge.lower(wrong.right, wrong)];
    if (!judge.mayEqual(a, b, wrong)) return { right, wrong, edit, counterexample: judge.counterexample(a, b, wrong) };
    return undefined;
  } catch (error) {
    if (error instanceof InputError || error instanceof BudgetError) return undefined;
    throw error;
  }
}

// ---------------------------------------------------------------- right lines

/** Gradients by parameters, recursions of the states' adjoints, and Jacobians of one step. */
export function* rightLines(model: Model): Generator<RightLine> {
  const judge = new Judge(graphOf(model), namesOf(model), { definitions: new Map(), composed: new Map() }, new Map(), { seed: 0 });
  const system = lossSystem(model);
  if (system === undefined) return;
  const declared = [...model.declarations.values()].filter(({ name, role }) => name !== model.loss && role !== 'constant');
  const order = (role: string): number => ['computed', 'parameter', 'input'].indexOf(role);
  for (const { name, indices } of [...declared].sort((a, b) => order(a.role) - order(b.role))) {
    const reference: ValueReference = { name, indices: indices.map(({ letter }) => wholeLetter(letter)) };
    const made = attempted(() => lineOf(model, { kind: 'adjoint', ...reference }, gradient(system, reference).result, indices));
    if (made !== undefined) yield { model, judge, line: made };
  }
  for (const made of [...jacobianLines(model), ...productLines(model), ...stepwiseLines(model)]) yield { model, judge, line: made };
}

/** ∂h_t/∂h_k as an ordered product, for models with one state. */
function* productLines(model: Model): Generator<ReadLine> {
  const [name, ...more] = modelFacts(model).states;
  const declared = model.declarations.get(name ?? '');
  const [range] = declared?.indices ?? [];
  if (name === undefined || declared === undefined || range === undefined || more.length > 0 || declared.dims.length !== 1 || declared.indices.length !== 1)
    return;
  const [here, back, middle] = [wholeLetter(range.letter), wholeLetter('k'), wholeLetter('j')];
  const at = (index: Whole): ValueReference => ({ name, indices: [index] });
  const step = attempted(() => jacobian(model, at(middle), at(shiftWhole(middle, -1)), 'total'));
  if (step === undefined) return;
  const ranges = [range, { letter: 'k', from: range.from, to: shiftWhole(here, -1) }];
  const body = raised(model, step, [...ranges, { letter: 'j', from: shiftWhole(back, 1), to: here }]);
  if (body === undefined) return;
  const { shape } = body;
  const left: Formula = { kind: 'name', quantity: { kind: 'partial', numerator: at(here), denominator: at(back), reach: 'total' }, shape };
  const right: Formula = { kind: 'rangeProduct', letter: 'j', from: here, to: shiftWhole(back, 1), falling: true, body, shape };
  yield { index: 0, text: '', region: NOWHERE, relation: '=', left, right, ranges, axes: new Map() };
}

/** ∂J/∂b = Σ_t (∂⁺h_t/∂b)ᵀ ∂J/∂h_t, and the Jacobians of one step in which the states of earlier steps are held. */
function* stepwiseLines(model: Model): Generator<ReadLine> {
  const { readers, states } = modelFacts(model);
  for (const { name, dims, indices } of model.declarations.values()) {
    const reader = model.declarations.get(readers.get(name) ?? '');
    const [range] = reader?.indices ?? [];
    if (dims.length !== 1 || indices.length > 0 || reader?.dims.length !== 1 || range === undefined || reader.indices.length !== 1) continue;
    const made = attempted(() => summedSteps(model, { name, dims }, { name: reader.name, dims: reader.dims }, range));
    if (made !== undefined) yield made;
  }
  for (const name of states) {
    const declared = model.declarations.get(name);
    const [range] = declared?.indices ?? [];
    if (range === undefined || declared?.dims.length !== 1 || declared.indices.length !== 1) continue;
    const here = wholeLetter(range.letter);
    const at = (index: Whole): ValueReference => ({ name, indices: [index] });
    const [numerator, denominator] = [at(here), at(shiftWhole(here, -1))];
    const made = attempted(() =>
      lineOf(model, { kind: 'partial', numerator, denominator, reach: 'step' }, jacobian(model, numerator, denominator, 'step'), declared.indices),
    );
    if (made !== undefined) yield made;
  }
}

type Sized = Pick<Declaration, 'name' | 'dims'>;

function summedSteps(model: Model, parameter: Sized, reader: Sized, range: IndexRange): ReadLine {
  const shape = { dims: parameter.dims, orientation: model.settings.convention };
  const numerator = { name: reader.name, indices: [wholeLetter(range.letter)] };
  const partial: Formula = {
    kind: 'name',
    quantity: { kind: 'partial', numerator, denominator: { name: parameter.name, indices: [] }, reach: 'immediate' },
    shape: { dims: [...reader.dims, ...parameter.dims] },
  };
  const adjoint: Formula = { kind: 'name', quantity: { kind: 'adjoint', ...numerator }, shape: { dims: reader.dims, orientation: model.settings.convention } };
  const factors = model.settings.convention === 'row' ? [adjoint, partial] : [transposeOf(partial), adjoint];
  const body: Formula = { kind: 'product', style: 'matrix', factors, shape };
  return {
    index: 0,
    text: '',
    region: NOWHERE,
    relation: '=',
    left: { kind: 'name', quantity: { kind: 'adjoint', name: parameter.name, indices: [] }, shape },
    right: { kind: 'rangeSum', ...range, body, shape },
    ranges: [],
    axes: new Map(),
  };
}

function* jacobianLines(model: Model): Generator<ReadLine> {
  const facts = modelFacts(model);
  for (const name of [...facts.softmaxes, ...facts.states]) {
    const declared = model.declarations.get(name);
    const [range] = declared?.indices ?? [];
    if (declared === undefined || range === undefined || declared.indices.length !== 1 || declared.dims.length !== 1) continue;
    const here = wholeLetter(range.letter);
    const numerator = { name, indices: [here] };
    const sources = facts.states.has(name)
      ? [{ name, indices: [shiftWhole(here, -1)] }]
      : (model.equations.find((equation) => equation.name === name)?.value.terms ?? []).length === 0
        ? []
        : readBy(model, name);
    for (const denominator of sources) {
      const made = attempted(() =>
        lineOf(model, { kind: 'partial', numerator, denominator, reach: 'total' }, jacobian(model, numerator, denominator, 'total'), declared.indices),
      );
      if (made !== undefined) yield made;
    }
    const bias = [...model.declarations.values()].find(({ role, dims, indices }) => role === 'parameter' && dims.length === 1 && indices.length === 0);
    if (bias === undefined || !facts.states.has(name)) continue;
    const denominator = { name: bias.name, indices: [] };
    const made = attempted(() =>
      lineOf(model, { kind: 'partial', numerator, denominator, reach: 'total' }, partialEquation(model, numerator, denominator, 'total'), declared.indices),
    );
    if (made !== undefined) yield made;
  }
}

function readBy(model: Model, name: string): readonly ValueReference[] {
  const equation = model.equations.find((each) => each.name === name);
  return equation === undefined
    ? []
    : model.workspace
        .quantities(equation.value)
        .flatMap(({ quantity }) => (quantity.kind === 'value' && quantity.indices.length === 1 ? [{ name: quantity.name, indices: quantity.indices }] : []));
}

function attempted<X>(make: () => X): X | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof InputError || error instanceof BudgetError) return undefined;
    throw error;
  }
}

function lineOf(model: Model, quantity: Extract<Formula, { kind: 'name' }>['quantity'], value: Tensor, ranges: readonly IndexRange[]): ReadLine | undefined {
  const made = raised(model, value, ranges);
  if (made === undefined) return undefined;
  const orientation =
    value.dims.length === 1 && quantity.kind === 'adjoint' ? (model.declarations.get(quantity.name)?.orientation ?? model.settings.convention) : undefined;
  const shape = orientation === undefined ? { dims: value.dims } : { dims: value.dims, orientation };
  const left: Formula = { kind: 'name', quantity, shape };
  return { index: 0, text: '', region: NOWHERE, relation: '=', left, right: lying(made, shape), ranges, axes: new Map() };
}

/** A network in the model's matrix notation; undefined where that needs indices. */
function raised(model: Model, value: Tensor, ranges: readonly IndexRange[]): Formula | undefined {
  const made = raise(value, {
    workspace: model.workspace,
    convention: model.settings.convention,
    orientationOf: (name) => model.declarations.get(name)?.orientation,
    declared: [...model.declarations.keys()],
    letters: [...model.letters.values()],
    inUse: ranges.map(({ letter }) => letter),
  });
  return made.axes === undefined ? made.formula : undefined;
}
