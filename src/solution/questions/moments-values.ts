/**
 * Expressions in random names as tensors: every E[…], Var(…), Cov(…) and std(…) in them is worked out, innermost first, and stands for its value;
 * in print it keeps its own look. Names that a question sets (`where μ = 0, d = 64`) are put in before anything is worked out.
 */

import { type Distribution, type Expectation, expectation, needsHigherCumulants } from '../../calculus/index.js';
import { InputError } from '../../errors.js';
import { contextOfModel, type Declaration, elaborateFormula, readWhole } from '../../model/index.js';
import { HALF, type Tensor, type Whole, type Workspace, wholeName } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import { lower } from '../../notation/lower.js';
import type { NameSyntax, Syntax } from '../../notation/syntax.js';
import { mapParts } from '../../notation/syntax-map.js';
import type { Mathematics } from '../document.js';
import { Presenter, type PresenterOptions } from '../presenter.js';
import type { MomentsText } from './moments-reading.js';

export type MomentKind = 'expectation' | 'variance' | 'covariance' | 'std';

/** One moment of an expression: what it is of, how it is written, what it comes to. */
export interface Moment {
  readonly kind: MomentKind;
  readonly written: Mathematics;
  /** Inside of it: one tensor, two for a covariance. */
  readonly of: readonly { readonly formula: Formula; readonly tensor: Tensor }[];
  /** The expectations it was worked out from, in order. */
  readonly parts: readonly { readonly written: Mathematics; readonly of: Tensor; readonly expectation: Expectation }[];
  /** Undefined where the inside is no polynomial, or its largest entry is meant: then it is only estimated. */
  readonly value: Tensor | undefined;
  /** Of a standard deviation: its square. */
  readonly variance?: Tensor;
  readonly largest: boolean;
}

export interface Setting {
  readonly name: Syntax;
  readonly value: Syntax;
}

type Inside = 'first' | 'second' | 'square' | 'product';
const NO_MATHEMATICS: Mathematics = { latex: '', text: '' };
const MOMENTS: ReadonlySet<string> = new Set(['expectation', 'variance', 'covariance', 'std']);
const isMoment = (syntax: Syntax): syntax is Extract<Syntax, { kind: 'application' }> => syntax.kind === 'application' && MOMENTS.has(syntax.word);

/** The mathematics of one question of a block. */
export class MomentAlgebra {
  readonly workspace: Workspace;
  readonly random: ReadonlyMap<string, Distribution>;
  /** In the order in which they were worked out, each once. */
  readonly moments: Moment[] = [];
  readonly #byName = new Map<string, Moment>();
  readonly #declarations: Map<string, Declaration>;
  readonly #names = new Map<string, Tensor>();
  readonly #letters = new Map<string, Whole>();

  constructor(
    readonly text: MomentsText,
    readonly settings: readonly Setting[],
    readonly held: ReadonlySet<string>,
    readonly options: PresenterOptions,
  ) {
    this.workspace = text.model.workspace;
    this.#declarations = new Map(text.model.declarations);
    this.#set(settings);
    this.random = this.#distributions();
  }

