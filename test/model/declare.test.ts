/** What is read off the lines of a model: shapes that were left out, roles, ranges, boundary values, assumptions, the loss. */

import { describe, expect, it } from 'vitest';
import { buildModel, type Model, type Settings } from '../../src/model/index.js';

const read = (text: string, settings: Partial<Settings> = {}): Model => buildModel(text.trim(), { settings });

function shape(model: Model, name: string): string {
  const found = model.declarations.get(name);
  if (found === undefined) return 'absent';
  const dims = found.dims.map(({ key }) => key).join('×');
  return found.dims.length === 1 ? `${found.orientation} ${dims}` : dims;
}

const shapes = (model: Model): object => Object.fromEntries([...model.declarations.keys()].map((name) => [name, shape(model, name)]));
const roles = (model: Model): object => Object.fromEntries([...model.declarations.values()].map(({ name, role }) => [name, role]));
const boundaries = (model: Model): readonly string[] =>
  model.boundaries.map(({ name, indices, kind }) => `${name}[${indices.map(({ key }) => key).join()}] ${kind}`);
const ranges = (model: Model, name: string): readonly string[] =>
  model.equations
    .filter((equation) => equation.name === name)
    .map(
      ({ indices, ranges: own }) => `${indices.map(({ key }) => key).join()}: ${own.map(({ letter, from, to }) => `${letter}=${from.key}..${to.key}`).join()}`,
    );

describe('shapes that were left out', () => {
  it('follow from the equations', () => {
    const model = read(String.raw`
x_t \in \mathbb{R}^d
h_t \in \mathbb{R}^n
h_t = \tanh(W h_{t-1} + U x_t + b)
y_t = V h_t + c
J = \sum_t \ell_t(y_t)`);
    expect(shapes(model)).toMatchObject({ W: 'n×n', U: 'n×d', b: 'column n', V: 'm×n', c: 'column m', y: 'column m', J: '' });
    expect(model.inferred).toContain('W ∈ ℝ^{n×n}');
  });
  it('get names for the sizes that stay open', () => {
    expect(shapes(read(String.raw`h_t = \tanh(W h_{t-1} + U x_t)`))).toEqual({ h: 'column n', W: 'n×n', U: 'n×d', x: 'column d' });
  });
  it('are rows where every vector is declared as one', () => {
    const model = read(String.raw`
x_t : 1 x d
h_t : 1 x n
h_t = \tanh(x_t W + h_{t-1} U + b)`);
    expect(shape(model, 'b')).toBe('row n');
    expect(model.settings.convention).toBe('row');
  });
  it('are scalars where nothing else conforms', () => {
    expect(
      shapes(
        read(String.raw`
h_t : 1
h_t = w h_{t-1} + u x_t`),
      ),
    ).toEqual({ h: '', w: '', u: '', x: '' });
  });
  it('depart from what letters say as little as they can', () => {
    const model = read(String.raw`
h_t = \tanh(W_{h,h} h_{t-1} + W_{x,h} x_t + B_h)
J = \sum_t \|h_t - y_t\|^2 + \lambda \|W_{h,h}\|_F^2`);
    expect(shapes(model)).toMatchObject({ B_h: 'column n', lambda: '', y: 'column n', 'W_h,h': 'n×n' });
  });
  it('of a capital name in a recurrence are vectors where its gates are', () => {
    const model = read(String.raw`
h_t \in \mathbb{R}^n
f_t = \sigma(W_f h_{t-1})
C_t = f_t * C_{t-1} + (1 - f_t) * \tanh(W_C h_{t-1})
h_t = \tanh(C_t)`);
    expect(shape(model, 'C')).toBe('column n');
  });
  it('of the parts of a join are found from the whole', () => {
    const model = read(String.raw`
h_t \in \mathbb{R}^n
x_t \in \mathbb{R}^d
W \in \mathbb{R}^{4n \times (n+d)}
[a^i_t; a^f_t; a^o_t; a^g_t] = W [h_{t-1}; x_t]
h_t = \sigma(a^i_t) \odot \tanh(a^g_t) \odot \sigma(a^f_t) \odot \sigma(a^o_t)`);
    expect(shape(model, 'a^f')).toBe('column n');
    expect(model.equations.find(({ name }) => name === 'a^f')?.source).toMatchObject({ kind: 'blockOf', axis: 0, offset: { key: 'n' }, size: { key: 'n' } });
  });
});

