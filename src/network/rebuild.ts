/**
 * Rebuilding a tensor with symbols, letters or sizes replaced: the one pass that reaches into every head.
 *
 * Recursion follows the nesting of heads, which is finite because tensors are built bottom up; each tensor is rebuilt once.
 */

import { unreachable } from '../errors.js';
import type { NetworkWorkspace } from './engine.js';
import { RawNet } from './normalise.js';
import type { Head, Quantity, Tensor, Term } from './tensor.js';
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
      return {
        ...quantity,
        indices: quantity.indices.map(whole),
        ...(quantity.target === undefined ? {} : { target: { name: quantity.target.name, indices: quantity.target.indices.map(whole) } }),
      };
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
    const resized = dims.some((dim, axis) => dim !== current.dims[axis]);
    const kept: Term[] = [];
    const parts: Tensor[] = [];
    for (const term of current.terms) {
      const heads = term.net.leaves.map((leaf) => (touched(leaf.head.letters) ? visitHead(leaf.head.head) : undefined));
      const nodeDims = term.net.dims.map(whole);
      if (!resized && heads.every((head) => head === undefined) && nodeDims.every((dim, node) => dim === term.net.dims[node])) {
        kept.push(term);
        continue;
      }
      const raw = new RawNet();
      const nodes = nodeDims.map((dim) => raw.node(dim));
      raw.free = nodes.slice(0, current.dims.length);
      raw.scale(term.coefficient);
      term.net.leaves.forEach((leaf, at) => {
        const slots = leaf.slots.map((slot) => nodes[slot] ?? 0);
        const made = heads[at];
        if (made === undefined) raw.add(leaf.head, slots, leaf.power);
        else workspace.plug(raw, made, slots, leaf.power);
      });
      parts.push(workspace.fromRaw(raw));
    }
    const made =
      parts.length === 0
        ? kept.length === current.terms.length && !resized
          ? current
          : workspace.zero(dims)
        : workspace.add(workspace.fromTerms(dims, kept), ...parts);
    done.set(current.id, made);
    return made;
  };

  const visitAll = (tensors: readonly Tensor[]): readonly Tensor[] | undefined => {
    const visited = tensors.map(visit);
    return visited.some((each, at) => each !== tensors[at]) ? visited : undefined;
  };
  const same = (before: readonly Whole[], after: readonly Whole[]): boolean => after.every((each, at) => each === before[at]);

  /** What stands in a head's place; undefined where nothing of it changes. */
  const visitHead = (head: Head): Tensor | undefined => {
    const special = replacement.head?.(head);
    if (special !== undefined) return special;
    switch (head.kind) {
      case 'symbol': {
        const dims = head.dims.map(whole);
        if (replacement.letters === undefined) return replacement.symbol?.(head.quantity, dims);
        const quantity = replaceQuantity(head.quantity, whole);
        return replacement.symbol?.(quantity, dims) ?? workspace.symbol(quantity, dims);
      }
      case 'delta': {
        const dim = whole(head.dim);
        return dim === head.dim ? undefined : workspace.identity(dim);
      }
      case 'whole': {
        const value = whole(head.value);
        return value === head.value ? undefined : workspace.whole(value);
      }
      case 'indicator': {
        const of = whole(head.of);
        return of === head.of ? undefined : workspace.indicator(of, head.relation);
      }
      case 'inclusion': {
        const [offset, part, total] = [whole(head.offset), whole(head.part), whole(head.total)];
        return same([head.offset, head.part, head.total], [offset, part, total]) ? undefined : workspace.inclusion(offset, part, total);
      }
      case 'order': {
        const [rows, columns, offset] = [whole(head.rows), whole(head.columns), whole(head.offset)];
        return same([head.rows, head.columns, head.offset], [rows, columns, offset]) ? undefined : workspace.order(rows, columns, offset);
      }
      case 'apply': {
        const args = visitAll(head.args);
        return args === undefined ? undefined : workspace.apply(head.operator, ...args);
      }
      case 'unspecified': {
        const [indices, dims] = [head.indices.map(whole), head.dims.map(whole)];
        const args = visitAll(head.args);
        if (args === undefined && same(head.indices, indices) && same(head.dims, dims)) return undefined;
        return workspace.unspecified(head.name, indices, head.entrywise, dims, args ?? head.args, head.wrt);
      }
      case 'softmax': {
        const of = visit(head.of);
        return of === head.of ? undefined : workspace.softmax(of);
      }
      case 'sum': {
        const of = visit(head.of);
        return of === head.of ? undefined : of;
      }
      case 'rangeSum': {
        const { letter, body } = openUnlessRenaming(head);
        const [from, to, of] = [whole(head.from), whole(head.to), visit(body)];
        return of === body && same([head.from, head.to], [from, to]) ? undefined : workspace.rangeSum(letter, from, to, of);
      }
      case 'product': {
        const { letter, body } = openUnlessRenaming(head);
        const [from, to, of] = [whole(head.from), whole(head.to), visit(body)];
        return of === body && same([head.from, head.to], [from, to]) ? undefined : workspace.product(letter, from, to, head.step, of);
      }
      case 'power': {
        const [of, exponent] = [visit(head.of), whole(head.exponent)];
        return of === head.of && exponent === head.exponent ? undefined : workspace.matrixPower(of, exponent);
      }
      case 'held': {
        const of = visit(head.of);
        return of === head.of ? undefined : workspace.held(of);
      }
      default:
        return unreachable(head);
    }
  };

  return visit(tensor);
}
