/** The printers: LaTeX and Unicode text of formulas, each legal in strict KaTeX. */
import katex from 'katex';
import { describe, expect, it } from 'vitest';
import type { Spelling } from '../../src/model/model.js';
import { HALF, rational } from '../../src/network/rational.js';
import type { Formula } from '../../src/notation/formula.js';
import { latexOfReference, latexOfWhole, printLatex } from '../../src/notation/print-latex.js';
import { printText, textOfReference, textOfWhole } from '../../src/notation/print-text.js';
import { type Names, PLAIN_NAMES } from '../../src/notation/spelling.js';
import { sigmoid, tanh } from '../../src/operators/index.js';
import {
  addWhole,
  adjoint,
  d,
  hadamard,
  matrix,
  minus,
  n,
  named,
  number,
  of,
  plus,
  power,
  quotient,
  scalar,
  scaled,
  scaleWhole,
  shiftWhole,
  T,
  t,
  times,
  transposed,
  vector,
  wholeLetter,
  wholeNumber,
} from './build.js';

const k = wholeLetter('k');
const SPELLINGS: Readonly<Record<string, Spelling>> = {
  'W^(hh)': { latex: 'W', text: 'W', superscript: { latex: '(hh)', text: '(hh)' }, indexPlace: 'subscript' },
  W_Q: { latex: 'W', text: 'W', subscript: { latex: 'Q', text: 'Q' }, indexPlace: 'parenthesised superscript' },
  'mathcal M^erased': { latex: '\\mathcal{M}', text: 'ℳ', superscript: { latex: 'erased', text: 'erased' }, indexPlace: 'subscript' },
  "W_f'": { latex: "W'", text: 'W′', subscript: { latex: 'f', text: 'f' }, indexPlace: 'subscript' },
  g: { latex: 'g', text: 'g', indexPlace: 'argument' },
};
const NAMES: Names = { ...PLAIN_NAMES, spelling: (name) => SPELLINGS[name], loss: 'J' };
const before = shiftWhole(t, -1);
const next = shiftWhole(t, 1);
const sumOverTime = (body: Formula): Formula => of({ kind: 'rangeSum', letter: 't', from: wholeNumber(1), to: T, body }, body.shape.dims);

