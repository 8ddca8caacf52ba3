/** Several loops at once: both directions, attention over an encoder, boundary equations, a softmax whose targets sum to one. */

import { describe, expect, it } from 'vitest';
import { AdjointSystem, Elimination, keptNames } from '../../src/calculus/index.js';
import { type CheckTarget, checkTargets } from '../../src/check/index.js';
import type { IndexRange, Model } from '../../src/model/model.js';
import { shiftWhole, type Tensor, wholeLetter, wholeNumber } from '../../src/network/index.js';
import { derivativeResolver, randomPoint, randomSizes } from '../../src/numeric/index.js';
import { ModelBuilder, operator } from '../numeric/support.js';

const one = wholeNumber(1);
const t = wholeLetter('t');
const i = wholeLetter('i');
const M = wholeLetter('M');
const N = wholeLetter('N');
const T = wholeLetter('T');
const encoder: IndexRange = { letter: 't', from: one, to: M };
const decoder: IndexRange = { letter: 'i', from: one, to: N };

function attention(): Model {
  const build = new ModelBuilder();
  const { workspace } = build;
  const tanh = (...terms: readonly Tensor[]): Tensor => workspace.apply(operator('tanh'), workspace.add(...terms));
  build
    .declare('x', 'input', ['d'], [encoder])
    .declare('h', 'computed', ['n'], [encoder])
    .declare('s', 'computed', ['m'], [decoder])
    .declare('y', 'input', ['k'], [decoder], { sumsToOne: true });
  build
    .declare('e', 'computed', [], [decoder, encoder])
    .declare('alpha', 'computed', [], [decoder, encoder])
    .declare('c', 'computed', ['n'], [decoder])
    .declare('q', 'computed', ['k'], [decoder]);
  const parameters: readonly (readonly [string, ...string[]])[] = [
    ['W', 'n', 'n'],
    ['U', 'n', 'd'],
    ['b', 'n'],
    ['W_0', 'm', 'n'],
    ['v_a', 'p'],
    ['W_a', 'p', 'm'],
    ['U_a', 'p', 'n'],
    ['W_s', 'm', 'm'],
    ['W_c', 'm', 'n'],
    ['V', 'k', 'm'],
  ];
  for (const [name, ...dims] of parameters) build.declare(name, 'parameter', dims);
  build.declare('L', 'computed', []).free('h', wholeNumber(0));
  const h = (at = t) => build.value('h', at);
  const s = (at = i) => build.value('s', at);
  const e = (at = t) => build.value('e', i, at);
  const exp = (x: Tensor): Tensor => workspace.apply(operator('exp'), x);
  build.equation(
    'h',
    tanh(build.times(build.value('W'), h(shiftWhole(t, -1))), build.times(build.value('U'), build.value('x', t)), build.value('b')),
    [t],
    [encoder],
  );
  build.equation('s', tanh(build.times(build.value('W_0'), h(M))), [wholeNumber(0)]);
  const score = tanh(build.times(build.value('W_a'), s(shiftWhole(i, -1))), build.times(build.value('U_a'), h()));
  build.equation('e', build.contract('', [build.value('v_a'), 'p'], [score, 'p']), [i, t], [decoder, encoder]);
  const total = workspace.rangeSum('j', one, M, exp(e(wholeLetter('j'))));
  build.equation('alpha', build.contract('', [exp(e()), ''], [workspace.power(total, -1), '']), [i, t], [decoder, encoder]);
  build.equation('c', workspace.rangeSum('t', one, M, build.contract('n', [build.value('alpha', i, t), ''], [h(), 'n'])), [i], [decoder]);
  build.equation('s', tanh(build.times(build.value('W_s'), s(shiftWhole(i, -1))), build.times(build.value('W_c'), build.value('c', i))), [i], [decoder]);
  build.equation('q', workspace.softmax(build.times(build.value('V'), s())), [i], [decoder]);
  const logarithm = workspace.apply(operator('log'), build.value('q', i));
  build.equation('L', workspace.scale(workspace.rangeSum('i', one, N, build.contract('', [build.value('y', i), 'k'], [logarithm, 'k'])), -1));
  const model = build.build('L', ['d', 'n', 'm', 'k', 'p', 'M', 'N']);
  workspace.assume('y', { sumsToOne: true });
  return {
    ...model,
    letters: new Map([
      ['t', encoder],
      ['i', decoder],
    ]),
    boundaries: [...model.boundaries, { name: 's', indices: [wholeNumber(0)], kind: 'equation' }],
  };
}

