/** A reservoir whose weights are fixed, under an output that is trained. */

import type { Cell } from './cell.js';

export const echoState: Cell = {
  name: 'echo-state',
  title: 'Echo state network',
  text: String.raw`
x_t \in \mathbb{R}^d
h_t \in \mathbb{R}^n
y_t \in \mathbb{R}^m
W \in \mathbb{R}^{n \times n}, constant
U \in \mathbb{R}^{n \times d}, constant
V \in \mathbb{R}^{m \times n}
c \in \mathbb{R}^m
h_0 \in \mathbb{R}^n
h_t = \tanh(W h_{t-1} + U x_t)
y_t = V h_t + c
J = \sum_{t=1}^{T} \ell_t(y_t)
`,
};
