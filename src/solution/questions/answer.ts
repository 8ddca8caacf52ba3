/** `answer` blocks: somebody's derivation, judged line by line; the derive lines before it are what it must reach. */

import type { SheetBlock } from '../../model/index.js';
import { splitLines } from '../../notation/statements.js';
import { judgeAnswer } from '../../verify/index.js';
import { answerBlocks } from '../answer.js';
import { text } from '../presenter.js';
import type { Answer, QuestionContext, QuestionKind } from './question.js';

export const answer: QuestionKind = (block, context): Answer => {
  const { model } = context.model(block.words[0] ?? '');
  const { seed, budget } = context.settings;
  const { result, shown } = judgeAnswer(model, block.text, {
    seed,
    targets: targetsBefore(block, context),
    file: context.sheet.file,
    line: block.line,
    ...(budget === undefined ? {} : { budget }),
  });
  const slips = result.lines.filter(({ verdict }) => verdict === 'refuted' || verdict === 'ill-shaped').length;
  return {
    sections: [{ kind: 'answer', title: [text('The answer, judged')], blocks: answerBlocks(result, shown) }],
    derived: [],
    formulas: result.lines.length,
    proved: result.lines.filter(({ verdict }) => verdict === 'proved').length,
    checked: 0,
    slips,
  };
};

/** The lines of the derive block that stands right before this one, for the same model. */
function targetsBefore(block: SheetBlock, { sheet }: QuestionContext): readonly string[] {
  const before = sheet.parts.slice(0, sheet.parts.indexOf(block)).findLast((part) => part.type === 'block' && part.kind !== 'model');
  if (before?.type !== 'block' || before.kind !== 'derive' || (before.words[0] ?? '') !== (block.words[0] ?? '')) return [];
  return splitLines(before.text, { line: before.line, column: 1 }).map(({ text: line }) => line);
}
