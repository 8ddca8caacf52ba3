/** How lines are split and read: blocks, shapes, assumptions, questions with options, plots. */
import { describe, expect, test } from 'vitest';
import { parseStatement, readLeftSide } from '../../src/notation/parse.js';
import { parsePlot, parseQuestion } from '../../src/notation/questions.js';
import { lineOf, splitLines } from '../../src/notation/statements.js';
import { lexiconOf, outline, questionOutline, statementOutline } from './outline.js';

const lexicon = lexiconOf('h_t x_t C_t f_t y_t c_t s_t w_t \\hat{y}_t W U W_f gamma sigma J q k', { functions: 'f' });

describe('statements', () => {
  test.each([
    ['x_t \\in \\mathbb{R}^{1 \\times d}', 'x[t] : real(1, ?d)'],
    ['x[t] : 1 x d', 'x[t] : real(1, ?d)'],
    ['x_t ∈ ℝ^{n×d}', 'x[t] : real(?n, ?d)'],
    ['x_t in R^d', 'x[t] : real(?d)'],
    ['W : 2n x d', 'W : real(<2 ?n>, ?d)'],
    ['W \\in \\mathbb{R}^{n \\times (2n+d)}', 'W : real(?n, (<2 ?n> + ?d))'],
    ['h_t, C_t : n', 'h[t], C[t] : real(?n)'],
    ['\\gamma \\in \\mathbb{R}', 'gamma : real()'],
    ['gamma : scalar', 'gamma : real()'],
    ['gamma \\in \\mathbb{R}^+', 'gamma : real()'],
    ['C_t \\leftarrow x_t', 'C[t] := x[t]'],
    ["h_t = W'_q x_t", "h[t] = <?W_q' x[t]>"],
    ['y_t \\in \\{0,1\\}^m', 'y[t] : binary(?m)'],
    ['x_t \\in \\mathbb{R}^d, \\quad t = 1, \\dots, M', 'x[t] : real(?d) {t=1..?M}'],
    ['x_t \\in \\mathbb{R}^d, t = 1..M, input', 'x[t] : real(?d) {t=1..?M; input}'],
    ['c_t : n, t = T, T-1, ..., 1', 'c[t] : real(?n) {t=?T..1}'],
    ['f : \\mathbb{R} \\to \\mathbb{R}', 'f : real() → real()'],
    ['f : R^n -> R', 'f : real(?n) → real()'],
    ['q, k \\sim \\mathcal{N}(0, \\sigma^2 I)', 'q, k ~ N(0, <sigma^{2} identity()>)'],
    ['q ~ (0, 1)', 'q ~ moments(0, 1)'],
    ['\\sum_{k} y_{t,k} = 1', 'sum{k}{y[t,k]} = 1'],
    ['0 \\le \\gamma \\le 1', '0 ≤ gamma ≤ 1'],
    ['W = W^\\top', 'W = W^top'],
    ['h_t = 0 \\quad \\text{for } t < 1', 'h[t] = 0 {?t < 1}'],
    ['h_t = h_{t-1}, \\qquad 1 \\le t < T', 'h[t] = h[t - 1] {1 ≤ ?t < ?T}'],
    ['x_t = 0, y_t = 0 => h_t = h_{t-1}', 'x[t] = 0, y[t] = 0 ⇒ h[t] = h[t - 1]'],
    ['h_t \\overset{\\text{def}}{=} x_t', 'h[t] = x[t]'],
    ['v := 2 W', '?v := <2 W>'],
    ['W += x_t', 'W += x[t]'],
    ['h_t = x_t.', 'h[t] = x[t]'],
  ])('%s', (text, expected) => {
    expect(statementOutline(parseStatement(lineOf(text), lexicon))).toBe(expected);
  });
});

