/** Names where a value is meant: which scripts are its indices, which are positions along its axes, and what an undeclared letter can still be. */

import type { Problem, Region } from '../errors.js';
import { lettersOf, shiftWhole, subtractWhole, WHOLE_ONE, type Whole, wholeName, wholeValue } from '../network/whole.js';
import type { Formula, Shape } from '../notation/formula.js';
import type { IndexSyntax, NameSyntax } from '../notation/syntax.js';
import { type Context, defaultOrientation, fail, type LetterUse, type NameMeaning } from './context.js';
import { formula } from './formulas.js';
import type { IndexRange } from './model.js';
import { capitalKey } from './scripts.js';
import { nearest } from './settings.js';
import { rankOf, SCALAR, vectorShape } from './shapes.js';
import { letterName, lettersSideBySide, readWhole } from './wholes.js';

type Placed = NameSyntax & { readonly region: Region };

export interface Position {
  readonly whole: Whole;
  readonly region: Region;
}

/** Every index or position written at a name, `ij` counted as two. */
function positionsOf(indices: readonly IndexSyntax[], expected: number): readonly Position[] {
  const one = (wide: boolean): readonly Position[] =>
    indices.flatMap(({ value }) => (wide ? lettersSideBySide(value) : [value]).map((part) => ({ whole: readWhole(part), region: part.region })));
  const split = one(true);
  return split.length <= expected ? split : one(false).length >= expected ? one(false) : split;
}

/** An unknown name, with the nearest ones that are known. */
export function unknownName(name: Placed, context: Context): never {
  const written = letterName(name);
  const guess = nearest(
    written,
    context.known.filter((key) => key !== written),
  );
  const problem: Problem = {
    ruleId: 'unknown-name',
    message: `\`${written}\` is not declared.`,
    fix:
      guess === undefined
        ? context.known.length === 0
          ? 'Declare it with a shape line.'
          : `Declared are ${context.known.slice(0, 12).join(', ')}.`
        : `Did you mean \`${guess}\`?`,
    region: name.region,
  };
  return fail(problem);
}

/** Notes that letters of an index were used, and refuses letters that nothing binds. */
function useIndex(position: Position, range: IndexRange | undefined, context: Context): Whole {
  for (const letter of lettersOf(position.whole)) {
    const use = context.scope.get(letter);
    if (use !== undefined) {
      if (range !== undefined) use.indexOf ??= range;
    } else if (!context.sizes.has(letter)) {
      const what = context.letters.has(letter)
        ? `The letter ${letter} is free here: nothing sums over it, and the left side has no ${letter}.`
        : `${letter} is no index letter.`;
      return fail({
        ruleId: 'free-letter',
        message: what,
        fix: `Sum over it, give the left side the index ${letter}, or say its range (\`${letter} = 1, \\dots, N\`).`,
        region: position.region,
      });
    }
  }
  return position.whole;
}

/** Notes that a letter counts along an axis; a letter that is new here becomes free in the line. */
function usePosition(position: Position, dim: Whole, context: Context): Whole {
  const letter = wholeName(position.whole);
  for (const each of lettersOf(position.whole)) {
    if (context.sizes.has(each) && context.scope.get(each) === undefined) continue;
    const use: LetterUse = context.scope.get(each) ?? {};
    context.scope.set(each, use);
    if (letter !== each) continue;
    if (use.axis === undefined) use.axis = dim;
    else if (use.indexOf === undefined && !context.solver.unify(use.axis, dim)) {
      return fail({
        ruleId: 'shape-mismatch',
        message: `The letter ${each} runs over two axes of different sizes.`,
        why: `One has ${context.solver.resolve(use.axis).key} places, the other ${context.solver.resolve(dim).key}.`,
        region: position.region,
      });
    }
  }
  return position.whole;
}

/** Whether a script looks like one of the name's own indices rather than a place along an axis. */
function looksLikeIndex(whole: Whole, range: IndexRange, context: Context): boolean {
  const letters = [...lettersOf(whole)];
  return (
    letters.length === 0 ||
    letters.some(
      (letter) => letter === range.letter || context.letters.has(letter) || context.sizes.has(letter) || context.scope.get(letter)?.indexOf !== undefined,
    )
  );
}

