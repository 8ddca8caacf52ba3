/** Known functions by their word: entrywise operators, reductions, norms and the rest of the table of words. */

import type { Region } from '../errors.js';
import { wholeLetter } from '../network/whole.js';
import type { Formula, FormulaNode, Shape } from '../notation/formula.js';
import { freshLetter } from '../notation/letters.js';
import type { Syntax } from '../notation/syntax.js';
import { substituteFormula } from '../notation/walk.js';
import type { Operator } from '../operators/row.js';
import { OPERATORS } from '../operators/table.js';
import { type Context, defaultOrientation, fail } from './context.js';
import { elaborate } from './elaborate.js';
import { joinBlocks } from './elaborate-blocks.js';
import { adapted, hadamard, join, power, quotient, transposed } from './elaborate-products.js';
import { addTerms, elaborateSum } from './elaborate-sums.js';
import { formula, numberFormula } from './formulas.js';
import { describeShape, isScalar, matrixShape, rankOf, SCALAR, unifyShapes, vectorShape } from './shapes.js';
import { readWhole } from './wholes.js';

type Application = Extract<Syntax, { readonly kind: 'application' }>;
type Reduction = Extract<FormulaNode, { readonly kind: 'reduce' }>['by'];

const operatorNamed = (word: string): Operator | undefined => OPERATORS.find(({ name }) => name === word);

export function one(args: readonly Formula[], word: string, region: Region): Formula {
  const [only] = args;
  if (args.length !== 1 || only === undefined)
    return fail({ ruleId: 'arguments', message: `\`${word}\` takes one argument; here are ${args.length}.`, region });
  return only;
}

function two(args: readonly Formula[], word: string, region: Region): readonly [Formula, Formula] {
  const [first, second] = args;
  if (args.length !== 2 || first === undefined || second === undefined)
    return fail({ ruleId: 'arguments', message: `\`${word}\` takes two arguments; here are ${args.length}.`, region });
  return [first, second];
}

/** An entrywise operator of arguments of one shape, scalars stretched. */
export function applyOperator(operator: Operator, args: readonly Formula[], context: Context, region: Region): Formula {
  if (operator.arity === 1) {
    const of = one(args, operator.name, region);
    return formula({ kind: 'apply', operator, args: [of] }, of.shape, region);
  }
  if (args.length < 2)
    return fail({
      ruleId: 'arguments',
      message: `\`${operator.name}\` takes two arguments here.`,
      why: 'The largest or smallest entry of one vector has no derivative that is known everywhere.',
      region,
    });
  return args.slice(1).reduce((left, right) => {
    const [a, b] = adapted(left, right);
    if (!isScalar(a) && !isScalar(b) && !unifyShapes(a.shape, b.shape, context.solver)) {
      return fail({
        ruleId: 'ill-shaped',
        message: `\`${operator.name}\` compares entry by entry and needs equal shapes.`,
        why: `One is ${describeShape(a.shape, context.solver)}, the other ${describeShape(b.shape, context.solver)}.`,
        region,
      });
    }
    return formula({ kind: 'apply', operator, args: [a, b] }, isScalar(a) ? b.shape : a.shape, region);
  }, args[0] ?? numberFormula(0));
}

function reduce(by: Reduction, of: Formula, region: Region, shape: Shape = SCALAR): Formula {
  return isScalar(of) && by !== 'var' && by !== 'norm' ? of : formula({ kind: 'reduce', by, of }, shape, region);
}

function axisOption(syntax: Application): number | undefined {
  const option = syntax.options.find(({ name }) => name === 'axis' || name === 'dim');
  const value = Number(option?.value);
  return option === undefined || !Number.isInteger(value) ? undefined : value;
}

/** Row and column sums: of a matrix n × d the column of its row sums, the row of its column sums. */
function sums(by: 'rowsum' | 'colsum', of: Formula, context: Context, region: Region): Formula {
  const [rows, columns] = of.shape.dims;
  if (rows === undefined || columns === undefined || rankOf(of.shape) > 2)
    return fail({ ruleId: 'ill-shaped', message: `\`${by}\` is of a matrix.`, why: `This is ${describeShape(of.shape, context.solver)}.`, region });
  const bare = defaultOrientation(context) === undefined;
  return by === 'rowsum'
    ? reduce(by, of, region, vectorShape(rows, bare ? undefined : 'column'))
    : reduce(by, of, region, vectorShape(columns, bare ? undefined : 'row'));
}

function summed(syntax: Application, of: Formula, context: Context): Formula {
  const axis = axisOption(syntax);
  if (rankOf(of.shape) === 2 && axis !== undefined) return sums(axis === 0 || axis === -2 ? 'colsum' : 'rowsum', of, context, syntax.region);
  return reduce('sum', of, syntax.region);
}

