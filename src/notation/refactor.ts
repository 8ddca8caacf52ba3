/**
 * Sums put together again: x ⊙ a + x ⊙ b is x ⊙ (a + b), A x + A y is A (x + y), sums over one range are one sum.
 *
 * Works on expressions rather than on networks: there every linear place (a matrix's argument, either side of an outer product, the body of a
 * sum) is a field of a node, so "equal but for one place" is equality of structural keys. Each merge lowers the number of terms, so the loop ends.
 */

import {
  addRational,
  equalRational,
  isNegative,
  isOne,
  isZero,
  MINUS_ONE,
  multiplyRational,
  negateRational,
  ONE,
  type Rational,
  rational,
} from '../network/rational.js';
import type { Whole } from '../network/whole.js';
import {
  baseOf,
  chain,
  diagonalMatrix,
  dot,
  type Expression,
  image,
  isConstant,
  make,
  number,
  ones,
  outer,
  partsOf,
  power,
  product,
  rangeSum,
  transpose,
} from './expression.js';
import { compareTerms, type DeclarationOrder } from './order.js';
import { ordered } from './series-parallel.js';
import { stacked } from './stacks.js';

/** A place in a term in which the term is linear: what surrounds it (as a key), what stands there, and how to put something else there. */
interface Place {
  readonly context: string;
  readonly content: Expression;
  /** It is one factor of a product, not the argument of something linear. */
  readonly isFactor?: boolean;
  /** Lower is preferred among places shared by equally many terms. */
  readonly preference: number;
  put(content: Expression): Expression;
}

/** The sum of expressions of one shape, factored for printing. */
export function sumOf(terms: readonly Expression[], dims: readonly Whole[], order: DeclarationOrder): Expression {
  let current = collect(
    terms.flatMap((term) => (term.kind === 'sum' ? term.terms : [term])),
    dims,
  );
  for (;;) {
    const merged = stacked(current, dims, (parts, size) => sumOf(parts, size, order)) ?? mergeOnce(current, dims, order);
    if (merged === undefined) break;
    current = collect(merged, dims);
  }
  const [only] = current;
  if (only === undefined) return number(rational(0), dims);
  if (dims.length > 0 && current.every(isConstant)) return constantSum(current, dims, order);
  if (current.length === 1) return only;
  return withNumberInFront(current, dims, order);
}

/** a 𝟏 + b 𝟏 is (a + b) 𝟏. */
function constantSum(terms: readonly Expression[], dims: readonly Whole[], order: DeclarationOrder): Expression {
  const scalars = terms.map((term) =>
    product(
      partsOf(term).coefficient,
      partsOf(term).factors.filter(({ kind }) => kind !== 'ones'),
      [],
    ),
  );
  return product(ONE, [sumOf(scalars, [], order), ones(dims)], dims);
}

/** Like terms added up, zero ones dropped. */
function collect(terms: readonly Expression[], dims: readonly Whole[]): Expression[] {
  const sums = new Map<string, { coefficient: Rational; factors: readonly Expression[] }>();
  for (const term of terms) {
    const { coefficient, factors } = partsOf(term);
    const key = product(ONE, factors, dims).key;
    const known = sums.get(key);
    sums.set(key, { coefficient: known === undefined ? coefficient : addRational(known.coefficient, coefficient), factors });
  }
  return [...sums.values()].filter(({ coefficient }) => !isZero(coefficient)).map(({ coefficient, factors }) => product(coefficient, factors, dims));
}

/** 2 (a + b): a number that all terms share, up to sign; a sum of negative terms alone gets its sign in front. */
function withNumberInFront(terms: readonly Expression[], dims: readonly Whole[], order: DeclarationOrder): Expression {
  const coefficients = terms.map((term) => partsOf(term).coefficient);
  const size = (value: Rational): Rational => (isNegative(value) ? negateRational(value) : value);
  const first = size(coefficients[0] ?? ONE);
  const shared = coefficients.every((each) => equalRational(size(each), first)) ? first : ONE;
  const sign = coefficients.every(isNegative) ? MINUS_ONE : ONE;
  const common = multiplyRational(shared, sign);
  const divided = isOne(common)
    ? terms
    : terms.map((term) =>
        scale(term, {
          numerator: common.denominator * (isNegative(common) ? -1n : 1n),
          denominator: isNegative(common) ? -common.numerator : common.numerator,
        }),
      );
  const sum = make({ kind: 'sum', terms: [...divided].sort((a, b) => compareTerms(a, b, order)) }, dims);
  return isOne(common) ? sum : product(common, [sum], dims);
}

