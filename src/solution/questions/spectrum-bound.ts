/**
 * `bound ‖∂h_T/∂h_t‖`: the norm of a product of Jacobians is at most the product of norms; every inequality is named, what follows for vanishing and
 * exploding is said, and cases drawn at random are held against the bound.
 */

import { chainOf, jacobian, type Link } from '../../calculus/index.js';
import { InputError, type Region } from '../../errors.js';
import type { Model } from '../../model/index.js';
import {
  addRational,
  isOne,
  type Leaf,
  multiplyRational,
  ONE,
  type Rational,
  type Reach,
  rationalToNumber,
  shiftWhole,
  subtractWhole,
  type Tensor,
  type ValueReference,
  type Whole,
  wholeLetter,
  wholeNumber,
  ZERO,
} from '../../network/index.js';
import { singularValues, spectralNorm } from '../../numeric/index.js';
import type { Block, EquationLine, Mathematics } from '../document.js';
import { type Presenter, sentence, text } from '../presenter.js';
import { numberMath } from './polynomials.js';
import type { PresentedModel, SolveSettings } from './question.js';
import { boundCases, boundFigure } from './spectrum-cases.js';
import type { SpectrumPart } from './spectrum-closed.js';
import { supremumOf } from './suprema.js';

/** One factor of a step's Jacobian whose norm is taken by itself. */
export interface NormFactor {
  readonly kind: 'matrix' | 'diagonal';
  /** The matrix, or the vector on the diagonal, at the letter of the step. */
  readonly tensor: Tensor;
  /** Of a diagonal: the largest modulus its entries can have at all; undefined where there is no such. */
  readonly most: Rational | undefined;
}

/** The Jacobian of one step, taken apart: a sum of products of matrices and diagonals. */
export interface StepBound {
  readonly model: Model;
  readonly state: ValueReference;
  readonly before: ValueReference;
  readonly reach: Reach;
  readonly letter: string;
  readonly jacobian: Tensor;
  readonly terms: readonly { readonly coefficient: Rational; readonly factors: readonly NormFactor[] }[];
}

/** The bound of ‖∂h_T/∂h_t‖. Throws an InputError where the derivative is not one between steps of a single state. */
export function boundSection(
  presented: PresentedModel,
  numerator: ValueReference,
  denominator: ValueReference,
  reach: Reach,
  settings: SolveSettings,
  region: Region,
): SpectrumPart {
  const { model, presenter } = presented;
  const bound = stepBound(model, numerator, denominator, reach, region);
  const left = presenter.quantity({ kind: 'partial', numerator, denominator, reach });
  const [high, low] = [numerator.indices[0] ?? wholeNumber(0), denominator.indices[0] ?? wholeNumber(0)];
  const printing = new BoundPrinting(presenter, bound, high, low);
  const lines = printing.lines(normOf(left));
  const cases = boundCases(bound, settings);
  const blocks: Block[] = [
    { type: 'paragraph', content: printing.intro() },
    { type: 'equations', lines: printing.stepLines() },
    { type: 'result', lines },
    ...printing.consequences(),
    { type: 'paragraph', content: [text(cases.words)] },
    ...boundFigure(bound, settings, presenter),
  ];
  return {
    section: { kind: 'spectrum', title: sentence('A bound of ', normOf(left)), blocks },
    formulas: lines.length + 1,
    proved: 1,
    checked: cases.agree ? 1 : 0,
  };
}

function stepBound(model: Model, numerator: ValueReference, denominator: ValueReference, reach: Reach, region: Region): StepBound {
  const range = model.declarations.get(numerator.name)?.indices[0];
  if (
    numerator.name !== denominator.name ||
    numerator.indices.length !== 1 ||
    range === undefined ||
    model.declarations.get(numerator.name)?.dims.length !== 1
  ) {
    throw new InputError({
      ruleId: 'no-bound',
      message: 'A bound is worked out between two steps of one vector of a loop.',
      fix: 'Write bound \\|\\partial h_T / \\partial h_t\\|.',
      region,
    });
  }
  const { letter } = range;
  const state = { name: numerator.name, indices: [wholeLetter(letter)] };
  const before = { name: numerator.name, indices: [shiftWhole(wholeLetter(letter), -1)] };
  const step = jacobian(model, state, before, reach === 'immediate' ? 'immediate' : 'step');
  if (reach !== 'immediate' && passesElsewhere(model, numerator.name)) {
    throw new InputError({
      ruleId: 'several-states',
      message: 'Several names carry state from step to step, so the derivative is no product of one Jacobian a step.',
      fix: 'Add `, immediate` for the path through this name alone, or plot the norm.',
      region,
    });
  }
  const terms = step.terms.map((term) => ({
    coefficient: term.coefficient,
    factors: factorsOf(model, model.workspace.fromTerms(step.dims, [{ ...term, coefficient: ONE }])),
  }));
  const known = terms.flatMap(({ coefficient, factors }) => (factors === undefined ? [] : [{ coefficient, factors }]));
  if (known.length === 0 || known.length < terms.length) {
    throw new InputError({ ruleId: 'no-bound', message: 'The Jacobian of one step is no sum of products of matrices and diagonals.', region });
  }
  return { model, state, before, reach, letter, jacobian: step, terms: known };
}

