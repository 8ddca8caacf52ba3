/** Right derivations in several spellings. */

export const derivations: readonly { readonly title: string; readonly about: string; readonly text: string; readonly targets: readonly string[] }[] = [
  {
    title: 'an RNN, in a whole LaTeX document',
    about: 'rnn',
    targets: ['dJ/dW', '∂J/∂h_t'],
    text: `\\documentclass{article}
\\newcommand{\\pd}[2]{\\frac{\\partial #1}{\\partial #2}}
\\begin{document}
We start at the output.
\\begin{align}
\\pd{J}{o_t} &= \\hat{y}_t - y_t \\\\
\\pd{J}{h_t} &= V^\\top \\pd{J}{o_t} + W^\\top \\operatorname{diag}(1 - h_{t+1}^2) \\pd{J}{h_{t+1}} \\\\
\\frac{\\partial J}{\\partial W} &= \\sum_{t=1}^{T} \\left( (1-h_t^2) \\odot \\frac{\\partial J}{\\partial h_t} \\right) h_{t-1}^\\top \\\\
\\pd{J}{b} &= \\sum_{t} (1-h_t \\odot h_t) \\odot \\pd{J}{h_t}
\\end{align}
and finally $\\frac{\\partial J}{\\partial U} = \\sum_{t=1}^T (1-h_t^2) \\odot \\frac{\\partial J}{\\partial h_t} x_t^\\top$, which is what we wanted.
\\end{document}
`,
  },
  {
    title: 'an RNN, through sums over paths, products of Jacobians and entries',
    about: 'rnn',
    targets: ['dJ/dW', 'dJ/dU'],
    text: `\\begin{align}
\\frac{\\partial J}{\\partial W} &= \\sum_{t=1}^T \\frac{\\partial L_t}{\\partial W} \\\\
\\frac{\\partial L_t}{\\partial W} &= \\frac{\\partial L_t}{\\partial h_t} \\frac{\\partial h_t}{\\partial W} \\\\
\\frac{\\partial h_t}{\\partial W} &= \\frac{\\partial^+ h_t}{\\partial W} + \\frac{\\partial h_t}{\\partial h_{t-1}} \\frac{\\partial h_{t-1}}{\\partial W} \\\\
\\frac{\\partial h_t}{\\partial W} &= \\sum_{k=1}^{t} \\left( \\prod_{j=k+1}^{t} \\frac{\\partial h_j}{\\partial h_{j-1}} \\right) \\frac{\\partial^+ h_k}{\\partial W} \\\\
\\frac{\\partial L_t}{\\partial W} &= \\sum_{k=1}^{t} \\frac{\\partial L_t}{\\partial h_t} \\frac{\\partial h_t}{\\partial h_k} \\frac{\\partial^+ h_k}{\\partial W} \\\\
\\frac{\\partial h_t}{\\partial h_k} &= \\prod_{j=k+1}^{t} \\frac{\\partial h_j}{\\partial h_{j-1}} \\\\
\\frac{\\partial h_t}{\\partial h_k} &= \\prod_{j=k+1}^{t} \\operatorname{diag}(1-h_j^2) W \\\\
\\frac{\\partial h_t}{\\partial h_{t-1}} &= \\operatorname{diag}(1-h_t^2) W \\\\
\\frac{\\partial J}{\\partial h_t} &= \\sum_{s=t}^{T} \\left(\\frac{\\partial h_s}{\\partial h_t}\\right)^\\top V^\\top (\\hat y_s - y_s) \\\\
\\frac{\\partial J}{\\partial W} &= \\sum_{t=1}^T \\sum_{k=1}^t \\frac{\\partial L_t}{\\partial h_t} \\frac{\\partial h_t}{\\partial h_k} \\frac{\\partial^+ h_k}{\\partial W} \\\\
\\delta_t &= (1-h_t^2) \\odot (V^\\top(\\hat y_t - y_t) + W^\\top \\delta_{t+1}) \\\\
\\delta_T &= (1-h_T^2) \\odot V^\\top(\\hat y_T - y_T) \\\\
\\frac{\\partial J}{\\partial W} &= \\sum_{t=2}^T \\delta_t h_{t-1}^\\top + \\delta_1 h_0^\\top \\\\
\\frac{\\partial J}{\\partial U_{ij}} &= \\sum_{t=1}^T \\delta_{t,i} x_{t,j} \\\\
\\frac{\\partial \\hat y_{t,i}}{\\partial o_{t,j}} &= \\hat y_{t,i} (\\delta_{ij} - \\hat y_{t,j}) \\\\
\\frac{\\partial \\hat y_t}{\\partial o_t} &= \\operatorname{diag}(\\hat y_t) - \\hat y_t \\hat y_t^\\top \\\\
\\frac{\\partial J}{\\partial h_0} &= W^\\top \\delta_1 \\\\
\\frac{\\partial J}{\\partial h_T} &= V^\\top (\\hat y_T - y_T)
\\end{align}
`,
  },
  {
    title: 'an RNN, as lines of code',
    about: 'rnn',
    targets: ['dJ/dW'],
    text: `dWxh, dWhh, dWhy = np.zeros_like(U), np.zeros_like(W), np.zeros_like(V)
for t in reversed(range(T)):
    do = yhat[t] - y[t]
    dV += np.dot(do, h[t].T)
    dc += do
    dh = np.dot(V.T, do) + np.dot(W.T, (1 - h[t+1] * h[t+1]) * dh[t+1])
    dhraw = (1 - h[t] * h[t]) * dh
    db += dhraw
    dU += np.dot(dhraw, x[t].T)
    dW += np.dot(dhraw, h[t-1].T)
`,
  },
  {
    title: 'an LSTM, with the errors of its gates',
    about: 'lstm',
    targets: ['dJ/dW_f', 'dJ/dU_f'],
    text: `Let us write $\\delta_t := \\frac{\\partial J}{\\partial h_t}$. Then

\\begin{align*}
\\frac{\\partial J}{\\partial o_t} &= \\frac{\\partial J}{\\partial h_t} \\odot \\tanh(c_t) \\\\
\\frac{\\partial J}{\\partial c_t} &= \\frac{\\partial J}{\\partial h_t} \\odot o_t \\odot (1-\\tanh^2(c_t)) + \\frac{\\partial J}{\\partial c_{t+1}} \\odot f_{t+1} \\\\
\\frac{\\partial J}{\\partial f_t} &= \\frac{\\partial J}{\\partial c_t} \\odot c_{t-1} \\\\
\\frac{\\partial J}{\\partial i_t} &= \\frac{\\partial J}{\\partial c_t} \\odot \\tilde{c}_t \\\\
\\frac{\\partial J}{\\partial \\tilde{c}_t} &= \\frac{\\partial J}{\\partial c_t} \\odot i_t \\\\
\\delta^f_t &= \\frac{\\partial J}{\\partial f_t} \\odot f_t \\odot (1-f_t) \\\\
\\delta^i_t &= \\frac{\\partial J}{\\partial i_t} \\odot i_t \\odot (1-i_t) \\\\
\\delta^o_t &= \\frac{\\partial J}{\\partial o_t} \\odot o_t \\odot (1-o_t) \\\\
\\delta^c_t &= \\frac{\\partial J}{\\partial \\tilde c_t} \\odot (1-\\tilde c_t^2) \\\\
\\frac{\\partial J}{\\partial W_f} &= \\sum_{t=1}^T \\delta^f_t x_t^\\top \\\\
\\frac{\\partial J}{\\partial U_f} &= \\sum_t \\delta^f_t h_{t-1}^\\top \\\\
\\frac{\\partial J}{\\partial h_{t-1}} &= \\frac{\\partial \\ell_{t-1}}{\\partial h_{t-1}} + U_f^\\top \\delta^f_t + U_i^\\top \\delta^i_t + U_o^\\top \\delta^o_t + U_c^\\top \\delta^c_t \\quad \\text{for } t > 1
\\end{align*}
`,
  },
  {
    title: 'a GRU, in plain text with names of its own',
    about: 'gru',
    targets: ['dJ/dW_h', 'dJ/dU_h'],
    text: `dh[t] = ∂J/∂h[t]
a) dz[t] = dh[t] .* (htilde[t] - h[t-1])
b) dhtilde[t] = dh[t] .* z[t]
c) dah[t] = dhtilde[t] .* (1 - htilde[t]^2)
d) dr[t] = (U_h.T @ dah[t]) * h[t-1]
e) dW_h = sum(t=1..T, dah[t] x[t]^T)
dU_h = sum(t=1..T, dah[t] (r[t] .* h[t-1])^T)
f) dh[t-1] = \\nabla_{h_{t-1}} \\ell_{t-1} + dh[t] .* (1 - z[t]) + U_z^T (dz[t] .* z[t] .* (1-z[t])) + U_r^T (dr[t] .* r[t] .* (1 - r[t])) + (U_h^T dah[t]) .* r[t] for t > 1
`,
  },
  {
    title: 'a GRU, with a pre-activation and a part of it named',
    about: 'gru',
    targets: [],
    text: `Let $a_t = W_h x_t + U_h m_t + b_h$ with $m_t = r_t \\odot h_{t-1}$ and $s_t = 1 - z_t$.
\\begin{align}
\\frac{\\partial J}{\\partial a_t} &= (1-\\tilde h_t^2) \\odot z_t \\odot \\frac{\\partial J}{\\partial h_t}\\\\
\\frac{\\partial J}{\\partial m_t} &= U_h^\\top \\frac{\\partial J}{\\partial a_t} \\\\
\\frac{\\partial J}{\\partial r_t} &= \\frac{\\partial J}{\\partial m_t} \\odot h_{t-1} \\\\
\\frac{\\partial J}{\\partial W_h} &= \\sum_t \\frac{\\partial J}{\\partial a_t}\\frac{\\partial a_t}{\\partial W_h} \\\\
\\frac{\\partial J}{\\partial W_h} &= \\sum_t \\frac{\\partial J}{\\partial W_h^{(t)}} 
\\end{align}
`,
  },
];
