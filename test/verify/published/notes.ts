/** Derivations from course notes, tutorials, posts and code. */

import { type Published, sheet } from './published.js';

const CHARACTERS = sheet(String.raw`
x_t \in \mathbb{R}^d
h_t, b_h, h_0 \in \mathbb{R}^n
y_t, p_t, b_y \in \mathbb{R}^m
k_t \in \mathbb{R}^m, input
W_{xh} \in \mathbb{R}^{n \times d}
W_{hh} \in \mathbb{R}^{n \times n}
W_{hy} \in \mathbb{R}^{m \times n}
\sum_i k_{t,i} = 1
h_t = \tanh(W_{xh} x_t + W_{hh} h_{t-1} + b_h)
y_t = W_{hy} h_t + b_y
p_t = \operatorname{softmax}(y_t)
loss = -\sum_{t=1}^{T} k_t^\top \log p_t
`);

const CHEN = sheet(String.raw`
x_t \in \mathbb{R}^d
h_t, b_h, h_0 \in \mathbb{R}^n
\alpha_t, z_t, b_z \in \mathbb{R}^m
y_t \in \mathbb{R}^m, input
W_{hh} \in \mathbb{R}^{n \times n}
W_{xh} \in \mathbb{R}^{n \times d}
W_{hz} \in \mathbb{R}^{m \times n}
\sum_k y_{t,k} = 1
h_t = \tanh(W_{hh} h_{t-1} + W_{xh} x_t + b_h)
\alpha_t = W_{hz} h_t + b_z
z_t = \operatorname{softmax}(\alpha_t)
L = -\sum_{t=1}^{T} y_t^\top \log z_t
`);

const BRITZ = sheet(String.raw`
x_t \in \mathbb{R}^d
s_t, s_0 \in \mathbb{R}^n
z_t, \hat{y}_t \in \mathbb{R}^m
y_t \in \mathbb{R}^m, input
U \in \mathbb{R}^{n \times d}
W \in \mathbb{R}^{n \times n}
V \in \mathbb{R}^{m \times n}
\sum_k y_{t,k} = 1
s_t = \tanh(U x_t + W s_{t-1})
z_t = V s_t
\hat{y}_t = \operatorname{softmax}(z_t)
E = -\sum_{t=1}^{T} y_t^\top \log \hat{y}_t
`);

