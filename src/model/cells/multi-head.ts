/** Several self-attentions side by side, joined by one more matrix. */

import type { Cell } from './cell.js';

export const multiHead: Cell = {
  name: 'multi-head',
  title: 'Attention with several heads',
  text: String.raw`
X \in \mathbb{R}^{T \times d}, input
W_Q^{(k)}, W_K^{(k)}, W_V^{(k)} \in \mathbb{R}^{d \times m}, \quad k = 1, \dots, H
W_O \in \mathbb{R}^{Hm \times d}
Q^{(k)} = X W_Q^{(k)}
K^{(k)} = X W_K^{(k)}
V^{(k)} = X W_V^{(k)}
A^{(k)} = \operatorname{softmax}(Q^{(k)} (K^{(k)})^\top / \sqrt{m})
O = [A^{(1)} V^{(1)}, \dots, A^{(H)} V^{(H)}] W_O
J = \ell(O)
`,
};
