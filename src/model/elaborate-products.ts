/**
 * Products, quotients and powers: which pairs of shapes conform, what they give, and how factors are grouped.
 *
 * The default grouping is tried first; only where it does not conform are the others tried, at most `MOST_REGROUPED` factors, so the work is bounded.
 */

import type { Problem, Region } from '../errors.js';
import { WHOLE_ONE } from '../network/whole.js';
import type { Formula, FormulaNode, Shape } from '../notation/formula.js';
import type { ProductSign } from '../notation/syntax.js';
import { attempt, type Context, fail } from './context.js';
import { constantOf, formula } from './formulas.js';
import {
  asMatrix,
  describeShape,
  isScalar,
  matrixShape,
  rankOf,
  resolveShape,
  SCALAR,
  takesAnyShape,
  turned,
  unifyDims,
  unifyShapes,
  vectorShape,
} from './shapes.js';

/** `beside` is a product without a sign. */
export type Joining = ProductSign | 'beside';

const MOST_REGROUPED = 7;

export function spanOf(a: Region | undefined, b: Region | undefined): Region | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { startLine: a.startLine, startColumn: a.startColumn, endLine: b.endLine, endColumn: b.endColumn };
}

/** What a factor is called in a message. */
export function called(factor: Formula, place: string): string {
  return factor.kind === 'name' && factor.quantity.kind === 'value' ? `\`${factor.quantity.name}\`` : place;
}

const bothShapes = (a: Formula, b: Formula, context: Context): string =>
  `${called(a, 'The left factor')} is ${describeShape(a.shape, context.solver)}; ${called(b, 'the right factor')} is ${describeShape(b.shape, context.solver)}.`;

function mismatch(message: string, a: Formula, b: Formula, context: Context, fix?: string): never {
  const region = spanOf(a.region, b.region);
  const problem: Problem = {
    ruleId: 'ill-shaped',
    message,
    why: bothShapes(a, b, context),
    ...(fix === undefined ? {} : { fix }),
    ...(region === undefined ? {} : { region }),
  };
  return fail(problem);
}

const make = (node: FormulaNode, shape: Shape, a: Formula, b: Formula): Formula => formula(node, shape, spanOf(a.region, b.region));

function scalarProduct(a: Formula, b: Formula): Formula {
  const factors = a.kind === 'product' && a.style === 'scalar' ? [...a.factors, b] : [a, b];
  return make({ kind: 'product', style: 'scalar', factors }, isScalar(a) ? b.shape : a.shape, a, b);
}

/** The shape of a matrix product, or undefined where the inner sizes cannot be equal. The side of length 1 of a vector meets only another one. */
export function productShape(a: Shape, b: Shape, context: Context): Shape | undefined {
  const [rows, inner] = asMatrix(a, 'left');
  const [other, columns] = asMatrix(b, 'right');
  if ((inner === WHOLE_ONE) !== (other === WHOLE_ONE) || !unifyDims([inner], [other], context.solver)) return undefined;
  const keepsRows = rankOf(a) === 2 || (rankOf(a) === 1 && a.orientation === 'column');
  const keepsColumns = rankOf(b) === 2 || (rankOf(b) === 1 && b.orientation === 'row');
  const bare = (rankOf(a) === 1 && a.orientation === undefined) || (rankOf(b) === 1 && b.orientation === undefined);
  if (keepsRows && keepsColumns) return matrixShape(rows, columns);
  if (keepsRows) return vectorShape(rows, bare ? undefined : 'column');
  if (keepsColumns) return vectorShape(columns, bare ? undefined : 'row');
  return SCALAR;
}

function matrixProduct(a: Formula, b: Formula, context: Context): Formula | undefined {
  const shape = productShape(a.shape, b.shape, context);
  if (shape === undefined) return undefined;
  const factors = a.kind === 'product' && a.style === 'matrix' && !isScalar(a) ? [...a.factors, b] : [a, b];
  return make({ kind: 'product', style: 'matrix', factors }, shape, a, b);
}

