/** Index terms and sizes as whole-number expressions: `t-1`, `n+d`, `2n`, `(k-1)m`. */

import type { Problem } from '../errors.js';
import { addWhole, multiplyWhole, scaleWhole, WHOLE_ZERO, type Whole, wholeLetter, wholeNumber } from '../network/whole.js';
import type { NameSyntax, Syntax } from '../notation/syntax.js';
import { fail } from './context.js';

const LARGEST = 1e9;

/** A size or letter name without punctuation that a key does not carry: `d_k`, `T`, `t`. */
export function letterName(name: NameSyntax): string {
  const { raw } = name;
  const labels = raw.scripts.map(({ place, text }) => (place === 'subscript' ? `_${text}` : `^${text}`));
  return [...raw.accents, raw.base].join(' ') + labels.join('') + "'".repeat(raw.primes);
}

const problemOf = (syntax: Syntax): Problem => ({
  ruleId: 'not-whole',
  message: 'Here stands an index or a size, and this is not a whole-number expression.',
  why: 'Indices and sizes are whole numbers, letters, and sums and products of them, such as t−1 or n+d.',
  region: syntax.region,
});

/** The whole-number expression that a text is, or undefined when it is something else. */
export function asWhole(syntax: Syntax): Whole | undefined {
  switch (syntax.kind) {
    case 'number': {
      const value = Number(syntax.text);
      return Number.isInteger(value) && value <= LARGEST ? wholeNumber(value) : undefined;
    }
    case 'name':
      return syntax.raw.model === undefined ? wholeLetter(letterName(syntax)) : undefined;
    case 'sum': {
      let sum: Whole = WHOLE_ZERO;
      for (const { sign, value } of syntax.terms) {
        const term = asWhole(value);
        if (term === undefined) return undefined;
        sum = addWhole(sum, scaleWhole(term, sign));
      }
      return sum;
    }
    case 'juxtaposition':
      return product(syntax.factors);
    case 'product':
      return syntax.rest.every(({ sign }) => sign === 'dot' || sign === 'times' || sign === 'star')
        ? product([syntax.first, ...syntax.rest.map(({ value }) => value)])
        : undefined;
    default:
      return undefined;
  }
}

function product(factors: readonly Syntax[]): Whole | undefined {
  let result = wholeNumber(1);
  for (const factor of factors) {
    const whole = asWhole(factor);
    if (whole === undefined) return undefined;
    result = multiplyWhole(result, whole);
  }
  return result;
}

/** As `asWhole`; throws an InputError where the text is no index or size. */
export function readWhole(syntax: Syntax): Whole {
  return asWhole(syntax) ?? fail(problemOf(syntax));
}

/** Letters of the expression that are one letter each, in written order: the indices `ij` of `W_{ij}`. */
export function lettersSideBySide(syntax: Syntax): readonly Syntax[] {
  return syntax.kind === 'juxtaposition' && syntax.factors.every((factor) => factor.kind === 'name' || factor.kind === 'number') ? syntax.factors : [syntax];
}
