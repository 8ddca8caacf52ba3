/** Mistakes about losses, softmax and factors in front. */

import { sitesOf } from '../mutate/sites.js';
import { type Mistake, mentionsName } from './mistake.js';

export const LOSSES: readonly Mistake[] = [
  {
    id: 'CE-SIGN',
    title: 'the sign of the error is turned round',
    explanation: 'For cross-entropy behind a softmax the gradient at the logits is ŷ − y: prediction minus target. With y − ŷ training goes uphill.',
    tell: 'Where the target is 1 the prediction is too small, and a step against the gradient must raise it: the entry must be negative.',
    rank: 40,
    realises: (alteration, { facts }) =>
      alteration.kind === 'sign' && (mentionsName(alteration.of, facts.softmaxes) || sitesOf(alteration.of).some(({ node }) => node.kind === 'softmax')),
    shownOn: { model: 'rnn', about: 'o', suits: (alteration) => alteration.kind === 'sign' && alteration.of.kind === 'sum' },
  },
  {
    id: 'CE-SOFTMAX-DIAG',
    title: 'the off-diagonal terms of the softmax’s Jacobian are missing',
    explanation:
      'Every output of a softmax depends on every input, because all share one denominator: the Jacobian is diag(p) − p pᵀ. Its diagonal alone treats softmax as if it acted entry by entry.',
    tell: 'Add a constant to all inputs: the outputs stay, so the rows of the Jacobian must sum to zero.',
    rank: 50,
    realises: (alteration, { left, facts }) =>
      (alteration.kind === 'softmax' && alteration.part === 'off-diagonal') ||
      (alteration.kind === 'missing term' && left?.kind === 'partial' && facts.softmaxes.has(left.numerator.name)),
    shownOn: { model: 'rnn', about: 'hat y/o', suits: (alteration) => alteration.kind === 'softmax' },
  },
  {
    id: 'CE-FACTOR',
    title: 'a constant factor is wrong',
    explanation:
      'A factor 2 from a square, a mean instead of a sum over steps or examples, a ½ that cancels: constants are set by the loss as it is written, not by habit.',
    tell: 'Divide the two formulas: if the quotient is one number everywhere, look for it in the definition of the loss.',
    rank: 30,
    realises: (alteration) => (alteration.kind === 'scale' && alteration.by.kind !== 'squareRoot') || alteration.kind === 'power',
    shownOn: { model: 'rnn', about: 'o' },
  },
  {
    id: 'ATT-SOFTMAX',
    title: 'the softmax’s Jacobian is left out',
    explanation:
      'Between the weights of attention and the scores lies a softmax. Its Jacobian, diag(p) − p pᵀ, belongs between the gradient of the weights and that of the scores.',
    tell: 'The gradient of the scores must sum to zero along the softmax’s axis.',
    rank: 48,
    realises: (alteration, { facts }) =>
      (alteration.kind === 'softmax' && alteration.part === 'whole') ||
      (alteration.kind === 'missing factor' && alteration.factor.shape.dims.length === 2 && mentionsName(alteration.factor, facts.softmaxes)),
    shownOn: { model: 'attention-scaled', about: 'e' },
  },
  {
    id: 'ATT-SCALE',
    title: 'the scale 1/√d is missing',
    explanation: 'Scaled attention divides the scores by √d; the same factor multiplies every gradient that passes the scores.',
    tell: 'Count the factor once for each pass through the scores, forward and backward.',
    rank: 50,
    realises: (alteration) =>
      alteration.kind === 'scale' &&
      (alteration.by.kind === 'squareRoot' || (alteration.by.kind === 'quotient' && alteration.by.denominator.kind === 'squareRoot')),
    shownOn: { model: 'self-attention', about: 'Q' },
  },
];