function diagonal(of: Formula, context: Context, region: Region): Formula {
  const [first, second] = of.shape.dims;
  if (first === undefined) return of;
  if (second === undefined) return formula({ kind: 'diagonal', of }, matrixShape(first, first), region);
  if (rankOf(of.shape) > 2 || !context.solver.unify(first, second))
    return fail({ ruleId: 'ill-shaped', message: 'Only a square matrix has a diagonal.', why: `This is ${describeShape(of.shape, context.solver)}.`, region });
  return formula({ kind: 'diagonal', of }, vectorShape(first, defaultOrientation(context)), region);
}

function trace(of: Formula, context: Context, region: Region): Formula {
  const [first, second] = of.shape.dims;
  if (first !== undefined && (second === undefined || rankOf(of.shape) > 2 || !context.solver.unify(first, second))) {
    return fail({ ruleId: 'ill-shaped', message: 'The trace is of a square matrix.', why: `This is ${describeShape(of.shape, context.solver)}.`, region });
  }
  return reduce('trace', of, region);
}

function softmax(syntax: Application, of: Formula, context: Context): Formula {
  const letter = isScalar(of) && syntax.subscript?.kind === 'name' ? syntax.subscript.raw.base : undefined;
  if (letter !== undefined && context.scope.has(letter)) return softmaxOver(letter, syntax, of, context);
  if (isScalar(of))
    return fail({
      ruleId: 'ill-shaped',
      message: 'Softmax is of a vector, or of each row of a matrix.',
      why: 'This is a scalar.',
      fix: 'Over scores with an index, say which: \\operatorname{softmax}_j(e_{ij}).',
      region: syntax.region,
    });
  const said = axisOption(syntax);
  const rank = rankOf(of.shape);
  const axis = said === undefined ? rank - 1 : said < 0 ? rank + said : said;
  if (axis < 0 || axis >= rank)
    return fail({
      ruleId: 'out-of-range',
      message: `There is no axis ${said}.`,
      why: `This is ${describeShape(of.shape, context.solver)}.`,
      region: syntax.region,
    });
  return formula({ kind: 'softmax', of, axis }, of.shape, syntax.region);
}

/** softmax_j(e_{ij}): exp(e_{ij}) over its sum along j. */
function softmaxOver(letter: string, syntax: Application, of: Formula, context: Context): Formula {
  const { region } = syntax;
  const exponential = (value: Formula): Formula =>
    applyOperator(operatorNamed('exp') ?? fail({ ruleId: 'unsupported', message: 'exp' }), [value], context, region);
  const total = elaborateSum({ kind: 'letters', letters: [letter] }, syntax.args[0] as Syntax, context, region);
  if (total.kind !== 'rangeSum' && total.kind !== 'axisSum') return fail({ ruleId: 'unsupported', message: `There is no sum over ${letter} here.`, region });
  const range = total.kind === 'rangeSum' ? total : undefined;
  const other = freshLetter(range?.from, range?.to, new Set([...context.scope.keys(), ...context.letters.keys()]));
  const body = exponential(substituteFormula(total.body, new Map([[letter, wholeLetter(other)]])));
  return quotient(exponential(of), { ...total, letter: other, body }, context);
}

function constants(syntax: Application, kind: 'ones' | 'zeros' | 'identity', context: Context): Formula {
  return constantArray(kind, syntax.args, context, syntax.region);
}

/** Ones, zeros or the identity, with sizes where they are written. */
export function constantArray(kind: 'ones' | 'zeros' | 'identity', sizes: readonly Syntax[], context: Context, region: Region): Formula {
  const [first, second] = sizes.flatMap((size) => (size.kind === 'tuple' ? size.items : [size])).map(readWhole);
  if (kind === 'identity') {
    const dim = first ?? context.solver.fresh();
    return formula({ kind }, matrixShape(dim, dim), region);
  }
  if (first !== undefined && second !== undefined) return formula({ kind }, matrixShape(first, second), region);
  return formula({ kind }, vectorShape(first ?? context.solver.fresh(), defaultOrientation(context)), region);
}

/** σ′(a), σ″(a): the derivative of a known operator. */
function operatorDerivative(operator: Operator, order: number, args: readonly Formula[], region: Region): Formula {
  const of = one(args, operator.name, region);
  return formula({ kind: 'operatorDerivative', operator, order, of }, of.shape, region);
}

