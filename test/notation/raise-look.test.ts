/** How raised formulas look: the forms that textbooks print, in both conventions. */
import katex from 'katex';
import { describe, expect, it } from 'vitest';
import {
  addWhole,
  createWorkspace,
  MINUS_ONE,
  rational,
  scaleWhole,
  shiftWhole,
  subtractWhole,
  type Tensor,
  type Whole,
  wholeLetter,
  wholeNumber,
} from '../../src/network/index.js';
import { type LatexOptions, printLatex } from '../../src/notation/print-latex.js';
import { printText } from '../../src/notation/print-text.js';
import { type RaiseOptions, raise } from '../../src/notation/raise.js';
import { PLAIN_NAMES } from '../../src/notation/spelling.js';
import { log, tanh } from '../../src/operators/index.js';

const [n, d, m, T, t] = ['n', 'd', 'm', 'T', 't'].map(wholeLetter) as [Whole, Whole, Whole, Whole, Whole];
const nd = addWhole(n, d);
const at = (by: number): Whole => shiftWhole(t, by);
const ws = createWorkspace();

const vector = (name: string, by = 0, size = n): Tensor => ws.value(name, [at(by)], [size]);
const adjoint = (name: string, index = t): Tensor => ws.symbol({ kind: 'adjoint', name, indices: [index] }, [n]);
const matrix = (name: string, rows = n, columns = n): Tensor => ws.value(name, [], [rows, columns]);
const hadamard = (...factors: readonly Tensor[]): Tensor =>
  ws.contract(
    ['a'],
    factors.map((tensor) => ({ tensor, labels: ['a'] })),
  );
const oneMinus = (tensor: Tensor): Tensor => ws.add(ws.ones(tensor.dims), ws.scale(tensor, -1));
const minus = (a: Tensor, b: Tensor): Tensor => ws.add(a, ws.scale(b, -1));
const image = (of: Tensor, v: Tensor): Tensor =>
  ws.contract(
    ['a'],
    [
      { tensor: of, labels: ['a', 'b'] },
      { tensor: v, labels: ['b'] },
    ],
  );
const preimage = (of: Tensor, v: Tensor): Tensor =>
  ws.contract(
    ['b'],
    [
      { tensor: of, labels: ['a', 'b'] },
      { tensor: v, labels: ['a'] },
    ],
  );
const outer = (u: Tensor, v: Tensor): Tensor =>
  ws.contract(
    ['a', 'b'],
    [
      { tensor: u, labels: ['a'] },
      { tensor: v, labels: ['b'] },
    ],
  );
const dot = (u: Tensor, v: Tensor): Tensor =>
  ws.contract(
    [],
    [
      { tensor: u, labels: ['a'] },
      { tensor: v, labels: ['a'] },
    ],
  );
const overTime = (of: Tensor): Tensor => ws.rangeSum('t', wholeNumber(1), T, of);
const step = (offset: Whole, part: Tensor): Tensor =>
  ws.contract(
    ['a'],
    [
      { tensor: ws.inclusion(offset, part.dims[0] as Whole, nd), labels: ['a', 'b'] },
      { tensor: part, labels: ['b'] },
    ],
  );

const options = (convention: 'row' | 'column', more: Partial<RaiseOptions> = {}): RaiseOptions => ({
  workspace: ws,
  convention,
  orientationOf: () => undefined,
  declared: ['W', 'U', 'V', 'x', 'h', 'C', 'f', 'i', 'o', 'z', 'r', 'tilde C', 'y', 'hat y', 'b'],
  letters: [{ letter: 't', from: wholeNumber(1), to: T }],
  ...more,
});

function latexOf(tensor: Tensor, convention: 'row' | 'column' = 'column', printing: LatexOptions = {}): string {
  const latex = printLatex(raise(tensor, options(convention)).formula, PLAIN_NAMES, printing);
  katex.renderToString(latex, { strict: 'error' });
  return latex;
}

const gate = hadamard(adjoint('C'), vector('i'), oneMinus(ws.power(vector('tilde C'), 2)));
const x = vector('x', 0, d);
const [W, U, V] = [matrix('W'), matrix('U', n, d), matrix('V', m, n)];
const [y, prediction] = [vector('y', 0, m), vector('hat y', 0, m)];
const recurrence = ws.add(preimage(W, hadamard(adjoint('h', at(1)), oneMinus(ws.power(vector('h', 1), 2)))), preimage(V, minus(prediction, y)));
const z = vector('z');
const k = wholeLetter('k');
const local = ws.contract(
  ['a', 'b'],
  [
    { tensor: oneMinus(ws.power(ws.value('h', [k], [n]), 2)), labels: ['a'] },
    { tensor: W, labels: ['a', 'b'] },
  ],
);
const stack = ws.add(step(wholeNumber(0), vector('h', -1)), step(n, x));

