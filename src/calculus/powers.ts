/**
 * Powers and ordered products with a symbolic length: peeled by one factor (the induction step of a closed form), put together again for print,
 * and inverses that meet their matrix cancelled. Each pass shortens the product it works on, so it ends.
 */

import {
  addWhole,
  type Head,
  isOne,
  type Leaf,
  ONE,
  type Rational,
  shiftWhole,
  subtractWhole,
  type Tensor,
  type Term,
  type Whole,
  type Workspace,
  wholeLetter,
  wholeNumber,
  wholeValue,
} from '../network/index.js';

/** Aᵗ⁺ᶜ is A Aᵗ⁺ᶜ⁻¹ (or Aᵗ⁺ᶜ⁻¹ A), and a product that ends at t + c gives up that factor. Powers in which the letter does not occur with coefficient 1 stay. */
export function peelPowers(workspace: Workspace, tensor: Tensor, letter: string, side: 'first' | 'last' = 'first'): Tensor {
  const grows = (exponent: Whole): boolean =>
    exponent.monomials.some(({ coefficient, letters }) => coefficient === 1 && letters.length === 1 && letters[0] === letter);
  const times = (a: Tensor, b: Tensor): Tensor =>
    a.dims.length === 0
      ? workspace.contract(
          [],
          [
            { tensor: a, labels: [] },
            { tensor: b, labels: [] },
          ],
        )
      : workspace.contract(
          ['a', 'c'],
          [
            { tensor: a, labels: ['a', 'b'] },
            { tensor: b, labels: ['b', 'c'] },
          ],
        );
  const visit = (of: Tensor): Tensor =>
    workspace.rebuild(of, {
      head: (head: Head) => {
        if (head.kind === 'power' && grows(head.exponent)) {
          const rest = workspace.matrixPower(head.of, shiftWhole(head.exponent, -1));
          return side === 'first' ? times(head.of, rest) : times(rest, head.of);
        }
        if (head.kind === 'product' && grows(head.from) && head.step === -1) {
          const { letter: own, body } = workspace.open(head);
          return times(workspace.substituteLetters(body, new Map([[own, head.from]])), workspace.product(own, shiftWhole(head.from, -1), head.to, -1, body));
        }
        if (head.kind === 'rangeSum' && wholeValue(subtractWhole(head.to, wholeLetter(letter))) === 0) {
          const { letter: own, body } = workspace.open(head);
          const last = workspace.substituteLetters(body, new Map([[own, head.to]]));
          return workspace.add(workspace.rangeSum(own, head.from, shiftWhole(head.to, -1), visit(body)), last);
        }
        return undefined;
      },
    });
  return visit(tensor);
}

/** w wᵗ⁻ᵏ is wᵗ⁻ᵏ⁺¹, for scalars and wherever A stands beside its power. For print. */
export function mergePowers(workspace: Workspace, tensor: Tensor): Tensor {
  const visit = (of: Tensor): Tensor => {
    const inside = workspace.rebuild(of, {
      head: (head: Head) => {
        if (head.kind === 'sum') return visit(head.of);
        if (head.kind !== 'rangeSum') return undefined;
        const { letter, body } = workspace.open(head);
        return workspace.rangeSum(letter, head.from, head.to, visit(body));
      },
    });
    return workspace.add(workspace.zero(inside.dims), ...inside.terms.map((term) => mergeTerm(workspace, inside.dims, term)));
  };
  return visit(tensor);
}

function mergeTerm(workspace: Workspace, dims: readonly Whole[], term: Term): Tensor {
  let leaves = [...term.net.leaves];
  // Each round joins two leaves into one.
  for (;;) {
    const found = scalarPair(workspace, leaves) ?? matrixPair(workspace, leaves, dims.length);
    if (found === undefined) break;
    leaves = [...leaves.filter((leaf) => leaf !== found.one && leaf !== found.other), ...found.joined.flatMap(({ tensor, slots }) => placed(tensor, slots))];
  }
  return leaves.length === term.net.leaves.length ? workspace.fromTerms(dims, [term]) : rewired(workspace, dims, term.coefficient, leaves);
}

interface Pair {
  readonly one: Leaf;
  readonly other: Leaf;
  readonly joined: readonly { readonly tensor: Tensor; readonly slots: readonly number[] }[];
}

/** The leaf of a tensor that is one, at other slots. */
function placed(tensor: Tensor, slots: readonly number[]): readonly Leaf[] {
  return (tensor.terms[0]?.net.leaves ?? []).map((leaf) => ({ ...leaf, slots: leaf.slots.map((slot) => slots[slot] ?? slot) }));
}

