/** Tangents of every kind of head against differences, and spreads against rounding that was really seen. */

import { describe, expect, it } from 'vitest';
import { richardsonDifferences } from '../../src/check/index.js';
import { type Tensor, wholeLetter, wholeNumber } from '../../src/network/index.js';
import { randomPoint, SpreadRunner, TangentRunner } from '../../src/numeric/index.js';
import { ModelBuilder, operator } from './support.js';

const n = wholeLetter('n');
const build = new ModelBuilder()
  .declare('W', 'parameter', ['n', 'n'])
  .declare('V', 'parameter', ['n', 'n'])
  .declare('b', 'parameter', ['n'])
  .overTime('x', 'input', ['n']);
const { workspace } = build;
const [W, V, b] = [build.value('W'), build.value('V'), build.value('b')];
const tanh = (tensor: Tensor): Tensor => workspace.apply(operator('tanh'), tensor);
const bounded = workspace.add(workspace.scale(tanh(W), 1), workspace.scale(workspace.identity(n), 3));
const T = wholeLetter('T');
const total = (tensor: Tensor): Tensor => workspace.contract([], [{ tensor, labels: ['i', 'j'] }]);

const TENSORS: readonly (readonly [string, Tensor])[] = [
  [
    'a product of matrices over an index',
    workspace.product('t', wholeNumber(1), T, -1, workspace.add(tanh(W), build.contract('ij', [build.at('x'), 'i'], [b, 'j']))),
  ],
  ['an empty product', workspace.product('t', wholeNumber(2), wholeNumber(1), 1, W)],
  ['a matrix power', workspace.matrixPower(W, T)],
  ['a power of the inverse', workspace.matrixPower(bounded, wholeNumber(-2))],
  ['a scalar power', workspace.matrixPower(total(W), T)],
  ['softmax of rows', workspace.softmax(W)],
  ['max and min of two', workspace.add(workspace.apply(operator('max'), W, V), workspace.apply(operator('min'), V, W))],
  ['a diagonal and a trace', build.contract('i', [W, 'ii'], [V, 'jj'])],
  ['what is held', build.contract('ij', [workspace.held(W), 'ik'], [W, 'kj'])],
  ['a sum over an index', workspace.rangeSum('t', wholeNumber(1), T, build.contract('i', [W, 'ij'], [build.at('x'), 'j'], [b, 'i']))],
  ['quotients and roots', workspace.apply(operator('log'), workspace.add(workspace.power(W, 2), workspace.power(workspace.power(V, 2), -1)))],
  ['an entrywise function nobody knows', workspace.unspecified('f', [], true, [n, n], [W])],
  ['a function of two arguments', workspace.unspecified('φ', [], false, [n], [W, b])],
  ['its gradient', workspace.unspecified('φ', [], false, [], [W, b], [1])],
];

describe('tangents', () => {
  const { run } = randomPoint(build.build(undefined, ['n', 'T']), 4, {
    sizes: new Map([
      ['n', 3],
      ['T', 4],
    ]),
  });
  const { machine } = run;
  const moved = machine.instance({ kind: 'value', name: 'W', indices: [] }, run.dims('W'));

  for (const [name, tensor] of TENSORS) {
    it(`${name}: as differences say`, () => {
      const watched = machine.evaluation(tensor, new Map());
      const program = machine.program([watched]);
      program.run();
      const count = moved.data.length;
      const { columns } = new TangentRunner(machine).run({
        program,
        watched: [watched],
        directions: {
          count,
          at: new Set([moved]),
          add(_, into, from, lanes) {
            for (let l = 0; l < lanes && from + l < count; l++) into[(from + l) * lanes + l] = 1;
          },
        },
      });
      const evaluate = (): Float64Array => {
        program.after(new Set([moved.data])).run();
        return watched.data;
      };
      const { derivative } = richardsonDifferences({ steps: [0.01, 0.001] }).differentiate({ variable: moved.data, evaluate });
      evaluate();
      const largest = Math.max(1, ...derivative.map(Math.abs));
      derivative.forEach((value, at) => expect(Math.abs(value - (columns[0]?.[at] ?? Number.NaN)), `${at}`).toBeLessThan(1e-8 * largest));
    });
  }
});

it('a sum is off by what its terms round off, however little of them is left', () => {
  const { run } = randomPoint(build.build(undefined, ['n', 'T']), 4, {
    sizes: new Map([
      ['n', 3],
      ['T', 4],
    ]),
  });
  const tensor = workspace.add(workspace.scale(W, 1_000_000), workspace.scale(V, -1_000_000));
  run.givenAt('V', [])?.data.set(run.givenAt('W', [])?.data ?? []);
  const watched = run.machine.evaluation(tensor, new Map());
  const program = run.machine.program([watched]);
  program.run();
  const [spread] = new SpreadRunner(run.machine).of([watched], program);
  spread?.forEach((size, k) => expect(size).toBeGreaterThan(1e6 * Math.abs(run.givenAt('W', [])?.data[k] ?? 0)));
});
