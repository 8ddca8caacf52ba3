/** Where a model calls unspecified functions, and which names stand as their arguments. */

import type { Model } from '../model/model.js';
import { isOne } from '../network/rational.js';
import type { Head, Tensor, ValueReference } from '../network/tensor.js';
import { type Whole, wholeName } from '../network/whole.js';
import { numberOf, type Place, type Scope } from './array.js';

export interface FunctionCall {
  readonly name: string;
  readonly indices: readonly Whole[];
  readonly entrywise: boolean;
  readonly rank: number;
  /** For each argument the name that it is; undefined for an expression. */
  readonly args: readonly (ValueReference | undefined)[];
}

/** Every call in the equations, each once. */
export function functionCalls(model: Model): FunctionCall[] {
  const calls: FunctionCall[] = [];
  const seen = new Set<Tensor>();
  const pending = model.equations.map(({ value }) => value);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const { head } of next.terms.flatMap(({ net }) => net.leaves)) {
      if (head.head.kind === 'unspecified') {
        const { name, indices, entrywise, dims, args } = head.head;
        calls.push({ name, indices, entrywise, rank: dims.length, args: args.map(plainName) });
      }
      pending.push(...partsOf(head.head));
    }
  }
  return calls;
}

function partsOf(head: Head): readonly Tensor[] {
  if ('args' in head) return head.args;
  return 'of' in head && head.kind !== 'indicator' ? [head.of] : [];
}

/** The value that a tensor is, when it is nothing else. */
function plainName({ terms, dims }: Tensor): ValueReference | undefined {
  const [term] = terms;
  const [leaf] = term?.net.leaves ?? [];
  if (terms.length !== 1 || term === undefined || leaf === undefined || term.net.leaves.length !== 1 || !isOne(term.coefficient) || !isOne(leaf.power))
    return undefined;
  const { head } = leaf.head;
  const straight = leaf.slots.length === dims.length && leaf.slots.every((slot, axis) => slot === axis);
  return straight && head.kind === 'symbol' && head.quantity.kind === 'value' ? head.quantity : undefined;
}

/** The place of an argument when the function stands at these indices; undefined where the argument is an expression or the call has other indices. */
export function argumentPlace(call: FunctionCall, indices: readonly number[], argument: number, sizes: Scope): Place | undefined {
  const letters = new Map<string, number>();
  for (let axis = 0; axis < call.indices.length; axis++) {
    const letter = wholeName(call.indices[axis] as Whole);
    if (letter !== undefined && !sizes.has(letter)) letters.set(letter, indices[axis] as number);
    else if (numberOf(call.indices[axis] as Whole, sizes) !== indices[axis]) return undefined;
  }
  const reference = call.args[argument];
  if (reference === undefined) return undefined;
  const scope = new Map([...sizes, ...letters]);
  return { name: reference.name, indices: reference.indices.map((index) => numberOf(index, scope)) };
}
