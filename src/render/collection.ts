/** Solutions that are handed out together: grouped by the document they come from, with the sum of what they show. */

import type { Inline, SolutionDocument, Totals } from '../solution/document.js';

/** One solution of a collection; without a document where there is none, and then the reason. */
export interface CollectionEntry {
  /** `lab-11/4-lstm-gradient` */
  readonly id: string;
  readonly title: readonly Inline[];
  readonly source?: string;
  readonly document?: SolutionDocument;
  readonly failure?: string;
  /** Where the solution lies, seen from the index: `lab-11/4-lstm-gradient.pdf`. */
  readonly files: readonly CollectionFile[];
}

export interface CollectionFile {
  readonly format: string;
  readonly address: string;
}

/** What an id and a source say is enough to group by. */
export interface Grouped {
  readonly id: string;
  readonly source?: string;
}

export interface Group<X extends Grouped> {
  /** What the sources of all its members begin with, else the folder of their ids. */
  readonly title: string;
  /** Each with the rest of its source: `Problem 4`. */
  readonly members: readonly { readonly member: X; readonly place: string }[];
}

/** Groups by the folders of the ids, in the order in which they first occur. */
export function groupByDocument<X extends Grouped>(members: readonly X[]): readonly Group<X>[] {
  const folders = new Map<string, X[]>();
  for (const member of members) {
    const folder = member.id.includes('/') ? member.id.slice(0, member.id.lastIndexOf('/')) : '';
    folders.set(folder, [...(folders.get(folder) ?? []), member]);
  }
  return [...folders].map(([folder, within]) => group(folder, within));
}

function group<X extends Grouped>(folder: string, members: readonly X[]): Group<X> {
  const parts = members.map(({ source }) => (source === undefined ? [] : source.split(', ')));
  const shared = folder === '' ? 0 : sharedParts(parts);
  const title = (parts[0] ?? []).slice(0, shared).join(', ');
  return {
    title: title || folder || 'Other sheets',
    members: members.map((member, at) => ({ member, place: (parts[at] ?? []).slice(shared).join(', ') })),
  };
}

/** How many parts all begin with; the last part of the first is left as a place where there is another. */
function sharedParts(all: readonly (readonly string[])[]): number {
  const [first = []] = all;
  const different = first.findIndex((part, at) => all.some((parts) => parts[at] !== part));
  return different >= 0 ? different : Math.max(1, first.length - 1);
}

/** The sum over all solutions. */
export function sumOfTotals(all: readonly Totals[]): Totals {
  const sum = (of: (totals: Totals) => number): number => all.reduce((total, each) => total + of(each), 0);
  return {
    formulas: sum((totals) => totals.formulas),
    proved: sum((totals) => totals.proved),
    checked: sum((totals) => totals.checked),
    slips: sum((totals) => totals.slips),
  };
}

/** The totals of the entries that have a solution. */
export function totalsOfEntries(entries: readonly CollectionEntry[]): Totals {
  return sumOfTotals(entries.flatMap(({ document }) => (document === undefined ? [] : [document.totals])));
}
