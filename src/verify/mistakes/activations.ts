/** Mistakes about derivatives of activations. */

import type { Mistake } from './mistake.js';

export const ACTIVATIONS: readonly Mistake[] = [
  {
    id: 'RNN-DIAG',
    title: 'the derivative of the state’s activation is missing or at the wrong place',
    explanation:
      'Between two states lies an activation. Its derivative enters entry by entry, as diag(1 − h²), on the side of the later step: next to the gradient that arrives, before the transposed matrix is applied.',
    tell: 'Follow the forward equation backwards: first the activation, then the matrix.',
    rank: 46,
    realises: (alteration, { facts }) => {
      switch (alteration.kind) {
        case 'missing factor':
        case 'extra factor':
        case 'misplaced factor':
          return alteration.activation?.name !== undefined && facts.states.has(alteration.activation.name);
        case 'order':
          return alteration.factors.some(({ kind }) => kind === 'diagonal');
        default:
          return false;
      }
    },
    shownOn: { model: 'rnn', about: 'h', suits: (alteration) => alteration.kind === 'misplaced factor' },
  },
  {
    id: 'RNN-DIAG-TIME',
    title: 'the derivative of the activation is taken at another step',
    explanation: 'The factor 1 − h² belongs to the step whose activation is crossed: on the way from t + 1 to t it is that of h_{t+1}, not of h_t.',
    tell: 'The gradient that arrives and the derivative beside it carry the same index.',
    rank: 48,
    realises: (alteration) => alteration.kind === 'derivative form' && alteration.form === 'other time',
    shownOn: { model: 'rnn', about: 'h' },
  },
  {
    id: 'ACT-MISSING',
    title: 'the derivative of the activation is missing',
    explanation:
      'Behind the activation the gradient is multiplied by its derivative: z(1 − z) for the logistic function, 1 − h² for tanh. Leaving it out, or writing the activation itself for it, skips one link of the chain.',
    tell: 'Count the functions on the path forward; each must leave a factor backward.',
    rank: 42,
    realises: (alteration) => {
      switch (alteration.kind) {
        case 'missing factor':
          return alteration.activation !== undefined;
        case 'derivative form':
          return alteration.form === 'value' || alteration.form === 'complement' || alteration.form === 'square';
        default:
          return false;
      }
    },
    shownOn: { model: 'rnn', about: 'h', suits: (alteration) => alteration.kind === 'missing factor' },
  },
  {
    id: 'ACT-TWICE',
    title: 'the activation is applied once too often inside its derivative',
    explanation: 'tanh′(a) = 1 − tanh²(a), and tanh(a) is already the output h: so 1 − h². Writing 1 − tanh²(h) puts the output through the function again.',
    tell: 'Say what the argument is: the derivative is taken at the pre-activation, and the output form contains no function any more.',
    rank: 50,
    realises: (alteration) => alteration.kind === 'derivative form' && alteration.form === 'at output',
    shownOn: { model: 'rnn', about: 'b' },
  },
  {
    id: 'ACT-PREACT',
    title: 'the pre-activation stands where the output belongs',
    explanation:
      'In terms of the output the derivative is 1 − h² or z(1 − z). With the pre-activation in its place the formula is about another number; for small arguments the two are close, which hides it.',
    tell: 'Try an argument of size 1 or more: 1 − a² becomes negative, the derivative of tanh never does.',
    rank: 50,
    realises: (alteration) => alteration.kind === 'derivative form' && alteration.form === 'at argument',
    shownOn: { model: 'rnn', about: 'b' },
  },
  {
    id: 'ACT-SWAP',
    title: 'another function’s derivative is used',
    explanation: 'Gates are logistic, candidates are tanh: z(1 − z) belongs to the first, 1 − h² to the second.',
    tell: 'Look up the function in the forward equation of the very name the factor is about.',
    rank: 48,
    realises: (alteration, { facts }) =>
      alteration.kind === 'derivative form' &&
      (alteration.form === 'other function' ||
        (alteration.form === 'other name' &&
          new Set(facts.activations.map(({ operator }) => operator.name)).size > 1 &&
          alteration.activation.operator.name === 'tanh')),
    shownOn: { model: 'lstm', about: 'b_f' },
  },
  {
    id: 'BRACKETS',
    title: 'a factor reaches one summand only',
    explanation:
      'All gradients that arrive at a value are added first; then the sum goes through the activation. Without the brackets the derivative multiplies only the summand beside it.',
    tell: 'Expand the right formula: the derivative appears in every term.',
    rank: 52,
    realises: (alteration) => alteration.kind === 'bracket',
    shownOn: { model: 'gru', about: 'z' },
  },
];
