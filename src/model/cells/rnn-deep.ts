/** Two recurrent layers, one on top of the other. */

import type { Cell } from './cell.js';

export const rnnDeep: Cell = {
  name: 'rnn-deep',
  title: 'Recurrent network with two hidden layers',
  text: String.raw`
x_t \in \mathbb{R}^d
g_t \in \mathbb{R}^n
h_t \in \mathbb{R}^m
o_t \in \mathbb{R}^k
U_g \in \mathbb{R}^{n \times d}
W_g \in \mathbb{R}^{n \times n}
b_g \in \mathbb{R}^n
U_h \in \mathbb{R}^{m \times n}
W_h \in \mathbb{R}^{m \times m}
b_h \in \mathbb{R}^m
V \in \mathbb{R}^{k \times m}
c \in \mathbb{R}^k
g_0 \in \mathbb{R}^n
h_0 \in \mathbb{R}^m
g_t = \tanh(W_g g_{t-1} + U_g x_t + b_g)
h_t = \tanh(W_h h_{t-1} + U_h g_t + b_h)
o_t = V h_t + c
J = \sum_{t=1}^{T} \ell_t(o_t)
`,
};