describe('left sides', () => {
  const left = (text: string): string => {
    const { kind, names, isJoin, rangeLetters } = readLeftSide(lineOf(text));
    const spelt = names.map(
      ({ raw }) =>
        `${[...raw.accents, ...(raw.alphabet === undefined ? [] : [raw.alphabet]), raw.base].join(' ')}${"'".repeat(raw.primes)}${raw.scripts.map((item) => `{${item.place} ${item.text}}`).join('')}`,
    );
    return `${kind}${isJoin ? ' join' : ''}: ${spelt.join(' | ')}${rangeLetters.length > 0 ? ` ; ${rangeLetters.join(',')}` : ''}`;
  };
  test.each([
    ['W_Q^{(k)}, b \\in \\mathbb{R}^m, \\quad k = 1, \\dots, H', 'shape: W{subscript Q}{parenthesised k} | b ; k'],
    ['\\mathcal{M}_t^{erased} = x', 'equation: mathcal M{subscript t}{superscript erased}'],
    ['Whh : n x n', 'shape: Whh'],
    ['W1, h0 : n', 'shape: W1 | h0'],
    ['h^{<t>} = 1', 'equation: h{angle t}'],
    ['g(x) = x', 'equation: g{argument x}'],
    ['\\tilde{C}[t] = 1', 'equation: tilde C{bracket t}'],
    ['[a^i_t; a^f_t] = W', 'equation join: a{superscript i}{subscript t} | a{superscript f}{subscript t}'],
    ["W'_f = 1", "equation: W'{subscript f}"],
    ['f : R -> R', 'functionType: f'],
    ['v := 1', 'definition: v'],
    ['\\frac{\\partial J}{\\partial W} = 1', 'other: '],
    ['\\sum_k y_k = 1', 'other: '],
    ['0 \\le \\gamma', 'other: '],
    ['q, k ~ (0, 1)', 'distribution: q | k'],
    ['h_{T+1} = 0', 'equation: h{subscript T+1}'],
    ['s_i = 1, \\quad i = 1, \\dots, N', 'equation: s{subscript i} ; i'],
  ])('%s', (text, expected) => {
    expect(left(text)).toBe(expected);
  });
});

describe('lines of a block', () => {
  const texts = (block: string): string[] => splitLines(block).map((line) => line.text);
  test.each([
    ['one a line', 'a = 1\nb = 2', ['a = 1', 'b = 2']],
    ['comments', 'a = 1 % one\n# two\n% three\nb = 2 # four', ['a = 1', 'b = 2']],
    ['rows of aligned', '\\begin{aligned}\na &= 1 \\\\\nb &= 2\n\\end{aligned}', ['a &= 1', 'b &= 2']],
    ['on one line', '\\begin{align*} a &= 1 \\\\[2pt] b &= 2 \\end{align*}', ['a &= 1', 'b &= 2']],
    ['dollars and brackets', '$$a = 1$$\n\\[ b = 2 \\]\n$c$', ['a = 1', 'b = 2', 'c']],
    ['continuations', 'a\n= 1\n  + 2 \\\\\n&\\le 3\nb', ['a\n= 1\n+ 2\n&\\le 3', 'b']],
    ['open brackets', 'a = (1 +\n2)\nb', ['a = (1 +\n2)', 'b']],
    ['matrices', 'A = \\begin{bmatrix} 1 & 2 \\\\\n 3 & 4 \\end{bmatrix}\nb', ['A = \\begin{bmatrix} 1 & 2 \\\\\n3 & 4 \\end{bmatrix}', 'b']],
    ['arrows over letters', 'a = 1\n→h[t] = 2', ['a = 1', '→h[t] = 2']],
    ['nothing', '\n% only\n', []],
    ['unfinished lines', 'a = 1 +\\\\\n\\quad 2 =\n3\nb', ['a = 1 +\n\\quad 2 =\n3', 'b']],
    [
      'systems',
      '\\begin{cases} a = 1 \\\\ b = \\begin{cases} 1 & t = 1 \\\\ 2 & t > 1 \\end{cases} \\end{cases}',
      ['a = 1', 'b = \\begin{cases} 1 & t = 1 \\\\ 2 & t > 1 \\end{cases}'],
    ],
    ['punctuation before a relation', 'a = 1. \\\\\n&= 2', ['a = 1\n&= 2']],
  ])('%s', (_, block, expected) => {
    expect(texts(block)).toEqual(expected);
  });

  test('each piece keeps its place in the file', () => {
    const lines = splitLines('α = 1 \\\\ b = 2\n  c = 3', { line: 10, column: 5 });
    expect(lines.map((line) => line.region)).toEqual([
      { startLine: 10, startColumn: 5, endLine: 10, endColumn: 10 },
      { startLine: 10, startColumn: 14, endLine: 10, endColumn: 19 },
      { startLine: 11, startColumn: 3, endLine: 11, endColumn: 8 },
    ]);
    const [, second] = lines;
    expect(second && parseStatement(second, lexicon).region).toEqual({ startLine: 10, startColumn: 14, endLine: 10, endColumn: 19 });
  });

  test('macros are expanded with their arguments', () => {
    const [line] = splitLines(
      '\\newcommand{\\pd}[2]{\\frac{\\partial #1}{\\partial #2}}\n\\DeclareMathOperator{\\sm}{softmax}\n\\def\\R{\\mathbb{R}}\n\\pd{J}{W} = \\sm(W)',
    );
    expect(line && statementOutline(parseStatement(line, lexicon))).toBe('partial{J / W} = softmax(W)');
  });
});

