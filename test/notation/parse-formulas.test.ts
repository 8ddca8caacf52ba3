/** How formulas are read: one line of text, one outline. */
import { describe, expect, test } from 'vitest';
import { parseExpression } from '../../src/notation/parse.js';
import type { Lexicon } from '../../src/notation/syntax.js';
import { lexiconOf, outline } from './outline.js';

const names =
  "h_t x_t C_t f_t i_t o_t z_t r_t a_t y_t \\hat{y}_t \\tilde{h}_t \\overrightarrow{h}_t L_t W U V b W_f W'_f W_{hh} W_{xh} b_h p^{(t)} alpha_t J L gamma";
const lexicon = lexiconOf(names, { functions: 'phi', models: new Set(['full', 'lstm-row']) });

function loop(cases: readonly (readonly [text: string, expected: string])[], of: Lexicon = lexicon): void {
  test.each(cases)('%s', (text, expected) => {
    expect(outline(parseExpression(text, of))).toBe(expected);
  });
}

describe('names', () =>
  loop([
    ['h_t', 'h[t]'],
    ['h_{t-1}', 'h[t - 1]'],
    ['h[t-1]', 'h[t - 1]'],
    ['h(t-1)', 'h[t - 1]'],
    ['hₜ₋₁', 'h[t - 1]'],
    ['h^{(t)}', 'h[t]'],
    ['h^t', 'h[t]'],
    ['h^{<t-1>}', 'h[t - 1]'],
    ['h_prev', 'h[prev]'],
    ['\\hat y_t', 'hat y[t]'],
    ['\\hat{y_t}', 'hat y[t]'],
    ['ŷ_t', 'hat y[t]'],
    ['yhat[t]', 'hat y[t]'],
    ['h̃_t', 'tilde h[t]'],
    ['tilde h_t', 'tilde h[t]'],
    ['→h[t]', 'overrightarrow h[t]'],
    ['\\overrightarrow{h}_{t}', 'overrightarrow h[t]'],
    ["W'_f", "W_f'"],
    ["W_f'", "W_f'"],
    ['W′_f', "W_f'"],
    ['\\mathbf{W}_{hh}', 'W_hh'],
    ['\\mathbf{h_t}', 'h[t]'],
    ['{\\bf h}_t', 'h[t]'],
    ['Whh @ h_prev', '<W_hh at h[prev]>'],
    ['W_hh h[t]', '<W_hh h[t]>'],
    ['α_t', 'alpha[t]'],
    ['\\alpha_t', 'alpha[t]'],
    ['alpha[t]', 'alpha[t]'],
    ['p^{(T)}', 'p[T]'],
    ['h^T', 'h^T'],
    ['full.f_t', 'full.f[t]'],
    ['lstm-row.f_t', 'lstm-row.f[t]'],
    ['y_{t,k}', 'y[t,k]'],
    ['h_{t}(i)', 'h[t,i]'],
    ['W_{ij}', 'W[i,j]'],
    ['W[i,j]', 'W[i,j]'],
    ['h_3', 'h[3]'],
    ['h_T', 'h[T]'],
    ['\\delta^h_t', '?delta_h[t]'],
    ['\\delta^{(4)}_t', '?delta_4[t]'],
    ['\\bar{h}_t', '?bar h[t]'],
    ['Wh_{t-1} + Ux_t', '<W h[t - 1]> + <U x[t]>'],
    ['Wh[t-1]', '<W h[t - 1]>'],
    ['gates_t', '?gates[t]'],
    ['Qux', '?Qux'],
    ['Zq \\cdot 1', '<<?Z ?q> dot 1>'],
    ['\\mathcal{M}_t', '?mathcal M[t]'],
    ['ℓ_t(h_t)', 'call ?ell[t](h[t])'],
    ['\\overset{\\rightarrow}{h}_t', 'overrightarrow h[t]'],
    ['\\overset{\\leftarrow}{h_t}', '?overleftarrow h[t]'],
    ['eta_{t}', '?eta[t]'],
  ]));

