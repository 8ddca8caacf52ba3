/**
 * Which terms of a formula are sums of which true contributions: both are lists of numbers, and small groups of one are compared with small groups of the
 * other, smallest groups first. What is matched is taken out, so the search ends.
 */

export interface Addend {
  readonly values: Float64Array;
}

/** Differences up to this share of the larger count as none. */
const CLOSE = 1e-8;
const MOST_TOGETHER = 4;
const MOST_GROUPS = 600;

export interface Matching {
  /** Numbers of those on either side that match nothing on the other. */
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** Groups of equal sum. */
  readonly pairs: readonly { readonly left: readonly number[]; readonly right: readonly number[] }[];
}

export function match(left: readonly Addend[], right: readonly Addend[]): Matching {
  const pairs: { left: readonly number[]; right: readonly number[] }[] = [];
  const isNothing = ({ values }: Addend): boolean => values.every((value) => value === 0);
  const open = {
    left: new Set(left.flatMap((addend, k) => (isNothing(addend) ? [] : [k]))),
    right: new Set(right.flatMap((addend, k) => (isNothing(addend) ? [] : [k]))),
  };
  for (let together = 2; together <= 2 * MOST_TOGETHER; together++) {
    for (let size = 1; size < together; size++) {
      if (size > MOST_TOGETHER || together - size > MOST_TOGETHER) continue;
      pairs.push(...matchSize(left, right, open, size, together - size));
    }
  }
  return { left: [...open.left], right: [...open.right], pairs };
}

function matchSize(
  left: readonly Addend[],
  right: readonly Addend[],
  open: { readonly left: Set<number>; readonly right: Set<number> },
  leftSize: number,
  rightSize: number,
): { left: readonly number[]; right: readonly number[] }[] {
  const pairs: { left: readonly number[]; right: readonly number[] }[] = [];
  const rights = groups([...open.right], rightSize).map((group) => ({ group, ...summed(right, group) }));
  for (const group of groups([...open.left], leftSize)) {
    if (!group.every((k) => open.left.has(k))) continue;
    const own = summed(left, group);
    const found = rights.find((other) => other.group.every((k) => open.right.has(k)) && areClose(own, other));
    if (found === undefined) continue;
    for (const k of group) open.left.delete(k);
    for (const k of found.group) open.right.delete(k);
    pairs.push({ left: group, right: found.group });
  }
  return pairs;
}

/** Which single one of the addends, times which factor, would make their sum equal to the other sum. */
export function offByFactor(left: readonly Addend[], right: readonly Addend[]): { readonly number: number; readonly factor: number } | undefined {
  if (left.length === 0 || right.length === 0) return undefined;
  const everything = (addends: readonly Addend[]): number[] => Array.from(addends.keys());
  const [own, other] = [summed(left, everything(left)), summed(right, everything(right))];
  const residual = other.values.map((value, i) => value - (own.values[i] as number));
  const noise = Math.max(...own.sizes, ...other.sizes) * 1e-9;
  for (const [number, { values }] of left.entries()) {
    const norm = values.reduce((sum, value) => sum + value * value, 0);
    const share = values.reduce((sum, value, i) => sum + value * (residual[i] as number), 0) / norm;
    if (values.length > 1 && norm > 0 && values.every((value, i) => Math.abs(share * value - (residual[i] as number)) <= CLOSE * Math.abs(value) + noise))
      return { number, factor: 1 + share };
  }
  return undefined;
}

/** Whether two lists of numbers are the same up to rounding. */
export const isSame = (a: Float64Array, b: Float64Array): boolean => areClose(summed([{ values: a }], [0]), summed([{ values: b }], [0]));

interface Sum {
  readonly values: Float64Array;
  /** Sum of absolute values, entry by entry. */
  readonly sizes: Float64Array;
}

function summed(addends: readonly Addend[], group: readonly number[]): Sum {
  const length = addends[group[0] ?? 0]?.values.length ?? 0;
  const [values, sizes] = [new Float64Array(length), new Float64Array(length)];
  for (const k of group) {
    (addends[k] as Addend).values.forEach((value, i) => {
      values[i] = (values[i] as number) + value;
      sizes[i] = (sizes[i] as number) + Math.abs(value);
    });
  }
  return { values, sizes };
}

function areClose(a: Sum, b: Sum): boolean {
  let largest = 0;
  for (const size of a.sizes) largest = Math.max(largest, size);
  return a.values.every((value, i) => {
    const size = Math.max(a.sizes[i] as number, b.sizes[i] as number);
    return Number.isFinite(size) && Math.abs(value - (b.values[i] as number)) <= CLOSE * size + 1e-12 * largest;
  });
}

/** All groups of a size, as far as there are not too many. */
function groups(items: readonly number[], size: number): number[][] {
  let all: number[][] = [[]];
  for (let k = 0; k < size; k++) {
    const longer: number[][] = [];
    for (const group of all) {
      for (const item of items) if (item > (group.at(-1) ?? -1)) longer.push([...group, item]);
      if (longer.length > MOST_GROUPS) return [];
    }
    all = longer;
  }
  return all;
}
