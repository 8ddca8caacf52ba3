/** `count` blocks: parameters and multiply-adds of the models people compare, at the numbers they use. */

import { describe, expect, it } from 'vitest';
import { block, solved } from './sheet.js';

const RNN = block(
  'model',
  'x_t \\in \\mathbb{R}^d',
  'h_t \\in \\mathbb{R}^n',
  'y_t, c \\in \\mathbb{R}^m',
  'W_{hh} : n x n',
  'W_{xh} : n x d',
  'W_{hy} : m x n',
  'b : n',
  'h_t = \\tanh(W_{hh} h_{t-1} + W_{xh} x_t + b)',
  'y_t = W_{hy} h_t + c',
  'J = \\sum_{t=1}^T \\ell_t(y_t)',
);
const textOf = async (source: string): Promise<string> => (await solved(source)).text;

describe('an RNN with an output', () => {
  it('has 20362 parameters however long it runs, and T times as many without sharing', async () => {
    const text = await textOf(RNN + block('count', 'd = 20, n = 128, m = 10, T = 5', 'T = 10'));
    expect(text).toContain('parameters = n² + n m + n d + n + m');
    expect(text.match(/= 20362/g)).toHaveLength(2);
    for (const part of ['16384', '2560', '1280', '128', '10']) expect(text).toContain(part);
    expect(text).toContain('that is 101810 at T = 5 and 203620 at T = 10');
  });
  it('without its output has 19072', async () => expect(await textOf(RNN + block('count', 'only h_t', 'n = 128, d = 20'))).toContain('= 19072'));
  it('counts every total twice, in closed form and loop by loop', async () => {
    const { document } = await solved(RNN + block('count', 'n = 3'));
    expect(document.totals.checked).toBe(4);
  });
});

describe('models side by side', () => {
  it('have the numbers of problem exercise-4/4, and GRU : LSTM = 3 : 4 for all sizes', async () => {
    const text = await textOf(block('count gru lstm lstm-peephole lstm-coupled', 'n = 128, d = 20'));
    for (const number of ['57216', '76288', '76672']) expect(text).toContain(number);
    expect(text).toContain('gru : lstm = 3 : 4');
    expect(text).toContain('4 n² + 4 n d + 7 n');
  });
  it('leave sizes without a number as they are', async () => expect(await textOf(block('count rnn', 'n = 128, d = 20'))).toContain('= 129 m + 19072'));
});

describe('attention', () => {
  it('between N queries and M keys costs 2MNk, the projections apart', async () => {
    const model = block(
      'model',
      'X : M x k, input',
      'Y : N x k, input',
      'W_Q, W_K, W_V, W_O : k x k',
      'Q = Y W_Q',
      'K = X W_K',
      'V = X W_V',
      'A = \\operatorname{softmax}(Q K^\\top / \\sqrt{k})',
      'C = A V',
      'O = C W_O',
      'J = \\ell(O)',
    );
    const text = await textOf(model + block('count', 'only A, C'));
    expect(text).toContain('multiply-adds = 2 M N k');
    expect(await textOf(model + block('count', 'only Q, K, V, O'))).toContain('multiply-adds = 2 M k² + 2 N k²');
    expect(await textOf(model + block('count', ''))).toContain('parameters = 4 k²');
  });
  it('that is masked costs half as much and a diagonal', async () => {
    const model = block(
      'model',
      'q_i, u_i, v_i, c_i \\in \\mathbb{R}^k, i = 1..N',
      'e_{i,j} = q_i^\\top u_j, \\quad j = 1, \\dots, i',
      '\\alpha_{i,j} = \\frac{\\exp(e_{i,j})}{\\sum_{l=1}^{i} \\exp(e_{i,l})}, \\quad j = 1, \\dots, i',
      'c_i = \\sum_{j=1}^{i} \\alpha_{i,j} v_j',
      'J = \\sum_{i=1}^{N} \\ell_i(c_i)',
    );
    expect(await textOf(model + block('count', 'N = 10, k = 4'))).toContain('multiply-adds = N² k + N k = 440');
  });
});

describe('what is no plain parameter', () => {
  it('a diagonal matrix counts its diagonal, a symmetric one its upper half, a constant not at all', async () => {
    const model = block('model', 'h_t : n', 'S, C : n x n', 'S = S^\\top', 'C : n x n, constant', 'h_t = S h_{t-1} + C h_{t-1}', 'J = \\ell(h_T)');
    const text = await textOf(model + block('count', 'n = 4'));
    expect(text).toContain('parameters = 1/2 n² + 1/2 n');
    expect(text).toContain('10 of 26');
  });
});

describe('lines that are refused', () => {
  it.each([
    ['n = 0', 'A size is given a whole number here.'],
    ['z = 3', 'sizes'],
    ['plot h_t against n = 1..3', 'A count is plotted against a size.'],
    ['plot parameters against n = 1..30', 'A figure needs a number for every other size.'],
    ['only q_t', 'No model of this count computes'],
  ])('%s', async (line, message) => {
    await expect(solved(RNN + block('count', line))).rejects.toThrow(message);
  });
});
