/** Which models a line speaks of, from the names in front of its names. */

import type { Model } from '../../model/index.js';

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** The line names something of this model: `full.f_t`. */
export const mentions = (text: string, name: string): boolean => new RegExp(`(?:^|[^\\w.\\\\])${escaped(name)}\\.(?=[\\\\A-Za-z(])`).test(text);

/** Whether a name without a model in front stands in the line: a side of the base model's own. */
export function needsBase(text: string, names: readonly string[], model: Model): boolean {
  if (names.includes(model.name)) return false;
  const [first] = text.split(/\bwhere\b/);
  const sides = (first ?? '').split(/=>|\\Rightarrow|\\implies|⇒|[=<>≤≥]/);
  return sides.some((side) => side.trim() !== '' && !names.some((name) => mentions(side, name)) && /[A-Za-z]/.test(side));
}
