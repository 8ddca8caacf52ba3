/**
 * What mistakes depend on in a model: which values come out of an activation and from what, what each parameter multiplies, which gates mix
 * with their complement, which values are carried from step to step. Read off the author's own equations.
 */

import { stateNames } from '../../calculus/index.js';
import type { Equation, Model } from '../../model/model.js';
import { rational, subtractWhole, type ValueReference, type Whole, wholeLetter, wholeName, wholeValue } from '../../network/index.js';
import type { Formula, Shape } from '../../notation/formula.js';
import { substituteFormula } from '../../notation/walk.js';
import type { Operator } from '../../operators/row.js';
import { inPlaceOf, integer, quantitiesOf, rank, sitesOf } from './sites.js';
import { type SoftmaxOutput, softmaxOutputs } from './softmax.js';

/** An entrywise function somewhere in the model: h_t = tanh(a_t), or the tanh(c_t) inside another equation. */
export interface Activation {
  /** The name that holds its output; undefined inside another equation. */
  readonly name: string | undefined;
  /** The name in whose equation it stands. */
  readonly within: string;
  readonly operator: Operator;
  readonly shape: Shape;
  /** Its output, its argument and its derivative at an index. */
  output(index: Whole): Formula;
  argument(index: Whole): Formula;
  derivative(index: Whole): Formula;
}

/** What a parameter is multiplied with. */
export type ParameterPlace = 'recurrent' | 'input' | 'other';

export interface ModelFacts {
  readonly model: Model;
  readonly activations: readonly Activation[];
  readonly states: ReadonlySet<string>;
  /** Names that are the output of a bounded gate: a sigmoid. */
  readonly gates: ReadonlySet<string>;
  /** Gates z that stand beside 1 − z. */
  readonly mixing: ReadonlySet<string>;
  /** Outputs of a softmax, and names that are log-likelihood gradients at hand: ŷ. */
  readonly softmaxes: ReadonlySet<string>;
  readonly softmaxOutputs: readonly SoftmaxOutput[];
  /** Sizes that stand under a root: the d of 1/√d. */
  readonly roots: readonly Whole[];
  /** Gates that act on the state before or after a matrix inside another activation: r. */
  readonly resets: ReadonlySet<string>;
  /** Vectors that multiply a state entrywise: peepholes. */
  readonly peepholes: ReadonlySet<string>;
  readonly places: ReadonlyMap<string, ParameterPlace>;
  /** The name whose equation reads a parameter. */
  readonly readers: ReadonlyMap<string, string>;
  /** A name at indices, with its declared shape. */
  name(reference: ValueReference): Formula;
}

export function modelFacts(model: Model): ModelFacts {
  return model.workspace.remember(model, 'facts for mistakes', () => collect(model));
}

function collect(model: Model): ModelFacts {
  const activations = model.equations.flatMap((equation) => activationsOf(model, equation));
  const states = new Set(stateNames(model));
  const gates = new Set(activations.flatMap(({ name, operator }) => (name !== undefined && operator.name === 'sigmoid' ? [name] : [])));
  const places = new Map<string, ParameterPlace>();
  const readers = new Map<string, string>();
  for (const equation of model.equations) placeParameters(model, equation, places, readers);
  const nodes = model.equations.flatMap((equation) => sitesOf(equation.source).map(({ node }) => ({ node, equation })));
  return {
    model,
    activations,
    states,
    gates,
    mixing: new Set(nodes.flatMap(({ node }) => complementOf(node) ?? [])),
    softmaxes: new Set(softmaxOutputs(model).map(({ name }) => name)),
    softmaxOutputs: softmaxOutputs(model),
    roots: [
      ...new Map(
        nodes.flatMap(({ node }) => (node.kind === 'squareRoot' && node.of.kind === 'whole' ? [[node.of.value.key, node.of.value] as const] : [])),
      ).values(),
    ],
    resets: new Set(nodes.flatMap(({ node, equation }) => (equation.source.kind === 'apply' ? resetIn(node, gates, states) : []))),
    peepholes: new Set(nodes.flatMap(({ node }) => peepholesIn(model, node))),
    places,
    readers,
    name: (reference) => nameOf(model, reference),
  };
}

function nameOf(model: Model, reference: ValueReference): Formula {
  const declared = model.declarations.get(reference.name);
  const dims = declared?.dims ?? [];
  const orientation = dims.length === 1 ? (declared?.orientation ?? model.settings.convention) : undefined;
  return { kind: 'name', quantity: { kind: 'value', ...reference }, shape: orientation === undefined ? { dims } : { dims, orientation } };
}

// ---------------------------------------------------------------- activations

