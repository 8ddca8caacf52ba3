/** An encoder whose last state starts the decoder and is read at each of its steps. */

import type { Cell } from './cell.js';

export const encoderDecoderContext: Cell = {
  name: 'encoder-decoder-context',
  title: 'Encoder and decoder that sees the context at every step',
  text: String.raw`
x_t \in \mathbb{R}^d, \quad t = 1, \dots, M
h_t \in \mathbb{R}^n, \quad t = 1, \dots, M
c \in \mathbb{R}^n
s_i \in \mathbb{R}^n, \quad i = 1, \dots, N
y_i \in \mathbb{R}^m, \quad i = 1, \dots, N
W, W_s, C \in \mathbb{R}^{n \times n}
U \in \mathbb{R}^{n \times d}
V \in \mathbb{R}^{m \times n}
b, b_s \in \mathbb{R}^n
h_0 \in \mathbb{R}^n
h_t = \tanh(W h_{t-1} + U x_t + b)
c = h_M
s_0 = c
s_i = \tanh(W_s s_{i-1} + C c + b_s)
y_i = V s_i
J = \sum_{i=1}^{N} \ell_i(y_i)
`,
};
