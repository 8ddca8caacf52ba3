/** Derivations from books and theses. */

import { type Published, sheet } from './published.js';

const SOFTMAX_RNN = sheet(String.raw`
x^{(t)} \in \mathbb{R}^d
h^{(t)}, a^{(t)}, b, h^{(0)} \in \mathbb{R}^n
W \in \mathbb{R}^{n \times n}
U \in \mathbb{R}^{n \times d}
V \in \mathbb{R}^{m \times n}
c \in \mathbb{R}^m
y^{(t)} \in \mathbb{R}^m, input
\sum_k y^{(t)}_k = 1
a^{(t)} = b + W h^{(t-1)} + U x^{(t)}
h^{(t)} = \tanh(a^{(t)})
o^{(t)} = c + V h^{(t)}
\hat{y}^{(t)} = \operatorname{softmax}(o^{(t)})
L = -\sum_{t=1}^{T} (y^{(t)})^\top \log \hat{y}^{(t)}
`);

export const books: readonly Published[] = [
  {
    source: 'Goodfellow, Bengio, Courville, Deep Learning (2016), 10.2.2',
    model: SOFTMAX_RNN,
    targets: ['dL/dW', 'dL/dU', 'dL/dV', 'dL/db', 'dL/dc'],
    text: String.raw`\begin{align}
\nabla_{o^{(t)}} L &= \hat{y}^{(t)} - y^{(t)} \\
(\nabla_{o^{(t)}} L)_i &= \hat{y}^{(t)}_i - y^{(t)}_i \\
\nabla_{h^{(T)}} L &= V^\top \nabla_{o^{(T)}} L \\
\nabla_{h^{(t)}} L &= \left(\frac{\partial h^{(t+1)}}{\partial h^{(t)}}\right)^{\top} (\nabla_{h^{(t+1)}} L) + \left(\frac{\partial o^{(t)}}{\partial h^{(t)}}\right)^{\top} (\nabla_{o^{(t)}} L) \\
&= W^\top \operatorname{diag}\left(1 - (h^{(t+1)})^2\right) (\nabla_{h^{(t+1)}} L) + V^\top (\nabla_{o^{(t)}} L) \\
\nabla_c L &= \sum_t \left(\frac{\partial o^{(t)}}{\partial c}\right)^\top \nabla_{o^{(t)}} L = \sum_t \nabla_{o^{(t)}} L \\
\nabla_b L &= \sum_t \left(\frac{\partial h^{(t)}}{\partial b^{(t)}}\right)^\top \nabla_{h^{(t)}} L = \sum_t \operatorname{diag}\left(1 - (h^{(t)})^2\right) \nabla_{h^{(t)}} L \\
\nabla_V L &= \sum_t (\nabla_{o^{(t)}} L) {h^{(t)}}^\top \\
\nabla_W L &= \sum_t \operatorname{diag}\left(1 - (h^{(t)})^2\right) (\nabla_{h^{(t)}} L) {h^{(t-1)}}^\top \\
\nabla_U L &= \sum_t \operatorname{diag}\left(1 - (h^{(t)})^2\right) (\nabla_{h^{(t)}} L) {x^{(t)}}^\top
\end{align}`,
  },
  {
    source: 'Goodfellow, Bengio, Courville, Deep Learning (2016), 10.2.2, sums over entries',
    model: SOFTMAX_RNN,
    targets: ['dL/dV', 'dL/dW'],
    text: String.raw`\begin{align}
\nabla_V L &= \sum_t \sum_i \frac{\partial L}{\partial o_i^{(t)}} \nabla_{V^{(t)}} o_i^{(t)} = \sum_t (\nabla_{o^{(t)}} L) {h^{(t)}}^\top \\
\nabla_W L &= \sum_t \sum_i \frac{\partial L}{\partial h_i^{(t)}} \nabla_{W^{(t)}} h_i^{(t)} = \sum_t \operatorname{diag}\left(1 - (h^{(t)})^2\right) (\nabla_{h^{(t)}} L) {h^{(t-1)}}^\top
\end{align}`,
  },
  {
    source: 'Graves, Supervised Sequence Labelling with Recurrent Neural Networks (2012), 3.1.2',
    model: sheet(String.raw`
x_t \in \mathbb{R}^d
a_t, b_t, b_0 \in \mathbb{R}^n
o_t, y_t \in \mathbb{R}^m
z_t \in \mathbb{R}^m, input
W \in \mathbb{R}^{n \times d}
R \in \mathbb{R}^{n \times n}
V \in \mathbb{R}^{m \times n}
\sum_k z_{t,k} = 1
a_t = W x_t + R b_{t-1}
b_t = \tanh(a_t)
o_t = V b_t
y_t = \operatorname{softmax}(o_t)
L = -\sum_{t=1}^{T} z_t^\top \log y_t
`),
    targets: ['dL/dR', 'dL/dW'],
    text: String.raw`With $\delta_t = \frac{\partial L}{\partial a_t}$ and $\epsilon_t = \frac{\partial L}{\partial o_t}$:
\begin{align}
\epsilon_{t,k} &= y_{t,k} - z_{t,k} \\
\delta_{t,j} &= (1 - b_{t,j}^2) \left( \sum_k \epsilon_{t,k} V_{kj} + \sum_{l} \delta_{t+1,l} R_{lj} \right) \\
\frac{\partial L}{\partial R_{ij}} &= \sum_{t=1}^T \delta_{t,i} b_{t-1,j} \\
\frac{\partial L}{\partial W_{ij}} &= \sum_{t=1}^T \frac{\partial L}{\partial a_{t,i}} \frac{\partial a_{t,i}}{\partial W_{ij}} = \sum_{t=1}^T \delta_{t,i} x_{t,j}
\end{align}`,
  },
  {
    source: 'Graves, Supervised Sequence Labelling with Recurrent Neural Networks (2012), 4.6: peepholes, the output gate sees the new state',
    model: 'lstm-peephole',
    targets: ['dJ/dp_f', 'dJ/dp_o', 'dJ/dU_c'],
    text: String.raw`\begin{align}
\epsilon^h_t &:= \frac{\partial J}{\partial h_t}, \\
\epsilon^c_t &:= \frac{\partial J}{\partial c_t} \\
\delta^o_t &:= o_t \odot (1 - o_t) \odot \tanh(c_t) \odot \epsilon^h_t \\
\delta^f_t &:= f_t \odot (1 - f_t) \odot c_{t-1} \odot \epsilon^c_t \\
\delta^i_t &:= i_t \odot (1 - i_t) \odot \tilde{c}_t \odot \epsilon^c_t \\
\delta^c_t &:= i_t \odot (1 - \tilde{c}_t^2) \odot \epsilon^c_t \\
\epsilon^c_t &= o_t \odot (1 - \tanh^2(c_t)) \odot \epsilon^h_t + f_{t+1} \odot \epsilon^c_{t+1} + p_i \odot \delta^i_{t+1} + p_f \odot \delta^f_{t+1} + p_o \odot \delta^o_t \\
\epsilon^h_t &= \nabla_{h_t} \ell_t + U_i^\top \delta^i_{t+1} + U_f^\top \delta^f_{t+1} + U_c^\top \delta^c_{t+1} + U_o^\top \delta^o_{t+1} \\
\frac{\partial J}{\partial p_f} &= \sum_t \delta^f_t \odot c_{t-1} \\
\frac{\partial J}{\partial p_o} &= \sum_t \delta^o_t \odot c_t \\
\frac{\partial J}{\partial U_c} &= \sum_t \delta^c_t h_{t-1}^\top
\end{align}`,
  },
  {
    source: 'Sutskever, Training Recurrent Neural Networks (thesis, 2013), 2.5: the backward pass as an algorithm',
    model: sheet(String.raw`
v_t \in \mathbb{R}^d
h_t, u_t, b_h, h_0 \in \mathbb{R}^n
o_t, z_t, b_o \in \mathbb{R}^m
W_{hv} \in \mathbb{R}^{n \times d}
W_{hh} \in \mathbb{R}^{n \times n}
W_{oh} \in \mathbb{R}^{m \times n}
u_t = W_{hv} v_t + W_{hh} h_{t-1} + b_h
h_t = \tanh(u_t)
o_t = W_{oh} h_t + b_o
z_t = \sigma(o_t)
L = \sum_{t=1}^{T} \ell_t(z_t)
`),
    targets: ['dL/dW_{hh}', 'dL/dW_{oh}', 'dL/db_h'],
    text: String.raw`for t from T downto 1:
do_t = z_t ⊙ (1 - z_t) ⊙ dz_t
db_o += do_t
dW_{oh} += do_t h_t^⊤
dh_t = W_{oh}^⊤ do_t + W_{hh}^⊤ du_{t+1}
du_t = (1 - h_t ⊙ h_t) ⊙ dh_t
dW_{hv} += du_t v_t^⊤
db_h += du_t
dW_{hh} += du_t h_{t-1}^⊤
`,
  },
  {
    source: 'Murphy, Probabilistic Machine Learning: An Introduction (2022), 15.2.6',
    model: sheet(String.raw`
x_t \in \mathbb{R}^d
h_t, h_0 \in \mathbb{R}^n
o_t \in \mathbb{R}^m
W_{hx} \in \mathbb{R}^{n \times d}
W_{hh} \in \mathbb{R}^{n \times n}
W_{oh} \in \mathbb{R}^{m \times n}
h_t = W_{hx} x_t + W_{hh} h_{t-1}
o_t = W_{oh} h_t
L = \frac{1}{T} \sum_{t=1}^{T} \ell_t(o_t)
`),
    targets: ['dL/dW_{hx}', 'dL/dW_{hh}'],
    agrees: 1,
    text: String.raw`\begin{align}
\frac{\partial L}{\partial W_{hx}} &= \sum_{t=1}^T \frac{\partial L}{\partial h_t} \frac{\partial h_t}{\partial W_{hx}} = \sum_{t=1}^T \frac{\partial L}{\partial h_t} x_t^\top \\
\frac{\partial L}{\partial W_{hh}} &= \sum_{t=1}^T \frac{\partial L}{\partial h_t} h_{t-1}^\top \\
\frac{\partial L}{\partial h_t} &= W_{hh}^\top \frac{\partial L}{\partial h_{t+1}} + W_{oh}^\top \frac{\partial L}{\partial o_t} \\
\frac{\partial L}{\partial h_t} &= \sum_{i=t}^T \left(W_{hh}^\top\right)^{T-i} W_{oh}^\top \frac{\partial L}{\partial o_{T+t-i}}
\end{align}`,
  },
  {
    source: 'Martínez-Ramón, Ajith, Kurup, Deep Learning: A Practical Introduction (2024), equations 5.1 to 5.10: matrices act through their transposes',
    model: sheet(String.raw`
x_t \in \mathbb{R}^d
h_t, z_t, b_h, h_0 \in \mathbb{R}^n
o_t, b_o \in \mathbb{R}^m
W_{xh} \in \mathbb{R}^{d \times n}
W_{hh} \in \mathbb{R}^{n \times n}
W_{ho} \in \mathbb{R}^{n \times m}
z_t = W_{xh}^\top x_t + W_{hh}^\top h_{t-1} + b_h
h_t = \tanh(z_t)
o_t = W_{ho}^\top h_t + b_o
J = \sum_{t=1}^{T} \ell_t(o_t)
`),
    targets: ['dJ/dW_{ho}', 'dJ/dW_{hh}'],
    text: String.raw`\begin{align}
\frac{\partial h_{t+1}}{\partial h_t} &= W_{hh} \operatorname{diag}(\tanh'(z_{t+1})) \\
\delta_t &:= \nabla_{o_t} J \\
\nabla_{h_t} J &= W_{ho} \delta_t + W_{hh} \operatorname{diag}(\tanh'(z_{t+1})) (\nabla_{h_{t+1}} J) \\
\nabla_{W_{ho}} J &= \sum_t h_t \delta_t^\top \\
\nabla_{W_{hh}} J &= \sum_t h_{t-1} (\nabla_{h_t} J)^\top \operatorname{diag}(\tanh'(z_t))
\end{align}`,
  },
  {
    source: 'Bishop, Pattern Recognition and Machine Learning (2006), 4.3.4: the softmax and the cross-entropy by components',
    model: SOFTMAX_RNN,
    text: String.raw`\begin{align}
\frac{\partial \hat{y}^{(t)}_i}{\partial o^{(t)}_j} &= \hat{y}^{(t)}_i (\delta_{ij} - \hat{y}^{(t)}_j) \\
\frac{\partial L}{\partial \hat{y}^{(t)}_i} &= -\frac{y^{(t)}_i}{\hat{y}^{(t)}_i} \\
\frac{\partial L}{\partial o^{(t)}_j} &= \sum_i \frac{\partial L}{\partial \hat{y}^{(t)}_i} \frac{\partial \hat{y}^{(t)}_i}{\partial o^{(t)}_j} = \hat{y}^{(t)}_j - y^{(t)}_j
\end{align}`,
  },
];
