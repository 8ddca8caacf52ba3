/**
 * Rebuilding a tensor with symbols, letters or sizes replaced: the one pass that reaches into every head.
 *
 * Recursion follows the nesting of heads, which is finite because tensors are built bottom up; each tensor is rebuilt once.
 */

import { unreachable } from '../errors.js';
import type { NetworkWorkspace } from './engine.js';
import { RawNet } from './normalise.js';
import type { Head, Quantity, Tensor } from './tensor.js';
import { substituteWhole, type Whole } from './whole.js';
import type { Replacement } from './workspace.js';

export function substituteLetters(workspace: NetworkWorkspace, tensor: Tensor, letters: ReadonlyMap<string, Whole>): Tensor {
  for (const letter of letters.keys()) if (tensor.letters.has(letter)) return rebuild(workspace, tensor, { letters });
  return tensor;
}

const replaceQuantity = (quantity: Quantity, whole: (value: Whole) => Whole): Quantity => {
  switch (quantity.kind) {
    case 'value':
      return { ...quantity, indices: quantity.indices.map(whole) };
    case 'adjoint':
      return { ...quantity, indices: quantity.indices.map(whole), ...(quantity.target === undefined ? {} : { target: { name: quantity.target.name, indices: quantity.target.indices.map(whole) } }) };
    case 'partial':
      return {
        ...quantity,
        numerator: { name: quantity.numerator.name, indices: quantity.numerator.indices.map(whole) },
        denominator: { name: quantity.denominator.name, indices: quantity.denominator.indices.map(whole) },
      };
    default:
      return unreachable(quantity);
  }
};

export function rebuild(workspace: NetworkWorkspace, tensor: Tensor, replacement: Replacement): Tensor {
  const done = new Map<number, Tensor>();
  const whole = (value: Whole): Whole => (replacement.letters === undefined ? value : substituteWhole(value, replacement.letters));
  const touched = (letters: ReadonlySet<string>): boolean => {
    if (replacement.symbol !== undefined || replacement.head !== undefined) return true;
    for (const letter of replacement.letters?.keys() ?? []) if (letters.has(letter)) return true;
    return false;
  };

  // Opening renames letters by this very pass; letters alone never change how deeply binders nest, so no capture is possible there.
  const renaming = replacement.symbol === undefined && replacement.head === undefined;
  const openUnlessRenaming = (head: Extract<Head, { kind: 'rangeSum' | 'product' }>): { readonly letter: string; readonly body: Tensor } =>
    renaming ? { letter: head.letter, body: head.of } : workspace.open(head);

  const visit = (current: Tensor): Tensor => {
    if (!touched(current.letters)) return current;
    const known = done.get(current.id);
    if (known !== undefined) return known;
    const dims = current.dims.map(whole);
    const parts = current.terms.map((term) => {
      const raw = new RawNet();
      const nodes = term.net.dims.map((dim) => raw.node(whole(dim)));
      raw.free = nodes.slice(0, current.dims.length);
      raw.scale(term.coefficient);
      for (const leaf of term.net.leaves) {
        const slots = leaf.slots.map((slot) => nodes[slot] ?? 0);
        const made = touched(leaf.head.letters) ? visitHead(leaf.head.head) : undefined;
        if (made === undefined) raw.add(leaf.head, slots, leaf.power);
        else workspace.plug(raw, made, slots, leaf.power);
      }
      return workspace.fromRaw(raw);
    });
    const made = parts.length === 0 ? workspace.zero(dims) : workspace.add(...parts);
    done.set(current.id, made);
    return made;
  };

  const visitHead = (head: Head): Tensor | undefined => {
    const special = replacement.head?.(head);
    if (special !== undefined) return special;
    switch (head.kind) {
      case 'symbol': {
        const quantity = replaceQuantity(head.quantity, whole);
        const dims = head.dims.map(whole);
        return replacement.symbol?.(quantity, dims) ?? workspace.symbol(quantity, dims);
      }
      case 'delta':
        return workspace.identity(whole(head.dim));
      case 'whole':
        return workspace.whole(whole(head.value));
      case 'indicator':
        return workspace.indicator(whole(head.of), head.relation);
      case 'inclusion':
        return workspace.inclusion(whole(head.offset), whole(head.part), whole(head.total));
      case 'order':
        return workspace.order(whole(head.rows), whole(head.columns), whole(head.offset));
      case 'apply':
        return workspace.apply(head.operator, ...head.args.map(visit));
      case 'unspecified':
        return workspace.unspecified(head.name, head.indices.map(whole), head.entrywise, head.dims.map(whole), head.args.map(visit), head.wrt);
      case 'softmax':
        return workspace.softmax(visit(head.of));
      case 'sum':
        return visit(head.of);
      case 'rangeSum': {
        const { letter, body } = openUnlessRenaming(head);
        return workspace.rangeSum(letter, whole(head.from), whole(head.to), visit(body));
      }
      case 'product': {
        const { letter, body } = openUnlessRenaming(head);
        return workspace.product(letter, whole(head.from), whole(head.to), head.step, visit(body));
      }
      case 'power':
        return workspace.matrixPower(visit(head.of), whole(head.exponent));
      case 'held':
        return workspace.held(visit(head.of));
      default:
        return unreachable(head);
    }
  };

  return visit(tensor);
}