describe('roles', () => {
  it('follow from use', () => {
    const model = read(String.raw`
x_t \in \mathbb{R}^d, \quad t = 1, \dots, M
h_t = \tanh(W h_{t-1} + U x_t)
c = h_M
J = \ell(c)`);
    expect(roles(model)).toEqual({ x: 'input', h: 'computed', W: 'parameter', U: 'parameter', c: 'computed', J: 'computed' });
  });
  it('may be said', () => {
    const model = read(String.raw`
X \in \mathbb{R}^{T \times d}, input
A \in \mathbb{R}^{d \times d}, constant
w_t \in \mathbb{R}^d, parameter
J = \sum_t w_t^\top A w_t + \operatorname{tr}(X A X^\top)`);
    expect(roles(model)).toEqual({ X: 'input', A: 'constant', w: 'parameter', J: 'computed' });
  });
  it('of what a constant is made of is constant', () => {
    const model = read(String.raw`
h_t \in \mathbb{R}^n
D \in \mathbb{R}^{n \times n}, constant
D = \operatorname{diag}(\lambda)
h_t = D h_{t-1}`);
    expect(roles(model)).toEqual({ h: 'computed', D: 'computed', lambda: 'constant' });
    expect(model.declarations.get('D')?.assumptions).toEqual({ diagonal: true });
  });
  it('of a matrix with a family index is parameter, with the time index input', () => {
    const model = read(String.raw`
W^{(k)} \in \mathbb{R}^{d \times d}, k = 1, \dots, H
M_t \in \mathbb{R}^{d \times d}
J = \sum_{k=1}^{H} \sum_{t=1}^{T} \operatorname{tr}(W^{(k)} M_t)`);
    expect(roles(model)).toMatchObject({ W: 'parameter', M: 'input' });
  });
});

describe('ranges', () => {
  it('run from 1 to T unless a line says otherwise', () => {
    const model = read(String.raw`
h_t = \tanh(W h_{t-1})
s_i = \tanh(V s_{i-1}), i = 1..N
s_0 = h_T`);
    expect(ranges(model, 'h')).toEqual(['t: t=1..T']);
    expect(ranges(model, 's')).toEqual(['i: i=1..N', '0: ']);
  });
  it('may stand on a line of their own, and fall', () => {
    const model = read(String.raw`
t = M, \dots, 0
h_t = \tanh(W h_{t+1})`);
    expect(ranges(model, 'h')).toEqual(['t: t=0..M']);
    expect(boundaries(model)).toEqual(['h[1+M] zero']);
  });
  it('leave out the place that has an equation of its own', () => {
    const model = read(String.raw`
h_1 = \tanh(U x_1)
h_t = \tanh(W h_{t-1} + U x_t), t = 2, \dots, T`);
    expect(ranges(model, 'h')).toEqual(['1: ', 't: t=2..T']);
    expect(model.boundaries).toEqual([]);
  });
  it('go round a place in the middle that has an equation of its own', () => {
    const model = read(String.raw`
h_3 = \tanh(U x_3)
h_t = \tanh(W h_{t-1} + U x_t)`);
    expect(ranges(model, 'h')).toEqual(['3: ', 't: t=1..2', 't: t=4..T']);
    expect(model.declarations.get('h')?.indices).toMatchObject([{ from: { key: '1' }, to: { key: 'T' } }]);
  });
  it('begin after a value that a shape line frees', () => {
    const model = read(String.raw`
h_1 \in \mathbb{R}^n
h_t = \tanh(W h_{t-1} + U x_t)`);
    expect(ranges(model, 'h')).toEqual(['t: t=2..T']);
    expect(model.declarations.get('h')?.indices).toMatchObject([{ from: { key: '2' }, to: { key: 'T' } }]);
    expect(boundaries(model)).toEqual(['h[1] freed']);
  });
  it('are narrowed by a condition', () => {
    expect(ranges(read(String.raw`g_t = \tanh(x_{t+1}), \text{for } t < T`), 'g')).toEqual(['t: t=1..-1+T']);
  });
  it('are moved where an equation is written for the step after', () => {
    const model = read(String.raw`
h_0 \in \mathbb{R}^n
h_{t+1} = \tanh(W h_t), t = 0, \dots, T-1`);
    expect(ranges(model, 'h')).toEqual(['t: t=1..T']);
    expect(boundaries(model)).toEqual(['h[0] freed']);
    expect(model.equations[0]?.source).toMatchObject({
      kind: 'apply',
      args: [{ kind: 'product', factors: [{}, { quantity: { indices: [{ key: '-1+t' }] } }] }],
    });
  });
});

describe('boundary values', () => {
  it('are zero, freed or set', () => {
    const model = read(String.raw`
\overrightarrow{h}_0 \in \mathbb{R}^n
\overrightarrow{h}_t = \tanh(W \overrightarrow{h}_{t-1} + U x_{t-2})
\overleftarrow{h}_t = \tanh(V \overleftarrow{h}_{t+1})
\overleftarrow{h}_{T+1} = \overrightarrow{h}_T`);
    expect([...boundaries(model)].sort()).toEqual(['overleftarrow h[1+T] equation', 'overrightarrow h[0] freed', 'x[-1] zero', 'x[0] zero']);
  });
  it('keep the other indices free', () => {
    const model = read(String.raw`
W^{(k)} \in \mathbb{R}^{n \times n}, k = 1, \dots, H
s_{t,k} = \tanh(W^{(k)} s_{t-1,k})`);
    expect(boundaries(model)).toEqual(['s[0,k] zero']);
  });
});