const CASES: readonly (readonly [formula: Formula, latex: string, text: string])[] = [
  [minus(number(1), power(vector('h', t), 2)), '1 - h_t^2', '1 − hₜ²'],
  [
    of({
      kind: 'sum',
      terms: [
        { sign: -1, formula: vector('a') },
        { sign: 1, formula: vector('b') },
      ],
    }),
    'b - a',
    'b − a',
  ],
  [plus(vector('a'), number(-3)), 'a - 3', 'a − 3'],
  [plus(scaled(number(-1), vector('a')), vector('b')), 'b - a', 'b − a'],
  [minus(vector('a'), scaled(number(-2), vector('b'))), 'a + 2 b', 'a + 2 b'],
  [
    hadamard(adjoint('c', t), vector('i', t), minus(number(1), power(vector('tilde c', t), 2))),
    '\\frac{\\partial J}{\\partial c_t} \\odot i_t \\odot (1 - \\tilde{c}_t^2)',
    '∂J/∂cₜ ⊙ iₜ ⊙ (1 − c̃ₜ²)',
  ],
  [
    sumOverTime(times(hadamard(adjoint('c', t), vector('i', t)), transposed(vector('h', before)))),
    '\\sum_{t=1}^{T} \\left( \\frac{\\partial J}{\\partial c_t} \\odot i_t \\right) h_{t-1}^\\top',
    'Σ_{t=1}^{T} (∂J/∂cₜ ⊙ iₜ) hₜ₋₁ᵀ',
  ],
  [hadamard(vector('r', t), times(matrix('U_h'), vector('h', before))), 'r_t \\odot (U_h h_{t-1})', 'rₜ ⊙ (Uₕ hₜ₋₁)'],
  [times(transposed(matrix('W')), plus(vector('a'), vector('b'))), 'W^\\top (a + b)', 'Wᵀ (a + b)'],
  [times(transposed(matrix("W_f'")), vector('a')), "{W'_f}^\\top a", 'W′_fᵀ a'],
  [transposed(matrix('W^(hh)')), '(W^{(hh)})^\\top', '(W^{(hh)})ᵀ'],
  [matrix('W_Q', k), 'W_Q^{(k)}', 'W_Q^{(k)}'],
  [matrix('mathcal M^erased', t), '\\mathcal{M}_t^{erased}', 'ℳₜ^{erased}'],
  [vector('overrightarrow h', before), '\\overrightarrow{h}_{t-1}', 'h⃗ₜ₋₁'],
  [vector('g', t), 'g(t)', 'g(t)'],
  [
    named({ kind: 'partial', numerator: { name: 'h', indices: [t] }, denominator: { name: 'h', indices: [before] }, reach: 'step' }),
    '\\frac{\\partial h_t}{\\partial h_{t-1}}',
    '∂hₜ/∂hₜ₋₁',
  ],
  [times(adjoint('h', t), vector('x')), '\\frac{\\partial J}{\\partial h_t} x', '(∂J/∂hₜ) x'],
  [power(adjoint('h', t), 2), '\\left( \\frac{\\partial J}{\\partial h_t} \\right)^2', '(∂J/∂hₜ)²'],
  [power(matrix('A'), 2), 'A^{\\circ 2}', 'A.^2'],
  [power(matrix('A'), 2, 'matrix'), 'A^2', 'A²'],
  [power(of({ kind: 'apply', operator: tanh, args: [vector('c', t)] }), 2), '\\tanh^2(c_t)', 'tanh²(cₜ)'],
  [of({ kind: 'apply', operator: sigmoid, args: [plus(times(matrix('W'), vector('x', t)), vector('b'))] }), '\\sigma(W x_t + b)', 'σ(W xₜ + b)'],
  [of({ kind: 'diagonal', of: minus(number(1), power(vector('h', t), 2)) }, [n, n]), '\\operatorname{diag}(1 - h_t^2)', 'diag(1 − hₜ²)'],
  [of({ kind: 'softmax', axis: 0, of: matrix('E') }, [n, n]), '(\\operatorname{softmax}(E^\\top))^\\top', '(softmax(Eᵀ))ᵀ'],
  [quotient(vector('a'), of({ kind: 'squareRoot', of: of({ kind: 'whole', value: d }, []) }, [])), '\\frac{a}{\\sqrt{d}}', 'a/sqrt(d)'],
  [quotient(number(1), times(scalar('a'), scalar('b'))), '\\frac{1}{a b}', '1/(a b)'],
  [scaled(number(HALF), vector('a')), '\\frac{1}{2} a', '(1/2) a'],
  [scaled(number(rational(-2)), scalar('a'), hadamard(vector('u'), vector('v'))), '-2 a u \\odot v', '−2 a u ⊙ v'],
  [scaled(number(2), plus(vector('u'), vector('v'))), '2 (u + v)', '2 (u + v)'],
  [scaled(of({ ...times(transposed(vector('u')), vector('v')) }, []), vector('w')), '(u^\\top v) w', '(uᵀ v) w'],
  [plus(sumOverTime(vector('a', t)), vector('b')), '\\sum_{t=1}^{T} a_t + b', 'Σ_{t=1}^{T} aₜ + b'],
  [hadamard(sumOverTime(vector('a', t)), vector('b')), '\\left( \\sum_{t=1}^{T} a_t \\right) \\odot b', '(Σ_{t=1}^{T} aₜ) ⊙ b'],
  [
    times(of({ kind: 'rangeProduct', letter: 'k', from: T, to: next, falling: true, body: matrix('A', k) }, [n, n]), vector('b')),
    '\\left( \\prod_{k=T}^{t+1} A_k \\right) b',
    '(Π_{k=T}^{t+1} Aₖ) b',
  ],
  [
    of({ kind: 'rangeProduct', letter: 'k', from: next, to: T, falling: true, body: transposed(matrix('A', k)) }, [n, n]),
    'A_{t+1}^\\top \\cdots A_T^\\top',
    'Aₜ₊₁ᵀ ⋯ A_Tᵀ',
  ],
  [of({ kind: 'rangeProduct', letter: 'k', from: next, to: T, falling: false, body: matrix('A', k) }, [n, n]), '\\prod_{k=t+1}^{T} A_k', 'Π_{k=t+1}^{T} Aₖ'],
  [of({ kind: 'blocks', rows: [[vector('h', before)], [vector('x', t)]] }, [addWhole(n, d)]), '\\begin{bmatrix} h_{t-1} \\\\ x_t \\end{bmatrix}', '[hₜ₋₁; xₜ]'],
  [
    of({ kind: 'rangeBlocks', letter: 'k', from: wholeNumber(1), to: wholeLetter('H'), direction: 'beside', body: matrix('A', k) }, [n, n]),
    '\\begin{bmatrix} A_1 & \\cdots & A_H \\end{bmatrix}',
    '[A₁, …, A_H]',
  ],
  [of({ kind: 'reduce', by: 'normSquared', of: vector('v') }, []), '\\| v \\|^2', '‖v‖²'],
  [of({ kind: 'reduce', by: 'rowsum', of: matrix('A') }, [n]), '\\operatorname{rowsum}(A)', 'rowsum(A)'],
  [of({ kind: 'inner', left: vector('a'), right: vector('b') }, []), '\\langle a, b \\rangle', '⟨a, b⟩'],
  [of({ kind: 'entry', of: vector('h', t), positions: [k] }, []), 'h_{t,k}', 'h_{t,k}'],
  [of({ kind: 'entry', of: times(matrix('W'), vector('h')), positions: [k] }, []), '[W h]_k', '[W h]ₖ'],
  [
    of(
      {
        kind: 'axisSum',
        letter: 'j',
        dim: n,
        relation: { sign: '≤', than: k },
        body: of({ kind: 'entry', of: vector('a'), positions: [wholeLetter('j')] }, []),
      },
      [],
    ),
    '\\sum_{j \\le k} a_j',
    'Σ_{j ≤ k} aⱼ',
  ],
  [
    of({
      kind: 'cases',
      branches: [
        { value: vector('a'), condition: { relations: [{ left: t, sign: '<', right: T }] } },
        { value: of({ kind: 'zeros' }), condition: undefined },
      ],
    }),
    '\\begin{cases} a & \\text{if } t < T \\\\ 0 & \\text{otherwise} \\end{cases}',
    '{ a if t < T; 0 otherwise }',
  ],
  [
    of({ kind: 'unspecified', name: 'ell', indices: [t], entrywise: false, args: [vector('h', t)], wrt: [0] }),
    '\\frac{\\partial \\ell_t}{\\partial h_t}',
    '∂ℓₜ/∂hₜ',
  ],
  [of({ kind: 'unspecified', name: 'f', indices: [], entrywise: true, args: [times(matrix('W'), vector('h', t))], wrt: [0] }), "f'(W h_t)", 'f′(W hₜ)'],
  [of({ kind: 'blockOf', of: matrix('W'), axis: 1, offset: n, size: d, label: undefined }, [n, d]), 'W[:, n+1:d+n]', 'W[:, n+1:d+n]'],
];

