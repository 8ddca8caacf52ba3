/** The memory of the neural Turing machine: one vector of weights erases, adds and reads. */

import type { Cell } from './cell.js';

export const memory: Cell = {
  name: 'memory',
  title: 'Reading from and writing to a memory',
  text: String.raw`
\mathcal{M}_t, \mathcal{M}_t^{erased} \in \mathbb{R}^{N \times m}
w_t, k_t \in \mathbb{R}^N
e_t, a_t, r_t \in \mathbb{R}^m
\mathcal{M}_0 \in \mathbb{R}^{N \times m}
w_t = \operatorname{softmax}(k_t)
\mathcal{M}_t^{erased} = \mathcal{M}_{t-1} \odot (1 - w_t e_t^\top)
\mathcal{M}_t = \mathcal{M}_t^{erased} + w_t a_t^\top
r_t = \mathcal{M}_t^\top w_t
J = \sum_{t=1}^{T} \ell_t(r_t)
`,
};
