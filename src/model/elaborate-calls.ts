/** Declared and unspecified functions: f(a), ℓ_t(h_t), φ(x, h), and entrywise definitions put in place. */

import type { Region } from '../errors.js';
import type { Whole } from '../network/whole.js';
import type { Formula, Shape } from '../notation/formula.js';
import type { NameSyntax, Syntax } from '../notation/syntax.js';
import { type Context, type FunctionMeaning, fail } from './context.js';
import { elaborate } from './elaborate.js';
import { one } from './elaborate-functions.js';
import { unknownName } from './elaborate-names.js';
import { join, power } from './elaborate-products.js';
import { formula } from './formulas.js';
import { describeShape, isScalar, rankOf, SCALAR, unifyShapes } from './shapes.js';
import { readWhole } from './wholes.js';

type Call = Extract<Syntax, { readonly kind: 'call' }>;

/** Puts an argument of any shape into the body of an entrywise definition, which was read for a scalar. */
function lift(body: Formula, parameter: string, argument: Formula): Formula {
  const again = (part: Formula): Formula => lift(part, parameter, argument);
  const { shape } = argument;
  const { region } = body;
  const wide = (parts: readonly Formula[]): Shape => (parts.some((part) => !isScalar(part)) ? shape : SCALAR);
  switch (body.kind) {
    case 'name':
      return body.quantity.kind === 'value' && body.quantity.name === parameter ? argument : body;
    case 'sum': {
      const terms = body.terms.map(({ sign, formula: term }) => ({ sign, formula: again(term) }));
      return formula({ ...body, terms }, wide(terms.map((term) => term.formula)), region);
    }
    case 'product': {
      const factors = body.factors.map(again);
      const style = factors.filter((factor) => !isScalar(factor)).length > 1 ? 'hadamard' : 'scalar';
      return formula({ kind: 'product', style, factors }, wide(factors), region);
    }
    case 'quotient': {
      const [numerator, denominator] = [again(body.numerator), again(body.denominator)];
      return formula({ ...body, numerator, denominator }, wide([numerator, denominator]), region);
    }
    case 'power': {
      const base = again(body.base);
      return formula({ ...body, base, style: isScalar(base) ? 'scalar' : 'entrywise' }, base.shape, region);
    }
    case 'apply':
    case 'unspecified': {
      const args = body.args.map(again);
      return formula({ ...body, args }, wide(args), region);
    }
    case 'squareRoot':
    case 'operatorDerivative':
    case 'held': {
      const of = again(body.of);
      return formula({ ...body, of }, of.shape, region);
    }
    case 'cases': {
      const branches = body.branches.map(({ value, condition }) => ({ value: again(value), condition }));
      return formula({ ...body, branches }, wide(branches.map(({ value }) => value)), region);
    }
    default:
      return body;
  }
}

/** What an entrywise definition's parameter is called while its body is read. */
export const PARAMETER = '\u2022';

function defined(
  meaning: FunctionMeaning,
  definition: NonNullable<FunctionMeaning['definition']>,
  argument: Formula,
  context: Context,
  region: Region,
): Formula {
  const parameter = formula({ kind: 'name', quantity: { kind: 'value', name: PARAMETER, indices: [] } }, SCALAR);
  const isParameter = (name: NameSyntax): boolean => name.raw.base === definition.parameter && name.raw.scripts.length === 0 && name.raw.accents.length === 0;
  const inside: Context = {
    ...context,
    functions: (key) => (key === meaning.key ? undefined : context.functions(key)),
    extra: (name, inside) => (isParameter(name) ? parameter : context.extra?.(name, inside)),
  };
  const body = elaborate(definition.body, inside);
  if (!isScalar(body))
    return fail({
      ruleId: 'ill-shaped',
      message: `\`${meaning.key}\` is defined for a scalar, and its right side is ${describeShape(body.shape, context.solver)}.`,
      region,
    });
  const lifted = lift(body, PARAMETER, argument);
  return { ...lifted, region };
}