function bidirectional(): Model {
  const build = new ModelBuilder();
  const { workspace } = build;
  build
    .overTime('x', 'input', ['d'])
    .overTime('f', 'computed', ['n'])
    .overTime('g', 'computed', ['n'])
    .overTime('y', 'computed', ['m'])
    .declare('L', 'computed', []);
  for (const [name, ...dims] of [
    ['W_f', 'n', 'n'],
    ['U_f', 'n', 'd'],
    ['V_f', 'm', 'n'],
    ['W_g', 'n', 'n'],
    ['U_g', 'n', 'd'],
    ['V_g', 'm', 'n'],
  ] as const)
    build.declare(name, 'parameter', dims);
  build.free('f', wholeNumber(0)).free('g', shiftWhole(T, 1));
  for (const [name, shift] of [
    ['f', -1],
    ['g', 1],
  ] as const) {
    build.step(
      name,
      workspace.apply(
        operator('tanh'),
        workspace.add(build.times(build.value(`W_${name}`), build.at(name, shift)), build.times(build.value(`U_${name}`), build.at('x'))),
      ),
    );
  }
  build.step('y', workspace.add(build.times(build.value('V_f'), build.at('f')), build.times(build.value('V_g'), build.at('g'))));
  build.equation('L', workspace.rangeSum('t', one, T, workspace.unspecified('ℓ', [t], false, [], [build.at('y')])));
  return build.build('L', ['d', 'n', 'm', 'T']);
}

function targetsOf(model: Model, equation: (name: string, indices?: CheckTarget['by']['indices']) => Tensor): CheckTarget[] {
  const own = [...model.declarations.values()]
    .filter(({ name }) => name !== model.loss)
    .map(
      ({ name, indices }): CheckTarget => ({
        target: name,
        by: { name, indices: indices.map(({ letter }) => wholeLetter(letter)) },
        ranges: indices,
        formula: equation(name),
      }),
    );
  const places = model.boundaries.map(
    ({ name, indices }): CheckTarget => ({ target: `${name} at its boundary`, by: { name, indices }, ranges: [], formula: equation(name, indices) }),
  );
  return [...own, ...places];
}

describe.each([
  ['attention over a recurrent encoder', attention],
  ['a bidirectional network', bidirectional],
] as const)('%s', (_, build) => {
  const model = build();
  const system = new AdjointSystem(model, { name: 'L', indices: [] }, false);
  const elimination = new Elimination(system, keptNames(model));

  it.each([
    ['every name', undefined, 1],
    ['what is not kept eliminated', elimination, 2],
  ] as const)('gradients agree: %s', (_style, style, seed) => {
    const sizes = randomSizes(model, seed);
    const { run } = randomPoint(model, seed, { sizes, derivatives: derivativeResolver(model, sizes, style) });
    const result = checkTargets(
      run,
      targetsOf(model, (name, indices) => (style === undefined ? system.of(name, indices).value : style.equation(name, indices))),
    );
    for (const { target, verdicts, entries, maxRelError, worst } of result.targets) {
      expect(verdicts, `${target} ${JSON.stringify(worst)}`).toEqual({ agree: entries });
      expect(maxRelError, target).toBeLessThan(1e-9);
    }
  });
});