const flipped = (shape: Shape): Shape =>
  rankOf(shape) === 1
    ? vectorShape(shape.dims[0] ?? fail({ ruleId: 'ill-shaped', message: 'A vector without a size.' }), turned(shape.orientation))
    : { dims: [...shape.dims].reverse() };

/** Whether two shapes would conform, without binding anything. */
function wouldConform(a: Shape, b: Shape, context: Context): boolean {
  const mark = context.solver.mark();
  const conforms = productShape(a, b, context) !== undefined;
  context.solver.undo(mark);
  return conforms;
}

function productAdvice(a: Formula, b: Formula, context: Context): string {
  const left = called(a, 'the left factor');
  const right = called(b, 'the right factor');
  if (rankOf(a.shape) === 1 && rankOf(b.shape) === 1) {
    const [dot, outer] = a.shape.orientation === 'row' ? ['u v^\\top', 'u^\\top v'] : ['u^\\top v', 'u v^\\top'];
    return `Two vectors side by side are no product: write \`${dot}\` for the dot product, \`${outer}\` for the outer product, or \`u \\odot v\` entry by entry.`;
  }
  const offers: string[] = [];
  if (wouldConform(b.shape, a.shape, context)) offers.push(`the other order, ${right} times ${left}`);
  if (rankOf(a.shape) > 0 && wouldConform(flipped(a.shape), b.shape, context)) offers.push(`a transpose on ${left}`);
  if (rankOf(b.shape) > 0 && wouldConform(a.shape, flipped(b.shape), context)) offers.push(`a transpose on ${right}`);
  const orientation = [a, b].find(({ shape }) => rankOf(shape) === 1)?.shape.orientation;
  const convention =
    orientation === undefined ? '' : ` (vectors are ${orientation}s here; with \`convention: ${turned(orientation)}\` they would be ${turned(orientation)}s)`;
  return offers.length === 0 ? 'Change one of the two declarations.' : `It conforms with ${offers.join(', or with ')}${convention}.`;
}

function product(a: Formula, b: Formula, sign: Joining, context: Context): Formula {
  if (isScalar(a) || isScalar(b)) return scalarProduct(a, b);
  if (rankOf(a.shape) > 2 || rankOf(b.shape) > 2)
    return mismatch('An array with more than two axes has no matrix product.', a, b, context, 'Write the product entry by entry, with sums over letters.');
  const read = matrixProduct(a, b, context);
  if (read !== undefined) return read;
  if (sign === 'dot' && rankOf(a.shape) === 1 && rankOf(b.shape) === 1 && unifyDims(a.shape.dims, b.shape.dims, context.solver)) {
    return make({ kind: 'inner', left: a, right: b }, SCALAR, a, b);
  }
  return mismatch('This product does not conform.', a, b, context, productAdvice(a, b, context));
}

/** a ⊙ b of equal shapes (or with a scalar); ones and zeros take the other's shape. */
export function hadamard(a: Formula, b: Formula, context: Context): Formula {
  if (isScalar(a) || isScalar(b)) return scalarProduct(a, b);
  const [left, right] = adapted(a, b);
  if (!unifyShapes(left.shape, right.shape, context.solver)) {
    const onlyOrientation =
      rankOf(a.shape) === 1 &&
      rankOf(b.shape) === 1 &&
      context.solver.same(a.shape.dims[0] ?? fail({ ruleId: 'ill-shaped', message: '' }), b.shape.dims[0] ?? fail({ ruleId: 'ill-shaped', message: '' }));
    return mismatch(
      'An elementwise product needs equal shapes.',
      a,
      b,
      context,
      onlyOrientation ? 'One is a row and one a column: transpose one of them.' : 'A product of a matrix and a vector is written without the sign.',
    );
  }
  const factors = left.kind === 'product' && left.style === 'hadamard' ? [...left.factors, right] : [left, right];
  return make({ kind: 'product', style: 'hadamard', factors }, left.shape, a, b);
}

/** Ones and zeros without a size take the shape of what they stand beside. */
export function adapted(a: Formula, b: Formula): readonly [Formula, Formula] {
  if (takesAnyShape(a) && !takesAnyShape(b)) return [{ ...a, shape: b.shape }, b];
  if (takesAnyShape(b) && !takesAnyShape(a)) return [a, { ...b, shape: a.shape }];
  return [a, b];
}

