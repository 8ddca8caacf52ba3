/** What an `evaluate` block gives and what it asks: values by name, sizes, names, expressions and derivatives, digits. */

import { readFormula, referenceOf, type Target, targetOf } from '../../calculus/target.js';
import { InputError, type Region } from '../../errors.js';
import { asWhole, lexiconOfModel, type Model, type SheetBlock } from '../../model/index.js';
import { type ValueReference, wholeName, wholeNumber, wholeValue } from '../../network/index.js';
import { parseQuestion } from '../../notation/questions.js';
import { splitLines } from '../../notation/statements.js';
import type { Question, RelationChain, Statement, Syntax } from '../../notation/syntax.js';
import { type Measured, measured } from './model-point.js';
import { literal } from './numbers.js';

/** One line of values: A = B = [[…], …] sets both. */
export interface GivenLine {
  readonly references: readonly ValueReference[];
  readonly value: unknown;
}

export type Asked =
  | { readonly kind: 'name'; readonly reference: ValueReference }
  | { readonly kind: 'expression'; readonly measured: Measured }
  | { readonly kind: 'derivative'; readonly target: Target };

export interface Evaluation {
  readonly given: readonly GivenLine[];
  readonly sizes: ReadonlyMap<string, number>;
  readonly asked: readonly Asked[];
  readonly digits: number;
}

const DIGITS = 6;
/** Options that say what a derivative holds or how far it reaches. */
const OF_DERIVATIVES: readonly string[] = ['hold', 'keep', 'reach'];
/** Longest run that a sheet may ask for by a size alone. */
const LONGEST = 1000;

/** Reads the block. Throws an InputError for lines that neither give nor ask, and for options that do not go with numbers. */
export function readEvaluation(block: SheetBlock, model: Model): Evaluation {
  const lexicon = lexiconOfModel(model);
  const [given, asked, sizes]: [GivenLine[], Asked[], Map<string, number>] = [[], [], new Map()];
  let digits = DIGITS;
  for (const line of splitLines(block.text, { line: block.line, column: 1 })) {
    const question = parseQuestion(line, lexicon);
    const { statement } = question;
    for (const option of question.options) {
      if (option.kind === 'digits') digits = option.digits;
      else if (option.kind === 'value') sizes.set(...sizeOf(model, option));
      else if (option.kind !== 'only' && !(isDerivative(statement) && OF_DERIVATIVES.includes(option.kind)))
        throw new InputError({ ruleId: 'unsupported-option', message: `The option \`${option.kind}\` does not go with numbers.`, region: option.region });
    }
    asked.push(...askedIn(model, question));
    if (statement?.kind === 'relation') given.push(assignment(model, statement.chain));
    else if (statement !== undefined && statement.kind !== 'expression')
      throw new InputError({
        ruleId: 'not-a-value',
        message: 'A value or a name is expected here.',
        fix: 'Write x_t = [0.5, -0.1], then the names wanted.',
        region: line.region,
      });
  }
  return { given, sizes, asked, digits };
}

const isDerivative = (statement: Statement | undefined): boolean => statement?.kind === 'expression' && statement.value.kind === 'derivative';

function askedIn(model: Model, question: Question): readonly Asked[] {
  const { statement } = question;
  const written = [
    ...(statement?.kind === 'expression' ? [statement.value] : []),
    ...question.options.flatMap((option) => (option.kind === 'only' ? option.names : [])),
  ];
  return written.flatMap((syntax) => (syntax.kind === 'tuple' ? syntax.items : [syntax])).map((syntax) => askedFor(model, syntax, question));
}

function askedFor(model: Model, syntax: Syntax, question: Question): Asked {
  if (syntax.kind === 'derivative') {
    const options = question.options.filter(({ kind }) => OF_DERIVATIVES.includes(kind));
    return { kind: 'derivative', target: targetOf(model, { statement: expressionOf(syntax), options, region: syntax.region }) };
  }
  const formula = readFormula(model, syntax);
  const plain = formula.kind === 'transpose' ? formula.of : formula;
  return plain.kind === 'name' && plain.quantity.kind === 'value'
    ? { kind: 'name', reference: referenceOf(formula) }
    : { kind: 'expression', measured: measured(model, syntax) };
}

function assignment(model: Model, chain: RelationChain): GivenLine {
  const sides = [chain.first, ...chain.rest.map((part) => part.value)];
  const bad = chain.rest.find((part) => part.sign !== '=' && part.sign !== ':=');
  if (bad !== undefined) throw new InputError({ ruleId: 'not-a-value', message: 'Values are given with =.', region: bad.signRegion });
  return {
    references: sides.slice(0, -1).map((side) => wholeRun(model, side) ?? referenceOf(readFormula(model, side))),
    value: literal(sides.at(-1) as Syntax),
  };
}

/** `x = [[…], …]`: a name with an index, given over its whole range. */
function wholeRun(model: Model, side: Syntax): ValueReference | undefined {
  const declaration = side.kind === 'name' && side.indices.length === 0 ? model.declarations.get(side.key ?? '') : undefined;
  return declaration === undefined || declaration.indices.length === 0 ? undefined : { name: declaration.name, indices: [] };
}

/** `T = 40` */
function sizeOf(model: Model, { name, value, region }: { readonly name: Syntax; readonly value: Syntax; readonly region: Region }): [string, number] {
  const letter = wholeName(asWhole(name) ?? wholeNumber(0));
  const count = wholeValue(asWhole(value) ?? wholeNumber(0));
  if (letter !== undefined && model.sizes.includes(letter) && count !== undefined && count >= 1 && count <= LONGEST) return [letter, count];
  throw new InputError({
    ruleId: 'bad-size',
    message: `A size of the model is set to a whole number from 1 to ${LONGEST}.`,
    why: `Its sizes are ${model.sizes.join(', ')}.`,
    fix: 'Write T = 40.',
    region,
  });
}

const expressionOf = (value: Syntax): Statement => ({ kind: 'expression', value, trailer: { ranges: [], roles: [], conditions: [] }, region: value.region });