/** Whether another name read at the step before depends on this one: then state passes by it as well. */
function passesElsewhere(model: Model, name: string): boolean {
  const own = model.declarations.get(name)?.indices[0]?.letter ?? 't';
  return model.equations.some((equation) =>
    model.workspace.quantities(equation.value).some(({ quantity }) => {
      if (quantity.kind !== 'value' || quantity.name === name || quantity.indices.length !== 1) return false;
      const shift = subtractWhole(quantity.indices[0] as Whole, wholeLetter(own));
      const isPast = shift.monomials.length === 1 && shift.monomials[0]?.letters.length === 0;
      return isPast && model.equations.some((other) => other.name === quantity.name && other.indices.length === 1);
    }),
  );
}

/** Matrices and diagonals from the first axis to the second; undefined for what is neither. */
function factorsOf(model: Model, tensor: Tensor): readonly NormFactor[] | undefined {
  const { workspace } = model;
  const [term] = tensor.terms;
  if (term === undefined) return undefined;
  const matrices = term.net.leaves.filter(({ slots, head }) => slots.length === 2 && slots[0] !== slots[1] && head.head.kind !== 'delta');
  const identities = term.net.leaves.filter(({ head }) => head.head.kind === 'delta');
  const vectors = term.net.leaves.filter(({ slots }) => slots.length === 1 || (slots.length === 2 && slots[0] === slots[1]));
  if (matrices.length + identities.length + vectors.length !== term.net.leaves.length) return undefined;
  const bare = workspace.fromTerms(tensor.dims, [{ coefficient: ONE, net: { dims: term.net.dims, leaves: [...matrices, ...identities] } }]);
  const chain = matrices.length === 0 ? [] : chainOf(model, bare);
  if (chain === undefined) return undefined;
  const slots = slotsOf(chain, tensor);
  const factors: NormFactor[] = [];
  slots.forEach((slot, at) => {
    const here = vectors.filter((leaf) => leaf.slots[0] === slot || (matrices.length === 0 && leaf.slots[0] !== undefined && leaf.slots[0] < 2));
    if (here.length > 0 && (matrices.length > 0 || at === 0)) factors.push(diagonalFactor(model, here, term.net.dims[slot] as Whole));
    const link = chain[at];
    if (link !== undefined)
      factors.push(
        link.diagonal ? { kind: 'diagonal', tensor: diagonalOf(model, link), most: undefined } : { kind: 'matrix', tensor: link.tensor, most: undefined },
      );
  });
  return factors;
}

/** Slots along a chain: the first axis, those between the matrices, the second axis. */
function slotsOf(chain: readonly Link[], tensor: Tensor): readonly number[] {
  const slots = [0];
  for (const { leaf } of chain) {
    const at = slots.at(-1) ?? 0;
    slots.push(leaf.slots.find((slot) => slot !== at) ?? 1);
  }
  return tensor.dims.length === 2 ? slots : [0];
}

function diagonalFactor(model: Model, leaves: readonly Leaf[], dim: Whole): NormFactor {
  const { workspace } = model;
  const vector = workspace.fromTerms(
    [dim],
    [{ coefficient: ONE, net: { dims: [dim], leaves: leaves.map((leaf) => ({ ...leaf, slots: leaf.slots.map(() => 0) })) } }],
  );
  return { kind: 'diagonal', tensor: vector, most: supremumOf(model, vector) };
}

function diagonalOf(model: Model, { tensor }: Link): Tensor {
  return model.workspace.contract(['i'], [{ tensor, labels: ['i', 'i'] }]);
}

// ── printing ──

