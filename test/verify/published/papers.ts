/** Derivations from papers. */

import { type Published, sheet } from './published.js';

export const papers: readonly Published[] = [
  {
    source: 'Werbos, Backpropagation through time: what it does and how to do it (1990), ordered derivatives',
    model: sheet(String.raw`
X_t \in \mathbb{R}^d
x_t, net_t, x_0 \in \mathbb{R}^n
Y_t \in \mathbb{R}^n, input
W \in \mathbb{R}^{n \times d}
W' \in \mathbb{R}^{n \times n}
net_t = W X_t + W' x_{t-1}
x_t = \sigma(net_t)
E = \sum_{t=1}^{T} \frac{1}{2} \|x_t - Y_t\|^2
`),
    targets: ["dE/dW'", 'dE/dW'],
    text: String.raw`\begin{align}
F_t &:= \frac{\partial E}{\partial net_t} \\
\frac{\partial E}{\partial x_{t,i}} &= x_{t,i} - Y_{t,i} + \sum_j W'_{ji} F_{t+1,j} \\
F_{t,i} &= x_{t,i} (1 - x_{t,i}) \frac{\partial E}{\partial x_{t,i}} \\
\frac{\partial E}{\partial W'_{ij}} &= \sum_{t=1}^T F_{t,i} x_{t-1,j} \\
\frac{\partial E}{\partial W_{ij}} &= \sum_{t=1}^T F_{t,i} X_{t,j}
\end{align}`,
  },
  {
    source: 'Williams, Zipser, A learning algorithm for continually running fully recurrent neural networks (1989)',
    model: 'rnn',
    text: String.raw`\frac{\partial h_{t,k}}{\partial W_{ij}} = (1 - h_{t,k}^2) \left( \sum_l W_{kl} \frac{\partial h_{t-1,l}}{\partial W_{ij}} + \delta_{ki} h_{t-1,j} \right)`,
  },
  {
    source: 'Bengio, Simard, Frasconi, Learning long-term dependencies with gradient descent is difficult (1994)',
    model: sheet(String.raw`
u_t \in \mathbb{R}^n
a_t, a_0 \in \mathbb{R}^n
W \in \mathbb{R}^{n \times n}
a_t = W \tanh(a_{t-1}) + u_t
C = \sum_{t=1}^{T} \ell_t(a_t)
`),
    targets: ['dC/dW'],
    text: String.raw`\begin{align}
\frac{\partial C_t}{\partial W} &= \sum_{\tau \le t} \frac{\partial C_t}{\partial a_t} \frac{\partial a_t}{\partial a_\tau} \frac{\partial^+ a_\tau}{\partial W} \\
\frac{\partial a_t}{\partial a_\tau} &= \prod_{k=\tau+1}^{t} \frac{\partial a_k}{\partial a_{k-1}} \\
\frac{\partial a_t}{\partial a_{t-1}} &= W \operatorname{diag}(1 - \tanh^2(a_{t-1})) \\
\frac{\partial C}{\partial W} &= \sum_{t=1}^{T} \frac{\partial C}{\partial a_t} \tanh(a_{t-1})^\top
\end{align}`,
  },
  {
    source: 'Hochreiter, Schmidhuber, Long short-term memory (1997): no forget gate, the constant error carousel',
    model: sheet(String.raw`
x_t \in \mathbb{R}^d
i_t, o_t, g_t, s_t, h_t, h_0, s_0 \in \mathbb{R}^n
W_i, W_o, W_g \in \mathbb{R}^{n \times d}
U_i, U_o, U_g \in \mathbb{R}^{n \times n}
i_t = \sigma(W_i x_t + U_i h_{t-1})
o_t = \sigma(W_o x_t + U_o h_{t-1})
g_t = \tanh(W_g x_t + U_g h_{t-1})
s_t = s_{t-1} + i_t \odot g_t
h_t = o_t \odot \tanh(s_t)
E = \sum_{t=1}^{T} \ell_t(h_t)
`),
    targets: ['dE/dU_g', 'dE/dU_o'],
    text: String.raw`\begin{align}
\frac{\partial s_t}{\partial s_{t-1}} &= I \\
\frac{\partial E}{\partial s_t} &= \frac{\partial E}{\partial s_{t+1}} + o_t \odot (1 - \tanh^2(s_t)) \odot \frac{\partial E}{\partial h_t} \\
\frac{\partial E}{\partial U_g} &= \sum_{t=1}^{T} \left( i_t \odot (1 - g_t^2) \odot \frac{\partial E}{\partial s_t} \right) h_{t-1}^\top \\
\frac{\partial E}{\partial U_o} &= \sum_{t=1}^{T} \left( o_t \odot (1 - o_t) \odot \tanh(s_t) \odot \frac{\partial E}{\partial h_t} \right) h_{t-1}^\top
\end{align}`,
  },
  {
    source: 'Gers, Schmidhuber, Cummins, Learning to forget (2000): what the cell carries within a step',
    model: 'lstm',
    text: String.raw`\begin{align}
\frac{\partial c_t}{\partial c_{t-1}} &= \operatorname{diag}(f_t) \\
\frac{\partial c_t}{\partial b_c} &= \operatorname{diag}(f_t) \frac{\partial c_{t-1}}{\partial b_c} + \operatorname{diag}(i_t) \frac{\partial \tilde{c}_t}{\partial b_c} + \operatorname{diag}(\tilde{c}_t) \frac{\partial i_t}{\partial b_c} + \operatorname{diag}(c_{t-1}) \frac{\partial f_t}{\partial b_c} \\
\frac{\partial J}{\partial b_f} &= \sum_t \frac{\partial J}{\partial c_t} \odot c_{t-1} \odot f_t \odot (1 - f_t)
\end{align}`,
  },
  {
    source: 'Gers, Schraudolph, Schmidhuber, Learning precise timing with LSTM recurrent networks (2002): gradients of the peepholes',
    model: 'lstm-peephole',
    targets: ['dJ/dp_i', 'dJ/dp_f', 'dJ/dp_o'],
    text: String.raw`\begin{align}
\frac{\partial J}{\partial p_i} &= \sum_t \frac{\partial J}{\partial c_t} \odot \tilde{c}_t \odot i_t \odot (1 - i_t) \odot c_{t-1} \\
\frac{\partial J}{\partial p_f} &= \sum_t \frac{\partial J}{\partial c_t} \odot c_{t-1} \odot f_t \odot (1 - f_t) \odot c_{t-1} \\
\frac{\partial J}{\partial p_o} &= \sum_t \frac{\partial J}{\partial h_t} \odot \tanh(c_t) \odot o_t \odot (1 - o_t) \odot c_t \\
\frac{\partial c_t}{\partial c_{t-1}} &= \operatorname{diag}(f_t) + \operatorname{diag}(c_{t-1} \odot f_t \odot (1 - f_t) \odot p_f) + \operatorname{diag}(\tilde{c}_t \odot i_t \odot (1 - i_t) \odot p_i)
\end{align}`,
  },
  {
    source: 'Greff, Srivastava, Koutník, Steunebrink, Schmidhuber, LSTM: a search space odyssey (2015), B. Backpropagation through time',
    model: sheet(String.raw`
x_t \in \mathbb{R}^d
z_t, i_t, f_t, o_t, c_t, y_t, \bar{z}_t, \bar{i}_t, \bar{f}_t, \bar{o}_t, y_0, c_0 \in \mathbb{R}^n
W_z, W_i, W_f, W_o \in \mathbb{R}^{n \times d}
R_z, R_i, R_f, R_o \in \mathbb{R}^{n \times n}
p_i, p_f, p_o, b_z, b_i, b_f, b_o \in \mathbb{R}^n
\bar{z}_t = W_z x_t + R_z y_{t-1} + b_z
z_t = \tanh(\bar{z}_t)
\bar{i}_t = W_i x_t + R_i y_{t-1} + p_i \odot c_{t-1} + b_i
i_t = \sigma(\bar{i}_t)
\bar{f}_t = W_f x_t + R_f y_{t-1} + p_f \odot c_{t-1} + b_f
f_t = \sigma(\bar{f}_t)
c_t = z_t \odot i_t + c_{t-1} \odot f_t
\bar{o}_t = W_o x_t + R_o y_{t-1} + p_o \odot c_t + b_o
o_t = \sigma(\bar{o}_t)
y_t = \tanh(c_t) \odot o_t
L = \sum_{t=1}^{T} \ell_t(y_t)
`),
    targets: ['dL/dW_z', 'dL/dR_o', 'dL/dp_i', 'dL/db_f'],
    text: String.raw`\begin{align}
\delta y_t &= \nabla_{y_t} \ell_t + R_z^\top \delta \bar{z}_{t+1} + R_i^\top \delta \bar{i}_{t+1} + R_f^\top \delta \bar{f}_{t+1} + R_o^\top \delta \bar{o}_{t+1} \\
\delta \bar{o}_t &= \delta y_t \odot \tanh(c_t) \odot \sigma'(\bar{o}_t) \\
\delta c_t &= \delta y_t \odot o_t \odot \tanh'(c_t) + p_o \odot \delta \bar{o}_t + p_i \odot \delta \bar{i}_{t+1} + p_f \odot \delta \bar{f}_{t+1} + \delta c_{t+1} \odot f_{t+1} \\
\delta \bar{f}_t &= \delta c_t \odot c_{t-1} \odot \sigma'(\bar{f}_t) \\
\delta \bar{i}_t &= \delta c_t \odot z_t \odot \sigma'(\bar{i}_t) \\
\delta \bar{z}_t &= \delta c_t \odot i_t \odot \tanh'(\bar{z}_t) \\
\delta x_t &= W_z^\top \delta \bar{z}_t + W_i^\top \delta \bar{i}_t + W_f^\top \delta \bar{f}_t + W_o^\top \delta \bar{o}_t \\
\delta W_z &= \sum_{t=1}^T \delta \bar{z}_t x_t^\top \\
\delta R_o &= \sum_{t=0}^{T-1} \delta \bar{o}_{t+1} y_t^\top \\
\delta b_f &= \sum_{t=1}^T \delta \bar{f}_t \\
\delta p_i &= \sum_{t=0}^{T-1} c_t \odot \delta \bar{i}_{t+1} \\
\delta p_o &= \sum_{t=1}^{T} c_t \odot \delta \bar{o}_t
\end{align}`,
  },
  {
    source: 'Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks (2013), equations 3 to 5, the transpose set right',
    model: sheet(String.raw`
u_t \in \mathbb{R}^d
x_t, b, x_0 \in \mathbb{R}^n
W_{rec} \in \mathbb{R}^{n \times n}
W_{in} \in \mathbb{R}^{n \times d}
x_t = W_{rec} \sigma(x_{t-1}) + W_{in} u_t + b
E = \sum_{t=1}^{T} \ell_t(x_t)
`),
    targets: ['dE/dW_{rec}'],
    text: String.raw`\begin{align}
\frac{\partial E}{\partial W_{rec}} &= \sum_{1 \le t \le T} \frac{\partial E_t}{\partial W_{rec}} \\
\frac{\partial E_t}{\partial W_{rec}} &= \sum_{1 \le k \le t} \frac{\partial E_t}{\partial x_t} \frac{\partial x_t}{\partial x_k} \frac{\partial^+ x_k}{\partial W_{rec}} \\
\frac{\partial x_t}{\partial x_k} &= \prod_{i=k+1}^{t} \frac{\partial x_i}{\partial x_{i-1}} = \prod_{i=k+1}^{t} W_{rec} \operatorname{diag}(\sigma'(x_{i-1})) \\
\frac{\partial E}{\partial W_{rec}} &= \sum_{t=1}^{T} \frac{\partial E}{\partial x_t} \sigma(x_{t-1})^\top
\end{align}`,
  },
  {
    source: 'Cho et al., Learning phrase representations using RNN encoder–decoder (2014): z keeps the old state',
    model: sheet(String.raw`
x_t \in \mathbb{R}^d
z_t, r_t, \tilde{h}_t, h_t, h_0 \in \mathbb{R}^n
W, W_z, W_r \in \mathbb{R}^{n \times d}
U, U_z, U_r \in \mathbb{R}^{n \times n}
z_t = \sigma(W_z x_t + U_z h_{t-1})
r_t = \sigma(W_r x_t + U_r h_{t-1})
\tilde{h}_t = \tanh(W x_t + U (r_t \odot h_{t-1}))
h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde{h}_t
L = \sum_{t=1}^{T} \ell_t(h_t)
`),
    targets: ['dL/dU', 'dL/dU_z', 'dL/dU_r'],
    text: String.raw`\begin{align}
\frac{\partial L}{\partial z_t} &= \frac{\partial L}{\partial h_t} \odot (h_{t-1} - \tilde{h}_t) \\
\delta^h_t &:= \frac{\partial L}{\partial h_t} \odot (1 - z_t) \odot (1 - \tilde{h}_t \odot \tilde{h}_t) \\
\delta^r_t &:= (U^\top \delta^h_t) \odot h_{t-1} \odot r_t \odot (1 - r_t) \\
\delta^z_t &:= \frac{\partial L}{\partial z_t} \odot z_t \odot (1 - z_t) \\
\frac{\partial L}{\partial U} &= \sum_t \delta^h_t (r_t \odot h_{t-1})^\top \\
\frac{\partial L}{\partial U_z} &= \sum_t \delta^z_t h_{t-1}^\top \\
\frac{\partial L}{\partial U_r} &= \sum_t \delta^r_t h_{t-1}^\top \\
\frac{\partial L}{\partial h_{t-1}} &= \frac{\partial \ell_{t-1}}{\partial h_{t-1}} + \frac{\partial L}{\partial h_t} \odot z_t + U_z^\top \delta^z_t + U_r^\top \delta^r_t + (U^\top \delta^h_t) \odot r_t, \quad t > 1
\end{align}`,
  },
  {
    source: 'Chung, Gulcehre, Cho, Bengio, Empirical evaluation of gated recurrent neural networks (2014): z admits the new state',
    model: 'gru',
    targets: ['dJ/dW_z', 'dJ/db_r'],
    text: String.raw`\begin{align}
\frac{\partial h_t}{\partial z_t} &= \operatorname{diag}(\tilde{h}_t - h_{t-1}) \\
\frac{\partial h_t}{\partial \tilde{h}_t} &= \operatorname{diag}(z_t) \\
\frac{\partial J}{\partial W_z} &= \sum_{t=1}^T \left[ \frac{\partial J}{\partial h_t} \odot (\tilde{h}_t - h_{t-1}) \odot z_t \odot (1 - z_t) \right] x_t^\top \\
\frac{\partial J}{\partial b_r} &= \sum_{t=1}^T \left( U_h^\top \left( \frac{\partial J}{\partial h_t} \odot z_t \odot (1 - \tilde{h}_t^2) \right) \right) \odot h_{t-1} \odot r_t \odot (1 - r_t)
\end{align}`,
  },
  {
    source: 'Bahdanau, Cho, Bengio, Neural machine translation by jointly learning to align and translate (2015): the alignment’s gradient',
    model: 'attention-additive',
    targets: ['dJ/dv_a'],
    text: String.raw`\begin{align}
\frac{\partial J}{\partial \alpha_{i,j}} &= h_j^\top \frac{\partial J}{\partial c_i} \\
\frac{\partial J}{\partial e_{i,j}} &= \alpha_{i,j} \left( \frac{\partial J}{\partial \alpha_{i,j}} - \sum_{k=1}^{M} \alpha_{i,k} \frac{\partial J}{\partial \alpha_{i,k}} \right) \\
\frac{\partial J}{\partial v_a} &= \sum_{i=1}^{N} \sum_{j=1}^{M} \frac{\partial J}{\partial e_{i,j}} \tanh(W_a s_{i-1} + U_a h_j)
\end{align}`,
  },
  {
    source: 'Vaswani et al., Attention is all you need (2017), with the backward pass of Dao et al., FlashAttention (2022), B.2',
    model: 'self-attention',
    targets: ['dJ/dW_Q', 'dJ/dW_K', 'dJ/dW_V'],
    text: String.raw`\begin{align}
dV &= A^\top dY \\
dA &= dY V^\top \\
D &:= \operatorname{rowsum}(dY \odot Y) \\
dS &:= A \odot (dA - D \mathbf{1}^\top) \\
dQ &= dS K / \sqrt{k} \\
dK &= dS^\top Q / \sqrt{k} \\
dW_Q &= X^\top dQ \\
dW_K &= X^\top dK \\
dW_V &= X^\top dV
\end{align}`,
  },
  {
    source: 'Arjovsky, Shah, Bengio, Unitary evolution recurrent neural networks (2016), equation 2, the transpose set right',
    model: 'rnn-last',
    text: String.raw`\frac{\partial J}{\partial h_t} = \left( \prod_{k=T}^{t+1} \operatorname{diag}(1 - h_k^2) W \right)^\top \frac{\partial J}{\partial h_T}`,
  },
  {
    source: 'Schuster, Paliwal, Bidirectional recurrent neural networks (1997): one direction goes forward in time, its gradient back, and the other way round',
    model: 'rnn-bidirectional',
    targets: ['dJ/dW_f', 'dJ/dW_b'],
    text: String.raw`\begin{align}
\frac{\partial J}{\partial \overrightarrow{h}_t} &= V_f^\top \frac{\partial J}{\partial y_t} + W_f^\top \left( (1 - \overrightarrow{h}_{t+1}^2) \odot \frac{\partial J}{\partial \overrightarrow{h}_{t+1}} \right) \\
\frac{\partial J}{\partial \overleftarrow{h}_t} &= V_b^\top \frac{\partial J}{\partial y_t} + W_b^\top \left( (1 - \overleftarrow{h}_{t-1}^2) \odot \frac{\partial J}{\partial \overleftarrow{h}_{t-1}} \right) \\
\frac{\partial J}{\partial W_f} &= \sum_t \left( (1 - \overrightarrow{h}_t^2) \odot \frac{\partial J}{\partial \overrightarrow{h}_t} \right) \overrightarrow{h}_{t-1}^\top \\
\frac{\partial J}{\partial W_b} &= \sum_t \left( (1 - \overleftarrow{h}_t^2) \odot \frac{\partial J}{\partial \overleftarrow{h}_t} \right) \overleftarrow{h}_{t+1}^\top
\end{align}`,
  },
];
