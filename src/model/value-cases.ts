/**
 * Cases that ask about values (`a_t` if `a_t > 0`): each value times the entrywise function that is 1 where its condition holds.
 *
 * Conditions are taken to exclude each other, as in print; what none of them meets is the case without one, or zero.
 */

import type { Region } from '../errors.js';
import type { ProductSign, RelationChain, RelationSign, Syntax } from '../notation/syntax.js';
import { type Context, fail } from './context.js';
import { visitNames } from './syntax-walk.js';

type Branch = Extract<Syntax, { readonly kind: 'cases' }>['branches'][number];

const sidesOf = ({ first, rest }: RelationChain): readonly Syntax[] => [first, ...rest.map(({ value }) => value)];

/** Whether a value stands in the condition: a declared one, one with an index, or the argument of a function that is being defined. */
export function asksValues(chain: RelationChain, context: Context): boolean {
  let found = false;
  for (const side of sidesOf(chain)) {
    visitNames(side, ({ name, callOf }) => {
      const moves = name.raw.scripts.some(({ text }) => context.letters.has(text));
      found ||=
        callOf !== undefined || moves || (name.key !== undefined && context.names(name.key) !== undefined) || context.extra?.(name, context) !== undefined;
    });
  }
  return found;
}

/** The cases as a sum of products. Throws an InputError for a relation that has no indicator. */
export function casesAsSum(branches: readonly Branch[], context: Context, region: Region): Syntax {
  const masks = branches.flatMap(({ condition }) => (condition === undefined ? [] : [maskOf(condition, context)]));
  const [only] = masks;
  const rest = complement(only !== undefined && masks.length === 1 ? only : sum(masks, region));
  let next = 0;
  const terms = branches.flatMap(({ value, condition }) => {
    const mask = condition === undefined ? rest : (masks[next++] as Syntax);
    return value.kind === 'number' && Number(value.text) === 0 ? [] : [product([mask, value])];
  });
  return terms.length === 0 ? number('0', region) : { ...sum(terms, region), region };
}

function maskOf(chain: RelationChain, context: Context): Syntax {
  if (!asksValues(chain, context)) return { kind: 'indicator', condition: chain, region: chain.first.region };
  let left = chain.first;
  const masks = chain.rest.map(({ sign, value, signRegion }) => {
    const mask = relationMask(left, sign, value, signRegion);
    left = value;
    return mask;
  });
  return product(masks);
}

function relationMask(left: Syntax, sign: RelationSign, right: Syntax, region: Region): Syntax {
  switch (sign) {
    case '>':
      return positive(left, right);
    case '<':
      return positive(right, left);
    case '≥':
      return complement(positive(right, left));
    case '≤':
      return complement(positive(left, right));
    case '=':
      return product([complement(positive(left, right)), complement(positive(right, left))]);
    case '≠':
      return sum([positive(left, right), positive(right, left)], region);
    default:
      return fail({ ruleId: 'syntax', message: `\`${sign}\` is no condition on a value.`, fix: 'Use <, ≤, >, ≥, = or ≠.', region });
  }
}

const number = (text: string, region: Region): Syntax => ({ kind: 'number', text, region });

const sum = (values: readonly Syntax[], region: Region): Syntax =>
  values.length === 1 && values[0] !== undefined ? values[0] : { kind: 'sum', terms: values.map((value) => ({ sign: 1, value })), region, group: '(' };

const ENTRYWISE: ProductSign = 'hadamard';

function product(values: readonly Syntax[]): Syntax {
  const [first, ...rest] = values as readonly [Syntax, ...Syntax[]];
  if (rest.length === 0) return first;
  return {
    kind: 'product',
    first,
    rest: rest.map((value) => ({ sign: ENTRYWISE, value: value.kind === 'sum' ? { ...value, group: '(' } : value, signRegion: value.region })),
    region: first.region,
  };
}

const complement = (mask: Syntax): Syntax => ({
  kind: 'sum',
  terms: [
    { sign: 1, value: number('1', mask.region) },
    { sign: -1, value: mask },
  ],
  region: mask.region,
  group: '(',
});

/** 1 where `left` is above `right`. */
function positive(left: Syntax, right: Syntax): Syntax {
  const isZero = (side: Syntax): boolean => side.kind === 'number' && Number(side.text) === 0;
  const difference: Syntax = isZero(right)
    ? left
    : {
        kind: 'sum',
        terms: isZero(left)
          ? [{ sign: -1, value: right }]
          : [
              { sign: 1, value: left },
              { sign: -1, value: right },
            ],
        region: left.region,
      };
  return { kind: 'application', word: 'positive', args: [difference], primes: 0, options: [], bracketed: true, region: left.region };
}
