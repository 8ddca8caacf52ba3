/** Units that keep a share of their old value. */

import type { Cell } from './cell.js';

export const leaky: Cell = {
  name: 'leaky',
  title: 'Leaky units',
  text: String.raw`
x_t \in \mathbb{R}^d
h_t \in \mathbb{R}^n
W \in \mathbb{R}^{n \times n}
U \in \mathbb{R}^{d \times n}
\gamma \in \mathbb{R}^n
\gamma \ge 1
h_0 \in \mathbb{R}^n
h_t = (1 - \frac{1}{\gamma}) \odot h_{t-1} + \frac{1}{\gamma} \odot \sigma(W^\top h_{t-1} + U^\top x_t)
J = \sum_{t=1}^{T} \ell_t(h_t)
`,
};
