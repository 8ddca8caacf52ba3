/** A lecture's formulas for the gradients of a recurrent network, which mix two conventions of the forward equations, line by line. */

/** h(t) = tanh(Wᵀh(t−1) + Uᵀx(t) + b), or without the transposes. */
export const slidesModel = (transposed: boolean): string => `\`\`\`model
x_t \\in \\mathbb{R}^d
h_t, b, h_0 \\in \\mathbb{R}^n
W \\in \\mathbb{R}^{n \\times n}
U \\in \\mathbb{R}^{${transposed ? 'd \\times n' : 'n \\times d'}}
V \\in \\mathbb{R}^{${transposed ? 'n \\times m' : 'm \\times n'}}
c \\in \\mathbb{R}^m
y_t \\in \\mathbb{R}^m, input
${transposed ? 'h(t) = \\tanh(W^\\top h(t-1) + U^\\top x(t) + b)\no(t) = V^\\top h(t) + c' : 'h(t) = \\tanh(W h(t-1) + U x(t) + b)\no(t) = V h(t) + c'}
\\hat{y}(t) = \\operatorname{softmax}(o(t))
L = -\\sum_{t=1}^T y(t)^\\top \\log \\hat{y}(t)
\\sum_k y_{t,k} = 1
\`\`\`
`;

export const slides: readonly { readonly text: string; readonly withTransposes: readonly string[]; readonly without: readonly string[] }[] = [
  { text: '$$\\nabla_{o(t)} L = \\hat{y}(t) - y(t)$$', withTransposes: ['proved'], without: ['proved'] },
  { text: '$$\\nabla_{h(T)}L = V^{\\top}\\nabla_{o(T)}L$$', withTransposes: ['ill-shaped'], without: ['proved'] },
  {
    text: '$$\\begin{split} \\nabla_{h(t)} \\mathcal{L} &= \\left(\\frac{\\partial h(t+1)}{\\partial h(t)}\\right)^{\\top} \\left(\\nabla_{h(t+1)} \\mathcal{L}\\right) \\\\ &+ \\left(\\frac{\\partial o(t)}{\\partial h(t)}\\right)^{\\top} \\left(\\nabla_{o(t)} \\mathcal{L}\\right) \\\\ &= W^{\\top} \\operatorname{diag}\\left(\\left(1 - (h(t+1))^2\\right)\\right) \\left(\\nabla_{h(t+1)} \\mathcal{L}\\right) \\\\ &+ V^{\\top} \\left(\\nabla_{o(t)} \\mathcal{L}\\right) \\end{split}$$',
    withTransposes: ['proved', 'ill-shaped'],
    without: ['proved', 'proved'],
  },
  {
    text: '$$\\nabla_{c}L = \\sum_{t} \\left(\\frac{\\partial o(t)}{\\partial c(t)}\\right)^{\\top} \\nabla_{o(t)}L = \\sum_{t} \\nabla_{o(t)}L$$',
    withTransposes: ['proved', 'proved'],
    without: ['proved', 'proved'],
  },
  {
    text: '$$\\nabla_{b}L = \\sum_{t} \\left(\\frac{\\partial h(t)}{\\partial b(t)}\\right)^{\\top} \\nabla_{h(t)}L = \\sum_{t} \\operatorname{diag}\\left(\\left(1 - (h(t))^{2}\\right)\\right) \\left(\\nabla_{h(t)}\\right)L$$',
    withTransposes: ['proved', 'proved'],
    without: ['proved', 'proved'],
  },
  { text: '$$\\nabla_{V}L = \\sum_{t} \\left(\\nabla_{o(t)}L\\right)h(t)^{\\top}$$', withTransposes: ['ill-shaped'], without: ['proved'] },
  {
    text: '$$\\nabla_{W}L = \\sum_{t} \\operatorname{diag}\\left(\\left(1 - (h(t))^{2}\\right)\\right) \\left(\\nabla_{h(t-1)}L\\right)(h(t-1))^{\\top}$$',
    withTransposes: ['refuted'],
    without: ['refuted'],
  },
  {
    text: '$$\\nabla_{U}L = \\sum_{t} \\operatorname{diag}\\left(\\left(1 - (h(t))^{2}\\right)\\right) \\left(\\nabla_{h(t)}L\\right)(x(t))^{\\top}$$',
    withTransposes: ['ill-shaped'],
    without: ['proved'],
  },
];
