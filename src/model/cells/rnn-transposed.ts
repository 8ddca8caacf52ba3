/** The recurrent network of the slides: every weight acts through its transpose. */

import type { Cell } from './cell.js';

export const rnnTransposed: Cell = {
  name: 'rnn-transposed',
  title: 'Recurrent network with transposed weights',
  text: String.raw`
x_t \in \mathbb{R}^d
h_t \in \mathbb{R}^n
o_t, \hat{y}_t \in \mathbb{R}^m
y_t \in \mathbb{R}^m, input
W \in \mathbb{R}^{n \times n}
U \in \mathbb{R}^{d \times n}
V \in \mathbb{R}^{n \times m}
b \in \mathbb{R}^n
c \in \mathbb{R}^m
h_0 \in \mathbb{R}^n
\sum_k y_{t,k} = 1
h_t = \tanh(W^\top h_{t-1} + U^\top x_t + b)
o_t = V^\top h_t + c
\hat{y}_t = \operatorname{softmax}(o_t)
J = -\sum_{t=1}^{T} y_t^\top \log \hat{y}_t
`,
};
