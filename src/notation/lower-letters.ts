/** Sums and products over letters, entries, cases, and letters as numbers, as index networks. */

import { lettersOf, subtractWhole, WHOLE_ONE, type Whole, wholeLetter } from '../network/whole.js';
import type { Factor } from '../network/workspace.js';
import type { Formula } from './formula.js';
import { type Axes, type Lowered, labelled, type Node, own, rankOf, sizesOf, unsupported } from './lower-axes.js';

function noAxis(bound: Whole, axes: Axes, formula: Formula): void {
  const letter = [...lettersOf(bound)].find((each) => axes.sizeOf(each) !== undefined);
  if (letter !== undefined) unsupported(`A limit that counts along an axis (${letter}) is read for sums over that axis only.`, formula.region);
}

export function lowerRangeSum(formula: Node<'rangeSum'>, axes: Axes): Lowered {
  noAxis(formula.from, axes, formula);
  noAxis(formula.to, axes, formula);
  const body = axes.lower(formula.body);
  const sum = axes.workspace.rangeSum(formula.letter, formula.from, formula.to, body.tensor);
  if (formula.except === undefined) return { ...body, tensor: sum };
  const { except } = formula;
  noAxis(except, axes, formula);
  const left = axes.workspace.substituteLetters(body.tensor, new Map([[formula.letter, except]]));
  return { ...body, tensor: axes.workspace.add(sum, axes.workspace.scale(left, -1)) };
}

export function lowerAxisSum(formula: Node<'axisSum'>, axes: Axes): Lowered {
  const inside = axes.inside(formula.letter, formula.dim);
  const body = inside.lower(formula.body);
  const labels = own(rankOf(formula));
  const factors: Factor[] = [labelled(body, labels)];
  if (formula.relation !== undefined) factors.push(inside.mask(wholeLetter(formula.letter), formula.relation.sign, formula.relation.than));
  if (!factors.some((factor) => factor.labels.includes(`@${formula.letter}`))) factors.push({ tensor: axes.workspace.whole(formula.dim), labels: [] });
  return inside.contract(labels, factors, sizesOf(formula), formula.letter);
}

/** Ordered products: matrices as they are, scalars as 1 × 1 matrices, vectors as the diagonals of diagonal matrices. */
export function lowerRangeProduct(formula: Node<'rangeProduct'>, axes: Axes): Lowered {
  const { workspace } = axes;
  noAxis(formula.from, axes, formula);
  noAxis(formula.to, axes, formula);
  const body = axes.lower(formula.body);
  if (body.letters.length > 0) return unsupported('A product over an index of single entries is not read.', formula.region);
  const [first, last] = formula.falling ? [formula.from, formula.to] : [formula.to, formula.from];
  const rank = rankOf(formula.body);
  const size = formula.body.shape.dims[0] ?? WHOLE_ONE;
  const matrix =
    rank === 2
      ? body.tensor
      : workspace.contract(
          ['0', '1'],
          [
            { tensor: body.tensor, labels: rank === 1 ? ['0'] : [] },
            { tensor: workspace.identity(size), labels: ['0', '1'] },
          ],
        );
  const product = workspace.product(formula.letter, first, last, -1, matrix);
  if (rank === 2) return { tensor: product, letters: [] };
  return { tensor: workspace.contract(rank === 1 ? ['0'] : [], [{ tensor: product, labels: ['0', '0'] }]), letters: [] };
}

export function lowerEntry(formula: Node<'entry'>, axes: Axes): Lowered {
  const of = axes.lower(formula.of);
  const { dims } = formula.of.shape;
  const labels = dims.map((_, k) => (k < formula.positions.length ? `e${k}` : `${k - formula.positions.length}`));
  const places = formula.positions.flatMap((position, k) => axes.place(position, `e${k}`, dims[k] ?? WHOLE_ONE));
  return axes.contract(own(rankOf(formula)), [labelled(of, labels), ...places]);
}

export function lowerCases(formula: Node<'cases'>, axes: Axes): Lowered {
  const labels = own(rankOf(formula));
  const before: Factor[] = [];
  const parts: Lowered[] = [];
  for (const { value, condition } of formula.branches) {
    const holds = (condition?.relations ?? []).map(({ left, sign, right }) => axes.mask(left, sign, right));
    parts.push(axes.contract(labels, [labelled(axes.lower(value), own(rankOf(value))), ...holds, ...before], sizesOf(formula)));
    if (condition === undefined) break;
    const [only] = holds;
    const all = holds.length === 1 && only !== undefined ? only : asFactor(axes.contract([], holds));
    before.push(axes.complement(all));
  }
  const letters = axes.union(parts);
  return { tensor: axes.workspace.add(...parts.map((part) => axes.stretch(part, letters, labels, formula.shape.dims))), letters };
}

const asFactor = (lowered: Lowered): Factor => labelled(lowered, []);

export function lowerWhole(value: Whole, axes: Axes): Lowered {
  const letters = [...lettersOf(value)].filter((letter) => axes.sizeOf(letter) !== undefined);
  if (letters.length === 0) return { tensor: axes.workspace.whole(value), letters: [] };
  const letter = axes.axisLetter(value) ?? '';
  const rest = axes.workspace.whole(subtractWhole(value, wholeLetter(letter)));
  const count = axes.count(letter);
  const stretched = axes.stretch({ tensor: rest, letters: [] }, [letter], [], []);
  return { tensor: axes.workspace.add(count.tensor, stretched), letters: [letter] };
}
