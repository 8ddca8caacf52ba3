/** An answer under its best choice of conventions: how good it is, and the graph with the names it brings along. */

import type { Settings } from '../model/model.js';
import type { Choice } from './choose.js';
import { holdsDerivative } from './claim-lines.js';
import { withDefinitions } from './definitions.js';
import type { Graph } from './graph.js';
import { type Item, type Items, namesIn } from './items.js';
import { Reading } from './reading.js';
import { type Renaming, renamingNotes } from './renaming.js';

export interface Chosen {
  readonly items: Items;
  readonly choice: Choice;
}

export const isAllRead = ({ choice: { truths } }: Chosen): boolean => truths.every((truth) => truth !== 'unread');
/** A forward equation in the model's names that is not the model's: r for z, perhaps, throughout. */
export const contradictsModel = ({ items: { items }, choice: { truths, reading } }: Chosen): boolean =>
  truths.some((truth, at) => {
    const read = reading.items[at];
    return truth === 'wrong' && read?.kind === 'statement' && items[at]?.content.kind === 'link' && !holdsDerivative(read.left) && !holdsDerivative(read.right);
  });
export const worth = ({ choice: { truths } }: Chosen): number => truths.filter((truth) => truth === 'right' || truth === 'definition').length;

/** The names of a line that are the model's under another spelling. */
export function namesOfLine(item: Item, renaming: Renaming): Readonly<Record<string, string>> {
  const used = new Set([...namesIn([item])].map(({ name }) => name.key));
  return Object.fromEntries(renamingNotes(renaming).filter(([, key]) => used.has(key)));
}

/** With the names of the answer that derivatives are taken by, where they are parts of equations of the model. */
export function grownGraph(graph: Graph, items: Items, settings: Partial<Settings>): Graph {
  if (items.variables.length === 0) return graph;
  const reading = new Reading(
    graph,
    items,
    { convention: settings.convention ?? graph.sheet.settings.convention, layout: settings.layout },
    new Map(),
    settings,
  );
  return withDefinitions(graph, reading, items.variables);
}