describe('assumptions', () => {
  it.each([
    [String.raw`\sum_k y_{t,k} = 1`, 'y', { sumsToOne: true }],
    [String.raw`\mathbf{1}^\top y_t = 1`, 'y', { sumsToOne: true }],
    ['sum(y_t) = 1', 'y', { sumsToOne: true }],
    [String.raw`y_t \in \{0,1\}^m`, 'y', { sumsToOne: true, oneHot: true }],
    [String.raw`Q^\top Q = I`, 'Q', { orthogonal: true }],
    [String.raw`Q = Q^\top`, 'Q', { symmetric: true }],
    [String.raw`s > 0`, 's', { low: 0, lowOpen: true }],
    [String.raw`0 \le s < 1`, 's', { low: 0, lowOpen: false, high: 1, highOpen: true }],
    [String.raw`s > -1`, 's', { low: -1, lowOpen: true }],
  ])('%s', (line, name, assumptions) => {
    const model = read(String.raw`
y_t \in \mathbb{R}^m
Q \in \mathbb{R}^{m \times m}
s \in \mathbb{R}
${line}
J = s \sum_t y_t^\top Q y_t`);
    expect(model.declarations.get(name)?.assumptions).toEqual(assumptions);
  });
});

describe('the loss', () => {
  it.each([
    ['J = \\sum_t \\ell_t(h_t)', 'J'],
    ['L = \\sum_t \\ell_t(h_t)\nR = L + \\|W\\|_F^2', 'R'],
    ['\\mathcal{L} = \\sum_t E_t(h_t)', 'mathcal L'],
    ['E = \\sum_{t=1}^T E^{(t)}(h_t)', 'E'],
    ['y = h_T', undefined],
    ['A = \\|h_1\\|\nB = \\|h_T\\|', undefined],
  ])('of %s', (lines, loss) => expect(read(`h_t = \\tanh(W h_{t-1})\n${lines}`).loss).toBe(loss));
  it('may be said', () => expect(read('h_t = \\tanh(W h_{t-1})\nA = \\|h_1\\|\nB = \\|h_T\\|', { loss: 'A' }).loss).toBe('A'));
});

describe('functions', () => {
  it('of a real number are entrywise', () => {
    const model = read(String.raw`
f : \mathbb{R} \to \mathbb{R}
h_t = f(W h_{t-1} + U x_t)`);
    expect(model.functions.get('f')).toMatchObject({ entrywise: true, dims: [] });
  });
  it('of several arguments have the shape of what they give', () => {
    const model = read(String.raw`
h_t \in \mathbb{R}^n
w \in \mathbb{R}^p
h_t = \phi(x_t, h_{t-1}, w)`);
    expect(model.functions.get('phi')).toMatchObject({ entrywise: false, dims: [{ key: 'n' }], args: [[{ key: 'd' }], [{ key: 'n' }], [{ key: 'p' }]] });
  });
  it('defined on a line are put in place', () => {
    const model = read(String.raw`
g(x) = x \sigma(x)
h_t = g(W h_{t-1})`);
    expect(model.functions.size).toBe(0);
    expect(model.equations[0]?.source).toMatchObject({ kind: 'product', style: 'hadamard' });
  });
});

describe('styling', () => {
  it('does not belong to a name', () => {
    expect([
      ...read(String.raw`
\mathbf{h}_t \in \mathbb{R}^n
h_t = \tanh(\mathbf{W} \mathbf{h}_{t-1})`).declarations.keys(),
    ]).toEqual(['h', 'W']);
  });
  it('does where two declared names differ by it', () => {
    const model = read(String.raw`
\mathbf{h}_t \in \mathbb{R}^n
h_t \in \mathbb{R}
\mathbf{h}_t = \tanh(W \mathbf{h}_{t-1})
h_t = \mathbf{h}_t^\top \mathbf{h}_t`);
    expect(shapes(model)).toEqual({ 'mathbf h': 'column n', h: '', W: 'n×n' });
  });
});

describe('spellings', () => {
  it.each([
    [String.raw`\tilde{C}_t`, 'tilde C', { latex: String.raw`\tilde{C}`, indexPlace: 'subscript' }],
    ["W'_f", "W_f'", { latex: "W'", subscript: { latex: 'f', text: 'f' } }],
    ['W^{(hh)}', 'W^(hh)', { superscript: { latex: '(hh)', text: '(hh)' } }],
    [String.raw`\mathcal{M}_t^{erased}`, 'mathcal M^erased', { latex: String.raw`\mathcal{M}` }],
    ['h^{(t)}', 'h', { indexPlace: 'parenthesised superscript' }],
    ['h^{<t>}', 'h', { indexPlace: 'angle superscript' }],
    ['h(t)', 'h', { indexPlace: 'argument' }],
    [String.raw`\overrightarrow{h}_t`, 'overrightarrow h', { latex: String.raw`\overrightarrow{h}` }],
  ])('%s is keyed %s', (written, key, spelling) =>
    expect(read(`${written} \\in \\mathbb{R}^n\nJ = 1`).declarations.get(key)?.spelling).toMatchObject(spelling),
  );
});
