/** Lines that say something of a name without giving its value: a sum that is 1, signs and ranges, orthogonal, symmetric, diagonal. */

import { InputError, type Region } from '../errors.js';
import type { RelationChain, RelationSign, Syntax } from '../notation/syntax.js';
import type { Assumptions } from './model.js';

export interface AssumptionText {
  /** Key of the name that it is about. */
  readonly name: string;
  readonly says: Assumptions;
  readonly region: Region;
}

type Keyed = Extract<Syntax, { readonly kind: 'name' }> & { readonly key: string };

const isName = (syntax: Syntax | undefined): syntax is Keyed => syntax?.kind === 'name' && syntax.key !== undefined;
const isOne = (syntax: Syntax): boolean => numberOf(syntax) === 1;

/** The number that a text is, with its sign. */
export function numberOf(syntax: Syntax): number | undefined {
  if (syntax.kind === 'number') return Number(syntax.text);
  if (syntax.kind === 'constant' && syntax.name === 'infinity') return Infinity;
  if (syntax.kind === 'fraction') {
    const [top, bottom] = [numberOf(syntax.numerator), numberOf(syntax.denominator)];
    return top === undefined || bottom === undefined ? undefined : top / bottom;
  }
  const only = syntax.kind === 'sum' ? syntax.terms[0] : undefined;
  if (only === undefined || syntax.kind !== 'sum' || syntax.terms.length !== 1) return undefined;
  const value = numberOf(only.value);
  return value === undefined ? undefined : only.sign * value;
}

function sameName(a: Syntax, b: Syntax): boolean {
  if (!isName(a) || !isName(b) || a.key !== b.key || a.indices.length !== b.indices.length) return false;
  return a.raw.scripts.map(({ text }) => text).join() === b.raw.scripts.map(({ text }) => text).join();
}

const untransposed = (syntax: Syntax): Syntax => (syntax.kind === 'transpose' ? syntax.of : syntax);

/** The name whose entries a text sums up: Σ_k y_{t,k}, 1ᵀ y_t, sum(y_t). */
function summedName(syntax: Syntax): Keyed | undefined {
  switch (syntax.kind) {
    case 'bigOperator':
      return syntax.operator === 'sum' && isName(syntax.body) ? syntax.body : undefined;
    case 'application':
      return syntax.word === 'sum' && isName(syntax.args[0]) ? syntax.args[0] : undefined;
    case 'juxtaposition':
    case 'product': {
      const factors = syntax.kind === 'juxtaposition' ? syntax.factors : [syntax.first, ...syntax.rest.map(({ value }) => value)];
      const [a, b] = factors.map(untransposed);
      if (factors.length !== 2 || a === undefined || b === undefined) return undefined;
      if (a.kind === 'ones' && isName(b)) return b;
      return b.kind === 'ones' && isName(a) ? a : undefined;
    }
    case 'inner': {
      const [a, b] = [syntax.left, syntax.right];
      if (a.kind === 'ones' && isName(b)) return b;
      return b.kind === 'ones' && isName(a) ? a : undefined;
    }
    default:
      return undefined;
  }
}

/** The matrix Q of QᵀQ or QQᵀ. */
function gramName(syntax: Syntax): Keyed | undefined {
  const factors = syntax.kind === 'juxtaposition' ? syntax.factors : syntax.kind === 'product' ? [syntax.first, ...syntax.rest.map(({ value }) => value)] : [];
  const [a, b] = factors;
  if (factors.length !== 2 || a === undefined || b === undefined || (a.kind === 'transpose') === (b.kind === 'transpose')) return undefined;
  const [left, right] = [untransposed(a), untransposed(b)];
  return isName(left) && sameName(left, right) ? left : undefined;
}

function equality(left: Syntax, right: Syntax): { readonly name: Keyed; readonly says: Assumptions } | undefined {
  const summed = summedName(left);
  if (summed !== undefined && isOne(right)) return { name: summed, says: { sumsToOne: true } };
  const gram = gramName(left);
  if (gram !== undefined && right.kind === 'identity') return { name: gram, says: { orthogonal: true } };
  if (isName(left) && right.kind === 'transpose' && sameName(left, right.of)) return { name: left, says: { symmetric: true } };
  return undefined;
}

/** What an equation between two sides assumes, either way round; undefined when it is no assumption. */
export function assumedEquality(chain: RelationChain): readonly AssumptionText[] | undefined {
  const [only] = chain.rest;
  if (chain.rest.length !== 1 || only === undefined || only.sign !== '=') return undefined;
  const found = equality(chain.first, only.value) ?? equality(only.value, chain.first);
  return found === undefined ? undefined : [{ name: found.name.key, says: found.says, region: found.name.region }];
}

const ORDER: ReadonlySet<RelationSign> = new Set(['<', '≤', '>', '≥']);

export const isInequality = (chain: RelationChain): boolean => chain.rest.length > 0 && chain.rest.every(({ sign }) => ORDER.has(sign));

function bound(name: Keyed, sign: RelationSign, value: number): AssumptionText {
  const says: Assumptions = sign === '<' || sign === '≤' ? { high: value, highOpen: sign === '<' } : { low: value, lowOpen: sign === '>' };
  return { name: name.key, says, region: name.region };
}

const MIRROR: { readonly [S in RelationSign]?: RelationSign } = { '<': '>', '≤': '≥', '>': '<', '≥': '≤' };

/** Signs and ranges: σ > 0, 0 ≤ γ ≤ 1, also of several names. Throws an InputError for any other inequality. */
export function assumedInequality(chain: RelationChain): readonly AssumptionText[] {
  const found: AssumptionText[] = [];
  const named = (syntax: Syntax): readonly Keyed[] => (syntax.kind === 'tuple' ? syntax.items : [syntax]).filter(isName);
  let left = chain.first;
  for (const { sign, value } of chain.rest) {
    const [low, high] = [numberOf(left), numberOf(value)];
    if (high !== undefined) found.push(...named(left).map((name) => bound(name, sign, high)));
    else if (low !== undefined) found.push(...named(value).map((name) => bound(name, MIRROR[sign] ?? sign, low)));
    left = value;
  }
  if (found.length === 0) throw notAnAssumption(chain.first.region);
  return found;
}

/** The error for a line that is neither an equation nor an assumption that is understood. */
export function notAnAssumption(region: Region): InputError {
  return new InputError({
    ruleId: 'unknown-assumption',
    message: 'This line is neither an equation for a name nor an assumption that is understood.',
    why: 'Understood are a sum that is 1 (\\sum_k y_{t,k} = 1), signs and ranges (\\sigma > 0, 0 \\le \\gamma \\le 1), one-hot (y_t \\in \\{0,1\\}^m), orthogonal (Q^\\top Q = I), symmetric (W = W^\\top) and diagonal (\\Lambda = diag(\\lambda)).',
    fix: 'Write an equation with one name on the left, or one of these.',
    region,
  });
}
