/**
 * Differentiation: delete one factor and declare its slots free (product rule), with the chain rule inside heads. That is all the calculus there is.
 *
 * Recursion follows the nesting of heads, so it ends; each tensor is differentiated once per call.
 */

import { unreachable } from '../errors.js';
import { tensorAlgebra } from './algebra.js';
import type { NetworkWorkspace } from './engine.js';
import { RawNet } from './normalise.js';
import { addRational, MINUS_ONE } from './rational.js';
import type { Head, InternedHead, Tensor, ValueReference } from './tensor.js';
import { shiftWhole, subtractWhole, WHOLE_ZERO, type Whole, wholeLetter } from './whole.js';
import type { Factor, Variable } from './workspace.js';

const target = (quantity: Variable): ValueReference | undefined => (quantity.kind === 'adjoint' ? quantity.target : undefined);

/** Axes of the tensor first, then those of the variable. An occurrence at other indices enters with an indicator of their difference. */
export function differentiate(workspace: NetworkWorkspace, tensor: Tensor, variable: Variable, dims: readonly Whole[]): Tensor {
  const done = new Map<number, Tensor>();
  const variableLabels = dims.map((_, axis) => `v${axis}`);

  const visit = (current: Tensor): Tensor => {
    const known = done.get(current.id);
    if (known !== undefined) return known;
    const all = [...current.dims, ...dims];
    const parts: Tensor[] = [workspace.zero(all)];
    for (const term of current.terms) {
      term.net.leaves.forEach((leaf, position) => {
        const local = visitHead(leaf.head);
        if (local === undefined || local.terms.length === 0) return;
        const raw = new RawNet();
        const nodes = term.net.dims.map((dim) => raw.node(dim));
        const own = dims.map((dim) => raw.node(dim));
        raw.free = [...nodes.slice(0, current.dims.length), ...own];
        raw.scale(term.coefficient);
        term.net.leaves.forEach((other, index) => {
          const slots = other.slots.map((slot) => nodes[slot] ?? 0);
          if (index !== position) raw.add(other.head, slots, other.power);
          else {
            raw.scale(leaf.power);
            raw.add(other.head, slots, addRational(other.power, MINUS_ONE));
          }
        });
        raw.leaves = raw.leaves.filter((other) => other.power.numerator !== 0n);
        workspace.plug(raw, local, [...leaf.slots.map((slot) => nodes[slot] ?? 0), ...own], { numerator: 1n, denominator: 1n });
        parts.push(workspace.fromRaw(raw));
      });
    }
    const made = workspace.add(...parts);
    done.set(current.id, made);
    return made;
  };

  /** Derivative of a head: its own axes, then the variable's. Undefined when it does not depend on the variable. */
  const visitHead = (interned: InternedHead): Tensor | undefined => {
    const { head } = interned;
    switch (head.kind) {
      case 'symbol':
        return symbolDerivative(head);
      case 'apply':
        return chain(interned, head.args, (k) => {
          const stretched = tensorAlgebra(workspace, interned.dims);
          return { local: head.operator.derivative(stretched, leafTensor(interned), head.args, k), labels: (own) => own };
        });
      case 'unspecified':
        return chain(interned, head.args, (k) => ({
          local: workspace.unspecified(head.name, head.indices, head.entrywise, head.dims, head.args, [...head.wrt, k]),
          labels: (own, arg) => (head.entrywise ? own : [...own, ...arg]),
        }));
      case 'softmax':
        return softmaxDerivative(interned, head.of);
      case 'sum':
        return visit(head.of);
      case 'rangeSum': {
        const { letter, body } = workspace.open(head);
        const inner = visit(body);
        return inner.terms.length === 0 ? undefined : workspace.rangeSum(letter, head.from, head.to, inner);
      }
      case 'product':
        return productDerivative(head);
      case 'power':
        return powerDerivative(head);
      case 'delta':
      case 'whole':
      case 'indicator':
      case 'inclusion':
      case 'order':
      case 'held':
        return undefined;
      default:
        return unreachable(head);
    }
  };

  const leafTensor = (interned: InternedHead): Tensor => {
    const raw = new RawNet();
    raw.free = interned.dims.map((dim) => raw.node(dim));
    raw.add(interned, raw.free);
    return workspace.fromRaw(raw);
  };

  const symbolDerivative = (head: Extract<Head, { kind: 'symbol' }>): Tensor | undefined => {
    const { quantity } = head;
    if (
      quantity.kind === 'partial' ||
      quantity.kind !== variable.kind ||
      quantity.name !== variable.name ||
      quantity.indices.length !== variable.indices.length
    )
      return undefined;
    const pairs: [Whole, Whole][] = quantity.indices.map((index, at) => [index, variable.indices[at] ?? index]);
    const [mine, theirs] = [target(quantity), target(variable)];
    if (mine?.name !== theirs?.name) return undefined;
    mine?.indices.forEach((index, at) => pairs.push([index, theirs?.indices[at] ?? index]));
    const factors: Factor[] = pairs.map(([a, b]) => ({ tensor: workspace.indicator(subtractWhole(a, b), 'zero'), labels: [] }));
    head.dims.forEach((dim, axis) => factors.push({ tensor: workspace.identity(dim), labels: [`o${axis}`, `v${axis}`] }));
    const own = head.dims.map((_, axis) => `o${axis}`);
    return workspace.contract([...own, ...variableLabels], factors);
  };

  const chain = (
    interned: InternedHead,
    args: readonly Tensor[],
    outer: (k: number) => { local: Tensor; labels: (own: readonly string[], arg: readonly string[]) => readonly string[] },
  ): Tensor | undefined => {
    const own = interned.dims.map((_, axis) => `o${axis}`);
    const parts: Tensor[] = [];
    args.forEach((arg, k) => {
      const inner = visit(arg);
      if (inner.terms.length === 0) return;
      const entrywise = interned.head.kind === 'apply' || (interned.head.kind === 'unspecified' && interned.head.entrywise);
      const argLabels = arg.dims.map((_, axis) => (entrywise ? `o${axis}` : `a${axis}`));
      const { local, labels } = outer(k);
      parts.push(
        workspace.contract(
          [...own, ...variableLabels],
          [
            { tensor: local, labels: labels(own, argLabels) },
            { tensor: inner, labels: [...argLabels, ...variableLabels] },
          ],
        ),
      );
    });
    return parts.length === 0 ? undefined : workspace.add(...parts);
  };

  /** d softmax = P ∘ (dA − Σ_j P_j dA_j) along the last axis. */
  const softmaxDerivative = (interned: InternedHead, argument: Tensor): Tensor | undefined => {
    const inner = visit(argument);
    if (inner.terms.length === 0) return undefined;
    const softmax = leafTensor(interned);
    const own = argument.dims.map((_, axis) => `o${axis}`);
    const summed = [...own.slice(0, -1), 's'];
    const free = [...own, ...variableLabels];
    const direct = workspace.contract(free, [
      { tensor: softmax, labels: own },
      { tensor: inner, labels: [...own, ...variableLabels] },
    ]);
    const mean = workspace.contract(free, [
      { tensor: softmax, labels: own },
      { tensor: softmax, labels: summed },
      { tensor: inner, labels: [...summed, ...variableLabels] },
    ]);
    return workspace.add(direct, workspace.scale(mean, -1));
  };

  /** Σ over the position of the differentiated factor, the factors before and after it kept as products. */
  const productDerivative = (head: Extract<Head, { kind: 'product' }>): Tensor | undefined => {
    const { letter, body } = workspace.open(head);
    const inner = visit(body);
    if (inner.terms.length === 0) return undefined;
    const at = wholeLetter(letter);
    const place = `${letter}'`;
    const before = workspace.product(
      place,
      head.from,
      shiftWhole(at, -head.step),
      head.step,
      workspace.substituteLetters(body, new Map([[letter, wholeLetter(place)]])),
    );
    const after = workspace.product(
      place,
      shiftWhole(at, head.step),
      head.to,
      head.step,
      workspace.substituteLetters(body, new Map([[letter, wholeLetter(place)]])),
    );
    const term = workspace.contract(
      ['o0', 'o1', ...variableLabels],
      [
        { tensor: before, labels: ['o0', 'a'] },
        { tensor: inner, labels: ['a', 'b', ...variableLabels] },
        { tensor: after, labels: ['b', 'o1'] },
      ],
    );
    return head.step === 1 ? workspace.rangeSum(letter, head.from, head.to, term) : workspace.rangeSum(letter, head.to, head.from, term);
  };

  const powerDerivative = (head: Extract<Head, { kind: 'power' }>): Tensor | undefined => {
    const inner = visit(head.of);
    if (inner.terms.length === 0) return undefined;
    if (head.of.dims.length === 0) {
      const factor = workspace.contract(
        [],
        [
          { tensor: workspace.whole(head.exponent), labels: [] },
          { tensor: workspace.matrixPower(head.of, shiftWhole(head.exponent, -1)), labels: [] },
        ],
      );
      return workspace.contract(variableLabels, [
        { tensor: factor, labels: [] },
        { tensor: inner, labels: variableLabels },
      ]);
    }
    const place = '¤power';
    const at = wholeLetter(place);
    const body = workspace.contract(
      ['o0', 'o1', ...variableLabels],
      [
        { tensor: workspace.matrixPower(head.of, at), labels: ['o0', 'a'] },
        { tensor: inner, labels: ['a', 'b', ...variableLabels] },
        { tensor: workspace.matrixPower(head.of, shiftWhole(subtractWhole(head.exponent, at), -1)), labels: ['b', 'o1'] },
      ],
    );
    return workspace.rangeSum(place, WHOLE_ZERO, shiftWhole(head.exponent, -1), body);
  };

  return visit(tensor);
}
