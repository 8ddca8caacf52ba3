/** The energy of a Hopfield network whose states follow smoothly. */

import type { Cell } from './cell.js';

export const hopfield: Cell = {
  name: 'hopfield',
  title: 'Energy of a Hopfield network',
  text: String.raw`
h_t \in \mathbb{R}^n
W \in \mathbb{R}^{n \times n}
b \in \mathbb{R}^n
h_0 \in \mathbb{R}^n
h_t = \tanh(W h_{t-1} + b)
J = -\frac{1}{2} h_T^\top W h_T - b^\top h_T
`,
};