  /** Prints formulas with the moments in them as they are written. */
  get presenter(): Presenter {
    return new Presenter({ ...this.text.model, declarations: this.#declarations }, this.options);
  }

  /** The expression as written, and as a tensor in which all moments have their values; undefined where one can only be estimated. */
  read(syntax: Syntax): { readonly formula: Formula; readonly tensor: Tensor | undefined } {
    const formula = this.#formula(syntax);
    const tensor = this.#substitute(lower(formula, this.workspace));
    const named = this.workspace.quantities(tensor).flatMap(({ quantity }) => (quantity.kind === 'value' ? (this.#byName.get(quantity.name) ?? []) : []));
    if (named.some(({ value }) => value === undefined)) return { formula, tensor: undefined };
    return { formula, tensor: this.workspace.expand(this.#withMoments(tensor)) };
  }

  /** The moment that an expression is, where it is nothing else. */
  momentOf(formula: Formula): Moment | undefined {
    return formula.kind === 'name' && formula.quantity.kind === 'value' ? this.#byName.get(formula.quantity.name) : undefined;
  }

  /** Where among the block's names one is declared. */
  declaredAt(name: string): number {
    return [...this.text.model.declarations.keys()].indexOf(name);
  }

  /** The numbers that sizes were set to. */
  get sizes(): ReadonlyMap<string, Whole> {
    return this.#letters;
  }

  /** A value that was put in, as it is written. */
  setting({ name, value }: Setting): { readonly left: Formula; readonly right: Formula } {
    const context = contextOfModel(this.text.model);
    const [left, right] = [elaborateFormula(name, context), elaborateFormula(value, context)];
    return { left, right: right.kind === 'ones' ? { ...right, shape: left.shape } : right };
  }

  /** The same question with some names of independent variables made one. */
  identified(pairs: ReadonlyMap<string, string>, tensor: Tensor): Tensor {
    return this.workspace.replace(tensor, (quantity, dims) => {
      const other = quantity.kind === 'value' ? pairs.get(quantity.name) : undefined;
      return other === undefined || quantity.kind !== 'value' ? undefined : this.workspace.value(other, quantity.indices, dims);
    });
  }

  /** Works a moment out by Wick's rule. */
  moment(kind: MomentKind, of: readonly Tensor[], spell: (inside: Inside) => Mathematics): Pick<Moment, 'parts' | 'value' | 'variance'> {
    const { workspace, random } = this;
    const [x, y] = [of[0] as Tensor, of[1] ?? (of[0] as Tensor)];
    const expect = (written: Mathematics, tensor: Tensor): Moment['parts'][number] => {
      if (needsHigherCumulants(workspace, tensor, random)) {
        throw new InputError({
          ruleId: 'needs-distribution',
          message: 'Mean and variance alone do not settle this: an entry may occur more than twice in a product.',
          fix: 'Give the distribution: q \\sim \\mathcal{N}(\\mu, \\sigma^2 I).',
        });
      }
      return { written, of: workspace.expand(tensor), expectation: expectation(workspace, tensor, random) };
    };
    if (kind === 'expectation') {
      const part = expect(spell('first'), x);
      return { parts: [part], value: part.expectation.value };
    }
    const labels = x.dims.map((_, axis) => `${axis}`);
    const times = (a: Tensor, b: Tensor): Tensor =>
      workspace.contract(labels, [
        { tensor: a, labels },
        { tensor: b, labels },
      ]);
    const parts =
      x === y
        ? [expect(spell('first'), x), expect(spell('square'), workspace.power(x, 2))]
        : [expect(spell('first'), x), expect(spell('second'), y), expect(spell('product'), times(x, y))];
    const [first, last] = [parts[0]?.expectation.value as Tensor, parts.at(-1)?.expectation.value as Tensor];
    const second = x === y ? first : (parts[1]?.expectation.value as Tensor);
    const value = workspace.expand(workspace.add(last, workspace.scale(times(first, second), -1)));
    return kind === 'std' ? { parts, value: workspace.power(value, HALF), variance: value } : { parts, value };
  }

  // ── reading ──

  #formula(syntax: Syntax): Formula {
    const replace = (part: Syntax): Syntax => (isMoment(part) ? this.#placeholder(part) : mapParts(part, replace));
    return elaborateFormula(replace(syntax), contextOfModel(this.text.model, { extra: (name) => this.#extra(name) }));
  }

  #extra(name: NameSyntax): Formula | undefined {
    const definition = this.text.definitions.get(name.raw.base);
    if (definition !== undefined && name.labels.length === 0) return this.#formula(definition);
    const declaration = this.#byName.has(name.raw.base) ? this.#declarations.get(name.raw.base) : undefined;
    if (declaration === undefined) return undefined;
    const { dims, orientation } = declaration;
    return {
      kind: 'name',
      quantity: { kind: 'value', name: declaration.name, indices: [] },
      shape: { dims, ...(orientation === undefined ? {} : { orientation }) },
    };
  }

  /** A name that stands for a moment. */
  #placeholder(syntax: Extract<Syntax, { kind: 'application' }>): Syntax {
    const kind = syntax.word as MomentKind;
    const wanted = kind === 'covariance' ? 2 : 1;
    if (syntax.args.length !== wanted)
      throw new InputError({
        ruleId: 'wrong-arguments',
        message: wanted === 2 ? 'A covariance is of two.' : 'This is of one expression.',
        region: syntax.region,
      });
    const largest = syntax.args.length === 1 && isLargest(syntax.args[0] as Syntax);
    const inside = largest ? ((syntax.args[0] as Extract<Syntax, { kind: 'application' }>).args as readonly Syntax[]) : syntax.args;
    const of = inside.map((part) => {
      const formula = this.#formula(part);
      return { formula, tensor: this.#withMoments(this.#substitute(lower(formula, this.workspace))) };
    });
    const { presenter } = this;
    const contents = of.map(({ formula }) => presenter.formula(formula));
    const written = spelled(kind, largest ? contents.map(({ latex, text }) => ({ latex: `\\max\\left(${latex}\\right)`, text: `max(${text})` })) : contents);
    const known = this.#byName.get(written.text);
    if (known === undefined) {
      const shape = kind === 'expectation' && !largest ? (of[0]?.formula.shape ?? { dims: [] }) : { dims: [] };
      const moment: Moment = { kind, written, of, largest, ...(largest ? { parts: [], value: undefined } : this.#worked(kind, of, contents)) };
      this.#byName.set(written.text, moment);
      this.moments.push(moment);
      this.#declarations.set(written.text, {
        name: written.text,
        spelling: { latex: written.latex, text: written.text, indexPlace: 'subscript' },
        indices: [],
        dims: shape.dims.map((dim) => this.#wholeAt(dim)),
        ...(shape.orientation === undefined ? {} : { orientation: shape.orientation }),
        role: 'computed',
        assumptions: {},
      });
    }
    return { kind: 'name', raw: { base: written.text, accents: [], primes: 0, scripts: [] }, labels: [], indices: [], region: syntax.region };
  }

  #worked(kind: MomentKind, of: readonly { readonly tensor: Tensor }[], contents: readonly Mathematics[]): Pick<Moment, 'parts' | 'value' | 'variance'> {
    const [x, y] = contents;
    const [a, b] = [x ?? NO_MATHEMATICS, y ?? NO_MATHEMATICS];
    const inside: { readonly [key in Inside]: Mathematics } = {
      first: a,
      second: b,
      square: { latex: `\\left(${a.latex}\\right)^{2}`, text: `(${a.text})²` },
      product: { latex: `${a.latex} \\cdot ${b.latex}`, text: `${a.text} · ${b.text}` },
    };
    try {
      return this.moment(
        kind,
        of.map(({ tensor }) => tensor),
        (key) => spelled('expectation', [inside[key]]),
      );
    } catch (error) {
      if (error instanceof InputError && error.problems[0]?.ruleId === 'not-polynomial') return { parts: [], value: undefined };
      throw error;
    }
  }

  #wholeAt(whole: Whole): Whole {
    return this.#letters.get(wholeName(whole) ?? '') ?? whole;
  }

  // ── values put in ──

  #set(settings: readonly Setting[]): void {
    const { model } = this.text;
    for (const { name, value } of settings) {
      if (name.kind === 'name' && name.key === undefined && model.sizes.includes(name.raw.base)) {
        this.#letters.set(name.raw.base, readWhole(value));
        continue;
      }
      const declared = name.kind === 'name' && name.key !== undefined ? model.declarations.get(name.key) : undefined;
      if (declared === undefined)
        throw new InputError({
          ruleId: 'bad-condition',
          message: 'Only a name or a size is given a value here.',
          fix: 'Write where \\mu = 0, \\sigma = 1, d = 64.',
          region: name.region,
        });
      const formula = elaborateFormula(value, contextOfModel(model));
      this.#names.set(declared.name, stretched(this.workspace, lower(formula, this.workspace), declared.dims, value));
    }
  }

  #substitute(tensor: Tensor): Tensor {
    const replaced = this.workspace.replace(tensor, (quantity) => (quantity.kind === 'value' ? this.#names.get(quantity.name) : undefined));
    return this.#letters.size === 0 ? replaced : this.workspace.substituteLetters(replaced, this.#letters);
  }

  #withMoments(tensor: Tensor): Tensor {
    return this.workspace.replace(tensor, (quantity) => (quantity.kind === 'value' ? this.#byName.get(quantity.name)?.value : undefined));
  }

  #distributions(): ReadonlyMap<string, Distribution> {
    const { model, distributions } = this.text;
    const found = new Map<string, Distribution>();
    for (const { names, mean, variance, gaussian, region } of distributions) {
      for (const name of names) {
        if (this.held.has(name)) continue;
        const dims = model.declarations.get(name)?.dims ?? [];
        const read = (syntax: Syntax): Tensor => lower(elaborateFormula(syntax, contextOfModel(model)), this.workspace);
        const spread = read(variance);
        if (spread.dims.length > 0)
          throw new InputError({
            ruleId: 'unknown-distribution',
            message: 'Entries are independent and of one variance: it is a number times the identity.',
            fix: 'Write \\mathcal{N}(\\mu, \\sigma^2 I).',
            region,
          });
        found.set(name, { mean: this.#substitute(stretched(this.workspace, read(mean), dims, mean)), variance: this.#substitute(spread), gaussian });
      }
    }
    return found;
  }
}

function isLargest(syntax: Syntax): boolean {
  return syntax.kind === 'application' && syntax.word === 'max' && syntax.args.length === 1;
}

/** A number in every entry of a vector or matrix. */
function stretched(workspace: Workspace, tensor: Tensor, dims: readonly Whole[], syntax: Syntax): Tensor {
  if (tensor.dims.length === dims.length) return tensor;
  if (tensor.dims.length > 0)
    throw new InputError({ ruleId: 'ill-shaped', message: 'This has another shape than the name that it is the value of.', region: syntax.region });
  const labels = dims.map((_, axis) => `${axis}`);
  return workspace.contract(labels, [{ tensor, labels: [] }], new Map(labels.map((label, axis) => [label, dims[axis] as Whole])));
}

/** 𝔼[…], Var(…), Cov(…, …). */
export function spelled(kind: MomentKind, inside: readonly Mathematics[]): Mathematics {
  const latex = inside.map((math) => math.latex).join(', ');
  const text = inside.map((math) => math.text).join(', ');
  switch (kind) {
    case 'expectation':
      return { latex: `\\mathbb{E}\\left[ ${latex} \\right]`, text: `E[${text}]` };
    case 'variance':
      return { latex: `\\operatorname{Var}\\left( ${latex} \\right)`, text: `Var(${text})` };
    case 'covariance':
      return { latex: `\\operatorname{Cov}\\left( ${latex} \\right)`, text: `Cov(${text})` };
    case 'std':
      return { latex: `\\operatorname{std}\\left( ${latex} \\right)`, text: `std(${text})` };
  }
}
