/**
 * Closed forms of a loop with one state h_t that reads the step before: by induction over the steps,
 * ∂h_t/∂W = Σ_{k≤t} (J_t ⋯ J_{k+1}) A_k and ∂J/∂h_t = Σ_{s≥t} (J_s ⋯ J_{t+1})ᵀ D_s, with J the step Jacobian, A and D what enters directly.
 */

import { type Elimination, type Facts, jacobian, provablyNonNegative } from '../calculus/index.js';
import type { IndexRange, Model } from '../model/model.js';
import { type Quantity, shiftWhole, subtractWhole, type Tensor, type Whole, wholeLetter, wholeValue } from '../network/index.js';
import type { Partial, Partials } from './partials.js';
import { replaceInRanges } from './sums.js';

interface Loop {
  readonly name: string;
  readonly range: IndexRange;
  /** ∂h_j/∂h_{j−1} at the letter j. */
  jacobian(at: Whole): Tensor;
}

const STEP = '¤j';
const ENTRY = '¤k';

export class ClosedForms {
  #known: Loop | undefined | null = null;
  constructor(
    readonly model: Model,
    readonly partials: Partials,
    readonly elimination: () => Elimination | undefined,
  ) {}

  /** The tensor with adjoints and total partials of the state in closed form; undefined where there is no such loop or nothing to replace. */
  apply(tensor: Tensor, facts: Facts): Tensor | undefined {
    const loop = this.#loop();
    if (loop === undefined) return undefined;
    let failed = false;
    const replaced = replaceInRanges(this.model.workspace, tensor, facts, (quantity, inside) => {
      const made = this.#closed(quantity, loop, inside);
      if (made === 'open') failed = true;
      return made === 'open' ? undefined : made;
    });
    return failed || replaced === tensor ? undefined : this.partials.resolve(replaced);
  }

  #loop(): Loop | undefined {
    if (this.#known === null) this.#known = this.#find();
    return this.#known;
  }

  #find(): Loop | undefined {
    const [name, ...more] = this.partials.states;
    const declaration = name === undefined ? undefined : this.model.declarations.get(name);
    const range = declaration?.indices[0];
    if (name === undefined || more.length > 0 || range === undefined || declaration?.indices.length !== 1 || declaration.dims.length !== 1) return undefined;
    const { sheet } = this.partials;
    const at = (index: Whole) => ({ name, indices: [index] });
    const letter = wholeLetter(STEP);
    const reads = sheet.equations.flatMap((equation) =>
      sheet.workspace
        .quantities(equation.value)
        .flatMap(({ quantity }) =>
          quantity.kind === 'value' && quantity.name === name && equation.indices.length === 1
            ? [wholeValue(subtractWhole(quantity.indices[0] as Whole, equation.indices[0] as Whole))]
            : [],
        ),
    );
    if (reads.some((shift) => shift === undefined || shift < -1 || shift > 0)) return undefined;
    const made = jacobian(sheet, at(letter), at(shiftWhole(letter, -1)), 'step');
    return { name, range, jacobian: (index) => this.model.workspace.substituteLetters(made, new Map([[STEP, index]])) };
  }

  /** J_to ⋯ J_{from+1}. */
  #product(loop: Loop, to: Whole, from: Whole): Tensor {
    return this.model.workspace.product(STEP, to, shiftWhole(from, 1), -1, loop.jacobian(wholeLetter(STEP)));
  }

  #closed(quantity: Quantity, loop: Loop, facts: Facts): Tensor | 'open' | undefined {
    if (quantity.kind === 'partial') return this.#partial(quantity, loop, facts);
    if (quantity.kind === 'adjoint' && quantity.target === undefined && quantity.name === loop.name) return this.#adjoint(quantity.indices[0] as Whole, loop);
    return undefined;
  }

  #partial(partial: Partial, loop: Loop, facts: Facts): Tensor | 'open' | undefined {
    const { numerator, denominator, reach } = partial;
    if (reach !== 'total' || numerator.name !== loop.name) return 'open';
    const to = numerator.indices[0] as Whole;
    const [from] = denominator.indices;
    if (denominator.name === loop.name && from !== undefined)
      return provablyNonNegative(subtractWhole(to, from), facts) ? this.#product(loop, to, from) : 'open';
    if (denominator.indices.length > 0) return 'open';
    const { workspace } = this.model;
    const entry = wholeLetter(ENTRY);
    const direct = this.partials.resolve(
      workspace.symbol({ kind: 'partial', numerator: { name: loop.name, indices: [entry] }, denominator, reach: 'step' }, this.#dims(partial)),
    );
    const rest = direct.dims.slice(1).map((_, axis) => `v${axis}`);
    const body = workspace.contract(
      ['o', ...rest],
      [
        { tensor: this.#product(loop, to, entry), labels: ['o', 'm'] },
        { tensor: direct, labels: ['m', ...rest] },
      ],
    );
    return workspace.rangeSum(ENTRY, loop.range.from, to, body);
  }

  #dims({ numerator, denominator }: Partial): readonly Whole[] {
    return [...(this.model.declarations.get(numerator.name)?.dims ?? []), ...(this.model.declarations.get(denominator.name)?.dims ?? [])];
  }

  #adjoint(at: Whole, loop: Loop): Tensor | 'open' {
    const elimination = this.elimination();
    if (elimination === undefined) return 'open';
    const { workspace } = this.model;
    const equation = elimination.equation(loop.name);
    const direct = workspace.replace(equation, (quantity, dims) =>
      quantity.kind === 'adjoint' && quantity.name === loop.name ? workspace.zero(dims) : undefined,
    );
    if (workspace.quantities(direct).some(({ quantity }) => quantity.kind === 'adjoint')) return 'open';
    const entry = workspace.substituteLetters(direct, new Map([[loop.range.letter, wholeLetter(ENTRY)]]));
    const body = workspace.contract(
      ['v'],
      [
        { tensor: this.#product(loop, wholeLetter(ENTRY), at), labels: ['o', 'v'] },
        { tensor: entry, labels: ['o'] },
      ],
    );
    return workspace.rangeSum(ENTRY, at, loop.range.to, body);
  }
}
