/**
 * The language of plans: kernel calls over one arena of numbers, inside counted loops.
 *
 * A plan knows buffers, sizes and sums of products, and no model. All sizes are numbers by now; only the loop counters vary while it runs,
 * and every address is affine in them. Loops end because their counts are known when they start.
 */

import type { PointwiseProgram } from './pointwise.js';

/** constant + Σ factor · counter. As an address it counts elements of the arena. */
export interface Affine {
  readonly constant: number;
  readonly terms: readonly { readonly loop: number; readonly factor: number }[];
}

export interface PointwiseOperand {
  readonly at: Affine;
  /** Elements between neighbours along each of the operation's axes; 0 where it is the same. */
  readonly strides: readonly number[];
}

export type Operation =
  /** The counter starts at `from` and moves by `step`, `count` times; nothing happens when the count is not positive. */
  | { readonly kind: 'loop'; readonly loop: number; readonly from: Affine; readonly count: Affine; readonly step: 1 | -1; readonly body: readonly Operation[] }
  /** Every point of the axes (outermost first): loads, arithmetic, stores. Operands may coincide exactly but not overlap otherwise. */
  | { readonly kind: 'pointwise'; readonly program: PointwiseProgram; readonly axes: readonly number[]; readonly operands: readonly PointwiseOperand[] }
  /** c (+)= a·b; neighbouring columns in c and b. */
  | {
      readonly kind: 'multiply';
      readonly c: Affine;
      readonly a: Affine;
      readonly b: Affine;
      readonly rows: number;
      readonly depth: number;
      readonly columns: number;
      readonly cRow: number;
      readonly aRow: number;
      readonly aColumn: number;
      readonly bRow: number;
      readonly accumulate: boolean;
    }
  /** c_i (+)= Σ_k a_{ik} x_k, neighbours along k. */
  | {
      readonly kind: 'dotRows';
      readonly c: Affine;
      readonly a: Affine;
      readonly x: Affine;
      readonly rows: number;
      readonly depth: number;
      readonly cRow: number;
      readonly aRow: number;
      readonly accumulate: boolean;
    }
  /** c_j (+)= Σ_k a_{kj} b_{kj}. */
  | {
      readonly kind: 'multiplyLanes';
      readonly c: Affine;
      readonly a: Affine;
      readonly b: Affine;
      readonly depth: number;
      readonly columns: number;
      readonly aRow: number;
      readonly bRow: number;
      readonly accumulate: boolean;
    }
  /** c_j (+)= Σ_k a_{kj}. */
  | {
      readonly kind: 'sumRows';
      readonly c: Affine;
      readonly a: Affine;
      readonly depth: number;
      readonly columns: number;
      readonly aRow: number;
      readonly accumulate: boolean;
    }
  /** c (+)= Σ_k a_k. */
  | { readonly kind: 'sumRun'; readonly c: Affine; readonly a: Affine; readonly depth: number; readonly accumulate: boolean }
  /** c_j = max_k a_{kj}. */
  | { readonly kind: 'maxRows'; readonly c: Affine; readonly a: Affine; readonly depth: number; readonly columns: number; readonly aRow: number }
  | {
      readonly kind: 'copy';
      readonly c: Affine;
      readonly a: Affine;
      readonly rows: number;
      readonly columns: number;
      readonly cRow: number;
      readonly cColumn: number;
      readonly aRow: number;
      readonly aColumn: number;
    };

export type KernelOperation = Exclude<Operation, { readonly kind: 'loop' | 'pointwise' }>;

export const affine = (constant: number, ...terms: readonly { readonly loop: number; readonly factor: number }[]): Affine => ({
  constant,
  terms: terms.filter(({ factor }) => factor !== 0),
});

/** a + number. */
export const shifted = (a: Affine, by: number): Affine => ({ constant: a.constant + by, terms: a.terms });

/** A finished plan: phases (forward, backward, …) over an arena of `elements` numbers. */
export interface PlanProgram {
  readonly elements: number;
  /** Number of loops; their counters are 0 … loops − 1. */
  readonly loops: number;
  readonly phases: readonly (readonly Operation[])[];
}

/** Multiply-adds of one run, as the cost counts them: elementwise work is not among them. */
export function multiplyAdds(operations: readonly Operation[], counters: number[] = []): number {
  let sum = 0;
  for (const operation of operations) {
    switch (operation.kind) {
      case 'loop': {
        const count = evaluateAffine(operation.count, counters);
        const from = evaluateAffine(operation.from, counters);
        if (!dependsOn(operation.body, operation.loop)) {
          counters[operation.loop] = from;
          if (count > 0) sum += count * multiplyAdds(operation.body, counters);
        } else {
          for (let k = 0; k < count; k++) {
            counters[operation.loop] = from + k * operation.step;
            sum += multiplyAdds(operation.body, counters);
          }
        }
        break;
      }
      case 'multiply':
        sum += operation.rows * operation.depth * operation.columns;
        break;
      case 'dotRows':
        sum += operation.rows * operation.depth;
        break;
      case 'multiplyLanes':
        sum += operation.depth * operation.columns;
        break;
      case 'pointwise':
      case 'sumRows':
      case 'sumRun':
      case 'maxRows':
      case 'copy':
        break;
    }
  }
  return sum;
}

/** Whether an inner loop's count depends on the counter. */
function dependsOn(operations: readonly Operation[], loop: number): boolean {
  return operations.some(
    (operation) => operation.kind === 'loop' && (operation.count.terms.some((term) => term.loop === loop) || dependsOn(operation.body, loop)),
  );
}

export function evaluateAffine(a: Affine, counters: ArrayLike<number>): number {
  let value = a.constant;
  for (const { loop, factor } of a.terms) value += factor * (counters[loop] ?? 0);
  return value;
}