describe('products, powers and grouping', () =>
  loop([
    ['a*b/c', '<a star b divide ?c>'],
    ['W h_t \\odot x_t', '<<W h[t]> hadamard x[t]>'],
    ['f_t \\circ W \\cdot h_t', '<f[t] hadamard W dot h[t]>'],
    ['h_t .* x_t ./ b', '<h[t] hadamard x[t] divideEntrywise b>'],
    ['x_t ⊗ h_t', '<x[t] outer h[t]>'],
    ['(1 - z_t) ∘ h_{t-1} + z_t ⊙ \\tilde h_t', '<(1 - z[t]) hadamard h[t - 1]> + <z[t] hadamard tilde h[t]>'],
    ['-x_t^2', '- x[t]^{2}'],
    ['h_t \\mathbin{\\odot} x_t', '<h[t] hadamard x[t]>'],
    ['h_t {\\circ} x_t', '<h[t] hadamard x[t]>'],
    ['h[t]**2', 'h[t]^{2}'],
    ['a \\cdot -b', '<a dot - b>'],
    ['2\\gamma W', '<2 gamma W>'],
    ['W^\\top x', '<W^top x>'],
    ['W^T', 'W^T'],
    ['Wᵀ', 'W^T'],
    ['W^{\\mathsf T}', 'W^top'],
    ['h[t].T', 'h[t]^method'],
    ['W_{hh}^{\\top}', 'W_hh^top'],
    ['W^{-1} + W^{-\\top}', 'W^{- 1} + W^-T'],
    ['\\gamma^{T-t}', 'gamma^{?T - ?t}'],
    ['h_t^{2}', 'h[t]^{2}'],
    ['h_t²', 'h[t]^{2}'],
    ['h_t^{\\circ 2}', 'h[t].^{2}'],
    ['h_t .^ 2', 'h[t].^{2}'],
    ['(a+b)^2', '(a + b)^{2}'],
    ['\\frac12', 'frac{1 over 2}'],
    ['\\frac{a_t}{b}', 'frac{a[t] over b}'],
    ['\\sqrt[3]{x}', 'root[3]{x}'],
    ['√(x_t)', 'root{(x[t])}'],
    ['[Wh_t]_i', 'entry{[<W h[t]>] at ?i}'],
    ['(W U)_{ij}', 'entry{(<W U>) at ?i,?j}'],
    ['A_T \\cdots A_{t+1}', '<?A[T] … ?A[t + 1]>'],
    ['\\underset{n\\times d}{W} \\underbrace{x_t + b}_{\\text{bias}} \\phantom{x} \\tag{3}', '<W x[t] + b>'],
    ['\\left[ W x_t \\right]', '[<W x[t]>]'],
  ]));

