/** Parsed text with some of its parts put in place of others: the same node with every expression directly inside it replaced. */

import type { Syntax } from './syntax.js';

/** The node with `by` applied to the expressions directly inside it. Indices, limits and conditions stay as they are. */
export function mapParts(syntax: Syntax, by: (part: Syntax) => Syntax): Syntax {
  switch (syntax.kind) {
    case 'number':
    case 'constant':
    case 'name':
    case 'dots':
    case 'ones':
    case 'zeros':
    case 'identity':
    case 'indicator':
    case 'derivative':
    case 'cases':
      return syntax;
    case 'differential':
    case 'transpose':
    case 'inverseTranspose':
    case 'absolute':
    case 'norm':
    case 'at':
    case 'entry':
    case 'slice':
      return { ...syntax, of: by(syntax.of) };
    case 'sum':
      return { ...syntax, terms: syntax.terms.map((term) => ({ ...term, value: by(term.value) })) };
    case 'juxtaposition':
      return { ...syntax, factors: syntax.factors.map(by) };
    case 'product':
      return { ...syntax, first: by(syntax.first), rest: syntax.rest.map((part) => ({ ...part, value: by(part.value) })) };
    case 'fraction':
      return { ...syntax, numerator: by(syntax.numerator), denominator: by(syntax.denominator) };
    case 'power':
      return { ...syntax, base: by(syntax.base), exponent: by(syntax.exponent) };
    case 'root':
      return { ...syntax, of: by(syntax.of), ...(syntax.degree === undefined ? {} : { degree: by(syntax.degree) }) };
    case 'inner':
      return { ...syntax, left: by(syntax.left), right: by(syntax.right) };
    case 'bigOperator':
      return { ...syntax, body: by(syntax.body) };
    case 'application':
    case 'call':
      return { ...syntax, args: syntax.args.map(by) };
    case 'blocks':
      return { ...syntax, rows: syntax.rows.map((row) => row.map(by)) };
    case 'tuple':
    case 'set':
      return { ...syntax, items: syntax.items.map(by) };
  }
}
