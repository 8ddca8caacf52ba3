/** Two LSTMs over one sequence, one from each end. */

import type { Cell } from './cell.js';

export const lstmBidirectional: Cell = {
  name: 'lstm-bidirectional',
  title: 'Bidirectional LSTM',
  text: String.raw`
x_t \in \mathbb{R}^d
\overrightarrow{f}_t, \overrightarrow{i}_t, \overrightarrow{o}_t, \overrightarrow{g}_t, \overrightarrow{c}_t, \overrightarrow{h}_t \in \mathbb{R}^n
\overleftarrow{f}_t, \overleftarrow{i}_t, \overleftarrow{o}_t, \overleftarrow{g}_t, \overleftarrow{c}_t, \overleftarrow{h}_t \in \mathbb{R}^n
y_t \in \mathbb{R}^m
W_{fr}, W_{ir}, W_{or}, W_{gr}, W_{fl}, W_{il}, W_{ol}, W_{gl} \in \mathbb{R}^{n \times d}
U_{fr}, U_{ir}, U_{or}, U_{gr}, U_{fl}, U_{il}, U_{ol}, U_{gl} \in \mathbb{R}^{n \times n}
b_{fr}, b_{ir}, b_{or}, b_{gr}, b_{fl}, b_{il}, b_{ol}, b_{gl} \in \mathbb{R}^n
V_r, V_l \in \mathbb{R}^{m \times n}
c_y \in \mathbb{R}^m
\overrightarrow{h}_0, \overrightarrow{c}_0, \overleftarrow{h}_{T+1}, \overleftarrow{c}_{T+1} \in \mathbb{R}^n
\overrightarrow{f}_t = \sigma(W_{fr} x_t + U_{fr} \overrightarrow{h}_{t-1} + b_{fr})
\overrightarrow{i}_t = \sigma(W_{ir} x_t + U_{ir} \overrightarrow{h}_{t-1} + b_{ir})
\overrightarrow{o}_t = \sigma(W_{or} x_t + U_{or} \overrightarrow{h}_{t-1} + b_{or})
\overrightarrow{g}_t = \tanh(W_{gr} x_t + U_{gr} \overrightarrow{h}_{t-1} + b_{gr})
\overrightarrow{c}_t = \overrightarrow{f}_t \odot \overrightarrow{c}_{t-1} + \overrightarrow{i}_t \odot \overrightarrow{g}_t
\overrightarrow{h}_t = \overrightarrow{o}_t \odot \tanh(\overrightarrow{c}_t)
\overleftarrow{f}_t = \sigma(W_{fl} x_t + U_{fl} \overleftarrow{h}_{t+1} + b_{fl})
\overleftarrow{i}_t = \sigma(W_{il} x_t + U_{il} \overleftarrow{h}_{t+1} + b_{il})
\overleftarrow{o}_t = \sigma(W_{ol} x_t + U_{ol} \overleftarrow{h}_{t+1} + b_{ol})
\overleftarrow{g}_t = \tanh(W_{gl} x_t + U_{gl} \overleftarrow{h}_{t+1} + b_{gl})
\overleftarrow{c}_t = \overleftarrow{f}_t \odot \overleftarrow{c}_{t+1} + \overleftarrow{i}_t \odot \overleftarrow{g}_t
\overleftarrow{h}_t = \overleftarrow{o}_t \odot \tanh(\overleftarrow{c}_t)
y_t = V_r \overrightarrow{h}_t + V_l \overleftarrow{h}_t + c_y
J = \sum_{t=1}^{T} \ell_t(y_t)
`,
};