function activationsOf(model: Model, equation: Equation): readonly Activation[] {
  const [range] = equation.ranges;
  const letter = range?.letter;
  if (letter === undefined || equation.axes !== undefined) return [];
  const at = (of: Formula, index: Whole): Formula => substituteFormula(of, new Map([[letter, index]]));
  return sitesOf(equation.source).flatMap(({ node, parent }) => {
    if (node.kind !== 'apply' || node.operator.arity !== 1 || rank(node) === 0) return [];
    const [argument] = node.args;
    if (argument === undefined) return [];
    const whole = parent === undefined && equation.indices.length === 1 && wholeName(equation.indices[0] as Whole) === letter;
    const output = (index: Whole): Formula => (whole ? nameOf(model, { name: equation.name, indices: [index] }) : at(node, index));
    const one: Activation = {
      name: whole ? equation.name : undefined,
      within: equation.name,
      operator: node.operator,
      shape: node.shape,
      output,
      argument: (index) => at(argument, index),
      derivative: (index) => derivativeOf(node.operator, output(index), at(argument, index)),
    };
    return [one];
  });
}

/** f′ in terms of the output, as textbooks write it. */
export function derivativeOf(operator: Operator, output: Formula, argument: Formula): Formula {
  switch (operator.name) {
    case 'tanh':
      return oneMinus(squared(output));
    case 'sigmoid':
      return inPlaceOf({ kind: 'product', style: 'hadamard', factors: [output, oneMinus(output)] }, output);
    default:
      return inPlaceOf({ kind: 'operatorDerivative', operator, order: 1, of: argument }, output);
  }
}

export const oneMinus = (of: Formula): Formula =>
  inPlaceOf(
    {
      kind: 'sum',
      terms: [
        { sign: 1, formula: integer(1) },
        { sign: -1, formula: of },
      ],
    },
    of,
  );

export const squared = (of: Formula): Formula =>
  inPlaceOf(
    { kind: 'power', style: rank(of) === 0 ? 'scalar' : 'entrywise', base: of, exponent: { kind: 'number', value: rational(2), shape: { dims: [] } } },
    of,
  );

// ---------------------------------------------------------------- what stands beside what

function placeParameters(model: Model, equation: Equation, places: Map<string, ParameterPlace>, readers: Map<string, string>): void {
  const own = equation.indices;
  for (const { node } of sitesOf(equation.source)) {
    if (node.kind === 'name' && node.quantity.kind === 'value' && model.declarations.get(node.quantity.name)?.role === 'parameter') {
      const name = node.quantity.name;
      if (!readers.has(name)) readers.set(name, equation.name);
      if (!places.has(name)) places.set(name, 'other');
    }
    if (node.kind !== 'product' || node.style !== 'matrix') continue;
    const quantities = node.factors.flatMap((factor) => quantitiesOf(factor));
    const parameter = quantities.find((quantity) => quantity.kind === 'value' && model.declarations.get(quantity.name)?.role === 'parameter');
    const read = quantities.find((quantity) => quantity.kind === 'value' && quantity.indices.length > 0 && isLagged(quantity.indices, own));
    const input = quantities.find((quantity) => quantity.kind === 'value' && model.declarations.get(quantity.name)?.role === 'input');
    if (parameter?.kind === 'value') places.set(parameter.name, read !== undefined ? 'recurrent' : input !== undefined ? 'input' : 'other');
  }
}

const isLagged = (read: readonly Whole[], own: readonly Whole[]): boolean =>
  read.some((index, at) => own[at] !== undefined && (wholeValue(subtractWhole(index, own[at] as Whole)) ?? 0) !== 0);

/** The name z of 1 − z. */
export function complementOf(node: Formula): string | undefined {
  if (node.kind !== 'sum' || node.terms.length !== 2) return undefined;
  const [one, other] = node.terms;
  if (one?.formula.kind !== 'number' || one.sign !== 1 || other?.sign !== -1 || other.formula.kind !== 'name') return undefined;
  return one.formula.value.numerator === one.formula.value.denominator && other.formula.quantity.kind === 'value' ? other.formula.quantity.name : undefined;
}

function resetIn(node: Formula, gates: ReadonlySet<string>, states: ReadonlySet<string>): readonly string[] {
  if (node.kind !== 'product' || node.style !== 'hadamard') return [];
  const mentions = quantitiesOf(node).flatMap((quantity) => (quantity.kind === 'value' ? [quantity.name] : []));
  return mentions.some((name) => states.has(name)) ? mentions.filter((name) => gates.has(name)) : [];
}

function peepholesIn(model: Model, node: Formula): readonly string[] {
  if (node.kind !== 'product' || node.style !== 'hadamard') return [];
  return node.factors.flatMap((factor) =>
    factor.kind === 'name' && factor.quantity.kind === 'value' && model.declarations.get(factor.quantity.name)?.role === 'parameter'
      ? [factor.quantity.name]
      : [],
  );
}

/** t + by of a letter. */
export const indexAt = (letter: string): Whole => wholeLetter(letter);
