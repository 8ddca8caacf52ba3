/** Brackets that join: vectors into longer ones, blocks into matrices, numbers into literals, and runs with dots over an index. */

import type { Region } from '../errors.js';
import { addWhole, multiplyWhole, substituteWhole, WHOLE_ONE, type Whole, wholeLetter, wholeNumber } from '../network/whole.js';
import type { Formula, Shape } from '../notation/formula.js';
import type { Syntax } from '../notation/syntax.js';
import { type Context, defaultOrientation, fail } from './context.js';
import { elaborate } from './elaborate.js';
import { countOf } from './elaborate-names.js';
import { formula, rewrite } from './formulas.js';
import { asMatrix, describeShape, isScalar, matrixShape, rankOf, vectorShape } from './shapes.js';

type Blocks = Extract<Syntax, { readonly kind: 'blocks' }>;
type Style = Blocks['style'];

const total = (sizes: readonly Whole[]): Whole => sizes.reduce(addWhole, wholeNumber(0));
const lengthOf = (part: Formula): Whole => part.shape.dims[0] ?? WHOLE_ONE;

function vectorOf(parts: readonly Formula[], orientation: 'row' | 'column' | undefined, region: Region): Formula {
  const shape = vectorShape(total(parts.map(lengthOf)), orientation);
  return formula({ kind: 'blocks', rows: orientation === 'column' ? parts.map((part) => [part]) : [parts] }, shape, region);
}

/** Vectors (and scalars among them) end to end. */
function joinVectors(parts: readonly Formula[], context: Context, region: Region): Formula {
  const vectors = parts.filter((part) => rankOf(part.shape) === 1);
  const orientation = vectors[0]?.shape.orientation ?? defaultOrientation(context);
  const other = vectors.find((part) => part.shape.orientation !== vectors[0]?.shape.orientation);
  if (other !== undefined)
    return fail({
      ruleId: 'ill-shaped',
      message: 'Rows and columns are joined in one bracket.',
      fix: 'Transpose one of them.',
      region: other.region ?? region,
    });
  return vectorOf(parts, orientation, region);
}

/** Rows of blocks as a matrix: heights agree along each row of blocks, and the rows have one width. */
function joinMatrices(rows: readonly (readonly Formula[])[], context: Context, region: Region): Formula {
  const heights = rows.map((row) => heightOf(row, rows, context, region));
  const widths = rows.map((row) => total(row.map((part) => asMatrix(part.shape, 'right')[1])));
  const width = widths[0] ?? WHOLE_ONE;
  widths.forEach((each, k) => {
    if (!context.solver.unify(width, each))
      fail({
        ruleId: 'ill-shaped',
        message: 'The rows of this block matrix have different widths.',
        why: `Row 1 is ${context.solver.resolve(width).key} wide, row ${k + 1} is ${context.solver.resolve(each).key}.`,
        ...(rows.every((row) => row.length === 1) ? { fix: 'Matrices stand side by side with a comma, on top of each other with a semicolon.' } : {}),
        region,
      });
  });
  return formula({ kind: 'blocks', rows }, matrixShape(total(heights), width), region);
}

function heightOf(row: readonly Formula[], rows: readonly (readonly Formula[])[], context: Context, region: Region): Whole {
  const first = row[0];
  const height = first === undefined ? WHOLE_ONE : asMatrix(first.shape, 'right')[0];
  for (const part of row.slice(1)) {
    if (context.solver.unify(height, asMatrix(part.shape, 'right')[0])) continue;
    const below = rows.length === 1 && row.every((each) => rankOf(each.shape) === 2);
    fail({
      ruleId: 'ill-shaped',
      message: 'These blocks stand side by side and have different heights.',
      why: row.map((each) => describeShape(each.shape, context.solver)).join('; '),
      ...(below ? { fix: 'On top of each other they are written with a semicolon: [A; B].' } : {}),
      region: part.region ?? region,
    });
  }
  return height;
}

/** Joins parts that are already read; numbers as parts make a vector or a matrix. */
export function joinBlocks(rows: readonly (readonly Formula[])[], style: Style, context: Context, region: Region): Formula {
  const parts = rows.flat();
  const rank = Math.max(0, ...parts.map(({ shape }) => rankOf(shape)));
  const oneRow = rows.length === 1;
  const oneColumn = rows.every((row) => row.length === 1);
  if (rank > 2) return fail({ ruleId: 'unsupported', message: 'Blocks of arrays with more than two axes are not read.', region });
  if (style === 'nested') return joinMatrices(rows, context, region);
  if (rank === 0 && (oneRow || oneColumn)) {
    const said =
      style === 'environment' ? (oneColumn ? 'column' : 'row') : style === 'semicolon' && oneColumn && !oneRow ? 'column' : defaultOrientation(context);
    return vectorOf(parts, parts.length === 1 ? defaultOrientation(context) : said, region);
  }
  const columnsBeside = style === 'environment' && oneRow && parts.length > 1 && parts.every(({ shape }) => shape.orientation === 'column');
  const rowsBelow = style === 'environment' && oneColumn && parts.length > 1 && parts.every(({ shape }) => shape.orientation === 'row');
  if (rank === 1 && (oneRow || oneColumn) && !columnsBeside && !rowsBelow) return joinVectors(parts, context, region);
  return joinMatrices(rows, context, region);
}

