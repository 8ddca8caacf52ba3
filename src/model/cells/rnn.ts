/** The simple recurrent network with softmax cross-entropy. */

import type { Cell } from './cell.js';

export const rnn: Cell = {
  name: 'rnn',
  title: 'Recurrent network with softmax cross-entropy',
  text: String.raw`
x_t \in \mathbb{R}^d
h_t \in \mathbb{R}^n
o_t, \hat{y}_t \in \mathbb{R}^m
y_t \in \mathbb{R}^m, input
W \in \mathbb{R}^{n \times n}
U \in \mathbb{R}^{n \times d}
V \in \mathbb{R}^{m \times n}
b \in \mathbb{R}^n
c \in \mathbb{R}^m
h_0 \in \mathbb{R}^n
\sum_k y_{t,k} = 1
h_t = \tanh(W h_{t-1} + U x_t + b)
o_t = V h_t + c
\hat{y}_t = \operatorname{softmax}(o_t)
J = -\sum_{t=1}^{T} y_t^\top \log \hat{y}_t
`,
};
