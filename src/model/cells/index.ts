/** The built-in models: one line each. Adding one is a file of equations and a line here. */

import { buildModel } from '../build.js';
import type { Model } from '../model.js';
import type { Cell } from './cell.js';
import { gru } from './gru.js';
import { gruResetAfter } from './gru-reset-after.js';
import { lstm } from './lstm.js';
import { lstmCoupled } from './lstm-coupled.js';
import { lstmPeephole } from './lstm-peephole.js';
import { lstmRow } from './lstm-row.js';
import { rnn } from './rnn.js';

export type { Cell } from './cell.js';

export const CELLS: readonly Cell[] = [rnn, lstm, lstmRow, lstmPeephole, lstmCoupled, gru, gruResetAfter];

/** The built-in model of a name, or undefined. Every call builds it anew, with a workspace of its own. */
export function builtInModel(name: string): Model | undefined {
  const cell = CELLS.find((each) => each.name === name);
  if (cell === undefined) return undefined;
  return buildModel(cell.text, { name: cell.name, settings: { title: cell.title, ...(cell.convention === undefined ? {} : { convention: cell.convention }) } });
}
