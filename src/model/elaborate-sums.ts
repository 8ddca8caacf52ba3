/** Sums of terms (with broadcasting), sums and products over letters, cases and indicators. */

import type { Region } from '../errors.js';
import { lettersOf, shiftWhole, WHOLE_ONE, type Whole, wholeName, wholeValue } from '../network/whole.js';
import type { Condition, Formula, FormulaNode } from '../notation/formula.js';
import { limitsFall } from '../notation/letters.js';
import type { Binding, RelationChain, RelationSign, Syntax } from '../notation/syntax.js';
import { attempt, type Context, fail, type LetterUse, withLetter } from './context.js';
import { elaborate } from './elaborate.js';
import { linkAxes } from './elaborate-names.js';
import { adapted, called } from './elaborate-products.js';
import { formula, numberFormula } from './formulas.js';
import { describeShape, isScalar, rankOf, SCALAR, takesAnyShape, unifyDims, unifyShapes } from './shapes.js';
import { asksValues, casesAsSum } from './value-cases.js';
import { readWhole } from './wholes.js';

interface SignedFormula {
  readonly sign: 1 | -1;
  readonly formula: Formula;
}

/** Which axis of a matrix a vector is added along: every row gets it (1), every column (0). */
function broadcastAxis(matrix: Formula, vector: Formula, context: Context): 0 | 1 | undefined {
  const [rows, columns] = matrix.shape.dims;
  const [length] = vector.shape.dims;
  if (rows === undefined || columns === undefined || length === undefined) return undefined;
  if (vector.shape.orientation === undefined) return unifyDims([length], [columns], context.solver) ? 1 : undefined;
  const fits = (dim: Whole): boolean => {
    const mark = context.solver.mark();
    const result = context.solver.unify(length, dim);
    context.solver.undo(mark);
    return result;
  };
  const [downwards, across] = [fits(rows), fits(columns)];
  if (downwards && across) {
    const same = context.solver.same(rows, columns) || context.solver.unknownsOf(length).length > 0;
    if (same) {
      return fail({
        ruleId: 'ambiguous',
        message: `${called(vector, 'This vector')} fits the rows and the columns of the matrix it is added to.`,
        why: `The matrix is ${describeShape(matrix.shape, context.solver)}.`,
        fix: 'Write `\\mathbf{1} b^\\top` to add it to every row, `b \\mathbf{1}^\\top` to add it to every column.',
        ...(vector.region === undefined ? {} : { region: vector.region }),
      });
    }
  }
  if (across) return unifyDims([length], [columns], context.solver) ? 1 : undefined;
  return downwards && unifyDims([length], [rows], context.solver) ? 0 : undefined;
}

function cannotAdd(a: Formula, b: Formula, context: Context): never {
  const rows = rankOf(a.shape) === 1 && rankOf(b.shape) === 1 && a.shape.orientation !== b.shape.orientation;
  return fail({
    ruleId: 'ill-shaped',
    message: 'These two cannot be added.',
    why: `${called(a, 'One')} is ${describeShape(a.shape, context.solver)}; ${called(b, 'the other')} is ${describeShape(b.shape, context.solver)}.`,
    fix: rows
      ? 'One is a row and one a column: transpose one of them.'
      : 'Terms have one shape; a scalar is added to every entry, a vector to every row or column that it fits.',
    ...(b.region === undefined ? {} : { region: b.region }),
  });
}

/** Terms added up: equal shapes, scalars stretched, a vector added to the rows or columns of a matrix. */
export function addTerms(terms: readonly SignedFormula[], context: Context, region: Region): Formula {
  const widest = terms.reduce<Formula | undefined>(
    (best, { formula: term }) =>
      best === undefined || rankOf(term.shape) > rankOf(best.shape) || (takesAnyShape(best) && rankOf(term.shape) === rankOf(best.shape)) ? term : best,
    undefined,
  );
  if (widest === undefined) return numberFormula(0, region);
  const fitted = terms.map(({ sign, formula: term }) => ({ sign, formula: fit(term, widest, context) }));
  return formula({ kind: 'sum', terms: fitted }, widest.shape, region);
}

