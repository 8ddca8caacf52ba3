/** Derivations that are wrong somewhere: printed so, or copied so by readers and reported in questions, reviews and bug reports. */

import { type Slip, sheet } from './published.js';

const SLIDES = (transposed: boolean): string =>
  sheet(String.raw`
x(t) \in \mathbb{R}^d
h(t), b, h(0) \in \mathbb{R}^n
W \in \mathbb{R}^{n \times n}
U \in \mathbb{R}^{${transposed ? 'd \\times n' : 'n \\times d'}}
V \in \mathbb{R}^{${transposed ? 'n \\times m' : 'm \\times n'}}
c \in \mathbb{R}^m
y(t) \in \mathbb{R}^m, input
${transposed ? 'h(t) = \\tanh(W^\\top h(t-1) + U^\\top x(t) + b)\no(t) = V^\\top h(t) + c' : 'h(t) = \\tanh(W h(t-1) + U x(t) + b)\no(t) = V h(t) + c'}
\hat{y}(t) = \operatorname{softmax}(o(t))
L = -\sum_{t=1}^T y(t)^\top \log \hat{y}(t)
\sum_k y_{t,k} = 1
`);

const LINEAR = sheet(String.raw`
u_t \in \mathbb{R}
h_t, w, h_0 \in \mathbb{R}
h_t = w (u_t + h_{t-1})
J = h_T
`);

const PASCANU = sheet(String.raw`
u_t \in \mathbb{R}^d
x_t, b, x_0 \in \mathbb{R}^n
W_{rec} \in \mathbb{R}^{n \times n}
W_{in} \in \mathbb{R}^{n \times d}
x_t = W_{rec} \sigma(x_{t-1}) + W_{in} u_t + b
E = \sum_{t=1}^{T} \ell_t(x_t)
`);

