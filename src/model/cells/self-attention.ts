/** Every row of a sequence attends to all of them. */

import type { Cell } from './cell.js';

export const selfAttention: Cell = {
  name: 'self-attention',
  title: 'Self-attention over a sequence',
  text: String.raw`
X \in \mathbb{R}^{T \times d}, input
W_Q, W_K \in \mathbb{R}^{d \times k}
W_V \in \mathbb{R}^{d \times m}
Q = X W_Q
K = X W_K
V = X W_V
A = \operatorname{softmax}(Q K^\top / \sqrt{k})
Y = A V
J = \ell(Y)
`,
};
