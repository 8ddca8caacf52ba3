/** The catalogue of mistakes: one table, by family. A new mistake is one entry. */

import type { Alteration } from '../mutate/alteration.js';
import { ACTIVATIONS } from './activations.js';
import { ATTENTION } from './attention.js';
import { GATES } from './gates.js';
import { GENERAL } from './general.js';
import { LOSSES } from './losses.js';
import type { Mistake, Situation } from './mistake.js';
import { RECURRENCE } from './recurrence.js';

export type { Mistake, Showcase, Situation } from './mistake.js';

export const MISTAKES: readonly Mistake[] = [...RECURRENCE, ...ACTIVATIONS, ...LOSSES, ...GATES, ...ATTENTION, ...GENERAL];

/** The mistakes that a change is, the most special first. */
export function mistakesOf(alteration: Alteration, situation: Situation): readonly Mistake[] {
  return MISTAKES.filter((mistake) => mistake.realises(alteration, situation)).sort((a, b) => b.rank - a.rank);
}
