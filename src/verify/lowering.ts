/**
 * Sides of lines → index networks: reaches filled in, the answer's own names and composed partials put in their places.
 *
 * The own names of an answer lie on no circle (recursive ones are equations of the model), so putting them in ends.
 */

import { equationAt, jacobian, partialEquation } from '../calculus/index.js';
import { InputError } from '../errors.js';
import { childrenOf, formula as makeFormula } from '../model/index.js';
import type { Declaration, Equation, Model } from '../model/model.js';
import { type Quantity, type Reach, type Tensor, type ValueReference, type Whole, wholeLetter } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { lower } from '../notation/lower.js';
import { mapChildren } from '../notation/walk.js';
import { type Graph, isAdded } from './graph.js';
import { type Composed, referenceOf } from './leibniz.js';

/** A name that an answer defined: the letters of its left side and what it stands for. */
export interface Definition {
  readonly letters: readonly string[];
  readonly right: Formula;
  readonly axes: ReadonlyMap<string, Whole>;
}

/** The reach taken for each written partial, by `partialText`. */
export type Reaches = ReadonlyMap<string, Reach>;

export interface OwnNames {
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly composed: ReadonlyMap<string, Composed>;
}

/** The key of a written partial between names: equal texts have one reach throughout an answer. */
export function partialText(of: ValueReference, by: ValueReference): string {
  const text = ({ name, indices }: ValueReference): string => `${name}${indices.length === 0 ? '' : `[${indices.map((index) => index.key).join()}]`}`;
  return `${text(of)}/${text(by)}`;
}

