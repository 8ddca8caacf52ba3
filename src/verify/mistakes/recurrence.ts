/** Mistakes about steps: paths through the recurrence, sums over time, indices and ranges. */

import { derivedQuantity } from '../mutate/sites.js';
import { isFromAnotherStep, leftIndex, type Mistake } from './mistake.js';

export const RECURRENCE: readonly Mistake[] = [
  {
    id: 'RNN-RECURRENT',
    title: 'the path through the next step is missing',
    explanation:
      'A state is read twice: by the loss of its own step and by the next state. Its gradient is the sum over both readers. Leaving out the term that comes from step t + 1 keeps only what the loss at t says.',
    tell: 'Count the readers of the state in the forward equations; each must give one summand. At t = T the formula happens to be right, so test it at an earlier step.',
    rank: 40,
    realises: (alteration, situation) =>
      alteration.kind === 'missing term' &&
      situation.left?.kind === 'adjoint' &&
      situation.quantities(alteration.term).some((quantity) => isFromAnotherStep(quantity, situation.left)),
    shownOn: { model: 'rnn', about: 'h' },
  },
  {
    id: 'RNN-DEPENDS',
    title: 'the earlier state is treated as a constant',
    explanation:
      'In ∂h_t/∂W the state h_{t−1} depends on W too. Holding it fixed gives the immediate part only; the product rule adds W times the derivative of the state before.',
    tell: 'Write the recursion for two steps and differentiate: a term with the derivative of the first state must appear.',
    rank: 46,
    realises: (alteration, situation) =>
      (alteration.kind === 'missing term' &&
        situation.quantities(alteration.term).some((quantity) => quantity.kind === 'partial' && quantity.denominator.indices.length === 0)) ||
      (alteration.kind === 'reach' && alteration.wrong !== 'total' && alteration.right === 'total'),
    shownOn: { model: 'rnn', about: 'h/b', suits: (alteration) => alteration.kind === 'missing term' },
  },
  {
    id: 'RNN-IMMEDIATE',
    title: 'a total and an immediate partial derivative are confused',
    explanation:
      'The immediate derivative holds all other names fixed, the total one lets them follow. In the sum over steps the total derivative of the loss is multiplied by immediate derivatives of the states; two totals count paths twice, two immediates lose them.',
    tell: 'For each ∂ ask what is held fixed. Every path from the parameter to the loss must be counted exactly once.',
    rank: 42,
    realises: (alteration, situation) =>
      alteration.kind === 'reach' ||
      (alteration.kind === 'missing term' && situation.left?.kind === 'partial' && situation.left.denominator.indices.length === 0) ||
      ((alteration.kind === 'missing term' || alteration.kind === 'extra term') &&
        situation.quantities(alteration.term).some((quantity) => quantity.kind === 'partial')),
    shownOn: { model: 'rnn', about: 'b', suits: (alteration) => alteration.kind === 'reach' },
  },
  {
    id: 'RNN-DOUBLE',
    title: 'the recurrence is counted twice',
    explanation:
      'The gradient that arrives from the next step already holds everything that happens later. Adding it a second time, or adding later steps on top of it, counts those paths twice.',
    tell: 'Unroll three steps and count the paths from the state to the last loss: there is one for each step crossed.',
    rank: 46,
    realises: (alteration, situation) =>
      (alteration.kind === 'extra term' || (alteration.kind === 'scale' && alteration.by.kind === 'number')) &&
      situation
        .quantities(alteration.kind === 'scale' ? alteration.of : alteration.term)
        .some((quantity) => quantity.kind === 'partial' || isFromAnotherStep(quantity, situation.left)),
    shownOn: { model: 'rnn', about: 'h', suits: (alteration) => alteration.kind === 'extra term' },
  },
  {
    id: 'RNN-SUM-T',
    title: 'the sum over the steps is missing',
    explanation:
      'A shared parameter is used at every step, so its gradient is the sum of the gradients of its uses. One term of the sum is the gradient of one copy only.',
    tell: 'The left side has no t; if t is free on the right, something must sum over it.',
    rank: 30,
    realises: (alteration) => alteration.kind === 'missing sum',
    shownOn: { model: 'rnn', about: 'W', suits: (alteration) => alteration.kind === 'missing sum' && alteration.place === 'every' },
  },
  {
    id: 'BIAS-SUM',
    title: 'the gradient of the bias is not summed',
    explanation: 'A bias is added at every step (and to every example of a batch), so its gradient sums what arrives there over all of them.',
    tell: 'Compare the shapes: what arrives has one entry more index (t, or the example) than the bias has.',
    rank: 40,
    realises: (alteration, { left, facts }) =>
      alteration.kind === 'missing sum' && left?.kind === 'adjoint' && left.indices.length === 0 && facts.model.declarations.get(left.name)?.dims.length === 1,
    shownOn: { model: 'rnn', about: 'b', suits: (alteration) => alteration.kind === 'missing sum' && alteration.place === 'every' },
  },
  {
    id: 'BPTT-TRUNC',
    title: 'a truncation is written into an exact formula',
    explanation: 'Truncated backpropagation stops after some steps to save work. It is an approximation: the exact gradient sums over all steps.',
    tell: 'Make the truncation length equal to T: only then the two agree.',
    rank: 36,
    realises: (alteration) => (alteration.kind === 'range' && alteration.truncated) || (alteration.kind === 'missing sum' && alteration.place === 'last'),
    shownOn: { model: 'rnn', about: 'W', suits: (alteration) => alteration.kind === 'range' },
  },
  {
    id: 'RNN-RANGE',
    title: 'a range is off by one',
    explanation: 'A sum or an ordered product begins or ends one step early or late: one factor or term too many or too few.',
    tell: 'Put in the smallest case: for the sum T = 1, for the product the neighbouring steps, where exactly one factor must remain.',
    rank: 38,
    realises: (alteration) => alteration.kind === 'range' && !alteration.truncated,
    shownOn: { model: 'rnn', about: 'W' },
  },
  {
    id: 'RNN-INDEX',
    title: 'a value is taken at the wrong step',
    explanation:
      'The gradient of a recurrent matrix multiplies what arrives at step t with what the matrix was multiplied with there: the state before, h_{t−1}. With h_t in its place each term belongs to no step.',
    tell: 'Look at the forward equation of the step: the outer product uses exactly the vector that stands beside the matrix there.',
    rank: 35,
    realises: (alteration) => alteration.kind === 'time shift',
    shownOn: {
      model: 'rnn',
      about: 'W',
      suits: (alteration) => alteration.kind === 'time shift' && alteration.wrong.kind === 'value' && alteration.wrong.indices[0]?.key === 't',
    },
  },
  {
    id: 'RNN-TRANSPOSE',
    title: 'a transpose is missing or too many',
    explanation:
      'Forward a matrix maps the earlier value to the later one; backward its transpose maps the gradient of the later value to that of the earlier one. In a Jacobian the matrix itself stands.',
    tell: 'With unequal sizes the wrong product does not conform. Where the matrix is square only numbers show it: take one that is not symmetric.',
    rank: 40,
    realises: (alteration) => alteration.kind === 'transpose' || alteration.kind === 'all transposes',
    shownOn: { model: 'rnn', about: 'h' },
  },
  {
    id: 'RNN-JAC-ORDER',
    title: 'the factors of a Jacobian product are in the wrong order',
    explanation:
      'The chain rule composes: the factor of the last step stands on the side of what is differentiated. Matrices do not commute, so a reversed product is another matrix.',
    tell: 'Read the indices along the product: the numerator of each factor must be the denominator of its neighbour. Test with at least three steps.',
    rank: 45,
    realises: (alteration, { right }) => alteration.kind === 'product direction' || (alteration.kind === 'order' && right.shape.dims.length === 2),
    shownOn: { model: 'rnn', about: 'h/h', suits: (alteration) => alteration.kind === 'product direction' },
  },
  {
    id: 'OUTER-ORDER',
    title: 'the outer product is the wrong way round',
    explanation:
      'The gradient of a matrix has one row for each output and one column for each input: what arrives times what went in, in this order (the other way round where vectors are rows).',
    tell: 'The shape of the gradient must be that of the matrix; for a square one compare a single entry by hand.',
    rank: 46,
    realises: (alteration, { right, left }) =>
      alteration.kind === 'outer order' ||
      (alteration.kind === 'transpose' && derivedQuantity(right) === undefined && right.kind === 'product' && leftIndex(left)?.indices.length === 0),
    shownOn: { model: 'rnn', about: 'W' },
  },
];
