/** `code` blocks: lines of NumPy that read back as their equations, and that run: one step in Python against one step of the engine. */

import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { buildModel, builtInModel, type Model } from '../../../src/model/index.js';
import { pythonName } from '../../../src/notation/print-numpy.js';
import { type NumericArray, randomPoint } from '../../../src/numeric/index.js';
import { numpyOf } from '../../../src/solution/questions/code.js';
import { block, solved } from './sheet.js';

const PYTHON = '/usr/bin/python3';
const hasNumpy = spawnSync(PYTHON, ['-c', 'import numpy'], { timeout: 30_000 }).status === 0;
const run = hasNumpy ? it : it.skip;

const BATCH = `X_t \\in \\mathbb{R}^{N \\times k}
H_t, H_0 \\in \\mathbb{R}^{N \\times n}
Y_t \\in \\mathbb{R}^{N \\times m}
W_{hh} : n x n
W_{xh} : k x n
W_{hy} : n x m
B_h : n
B_y : m
H_t = \\tanh(H_{t-1} W_{hh} + X_t W_{xh} + B_h)
Y_t = H_t W_{hy} + B_y`;

const literal = ({ dims, data }: NumericArray): string => `np.array([${[...data].join(', ')}]).reshape((${dims.map((dim) => `${dim},`).join(' ')}))`;

/** The names of step 2 and of the step before it, as Python assigns them. */
function givenLines(model: Model, point: ReturnType<typeof randomPoint>): string[] {
  return [...model.declarations.values()].flatMap(({ name, indices, role }) => {
    const python = pythonName(name);
    const at = (place: number): NumericArray => point.run.value(name, [place]);
    if (indices.length === 0) return role === 'computed' ? [] : [`${python} = ${literal(point.run.value(name))}`];
    if (indices.length > 1) return [];
    return [`${python}_prev = ${literal(at(1))}`, ...(role === 'computed' ? [] : [`${python} = ${literal(at(2))}`])];
  });
}

/** Runs every step equation of a model in Python and gives what each name came to. */
function pythonStep(model: Model): { readonly theirs: Record<string, number[]>; readonly ours: Record<string, number[]> } {
  const point = randomPoint(model, 0);
  const equations = model.equations.filter(({ indices, name }) => indices.length === 1 && name !== model.loss);
  const code = numpyOf(
    model,
    equations.map((equation) => ({
      formula: { kind: 'name', quantity: { kind: 'value', name: equation.name, indices: equation.indices }, shape: { dims: [] } } as const,
    })),
  );
  const names = [...new Set(equations.map(({ name }) => name))];
  const source = [
    'import json',
    'import numpy as np',
    ...code.helpers,
    ...givenLines(model, point),
    ...[...point.sizes].map(([size, value]) => `${size} = ${value}`),
    ...code.lines.map(({ left, right }) => `${left} = ${right}`),
    `print(json.dumps({${names.map((name) => `${JSON.stringify(name)}: np.asarray(${pythonName(name)}, dtype=float).ravel().tolist()`).join(', ')}}))`,
  ].join('\n');
  const { stdout, stderr, status } = spawnSync(PYTHON, ['-c', source], { encoding: 'utf8', timeout: 30_000 });
  if (status !== 0) throw new Error(`${stderr}\n${source}`);
  return {
    theirs: JSON.parse(stdout) as Record<string, number[]>,
    ours: Object.fromEntries(names.map((name) => [name, [...point.run.value(name, [2]).data]])),
  };
}

describe('the printed code', () => {
  it('is the two lines of a network over a batch', async () => {
    const { document, text } = await solved(block('model', BATCH) + block('code', 'H_t', 'Y_t'));
    expect(text).toContain('H = np.tanh(H_prev @ W_hh + X @ W_xh + B_h)');
    expect(text).toContain('Y = H @ W_hy + B_y');
    expect(document.totals).toMatchObject({ formulas: 2, proved: 2 });
  });
  it('defines what NumPy does not have', async () => {
    const text = (await solved(block('code lstm', 'f_t'))).text;
    expect(text).toContain('def sigmoid(a):');
    expect(text).toContain('f = sigmoid(W_f @ x + U_f @ h_prev + b_f)');
  });
  it('prints an expression alone, and refuses what has no line', async () => {
    expect((await solved(block('code rnn', 'W h_{t-1} + b'))).text).toContain('W @ h_prev + b');
    await expect(
      solved(block('model', 'h_t : n', 'J = \\ell(h_T)', 'h_t = f(h_{t-1})', 'f : \\mathbb{R} \\to \\mathbb{R}') + block('code', 'h_t')),
    ).rejects.toThrow('no line of NumPy');
  });
  it('keeps to what Python can name', () => {
    expect(['tilde C', "W_f'", 'W^(hh)', 'lambda'].map(pythonName)).toEqual(['C_tilde', 'W_f_prime', 'W_hh', 'lambda_']);
  });
});

// Skipped only where Debian's python3-numpy is not installed; the project's checks install it.
describe('run by Python', () => {
  run.each([
    ['a batch of rows', () => buildModel(BATCH)],
    ...['rnn', 'lstm', 'gru', 'lstm-peephole', 'lstm-row', 'gru-reset-after'].map((name): [string, () => Model] => [name, () => builtInModel(name) as Model]),
  ])('one step of %s is what the engine computes', (_, build) => {
    const { theirs, ours } = pythonStep(build());
    for (const [name, values] of Object.entries(ours)) {
      expect(theirs[name]).toHaveLength(values.length);
      values.forEach((value, k) => {
        expect(theirs[name]?.[k]).toBeCloseTo(value, 12);
      });
    }
  });
});