/** The partials in a formula whose reach the author left open. */
export function openPartials(formula: Formula, composed: ReadonlyMap<string, Composed>): readonly Formula[] {
  const found: Formula[] = [];
  const visit = (node: Formula): void => {
    if (node.kind === 'derivative' && isOpen(node)) found.push(node);
    if (node.kind === 'name' && node.quantity.kind === 'value') for (const partial of composed.get(node.quantity.name)?.partials ?? []) visit(partial);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(formula);
  return found;
}

type DerivativeFormula = Extract<Formula, { readonly kind: 'derivative' }>;

/** Whether a written partial may be any of the three: of a vector or matrix, or of a number that every step has (of the loss it is total). */
function isOpen(node: DerivativeFormula): boolean {
  const of = bare(node.of);
  if (node.reach !== undefined || node.holding !== undefined) return false;
  return of.shape.dims.length > 0 || (of.kind === 'name' && of.quantity.kind === 'value' && of.quantity.indices.length > 0 && !isAdded(of.quantity.name));
}

/** An entry of a value → the value. */
function bare(formula: Formula): Formula {
  if (formula.kind === 'entry' || formula.kind === 'transpose') return bare(formula.of);
  return formula;
}

export class Lowering {
  readonly #expressions = new Map<string, { readonly letters: readonly string[]; readonly tensor: Tensor }>();
  readonly #tensors = new Map<string, Tensor>();

  constructor(
    readonly graph: Graph,
    readonly own: OwnNames,
    readonly reaches: Reaches,
  ) {}

  /** The network of a side; axis letters come first among its slots. Throws an InputError where it has no meaning. */
  lower(side: Formula, axes: ReadonlyMap<string, Whole> = new Map()): Tensor {
    const { model } = this.graph;
    const tensor = lower(this.#prepared(side), model.workspace, { axes, ...(model.loss === undefined ? {} : { loss: model.loss }) });
    return this.#written(tensor);
  }

  // ── the answer's own names ──

  #written(tensor: Tensor): Tensor {
    const { workspace } = this.graph.model;
    let current = tensor;
    // Each round writes out one more level of names, and no name needs itself.
    for (let round = 0; round <= this.own.definitions.size + 2; round += 1) {
      const next = workspace.replace(current, (quantity) => (quantity.kind === 'value' && isAdded(quantity.name) ? this.#standsFor(quantity) : undefined));
      if (next === current) return current;
      current = next;
    }
    throw new InputError({ ruleId: 'circular', message: 'The names that this answer defines need each other in a circle.' });
  }

  #standsFor(quantity: Extract<Quantity, { kind: 'value' }>): Tensor | undefined {
    const { workspace } = this.graph.model;
    const found = this.#meaning(quantity.name);
    if (found === undefined) return undefined;
    return workspace.substituteLetters(found.tensor, new Map(found.letters.map((letter, at) => [letter, quantity.indices[at] ?? wholeLetter(letter)])));
  }

  #meaning(name: string): { readonly letters: readonly string[]; readonly tensor: Tensor } | undefined {
    const expression = this.#expressions.get(name);
    if (expression !== undefined) return expression;
    const definition = this.own.definitions.get(name);
    const composed = this.own.composed.get(name);
    if (definition === undefined && composed === undefined) return undefined;
    const known = this.#tensors.get(name);
    const tensor =
      known ??
      (definition !== undefined
        ? this.lower(definition.right, definition.axes)
        : (composed as Composed).tensor((derivative) => this.#value(derivative), this.graph.model.workspace));
    this.#tensors.set(name, tensor);
    return { tensor, letters: definition?.letters ?? composed?.letters ?? [] };
  }

  #value(derivative: Formula): Tensor {
    return this.lower(derivative);
  }

  // ── derivatives ──

  #prepared(source: Formula): Formula {
    if (source.kind === 'derivative') return this.#derivative(source);
    return mapChildren(source, (child) => this.#prepared(child));
  }

  #derivative(node: DerivativeFormula): Formula {
    const [by, ...more] = node.by;
    if (by === undefined || more.length > 0) return node;
    const positions = [...positionsOf(node.of), ...positionsOf(by)];
    if (positions.length > 0) return this.#entryOf(node, by);
    const [of, variable] = [referenceOf(node.of), referenceOf(by)];
    if (variable === undefined) return node;
    if (this.own.definitions.has(variable.name)) throw unknownInGraph(variable.name, node);
    if (of === undefined || this.own.definitions.has(of.name)) return this.#ofExpression(node, variable);
    if (node.holding !== undefined) return this.#holding(node, of, variable);
    if (!isOpen(node)) return node;
    const reach = this.reaches.get(partialText(of, variable));
    return reach === undefined ? node : { ...node, reach };
  }

  /** ∂o_i/∂h_j is an entry of ∂o/∂h. */
  #entryOf(node: DerivativeFormula, by: Formula): Formula {
    const [of, variable] = [bare(node.of), bare(by)];
    const scalar = of.shape.dims.length === 0;
    const whole = makeFormula(
      { ...node, of, by: [variable] },
      { dims: scalar ? variable.shape.dims : [...of.shape.dims, ...variable.shape.dims] },
      node.region,
    );
    const above = positionsOf(node.of);
    if (!scalar && above.length < of.shape.dims.length && above.length + positionsOf(by).length > 0 && positionsOf(by).length > 0) {
      throw new InputError({
        ruleId: 'unsupported',
        message: 'A derivative of a whole value by one entry is not read.',
        fix: 'Name an entry above as well.',
        ...(node.region === undefined ? {} : { region: node.region }),
      });
    }
    return makeFormula({ kind: 'entry', of: this.#prepared(whole), positions: [...above, ...positionsOf(by)] }, node.shape, node.region);
  }

  /** ∂(expression)/∂v: one step of the chain rule by hand, then the partials of what the expression reads. */
  #ofExpression(node: DerivativeFormula, variable: ValueReference): Formula {
    const { model } = this.graph;
    const value = this.lower(node.of);
    for (const { quantity } of model.workspace.quantities(value)) {
      if (quantity.kind !== 'value')
        throw new InputError({
          ruleId: 'unsupported',
          message: 'A derivative of a derivative is not read in an answer.',
          ...(node.region === undefined ? {} : { region: node.region }),
        });
    }
    const letters = [...value.letters].filter((letter) => !model.sizes.includes(letter));
    const name = `§e${this.#expressions.size}`;
    const indices = letters.map(wholeLetter);
    const ranges = letters.map((letter) => ({ letter, from: wholeLetter(letter), to: wholeLetter(letter) }));
    const declaration: Declaration = {
      name,
      spelling: { latex: 'e', text: 'e', indexPlace: 'subscript' },
      indices: ranges,
      dims: value.dims,
      role: 'computed',
      assumptions: {},
    };
    const equation: Equation = { name, indices, ranges, source: node.of, value };
    const around: Model = {
      ...this.graph.sheet,
      declarations: new Map([...this.graph.model.declarations, [name, declaration]]),
      equations: [...(holdsAdded(model, value, variable) ? model.equations : this.graph.sheet.equations), equation],
    };
    const reach = node.reach ?? this.#reachOf(node, variable);
    const tensor = partialEquation(around, { name, indices }, variable, reach);
    const more = [...new Set([...letters, ...variable.indices.flatMap((index) => index.monomials.flatMap((monomial) => monomial.letters))])].filter(
      (letter) => !model.sizes.includes(letter),
    );
    this.#expressions.set(name, { letters: more, tensor });
    return makeFormula(
      { kind: 'name', quantity: { kind: 'value', name, indices: more.map(wholeLetter) } },
      { dims: [...value.dims, ...(model.declarations.get(variable.name)?.dims ?? [])] },
      node.region,
    );
  }

  #reachOf(node: DerivativeFormula, variable: ValueReference): Reach {
    const of = referenceOf(node.of);
    return (of === undefined ? undefined : this.reaches.get(partialText(of, variable))) ?? 'total';
  }

  /** ∂u/∂v with names held: within one step, without the paths through them. */
  #holding(node: DerivativeFormula, of: ValueReference, variable: ValueReference): Formula {
    const held = new Set((node.holding ?? []).flatMap((each) => referenceOf(each)?.name ?? []));
    if (equationAt(this.graph.model, of) === undefined) return { ...node, reach: 'immediate' };
    const model = isAdded(of.name) || isAdded(variable.name) ? this.graph.model : this.graph.sheet;
    const tensor = jacobian(model, of, variable, 'step', held);
    const name = `§e${this.#expressions.size}`;
    const letters = [...tensor.letters].filter((letter) => !model.sizes.includes(letter));
    this.#expressions.set(name, { letters, tensor });
    return makeFormula({ kind: 'name', quantity: { kind: 'value', name, indices: letters.map(wholeLetter) } }, { dims: tensor.dims }, node.region);
  }
}

const positionsOf = (formula: Formula): readonly Whole[] => (formula.kind === 'entry' ? formula.positions : []);

function holdsAdded(model: Model, value: Tensor, variable: ValueReference): boolean {
  return isAdded(variable.name) || model.workspace.quantities(value).some(({ quantity }) => quantity.kind === 'value' && isAdded(quantity.name));
}

function unknownInGraph(name: string, node: Formula): InputError {
  return new InputError({
    ruleId: 'unsupported',
    message: `\`${name.slice(1)}\` is an abbreviation of this answer, and no equation of the model reads it: there is no derivative with respect to it.`,
    fix: 'Differentiate with respect to a name of the model, or to a pre-activation.',
    ...(node.region === undefined ? {} : { region: node.region }),
  });
}
