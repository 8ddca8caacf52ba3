/**
 * Central differences with Richardson extrapolation (Ridders' tableau) and an error bar.
 *
 * The step is halved from row to row; each column removes one more even power of the step from the error. The answer is the entry of the tableau
 * that differs least from its neighbours, and that difference plus the rounding of the differences is its error bar. Where the bar stays wide (a kink or a
 * pole nearby) the tableau is built again from a smaller first step. Rows, restarts and so evaluations are bounded.
 */

import type { DifferenceTask, Oracle, OracleAnswer } from './oracle.js';

export interface DifferenceOptions {
  /** First steps, tried in turn while the error bar is too wide; relative to the size of the entry where that exceeds 1. */
  readonly steps?: readonly number[];
  readonly rows?: number;
  /** A tableau is finished early once its bar is below this share of the largest derivative. */
  readonly precision?: number;
}

const UNIT_ROUNDOFF = 2 ** -53;

/** The oracle that knows nothing but values: the checker's second opinion. */
export function richardsonDifferences({ steps = [0.125, 0.0078125, 0.00048828125], rows = 8, precision = 1e-11 }: DifferenceOptions = {}): Oracle {
  return {
    method: 'central differences, Richardson extrapolation',
    differentiate(task) {
      const watched = task.evaluate().length;
      const asked = task.columns ?? Array.from(task.variable.keys());
      const columns = asked.length;
      const answer = {
        derivative: new Float64Array(watched * columns),
        error: new Float64Array(watched * columns).fill(Number.POSITIVE_INFINITY),
        scale: 0,
        evaluations: 1,
      };
      for (let column = 0; column < columns; column++) {
        for (const step of steps) {
          const tableau = new Tableau(task, asked[column] as number, watched, step, rows);
          const accepted = tableau.fill(precision);
          answer.evaluations += tableau.evaluations;
          answer.scale = Math.max(answer.scale, tableau.scale);
          keepBetter(answer, tableau, column, columns);
          if (accepted) break;
        }
      }
      return answer;
    },
  };
}

function keepBetter(answer: OracleAnswer, { best, bar }: Tableau, column: number, columns: number): void {
  for (let i = 0; i < best.length; i++) {
    const at = i * columns + column;
    const better = (bar[i] as number) < (answer.error[at] as number) || (answer.error[at] === Number.POSITIVE_INFINITY && !Number.isFinite(bar[i]));
    if (!better) continue;
    answer.derivative[at] = best[i] as number;
    answer.error[at] = bar[i] as number;
  }
}

/** Ridders' tableau for the derivative of every watched entry by one entry of the variable. */
class Tableau {
  readonly best: Float64Array;
  readonly bar: Float64Array;
  evaluations = 0;
  scale = 0;
  private previous: Float64Array[] = [];
  private step: number;

  constructor(
    private readonly task: DifferenceTask,
    private readonly column: number,
    watched: number,
    step: number,
    private readonly rows: number,
  ) {
    this.step = step * Math.max(1, Math.abs(task.variable[column] as number));
    this.best = new Float64Array(watched).fill(Number.NaN);
    this.bar = new Float64Array(watched).fill(Number.POSITIVE_INFINITY);
  }

  /** True when every bar is narrow enough. */
  fill(precision: number): boolean {
    for (let row = 0; row < this.rows; row++) {
      this.addRow();
      this.step /= 2;
      if (row >= 3 && this.isNarrow(precision)) return true;
    }
    return this.isNarrow(precision);
  }

  private isNarrow(precision: number): boolean {
    const largest = this.best.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const floor = 64 * UNIT_ROUNDOFF * this.scale;
    return this.bar.every((bar) => bar <= Math.max(precision * largest, floor));
  }

  private addRow(): void {
    const row = [this.centralDifference()];
    const rounding = (4 * UNIT_ROUNDOFF * this.scale) / this.step;
    let factor = 1;
    for (let order = 0; order < this.previous.length; order++) {
      factor *= 4;
      const [finer, coarser] = [row[order] as Float64Array, this.previous[order] as Float64Array];
      const next = finer.map((value, i) => (factor * value - (coarser[i] as number)) / (factor - 1));
      next.forEach((value, i) => {
        const spread = Math.max(Math.abs(value - (finer[i] as number)), Math.abs(value - (coarser[i] as number)));
        const bar = spread + rounding;
        if (bar < (this.bar[i] as number)) {
          this.bar[i] = bar;
          this.best[i] = value;
        }
      });
      row.push(next);
    }
    this.previous = row;
  }

  private centralDifference(): Float64Array {
    const { variable, evaluate } = this.task;
    const centre = variable[this.column] as number;
    const [above, below] = [centre + this.step, centre - this.step];
    variable[this.column] = above;
    const upper = Float64Array.from(evaluate());
    variable[this.column] = below;
    const lower = evaluate();
    const difference = upper.map((value, i) => (value - (lower[i] as number)) / (above - below));
    for (const value of upper) if (Number.isFinite(value)) this.scale = Math.max(this.scale, Math.abs(value));
    variable[this.column] = centre;
    this.evaluations += 2;
    return difference;
  }
}
