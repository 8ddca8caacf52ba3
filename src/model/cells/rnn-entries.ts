/** The recurrent network by its entries: every unit sums over the units that feed it. */

import type { Cell } from './cell.js';

export const rnnEntries: Cell = {
  name: 'rnn-entries',
  title: 'Recurrent network, entry by entry',
  text: String.raw`
x_t \in \mathbb{R}^d
h_t \in \mathbb{R}^n
y_t \in \mathbb{R}^m
W \in \mathbb{R}^{n \times n}
U \in \mathbb{R}^{n \times d}
V \in \mathbb{R}^{m \times n}
b \in \mathbb{R}^n
c \in \mathbb{R}^m
h_0 \in \mathbb{R}^n
h_{t,i} = \tanh\left(\sum_j w_{ij} h_{t-1,j} + \sum_j u_{ij} x_{t,j} + b_i\right)
y_{t,i} = \sum_j v_{ij} h_{t,j} + c_i
J = \sum_{t=1}^{T} \ell_t(y_t)
`,
};
