/**
 * Equality of quotients: both sides multiplied by the denominators that occur, until none is left or one side is the other.
 *
 * Each round takes one sum to a negative power away; rounds are bounded. Denominators are assumed to be other than zero, as they are where the
 * sides have a value at all.
 */

import { isNegative, type Leaf, negateRational, ONE, type Tensor, type Workspace } from '../network/index.js';
import { elementary, withSquares } from './elementary.js';

const ROUNDS = 6;

export interface QuotientStep {
  readonly left: Tensor;
  readonly right: Tensor;
  /** What both sides were multiplied by; undefined where functions were replaced by their definitions. */
  readonly factor: Tensor | undefined;
}

/** The lines from two sides to two equal ones; undefined where they do not become equal. */
export function sidesOverOneDenominator(workspace: Workspace, left: Tensor, right: Tensor): readonly QuotientStep[] | undefined {
  for (const expandFunctions of [false, true]) {
    const steps: QuotientStep[] = [];
    let [a, b] = expandFunctions ? [elementary(workspace, left), elementary(workspace, right)] : [left, right];
    if (expandFunctions && (a !== left || b !== right)) steps.push({ left: a, right: b, factor: undefined });
    for (let round = 0; round < ROUNDS; round += 1) {
      if (withSquares(workspace, workspace.add(a, workspace.scale(b, -1))).terms.length === 0) return steps;
      const factor = denominatorIn(workspace, a) ?? denominatorIn(workspace, b);
      if (factor === undefined) break;
      [a, b] = [times(workspace, a, factor), times(workspace, b, factor)];
      steps.push({ left: a, right: b, factor });
    }
  }
  return undefined;
}

/** A factor to a negative power that stands entry by entry, stretched to the tensor's axes and raised to the positive one. */
function denominatorIn(workspace: Workspace, tensor: Tensor): Tensor | undefined {
  const expanded = workspace.expand(tensor);
  for (const { net } of expanded.terms) {
    for (const leaf of net.leaves) {
      if (!isNegative(leaf.power) || leaf.slots.some((slot) => slot >= expanded.dims.length) || new Set(leaf.slots).size !== leaf.slots.length) continue;
      return stretched(workspace, expanded, leaf);
    }
  }
  return undefined;
}

function stretched(workspace: Workspace, whole: Tensor, leaf: Leaf): Tensor {
  const labels = whole.dims.map((_, axis) => `${axis}`);
  const alone = workspace.fromTerms(leaf.head.dims, [
    {
      coefficient: ONE,
      net: { dims: leaf.head.dims, leaves: [{ head: leaf.head, slots: leaf.head.dims.map((_, axis) => axis), power: negateRational(leaf.power) }] },
    },
  ]);
  return workspace.contract(
    labels,
    [{ tensor: alone, labels: leaf.slots.map((slot) => `${slot}`) }],
    new Map(labels.map((label, axis) => [label, whole.dims[axis] as Tensor['dims'][number]])),
  );
}

/** Term by term, so that the factor cancels where it divides before anything is multiplied out. */
function times(workspace: Workspace, tensor: Tensor, factor: Tensor): Tensor {
  const labels = tensor.dims.map((_, axis) => `${axis}`);
  const sizes = new Map(labels.map((label, axis) => [label, tensor.dims[axis] as Tensor['dims'][number]]));
  const expanded = workspace.expand(tensor);
  const products = expanded.terms.map((term) =>
    workspace.contract(
      labels,
      [
        { tensor: workspace.fromTerms(tensor.dims, [term]), labels },
        { tensor: factor, labels },
      ],
      sizes,
    ),
  );
  return products.length === 0 ? tensor : workspace.expand(workspace.add(...products));
}
