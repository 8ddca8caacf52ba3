/**
 * Equations for the adjoints and partials that lines mention, in letters, so that one derivation serves every size and step.
 *
 * Adjoints follow the derived adjoint equations; a partial ∂u/∂v is one forward step in terms of the partials of what u reads (calculus/tangents),
 * which a run remembers: many steps cost one term each. Partials between names of the sheet mean the sheet's own equations.
 */

import { AdjointSystem, partialEquation } from '../calculus/index.js';
import type { Equation, Model } from '../model/model.js';
import { shiftWhole, type Tensor, type ValueReference, type Whole, wholeLetter, wholeNumber } from '../network/index.js';
import { type DerivativeResolver, matchPlace } from '../numeric/index.js';
import { type Graph, isAdded } from './graph.js';

type Scope = ReadonlyMap<string, number>;
type At = { readonly name: string; readonly indices: readonly number[] };
type Resolved = { readonly value: Tensor; readonly letters: Scope } | undefined;

const TARGET = '¤';

/** Derivative equations of one graph; the same for all sizes. */
export class Derivatives {
  readonly #systems = new Map<string, AdjointSystem>();
  readonly #adjoints = new Map<string, Tensor>();
  readonly #partials = new Map<string, Tensor>();

  constructor(readonly graph: Pick<Graph, 'model' | 'sheet'> & Partial<Graph>) {}

  /** What a run at these sizes asks for adjoints and partials. */
  resolver(sizes: Scope): DerivativeResolver {
    return (quantity) =>
      quantity.kind === 'adjoint'
        ? this.#adjoint(quantity, quantity.target, sizes)
        : this.#partial(quantity.numerator, quantity.denominator, quantity.reach, sizes);
  }

  #system(target: At | undefined): AdjointSystem | undefined {
    const { model } = this.graph;
    const name = target?.name ?? model.loss;
    if (name === undefined) return undefined;
    const named = target !== undefined && (name !== model.loss || target.indices.length > 0);
    const key = `${name} ${named}`;
    const known = this.#systems.get(key);
    if (known !== undefined) return known;
    const indices = named ? target.indices.map((_, axis) => wholeLetter(`${TARGET}${axis}`)) : [];
    const made = new AdjointSystem(model, { name, indices }, named);
    this.#systems.set(key, made);
    return made;
  }

  #adjoint({ name, indices }: At, target: At | undefined, sizes: Scope): Resolved {
    const system = this.#system(target);
    const declaration = this.graph.model.declarations.get(name);
    if (system === undefined || declaration === undefined) return undefined;
    const place = this.#place(name, indices, sizes);
    if (place === undefined) return undefined;
    const key = `${system.target.name} ${name}[${place.boundary?.map((index) => index.key).join() ?? ''}] ${system.named}`;
    const value = this.#adjoints.get(key) ?? system.of(name, place.boundary).value;
    this.#adjoints.set(key, value);
    return { value, letters: new Map([...place.letters, ...(target?.indices ?? []).map((index, axis): [string, number] => [`${TARGET}${axis}`, index])]) };
  }

  /** Where a value lies: in the range of its name, or at a boundary that is freed or set; undefined where it is zero. */
  #place(name: string, indices: readonly number[], sizes: Scope): { readonly letters: Scope; readonly boundary?: readonly Whole[] } | undefined {
    const { model } = this.graph;
    const declaration = model.declarations.get(name);
    if (declaration === undefined) return undefined;
    const own = matchPlace(
      declaration.indices.map(({ letter }) => wholeLetter(letter)),
      declaration.indices,
      indices,
      sizes,
    );
    if (own !== undefined) return { letters: own };
    const fixed = model.equations
      .filter((equation) => equation.name === name && equation.ranges.length < equation.indices.length)
      .map((equation) => equation.indices);
    const freed = model.boundaries.filter((boundary) => boundary.name === name && boundary.kind !== 'zero').map((boundary) => boundary.indices);
    for (const boundary of [...freed, ...fixed]) {
      const letters = matchPlace(boundary, declaration.indices, indices, sizes);
      if (letters !== undefined) return { letters, boundary };
    }
    return undefined;
  }

  #partial(numerator: At, denominator: At, reach: 'immediate' | 'step' | 'total', sizes: Scope): Resolved {
    const { model, sheet } = isAdded(numerator.name) || isAdded(denominator.name) ? this.graph : { model: this.graph.sheet, sheet: this.graph.sheet };
    if (numerator.name === denominator.name && numerator.indices.every((index, at) => index === denominator.indices[at]))
      return { value: identityOf(sheet.declarations.has(numerator.name) ? sheet : model, numerator.name), letters: new Map() };
    const found = equationCovering(model, numerator, sizes);
    if (found === undefined) return undefined;
    const general = found.equation.ranges.length === found.equation.indices.length && found.equation.indices.every((index) => index.monomials.length === 1);
    const same = numerator.indices.length === denominator.indices.length;
    if (!general || (denominator.indices.length > 0 && !same)) {
      const fixed = ({ name, indices }: At): ValueReference => ({ name, indices: indices.map(wholeNumber) });
      return { value: this.#remembered(model, fixed(numerator), fixed(denominator), reach), letters: found.letters };
    }
    // The same equation for every step: the distance between the two is a number, the step a letter.
    const at = found.equation.indices;
    const by = denominator.indices.map((index, axis) => shiftWhole(at[axis] as Whole, index - (numerator.indices[axis] as number)));
    return { value: this.#remembered(model, { name: numerator.name, indices: at }, { name: denominator.name, indices: by }, reach), letters: found.letters };
  }

  #remembered(model: Model, numerator: ValueReference, denominator: ValueReference, reach: 'immediate' | 'step' | 'total'): Tensor {
    const text = ({ name, indices }: ValueReference): string => `${name}[${indices.map((index) => index.key).join()}]`;
    const key = `${text(numerator)}/${text(denominator)}/${reach}`;
    const value = this.#partials.get(key) ?? partialEquation(model, numerator, denominator, reach);
    this.#partials.set(key, value);
    return value;
  }
}

/** The identity with the axes of a name twice: 1 for scalars. */
export function identityOf(model: Model, name: string): Tensor {
  const dims = model.declarations.get(name)?.dims ?? [];
  return model.workspace.contract(
    [...dims.map((_, axis) => `a${axis}`), ...dims.map((_, axis) => `b${axis}`)],
    dims.map((dim, axis) => ({ tensor: model.workspace.identity(dim), labels: [`a${axis}`, `b${axis}`] })),
  );
}

function equationCovering(model: Model, { name, indices }: At, sizes: Scope): { readonly equation: Equation; readonly letters: Scope } | undefined {
  const own = model.equations.filter((equation) => equation.name === name).sort((a, b) => a.ranges.length - b.ranges.length);
  for (const equation of own) {
    const letters = matchPlace(equation.indices, equation.ranges, indices, sizes);
    if (letters !== undefined) return { equation, letters };
  }
  return undefined;
}
