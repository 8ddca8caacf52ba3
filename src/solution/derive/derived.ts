/** What a derived target is, and what deriving it needs: the parts that all kinds of targets share. */

import type { AdjointEquation, Elimination } from '../../calculus/index.js';
import type { CheckResult, CheckTarget } from '../../check/index.js';
import type { Equation, Model } from '../../model/model.js';
import type { Tensor, ValueReference } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import { CAPTIONS, type StepId } from '../captions.js';
import type { CheckSettings } from '../check-section.js';
import type { Block, Mathematics } from '../document.js';
import type { Presenter } from '../presenter.js';

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
  /** Other forms of the same derivative, checked beside it. */
  readonly also?: readonly CheckTarget[];
  /** A check of its own, where the formula is no plain derivative. */
  readonly compare?: (settings: CheckSettings) => CheckResult;
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

export const step = (id: StepId, before: Mathematics, after: Mathematics): Step => ({ id, caption: CAPTIONS[id], before, after });

/** A result beside its left side, path by path; in index notation both carry the letters of the axes. */
export function printed(
  presenter: Presenter,
  left: Mathematics,
  parts: Tensor | readonly Tensor[],
  reference: ValueReference,
): { left: Mathematics; right: Mathematics } {
  const list = isList(parts) ? parts : [parts];
  const total = list.length === 1 ? (list[0] as Tensor) : presenter.workspace.add(...list);
  const raised = presenter.raise(total, namesInUse(reference));
  if (raised.axes === undefined || raised.axes.length === 0)
    return { left, right: presenter.formula(list.length === 1 ? raised.formula : sumOfParts(presenter, list, reference, raised.formula)) };
  const axes = raised.axes.join(' ');
  return {
    left: { latex: `\\left( ${left.latex} \\right)_{${axes}}`, text: `(${left.text})_{${raised.axes.join('')}}` },
    right: presenter.formula(raised.formula),
  };
}

export const isList = (parts: Tensor | readonly Tensor[]): parts is readonly Tensor[] => Array.isArray(parts);

/** Terms of different paths are kept apart, as one would write them down. */
export function sumOfParts(presenter: Presenter, parts: readonly Tensor[], reference: ValueReference, whole: Formula): Formula {
  const terms = parts.flatMap((part): { readonly sign: 1 | -1; readonly formula: Formula }[] => {
    const { formula } = presenter.raise(part, namesInUse(reference));
    return formula.kind === 'sum' ? [...formula.terms] : [{ sign: 1, formula }];
  });
  return { kind: 'sum', terms, shape: whole.shape };
}

export const namesInUse = (reference: ValueReference): readonly string[] =>
  reference.indices.flatMap((index) => index.monomials.flatMap((monomial) => monomial.letters));

export const numberOf = (context: DeriveContext, equation: Equation): string => {
  const number = [...context.numbers].find(
    ([candidate]) =>
      candidate.name === equation.name && candidate.indices.map((index) => index.key).join() === equation.indices.map((index) => index.key).join(),
  )?.[1];
  return number === undefined ? '' : `(${number})`;
};

/** The terms of an adjoint equation in the adjoints of the readers: what comes directly first. */
export function usesParts(equation: AdjointEquation): readonly Tensor[] {
  const all = [...(equation.seed === undefined ? [] : [equation.seed]), ...equation.contributions.map((contribution) => contribution.tensor)];
  const direct = equation.contributions.filter((contribution) => contribution.equation.ranges.length === 0).map((contribution) => contribution.tensor);
  const ordered = [...all.filter((tensor) => direct.includes(tensor)), ...all.filter((tensor) => !direct.includes(tensor))];
  return ordered.length === 0 ? [equation.value] : ordered;
}
