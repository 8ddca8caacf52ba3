/** What a built-in model is: a name, a title and its equations in the notation of sheets. */

import type { Orientation } from '../../notation/formula.js';

export interface Cell {
  readonly name: string;
  readonly title: string;
  readonly convention?: Orientation;
  readonly text: string;
}