describe('questions', () => {
  test.each([
    ['\\frac{\\partial J}{\\partial W_f}, keep h_t, C_t', 'partial{J / W_f} ; keep h[t], C[t]'],
    ['dJ/dW, keep all, total, truncated after k + 1, digits = 8', 'total{J / W} ; keep all ; total ; truncated after k + 1 ; digits 8'],
    ['dJ/dW, T = 3', 'total{J / W} ; ?T := 3'],
    ['\\frac{\\partial J}{\\partial W}, hold h_t', 'partial{J / W} ; hold h[t]'],
    ['∂J/∂W using ∂h_t/∂h_{t-1}, ∂h_{t-1}/∂W', 'partial{J / W} ; using partial{h[t] / h[t - 1]}, partial{h[t - 1] / W}'],
    [
      'solve Var(q^\\top k / s_t) = 1 for s_t where \\sigma = 1, \\gamma = 0',
      'solve ; variance(<<q^top k> divide s[t]>) = 1 ; for s[t] ; where sigma = 1, gamma = 0',
    ],
    ['closed h_t where W = 1', 'closed ; h[t] ; where W = 1'],
    ['eigenvalues [[0, 1], [1, 1]]', 'eigenvalues ; nested[0, 1; 1, 1]'],
    ['bound \\|\\partial h_T / \\partial h_t\\|', 'bound ; ‖partial{h[T] / h[t]}‖'],
    ['n = 128, d = 20', '?n := 128 ; ?d := 20'],
    ['only s_t, c_t', 'only ; only s[t], c[t]'],
    ['x_t = 0, y_t = 1 => h_t = h_{t-1}', 'x[t] = 0, y[t] = 1 ⇒ h[t] = h[t - 1]'],
    ['y_t -> 0 => h_t -> h_{t-1}', 'y[t] → 0 ⇒ h[t] → h[t - 1]'],
    ['0 \\le w_t(i) \\le 1', '0 ≤ w[t,i] ≤ 1'],
    ['h_t \\le 1 for t < T', 'h[t] ≤ 1 {?t < ?T}'],
    ['h_t = 1, t = 1, \\dots, T', 'h[t] = 1 {t=1..?T}'],
    ['x = [[1,2],[3,4]], h_0 = 0, h_t', 'x = nested[1, 2; 3, 4] ; h[0] := 0 ; only h[t]'],
    ['h_3', 'h[3]'],
    ['q, k \\in \\mathbb{R}^d', 'q, k : real(?d)'],
    ['\\frac{\\partial h_t}{\\partial h_{t-1}}, step', 'partial{h[t] / h[t - 1]} ; step'],
  ])('%s', (text, expected) => {
    expect(questionOutline(parseQuestion(lineOf(text), lexicon))).toBe(expected);
  });

  test('an option nobody knows names the nearest', () => {
    expect(() => parseQuestion(lineOf('dJ/dW, keeep h_t'), lexicon)).toThrow('“keeep h_t” is not understood');
  });

  test('plots', () => {
    const plot = parsePlot(lineOf('plot \\|\\partial h_T / \\partial h_t\\| against T - t = 0..40 for lstm, lstm-row where \\gamma = 1'), lexicon);
    expect([outline(plot.of), outline(plot.against), outline(plot.from), outline(plot.to), plot.models, plot.options.map((option) => option.kind)]).toEqual([
      '‖partial{h[T] / h[t]}‖',
      '?T - ?t',
      '0',
      '40',
      ['lstm', 'lstm-row'],
      ['where'],
    ]);
  });
});