function star(a: Formula, b: Formula, context: Context): Formula {
  if (context.settings.dialect === 'numpy' || isScalar(a) || isScalar(b)) return hadamard(a, b, context);
  const equal = attempt(context, () => hadamard(a, b, context));
  if ('error' in equal) return product(a, b, 'star', context);
  const mark = context.solver.mark();
  const multiplied = wouldConform(a.shape, b.shape, context);
  context.solver.undo(mark);
  if (multiplied && rankOf(a.shape) === 2) {
    return fail({
      ruleId: 'ambiguous',
      message: 'This `*` can be a matrix product or elementwise.',
      why: bothShapes(a, b, context),
      fix: 'Write `@` (or nothing) for the matrix product, `\\odot` or `.*` for the elementwise one.',
      ...regionOf(a, b),
    });
  }
  return equal.value;
}

function regionOf(a: Formula, b: Formula): { readonly region?: Region } {
  const region = spanOf(a.region, b.region);
  return region === undefined ? {} : { region };
}

/** a / b: by a scalar, of a scalar by each entry, or entrywise of equal shapes. */
export function quotient(a: Formula, b: Formula, context: Context): Formula {
  const [left, right] = adapted(a, b);
  if (isScalar(right) || isScalar(left) || unifyShapes(left.shape, right.shape, context.solver)) {
    return make({ kind: 'quotient', numerator: left, denominator: right }, isScalar(left) ? right.shape : left.shape, a, b);
  }
  return mismatch('A quotient needs a scalar below, or equal shapes (then it is entry by entry).', a, b, context);
}

function outer(a: Formula, b: Formula, context: Context): Formula {
  const [m] = a.shape.dims;
  const [n] = b.shape.dims;
  if (rankOf(a.shape) !== 1 || rankOf(b.shape) !== 1 || m === undefined || n === undefined)
    return mismatch('`\\otimes` is the outer product of two vectors.', a, b, context);
  const left = a.shape.orientation === 'row' ? transposed(a) : { ...a, shape: vectorShape(m, 'column') };
  const right = b.shape.orientation === 'row' ? b : transposed({ ...b, shape: vectorShape(n, 'column') });
  return make({ kind: 'product', style: 'matrix', factors: [left, right] }, matrixShape(m, n), a, b);
}

/** The transpose; of a scalar the scalar, of a transpose what it was made from. */
export function transposed(of: Formula, region: Region | undefined = of.region): Formula {
  if (isScalar(of)) return of;
  if (of.kind === 'transpose') return of.of;
  return formula({ kind: 'transpose', of }, flipped(of.shape), region);
}

/** Two factors under one sign. Throws an InputError (`ill-shaped`, `ambiguous`) where the shapes do not conform. */
export function join(a: Formula, b: Formula, sign: Joining, context: Context): Formula {
  switch (sign) {
    case 'beside':
    case 'dot':
    case 'times':
    case 'at':
      return context.settings.dialect === 'numpy' && sign === 'times' ? hadamard(a, b, context) : product(a, b, sign, context);
    case 'hadamard':
      return hadamard(a, b, context);
    case 'star':
      return star(a, b, context);
    case 'outer':
      return outer(a, b, context);
    case 'divide':
    case 'divideEntrywise':
      return quotient(a, b, context);
  }
}

/** Factors and the signs between them, as written: the shape of the default grouping is told by `beside` binding tighter. */
export interface Chain {
  readonly factors: readonly Formula[];
  /** `signs[k]` stands between factors k and k + 1. */
  readonly signs: readonly Joining[];
}

function foldLeft(factors: readonly Formula[], signs: readonly Joining[], context: Context): Formula {
  const [first, ...rest] = factors;
  if (first === undefined) return fail({ ruleId: 'syntax', message: 'A product without factors.' });
  return rest.reduce((sum, factor, k) => join(sum, factor, signs[k] ?? 'beside', context), first);
}

