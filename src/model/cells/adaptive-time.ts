/** A network that thinks several times about one input and mixes what came out; the last step takes what is left. */

import type { Cell } from './cell.js';

export const adaptiveTime: Cell = {
  name: 'adaptive-time',
  title: 'Several inner steps for one input',
  text: String.raw`
x \in \mathbb{R}^d, input
s_k \in \mathbb{R}^n, \quad k = 1, \dots, N
p_k : 1, \quad k = 1, \dots, N
y \in \mathbb{R}^n
W \in \mathbb{R}^{n \times n}
U \in \mathbb{R}^{n \times d}
v \in \mathbb{R}^n
b : 1
s_0 \in \mathbb{R}^n
s_k = \tanh(W s_{k-1} + U x)
p_k = \sigma(v^\top s_k + b)
R = 1 - \sum_{k=1}^{N-1} p_k
y = \sum_{k=1}^{N-1} p_k s_k + R s_N
J = \ell(y)
`,
};
