/** Walking parsed text: every name where a value is meant, with the letters that sums bind around it. Indices and conditions on them are not entered. */

import type { Region } from '../errors.js';
import type { NameSyntax, RelationChain, Statement, Syntax } from '../notation/syntax.js';

export type PlacedName = NameSyntax & { readonly region: Region };

export interface Sight {
  readonly name: PlacedName;
  /** Letters bound by sums around it. */
  readonly bound: ReadonlySet<string>;
  /** It stands before the brackets of a call, with so many arguments. */
  readonly callOf?: number;
}

/** The expressions directly inside another, in written order (indices left out). */
export function partsOf(syntax: Syntax): readonly Syntax[] {
  switch (syntax.kind) {
    case 'number':
    case 'constant':
    case 'name':
    case 'dots':
    case 'ones':
    case 'zeros':
    case 'identity':
    case 'indicator':
      return [];
    case 'differential':
    case 'transpose':
    case 'inverseTranspose':
    case 'absolute':
    case 'norm':
    case 'at':
    case 'entry':
    case 'slice':
      return [syntax.of];
    case 'sum':
      return syntax.terms.map(({ value }) => value);
    case 'juxtaposition':
      return syntax.factors;
    case 'product':
      return [syntax.first, ...syntax.rest.map(({ value }) => value)];
    case 'fraction':
      return [syntax.numerator, syntax.denominator];
    case 'power':
      return [syntax.base, syntax.exponent];
    case 'root':
      return syntax.degree === undefined ? [syntax.of] : [syntax.of, syntax.degree];
    case 'inner':
      return [syntax.left, syntax.right];
    case 'bigOperator':
      return [syntax.body];
    case 'application':
      return syntax.exponent === undefined ? syntax.args : [...syntax.args, syntax.exponent];
    case 'call':
      return syntax.exponent === undefined ? syntax.args : [...syntax.args, syntax.exponent];
    case 'derivative':
      return [...(syntax.of === undefined ? [] : [syntax.of]), ...syntax.by, ...(syntax.holding ?? [])];
    case 'blocks':
      return syntax.rows.flat();
    case 'tuple':
    case 'set':
      return syntax.items;
    case 'cases':
      return syntax.branches.flatMap(({ value, condition }) => [value, ...(condition === undefined ? [] : valueSides(condition))]);
  }
}

/** What a condition compares, where that is about declared values; letters of indices are not entered. */
function valueSides({ first, rest }: RelationChain): readonly Syntax[] {
  const sides = [first, ...rest.map(({ value }) => value)];
  let declared = false;
  for (const side of sides) visitNames(side, ({ name, callOf }) => (declared ||= callOf !== undefined || name.key !== undefined));
  return declared ? sides : [];
}

function boundBy(syntax: Syntax): readonly string[] {
  if (syntax.kind !== 'bigOperator') return [];
  switch (syntax.binding.kind) {
    case 'range':
      return [syntax.binding.letter];
    case 'letters':
      return syntax.binding.letters;
    case 'none':
      return [];
  }
}

/** Calls back for every name in an expression. */
export function visitNames(syntax: Syntax, see: (sight: Sight) => void, bound: ReadonlySet<string> = new Set()): void {
  if (syntax.kind === 'name') see({ name: syntax, bound });
  if (syntax.kind === 'call') see({ name: syntax.callee, bound, callOf: syntax.args.length });
  const letters = boundBy(syntax);
  const inside = letters.length === 0 ? bound : new Set([...bound, ...letters]);
  for (const part of partsOf(syntax)) visitNames(part, see, inside);
}

/** The expressions of a statement in which names may stand that nothing declares. */
export function expressionsOf(statement: Statement): readonly Syntax[] {
  switch (statement.kind) {
    case 'relation':
      return [statement.chain.first, ...statement.chain.rest.map(({ value }) => value)];
    case 'shape':
    case 'functionType':
    case 'distribution':
    case 'implication':
    case 'expression':
      return [];
  }
}

/** Calls back for an expression and everything in it, with the letters that limited sums bind around it. */
export function visitAll(syntax: Syntax, see: (inner: Syntax, bound: ReadonlySet<string>) => void): void {
  const go = (inner: Syntax, bound: ReadonlySet<string>): void => {
    see(inner, bound);
    const inside = inner.kind === 'bigOperator' && inner.binding.kind === 'range' ? new Set([...bound, inner.binding.letter]) : bound;
    for (const part of partsOf(inner)) go(part, inside);
  };
  go(syntax, new Set());
}
