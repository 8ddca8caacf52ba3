/**
 * Conventions that a sheet fixes and other texts choose otherwise: z against 1 − z, where the reset acts, sum or mean, a matrix or its transpose
 * in the forward equations. A refuted line is judged again about the model with each of them turned over.
 */

import { BudgetError, InputError } from '../errors.js';
import type { Equation, Model } from '../model/model.js';
import { type Quantity, type Tensor, wholeLetter } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { lower } from '../notation/lower.js';
import { printText } from '../notation/print-text.js';
import { namesOf } from '../notation/spelling.js';
import { type ModelFacts, modelFacts } from './mutate/model-facts.js';
import { conforms, hadamardOf, inPlaceOf, lying, productOf, rank, sitesOf } from './mutate/sites.js';
import { agreeAtPoint } from './search-point.js';
import type { LineJudge, ReadLine } from './types.js';

export interface Convention {
  /** The other convention in words, for `alternatives`. */
  readonly says: string;
  readonly model: Model;
}

/** The models that differ from this one in one convention; made once for a model. */
export function conventionsOf(model: Model): readonly Convention[] {
  return model.workspace.remember(model, 'other conventions', () => {
    const facts = modelFacts(model);
    return [...exchangedGates(facts), ...movedResets(facts), ...meanOfLosses(facts), ...transposedMatrices(facts)];
  });
}

/** The conventions under which a line would be right. */
export function conventionsThatHelp(line: ReadLine, judge: LineJudge): readonly string[] {
  return conventionsOf(judge.sheet)
    .filter(({ model, says }) => {
      try {
        const other = judge.sheet.workspace.remember(judge, `judge with ${says}`, () => judge.withModel(model));
        if (!agreeAtPoint(line, other)) return false;
        const [left, right] = [other.lower(line.left, line), other.lower(line.right, line)];
        return other.compare(left, right, line).verdict === 'equal';
      } catch (error) {
        if (error instanceof InputError || error instanceof BudgetError) return false;
        throw error;
      }
    })
    .map(({ says }) => says);
}

function withEquations(model: Model, change: (equation: Equation) => Equation): Model {
  return { ...model, equations: model.equations.map(change) };
}

const isValue = (quantity: Quantity, name: string): boolean => quantity.kind === 'value' && quantity.name === name;

/** 1 − z for z in every equation that mixes with it. */
function exchangedGates({ model, mixing }: ModelFacts): readonly Convention[] {
  const { workspace } = model;
  const names = namesOf(model);
  return [...mixing].map((gate): Convention => {
    const exchange = (value: Tensor): Tensor =>
      workspace.replace(value, (quantity, dims) =>
        isValue(quantity, gate) ? workspace.add(workspace.ones(dims), workspace.scale(workspace.symbol(quantity, dims), -1)) : undefined,
      );
    const spelled = printText({ kind: 'name', quantity: { kind: 'value', name: gate, indices: [] }, shape: { dims: [] } }, names);
    return {
      says: `${spelled} and 1 − ${spelled} exchanged: the gate weighs the other of the two states`,
      model: withEquations(model, (equation) => (equation.name === gate ? equation : { ...equation, value: exchange(equation.value) })),
    };
  });
}

/** U (r ⊙ h) for r ⊙ (U h), and the other way round. */
function movedResets(facts: ModelFacts): readonly Convention[] {
  const { model, resets, gates } = facts;
  const isReset = (factor: Formula): boolean =>
    factor.kind === 'name' && factor.quantity.kind === 'value' && (resets.has(factor.quantity.name) || gates.has(factor.quantity.name));
  return model.equations.flatMap((equation) => {
    if (equation.source.kind !== 'apply') return [];
    for (const { node, put } of sitesOf(equation.source)) {
      const moved = movedOut(node, isReset) ?? movedIn(node, isReset);
      if (moved === undefined) continue;
      const source = put(moved.formula);
      const value = lower(source, model.workspace, model.loss === undefined ? {} : { loss: model.loss });
      return [{ says: moved.says, model: withEquations(model, (each) => (each === equation ? { ...equation, source, value } : each)) }];
    }
    return [];
  });
}

interface Moved {
  readonly formula: Formula;
  readonly says: string;
}

