/** Bad input: every mistake is a pointed error with a place, and none is taken for a fault. */

import { describe, expect, it } from 'vitest';
import { InputError, type Problem } from '../../src/errors.js';
import { buildModel, modelsOfSheet, readModel, readSheet } from '../../src/model/index.js';

function problemsOf(read: () => unknown): readonly Problem[] {
  try {
    read();
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

const modelProblems = (text: string): readonly Problem[] => problemsOf(() => buildModel(text.trim(), { file: 'sheet.md' }));

interface Case {
  readonly what: string;
  readonly text: string;
  readonly ruleId: string;
  readonly says: readonly (string | RegExp)[];
  readonly at: readonly [line: number, column: number];
}

const cases: readonly Case[] = [
  {
    what: 'a name that is like a declared one that nothing uses',
    text: String.raw`
x_t \in \mathbb{R}^d
h_t, b_h \in \mathbb{R}^n
W \in \mathbb{R}^{n \times n}
h_t = \tanh(W h_{t-1} + U x_t + b_q)`,
    ruleId: 'unknown-name',
    says: ['b_q', 'Did you mean `b_h`'],
    at: [4, 33],
  },
  {
    what: 'two declarations of one name',
    text: String.raw`
h_t \in \mathbb{R}^n
h_t \in \mathbb{R}^d`,
    ruleId: 'shape-mismatch',
    says: ['`h`', 'Line 1', 'line 2', 'n × 1', 'd × 1'],
    at: [2, 1],
  },
  {
    what: 'a declaration and an equation that contradict each other',
    text: String.raw`
h_t \in \mathbb{R}^n
W \in \mathbb{R}^{d \times n}
h_t = \tanh(W h_{t-1})`,
    ruleId: 'shape-mismatch',
    says: ['`h`', 'n × 1', 'd × 1'],
    at: [3, 1],
  },
  {
    what: 'a product of the wrong orientation',
    text: String.raw`
x_t \in \mathbb{R}^d
W \in \mathbb{R}^{n \times d}
h_t = \tanh(x_t W)`,
    ruleId: 'ill-shaped',
    says: ['`x` is a column', '`W` is an n × d matrix', 'the other order', 'convention: row'],
    at: [3, 13],
  },
  {
    what: 'two vectors side by side',
    text: String.raw`
u, v \in \mathbb{R}^n
J = u v`,
    ruleId: 'ill-shaped',
    says: [String.raw`u^\top v`, String.raw`u v^\top`, String.raw`\odot`],
    at: [2, 5],
  },
  {
    what: 'a star that can be two things',
    text: String.raw`
A, B \in \mathbb{R}^{n \times n}
C = A * B`,
    ruleId: 'ambiguous',
    says: ['matrix product', 'elementwise'],
    at: [2, 5],
  },
  {
    what: 'a vector that fits rows and columns',
    text: String.raw`
A \in \mathbb{R}^{n \times n}
b \in \mathbb{R}^n
C = A + b`,
    ruleId: 'ambiguous',
    says: [String.raw`\mathbf{1} b^\top`, String.raw`b \mathbf{1}^\top`],
    at: [3, 9],
  },
  {
    what: 'blocks that would stand on top of each other',
    text: String.raw`
A \in \mathbb{R}^{n \times m}
B \in \mathbb{R}^{d \times m}
C = [A, B]`,
    ruleId: 'ill-shaped',
    says: ['semicolon'],
    at: [3, 9],
  },
  {
    what: 'a circle forwards',
    text: String.raw`
h_t \in \mathbb{R}^n
h_t = \tanh(W a_t)
a_t = U h_t + V h_{t-1}`,
    ruleId: 'circular',
    says: ['h_t → a_t → h_t'],
    at: [2, 1],
  },
  {
    what: 'a circle through the step after',
    text: String.raw`
h_t \in \mathbb{R}^n
h_t = \tanh(W a_{t+1})
a_t = U h_{t-1} + x_t`,
    ruleId: 'circular',
    says: ['h_t → a_{t+1} → h_t'],
    at: [2, 1],
  },
  {
    what: 'a recurrence that runs both ways',
    text: String.raw`
h_t \in \mathbb{R}^n
h_t = \tanh(W h_{t-1} + U h_{t+1})`,
    ruleId: 'circular',
    says: ['h_t', '→'],
    at: [2, 1],
  },
  {
    what: 'a circle through a value without an index',
    text: String.raw`
h_t = \tanh(W h_{t-1} + c)
c = h_M, t = 1, \dots, M`,
    ruleId: 'circular',
    says: ['c', 'h_M'],
    at: [1, 1],
  },
  {
    what: 'a letter that nothing binds',
    text: String.raw`
h_t \in \mathbb{R}^n
h_t = \tanh(W h_{t-1})
J = \|h_t\|_2^2`,
    ruleId: 'free-letter',
    says: ['t is free here'],
    at: [3, 9],
  },
  {
    what: 'a name without its index',
    text: String.raw`
h_t \in \mathbb{R}^n
h_t = \tanh(W h)`,
    ruleId: 'missing-index',
    says: ['`h`', 'index t'],
    at: [2, 15],
  },
  { what: 'a prime on a name that is not declared with it', text: "h_t = \\tanh(W' h_{t-1})", ruleId: 'unknown-name', says: ["W'", 'transpose'], at: [1, 13] },
  { what: 'a bracket that is not closed', text: String.raw`h_t = \tanh(W h_{t-1}`, ruleId: 'unbalanced', says: ['never closed'], at: [1, 12] },
  {
    what: 'a line that is no equation',
    text: String.raw`
Q \in \mathbb{R}^{n \times n}
Q Q Q = I`,
    ruleId: 'unknown-assumption',
    says: ['orthogonal', 'symmetric', 'one-hot'],
    at: [2, 1],
  },
  {
    what: 'an assumption about what is computed',
    text: String.raw`
y_t = \operatorname{softmax}(W x_t)
\sum_k y_{t,k} = 1`,
    ruleId: 'assumption-on-computed',
    says: ['`y`', 'claim'],
    at: [2, 8],
  },
  {
    what: 'an entry that does not exist',
    text: String.raw`A \in \mathbb{R}^{2 \times 3}${'\n'}J = A_{3,1}`,
    ruleId: 'out-of-range',
    says: ['no entry 3'],
    at: [2, 8],
  },
  { what: 'a distribution in a model', text: String.raw`q \sim \mathcal{N}(0, I)`, ruleId: 'misplaced', says: ['moments'], at: [1, 1] },
];

describe('a mistake in a model is pointed at:', () => {
  it.each(cases)('$what', ({ text, ruleId, says, at }) => {
    const [problem] = modelProblems(text);
    expect(problem?.ruleId).toBe(ruleId);
    const prose = [problem?.message, problem?.why, problem?.fix].join(' ');
    for (const part of says) expect(prose).toMatch(part instanceof RegExp ? part : new RegExp(part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')));
    expect([problem?.region?.startLine, problem?.region?.startColumn]).toEqual(at);
    expect(problem?.file).toBe('sheet.md');
  });
  it('reports every bad line', () => {
    const problems = modelProblems('h_t = W h_{t-1} + )\nJ = u + )\nK = 1');
    expect(new Set(problems.map(({ region }) => region?.startLine))).toEqual(new Set([1, 2]));
  });
});

describe('a mistake in a sheet is pointed at:', () => {
  const sheet = (text: string): readonly Problem[] => problemsOf(() => modelsOfSheet(readSheet(text, { file: 'sheet.md' })));
  it('an unknown key', () => {
    const [problem] = sheet('---\ntitle: A\nconvetion: row\n---\n');
    expect(problem).toMatchObject({ ruleId: 'unknown-setting', region: { startLine: 3 } });
    expect(problem?.fix).toContain('`convention`');
  });
  it('a value that a key does not take', () => {
    const [problem] = sheet('---\nconvention: rows\n---\n');
    expect(problem).toMatchObject({ ruleId: 'bad-setting', region: { startLine: 2 } });
    expect(problem?.fix).toContain('did you mean row?');
  });
  it('an unknown kind of block', () => {
    const [problem] = sheet('text\n\n```deriv\ndJ/dW\n```\n');
    expect(problem).toMatchObject({ ruleId: 'unknown-block', region: { startLine: 3, startColumn: 4 } });
    expect(problem?.fix).toContain('`derive`');
  });
  it('a block that does not end', () => expect(sheet('```model\nh_t = x_t\n')[0]).toMatchObject({ ruleId: 'unbalanced', region: { startLine: 1 } }));
  it('front matter that does not end', () => expect(sheet('---\ntitle: A\n')[0]).toMatchObject({ ruleId: 'unbalanced' }));
  it('front matter that is no list', () => expect(sheet('---\ntitle: [a\n---\n')[0]).toMatchObject({ ruleId: 'front-matter' }));
  it('two models of one name', () =>
    expect(sheet('```model\nx = 1\n```\n```model\nx = 1\n```\n')[0]).toMatchObject({ ruleId: 'duplicate-model', region: { startLine: 4 } }));
  it('places in the file, not in the block', () =>
    expect(sheet('a\n\nb\n\n```model\nh_t = \\tanh(\n```\n')[0]).toMatchObject({ region: { startLine: 6, startColumn: 12 } }));
  it('a loss that the model does not have', () => expect(sheet('---\nloss: K\n---\n```model\nJ = 1\n```\n')[0]).toMatchObject({ ruleId: 'unknown-name' }));
  it('a file without equations', () => expect(problemsOf(() => readModel('', { file: 'empty.md' }))[0]).toMatchObject({ ruleId: 'no-model' }));
});

describe('hostile input is refused at once:', () => {
  const within = (milliseconds: number, read: () => readonly Problem[]): Problem | undefined => {
    const start = performance.now();
    const [problem] = read();
    expect(performance.now() - start).toBeLessThan(milliseconds);
    return problem;
  };
  it('ten megabytes', () =>
    expect(within(1000, () => problemsOf(() => readSheet('x'.repeat(10_000_000), { file: 'big.md' })))).toMatchObject({ ruleId: 'too-large' }));
  it('ten thousand brackets', () => expect(within(1000, () => modelProblems(`J = ${'('.repeat(10_000)}x${')'.repeat(10_000)}`))?.region?.startLine).toBe(1));
  it('ten thousand lines', () => expect(within(2000, () => modelProblems('a = 1\n'.repeat(10_000)))?.ruleId).toMatch(/too-/));
  it('a long product', () => expect(within(1000, () => modelProblems(`u \\in \\mathbb{R}^n\nJ = ${'u '.repeat(400)}`))?.ruleId).toBe('ill-shaped'));
  it('aliases in the front matter', () =>
    expect(within(1000, () => problemsOf(() => readSheet('---\ntitle: &a [x]\nsource: *a\n---\n', { file: 'a.md' })))?.ruleId).toBe('bad-setting'));
});
