/** Which reading was taken for what a line leaves open: reaches of partials, the meaning of δ, layout, the order of a product. */

import { printText } from '../notation/print-text.js';
import type { Choice, Lowered } from './choose.js';
import { referenceOf } from './leibniz.js';
import { openPartials, partialText } from './lowering.js';
import type { ReadStatement } from './reading.js';
import { styleNotes } from './style.js';

export function readingsOfLine(read: ReadStatement, lowered: Lowered | undefined, choice: Choice): Readonly<Record<string, string>> {
  const readings: Record<string, string> = {};
  const { names, model } = choice.judge;
  for (const side of [read.left, read.right]) {
    for (const partial of openPartials(side, choice.reading.composed)) {
      if (partial.kind !== 'derivative') continue;
      const plain = (formula: typeof partial.of | undefined): typeof partial.of | undefined => (formula?.kind === 'entry' ? formula.of : formula);
      const [of, by] = [plain(partial.of), plain(partial.by[0])].map((formula) => (formula === undefined ? undefined : referenceOf(formula)));
      const reach = of === undefined || by === undefined ? undefined : choice.reaches.get(partialText(of, by));
      if (reach !== undefined) readings[printText({ ...partial, reach: undefined }, names)] = reach;
    }
  }
  for (const label of read.deltas) {
    const name = choice.reading.deltas.get(label);
    if (name === undefined) continue;
    const shown = (key: string): string =>
      printText(
        {
          kind: 'name',
          quantity: {
            kind: 'adjoint',
            name: key,
            indices: (model.declarations.get(key)?.indices ?? []).map(({ letter }) => ({ monomials: [{ coefficient: 1, letters: [letter] }], key: letter })),
          },
          shape: { dims: [] },
        },
        names,
      );
    const others = choice.alsoDeltas.flatMap((deltas) => deltas.get(label) ?? []).filter((key) => key !== name);
    readings[label === '' ? 'δ' : `δ^${label}`] = [...new Set([name, ...others])].map(shown).join(' or ');
  }
  for (const note of styleNotes(choice.reading.style, choice.judge.sheet.settings)) readings[note.startsWith('vectors') ? 'vectors' : 'layout'] = note;
  if (lowered?.reordered === true) readings['∏'] = 'factors from the lower limit up';
  return readings;
}