function composed(syntax: Application, args: readonly Formula[], context: Context): Formula {
  const { word, region } = syntax;
  switch (word) {
    case 'softmax':
      return softmax(syntax, one(args, word, region), context);
    case 'sum':
      return summed(syntax, one(args, word, region), context);
    case 'rowsum':
    case 'colsum':
      return sums(word, one(args, word, region), context, region);
    case 'mean':
    case 'var':
      return reduce(word, one(args, word, region), region);
    case 'std': {
      const of = reduce('var', one(args, word, region), region);
      return formula({ kind: 'squareRoot', of }, SCALAR, region);
    }
    case 'trace':
      return trace(one(args, word, region), context, region);
    case 'diag':
      return diagonal(one(args, word, region), context, region);
    case 'transpose':
      return transposed(one(args, word, region), region);
    case 'outer':
    case 'kron':
      return join(...two(args, word, region), 'outer', context);
    case 'dot':
      return join(...two(args, word, region), 'dot', context);
    case 'inner':
      return inner(...two(args, word, region), context, region);
    case 'multiply':
      return hadamard(...two(args, word, region), context);
    case 'divide':
      return quotient(...two(args, word, region), context);
    case 'add':
      return addTerms(
        args.map((term) => ({ sign: 1, formula: term })),
        context,
        region,
      );
    case 'subtract':
      return addTerms(
        two(args, word, region).map((term, k) => ({ sign: k === 0 ? 1 : -1, formula: term })),
        context,
        region,
      );
    case 'negative':
      return addTerms([{ sign: -1, formula: one(args, word, region) }], context, region);
    case 'power':
      return power(...two(args, word, region), true, context);
    case 'square':
      return power(one(args, word, region), numberFormula(2), true, context);
    case 'sqrt': {
      const of = one(args, word, region);
      return formula({ kind: 'squareRoot', of }, of.shape, region);
    }
    case 'norm':
      return norm(one(args, word, region), undefined, context, region);
    case 'concat':
      return joinBlocks([args], 'list', context, region);
    case 'vstack':
      return joinBlocks(
        args.map((arg) => [arg]),
        'semicolon',
        context,
        region,
      );
    case 'ones':
    case 'zeros':
      return constants(syntax, word, context);
    case 'eye':
      return constants(syntax, 'identity', context);
    case 'stopgrad': {
      const of = one(args, word, region);
      return formula({ kind: 'held', of }, of.shape, region);
    }
    case 'logsumexp':
      return logSumExp(one(args, word, region), context, region);
    case 'logsoftmax': {
      const of = softmax(syntax, one(args, word, region), context);
      return applyOperator(operatorNamed('log') ?? fail({ ruleId: 'unsupported', message: 'log' }), [of], context, region);
    }
    case 'tan': {
      const of = one(args, word, region);
      const [sin, cos] = ['sin', 'cos'].map((name) =>
        formula({ kind: 'apply', operator: operatorNamed(name) ?? fail({ ruleId: 'unsupported', message: name }), args: [of] }, of.shape, region),
      );
      return sin !== undefined && cos !== undefined ? quotient(sin, cos, context) : of;
    }
    default:
      return fail({ ruleId: 'unsupported', message: `\`${word}\` cannot stand in a formula of a model.`, region });
  }
}

function logSumExp(of: Formula, context: Context, region: Region): Formula {
  const [exp, log] = [operatorNamed('exp'), operatorNamed('log')];
  if (exp === undefined || log === undefined) return fail({ ruleId: 'unsupported', message: 'logsumexp', region });
  return applyOperator(log, [reduce('sum', applyOperator(exp, [of], context, region), region)], context, region);
}

export function inner(left: Formula, right: Formula, context: Context, region: Region): Formula {
  const [a, b] = adapted(left, right);
  const same = unifyShapes({ dims: a.shape.dims }, { dims: b.shape.dims }, context.solver);
  if (!same)
    return fail({
      ruleId: 'ill-shaped',
      message: 'An inner product needs equal shapes.',
      why: `One is ${describeShape(a.shape, context.solver)}, the other ${describeShape(b.shape, context.solver)}.`,
      region,
    });
  return formula({ kind: 'inner', left: a, right: b }, SCALAR, region);
}

/** ‖v‖ and ‖W‖ with or without a subscript. */
export function norm(of: Formula, subscript: string | undefined, context: Context, region: Region): Formula {
  switch (subscript) {
    case undefined:
    case '2':
      return reduce(rankOf(of.shape) === 2 ? 'spectral' : 'norm', of, region);
    case 'F':
      return reduce(rankOf(of.shape) === 2 ? 'frobenius' : 'norm', of, region);
    case '1':
      return reduce('sum', applyOperator(operatorNamed('abs') ?? fail({ ruleId: 'unsupported', message: 'abs' }), [of], context, region), region);
    default:
      return fail({ ruleId: 'unsupported', message: `The norm with the subscript ${subscript} is not known.`, fix: 'Known are 1, 2 and F.', region });
  }
}

/** A known function by its word. */
export function elaborateApplication(syntax: Application, context: Context): Formula {
  const { word, region } = syntax;
  const args = word === 'ones' || word === 'zeros' || word === 'eye' ? [] : syntax.args.map((arg) => elaborate(arg, context));
  const operator = operatorNamed(word);
  let value: Formula;
  if (syntax.primes > 0) {
    if (operator === undefined)
      return fail({
        ruleId: 'unsupported',
        message: `The derivative of \`${word}\` is no entrywise function.`,
        fix: 'Write it as a partial derivative.',
        region,
      });
    value = operatorDerivative(operator, syntax.primes, args, region);
  } else value = operator === undefined ? composed(syntax, args, context) : applyOperator(operator, args, context, region);
  return syntax.exponent === undefined ? value : power(value, elaborate(syntax.exponent, context), true, context);
}
