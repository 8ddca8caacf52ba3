/** Two recurrent networks over one sequence, one from each end. */

import type { Cell } from './cell.js';

export const rnnBidirectional: Cell = {
  name: 'rnn-bidirectional',
  title: 'Bidirectional recurrent network',
  text: String.raw`
x_t \in \mathbb{R}^d
\overrightarrow{h}_t, \overleftarrow{h}_t \in \mathbb{R}^n
y_t \in \mathbb{R}^m
W_f, W_b \in \mathbb{R}^{n \times n}
U_f, U_b \in \mathbb{R}^{n \times d}
V_f, V_b \in \mathbb{R}^{m \times n}
b_f, b_b \in \mathbb{R}^n
c \in \mathbb{R}^m
\overrightarrow{h}_0, \overleftarrow{h}_{T+1} \in \mathbb{R}^n
\overrightarrow{h}_t = \tanh(W_f \overrightarrow{h}_{t-1} + U_f x_t + b_f)
\overleftarrow{h}_t = \tanh(W_b \overleftarrow{h}_{t+1} + U_b x_t + b_b)
y_t = V_f \overrightarrow{h}_t + V_b \overleftarrow{h}_t + c
J = \sum_{t=1}^{T} \ell_t(y_t)
`,
};