describe('functions', () =>
  loop([
    ['\\tanh(W x_t)', 'tanh(<W x[t]>)'],
    ['\\tanh W x_t \\cdot b', '<tanh~(<W x[t]>) dot b>'],
    ['\\tanh^2(a_t)', 'tanh^2(a[t])'],
    ["\\sigma'(a_t)", "sigmoid'(a[t])"],
    ["sigma'(a_t)", "sigmoid'(a[t])"],
    ['\\operatorname{softmax}(y_t)_i', 'entry{softmax(y[t]) at ?i}'],
    ['σ(x_t)', 'sigmoid(x[t])'],
    ['sigmoid(x[t])', 'sigmoid(x[t])'],
    ['\\sigma\\left(x_t\\right)', 'sigmoid(x[t])'],
    ['\\sigma^2 I', '<?sigma^{2} identity()>'],
    ['\\operatorname{softmax}(V h_t)', 'softmax(<V h[t]>)'],
    ['\\mathrm{diag}(b)', 'diag(b)'],
    ['\\text{diag}(b)', 'diag(b)'],
    ['y_{t,k} \\log \\hat y_{t,k}', '<y[t,k] log~(hat y[t,k])>'],
    ['\\log\\tanh x_t', 'log~(tanh~(x[t]))'],
    ['\\exp{(x_t)}', 'exp(x[t])'],
    ['np.tanh(np.dot(W, x[t]))', 'tanh(dot(W, x[t]))'],
    ['np.sum(x[t], axis=0, keepdims=True)', 'sum(x[t]; axis=0; keepdims=True)'],
    ['W.dot(x[t])', 'dot(W, x[t])'],
    ['\\phi(x_t, h_t)', 'call phi(x[t], h[t])'],
    ["\\phi'(a_t)", "call phi'(a[t])"],
    ['stopgrad(h_t)', 'stopgrad(h[t])'],
    ['E[x_t^\\top k]', 'expectation(<x[t]^top ?k>)'],
    ['\\mathbb{E}[a]', 'expectation(a)'],
    ['Var(b)', 'variance(b)'],
    ['e^{-x_t}', '#e^{- x[t]}'],
    ['2\\pi', '<2 #pi>'],
    ['sqrt(x_t)', 'root{x[t]}'],
    ['max(0, x_t)', 'max(0, x[t])'],
    ['\\mathbf{1}^\\top y_t', '<ones()^top y[t]>'],
    ['\\mathbf{1}_n + I_n', 'ones(?n) + identity(?n)'],
    ['\\mathbb{1}[i = j]', 'indicator(i = ?j)'],
    ['|x_t|', '|x[t]|'],
    ['\\|h_t\\|_2^2', '‖h[t]‖2^{2}'],
    ['‖W‖_F', '‖W‖F'],
    ['\\lVert h_t \\rVert', '‖h[t]‖'],
    ['||x_t||', '‖x[t]‖'],
    ['\\langle h_t, x_t \\rangle', '⟨h[t], x[t]⟩'],
  ]));

describe('sums and products', () =>
  loop([
    ['\\sum_{t=1}^{T} x_t + b', 'sum{t=1..?T}{x[t]} + b'],
    ['\\sum_{t=1}^T \\sum_k y_{t,k}', 'sum{t=1..?T}{sum{k}{y[t,k]}}'],
    ['sum(t=1..T, L[t])', 'sum{t=1..?T}{L[t]}'],
    ['Σ_{t=1}^T L_t', 'sum{t=1..?T}{L[t]}'],
    ['sum_t delta_t', 'sum{t}{?delta[t]}'],
    ['∑_t L_t', 'sum{t}{L[t]}'],
    ['\\sum_{ij} W_{ij}^2', 'sum{i,j}{W[i,j]^{2}}'],
    ['\\sum_{k \\ne i} a_k', 'sum{k | ?k ≠ ?i}{a[k]}'],
    ['\\sum_{1 \\le k < t} a_k', 'sum{k | 1 ≤ ?k < ?t}{a[k]}'],
    ['sum(k <= t, a[k])', 'sum{k | ?k ≤ ?t}{a[k]}'],
    ['sum(f_t)', 'sum(f[t])'],
    ['\\prod_{k=T}^{t+1} W', 'product{k=?T..?t + 1}{W}'],
    ['prod(k=T..t+1, W)', 'product{k=?T..?t + 1}{W}'],
    ['\\sum_{i=1}^{n} i_i', 'sum{i=1..?n}{i[i]}'],
  ]));

