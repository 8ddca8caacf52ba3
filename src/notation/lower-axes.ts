/**
 * Tensors whose leading slots belong to axis letters (the i of W_{ij}) and whose last slots are the formula's own axes.
 * Everything that lowering does is a contraction of such tensors; masks of conditions between letters are made here too.
 */

import { InputError, type Region } from '../errors.js';
import type { Tensor } from '../network/tensor.js';
import { addWhole, lettersOf, shiftWhole, subtractWhole, WHOLE_ONE, type Whole, wholeLetter, wholeName, wholeValue } from '../network/whole.js';
import type { Factor, Workspace } from '../network/workspace.js';
import type { Condition, Formula, FormulaNode } from './formula.js';

/** Axis letters in scope with the sizes of their axes, and the loss that adjoints without a target are of. */
export interface LowerScope {
  readonly axes?: ReadonlyMap<string, Whole>;
  readonly loss?: string;
}

/** Slots: one for each letter, in this order, then the formula's own axes. */
export interface Lowered {
  readonly tensor: Tensor;
  readonly letters: readonly string[];
}

/** A node of one kind, with its shape. */
export type Node<K extends FormulaNode['kind']> = Extract<Formula, { readonly kind: K }>;

/** Labels of a formula's own axes. */
export const own = (rank: number): readonly string[] => Array.from({ length: rank }, (_, axis) => `${axis}`);
export const rankOf = (formula: Formula): number => formula.shape.dims.length;
export const sizesOf = (formula: Formula): ReadonlyMap<string, Whole> => new Map(formula.shape.dims.map((dim, axis) => [`${axis}`, dim]));

export const slotOf = (letter: string): string => `@${letter}`;

export function unsupported(message: string, region?: Region): never {
  throw new InputError({ ruleId: 'unsupported', message, ...(region === undefined ? {} : { region }) });
}

/** The tensor with a label for every slot. */
export function labelled(lowered: Lowered, own: readonly string[]): Factor {
  return { tensor: lowered.tensor, labels: [...lowered.letters.map(slotOf), ...own] };
}

/** Lowering of one formula: the workspace and the axes in scope. */
export class Axes {
  constructor(
    readonly workspace: Workspace,
    readonly scope: LowerScope,
    private readonly lowering: (formula: Formula, axes: Axes) => Lowered,
  ) {}

  /** A formula inside these axes. */
  lower(formula: Formula): Lowered {
    return this.lowering(formula, this);
  }

  sizeOf(letter: string): Whole | undefined {
    return this.scope.axes?.get(letter);
  }

  inside(letter: string, dim: Whole): Axes {
    return new Axes(this.workspace, { ...this.scope, axes: new Map([...(this.scope.axes ?? []), [letter, dim]]) }, this.lowering);
  }

  /** Product of factors with the labels in `own` kept, and all letters but `without`. */
  contract(own: readonly string[], factors: readonly Factor[], sizes: ReadonlyMap<string, Whole> = new Map(), without?: string): Lowered {
    const present = new Set(factors.flatMap(({ labels }) => labels));
    const letters = [...(this.scope.axes?.keys() ?? [])].filter((letter) => letter !== without && present.has(slotOf(letter)));
    return { tensor: this.workspace.contract([...letters.map(slotOf), ...own], factors, sizes), letters };
  }

  /** The same values with slots for more letters (nothing depends on those) and, for a scalar, the axes of a shape. */
  stretch(lowered: Lowered, letters: readonly string[], own: readonly string[], dims: readonly Whole[], from: readonly string[] = own): Tensor {
    const sizes = new Map<string, Whole>(own.map((label, k) => [label, dims[k] ?? WHOLE_ONE]));
    for (const letter of letters) sizes.set(slotOf(letter), this.sizeOf(letter) ?? unsupported(`The letter ${letter} runs over an axis that nothing names.`));
    return this.workspace.contract([...letters.map(slotOf), ...own], [labelled(lowered, from)], sizes);
  }

  /** Letters of several tensors, in the order of the scope. */
  union(parts: readonly Lowered[]): readonly string[] {
    const present = new Set(parts.flatMap(({ letters }) => letters));
    return [...(this.scope.axes?.keys() ?? [])].filter((letter) => present.has(letter));
  }

  /** Ones minus a mask. */
  complement(mask: Factor): Factor {
    return { tensor: this.workspace.add(this.workspace.ones(mask.tensor.dims), this.workspace.scale(mask.tensor, -1)), labels: mask.labels };
  }

  // ---------------------------------------------------------------- positions and masks

  /** Factors that put a value's axis (with this label) at a position: an axis letter, shifted or not, or one place. */
  place(position: Whole, label: string, dim: Whole): readonly Factor[] {
    const letter = this.axisLetter(position);
    if (letter === undefined) return [{ tensor: this.workspace.inclusion(shiftWhole(position, -1), WHOLE_ONE, dim), labels: [label, `${label}.`] }];
    const shift = wholeValue(subtractWhole(position, wholeLetter(letter))) ?? 0;
    if (shift === 0) return [{ tensor: this.workspace.identity(dim), labels: [label, slotOf(letter)] }];
    return [this.equality(label, dim, letter, shift)];
  }

