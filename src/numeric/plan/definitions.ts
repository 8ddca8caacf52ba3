/**
 * What a plan is compiled from: definitions in one of three forms, over numbered letters with numeric ranges.
 *
 * pointwise: arithmetic on values at the same position; contraction: sums of products, over axes, over letters, over the batch; softmax of a value.
 * Every value is named; names beginning with # are the compiler's own, K constants it fills in.
 */

import { evaluateWhole, substituteWhole, type Tensor, type Whole, type Workspace, wholeNumber } from '../../network/index.js';

export interface Letter {
  readonly letter: string;
  low: number;
  high: number;
}

/** A sum over a letter inside a product; the bounds may depend on other letters. */
export interface BoundLetter {
  readonly letter: string;
  readonly from: Whole;
  readonly to: Whole;
  /** Hull of all bounds. */
  readonly low: number;
  readonly high: number;
}

/** A value whose axes are plugged into slots of a product. */
export interface Factor {
  readonly name: string;
  readonly indices: readonly Whole[];
  readonly slots: readonly number[];
  /** Position in each axis at which the slot's position 0 lies: blocks of a larger array. */
  readonly offsets: readonly Whole[];
}

export interface Product {
  readonly factors: readonly Factor[];
  /** Sizes of all slots; the first ones are free, the others are summed. */
  readonly dims: readonly number[];
  readonly bound: readonly BoundLetter[];
  /** Lanes that the result goes to: the first one, how far lanes are apart along slots, and how far letters move them. */
  readonly seed?: {
    readonly first: number;
    readonly slots: readonly number[];
    readonly strides: readonly number[];
    readonly moves: readonly { readonly by: Whole; readonly stride: number }[];
  };
}

export type Form =
  /** `seeds` are added afterwards, to the lanes they name. */
  | { readonly kind: 'pointwise'; readonly tensor: Tensor; readonly seeds?: readonly Product[] }
  /** ∂tensor/∂(one of the values it reads), by the operators' reference definitions. */
  | {
      readonly kind: 'partial';
      readonly tensor: Tensor;
      readonly by: { readonly name: string; readonly indices: readonly Whole[]; readonly labels: readonly string[] };
    }
  | { readonly kind: 'contraction'; readonly products: readonly Product[] }
  | { readonly kind: 'softmax'; readonly name: string; readonly indices: readonly Whole[] };

export interface Definition {
  readonly name: string;
  /** Left-hand indices: letters, or numbers for places of their own. */
  readonly indices: readonly Whole[];
  /** Letters among the indices. Ranges of the compiler's own definitions grow with their uses. */
  readonly letters: readonly Letter[];
  readonly dims: readonly number[];
  readonly form: Form;
}

/** Given numbers, or constants that the compiler fills. */
export interface Given {
  readonly name: string;
  readonly letters: readonly Letter[];
  readonly dims: readonly number[];
  /** Entries at values of the letters, row-major; undefined for numbers that the user sets. */
  readonly fill?: (letters: ReadonlyMap<string, number>) => ArrayLike<number>;
}

/** One reading of a value. */
export interface Read {
  readonly name: string;
  readonly indices: readonly Whole[];
  readonly bound: readonly BoundLetter[];
}

/** Numbers for sizes and lengths, which stay letters in tensors (so that a sum up to T is not written out). */
export interface Sizes {
  /** Throws NotPlannable when letters remain. */
  number(whole: Whole): number;
  /** The expression with sizes as numbers; index letters stay. */
  index(whole: Whole): Whole;
}

export function sizesOf(values: ReadonlyMap<string, number>): Sizes {
  const numbers = new Map([...values].map(([name, value]) => [name, wholeNumber(value)]));
  return {
    number(whole) {
      const value = evaluateWhole(whole, values);
      if (value === undefined) throw new NotPlannable(`${whole.key} depends on more than the sizes`);
      return value;
    },
    index: (whole) => substituteWhole(whole, numbers),
  };
}

/** The model cannot be planned; the general evaluator has to do. */
export class NotPlannable extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'NotPlannable';
  }
}

/** What a form reads, indices with sizes as numbers. */
export function readsOfForm(form: Form, workspace: Workspace, sizes: Sizes): Read[] {
  switch (form.kind) {
    case 'pointwise':
      return [...valuesIn(form.tensor, workspace, sizes), ...productReads(form.seeds ?? [])];
    case 'partial':
      return valuesIn(form.tensor, workspace, sizes);
    case 'contraction':
      return productReads(form.products);
    case 'softmax':
      return [{ name: form.name, indices: form.indices, bound: [] }];
  }
}

const productReads = (products: readonly Product[]): Read[] =>
  products.flatMap(({ factors, bound }) => factors.map(({ name, indices }) => ({ name, indices, bound })));

const valuesIn = (tensor: Tensor, workspace: Workspace, sizes: Sizes): Read[] =>
  workspace
    .quantities(tensor)
    .flatMap(({ quantity }) =>
      quantity.kind === 'value' ? [{ name: quantity.name, indices: quantity.indices.map((index) => sizes.index(index)), bound: [] }] : [],
    );

/** Least and largest value of an index while letters run in their ranges. */
export function indexInterval(index: Whole, ranges: ReadonlyMap<string, { readonly low: number; readonly high: number }>): { low: number; high: number } {
  let [low, high] = [0, 0];
  for (const { coefficient, letters } of index.monomials) {
    let [least, most] = [coefficient, coefficient];
    for (const letter of letters) {
      const range = ranges.get(letter);
      if (range === undefined) throw new NotPlannable(`the range of ${letter} is not known`);
      const ends = [least * range.low, least * range.high, most * range.low, most * range.high];
      [least, most] = [Math.min(...ends), Math.max(...ends)];
    }
    [low, high] = [low + least, high + most];
  }
  return { low, high };
}
