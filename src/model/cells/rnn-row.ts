/** The recurrent network on rows: weights on the right, as array code writes it. */

import type { Cell } from './cell.js';

export const rnnRow: Cell = {
  name: 'rnn-row',
  title: 'Recurrent network in row convention',
  convention: 'row',
  text: String.raw`
x_t \in \mathbb{R}^{1 \times d}
h_t \in \mathbb{R}^{1 \times n}
y_t \in \mathbb{R}^{1 \times m}
W_h \in \mathbb{R}^{n \times n}
W_x \in \mathbb{R}^{d \times n}
W_y \in \mathbb{R}^{n \times m}
b_h \in \mathbb{R}^{1 \times n}
b_y \in \mathbb{R}^{1 \times m}
h_0 \in \mathbb{R}^{1 \times n}
h_t = \tanh(h_{t-1} W_h + x_t W_x + b_h)
y_t = h_t W_y + b_y
J = \sum_{t=1}^{T} \ell_t(y_t)
`,
};