export const notes: readonly Published[] = [
  {
    source: 'Karpathy, min-char-rnn.py (2015), the backward loop with its carried gradient',
    model: CHARACTERS,
    targets: ['dloss/dW_{xh}', 'dloss/dW_{hh}', 'dloss/dW_{hy}', 'dloss/db_h', 'dloss/db_y'],
    text: `dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
dbh, dby = np.zeros_like(bh), np.zeros_like(by)
dhnext = np.zeros_like(h[0])
for t in reversed(range(T)):
    dy = p[t] - k[t]
    dWhy += np.dot(dy, h[t].T)
    dby += dy
    dh = np.dot(Why.T, dy) + dhnext
    dhraw = (1 - h[t] * h[t]) * dh
    dbh += dhraw
    dWxh += np.dot(dhraw, x[t].T)
    dWhh += np.dot(dhraw, h[t-1].T)
    dhnext = np.dot(Whh.T, dhraw)
`,
  },
  {
    source: 'Stanford CS231n, assignment on recurrent networks: one step backward, vectors as rows',
    model: 'rnn-row',
    text: `for t in reversed(range(T)):
    da = dh[t] * (1 - h[t]**2)
    dWx += np.dot(x[t].T, da)
    dWh += np.dot(h[t-1].T, da)
    db_h += da
`,
    targets: ['dJ/dW_x', 'dJ/dW_h', 'dJ/db_h'],
  },
  {
    source: 'Stanford CS224n, notes on language models and recurrent networks, with the matrix in the order the equations give',
    model: sheet(String.raw`
x_t \in \mathbb{R}^d
h_t, h_0 \in \mathbb{R}^n
\hat{y}_t \in \mathbb{R}^m
y_t \in \mathbb{R}^m, input
W^{(hh)} \in \mathbb{R}^{n \times n}
W^{(hx)} \in \mathbb{R}^{n \times d}
W^{(S)} \in \mathbb{R}^{m \times n}
h_t = \sigma(W^{(hh)} h_{t-1} + W^{(hx)} x_t)
\hat{y}_t = \operatorname{softmax}(W^{(S)} h_t)
E = -\sum_{t=1}^{T} y_t^\top \log \hat{y}_t
`),
    targets: ['dE/dW^{(hh)}'],
    agrees: 1,
    text: String.raw`\begin{align}
\frac{\partial E}{\partial W^{(hh)}} &= \sum_{t=1}^{T} \frac{\partial E_t}{\partial W^{(hh)}} \\
\frac{\partial E_t}{\partial W^{(hh)}} &= \sum_{k=1}^{t} \frac{\partial E_t}{\partial \hat{y}_t} \frac{\partial \hat{y}_t}{\partial h_t} \frac{\partial h_t}{\partial h_k} \frac{\partial h_k}{\partial W^{(hh)}} \\
\frac{\partial h_t}{\partial h_k} &= \prod_{j=k+1}^{t} \frac{\partial h_j}{\partial h_{j-1}} = \prod_{j=k+1}^{t} \operatorname{diag}(h_j \odot (1 - h_j)) W^{(hh)} \\
\frac{\partial E}{\partial W^{(hh)}} &= \sum_{t=1}^{T} \left( h_t \odot (1 - h_t) \odot \frac{\partial E}{\partial h_t} \right) h_{t-1}^\top
\end{align}`,
  },
  {
    source: 'Chen, A gentle tutorial of recurrent neural network with error backpropagation (2016), section 2',
    model: CHEN,
    targets: ['dL/dW_{hz}', 'dL/db_z'],
    text: String.raw`\begin{align}
\frac{\partial L}{\partial \alpha_t} &= -(y_t - z_t) \\
\frac{\partial L}{\partial W_{hz}} &= \sum_t \frac{\partial L}{\partial z_t} \frac{\partial z_t}{\partial W_{hz}} \\
\frac{\partial L}{\partial W_{hz}} &= -\sum_t (y_t - z_t) h_t^\top \\
\frac{\partial L}{\partial b_z} &= \sum_t \frac{\partial L}{\partial z_t} \frac{\partial z_t}{\partial b_z} = -\sum_t (y_t - z_t) \\
\frac{\partial L_{t+1}}{\partial W_{hh}} &= \frac{\partial L_{t+1}}{\partial z_{t+1}} \frac{\partial z_{t+1}}{\partial h_{t+1}} \frac{\partial h_{t+1}}{\partial W_{hh}} \\
\frac{\partial L}{\partial W_{hh}} &= \sum_{t=1}^{T} \sum_{k=1}^{t} \frac{\partial L_t}{\partial z_t} \frac{\partial z_t}{\partial h_t} \frac{\partial h_t}{\partial h_k} \frac{\partial^+ h_k}{\partial W_{hh}}
\end{align}`,
  },
  {
    source: 'Chen, A gentle tutorial of recurrent neural network with error backpropagation (2016), section 3: LSTM',
    model: 'lstm',
    text: String.raw`\begin{align}
d o_t &= \tanh(c_t) \odot d h_t \\
d c_t &= (1 - \tanh^2(c_t)) \odot o_t \odot d h_t + f_{t+1} \odot d c_{t+1} \\
d f_t &= c_{t-1} \odot d c_t \\
d i_t &= \tilde{c}_t \odot d c_t \\
d \tilde{c}_t &= i_t \odot d c_t \\
d W_f &= \sum_t \left[ f_t \odot (1 - f_t) \odot d f_t \right] x_t^\top \\
d W_i &= \sum_t \left[ i_t \odot (1 - i_t) \odot d i_t \right] x_t^\top \\
d W_o &= \sum_t \left[ o_t \odot (1 - o_t) \odot d o_t \right] x_t^\top \\
d W_c &= \sum_t \left[ (1 - \tilde{c}_t^2) \odot d \tilde{c}_t \right] x_t^\top
\end{align}`,
    targets: ['dJ/dW_f', 'dJ/dW_i', 'dJ/dW_o', 'dJ/dW_c'],
  },
  {
    source: 'Britz, Recurrent neural networks tutorial, part 3 (2015): the third step',
    model: BRITZ,
    text: String.raw`\begin{align}
\frac{\partial E_3}{\partial V} &= \frac{\partial E_3}{\partial \hat{y}_3} \frac{\partial \hat{y}_3}{\partial z_3} \frac{\partial z_3}{\partial V} = (\hat{y}_3 - y_3) \otimes s_3 \\
\frac{\partial E_3}{\partial W} &= \frac{\partial E_3}{\partial \hat{y}_3} \frac{\partial \hat{y}_3}{\partial s_3} \frac{\partial s_3}{\partial W} \\
\frac{\partial E_3}{\partial W} &= \sum_{k=1}^{3} \frac{\partial E_3}{\partial \hat{y}_3} \frac{\partial \hat{y}_3}{\partial s_3} \frac{\partial s_3}{\partial s_k} \frac{\partial^+ s_k}{\partial W} \\
\frac{\partial E_3}{\partial W} &= \sum_{k=1}^{3} \frac{\partial E_3}{\partial \hat{y}_3} \frac{\partial \hat{y}_3}{\partial s_3} \left( \prod_{j=k+1}^{3} \frac{\partial s_j}{\partial s_{j-1}} \right) \frac{\partial^+ s_k}{\partial W}
\end{align}`,
  },
  {
    source: 'Britz, Recurrent neural networks tutorial, part 2 (2015), bptt in code',
    model: BRITZ,
    targets: ['dE/dV', 'dE/dU', 'dE/dW'],
    text: `delta_o[t] = yhat[t] - y[t]
dV += np.outer(delta_o[t], s[t])
delta[t] = (V.T.dot(delta_o[t]) + W.T.dot(delta[t+1])) * (1 - s[t]**2)
dW += np.outer(delta[t], s[t-1])
dU += np.outer(delta[t], x[t])
`,
  },
  {
    source: 'Jaeger, A tutorial on training recurrent neural networks (2002), section 3: errors of units, entry by entry',
    model: sheet(String.raw`
u_t \in \mathbb{R}^d
x_t, z_t, x_0 \in \mathbb{R}^n
y_t \in \mathbb{R}^m
d_t \in \mathbb{R}^m, input
W \in \mathbb{R}^{n \times n}
W^{in} \in \mathbb{R}^{n \times d}
W^{out} \in \mathbb{R}^{m \times n}
z_t = W x_{t-1} + W^{in} u_t
x_t = \tanh(z_t)
y_t = W^{out} x_t
E = \sum_{t=1}^{T} \frac{1}{2} \|d_t - y_t\|^2
`),
    targets: ['dE/dW', 'dE/dW^{out}'],
    text: String.raw`\begin{align}
\epsilon_t &:= d_t - y_t \\
\frac{\partial E}{\partial z_{t,i}} &= (1 - x_{t,i}^2) \left( \sum_j W_{ji} \frac{\partial E}{\partial z_{t+1,j}} - \sum_j W^{out}_{ji} \epsilon_{t,j} \right) \\
\frac{\partial E}{\partial W_{ij}} &= \sum_{t=1}^{T} \frac{\partial E}{\partial z_{t,i}} x_{t-1,j} \\
\frac{\partial E}{\partial W^{out}} &= -\sum_{t=1}^{T} \epsilon_t x_t^\top
\end{align}`,
  },
  {
    source: 'Mallya, LSTM forward and backward pass (2015): gates stacked on the input and the last state',
    model: sheet(String.raw`
x_t \in \mathbb{R}^d
a_t, i_t, f_t, o_t, c_t, h_t, \hat{a}_t, \hat{i}_t, \hat{f}_t, \hat{o}_t, h_0, c_0 \in \mathbb{R}^n
W_a, W_i, W_f, W_o \in \mathbb{R}^{n \times (d+n)}
\hat{a}_t = W_a [x_t; h_{t-1}]
\hat{i}_t = W_i [x_t; h_{t-1}]
\hat{f}_t = W_f [x_t; h_{t-1}]
\hat{o}_t = W_o [x_t; h_{t-1}]
a_t = \tanh(\hat{a}_t)
i_t = \sigma(\hat{i}_t)
f_t = \sigma(\hat{f}_t)
o_t = \sigma(\hat{o}_t)
c_t = i_t \odot a_t + f_t \odot c_{t-1}
h_t = o_t \odot \tanh(c_t)
E = \sum_{t=1}^{T} \ell_t(h_t)
`),
    targets: ['dE/dW_a', 'dE/dW_f'],
    text: String.raw`\begin{align}
\delta o_t &= \delta h_t \odot \tanh(c_t) \\
\delta c_t &= \delta h_t \odot o_t \odot (1 - \tanh^2(c_t)) + \delta c_{t+1} \odot f_{t+1} \\
\delta i_t &= \delta c_t \odot a_t \\
\delta f_t &= \delta c_t \odot c_{t-1} \\
\delta a_t &= \delta c_t \odot i_t \\
\delta \hat{a}_t &= \delta a_t \odot (1 - \tanh^2(\hat{a}_t)) \\
\delta \hat{i}_t &= \delta i_t \odot i_t \odot (1 - i_t) \\
\delta \hat{f}_t &= \delta f_t \odot f_t \odot (1 - f_t) \\
\delta \hat{o}_t &= \delta o_t \odot o_t \odot (1 - o_t) \\
I_t &:= [x_t; h_{t-1}] \\
\delta W_a &= \sum_{t=1}^T \delta \hat{a}_t I_t^\top \\
\delta W_f &= \sum_{t=1}^T \delta \hat{f}_t I_t^\top
\end{align}`,
  },
  {
    source: 'Kouridi, Implementing a LSTM from scratch with Numpy (2020), in code',
    model: 'lstm-concatenated',
    text: `do[t] = dh[t] * np.tanh(C[t])
da_o = do[t] * o[t] * (1 - o[t])
dC[t] = dh[t] * o[t] * (1 - np.tanh(C[t])**2) + dC[t+1] * f[t+1]
df[t] = dC[t] * C[t-1]
da_f = df[t] * f[t] * (1 - f[t])
di[t] = dC[t] * Ctilde[t]
da_i = di[t] * i[t] * (1 - i[t])
dW_o += np.dot(da_o, np.concatenate([h[t-1], x[t]]).T)
db_o += da_o
db_f += da_f
db_i += da_i
`,
    targets: ['dJ/db_f', 'dJ/dW_o'],
  },
  {
    source: 'Zhang, Lipton, Li, Smola, Dive into Deep Learning, 9.7: backpropagation through time',
    model: sheet(String.raw`
x_t \in \mathbb{R}^d
h_t, h_0 \in \mathbb{R}^n
o_t \in \mathbb{R}^m
y_t \in \mathbb{R}^m, input
W_{hx} \in \mathbb{R}^{n \times d}
W_{hh} \in \mathbb{R}^{n \times n}
W_{qh} \in \mathbb{R}^{m \times n}
h_t = W_{hx} x_t + W_{hh} h_{t-1}
o_t = W_{qh} h_t
L = \frac{1}{T} \sum_{t=1}^{T} \ell(o_t, y_t)
`),
    targets: ['dL/dW_{qh}', 'dL/dW_{hx}', 'dL/dW_{hh}'],
    text: String.raw`\begin{align}
\frac{\partial L}{\partial o_t} &= \frac{1}{T} \frac{\partial \ell(o_t, y_t)}{\partial o_t} \\
\frac{\partial L}{\partial W_{qh}} &= \sum_{t=1}^T \frac{\partial L}{\partial o_t} h_t^\top \\
\frac{\partial L}{\partial h_T} &= W_{qh}^\top \frac{\partial L}{\partial o_T} \\
\frac{\partial L}{\partial h_t} &= W_{hh}^\top \frac{\partial L}{\partial h_{t+1}} + W_{qh}^\top \frac{\partial L}{\partial o_t} \\
\frac{\partial L}{\partial W_{hx}} &= \sum_{t=1}^T \frac{\partial L}{\partial h_t} x_t^\top \\
\frac{\partial L}{\partial W_{hh}} &= \sum_{t=1}^T \frac{\partial L}{\partial h_t} h_{t-1}^\top
\end{align}`,
  },
  {
    source: 'Lillicrap, Santoro, Backpropagation through time and the brain (2019), equations of box 1',
    model: 'rnn',
    targets: ['dJ/dW'],
    text: String.raw`\begin{align}
e_t &:= \hat{y}_t - y_t \\
\delta_t &= (V^\top e_t + W^\top \delta_{t+1}) \odot (1 - h_t^2) \\
\nabla_W J &= \sum_{t=1}^T \delta_t h_{t-1}^\top
\end{align}`,
  },
  {
    source: 'PyTorch, documentation of torch.nn.GRU (reset after the matrix, z keeps the old state), differentiated',
    model: sheet(String.raw`
x_t \in \mathbb{R}^d
r_t, z_t, n_t, h_t, h_0 \in \mathbb{R}^n
W_{ir}, W_{iz}, W_{in} \in \mathbb{R}^{n \times d}
W_{hr}, W_{hz}, W_{hn} \in \mathbb{R}^{n \times n}
b_{in}, b_{hn} \in \mathbb{R}^n
r_t = \sigma(W_{ir} x_t + W_{hr} h_{t-1})
z_t = \sigma(W_{iz} x_t + W_{hz} h_{t-1})
n_t = \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn}))
h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}
L = \sum_{t=1}^{T} \ell_t(h_t)
`),
    targets: ['dL/dW_{hn}', 'dL/db_{hn}'],
    text: String.raw`\begin{align}
g_t &:= \nabla_{h_t} L \odot (1 - z_t) \odot (1 - n_t^2) \\
\nabla_{b_{in}} L &= \sum_t g_t \\
\nabla_{b_{hn}} L &= \sum_t g_t \odot r_t \\
\nabla_{W_{hn}} L &= \sum_t (g_t \odot r_t) h_{t-1}^\top \\
\nabla_{r_t} L &= g_t \odot (W_{hn} h_{t-1} + b_{hn}) \\
\nabla_{z_t} L &= \nabla_{h_t} L \odot (h_{t-1} - n_t)
\end{align}`,
  },
];