function scale(term: Expression, by: Rational): Expression {
  const { coefficient, factors } = partsOf(term);
  return product(multiplyRational(coefficient, by), factors, term.dims);
}

// ---------------------------------------------------------------- merging terms that share a place

/** Merges the terms that share the best place; undefined when no two terms share any. */
function mergeOnce(terms: readonly Expression[], dims: readonly Whole[], order: DeclarationOrder): Expression[] | undefined {
  const shared = new Map<string, { place: Place; members: Map<number, Place> }>();
  terms.forEach((term, index) => {
    for (const place of placesOf(term)) {
      const known = shared.get(place.context);
      if (known === undefined) shared.set(place.context, { place, members: new Map([[index, place]]) });
      else if (!known.members.has(index)) known.members.set(index, place);
    }
  });
  const bare = (members: ReadonlyMap<number, Place>): boolean =>
    [...members.values()].every(({ content }) => partsOf(content).factors.every(({ kind }) => kind === 'ones'));
  const candidates = [...shared.values()].filter(({ place, members }) => members.size > 1 && !(place.context.startsWith(ROWS_OF) && bare(members)));
  const plain = (members: ReadonlyMap<number, Place>): boolean =>
    [...members.values()].some(({ content }) => partsOf(content).factors.every(({ kind }) => kind === 'ones'));
  candidates.sort(
    (a, b) =>
      b.members.size - a.members.size ||
      a.place.preference - b.place.preference ||
      Number(plain(b.members)) - Number(plain(a.members)) ||
      (a.place.context < b.place.context ? -1 : 1),
  );
  for (const { place, members } of candidates) {
    const contents = [...members.values()].map(({ content }) => content);
    const content = sumOf(contents, place.content.dims, order);
    if (place.isFactor && !reads(content, contents)) continue;
    const merged = partsOf(place.put(content));
    return [...terms.filter((_, index) => !members.has(index)), ordered(merged.coefficient, merged.factors, dims, order)];
  }
  return undefined;
}

/**
 * Whether a common factor is worth taking out: the bracket that is left must be a product again, or a plain sum such as 1 − h² or a − b.
 * Terms that hold brackets of their own are paths of a derivative; they stay apart, as textbooks leave them.
 */
function reads(content: Expression, contents: readonly Expression[]): boolean {
  if (content.kind !== 'sum') return true;
  if (contents.some((each) => each.kind === 'sum' && each.terms.some(isConstant))) return false;
  return content.terms.every((term) => {
    const factors = partsOf(term).factors.filter(({ kind }) => kind !== 'ones');
    return factors.length <= 2 && factors.every((factor) => baseOf(factor).base.kind !== 'sum');
  });
}

/** All places of a term, each with the number and the other scalars inside the content. */
function placesOf(term: Expression): Place[] {
  const { coefficient, factors } = partsOf(term);
  const places: Place[] = [];
  const own = factors.filter((factor) => factor.dims.length === term.dims.length && factor.kind !== 'ones');
  const [only] = own;
  if (own.length === 1 && only !== undefined) {
    const others = factors.filter((factor) => factor !== only && factor.kind !== 'ones');
    const inside = (content: Expression): Expression => product(coefficient, [...others, content], content.dims);
    for (const place of linearPlaces(only)) places.push({ ...place, content: inside(place.content) });
    const rows = scaledRows(only);
    if (rows !== undefined)
      places.push({
        context: `${ROWS_OF}${rows.matrix.key}`,
        content: inside(rows.by),
        preference: 1,
        put: (content) => chain([diagonalMatrix(content), rows.matrix]),
      });
    const scaled = scaledEntries(only);
    if (scaled !== undefined)
      places.push({
        context: `*${scaled.matrix.key}`,
        content: inside(scaled.by),
        preference: 2,
        isFactor: true,
        put: (content) => product(ONE, [scaled.matrix, content], term.dims),
      });
  }
  factors.forEach((factor, at) => {
    if (factor.kind === 'ones') return;
    const { base, exponent } = baseOf(factor);
    if (isZero(exponent) || base.kind === 'indicator') return;
    const unit = exponentUnit(exponent);
    const left = addRational(exponent, negateRational(unit));
    const remaining = [...factors.slice(0, at), ...(isZero(left) ? [] : [power(base, left)]), ...factors.slice(at + 1)];
    const common = power(base, unit);
    places.push({
      context: `*${common.key}`,
      content: product(coefficient, remaining, term.dims),
      preference: 2,
      isFactor: true,
      put: (content) => product(ONE, [common, content], term.dims),
    });
  });
  return places;
}