/** A product of leaves, normalised. */
function rewired(workspace: Workspace, dims: readonly Whole[], coefficient: Rational, leaves: readonly Leaf[]): Tensor {
  const free = dims.map((_, axis) => `${axis}`);
  const factors = leaves.map((leaf) => ({ tensor: workspace.power(single(workspace, leaf), leaf.power), labels: leaf.slots.map((slot) => `${slot}`) }));
  return workspace.scale(workspace.contract(free, factors, new Map(free.map((label, axis) => [label, dims[axis] as Whole]))), coefficient);
}

const single = (workspace: Workspace, leaf: Leaf): Tensor =>
  workspace.fromTerms(leaf.head.dims, [
    { coefficient: ONE, net: { dims: leaf.head.dims, leaves: [{ ...leaf, slots: leaf.head.dims.map((_, axis) => axis), power: ONE }] } },
  ]);

function scalarPair(workspace: Workspace, leaves: readonly Leaf[]): Pair | undefined {
  for (const power of leaves) {
    const { head } = power.head;
    if (head.kind !== 'power' || head.of.dims.length > 0 || !isOne(power.power)) continue;
    for (const base of leaves) {
      if (base === power || base.slots.length > 0 || base.power.denominator !== 1n) continue;
      const exponent =
        base.head.head.kind === 'power' && base.head.head.of === head.of && isOne(base.power)
          ? base.head.head.exponent
          : single(workspace, base) === head.of
            ? wholeNumber(Number(base.power.numerator))
            : undefined;
      if (exponent !== undefined)
        return { one: power, other: base, joined: [{ tensor: workspace.matrixPower(head.of, addWhole(head.exponent, exponent)), slots: [] }] };
    }
  }
  return undefined;
}

/** A Aᵏ or Aᵏ A, meeting at a summed slot that nothing else touches. */
function matrixPair(workspace: Workspace, leaves: readonly Leaf[], rank: number): Pair | undefined {
  for (const power of leaves) {
    const { head } = power.head;
    if (head.kind !== 'power' || head.of.dims.length !== 2 || !isOne(power.power)) continue;
    for (const base of leaves) {
      if (base === power || base.slots.length !== 2 || !isOne(base.power)) continue;
      const exponent =
        base.head.head.kind === 'power' && base.head.head.of === head.of
          ? base.head.head.exponent
          : single(workspace, base) === head.of
            ? wholeNumber(1)
            : undefined;
      if (exponent === undefined) continue;
      const [p, q] = power.slots as readonly [number, number];
      const [r, s] = base.slots as readonly [number, number];
      const meeting = q === r ? { slot: q, ends: [p, s] } : s === p ? { slot: p, ends: [r, q] } : undefined;
      if (meeting === undefined || meeting.slot < rank || leaves.some((leaf) => leaf !== power && leaf !== base && leaf.slots.includes(meeting.slot))) continue;
      return {
        one: power,
        other: base,
        joined: [{ tensor: workspace.matrixPower(head.of, addWhole(head.exponent, exponent)), slots: meeting.ends }],
      };
    }
  }
  return undefined;
}

/** P P⁻¹ and P⁻¹ P are I, wherever they meet at a slot that nothing else touches. */
export function cancelInverses(workspace: Workspace, tensor: Tensor): Tensor {
  return workspace.add(workspace.zero(tensor.dims), ...tensor.terms.map((term) => cancelIn(workspace, tensor.dims, term)));
}

function cancelIn(workspace: Workspace, dims: readonly Whole[], term: Term): Tensor {
  for (const inverse of term.net.leaves) {
    const { head } = inverse.head;
    if (head.kind !== 'power' || head.of.dims.length !== 2 || wholeValue(head.exponent) !== -1 || !isOne(inverse.power)) continue;
    for (const base of term.net.leaves) {
      if (base.slots.length !== 2 || !isOne(base.power) || single(workspace, base) !== head.of) continue;
      const [p, q] = inverse.slots as readonly [number, number];
      const [r, s] = base.slots as readonly [number, number];
      const meeting = q === r ? { slot: q, ends: [p, s] } : s === p ? { slot: p, ends: [r, q] } : undefined;
      if (
        meeting === undefined ||
        meeting.slot < dims.length ||
        term.net.leaves.some((leaf) => leaf !== inverse && leaf !== base && leaf.slots.includes(meeting.slot))
      )
        continue;
      const size = term.net.dims[meeting.slot] ?? wholeNumber(1);
      const joined = placed(workspace.identity(size), meeting.ends);
      const rest = term.net.leaves.filter((leaf) => leaf !== inverse && leaf !== base);
      return cancelInverses(workspace, rewired(workspace, dims, term.coefficient, [...rest, ...joined]));
    }
  }
  return workspace.fromTerms(dims, [term]);
}