const LOOKS: readonly (readonly [tensor: Tensor, column: string, row?: string])[] = [
  [
    overTime(outer(gate, vector('h', -1))),
    '\\sum_{t=1}^{T} \\left( \\frac{\\partial J}{\\partial C_t} \\odot i_t \\odot (1 - \\tilde{C}_t^2) \\right) h_{t-1}^\\top',
  ],
  [
    ws.expand(overTime(outer(gate, vector('h', -1)))),
    '\\sum_{t=1}^{T} \\left( \\frac{\\partial J}{\\partial C_t} \\odot i_t \\odot (1 - \\tilde{C}_t^2) \\right) h_{t-1}^\\top',
  ],
  [
    recurrence,
    'W^\\top \\left( \\frac{\\partial J}{\\partial h_{t+1}} \\odot (1 - h_{t+1}^2) \\right) + V^\\top (\\hat{y}_t - y_t)',
    '\\left( \\frac{\\partial J}{\\partial h_{t+1}} \\odot (1 - h_{t+1}^2) \\right) W + (\\hat{y}_t - y_t) V',
  ],
  [ws.expand(recurrence), 'W^\\top \\left( \\frac{\\partial J}{\\partial h_{t+1}} \\odot (1 - h_{t+1}^2) \\right) + V^\\top (\\hat{y}_t - y_t)'],
  [ws.substituteLetters(local, new Map([['k', t]])), '\\operatorname{diag}(1 - h_t^2) W'],
  [
    ws.contract(
      ['a', 'b'],
      [
        { tensor: vector('f'), labels: ['a'] },
        { tensor: ws.identity(n), labels: ['a', 'b'] },
      ],
    ),
    '\\operatorname{diag}(f_t)',
  ],
  [
    hadamard(adjoint('h'), z, oneMinus(z), minus(vector('tilde C'), vector('h', -1))),
    '\\frac{\\partial J}{\\partial h_t} \\odot z_t \\odot (1 - z_t) \\odot (\\tilde{C}_t - h_{t-1})',
  ],
  [ws.expand(hadamard(z, oneMinus(z))), 'z_t \\odot (1 - z_t)'],
  [ws.expand(ws.add(hadamard(oneMinus(z), vector('h', -1)), hadamard(z, vector('tilde C')))), 'h_{t-1} \\odot (1 - z_t) + z_t \\odot \\tilde{C}_t'],
  [
    ws.apply(tanh, ws.add(image(W, vector('h', -1)), image(U, x), ws.value('b', [], [n]))),
    '\\tanh(W h_{t-1} + U x_t + b)',
    '\\tanh(h_{t-1} W^\\top + x_t U^\\top + b)',
  ],
  [ws.scale(dot(y, ws.apply(log, prediction)), -1), '-y_t^\\top \\log(\\hat{y}_t)', '-y_t \\log(\\hat{y}_t)^\\top'],
  [hadamard(vector('r'), image(W, vector('h', -1))), 'r_t \\odot (W h_{t-1})', 'r_t \\odot (h_{t-1} W^\\top)'],
  [dot(vector('h'), image(W, vector('h', -1))), 'h_t^\\top W h_{t-1}', 'h_t W h_{t-1}^\\top'],
  [
    ws.contract(
      ['a'],
      [
        { tensor: vector('h'), labels: ['a'] },
        { tensor: ws.power(dot(vector('h'), vector('h')), rational(-1, 2)), labels: [] },
      ],
    ),
    '\\frac{h_t}{\\| h_t \\|}',
  ],
  [image(matrix('W', n, nd), stack), 'W \\begin{bmatrix} h_{t-1} \\\\ x_t \\end{bmatrix}', '\\begin{bmatrix} h_{t-1} & x_t \\end{bmatrix} W^\\top'],
  [step(n, x), '\\begin{bmatrix} \\mathbf{0}_n \\\\ x_t \\end{bmatrix}'],
  [
    ws.contract(
      ['b'],
      [
        { tensor: matrix('W', n, nd), labels: ['r', 'a'] },
        { tensor: ws.inclusion(wholeNumber(0), n, nd), labels: ['a', 'b'] },
        { tensor: adjoint('f'), labels: ['r'] },
      ],
    ),
    '(W[:, 1:n])^\\top \\frac{\\partial J}{\\partial f_t}',
    '\\frac{\\partial J}{\\partial f_t} W[:, 1:n]',
  ],
  [ws.product('k', T, at(1), -1, local), '\\prod_{k=T}^{t+1} \\operatorname{diag}(1 - h_k^2) W'],
  [
    preimage(ws.product('k', T, at(1), -1, local), adjoint('h', T)),
    '\\left( \\prod_{k=T}^{t+1} \\operatorname{diag}(1 - h_k^2) W \\right)^\\top \\frac{\\partial J}{\\partial h_T}',
  ],
  [
    ws.contract(
      [],
      [
        { tensor: W, labels: ['a', 'b'] },
        { tensor: W, labels: ['b', 'a'] },
      ],
    ),
    '\\operatorname{trace}(W W)',
  ],
  [
    ws.contract(
      [],
      [
        { tensor: W, labels: ['a', 'b'] },
        { tensor: W, labels: ['a', 'b'] },
      ],
    ),
    '\\| W \\|_F^2',
  ],
  [ws.contract(['a'], [{ tensor: W, labels: ['a', 'b'] }]), '\\operatorname{rowsum}(W)', '\\operatorname{colsum}(W^\\top)'],
  [
    ws.differentiate(ws.softmax(vector('h')), 'h', [t], [n]),
    '\\operatorname{diag}(\\operatorname{softmax}(h_t)) - \\operatorname{softmax}(h_t) \\operatorname{softmax}(h_t)^\\top',
  ],
  [hadamard(adjoint('h'), ws.unspecified('g', [], true, [n], [image(W, vector('h', -1))], [0])), "\\frac{\\partial J}{\\partial h_t} \\odot g'(W h_{t-1})"],
  [
    ws.contract(
      ['a'],
      [
        { tensor: ws.indicator(shiftWhole(subtractWhole(T, t), -1), 'nonnegative'), labels: [] },
        { tensor: vector('h'), labels: ['a'] },
      ],
    ),
    '\\mathbb{1}[t < T] h_t',
  ],
  [ws.power(vector('h'), MINUS_ONE), '\\frac{1}{h_t}'],
  [ws.scale(ws.add(vector('h'), vector('r')), 2), '2 (h_t + r_t)'],
  [ws.zero([n]), '0'],
];

