/**
 * Local partials: one equation's right side differentiated by one value it reads, all other names held.
 *
 * What the right side itself names is folded back: where tanh(a_t) is the right side of h_t, the derivative is printed with h_t.
 */

import type { Equation, Model } from '../model/model.js';
import {
  addRational,
  equalRational,
  isOne,
  isZero,
  type Leaf,
  negateRational,
  subtractWhole,
  type Tensor,
  type Term,
  type ValueReference,
  type Variable,
  type Whole,
  type Workspace,
  wholeLetter,
} from '../network/index.js';

/** ∂(right side)/∂(variable): axes of the equation's name first, then the variable's. */
export function localPartial(model: Model, equation: Equation, variable: Variable, dims: readonly Whole[]): Tensor {
  const raw = model.workspace.differentiateBy(equation.value, variable, dims);
  return foldOutput(model.workspace, raw, equation);
}

/** Replaces the equation's own right side, where it occurs as a factor, by its name. */
export function foldOutput(workspace: Workspace, tensor: Tensor, equation: Equation): Tensor {
  const [term] = equation.value.terms;
  if (equation.value.terms.length !== 1 || term === undefined || !isOne(term.coefficient) || term.net.leaves.length === 0) return tensor;
  const [leaf] = term.net.leaves;
  if (term.net.leaves.length === 1 && leaf !== undefined && isOne(leaf.power)) return foldHead(workspace, tensor, equation, leaf);
  return foldProduct(workspace, tensor, equation, term);
}

function foldHead(workspace: Workspace, tensor: Tensor, equation: Equation, leaf: Leaf): Tensor {
  if (leaf.head.head.kind === 'symbol' || leaf.slots.length !== equation.value.dims.length || leaf.head.head.kind === 'sum') return tensor;
  const symbol = workspace.value(equation.name, equation.indices, equation.value.dims);
  const turned = workspace.permute(symbol, leaf.slots);
  return workspace.rebuild(tensor, { head: (head) => (head === leaf.head.head ? turned : undefined) });
}

/** Letter substitutions under which the right side may occur: as it stands, and with one of its letters replaced by one that occurs. */
function candidates(equation: Equation, tensor: Tensor): ReadonlyMap<string, Whole>[] {
  const own = equation.ranges.map((range) => range.letter);
  const others = [...tensor.letters].filter((letter) => !own.includes(letter));
  return [new Map(), ...own.flatMap((letter) => others.map((other) => new Map([[letter, wholeLetter(other)]])))];
}

function foldProduct(workspace: Workspace, tensor: Tensor, equation: Equation, pattern: Term): Tensor {
  if (pattern.net.dims.length > equation.value.dims.length || equation.value.dims.length > 1) return tensor;
  const choices = candidates(equation, tensor).map((letters) => ({
    letters,
    leaves: workspace.substituteLetters(equation.value, letters).terms[0]?.net.leaves ?? [],
    symbol: workspace.substituteLetters(workspace.value(equation.name, equation.indices, equation.value.dims), letters),
  }));
  const parts = tensor.terms.map((term) => foldTerm(workspace, tensor.dims, term, choices));
  return parts.length === 0 ? tensor : workspace.add(...parts);
}

function foldTerm(workspace: Workspace, dims: readonly Whole[], term: Term, choices: readonly { leaves: readonly Leaf[]; symbol: Tensor }[]): Tensor {
  for (const { leaves, symbol } of choices) {
    const node = placeOf(term, leaves);
    if (node === undefined || leaves.length === 0) continue;
    const left = without(term.net.leaves, leaves, node);
    if (left === undefined) continue;
    const names = term.net.dims.map((_, slot) => `${slot}`);
    const free = names.slice(0, dims.length);
    const rest = workspace.fromTerms(term.net.dims, [{ coefficient: term.coefficient, net: { dims: term.net.dims, leaves: left } }]);
    const symbolLabels = symbol.dims.length === 0 ? [] : [`${node}`];
    const folded = workspace.contract(free, [
      { tensor: rest, labels: names },
      { tensor: symbol, labels: symbolLabels },
    ]);
    const [only] = folded.terms;
    return folded.terms.length === 1 && only !== undefined ? foldTerm(workspace, dims, only, choices) : folded;
  }
  return workspace.fromTerms(dims, [term]);
}

/** The slot a rank-1 pattern's free axis falls on; 0 for scalars. */
function placeOf(term: Term, leaves: readonly Leaf[]): number | undefined {
  const vector = leaves.find((leaf) => leaf.slots.length > 0);
  if (vector === undefined) return 0;
  return term.net.leaves.find((leaf) => leaf.head === vector.head)?.slots[0];
}

