/** The gated recurrent unit that resets the state before the matrix. */

import type { Cell } from './cell.js';

export const gru: Cell = {
  name: 'gru',
  title: 'GRU',
  text: String.raw`
x_t \in \mathbb{R}^d
z_t, r_t, \tilde{h}_t, h_t \in \mathbb{R}^n
W_z, W_r, W_h \in \mathbb{R}^{n \times d}
U_z, U_r, U_h \in \mathbb{R}^{n \times n}
b_z, b_r, b_h \in \mathbb{R}^n
h_0 \in \mathbb{R}^n
z_t = \sigma(W_z x_t + U_z h_{t-1} + b_z)
r_t = \sigma(W_r x_t + U_r h_{t-1} + b_r)
\tilde{h}_t = \tanh(W_h x_t + U_h (r_t \odot h_{t-1}) + b_h)
h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde{h}_t
J = \sum_{t=1}^{T} \ell_t(h_t)
`,
};