/** A declared or unspecified function: f(a), ℓ_t(h_t), φ(x, h), f′(a). */
export function elaborateCall(syntax: Call, context: Context): Formula {
  const { callee, region } = syntax;
  const meaning = callee.key === undefined ? undefined : context.functions(callee.key);
  const args = syntax.args.map((arg) => elaborate(arg, context));
  if (meaning === undefined) return timesArgument(syntax, args, context);
  const indices = callee.indices.map(({ value }) => readWhole(value));
  const missing = meaning.indices.slice(indices.length);
  if (missing.length > 0 && context.impliedIndices !== true) {
    return fail({
      ruleId: 'missing-index',
      message: `\`${meaning.key}\` stands without its index.`,
      fix: `Write it with the index ${missing.map(({ letter }) => letter).join(', ')}.`,
      region: callee.region,
    });
  }
  indices.forEach((whole, k) => noteIndex(whole, meaning, k, context));
  const value = called(meaning, indices, args, syntax.primes, context, region);
  return syntax.exponent === undefined ? value : power(value, elaborate(syntax.exponent, context), true, context);
}

function noteIndex(whole: Whole, meaning: FunctionMeaning, k: number, context: Context): void {
  for (const letter of whole.monomials.flatMap(({ letters }) => letters)) {
    const use = context.scope.get(letter);
    const range = meaning.indices[k];
    if (use !== undefined && range !== undefined) use.indexOf ??= range;
  }
}

function called(meaning: FunctionMeaning, indices: readonly Whole[], args: readonly Formula[], primes: number, context: Context, region: Region): Formula {
  if (meaning.definition !== undefined) {
    if (primes > 0) return fail({ ruleId: 'unsupported', message: `\`${meaning.key}\` is defined here; write its derivative out.`, region });
    return defined(meaning, meaning.definition, one(args, meaning.key, region), context, region);
  }
  if (meaning.entrywise) {
    const of = one(args, meaning.key, region);
    return formula(
      { kind: 'unspecified', name: meaning.key, indices, entrywise: true, args: [of], wrt: Array.from({ length: primes }, () => 0) },
      of.shape,
      region,
    );
  }
  const expected = meaning.args;
  expected?.forEach((shape, k) => {
    const arg = args[k];
    if (arg !== undefined && !unifyShapes({ dims: shape.dims }, { dims: arg.shape.dims }, context.solver)) {
      fail({
        ruleId: 'ill-shaped',
        message: `Argument ${k + 1} of \`${meaning.key}\` has another shape here.`,
        why: `It is ${describeShape(arg.shape, context.solver)}, and ${describeShape(shape, context.solver)} elsewhere.`,
        region: arg.region ?? region,
      });
    }
  });
  if (expected !== undefined && expected.length !== args.length)
    return fail({ ruleId: 'arguments', message: `\`${meaning.key}\` takes ${expected.length} arguments; here are ${args.length}.`, region });
  const wrt = Array.from({ length: primes }, () => 0);
  const [argument] = args;
  const shape = primes === 1 && argument !== undefined && rankOf(meaning.shape) === 0 ? argument.shape : meaning.shape;
  return formula({ kind: 'unspecified', name: meaning.key, indices, entrywise: false, args, wrt }, shape, region);
}

/** A declared value before brackets is a factor: W(h + x). */
function timesArgument(syntax: Call, args: readonly Formula[], context: Context): Formula {
  if (syntax.callee.key === undefined && context.extra?.(syntax.callee, context) === undefined) return unknownName(syntax.callee, context);
  const value = elaborate(syntax.callee, context);
  const [argument] = args;
  if (argument === undefined || args.length !== 1 || syntax.primes > 0)
    return fail({ ruleId: 'arguments', message: `\`${syntax.callee.key ?? syntax.callee.raw.base}\` is a value, not a function.`, region: syntax.region });
  return join(value, argument, 'beside', context);
}
