/** The LSTM of Lab 11: rows, weights on the right, no biases. */

import type { Cell } from './cell.js';

export const lstmRow: Cell = {
  name: 'lstm-row',
  title: 'LSTM in row convention',
  convention: 'row',
  text: String.raw`
x_t \in \mathbb{R}^{1 \times d}
h_t, C_t, f_t, i_t, o_t, \tilde{C}_t \in \mathbb{R}^{1 \times n}
W_f, W_i, W_o, W_g \in \mathbb{R}^{d \times n}
W'_f, W'_i, W'_o, W'_g \in \mathbb{R}^{n \times n}
h_0, C_0 \in \mathbb{R}^{1 \times n}
f_t = \sigma(x_t W_f + h_{t-1} W'_f)
i_t = \sigma(x_t W_i + h_{t-1} W'_i)
o_t = \sigma(x_t W_o + h_{t-1} W'_o)
\tilde{C}_t = \tanh(x_t W_g + h_{t-1} W'_g)
C_t = f_t \circ C_{t-1} + i_t \circ \tilde{C}_t
h_t = \tanh(C_t) \circ o_t
J = \sum_{t=1}^{T} \ell_t(h_t)
`,
};
