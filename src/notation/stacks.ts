/** Blocks one after another along an axis: terms that are placed on parts of it become one stack, gaps are zero. */

import { addWhole, equalWhole, subtractWhole, WHOLE_ZERO, type Whole, wholeValue } from '../network/whole.js';
import { type Expression, make, outer, partsOf, product } from './expression.js';

type Stack = Pick<Extract<Expression, { kind: 'stack' }>, 'axis' | 'parts' | 'dims'>;

/** Terms placed on parts of one axis become a stack of blocks; gaps are zero. */
export function stacked(
  terms: readonly Expression[],
  dims: readonly Whole[],
  sum: (parts: readonly Expression[], dims: readonly Whole[]) => Expression,
): Expression[] | undefined {
  const placed = terms.flatMap((term) => {
    const found = placedIn(term);
    return found === undefined ? [] : [{ term, ...found }];
  });
  const axis = placed[0]?.axis;
  if (axis === undefined) return undefined;
  const along = placed.filter((each) => each.axis === axis);
  const byOffset = new Map<string, { offset: Whole; size: Whole; of: Expression[] }>();
  for (const { offset, of } of along) {
    const size = of.dims[axis] ?? WHOLE_ZERO;
    const key = `${offset.key}|${size.key}`;
    const known = byOffset.get(key);
    if (known === undefined) byOffset.set(key, { offset, size, of: [of] });
    else known.of.push(of);
  }
  const parts = tile([...byOffset.values()], dims[axis] ?? WHOLE_ZERO);
  if (parts === undefined) return undefined;
  const blocks = parts.map(({ size, of }) => ({
    size,
    of:
      of === undefined
        ? undefined
        : sum(
            of,
            dims.map((dim, k) => (k === axis ? size : dim)),
          ),
  }));
  const members = new Set(along.map(({ term }) => term));
  return [...terms.filter((term) => !members.has(term)), stackOf(axis, blocks, dims)];
}

/** A stack; [u aᵀ, u bᵀ] is u [a; b]ᵀ. */
function stackOf(axis: number, parts: readonly { readonly size: Whole; readonly of: Expression | undefined }[], dims: readonly Whole[]): Expression {
  const stack = make({ kind: 'stack', axis, parts }, dims);
  const [first] = parts;
  if (dims.length !== 2 || first?.of?.kind !== 'outer') return stack;
  const shared = axis === 1 ? first.of.left : first.of.right;
  const others: { size: Whole; of: Expression }[] = [];
  for (const { size, of } of parts) {
    if (of?.kind !== 'outer' || (axis === 1 ? of.left : of.right).key !== shared.key) return stack;
    others.push({ size, of: axis === 1 ? of.right : of.left });
  }
  const along = make({ kind: 'stack', axis: 0, parts: others }, [dims[axis] ?? WHOLE_ZERO]);
  return axis === 1 ? outer(shared, along) : outer(along, shared);
}

/** A term that is a multiple of something placed, with the multiple moved inside. */
function placedIn(term: Expression): { axis: number; offset: Whole; of: Expression } | undefined {
  const { coefficient, factors } = partsOf(term);
  const placed = factors.find(({ kind }) => kind === 'placed');
  if (placed?.kind !== 'placed' || factors.some((factor) => factor !== placed && factor.dims.length > 0)) return undefined;
  return { axis: placed.axis, offset: placed.offset, of: product(coefficient, [...factors.filter((factor) => factor !== placed), placed.of], placed.of.dims) };
}

interface Part<Of> {
  readonly offset: Whole;
  readonly size: Whole;
  readonly of: Of;
}

/** Puts parts in order along an axis and fills gaps; undefined where their order is not known. */
function tile<Of>(parts: readonly Part<Of>[], total: Whole): { size: Whole; of: Of | undefined }[] | undefined {
  const remaining = [...parts];
  const result: { size: Whole; of: Of | undefined }[] = [];
  let at = WHOLE_ZERO;
  while (remaining.length > 0) {
    const next = remaining.findIndex((part) => remaining.every((other) => other === part || isNonNegative(subtractWhole(other.offset, part.offset))));
    const part = remaining[next];
    if (part === undefined || !isNonNegative(subtractWhole(part.offset, at))) return undefined;
    remaining.splice(next, 1);
    const gap = subtractWhole(part.offset, at);
    if (!equalWhole(gap, WHOLE_ZERO)) result.push({ size: gap, of: undefined });
    result.push({ size: part.size, of: part.of });
    at = addWhole(part.offset, part.size);
  }
  const gap = subtractWhole(total, at);
  if (!isNonNegative(gap)) return undefined;
  if (!equalWhole(gap, WHOLE_ZERO)) result.push({ size: gap, of: undefined });
  return result;
}

const isNonNegative = (value: Whole): boolean => value.monomials.every(({ coefficient }) => coefficient >= 0);

/** A placed expression as a stack with zeros around it. */
export function gapsAround({ axis, offset, of, dims }: Extract<Expression, { kind: 'placed' }>): Stack {
  const size = of.dims[axis] ?? WHOLE_ZERO;
  const after = subtractWhole(subtractWhole(dims[axis] ?? WHOLE_ZERO, offset), size);
  const parts = [
    { size: offset, of: undefined },
    { size, of },
    { size: after, of: undefined },
  ];
  return { axis, dims, parts: parts.filter((part) => wholeValue(part.size) !== 0) };
}
