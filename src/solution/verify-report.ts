/** `verify` for commands and other tools: the contract's JSON and the same as a document. */

import type { Model } from '../model/index.js';
import { judgeAnswer, type VerifyOptions, type VerifyResult } from '../verify/index.js';
import { answerBlocks } from './answer.js';
import type { SolutionDocument } from './document.js';
import { text } from './presenter.js';
import { VERSION } from './solve.js';

/**
 * Judges somebody's derivation about a model. The document is a marked-up copy of it.
 * Throws an InputError for front matter and targets that cannot be read.
 */
export function verifyAnswer(
  model: Model,
  answer: string,
  options: VerifyOptions = {},
): { readonly report: VerifyResult; readonly document: SolutionDocument } {
  const { result, shown } = judgeAnswer(model, answer, options);
  const slips = result.lines.filter(({ verdict }) => verdict === 'refuted' || verdict === 'ill-shaped').length;
  return {
    report: result,
    document: {
      schema: 'chainrule/solve/1',
      title: [text(model.title ?? (model.name === '' ? 'A derivation, judged' : `A derivation about ${model.name}, judged`))],
      language: 'en',
      sections: [{ kind: 'answer', title: [text('The derivation')], blocks: answerBlocks(result, shown) }],
      totals: { formulas: result.lines.length, proved: result.lines.filter(({ verdict }) => verdict === 'proved').length, checked: 0, slips },
      provenance: `chainrule ${VERSION}, seed ${result.seed}`,
    },
  };
}