function fit(term: Formula, widest: Formula, context: Context): Formula {
  if (term === widest || isScalar(term)) return term;
  if (takesAnyShape(term)) return adapted(term, widest)[0];
  if (rankOf(term.shape) === 1 && rankOf(widest.shape) === 2)
    return broadcastAxis(widest, term, context) === undefined ? cannotAdd(widest, term, context) : term;
  return unifyShapes(widest.shape, term.shape, context.solver) ? term : cannotAdd(widest, term, context);
}

// ---------------------------------------------------------------- relations between letters

const CONDITION_SIGNS: { readonly [S in RelationSign]?: '=' | '≠' | '<' | '≤' | '>' | '≥' } = { '=': '=', '≠': '≠', '<': '<', '≤': '≤', '>': '>', '≥': '≥' };

/** A chain between letters and numbers as a condition. */
export function readCondition(chain: RelationChain, context: Context): Condition {
  const relations: { left: Whole; sign: '=' | '≠' | '<' | '≤' | '>' | '≥'; right: Whole }[] = [];
  let left = readWhole(chain.first);
  for (const { sign, value, signRegion } of chain.rest) {
    const known = CONDITION_SIGNS[sign];
    if (known === undefined) return fail({ ruleId: 'syntax', message: `\`${sign}\` is no condition between indices.`, region: signRegion });
    const right = readWhole(value);
    relations.push({ left, sign: known, right });
    const [a, b] = [wholeName(left), wholeName(right)].map((letter) => (letter === undefined ? undefined : context.scope.get(letter)));
    if (a !== undefined && b !== undefined) linkAxes(a, b, context);
    left = right;
  }
  return { relations };
}

const MIRRORED = { '=': '=', '≠': '≠', '<': '>', '≤': '≥', '>': '<', '≥': '≤' } as const;

interface Limits {
  readonly from?: Whole;
  readonly to?: Whole;
  readonly except?: Whole;
}

/** What a chain says of one letter: bounds from below and above, a place left out. */
export function limitsOf(letter: string, condition: Condition): Limits {
  let limits: Limits = {};
  for (const { left, sign, right } of condition.relations) {
    const onLeft = wholeName(left) === letter;
    const than = onLeft ? right : left;
    if (!onLeft && wholeName(right) !== letter) continue;
    switch (onLeft ? sign : MIRRORED[sign]) {
      case '=':
        limits = { ...limits, from: than, to: than };
        break;
      case '≠':
        limits = { ...limits, except: than };
        break;
      case '<':
        limits = { ...limits, to: shiftWhole(than, -1) };
        break;
      case '≤':
        limits = { ...limits, to: than };
        break;
      case '>':
        limits = { ...limits, from: shiftWhole(than, 1) };
        break;
      case '≥':
        limits = { ...limits, from: than };
        break;
    }
  }
  return limits;
}

// ---------------------------------------------------------------- Σ over letters

function relationOver(limits: Limits, dim: Whole, context: Context): { readonly sign: '≠' | '≤' | '≥'; readonly than: Whole } | 'all' | undefined {
  const from = limits.from === undefined || wholeValue(limits.from) === 1;
  const to = limits.to === undefined || context.solver.unify(limits.to, dim);
  if (limits.except !== undefined) return from && to ? { sign: '≠', than: limits.except } : undefined;
  if (from && to) return 'all';
  if (from && limits.to !== undefined) return { sign: '≤', than: limits.to };
  return to && limits.from !== undefined ? { sign: '≥', than: limits.from } : undefined;
}

