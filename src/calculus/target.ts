/** What a question asks for: a gradient, a Jacobian, a higher derivative, or a value written out; and how it is read from a line. */

import { InputError, type Region } from '../errors.js';
import { asWhole, contextOfModel, elaborateFormula, lexiconOfModel, type Model } from '../model/index.js';
import { type Reach, subtractWhole, type ValueReference, type Whole, wholeName, wholeValue } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { parseQuestion } from '../notation/questions.js';
import type { Line, Question, QuestionOption, RelationChain, Syntax } from '../notation/syntax.js';

/** A name in its own letters, and what stands for it: `where z_t = 0`. */
export interface Condition {
  readonly name: ValueReference;
  readonly value: Formula;
  readonly region?: Region;
}

export type Target = AnyTarget & { readonly where?: readonly Condition[] };

type AnyTarget =
  | {
      readonly kind: 'gradient';
      /** The loss, unless another scalar is named. */
      readonly of?: ValueReference;
      readonly by: ValueReference;
      readonly keep?: readonly string[];
      readonly hold?: readonly string[];
      /** Written out at these lengths. */
      readonly lengths?: ReadonlyMap<string, Whole>;
      /** What a loss sends back stops after so many steps. */
      readonly truncated?: Whole;
    }
  | {
      readonly kind: 'jacobian';
      readonly numerator: ValueReference;
      readonly denominator: ValueReference;
      readonly reach: Reach;
      readonly hold?: readonly string[];
    }
  | { readonly kind: 'higher'; readonly of?: ValueReference; readonly by: readonly ValueReference[] }
  | { readonly kind: 'value'; readonly of: ValueReference };

type Option = QuestionOption & { readonly region: Region };

/** The options of a question as far as targets know them; others are refused by name. */
interface TargetOptions {
  readonly keep?: readonly string[];
  readonly hold?: readonly string[];
  readonly reach?: Reach;
  readonly lengths?: ReadonlyMap<string, Whole>;
  readonly truncated?: Whole;
  readonly where?: readonly Condition[];
}

function fail(ruleId: string, message: string, region: Region | undefined, fix?: string): never {
  throw new InputError({ ruleId, message, ...(region === undefined ? {} : { region }), ...(fix === undefined ? {} : { fix }) });
}

/** A formula that must be a declared name. */
export function referenceOf(formula: Formula): ValueReference {
  const plain = formula.kind === 'transpose' ? formula.of : formula;
  if (plain.kind !== 'name' || plain.quantity.kind !== 'value') return fail('not-a-name', 'A declared name is expected here.', formula.region);
  return { name: plain.quantity.name, indices: plain.quantity.indices };
}

export function readFormula(model: Model, syntax: Syntax): Formula {
  return elaborateFormula(syntax, contextOfModel(model));
}

function namesIn(model: Model, list: readonly Syntax[]): readonly string[] {
  return list.map((syntax) => referenceOf(readFormula(model, syntax)).name);
}

function optionsOf(model: Model, options: readonly Option[]): TargetOptions {
  let result: TargetOptions = {};
  for (const option of options) {
    switch (option.kind) {
      case 'keep':
        result = { ...result, keep: option.names === 'all' ? ['all'] : namesIn(model, option.names) };
        break;
      case 'hold':
        result = { ...result, hold: namesIn(model, option.names) };
        break;
      case 'reach':
        result = { ...result, reach: option.reach };
        break;
      case 'value': {
        const [name, value] = [asWhole(option.name), asWhole(option.value)];
        const letter = name === undefined ? undefined : wholeName(name);
        const count = value === undefined ? undefined : wholeValue(value);
        if (letter === undefined || value === undefined || count === undefined)
          fail('bad-option', 'A length is set to a whole number: `, T = 3`.', option.region);
        if (!model.sizes.includes(letter))
          fail('unknown-size', `The model has no size or length ${letter}.`, option.region, `Its sizes are ${model.sizes.join(', ')}.`);
        if (count < 1 || count > 12) fail('bad-option', 'Lengths from 1 to 12 are written out.', option.region);
        result = { ...result, lengths: new Map([...(result.lengths ?? []), [letter, value]]) };
        break;
      }
      case 'truncated': {
        const after = asWhole(option.after);
        const steps = after === undefined ? undefined : wholeValue(after);
        if (after === undefined || (steps === undefined && wholeName(after) === undefined) || (steps !== undefined && (steps < 0 || steps > 6)))
          fail(
            'bad-option',
            'Truncated is after a number of steps from 0 to 6, or after a letter.',
            option.region,
            'Write `, truncated after 2` or `, truncated after k`.',
          );
        result = { ...result, truncated: after };
        break;
      }
      case 'where':
        result = { ...result, where: [...(result.where ?? []), ...option.conditions.map((chain) => conditionOf(model, chain))] };
        break;
      case 'using':
      case 'digits':
      case 'for':
      case 'only':
        fail('unsupported-option', `The option \`${option.kind}\` does not go with this question.`, option.region);
    }
  }
  return result;
}

