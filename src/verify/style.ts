/**
 * The writer's conventions: one choice for the whole answer. What may be chosen, in the order in which ties are settled, and how it is said.
 */

import type { Settings } from '../model/model.js';
import type { Orientation } from '../notation/formula.js';

/** How vectors lie, and which way derivatives lie. */
export interface Style {
  readonly convention: Orientation;
  readonly layout: Settings['layout'];
}

export const sameStyle = (a: Style, b: Style): boolean => a.convention === b.convention && a.layout === b.layout;

/** The styles an answer may be written in: what its front matter pins stays; the sheet's own first. */
export function stylesFor(sheet: Settings, own: Partial<Settings>): readonly Style[] {
  const conventions: readonly Orientation[] =
    own.convention !== undefined ? [own.convention] : [sheet.convention, sheet.convention === 'row' ? 'column' : 'row'];
  const pinned = own.layout;
  const layouts: readonly Style['layout'][] =
    pinned !== undefined ? [pinned] : [...new Set([sheet.layout, undefined, 'gradient', 'numerator', 'mixed'] as const)];
  return conventions.flatMap((convention) => layouts.map((layout) => ({ convention, layout })));
}

/** What a style is called where it is not the sheet's. */
export function styleNotes(style: Style, sheet: Settings): readonly string[] {
  const notes: string[] = [];
  if (style.convention !== sheet.convention) notes.push(`vectors read as ${style.convention}s`);
  if (style.layout !== sheet.layout && style.layout !== undefined) notes.push(LAYOUTS[style.layout]);
  return notes;
}

const LAYOUTS: { readonly [L in NonNullable<Settings['layout']>]: string } = {
  gradient: 'gradient layout: a derivative has the shape of its variable, ∂h/∂x is the transposed Jacobian',
  numerator: 'numerator layout: gradients of vectors are rows, ∂h/∂x is the Jacobian',
  mixed: 'mixed layout: gradients of vectors are rows, those of matrices have the shape of the matrix',
};