/** A bound that is compared with a free letter along an axis makes this an axis sum; other bounds count from 1. */
function overAxis(letter: string, limits: Limits, use: LetterUse, body: Formula, context: Context): FormulaNode | undefined {
  if (use.axis === undefined || use.indexOf !== undefined) return undefined;
  const relation = relationOver(limits, use.axis, context);
  if (relation === undefined) return undefined;
  if (relation === 'all') return { kind: 'axisSum', letter, dim: use.axis, body };
  const than = [...lettersOf(relation.than)];
  const axisLetters = than.filter((each) => context.scope.get(each)?.indexOf === undefined && !context.sizes.has(each));
  if (relation.sign !== '≠' && axisLetters.length === 0 && than.length === 0) return undefined;
  for (const each of axisLetters) {
    const other = context.scope.get(each) ?? {};
    context.scope.set(each, other);
    linkAxes(use, other, context);
  }
  return { kind: 'axisSum', letter, dim: use.axis, relation, body };
}

function overRange(letter: string, limits: Limits, use: LetterUse, body: Formula, context: Context, region: Region): FormulaNode {
  const range = use.indexOf ?? context.letters.get(letter);
  const from = limits.from ?? range?.from ?? (use.axis === undefined ? undefined : WHOLE_ONE);
  const to = limits.to ?? range?.to ?? use.axis;
  if (from === undefined || to === undefined) {
    return fail({ ruleId: 'unknown-range', message: `What does ${letter} run over?`, fix: `Write the limits: \\sum_{${letter}=1}^{N}.`, region });
  }
  for (const bound of [from, to]) checkLetters(bound, context, region);
  return { kind: 'rangeSum', letter, from, to, body, ...(limits.except === undefined ? {} : { except: limits.except }) };
}

function checkLetters(bound: Whole, context: Context, region: Region): void {
  for (const letter of lettersOf(bound)) {
    if (!context.scope.has(letter) && !context.sizes.has(letter)) {
      fail({ ruleId: 'free-letter', message: `The limit of the sum mentions ${letter}, which is no length and no index here.`, region });
    }
  }
}

function sumOver(letter: string, limitsIn: (context: Context) => Limits, read: (context: Context) => Formula, context: Context, region: Region): Formula {
  const { inner, use } = withLetter(context, letter);
  const before = limitsIn(inner);
  const body = read(inner);
  const node = overAxis(letter, before, use, body, context) ?? overRange(letter, before, use, body, context, region);
  return formula(node, body.shape, region);
}

/** In Σ_{i≠j} without an i or j around it, the sum runs over both. */
function alsoBound(relation: RelationChain | undefined, letters: readonly string[], context: Context): readonly string[] {
  if (relation === undefined) return [];
  const mentioned = [relation.first, ...relation.rest.map(({ value }) => value)].flatMap((side) => [...lettersOf(readWhole(side))]);
  return [...new Set(mentioned)].filter((letter) => !letters.includes(letter) && !context.scope.has(letter) && !context.sizes.has(letter));
}

/** Σ with whatever stands below it. */
export function elaborateSum(binding: Binding, body: Syntax, context: Context, region: Region): Formula {
  switch (binding.kind) {
    case 'range':
      return sumOver(
        binding.letter,
        () => ({ from: readWhole(binding.from), to: readWhole(binding.to) }),
        (inner) => elaborate(body, inner),
        context,
        region,
      );
    case 'letters': {
      const { relation } = binding;
      const letters = [...binding.letters, ...alsoBound(relation, binding.letters, context)];
      const nest = (at: number, outer: Context): Formula => {
        const letter = letters[at];
        if (letter === undefined) return elaborate(body, outer);
        // The letter bound last sees the others, so the relation is its own.
        const limits = (inner: Context): Limits => (relation === undefined || at < letters.length - 1 ? {} : limitsOf(letter, readCondition(relation, inner)));
        return sumOver(letter, limits, (inner) => nest(at + 1, inner), outer, region);
      };
      return nest(0, context);
    }
    case 'none': {
      const of = elaborate(body, context);
      return isScalar(of) ? of : formula({ kind: 'reduce', by: 'sum', of }, SCALAR, region);
    }
  }
}

