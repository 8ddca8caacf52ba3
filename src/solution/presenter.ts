/** A model's formulas as printed mathematics: tensors through matrix notation, the author's own equations as written. */

import { type AdjointSystem, adjointOfName } from '../calculus/index.js';
import type { Equation, IndexRange, Model } from '../model/model.js';
import { type Quantity, subtractWhole, type Tensor, type ValueReference, type Whole, type Workspace, wholeLetter } from '../network/index.js';
import type { Formula, Orientation } from '../notation/formula.js';
import { latexOfReference, latexOfWhole, printLatex } from '../notation/print-latex.js';
import { printText, textOfReference, textOfWhole } from '../notation/print-text.js';
import { type Raised, raise } from '../notation/raise.js';
import { type Names, namesOf } from '../notation/spelling.js';
import { substituteFormula } from '../notation/walk.js';
import type { Inline, Mathematics } from './document.js';

export interface PresenterOptions {
  /** The sign of the entrywise product as the sheet writes it. */
  readonly hadamard?: 'odot' | 'circ';
  /** Held values without a mark, where the text says what is held. */
  readonly plainHeld?: boolean;
}

export class Presenter {
  readonly names: Names;
  readonly workspace: Workspace;
  readonly #declared: readonly string[];

  constructor(
    readonly model: Model,
    readonly options: PresenterOptions = {},
  ) {
    this.names = namesOf(model);
    this.workspace = model.workspace;
    this.#declared = [...model.declarations.keys()];
  }

  formula(formula: Formula): Mathematics {
    return { latex: printLatex(formula, this.names, { hadamard: this.options.hadamard ?? 'odot' }), text: printText(formula, this.names) };
  }

  /** Matrix notation where there is one, else index notation with its letters and the reason. */
  raise(tensor: Tensor, inUse: Iterable<string> = [], orientation?: Orientation, axes?: readonly string[]): Raised {
    return raise(this.withAdjointNames(this.options.plainHeld === true ? this.withoutMarks(tensor) : tensor), {
      workspace: this.workspace,
      convention: this.model.settings.convention,
      orientationOf: (name) => this.model.declarations.get(name)?.orientation,
      declared: this.#declared,
      letters: this.letterRanges(),
      inUse,
      ...(this.model.settings.layout === undefined ? {} : { layout: this.model.settings.layout }),
      ...(orientation === undefined ? {} : { orientation }),
      ...(axes === undefined ? {} : { axes }),
    });
  }

  tensor(tensor: Tensor, inUse: Iterable<string> = []): Mathematics {
    return this.formula(this.raise(tensor, inUse).formula);
  }

  letterRanges(): readonly IndexRange[] {
    const ranges = [...this.model.letters.values(), ...[...this.model.declarations.values()].flatMap((declaration) => declaration.indices)];
    return ranges.filter((range, at) => ranges.findIndex((other) => other.letter === range.letter && other.to.key === range.to.key) === at);
  }

  private withoutMarks(tensor: Tensor): Tensor {
    return this.workspace.rebuild(tensor, { head: (head) => (head.kind === 'held' ? this.withoutMarks(head.of) : undefined) });
  }

  /** Values that stand for adjoints (in a model with its backward pass) are printed as the adjoints they are. */
  withAdjointNames(tensor: Tensor): Tensor {
    return this.workspace.replace(tensor, (quantity, dims) => {
      if (quantity.kind !== 'value') return undefined;
      const adjoint = adjointOfName(quantity.name);
      if (adjoint === undefined) return undefined;
      const target = adjoint.target === this.model.loss ? {} : { target: { name: adjoint.target, indices: [] } };
      return this.workspace.symbol({ kind: 'adjoint', name: adjoint.name, indices: quantity.indices, ...target }, dims);
    });
  }

  reference(reference: ValueReference): Mathematics {
    const adjoint = adjointOfName(reference.name);
    if (adjoint !== undefined)
      return this.quantity({
        kind: 'adjoint',
        name: adjoint.name,
        indices: reference.indices,
        ...(adjoint.target === this.model.loss ? {} : { target: { name: adjoint.target, indices: [] } }),
      });
    return { latex: latexOfReference(reference, this.names), text: textOfReference(reference, this.names) };
  }

