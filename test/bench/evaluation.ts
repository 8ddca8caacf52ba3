/** Forward and backward passes of recurrent models. */

import type { PlanRun } from '../../src/numeric/plan/run.js';
import { handLstm } from './by-hand.js';
import { mathjsStep, mlMatrixStep } from './libraries.js';
import { filledRun, planOf } from './plans.js';
import { duel, leastTime, type Row } from './timing.js';
import type { Torch } from './torch.js';

export interface Measure {
  readonly work: string;
  readonly run: () => Promise<Row>;
}

const d = 20;
const T = 50;

function both(n: number, batch: number, steps = T, tier?: 'portable'): () => void {
  return passes(filledRun(planOf('lstm', { n, d, T: steps }, batch), tier));
}

const passes = (run: PlanRun) => (): void => {
  run.forward();
  run.backward();
};

/** Models other than the LSTM: the plans know none of them by name. */
const OTHERS: readonly {
  readonly title: string;
  readonly cell: string;
  readonly peer: string;
  readonly value: string;
  readonly sizes: (n: number) => Readonly<Record<string, number>>;
}[] = [
  { title: 'GRU', cell: 'gru-reset-after', peer: 'gru', value: 'h', sizes: (n) => ({ n, d, T }) },
  { title: 'peephole LSTM', cell: 'lstm-peephole', peer: 'peephole', value: 'h', sizes: (n) => ({ n, d, T }) },
  { title: 'two-layer RNN', cell: 'rnn-deep', peer: 'two layers', value: 'o', sizes: (n) => ({ n, m: n, k: n, d, T }) },
  { title: 'attention', cell: 'attention-scaled', peer: 'attention', value: 's', sizes: (n) => ({ n, d, M: T, N: T }) },
];

export function evaluation(torch: Torch | undefined): Measure[] {
  const measures: Measure[] = [];
  const add = (work: string, peer: string, ours: () => () => void, theirs: () => (seconds: number) => number | Promise<number>): void => {
    measures.push({ work, run: () => duel(work, peer, ours(), theirs()) });
  };
  if (torch !== undefined) {
    for (const [n, batch] of [
      [8, 1],
      [32, 1],
      [8, 32],
      [32, 32],
      [128, 1],
      [128, 32],
    ] as const) {
      add(
        `LSTM forward and backward, n=${n}, batch ${batch}, d=${d}, T=${T}`,
        torch.name,
        () => both(n, batch),
        () => (seconds) => torch.ask('lstm', { n, batch, d, T, seconds }),
      );
    }
  }
  if (torch !== undefined) {
    for (const { title, cell, peer, value, sizes } of OTHERS)
      for (const [n, batch] of [
        [8, 1],
        [32, 1],
        [32, 32],
      ] as const)
        add(
          `${title} forward and backward, n=${n}, batch ${batch}, d=${d}, T=${T}`,
          torch.name,
          () => passes(filledRun(planOf(cell, sizes(n), batch, [value]))),
          () => (seconds) => torch.ask(peer, { n, batch, d, T, seconds }),
        );
  }
  for (const n of [8, 32, 128]) {
    add(
      `LSTM forward and backward, n=${n}, batch 1, d=${d}, T=${T}`,
      'a careful loop on Float64Array',
      () => both(n, 1),
      () => (seconds) => leastTime(handLstm(n, d, T).run, seconds),
    );
    add(
      `portable tier: LSTM forward and backward, n=${n}, batch 1`,
      'a careful loop on Float64Array',
      () => both(n, 1, T, 'portable'),
      () => (seconds) => leastTime(handLstm(n, d, T).run, seconds),
    );
  }
  add(
    'one LSTM step forward and backward, n=8',
    'mathjs',
    () => both(8, 1, 1),
    () => (seconds) => leastTime(mathjsStep(8, d), seconds),
  );
  add(
    'one LSTM step forward and backward, n=8',
    'ml-matrix',
    () => both(8, 1, 1),
    () => (seconds) => leastTime(mlMatrixStep(8, d), seconds),
  );
  return measures;
}
