/** Moments against a seeded sample, with the exact standard errors of its mean, √(Var/N), and of its variance, √((κ₄ + 2κ₂²)/N). */

import { cumulants } from '../../calculus/index.js';
import { BudgetError, InputError } from '../../errors.js';
import { evaluateWhole, type Tensor } from '../../network/index.js';
import { createRun, type Run, randomSizes, randomValues, type Sampled, sampleScalar } from '../../numeric/index.js';
import type { Block, Mathematics } from '../document.js';
import { math, sentence, text } from '../presenter.js';
import { termByTerm } from './moments-pairings.js';
import type { Moment, MomentAlgebra } from './moments-values.js';
import { short } from './plot.js';
import type { SolveSettings } from './question.js';

const DRAWS = 20_000;
/** A sample further off than this many standard errors is no chance: less than one in a million. */
const FAR = 5;

export interface SampleCheck {
  readonly written: Mathematics;
  /** The closed form at the numbers; absent where there is none. */
  readonly formula: number | undefined;
  readonly sample: number;
  readonly error: number;
  /** Whether the standard error is the closed form's, not the sample's. */
  readonly exact: boolean;
  readonly agrees: boolean | undefined;
  /** The fourth cumulant, where its standard error rests on it. */
  readonly fourth: Tensor | undefined;
}

/** Numbers for everything that is not random, and samples of what is. */
export class SamplePoint {
  readonly #run: Run;
  readonly #sampled: readonly Sampled[];

  constructor(
    readonly algebra: MomentAlgebra,
    readonly settings: SolveSettings,
    /** Numbers for sizes and scalars that a figure runs through. */
    at: ReadonlyMap<string, number> = new Map(),
    readonly draws: number = DRAWS,
  ) {
    const { model } = algebra.text;
    const given = new Map(
      [...(settings.sizes ?? []), ...[...algebra.sizes].map(([name, whole]) => [name, evaluateWhole(whole, new Map()) ?? 1] as const), ...at].filter(([name]) =>
        model.sizes.includes(name),
      ),
    );
    this.#run = createRun(model, randomSizes(model, settings.seed, given), { seed: settings.seed });
    const values = randomValues(this.#run, settings.seed);
    for (const [name, value] of at) if (values.has(name)) values.set(name, Float64Array.of(value));
    this.#run.set(values);
    this.#sampled = [...algebra.random].map(([name, { mean, variance, gaussian }]) => ({
      name,
      mean: this.#run.evaluate(mean).data,
      deviation: Math.sqrt(this.value(variance)),
      gaussian,
    }));
  }

  /** A scalar that nothing random is in. */
  value(tensor: Tensor): number {
    return this.#run.evaluate(tensor).data[0] ?? Number.NaN;
  }

  /** Sizes and seed, and how the other values were drawn. */
  get described(): string {
    const { model } = this.algebra.text;
    return [...model.sizes.flatMap((size) => (this.#run.sizes.has(size) ? [`${size} = ${this.#run.sizes.get(size)}`] : [])), `seed ${this.settings.seed}`].join(
      ', ',
    );
  }

  /** The moment of a scalar against a sample. */
  check(moment: Moment): readonly SampleCheck[] {
    const tensor = this.#sampledOf(moment);
    if (tensor === undefined || (tensor.dims.length > 0 && !moment.largest)) return [];
    const sample = sampleScalar(this.#run, tensor, this.#sampled, this.draws, this.settings.seed, moment.written.text);
    const known = moment.value === undefined ? undefined : this.#cumulants(tensor);
    const second = known?.second ?? sample.variance;
    const fourth = known?.fourth ?? sample.fourth;
    const isMean = moment.kind === 'expectation' || moment.kind === 'covariance';
    const root = Math.sqrt(sample.variance);
    const spread = Math.sqrt((isMean ? second : fourth + 2 * second * second) / this.draws);
    const error = moment.kind === 'std' ? spread / (2 * root) : spread;
    const estimate = isMean ? sample.mean : moment.kind === 'std' ? root : sample.variance;
    const formula = moment.value === undefined ? undefined : this.value(moment.value);
    const agrees = formula === undefined ? undefined : Math.abs(estimate - formula) <= FAR * error + 1e-12 * Math.abs(formula);
    return [{ written: moment.written, formula, sample: estimate, error, exact: known !== undefined, agrees, fourth: isMean ? undefined : known?.tensor }];
  }

  /** What is drawn: the inside, or for a covariance the product of the two deviations, whose mean it is. */
  #sampledOf({ kind, of, parts }: Moment): Tensor | undefined {
    const { workspace } = this.algebra;
    if (kind !== 'covariance') return of.length === 1 ? of[0]?.tensor : undefined;
    const deviations = of.map(({ tensor }, k) => workspace.add(tensor, workspace.scale(parts[k]?.expectation.value ?? workspace.zero([]), -1)));
    return workspace.contract(
      [],
      deviations.map((tensor) => ({ tensor, labels: [] })),
    );
  }

  /** Second and fourth cumulant at the numbers, where the pairings are few enough and the distribution is known. */
  #cumulants(tensor: Tensor): { readonly second: number; readonly fourth: number; readonly tensor: Tensor } | undefined {
    if ([...this.algebra.random.values()].some(({ gaussian }) => !gaussian)) return undefined;
    try {
      const { second, fourth } = cumulants(this.algebra.workspace, tensor, this.algebra.random);
      return { second: this.value(second), fourth: this.value(fourth), tensor: fourth };
    } catch (error) {
      if (error instanceof BudgetError || error instanceof InputError) return undefined;
      throw error;
    }
  }
}