/** The leaves less the pattern's powers; undefined where the pattern does not divide them. */
function without(leaves: readonly Leaf[], pattern: readonly Leaf[], node: number): readonly Leaf[] | undefined {
  let left: readonly Leaf[] = leaves;
  for (const wanted of pattern) {
    const slots = wanted.slots.map(() => node).join();
    const found = left.find((leaf) => leaf.head === wanted.head && leaf.slots.join() === slots && sameSign(leaf, wanted));
    if (found === undefined) return undefined;
    const power = addRational(found.power, negateRational(wanted.power));
    left = left.flatMap((leaf) => (leaf !== found ? [leaf] : isZero(power) ? [] : [{ ...leaf, power }]));
  }
  return left;
}

function sameSign(leaf: Leaf, wanted: Leaf): boolean {
  const [a, b] = [leaf.power, wanted.power];
  if (equalRational(a, b)) return true;
  const positive = b.numerator > 0n;
  const rest = addRational(a, negateRational(b));
  return positive ? a.numerator > 0n && rest.numerator >= 0n : a.numerator < 0n && rest.numerator <= 0n;
}

/**
 * Brings conditions on the given letters to the top of each term: sums that hold different ones are parted.
 * Each parting lowers the nesting of sums that mention the letters, so it ends.
 */
export function exposeConditions(workspace: Workspace, tensor: Tensor, letters: ReadonlySet<string>): Tensor {
  const mentions = (head: Leaf['head']): boolean => [...letters].some((letter) => head.letters.has(letter));
  const expose = (current: Tensor): Tensor => {
    const parts = current.terms.map((term) => exposeTerm(current.dims, term));
    return parts.length === 0 ? current : workspace.add(...parts);
  };
  const piecesOf = ({ head }: Leaf['head']): readonly Tensor[] | undefined => {
    if (head.kind === 'rangeSum') {
      const { letter, body } = workspace.open(head);
      const exposed = expose(body);
      return exposed.terms.length < 2
        ? undefined
        : exposed.terms.map((term) => workspace.rangeSum(letter, head.from, head.to, workspace.fromTerms(exposed.dims, [term])));
    }
    if (head.kind !== 'sum') return undefined;
    const [only] = head.of.terms;
    if (head.of.terms.length > 1) return head.of.terms.map((term) => workspace.fromTerms(head.of.dims, [term]));
    if (only === undefined || head.of.dims.length > 0) return undefined;
    const opened = expose(workspace.fromTerms(only.net.dims, [only]));
    const labels = opened.dims.map((_, axis) => `${axis}`);
    return opened.terms.length < 2
      ? undefined
      : opened.terms.map((term) => workspace.contract([], [{ tensor: workspace.fromTerms(opened.dims, [term]), labels }]));
  };
  const exposeTerm = (dims: readonly Whole[], term: Term): Tensor => {
    for (const leaf of term.net.leaves) {
      if (!isOne(leaf.power) || !mentions(leaf.head)) continue;
      const pieces = piecesOf(leaf.head);
      if (pieces === undefined) continue;
      const names = term.net.dims.map((_, slot) => `${slot}`);
      const rest = workspace.fromTerms(term.net.dims, [
        { coefficient: term.coefficient, net: { dims: term.net.dims, leaves: term.net.leaves.filter((other) => other !== leaf) } },
      ]);
      const labels = leaf.slots.map((slot) => `${slot}`);
      const parted = pieces.map((piece) =>
        workspace.contract(names.slice(0, dims.length), [
          { tensor: rest, labels: names },
          { tensor: piece, labels },
        ]),
      );
      return expose(workspace.add(...parted));
    }
    return workspace.fromTerms(dims, [term]);
  };
  return expose(tensor);
}

/** Σ over terms of the local partial of its product with the adjoint: products are not multiplied out inside pointwise factors. */
export function pullback(workspace: Workspace, local: Tensor, adjoint: Tensor, targetRank: number, readerRank: number): Tensor {
  const target = Array.from({ length: targetRank }, (_, axis) => `j${axis}`);
  const reader = Array.from({ length: readerRank }, (_, axis) => `u${axis}`);
  const variable = Array.from({ length: local.dims.length - readerRank }, (_, axis) => `v${axis}`);
  const parts = local.terms.map((term) =>
    workspace.contract(
      [...target, ...variable],
      [
        { tensor: workspace.fromTerms(local.dims, [term]), labels: [...reader, ...variable] },
        { tensor: adjoint, labels: [...target, ...reader] },
      ],
    ),
  );
  return parts.length === 0 ? workspace.zero([...adjoint.dims.slice(0, targetRank), ...local.dims.slice(readerRank)]) : workspace.add(...parts);
}

export const sameReference = (a: ValueReference, b: ValueReference): boolean =>
  a.name === b.name && a.indices.length === b.indices.length && a.indices.every((index, at) => subtractWhole(index, b.indices[at] as Whole).key === '0');
