/** Syntax → Formula: every node gets its shape, products are checked for orientation and what depends on shapes is settled. */

import { rationalFromDecimal } from '../network/rational.js';
import { type Whole, wholeLetter } from '../network/whole.js';
import type { Formula } from '../notation/formula.js';
import type { Syntax } from '../notation/syntax.js';
import { OPERATORS } from '../operators/table.js';
import { type Context, fail } from './context.js';
import { elaborateBlocks } from './elaborate-blocks.js';
import { elaborateCall } from './elaborate-calls.js';
import { elaborateDerivative, elaborateDifferential } from './elaborate-derivatives.js';
import { applyOperator, constantArray, elaborateApplication, inner, norm } from './elaborate-functions.js';
import { elaborateName, entryOf, type Position } from './elaborate-names.js';
import { type Chain, group, type Joining, power, quotient, transposed } from './elaborate-products.js';
import { elaborateSlice } from './elaborate-slices.js';
import { addTerms, elaborateCases, elaborateIndicator, elaborateRangeProduct, elaborateSum } from './elaborate-sums.js';
import { formula, numberFormula, rewrite } from './formulas.js';
import { describeShape, isScalar, rankOf, resolveShape, SCALAR } from './shapes.js';
import { lettersSideBySide, readWhole } from './wholes.js';

function operator(name: string): (typeof OPERATORS)[number] {
  return OPERATORS.find((row) => row.name === name) ?? fail({ ruleId: 'unsupported', message: `There is no operator ${name}.` });
}

function elaborateNumber(text: string, syntax: Syntax): Formula {
  const value = rationalFromDecimal(text);
  return value === undefined ? fail({ ruleId: 'syntax', message: `\`${text}\` is no number.`, region: syntax.region }) : numberFormula(value, syntax.region);
}

/** Written signs and what stands side by side, as one flat chain; the author's own brackets stay closed. */
function flatten(syntax: Syntax, context: Context): Chain {
  const factors: Formula[] = [];
  const signs: Joining[] = [];
  const add = (part: Syntax, sign: Joining | undefined): void => {
    if (sign !== undefined) signs.push(sign);
    if (part.kind === 'juxtaposition' && part.group === undefined) part.factors.forEach((factor, k) => add(factor, k === 0 ? undefined : 'beside'));
    else if (part.kind === 'product' && part.group === undefined) chain(part);
    else factors.push(elaborate(part, context));
  };
  const chain = (part: Extract<Syntax, { readonly kind: 'product' }>): void => {
    add(part.first, undefined);
    for (const { sign, value } of part.rest) add(value, sign);
  };
  if (syntax.kind === 'juxtaposition') syntax.factors.forEach((factor, k) => add(factor, k === 0 ? undefined : 'beside'));
  else if (syntax.kind === 'product') chain(syntax);
  return { factors, signs };
}

/** A_T ⋯ A_{t+1}: an ordered product from the first factor to the last. */
function dottedProduct(syntax: Extract<Syntax, { readonly kind: 'juxtaposition' }>, context: Context): Formula | undefined {
  const at = syntax.factors.findIndex(({ kind }) => kind === 'dots');
  const [before, after] = [syntax.factors[at - 1], syntax.factors[at + 1]];
  if (at < 1 || before === undefined || after === undefined) return undefined;
  const [first, last] = [elaborate(syntax.factors[0] ?? before, context), elaborate(after, context)];
  const wholes = (source: Formula): readonly Whole[] => {
    const found: Whole[] = [];
    rewrite(source, {
      whole: (whole) => {
        found.push(whole);
        return whole;
      },
    });
    return found;
  };
  const [a, b] = [wholes(first), wholes(last)];
  const k = a.findIndex((whole, index) => whole.key !== b[index]?.key);
  const [from, to] = [a[k], b[k]];
  if (from === undefined || to === undefined || at + 2 !== syntax.factors.length)
    return fail({ ruleId: 'dots', message: 'The factors before and after the dots must differ in one index.', region: syntax.region });
  const letter = ['k', 'j', 'i', 's', 'r'].find((each) => !context.scope.has(each) && !context.sizes.has(each) && !context.letters.has(each)) ?? 'k';
  const body = rewrite(first, { whole: (whole) => (whole.key === from.key ? wholeLetter(letter) : whole) });
  return formula({ kind: 'rangeProduct', letter, from, to, falling: true, body }, first.shape, syntax.region);
}

/** `^T` and its relatives: a transpose, or on a scalar the power with the length T. */
function elaborateTranspose(syntax: Extract<Syntax, { readonly kind: 'transpose' }>, context: Context): Formula {
  const of = elaborate(syntax.of, context);
  if (isScalar(of)) {
    if (syntax.spelling !== 'T' || !context.sizes.has('T')) return of;
    return power(of, formula({ kind: 'whole', value: wholeLetter('T') }, SCALAR), false, context);
  }
  if (rankOf(of.shape) > 2)
    return fail({
      ruleId: 'ill-shaped',
      message: 'Only vectors and matrices are transposed.',
      why: `This is ${describeShape(of.shape, context.solver)}.`,
      region: syntax.region,
    });
  return of.shape.dims.length === 1 && of.shape.orientation === undefined ? of : transposed(of, syntax.region);
}

