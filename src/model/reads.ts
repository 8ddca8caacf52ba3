/** What an equation reads: every value in its right side with its indices and the letters bound around it. */

import type { Whole } from '../network/whole.js';
import type { Formula } from '../notation/formula.js';
import { childrenOf } from './formulas.js';
import type { IndexRange } from './model.js';

export interface Read {
  readonly name: string;
  readonly indices: readonly Whole[];
  /** Letters that sums and products around it bind. */
  readonly bound: ReadonlyMap<string, IndexRange>;
  /** It stands inside a derivative: the backward pass is read, not the value. */
  readonly differentiated: boolean;
}

function bindingOf(formula: Formula): IndexRange | undefined {
  switch (formula.kind) {
    case 'rangeSum':
    case 'rangeBlocks':
      return { letter: formula.letter, from: formula.from, to: formula.to };
    case 'rangeProduct':
      return formula.falling ? { letter: formula.letter, from: formula.to, to: formula.from } : { letter: formula.letter, from: formula.from, to: formula.to };
    default:
      return undefined;
  }
}

/** All values read in a formula, in written order. */
export function readsOf(source: Formula): readonly Read[] {
  const found: Read[] = [];
  const go = (formula: Formula, bound: ReadonlyMap<string, IndexRange>, differentiated: boolean): void => {
    if (formula.kind === 'name' && formula.quantity.kind !== 'partial') {
      found.push({
        name: formula.quantity.name,
        indices: formula.quantity.indices,
        bound,
        differentiated: differentiated || formula.quantity.kind === 'adjoint',
      });
    }
    const binding = bindingOf(formula);
    const inside = binding === undefined ? bound : new Map([...bound, [binding.letter, binding]]);
    for (const child of childrenOf(formula)) go(child, inside, differentiated || formula.kind === 'derivative');
  };
  go(source, new Map(), false);
  return found;
}