const ROWS_OF = 'rows of ';

/** diag(u) M, or M itself with rows that are not scaled. */
function scaledRows(factor: Expression): { readonly matrix: Expression; readonly by: Expression } | undefined {
  const [rows] = factor.dims;
  if (factor.dims.length !== 2 || rows === undefined || factor.kind === 'diagonalMatrix') return undefined;
  const [first, ...others] = factor.kind === 'chain' ? factor.factors : [factor];
  if (first?.kind === 'diagonalMatrix') return others.length === 0 ? undefined : { matrix: chain(others), by: first.of };
  return { matrix: factor, by: ones([rows]) };
}

/** diag(u) M diag(v) as M ⊙ u vᵀ: what M and multiples of its rows and columns have in common. */
function scaledEntries(factor: Expression): { readonly matrix: Expression; readonly by: Expression } | undefined {
  if (factor.kind !== 'chain') return undefined;
  const diagonal = (each: Expression | undefined): Expression | undefined => (each?.kind === 'diagonalMatrix' ? each.of : undefined);
  const [left, right] = [diagonal(factor.factors[0]), diagonal(factor.factors.at(-1))];
  const inner = factor.factors.slice(left === undefined ? 0 : 1, right === undefined ? undefined : -1);
  const [rows, columns] = factor.dims;
  if ((left === undefined && right === undefined) || inner.length !== 1 || inner[0] === undefined || rows === undefined || columns === undefined)
    return undefined;
  return { matrix: inner[0], by: outer(left ?? ones([rows]), right ?? ones([columns])) };
}

/** One whole step of the exponent where there is one, else all of it. */
function exponentUnit(exponent: Rational): Rational {
  const size = isNegative(exponent) ? negateRational(exponent) : exponent;
  if (size.numerator < size.denominator) return exponent;
  return isNegative(exponent) ? MINUS_ONE : ONE;
}

/** Places inside one factor that carries the shape of the term. */
function linearPlaces(factor: Expression): Place[] {
  switch (factor.kind) {
    case 'rangeSum':
      return [
        {
          context: `Σ${factor.letter}=${factor.from.key}..${factor.to.key}`,
          content: factor.body,
          preference: 0,
          put: (body) => rangeSum(factor.letter, factor.from, factor.to, body),
        },
      ];
    case 'image': {
      const [head, ...others] = factor.matrix.kind === 'chain' ? factor.matrix.factors : [factor.matrix];
      const matrix = head ?? factor.matrix;
      const inner = others.length === 0 ? factor.vector : image(chain(others), factor.vector);
      return [
        { context: `·${matrix.key}`, content: inner, preference: 1, put: (vector) => image(matrix, vector) },
        { context: `·→${factor.vector.key}`, content: factor.matrix, preference: 3, put: (sum) => image(sum, factor.vector) },
      ];
    }
    case 'outer':
      return [
        { context: `⊗→${factor.right.key}`, content: factor.left, preference: 1, put: (left) => outer(left, factor.right) },
        { context: `⊗←${factor.left.key}`, content: factor.right, preference: 1, put: (right) => outer(factor.left, right) },
      ];
    case 'dot':
      return [
        { context: `·${factor.left.key}`, content: factor.right, preference: 1, put: (right) => dot(factor.left, right) },
        { context: `·→${factor.right.key}`, content: factor.left, preference: 1, put: (left) => dot(left, factor.right) },
      ];
    case 'chain': {
      const [head, ...tail] = factor.factors;
      const [last] = factor.factors.slice(-1);
      if (head === undefined || last === undefined || tail.length === 0) return [];
      return [
        { context: `c→${last.key}`, content: chain(factor.factors.slice(0, -1)), preference: 1, put: (left) => chain([left, last]) },
        { context: `c←${head.key}`, content: chain(tail), preference: 1, put: (right) => chain([head, right]) },
      ];
    }
    case 'diagonalMatrix':
      return [{ context: 'diag', content: factor.of, preference: 1, put: diagonalMatrix }];
    case 'transpose':
      return [{ context: 'ᵀ', content: factor.of, preference: 4, put: transpose }];
    default:
      return [];
  }
}