function conditionOf(model: Model, { first, rest }: RelationChain): Condition {
  const [only] = rest;
  if (rest.length !== 1 || only === undefined || (only.sign !== '=' && only.sign !== ':='))
    return fail('bad-condition', 'A condition here gives a name a value.', first.region, 'Write where b = 0, z_t = 1.');
  return { name: referenceOf(readFormula(model, first)), value: readFormula(model, only.value), region: first.region };
}

/** Reads a line of a `derive` block, or a TARGET of the command line. Throws an InputError that points at what the model does not have. */
export function readTarget(model: Model, line: Line): Target {
  return targetOf(model, parseQuestion(line, lexiconOfModel(model)));
}

/** Where a model has no loss, an unknown J is that: not a name misspelt. */
function namingTheLoss<X>(model: Model, read: () => X): X {
  try {
    return read();
  } catch (error) {
    const problem = error instanceof InputError ? error.problems[0] : undefined;
    if (model.loss !== undefined || problem?.ruleId !== 'unknown-name' || !/^`(J|L|E|\\?mathcal L|ℒ|loss)`/.test(problem.message)) throw error;
    throw new InputError({
      ...problem,
      ruleId: 'no-loss',
      message: 'The model has no loss.',
      why: 'A loss is a capital scalar without an index that no other equation reads.',
      fix: 'Add one, such as J = \\sum_{t=1}^{T} \\ell_t(h_t), or name it with `loss:` in the front matter.',
    });
  }
}

export function targetOf(model: Model, question: Question): Target {
  const { statement } = question;
  if (statement === undefined || statement.kind !== 'expression')
    return fail(
      'not-a-target',
      'A derivative or a value is expected here.',
      question.region,
      'Write \\frac{\\partial J}{\\partial W}, \\nabla_W J, \\frac{\\partial h_t}{\\partial h_{t-1}} or h_3.',
    );
  const formula = namingTheLoss(model, () => readFormula(model, statement.value));
  const plain = formula.kind === 'transpose' ? formula.of : formula;
  const { where, ...options } = optionsOf(model, question.options);
  const given = where === undefined ? {} : { where };
  if (plain.kind === 'name' && plain.quantity.kind === 'value') return { kind: 'value', of: referenceOf(plain), ...given };
  if (plain.kind !== 'derivative')
    return fail(
      'not-a-target',
      'This is neither a derivative nor a name.',
      statement.region,
      'Write \\frac{\\partial J}{\\partial W}, \\nabla_W J, \\frac{\\partial h_t}{\\partial h_{t-1}} or h_3.',
    );
  const of = referenceOf(plain.of);
  const by = plain.by.map(referenceOf);
  const [first, ...more] = by;
  if (first === undefined) return fail('not-a-target', 'The derivative does not say by what.', statement.region);
  const loss = of.name === model.loss;
  if (more.length > 0) return { kind: 'higher', ...(loss ? {} : { of }), by, ...given };
  const scalar = (model.declarations.get(of.name)?.dims.length ?? 0) === 0;
  if (loss || (scalar && of.indices.length === 0)) {
    const { reach: _reach, ...rest } = options;
    return { kind: 'gradient', ...(loss ? {} : { of }), by: first, ...rest, ...given };
  }
  if (options.truncated !== undefined) fail('unsupported-option', 'Only the gradient of a scalar is truncated.', statement.region);
  const held = plain.holding === undefined ? options.hold : [...(options.hold ?? []), ...plain.holding.map((each) => referenceOf(each).name)];
  const reach = options.reach ?? plain.reach ?? (isNeighbouring(of, first) ? 'step' : 'total');
  return { kind: 'jacobian', numerator: of, denominator: first, reach, ...(held === undefined ? {} : { hold: held }), ...given };
}

/** `step` is the default between neighbouring steps and within one, `total` between others. */
function isNeighbouring(a: ValueReference, b: ValueReference): boolean {
  if (a.indices.length !== b.indices.length) return true;
  return a.indices.every((index, at) => Math.abs(wholeValue(subtractWhole(index, b.indices[at] as Whole)) ?? 2) <= 1);
}