/** Parts the scripts of a name into its own indices and positions along its axes. */
function divide(
  written: readonly Position[],
  meaning: NameMeaning,
  context: Context,
): { readonly own: readonly Position[]; readonly rest: readonly Position[] } {
  const count = meaning.indices.length;
  if (written.length <= count) return { own: written, rest: [] };
  const first = meaning.indices[0];
  if (count === 1 && first !== undefined) {
    const at = Math.max(
      0,
      written.findIndex(({ whole }) => looksLikeIndex(whole, first, context)),
    );
    return { own: written.slice(at, at + 1), rest: written.filter((_, k) => k !== at) };
  }
  return { own: written.slice(0, count), rest: written.slice(count) };
}

/** The entry (or row) of a value at positions along its leading axes. */
export function entryOf(of: Formula, positions: readonly Position[], context: Context, region: Region): Formula {
  if (positions.length === 0) return of;
  const { dims } = of.shape;
  if (positions.length > dims.length) {
    return fail({
      ruleId: 'ill-shaped',
      message: `${positions.length} positions are given, and there ${dims.length === 1 ? 'is one axis' : `are ${dims.length} axes`}.`,
      region,
    });
  }
  const wholes = positions.map((position, k) => {
    const dim = dims[k] ?? WHOLE_ONE;
    const number = wholeValue(position.whole);
    const size = wholeValue(context.solver.resolve(dim));
    if (number !== undefined && (number < 1 || (size !== undefined && number > size)))
      fail({
        ruleId: 'out-of-range',
        message: `There is no entry ${number}: positions run from 1 to ${context.solver.resolve(dim).key}.`,
        region: position.region,
      });
    return usePosition(position, dim, context);
  });
  const left = dims.slice(positions.length);
  const [only] = left;
  const shape: Shape = left.length === 0 ? SCALAR : left.length === 1 && only !== undefined ? vectorShape(only, defaultOrientation(context)) : { dims: left };
  return formula({ kind: 'entry', of, positions: wholes }, shape, region);
}

/** The value of a declared name with the scripts that were written at it. */
function declared(name: Placed, meaning: NameMeaning, context: Context): Formula {
  const count = meaning.indices.length;
  let written = positionsOf(name.indices, count + rankOf(meaning.shape));
  if (written.length < count && context.impliedIndices === true) {
    written = [...written, ...meaning.indices.slice(written.length).map((range) => ({ whole: readWholeLetter(range), region: name.region }))];
  }
  if (written.length < count) {
    const letters = meaning.indices.map(({ letter }) => letter).join(',');
    return fail({
      ruleId: 'missing-index',
      message: `\`${meaning.text}\` stands without its index.`,
      why: `It is declared with the index ${letters}.`,
      fix: `Write \`${meaning.text}_{${letters}}\`.`,
      region: name.region,
    });
  }
  const { own, rest } = divide(written, meaning, context);
  const indices = own.map((position, k) => useIndex(stepped(position, meaning.indices[k]), meaning.indices[k], context));
  const value = formula({ kind: 'name', quantity: { kind: 'value', name: meaning.key, indices } }, meaning.shape, name.region);
  return entryOf(value, rest, context, name.region);
}

/** `_prev` and `_next` are the steps before and after. */
function stepped(position: Position, range: IndexRange | undefined): Position {
  const word = wholeName(position.whole);
  if (range === undefined || (word !== 'prev' && word !== 'next')) return position;
  return { ...position, whole: shiftWhole(readWholeLetter(range), word === 'prev' ? -1 : 1) };
}

function readWholeLetter(range: IndexRange): Whole {
  return { monomials: [{ coefficient: 1, letters: [range.letter] }], key: range.letter };
}

