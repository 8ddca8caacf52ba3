/**
 * An example of every mistake, made by the engine: a formula derived for a built-in model, one change that is this mistake, and the numbers
 * at which the two differ. Models and formulas are tried in order until one fits, so the search ends.
 */

import { gradient, jacobian, lossSystem, partialEquation } from '../calculus/index.js';
import { BudgetError, InputError } from '../errors.js';
import { builtInModel } from '../model/index.js';
import type { IndexRange, Model } from '../model/model.js';
import { shiftWhole, type Tensor, type ValueReference, wholeLetter } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { raise } from '../notation/raise.js';
import { namesOf } from '../notation/spelling.js';
import { agree } from './formula-numbers.js';
import { graphOf } from './graph.js';
import { Judge } from './judge.js';
import { mistakesOf, type Situation } from './mistakes/index.js';
import type { Edit } from './mutate/alteration.js';
import { modelFacts } from './mutate/model-facts.js';
import { lying, quantitiesOf, type Site } from './mutate/sites.js';
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

/** The first example of a mistake; undefined where no built-in model shows it. */
export function exampleOf(id: string): Example | undefined {
  let fallback: Example | undefined;
  for (const name of MODELS) {
    const model = builtInModel(name);
    if (model === undefined) continue;
    for (const right of rightLines(model)) {
      for (const { edit, ids } of spoilt(right)) {
        if (!ids.includes(id)) continue;
        const example = settled(right, edit);
        if (example === undefined) continue;
        if (ids[0] === id) return example;
        fallback ??= example;
      }
    }
  }
  return fallback;
}

/** Changes that spoil a line, with the mistakes that each is. */
export function* spoilt({ model, judge, line }: RightLine): Generator<{ readonly edit: Edit; readonly ids: readonly string[] }> {
  const facts = modelFacts(model);
  const [left] = quantitiesOf(line.left);
  for (const edit of mutants(line.right, contextOf(model, judge, line))) {
    const situation: Situation = { facts, left, whole: edit.whole, wrong: edit.after, right: edit.before, quantities: quantitiesOf };
    yield { edit, ids: mistakesOf(edit.alteration, situation).map(({ id }) => id) };
  }
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

/** The spoilt line, where numbers refute it. */
export function settled(right: RightLine, edit: Edit): Example | undefined {
  const { judge, line } = right;
  const wrong: ReadLine = { ...line, right: edit.whole };
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
  for (const made of jacobianLines(model)) yield { model, judge, line: made };
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
  const raised = raise(value, {
    workspace: model.workspace,
    convention: model.settings.convention,
    orientationOf: (name) => model.declarations.get(name)?.orientation,
    declared: [...model.declarations.keys()],
    letters: [...model.letters.values()],
    inUse: ranges.map(({ letter }) => letter),
  });
  if (raised.axes !== undefined) return undefined;
  const orientation =
    value.dims.length === 1 && quantity.kind === 'adjoint' ? (model.declarations.get(quantity.name)?.orientation ?? model.settings.convention) : undefined;
  const shape = orientation === undefined ? { dims: value.dims } : { dims: value.dims, orientation };
  const left: Formula = { kind: 'name', quantity, shape };
  return { index: 0, text: '', region: NOWHERE, relation: '=', left, right: lying(raised.formula, shape), ranges, axes: new Map() };
}
