/** Random recurrent models as sheets write them: cells of all kinds of entrywise functions, gates, norms, several loops, losses of any scale. */

import { Random } from '../../src/numeric/index.js';

const FUNCTIONS = [
  '\\tanh',
  '\\sigma',
  '\\operatorname{relu}',
  '\\operatorname{softplus}',
  '\\sin',
  '\\cos',
  '\\operatorname{sech}',
  '\\operatorname{abs}',
  '\\exp',
] as const;
const NAMES = ['a', 'b', 'c', 'g', 'q', 'r', 'u', 'v', 'z'] as const;
const SCALES = ['', '\\frac{1}{100000000} ', '\\frac{1}{100000} ', '\\frac{1}{1000} ', '1000 ', '100000000 '] as const;

export interface RandomModel {
  readonly text: string;
  /** What the drawn values are multiplied by. */
  readonly magnitude: number;
  readonly sizes: ReadonlyMap<string, number>;
}

export function randomModel(seed: number): RandomModel {
  const random = new Random(seed, 'random model');
  const pick = <X>(items: readonly X[]): X => items[random.below(items.length)] as X;
  const names = random.shuffled(NAMES).slice(0, 1 + random.below(4));
  const last = names.at(-1) as string;
  const lines = ['x_t \\in \\mathbb{R}^d', `${names.map((name) => `${name}_t`).join(', ')} \\in \\mathbb{R}^n`];
  const backwards = random.below(4) === 0;
  const before = backwards ? 't+1' : random.below(5) === 0 ? 't-2' : 't-1';
  let weights = 0;
  const matrix = (columns: 'n' | 'd'): string => {
    const name = `W_{${++weights}}`;
    lines.push(`${name} \\in \\mathbb{R}^{n \\times ${columns}}`);
    return name;
  };
  const bias = (): string => {
    const name = `w_{${++weights}}`;
    lines.push(`${name} \\in \\mathbb{R}^n`);
    return name;
  };
  const equations: string[] = [];
  names.forEach((name, k) => {
    const state = (): string => (k > 0 && random.below(2) === 0 ? `${names[random.below(k)]}_t` : `${pick(names)}_{${before}}`);
    const affine = (): string => {
      const parts = [`${matrix('n')} ${state()}`];
      if (random.below(3) > 0) parts.push(`${matrix('d')} x_t`);
      if (random.below(2) === 0) parts.push(bias());
      return parts.join(' + ');
    };
    const f = pick(FUNCTIONS);
    const forms = [
      () => `\\tanh(${affine()})`,
      () => `${f === '\\exp' ? '\\sigma' : f}(${affine()})`,
      () => `\\sigma(${affine()}) \\odot ${state()} + (1 - \\sigma(${affine()})) \\odot \\tanh(${affine()})`,
      () => `\\sigma(${affine()}) \\odot \\tanh(${state()})`,
      () => `\\operatorname{softmax}(${affine()})`,
      () => `\\frac{1}{2} \\tanh(${state()}) + \\tanh(${matrix('n')} \\operatorname{relu}(${state()}))`,
      () => `\\frac{\\tanh(${affine()})}{1 + \\| ${state()} \\|^2}`,
      () => `\\log(2 + \\sin(${affine()}))`,
      () => `\\max(\\tanh(${affine()}), \\tanh(${state()}))`,
    ];
    equations.push(`${name}_t = ${(k === names.length - 1 && random.below(2) === 0 ? (forms[0] as () => string) : pick(forms))()}`);
  });
  if (random.below(2) === 0) lines.push(`${last}_0 \\in \\mathbb{R}^n`);
  const scale = pick(SCALES);
  const losses = [
    () => `${scale}\\sum_{t=1}^{T} \\ell_t(${last}_t)`,
    () => {
      lines.push('y_t \\in \\mathbb{R}^n, input');
      return `${scale}\\sum_{t=1}^{T} \\| ${last}_t - y_t \\|^2`;
    },
    () => {
      lines.push('y_t \\in \\mathbb{R}^n, input');
      equations.push(`p_t = \\operatorname{softmax}(${matrix('n')} ${last}_t)`);
      return `-${scale}\\sum_{t=1}^{T} y_t^\\top \\log p_t`;
    },
    () => `${scale}E(${last}_T) + ${scale}\\sum_{t=1}^{T} \\ell_t(${pick(names)}_t)`,
  ];
  const loss = pick(losses)();
  const sizes = new Map([
    ['n', 1 + random.below(6)],
    ['d', 1 + random.below(5)],
    ['T', 1 + random.below(12)],
  ]);
  return { text: [...lines, ...equations, `J = ${loss}`].join('\n'), magnitude: pick([0.01, 0.3, 1, 1, 1, 2, 5]), sizes };
}
