/** `spectrum` blocks: closed forms, Jacobian products and their bounds, eigenvalues and singular values, norms as figures; a line each. */

import { readFormula, referenceOf, targetOf } from '../../calculus/target.js';
import { InputError } from '../../errors.js';
import { lexiconOfModel } from '../../model/index.js';
import { isPlot, parseQuestion } from '../../notation/questions.js';
import { splitLines } from '../../notation/statements.js';
import type { Line, Question, Syntax } from '../../notation/syntax.js';
import { type Derived, deriveTarget } from '../derive.js';
import type { Section } from '../document.js';
import { math } from '../presenter.js';
import { modelFigure } from './model-figure.js';
import { settingOf } from './moments-reading.js';
import type { Setting } from './moments-values.js';
import type { Answer, PresentedModel, QuestionContext, QuestionKind } from './question.js';
import { boundSection } from './spectrum-bound.js';
import { closedSection, powerBlocks, type SpectrumPart } from './spectrum-closed.js';
import { numbersSection } from './spectrum-numbers.js';

export const spectrum: QuestionKind = (block, context): Answer => {
  const sections: Section[] = [];
  const derived: Derived[] = [];
  let [formulas, proved, checked] = [0, 0, 0];
  const lines = splitLines(block.text, { line: block.line, column: 1 });
  const words = block.words.length === 0 ? [''] : block.words;
  for (const line of lines) {
    if (isPlot(line)) {
      sections.push(modelFigure(line, block.words, context));
      continue;
    }
    for (const word of words) {
      const answer = answerLine(line, context.model(word), context);
      if ('check' in answer) {
        derived.push(answer);
        sections.push({ kind: 'spectrum', title: [math(answer.target)], blocks: [...answer.blocks, ...powerBlocks(context.model(word), answer)] });
        formulas += answer.steps.length;
        continue;
      }
      sections.push(answer.section);
      formulas += answer.formulas;
      proved += answer.proved;
      checked += answer.checked;
    }
  }
  return { sections, derived, formulas, proved, checked, slips: 0 };
};

function answerLine(line: Line, presented: PresentedModel, context: QuestionContext): SpectrumPart | Derived {
  const { model } = presented;
  const question = parseQuestion(line, lexiconOfModel(model));
  const { statement, verb } = question;
  if (statement?.kind !== 'expression') {
    throw new InputError({
      ruleId: 'not-a-question',
      message: 'This line asks nothing.',
      fix: 'Write closed h_t, bound \\|\\partial h_T / \\partial h_t\\|, eigenvalues W, singular values W, \\Lambda^{10} where …, or plot ….',
      region: line.region,
    });
  }
  const settings = settingsIn(question);
  const digits = question.options.find((option) => option.kind === 'digits')?.digits;
  const { value } = statement;
  switch (verb) {
    case 'closed':
      return closedSection(presented, value, settings, context.settings);
    case 'bound':
      return boundOf(presented, question, value, context);
    case 'eigenvalues':
    case 'spectrum':
      return numbersSection(presented, 'eigenvalues', value, settings, digits);
    case 'singular':
    case 'sigma':
      return numbersSection(presented, 'singular', withoutWord(value, 'values'), settings, digits);
    default:
      return isDerivative(value) ? deriveTarget(presented, targetOf(model, question)) : numbersSection(presented, 'value', value, settings, digits);
  }
}

const isDerivative = (syntax: Syntax): boolean => syntax.kind === 'derivative' || (syntax.kind === 'transpose' && isDerivative(syntax.of));

/** `singular values W`: the word is no factor. */
function withoutWord(syntax: Syntax, word: string): Syntax {
  if (syntax.kind !== 'juxtaposition') return syntax;
  const [first, ...rest] = syntax.factors;
  const [only] = rest;
  if (first?.kind !== 'name' || first.raw.base !== word || only === undefined) return syntax;
  return rest.length === 1 ? only : { ...syntax, factors: rest };
}

function boundOf(presented: PresentedModel, question: Question, value: Syntax, context: QuestionContext): SpectrumPart {
  const { model } = presented;
  const formula = readFormula(model, value);
  const inside = formula.kind === 'reduce' && (formula.by === 'spectral' || formula.by === 'norm') ? formula.of : formula;
  const [by] = inside.kind === 'derivative' ? inside.by : [];
  if (inside.kind !== 'derivative' || by === undefined || inside.by.length !== 1) {
    throw new InputError({
      ruleId: 'no-bound',
      message: 'A bound is of the norm of a derivative.',
      fix: 'Write bound \\|\\partial h_T / \\partial h_t\\|.',
      region: question.region,
    });
  }
  const asked = question.options.find((option) => option.kind === 'reach')?.reach;
  return boundSection(presented, referenceOf(inside.of), referenceOf(by), asked ?? inside.reach ?? 'total', context.settings, question.region);
}

function settingsIn(question: Question): readonly Setting[] {
  return question.options.flatMap((option): readonly Setting[] => {
    switch (option.kind) {
      case 'where':
        return option.conditions.map(settingOf);
      case 'value':
        return [{ name: option.name, value: option.value }];
      case 'digits':
      case 'reach':
      case 'hold':
      case 'keep':
        return [];
      case 'truncated':
      case 'using':
      case 'for':
      case 'only':
        throw new InputError({ ruleId: 'unsupported-option', message: `The option \`${option.kind}\` does not go with a spectrum.`, region: option.region });
    }
  });
}
