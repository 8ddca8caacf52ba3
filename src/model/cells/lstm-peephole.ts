/** The LSTM with diagonal peepholes from the cell state to its gates. */

import type { Cell } from './cell.js';

export const lstmPeephole: Cell = {
  name: 'lstm-peephole',
  title: 'LSTM with peepholes',
  text: String.raw`
x_t \in \mathbb{R}^d
f_t, i_t, o_t, \tilde{c}_t, c_t, h_t \in \mathbb{R}^n
W_f, W_i, W_o, W_c \in \mathbb{R}^{n \times d}
U_f, U_i, U_o, U_c \in \mathbb{R}^{n \times n}
b_f, b_i, b_o, b_c \in \mathbb{R}^n
p_f, p_i, p_o \in \mathbb{R}^n
h_0, c_0 \in \mathbb{R}^n
f_t = \sigma(W_f x_t + U_f h_{t-1} + p_f \odot c_{t-1} + b_f)
i_t = \sigma(W_i x_t + U_i h_{t-1} + p_i \odot c_{t-1} + b_i)
\tilde{c}_t = \tanh(W_c x_t + U_c h_{t-1} + b_c)
c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t
o_t = \sigma(W_o x_t + U_o h_{t-1} + p_o \odot c_t + b_o)
h_t = o_t \odot \tanh(c_t)
J = \sum_{t=1}^{T} \ell_t(h_t)
`,
};
