/** The penalty that compares the norm of a gradient before and after each step back. */

import type { Cell } from './cell.js';

export const normRatio: Cell = {
  name: 'norm-ratio',
  title: 'Regulariser on the norm of the gradient',
  text: String.raw`
x_t \in \mathbb{R}^d
h_t, g_t \in \mathbb{R}^n
W \in \mathbb{R}^{n \times n}
U \in \mathbb{R}^{d \times n}
h_0 \in \mathbb{R}^n
h_t = \tanh(W^\top h_{t-1} + U^\top x_t)
L = \sum_{t=1}^{T} \ell_t(h_t)
g_t = \nabla_{h_t} L
J = \sum_{t=1}^{T} \left( \frac{\| (\frac{\partial h_t}{\partial h_{t-1}})^\top g_t \|}{\| g_t \|} - 1 \right)^2
`,
};