// ---------------------------------------------------------------- dots

function wholesOf(source: Formula): readonly Whole[] {
  const found: Whole[] = [];
  rewrite(source, {
    whole: (whole) => {
      found.push(whole);
      return whole;
    },
  });
  return found;
}

interface Run {
  readonly body: Formula;
  readonly letter: string;
  readonly from: Whole;
  readonly to: Whole;
}

const LETTERS = ['k', 'j', 'i', 'l', 's', 'r', 'q'];

/** What lies between the first and the last part: the one index in which they differ becomes a letter. */
function runBetween(first: Formula, last: Formula, context: Context, region: Region): Run {
  const [a, b] = [wholesOf(first), wholesOf(last)];
  const differing = a.map((whole, k) => [whole, b[k]] as const).filter(([from, to]) => to !== undefined && from.key !== to.key);
  const [from, to] = differing[0] ?? [];
  const even =
    a.length === b.length && from !== undefined && to !== undefined && differing.every((pair) => pair[0].key === from.key && pair[1]?.key === to.key);
  if (!even || from === undefined || to === undefined) {
    return fail({ ruleId: 'dots', message: 'The parts before and after the dots must differ in one index only.', fix: 'Write [h_1, \\dots, h_M].', region });
  }
  const used = new Set(a.flatMap((whole) => whole.monomials.flatMap(({ letters }) => letters)));
  const letter = LETTERS.find((each) => !used.has(each) && !context.scope.has(each) && !context.sizes.has(each)) ?? 'k';
  let at = -1;
  const replace = new Set(a.flatMap((whole, k) => (whole.key === b[k]?.key ? [] : [k])));
  const body = rewrite(first, {
    whole: (whole) => {
      at += 1;
      return replace.has(at) ? wholeLetter(letter) : whole;
    },
  });
  return { body, letter, from, to };
}

function runShape(body: Formula, count: Whole, direction: 'beside' | 'below', context: Context): Shape {
  const { shape } = body;
  const [first, second] = shape.dims;
  if (first === undefined) return vectorShape(count, direction === 'below' ? 'column' : defaultOrientation(context));
  if (second !== undefined) return direction === 'beside' ? matrixShape(first, multiplyWhole(count, second)) : matrixShape(multiplyWhole(count, first), second);
  const across = direction === 'beside' ? 'column' : 'row';
  if (shape.orientation !== undefined && shape.orientation !== across) return vectorShape(multiplyWhole(count, first), shape.orientation);
  return direction === 'beside' ? matrixShape(first, count) : matrixShape(count, first);
}

function overRun(parts: readonly Syntax[], direction: 'beside' | 'below', context: Context, region: Region): Formula {
  const at = parts.findIndex(({ kind }) => kind === 'dots');
  const [first, last] = [parts[0], parts.at(-1)];
  if (at < 1 || at !== parts.length - 2 || first === undefined || last === undefined) {
    return fail({ ruleId: 'dots', message: 'Dots stand between the first parts and the last one.', fix: 'Write [h_1, \\dots, h_M].', region });
  }
  const run = runBetween(elaborate(first, context), elaborate(last, context), context, region);
  return formula(
    { kind: 'rangeBlocks', letter: run.letter, from: run.from, to: run.to, direction, body: run.body },
    runShape(run.body, countOf(run.from, run.to), direction, context),
    region,
  );
}

/** [a, b; c, d] and its relatives. */
export function elaborateBlocks(syntax: Blocks, context: Context): Formula {
  const { rows, style, region } = syntax;
  const flat = rows.flat();
  if (flat.length === 0) return fail({ ruleId: 'syntax', message: 'An empty bracket joins nothing.', region });
  if (flat.some(({ kind }) => kind === 'dots')) {
    const below = rows.length > 1;
    return overRun(below ? rows.map((row) => row[0] ?? { kind: 'dots', region }) : (rows[0] ?? []), below ? 'below' : 'beside', context, region);
  }
  const read = rows.map((row) => row.map((part) => elaborate(part, context)));
  const [only] = read.flat();
  if (flat.length === 1 && only !== undefined && !isScalar(only) && style !== 'nested') return only;
  return joinBlocks(read, style, context, region);
}

/** Letters put in place of others in a formula (used where a pattern is moved along an index). */
export function withLetters(source: Formula, letters: ReadonlyMap<string, Whole>): Formula {
  return rewrite(source, { whole: (whole) => substituteWhole(whole, letters) });
}
