/** Whatever is written, reading a model ends with a model or with an error for the user; never with a fault. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetError, InputError } from '../../src/errors.js';
import { buildModel, modelsOfSheet, readSheet } from '../../src/model/index.js';

const TOKENS = [
  'h_t',
  'h_{t-1}',
  'x_t',
  'W',
  'U',
  'b',
  'h_0',
  'h_T',
  'A_{ij}',
  'u_i',
  'c',
  'J',
  's',
  'W^{(k)}',
  "W'",
  'y_{t,k}',
  'w_t(i)',
  'a[t]',
  'h^{(t)}',
  '\\alpha_{i,t}',
  '\\tilde{C}_t',
  '2',
  '0.5',
  '1',
  'n',
  'T',
  'd',
  '+',
  '-',
  '=',
  '\\cdot',
  '*',
  '@',
  '\\odot',
  '\\circ',
  '\\otimes',
  '/',
  '^2',
  '^\\top',
  '^{-1}',
  '^T',
  '_t',
  '(',
  ')',
  '[',
  ']',
  ',',
  ';',
  '{',
  '}',
  '|',
  '\\|',
  ' ',
  '\n',
  '\n',
  '\\tanh',
  '\\sigma(',
  '\\operatorname{softmax}(',
  '\\exp',
  '\\log',
  'diag(',
  'mean(',
  'max(',
  'tr(',
  'sum(',
  'stopgrad(',
  '\\frac{',
  '\\sqrt{',
  '\\sum_t',
  '\\sum_{t=1}^{T}',
  '\\sum_k',
  '\\sum_{i \\ne j}',
  '\\prod_{t=T}^{1}',
  '\\sum_{j \\le i}',
  '\\ell_t(',
  'f(',
  '\\in \\mathbb{R}^n',
  '\\in \\mathbb{R}^{n \\times d}',
  ': n x d',
  ', t = 1, \\dots, M',
  ', input',
  '[h_1, \\dots, h_T]',
  '\\begin{cases} 1 & t = 1 \\\\ 0 & \\text{otherwise} \\end{cases}',
  '\\nabla_W J',
  '\\frac{\\partial h_t}{\\partial h_{t-1}}',
  '\\mathbf{1}',
  'I',
  '\\pi',
  '\\delta_{ij}',
  '\\mathbf{1}[t = 2]',
  '\\le',
  '>',
  '0',
  'e^{',
  '\\langle',
  '\\rangle',
] as const;

const LINES = [
  'h_t \\in \\mathbb{R}^n',
  'x_t \\in \\mathbb{R}^d',
  'W \\in \\mathbb{R}^{n \\times n}',
  'h_t = \\tanh(W h_{t-1} + U x_t)',
  'J = \\sum_t \\ell_t(h_t)',
  '\\sum_k y_{t,k} = 1',
  'Q^\\top Q = I',
  'g(x) = x \\sigma(x)',
  'f : \\mathbb{R} \\to \\mathbb{R}',
  'A = [W, U]',
  'h_0 = c',
  '[a_t; b_t] = W h_t',
  'k = 1, \\dots, H',
  'h_{t,i} = u_i',
  'c = h_T',
  'C_{ij} = u_i v_j',
  'a_t = g(b_t)',
  'b_t = f(a_{t-1})',
  'K = W^2',
  'Z = A^\\top A + I',
  's = \\|h_T\\|^2',
  'p_t = \\operatorname{softmax}(V h_t)',
] as const;

/** Only errors that speak to the user may come out. */
function readsOrRefuses(text: string): void {
  try {
    const model = buildModel(text);
    for (const { name, value } of model.equations) expect(value.dims.length).toBe(model.declarations.get(name)?.dims.length);
  } catch (error) {
    if (error instanceof BudgetError) return;
    if (!(error instanceof InputError)) throw error;
    for (const problem of error.problems) expect(problem.message).not.toBe('');
  }
}

describe('reading a model', () => {
  it('survives any row of tokens', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...TOKENS), { maxLength: 14 }), (tokens) => readsOrRefuses(`J = ${tokens.join(' ')}`)),
      { numRuns: 400 },
    );
  }, 60_000);
  it('survives any choice of lines with a random one', () => {
    const lines = fc.tuple(fc.subarray([...LINES], { maxLength: 7 }), fc.array(fc.constantFrom(...TOKENS), { maxLength: 6 }));
    fc.assert(
      fc.property(lines, ([known, tokens]) => readsOrRefuses([...known, `r = ${tokens.join(' ')}`].join('\n'))),
      { numRuns: 200 },
    );
  }, 60_000);
  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => readsOrRefuses(text)),
      { numRuns: 300 },
    );
  }, 60_000);
});

describe('reading a sheet', () => {
  it('survives any arrangement of fences and front matter', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '---',
        'title: A',
        'convention: row',
        'x: [',
        '```model',
        '```',
        '```derive',
        '````',
        'h_t = x_t',
        '# text',
        '',
        'loss: J',
        '  - a',
        '*b',
        '&a c',
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(pieces, (lines) => {
        try {
          modelsOfSheet(readSheet(lines.join('\n'), { file: 'sheet.md' }));
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });
});
