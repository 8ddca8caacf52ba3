/** The memory of the neural Turing machine, with weights of its own for reading. */

import type { Cell } from './cell.js';

export const memoryHeads: Cell = {
  name: 'memory-heads',
  title: 'A memory with separate heads',
  text: String.raw`
\mathcal{M}_t, \mathcal{M}_t^{erased} \in \mathbb{R}^{N \times m}
u_t, w_t, k_t, q_t \in \mathbb{R}^N
e_t, a_t, r_t \in \mathbb{R}^m
\mathcal{M}_0 \in \mathbb{R}^{N \times m}
w_t = \operatorname{softmax}(k_t)
u_t = \operatorname{softmax}(q_t)
\mathcal{M}_t^{erased} = \mathcal{M}_{t-1} \odot (1 - w_t e_t^\top)
\mathcal{M}_t = \mathcal{M}_t^{erased} + w_t a_t^\top
r_t = \mathcal{M}_t^\top u_t
J = \sum_{t=1}^{T} \ell_t(r_t)
`,
};