function movedOut(node: Formula, isReset: (factor: Formula) => boolean): Moved | undefined {
  if (node.kind !== 'product' || node.style !== 'matrix') return undefined;
  const at = node.factors.findIndex((factor) => factor.kind === 'product' && factor.style === 'hadamard' && factor.factors.some(isReset));
  const inner = node.factors[at];
  if (inner?.kind !== 'product' || rank(node) !== 1) return undefined;
  const gate = inner.factors.find(isReset);
  if (gate === undefined) return undefined;
  const rest = productOf(
    'hadamard',
    inner.factors.filter((factor) => factor !== gate),
    inner,
  );
  const factors = node.factors.map((factor, k) => (k === at ? rest : factor));
  if (!conforms(factors, node.shape)) return undefined;
  return {
    formula: hadamardOf(gate, inPlaceOf({ kind: 'product', style: 'matrix', factors }, node), node),
    says: 'the reset gate acts after the matrix: r ⊙ (U h)',
  };
}

function movedIn(node: Formula, isReset: (factor: Formula) => boolean): Moved | undefined {
  if (node.kind !== 'product' || node.style !== 'hadamard') return undefined;
  const gate = node.factors.find(isReset);
  const product = node.factors.find((factor) => factor.kind === 'product' && factor.style === 'matrix');
  if (gate === undefined || product?.kind !== 'product' || node.factors.length !== 2) return undefined;
  const at = product.factors.findIndex((factor) => rank(factor) === 1);
  const vector = product.factors[at];
  if (vector === undefined) return undefined;
  const factors = product.factors.map((factor, k) => (k === at ? hadamardOf(lying(gate, vector.shape), vector, vector) : factor));
  return { formula: inPlaceOf({ kind: 'product', style: 'matrix', factors }, node), says: 'the reset gate acts before the matrix: U (r ⊙ h)' };
}

/** The loss as a mean over the steps, or as their sum where it is a mean. */
function meanOfLosses({ model }: ModelFacts): readonly Convention[] {
  const { workspace, loss } = model;
  const equation = model.equations.find(({ name }) => name === loss);
  if (equation === undefined) return [];
  const lengths = new Set([...model.letters.values()].flatMap(({ to }) => to.monomials.flatMap(({ letters }) => letters)));
  const isMean = [...sitesOf(equation.source)].some(({ node }) => node.kind === 'quotient' && node.denominator.kind === 'whole');
  return [...lengths].map((length): Convention => {
    const by = workspace.power(workspace.whole(wholeLetter(length)), isMean ? 1 : -1);
    const scaled = workspace.contract(
      [],
      [
        { tensor: by, labels: [] },
        { tensor: equation.value, labels: [] },
      ],
    );
    return {
      says: isMean ? `the loss a sum over the ${length} steps instead of their mean` : `the loss a mean over the ${length} steps instead of their sum`,
      model: withEquations(model, (each) => (each === equation ? { ...equation, value: scaled } : each)),
    };
  });
}

/** Each square matrix transposed in the forward equations, and all of them together. */
function transposedMatrices({ model }: ModelFacts): readonly Convention[] {
  const { workspace } = model;
  const names = namesOf(model);
  const square = [...model.declarations.values()].filter(
    ({ role, dims, indices }) => role === 'parameter' && indices.length === 0 && dims.length === 2 && dims[0]?.key === dims[1]?.key,
  );
  const turned = (which: ReadonlySet<string>): Model =>
    withEquations(model, (equation) => ({
      ...equation,
      value: workspace.replace(equation.value, (quantity, dims) =>
        quantity.kind === 'value' && which.has(quantity.name) ? workspace.permute(workspace.symbol(quantity, dims), [1, 0]) : undefined,
      ),
    }));
  const spelled = (name: string): string => printText({ kind: 'name', quantity: { kind: 'value', name, indices: [] }, shape: { dims: [] } }, names);
  const single = square.map(
    ({ name }): Convention => ({ says: `${spelled(name)}ᵀ in place of ${spelled(name)} in the forward equation`, model: turned(new Set([name])) }),
  );
  if (square.length < 2) return single;
  return [
    ...single,
    {
      says: `the transposes of ${square.map(({ name }) => spelled(name)).join(', ')} in the forward equations`,
      model: turned(new Set(square.map(({ name }) => name))),
    },
  ];
}