describe('raised networks look as textbooks print them', () => {
  for (const [tensor, column, row] of LOOKS) {
    it(column, () => {
      expect(latexOf(tensor)).toBe(column);
      if (row !== undefined) expect(latexOf(tensor, 'row')).toBe(row);
    });
  }

  it('as Lab 11 does in rows', () => {
    expect(latexOf(overTime(outer(x, gate)), 'row', { hadamard: 'circ' })).toBe(
      '\\sum_{t=1}^{T} x_t^\\top \\left( \\frac{\\partial J}{\\partial C_t} \\circ i_t \\circ (1 - \\tilde{C}_t^2) \\right)',
    );
  });

  it('whatever was built before', () => {
    const other = createWorkspace();
    other.value('hat y', [t], [m]);
    other.value('r', [t], [n]);
    const rebuilt = other.add(other.value('r', [t], [n]), other.value('h', [t], [n]));
    expect(printText(raise(rebuilt, { ...options('column'), workspace: other }).formula, PLAIN_NAMES)).toBe(
      printText(raise(ws.add(vector('h'), vector('r')), options('column')).formula, PLAIN_NAMES),
    );
  });

  it('in index notation, with the reason, where there is no matrix form', () => {
    const third = ws.contract(
      ['a', 'b', 'c'],
      [
        { tensor: vector('h'), labels: ['a'] },
        { tensor: W, labels: ['a', 'b'] },
        { tensor: U, labels: ['a', 'c'] },
      ],
    );
    const raised = raise(third, options('column'));
    expect(raised.why).toMatch(/3 axes/);
    expect(raised.axes).toHaveLength(3);
    expect(printText(raised.formula, PLAIN_NAMES)).toBe('W_{j,k} U_{j,l} h_{t,j}');
  });

  it('with a mask as a restricted sum', () => {
    const masked = ws.contract(
      ['a'],
      [
        { tensor: ws.order(n, n, wholeNumber(0)), labels: ['a', 'b'] },
        { tensor: vector('h'), labels: ['b'] },
      ],
    );
    const raised = raise(masked, options('column'));
    expect(raised.why).toMatch(/mask/);
    expect(printLatex(raised.formula, PLAIN_NAMES)).toBe('\\sum_{k \\le j} h_{t,k}');
  });

  it('with a bound letter that is not in use', () => {
    const nested = ws.rangeSum('k', wholeNumber(1), t, ws.value('h', [k], [n]));
    expect(latexOf(nested)).toBe('\\sum_{k=1}^{t} h_k');
    expect(latexOf(ws.add(nested, vector('r')))).toBe('\\sum_{k=1}^{t} h_k + r_t');
    expect(latexOf(ws.rangeSum('k', wholeNumber(1), T, ws.value('h', [addWhole(k, scaleWhole(t, 1))], [n])))).toBe('\\sum_{k=1}^{T} h_{k+t}');
  });
});