  /** The only axis letter of an expression; undefined when it has none. */
  axisLetter(position: Whole): string | undefined {
    const letters = [...lettersOf(position)].filter((letter) => this.sizeOf(letter) !== undefined);
    const [letter] = letters;
    if (letter === undefined) return undefined;
    const rest = subtractWhole(position, wholeLetter(letter));
    return letters.length === 1 && wholeValue(rest) !== undefined ? letter : unsupported(`The position ${position.key} mixes letters of axes.`);
  }

  /** 1 where the slot `label` stands at letter + shift. */
  private equality(label: string, dim: Whole, letter: string, shift: number): Factor {
    const size = this.sizeOf(letter) ?? dim;
    const atLeast = this.workspace.order(dim, size, wholeOf(shift));
    const above = this.workspace.order(dim, size, wholeOf(shift + 1));
    return { tensor: this.workspace.add(atLeast, this.workspace.scale(above, -1)), labels: [label, slotOf(letter)] };
  }

  /** 1 where a ≥ b. */
  private atLeast(a: Whole, b: Whole): Factor {
    const [left, right] = [this.axisLetter(a), this.axisLetter(b)];
    const { workspace } = this;
    if (left === undefined && right === undefined) return { tensor: workspace.indicator(subtractWhole(a, b), 'nonnegative'), labels: [] };
    if (left !== undefined && right !== undefined) {
      const shift = subtractWhole(subtractWhole(b, wholeLetter(right)), subtractWhole(a, wholeLetter(left)));
      return { tensor: workspace.order(this.sizeOf(left) ?? WHOLE_ONE, this.sizeOf(right) ?? WHOLE_ONE, shift), labels: [slotOf(left), slotOf(right)] };
    }
    if (left !== undefined) {
      const dim = this.sizeOf(left) ?? WHOLE_ONE;
      const first = subtractWhole(b, subtractWhole(a, wholeLetter(left)));
      return this.stretchOf(left, shiftWhole(first, -1), shiftWhole(subtractWhole(dim, first), 1), dim);
    }
    const letter = right ?? '';
    const dim = this.sizeOf(letter) ?? WHOLE_ONE;
    const last = subtractWhole(a, subtractWhole(b, wholeLetter(letter)));
    return this.stretchOf(letter, wholeOf(0), last, dim);
  }

  /** Ones at `part` places of a letter's axis after the first `offset`. */
  private stretchOf(letter: string, offset: Whole, part: Whole, dim: Whole): Factor {
    const tensor = this.workspace.contract(['a'], [{ tensor: this.workspace.inclusion(offset, part, dim), labels: ['a', 'p'] }]);
    return { tensor, labels: [slotOf(letter)] };
  }

  /** 1 where a relation between letters and numbers holds. */
  mask(left: Whole, sign: Condition['relations'][number]['sign'], right: Whole): Factor {
    switch (sign) {
      case '≥':
        return this.atLeast(left, right);
      case '≤':
        return this.atLeast(right, left);
      case '>':
        return this.atLeast(left, shiftWhole(right, 1));
      case '<':
        return this.atLeast(right, shiftWhole(left, 1));
      case '=':
        return this.equal(left, right);
      case '≠':
        return this.complement(this.equal(left, right));
    }
  }

  equal(left: Whole, right: Whole): Factor {
    const [a, b] = [this.axisLetter(left), this.axisLetter(right)];
    const { workspace } = this;
    if (a === undefined && b === undefined) return { tensor: workspace.indicator(subtractWhole(left, right), 'zero'), labels: [] };
    if (a !== undefined && b !== undefined) {
      const dim = this.sizeOf(a) ?? WHOLE_ONE;
      const shift = wholeValue(subtractWhole(subtractWhole(right, wholeLetter(b)), subtractWhole(left, wholeLetter(a)))) ?? 0;
      if (shift === 0 && wholeName(left) === wholeName(right)) return { tensor: workspace.number(1), labels: [] };
      return shift === 0 ? { tensor: workspace.identity(dim), labels: [slotOf(a), slotOf(b)] } : this.equality(slotOf(a), dim, b, shift);
    }
    const letter = a ?? b ?? '';
    const [here, there] = a === undefined ? [right, left] : [left, right];
    const place = subtractWhole(there, subtractWhole(here, wholeLetter(letter)));
    return this.stretchOf(letter, shiftWhole(place, -1), WHOLE_ONE, this.sizeOf(letter) ?? WHOLE_ONE);
  }

  /** The position of a letter as a number: how many places there are up to it. */
  count(letter: string): Factor {
    const dim = this.sizeOf(letter) ?? WHOLE_ONE;
    const tensor = this.workspace.contract(['a'], [{ tensor: this.workspace.order(dim, dim, wholeOf(0)), labels: ['a', 'b'] }]);
    return { tensor, labels: [slotOf(letter)] };
  }
}

const wholeOf = (value: number): Whole => addWhole(shiftWhole(WHOLE_ONE, value), shiftWhole(WHOLE_ONE, -2));
