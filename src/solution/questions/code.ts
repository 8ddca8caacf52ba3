/** `code` blocks: equations and expressions of a model as lines of NumPy, each read back and proved to be what it was printed from. */

import { readFormula } from '../../calculus/target.js';
import { InputError } from '../../errors.js';
import { contextOfModel, type Equation, elaborateFormula, lexiconOfModel, type Model } from '../../model/index.js';
import { wholeName } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import { lower } from '../../notation/lower.js';
import { parseExpression } from '../../notation/parse.js';
import { HELPERS, numpyReference, printNumpy } from '../../notation/print-numpy.js';
import { parseQuestion } from '../../notation/questions.js';
import { splitLines } from '../../notation/statements.js';
import type { Syntax } from '../../notation/syntax.js';
import type { Block, Section } from '../document.js';
import { text } from '../presenter.js';
import type { Answer, QuestionKind } from './question.js';

/** A line of code and what it stands for. */
export interface CodeLine {
  /** The name it is assigned to, in Python; absent for an expression alone. */
  readonly left: string | undefined;
  readonly right: string;
  readonly formula: Formula;
  readonly letter: string | undefined;
}

export interface NumpyCode {
  readonly helpers: readonly string[];
  readonly lines: readonly CodeLine[];
}

export const code: QuestionKind = (block, context): Answer => {
  const { model } = context.model(block.words[0] ?? '');
  const asked = splitLines(block.text, { line: block.line, column: 1 }).flatMap((line) => {
    const question = parseQuestion(line, lexiconOfModel(model));
    const { statement } = question;
    const [bad] = question.options.filter(({ kind }) => kind !== 'only');
    if (bad !== undefined)
      throw new InputError({ ruleId: 'unsupported-option', message: `The option \`${bad.kind}\` does not go with code.`, region: bad.region });
    if (statement !== undefined && statement.kind !== 'expression')
      throw new InputError({
        ruleId: 'not-an-expression',
        message: 'A name of the model or an expression is printed as code.',
        fix: 'Write h_t, y_t.',
        region: line.region,
      });
    const more = question.options.flatMap((option) => (option.kind === 'only' ? option.names : []));
    return [...(statement === undefined ? [] : [statement.value]), ...more].map((syntax) => ({ syntax, formula: readFormula(model, syntax) }));
  });
  const made = numpyOf(model, asked);
  const proved = made.lines.filter((line) => readsBack(model, line)).length;
  const section: Section = { kind: 'code', title: [text('In NumPy')], blocks: blocksOf(made, proved) };
  return { sections: [section], derived: [], formulas: made.lines.length, proved, checked: 0, slips: 0 };
};

/** The lines for what is asked: a computed name gives its equations, anything else stands alone; without anything, every equation that has a line. */
export function numpyOf(model: Model, asked: readonly { readonly syntax?: Syntax; readonly formula: Formula }[]): NumpyCode {
  const helpers = new Set<string>();
  const all =
    asked.length === 0
      ? model.equations.filter(({ name }) => name !== model.loss).map((equation) => lineOfEquation(equation, helpers))
      : asked.flatMap(({ formula }) => linesFor(model, formula, helpers));
  return { helpers: [...HELPERS].flatMap(([name, body]) => (helpers.has(name) ? [body] : [])), lines: all };
}

function linesFor(model: Model, formula: Formula, helpers: Set<string>): readonly CodeLine[] {
  const { quantity } = formula.kind === 'name' ? formula : { quantity: undefined };
  const own = quantity?.kind === 'value' ? model.equations.filter(({ name }) => name === quantity.name) : [];
  if (own.length > 0) return own.map((equation) => lineOfEquation(equation, helpers));
  const letter = [...model.letters.keys()][0];
  return [{ left: undefined, right: printNumpy(formula, letter, helpers), formula, letter }];
}

function lineOfEquation(equation: Equation, helpers: Set<string>): CodeLine {
  const letter = equation.indices.length === 1 && equation.indices[0] !== undefined ? wholeName(equation.indices[0]) : undefined;
  const left = numpyReference({ name: equation.name, indices: equation.indices }, letter);
  return { left, right: printNumpy(equation.source, letter, helpers), formula: equation.source, letter };
}

/** The printed line, read as somebody's NumPy, is the formula it came from. */
export function readsBack(model: Model, { right, formula }: CodeLine): boolean {
  try {
    const syntax = parseExpression(right, lexiconOfModel(model, { settings: { dialect: 'numpy' } }));
    const again = elaborateFormula(syntax, contextOfModel(model, { settings: { dialect: 'numpy' }, impliedIndices: true }));
    const { workspace } = model;
    const [a, b] = [lower(again, workspace), lower(formula, workspace)];
    return a.dims.length === b.dims.length && workspace.expand(workspace.add(a, workspace.scale(b, -1))).terms.length === 0;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

function blocksOf({ helpers, lines }: NumpyCode, proved: number): readonly Block[] {
  const body = lines.map(({ left, right }) => (left === undefined ? right : `${left} = ${right}`));
  const source = [
    'import numpy as np',
    ...(helpers.length === 0 ? [] : ['', ...helpers.flatMap((helper) => [helper, ''])]),
    ...(helpers.length === 0 ? [''] : []),
    ...body,
  ].join('\n');
  const words =
    proved === lines.length
      ? 'Every line, read back as NumPy, is proved to be the equation it was printed from.'
      : `${proved} of ${lines.length} lines, read back as NumPy, are proved to be the equations they were printed from; the others use what is not read back.`;
  return [
    { type: 'codeBlock', language: 'python', text: source },
    {
      type: 'paragraph',
      content: [text(`Vectors are arrays with one axis; a name stands for its value at the step, with _prev for the step before. ${words}`)],
    },
  ];
}
