/** Names of sizes and lengths: what shape lines, ends of ranges and limits of sums mention. */

import type { Statement, Syntax } from '../notation/syntax.js';
import { expressionsOf, visitAll, visitNames } from './syntax-walk.js';
import { letterName } from './wholes.js';

/** Limits of the sums of an expression; of those that are no bare name only capital ones can be lengths. */
function limitsIn(syntax: Syntax): readonly { readonly end: Syntax; readonly bound: ReadonlySet<string> }[] {
  const found: { readonly end: Syntax; readonly bound: ReadonlySet<string> }[] = [];
  visitAll(syntax, (inner, bound) => {
    if (inner.kind !== 'bigOperator' || inner.binding.kind !== 'range') return;
    for (const end of [inner.binding.from, inner.binding.to]) if (end.kind !== 'name' || /^[A-Z]/.test(end.raw.base)) found.push({ end, bound });
  });
  return found;
}

/** Every size and length that statements mention, but for what `isTaken` says is a letter or a declared name. */
export function sizesIn(statements: readonly Statement[], isTaken: (letter: string) => boolean): ReadonlySet<string> {
  const sizes = new Set<string>();
  const take = (syntax: Syntax, bound: ReadonlySet<string> = new Set()): void =>
    visitNames(syntax, ({ name }) => {
      const letter = letterName(name);
      if (!isTaken(letter) && !bound.has(letter)) sizes.add(letter);
    });
  for (const statement of statements) {
    if (statement.kind === 'shape') for (const dim of statement.shape.dims) take(dim);
    if (statement.kind === 'functionType') for (const { dims } of [...statement.from, statement.to]) for (const dim of dims) take(dim);
    for (const { from, to } of statement.trailer.ranges) for (const end of [from, to]) take(end);
    for (const { end, bound } of expressionsOf(statement).flatMap(limitsIn)) take(end, bound);
  }
  return sizes;
}