describe('derivatives', () =>
  loop([
    ['\\frac{\\partial J}{\\partial W}', 'partial{J / W}'],
    ['∂J/∂W', 'partial{J / W}'],
    ['\\partial J / \\partial W', 'partial{J / W}'],
    ['dJ/dW', 'total{J / W}'],
    ['\\frac{dJ}{dW}', 'total{J / W}'],
    ['\\frac{\\mathrm{d}J}{\\mathrm{d}W}', 'total{J / W}'],
    ['dE/du', 'total{?E / ?u}'],
    ['\\frac{\\partial^2 J}{\\partial W \\partial V}', 'partial{J / W, V}'],
    ['∂²J/∂W∂V', 'partial{J / W, V}'],
    ['\\frac{\\partial^2 J}{\\partial W^2}', 'partial{J / W, W}'],
    ['∂J/∂h_t ∂h_t/∂W', '<partial{J / h[t]} partial{h[t] / W}>'],
    ['\\nabla_W L', 'nabla{L / W}'],
    ['∇_{h_t} J', 'nabla{J / h[t]}'],
    ['∇_{h_t} J^T x_t', '<nabla{J / h[t]}^T x[t]>'],
    ['\\nabla_W', 'nabla{ / W}'],
    ['\\partial_W h_t', 'partial{h[t] / W}'],
    ['\\partial^+ h_t / \\partial W', 'immediate{h[t] / W}'],
    ['\\left.\\frac{\\partial h_t}{\\partial W}\\right|_{h_{t-1}}', 'partial{h[t] / W | h[t - 1]}'],
    ['\\frac{\\partial h_t}{\\partial W}\\bigg|_{h_{t-1}}', 'partial{h[t] / W | h[t - 1]}'],
    ['(∂h_t/∂h_{t-1})^T a_t', '<(partial{h[t] / h[t - 1]})^T a[t]>'],
    ['\\frac{\\partial}{\\partial W} \\left( h_t^\\top x_t \\right)', 'partial{(<h[t]^top x[t]>) / W}'],
    ['dW', 'd:W'],
    ['dh_t', 'd:h[t]'],
    ['dh_raw', '?dh_raw'],
    ['\\delta W_f', 'delta:W_f'],
    ['\\frac{d}{n}', 'frac{?d over ?n}'],
    ['\\frac{\\partial h_t}{\\partial h_{t-1}} \\frac{\\partial h_{t-1}}{\\partial W}', '<partial{h[t] / h[t - 1]} partial{h[t - 1] / W}>'],
  ]));

describe('stacks, matrices, cases', () =>
  loop([
    ['[h_{t-1}, x_t]', 'list[h[t - 1], x[t]]'],
    ['[h_{t-1}; x_t]', 'semicolon[h[t - 1]; x[t]]'],
    ['W [h_{t-1}; x_t]', '<W semicolon[h[t - 1]; x[t]]>'],
    ['[[1,2],[3,4]]', 'nested[1, 2; 3, 4]'],
    ['\\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}', 'environment[1, 2; 3, 4]'],
    ['[h_1, \\dots, h_T]', 'list[h[1], …, h[T]]'],
    ['[h_1^\\top; \\dots; h_T^\\top]', 'semicolon[h[1]^top; …; h[T]^top]'],
    ['[\\operatorname{diag}(b), U, V]', 'list[diag(b), U, V]'],
    ['\\begin{cases} x_t & \\text{if } t > 1 \\\\ 0 & \\text{otherwise} \\end{cases}', 'cases{x[t] if ?t > 1; 0 otherwise}'],
    ['\\begin{cases} a_t, & t \\ge 1 \\\\ 0, & t = 0 \\end{cases}', 'cases{a[t] if ?t ≥ 1; 0 if ?t = 0}'],
  ]));

describe('dialects and signs of the front matter', () => {
  loop(
    [
      ["h_t' x_t", '<h[t]^prime x[t]>'],
      ["(W U)'", '(<W U>)^prime'],
    ],
    { ...lexicon, dialect: 'matlab' },
  );
  loop(
    [
      ['h_t \\cdot x_t', '<h[t] hadamard x[t]>'],
      ['h_t * x_t', '<h[t] star x[t]>'],
    ],
    { ...lexicon, elementwise: '\\cdot' },
  );
});

describe('declared names win over built-in meanings', () => {
  loop(
    [
      ['e^{2}', 'e^{2}'],
      ['\\sigma W', '<sigma W>'],
      ['I x_t', '<I x[t]>'],
      ['E[t]', 'E[t]'],
      ['d W', '<d W>'],
      ['dW', 'dW'],
      ['\\pi', 'pi'],
      ['ones', 'ones'],
    ],
    lexiconOf('e sigma I E_t d dW W x_t pi ones'),
  );
});

test('positions count code points, from the place the text stands at', () => {
  const formula = parseExpression('𝐖 + \\tanh(x_t)', lexicon);
  expect(formula.kind === 'sum' && formula.terms.map((term) => term.value.region)).toEqual([
    { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 },
    { startLine: 1, startColumn: 5, endLine: 1, endColumn: 15 },
  ]);
});