function elaboratePower(syntax: Extract<Syntax, { readonly kind: 'power' }>, context: Context): Formula {
  const { base } = syntax;
  if (base.kind === 'constant' && base.name === 'e') return applyOperator(operator('exp'), [elaborate(syntax.exponent, context)], context, syntax.region);
  return { ...power(elaborate(base, context), elaborate(syntax.exponent, context), syntax.entrywise, context), region: syntax.region };
}

function elaborateConstant(name: 'pi' | 'e' | 'infinity', syntax: Syntax, context: Context): Formula {
  switch (name) {
    case 'pi':
      return formula({ kind: 'constant', name: 'pi' }, SCALAR, syntax.region);
    case 'e':
      return applyOperator(operator('exp'), [numberFormula(1, syntax.region)], context, syntax.region);
    case 'infinity':
      return fail({ ruleId: 'unsupported', message: 'Infinity is no value in a formula.', region: syntax.region });
  }
}

function elaborateRoot(syntax: Extract<Syntax, { readonly kind: 'root' }>, context: Context): Formula {
  const of = elaborate(syntax.of, context);
  if (syntax.degree === undefined) return formula({ kind: 'squareRoot', of }, of.shape, syntax.region);
  return power(of, quotient(numberFormula(1), elaborate(syntax.degree, context), context), true, context);
}

function elaborateEntry(syntax: Extract<Syntax, { readonly kind: 'entry' }>, context: Context): Formula {
  const of = elaborate(syntax.of, context);
  const positions: readonly Position[] = syntax.positions
    .flatMap(({ value }) => lettersSideBySide(value))
    .map((part) => ({ whole: readWhole(part), region: part.region }));
  return entryOf(of, positions, context, syntax.region);
}

/**
 * The meaning of a text in a context: typed, with every product checked for orientation.
 * Throws an InputError with the rule `unknown-name`, `ill-shaped`, `ambiguous`, `missing-index`, `free-letter` or another that names the mistake.
 */
export function elaborate(syntax: Syntax, context: Context): Formula {
  const { region } = syntax;
  switch (syntax.kind) {
    case 'number':
      return elaborateNumber(syntax.text, syntax);
    case 'constant':
      return elaborateConstant(syntax.name, syntax, context);
    case 'name':
      return elaborateName(syntax, context);
    case 'differential':
      return elaborateDifferential(syntax.of, context, region);
    case 'sum':
      return addTerms(
        syntax.terms.map(({ sign, value }) => ({ sign, formula: elaborate(value, context) })),
        context,
        region,
      );
    case 'juxtaposition': {
      const dotted = dottedProduct(syntax, context);
      return { ...(dotted ?? group(flatten(syntax, context), context)), region };
    }
    case 'product':
      return { ...group(flatten(syntax, context), context), region };
    case 'fraction':
      return { ...quotient(elaborate(syntax.numerator, context), elaborate(syntax.denominator, context), context), region };
    case 'power':
      return elaboratePower(syntax, context);
    case 'transpose':
      return elaborateTranspose(syntax, context);
    case 'inverseTranspose': {
      const of = elaborate(syntax.of, context);
      return transposed(power(of, numberFormula(-1), false, context), region);
    }
    case 'root':
      return elaborateRoot(syntax, context);
    case 'absolute':
      return applyOperator(operator('abs'), [elaborate(syntax.of, context)], context, region);
    case 'norm':
      return norm(elaborate(syntax.of, context), syntax.subscript, context, region);
    case 'inner':
      return inner(elaborate(syntax.left, context), elaborate(syntax.right, context), context, region);
    case 'bigOperator':
      return syntax.operator === 'sum'
        ? elaborateSum(syntax.binding, syntax.body, context, region)
        : elaborateRangeProduct(syntax.binding, syntax.body, context, region);
    case 'application':
      return elaborateApplication(syntax, context);
    case 'call':
      return elaborateCall(syntax, context);
    case 'derivative':
      return elaborateDerivative(syntax, context);
    case 'blocks':
      return elaborateBlocks(syntax, context);
    case 'cases':
      return elaborateCases(syntax.branches, context, region);
    case 'ones':
    case 'zeros':
    case 'identity':
      return constantArray(syntax.kind, syntax.sizes, context, region);
    case 'indicator':
      return elaborateIndicator(syntax.condition, context, region);
    case 'slice':
      return elaborateSlice(syntax, context);
    case 'entry':
      return elaborateEntry(syntax, context);
    case 'at':
      return fail({ ruleId: 'unsupported', message: 'Only a derivative can hold names with a bar.', region });
    case 'dots':
      return fail({ ruleId: 'dots', message: 'Dots stand only inside brackets or between factors.', region });
    case 'tuple':
      return fail({ ruleId: 'syntax', message: 'A pair is no value here.', region });
    case 'set':
      return fail({ ruleId: 'syntax', message: 'A set is no value here.', region });
  }
}

/** Puts every size into a formula that reading it (and the lines around it) determined. */
export function settled(source: Formula, context: Context): Formula {
  return rewrite(source, { whole: (whole) => context.solver.resolve(whole), shape: (shape) => resolveShape(shape, context.solver) });
}

/** Reads one formula by itself: elaborated, with all sizes settled. The reusable entry for questions and answers. */
export function elaborateFormula(syntax: Syntax, context: Context): Formula {
  return settled(elaborate(syntax, context), context);
}
