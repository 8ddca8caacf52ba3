/** A decoder that attends to the states of an encoder by a small network. */

import type { Cell } from './cell.js';

export const attentionAdditive: Cell = {
  name: 'attention-additive',
  title: 'Additive attention',
  text: String.raw`
x_j \in \mathbb{R}^d, \quad j = 1, \dots, M
h_j \in \mathbb{R}^n, \quad j = 1, \dots, M
s_i \in \mathbb{R}^m, \quad i = 1, \dots, N
c_i \in \mathbb{R}^n, \quad i = 1, \dots, N
W \in \mathbb{R}^{n \times n}
U \in \mathbb{R}^{n \times d}
v_a \in \mathbb{R}^p
W_a \in \mathbb{R}^{p \times m}
U_a \in \mathbb{R}^{p \times n}
W_s \in \mathbb{R}^{m \times m}
W_c \in \mathbb{R}^{m \times n}
s_0 \in \mathbb{R}^m
h_0 \in \mathbb{R}^n
h_j = \tanh(W h_{j-1} + U x_j)
e_{i,j} = v_a^\top \tanh(W_a s_{i-1} + U_a h_j)
\alpha_{i,j} = \frac{\exp(e_{i,j})}{\sum_{k=1}^{M} \exp(e_{i,k})}
c_i = \sum_{j=1}^{M} \alpha_{i,j} h_j
s_i = \tanh(W_s s_{i-1} + W_c c_i)
J = \sum_{i=1}^{N} \ell_i(s_i)
`,
};
