/** Small questions about nets and leaves that taking formulas apart asks again and again. */

import { type Head, type InternedHead, type Leaf, lettersOf, type Net, type Tensor, type Term, type Whole, type Workspace } from '../../network/index.js';
import { isOne } from '../../network/rational.js';
import { type Factor, NotPlannable, type Sizes } from './definitions.js';

export const leafFactor = (workspace: Workspace, leaf: Leaf): { tensor: Tensor; labels: string[] } => ({
  tensor: workspace.power(headTensor(workspace, leaf.head), leaf.power),
  labels: leaf.slots.map(String),
});

/** A tensor that is exactly the head. */
export function headTensor(workspace: Workspace, head: InternedHead): Tensor {
  const slots = head.dims.map((_, axis) => axis);
  return workspace.fromTerms(head.dims, [
    { coefficient: { numerator: 1n, denominator: 1n }, net: { dims: head.dims, leaves: [{ head, slots, power: { numerator: 1n, denominator: 1n } }] } },
  ]);
}

/** A sum as the only factor. */
export const isLoneSum = ({ leaves }: Net): boolean => leaves.length === 1 && leaves[0]?.head.head.kind === 'sum' && isOne(leaves[0].power);

export function symbolOf(leaf: Leaf | undefined): { name: string; indices: readonly Whole[] } | undefined {
  const head = leaf?.head.head;
  return head?.kind === 'symbol' && head.quantity.kind === 'value' ? { name: head.quantity.name, indices: head.quantity.indices } : undefined;
}

export const isPlain = ({ net }: Term, rank: number): boolean => {
  const [leaf] = net.leaves;
  return (
    net.leaves.length === 1 &&
    symbolOf(leaf) !== undefined &&
    isOne((leaf as Leaf).power) &&
    net.dims.length === rank &&
    (leaf as Leaf).slots.length === rank &&
    new Set((leaf as Leaf).slots).size === rank
  );
};

export const isConstant = (head: Head): boolean =>
  head.kind === 'delta' || head.kind === 'whole' || head.kind === 'indicator' || head.kind === 'inclusion' || head.kind === 'order';

export function lettersOfHead(head: Head): Set<string> {
  switch (head.kind) {
    case 'whole':
      return lettersOf(head.value);
    case 'indicator':
      return lettersOf(head.of);
    case 'inclusion':
    case 'order':
      return lettersOf(head.offset);
    default:
      return new Set();
  }
}

export function constantEntries(head: Head, dims: readonly number[], value: (whole: Whole) => number): number[] {
  const [rows = 1, columns = 1] = dims;
  const matrix = (entry: (i: number, j: number) => boolean): number[] =>
    Array.from({ length: rows * columns }, (_, k) => (entry(Math.floor(k / columns), k % columns) ? 1 : 0));
  switch (head.kind) {
    case 'whole':
      return [value(head.value)];
    case 'indicator':
      return [(head.relation === 'zero' ? value(head.of) === 0 : value(head.of) >= 0) ? 1 : 0];
    case 'delta':
      return Array.from({ length: rows * rows }, (_, k) => (k % (rows + 1) === 0 ? 1 : 0));
    case 'inclusion':
      return matrix((i, j) => i - value(head.offset) === j);
    case 'order':
      return matrix((i, j) => i - j >= value(head.offset));
    default:
      throw new NotPlannable(`${head.kind} as a constant`);
  }
}

/** Moves a factor's free slots to their places and reads blocks of it where an inclusion says so. */
export function placed(factor: Factor, slots: readonly number[], rank: number, inclusions: readonly Leaf[], sizes: Sizes): Factor {
  const offsets = [...factor.offsets];
  const moved = factor.slots.map((slot, axis) => {
    for (const { head, slots: ends } of inclusions) {
      if (ends[0] !== slot || head.head.kind !== 'inclusion') continue;
      offsets[axis] = sizes.index(head.head.offset);
      return (ends[1] as number) < rank ? (slots[ends[1] as number] as number) : (ends[1] as number);
    }
    return slot < rank ? (slots[slot] as number) : slot;
  });
  return { ...factor, slots: moved, offsets };
}

/** Sizes of slots after the free ones have moved to their places. */
export function placedDims(dims: readonly number[], slots: readonly number[]): number[] {
  const moved = [...dims];
  slots.forEach((slot, axis) => {
    moved[slot] = dims[axis] as number;
  });
  return moved;
}

export interface Component {
  readonly leaves: readonly Leaf[];
  readonly summed: readonly number[];
}

/** Leaves joined by summed slots. */
export function components(net: Net, rank: number): Component[] {
  const groups: { leaves: Leaf[]; summed: Set<number> }[] = [];
  for (const leaf of net.leaves) {
    const own = new Set(leaf.slots.filter((slot) => slot >= rank));
    const touching = groups.filter((group) => [...own].some((slot) => group.summed.has(slot)));
    const merged = {
      leaves: [...touching.flatMap((group) => group.leaves), leaf],
      summed: new Set([...touching.flatMap((group) => [...group.summed]), ...own]),
    };
    for (const group of touching) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  return groups.map(({ leaves, summed }) => ({ leaves, summed: [...summed] }));
}
