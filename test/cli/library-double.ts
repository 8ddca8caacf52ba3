/**
 * A library whose answers a test chooses: for what the shell does with an outcome or an error, whatever led to it.
 */

import type { Answer, Library, Outcome, Source } from '../../cli/library.js';

const nothing = { formulas: 0, proved: 0, checked: 0, slips: 0 };

/** A document that holds its title and nothing else. */
export function documentOf(title: string): Answer['document'] {
  return { schema: 'chainrule/solve/1', title: [{ type: 'text', text: title }], language: 'en', sections: [], totals: nothing, provenance: '' };
}

/** Answers every question in the same way; throws `error` instead where one is given. */
export function answering(outcome: Outcome, error?: (source: Source) => unknown): Library {
  const answer = (source: Source): Answer => {
    const thrown = error?.(source);
    if (thrown !== undefined) throw thrown;
    return { report: { schema: 'chainrule/solve/1', of: source.file }, document: documentOf(`solution of ${source.file}`), outcome };
  };
  return {
    listModels: () => [{ name: 'lstm', title: 'LSTM' }],
    modelSource: (name) => `built-in ${name}`,
    show: answer,
    derive: answer,
    check: answer,
    evaluate: answer,
    solve: answer,
    verify: (source) => ({
      ...answer(source),
      report: { schema: 'chainrule/verify/1', verdict: 'correct', score: 1, seed: 0, targets: [], lines: [], diagnostics: [] },
    }),
    explain: (mistake) => answer({ file: mistake ?? '', text: '' }),
    render: (document, format) => `${format}: ${JSON.stringify(document.title)}`,
    nearestNames: (word, candidates) => candidates.filter((candidate) => candidate[0] === word[0]),
  };
}