function defaultGrouping({ factors, signs }: Chain, context: Context): Formula {
  const groups: Formula[][] = [[]];
  const between: Joining[] = [];
  factors.forEach((factor, k) => {
    const sign = signs[k - 1];
    if (sign !== undefined && sign !== 'beside') {
      between.push(sign);
      groups.push([]);
    }
    groups[groups.length - 1]?.push(factor);
  });
  return foldLeft(
    groups.map((group) => foldLeft(group, [], context)),
    between,
    context,
  );
}

interface Grouping {
  readonly value: Formula;
  /** Structure up to associativity: equal keys are one reading. */
  readonly key: string;
}

function keyOf(value: Formula, left: Grouping, right: Grouping): string {
  const tag = value.kind === 'product' ? value.style : value.kind;
  const inside = (part: Grouping): string => (part.key.startsWith(`${tag}(`) && part.value.kind === 'product' ? part.key.slice(tag.length + 1, -1) : part.key);
  return `${tag}(${inside(left)},${inside(right)})`;
}

/** Every grouping of a chain that conforms, one for each meaning. Work grows with the Catalan numbers, so callers bound the length. */
function allGroupings({ factors, signs }: Chain, context: Context): readonly Grouping[] {
  const memo = new Map<string, readonly Grouping[]>();
  const between = (low: number, high: number): readonly Grouping[] => {
    const known = memo.get(`${low},${high}`);
    if (known !== undefined) return known;
    const only = factors[low];
    const found = new Map<string, Grouping>();
    if (low === high && only !== undefined) found.set(`${low}`, { value: only, key: `${low}` });
    for (let split = low; split < high; split += 1) {
      for (const left of between(low, split)) {
        for (const right of between(split + 1, high)) {
          const read = attempt(context, () => join(left.value, right.value, signs[split] ?? 'beside', context));
          if ('error' in read) continue;
          const key = keyOf(read.value, left, right);
          if (!found.has(key)) found.set(key, { value: read.value, key });
        }
      }
    }
    const result = [...found.values()];
    memo.set(`${low},${high}`, result);
    return result;
  };
  return between(0, factors.length - 1);
}

/**
 * A chain of factors, grouped as precedence says, or, where that does not conform, in the only other way that does.
 * Throws the InputError of the default grouping where none or several others conform.
 */
export function group(chain: Chain, context: Context): Formula {
  const first = attempt(context, () => defaultGrouping(chain, context));
  if ('value' in first) return first.value;
  if (chain.factors.length < 3 || chain.factors.length > MOST_REGROUPED) throw first.error;
  const mark = context.solver.mark();
  const others = allGroupings(chain, context);
  context.solver.undo(mark);
  const only = others[0];
  if (others.length !== 1 || only === undefined) throw first.error;
  const region = spanOf(chain.factors[0]?.region, chain.factors.at(-1)?.region);
  if (region !== undefined) context.note?.('regrouped so that the shapes conform', region);
  return replay(only.key, chain, context);
}

/** Builds the chosen grouping again, so that what it binds stays bound. */
function replay(key: string, chain: Chain, context: Context): Formula {
  const again = allGroupings(chain, context).find((grouping) => grouping.key === key);
  return again?.value ?? fail({ ruleId: 'ill-shaped', message: 'This product does not conform.' });
}

/** base^exponent: of a square matrix the matrix power, else entry by entry. */
export function power(base: Formula, exponent: Formula, entrywise: boolean, context: Context): Formula {
  if (!isScalar(exponent)) return mismatch('An exponent is a scalar.', base, exponent, context);
  const resolved = resolveShape(base.shape, context.solver);
  const square = rankOf(resolved) === 2 && resolved.dims[0]?.key === resolved.dims[1]?.key;
  if (base.kind === 'reduce' && constantOf(exponent)?.numerator === 2n && constantOf(exponent)?.denominator === 1n) {
    if (base.by === 'norm') return make({ ...base, by: 'normSquared' }, SCALAR, base, exponent);
    if (base.by === 'frobenius') return make({ ...base, by: 'frobeniusSquared' }, SCALAR, base, exponent);
  }
  const style = isScalar(base) ? 'scalar' : square && !entrywise ? 'matrix' : 'entrywise';
  return make({ kind: 'power', style, base, exponent }, base.shape, base, exponent);
}
