/** From one to many: one vector is the input of every step. */

import type { Cell } from './cell.js';

export const rnnOneToMany: Cell = {
  name: 'rnn-one-to-many',
  title: 'Recurrent network that unfolds one vector',
  text: String.raw`
x \in \mathbb{R}^d, input
h_t \in \mathbb{R}^n
o_t \in \mathbb{R}^m
W \in \mathbb{R}^{n \times n}
U \in \mathbb{R}^{n \times d}
V \in \mathbb{R}^{m \times n}
b \in \mathbb{R}^n
c \in \mathbb{R}^m
h_0 \in \mathbb{R}^n
h_t = \tanh(W h_{t-1} + U x + b)
o_t = V h_t + c
J = \sum_{t=1}^{T} \ell_t(o_t)
`,
};
