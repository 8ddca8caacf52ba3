/** The LSTM with one matrix for each gate, acting on the state and the input together. */

import type { Cell } from './cell.js';

export const lstmConcatenated: Cell = {
  name: 'lstm-concatenated',
  title: 'LSTM on the stacked state and input',
  text: String.raw`
x_t \in \mathbb{R}^d
f_t, i_t, o_t, \tilde{C}_t, C_t, h_t \in \mathbb{R}^n
W_f, W_i, W_C, W_o \in \mathbb{R}^{n \times (n+d)}
b_f, b_i, b_C, b_o \in \mathbb{R}^n
h_0, C_0 \in \mathbb{R}^n
f_t = \sigma(W_f [h_{t-1}; x_t] + b_f)
i_t = \sigma(W_i [h_{t-1}; x_t] + b_i)
\tilde{C}_t = \tanh(W_C [h_{t-1}; x_t] + b_C)
C_t = f_t \odot C_{t-1} + i_t \odot \tilde{C}_t
o_t = \sigma(W_o [h_{t-1}; x_t] + b_o)
h_t = o_t \odot \tanh(C_t)
J = \sum_{t=1}^{T} \ell_t(h_t)
`,
};