/** Π over a letter: of matrices ordered, of scalars and vectors entry by entry. */
export function elaborateRangeProduct(binding: Binding, body: Syntax, context: Context, region: Region): Formula {
  const [letter, limits] =
    binding.kind === 'range'
      ? [binding.letter, { from: readWhole(binding.from), to: readWhole(binding.to) }]
      : binding.kind === 'letters'
        ? [binding.letters[0], undefined]
        : [undefined, undefined];
  if (letter === undefined)
    return fail({ ruleId: 'syntax', message: 'A product sign needs a letter below it.', fix: 'Write its limits: \\prod_{k=1}^{t}.', region });
  const { inner, use } = withLetter(context, letter);
  const known = limits ?? (binding.kind === 'letters' && binding.relation !== undefined ? limitsOf(letter, readCondition(binding.relation, inner)) : {});
  const read = elaborate(body, inner);
  const range = use.indexOf ?? context.letters.get(letter);
  const [from, to] = [known.from ?? range?.from, known.to ?? range?.to];
  if (from === undefined || to === undefined)
    return fail({ ruleId: 'unknown-range', message: `What does ${letter} run over?`, fix: 'Write the limits of the product.', region });
  for (const bound of [from, to]) checkLetters(bound, context, region);
  const [rows, columns] = read.shape.dims;
  if (rows !== undefined && columns !== undefined && !context.solver.unify(rows, columns)) {
    return fail({
      ruleId: 'ill-shaped',
      message: 'The factors of a product over an index must be square.',
      why: `One factor is ${describeShape(read.shape, context.solver)}.`,
      region,
    });
  }
  return formula({ kind: 'rangeProduct', letter, from, to, falling: limitsFall(from, to), body: read }, read.shape, region);
}

// ---------------------------------------------------------------- cases

export function elaborateCases(
  branches: readonly { readonly value: Syntax; readonly condition?: RelationChain; readonly otherwise: boolean }[],
  context: Context,
  region: Region,
): Formula {
  if (branches.some(({ condition }) => condition !== undefined && asksValues(condition, context)))
    return elaborate(casesAsSum(branches, context, region), context);
  const read = branches.map(({ value, condition, otherwise }) => {
    if (condition === undefined && !otherwise)
      fail({ ruleId: 'syntax', message: 'This case has no condition.', fix: 'Write `if …` or `otherwise` after it.', region: value.region });
    const asLetters = condition === undefined ? undefined : attempt(context, () => readCondition(condition, context));
    if (asLetters !== undefined && 'error' in asLetters) {
      return fail({
        ruleId: 'unsupported',
        message: 'This condition asks neither about indices (t = 1, i ≤ j) nor about declared values (a_t > 0).',
        fix: 'Declare the names in it, or use relu, abs, sign, max or min.',
        region: condition?.first.region ?? region,
      });
    }
    return { value: elaborate(value, context), condition: asLetters?.value };
  });
  const widest = read.reduce((best, { value }) => (rankOf(value.shape) > rankOf(best.shape) ? value : best), read[0]?.value ?? numberFormula(0));
  for (const { value } of read)
    if (!isScalar(value) && !takesAnyShape(value) && !unifyShapes(value.shape, widest.shape, context.solver)) cannotAdd(widest, value, context);
  return formula({ kind: 'cases', branches: read.map(({ value, condition }) => ({ value: adapted(value, widest)[0], condition })) }, widest.shape, region);
}

/** 1[i = j]: one where the condition holds, else zero. */
export function elaborateIndicator(chain: RelationChain, context: Context, region: Region): Formula {
  for (const syntax of [chain.first, ...chain.rest.map(({ value }) => value)]) {
    for (const letter of lettersOf(readWhole(syntax))) if (!context.scope.has(letter) && !context.sizes.has(letter)) context.scope.set(letter, {});
  }
  const condition = readCondition(chain, context);
  return formula(
    {
      kind: 'cases',
      branches: [
        { value: numberFormula(1), condition },
        { value: numberFormula(0), condition: undefined },
      ],
    },
    SCALAR,
    region,
  );
}
