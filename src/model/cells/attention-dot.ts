/** A decoder that attends to the states of an encoder by dot products. */

import type { Cell } from './cell.js';

export const attentionDot: Cell = {
  name: 'attention-dot',
  title: 'Attention with dot products',
  text: String.raw`
x_j \in \mathbb{R}^d, \quad j = 1, \dots, M
h_j \in \mathbb{R}^n, \quad j = 1, \dots, M
s_i \in \mathbb{R}^n, \quad i = 1, \dots, N
c_i \in \mathbb{R}^n, \quad i = 1, \dots, N
W \in \mathbb{R}^{n \times n}
U \in \mathbb{R}^{n \times d}
W_s, W_c \in \mathbb{R}^{n \times n}
s_0 \in \mathbb{R}^n
h_0 \in \mathbb{R}^n
h_j = \tanh(W h_{j-1} + U x_j)
e_{i,j} = s_{i-1}^\top h_j
\alpha_{i,j} = \frac{\exp(e_{i,j})}{\sum_{k=1}^{M} \exp(e_{i,k})}
c_i = \sum_{j=1}^{M} \alpha_{i,j} h_j
s_i = \tanh(W_s s_{i-1} + W_c c_i)
J = \sum_{i=1}^{N} \ell_i(s_i)
`,
};