describe('the printers', () => {
  for (const [formula, latex, text] of CASES) {
    it(`write ${text}`, () => {
      expect(printLatex(formula, NAMES)).toBe(latex);
      expect(printText(formula, NAMES)).toBe(text);
      expect(() => katex.renderToString(latex, { strict: 'error', throwOnError: true })).not.toThrow();
    });
  }

  it('write the entrywise product and adjoints as asked', () => {
    const formula = hadamard(adjoint('h', t), vector('a'));
    expect(printLatex(formula, NAMES, { hadamard: 'circ', adjoint: 'nabla' })).toBe('(\\nabla_{h_t} J) \\circ a');
    expect(printText(formula, NAMES, { hadamard: 'circ' })).toBe('∂J/∂hₜ ∘ a');
  });

  it('mark how far a partial reaches when asked', () => {
    const partial = (reach: 'immediate' | 'total'): Formula =>
      named({ kind: 'partial', numerator: { name: 'h', indices: [t] }, denominator: { name: 'W', indices: [] }, reach });
    expect(printLatex(partial('immediate'), NAMES, { markReach: true })).toBe('\\frac{\\partial^{+} h_t}{\\partial W}');
    expect(printLatex(partial('total'), NAMES, { markReach: true })).toBe('\\frac{\\mathrm{d} h_t}{\\mathrm{d} W}');
  });

  it('spell a built-in function otherwise where a declared name has its letter', () => {
    const formula = of({ kind: 'apply', operator: sigmoid, args: [vector('a')] });
    expect(printLatex(formula, { ...NAMES, isTaken: (spelled) => ['\\sigma', 'σ'].includes(spelled) })).toBe('\\operatorname{sigmoid}(a)');
  });

  it('write whole-number expressions with the letters first', () => {
    for (const [whole, printed] of [
      [before, 't-1'],
      [addWhole(T, scaleWhole(t, -1)), 'T-t'],
      [shiftWhole(addWhole(T, scaleWhole(t, -1)), 1), 'T-t+1'],
      [shiftWhole(scaleWhole(t, -1), 3), '3-t'],
      [scaleWhole(n, 2), '2n'],
      [wholeNumber(0), '0'],
      [wholeNumber(-2), '-2'],
    ] as const) {
      expect(latexOfWhole(whole)).toBe(printed);
      expect(textOfWhole(whole)).toBe(printed);
    }
  });

  it('write names that were never declared as they are keyed', () => {
    expect(latexOfReference({ name: 'tilde C', indices: [t] }, PLAIN_NAMES)).toBe('\\tilde{C}_t');
    expect(textOfReference({ name: 'alpha', indices: [k, t] }, PLAIN_NAMES)).toBe('α_{k,t}');
    expect(latexOfReference({ name: "W_f'", indices: [] }, PLAIN_NAMES)).toBe("W'_f");
  });
});
