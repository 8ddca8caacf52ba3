/** An encoder and a decoder that share their recurrent weights. */

import type { Cell } from './cell.js';

export const encoderDecoderShared: Cell = {
  name: 'encoder-decoder-shared',
  title: 'Encoder and decoder with one recurrent matrix',
  text: String.raw`
x_t \in \mathbb{R}^d, \quad t = 1, \dots, M
h_t \in \mathbb{R}^n, \quad t = 1, \dots, M
s_i \in \mathbb{R}^n, \quad i = 1, \dots, N
y_i \in \mathbb{R}^m, \quad i = 1, \dots, N
W \in \mathbb{R}^{n \times n}
U \in \mathbb{R}^{n \times d}
V \in \mathbb{R}^{m \times n}
h_0 \in \mathbb{R}^n
h_t = \tanh(W h_{t-1} + U x_t)
s_0 = h_M
s_i = \tanh(W s_{i-1})
y_i = \operatorname{softmax}(V s_i)
J = \sum_{i=1}^{N} \ell_i(y_i)
`,
};