  /** ∂J/∂h_t and the like. */
  quantity(quantity: Quantity): Mathematics {
    return this.formula({ kind: 'name', quantity, shape: { dims: [] } });
  }

  adjoint(system: AdjointSystem, reference: ValueReference): Mathematics {
    const quantity = system.quantity(reference.name, reference.indices);
    const { model } = system;
    if (quantity.kind === 'adjoint' && quantity.target === undefined && system.target.name !== model.loss)
      return this.quantity({ ...quantity, target: system.target });
    return this.quantity(quantity);
  }

  whole(whole: Whole): Mathematics {
    return { latex: latexOfWhole(whole), text: textOfWhole(whole) };
  }

  /** ℝ^{n×d} without the ℝ: n × d, 1 × n for a row; a number for scalars. */
  shape(dims: readonly Whole[], orientation?: Orientation): Mathematics {
    const parts = dims.length === 1 ? ((orientation ?? this.model.settings.convention) === 'row' ? ['1', ...dims] : [...dims]) : [...dims];
    const latex = parts.map((part) => (typeof part === 'string' ? part : latexOfWhole(part)));
    const text = parts.map((part) => (typeof part === 'string' ? part : textOfWhole(part)));
    if (parts.length === 0) return { latex: '1', text: '1' };
    return { latex: latex.join(' \\times '), text: text.join(' × ') };
  }

  /** x ∈ ℝ^{n×d}. */
  membership(of: Mathematics, dims: readonly Whole[], orientation?: Orientation): Mathematics {
    const shape = this.shape(dims, orientation);
    if (dims.length === 0) return { latex: `${of.latex} \\in \\mathbb{R}`, text: `${of.text} ∈ ℝ` };
    return { latex: `${of.latex} \\in \\mathbb{R}^{${shape.latex}}`, text: `${of.text} ∈ ℝ^(${shape.text})` };
  }

  /** t = 1, …, T. */
  range(range: IndexRange): Mathematics {
    return {
      latex: `${range.letter} = ${latexOfWhole(range.from)}, \\dots, ${latexOfWhole(range.to)}`,
      text: `${range.letter} = ${textOfWhole(range.from)}, …, ${textOfWhole(range.to)}`,
    };
  }

  /** Left and right side of an equation as the author wrote it. */
  equation(equation: Equation): { left: Mathematics; right: Mathematics } {
    const reference: ValueReference = { name: equation.name, indices: equation.indices };
    const { axes = [] } = equation;
    if (axes.length === 0) return { left: this.reference(reference), right: this.formula(equation.source) };
    const of: Formula = { kind: 'name', quantity: { kind: 'value', ...reference }, shape: { dims: this.model.declarations.get(equation.name)?.dims ?? [] } };
    return { left: this.formula({ kind: 'entry', of, positions: axes.map(wholeLetter), shape: { dims: [] } }), right: this.formula(equation.source) };
  }

  /** An equation's right side as written, its letters replaced. */
  tensorAsWritten(equation: Equation, letters: ReadonlyMap<string, Whole>): Mathematics {
    return this.formula(letters.size === 0 ? equation.source : substituteFormula(equation.source, letters));
  }

  ownReference(name: string): ValueReference {
    return { name, indices: (this.model.declarations.get(name)?.indices ?? []).map((range) => wholeLetter(range.letter)) };
  }
}

export const text = (value: string): Inline => ({ type: 'text', text: value });
export const math = (value: Mathematics): Inline => ({ type: 'math', math: value });
export const strong = (...children: readonly Inline[]): Inline => ({ type: 'strong', children });

/** A sentence from strings and mathematics. */
export const sentence = (...parts: readonly (string | Mathematics)[]): readonly Inline[] =>
  parts.map((part) => (typeof part === 'string' ? text(part) : math(part)));

/** a, b and c. */
export function listed(items: readonly Mathematics[]): readonly (string | Mathematics)[] {
  return items.flatMap((item, at) => (at === 0 ? [item] : [at === items.length - 1 ? ' and ' : ', ', item]));
}

export const isSameWhole = (a: Whole, b: Whole): boolean => subtractWhole(a, b).monomials.length === 0;
