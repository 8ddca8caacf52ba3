/** Mistakes about attention's matrices. */

import { type Mistake, mentionsName, scoreNames } from './mistake.js';

export const ATTENTION: readonly Mistake[] = [
  {
    id: 'ATT-TRANSPOSE',
    title: 'queries and keys are exchanged, or transposed once too often',
    explanation:
      'The score of query i for key j is q_iᵀk_j: the gradient of a query is a sum over keys and the other way round. Exchanging the two, or transposing the matrix of scores, sums over the wrong one.',
    tell: 'Give queries and keys different numbers of rows: only the right product conforms.',
    rank: 50,
    realises: (alteration, { facts, whole }) => {
      const scores = scoreNames(facts);
      if (scores.size === 0) return false;
      const names = new Set([...scores, ...facts.softmaxes]);
      if (alteration.kind === 'transpose' || alteration.kind === 'order') return mentionsName(whole, names);
      if (alteration.kind !== 'name' || alteration.wrong.kind === 'partial' || alteration.right.kind === 'partial') return false;
      return names.has(alteration.wrong.name) && names.has(alteration.right.name);
    },
    shownOn: { model: 'self-attention', about: 'K' },
  },
];
