/**
 * What settles lines about one model: lowered sides compared at points that are computed once, proofs by a prover that remembers its equations.
 */

import { BudgetError, InputError } from '../errors.js';
import type { IndexRange, Model } from '../model/model.js';
import type { Tensor, Whole } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import type { Names } from '../notation/spelling.js';
import { type Proof, Prover } from '../proof/index.js';
import { findCounterexample } from './counterexample.js';
import { type Graph, graphOf } from './graph.js';
import { Lowering, type OwnNames, type Reaches } from './lowering.js';
import { bounded, Points } from './points.js';
import type { Comparison, Counterexample, LineJudge, ReadLine } from './types.js';

type Ranged = Pick<ReadLine, 'ranges'>;

export interface JudgeOptions {
  readonly seed: number;
  readonly sizes?: ReadonlyMap<string, number>;
}

/** The runs of a graph, made once for each seed. */
export function pointsOf(graph: Graph, { seed, sizes }: JudgeOptions): Points {
  const given = sizes === undefined ? '' : [...sizes].map(([name, value]) => `${name}=${value}`).join();
  return graph.model.workspace.remember(graph.model, `points ${seed} ${given}`, () => new Points(graph, seed, sizes));
}

export const proverOf = ({ model, sheet }: Graph): Prover => model.workspace.remember(model, 'prover', () => new Prover(model, sheet));

export class Judge implements LineJudge {
  readonly model: Model;
  readonly sheet: Model;
  readonly prover: Prover;
  readonly #lowering: Lowering;
  constructor(
    readonly graph: Graph,
    readonly names: Names,
    readonly own: OwnNames,
    readonly reaches: Reaches,
    readonly options: JudgeOptions,
    /** What was compared before, by other judges of the same graph too. */
    readonly compared: Map<string, Comparison> = new Map(),
  ) {
    this.model = graph.model;
    this.sheet = graph.sheet;
    this.prover = proverOf(graph);
    this.#lowering = new Lowering(graph, own, reaches);
  }

  lower(formula: Formula, line: { readonly axes: ReadonlyMap<string, Whole> }): Tensor {
    return this.#lowering.lower(formula, line.axes);
  }

  mayEqual(left: Tensor, right: Tensor, { ranges }: Ranged): boolean {
    return this.#compare(left, right, ranges, false).verdict !== 'different';
  }

  compare(left: Tensor, right: Tensor, { ranges }: Ranged): Comparison {
    return this.#compare(left, right, ranges, true);
  }

  #compare(left: Tensor, right: Tensor, ranges: readonly IndexRange[], every: boolean): Comparison {
    const key = `${left.id} ${right.id} ${every} ${ranges.map(({ letter, from, to }) => `${letter}:${from.key}..${to.key}`).join()}`;
    const known = this.compared.get(key);
    if (known !== undefined) return known;
    const [a, b] = this.stretched(left, right);
    const found = bounded(() => pointsOf(this.graph, this.options).compare(a, b, ranges, every));
    this.compared.set(key, found);
    return found;
  }

  /** Both of one shape: a number beside an array stands for an array of it. */
  stretched(left: Tensor, right: Tensor): readonly [Tensor, Tensor] {
    const { workspace } = this.model;
    const grown = (small: Tensor, large: Tensor): Tensor => {
      const labels = large.dims.map((_, axis) => `${axis}`);
      return workspace.contract(labels, [
        { tensor: small, labels: [] },
        { tensor: workspace.ones(large.dims), labels },
      ]);
    };
    if (left.dims.length === right.dims.length) return [left, right];
    if (right.dims.length === 0) return [left, grown(right, left)];
    if (left.dims.length === 0) return [grown(left, right), right];
    throw new InputError({ ruleId: 'ill-shaped', message: 'The two sides have different shapes.' });
  }

  prove(left: Tensor, right: Tensor, { ranges }: Ranged): Proof | undefined {
    try {
      return this.prover.prove(...this.stretched(left, right), ranges);
    } catch (error) {
      if (error instanceof BudgetError || error instanceof InputError) return undefined;
      throw error;
    }
  }

  counterexample(left: Tensor, right: Tensor, { ranges }: Ranged): Counterexample | undefined {
    return findCounterexample(this.graph, ...this.stretched(left, right), ranges, this.options.seed);
  }

  withModel(model: Model): LineJudge {
    return new Judge(graphOf(model), this.names, this.own, this.reaches, this.options);
  }
}
