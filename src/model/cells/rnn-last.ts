/** From many to one: only the last state is read. */

import type { Cell } from './cell.js';

export const rnnLast: Cell = {
  name: 'rnn-last',
  title: 'Recurrent network read at its last step',
  text: String.raw`
x_t \in \mathbb{R}^d
h_t \in \mathbb{R}^n
o \in \mathbb{R}^m
W \in \mathbb{R}^{n \times n}
U \in \mathbb{R}^{n \times d}
V \in \mathbb{R}^{m \times n}
b \in \mathbb{R}^n
c \in \mathbb{R}^m
h_0 \in \mathbb{R}^n
h_t = \tanh(W h_{t-1} + U x_t + b)
o = V h_T + c
J = \ell(o)
`,
};
