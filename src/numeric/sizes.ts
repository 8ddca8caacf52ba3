/**
 * Sizes read off the shapes of given values: each axis and each range says that an expression in size names equals a number.
 *
 * An equation with one unknown name is solved, until none is left to solve (each round settles at least one name, so the rounds end); then all must hold.
 */

import { InputError, type Problem } from '../errors.js';
import type { Model } from '../model/model.js';
import { evaluateWhole, lettersOf, solveWhole, substituteWhole, subtractWhole, type Whole, wholeNumber } from '../network/whole.js';
import { printWhole } from '../notation/spelling.js';

/** `axis` of the value under `key` has this length. */
export interface SizeConstraint {
  readonly key: string;
  readonly whole: Whole;
  readonly length: number;
  /** What is counted: "rows of W_f", "steps of x". */
  readonly what: string;
}

/** Sizes from constraints and from what is given. Throws an InputError for every contradiction, and for sizes that nothing settles. */
export function solveSizes(model: Model, given: ReadonlyMap<string, number>, constraints: readonly SizeConstraint[]): Map<string, number> {
  const sizes = new Map(given);
  const origin = new Map<string, string>([...given].map(([name]) => [name, 'the given sizes']));
  for (let settled = true; settled; ) {
    settled = false;
    for (const constraint of constraints) {
      const found = solveOne(constraint, sizes, model.sizes);
      if (found === undefined) continue;
      sizes.set(found.name, found.value);
      origin.set(found.name, constraint.key);
      settled = true;
    }
  }
  const problems = constraints.flatMap((constraint) => contradiction(constraint, sizes, origin));
  if (problems.length > 0) throw new InputError(problems);
  const open = model.sizes.filter((name) => !sizes.has(name));
  if (open.length > 0) {
    throw new InputError({
      ruleId: 'missing-size',
      message: `The values do not say what ${open.join(', ')} ${open.length === 1 ? 'is' : 'are'}.`,
      fix: `Add "sizes": {${open.map((name) => `"${name}": 3`).join(', ')}}.`,
    });
  }
  return sizes;
}

function solveOne(
  { whole, length }: SizeConstraint,
  sizes: ReadonlyMap<string, number>,
  names: readonly string[],
): { name: string; value: number } | undefined {
  const rest = substituteWhole(subtractWhole(whole, wholeNumber(length)), new Map([...sizes].map(([name, value]) => [name, wholeNumber(value)])));
  const unknown = [...lettersOf(rest)];
  const name = unknown[0];
  if (unknown.length !== 1 || name === undefined || !names.includes(name)) return undefined;
  const value = evaluateWhole(solveWhole(rest, name) ?? dividedBy(rest, name) ?? rest, sizes);
  return value === undefined || value < 0 ? undefined : { name, value };
}

/** The root of a·n + b where a is not ±1 but divides b. */
function dividedBy(whole: Whole, name: string): Whole | undefined {
  const slope = whole.monomials.find(({ letters }) => letters.length === 1 && letters[0] === name)?.coefficient;
  const constant = whole.monomials.find(({ letters }) => letters.length === 0)?.coefficient ?? 0;
  if (slope === undefined || whole.monomials.length > 2 || !Number.isInteger(constant / slope)) return undefined;
  return wholeNumber(-constant / slope);
}

function contradiction({ key, whole, length, what }: SizeConstraint, sizes: ReadonlyMap<string, number>, origin: ReadonlyMap<string, string>): Problem[] {
  const expected = evaluateWhole(whole, sizes);
  if (expected === length || expected === undefined) return [];
  const names = [...lettersOf(whole)];
  const known = names.map((name) => `${name} = ${sizes.get(name)} from ${origin.get(name) ?? 'elsewhere'}`).join(', ');
  return [
    {
      ruleId: 'shape-mismatch',
      message: `${key}: ${what} should be ${printWhole(whole, 'text')}${names.length > 0 ? ` = ${expected}` : ''} but ${length} are given.`,
      ...(known === '' ? {} : { why: `${known}.` }),
    },
  ];
}
