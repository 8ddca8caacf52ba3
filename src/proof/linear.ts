/**
 * Statements h_t = F(t) about linear recurrences: F is held against the closed form that is proved by induction, with plain powers and with powers
 * taken apart where the matrix is X B X⁻¹.
 */

import { type ClosedForm, closedForm, linearRecurrence, similarity, unfoldOnce } from '../calculus/index.js';
import { InputError } from '../errors.js';
import type { IndexRange, Model } from '../model/model.js';
import { isOne, type Tensor, type ValueReference, wholeLetter } from '../network/index.js';

/** Whether left is a value of a loop, at the letter of its step, and right its closed form. */
export function isClosedForm(model: Model, left: Tensor, right: Tensor, ranges: readonly IndexRange[]): boolean {
  const { workspace } = model;
  const value = loneValue(left);
  const letter = value?.indices[0]?.key;
  if (value === undefined || value.indices.length !== 1 || letter === undefined || !ranges.some((range) => range.letter === letter)) return false;
  return closedForms(model, value.name).some(({ proved, recurrence, value: form }) => {
    const here = workspace.substituteLetters(form, new Map([[recurrence.range.letter, wholeLetter(letter)]]));
    return proved && unfolded(model, workspace.add(right, workspace.scale(here, -1))).terms.length === 0;
  });
}

function closedForms(model: Model, name: string): readonly ClosedForm[] {
  try {
    const recurrence = linearRecurrence(model, name);
    const plain = closedForm(model, recurrence);
    if (recurrence.dims.length === 0 || recurrence.varying) return [plain];
    const factor = unfoldOnce(model, recurrence.factor);
    const similar = similarity(model, factor);
    const isEqual = similar !== undefined && unfolded(model, model.workspace.add(factor, model.workspace.scale(similar.factor, -1))).terms.length === 0;
    return similar === undefined || !isEqual ? [plain] : [plain, closedForm(model, { ...recurrence, factor: similar.factor }, similar.power, similar.factor)];
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

/** Names that are computed once put in, diagonal ones too. */
const unfolded = (model: Model, tensor: Tensor): Tensor => (tensor.terms.length === 0 ? tensor : unfoldOnce(model, tensor, new Map(), true));

function loneValue({ terms }: Tensor): ValueReference | undefined {
  const [term, second] = terms;
  const [leaf, other] = term?.net.leaves ?? [];
  const head = leaf?.head.head;
  if (term === undefined || second !== undefined || other !== undefined || !isOne(term.coefficient)) return undefined;
  return head?.kind === 'symbol' && head.quantity.kind === 'value' ? head.quantity : undefined;
}
