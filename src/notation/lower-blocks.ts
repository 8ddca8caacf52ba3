/** Stacks and blocks as index networks: every part is plugged into its place by inclusions, and taken out again by the same ones. */

import { addWhole, equalWhole, multiplyWhole, subtractWhole, WHOLE_ONE, WHOLE_ZERO, type Whole, wholeLetter } from '../network/whole.js';
import type { Factor } from '../network/workspace.js';
import type { Formula } from './formula.js';
import { type Axes, type Lowered, labelled, type Node, unsupported } from './lower-axes.js';

const heightOf = (part: Formula): Whole =>
  part.shape.dims.length === 2 || part.shape.orientation === 'column' ? (part.shape.dims[0] ?? WHOLE_ONE) : WHOLE_ONE;
const widthOf = (part: Formula): Whole =>
  part.shape.dims[1] ?? (part.shape.dims.length === 1 && part.shape.orientation !== 'column' ? (part.shape.dims[0] ?? WHOLE_ONE) : WHOLE_ONE);

/** Plugs an axis (label `part`) of size `size` into an axis (label `whole`) of size `total`; an axis that a vector lacks is one place. */
function plug(axes: Axes, offset: Whole, size: Whole, total: Whole, whole: string, part: string): Factor {
  return { tensor: equalWhole(size, total) ? axes.workspace.identity(total) : axes.workspace.inclusion(offset, size, total), labels: [whole, part] };
}

/** Labels of a part's own axes as rows `p` and columns `q` of a block. */
function blockLabels(part: Formula): readonly string[] {
  switch (part.shape.dims.length) {
    case 0:
      return [];
    case 1:
      return [part.shape.orientation === 'column' ? 'p' : 'q'];
    default:
      return ['p', 'q'];
  }
}

/** Rows of blocks: a vector of parts end to end, or a matrix. */
export function lowerBlocks(formula: Node<'blocks'>, axes: Axes): Lowered {
  const { dims } = formula.shape;
  const [rows, columns] = dims;
  const parts: Lowered[] = [];
  const labels = dims.map((_, axis) => `${axis}`);
  let top = WHOLE_ZERO;
  for (const row of formula.rows) {
    let left = WHOLE_ZERO;
    for (const part of row) {
      const lowered = axes.lower(part);
      if (columns === undefined) {
        const size = part.shape.dims[0] ?? WHOLE_ONE;
        const offset = addWhole(top, left);
        parts.push(
          axes.contract(labels, [labelled(lowered, part.shape.dims.length === 0 ? [] : ['p']), plug(axes, offset, size, rows ?? WHOLE_ONE, '0', 'p')]),
        );
        left = addWhole(left, size);
        continue;
      }
      const plugs = [plug(axes, top, heightOf(part), rows ?? WHOLE_ONE, '0', 'p'), plug(axes, left, widthOf(part), columns, '1', 'q')];
      parts.push(axes.contract(labels, [labelled(lowered, blockLabels(part)), ...plugs]));
      left = addWhole(left, widthOf(part));
    }
    top = addWhole(top, columns === undefined ? left : heightOf(row[0] ?? formula));
  }
  return added(parts, labels, dims, axes);
}

function added(parts: readonly Lowered[], labels: readonly string[], dims: readonly Whole[], axes: Axes): Lowered {
  const letters = axes.union(parts);
  return { tensor: axes.workspace.add(...parts.map((part) => axes.stretch(part, letters, labels, dims))), letters };
}

/** Blocks over an index: a sum over the letter of parts, each plugged in at (letter − from) · size. */
export function lowerRangeBlocks(formula: Node<'rangeBlocks'>, axes: Axes): Lowered {
  const { body, letter, from } = formula;
  const { dims } = formula.shape;
  const labels = dims.map((_, axis) => `${axis}`);
  const lowered = axes.lower(body);
  const number = subtractWhole(wholeLetter(letter), from);
  const [first] = dims;
  if (first === undefined) return unsupported('An empty join.', formula.region);
  let factors: Factor[];
  if (dims.length === 1) {
    const size = body.shape.dims[0] ?? WHOLE_ONE;
    factors = [labelled(lowered, body.shape.dims.length === 0 ? [] : ['p']), plug(axes, multiplyWhole(number, size), size, first, '0', 'p')];
  } else {
    const along = formula.direction === 'beside' ? 1 : 0;
    const size = along === 1 ? widthOf(body) : heightOf(body);
    const [cut, kept] = along === 1 ? ['q', 'p'] : ['p', 'q'];
    const own = blockLabels(body).map((label) => (label === kept ? `${1 - along}` : cut));
    factors = [labelled(lowered, own), plug(axes, multiplyWhole(number, size), size, dims[along] ?? first, `${along}`, cut)];
  }
  const body2 = axes.contract(labels, factors);
  return { ...body2, tensor: axes.workspace.rangeSum(letter, from, formula.to, body2.tensor) };
}

/** One block of a value along an axis: the inclusion read from the other side. */
export function lowerBlockOf(formula: Node<'blockOf'>, axes: Axes): Lowered {
  const { of, axis, offset, size } = formula;
  const dims = of.shape.dims;
  const inside = dims.map((_, k) => (k === axis ? 'cut' : `${k}`));
  const total = dims[axis] ?? WHOLE_ONE;
  return axes.contract(
    dims.map((_, k) => `${k}`),
    [labelled(axes.lower(of), inside), { tensor: axes.workspace.inclusion(offset, size, total), labels: ['cut', `${axis}`] }],
  );
}
