/** `evaluate` blocks: given numbers, every intermediate value of a run or of one step, line by line. */

import { createRun, derivativeResolver } from '../../numeric/index.js';
import type { Block, Inline } from '../document.js';
import { listed, sentence, text } from '../presenter.js';
import { derivativeLines } from './evaluate-derivatives.js';
import { expressionLines, givenLines, linesOf } from './evaluate-lines.js';
import { type Asked, readEvaluation } from './evaluate-reading.js';
import { runOf, singleStep } from './evaluate-run.js';
import { arrayMath } from './numbers.js';
import type { Answer, QuestionKind } from './question.js';

export const evaluate: QuestionKind = (block, context): Answer => {
  const presented = context.model(block.words[0] ?? '');
  const { presenter } = presented;
  const { given, sizes, asked, digits } = readEvaluation(block, presented.model);
  const assigned = given.flatMap(({ references, value }) => references.map((reference) => ({ reference, value })));
  const step = singleStep(assigned);
  const { run, values, byHand } = runOf(
    presented.model,
    assigned,
    asked.flatMap((one) => (one.kind === 'name' ? [one.reference] : [])),
    sizes,
  );
  const everything = (): readonly Asked[] => run.model.equations.map(({ name, indices }) => ({ kind: 'name', reference: { name, indices } }));
  const measuring = asked.some(({ kind }) => kind === 'expression')
    ? createRun(run.model, run.sizes, { derivatives: derivativeResolver(run.model, run.sizes) })
    : run;
  if (measuring !== run) measuring.forward(values);
  const lines = (asked.length === 0 ? everything() : asked).flatMap((one) => {
    switch (one.kind) {
      case 'name':
        return linesOf(presenter, run, one.reference, step, digits);
      case 'expression':
        return expressionLines(presenter, measuring, one.measured, step, digits);
      case 'derivative':
        return derivativeLines(presented, run, values, one.target, (value) => arrayMath(value, digits, undefined), step);
    }
  });
  const blocks: Block[] = [];
  const shown = givenLines(presenter, given, sizes, step);
  if (shown.length > 0) blocks.push({ type: 'paragraph', content: [text('Given are')] }, { type: 'equations', lines: shown });
  if (byHand.length > 0) {
    const names = byHand.map((name) => presenter.reference(presenter.ownReference(name)));
    blocks.push({ type: 'paragraph', content: sentence(...listed(names), ` ${names.length === 1 ? 'is' : 'are'} set by hand, in the place of the equation.`) });
  }
  blocks.push({ type: 'paragraph', content: introduction(step, digits) }, { type: 'equations', lines });
  return {
    sections: [{ kind: 'evaluate', title: [text('The numbers')], blocks }],
    derived: [],
    formulas: lines.length,
    proved: 0,
    checked: lines.length,
    slips: 0,
  };
};

const introduction = (step: string | undefined, digits: number): readonly Inline[] =>
  sentence(
    step === undefined ? 'Then, worked out in the order of the equations' : 'Then, worked out for this one step, equation by equation',
    ` and printed to ${digits} ${digits === 1 ? 'digit' : 'digits'} (nothing is rounded in between):`,
  );
