/** Where every value of a plan lies: one buffer a name, letters first, then its axes, the batch last; and views of buffers by label. */

import { InputError } from '../../errors.js';
import type { Whole } from '../../network/index.js';
import { NotPlannable } from './definitions.js';
import { type Affine, shifted } from './operations.js';

export interface Buffer {
  readonly name: string;
  readonly base: number;
  /** One entry an index of the name: its least value, how many there are, elements between neighbours. */
  readonly places: readonly { readonly low: number; readonly count: number; readonly stride: number }[];
  readonly dims: readonly number[];
  readonly strides: readonly number[];
  readonly batched: boolean;
  readonly elements: number;
}

/** Part of the arena: an address, and the step of each label that moves it. */
export interface View {
  readonly at: Affine;
  readonly strides: ReadonlyMap<string, number>;
}

/** The label of the batch axis. */
export const BATCH = 'batch';

/** Hands out stretches of the arena and counts them before any memory is taken. */
export class Arena {
  elements = 0;

  constructor(private readonly limit: number) {}

  /** Throws an InputError when the plan would need more than its limit. */
  take(count: number): number {
    const base = this.elements;
    this.elements += count + (count % 2);
    if (8 * this.elements > this.limit) {
      throw new InputError({
        ruleId: 'too-large',
        message: `The run would need more than ${Math.floor(this.limit / 2 ** 20)} MiB of memory.`,
        why: 'Every value at every step is kept until the backward pass has read it.',
        fix: 'Use smaller sizes or fewer steps, or raise the limit.',
      });
    }
    return base;
  }
}

export function makeBuffer(
  arena: Arena,
  name: string,
  intervals: readonly { readonly low: number; readonly high: number }[],
  dims: readonly number[],
  batch: number,
): Buffer {
  const strides = new Array<number>(dims.length);
  let stride = batch;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= dims[axis] as number;
  }
  const places = intervals.map(({ low, high }) => ({ low, count: Math.max(0, high - low + 1), stride: 0 }));
  for (let axis = places.length - 1; axis >= 0; axis--) {
    (places[axis] as { stride: number }).stride = stride;
    stride *= (places[axis] as { count: number }).count;
  }
  return { name, base: arena.take(stride), places, dims, strides, batched: batch > 1, elements: stride };
}

/** Where the letters of a definition stand while it is lowered. */
export interface Position {
  /** Letters run by loops, with the loop's number; the counter is the letter's value. */
  readonly loops: ReadonlyMap<string, number>;
  /** Letters that are axes, with their least value; position 0 is there. */
  readonly low: ReadonlyMap<string, number>;
}

/** The buffer at the given indices, its axes labelled. Repeated labels walk a diagonal. */
export function viewOf(buffer: Buffer, indices: readonly Whole[], labels: readonly string[], offsets: readonly Whole[], position: Position): View {
  let view: View = { at: { constant: buffer.base, terms: [] }, strides: new Map(buffer.batched ? [[BATCH, 1]] : []) };
  indices.forEach((index, axis) => {
    const { low, stride } = buffer.places[axis] as Buffer['places'][number];
    view = movedBy({ ...view, at: shifted(view.at, -low * stride) }, index, stride, position);
  });
  labels.forEach((label, axis) => {
    const stride = buffer.strides[axis] as number;
    const offset = offsets[axis];
    if (offset !== undefined) view = movedBy(view, offset, stride, position);
    view = steppedBy(view, label, stride);
  });
  return view;
}

const steppedBy = ({ at, strides }: View, label: string, by: number): View => ({ at, strides: new Map([...strides, [label, (strides.get(label) ?? 0) + by]]) });

/** The view moved by a whole-number expression times `stride`: its letters are loops or axes. */
export function movedBy(view: View, by: Whole, stride: number, { loops, low }: Position): View {
  let moved = view;
  for (const { coefficient, letters } of by.monomials) {
    const [letter] = letters;
    const factor = coefficient * stride;
    if (letters.length > 1) throw new NotPlannable('an index that is a product of letters');
    const loop = letter === undefined ? undefined : loops.get(letter);
    if (letter === undefined) moved = { ...moved, at: shifted(moved.at, factor) };
    else if (loop !== undefined) moved = { ...moved, at: withTerm(moved.at, loop, factor) };
    else {
      if (factor < 0) throw new NotPlannable('an index that falls while its letter rises');
      moved = steppedBy({ ...moved, at: shifted(moved.at, factor * (low.get(letter) as number)) }, letter, factor);
    }
  }
  return moved;
}

function withTerm({ constant, terms }: Affine, loop: number, factor: number): Affine {
  const known = terms.find((term) => term.loop === loop)?.factor ?? 0;
  return { constant, terms: [...terms.filter((term) => term.loop !== loop), { loop, factor: known + factor }] };
}
