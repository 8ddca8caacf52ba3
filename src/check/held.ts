/**
 * Which names stay as they are when a value is moved: the meaning of immediate, step and total (contract §3) in numbers.
 *
 * Total holds nothing; immediate holds every computed name but the one that is differentiated; step lets the names of that one's step follow.
 */

import type { Model } from '../model/model.js';
import type { Reach } from '../network/tensor.js';
import { lettersOf, wholeName } from '../network/whole.js';
import { type Instance, type Machine, type Place, placeKey, type Run } from '../numeric/index.js';

/** Letters along which some name reads itself or another at a shifted index: the directions of time. */
export function recurrenceLetters(model: Model): ReadonlySet<string> {
  const letters = new Set<string>();
  for (const { value, ranges } of model.equations) {
    const own = new Set(ranges.map(({ letter }) => letter));
    for (const { quantity } of model.workspace.quantities(value)) {
      if (quantity.kind === 'partial') continue;
      for (const index of quantity.indices) {
        if (wholeName(index) !== undefined) continue;
        for (const letter of lettersOf(index)) if (own.has(letter)) letters.add(letter);
      }
    }
  }
  return letters;
}

/** What tells steps apart: the directions of time, and in a model without any every index. */
function stepLetters(model: Model): ReadonlySet<string> {
  const letters = recurrenceLetters(model);
  return letters.size > 0 ? letters : new Set(model.letters.keys());
}

/** Numbers of the letters at a place: which step it belongs to. */
function stepOf(model: Model, place: Place, letters: ReadonlySet<string>): Map<string, number> {
  const ranges = model.declarations.get(place.name)?.indices ?? [];
  return new Map(ranges.flatMap(({ letter }, k) => (letters.has(letter) ? [[letter, place.indices[k] as number] as const] : [])));
}

/** Values without an index belong to every step. */
function sameStep(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  for (const [letter, at] of a) if ((b.get(letter) ?? at) !== at) return false;
  return true;
}

/** Whether a computed place keeps its value while another moves and `numerator` is watched; undefined when none does. */
export function heldPlaces(model: Model, numerator: Place | undefined, reach: Reach): ((place: Place) => boolean) | undefined {
  if (reach === 'total' || numerator === undefined) return undefined;
  const watched = placeKey(numerator.name, numerator.indices);
  if (reach === 'immediate') return (place) => placeKey(place.name, place.indices) !== watched;
  const letters = stepLetters(model);
  const step = stepOf(model, numerator, letters);
  return (place) => placeKey(place.name, place.indices) !== watched && !sameStep(stepOf(model, place, letters), step);
}

/**
 * A machine in which `moved` is an array that can be changed and the held places keep their current numbers, and that array.
 * The run must have been forwarded: the held numbers are those it computed.
 */
export function movable(run: Run, moved: Place, held: ((place: Place) => boolean) | undefined): { readonly machine: Machine; readonly variable: Float64Array } {
  const given = run.givenAt(moved.name, moved.indices);
  if (given !== undefined && held === undefined) return { machine: run.machine, variable: given.data };
  const variable = given?.data ?? Float64Array.from(run.value(moved.name, moved.indices).data);
  const movedKey = placeKey(moved.name, moved.indices);
  const current = (place: Place): Instance => run.instance(place.name, place.indices);
  const machine = run.machine.override((quantity, original) => {
    if (quantity.kind !== 'value') return undefined;
    if (placeKey(quantity.name, quantity.indices) === movedKey) return { kind: 'given', data: variable };
    if (held?.(quantity) !== true || original().kind !== 'equation') return undefined;
    return { kind: 'given', data: Float64Array.from(current(quantity).data) };
  });
  return { machine, variable };
}
