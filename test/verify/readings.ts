/** Answers as people type them: homework in LaTeX, Markdown, mails, code, index notation, right and wrong, with the verdict on every line. */

import type { Verdict, VerifyResult } from '../../src/verify/types.js';

export interface TypedAnswer {
  readonly title: string;
  readonly about: string;
  readonly targets?: readonly string[];
  /** Which of the targets some line gives. */
  readonly reached?: readonly boolean[];
  readonly text: string;
  /** Of the lines that state something, in order. */
  readonly verdicts: readonly Verdict[];
  readonly verdict: VerifyResult['verdict'];
}

export const answers: readonly TypedAnswer[] = [
  {
    title: 'nand',
    about: 'rnn',
    text: String.raw`$e^{<t>} := \hat{y}^{<t>} - y^{<t>}$

$$
\frac{\partial J}{\partial V} = \sum_{t=1}^{T} e^{<t>} (h^{<t>})^\top
$$
`,
    verdicts: ['proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'karpathy numpy',
    about: 'rnn',
    text: String.raw`dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
dbh, dby = np.zeros_like(bh), np.zeros_like(by)
dhnext = np.zeros_like(hs[0])
for t in reversed(range(len(inputs))):
    dy = np.copy(ps[t])
    dy[targets[t]] -= 1 # backprop into y
    dWhy += np.dot(dy, hs[t].T)
    dby += dy
    dh = np.dot(Why.T, dy) + dhnext # backprop into h
    dhraw = (1 - hs[t] * hs[t]) * dh # backprop through tanh nonlinearity
    dbh += dhraw
    dWxh += np.dot(dhraw, xs[t].T)
    dWhh += np.dot(dhraw, hs[t-1].T)
    dhnext = np.dot(Whh.T, dhraw)
`,
    verdicts: ['unreadable', 'unreadable', 'unreadable', 'unreadable', 'unreadable', 'unreadable', 'unreadable', 'unreadable', 'unreadable'],
    verdict: 'unreadable',
  },
  {
    title: 'numpy model names',
    about: 'rnn',
    text: String.raw`dU, dW, dV = np.zeros_like(U), np.zeros_like(W), np.zeros_like(V)
db, dc = np.zeros_like(b), np.zeros_like(c)
dhnext = np.zeros_like(h[0])
for t in reversed(range(T)):
    do = yhat[t] - y[t]
    dV += np.dot(do, h[t].T)
    dc += do
    dh = np.dot(V.T, do) + dhnext
    dhraw = (1 - h[t] * h[t]) * dh
    db += dhraw
    dU += np.dot(dhraw, x[t].T)
    dW += np.dot(dhraw, h[t-1].T)
    dhnext = np.dot(W.T, dhraw)
`,
    verdicts: ['proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'renaming',
    about: 'rnn',
    text: String.raw`Forward pass:
$$ s_t = \tanh(A s_{t-1} + B x_t + b) $$
$$ o_t = C s_t + c, \quad p_t = \operatorname{softmax}(o_t) $$
Backward:
$$ \frac{\partial J}{\partial o_t} = p_t - y_t $$
$$ \frac{\partial J}{\partial s_t} = C^\top (p_t - y_t) + A^\top \left( (1 - s_{t+1}^2) \odot \frac{\partial J}{\partial s_{t+1}} \right) $$
$$ \frac{\partial J}{\partial A} = \sum_{t=1}^T \left((1-s_t^2) \odot \frac{\partial J}{\partial s_t}\right) s_{t-1}^\top $$
`,
    verdicts: ['proved', 'proved', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'renaming with hh',
    about: 'rnn',
    text: String.raw`h_t = tanh(W_hh h_{t-1} + W_xh x_t + b_h)
y_hat_t = softmax(W_hy h_t + b_y)
dJ/dW_hh = sum_{t=1}^T ((1 - h_t^2) .* dJ/dh_t) h_{t-1}^T
dJ/db_h = sum_t (1 - h_t^2) .* dJ/dh_t
`,
    verdicts: ['proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'recursive D',
    about: 'rnn',
    text: String.raw`D_T := V^\top (\hat y_T - y_T)
D_{t} := V^\top(\hat y_t - y_t) + W^\top ((1-h_{t+1}^2) \odot D_{t+1})
\frac{\partial J}{\partial h_t} = D_t
\frac{\partial J}{\partial W} = \sum_{t=1}^T ((1-h_t^2) \odot D_t) h_{t-1}^\top
`,
    verdicts: ['proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'loss terms',
    about: 'rnn',
    text: String.raw`E^{(t)} = -y_t^\top \log \hat y_t
J = \sum_{t=1}^T E^{(t)}
\frac{\partial E^{(t)}}{\partial o_t} = \hat y_t - y_t
\frac{\partial L_t}{\partial o_t} = \hat y_t - y_t
\frac{\partial J}{\partial V} = \sum_{t=1}^T \frac{\partial L_t}{\partial V}
\frac{\partial J^{(1)}}{\partial V} = (\hat y_1 - y_1) h_1^\top
\frac{\partial E_3}{\partial V} = (\hat y_3 - y_3) h_3^\top
\frac{\partial L^{(t)}}{\partial h_t} = V^\top (\hat y_t - y_t)
`,
    verdicts: ['proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'tags, text, underset, cases',
    about: 'rnn',
    text: String.raw`\begin{align*}
\underset{n\times 1}{\delta_t} &= \underbrace{V^\top(\hat y_t - y_t)}_{\text{direct}} + W^\top \operatorname{diag}(1-h_{t+1}^2)\delta_{t+1}, \quad\text{for } t<T \tag{1}\\
\delta_T &= V^\top(\hat y_T - y_T) \label{eq:last}\\
\frac{\partial J}{\partial b} &= \sum_{t=1}^{T} (1 - h_t^{\odot 2}) \odot \delta_t \tag{2}\\
\frac{\partial J}{\partial h_t} &= \begin{cases} V^\top(\hat y_T - y_T) & t = T \\ V^\top(\hat y_t - y_t) + W^\top \operatorname{diag}(1-h_{t+1}^2)\delta_{t+1} & t < T \end{cases}
\end{align*}
`,
    verdicts: ['proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'macros',
    about: 'rnn',
    text: String.raw`\newcommand{\dd}[2]{\frac{\partial #1}{\partial #2}}
\newcommand{\W}{\mathbf{W}}
\newcommand{\hh}[1]{\mathbf{h}_{#1}}
\def\had{\odot}
\DeclareMathOperator{\dg}{diag}
\begin{equation}
\dd{J}{\W} = \sum_{t=1}^{T} \dg(1-\hh{t}\had\hh{t}) \dd{J}{\hh{t}} \hh{t-1}^\top
\end{equation}
`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'ascii mail',
    about: 'rnn',
    text: String.raw`Hi Prof,

here is what I have for problem 3:

1) dJ/do_t = yhat_t - y_t
2) dJ/dh_T = V^T (yhat_T - y_T)
3) dJ/dh_t = V^T (yhat_t - y_t) + W^T diag(1 - h_{t+1}^2) dJ/dh_{t+1}   for t < T
4) dJ/dW = sum_{t=1}^T diag(1 - h_t^2) dJ/dh_t h_{t-1}^T

Is that right? I wasn't sure about the transpose in 3.

Thanks!
`,
    verdicts: ['proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'h_prev, Whh hat',
    about: 'rnn',
    text: String.raw`dh_prev = W^T ((1 - h_t^2) .* dh_t)
dW = sum_t ((1-h_t^2) .* dh_t) h_prev^T
`,
    verdicts: ['refuted', 'proved'],
    verdict: 'incorrect',
  },
  {
    title: 'wrong recursion',
    about: 'rnn',
    text: String.raw`D_T := V^\top (\hat y_T - y_T)
D_{t} := V^\top(\hat y_t - y_t) + W ((1-h_{t+1}^2) \odot D_{t+1})
\frac{\partial J}{\partial h_t} = D_t
\frac{\partial J}{\partial W} = \sum_{t=1}^T ((1-h_t^2) \odot D_t) h_{t-1}^\top
`,
    verdicts: ['proved', 'proved', 'refuted', 'carried'],
    verdict: 'incorrect',
  },
  {
    title: 'lstm two',
    about: 'lstm',
    text: String.raw`G_t := \frac{\partial L_t}{\partial h_t} + U_f^\top (C_{t+1} \odot c_t \odot f_{t+1}\odot(1-f_{t+1})) + U_i^\top (C_{t+1} \odot \tilde c_{t+1} \odot i_{t+1}\odot(1-i_{t+1})) + U_c^\top (C_{t+1} \odot i_{t+1} \odot (1-\tilde c_{t+1}^2)) + U_o^\top (G_{t+1} \odot \tanh(c_{t+1}) \odot o_{t+1}\odot (1-o_{t+1}))
C_t := G_t \odot o_t \odot (1-\tanh^2(c_t)) + f_{t+1} \odot C_{t+1}
\frac{\partial J}{\partial c_t} = C_t
\frac{\partial J}{\partial W_f} = \sum_{t=1}^T (C_t \odot c_{t-1} \odot f_t \odot (1-f_t)) x_t^\top
`,
    verdicts: ['proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'jacobian product',
    about: 'rnn',
    text: String.raw`P_0 := I
P_{t} := \operatorname{diag}(1-h_t^2) W P_{t-1}
\frac{\partial h_t}{\partial h_0} = P_t
\frac{\partial h_2}{\partial h_0} = P_2
`,
    verdicts: ['proved', 'proved', 'agrees', 'agrees'],
    verdict: 'correct',
  },
  {
    title: 'zero start',
    about: 'rnn',
    text: String.raw`g_{T+1} := 0
g_t := (1-h_t^2) \odot (V^\top(\hat y_t - y_t) + W^\top g_{t+1})
\frac{\partial J}{\partial U} = \sum_{t=1}^T g_t x_t^\top
\frac{\partial J}{\partial h_0} = W^\top g_1
`,
    verdicts: ['proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'gru D',
    about: 'gru',
    text: String.raw`D_t = \frac{\partial \mathcal{L}_t}{\partial h_t} + \left(\frac{\partial h_{t+1}}{\partial h_t}\right)^\top D_{t+1}
\frac{\partial J}{\partial h_t} = D_t
\frac{\partial J}{\partial b_z} = \sum_t D_t \odot (\tilde h_t - h_{t-1}) \odot z_t \odot (1-z_t)
`,
    verdicts: ['proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'unindexed circular',
    about: 'rnn',
    text: String.raw`P := Q + 1
Q := P - 1
`,
    verdicts: ['unreadable', 'unreadable'],
    verdict: 'unreadable',
  },
  {
    title: 'dangling own',
    about: 'rnn',
    text: String.raw`P_t := Q_t + 1
`,
    verdicts: ['unreadable'],
    verdict: 'unreadable',
  },
  {
    title: 'lstm numpy right',
    about: 'lstm',
    text: String.raw`# backward pass of the LSTM; dL[t] is the gradient of the loss at step t
dh_next = np.zeros_like(h[0])
dc_next = np.zeros_like(c[0])
for t in reversed(range(T)):
    do = dh[t] * np.tanh(c[t])
    dc = dh[t] * o[t] * (1 - np.tanh(c[t])**2) + dc_next
    df = dc * c[t-1]
    di = dc * ctilde[t]
    dctilde = dc * i[t]
    da_f = df * f[t] * (1 - f[t])
    dW_f += np.outer(da_f, x[t])
    dU_f += da_f @ h[t-1].T
    dc_next = f[t] * dc
`,
    verdicts: ['proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'lstm accumulate',
    about: 'lstm',
    text: String.raw`for t in reversed(range(T)):
    dc = dcnext
    dc += dh * o[t] * (1 - np.tanh(c[t])**2)
    df = dc * c[t-1]
    dcnext = f[t] * dc
`,
    verdicts: ['proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'other loop letter',
    about: 'rnn',
    text: String.raw`for k in range(T-1, -1, -1):
    do = yhat[k] - y[k]
    dh = V.T @ do + dnext
    dz = (1 - h[k]**2) * dh
    dW += np.outer(dz, h[k-1])
    dnext = W.T @ dz
`,
    verdicts: ['proved', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'karpathy with forward',
    about: 'rnn',
    text: String.raw`for t in range(len(inputs)):
    xs[t] = np.zeros((vocab_size,1)) # encode in 1-of-k representation
    xs[t][inputs[t]] = 1
    hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t-1]) + bh) # hidden state
    ys[t] = np.dot(Why, hs[t]) + by # unnormalized log probabilities for next chars
    ps[t] = np.exp(ys[t]) / np.sum(np.exp(ys[t])) # probabilities for next chars
    loss += -np.log(ps[t][targets[t],0]) # softmax (cross-entropy loss)
# backward pass: compute gradients going backwards
dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
dbh, dby = np.zeros_like(bh), np.zeros_like(by)
dhnext = np.zeros_like(hs[0])
for t in reversed(range(len(inputs))):
    dy = np.copy(ps[t])
    dy[targets[t]] -= 1 # backprop into y
    dWhy += np.dot(dy, hs[t].T)
    dby += dy
    dh = np.dot(Why.T, dy) + dhnext # backprop into h
    dhraw = (1 - hs[t] * hs[t]) * dh # backprop through tanh nonlinearity
    dbh += dhraw
    dWxh += np.dot(dhraw, xs[t].T)
    dWhh += np.dot(dhraw, hs[t-1].T)
    dhnext = np.dot(Whh.T, dhraw)
for dparam in [dWxh, dWhh, dWhy, dbh, dby]:
    np.clip(dparam, -5, 5, out=dparam) # clip to mitigate exploding gradients
return loss, dWxh, dWhh, dWhy, dbh, dby, hs[len(inputs)-1]
`,
    verdicts: ['proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'o2',
    about: 'gru',
    text: String.raw`dhtilde = dh[t] * z[t]
da = dhtilde * (1 - htilde[t]**2)
dU_h += np.outer(da, h[t-1])
`,
    verdicts: ['proved', 'proved', 'refuted'],
    verdict: 'incorrect',
  },
  {
    title: 'matlab2',
    about: 'rnn',
    text: String.raw`---
dialect: matlab
---
dhnext = zeros(n, 1);
for t = T:-1:1
    dh_t = V' * (yhat_t - y_t) + dhnext;
    dz = (1 - h_t.^2) .* dh_t;
    dW = dW + dz * h_prev';
    dhnext = W' * dz;
end
`,
    verdicts: ['proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'hw rnn',
    about: 'rnn',
    targets: ['dJ/dW', 'dJ/dU', 'dJ/dV'],
    reached: [true, true, true],
    text: String.raw`\documentclass[11pt]{article}
\usepackage{amsmath,amssymb}
\newcommand{\R}{\mathbb{R}}
\newcommand{\pder}[2]{\dfrac{\partial #1}{\partial #2}}
\DeclareMathOperator*{\softmax}{softmax}
\title{Homework 3}
\begin{document}
\maketitle
\section*{Problem 2}
Let $L = \sum_t L_t$ where $L_t = -y_t^\top \log \hat y_t$, and $\hat{y}_t = \softmax(o_t)$. We know that
\begin{equation*}
  \pder{L}{o_t} = \hat{y}_t - y_t. \tag{$\star$}
\end{equation*}
\paragraph{Output layer.} Since $o_t = V h_t + c$,
\begin{align*}
  \pder{L}{V} &= \sum_{t=1}^{T} \pder{L}{o_t}\, h_t^{\mathsf{T}} = \sum_{t=1}^T (\hat{y}_t - y_t) h_t^\top, \\[4pt]
  \pder{L}{c} &= \sum_{t=1}^{T} (\hat{y}_t - y_t).
\end{align*}
\paragraph{Hidden state.} For $t = T$ we have $\pder{L}{h_T} = V^\top (\hat y_T - y_T)$, and for $t<T$
\begin{align}
  \pder{L}{h_t} &= \left(\pder{h_{t+1}}{h_t}\right)^{\!\top} \pder{L}{h_{t+1}} + \left(\pder{o_t}{h_t}\right)^{\!\top} \pder{L}{o_t} \nonumber\\
                &= W^\top \operatorname{diag}\!\bigl(1 - h_{t+1}^{2}\bigr) \pder{L}{h_{t+1}} + V^\top (\hat y_t - y_t) \label{eq:rec}
\end{align}
\paragraph{Weights.}
\begin{multline*}
  \pder{L}{W} = \sum_{t=1}^{T} \operatorname{diag}(1-h_t^2) \pder{L}{h_t} h_{t-1}^\top
\end{multline*}
\[ \pder{L}{U} = \sum_{t=1}^{T} \operatorname{diag}(1-h_t^2)\, \pder{L}{h_t}\, x_t^\top \qquad\blacksquare \]
\end{document}
`,
    verdicts: ['proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'markdown',
    about: 'rnn',
    targets: ['dJ/db'],
    reached: [true],
    text: String.raw`# My solution to exercise 4

We use the chain rule. First the *output error*:

$$
\delta^o_t = \frac{\partial J}{\partial o_t} = \hat{y}_t - y_t
$$

Then, going backwards through time,

$$
\begin{aligned}
\delta^h_t &= V^T \delta^o_t + W^T \left( \delta^h_{t+1} \odot (1 - h_{t+1} \odot h_{t+1}) \right) \\
\nabla_b J &= \sum_{t=1}^{T} \delta^h_t \odot (1 - h_t \odot h_t)
\end{aligned}
$$

- so $\nabla_W J = \sum_t (\delta^h_t \odot (1-h_t^2)) h_{t-1}^T$
- and $\nabla_U J = \sum_t (\delta^h_t \odot (1-h_t^2)) x_t^T$.

| gradient | shape |
| --- | --- |
| dW = | n x n |
`,
    verdicts: ['proved', 'proved', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'index notation',
    about: 'rnn',
    text: String.raw`\frac{\partial J}{\partial o_{t,k}} = \hat{y}_{t,k} - y_{t,k}
\frac{\partial J}{\partial V_{kj}} = \sum_t (\hat y_{t,k} - y_{t,k}) h_{t,j}
\frac{\partial h_{t,i}}{\partial h_{t-1,j}} = (1 - h_{t,i}^2) W_{ij}
\frac{\partial J}{\partial h_{t,j}} = \sum_k V_{kj} (\hat y_{t,k} - y_{t,k}) + \sum_i W_{ij} (1 - h_{t+1,i}^2) \frac{\partial J}{\partial h_{t+1,i}}
\frac{\partial J}{\partial W_{ij}} = \sum_{t=1}^{T} \frac{\partial J}{\partial h_{t,i}} (1 - h_{t,i}^2) h_{t-1,j}
\frac{\partial J}{\partial U_{ij}} = \sum_{t=1}^{T} \frac{\partial J}{\partial h_{t,i}} (1 - h_{t,i}^2) x_{t,j}
`,
    verdicts: ['proved', 'proved', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'index wrong',
    about: 'rnn',
    text: String.raw`\frac{\partial J}{\partial W_{ij}} = \sum_{t=1}^{T} \frac{\partial J}{\partial h_{t,j}} (1 - h_{t,j}^2) h_{t-1,i}`,
    verdicts: ['refuted'],
    verdict: 'incorrect',
  },
  {
    title: 'lstm textbook',
    about: 'lstm',
    text: String.raw`\begin{align}
\bar{o}_t &= \bar{h}_t \odot \tanh(c_t) \\
\bar{c}_t &= \bar{h}_t \odot o_t \odot (1-\tanh^2(c_t)) + \bar{c}_{t+1} \odot f_{t+1} \\
\bar{i}_t &= \bar{c}_t \odot \tilde{c}_t \\
\bar{f}_t &= \bar{c}_t \odot c_{t-1} \\
\bar{\tilde{c}}_t &= \bar{c}_t \odot i_t \\
\overline{W_f} &= \sum_t (\bar{f}_t \odot f_t \odot (1-f_t)) x_t^\top
\end{align}
`,
    verdicts: ['proved', 'proved', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'lstm wrong: no f',
    about: 'lstm',
    text: String.raw`\frac{\partial J}{\partial c_t} = \frac{\partial J}{\partial h_t} \odot o_t \odot (1-\tanh^2(c_t)) + \frac{\partial J}{\partial c_{t+1}}
\frac{\partial J}{\partial W_i} = \sum_t (\frac{\partial J}{\partial c_t} \odot \tilde c_t \odot i_t \odot (1-i_t)) x_t^T
\frac{\partial J}{\partial W_o} = \sum_t (\frac{\partial J}{\partial h_t} \odot c_t \odot o_t \odot (1-o_t)) x_t^T
`,
    verdicts: ['refuted', 'proved', 'refuted'],
    verdict: 'incorrect',
  },
  {
    title: 'gru',
    about: 'gru',
    text: String.raw`dJ/dhtilde_t = dJ/dh_t .* z_t
dJ/dz_t = dJ/dh_t .* (htilde_t - h_{t-1})
dJ/dr_t = (U_h^T (dJ/dhtilde_t .* (1 - htilde_t^2))) .* h_{t-1}
dJ/dU_h = sum_t (dJ/dhtilde_t .* (1 - htilde_t^2)) (r_t .* h_{t-1})^T
dJ/dW_z = sum_t (dJ/dz_t .* z_t .* (1 - z_t)) x_t^T
`,
    verdicts: ['proved', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'gru other convention',
    about: 'gru',
    text: String.raw`\frac{\partial J}{\partial \tilde h_t} = \frac{\partial J}{\partial h_t} \odot (1 - z_t)`,
    verdicts: ['refuted'],
    verdict: 'incorrect',
  },
  {
    title: 'peephole',
    about: 'lstm-peephole',
    text: String.raw`\frac{\partial J}{\partial p_f} = \sum_{t=1}^T \frac{\partial J}{\partial f_t} \odot f_t \odot (1-f_t) \odot c_{t-1}
\frac{\partial J}{\partial p_o} = \sum_{t=1}^T \frac{\partial J}{\partial o_t} \odot o_t \odot (1-o_t) \odot c_t
\frac{\partial c_t}{\partial p_f} = \ldots
`,
    verdicts: ['proved', 'proved', 'unreadable'],
    verdict: 'unreadable',
  },
  {
    title: 'attention',
    about: 'attention-additive',
    text: String.raw`\frac{\partial L}{\partial c_i} = W_c^\top ((1 - s_i^2) \odot \frac{\partial L}{\partial s_i})
\frac{\partial L}{\partial \alpha_{it}} = h_t^\top \frac{\partial L}{\partial c_i}
\frac{\partial L}{\partial e_{it}} = \alpha_{it} \left( \frac{\partial L}{\partial \alpha_{it}} - \sum_{j=1}^{M} \alpha_{ij} \frac{\partial L}{\partial \alpha_{ij}} \right)
`,
    verdicts: ['proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'row convention answer',
    about: 'rnn',
    text: String.raw`---
convention: row
---
\frac{\partial J}{\partial h_T} = (\hat y_T - y_T) V
\frac{\partial J}{\partial h_t} = (\hat y_t - y_t) V + \left(\frac{\partial J}{\partial h_{t+1}} \odot (1-h_{t+1}^2)\right) W
\frac{\partial J}{\partial W} = \sum_t \left(\frac{\partial J}{\partial h_t} \odot (1-h_t^2)\right)^\top h_{t-1}
`,
    verdicts: ['proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'numerator',
    about: 'rnn',
    text: String.raw`\frac{\partial J}{\partial h_t} = \frac{\partial J}{\partial h_{t+1}} \operatorname{diag}(1-h_{t+1}^2) W + (\hat y_t - y_t)^\top V
\frac{\partial J}{\partial h_T} = (\hat y_T - y_T)^\top V
`,
    verdicts: ['proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'chain wrong in the middle',
    about: 'rnn',
    text: String.raw`\frac{\partial J}{\partial h_T} = V^\top \frac{\partial J}{\partial o_T} = V (\hat y_T - y_T) = V^\top (\hat y_T - y_T)
`,
    verdicts: ['proved', 'ill-shaped', 'proved'],
    verdict: 'incorrect',
  },
  {
    title: 'continuation',
    about: 'rnn',
    text: String.raw`dJ/dh_t = V^T (yhat_t - y_t)
        + W^T ((1 - h_{t+1}^2) .* dJ/dh_{t+1})
dJ/dW = sum_{t=1}^T (
   (1 - h_t^2) .* dJ/dh_t
) h_{t-1}^T
`,
    verdicts: ['proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'unicode',
    about: 'rnn',
    text: String.raw`∂J/∂oₜ = ŷₜ − yₜ
∂J/∂h_t = Vᵀ(ŷ_t − y_t) + Wᵀ((1 − h_{t+1}²) ⊙ ∂J/∂h_{t+1})
∂J/∂W = Σ_{t=1}^{T} ((1 − h_t²) ⊙ ∂J/∂h_t) h_{t−1}ᵀ
∇_W J = Σ_t ((1 − h_t²) ∘ ∇_{h_t} J) h_{t−1}^⊤
`,
    verdicts: ['proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'products',
    about: 'rnn',
    text: String.raw`\frac{\partial h_T}{\partial h_t} = \prod_{k=T}^{t+1} \operatorname{diag}(1-h_k^2) W
\frac{\partial h_t}{\partial h_k} = \prod_{k<j\le t} \frac{\partial h_j}{\partial h_{j-1}}
\frac{\partial h_3}{\partial h_1} = \operatorname{diag}(1-h_3^2) W \operatorname{diag}(1-h_2^2) W
\frac{\partial J}{\partial W} = \sum_{t=1}^T \sum_{k=1}^{t} \frac{\partial L_t}{\partial h_t} \frac{\partial h_t}{\partial h_k} \frac{\partial^+ h_k}{\partial W}
`,
    verdicts: ['proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'goodfellow 10.22',
    about: 'rnn',
    text: String.raw`\nabla_{h^{(\tau)}} L = V^\top \nabla_{o^{(\tau)}} L
\nabla_{h^{(T)}} L = V^\top \nabla_{o^{(T)}} L
\nabla_{h^{(t)}} L = W^\top (\nabla_{h^{(t+1)}} L) \operatorname{diag}\left(1 - (h^{(t+1)})^2\right) + V^\top (\nabla_{o^{(t)}} L)
\nabla_c L = \sum_t \nabla_{o^{(t)}} L
\nabla_b L = \sum_t \operatorname{diag}(1 - (h^{(t)})^2) \nabla_{h^{(t)}} L
\nabla_W L = \sum_t \operatorname{diag}(1 - (h^{(t)})^2) (\nabla_{h^{(t)}} L) h^{(t-1)\top}
(\nabla_{o^{(t)}} L)_i = \hat y_i^{(t)} - y_i^{(t)}
`,
    verdicts: ['refuted', 'proved', 'ill-shaped', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'incorrect',
  },
  {
    title: 'seq2seq',
    about: 'encoder-decoder',
    text: String.raw`\frac{\partial J}{\partial h_M} = \frac{\partial J}{\partial s_0}
`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'tautology',
    about: 'rnn',
    targets: ['dJ/dW'],
    reached: [false],
    text: String.raw`\frac{\partial J}{\partial W} = \frac{\partial J}{\partial W}`,
    verdicts: ['proved'],
    verdict: 'incorrect',
  },
  {
    title: 'copy of model',
    about: 'rnn',
    targets: ['dJ/dW'],
    reached: [false],
    text: String.raw`h_t = \tanh(W h_{t-1} + U x_t + b)
\hat y_t = \operatorname{softmax}(o_t)`,
    verdicts: ['proved', 'proved'],
    verdict: 'incorrect',
  },
  {
    title: 'side remark',
    about: 'rnn',
    targets: ['dJ/dW'],
    reached: [false],
    text: String.raw`\frac{\partial J}{\partial V} = \sum_t (\hat y_t - y_t) h_t^\top
0 < \sigma(x_t) < 1`,
    verdicts: ['proved', 'proved', 'proved'],
    verdict: 'incorrect',
  },
  {
    title: 'tautology by name',
    about: 'rnn',
    targets: ['dJ/dW'],
    reached: [false],
    text: String.raw`G := \frac{\partial J}{\partial W}
\frac{\partial J}{\partial W} = G`,
    verdicts: ['proved', 'proved'],
    verdict: 'incorrect',
  },
  {
    title: 'tautology by 0',
    about: 'rnn',
    targets: ['dJ/dW'],
    reached: [false],
    text: String.raw`\frac{\partial J}{\partial W} = \frac{\partial J}{\partial W} + \sum_t 0 \cdot h_t h_{t-1}^\top`,
    verdicts: ['proved'],
    verdict: 'incorrect',
  },
  {
    title: 'transposed tautology',
    about: 'rnn',
    targets: ['dJ/dW'],
    reached: [false],
    text: String.raw`\frac{\partial J}{\partial W} = \left(\left(\frac{\partial J}{\partial W}\right)^\top\right)^\top`,
    verdicts: ['proved'],
    verdict: 'incorrect',
  },
  {
    title: 'sum of loss terms',
    about: 'rnn',
    targets: ['dJ/dW'],
    reached: [false],
    text: String.raw`\frac{\partial J}{\partial W} = \sum_{t=1}^T \frac{\partial L_t}{\partial W}`,
    verdicts: ['proved'],
    verdict: 'incorrect',
  },
  {
    title: 'via h0..',
    about: 'rnn',
    targets: ['dJ/dW'],
    reached: [true],
    text: String.raw`\frac{\partial J}{\partial W} = \sum_t \frac{\partial J}{\partial h_t}\frac{\partial h_t}{\partial W}`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'h_prev and names by other spellings',
    about: 'rnn',
    text: String.raw`dW = sum_t ((1-h_t^2) .* dh_t) h_prev^T
dJ/dh_prev = V^T (yhat_prev - y_prev) + W^T ((1-h_t^2) .* dJ/dh_t)
`,
    verdicts: ['proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'written-out accents',
    about: 'gru',
    text: String.raw`dJ/dh_tilde_t = dJ/dh_t .* z_t`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'brackets and parentheses',
    about: 'lstm',
    text: String.raw`\nabla_{c(t)} J = \nabla_{h(t)} J \odot o(t) \odot (1 - \tanh^2 c(t)) + f(t+1) \odot \nabla_{c(t+1)} J
\frac{\partial J}{\partial f[t]} = \frac{\partial J}{\partial c[t]} \odot c[t-1]
`,
    verdicts: ['proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'sigma prime',
    about: 'lstm',
    text: String.raw`\frac{\partial J}{\partial b_f} = \sum_t \frac{\partial J}{\partial f_t} \odot \sigma'(W_f x_t + U_f h_{t-1} + b_f)
\frac{\partial J}{\partial b_c} = \sum_t \frac{\partial J}{\partial \tilde c_t} \odot \tanh'(W_c x_t + U_c h_{t-1} + b_c)
`,
    verdicts: ['proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'bold and roman',
    about: 'rnn',
    text: String.raw`\frac{\partial J}{\partial \mathbf{W}} = \sum_{t=1}^{T} \mathrm{diag}\left(\mathbf{1} - \mathbf{h}_t^2\right) \frac{\partial J}{\partial \mathbf{h}_t} \mathbf{h}_{t-1}^{\mathsf T}
`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'immediate',
    about: 'rnn',
    text: String.raw`\frac{\partial h_t}{\partial W} = \frac{\partial^+ h_t}{\partial W} + \frac{\partial h_t}{\partial h_{t-1}} \frac{\partial h_{t-1}}{\partial W}
\frac{\partial J}{\partial W} = \sum_{t=1}^T \frac{\partial L_t}{\partial W}
`,
    verdicts: ['proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'alignment over two lines',
    about: 'rnn',
    text: String.raw`\begin{align*}
\frac{\partial J}{\partial h_t}
  &= V^\top (\hat y_t - y_t) \\
  &\quad + W^\top \operatorname{diag}(1 - h_{t+1}^2) \frac{\partial J}{\partial h_{t+1}}
\end{align*}
`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'eqnarray',
    about: 'rnn',
    text: String.raw`\begin{eqnarray}
\frac{\partial J}{\partial c} &=& \sum_{t=1}^{T} (\hat y_t - y_t) \\
\frac{\partial J}{\partial b} &=& \sum_{t=1}^{T} (1-h_t^2) \odot \frac{\partial J}{\partial h_t} \nonumber
\end{eqnarray}
`,
    verdicts: ['proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'gru by hand',
    about: 'gru',
    text: String.raw`Let $\delta_t = \partial J/\partial h_t$.
\begin{align}
\delta_t &= \frac{\partial \ell_t}{\partial h_t} + \delta_{t+1} \odot (1 - z_{t+1}) + U_z^\top (\delta_{t+1} \odot (\tilde h_{t+1} - h_t) \odot z_{t+1} \odot (1-z_{t+1})) + r_{t+1} \odot U_h^\top (\delta_{t+1} \odot z_{t+1} \odot (1-\tilde h_{t+1}^2)) + U_r^\top \left( h_t \odot U_h^\top(\delta_{t+1} \odot z_{t+1} \odot (1-\tilde h_{t+1}^2)) \odot r_{t+1} \odot (1-r_{t+1}) \right)
\end{align}
`,
    verdicts: ['proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'gru path missing',
    about: 'gru',
    text: String.raw`\frac{\partial J}{\partial h_t} = \frac{\partial \ell_t}{\partial h_t} + \frac{\partial J}{\partial h_{t+1}} \odot (1 - z_{t+1}) + U_z^\top (\frac{\partial J}{\partial h_{t+1}} \odot (\tilde h_{t+1} - h_t) \odot z_{t+1} \odot (1-z_{t+1})) + r_{t+1} \odot U_h^\top (\frac{\partial J}{\partial h_{t+1}} \odot z_{t+1} \odot (1-\tilde h_{t+1}^2))
`,
    verdicts: ['refuted'],
    verdict: 'incorrect',
  },
  {
    title: 'outer wrong way',
    about: 'rnn',
    text: String.raw`\frac{\partial J}{\partial V} = \sum_t h_t (\hat y_t - y_t)^\top`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'ce sign',
    about: 'rnn',
    text: String.raw`\frac{\partial J}{\partial o_t} = y_t - \hat y_t
\frac{\partial J}{\partial c} = \sum_t (y_t - \hat y_t)`,
    verdicts: ['refuted', 'carried'],
    verdict: 'incorrect',
  },
  {
    title: 'two names for one',
    about: 'rnn',
    text: String.raw`a_t = W h_{t-1} + U x_t + b
\frac{\partial J}{\partial a_t} = (1-h_t^2) \odot \frac{\partial J}{\partial h_t}
\frac{\partial J}{\partial W} = \sum_t \frac{\partial J}{\partial a_t} h_{t-1}^\top
`,
    verdicts: ['proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'an unknown name',
    about: 'rnn',
    text: String.raw`\frac{\partial J}{\partial W} = \sum_t Q_t h_{t-1}^\top
\frac{\partial J}{\partial c} = \sum_t (\hat y_t - y_t)`,
    verdicts: ['unreadable', 'proved'],
    verdict: 'unreadable',
  },
  {
    title: 'a bracket too few',
    about: 'rnn',
    text: String.raw`\frac{\partial J}{\partial W} = \sum_t ((1-h_t^2) \odot \frac{\partial J}{\partial h_t} h_{t-1}^\top`,
    verdicts: ['unreadable'],
    verdict: 'unreadable',
  },
  {
    title: 'ambiguous star',
    about: 'rnn',
    text: String.raw`dJ/dW = sum_t ((1-h_t^2) * dJ/dh_t) h_{t-1}^T`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'whole answer in one line',
    about: 'rnn',
    text: String.raw`dJ/dV = sum_t (yhat_t - y_t) h_t^T, dJ/dc = sum_t (yhat_t - y_t), dJ/dh_T = V^T (yhat_T - y_T)`,
    verdicts: ['proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'layout by shapes',
    about: 'rnn',
    text: String.raw`\frac{\partial J}{\partial V} = \sum_t h_t (\hat y_t - y_t)^\top
\frac{\partial J}{\partial h_T} = (\hat y_T - y_T)^\top V
\frac{\partial J}{\partial U} = \sum_t x_t \left(\frac{\partial J}{\partial h_t} \operatorname{diag}(1-h_t^2)\right)`,
    verdicts: ['proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'nabla transposed product',
    about: 'lstm-row',
    text: String.raw`\frac{\partial J}{\partial W_g} = \sum_{t=1}^T x_t^\top \left(\frac{\partial J}{\partial C_t} \circ i_t \circ (1-\tilde C_t^2)\right)`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'z_t = 0 => h_t = h_{t-1}',
    about: 'gru',
    text: String.raw`z_t = 0 => h_t = h_{t-1}`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'z_t -> 0 => h_t -> h_{t-1}',
    about: 'gru',
    text: String.raw`z_t -> 0 => h_t -> h_{t-1}`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'f_t >= 0',
    about: 'lstm',
    text: String.raw`f_t >= 0`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: '0 <= f_t <= 1',
    about: 'lstm',
    text: String.raw`0 <= f_t <= 1`,
    verdicts: ['proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'sum(yhat_t) = 1',
    about: 'rnn',
    text: String.raw`sum(yhat_t) = 1`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: '\\sigma(-x) = 1 - \\sigma(x)',
    about: 'rnn',
    text: String.raw`\sigma(-x) = 1 - \sigma(x)`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: '\\sigma(-q) = \\sigma(q)',
    about: 'rnn',
    text: String.raw`\sigma(-q) = \sigma(q)`,
    verdicts: ['refuted'],
    verdict: 'incorrect',
  },
  {
    title: 'f_t + i_t = 1',
    about: 'lstm',
    text: String.raw`f_t + i_t = 1`,
    verdicts: ['refuted'],
    verdict: 'incorrect',
  },
  {
    title: 'x_t = 0 => h_t = h_{t-1}',
    about: 'lstm',
    text: String.raw`x_t = 0 => h_t = h_{t-1}`,
    verdicts: ['refuted'],
    verdict: 'incorrect',
  },
  {
    title: '\\tanh(a) = 2\\sigma(2a) - 1',
    about: 'rnn',
    text: String.raw`\tanh(a) = 2\sigma(2a) - 1`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'x_t = 0 =>',
    about: 'rnn',
    text: String.raw`x_t = 0 =>`,
    verdicts: ['unreadable'],
    verdict: 'unreadable',
  },
  {
    title: 'W_hh h_{t-1} = 3 q',
    about: 'rnn',
    text: String.raw`W_hh h_{t-1} = 3 q`,
    verdicts: ['unreadable'],
    verdict: 'unreadable',
  },
  {
    title: 'h_t < 0',
    about: 'rnn',
    text: String.raw`h_t < 0`,
    verdicts: ['refuted'],
    verdict: 'incorrect',
  },
  {
    title: '\\sum_i \\hat y_{t,i} = 1',
    about: 'rnn',
    text: String.raw`\sum_i \hat y_{t,i} = 1`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'h_t \\le 1',
    about: 'lstm',
    text: String.raw`h_t \le 1`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'foo_t = 0 => h_t = 1',
    about: 'gru',
    text: String.raw`foo_t = 0 => h_t = 1`,
    verdicts: ['unreadable'],
    verdict: 'unreadable',
  },
  {
    title: 'swapped gates',
    about: 'gru',
    text: String.raw`r_t = \sigma(W_r x_t + U_r h_{t-1} + b_r)
z_t = \sigma(W_z x_t + U_z h_{t-1} + b_z)
\tilde h_t = \tanh(W_h x_t + U_h (z_t \odot h_{t-1}) + b_h)
h_t = (1 - r_t) \odot h_{t-1} + r_t \odot \tilde h_t
\frac{\partial J}{\partial r_t} = \frac{\partial J}{\partial h_t} \odot (\tilde h_t - h_{t-1})
`,
    verdicts: ['proved', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'other model',
    about: 'gru',
    text: String.raw`z_t = \sigma(W_z x_t + U_z h_{t-1} + b_z)
r_t = \sigma(W_r x_t + U_r h_{t-1} + b_r)
\tilde h_t = \tanh(W_h x_t + U_h (r_t \odot h_{t-1}) + b_h)
h_t = z_t \odot h_{t-1} + (1-z_t) \odot \tilde h_t
\frac{\partial J}{\partial z_t} = \frac{\partial J}{\partial h_t} \odot (h_{t-1} - \tilde h_t)
`,
    verdicts: ['proved', 'proved', 'proved', 'refuted', 'refuted'],
    verdict: 'incorrect',
  },
  {
    title: 'W and U exchanged',
    about: 'rnn',
    text: String.raw`h_t = \tanh(U h_{t-1} + W x_t + b)
\frac{\partial J}{\partial U} = \sum_t ((1-h_t^2)\odot\frac{\partial J}{\partial h_t}) h_{t-1}^\top
`,
    verdicts: ['proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'lstm in colah names',
    about: 'lstm',
    text: String.raw`f_t = \sigma(W_{fx} x_t + W_{fh} h_{t-1} + b_f)
i_t = \sigma(W_{ix} x_t + W_{ih} h_{t-1} + b_i)
o_t = \sigma(W_{ox} x_t + W_{oh} h_{t-1} + b_o)
g_t = \tanh(W_{gx} x_t + W_{gh} h_{t-1} + b_g)
c_t = f_t \odot c_{t-1} + i_t \odot g_t
h_t = o_t \odot \tanh(c_t)
\frac{\partial J}{\partial W_{gh}} = \sum_t \left(\frac{\partial J}{\partial c_t} \odot i_t \odot (1-g_t^2)\right) h_{t-1}^\top
\frac{\partial J}{\partial g_t} = \frac{\partial J}{\partial c_t} \odot i_t
`,
    verdicts: ['proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'lstm code',
    about: 'lstm',
    text: String.raw`for t in range(T):
    f[t] = sigmoid(Wf @ x[t] + Uf @ h[t-1] + bf)
    i[t] = sigmoid(Wi @ x[t] + Ui @ h[t-1] + bi)
    g[t] = np.tanh(Wg @ x[t] + Ug @ h[t-1] + bg)
    o[t] = sigmoid(Wo @ x[t] + Uo @ h[t-1] + bo)
    c[t] = f[t] * c[t-1] + i[t] * g[t]
    h[t] = o[t] * np.tanh(c[t])
for t in reversed(range(T)):
    dg[t] = dc[t] * i[t]
    dWg += np.outer(dg[t] * (1 - g[t]**2), x[t])
    dUg += np.outer(dg[t] * (1 - g[t]**2), h[t-1])
`,
    verdicts: ['proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'equals sign chains w/ text',
    about: 'rnn',
    text: String.raw`We get dJ/dh_T = V^T dJ/do_T = V^T (yhat_T - y_T).
So dJ/dh_{T-1} = V^T (yhat_{T-1} - y_{T-1}) + W^T diag(1 - h_T^2) V^T (yhat_T - y_T)
`,
    verdicts: ['proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'approx',
    about: 'rnn',
    text: String.raw`\frac{\partial J}{\partial W} \approx \sum_t \frac{\partial J}{\partial h_t} h_{t-1}^\top`,
    verdicts: ['unreadable'],
    verdict: 'unreadable',
  },
  {
    title: 'truncated',
    about: 'rnn',
    text: String.raw`\frac{\partial J}{\partial W} = \sum_{t=1}^{T} \sum_{k=t-2}^{t} \frac{\partial L_t}{\partial h_t} \frac{\partial h_t}{\partial h_k} \frac{\partial^+ h_k}{\partial W}`,
    verdicts: ['refuted'],
    verdict: 'incorrect',
  },
  {
    title: 'shifted',
    about: 'rnn',
    text: String.raw`\frac{\partial J}{\partial W} = \sum_{t=0}^{T-1} \left((1-h_{t+1}^2) \odot \frac{\partial J}{\partial h_{t+1}}\right) h_t^\top`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'mean',
    about: 'rnn',
    text: String.raw`\frac{\partial J}{\partial W} = \frac{1}{T} \sum_{t} \left((1-h_{t}^2) \odot \frac{\partial J}{\partial h_{t}}\right) h_{t-1}^\top`,
    verdicts: ['refuted'],
    verdict: 'incorrect',
  },
  {
    title: 'spaces & sizing',
    about: 'rnn',
    text: String.raw`\frac { \partial J } { \partial W }\; =\; \sum\limits_{t = 1}^{T}\;\Big[\,\big(\,1 - h_t^{\,2}\,\big)\odot \frac{\partial J}{\partial h_t}\,\Big]\; h_{t-1}^{\top}`,
    verdicts: ['proved'],
    verdict: 'correct',
  },
  {
    title: 'a_t inline z_t',
    about: 'rnn',
    text: String.raw`z_t = W h_{t-1} + U x_t + b
\frac{\partial J}{\partial z_t} = \tanh'(z_t) \odot \frac{\partial J}{\partial h_t}
\frac{\partial J}{\partial b} = \sum_t \frac{\partial J}{\partial z_t}
`,
    verdicts: ['proved', 'proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'gate stack lstm',
    about: 'lstm',
    text: String.raw`g_t := \begin{bmatrix} f_t \\ i_t \end{bmatrix}
\frac{\partial J}{\partial c_{t-1}} = f_t \odot \frac{\partial J}{\partial c_t} + o_{t-1} \odot (1-\tanh^2(c_{t-1})) \odot \frac{\partial J}{\partial h_{t-1}}
`,
    verdicts: ['proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'dc in plain',
    about: 'lstm',
    text: String.raw`dc_t = dh_t .* o_t .* (1 - tanh(c_t)^2) + dc_{t+1} .* f_{t+1}
dW_f = sum_t (dc_t .* c_{t-1} .* f_t .* (1-f_t)) x_t^T
dh_{t-1} = dl/dh_{t-1} + U_f^T df_raw
`,
    verdicts: ['proved', 'proved', 'unreadable'],
    verdict: 'unreadable',
  },
  {
    title: 'russian',
    about: 'rnn',
    text: String.raw`Решение. Пусть $\frac{\partial J}{\partial o_t} = \hat y_t - y_t$. Тогда
$$\frac{\partial J}{\partial c} = \sum_{t=1}^T (\hat y_t - y_t)$$
`,
    verdicts: ['proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'numbered latex in text',
    about: 'rnn',
    text: String.raw`(a) $\partial J/\partial o_t = \hat y_t - y_t$
(b) $\partial J/\partial V = \sum_t (\hat y_t-y_t) h_t^{\intercal}$
(c) $\partial J / \partial h_T = V'(\hat y_T - y_T)$
`,
    verdicts: ['proved', 'proved', 'unreadable'],
    verdict: 'unreadable',
  },
  {
    title: 'matlab prime dialect',
    about: 'rnn',
    text: String.raw`---
dialect: matlab
---
dJ/dh_T = V' * (yhat_T - y_T)
dJ/dV = sum_t (yhat_t - y_t) * h_t'
`,
    verdicts: ['proved', 'proved'],
    verdict: 'correct',
  },
  {
    title: 'code forward only wrong',
    about: 'rnn',
    text: String.raw`for t in range(T):
    h[t] = np.tanh(W @ h[t-1] + U @ x[t] + b)
    o[t] = V @ h[t] - c
`,
    verdicts: ['proved', 'refuted'],
    verdict: 'incorrect',
  },
];
