/** The gated recurrent unit with one matrix for each gate, acting on the state and the input together. */

import type { Cell } from './cell.js';

export const gruConcatenated: Cell = {
  name: 'gru-concatenated',
  title: 'GRU on the stacked state and input',
  text: String.raw`
x_t \in \mathbb{R}^d
z_t, r_t, \tilde{h}_t, h_t \in \mathbb{R}^n
W_z, W_r, W \in \mathbb{R}^{n \times (n+d)}
h_0 \in \mathbb{R}^n
z_t = \sigma(W_z [h_{t-1}; x_t])
r_t = \sigma(W_r [h_{t-1}; x_t])
\tilde{h}_t = \tanh(W [r_t \odot h_{t-1}; x_t])
h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde{h}_t
J = \sum_{t=1}^{T} \ell_t(h_t)
`,
};
