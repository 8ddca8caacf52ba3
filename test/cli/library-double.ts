/**
 * A library whose answers a test chooses: for what the shell does with an outcome or an error, whatever led to it.
 */

import type { Answer, Library, Outcome, Source } from '../../cli/library.js';

/** Answers every question in the same way; throws `error` instead where one is given. */
export function answering(outcome: Outcome, error?: (source: Source) => unknown): Library {
  const answer = (source: Source): Answer => {
    const thrown = error?.(source);
    if (thrown !== undefined) throw thrown;
    return { report: { schema: 'chainrule/solve/1', of: source.file }, document: { text: `solution of ${source.file}` }, outcome };
  };
  return {
    listModels: () => [{ name: 'lstm', title: 'LSTM' }],
    modelSource: (name) => `built-in ${name}`,
    show: answer,
    derive: answer,
    check: answer,
    evaluate: answer,
    solve: answer,
    render: (document, format) => `${format}: ${JSON.stringify(document)}`,
    nearestNames: (word, candidates) => candidates.filter((candidate) => candidate[0] === word[0]),
  };
}