/** `w_{ij}`, `w_{ij}^{(1)}`: the entry of the capital matrix W, W^{(1)}, unless the small name is declared. */
function smallEntry(name: Placed, context: Context): Formula | undefined {
  const { raw } = name;
  const subscripts = raw.scripts.filter(({ place }) => place === 'subscript' || place === 'bracket' || place === 'argument');
  const letters = subscripts.flatMap(({ text }) => (/^[a-z]{2}$/.test(text) ? [...text] : [text]));
  if (letters.length !== 2 || !letters.every((letter) => /^([a-z]|\d+)$/.test(letter))) return undefined;
  const key = capitalKey(raw);
  const meaning = key === undefined ? undefined : context.names(key);
  if (meaning === undefined || meaning.indices.length > 0 || rankOf(meaning.shape) !== 2) return undefined;
  const value = formula({ kind: 'name', quantity: { kind: 'value', name: meaning.key, indices: [] } }, meaning.shape, name.region);
  return entryOf(
    value,
    letters.map((letter) => ({ whole: wholeOf(letter), region: name.region })),
    context,
    name.region,
  );
}

const wholeOf = (text: string): Whole => {
  const value = Number(text);
  const monomials = Number.isInteger(value) ? (value === 0 ? [] : [{ coefficient: value, letters: [] }]) : [{ coefficient: 1, letters: [text] }];
  return { monomials, key: text };
};

/** `δ_{ij}` of two letters, where δ is not declared. */
function kronecker(name: Placed, context: Context): Formula | undefined {
  if (name.raw.base !== 'delta' || name.raw.primes > 0 || name.raw.accents.length > 0) return undefined;
  const parts: readonly Position[] =
    name.indices.length > 0
      ? positionsOf(name.indices, 2)
      : name.labels.flatMap(({ text, region }) => (/^[a-z]{2}$/.test(text) ? [...text] : [text]).map((letter) => ({ whole: wholeOf(letter), region })));
  const [left, right] = parts;
  if (parts.length !== 2 || left === undefined || right === undefined) return undefined;
  for (const letter of [...lettersOf(left.whole), ...lettersOf(right.whole)]) if (!context.scope.has(letter)) context.scope.set(letter, {});
  const [a, b] = [wholeName(left.whole), wholeName(right.whole)].map((letter) => (letter === undefined ? undefined : context.scope.get(letter)));
  if (a !== undefined && b !== undefined) linkAxes(a, b, context);
  return formula({ kind: 'kronecker', left: left.whole, right: right.whole }, SCALAR, name.region);
}

/** Two letters that are compared run over axes of one size. */
export function linkAxes(a: LetterUse, b: LetterUse, context: Context): void {
  if (a.axis !== undefined && b.axis === undefined && b.indexOf === undefined) b.axis = a.axis;
  else if (b.axis !== undefined && a.axis === undefined && a.indexOf === undefined) a.axis = b.axis;
  else if (a.axis !== undefined && b.axis !== undefined) context.solver.unify(a.axis, b.axis);
}

/** A name where a value is meant. Throws an InputError (`unknown-name`, `missing-index`, `free-letter`, `ill-shaped`). */
export function elaborateName(name: Placed, context: Context): Formula {
  const own = context.extra?.(name, context);
  if (own !== undefined) return own;
  const key = context.keyOf === undefined ? name.key : context.keyOf(name);
  if (key !== undefined) {
    const meaning = context.names(key);
    if (meaning !== undefined) return declared(name, meaning, context);
    if (context.functions(key) !== undefined) {
      return fail({ ruleId: 'missing-argument', message: `\`${key}\` is a function and stands without its argument.`, region: name.region });
    }
  }
  const letter = letterName(name);
  if (context.scope.has(letter) || context.sizes.has(letter) || context.letters.has(letter)) {
    if (!context.scope.has(letter) && !context.sizes.has(letter)) useIndex({ whole: wholeOf(letter), region: name.region }, undefined, context);
    return formula({ kind: 'whole', value: wholeOf(letter) }, SCALAR, name.region);
  }
  return smallEntry(name, context) ?? kronecker(name, context) ?? unknownName(name, context);
}

/** How many places a range has: to − from + 1. */
export const countOf = (from: Whole, to: Whole): Whole => shiftWhole(subtractWhole(to, from), 1);