export const normOf = (math: Mathematics): Mathematics => ({ latex: `\\left\\| ${math.latex} \\right\\|`, text: `‖${math.text}‖` });
const sigmaMax = (math: Mathematics): Mathematics => ({ latex: `\\sigma_{\\max}\\!\\left( ${math.latex} \\right)`, text: `σ_max(${math.text})` });

/** Factors below 1 are no proof of vanishing: ∏ (1 − 1/k²) tends to one half. */
const MERELY_BELOW: readonly (string | Mathematics)[] = [
  'Their product goes to 0 if they all stay below one number that is less than 1. That each is less than 1 is not enough: ',
  { latex: '\\prod_{k=2}^{1000} \\left( 1 - \\frac{1}{k^2} \\right)', text: 'Π_{k=2}^{1000} (1 − 1/k²)' },
  ` is ${Number(
    Array.from({ length: 999 }, (_, k) => 1 - 1 / (k + 2) ** 2)
      .reduce((product, factor) => product * factor, 1)
      .toPrecision(5),
  )}, and longer products stay above one half.`,
];

class BoundPrinting {
  readonly #letter: string;

  constructor(
    readonly presenter: Presenter,
    readonly bound: StepBound,
    readonly high: Whole,
    readonly low: Whole,
  ) {
    const taken = new Set([...this.#lettersIn(high), ...this.#lettersIn(low), ...bound.model.sizes, ...bound.model.declarations.keys()]);
    this.#letter = ['k', 's', 'j', 'r', 'i'].find((letter) => !taken.has(letter)) ?? "k'";
  }

  #lettersIn(whole: Whole): readonly string[] {
    return whole.monomials.flatMap(({ letters }) => letters);
  }

  #at(tensor: Tensor): Tensor {
    return this.presenter.workspace.substituteLetters(tensor, new Map([[this.bound.letter, wholeLetter(this.#letter)]]));
  }

  intro(): ReturnType<typeof sentence> {
    return sentence('The chain rule makes it a product with one Jacobian for each step in between. The norm is the spectral norm, the largest singular value.');
  }

  stepLines(): readonly EquationLine[] {
    const { presenter, bound } = this;
    const place = (reference: ValueReference): ValueReference => ({ name: reference.name, indices: reference.indices.map((index) => shiftWhole(index, 0)) });
    const left = presenter.quantity({
      kind: 'partial',
      numerator: place(bound.state),
      denominator: place(bound.before),
      reach: bound.reach === 'immediate' ? 'immediate' : 'step',
    });
    return [
      {
        left,
        relation: '=',
        right: presenter.tensor(bound.jacobian, [bound.letter]),
        reason: [text(bound.reach === 'immediate' ? 'all other names held' : 'chain rule within the step')],
      },
    ];
  }

  lines(left: Mathematics): readonly EquationLine[] {
    const { presenter, bound } = this;
    const whole = presenter.tensor(this.#at(bound.jacobian), [this.#letter]);
    const lines: EquationLine[] = [
      { left, relation: '\\le', right: this.#product(normOf(whole)), reason: [text('the norm of a product is at most the product of the norms')] },
    ];
    const parts = bound.terms.map(({ coefficient, factors }) => this.#factors(coefficient, factors, (factor) => this.#normOfFactor(factor)));
    const isSingle = bound.terms.length === 1 && (bound.terms[0]?.factors.length ?? 0) === 1 && bound.terms[0]?.factors[0]?.kind === 'matrix';
    if (bound.terms.length > 1) {
      const separate = bound.terms
        .map(({ coefficient, factors }) => (factors.length === 0 ? IDENTITY : this.#factors(coefficient, factors, (factor) => this.#matrixOf(factor))))
        .map(normOf);
      lines.push({ relation: '\\le', right: this.#product(bracket(joined(separate, ' + '))), reason: [text('triangle inequality')] });
    }
    if (!isSingle)
      lines.push({
        relation: bound.terms.every(({ factors }) => factors.length === 1) ? '=' : '\\le',
        right: this.#product(parts.length === 1 ? (parts[0] as Mathematics) : bracket(joined(parts, ' + '))),
        reason: [
          text(
            bound.terms.every(({ factors }) => factors.length === 1) ? 'a diagonal matrix has the norm of its largest entry' : 'once more, factor by factor',
          ),
        ],
      });
    const uniform = this.uniform();
    if (uniform !== undefined) {
      const exponent = presenter.whole(subtractWhole(this.high, this.low));
      const isUnit = uniform.number !== undefined && isOne(uniform.number);
      const power = isUnit
        ? uniform.inside
        : { latex: `\\left( ${uniform.inside.latex} \\right)^{${exponent.latex}}`, text: `(${uniform.inside.text})^(${exponent.text})` };
      lines.push({ relation: isSingle ? '=' : '\\le', right: power, reason: uniform.reason });
    }
    return lines;
  }

  /** (γ σ_max(W))^{T−t}: where every diagonal is bounded whatever the step. */
  uniform(): { readonly inside: Mathematics; readonly reason: ReturnType<typeof sentence>; readonly number: Rational | undefined } | undefined {
    const { terms } = this.bound;
    if (!terms.every(({ factors }) => factors.every(({ kind, most }) => kind === 'matrix' || most !== undefined))) return undefined;
    const isConstant = terms.every(({ factors }) => factors.every(({ kind, tensor }) => kind === 'diagonal' || !tensor.letters.has(this.bound.letter)));
    if (!isConstant) return undefined;
    const matrices = terms.some(({ factors }) => factors.some(({ kind }) => kind === 'matrix'));
    const number = matrices ? undefined : terms.map(({ coefficient, factors }) => atMost(coefficient, factors)).reduce(addRational, ZERO);
    const parts = number === undefined ? terms.map(({ coefficient, factors }) => this.#constantPart(coefficient, factors)) : [numberMath(number)];
    const inside = joined(parts, ' + ');
    const diagonals = terms.flatMap(({ factors }) => factors.filter(({ kind }) => kind === 'diagonal'));
    const reason = diagonals.flatMap(({ tensor, most }, at): (string | Mathematics)[] => {
      const entries = this.presenter.tensor(this.#at(tensor), [this.#letter]);
      const limit = numberMath(most ?? ONE);
      return [...(at === 0 ? [] : ['; ']), 'entries of ', entries, ' are at most ', limit];
    });
    return { inside, reason: diagonals.length === 0 ? sentence('the same factor at every step') : sentence(...reason), number };
  }

  #constantPart(coefficient: Rational, factors: readonly NormFactor[]): Mathematics {
    const matrices = factors.filter(({ kind }) => kind === 'matrix').map((factor) => sigmaMax(this.#upright(factor)));
    const reduced = atMost(coefficient, factors);
    const shown = isOne(reduced) && matrices.length > 0 ? [] : [numberMath(reduced)];
    return { latex: [...shown, ...matrices].map(({ latex }) => latex).join('\\,'), text: [...shown, ...matrices].map((one) => one.text).join(' ') };
  }

  #product(body: Mathematics): Mathematics {
    const { presenter, high, low } = this;
    const from = presenter.whole(shiftWhole(low, 1));
    const to = presenter.whole(high);
    return { latex: `\\prod_{${this.#letter}=${from.latex}}^{${to.latex}} ${body.latex}`, text: `Π_{${this.#letter}=${from.text}}^{${to.text}} ${body.text}` };
  }

  #factors(coefficient: Rational, factors: readonly NormFactor[], shown: (factor: NormFactor) => Mathematics): Mathematics {
    const size = absolute(coefficient);
    const all = [...(isOne(size) && factors.length > 0 ? [] : [numberMath(size)]), ...factors.map(shown)];
    return { latex: all.map(({ latex }) => latex).join('\\,'), text: all.map((one) => one.text).join(' ') };
  }

  #matrixOf({ kind, tensor }: NormFactor): Mathematics {
    const math = this.presenter.tensor(this.#at(tensor), [this.#letter]);
    return kind === 'matrix' ? math : { latex: `\\operatorname{diag}\\!\\left( ${math.latex} \\right)`, text: `diag(${math.text})` };
  }

  /** A matrix and its transpose have the same singular values. */
  #upright(factor: NormFactor): Mathematics {
    const { formula } = this.presenter.raise(this.#at(factor.tensor), [this.#letter]);
    return factor.kind === 'matrix' && formula.kind === 'transpose' ? this.presenter.formula(formula.of) : this.#matrixOf(factor);
  }

  #normOfFactor(factor: NormFactor): Mathematics {
    return sigmaMax(this.#upright(factor));
  }

  /** The matrix, where a step is nothing else. */
  #singleMatrix(): Mathematics | undefined {
    const [term] = this.bound.terms;
    const [factor] = term?.factors ?? [];
    return this.bound.terms.length === 1 && term?.factors.length === 1 && factor?.kind === 'matrix' ? this.#upright(factor) : undefined;
  }

  /** No vector is shortened by more than the smallest singular value; between the two bounds the eigenvalues decide. */
  #fromBelow(matrix: Mathematics, distance: Mathematics): Block {
    const smallest = { latex: `\\sigma_{\\min}\\!\\left( ${matrix.latex} \\right)`, text: `σ_min(${matrix.text})` };
    const power = { latex: `${smallest.latex}^{${distance.latex}}`, text: `${smallest.text}^(${distance.text})` };
    const above = { latex: `${smallest.latex} > 1`, text: `${smallest.text} > 1` };
    return {
      type: 'paragraph',
      content: sentence(
        'No vector is shortened by more than the smallest singular value, so the norm is at least ',
        power,
        ': it explodes if ',
        above,
        '. Where neither bound decides, the eigenvalues do: the norm of a high power grows like that power of the largest modulus among them.',
      ),
    };
  }

  /** What follows, and what does not. */
  consequences(): readonly Block[] {
    const uniform = this.uniform();
    const { presenter } = this;
    const distance = presenter.whole(subtractWhole(this.high, this.low));
    if (uniform === undefined) return [{ type: 'paragraph', content: sentence('The factors change from step to step. ', ...MERELY_BELOW) }];
    if (uniform.number !== undefined) {
      const size = rationalToNumber(uniform.number);
      if (size < 1) return [{ type: 'paragraph', content: sentence('The bound goes to 0 as ', distance, ' grows: the gradient along this path vanishes.') }];
      if (size === 1)
        return [
          { type: 'paragraph', content: sentence('Along this path the gradient cannot explode. Whether it vanishes lies with the factors. ', ...MERELY_BELOW) },
        ];
    }
    const below = { latex: `${uniform.inside.latex} < 1`, text: `${uniform.inside.text} < 1` };
    const above = { latex: `${uniform.inside.latex} > 1`, text: `${uniform.inside.text} > 1` };
    const single = this.#singleMatrix();
    const nilpotent = [0, 10, 0, 0];
    const matrix = { dims: [2, 2], data: Float64Array.from(nilpotent) };
    const square = squareOf(matrix.data);
    const witness: Mathematics = { latex: '\\begin{bmatrix} 0 & 10 \\\\ 0 & 0 \\end{bmatrix}', text: '[[0, 10], [0, 0]]' };
    return [
      {
        type: 'list',
        ordered: false,
        items: [
          [{ type: 'paragraph', content: sentence('If ', below, ', the bound goes to 0 as ', distance, ' grows: that suffices for the gradient to vanish.') }],
          [
            {
              type: 'paragraph',
              content: sentence(
                'For it to explode ',
                above,
                ' is necessary. It is not sufficient: an upper bound that grows forces nothing to grow. ',
                witness,
                ` has the largest singular value ${singularValues(matrix)[0] ?? 0}, and its square has the norm ${spectralNorm({ dims: [2, 2], data: square })}.`,
              ),
            },
          ],
          ...(single === undefined ? [] : [[this.#fromBelow(single, distance)]]),
          [{ type: 'paragraph', content: sentence('The norm matters: the largest entry, for one, is not bounded so under products.') }],
        ],
      },
    ];
  }
}

function squareOf(data: Float64Array): Float64Array {
  const entry = (i: number, j: number): number => (data[2 * i] ?? 0) * (data[j] ?? 0) + (data[2 * i + 1] ?? 0) * (data[2 + j] ?? 0);
  return Float64Array.of(entry(0, 0), entry(0, 1), entry(1, 0), entry(1, 1));
}

/** The coefficient times what its diagonals can be at most. */
const atMost = (coefficient: Rational, factors: readonly NormFactor[]): Rational =>
  factors.reduce((product, { most }) => (most === undefined ? product : multiplyRational(product, most)), absolute(coefficient));

const IDENTITY: Mathematics = { latex: 'I', text: 'I' };

const absolute = (value: Rational): Rational => (value.numerator < 0n ? { ...value, numerator: -value.numerator } : value);

const bracket = ({ latex, text: plain }: Mathematics): Mathematics => ({ latex: `\\left( ${latex} \\right)`, text: `(${plain})` });
const joined = (parts: readonly Mathematics[], sign: string): Mathematics => ({
  latex: parts.map(({ latex }) => latex).join(sign),
  text: parts.map((one) => one.text).join(sign),
});
