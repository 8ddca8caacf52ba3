/**
 * Mistakes in an answer's own recursions: ∂J/∂h_t = D_t is wrong because of the line that defines D.
 *
 * The step of the recursion is searched for a single change, with the adjoint that it was meant for in the name's place.
 */

import type { Formula } from '../notation/formula.js';
import { mapChildren, substituteFormula } from '../notation/walk.js';
import type { Choice } from './choose.js';
import { diagnose } from './diagnose.js';
import type { Reading } from './reading.js';
import type { DiagnosisOptions, Diagnostic, ReadLine } from './types.js';

const isSettled = (found: readonly Diagnostic[]): boolean => found.some(({ repair }) => repair?.proved === true);

/** What `found` says, or where it found no repair, the mistake in the recursion that the line uses. */
export function blamed(line: ReadLine, found: readonly Diagnostic[], { judge, reading }: Choice, options: DiagnosisOptions): readonly Diagnostic[] {
  if (isSettled(found)) return found;
  const step = withRecursion(line, reading);
  if (step === undefined) return found;
  const deeper = diagnose({ ...line, right: step }, judge, options);
  return isSettled(deeper) ? deeper.map((one) => ({ ...one, message: `In the recursion that this line uses: ${one.message}` })) : found;
}

/** A = D_t, A an adjoint: the step of D's recursion with A in the place of D. */
function withRecursion({ left, right }: ReadLine, reading: Reading): Formula | undefined {
  if (left.kind !== 'derivative' && !(left.kind === 'name' && left.quantity.kind === 'adjoint')) return undefined;
  if (right.kind !== 'name' || right.quantity.kind !== 'value' || !reading.source.recursions.has(right.quantity.name.slice(1))) return undefined;
  const key = right.quantity.name;
  const [index] = right.quantity.indices;
  const letter = index?.key ?? '';
  const step = reading.items.find(
    (item) =>
      item.kind === 'definition' &&
      item.key === key &&
      item.left.kind === 'name' &&
      item.left.quantity.kind === 'value' &&
      item.left.quantity.indices[0]?.key === letter,
  );
  if (step?.kind !== 'definition') return undefined;
  const put = (formula: Formula): Formula => {
    if (formula.kind !== 'name' || formula.quantity.kind !== 'value' || formula.quantity.name !== key) return mapChildren(formula, put);
    const [place] = formula.quantity.indices;
    return place === undefined ? formula : substituteFormula(left, new Map([[letter, place]]));
  };
  return put(step.right);
}