/** The samples as a table, and how they were made. */
export function sampleBlocks(checks: readonly SampleCheck[], point: SamplePoint): readonly Block[] {
  if (checks.length === 0) return [];
  const known = checks.some(({ formula }) => formula !== undefined);
  return [
    {
      type: 'paragraph',
      content: sentence(
        `${known ? 'The closed form against a sample' : 'A sample'} of ${point.draws} draws (${point.described}; what is neither random nor given has random values). `,
        ...errorWords(checks, point.algebra),
      ),
    },
    {
      type: 'table',
      align: ['left', 'right', 'right', 'right', 'left'],
      header: ['moment', 'closed form', 'sample', 'standard error', 'verdict'].map((word) => ({ content: [text(word)] })),
      rows: checks.map(({ written, formula, sample, error, agrees }) => [
        { content: [math(written)] },
        { content: [text(formula === undefined ? 'none' : short(formula))] },
        { content: [text(short(sample))] },
        { content: [text(Number(error.toPrecision(2)).toString())] },
        {
          content: [
            text(
              agrees === undefined ? 'estimate' : agrees ? `agrees (${(Math.abs(sample - (formula ?? 0)) / error).toFixed(1)} standard errors)` : 'disagrees',
            ),
          ],
        },
      ]),
    },
  ];
}

const MEAN_ERROR: Mathematics = { latex: '\\sqrt{\\operatorname{Var}/N}', text: '√(Var/N)' };
const VARIANCE_ERROR: Mathematics = { latex: '\\sqrt{(\\kappa_4 + 2\\kappa_2^2)/N}', text: '√((κ₄ + 2κ₂²)/N)' };

/** How the standard errors come about, with the fourth cumulant where it was needed and is short. */
function errorWords(checks: readonly SampleCheck[], algebra: MomentAlgebra): readonly (string | Mathematics)[] {
  if (!checks.every(({ exact }) => exact)) return ['The standard errors are estimated from the sample.'];
  const fourth = checks.find((check) => check.fourth !== undefined)?.fourth;
  if (fourth === undefined) return ['The standard error is exact: ', MEAN_ERROR, '.'];
  const shown = fourth.terms.length > 4 ? undefined : termByTerm(algebra.presenter, fourth);
  const cumulant: readonly (string | Mathematics)[] = shown === undefined ? [''] : [': ', { latex: `\\kappa_4 = ${shown.latex}`, text: `κ₄ = ${shown.text}` }];
  return ['The standard error is exact: ', VARIANCE_ERROR, ' with the cumulants from the same pairings', ...cumulant, '.'];
}