export const slips: readonly Slip[] = [
  {
    source: 'Sharif, Deep learning slides: the gradient of W has the state’s gradient a step early (plain matrices)',
    model: SLIDES(false),
    text: String.raw`\nabla_{W}L = \sum_{t} \operatorname{diag}\left(1 - (h(t))^{2}\right) \left(\nabla_{h(t-1)}L\right)(h(t-1))^{\top}`,
    verdict: 'refuted',
    named: ['RNN-INDEX'],
  },
  {
    source: 'Sharif, Deep learning slides: the gradient of W under the slides’ own transposed equations, two slips in one line',
    model: SLIDES(true),
    text: String.raw`\nabla_{W}L = \sum_{t} \operatorname{diag}\left(1 - (h(t))^{2}\right) \left(\nabla_{h(t-1)}L\right)(h(t-1))^{\top}`,
    verdict: 'refuted',
    named: ['OUTER-ORDER', 'RNN-INDEX'],
  },
  {
    source: 'Sharif, Deep learning slides: the other convention’s transpose at the last state',
    model: SLIDES(true),
    text: String.raw`\nabla_{h(T)}L = V^{\top}\nabla_{o(T)}L`,
    verdict: 'ill-shaped',
    named: ['RNN-TRANSPOSE'],
  },
  {
    source: 'Sharif, Deep learning slides: the other convention’s outer product',
    model: SLIDES(true),
    text: String.raw`\nabla_{V}L = \sum_{t} \left(\nabla_{o(t)}L\right)h(t)^{\top}`,
    verdict: 'ill-shaped',
    named: ['OUTER-ORDER'],
  },
  {
    source: 'Sharif, Deep learning slides: the other convention’s outer product with the activation’s derivative',
    model: SLIDES(true),
    text: String.raw`\nabla_{U}L = \sum_{t} \operatorname{diag}\left(1 - (h(t))^{2}\right) \left(\nabla_{h(t)}L\right)(x(t))^{\top}`,
    verdict: 'ill-shaped',
    named: ['OUTER-ORDER'],
  },
  {
    source: 'Sharif, Deep learning slides, and Arjovsky et al. (2016), equation 2: D Wᵀ for a network with W h',
    model: 'rnn',
    text: String.raw`\frac{\partial h_t}{\partial h_k} = \prod_{j=t}^{k+1} \operatorname{diag}(1 - h_j^2) W^\top`,
    verdict: 'refuted',
    named: ['RNN-TRANSPOSE'],
  },
  {
    source: 'Stanford CS224d, lecture notes 4, equation 13: the same transpose in the whole product',
    model: PASCANU,
    text: String.raw`\frac{\partial x_t}{\partial x_k} = \prod_{j=k+1}^{t} W_{rec}^\top \operatorname{diag}(\sigma'(x_{j-1}))`,
    verdict: 'refuted',
    named: ['RNN-TRANSPOSE'],
  },
  {
    source: 'MSCV tutorial: the answer for the third step is given where the second is asked for',
    model: LINEAR,
    text: 'h_2 = w u_3 + w^2 u_2 + w^3 u_1 + w^3 h_0',
    verdict: 'refuted',
    named: ['DIFFERENT', 'NAME', 'RNN-INDEX', 'TERM-EXTRA'],
  },
  {
    source: 'MSCV tutorial: the answers about z = 0 and z = 1 follow the other convention than the equations',
    model: 'gru',
    text: String.raw`\frac{\partial J}{\partial \tilde{h}_t} = \frac{\partial J}{\partial h_t} \odot (1 - z_t)`,
    verdict: 'refuted',
    named: ['GRU-Z-CONV'],
  },
  {
    source: 'HCMUT, Lab 11: the total derivative of the cell taken for its own path alone',
    model: 'lstm',
    text: String.raw`\frac{d c_t}{d c_{t-1}} = \operatorname{diag}(f_t)`,
    verdict: 'refuted',
    named: ['LSTM-ONLY-F'],
  },
  {
    source: 'HCMUT, Lab 11: the gate’s gradient along the other axis',
    model: 'lstm',
    text: String.raw`\frac{\partial J}{\partial W_f} = \sum_t x_t \left( \frac{\partial J}{\partial c_t} \odot c_{t-1} \odot f_t \odot (1 - f_t) \right)^\top`,
    verdict: 'ill-shaped',
    named: ['OUTER-ORDER'],
  },
  {
    source: 'KTH, Review Questions 4, a reader’s answer: the path over both steps is left out',
    model: 'rnn',
    text: String.raw`\frac{d h_2}{d b} = \frac{\partial^+ h_2}{\partial b}`,
    verdict: 'refuted',
    named: ['RNN-DEPENDS', 'RNN-IMMEDIATE'],
  },
  {
    source: 'Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks (2013), equation 5, one factor: Wᵀ for W',
    model: PASCANU,
    text: String.raw`\frac{\partial x_t}{\partial x_{t-1}} = W_{rec}^\top \operatorname{diag}(\sigma'(x_{t-1}))`,
    verdict: 'refuted',
    named: ['RNN-TRANSPOSE'],
  },
  {
    source: 'A slip copied often beside Goodfellow, Bengio, Courville (2016), 10.2.2: the derivative of tanh applied after the transposed matrix',
    model: 'rnn',
    text: String.raw`\nabla_{h_t} J = \operatorname{diag}(1 - h_{t+1}^2) W^\top \nabla_{h_{t+1}} J + V^\top \nabla_{o_t} J`,
    verdict: 'refuted',
    named: ['RNN-DIAG', 'RNN-JAC-ORDER', 'FACTOR-PLACE'],
  },
  {
    source: 'A slip reported often in LSTM code: the cell’s gradient assigned instead of added to',
    model: 'lstm',
    text: String.raw`\frac{\partial J}{\partial c_t} = \frac{\partial J}{\partial h_t} \odot o_t \odot (1 - \tanh^2(c_t))`,
    verdict: 'refuted',
    named: ['LSTM-C-ACC'],
  },
  {
    source: 'A slip that Britz’s tutorial (2015, part 3) warns of: each step’s loss reaches its own step only',
    model: 'rnn',
    text: String.raw`\frac{\partial J}{\partial W} = \sum_{t=1}^{T} \left( (1 - h_t^2) \odot V^\top (\hat{y}_t - y_t) \right) h_{t-1}^\top`,
    verdict: 'refuted',
    named: ['RNN-RECURRENT'],
  },
  {
    source: 'Questions about min-char-rnn: 1 − tanh² taken of the output again',
    model: 'rnn',
    text: `dhraw = (1 - np.tanh(h[t])**2) * dh[t]
db += dhraw
`,
    verdict: 'refuted',
    named: ['ACT-TWICE'],
  },
  {
    source: 'Gers, Schmidhuber, Cummins (2000), the truncated gradient read as the exact one',
    model: 'lstm',
    text: String.raw`\frac{\partial J}{\partial h_{t-1}} = \nabla_{h_{t-1}} \ell_{t-1}, \quad t > 1`,
    verdict: 'refuted',
    named: ['LSTM-NEXT', 'RNN-RECURRENT'],
  },
];
